"""Recorded decisions of other organs and times, from a list."""

from __future__ import annotations

from datetime import date

import pytest

from ocop.certificates.models import Recognition
from ocop.certificates.services import revoke
from ocop.documents.models import Document
from ocop.dossiers.models import Window
from ocop.importing.models import Step
from ocop.kernel.refusal import Refusal
from ocop.registry.models import Product

from .conftest import DAY, NOW, Office, problems, verdicts
from .lists import book

HEAD = ("STT", "Tên sản phẩm", "Chủ thể", "Xã", "Hạng sao", "Quyết định công nhận", None, "Cơ quan ban hành")
SECOND = (None, None, None, None, None, "Số", "Ngày", None)
MERGED = {"DS": ("F1:G1", "A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:E2", "H1:H2")}
TEA = (1, "Chè xanh", "HTX A", "Tân Trào", "4 sao", "321/QĐ-UBND", "12/12/2024", "UBND tỉnh Tuyên Quang")
HONEY = (2, "Mật ong", "HTX A", "Tân Trào", "***", None, None, None)
RICE = (3, "Gạo nếp", "HTX A", "Tân Trào", 3, "Quyết định số 15/QĐ-UBND ngày 05/02/2020 của UBND tỉnh", None, None)


def listed(*rows: tuple[object, ...]) -> bytes:
    return book(("DS", [HEAD, SECOND, *rows]), merged=MERGED)


@pytest.fixture
def products(province: Office) -> None:
    head = ("Tên sản phẩm", "Chủ thể", "Xã")
    rows = [(row[1], "HTX A", "Tân Trào") for row in (TEA, HONEY, RICE)]
    content = book(("DS", [head, *rows]))
    province.bring(content, "chu-the")
    province.bring(content, "san-pham")


def of(name: str) -> Recognition:
    return Recognition.objects.select_related("decision").get(product__name=name)


def test_what_the_list_knows_is_recorded_and_what_it_does_not_know_stays_unknown(
    province: Office, products: None
) -> None:
    found = province.preview(listed(TEA, HONEY, RICE), "cong-nhan")
    assert verdicts(found) == ["new"] * 3, problems(found)
    province.confirm(found)
    tea, honey, rice = of("Chè xanh"), of("Mật ong"), of("Gạo nếp")
    assert (tea.stars, tea.decision.number, tea.valid_from, tea.valid_until) == (
        4,
        "321/QĐ-UBND",
        date(2024, 12, 12),
        date(2027, 12, 12),
    )
    assert (tea.organ_name, tea.level, tea.year) == ("UBND tỉnh Tuyên Quang", "province", 2024)
    assert (honey.stars, honey.decision.number, honey.valid_from, honey.valid_until) == (3, "", None, None)
    assert (rice.decision.number, rice.valid_from, rice.organ_name) == ("15/QĐ-UBND", date(2020, 2, 5), "UBND tỉnh")
    assert set(Recognition.objects.in_force_on(DAY)) == {tea}
    assert Window.objects.filter(product=tea.product, valid_until=date(2027, 12, 12)).exists()
    said = [text for _, text in problems(found, errors=False)]
    assert "Chưa rõ số và ngày quyết định: ghi là từng được công nhận, không tính còn hiệu lực." in said


def test_the_same_list_twice_is_the_same_and_its_undo_takes_all_back(province: Office, products: None) -> None:
    found = province.bring(listed(TEA, HONEY, RICE), "cong-nhan")
    assert verdicts(province.preview(listed(TEA, HONEY, RICE), "cong-nhan")) == ["same"] * 3
    assert province.undo(found) == (3, 0)
    assert (Recognition.objects.count(), Document.objects.filter(recorded_by=None).count()) == (0, 0)
    assert Window.objects.count() == 0
    assert verdicts(province.preview(listed(TEA, HONEY, RICE), "cong-nhan")) == ["new"] * 3


def test_a_recorded_recognition_is_not_changed_by_a_list(province: Office, products: None) -> None:
    province.bring(listed(TEA), "cong-nhan")
    found = province.preview(listed((*TEA[:4], "3 sao", *TEA[5:])), "cong-nhan")
    assert problems(found) == [("E3", "Quyết định này đã ghi 4 sao. Công nhận đã ghi không sửa qua Excel.")]


