"""Lists of papers: what becomes a paper without its file, what such a paper is not, how it comes and goes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ocop.dossiers.models import ExpiryNotice
from ocop.importing.models import Step
from ocop.kernel import audit, files
from ocop.kernel.refusal import Refusal
from ocop.registry.models import Evidence, EvidenceKind, Site, Subject
from ocop.registry.services import add_evidence, replace_evidence

from .conftest import NOW, Office, problems, verdicts
from .lists import book

HEAD = (
    "TT", "Tên chủ thể", "Xã", "Loại giấy tờ", "Tên giấy tờ", "Số hiệu", "Cơ quan cấp", "Ngày cấp", "Thời hạn",
    "Sản phẩm",
)  # fmt: skip
FOOD = (
    1,
    "HTX A",
    "Chiêm Hóa",
    None,
    "GCN đủ điều kiện ATTP",
    "15/GCN",
    "Sở Nông nghiệp",
    "12/03/2025",
    "12/03/2028",
    None,
)
LAB = (2, "HTX A", "Chiêm Hóa", "Phiếu kết quả kiểm nghiệm chỉ tiêu chất lượng, an toàn thực phẩm", None, "77/KN", None,
       "ngày 5 tháng 1 năm 2026", "12 tháng", "Chè xanh")  # fmt: skip
FIRM = (
    3,
    "HTX A",
    "Chiêm Hóa",
    "Giấy đăng ký kinh doanh",
    None,
    None,
    None,
    "01/02/2019",
    "Không thời hạn",
    "Cả chủ thể",
)
LIST = book(("DS", [("DANH SÁCH HỒ SƠ MINH CHỨNG",), HEAD, FOOD, LAB, FIRM]))


def listed(*rows: tuple[object, ...]) -> bytes:
    return book(("DS", [HEAD, *rows]))


def changed(row: tuple[object, ...], **cells: object) -> tuple[object, ...]:
    """A row with other cells. cells  column's letter -> value"""
    found = list(row)
    for letter, value in cells.items():
        found[ord(letter) - ord("A")] = value
    return tuple(found)


GO_FIRST = "trong địa bàn của bạn. Nhập danh sách chủ thể trước."
AS_IN_WALLET = "Ghi như trong kho giấy tờ: Giấy đăng ký kinh doanh, Công bố chất lượng sản phẩm."


def stored() -> files.Stored:
    return files.store(b"%PDF-1.7\n%%EOF\n", "giay.pdf", now=NOW)


def food() -> Evidence:
    """The newest version of the paper of FOOD."""
    return Evidence.objects.heads().get(number="15/GCN")


@pytest.fixture
def subject(province: Office) -> Subject:
    """HTX A of the commune with two products, one of them with a comma in its name."""
    products = [("Chè xanh", "HTX A", "Chiêm Hóa"), ("Trà, mật ong", "HTX A", "Chiêm Hóa")]
    content = book(("DS", [("Tên sản phẩm", "Chủ thể", "Xã"), *products]))
    province.bring(content, "chu-the")
    province.bring(content, "san-pham")
    return Subject.objects.get(name="HTX A")


def filed(paper: Evidence, office: Office) -> Evidence:
    """The version of a listed paper that brings its file, by the officer of its commune."""
    return replace_evidence(
        evidence=paper, stored=stored(), by=office.user, now=NOW, number=paper.number, valid_until=paper.valid_until
    )


def test_a_listed_paper_is_in_the_wallet_without_a_file(province: Office, subject: Subject) -> None:
    found = province.preview(LIST, "giay-to")
    assert (found.step, verdicts(found)) == (Step.CHECKED, ["new", "new", "new"]), (found.told, problems(found))
    assert not Evidence.objects.exists()
    province.confirm(found)
    paper, lab, firm = Evidence.objects.order_by("pk")
    assert (paper.kind.code, paper.name, paper.number, paper.issuer) == (
        "production_condition", "GCN đủ điều kiện ATTP", "15/GCN", "Sở Nông nghiệp",
    )  # fmt: skip
    assert (paper.valid_from, paper.valid_until) == (date(2025, 3, 12), date(2028, 3, 12))
    assert (lab.kind.code, lab.valid_until, [one.name for one in lab.products.all()]) == (
        "test_report", date(2027, 1, 5), ["Chè xanh"],
    )  # fmt: skip
    assert (firm.name, firm.valid_until, list(firm.products.all())) == ("Giấy đăng ký kinh doanh", None, [])
    assert {one.blob for one in (paper, lab, firm)} == {None}
    assert not Evidence.objects.with_file().exists()
    (entry,) = audit.timeline(paper)
    assert (entry.kind, "danh-sach.xlsx" in entry.reason) == ("evidence.listed", True)


