"""An .xlsx as values, and what a reader of the screen would not see: hidden rows, formulas, merged cells.

The store has looked into the archive already (kernel.files.kinds) but only at the sizes it claims. Here every part is
unpacked once with a limit, measured while it passes, and packed again by ourselves: the parser sees nothing else, so a
part that is larger than it says, doubled or overlapping never reaches it.
"""

from __future__ import annotations

import io
import posixpath
import xml.parsers.expat
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any

import python_calamine
from python_calamine import SheetTypeEnum, SheetVisibleEnum

from ocop.kernel.refusal import Refusal

MAX_ROWS, MAX_COLUMNS = 50_000, 200  # compliance.md section 3
MAX_UNPACKED = 200 * 1024 * 1024
MAX_MERGED = 5_000_000  # cells that merged ranges may fill: no real list comes near
_CHUNK = 256 * 1024
_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_TAGS = {
    f"{space} {name}": name for space in _MAIN for name in ("row", "col", "c", "f", "v", "is", "mergeCell", "sheet")
}


@dataclass(frozen=True)
class Sheet:
    """One sheet. rows  from A1 on, each as wide as the widest; numbers of rows and columns start at 0

    merged cells hold the value of their range everywhere; formulas  cells whose value is the result of a formula
    """

    name: str
    rows: list[list[Any]]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    formulas: frozenset[tuple[int, int]] = frozenset()


@dataclass
class _Seen:
    """What passes by while a part is copied."""

    hidden_rows: set[int] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    rows: int = 0
    columns: int = 0


def refusal(why: str, next: str) -> Refusal:
    return Refusal("Chưa đọc được bảng tính.", why, next)


def read(content: bytes) -> list[Sheet]:
    """Return the worksheets of an .xlsx, in their order.

    :raises Refusal: damaged, too large when unpacked, more than 50,000 rows or 200 columns with values, no sheet
    """
    try:
        package, seen = _packed_again(content)
        with python_calamine.load_workbook(package) as book:
            sheets = [
                _sheet(book, meta.name, meta.visible != SheetVisibleEnum.Visible, seen.get(meta.name, _Seen()))
                for meta in book.sheets_metadata
                if meta.typ == SheetTypeEnum.WorkSheet
            ]
    except (
        zipfile.BadZipFile, zlib.error, xml.parsers.expat.ExpatError, NotImplementedError, EOFError, OSError, KeyError,
        ValueError, python_calamine.CalamineError,
    ) as error:  # fmt: skip
        raise refusal("Tệp Excel bị hỏng.", "Mở bằng Excel, lưu lại thành .xlsx rồi tải lên.") from error
    if not any(sheet.rows for sheet in sheets):
        raise refusal("Tệp không có dòng dữ liệu nào.", "Chọn đúng tệp rồi tải lên.")
    return sheets


def address(row: int, column: int) -> str:
    """Return "D17" for row 16, column 3."""
    return f"{letters(column)}{row + 1}"


def letters(column: int) -> str:
    """Return the letters of a column: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _sheet(book: python_calamine.CalamineWorkbook, name: str, hidden: bool, seen: _Seen) -> Sheet:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    filled = 0
    for top, left, bottom, right in seen.merged:
        if top < len(rows) and left < len(rows[top]):
            filled += (min(bottom, len(rows)) - top + 1) * (min(right, len(rows[top])) - left + 1)
            if filled > MAX_MERGED:
                raise refusal("Bảng có quá nhiều ô trộn.", "Bỏ trộn ô rồi tải lên lại.")
            value = rows[top][left]
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [value] * (min(right + 1, len(row)) - left)
    while rows and all(value == "" for value in rows[-1]):
        rows.pop()
    return Sheet(name, rows, hidden, frozenset(seen.hidden_rows), frozenset(seen.formulas))


def _packed_again(content: bytes) -> tuple[io.BytesIO, dict[str, _Seen]]:
    """Return the parts that hold values, packed by us, and what was seen in each sheet, by the sheet's name."""
    out, by_part, left = io.BytesIO(), dict[str, _Seen](), MAX_UNPACKED
    small: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as clean:
        for entry in package.infolist():
            name = entry.filename
            if not name.endswith((".xml", ".rels")) or name in clean.NameToInfo:
                continue
            is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
            scan = _Scan() if is_sheet else None
            kept = bytearray() if name in _SMALL else None
            with package.open(entry) as part, clean.open(name, "w", force_zip64=True) as copy:
                while chunk := part.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise refusal("Tệp phình quá lớn khi mở.", "Xóa các vùng trống, bớt ảnh hoặc tách tệp.")
                    copy.write(chunk)
                    if scan:
                        scan.feed(chunk)
                    if kept is not None:
                        kept += chunk
            if scan:
                by_part[name] = scan.end()
            if kept is not None:
                small[name] = bytes(kept)
    out.seek(0)
    parts = _parts(small)
    return out, {name: by_part[part] for name, part in parts.items() if part in by_part}


