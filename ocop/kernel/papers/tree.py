"""An official paper as a small immutable tree, and the lines that both prints take from it.

Layout and wording: Nghị định 30/2020/NĐ-CP, annex I. Names of organs and kinds are given as in a sentence
("Ủy ban nhân dân tỉnh Tuyên Quang", "Quyết định"); capitals are made here.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from ocop.kernel.papers.fonts import balanced
from ocop.kernel.text import cut
from ocop.kernel.time import vi_long_date

NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
REHEARSAL = "DIỄN TẬP"
REHEARSAL_NOTE = "Bản diễn tập, không có giá trị pháp lý"
DRAFT = "DỰ THẢO"
DRAFT_NOTE = "Dự thảo, chưa có số và ngày ban hành"
BLANK = "\u00a0" * 6  # room for a number, day or month written by hand
PAGE_MM, ORGAN_MM, NATION_MM = 165.0, 66.0, 99.0  # widths of the text and of the left and right head
SIGNER_MM = 78.0  # width of one who signs beside another or beside the recipients
LETTERS = "abcdđeghiklmnopqrstuvxy"  # NĐ 30/2020: điểm in Vietnamese order, without f, j, w, z and ă â ê ô ơ ư

Align = Literal["left", "center", "right", "justify"]


@dataclass(frozen=True)
class Span:
    """A run of text with its own weight or slope."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Box:
    """A box to tick (□), in the line."""

    ticked: bool = False

    @property
    def sign(self) -> str:
        """The box as one character."""
        return "☑" if self.ticked else "☐"


Piece = str | Span | Box
Text = Piece | tuple[Piece, ...]


@dataclass(frozen=True)
class Heading:
    """A title inside the body: level 1 centred (Phần, Chương), 2 bold at the indent (I., Mục), 3 bold italic."""

    text: Text
    level: Literal[1, 2, 3] = 2


@dataclass(frozen=True)
class Paragraph:
    """Running text; indented by 12.7 mm unless centred or told otherwise."""

    text: Text
    align: Align = "justify"
    indent: bool = True


@dataclass(frozen=True)
class Field:
    """A line of a form, "label: value"; without a value a dotted line to write on."""

    label: str
    value: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table: width as a share of the whole; neighbours with the same group stand under one head."""

    title: str
    width: float = 1
    align: Align = "left"
    group: str = ""


@dataclass(frozen=True)
class HeadCell:
    """A cell of a table's head: where it begins and how far it reaches, in columns and rows."""

    text: str
    column: int
    row: int
    across: int
    down: int


@dataclass(frozen=True)
class Table:
    """A table whose head repeats on every page. A row has one text a column; a row of one text is a bold band."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    size: int = 12  # pt

    def __post_init__(self) -> None:
        """Refuse a row that fits neither the columns nor a band."""
        for number, row in enumerate(self.rows, 1):
            if len(row) not in (1, len(self.columns)):
                raise ValueError(f"row {number} has {len(row)} cells for {len(self.columns)} columns")

    def head(self) -> tuple[HeadCell, ...]:
        """Return the cells of the head, row by row from the left."""
        groups = [column.group for column in self.columns]
        if not any(groups):
            return tuple(HeadCell(column.title, i, 0, 1, 1) for i, column in enumerate(self.columns))
        top: list[HeadCell] = []
        for i, column in enumerate(self.columns):
            if not column.group:
                top.append(HeadCell(column.title, i, 0, 1, 2))
            elif i and groups[i - 1] == column.group:
                top[-1] = replace(top[-1], across=top[-1].across + 1)
            else:
                top.append(HeadCell(column.group, i, 0, 1, 1))
        under = [HeadCell(column.title, i, 1, 1, 1) for i, column in enumerate(self.columns) if column.group]
        return (*top, *under)


@dataclass(frozen=True)
class Signature:
    """One who signs: authority lines ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), then the name.

    above  a line over it, such as place and day; note  under the authority, "(Ký, ghi rõ họ tên)"
    """

    authority: tuple[str, ...]
    name: str = ""
    note: str = ""
    above: str = ""

    @property
    def authority_lines(self) -> tuple[str, ...]:
        """The authority, broken to stand in half a page."""
        return tuple(balanced(tidy(line), 14, SIGNER_MM, bold=True) for line in self.authority)


@dataclass(frozen=True)
class Signatures:
    """Who signs, side by side; one alone stands on the right. May stand inside a form's body."""

    signers: tuple[Signature, ...]


