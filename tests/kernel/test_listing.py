"""Lists: the query string is all the state, pages neither repeat nor lose a row, exports cannot run."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.http import QueryDict
from django.test import RequestFactory
from python_calamine import CalamineWorkbook

from ocop.kernel.models import Look
from ocop.kernel.pages import export
from ocop.kernel.pages.listing import Column, Facet, Filter, Listing, Option
from ocop.kernel.templatetags.ocop import ticks
from ocop.kernel.time import day_of, start_of

COLUMNS = [
    Column("ten", "Tên", lambda row: row.actor_name, ("actor_name",)),
    Column("ngay", "Ngày", lambda row: day_of(row.at), ("at",)),
    Column("can-cu", "Căn cứ", lambda row: row.why),
]
KINDS = Filter(
    "loai",
    "Loại",
    [Option("nghi", "Ngày nghỉ"), Option("lam", "Làm bù")],
    lambda rows, values: rows.filter(object_kind__in=values),
)
FIRST = date(2025, 1, 1)


@pytest.fixture
def rows(db):
    """60 rows, one a day; every third one is of the kind "lam" (20 of them); all names but one are alike."""
    Look.objects.bulk_create(
        Look(
            at=start_of(FIRST + timedelta(days=n)),
            actor_id=1,
            actor_name="Tết" if n else "Đầu năm",
            object_kind="nghi" if n % 3 else "lam",
            object_id=n,
            why="QĐ",
        )
        for n in range(60)
    )


def listing(query: str = "", **changes: Any) -> Listing[Look]:
    options: dict[str, Any] = {
        "columns": COLUMNS,
        "filters": [KINDS],
        "search": lambda rows, text: rows.filter(actor_name__icontains=text),
        "sort": "ngay",
    }
    return Listing(RequestFactory().get(f"/?{query}"), Look.objects.all(), **(options | changes))


@pytest.mark.usefixtures("rows")
class TestPages:
    @pytest.mark.parametrize(
        ("query", "page", "first", "last"),
        [
            ("", 1, 1, 25),
            ("trang=2", 2, 26, 50),
            ("trang=3", 3, 51, 60),
            ("trang=4", 3, 51, 60),
            ("trang=999999999", 3, 51, 60),
            ("trang=" + "9" * 5000, 1, 1, 25),
            ("trang=0", 1, 1, 25),
            ("trang=-1", 1, 1, 25),
            ("trang=hai", 1, 1, 25),
        ],
    )
    def test_a_page_number_stays_inside_the_list(self, query, page, first, last):
        shown = listing(query)
        assert (shown.page, shown.first, shown.last, shown.total, shown.pages) == (page, first, last, 60, 3)

    def test_no_row_is_lost_or_repeated_when_all_sort_alike(self):
        seen = [row.pk for n in (1, 2, 3) for row in listing(f"xep=ten&trang={n}").rows]
        assert len(seen) == len(set(seen)) == 60

    def test_a_page_holds_at_most_100_rows(self):
        assert len(listing(per_page=100).rows) == 60
        with pytest.raises(ValueError, match="1 to 100"):
            listing(per_page=101)

    @pytest.mark.parametrize(("query", "queries"), [("", 3), ("q=t&loai=nghi&trang=2", 3), ("q=khong-co", 2)])
    def test_a_list_asks_for_the_count_the_keys_and_their_rows(self, query, queries, django_assert_num_queries):
        with django_assert_num_queries(queries):
            shown = listing(query)
            _ = (list(shown.rows), shown.chips, list(shown.heads), shown.facets, shown.page_numbers)

    def test_the_pager_shows_ends_neighbours_and_gaps(self):
        assert listing(per_page=3, query="").pages == 20
        assert listing("trang=10", per_page=3).page_numbers == [1, None, 8, 9, 10, 11, 12, None, 20]
        assert listing("trang=2", per_page=3).page_numbers == [1, 2, 3, 4, None, 20]

    def test_an_empty_list_has_one_page_and_no_rows(self):
        shown = listing("q=khong-co")
        assert (shown.total, shown.pages, shown.page, shown.first, shown.last) == (0, 1, 1, 0, 0)


@pytest.mark.usefixtures("rows")
class TestConditions:
    def test_search_and_filter_narrow_together(self):
        assert listing("loai=lam").total == 20
        assert listing("loai=lam&q=T%E1%BA%BFt").total == 19
        assert listing("loai=lam&loai=nghi").total == 60

    def test_each_condition_is_a_chip_that_drops_itself_alone(self):
        chips = listing("q=T%E1%BA%BFt&loai=lam&loai=nghi&xep=-ten&trang=2&tai=xlsx").chips
        assert [chip.label for chip in chips] == ["“Tết”", "Làm bù", "Ngày nghỉ"]
        assert QueryDict(chips[0].without[1:]).dict() == {"loai": "nghi", "xep": "-ten"}
        assert QueryDict(chips[1].without[1:]).getlist("loai") == ["nghi"]
        assert "trang" not in chips[1].without
        assert listing("q=a&loai=lam&xep=ten").clear == "?xep=ten"

    def test_words_the_list_does_not_know_change_nothing_and_are_named(self):
        shown = listing("loai=lam&loai=la&xep=mat-khau")
        assert (shown.total, shown.sorted_by) == (20, "ngay")
        assert shown.ignored == ["Loại: la", "Xếp theo: mat-khau"]

    def test_a_column_without_order_cannot_be_ordered_by(self):
        assert listing("xep=can-cu").ignored == ["Xếp theo: can-cu"]
        assert [head.href for head in listing().heads][2] == ""

    def test_a_head_orders_up_then_down(self):
        assert [head.order for head in listing().heads] == ["", "ascending", ""]
        assert [head.href for head in listing().heads][:2] == ["?xep=ten", "?xep=-ngay"]
        assert listing("xep=-ngay").rows[0].at == start_of(FIRST + timedelta(days=59))
        assert [head.order for head in listing("xep=-ngay").heads][1] == "descending"

    def test_a_search_is_cut_at_200_signs_and_cleaned(self):
        assert listing("q=" + "a" * 300).q == "a" * 200
        assert listing("q=%E2%80%8B%20T%E1%BA%BFt%20").q == "Tết"


def test_a_filter_shows_its_options_with_their_counts_and_ticks_the_chosen_one():
    facet = Facet("xa", "Xã", [(Option("1", "Xã <A> & 'B'", 1234), True), (Option('2"', "Phường C"), False)])
    assert ticks(facet) == (
        '<label><input type="checkbox" name="xa" value="1" checked><span>Xã &lt;A&gt; &amp; &#x27;B&#x27;</span>'
        '<span class="facet-count">1.234</span></label>'
        '<label><input type="checkbox" name="xa" value="2&quot;"><span>Phường C</span></label>'
    )


@pytest.mark.usefixtures("rows")
class TestFile:
    def test_the_file_holds_the_whole_filtered_list_not_the_page(self):
        shown = listing("loai=lam&trang=1&tai=xlsx")
        assert shown.wants_file
        answer = shown.file("ngay-nghi")
        assert answer["Content-Disposition"] == 'attachment; filename="ngay-nghi.xlsx"'
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        assert [cell.value for cell in sheet[1]] == ["Tên", "Ngày", "Căn cứ"]
        assert sheet.max_row == 21
        assert sheet["B2"].value == datetime(2025, 1, 1)
        assert sheet["B2"].number_format == "dd/mm/yyyy"
        assert (sheet.freeze_panes, sheet["A1"].font.bold) == ("A2", True)

    def test_only_a_known_kind_of_file_is_a_file(self):
        assert not listing("tai=exe").wants_file
        assert listing("tai=csv").file("a")["Content-Type"] == "text/csv; charset=utf-8"
        assert "tai=xlsx" in listing("loai=lam&trang=2").export_href
        assert "trang" not in listing("loai=lam&trang=2").export_href


@dataclass(frozen=True)
class One:
    label: str = "Giá trị"

    def value(self, row: object) -> object:
        return row


DANGEROUS = [
    '=HYPERLINK("http://x")',
    "+84 912",
    "-5",
    "@SUM(1)",
    "\tcmd",
    "\rcmd",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
    "''=1",
]
HARMLESS = ["Chè Shan tuyết", "'bình thường", "a=b", "0012", "1e5", "12/07/2024", "http://a.vn", ""]


@pytest.mark.parametrize("text", DANGEROUS + HARMLESS)
def test_text_in_a_sheet_is_never_a_formula_and_comes_back_unchanged(text):
    content = export.xlsx("a", [One()], [text]).content
    cell = openpyxl.load_workbook(io.BytesIO(content)).active["A2"]
    assert cell.data_type != "f"
    assert cell.hyperlink is None
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert rows[1:] == ([[text]] if text else [])


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_in_a_csv_starts_with_an_apostrophe_and_comes_back_unchanged(text):
    content = export.csv("a", [One()], [text]).content
    assert content.startswith(b"\xef\xbb\xbf")
    written = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1][0]
    assert written == f"'{text}"
    assert export.plain(written) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_in_a_csv_is_as_it_is(text):
    assert export.quoted(text) == text
    assert export.plain(text) == text


def test_values_keep_their_kind():
    moment = datetime(2025, 10, 14, 17, 30, tzinfo=UTC)
    rows = [date(2025, 10, 15), moment, 82, Decimal("1.5"), True, None, date(1890, 5, 19), 1234567890123456]
    sheet = openpyxl.load_workbook(io.BytesIO(export.xlsx("a", [One()], rows).content)).active
    assert [sheet.cell(n, 1).value for n in range(2, 10)] == [
        datetime(2025, 10, 15),
        datetime(2025, 10, 15, 0, 30),
        82,
        1.5,
        "có",
        None,
        "19/05/1890",
        "1234567890123456",
    ]
    lines = export.csv("a", [One()], rows).content.decode("utf-8-sig").splitlines()
    assert lines[1:5] == ["15/10/2025", "15/10/2025 00:30", "82", "1.5"]


def test_a_text_longer_than_a_cell_is_refused_not_cut():
    assert export.xlsx("a", [One()], ["x" * 32767]).content
    with pytest.raises(ValueError, match="32767"):
        export.xlsx("a", [One()], ["x" * 32768])