def test_what_was_guessed_is_said(province: Office, subject: Subject) -> None:
    assert problems(province.preview(LIST, "giay-to"), errors=False) == [
        ("E3", "Hiểu là loại “Giấy chứng nhận cơ sở đủ điều kiện sản xuất (gồm an toàn thực phẩm)”."),
        ("I4", "Thời hạn 12 tháng từ ngày cấp, hiểu là đến 05/01/2027."),
    ]


def test_the_same_list_twice_is_the_same_and_after_its_undo_new_again(province: Office, subject: Subject) -> None:
    found = province.bring(LIST, "giay-to")
    assert verdicts(province.preview(LIST, "giay-to")) == ["same"] * 3
    assert province.undo(found) == (3, 0)
    assert not Evidence.objects.exists()
    assert verdicts(province.preview(LIST, "giay-to")) == ["new"] * 3


def test_a_listed_paper_gets_its_file_by_its_first_version_and_then_stays(
    province: Office, subject: Subject, commune: Office
) -> None:
    found = province.bring(LIST, "giay-to")
    newest = filed(food(), commune)
    assert (newest.file.size, list(Evidence.objects.heads().with_file())) == (15, [newest])
    assert province.undo(found, leave_used=True) == (2, 1)
    assert list(found.rows.exclude(kept="").values_list("number", "kept")) == [(3, "đã có tệp hoặc sửa sau khi nhập")]
    assert Evidence.objects.count() == 2  # as listed, and with its file
    assert food() == newest


def test_a_paper_that_was_only_told_of_is_taken_back(province: Office, subject: Subject) -> None:
    found = province.bring(LIST, "giay-to")
    ExpiryNotice.objects.create(evidence=food(), mark=90)
    assert province.undo(found) == (3, 0)


def test_a_list_corrects_a_listed_paper_and_the_undo_gives_back_what_stood(
    province: Office, subject: Subject, commune: Office
) -> None:
    province.bring(LIST, "giay-to")
    found = province.preview(listed(changed(FOOD, I="30/06/2027", G=None), LAB), "giay-to")
    assert verdicts(found) == ["changed", "same"]
    assert found.rows.get(verdict="changed").before == {"valid_until": "2028-03-12"}
    province.confirm(found)
    assert (food().valid_until, food().issuer) == (date(2027, 6, 30), "Sở Nông nghiệp")
    third = province.bring(listed(changed(FOOD, I="30/06/2027", J="Chè xanh")), "giay-to")
    assert [one.name for one in food().products.all()] == ["Chè xanh"]
    with pytest.raises(Refusal, match="đều đã dùng hoặc sửa"):
        province.undo(found)
    assert province.undo(third) == (1, 0)
    assert (food().valid_until, list(food().products.all())) == (date(2027, 6, 30), [])
    assert province.undo(found) == (1, 0)
    assert food().valid_until == date(2028, 3, 12)
    assert Evidence.objects.filter(replaced_by=None).count() == Evidence.objects.count() == 3


def test_a_paper_with_its_file_is_not_changed_by_a_list(province: Office, subject: Subject, commune: Office) -> None:
    province.bring(listed(FOOD), "giay-to")
    filed(food(), commune)
    same = changed(FOOD, G=None, H=None)
    assert verdicts(province.preview(listed(same), "giay-to")) == ["same"]
    found = province.preview(listed(changed(same, I="12/03/2029")), "giay-to")
    assert problems(found) == [("I2", "Giấy tờ đã có tệp và ghi “12/03/2028”. Thay ở kho giấy tờ.")]