_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SMALL = (_BOOK, _LINKS)


def _parts(small: dict[str, bytes]) -> dict[str, str]:
    """Sheet's name -> its part, from the table of contents."""
    targets: dict[str, str] = {}
    names: dict[str, str] = {}

    def link(name: str, given: dict[str, str]) -> None:
        if "Id" in given and "Target" in given:
            targets[given["Id"]] = given["Target"]

    def sheet(name: str, given: dict[str, str]) -> None:
        if _TAGS.get(name) == "sheet":
            found = next((value for key, value in given.items() if key.endswith("relationships id")), "")
            names[given["name"]] = found

    for part, handler in ((_LINKS, link), (_BOOK, sheet)):
        parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = handler
        parser.Parse(small[part], True)
    return {
        name: posixpath.normpath(posixpath.join("xl", targets[key])) if targets[key][0] != "/" else targets[key][1:]
        for name, key in names.items()
        if targets.get(key)
    }


class _Scan:
    """Watches a sheet pass by: extent of its values, hidden rows, formulas, merged cells."""

    def __init__(self) -> None:
        self.seen = _Seen()
        self._row, self._column = -1, -1
        self._columns: dict[str, int] = {}
        self._parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self.feed = self._parser.Parse

    def end(self) -> _Seen:
        self._parser.Parse(b"", True)
        return self.seen

    def _start(self, name: str, given: dict[str, str]) -> None:
        tag = _TAGS.get(name)
        if tag == "c":
            if place := given.get("r"):
                self._column = self._number(place.rstrip("0123456789"))
            else:
                self._column += 1
        elif tag in ("v", "is"):
            if self._column >= self.seen.columns or self._row >= self.seen.rows:
                self._reach(self._row, self._column)
        elif tag == "row":
            self._row = int(given["r"]) - 1 if "r" in given else self._row + 1
            self._column = -1
            if given.get("hidden") in ("1", "true"):
                self.seen.hidden_rows.add(self._row)
        elif tag == "f":
            self.seen.formulas.add((self._row, self._column))
        elif tag == "mergeCell":
            self._merge(given["ref"])

    def _number(self, text: str) -> int:
        if text not in self._columns:
            number = 0
            for letter in text:
                number = number * 26 + ord(letter) - 64
            self._columns[text] = number - 1
        return self._columns[text]

    def _reach(self, row: int, column: int) -> None:
        if row >= MAX_ROWS:
            raise refusal("Bảng có hơn 50.000 dòng.", "Tách thành nhiều tệp, mỗi tệp tối đa 50.000 dòng.")
        if column >= MAX_COLUMNS:
            raise refusal("Bảng có hơn 200 cột.", "Xóa các cột thừa rồi tải lên lại.")
        self.seen.rows, self.seen.columns = max(self.seen.rows, row + 1), max(self.seen.columns, column + 1)

    def _merge(self, ref: str) -> None:
        first, _, last = ref.replace("$", "").partition(":")
        places = [
            (int(place[len(place.rstrip("0123456789")) :]) - 1, self._number(place.rstrip("0123456789")))
            for place in (first, last or first)
        ]
        (top, left), (bottom, right) = places
        self.seen.merged.append((top, left, min(bottom, MAX_ROWS), min(right, MAX_COLUMNS)))
