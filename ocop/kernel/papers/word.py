"""The Word print of a paper, for the office that still edits it. Layout: Nghị định 30/2020/NĐ-CP, annex I."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell

from ocop.kernel import qr
from ocop.kernel.papers import tree
from ocop.kernel.papers.fonts import width_mm
from ocop.kernel.papers.tree import Block, Box, Paper, Signature, Span, Text, bold, italic, pieces
from ocop.kernel.text import cut
from ocop.kernel.time import start_of

FONT = "Times New Roman"
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
INDENT, GAP = Mm(12.7), Pt(6)
RED = RGBColor(0xB3, 0x26, 0x1E)


def to_docx(paper: Paper) -> bytes:
    """Return the paper as .docx; the same paper gives the same bytes."""
    document = Document()
    _defaults(document, paper)
    _section(document.sections[0], paper, landscape=False)
    _head(document, paper)
    _opening(document, paper)
    _body(document, paper.blocks(), signed=bool(paper.signers))
    if paper.signers or paper.recipients:
        _signatures(document, paper.signers, paper.recipient_lines())
    for index, annex in enumerate(paper.annexes):
        section = document.add_section(WD_SECTION.NEW_PAGE)
        _low(document.paragraphs[-1], 1)  # the break is a paragraph of its own: on a full page it would make another
        _section(section, paper, landscape=annex.landscape)
        name, title, reference = paper.annex_lines(index)
        _line(document, bold(name), size=14, outline=1)
        _line(document, bold(title), size=14)
        _line(document, italic(reference), size=14, after=8)
        _body(document, annex.body)
    return same_bytes(document)


# Page and document


def _defaults(document: Any, paper: Paper) -> None:
    """Set font, language, spacing and the file's own facts; python-docx's template brings a picture of another page."""
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    fonts = style.element.rPr.rFonts
    for script in ("eastAsia", "cs", "hAnsi"):
        fonts.set(qn(f"w:{script}"), FONT)
    style.element.rPr.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="vi-VN" w:eastAsia="vi-VN"/>'))
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.0  # the least of the decree; paper.typ has the same
    moment = start_of(paper.day).replace(tzinfo=None)
    author = cut(tree.tidy(paper.organ), 255)
    facts = document.core_properties
    facts.title, facts.author, facts.language, facts.comments = paper.title, author, "vi-VN", ""
    facts.created = facts.modified = moment
    facts.last_modified_by, facts.revision = author, 1
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[key]


def _section(section: Any, paper: Paper, *, landscape: bool) -> None:
    """Set an A4 page with its head; pages count from 1, the first shows no number."""
    width, height = Mm(210), Mm(297)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (height, width) if landscape else (width, height)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    for number in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(number)
    section._sectPr.insert_element_before(
        parse_xml(f'<w:pgNumType {nsdecls("w")} w:start="1"/>'), "w:cols", "w:titlePg", "w:docGrid"
    )
    room = section.page_width - section.left_margin - section.right_margin
    for header, numbered in ((section.first_page_header, False), (section.header, True)):
        header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        paragraph.style = "Normal"
        paragraph.paragraph_format.tab_stops.add_tab_stop(room // 2, WD_TAB_ALIGNMENT.CENTER)
        paragraph.paragraph_format.tab_stops.add_tab_stop(room, WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run("\t")
        if numbered:
            _page_number(paragraph)
        if paper.marks:
            run = paragraph.add_run(f"\t{' - '.join(paper.marks)}")
            run.bold, run.font.size, run.font.color.rgb = True, Pt(13), RED
            paragraph._p.append(_watermark(paper.marks[-1]))
    for footer in (section.first_page_footer, section.footer):
        footer.is_linked_to_previous = False
        footer.paragraphs[0].style = "Normal"
        if paper.marks:
            footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            run = footer.paragraphs[0].add_run(paper.marks_note)
            run.italic, run.font.size, run.font.color.rgb = True, Pt(10), RED


def _page_number(paragraph: Any) -> None:
    field = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>2</w:t></w:r></w:fldSimple>')
    paragraph._p.append(field)


def _watermark(mark: str) -> Any:
    """Return a run with the mark across the page, behind the text, as Word's own watermarks are made (VML)."""
    return parse_xml(
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:o="urn:schemas-microsoft-com:office:office">'
        '<w:rPr><w:noProof/></w:rPr><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136"'
        ' adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
        '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/>'
        '<v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>'
        '<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        '<v:shape type="#_x0000_t136" alt="" style="position:absolute;width:420pt;height:90pt;rotation:315;z-index:-1;'
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        'mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#f7eae9" stroked="f">'
        f'<v:textpath style="font-family:&quot;{FONT}&quot;;font-weight:bold" string="{mark}"/>'
        "</v:shape></w:pict></w:r>"
    )


def same_bytes(document: Any) -> bytes:
    """Return the file with one fixed time on every entry."""
    loose, out = io.BytesIO(), io.BytesIO()
    document.save(loose)
    with zipfile.ZipFile(loose) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name)  # 1980-01-01
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()


# Parts of the first page


