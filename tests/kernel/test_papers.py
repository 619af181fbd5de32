"""Papers read back from their Word and PDF prints. Expected layout: Nghị định 30/2020/NĐ-CP, annex I."""

import io
import unicodedata
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise

import docx
import pikepdf
import pypdfium2
import pytest
import zxingcpp
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from ocop.kernel.papers.certificate import CertificateFacts, certificate_pdf
from ocop.kernel.papers.fonts import balanced, drawable, width_mm
from ocop.kernel.papers.pdf import to_pdf
from ocop.kernel.papers.tree import (
    Annex,
    Box,
    Code,
    Column,
    Field,
    HeadCell,
    Heading,
    PageBreak,
    Paper,
    Paragraph,
    Signature,
    Signatures,
    Spacer,
    Table,
    article,
    clauses,
    dashes,
    italic,
    letter,
    points,
    roman,
)
from ocop.kernel.papers.word import to_docx

MARKUP = "#x $y$ *z* _u_ @v <w> [b] \\n \"kép\" 'đơn' `m` -- ~ /* c */ // {d} & %"
COLUMNS = (
    Column("TT", 0.5, "center"),
    Column("Tên sản phẩm", 3),
    Column("Tự chấm", 1, "right", "Điểm"),
    Column("Hội đồng", 1, "right", "Điểm"),
    Column("Hạng sao", 0.8, "center"),
)
ROWS = (
    ("Nhóm thực phẩm",),
    ("1", "Cam sành Hàm Yên", "81", "78,5", "4"),
    ("2", ("Chè ", italic("Shan")), "70", "69", "3"),
)
DECISION = Paper(
    kind="Quyết định",
    summary="Về việc công nhận kết quả đánh giá, phân hạng sản phẩm OCOP",
    day=date(2026, 2, 5),
    organ="Ủy ban nhân dân tỉnh Tuyên Quang",
    number="05/QĐ-UBND",
    place="Tuyên Quang",
    issuer="Chủ tịch Ủy ban nhân dân tỉnh Tuyên Quang",
    bases=("Căn cứ Luật Tổ chức chính quyền địa phương", "Theo đề nghị của Giám đốc Sở Nông nghiệp và Môi trường;"),
    body=(
        article(1, "Công nhận 02 sản phẩm, trong đó:"),
        *points("01 sản phẩm đạt 4 sao;", MARKUP),
        article(2, "Quyết định này có hiệu lực kể từ ngày ký."),
    ),
    signers=(Signature(("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Nguyễn Văn Ánh"),),
    recipients=("Như Điều 2", "Lưu: VT, NLN (Hằng)"),
    annexes=(Annex("Danh sách sản phẩm được công nhận", (Table(COLUMNS, ROWS),), landscape=True),),
)
FORM = Paper(
    kind="Phiếu đăng ký",
    summary="Tham gia đánh giá, phân hạng sản phẩm OCOP\ncủa tỉnh Tuyên Quang năm 2026",
    day=date(2026, 6, 1),
    body=(
        Heading("Phần I", 1),
        Field("- Tên đơn vị", "Hợp tác xã Hồng Thái"),
        Field("- Chức vụ"),
        Paragraph(("Lần đầu ", Box(True), " Nâng hạng: ", Box())),
        Spacer(4),
        Signatures((Signature(("ĐẠI DIỆN",), note="(Ký, đóng dấu, ghi rõ họ tên)"),)),
        PageBreak(),
        Heading("Dành cho cơ quan quản lý", 3),
        *dashes("Ngày nhận"),
    ),
)
LETTER = Paper(
    kind=None,
    summary="đề nghị đánh giá sản phẩm OCOP 5 sao",
    day=date(2026, 9, 12),
    organ_parent="Ủy ban nhân dân tỉnh Tuyên Quang",
    organ="Sở Nông nghiệp và Môi trường",
    symbol="SNNMT-NTM",
    place="Tuyên Quang",
    dated=False,
    to=("Bộ Nông nghiệp và Môi trường", "Văn phòng Điều phối nông thôn mới Trung ương"),
    body=clauses("Sở đề nghị xem xét."),
    signers=(Signature(("GIÁM ĐỐC",), "Trần Thị Bình"),),
    recipients=("Như trên", "Lưu: VT"),
)
MINUTES = Paper(
    kind="Biên bản",
    summary="Phiên họp Hội đồng",
    day=date(2026, 11, 2),
    organ="Hội đồng đánh giá, phân hạng sản phẩm OCOP",
    body=(Heading("I. Kết quả"), Table(COLUMNS, ROWS), Paragraph("Biên bản lập xong lúc 11 giờ 00.")),
    signers=(Signature(("THƯ KÝ",), "Lê Văn Cường"), Signature(("CHỦ TỊCH HỘI ĐỒNG",), "Nguyễn Văn Dũng")),
)
ALL = {"decision": DECISION, "form": FORM, "letter": LETTER, "minutes": MINUTES}
CERTIFICATE = CertificateFacts(
    url="https://ocop.tuyenquang.gov.vn/c/7K2M9QXD4HTR8WVNA",
    code="7K2M9QXD4HTR8WVNA",
    number="0001/2026/GCN-OCOP",
    organ="Ủy ban nhân dân tỉnh Tuyên Quang",
    product="Cam sành Hàm Yên",
    stars=4,
    subject="Hợp tác xã cam sành Hàm Yên",
    address="xã Hàm Yên, tỉnh Tuyên Quang",
    decision_number="1523/QĐ-UBND",
    decision_day=date(2026, 11, 28),
    months=36,
    valid_from=date(2026, 11, 28),
    valid_until=date(2029, 11, 28),
    place="Tuyên Quang",
    day=date(2026, 11, 28),
    signer=Signature(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Nguyễn Văn Ánh"),
)


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page, runs of blanks and line ends as one blank."""
    document = pypdfium2.PdfDocument(pdf)
    return [" ".join(page.get_textpage().get_text_bounded().replace("\ufffe", " ").split()) for page in document]


def parts(element) -> list[str]:
    """Return the text of every paragraph under an element, in the order of the file."""
    texts = []
    for paragraph in element.iter(qn("w:p")):
        texts.append(
            "".join(n.text or "" if n.tag == qn("w:t") else "\n" for n in paragraph.iter(qn("w:t"), qn("w:br")))
        )
    return [" ".join(text.split()) for text in texts if text.strip()]


def word(paper: Paper):
    return docx.Document(io.BytesIO(to_docx(paper)))


def runs_of(document, text: str):
    """Return the runs of the only paragraph that has exactly this text."""
    body = document.element.body
    found = [p for p in body.iter(qn("w:p")) if " ".join("".join(t.text for t in p.iter(qn("w:t"))).split()) == text]
    assert len(found) == 1, text
    return docx.text.paragraph.Paragraph(found[0], document)


# Words


def test_points_follow_the_vietnamese_alphabet_without_f_j_w_z():
    assert " ".join(letter(n) for n in range(1, 24)) == "a b c d đ e g h i k l m n o p q r s t u v x y"
    for outside in (0, 24):
        with pytest.raises(ValueError):
            letter(outside)


def test_annexes_carry_roman_numbers():
    assert [roman(n) for n in (1, 3, 4, 5, 9, 14, 40, 49)] == ["I", "III", "IV", "V", "IX", "XIV", "XL", "XLIX"]


def test_a_number_an_open_number_and_no_number():
    assert DECISION.number_line == "Số: 05/QĐ-UBND"
    blank = "\u00a0" * 6
    assert replace(DECISION, number=None, symbol="QĐ-UBND").number_line == f"Số: {blank}/QĐ-UBND"
    assert MINUTES.number_line == ""


def test_days_below_ten_and_months_one_and_two_are_padded_and_an_open_day_stays_open():
    assert DECISION.place_line == "Tuyên Quang, ngày 05 tháng 02 năm 2026"
    assert replace(DECISION, day=date(2026, 3, 10)).place_line == "Tuyên Quang, ngày 10 tháng 3 năm 2026"
    assert " ".join(LETTER.place_line.split()) == "Tuyên Quang, ngày tháng năm 2026"
    assert MINUTES.place_line == ""


def test_bases_and_recipients_end_with_semicolons_and_a_last_full_stop():
    assert DECISION.basis_lines() == (
        "Căn cứ Luật Tổ chức chính quyền địa phương;",
        "Theo đề nghị của Giám đốc Sở Nông nghiệp và Môi trường.",
    )
    assert DECISION.recipient_lines() == ("- Như Điều 2;", "- Lưu: VT, NLN (Hằng).")
    assert MINUTES.recipient_lines() == ()


def test_a_paper_that_goes_out_ends_with_a_full_stop_and_slash_and_minutes_do_not():
    assert "Quyết định này có hiệu lực kể từ ngày ký./." in pages(to_pdf(DECISION))[0]
    assert "lúc 11 giờ 00." in pages(to_pdf(MINUTES))[0]
    assert "./." not in pages(to_pdf(MINUTES))[0]


def test_one_annex_has_no_number_and_several_have_roman_ones():
    reference = (
        "(Kèm theo Quyết định số 05/QĐ-UBND ngày 05 tháng 02 năm 2026 của Chủ tịch Ủy ban nhân dân tỉnh Tuyên Quang)"
    )
    assert DECISION.annex_lines(0) == ("Phụ lục", "DANH SÁCH SẢN PHẨM ĐƯỢC CÔNG NHẬN", reference)
    two = replace(DECISION, annexes=DECISION.annexes * 2)
    assert [two.annex_lines(i)[0] for i in (0, 1)] == ["Phụ lục I", "Phụ lục II"]


def test_columns_of_one_group_stand_under_one_head():
    assert Table(COLUMNS, ()).head() == (
        HeadCell("TT", 0, 0, 1, 2),
        HeadCell("Tên sản phẩm", 1, 0, 1, 2),
        HeadCell("Điểm", 2, 0, 2, 1),
        HeadCell("Hạng sao", 4, 0, 1, 2),
        HeadCell("Tự chấm", 2, 1, 1, 1),
        HeadCell("Hội đồng", 3, 1, 1, 1),
    )
    assert Table(COLUMNS[:2], ()).head() == (HeadCell("TT", 0, 0, 1, 1), HeadCell("Tên sản phẩm", 1, 0, 1, 1))


def test_a_row_that_fits_no_column_is_refused():
    with pytest.raises(ValueError, match="row 2 has 3 cells for 5 columns"):
        Table(COLUMNS, (ROWS[0], ("1", "2", "3")))


def test_a_long_organ_is_broken_into_even_lines():
    assert DECISION.organ_lines == ("", "ỦY BAN NHÂN DÂN\nTỈNH TUYÊN QUANG")
    assert LETTER.organ_lines == ("ỦY BAN NHÂN DÂN\nTỈNH TUYÊN QUANG", "SỞ NÔNG NGHIỆP\nVÀ MÔI TRƯỜNG")
    assert balanced("SỞ Y TẾ", 13, 62) == "SỞ Y TẾ"
    assert balanced("một\nhai ba", 13, 1) == "một\nhai ba"
    assert balanced("một hai", 13, 1) == "một\nhai"


def test_words_that_belong_together_stay_on_one_line():
    report = replace(LETTER, organ_parent="", organ="Ủy ban nhân dân xã Tân Trào")
    assert report.organ_lines == ("", "ỦY BAN NHÂN DÂN\nXÃ TÂN TRÀO")
    assert MINUTES.organ_lines == ("", "HỘI ĐỒNG\nĐÁNH GIÁ, PHÂN HẠNG\nSẢN PHẨM OCOP")
    assert balanced("ỦY BAN NHÂN DÂN", 13, 30) == "ỦY BAN\nNHÂN DÂN"  # no room for the whole


def test_a_long_authority_is_broken_into_even_lines():
    signer = Signature(("TM. ỦY BAN NHÂN DÂN XÃ TÂN TRÀO", "CHỦ TỊCH"))
    assert signer.authority_lines == ("TM. ỦY BAN NHÂN DÂN\nXÃ TÂN TRÀO", "CHỦ TỊCH")
    assert Signature(("THƯ KÝ",)).authority_lines == ("THƯ KÝ",)


def test_the_width_of_a_line_is_that_of_times_new_roman():
    # Widths in 1/1000 em, Adobe's Times-Roman metrics: a 444, b 500, c 444; bold a 500, b 556, c 444.
    assert width_mm("abc", 72) == pytest.approx(1.388 * 25.4, abs=0.05)
    assert width_mm("abc", 72, bold=True) == pytest.approx(1.5 * 25.4, abs=0.05)


def test_characters_that_the_font_lacks_become_a_box_and_all_vietnamese_ones_stay():
    letters = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
    tones = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    every = "".join(
        unicodedata.normalize("NFC", c + tone) for c in letters for tone in (tones if c in "aăâeêioôơuưy" else ("",))
    )
    assert len(every) == 12 * 6 + 17
    assert drawable(every + every.upper()) == every + every.upper()
    assert drawable("₫ – … “ ” ≥ ²") == "₫ – … “ ” ≥ ²"
    assert drawable("chữ 漢 và 😀") == "chữ □ và □"


# Both prints


@pytest.mark.parametrize("name", ALL)
def test_word_and_pdf_say_the_same(name):
    paper = ALL[name]
    printed = "".join("".join(pages(to_pdf(paper))).split())
    written = ["".join(text.split()) for text in parts(word(paper).element.body)]
    for text in written:
        assert text in printed
    left_over = Counter(printed) - Counter("".join(written))
    assert set(left_over) <= set("0123456789.")  # page numbers and dotted lines


@pytest.mark.parametrize("print_", [to_docx, to_pdf])
@pytest.mark.parametrize("name", ALL)
def test_the_same_paper_gives_the_same_bytes_and_another_day_gives_others(name, print_):
    paper = replace(ALL[name], rehearsal=True)
    assert print_(paper) == print_(paper)
    assert print_(paper) != print_(replace(paper, day=date(2026, 1, 1)))


def test_signs_of_markup_survive_in_both_prints():
    assert " ".join(f"b) {MARKUP}".split()) in pages(to_pdf(DECISION))[0]
    assert f"b) {MARKUP}" in parts(word(DECISION).element.body)


def test_text_comes_out_in_nfc_and_control_characters_do_not_break_a_print():
    loose = unicodedata.normalize("NFD", "Chè Shan tuyết Hồng Thái")
    paper = replace(
        FORM, summary=loose, body=(Paragraph(f"{loose}\x00\x0b\ud800 kết"), Table(COLUMNS[:1], ((loose,),)))
    )
    assert pages(to_pdf(paper))[0].count("Chè Shan tuyết Hồng Thái") == 3
    assert parts(word(paper).element.body).count("Chè Shan tuyết Hồng Thái kết") == 1


def test_every_page_of_a_rehearsal_says_so_and_no_page_of_a_real_paper():
    long = replace(DECISION, body=tuple(Paragraph(f"Đoạn {n}.") for n in range(120)), rehearsal=True)
    text = pages(to_pdf(long))
    assert len(text) > 4
    assert all("DIỄN TẬP" in page for page in text)
    assert not any("DIỄN TẬP" in page for page in pages(to_pdf(replace(long, rehearsal=False))))
    for section in word(long).sections:
        for header in (section.first_page_header, section.header):
            assert "DIỄN TẬP" in header.paragraphs[0].text
            assert header._element.findall(".//{urn:schemas-microsoft-com:vml}textpath")[-1].get("string") == "DIỄN TẬP"
    for section in word(replace(long, rehearsal=False)).sections:
        assert "DIỄN TẬP" not in section.first_page_header.paragraphs[0].text + section.header.paragraphs[0].text


def test_a_paper_is_a_draft_until_number_and_day_of_the_register_are_known():
    draft = replace(DECISION, symbol="QĐ-UBND").drafted()
    assert draft.number_line == "Số: " + "\u00a0" * 6 + "/QĐ-UBND"
    assert all("DỰ THẢO" in page for page in pages(to_pdf(draft)))
    assert "DỰ THẢO" in word(draft).sections[0].first_page_header.paragraphs[0].text
    issued = draft.issued("321/QĐ-UBND", date(2026, 10, 12))
    assert (issued.number_line, issued.marks) == ("Số: 321/QĐ-UBND", ())
    assert issued.place_line.endswith("ngày 12 tháng 10 năm 2026")
    assert not any("DỰ THẢO" in page for page in pages(to_pdf(issued)))
    assert replace(draft, rehearsal=True).marks == ("DỰ THẢO", "DIỄN TẬP")


@pytest.mark.parametrize("inside", [True, False])
def test_no_signature_stands_alone_on_a_page(inside):
    """The last words go with the signature, whether it ends the body of a form or the paper."""
    signer = Signature(("ĐẠI DIỆN",), note="(Ký tên)")
    for count in range(26, 36):
        filler = (*(Paragraph(f"Dòng {n}.") for n in range(count)), Paragraph("Những lời cuối cùng."))
        paper = replace(FORM, body=(*filler, Signatures((signer,))) if inside else filler)
        text = pages(to_pdf(paper if inside else replace(paper, signers=(signer,))))
        [page] = [page for page in text if "ĐẠI DIỆN" in page]
        assert "Những lời cuối cùng." in page
        document = word(paper if inside else replace(paper, signers=(signer,)))
        assert runs_of(document, "Những lời cuối cùng.").paragraph_format.keep_with_next


def test_a_row_of_a_table_goes_to_the_next_page_as_a_whole_and_one_longer_than_a_page_is_cut():
    """Four lines a row: 25 rows cannot all end where a page does."""
    cell = "Minh chứng kèm theo của tiêu chí này. " * 2
    rows = [(f"Đầu {n} đầu {cell}", f"{n}", f"{cell} cuối {n} cuối") for n in range(25)]
    text = pages(to_pdf(replace(FORM, body=(Table(COLUMNS[:3], tuple(rows)),))))
    assert len(text) > 2
    for n in range(25):
        assert [f"Đầu {n} đầu" in page for page in text] == [f"cuối {n} cuối" in page for page in text], n
    words = " ".join(f"từ{n}" for n in range(1500))
    text = pages(to_pdf(replace(FORM, body=(Table(COLUMNS[:1], ((words,),)),))))
    assert len(text) > 1
    assert all(f"từ{n}" in " ".join(text) for n in range(1500))


DAY = date(2026, 1, 1)
ODD = {
    "nothing to say": Paper("Biên bản", "", DAY, ()),
    "empty texts and tables": Paper(
        "Báo cáo",
        "x",
        DAY,
        (Table(COLUMNS, ()), Table(COLUMNS[:1], (("một",),)), Paragraph(""), Paragraph(())),
        recipients=("Như trên",),
    ),
    "headings that leave out levels": Paper(
        "Báo cáo", "x", DAY, (Heading("ba", 3), Heading("một", 1), Heading("ba", 3))
    ),
    "an organ and a summary without end": Paper("Báo cáo", "dài " * 300, DAY, (), organ="A" * 300, symbol="BC-A"),
    "three signers beside the recipients": replace(DECISION, signers=DECISION.signers * 3),
    "empty annexes across and upright": replace(
        DECISION, annexes=(Annex("a", ()), Annex("b", (), True), Annex("c", ()))
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_papers_are_printed_too(name):
    check_archival(to_pdf(ODD[name]), ODD[name].title)
    assert word(ODD[name]).core_properties.title == ODD[name].title
    assert len(ODD[name].title) <= 255


def test_each_annex_begins_a_page_whichever_way_it_lies():
    text = pages(to_pdf(ODD["empty annexes across and upright"]))
    assert [page.partition("(Kèm")[0].strip() for page in text[1:]] == ["Phụ lục I A", "Phụ lục II B", "Phụ lục III C"]
    assert len(word(ODD["empty annexes across and upright"]).sections) == 4


def test_lines_stand_at_single_spacing_in_both_prints():
    """Single is the least of the decree: for Times New Roman 14 pt 16.1 pt, 1.149 of the size."""
    long = replace(FORM, body=(Paragraph("Dòng này dài, cần xuống hàng nhiều lần. " * 12),))
    page = pypdfium2.PdfDocument(to_pdf(long))[0].get_textpage()
    tops = sorted({round(page.get_rect(n)[3], 1) for n in range(page.count_rects())}, reverse=True)
    pitches = [round(above - below, 1) for above, below in pairwise(tops)][-4:]
    assert all(16.0 <= pitch <= 16.2 for pitch in pitches), pitches
    assert word(long).styles["Normal"].paragraph_format.line_spacing == 1.0


# Word


def test_an_empty_line_of_a_word_paper_is_as_low_as_it_was_meant():
    """Its height is that of its end mark: 14 pt of the style, if nothing is said."""
    for paragraph in word(DECISION).paragraphs:
        if not paragraph.text and paragraph._p.find(f".//{qn('w:pBdr')}") is None:
            assert int(paragraph._p.pPr.find(f"{qn('w:rPr')}/{qn('w:sz')}").get(qn("w:val"))) <= 12


def test_word_tables_leave_room_for_the_short_words_of_their_head():
    """Office's own 1.9 mm on each side broke "TT" in two."""
    table = next(t for t in word(DECISION).tables if t.style.name == "Table Grid")
    margins = table._tbl.tblPr.find(qn("w:tblCellMar"))
    found = {side.tag.rpartition("}")[2]: int(side.get(qn("w:w"))) for side in margins}
    assert found == {"top": 45, "left": 68, "bottom": 45, "right": 68}  # 0.8 and 1.2 mm in 1/1440 inch


def test_a_code_stands_beside_its_words():
    document = word(replace(FORM, body=(Code("https://ocop.example.vn/r/X", "Quét mã để biết hồ sơ ở đâu."),)))
    [grid] = document.tables
    square, beside = grid.rows[0].cells
    assert square._tc.find(f".//{qn('w:drawing')}") is not None
    assert beside.text == "Quét mã để biết hồ sơ ở đâu."


def test_word_pages_are_a4_with_the_margins_of_the_decree():
    portrait, landscape = word(DECISION).sections
    assert [round(x.mm) for x in (portrait.page_width, portrait.page_height)] == [210, 297]
    assert [round(x.mm) for x in (landscape.page_width, landscape.page_height)] == [297, 210]
    assert (portrait.orientation, landscape.orientation) == (WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE)
    for section in (portrait, landscape):
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert [round(x.mm) for x in margins] == [20, 20, 30, 15]


def test_word_pages_are_numbered_in_the_head_from_the_second_of_each_part():
    for section in word(DECISION).sections:
        assert section.different_first_page_header_footer
        assert [f.get(qn("w:instr")) for f in section.header._element.iter(qn("w:fldSimple"))] == ["PAGE"]
        assert not list(section.first_page_header._element.iter(qn("w:fldSimple")))
        stop, _ = section.header.paragraphs[0].paragraph_format.tab_stops
        width = section.page_width - section.left_margin - section.right_margin
        assert abs(stop.position - width // 2) < Mm(0.1)
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


@pytest.mark.parametrize(
    ("text", "size", "is_bold", "is_italic"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, True, None),
        ("Độc lập - Tự do - Hạnh phúc", 14, True, None),
        ("ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG", 13, True, None),
        ("Số: 05/QĐ-UBND", 13, None, None),
        ("Tuyên Quang, ngày 05 tháng 02 năm 2026", 14, None, True),
        ("QUYẾT ĐỊNH", 14, True, None),
        ("CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG", 14, True, None),
        ("QUYẾT ĐỊNH:", 14, True, None),
        ("Nơi nhận:", 12, True, True),
        ("- Như Điều 2;", 11, None, None),
        ("PHÓ CHỦ TỊCH", 14, True, None),
        ("Nguyễn Văn Ánh", 14, True, None),
        ("Phụ lục", 14, True, None),
        ("DANH SÁCH SẢN PHẨM ĐƯỢC CÔNG NHẬN", 14, True, None),
    ],
)
def test_word_parts_have_the_size_and_weight_of_the_decree(text, size, is_bold, is_italic):
    document = word(DECISION)
    spaced = {"ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG": "ỦY BAN NHÂN DÂNTỈNH TUYÊN QUANG"}  # a line end inside
    paragraph = runs_of(document, spaced.get(text, text))
    assert [(run.font.size, run.bold, run.italic) for run in paragraph.runs] == [(Pt(size), is_bold, is_italic)]


def test_word_body_is_times_new_roman_14_justified_indented_and_spaced():
    document = word(DECISION)
    normal = document.styles["Normal"]
    assert (normal.font.name, normal.font.size) == ("Times New Roman", Pt(14))
    assert {normal.element.rPr.rFonts.get(qn(f"w:{s}")) for s in ("ascii", "hAnsi", "eastAsia", "cs")} == {
        "Times New Roman"
    }
    assert normal.element.rPr.find(qn("w:lang")).get(qn("w:val")) == "vi-VN"
    paragraph = runs_of(document, "Điều 1. Công nhận 02 sản phẩm, trong đó:")
    assert paragraph.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    assert round(paragraph.paragraph_format.first_line_indent.mm, 1) == 12.7
    assert paragraph.paragraph_format.space_before >= Pt(6)
    assert [run.bold for run in paragraph.runs] == [True, None, None]
    basis = runs_of(document, "Căn cứ Luật Tổ chức chính quyền địa phương;")
    assert [run.italic for run in basis.runs] == [True]


def test_the_head_of_a_word_paper_is_a_table_without_borders_and_the_motto_has_a_line_of_its_own_length():
    document = word(DECISION)
    head = document.tables[0]
    assert (len(head.rows), len(head.columns)) == (2, 2)
    assert head._tbl.tblPr.find(qn("w:tblBorders")) is None
    assert head.style.name == "Normal Table"
    [rule] = [p for p in head.cell(0, 1).paragraphs if p._p.find(f".//{qn('w:pBdr')}") is not None]
    room = 99 - rule.paragraph_format.left_indent.mm - rule.paragraph_format.right_indent.mm
    assert room == pytest.approx(width_mm("Độc lập - Tự do - Hạnh phúc", 14, bold=True), abs=0.2)
    assert head.cell(1, 0).text == "Số: 05/QĐ-UBND"
    assert head.cell(1, 1).text == "Tuyên Quang, ngày 05 tháng 02 năm 2026"


def test_a_letter_has_its_summary_under_the_number_and_no_kind():
    document = word(LETTER)
    assert document.tables[0].cell(1, 0).paragraphs[1].text == "V/v đề nghị đánh giá sản phẩm OCOP 5 sao"
    assert "Kính gửi:" in parts(document.element.body)
    assert "Công văn" not in "".join(parts(document.element.body))


def test_a_form_has_the_national_title_alone_and_a_dotted_line_for_an_empty_field():
    document = word(FORM)
    assert document.paragraphs[0].text == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    empty = next(p for p in document.paragraphs if p.text.startswith("- Chức vụ"))
    [stop] = empty.paragraph_format.tab_stops
    assert empty.text == "- Chức vụ: \t"
    assert round(stop.position.mm) == 165
    filled = next(p for p in document.paragraphs if p.text.startswith("- Tên đơn vị"))
    assert filled.text == "- Tên đơn vị: Hợp tác xã Hồng Thái"
    assert "Lần đầu ☑ Nâng hạng: ☐" in parts(document.element.body)


def test_a_word_table_repeats_its_head_and_cuts_no_row():
    table = word(DECISION).tables[-1]
    assert [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert all(row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows)
    assert [cell.text for cell in table.rows[0].cells] == ["TT", "Tên sản phẩm", "Điểm", "Điểm", "Hạng sao"]
    assert [cell.text for cell in table.rows[1].cells] == ["TT", "Tên sản phẩm", "Tự chấm", "Hội đồng", "Hạng sao"]
    assert [cell.text for cell in table.rows[2].cells] == ["Nhóm thực phẩm"] * 5
    assert [cell.text for cell in table.rows[4].cells] == ["2", "Chè Shan", "70", "69", "3"]
    assert table.rows[3].cells[3].paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT
    assert sum(column.width for column in table.columns) == pytest.approx(Mm(252), abs=Mm(0.1))


ORDER = {  # ISO/IEC 29500-1, the sequences that Word insists on, as far as used here
    "pPr": "pStyle keepNext keepLines pageBreakBefore pBdr shd tabs spacing ind jc outlineLvl rPr sectPr",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
    "tcPr": "tcW gridSpan vMerge tcBorders shd vAlign",
    "sectPr": "headerReference footerReference type pgSz pgMar pgNumType cols titlePg docGrid",
    "rPr": "rStyle rFonts b bCs i iCs noProof color sz szCs lang",
}


@pytest.mark.parametrize("name", ALL)
def test_every_element_of_a_word_file_keeps_the_order_of_the_standard(name):
    document = word(replace(ALL[name], rehearsal=True))
    headers = [header._element for s in document.sections for header in (s.header, s.first_page_header, s.footer)]
    roots = [document.element, document.styles["Normal"].element, *headers]
    for root in roots:
        for tag, order in ORDER.items():
            names = order.split()
            for element in root.iter(qn(f"w:{tag}")):
                places = [names.index(child.tag.rpartition("}")[2]) for child in element]
                assert places == sorted(places), (tag, [child.tag for child in element])


def test_a_word_file_carries_title_organ_and_the_day_of_the_paper_and_no_foreign_picture():
    data = to_docx(DECISION)
    facts = docx.Document(io.BytesIO(data)).core_properties
    assert facts.title == "Quyết định 05/QĐ-UBND Về việc công nhận kết quả đánh giá, phân hạng sản phẩm OCOP"
    assert (facts.author, facts.comments, facts.language) == ("Ủy ban nhân dân tỉnh Tuyên Quang", "", "vi-VN")
    assert facts.created.replace(tzinfo=None) == datetime(2026, 2, 4, 17)  # 00:00 in Vietnam
    assert not [name for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if "thumbnail" in name]


# PDF


def check_archival(pdf: bytes, title: str) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"
        root = document.Root
        assert root.MarkInfo.Marked
        assert "/StructTreeRoot" in root
        assert str(root.Lang).lower() == "vi-vn"
        assert str(document.docinfo.Title) == title
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        fonts = [
            o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
        ]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        assert any("LiberationSerif" in str(font.FontName) for font in fonts)


@pytest.mark.parametrize("name", ALL)
def test_a_pdf_is_archival_accessible_vietnamese_and_has_its_fonts_inside(name):
    check_archival(to_pdf(ALL[name]), ALL[name].title)


def test_pdf_pages_are_a4_and_an_annex_may_lie_across():
    boxes = [page.get_size() for page in pypdfium2.PdfDocument(to_pdf(DECISION))]
    assert [tuple(round(x * 25.4 / 72) for x in box) for box in boxes] == [(210, 297), (297, 210)]


def test_a_pdf_paper_reads_from_head_to_signature():
    text = pages(to_pdf(DECISION))[0]
    order = [
        "ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 05/QĐ-UBND",
        "Tuyên Quang, ngày 05 tháng 02 năm 2026",
        "QUYẾT ĐỊNH Về việc công nhận kết quả đánh giá, phân hạng sản phẩm OCOP",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG",
        "Căn cứ Luật",
        "QUYẾT ĐỊNH:",
        "Điều 1. Công nhận 02 sản phẩm, trong đó: a) 01 sản phẩm đạt 4 sao;",
        "Nơi nhận: - Như Điều 2; - Lưu: VT, NLN (Hằng).",
        "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
        "Nguyễn Văn Ánh",
    ]
    at = -1
    for part in order:
        at = text.index(part, at + 1)
    assert unicodedata.is_normalized("NFC", text)


def test_a_table_of_twenty_pages_repeats_its_head_and_loses_no_row():
    rows = tuple((str(n), f"Sản phẩm thứ {n}", "80", "75", "4") for n in range(1, 601))
    paper = replace(DECISION, annexes=(Annex("Danh sách", (Table(COLUMNS, rows),), landscape=True),))
    first, *annex = pages(to_pdf(paper))
    assert "Tên sản phẩm" not in first
    assert len(annex) >= 20
    assert all(text.count("Tên sản phẩm") == 1 and text.count("Hội đồng") == 1 for text in annex)
    whole = " ".join(annex)
    assert all(f"Sản phẩm thứ {n} " in whole for n in range(1, 601))
    assert not annex[0].startswith("1 ")
    assert [text.split()[0] for text in annex[1:]] == [str(n) for n in range(2, len(annex) + 1)]


# Certificate


def test_a_certificate_says_its_facts_in_vietnamese_and_english():
    [text] = pages(certificate_pdf(CERTIFICATE, rehearsal=False))
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG",
        "GIẤY CHỨNG NHẬN CERTIFICATE",
        "SẢN PHẨM OCOP HẠNG 4 SAO One Commune One Product (OCOP), 4 stars",
        "Cam sành Hàm Yên",
        "Hợp tác xã cam sành Hàm Yên",
        "xã Hàm Yên, tỉnh Tuyên Quang",
        "Được công nhận tại Quyết định số 1523/QĐ-UBND ngày 28 tháng 11 năm 2026",
        "Recognised by Decision No. 1523/QĐ-UBND of 28 November 2026",
        "Có giá trị 36 tháng, từ ngày 28 tháng 11 năm 2026 đến hết ngày 28 tháng 11 năm 2029",
        "Valid for 36 months, from 28 November 2026 until the end of 28 November 2029",
        "0001/2026/GCN-OCOP",
        "7K2M 9QXD 4HTR 8WVN A",
        "ocop.tuyenquang.gov.vn/c/7K2M9QXD4HTR8WVNA",
        "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH",
        "Nguyễn Văn Ánh",
    ):
        assert part in text
    assert "DIỄN TẬP" not in text


def test_a_certificate_of_a_rehearsal_says_so_and_is_otherwise_the_same():
    real, rehearsed = (pages(certificate_pdf(CERTIFICATE, rehearsal=flag))[0] for flag in (False, True))
    assert "DIỄN TẬP" in rehearsed
    assert len(rehearsed) > len(real)
    assert "Cam sành Hàm Yên" in rehearsed


@pytest.mark.parametrize("token", ["", "#" + "aB3_" * 210])  # the longest text: 935 bytes, proof.md section 1
def test_the_code_of_a_certificate_is_read_back_at_200_dots_an_inch(token):
    facts = replace(CERTIFICATE, url=CERTIFICATE.url + token)
    page = pypdfium2.PdfDocument(certificate_pdf(facts, rehearsal=True))[0]
    [read] = zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil())
    assert read.text == facts.url
    assert read.ec_level == "M"


def test_the_code_takes_a_square_of_fifty_millimetres_with_its_quiet_zone():
    page = pypdfium2.PdfDocument(certificate_pdf(CERTIFICATE, rehearsal=False))[0]
    [read] = zxingcpp.read_barcodes(page.render(scale=10).to_pil())
    wide = (read.position.top_right.x - read.position.top_left.x) / 720 * 25.4
    assert wide == pytest.approx(50 * 33 / 41, abs=0.3)  # 49 bytes: version 4, 33 modules of 41


@pytest.mark.parametrize("length", [10, 60, 150, 255, 400])
def test_long_names_are_set_smaller_and_stay_on_the_one_page_above_the_code(length):
    name = ("Trà Shan tuyết cổ thụ ướp sen " * 20)[:length].strip()
    facts = replace(
        CERTIFICATE, product=name, subject=f"Hợp tác xã {name}"[:255], address="thôn Khau Tràng, " * 6 + "tỉnh"
    )
    document = pypdfium2.PdfDocument(certificate_pdf(facts, rehearsal=False))
    assert len(document) == 1
    page = document[0].get_textpage()
    [text] = pages(certificate_pdf(facts, rehearsal=False))
    assert name in text
    first, last = page.search("Valid for"), page.search("CỘNG HÒA")
    bottom = page.get_charbox(first.get_next()[0])[1] * 25.4 / 72
    top = page.get_charbox(last.get_next()[0])[3] * 25.4 / 72
    assert bottom > 210 - 140.5  # the square of the code begins 140.5 mm from the top
    assert top < 210 - 18


def test_a_certificate_is_archival_accessible_a4_and_reproducible():
    pdf = certificate_pdf(CERTIFICATE, rehearsal=False)
    check_archival(pdf, "Giấy chứng nhận 0001/2026/GCN-OCOP Cam sành Hàm Yên")
    assert pdf == certificate_pdf(CERTIFICATE, rehearsal=False)
    assert pdf != certificate_pdf(replace(CERTIFICATE, stars=3), rehearsal=False)
    assert [round(x * 25.4 / 72) for x in pypdfium2.PdfDocument(pdf)[0].get_size()] == [297, 210]


@pytest.mark.parametrize(("stars", "allowed"), [(2, False), (3, True), (5, True), (6, False)])
def test_only_three_to_five_stars_have_a_certificate(stars, allowed):
    facts = replace(CERTIFICATE, stars=stars)
    if allowed:
        assert f"HẠNG {stars} SAO" in pages(certificate_pdf(facts, rehearsal=False))[0]
    else:
        with pytest.raises(ValueError, match="stars"):
            certificate_pdf(facts, rehearsal=False)


def test_markup_in_names_of_a_certificate_survives():
    facts = replace(CERTIFICATE, product="Mật ong #1 *đặc biệt* <[$_@\\]>", subject="HTX \"A\" & 'B'")
    [text] = pages(certificate_pdf(facts, rehearsal=False))
    assert "Mật ong #1 *đặc biệt* <[$_@\\]>" in text
    assert "HTX \"A\" & 'B'" in text
