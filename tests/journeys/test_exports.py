"""Every list as XLSX: the rows and words that the page shows under the same filters, text as text, days as days."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from openpyxl.cell import Cell

from ocop.kernel.time import VIETNAM
from ocop.registry.models import Subject

from .province import Province, one_request

# address, and filters of which each keeps some rows and leaves some out
LISTS = (
    ("/san-pham-cua-toi/", ("bo=12", "q=che", "trang-thai=potential")),
    ("/chu-the/", ("loai=cooperative", "q=na+tha")),
    ("/co-so/", ("loai=workshop", "q=xuong", "trang-thai=dang-dung")),
    ("/y-tuong/", ("trang-thai=idea", "q=nghe")),
    ("/giay-to/", ("trang-thai=con-han", "q=giay")),
    ("/thuc-dia/", ("nam=2026", "q=tra")),
    ("/ho-so/", ("buoc=at_province", "q=tra")),
    ("/ho-so/diem-thieu/", ("han=7-ngay", "q=hợp đồng")),
    ("/van-ban/", ("loai=QĐ", "ban-ky=co", "nguon=ghi-lai", "q=OCOP")),
    ("/phieu-danh-gia/", ("quy-dinh=2026", "q=Chè")),
    ("/dot-danh-gia/", ("cap=ministry", "nam=2027")),
    ("/dot-danh-gia/province/2027/1/", ("trang-thai=ready", "q=tra", "loai=first")),
    ("/y-kien/", ("trang-thai=open", "q=vối")),
    ("/khieu-nai/", ("trang-thai=received", "q=vối")),
    ("/nhap-excel/", ("loai=chu-the", "trang-thai=checked")),
)
CASES = [(address, query) for address, queries in LISTS for query in ("", *queries)]


def exported(province: Province, address: str, query: str) -> list[tuple[Cell, ...]]:
    response = province.clients["province officer"].get(f"{address}?{query}&tai=xlsx")
    assert response.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert len(book.worksheets) == 1
    return list(book.worksheets[0].iter_rows())


def shown(province: Province, address: str, query: str) -> tuple[list[str], list[list[object]]]:
    """Heads and rows as the pages of the list hold them."""
    rows: list[list[object]] = []
    page = 1
    while True:
        listing: Any = province.clients["province officer"].get(f"{address}?{query}&trang={page}").context["listing"]
        assert not listing.ignored
        rows += [[column.value(row) for column in listing.columns] for row in listing.rows]
        if page >= listing.pages:
            return [column.label for column in listing.columns], rows
        page += 1


def as_read(value: object) -> object:
    """What a reader of the sheet finds for a value: nothing for nothing, days and moments of Vietnam."""
    if isinstance(value, datetime):
        return value.astimezone(VIETNAM).replace(tzinfo=None, second=0, microsecond=0)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # Excel knows no zone
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else str(value or "") or None


def read(cells: Sequence[Cell]) -> list[object]:
    return [
        cell.value.replace(second=0, microsecond=0) if isinstance(cell.value, datetime) else cell.value
        for cell in cells
    ]


@pytest.mark.parametrize(("address", "query"), CASES)
def test_a_list_exports_what_it_shows(province: Province, address: str, query: str) -> None:
    heads, rows = shown(province, address, query)
    first, *body = exported(province, address, query)
    assert [cell.value for cell in first] == heads
    assert body, "the province has something in every list"
    assert [read(cells) for cells in body] == [[as_read(value) for value in row] for row in rows]
    assert all(cell.data_type != "f" for cells in body for cell in cells)
    days = [cell for cells in body for cell in cells if cell.is_date]
    assert all(cell.number_format.startswith("dd/mm/yyyy") for cell in days)


def test_a_filter_leaves_rows_out_of_the_file(province: Province) -> None:
    whole = len(exported(province, "/chu-the/", ""))
    assert 1 < len(exported(province, "/chu-the/", "loai=cooperative")) < whole


def test_a_name_that_would_run_stays_text_in_the_file(province: Province) -> None:
    names = {'=HYPERLINK("http://vi-du.vn")', "+84 HTX", "@SUM(1)"}
    with one_request():
        for subject, name in zip(Subject.objects.order_by("pk")[:3], sorted(names), strict=True):
            Subject.objects.filter(pk=subject.pk).update(name=name)
        found = {cells[0].value: cells[0] for cells in exported(province, "/chu-the/", "")}
    assert names <= set(found)
    for name in names:
        assert (found[name].data_type, found[name].quotePrefix) == ("s", True)
