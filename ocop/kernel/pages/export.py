"""Lists as files: XLSX and CSV whose text can never run as a formula and comes back unchanged.

Source: compliance.md section 3 (values starting with = + - @ TAB CR and their full-width forms).
"""

from __future__ import annotations

import csv as csv_module
import io
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from ocop.kernel.time import VIETNAM, vi_date

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ACTIVE = re.compile("'*[=+\\-@\t\r＝＋－＠]")
_EXCEL_FIRST_DAY = date(1900, 3, 1)  # before it Excel counts a 29/02/1900 that never was
_EXACT_DIGITS = 15  # Excel keeps no more of a number
_WIDEST, _LONGEST = 60, 32767  # characters: column width, text of one cell


class Titled(Protocol):
    """A column of an export: its heading and how a row gives its value."""

    @property
    def label(self) -> str: ...
    def value(self, row: Any) -> object: ...


@dataclass(frozen=True)
class _Cell:
    """How a value goes into a sheet."""

    value: object
    kind: str  # text, number, day, moment


def _cell(value: object) -> _Cell:
    """Days as days, numbers as numbers, everything else as text; nothing (None) as an empty text."""
    if isinstance(value, bool):
        return _Cell("có" if value else "không", "text")
    if isinstance(value, datetime):
        return _Cell(value.astimezone(VIETNAM).replace(tzinfo=None), "moment")
    if isinstance(value, date):
        return _Cell(value, "day") if value >= _EXCEL_FIRST_DAY else _Cell(vi_date(value), "text")
    if isinstance(value, int | float | Decimal) and len(str(value).strip("-").replace(".", "")) <= _EXACT_DIGITS:
        return _Cell(value, "number")
    return _Cell("" if value is None else str(value), "text")


def xlsx(name: str, columns: Sequence[Titled], rows: Iterable[Any]) -> HttpResponse:
    """Return a download of one sheet: bold frozen heading, a filter, widths by content.

    name  file name without ending
    :raises ValueError: a text longer than a cell can hold (32,767 characters)
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with tempfile.TemporaryFile() as made:
        with xlsxwriter.Workbook(made, options) as book:  # closes the file of its rows also when one is refused
            _write(book, columns, rows)
        made.seek(0)
        return _download(made.read(), XLSX_TYPE, f"{name}.xlsx")


def _write(book: xlsxwriter.Workbook, columns: Sequence[Titled], rows: Iterable[Any]) -> None:
    """Write row by row to a file of its own: the memory of a long list is that of one row."""
    sheet = book.add_worksheet("Danh sách")
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    text = book.add_format({"quote_prefix": True})  # stays text when somebody edits the cell
    widths = [len(column.label) for column in columns]
    last = 0
    for x, column in enumerate(columns):
        sheet.write_string(0, x, column.label, head)
    for last, row in enumerate(rows, start=1):
        for x, column in enumerate(columns):
            cell = _cell(column.value(row))
            if cell.value == "":
                continue  # an empty cell, as the importer reads it
            if cell.kind == "text":
                if len(str(cell.value)) > _LONGEST:
                    raise ValueError(f"{column.label}, row {last}: longer than {_LONGEST} characters")
                sheet.write_string(last, x, str(cell.value), text if _ACTIVE.match(str(cell.value)) else None)
                widths[x] = max(widths[x], min(_WIDEST, len(str(cell.value))))
            elif cell.kind == "number":
                sheet.write_number(last, x, cell.value)
            else:
                sheet.write_datetime(last, x, cell.value, day if cell.kind == "day" else moment)
                widths[x] = max(widths[x], 16 if cell.kind == "moment" else 10)
    for x, width in enumerate(widths):
        sheet.set_column(x, x, width + 2)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, max(0, len(columns) - 1))


def csv(name: str, columns: Sequence[Titled], rows: Iterable[Any]) -> HttpResponse:
    """Return a download in UTF-8 with BOM; days as dd/mm/yyyy; text that could run is quoted (see `plain`)."""
    buffer = io.StringIO(newline="")
    writer = csv_module.writer(buffer)
    writer.writerow([quoted(column.label) for column in columns])
    writer.writerows([_csv_text(_cell(column.value(row))) for column in columns] for row in rows)
    return _download(buffer.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", f"{name}.csv")


def _csv_text(cell: _Cell) -> str:
    if cell.kind == "day":
        return f"{cell.value:%d/%m/%Y}"
    if cell.kind == "moment":
        return f"{cell.value:%d/%m/%Y %H:%M}"
    return str(cell.value) if cell.kind == "number" else quoted(str(cell.value))


def quoted(text: str) -> str:
    """Return text with an apostrophe before it if a spreadsheet could run it; `plain` takes it away again."""
    return f"'{text}" if _ACTIVE.match(text) else text


def plain(text: str) -> str:
    """Return the value that `quoted` wrote. Imports call it on every text cell of a CSV."""
    return text[1:] if text.startswith("'") and _ACTIVE.match(text) else text


def _download(content: bytes, content_type: str, file_name: str) -> HttpResponse:
    disposition = content_disposition_header(True, file_name) or "attachment"
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})