def _head(document: Any, paper: Paper) -> None:
    if not paper.organ:
        _nation(document, tree.PAGE_MM)
        if paper.place_line:
            _line(document, italic(paper.place_line), align="right")
        return
    (left, right), (under_left, under_right) = _grid(document, (tree.ORGAN_MM, tree.NATION_MM), rows=2)
    parent, organ = paper.organ_lines
    if parent:
        _line(left, parent, size=13)
    _line(left, bold(organ), size=13)
    _rule(left, 26, tree.ORGAN_MM)
    _nation(right, tree.NATION_MM)
    if paper.number_line:
        _line(under_left, paper.number_line, size=13, before=6)
    if paper.kind is None:
        _line(under_left, f"V/v {paper.summary}", size=12, before=6, outline=1)
    if paper.place_line:
        _line(under_right, italic(paper.place_line), before=6)


def _nation(where: Any, room_mm: float) -> None:
    _line(where, bold(tree.NATION[0]), size=13)
    _line(where, bold(tree.NATION[1]), size=14)
    _rule(where, width_mm(tree.NATION[1], 14, bold=True), room_mm)


def _opening(document: Any, paper: Paper) -> None:
    if paper.kind:
        _line(document, bold(paper.kind.upper()), before=14, outline=1)
        if paper.summary:
            _line(document, bold(paper.summary_lines))
        if paper.organ:
            _rule(document, 45, tree.PAGE_MM)
        _line(document, "", size=6)
    else:
        _line(document, "", size=12)
    if len(paper.to) == 1:
        _line(document, f"Kính gửi: {paper.to[0]}", after=6)
    elif paper.to:
        _line(document, "Kính gửi:", align="left").paragraph_format.left_indent = Mm(35)
        for line in paper.to:
            _line(document, f"- {line}", align="left").paragraph_format.left_indent = Mm(43)
    if paper.issuer:
        _line(document, bold(paper.issuer.upper()), after=6)
    for line in paper.basis_lines():
        _running(document, italic(line))
    if paper.order_line:
        _line(document, bold(paper.order_line), before=6, after=6).paragraph_format.keep_with_next = True


def _signatures(document: Any, signers: tuple[Signature, ...], recipients: tuple[str, ...] = ()) -> None:
    lead = bool(recipients) or len(signers) == 1
    count = len(signers) + lead
    widths = (75.0, 90.0) if recipients and len(signers) == 1 else (tree.PAGE_MM / count,) * count
    _line(document, "", size=6).paragraph_format.keep_with_next = True
    cells = _grid(document, widths, rows=1)[0]
    if recipients:
        _line(cells[0], Span("Nơi nhận:", bold=True, italic=True), size=12, align="left")
        for line in recipients:
            _line(cells[0], line, size=11, align="left")
    for cell, signer in zip(cells[lead:], signers, strict=True):
        if signer.above:
            _line(cell, italic(signer.above))
        for line in signer.authority_lines:
            _line(cell, bold(line))
        if signer.note:
            _line(cell, italic(signer.note))
        _line(cell, bold(signer.name), before=62)


# Blocks