@dataclass(frozen=True)
class Spacer:
    """Empty height in millimetres."""

    mm: float = 6


@dataclass(frozen=True)
class PageBreak:
    """What follows begins a page."""


@dataclass(frozen=True)
class Code:
    """A QR code on the left with its meaning in words beside it. mm  side of the square with its quiet zone"""

    text: str
    caption: str
    mm: float = 32


Block = Heading | Paragraph | Field | Table | Signatures | Spacer | PageBreak | Code


@dataclass(frozen=True)
class Annex:
    """A phụ lục on its own pages, numbered from 1 again."""

    title: str
    body: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True)
class Paper:
    """An official paper (văn bản) of one organ.

    kind       "Quyết định", "Biên bản", "Báo cáo"...; None for a công văn, whose summary stands under the number
    day        of the paper; also the date of the file, so that the same paper gives the same bytes
    organ      "" for a form that carries the national title alone (Mẫu số 01, QĐ 26/2026/QĐ-TTg)
    symbol     "QĐ-UBND" of a paper still without number; number: "05/QĐ-UBND"; neither for forms and minutes
    place      "" prints no place and day; dated False leaves day and month to be written by hand
    issuer     who decides ("Chủ tịch Ủy ban nhân dân tỉnh Tuyên Quang"): bases and "QUYẾT ĐỊNH:" follow its line
    to         "Kính gửi"; recipients: "Nơi nhận", without hyphens and semicolons, which are added
    rehearsal  every page says DIỄN TẬP
    draft      every page says DỰ THẢO: number and day are still to come
    """

    kind: str | None
    summary: str
    day: date
    body: tuple[Block, ...]
    organ: str = ""
    organ_parent: str = ""
    number: str | None = None
    symbol: str = ""
    place: str = ""
    dated: bool = True
    issuer: str = ""
    bases: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    signers: tuple[Signature, ...] = ()
    recipients: tuple[str, ...] = ()
    annexes: tuple[Annex, ...] = ()
    rehearsal: bool = False
    draft: bool = False

    def issued(self, number: str, day: date) -> Paper:
        """Return the paper with the number and day of the organ's register."""
        return replace(self, number=number, day=day, dated=True, draft=False)

    def drafted(self) -> Paper:
        """Return the paper as it goes to be signed: number and day left to be written, every page marked."""
        return replace(self, number=None, dated=False, draft=True)

    @property
    def marks(self) -> tuple[str, ...]:
        """What every page says at its head: DỰ THẢO, DIỄN TẬP, both or nothing; the last one stands across it."""
        return (DRAFT,) * self.draft + (REHEARSAL,) * self.rehearsal

    @property
    def marks_note(self) -> str:
        """The line at the foot of every page that says what the marks mean, or ""."""
        notes = (DRAFT_NOTE,) * self.draft + (REHEARSAL_NOTE,) * self.rehearsal
        return ". ".join(notes)

    @property
    def title(self) -> str:
        """The title of the file, at most 255 characters as Office allows."""
        return cut(tidy(" ".join(f"{self.kind or 'Công văn'} {self.number or ''} {self.summary}".split())), 255)

    @property
    def organ_lines(self) -> tuple[str, str]:
        """Parent and issuing organ in capitals, broken to stand above the number; the parent may be ""."""
        parent, organ = tidy(self.organ_parent.upper()), tidy(self.organ.upper())
        return balanced(parent, 13, ORGAN_MM - 4), balanced(organ, 13, ORGAN_MM - 4, bold=True)

    @property
    def summary_lines(self) -> str:
        """The summary, broken to stand under the kind."""
        return balanced(tidy(self.summary), 14, PAGE_MM - 25, bold=True)

    @property
    def number_line(self) -> str:
        """The line "Số: 05/QĐ-UBND", or "" for a paper without number."""
        return f"Số: {self._number}" if self.number or self.symbol else ""

    @property
    def place_line(self) -> str:
        """The line "Tuyên Quang, ngày 05 tháng 02 năm 2026", or ""."""
        return f"{self.place}, {self._day}" if self.place else ""

    @property
    def order_line(self) -> str:
        """What the issuer does after the bases: "QUYẾT ĐỊNH:", or ""."""
        return f"{(self.kind or '').upper()}:" if self.issuer else ""

    def basis_lines(self) -> tuple[str, ...]:
        """Return the legal bases, one a line: ";" after each, "." after the last."""
        return _listed(self.bases)

    def recipient_lines(self) -> tuple[str, ...]:
        """Return the lines under "Nơi nhận:"."""
        return tuple(f"- {line}" for line in _listed(self.recipients))

    def blocks(self) -> tuple[Block, ...]:
        """Return the body; a paper that goes out ends with "./."."""
        last = self.body[-1] if self.body else None
        if not (self.recipients and isinstance(last, Paragraph) and last.text):
            return self.body
        *before, end = pieces(last.text)
        closed = replace(end, text=f"{end.text.rstrip(' ./;')}./.") if isinstance(end, Span) else end
        return (*self.body[:-1], replace(last, text=(*before, closed)))

    def annex_lines(self, index: int) -> tuple[str, str, str]:
        """Return name, title and reference of the annex at that index, from 0."""
        name = f"Phụ lục {roman(index + 1)}" if len(self.annexes) > 1 else "Phụ lục"
        kind = (self.kind or "Công văn").capitalize()
        number = f" số {self._number}" if self.number_line else ""
        reference = f"(Kèm theo {kind}{number} {self._day} của {self.issuer or self.organ})"
        return name, self.annexes[index].title.upper(), reference

    @property
    def _number(self) -> str:
        return self.number or f"{BLANK}/{self.symbol}"

    @property
    def _day(self) -> str:
        return vi_long_date(self.day) if self.dated else f"ngày{BLANK}tháng{BLANK}năm {self.day.year}"