def test_a_file_that_comes_between_preview_and_button_stops_the_writing(
    province: Office, subject: Subject, commune: Office
) -> None:
    province.bring(listed(FOOD), "giay-to")
    found = province.preview(listed(changed(FOOD, I="30/06/2027")), "giay-to")
    newest = filed(food(), commune)
    with pytest.raises(Refusal, match="đã khác lúc xem trước"):
        province.confirm(found)
    assert food() == newest


def test_repeats_are_written_once_and_contradictions_are_wrong(province: Office, subject: Subject) -> None:
    rows = (
        FOOD,
        changed(FOOD, D="Giấy chứng nhận cơ sở đủ điều kiện sản xuất (gồm an toàn thực phẩm)"),
        changed(FOOD, I="01/01/2030"),
    )
    found = province.preview(listed(*rows), "giay-to")
    assert verdicts(found) == ["new", "repeat", "wrong"]
    assert problems(found) == [("I4", "Lặp dòng 2 nhưng ghi khác ở ô này. Giữ một dòng.")]


def test_papers_without_a_number_are_told_apart_by_name_and_day(province: Office, subject: Subject) -> None:
    deal = (1, "HTX A", "Chiêm Hóa", None, "Hợp đồng tiêu thụ", None, None, "01/02/2026", None, None)
    found = province.bring(listed(deal, changed(deal, H="01/03/2026"), changed(deal, E="Đơn hàng siêu thị")), "giay-to")
    assert verdicts(found) == ["new"] * 3
    assert verdicts(province.preview(listed(deal), "giay-to")) == ["same"]


@pytest.mark.parametrize(
    ("row", "cell", "sentence"),
    [
        (changed(FOOD, B="HTX lạ"), "B2", f"Chưa có chủ thể “HTX lạ” {GO_FIRST}"),
        (changed(FOOD, I="11/03/2025"), "I2", "Ngày hết hạn trước ngày cấp."),
        (
            changed(FOOD, H=None, I="3 năm"),
            "I2",
            "Thời hạn 36 tháng mà chưa rõ ngày cấp. Ghi ngày cấp hoặc ngày hết hạn.",
        ),
        (changed(FOOD, I="sớm"), "I2", "“sớm” không phải ngày. Ghi ngày/tháng/năm, ví dụ 15/10/2025."),
        (changed(FOOD, I="12/03/2208"), "I2", "Ngày 12/03/2208 quá xa. Kiểm tra lại."),
        (
            changed(FOOD, J="Mật ong"),
            "J2",
            "“Mật ong” không phải sản phẩm, cơ sở của chủ thể này. Bỏ trống: cả chủ thể.",
        ),
        (changed(FOOD, D="Giấy gì", E="Một tờ"), "D2", f"“Giấy gì” không phải loại giấy tờ. {AS_IN_WALLET}"),
        (changed(FOOD, E=None), "D2", "Thiếu loại giấy tờ hoặc tên giấy tờ."),
        (changed(FOOD, E="Một tờ"), "E2", f"Chưa rõ loại giấy tờ. {AS_IN_WALLET}"),
        (changed(FOOD, B=None), "B2", "Thiếu chủ thể."),
    ],
)
def test_what_cannot_be_is_said_by_cell(
    province: Office, subject: Subject, row: tuple[object, ...], cell: str, sentence: str
) -> None:
    assert problems(province.preview(listed(row), "giay-to")) == [(cell, sentence)]


