"""The register as it stood on a day, by the map of a day: list, filters, files, API and the map of the home page."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pytest

from ocop.certificates.services import revoke
from ocop.portal import queries
from ocop.portal.forms import as_of
from ocop.portal.queries import reading
from ocop.portal.rules import MAP_2021, AsOf
from ocop.project.sample.walk import at

from .conftest import TODAY, commune, recognised
from .test_register import counts, names, queries_of

OLD = date(2021, 7, 1)
SPAN = "Nhập một ngày từ 07/05/2018 đến hôm nay, 24/11/2026."


@pytest.fixture
def years() -> None:
    """One recognition each: lapsed on 30/06/2024, of 2024, of 2026, and of 2021 without a day."""
    recognised("Rượu ngô Nà Cóc (mẫu)", number=14, since=date(2021, 6, 30), place=commune("02290", OLD))
    recognised("Mật ong Khau Cau (mẫu)", number=4, stars=3, since=date(2024, 2, 1), place=commune("02497", OLD))
    recognised("Chè Shan Bản Lằn (mẫu)", stars=5, since=date(2026, 1, 15), place=commune("02287"))
    recognised("Cá lăng Pác Ban (mẫu)", since=None, year=2021, source="Báo tỉnh; dòng TQ001", decision="")


def first_words(text: str) -> set[str]:
    return {name.split()[0] for name in names(text)}


# --- what may be asked


@pytest.mark.parametrize("typed", ["15/10/2024", "15/10/2024 ", "2024-10-15", "15-10-2024"])
def test_a_day_is_read_as_people_and_links_write_it(typed):
    assert as_of({"ngay": typed}, TODAY) == (AsOf(TODAY, date(2024, 10, 15), TODAY), {})


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("30/02/2025", "Ngày 30/02/2025 không có thật. Nhập ngày/tháng/năm."),
        ("hôm qua", "“hôm qua” không phải ngày. Nhập ngày/tháng/năm, ví dụ 15/10/2025."),
        ("25/11/2026", f"Ngày 25/11/2026 chưa tới. {SPAN}"),
        ("24/11/2026", ""),
        ("06/05/2018", f"Chương trình OCOP bắt đầu từ ngày 07/05/2018. {SPAN}"),
        ("07/05/2018", ""),
        ("", ""),
    ],
)
def test_a_day_that_cannot_be_asked_is_refused_with_a_sentence(typed, sentence):
    assert as_of({"ngay": typed}, TODAY)[1].get("ngay", "") == sentence


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("", TODAY),
        ("hien-nay", TODAY),
        ("2021", OLD),
        ("01/09/2024", date(2024, 9, 1)),
        ("2020-01-01", date(2020, 1, 1)),
    ],
)
def test_a_map_is_named_or_has_a_day(typed, day):
    assert as_of({"dia-gioi": typed}, TODAY) == (AsOf(TODAY, TODAY, day), {})


@pytest.mark.parametrize("typed", ["2022", "31/12/2019", "25/11/2026", "cũ"])
def test_a_map_that_is_not_there_is_refused(typed):
    asked, problems = as_of({"dia-gioi": typed}, TODAY)
    assert asked.plain
    assert list(problems) == ["dia-gioi"]


# --- the register of a day


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("29/06/2021", {"Cá"}),
        ("30/06/2021", {"Cá", "Rượu"}),
        ("31/12/2020", set()),
        ("31/01/2024", {"Cá", "Rượu"}),
        ("01/02/2024", {"Cá", "Rượu", "Mật"}),
        ("24/11/2026", {"Cá", "Rượu", "Mật", "Chè"}),
    ],
)
def test_a_product_is_in_the_register_from_the_day_of_its_decision(page, years, day, found):
    assert first_words(page(f"/san-pham/?ngay={day}")) == found


@pytest.mark.parametrize(
    ("day", "status"),
    [("30/06/2024", "sap-het-han"), ("01/07/2024", "het-hieu-luc"), ("01/02/2024", "con-hieu-luc")],
)
def test_the_status_is_of_that_day(page, years, day, status):
    assert "Rượu" in first_words(page(f"/san-pham/?ngay={day}&trang-thai={status}"))


def test_before_its_revocation_a_recognition_was_in_force(stage, page, today):
    walked = stage.concluded()
    stage.walk.decide([walked], date(2026, 10, 15))
    day = date(2026, 11, 20)
    revoke(
        recognition=walked.dossier.product.recognitions.get(), organ=stage.world.province_on(day), number="988/QĐ-UBND",
        day=day, ground="c", reason="Không khắc phục.", by=stage.world.officers[0], now=at(day),
    )  # fmt: skip
    assert counts(page("/san-pham/?ngay=19/11/2026"), "trang-thai") == {"con-hieu-luc": 1}
    assert counts(page("/san-pham/?ngay=20/11/2026"), "trang-thai") == {"da-thu-hoi": 1}


def test_the_page_says_which_day_and_how_to_come_back(page, years):
    text = page("/san-pham/?ngay=15/10/2024&sao=3")
    assert "tính đến ngày 15/10/2024, theo địa giới hiện nay" in text
    assert 'value="15/10/2024"' in text
    assert 'href="?sao=3"><span class="unseen">Bỏ điều kiện </span>Ngày 15/10/2024' in text
    assert "Số liệu ngày 15/10/2024" in text
    assert "tính đến ngày" not in page("/san-pham/?ngay=")


@pytest.mark.parametrize("query", ["ngay=30/02/2025", "ngay=25/11/2026", "dia-gioi=1999"])
def test_a_wrong_day_shows_the_sentence_and_no_product(client, years, query):
    for file in ("", "&tai=xlsx"):
        answer = client.get(f"/san-pham/?{query}{file}")
        text = answer.content.decode()
        assert answer.status_code == 422
        assert answer["Content-Type"] == "text/html; charset=utf-8"
        assert 'role="alert"' in text
        assert names(text) == []
    assert "Xem sổ đăng ký hôm nay" in text


# --- the map of a day


def test_the_map_of_2021_names_and_counts_its_communes(page, years):
    text = page("/san-pham/?dia-gioi=2021")
    assert counts(text, "xa") == {"02290": 1, "02497": 1, "chua-ro": 2}
    assert "Xã Bình An, huyện Lâm Bình" in text
    assert "Xã Kim Phú, thành phố Tuyên Quang" in text
    assert first_words(page("/san-pham/?dia-gioi=2021&xa=02497")) == {"Mật"}


def test_a_commune_that_was_split_or_joined_is_not_decided_for_anybody(page, years):
    today, before = page("/san-pham/"), page("/san-pham/?dia-gioi=2021")
    assert "chưa xác định (Phường Mỹ Lâm hoặc Phường Minh Xuân)" in today  # Kim Phú went to both
    assert "chưa xác định (" in before.partition("Chè Shan")[2]  # Chiêm Hóa holds several communes of 2021
    assert first_words(page("/san-pham/?xa=chua-ro")) == {"Mật", "Cá"}
    assert first_words(page("/san-pham/?dia-gioi=2021&xa=chua-ro")) == {"Chè", "Cá"}


def test_search_finds_by_the_names_of_the_map(page, years):
    assert names(page("/san-pham/?q=lam+binh")) == []
    assert first_words(page("/san-pham/?q=lam+binh&dia-gioi=2021")) == {"Rượu"}


def test_a_code_used_again_means_the_commune_of_its_map(page):
    recognised("Bún khô Ỷ La (mẫu)", place=commune("02215", OLD))
    recognised("Chè xanh Minh Xuân (mẫu)", place=commune("02215"))
    by_2021 = page("/san-pham/?dia-gioi=2021&xa=02215")
    assert first_words(by_2021) == {"Bún"}
    assert "Phường Ỷ La, thành phố Tuyên Quang" in by_2021
    assert "Phường Minh Xuân" in page("/san-pham/?dia-gioi=hien-nay&xa=02215")


def test_leaving_a_map_drops_its_communes(page, years):
    text = page("/san-pham/?dia-gioi=2021&xa=02290&ngay=15/10/2024")
    assert (
        'href="?dia-gioi=hien-nay&amp;ngay=15%2F10%2F2024"' in text
        or 'href="?ngay=15%2F10%2F2024&amp;dia-gioi=hien-nay"' in text
    )
    assert 'href="?ngay=15%2F10%2F2024"><span class="unseen">Bỏ điều kiện </span>Địa giới 2021' in text
    assert 'type="hidden" name="dia-gioi" value="2021"' in text


def test_the_map_may_be_of_another_day_than_the_register(page, years):
    text = page("/san-pham/?ngay=01/02/2024&dia-gioi=31/08/2024&sao=3")
    assert "tính đến ngày 01/02/2024, theo địa giới ngày 31/08/2024" in text
    assert first_words(text) == {"Mật"}


# --- files and API


def test_the_file_carries_the_day_the_map_and_the_filters(client, years):
    answer = client.get("/san-pham/?ngay=15/10/2024&dia-gioi=2021&sao=4&tai=xlsx")
    assert "san-pham-ocop-2024-10-15-dia-gioi-2021.xlsx" in answer["Content-Disposition"]
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert {row[1].split()[0] for row in rows[1:]} == {"Rượu", "Cá"}
    assert rows[1][3] in ("Xã Bình An, huyện Lâm Bình", "chưa rõ")
    assert 'href="?ngay=15%2F10%2F2024&amp;sao=4&amp;tai=xlsx"' in client.get(
        "/san-pham/?ngay=15/10/2024&sao=4"
    ).content.decode()  # fmt: skip
    text = client.get("/san-pham/?ngay=31/12/2020&tai=csv").content.decode("utf-8-sig")
    assert list(csv.DictReader(io.StringIO(text))) == []


def test_the_api_answers_for_a_day_and_a_map(client, years):
    answer = client.get("/api/v1/san-pham?ngay=2024-10-15&dia-gioi=2021&xa=02290").json()
    assert (answer["ngay"], answer["dia_gioi"], answer["tong"]) == ("2024-10-15", "2021-07-01", 1)
    assert answer["san_pham"][0]["dia_ban"] == "Xã Bình An, huyện Lâm Bình"
    assert answer["san_pham"][0]["trang_thai"] == "het-hieu-luc"
    wrong = client.get("/api/v1/san-pham?ngay=2027-01-01")
    assert wrong.status_code == 422
    assert wrong.json()["ly_do"] == f"Ngày 01/01/2027 chưa tới. {SPAN}"


# --- the map of the home page


def test_the_home_page_shows_the_map_of_2021_by_district(page, years, today):
    today.move_to("2024-06-01 03:00:00")
    text = page("/?dia-gioi=2021")
    assert "2 trong 331 xã, phường, thị trấn có sản phẩm đang còn hiệu lực" in text
    assert 'aria-label="Xã Bình An, huyện Lâm Bình: 1 sản phẩm"' in text
    assert 'href="/san-pham/?dia-gioi=2021&amp;xa=02290">Huyện Lâm Bình</a>' in text
    assert "1/10</td>" in text  # of the ten communes of Lâm Bình
    assert text.count("<rect ") == 331
    assert '?dia-gioi=2021#ban-do" aria-current="true">' in text


def test_the_map_says_how_many_products_have_no_certain_commune(page, years):
    row = r'href="/san-pham/?xa=chua-ro">Chưa xác định xã</a></td><td class="number">1</td><td class="number">2</td>'
    assert row in page("/")


def test_a_map_that_is_not_there_leaves_the_home_page_of_today(client, years):
    answer = client.get("/?dia-gioi=1999")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "“1999” không phải ngày." in text
    assert "trong 124 xã, phường" in text


def test_the_icon_is_at_the_address_that_browsers_ask(client):
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert b"<svg" in answer.content


# --- what is kept


def test_other_days_and_maps_are_kept_apart_from_today_and_within_bounds(years):
    today = queries.register(TODAY)
    for month in range(1, 10):
        asked = AsOf(TODAY, date(2025, month, 1), MAP_2021)
        assert queries.register_as_of(asked) is queries.register_as_of(asked)
    assert queries.register(TODAY) is today
    assert len(reading._others._held) == 4


def test_a_past_day_is_new_after_a_public_event(page, years):
    address = "/san-pham/?ngay=15/10/2024"
    assert "Gạo" not in first_words(page(address))
    recognised("Gạo nếp Nà Tông (mẫu)", since=date(2024, 3, 1), number=3)
    assert "Gạo" in first_words(page(address))


@pytest.mark.parametrize("address", ["/?dia-gioi=2021", "/san-pham/?ngay=01/02/2026&dia-gioi=2021"])
def test_more_rows_ask_no_more_questions(client, address):
    recognised("Chè một (mẫu)", place=commune("02287"))
    recognised("Chè hai (mẫu)", place=commune("02290", OLD))  # each map has to look for what became of one
    one = queries_of(client, address)
    recognised("Chè ba (mẫu)", place=commune("02473"), subject="Hợp tác xã Ba (mẫu)")
    recognised("Chè bốn (mẫu)", place=commune("02497", OLD), subject="Hợp tác xã Bốn (mẫu)")
    assert queries_of(client, address) == one
    assert one <= 12
