"""The pages of imports: who opens them, what they say, what a form sent twice or late does."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ocop.accounts.models import User
from ocop.importing.models import Import, Step
from ocop.registry.models import Subject
from tests.dossiers.scene import PDF
from tests.dossiers.test_pages_uploads import send as in_pieces

from .conftest import NOW, Office, verdicts, work
from .lists import book
from .test_flow import HEAD, PLAIN, ROWS

WRONG = book(("DS", [HEAD, *ROWS, ("HTX sai xã", "HTX", "Xã Không Có", None, None)]))


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def client(user: User) -> Client:
    browser = Client(headers={"host": "localhost"})
    browser.force_login(user)
    return browser


def send(browser: Client, content: bytes, name: str = "ds.xlsx", kind: str = "chu-the"):  # type: ignore[no-untyped-def]
    data = {"kind": kind, "file": SimpleUploadedFile(name, content), "once": f"{name}{len(content)}"[:64]}
    return browser.post("/nhap-excel/tai-len/", data)


def test_a_list_goes_from_upload_to_the_register_and_back_by_its_pages(province: Office) -> None:
    browser = client(province.user)
    answer = send(browser, PLAIN)
    found = Import.objects.get()
    assert answer["Location"] == f"/nhap-excel/{found.pk}/"
    assert "Đang đọc tệp" in browser.get(answer["Location"]).content.decode()
    work(found)
    page = browser.get(answer["Location"]).content.decode()
    assert "Nhập 2 dòng vào hệ thống?" in page
    found.refresh_from_db()
    done = browser.post(f"/nhap-excel/{found.pk}/ghi/", {"version": found.version, "once": "mot"}, follow=True)
    assert "Đã nhập 2 dòng." in done.content.decode()
    assert Subject.objects.filter(name=ROWS[0][0]).exists()
    found.refresh_from_db()
    form = {"version": found.version, "once": "hai", "reason": "Nhập nhầm danh sách cũ"}
    undone = browser.post(f"/nhap-excel/{found.pk}/hoan-tac/", form, follow=True)
    assert "Đã hoàn tác 2 dòng." in undone.content.decode()
    assert not Subject.objects.filter(name=ROWS[0][0]).exists()


def test_a_list_that_came_in_pieces_is_taken_and_sealed_like_one_with_the_form(province: Office) -> None:
    browser = client(province.user)
    sent = {"kind": "chu-the", "once": "manh", "file": in_pieces(browser, "/tai-len/", PLAIN, "ds.xlsx")}
    assert browser.post("/nhap-excel/tai-len/", sent)["Location"] == f"/nhap-excel/{Import.objects.get().pk}/"
    found = work(Import.objects.get())
    assert (found.file_name, found.blob.restricted, verdicts(found)) == ("ds.xlsx", True, ["new", "new"])


def test_another_file_that_came_in_pieces_is_refused(province: Office) -> None:
    browser = client(province.user)
    sent = {"kind": "chu-the", "once": "manh", "file": in_pieces(browser, "/tai-len/", PDF, "ds.pdf")}
    answer = browser.post("/nhap-excel/tai-len/", sent)
    assert (answer.status_code, Import.objects.count()) == (422, 0)
    assert "Loại tệp này không được nhận." in answer.content.decode()


def test_a_double_click_writes_once(province: Office) -> None:
    found, browser = province.preview(PLAIN), client(province.user)
    form = {"version": found.version, "once": "cung-mot-lan"}
    browser.post(f"/nhap-excel/{found.pk}/ghi/", form)
    again = browser.post(f"/nhap-excel/{found.pk}/ghi/", form)
    assert again.status_code in (409, 422)
    assert Subject.objects.filter(name=ROWS[0][0]).count() == 1


def test_the_undo_lists_what_was_used_since_and_asks_before_it_leaves_it(province: Office) -> None:
    found, browser = province.bring(PLAIN), client(province.user)
    province.bring(book(("DS", [HEAD, (*ROWS[0][:3], "0912000111", ROWS[0][4])])))
    form = {"version": found.version, "once": "a", "reason": "Nhập nhầm danh sách cũ"}
    refused = browser.post(f"/nhap-excel/{found.pk}/hoan-tac/", form)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert f"<strong>Dòng 2:</strong> {ROWS[0][0]}, {ROWS[0][1]}." in page
    assert "Giữ 1 dòng đã dùng và hoàn tác 1 dòng còn lại" in page
    assert Subject.objects.filter(name=ROWS[1][0]).exists()
    done = browser.post(f"/nhap-excel/{found.pk}/hoan-tac/", {**form, "once": "b", "leave_used": "on"}, follow=True)
    assert "Đã hoàn tác 1 dòng. 1 dòng giữ lại" in done.content.decode()
    assert not Subject.objects.filter(name=ROWS[1][0]).exists()


def test_wrong_rows_are_named_by_cell_and_left_out_only_when_one_says_so(province: Office) -> None:
    found, browser = province.preview(WRONG), client(province.user)
    page = browser.get(f"/nhap-excel/{found.pk}/").content.decode()
    assert "<strong>Dòng 4, ô C4:</strong> Không có xã Không Có trong danh mục địa bàn." in page
    assert "Bỏ 1 dòng sai và nhập 2 dòng còn lại" in page
    refused = browser.post(f"/nhap-excel/{found.pk}/ghi/", {"version": found.version, "once": "a"})
    assert refused.status_code == 422
    assert "Hãy đánh dấu vào ô bỏ các dòng sai." in refused.content.decode()
    assert not Subject.objects.filter(name=ROWS[0][0]).exists()
    form = {"version": found.version, "once": "b", "skip_wrong": "on"}
    assert browser.post(f"/nhap-excel/{found.pk}/ghi/", form).status_code == 302
    assert Subject.objects.filter(name__in=[row[0] for row in ROWS]).count() == 2


def test_wrong_rows_come_as_a_file(province: Office) -> None:
    found, browser = province.preview(WRONG), client(province.user)
    answer = browser.get(f"/nhap-excel/{found.pk}/?trang-thai=wrong&tai=xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[0][:3] == ("Dòng", "Tình trạng", "Tên chủ thể")
    assert rows[1][:3] == (4, "Sai", "HTX sai xã")
    assert "C4: Không có xã Không Có trong danh mục địa bàn." in rows[1]


def test_pages_are_for_officers_who_see_the_import(stage, commune: Office, province: Office) -> None:  # type: ignore[no-untyped-def]
    found, world = commune.preview(book(("DS", [HEAD, ("HTX X", "HTX", "Chiêm Hóa", None, None)]))), stage.world
    other = next(one for code, one in world.communes.items() if code != "02287").officers[0]
    answers = {
        name: client(user).get(f"/nhap-excel/{found.pk}/").status_code
        for name, user in {
            "its officer": commune.user, "province": province.user, "other commune": other,
            "producer": world.producers[0], "leader": world.leader, "admin": world.admin,
        }.items()
    }  # fmt: skip
    assert answers == {
        "its officer": 200, "province": 200, "other commune": 404, "producer": 404, "leader": 404, "admin": 404,
    }  # fmt: skip
    assert Client(headers={"host": "localhost"}).get("/nhap-excel/")["Location"].startswith("/dang-nhap/")


def test_columns_are_corrected_on_their_page(province: Office) -> None:
    content = book(("DS", [("Một tiêu đề",), ("Đơn vị làm ra", "Kiểu", "Ở xã"), ("HTX A", "HTX", "Chiêm Hóa")]))
    found, browser = province.preview(content), client(province.user)
    assert found.step == Step.UNMATCHED
    page = browser.get(f"/nhap-excel/{found.pk}/cot/?sheets=DS&first=2&depth=1").content.decode()
    assert "Đơn vị làm ra" in page
    form = {
        "version": 0,
        "sheets": ["DS"],
        "first": 2,
        "depth": 1,
        "cot-0": "name",
        "cot-1": "kind",
        "cot-2": "commune",
    }
    twice = browser.post(f"/nhap-excel/{found.pk}/cot/", {**form, "cot-1": "name"})
    assert "Hai cột cùng chỉ một mục." in twice.content.decode()
    assert browser.post(f"/nhap-excel/{found.pk}/cot/", {**form, "with_hidden": "on"}).status_code == 302
    assert verdicts(work(found)) == ["new"]


def test_text_of_old_fonts_is_asked_about_and_then_repaired(province: Office) -> None:
    rows = [("HTX chÌ Hång Th¸i", "HTX", "Hång Th¸i"), ("HTX mËt ong", "HTX", "Chiªm Hãa")]
    content = book(("DS", [("Tªn chñ thÓ", "Lo¹i h×nh", "X·, ph­êng"), *rows]))
    found, browser = province.preview(content), client(province.user)
    assert (found.step, found.told["font"]) == (Step.UNMATCHED, "tcvn3")
    page = browser.get(f"/nhap-excel/{found.pk}/cot/").content.decode()
    assert "đọc thành “HTX chè Hồng Thái”" in page
    form = {"version": 0, "sheets": ["DS"], "first": 1, "depth": 1, "with_hidden": "on"}
    form |= {"cot-0": "name", "cot-1": "kind", "cot-2": "commune"}
    assert "Hãy chọn" in browser.post(f"/nhap-excel/{found.pk}/cot/", form).content.decode()
    browser.post(f"/nhap-excel/{found.pk}/cot/", {**form, "font": "tcvn3"})
    found = work(found)
    assert verdicts(found) == ["new", "new"]
    assert [row.values["name"] for row in found.rows.order_by("place")] == ["HTX chè Hồng Thái", "HTX mật ong"]


@pytest.mark.parametrize(
    ("address", "kind"), [("/chu-the/", "chu-the"), ("/san-pham-cua-toi/", "san-pham"), ("/chung-nhan/", "cong-nhan")]
)
def test_what_the_system_exports_comes_in_unchanged(province: Office, stage, address: str, kind: str) -> None:  # type: ignore[no-untyped-def]
    head = ("Tên sản phẩm", "Chủ thể", "Xã", "Bộ sản phẩm", "Hạng sao", "Số quyết định", "Ngày quyết định")
    rows = [
        ("Chè xanh", "HTX A", "Tân Trào", 11, 4, "321/QĐ-UBND", "12/12/2024"),
        ("Mật ong", "Hợp tác xã B", "Hùng Đức", 4, 3, None, None),
    ]
    for one in ("chu-the", "san-pham", "cong-nhan"):
        province.bring(book(("DS", [head, *rows])), one)
    browser = client(province.user)
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": NOW.timestamp()}]
    session.save()
    answer = browser.get(f"{address}?tai=xlsx")
    assert answer.status_code == 200
    found = province.preview(answer.content, kind)
    assert found.step == Step.CHECKED, found.told
    assert set(verdicts(found)) == {"same"}
    assert len(verdicts(found)) >= 2


def test_the_list_asks_no_more_for_more_rows(province: Office) -> None:
    browser = client(province.user)

    def asked(address: str) -> int:
        browser.get(address)  # the session's own writes happen once
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        return len(queries)

    one = province.preview(book(("DS", [HEAD, ROWS[0]])))
    few = (asked("/nhap-excel/"), asked(f"/nhap-excel/{one.pk}/"))
    many = province.preview(book(("DS", [HEAD, *((f"HTX {n}", "HTX", "Tân Trào", None, None) for n in range(30))])))
    province.preview(PLAIN)
    assert (asked("/nhap-excel/"), asked(f"/nhap-excel/{many.pk}/")) == few
    assert max(few) <= 12


def bomb() -> bytes:
    """An .xlsx whose shared strings are 250 MB of nothing."""
    out = io.BytesIO(PLAIN)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/sharedStrings2.xml", b"<a>" + b" " * (250 * 1024 * 1024) + b"</a>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("ds.xlsx", b"", "Tệp rỗng"),
        ("ds.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "Loại tệp này không được nhận."),
        ("ds.csv", "Tên chủ thể".encode(), "Loại tệp này không được nhận."),
        ("ds.xlsx", b"%PDF-1.7 %%EOF", "Tên tệp ghi xlsx nhưng nội dung là pdf."),
        ("ds.xlsx", b"PK\x03\x04" + b"0" * 100, "Tệp Office bị hỏng."),
    ],
)
def test_another_file_is_refused_before_it_is_parsed(
    province: Office, name: str, content: bytes, sentence: str
) -> None:
    answer = send(client(province.user), content, name)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Import.objects.count() == 0


def test_a_bomb_is_refused_before_it_is_parsed(province: Office) -> None:
    answer = send(client(province.user), bomb())
    assert answer.status_code == 422
    assert "Tệp phình quá lớn khi mở." in answer.content.decode()