def bold(text: str) -> Span:
    """Return bold text."""
    return Span(text, bold=True)


def italic(text: str) -> Span:
    """Return italic text."""
    return Span(text, italic=True)


def article(number: int, *text: Piece) -> Paragraph:
    """Return an article that begins with a bold "Điều 1."."""
    return Paragraph((bold(f"Điều {number}."), " ", *text))


def clauses(*texts: Text) -> tuple[Paragraph, ...]:
    """Return numbered paragraphs (khoản): "1. ", "2. "."""
    return tuple(Paragraph((f"{n}. ", *_many(text))) for n, text in enumerate(texts, 1))


def points(*texts: Text) -> tuple[Paragraph, ...]:
    """Return lettered paragraphs (điểm): "a) ", "b) ", "c) ", "d) ", "đ) "."""
    return tuple(Paragraph((f"{letter(n)}) ", *_many(text))) for n, text in enumerate(texts, 1))


def dashes(*texts: Text) -> tuple[Paragraph, ...]:
    """Return paragraphs that begin with a hyphen."""
    return tuple(Paragraph(("- ", *_many(text))) for text in texts)


def letter(number: int) -> str:
    """Return the letter of a điểm, from 1: a b c d đ e g h i k...

    :raises ValueError: outside 1..23
    """
    if not 1 <= number <= len(LETTERS):
        raise ValueError(f"điểm {number} has no letter")
    return LETTERS[number - 1]


def roman(number: int) -> str:
    """Return a Roman number, from 1, as parts and annexes carry it."""
    out = ""
    for value, sign in ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        count, number = divmod(number, value)
        out += sign * count
    return out


def pieces(text: Text) -> tuple[Span | Box, ...]:
    """Return any text as spans and boxes, in NFC and without the characters that no paper can carry."""
    return tuple(
        piece if isinstance(piece, Box) else replace(piece, text=tidy(piece.text))
        for piece in (Span(piece) if isinstance(piece, str) else piece for piece in _many(text))
    )


def tidy(text: str) -> str:
    """Return text in NFC; tabs as blanks; control characters and lone surrogates left out, line ends kept."""
    text = unicodedata.normalize("NFC", text).replace("\t", " ")
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs"))


def _many(text: Text) -> tuple[Piece, ...]:
    return text if isinstance(text, tuple) else (text,)


def _listed(lines: tuple[str, ...]) -> tuple[str, ...]:
    ends = [";"] * (len(lines) - 1) + ["."]
    return tuple(line.rstrip(" ;.") + end for line, end in zip(lines, ends, strict=False))
