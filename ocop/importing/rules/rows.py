"""Sheets and their layout -> rows of values, each with its problems by cell; what stands between rows is said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from ocop.kernel.text import cut, fold

from . import cells
from .fields import FIELDS, Field, Kind, keys_of
from .fonts import Font, guess, looks_like, repaired
from .heads import Table
from .words import subject_kind
from .workbook import Sheet, address

_ROMAN = re.compile(r"[IVXivx]{1,6}[.)\-:]?|[A-Z][.)\-:]?")
_NUMERAL = re.compile(r"^\s*([IVX]{1,6}|[A-Z]|\d{1,3})\s*[.)\-:/]+\s*")
_TOTAL = re.compile(
    r"(tong cong|tong so|tong|cong)"
    r"( (huyen|xa|phuong|thanh pho|nhom|muc|toan|ca|cac|so|a|b|c|i|ii|iii|iv|v|vi|\d+)\b.*)?"
)
_DISTRICT = re.compile(r"(huyen|thanh pho|thi xa) .+")
_COMMUNE = re.compile(r"(xa|phuong|thi tran) .+")
_SEAT = re.compile(r"\b(?:xã|phường|thị trấn)\s[^,;:()]+", re.IGNORECASE)
_DETAIL = re.compile(
    r"\s*([(:;]|[,–-]\s*(xã|phường|thị trấn)\s|,\s*(thôn|bản|xóm|tổ|số)\s)", re.IGNORECASE
)  # what may follow a producer's name
_FOOT = re.compile(
    r"(nguoi lap|nguoi tong hop|can bo tong hop|noi nhan|tm uy ban|tm ubnd|kt chu tich|thu truong|chu tich|xac nhan|"
    r"ghi chu|.*\bngay \d* ?thang \d* ?nam\b)"
)


@dataclass(frozen=True)
class Problem:
    """What is wrong (or only strange) with a cell. cell  "D17" """

    cell: str
    text: str
    is_error: bool = True


@dataclass
class Row:
    """One row of the list. number  as Excel counts; values  code of a field -> value; places  code -> cell"""

    sheet: str
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        return any(problem.is_error for problem in self.problems)

    def fail(self, code: str, text: str) -> None:
        self.problems.append(Problem(self._cell(code), text))

    def warn(self, code: str, text: str) -> None:
        self.problems.append(Problem(self._cell(code), text, is_error=False))

    def _cell(self, code: str) -> str:
        return self.places.get(code) or self.places.get("name") or next(iter(self.places.values()), f"A{self.number}")


@dataclass
class Told:
    """What a reader of the file is told beside its rows: counts, sheets and rows left out, an old font."""

    formulas: int = 0
    groups: int = 0
    producers: int = 0
    totals: int = 0
    hidden: int = 0
    feet: int = 0
    font: Font | None = None
    example: str = ""

    def sentences(self, with_hidden: bool) -> list[str]:
        """What was done without being asked, in words."""
        said = []
        if self.formulas:
            said.append(f"{self.formulas} ô có công thức, đã đọc theo giá trị Excel tính lần cuối.")
        if self.hidden:
            done = "đã đọc như dòng khác" if with_hidden else "đã bỏ qua theo lựa chọn"
            said.append(f"{self.hidden} dòng đang ẩn trong Excel, {done}.")
        if self.groups:
            said.append(f"{self.groups} dòng nhóm (huyện, xã, mục) dùng làm địa bàn, không nhập.")
        if self.producers:
            said.append(f"{self.producers} dòng nhóm nêu tên chủ thể của các dòng bên dưới.")
        if self.totals:
            said.append(f"{self.totals} dòng cộng, tổng cộng không nhập.")
        if self.feet:
            said.append("Phần ký tên, ghi chú cuối bảng không nhập.")
        return said


class _What(Enum):
    DATA, BLANK, GROUP, TOTAL, FOOT, NUMBERING = range(6)


def rows_of(
    kind: Kind,
    sheets: Sequence[Sheet],
    tables: Sequence[Table],
    columns: Mapping[str, str],
    *,
    font: Font | None,
    with_hidden: bool,
    today: date,
) -> tuple[list[Row], Told]:
    """Return the rows of the tables in order, and what the reader is told.

    columns  head -> code of a field ("" or absent: not read); font  the one that a person confirmed, None: not asked
    """
    by_name = {sheet.name: sheet for sheet in sheets}
    rows: list[Row] = []
    told = Told()
    for one in tables:
        if one.sheet in by_name:
            _Reader(kind, by_name[one.sheet], one, columns, font, with_hidden, today, told).read(rows)
    return rows, told


class _Reader:
    """Reads one table from top to bottom; a group row gives its place or its producer to the rows below it."""

    def __init__(
        self,
        kind: Kind,
        sheet: Sheet,
        table: Table,
        columns: Mapping[str, str],
        font: Font | None,
        with_hidden: bool,
        today: date,
        told: Told,
    ) -> None:
        self.sheet, self.table, self.with_hidden, self.today, self.told = sheet, table, with_hidden, today, told
        fields = {one.code: one for one in FIELDS[kind]}
        self.columns: list[tuple[int, Field]] = [
            (column, fields[code]) for column, head in enumerate(table.heads) if (code := columns.get(head))
        ]
        self.keys = keys_of(kind)
        self.of_producers = "subject" in fields
        self.names_producers = any(one.code == "subject" for _, one in self.columns)
        self.stt = next((c for c, head in enumerate(table.heads) if fold(head) in ("stt", "tt", "so tt")), -1)
        self.district = self.commune = ""
        self.producer: _Producer | None = None
        self.font = font
        self.body = range(table.last + 1, len(sheet.rows))
        if font not in (None, Font.UNICODE):
            self._repair(font)
        elif font is None:
            self._suspect()

    def _suspect(self) -> None:
        texts = (value for n in self.body for value in self.sheet.rows[n] if isinstance(value, str) and value)
        font, example = guess(texts)
        if font and not self.told.font:
            self.told.font, self.told.example = font, example

    def _repair(self, font: Font) -> None:
        """Repair the columns in which the font is seen, and single cells elsewhere (group rows)."""
        old = {
            c
            for n in self.body
            for c, value in enumerate(self.sheet.rows[n])
            if isinstance(value, str) and looks_like(value) == font
        }
        for n in self.body:
            row = self.sheet.rows[n]
            for c in old:
                if c < len(row) and isinstance(row[c], str):
                    row[c] = repaired(row[c], font)

    def read(self, rows: list[Row]) -> None:
        """Append the rows of the table."""
        ended = False  # a blank or total row: what looks like a signature now ends the table
        for n in self.body:
            values = self.sheet.rows[n]
            what, text = self._what(values, n, ended)
            if what == _What.DATA:
                if n in self.sheet.hidden_rows:
                    self.told.hidden += 1
                    if not self.with_hidden:
                        continue
                rows.append(self._row(values, n))
                ended = False
            elif what == _What.GROUP:
                self._enter(text, values, n)
            elif what == _What.TOTAL:
                self.told.totals += 1
                ended = True
            elif what == _What.BLANK:
                ended = True
            elif what == _What.FOOT:
                self.told.feet += 1
                return

    def _what(self, values: list[Any], n: int, ended: bool) -> tuple[_What, str]:
        if len({value for value in values if isinstance(value, str) and value}) > 3:
            return _What.DATA, ""  # more words than a group, a total or a signature has, beside a numeral
        filled = [(c, value) for c, value in enumerate(values) if value != ""]
        if not filled:
            return _What.BLANK, ""
        texts = {
            cells.text_of(value): c
            for c, value in filled
            if isinstance(value, str)
            and (c != self.stt or " " in value.strip())
            and not _NUMERAL.fullmatch(value + ".")
        }
        if len(texts) > 2:
            return _What.DATA, ""
        if n == self.table.last + 1 and len(filled) > 2 and all(_is_number(value) for _, value in filled):
            return _What.NUMBERING, ""
        first = values[self.stt] if 0 <= self.stt < len(values) else ""
        for text in [*texts, cells.text_of(first)]:
            if _TOTAL.fullmatch(fold(text)):
                return _What.TOTAL, text
        if ended and any(_FOOT.match(fold(text)) for text in texts):
            return _What.FOOT, ""
        words = list(texts)
        if len(words) == 1:
            bare = _bare(words[0])
            place = _DISTRICT.fullmatch(fold(bare)) or _COMMUNE.fullmatch(fold(bare))
            roman = isinstance(first, str) and _ROMAN.fullmatch(first.strip()) is not None
            across = sum(value == values[texts[words[0]]] for _, value in filled) > 1
            alone = len(filled) == 1 and self.of_producers and not self.names_producers and subject_kind(bare)
            if place or roman or across or alone or (_NUMERAL.match(words[0]) and not words[0][0].isdigit()):
                return _What.GROUP, words[0]
        return _What.DATA, ""

    def _enter(self, text: str, values: list[Any], n: int) -> None:
        """Take the place or the producer that a group row names; what it names else ("A. Thực phẩm") is passed over.

        A row numbered like the last producer's names the next, whatever its words: else the papers of "II. Nguyễn
        Văn C" would fall to the producer above.
        """
        bare = _bare(text)
        if _DISTRICT.fullmatch(fold(bare)):
            self.district, self.commune, self.producer = bare, "", None
        elif _COMMUNE.fullmatch(fold(bare)):
            self.commune, self.producer = bare, None
        elif self.of_producers:
            numbered = _numbering(text, values[self.stt] if 0 <= self.stt < len(values) else "")
            if subject_kind(bare) or (self.producer and self.producer.numbered == numbered):
                column = next(c for c, value in enumerate(values) if cells.text_of(value) == text)
                self.producer = _producer(text, numbered, address(n, column))
                self.told.producers += 1
                return
        self.told.groups += 1

    def _row(self, values: list[Any], n: int) -> Row:
        row = Row(self.sheet.name, n + 1)
        more: dict[str, Any] = {}
        for column, one in self.columns:
            if column >= len(values):
                continue
            row.places[one.code] = address(n, column)
            if (n, column) in self.sheet.formulas:
                self.told.formulas += 1
                if values[column] == "":
                    row.warn(one.code, "Công thức chưa có giá trị lưu trong tệp, ô coi như trống.")
            found = cells.read(one, values[column], self.today)
            if found.error:
                row.fail(one.code, found.error)
            elif found.value is not None:
                row.values[one.code] = found.value
            if found.warning:
                row.warn(one.code, found.warning)
            more.update(found.more)
        for code, value in more.items():
            row.values.setdefault(code, value)
        if self.producer and "subject" not in row.values:
            row.values["subject"] = self.producer.name
            row.places["subject"] = self.producer.cell
            if self.producer.commune:
                row.values.setdefault("commune", self.producer.commune)
        if self.commune and "commune" not in row.values:
            row.values["commune"] = self.commune
        if self.district and "district" not in row.values:
            row.values["district"] = self.district
        if not row.wrong and not any(one.code in row.values for one in self.keys):
            row.fail(self.keys[0].code, f"Thiếu {' hoặc '.join(one.label.lower() for one in self.keys)}.")
        if n in self.sheet.hidden_rows:
            row.warn("name", "Dòng này đang ẩn trong Excel.")
        return row


def _bare(text: str) -> str:
    """ "I. Huyện Sơn Dương (12 sản phẩm)" -> "Huyện Sơn Dương"."""
    return cut(re.split(r"[(:]", _NUMERAL.sub("", text))[0].strip(" .-"), 200)


def _numbering(text: str, first: Any) -> str:
    """How a group row is numbered: "I" Roman, "A" by letters, "1" by numbers, "" not at all."""
    found = _NUMERAL.match(text) or _NUMERAL.match(f"{cells.text_of(first)}.")
    if found is None:
        return ""
    mark = found.group(1)
    return "1" if mark.isdigit() else "I" if set(mark) <= set("IVX") else "A"


@dataclass(frozen=True)
class _Producer:
    """Whom a group row names. numbered  see _numbering; cell  where the name stands"""

    name: str
    commune: str
    numbered: str
    cell: str


def _producer(text: str, numbered: str, cell: str) -> _Producer:
    """ "II. HTX chè Tân Trào (xã Tân Trào)" -> "HTX chè Tân Trào", "xã Tân Trào"."""
    whole = _NUMERAL.sub("", text)
    detail = _DETAIL.search(whole)
    name, rest = (whole[: detail.start()], whole[detail.start() :]) if detail else (whole, "")
    seat = _SEAT.search(rest)
    return _Producer(cut(name.strip(" .-"), 200), seat.group().strip() if seat else "", numbered, cell)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) or bool(re.fullmatch(r"[(\[]?\d{1,2}[)\]]?(\s*=.*)?", str(value).strip()))
