"""Where the head of a table stands, and which of its columns is which field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ocop.kernel.text import fold

from .cells import text_of
from .fields import IGNORED, Kind, field_of, field_under, keys_of
from .fonts import Font, looks_like, repaired
from .workbook import Sheet, letters

SEARCHED, DEEPEST = 30, 3  # rows in which a head begins; rows of a head


@dataclass(frozen=True)
class Table:
    """A table of a sheet: first and last row of its head (from 0), the words above each column.

    Heads are unique: one without words is "Cột D", the second "Ghi chú" is "Ghi chú (cột F)".
    """

    sheet: str
    first: int
    last: int
    heads: tuple[str, ...]


def table(sheet: Sheet, first: int, last: int) -> Table:
    """Return the table whose head stands in these rows; a head in several rows is joined by " / "."""
    width = len(sheet.rows[0]) if sheet.rows else 0
    heads: list[str] = []
    for column in range(width):
        texts = [words_of(row[column]) for row in sheet.rows[first : last + 1] if column < len(row)]
        head = " / ".join(dict.fromkeys(text for text in texts if text))[:200]
        if head in heads:
            head = f"{head} (cột {letters(column)})"
        heads.append(head or f"Cột {letters(column)}")
    return Table(sheet.name, first, last, tuple(heads))


def find(kind: Kind, sheet: Sheet) -> Table | None:
    """Return the table whose head names most fields of a kind, the shortest head of equals; None: no such head."""
    keys = {field.code for field in keys_of(kind)}
    best: tuple[int, Table] | None = None
    for first in range(min(SEARCHED, len(sheet.rows))):
        if len({text for value in sheet.rows[first] if (text := words_of(value))}) < 2:
            continue  # a title
        for last in range(first, min(first + DEEPEST, len(sheet.rows))):
            one = table(sheet, first, last)
            found = {field.code for head in one.heads if (field := field_under(kind, head))}
            if found & keys and (best is None or len(found) > best[0]):
                best = (len(found), one)
    return best[1] if best else None


def likely(sheet: Sheet) -> Table:
    """Return the table whose head is the row of most different words, where no head was found: a start for the eye."""
    rows = sheet.rows[:SEARCHED]
    best = max(range(len(rows)), key=lambda n: (len({text for value in rows[n] if (text := words_of(value))}), -n))
    return table(sheet, best, best)


def choose(kind: Kind, sheets: Sequence[Sheet]) -> list[Table]:
    """Return the tables to read: the one that names most fields, and those of the same columns on other sheets."""
    found = [one for sheet in sheets if not sheet.hidden and (one := find(kind, sheet))]
    if not found:
        return []
    named = {one.sheet: {code for code in match(kind, one.heads, {}).values() if code} for one in found}
    best = max(found, key=lambda one: len(named[one.sheet]))
    return [one for one in found if named[one.sheet] == named[best.sheet]]


def match(kind: Kind, heads: Iterable[str], remembered: Mapping[str, str]) -> dict[str, str]:
    """Return head -> code of its field, "" for none; each field once.

    remembered  folded head -> code as this office chose before, "" where it chose to leave the column out
    """
    columns: dict[str, str] = {}
    for head in heads:
        code = remembered.get(fold(head))
        if code is None or (code and field_of(kind, code) is None):
            field = None if fold(head) in IGNORED else field_under(kind, head)
            code = field.code if field else ""
        columns[head] = "" if code in columns.values() else code
    return columns


def words_of(value: Any) -> str:
    """Words of a cell, whatever font they were typed in: whether the rows are repaired is asked later."""
    text = " ".join(str(value).split()) if isinstance(value, str) else text_of(value)
    return text_of(repaired(text, looks_like(text) or Font.UNICODE))
