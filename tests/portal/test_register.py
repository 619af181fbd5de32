"""The public register: who is in it, how it is found, filtered, counted, ordered, exported, kept."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ocop.kernel.audit import SYSTEM
from ocop.project.sample.walk import at
from ocop.registry.models import Stage
from ocop.registry.services import add_product

from .conftest import TODAY, commune, product_named, recognised


def names(text: str) -> list[str]:
    """Names of the cards of a page, in its order."""
    return re.findall(r'<h2><a href="/san-pham/[^"]+">([^<]+)</a></h2>', text)


def counts(text: str, filter_name: str) -> dict[str, int]:
    found = re.findall(
        rf'name="{filter_name}" value="([^"]+)"[^>]*><span>[^<]+</span><span class="facet-count">(\d+)<', text
    )
    return {value: int(count) for value, count in found}


@pytest.fixture
def three() -> None:
    recognised("Chè Shan tuyết Khau Cau (mẫu)", place=commune("02287"), stars=5)
    recognised("Đường phên Bản Lằn (mẫu)", number=4, place=commune("02473"), stars=3, since=date(2024, 2, 1))
    recognised("Rượu ngô Nà Cóc (mẫu)", number=14, stars=4, since=date(2021, 6, 30), subject="Tổ hợp tác chè (mẫu)")


def test_only_recognised_products_are_in_the_register(page, three):
    product_named("Bánh gai tiềm năng (mẫu)", stage=Stage.POTENTIAL)
    add_product(
        subject=None, name="Ý tưởng mật mía (mẫu)", product_set=None, commune=None, by=SYSTEM, now=at(TODAY),
        stage=Stage.IDEA,
    )  # fmt: skip
    text = page("/san-pham/")
    assert len(names(text)) == 3
    assert "tiềm năng (mẫu)" not in text
    assert "Ý tưởng" not in text


@pytest.mark.parametrize("typed", ["che+shan", "CH%C3%88", "ch%C3%A8+SHAN", "tuyet+che", "chiem+hoa+khau"])
def test_a_product_is_found_without_accents(page, three, typed):
    assert names(page(f"/san-pham/?q={typed}"))[0] == "Chè Shan tuyết Khau Cau (mẫu)"


def test_d_with_a_bar_is_d(page, three):
    assert names(page("/san-pham/?q=duong+phen")) == ["Đường phên Bản Lằn (mẫu)"]
    assert names(page("/san-pham/?q=%C4%91%C6%B0%E1%BB%9Dng")) == ["Đường phên Bản Lằn (mẫu)"]
    assert names(page("/san-pham/?q=duong+shan")) == []


def test_the_code_of_a_product_finds_it_and_a_part_of_it_nothing(page):
    code = recognised("Chè Shan (mẫu)").product.code
    recognised("Mật ong (mẫu)")
    assert names(page(f"/san-pham/?q={code.lower()}")) == ["Chè Shan (mẫu)"]
    assert names(page(f"/san-pham/?q={code[:5]}")) == []


def test_the_best_fit_comes_first(page, three):
    assert names(page("/san-pham/?q=che")) == ["Chè Shan tuyết Khau Cau (mẫu)", "Rượu ngô Nà Cóc (mẫu)"]


def test_nothing_found_offers_the_whole_list(page, three):
    text = page("/san-pham/?q=zzz")
    assert "Không có sản phẩm khớp." in text
    assert "Xóa bộ lọc" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("nhom=beverage", {"Rượu"}),
        ("nhom=food", {"Chè", "Đường"}),
        ("bo=4", {"Đường"}),
        ("bo=4&bo=14", {"Đường", "Rượu"}),
        ("sao=5", {"Chè"}),
        ("sao=5&sao=4", {"Chè", "Rượu"}),
        ("xa=02287", {"Chè"}),
        ("xa=chua-ro", {"Rượu"}),
        ("trang-thai=con-hieu-luc", {"Chè"}),
        ("trang-thai=sap-het-han", {"Đường"}),
        ("trang-thai=het-hieu-luc", {"Rượu"}),
        ("trang-thai=da-thu-hoi", set()),
        ("nhom=food&sao=3", {"Đường"}),
        ("nhom=food&sao=4", set()),
    ],
)
def test_filters_narrow_and_add_up(page, three, query, found):
    assert {name.split()[0] for name in names(page(f"/san-pham/?{query}"))} == found


def test_each_filter_counts_what_the_others_leave(page, three):
    text = page("/san-pham/?nhom=food")
    assert counts(text, "sao") == {"5": 1, "3": 1}
    assert counts(text, "nhom") == {"food": 2, "beverage": 1}
    assert counts(text, "trang-thai") == {"con-hieu-luc": 1, "sap-het-han": 1}
    assert "<strong>2 sản phẩm</strong>" in text


def test_an_unknown_condition_changes_nothing_and_is_named(page, three):
    text = page("/san-pham/?sao=9")
    assert len(names(text)) == 3
    assert "Bỏ qua điều kiện lạ: Hạng sao: 9" in text


def test_orders(page, three):
    def first(order: str) -> str:
        return names(page(f"/san-pham/?xep={order}"))[0].split()[0]

    assert (first("sao"), first("ten"), first("moi")) == ("Chè", "Chè", "Chè")
    assert [name.split()[0] for name in names(page("/san-pham/?xep=ten"))] == ["Chè", "Đường", "Rượu"]
    assert [name.split()[0] for name in names(page("/san-pham/?xep=-moi"))] == ["Rượu", "Đường", "Chè"]


def test_pages_neither_repeat_nor_lose_a_product(page):
    for number in range(26):
        recognised(f"Chè số {number} (mẫu)")
    first, second = names(page("/san-pham/")), names(page("/san-pham/?trang=2"))
    assert (len(first), len(second)) == (24, 2)
    assert len({*first, *second}) == 26


def test_a_product_of_an_old_commune_is_in_its_commune_of_today(page):
    old = commune("02290", date(2021, 7, 1))
    recognised("Bánh khảo (mẫu)", place=old)
    text = page("/san-pham/")
    code = next(iter(counts(text, "xa")))
    assert code != "chua-ro"
    assert names(page(f"/san-pham/?xa={code}")) == ["Bánh khảo (mẫu)"]


def test_a_split_commune_is_not_decided_for_anybody(page):
    recognised("Na dai Kim Phú (mẫu)", place=commune("02497", date(2024, 1, 1)))
    text = page("/san-pham/?xa=chua-ro")
    assert names(text) == ["Na dai Kim Phú (mẫu)"]
    assert "chưa xác định (" in text


def test_the_list_as_excel_opens_and_holds_every_row_of_the_filter(client, three):
    answer = client.get("/san-pham/?nhom=food&tai=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == ["Chè Shan tuyết Khau Cau (mẫu)", "Đường phên Bản Lằn (mẫu)"]
    assert rows[0][:4] == ("Mã sản phẩm", "Tên sản phẩm", "Chủ thể", "Xã, phường")
    assert rows[1][8].date() == date(2026, 1, 15)


def test_the_list_as_csv(client, three):
    lines = client.get("/san-pham/?tai=csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert "15/01/2026,15/01/2029,,321/QĐ-UBND" in lines[1]


def test_unknown_facts_stay_unknown(page):
    recognised("Cá lăng chiên (mẫu)", since=None, year=2021, stars=None, number=None, subject=None, decision="",
               source="Báo tỉnh (bao.example); dòng TQ001")  # fmt: skip
    text = page("/san-pham/")
    assert "Năm 2021, chưa rõ ngày cấp" in text
    assert "Nguồn không nêu hạng" in text
    assert "Chưa rõ chủ thể" in text
    assert counts(text, "trang-thai") == {"chua-ro-ngay": 1}


def test_ever_and_in_force_are_counted_apart(page, three):
    text = page("/")
    assert "<strong>2</strong> sản phẩm đang còn hiệu lực" in text
    assert "<strong>3</strong> sản phẩm từng được công nhận" in text
    assert len(names(page("/san-pham/?trang-thai=con-hieu-luc&trang-thai=sap-het-han"))) == 2


def test_the_map_and_its_table_count_the_communes(page, three):
    text = page("/")
    assert 'aria-label="Xã Chiêm Hóa: 1 sản phẩm"' in text
    assert text.count('class="cell-1"') == 2 + 1  # two communes and the legend
    assert "2 trong 124 xã, phường có sản phẩm đang còn hiệu lực" in text
    assert "không phải địa giới" in text


def queries_of(client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.mark.parametrize("address", ["/", "/san-pham/", "/san-pham/?q=mau", "/san-pham/?tai=csv", "/du-lieu-mo/"])
def test_more_rows_ask_no_more_questions(client, address):
    recognised("Chè một (mẫu)", place=commune("02290", date(2021, 7, 1)))
    one = queries_of(client, address)
    recognised("Chè hai (mẫu)", place=commune("02473"), subject="Hợp tác xã Hai (mẫu)")
    recognised("Chè ba (mẫu)", place=commune("02287"), subject="Hợp tác xã Ba (mẫu)")
    assert queries_of(client, address) == one
    assert one <= 12


def test_a_kept_page_asks_only_whether_something_changed(client, three):
    client.get("/san-pham/")
    assert queries_of(client, "/san-pham/") == 2
    assert queries_of(client, "/san-pham/?q=che") == 2  # the register is in memory


def test_a_kept_page_is_given_without_session_and_may_be_kept_by_others(client, three):
    for _ in range(2):
        answer = client.get("/san-pham/")
        assert answer["Cache-Control"] == "public, max-age=60"
        assert "Cookie" not in answer["Vary"]
        assert not answer.cookies
    assert client.get("/san-pham/", headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert client.get("/san-pham/?q=che", headers={"if-none-match": answer["ETag"]}).status_code == 200


def test_a_page_is_packed_for_who_can_unpack_it(client, three):
    packed = client.get("/san-pham/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) * 3 < len(client.get("/san-pham/").content)


def test_a_page_is_new_after_a_public_event(page):
    recognised("Chè một (mẫu)")
    assert len(names(page("/san-pham/"))) == 1
    recognised("Chè hai (mẫu)")
    assert len(names(page("/san-pham/"))) == 2


def test_a_page_is_new_when_a_vietnamese_day_begins(page, today):
    recognised("Chè một (mẫu)", since=date(2023, 11, 24))
    today.move_to("2026-11-24 16:59:00")
    assert counts(page("/san-pham/"), "trang-thai") == {"sap-het-han": 1}
    today.move_to("2026-11-24 17:00:00")
    assert counts(page("/san-pham/"), "trang-thai") == {"het-hieu-luc": 1}


def test_what_is_typed_is_shown_as_text(page, three):
    text = page("/san-pham/?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_the_register_only_reads(client):
    assert client.post("/san-pham/").status_code == 405
