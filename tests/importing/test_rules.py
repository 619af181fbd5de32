"""Cells, heads, old fonts and limits, by hand."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter

from ocop.importing.rules import cells, heads, workbook
from ocop.importing.rules.fields import FIELDS, Kind, field_of, field_under
from ocop.importing.rules.fonts import Font, looks_like, repaired
from ocop.importing.rules.rows import Row, Told, rows_of
from ocop.importing.rules.words import level_of, paper_kind, subject_kind
from ocop.kernel.refusal import Refusal

from .lists import book, saved

TODAY = date(2026, 11, 24)


def read(kind: Kind, content: bytes, *, with_hidden: bool = True) -> tuple[list[Row], Told]:
    sheets = workbook.read(content)
    tables = heads.choose(kind, sheets)
    columns: dict[str, str] = {}
    for one in tables:
        columns |= heads.match(kind, one.heads, {})
    return rows_of(kind, sheets, tables, columns, font=None, with_hidden=with_hidden, today=TODAY)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (datetime(2023, 12, 12), "2023-12-12"),
        (date(2023, 12, 12), "2023-12-12"),
        ("12/12/2023", "2023-12-12"),
        (" 5-3-2023 ", "2023-03-05"),
        ("05.03.2023", "2023-03-05"),
        ("ngày 5 tháng 3 năm 2023", "2023-03-05"),
        ("Ngày 05/03/2023", "2023-03-05"),
        ("2023-03-05", "2023-03-05"),
        (45000.0, "2023-03-15"),
        ("24/11/2026", "2026-11-24"),
    ],
)
def test_a_day_is_read_as_offices_write_it(value: object, wanted: str) -> None:
    found = cells.read(field_of(Kind.SUBJECTS, "founded_on"), value, TODAY)
    assert (found.value, found.error) == (wanted, "")


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("31/02/2023", "Ngày 31/02/2023 không có thật."),
        ("25/11/2026", "Ngày 25/11/2026 chưa tới. Kiểm tra lại."),
        ("tháng 3/2023", "“tháng 3/2023” không phải ngày. Ghi ngày/tháng/năm, ví dụ 15/10/2025."),
        ("#N/A", "Ô báo lỗi #N/A trong Excel. Sửa công thức hoặc gõ giá trị."),
    ],
)
def test_a_day_that_is_none_says_why(value: object, error: str) -> None:
    assert cells.read(field_of(Kind.SUBJECTS, "founded_on"), value, TODAY).error == error


@pytest.mark.parametrize("value", ["", "-", "…", "chưa rõ", "Không rõ", "n/a"])
def test_what_is_not_known_is_nothing(value: str) -> None:
    assert cells.read(field_of(Kind.SUBJECTS, "founded_on"), value, TODAY) == cells.Read()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1.170,5", "1170.5"),
        ("61.000,0", "61000.0"),
        ("1.170", "1170"),
        ("1170.5", "1170.5"),
        ("12,5", "12.5"),
        ("x", None),
    ],
)
def test_numbers_in_vietnamese_writing(text: str, wanted: str | None) -> None:
    found = cells.number(text)
    assert (str(found) if found is not None else None) == wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(4.0, 4), ("4 sao", 4), ("****", 4), ("★★★", 3), ("Hạng 5 sao", 5), ("bốn sao", 4), ("3 sao OCOP", 3)],
)
def test_stars(value: object, wanted: int) -> None:
    assert cells.read(field_of(Kind.RECOGNITIONS, "stars"), value, TODAY).value == wanted


@pytest.mark.parametrize(
    ("value", "number", "more"),
    [
        ("321/QĐ-UBND", "321/QĐ-UBND", ()),
        ("QĐ số 321 / QĐ - UBND", "321/QĐ-UBND", ()),
        (
            "Quyết định số 2890/QĐ-BNN-VPĐP ngày 30/6/2021",
            "2890/QĐ-BNN-VPĐP",
            (("decided_on", "2021-06-30"),),
        ),
        (
            "15/QĐ-UBND ngày 05/02/2020 của UBND tỉnh Tuyên Quang",
            "15/QĐ-UBND",
            (("decided_on", "2020-02-05"), ("organ_name", "UBND tỉnh Tuyên Quang")),
        ),
    ],
)
def test_a_decision_in_one_cell(value: str, number: str, more: tuple[tuple[str, str], ...]) -> None:
    found = cells.read(field_of(Kind.RECOGNITIONS, "number"), value, TODAY)
    assert (found.value, found.more, found.error) == (number, more, "")


def test_numbers_that_lost_their_zero_get_it_back_and_it_is_said() -> None:
    phone = cells.read(field_of(Kind.SUBJECTS, "phone"), 912345678.0, TODAY)
    assert (phone.value, phone.warning) == (
        "0912345678",
        "Ô là số 912345678: Excel đã bỏ số 0 ở đầu, hiểu là 0912345678.",
    )
    assert cells.read(field_of(Kind.SUBJECTS, "tax_code"), 5000123456.0, TODAY).value == "5000123456"
    assert cells.read(field_of(Kind.SUBJECTS, "tax_code"), "5000123456-001", TODAY).value == "5000123456-001"


@pytest.mark.parametrize(
    ("old", "font", "new"),
    [
        ("HTX chÌ Hång Th¸i", Font.TCVN3, "HTX chè Hồng Thái"),
        ("X· Hïng §øc, huyÖn Hµm Yªn", Font.TCVN3, "Xã Hùng Đức, huyện Hàm Yên"),
        ("MËt ong b¹c hµ", Font.TCVN3, "Mật ong bạc hà"),
        ("Hôïp taùc xaõ cheø Hoàng Thaùi", Font.VNI, "Hợp tác xã chè Hồng Thái"),
        ("xaõ Huøng Ñöùc, huyeän Haøm Yeân", Font.VNI, "xã Hùng Đức, huyện Hàm Yên"),
    ],
)
def test_old_fonts_are_seen_and_repaired(old: str, font: Font, new: str) -> None:
    assert looks_like(old) == font
    assert repaired(old, font) == new


@pytest.mark.parametrize(
    "text",
    ["Hợp tác xã", "HTX chè Hồng Thái", "toà hoá", "Tân Trào", "hoàn toàn", "quà tặng", "TRÀ XANH", "Cà phê", "Loan"],
)
def test_text_of_today_is_no_old_font(text: str) -> None:
    assert looks_like(text) is None
    assert repaired(text, Font.UNICODE) == text


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("Tên chủ thể (HTX, THT, công ty)", "name"),
        ("Địa chỉ / Xã", "commune"),
        ("Địa chỉ / Huyện", "district"),
        ("MST", "tax_code"),
        ("Số điện thoại", "phone"),
        ("Ghi chú", None),
    ],
)
def test_heads_name_fields(head: str, code: str | None) -> None:
    found = field_under(Kind.SUBJECTS, head)
    assert (found.code if found else None) == code


def test_no_head_means_two_fields_of_a_kind() -> None:
    for kind, fields in FIELDS.items():
        spellings = [text for field in fields for text in field.spellings]
        assert len(spellings) == len(set(spellings)), (kind, sorted(t for t in spellings if spellings.count(t) > 1))


def test_hidden_rows_and_formulas_are_said() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in (("Tên chủ thể", "Xã"), ("HTX A", "Tân Trào"), ("HTX B", "Tân Trào")):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    rows, told = read(Kind.SUBJECTS, saved(made))
    assert ([row.values["name"] for row in rows], told.hidden) == (["HTX A", "HTX B"], 1)
    rows, told = read(Kind.SUBJECTS, saved(made), with_hidden=False)
    assert ([row.values["name"] for row in rows], told.hidden) == (["HTX A"], 1)


def test_a_formula_counts_by_its_value() -> None:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, ("Tên chủ thể", "Xã"))
    sheet.write_formula(1, 0, '="HTX "&"A"', None, "HTX A")
    sheet.write(1, 1, "Tân Trào")
    made.close()
    rows, told = read(Kind.SUBJECTS, out.getvalue())
    assert ([row.values["name"] for row in rows], told.formulas) == (["HTX A"], 1)


def test_merged_cells_hold_for_every_row_of_theirs() -> None:
    rows = [("Chủ thể", "Tên sản phẩm"), ("HTX A", "Chè"), (None, "Mật ong"), ("HTX B", "Gạo")]
    found, _ = read(Kind.PRODUCTS, book(("DS", rows), merged={"DS": ("A2:A3",)}))
    assert [(row.values["subject"], row.values["name"]) for row in found] == [
        ("HTX A", "Chè"),
        ("HTX A", "Mật ong"),
        ("HTX B", "Gạo"),
    ]


def test_sheets_of_one_head_are_read_together_and_others_are_not() -> None:
    head = ("STT", "Tên chủ thể", "Xã")
    content = book(
        ("Sơn Dương", [head, (1, "HTX A", "Tân Trào")]),
        ("Hàm Yên", [("DANH SÁCH",), head, (1, "HTX B", "Hùng Đức")]),
        ("Kinh phí", [("Nội dung", "Số tiền"), ("Tập huấn", 5)]),
    )
    rows, _ = read(Kind.SUBJECTS, content)
    assert [(row.sheet, row.number, row.values["name"]) for row in rows] == [
        ("Sơn Dương", 2, "HTX A"),
        ("Hàm Yên", 3, "HTX B"),
    ]


PAPERS_HEAD = ("STT", "Loại giấy tờ", "Số", "Ngày cấp")


def _papers_of(*rows: tuple[object, ...], merged: tuple[str, ...] = ()) -> list[tuple[object, ...]]:
    """(producer, commune, number, cell of the producer) of each row that is read."""
    found, _ = read(Kind.PAPERS, book(("DS", [PAPERS_HEAD, *rows]), merged={"DS": merged}))
    return [
        (row.values.get("subject"), row.values.get("commune"), row.values["number"], row.places.get("subject"))
        for row in found
    ]


def test_a_group_row_names_the_producer_of_the_papers_below_it() -> None:
    assert _papers_of(
        ("I", "HTX chè A (xã Tân Trào)"),
        (1, "ĐKKD", "01"),
        (2, "Kiểm nghiệm", "02"),
        ("II", "Công ty TNHH B, thôn Bòng, xã Hùng Đức: 02 giấy tờ"),
        (1, "ĐKKD", "03"),
        ("III", "Hộ kinh doanh xã Phù Lưu"),
        (1, "ĐKKD", "04"),
    ) == [
        ("HTX chè A", "xã Tân Trào", "01", "B2"),
        ("HTX chè A", "xã Tân Trào", "02", "B2"),
        ("Công ty TNHH B", "xã Hùng Đức", "03", "B5"),
        ("Hộ kinh doanh xã Phù Lưu", None, "04", "B7"),
    ]


def test_the_producer_of_a_group_stands_in_the_first_column_across_the_row_or_alone() -> None:
    assert _papers_of(
        ("I. HTX A",), (1, "ĐKKD", "01"), ("HTX B",), (1, "ĐKKD", "02"), (None, "HTX C"), (1, "ĐKKD", "03"),
        merged=("A4:D4",),
    ) == [("HTX A", None, "01", "A2"), ("HTX B", None, "02", "A4"), ("HTX C", None, "03", "B6")]  # fmt: skip


def test_papers_never_fall_to_the_producer_of_the_group_before() -> None:
    """A name without HTX, công ty, hộ is one where it is numbered as the last; a new place ends the producer."""
    assert _papers_of(
        ("I", "HTX A"),
        ("A.", "Giấy tờ pháp lý"),
        (1, "ĐKKD", "01"),
        ("II", "Nguyễn Văn C"),
        (1, "ĐKKD", "02"),
        ("III", "Xã Hùng Đức"),
        (1, "ĐKKD", "03"),
    ) == [
        ("HTX A", None, "01", "B2"),
        ("Nguyễn Văn C", None, "02", "B5"),
        (None, "Xã Hùng Đức", "03", None),
    ]


def test_products_take_their_producer_from_the_group_and_their_own_column_goes_first() -> None:
    head, group = ("STT", "Tên sản phẩm", "Chủ thể"), ("I", "HTX A", None)
    found, told = read(Kind.PRODUCTS, book(("DS", [head, group, (1, "Chè", None), (2, "Gạo", "HTX B")])))
    assert [(row.values["subject"], row.values["name"]) for row in found] == [("HTX A", "Chè"), ("HTX B", "Gạo")]
    assert told.sentences(with_hidden=True) == ["1 dòng nhóm nêu tên chủ thể của các dòng bên dưới."]
    groups = [head[:2], ("A", "Đồ uống"), (1, "Chè"), ("B", "Gia vị"), (1, "Hồ tiêu")]
    found, told = read(Kind.PRODUCTS, book(("DS", groups)))
    assert [row.values for row in found] == [{"name": "Chè"}, {"name": "Hồ tiêu"}]
    assert (told.groups, told.producers) == (2, 0)


def test_a_company_is_no_total_row() -> None:
    rows = [
        ("STT", "Tên chủ thể", "Xã"),
        (1, "Công ty A", "Tân Trào"),
        (2, "Tổng công ty B", "Tân Trào"),
        (None, "Tổng cộng", None),
    ]
    found, told = read(Kind.SUBJECTS, book(("DS", rows)))
    assert [row.values["name"] for row in found] == ["Công ty A", "Tổng công ty B"]
    assert told.totals == 1


def _rows(count: int) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = made.add_worksheet()
    for n in range(count):
        sheet.write_number(n, 0, n)
    made.close()
    return out.getvalue()


def test_fifty_thousand_rows_are_taken_and_one_more_is_not() -> None:
    assert len(workbook.read(_rows(50_000))[0].rows) == 50_000
    with pytest.raises(Refusal, match=r"hơn 50\.000 dòng"):
        workbook.read(_rows(50_001))


def test_two_hundred_columns_are_taken_and_one_more_is_not() -> None:
    assert len(workbook.read(book(("DS", [["x"] * 200])))[0].rows[0]) == 200
    with pytest.raises(Refusal, match="hơn 200 cột"):
        workbook.read(book(("DS", [["x"] * 201])))


def test_a_part_larger_than_it_says_never_reaches_the_parser() -> None:
    """The table of contents is made to lie: 300 MB of shared strings that claim to be 100 bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(("DS", [["x"]])))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name != "xl/sharedStrings.xml":
                new.writestr(name, old.read(name))
        new.writestr("xl/sharedStrings.xml", b"<sst>" + b" " * (300 * 1024 * 1024) + b"</sst>")
    honest = out.getvalue()
    with pytest.raises(Refusal, match="phình quá lớn"):
        workbook.read(honest)
    size = (300 * 1024 * 1024 + 11).to_bytes(4, "little")
    assert honest.count(size) >= 1
    with pytest.raises(Refusal, match="hỏng"):
        workbook.read(honest.replace(size, (100).to_bytes(4, "little")))


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"khong phai zip", book(("DS", [["x"]]))[:500]])
def test_a_damaged_file_is_said(content: bytes) -> None:
    with pytest.raises(Refusal, match="Tệp Excel bị hỏng"):
        workbook.read(content)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("HTX chè", "cooperative"), ("Hợp tác xã", "cooperative"), ("Tổ hợp tác Nà Chang", "cooperative_group"),
        ("THT", "cooperative_group"), ("Công ty TNHH A", "sme"), ("DN", "sme"), ("Hộ kinh doanh", "household"),
        ("Hộ ông A", "household"), ("Trang trại B", "farm"), ("Hồng Thái", None), ("Nhóm bạn", None),
    ],
)  # fmt: skip
def test_the_kind_of_a_producer(text: str, code: str | None) -> None:
    assert subject_kind(text) == code