def test_a_newer_one_takes_the_older_s_place_and_the_undo_gives_it_back(province: Office, products: None) -> None:
    province.bring(listed(TEA), "cong-nhan")
    newer = (1, "Chè xanh", "HTX A", "Tân Trào", "5 sao", "99/QĐ-BNNMT", "01/06/2026", "Bộ Nông nghiệp và Môi trường")
    found = province.bring(listed(newer), "cong-nhan")
    old = Recognition.objects.get(stars=4)
    assert (old.ended_on, old.end_kind) == (date(2026, 6, 1), "replaced")
    assert Recognition.objects.get(stars=5).level == "ministry"
    assert [window.valid_until for window in Window.objects.all()] == [date(2029, 6, 1)]
    province.undo(found)
    old.refresh_from_db()
    assert (old.ended_on, old.end_kind, old.end_decision) == (None, "", None)
    assert [window.valid_until for window in Window.objects.all()] == [date(2027, 12, 12)]


def test_two_of_one_product_in_one_list_follow_each_other(province: Office, products: None) -> None:
    first = (1, "Chè xanh", "HTX A", "Tân Trào", "3 sao", "10/QĐ-UBND", "01/02/2023", "UBND tỉnh")
    found = province.bring(listed(TEA, first), "cong-nhan")
    assert found.step == Step.WRITTEN
    old = Recognition.objects.get(stars=3)
    assert (old.ended_on, old.end_kind) == (date(2024, 12, 12), "replaced")
    assert set(Recognition.objects.in_force_on(DAY)) == {Recognition.objects.get(stars=4)}


def test_rows_of_one_decision_share_its_document(province: Office, products: None) -> None:
    other = (2, "Mật ong", "HTX A", "Tân Trào", "3 sao", *TEA[5:])
    province.bring(listed(TEA, other), "cong-nhan")
    assert Document.objects.filter(number="321/QĐ-UBND").count() == 1


def test_a_revoked_one_stays_when_the_list_is_undone(province: Office, products: None, stage) -> None:  # type: ignore[no-untyped-def]
    found = province.bring(listed(TEA, HONEY), "cong-nhan")
    revoke(
        recognition=of("Chè xanh"),
        organ=stage.world.province,
        number="77/QĐ-UBND",
        day=DAY,
        ground="d",
        reason="Dùng sai nhãn hiệu OCOP trên bao bì",
        by=province.user,
        now=NOW,
    )
    assert province.undo(found, leave_used=True) == (1, 1)
    assert of("Chè xanh").end_kind == "revoked"


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        (1, "Chè lạ", "Chưa có sản phẩm “Chè lạ” của chủ thể này. Nhập danh sách sản phẩm trước."),
        (4, "2 sao", "2 sao không có quyết định công nhận. Chỉ nhập từ 3 đến 5 sao."),
        (4, "6 sao", "“6 sao” không phải hạng sao. Ghi từ 3 đến 5."),
        (6, "30/02/2025", "Ngày 30/02/2025 không có thật."),
        (6, "25/11/2026", "Ngày 25/11/2026 chưa tới. Kiểm tra lại."),
    ],
)
def test_what_cannot_be_is_said_by_cell(
    province: Office, products: None, column: int, value: str, sentence: str
) -> None:
    row = [*TEA]
    row[column] = value
    found = province.preview(listed(tuple(row)), "cong-nhan")
    assert [text for _, text in problems(found)] == [sentence]


def test_a_day_of_today_is_taken(province: Office, products: None) -> None:
    found = province.preview(listed((*TEA[:6], "24/11/2026", TEA[7])), "cong-nhan")
    assert verdicts(found) == ["new"]


def test_a_product_of_that_name_elsewhere_is_another(province: Office, products: None) -> None:
    assert Product.objects.filter(name="Chè xanh").count() == 1
    found = province.preview(listed((1, "Chè xanh", "HTX B", *TEA[3:])), "cong-nhan")
    assert verdicts(found) == ["wrong"]


def test_an_undo_of_a_recognition_needs_its_right(commune: Office, province: Office, products: None) -> None:
    found = province.bring(listed(TEA), "cong-nhan")
    with pytest.raises(Refusal):
        commune.undo(found)
    assert Recognition.objects.count() == 1