def test_a_list_in_groups_by_producer_as_an_office_keeps_it(province: Office, subject: Subject) -> None:
    rows = [
        ("UBND XÃ CHIÊM HÓA",),
        ("BẢNG KÊ HỒ SƠ MINH CHỨNG SẢN PHẨM OCOP NĂM 2026",),
        (),
        ("TT", "Tên giấy tờ", "Số, ký hiệu", "Cơ quan cấp", "Hiệu lực", None, "Dùng cho sản phẩm", "Ghi chú"),
        (None, None, None, None, "Từ ngày", "Đến ngày", None, None),
        ("I", "HTX A (xã Chiêm Hóa): 02 giấy tờ"),
        (1, "GCN đủ điều kiện ATTP", "15/GCN", "Sở Nông nghiệp", "12/03/2025", "12/03/2028", None, "bản gốc"),
        (2, "Phiếu kết quả kiểm nghiệm", "77/KN", None, "05/01/2026", None, "Chè xanh", None),
        ("II", "HTX lạ"),
        (1, "Giấy đăng ký kinh doanh", "9", None, "01/02/2019", None, None, None),
        (None, "Tổng cộng", 3),
        (),
        (None, "Người lập biểu", None, None, "Chiêm Hóa, ngày 20 tháng 11 năm 2026"),
    ]
    merged = ("A1:H1", "A2:H2", "A4:A5", "B4:B5", "C4:C5", "D4:D5", "E4:F4", "G4:G5", "H4:H5")
    found = province.preview(book(("Minh chứng", rows), merged={"Minh chứng": merged}), "giay-to")
    assert (found.step, verdicts(found)) == (Step.CHECKED, ["new", "new", "wrong"]), found.told
    assert problems(found) == [("B9", f"Chưa có chủ thể “HTX lạ” {GO_FIRST}")]
    assert "2 dòng nhóm nêu tên chủ thể của các dòng bên dưới." in found.told["said"]
    province.confirm(found, skip_wrong=True)
    assert [one.subject for one in Evidence.objects.all()] == [subject, subject]
    assert [one.name for one in Evidence.objects.get(number="77/KN").products.all()] == ["Chè xanh"]


@pytest.mark.parametrize("until", ["12/03/2025", "24/11/2126"])
def test_a_paper_of_one_day_and_one_of_a_hundred_years_are_taken(
    province: Office, subject: Subject, until: str
) -> None:
    assert verdicts(province.preview(listed(changed(FOOD, I=until)), "giay-to")) == ["new"]


def test_a_scope_names_products_a_comma_in_a_name_or_a_site(province: Office, subject: Subject) -> None:
    Site.objects.create(subject=subject, kind="workshop", name="Xưởng Bòng", commune=subject.commune)
    province.bring(listed(changed(FOOD, J="Trà, mật ong, Chè xanh"), changed(LAB, J="Xưởng Bòng")), "giay-to")
    assert {one.name for one in food().products.all()} == {"Trà, mật ong", "Chè xanh"}
    assert str(Evidence.objects.get(number="77/KN").site) == "Xưởng Bòng"


def test_a_commune_lists_for_its_own_subjects_alone(commune: Office, province: Office, subject: Subject) -> None:
    province.bring(book(("DS", [("Tên chủ thể", "Loại hình", "Xã"), ("HTX B", "HTX", "Tân Trào")])))
    theirs = changed(FOOD, B="HTX B", C="Tân Trào")
    assert problems(commune.preview(listed(theirs), "giay-to")) == [
        ("B2", "Chưa có chủ thể “HTX B” trong địa bàn của bạn. Nhập danh sách chủ thể trước.")
    ]
    commune.bring(listed(FOOD), "giay-to")
    assert food().subject == subject


def test_the_wallet_s_list_comes_in_unchanged(
    province: Office, subject: Subject, commune: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Papers with files, of every scope, two of one number, one without any, lapsed and to come; and listed ones."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    site = Site.objects.create(subject=subject, kind="workshop", name="Xưởng Bòng", commune=subject.commune)
    kind = EvidenceKind.objects.get(code="market")
    products = list(subject.products.order_by("pk"))
    day = date(2027, 1, 1)
    for printed in (
        {"number": "9", "products": products}, {"number": "9", "valid_from": day}, {"site": site},
        {"products": products[1:]}, {"valid_until": day - timedelta(days=900)}, {"issuer": "Siêu thị"},
    ):  # fmt: skip
        add_evidence(subject=subject, kind=kind, name="Hợp đồng", stored=stored(), by=commune.user, now=NOW, **printed)
    province.bring(listed(changed(FOOD), changed(FIRM)), "giay-to")
    browser = Client(headers={"host": "localhost"})
    browser.force_login(province.user)
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": NOW.timestamp()}]
    session.save()
    content = browser.get("/giay-to/?tai=xlsx").content
    found = province.preview(content, "giay-to")
    assert (found.step, verdicts(found)) == (Step.CHECKED, ["same"] * 8), (found.told, problems(found))