@pytest.mark.parametrize(
    ("organ", "number", "stars", "day", "level"),
    [
        ("UBND tỉnh", "", 5, None, "province"),
        ("UBND huyện Sơn Dương", "", 3, None, "district"),
        ("Bộ Nông nghiệp và Môi trường", "", 5, None, "ministry"),
        ("", "2890/QĐ-BNN-VPĐP", 4, None, "ministry"),
        ("", "", 5, None, "ministry"),
        ("", "", 3, date(2023, 2, 23), "province"),
        ("", "", 3, date(2023, 2, 24), "district"),
        ("", "", 3, date(2025, 6, 30), "district"),
        ("", "", 3, date(2025, 7, 1), "province"),
        ("", "", 4, date(2024, 1, 1), "province"),
    ],
)
def test_who_recognised(organ: str, number: str, stars: int, day: date | None, level: str) -> None:
    assert level_of(organ, number, stars, day, None) == level


def test_where_no_head_is_found_the_row_of_most_words_is_a_start() -> None:
    rows = [
        ("DANH SÁCH NĂM 2026",),
        (),
        ("Đơn vị làm ra", "Kiểu", "Ở đâu"),
        ("HTX A", "HTX", "Chiêm Hóa"),
        ("HTX B", 1),
    ]
    found = heads.likely(workbook.read(book(("DS", rows)))[0])
    assert (found.first, found.last, found.heads) == (2, 2, ("Đơn vị làm ra", "Kiểu", "Ở đâu"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("GCN đủ điều kiện ATTP", "production_condition"),
        ("Giấy chứng nhận đăng ký nhãn hiệu", "intellectual_property"),
        ("Giấy chứng nhận đăng ký hợp tác xã", "business_registration"),
        ("Kết quả kiểm nghiệm ISO 17025", "test_report"),
        ("Chứng nhận VietGAP", "quality_management"),
        ("Mã số vùng trồng", "material_origin"),
        ("Giấy tờ khác", None),
    ],
)
def test_a_kind_of_paper_is_told_by_its_words(text: str, code: str | None) -> None:
    assert paper_kind(text) == code