def _body(document: Any, blocks: tuple[Block, ...], *, signed: bool = False) -> None:
    for block in blocks:
        match block:
            case tree.Heading(text, level):
                paragraph = _running(document, text, indent=level > 1, align="center" if level == 1 else "left")
                for run in paragraph.runs:
                    run.bold, run.italic = True, level == 3 or run.italic
                paragraph.paragraph_format.keep_with_next = True
                _outline(paragraph, level + 1)
            case tree.Paragraph(text, align, indent):
                _running(document, text, indent=indent and align in ("left", "justify"), align=align)
            case tree.Field(label, value):
                paragraph = _running(document, f"{label}: {value}", align="left")
                if not value:
                    stops = paragraph.paragraph_format.tab_stops
                    stops.add_tab_stop(Mm(tree.PAGE_MM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
                    paragraph.add_run("\t")
            case tree.Table():
                _table(document, block)
            case tree.Signatures(signers):
                _keep(document)
                _signatures(document, signers)
            case tree.Spacer(mm):
                _line(document, "").paragraph_format.space_before = Mm(mm)
            case tree.PageBreak():
                document.add_page_break()
            case tree.Code(text, caption, mm):
                _line(document, "", size=6)
                [(square, beside)] = _grid(document, (mm + 5, tree.PAGE_MM - mm - 5), rows=1)
                picture = square.paragraphs[0].add_run().add_picture(io.BytesIO(qr.png(text)), width=Mm(mm))
                picture._inline.docPr.set("descr", tree.tidy(caption))
                beside.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
                _line(beside, caption, align="left")
    if signed:
        _keep(document)


def _keep(document: Any) -> None:
    """Keep the last paragraph on the page of the signature that follows."""
    if document.paragraphs:
        document.paragraphs[-1].paragraph_format.keep_with_next = True


def _low(paragraph: Any, size: float) -> None:
    """Give an empty paragraph the height of that size in points: it is that of its end mark."""
    mark = parse_xml(f'<w:rPr {nsdecls("w")}><w:sz w:val="{round(size * 2)}"/></w:rPr>')
    paragraph._p.get_or_add_pPr().insert_element_before(mark, "w:sectPr", "w:pPrChange")


def _running(document: Any, text: Text, *, indent: bool = True, align: tree.Align = "justify") -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = ALIGN[align]
    paragraph.paragraph_format.first_line_indent = INDENT if indent else None
    paragraph.paragraph_format.space_before = GAP
    _runs(paragraph, text)
    return paragraph


def _line(
    where: Any,
    text: Text,
    *,
    size: float = 14,
    align: tree.Align = "center",
    before: float = 0,
    after: float = 0,
    outline: int = 0,
) -> Any:
    """Add a paragraph without indent to a document or a cell; sizes and gaps in points."""
    paragraph = _paragraph(where)
    paragraph.alignment = ALIGN[align]
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    _runs(paragraph, text, size=size)
    if not paragraph.text:
        _low(paragraph, size)
    if outline:
        _outline(paragraph, outline)
    return paragraph


def _runs(paragraph: Any, text: Text, *, size: float | None = None) -> None:
    for piece in pieces(text):
        if isinstance(piece, Box):
            run = paragraph.add_run(piece.sign)
            run.font.name = "Segoe UI Symbol"
        else:
            run = paragraph.add_run(piece.text)
            run.bold, run.italic = piece.bold or None, piece.italic or None
        if size:
            run.font.size = Pt(size)


def _paragraph(where: Any) -> Any:
    """Return a new paragraph; a cell is born with an empty one, which is used first."""
    if isinstance(where, _Cell) and len(where._tc.p_lst) == 1 and not where.paragraphs[0].runs:
        return where.paragraphs[0]
    return where.add_paragraph()


def _outline(paragraph: Any, level: int) -> None:
    """Mark a heading for the navigation pane and screen readers, without changing its look."""
    properties = paragraph._p.get_or_add_pPr()
    mark = parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{level - 1}"/>')
    properties.insert_element_before(mark, "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange")


def _rule(where: Any, width: float, room: float) -> None:
    """Add a centred line of that width in a room, both in millimetres: the upper border of a low paragraph."""
    paragraph = _line(where, "", size=2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm((room - width) / 2)
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.line_spacing = Pt(2), Pt(3)
    border = parse_xml(f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>')
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _grid(document: Any, widths_mm: tuple[float, ...], *, rows: int) -> list[list[_Cell]]:
    """Add a table without borders and cell margins, for layout; return its cells by row."""
    table = document.add_table(rows, len(widths_mm))
    _fix(table, [Mm(width) for width in widths_mm])
    _cell_margins(table, across=0, down=0)
    for row in table._tbl.tr_lst:
        _whole(row)
    return [[_Cell(cell, table) for cell in row.tc_lst] for row in table._tbl.tr_lst]


def _table(document: Any, block: tree.Table) -> None:
    """Add a table with borders; its head repeats on every page and no row is cut."""
    _line(document, "", size=4)
    section = document.sections[-1]
    room = section.page_width - section.left_margin - section.right_margin
    whole = sum(column.width for column in block.columns)
    head = block.head()
    deep = max(title.row + title.down for title in head)
    table = document.add_table(deep, len(block.columns), style="Table Grid")
    _fix(table, [int(room * column.width / whole) for column in block.columns])
    _cell_margins(table, across=1.2, down=0.8)  # as paper.typ has it; wider ones break the short words of the head
    for title in head:
        first = table.cell(title.row, title.column)
        last = table.cell(title.row + title.down - 1, title.column + title.across - 1)
        _line(first.merge(last), bold(title.text), size=block.size)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    for texts in block.rows:
        cells = [_Cell(cell, table) for cell in table.add_row()._tr.tc_lst]
        if len(texts) < len(cells):
            _line(
                cells[0].merge(cells[-1]),
                tuple(_bolder(piece) for piece in pieces(texts[0])),
                size=block.size,
                align="left",
            )
        else:
            for cell, text, column in zip(cells, texts, block.columns, strict=True):
                _line(cell, text, size=block.size, align=column.align)
    for row in table._tbl.tr_lst:
        _whole(row)
        for tc in row.tc_lst:
            _Cell(tc, table).vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    _line(document, "", size=4)


def _cell_margins(table: Any, *, across: float, down: float) -> None:
    """Set the room around the text of every cell, in millimetres."""
    sides = (("top", down), ("left", across), ("bottom", down), ("right", across))
    margins = "".join(f'<w:{side} w:w="{round(mm * 1440 / 25.4)}" w:type="dxa"/>' for side, mm in sides)
    mark = parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>")
    table._tbl.tblPr.insert_element_before(mark, "w:tblLook")


def _whole(row: Any) -> None:
    """Keep a row on one page."""
    row.get_or_add_trPr().insert(0, parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))


def _fix(table: Any, widths: list[int]) -> None:
    """Fix the widths of the columns, of the grid and of every cell: Word reads the one, others the other."""
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = width


def _bolder(piece: Span | Box) -> Span | Box:
    return replace(piece, bold=True) if isinstance(piece, Span) else piece
