"""A list page in one object: search, filters, order, pages and export; the query string is all its state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict

from ocop.kernel.text import clean

from . import export

Row = TypeVar("Row", bound=Model)

QUERY, SORT, PAGE, FILE = "q", "xep", "trang", "tai"  # names in the query string
PER_PAGE, MOST_PER_PAGE, LONGEST_QUERY = 25, 100, 200  # compliance.md section 2
NEIGHBOURS = 2  # page links on each side of the current one


@dataclass(frozen=True)
class Column:
    """One column of table and export.

    key  its name in ?xep=; value  what the export writes for a row; sort  fields to order by (none: not sortable)
    number  right aligned
    """

    key: str
    label: str
    value: Callable[[Any], object]
    sort: tuple[str, ...] = ()
    number: bool = False


@dataclass(frozen=True)
class Option:
    """One choice of a filter: value in the query string, words, and how many rows it holds (if counted)."""

    value: str
    label: str
    count: int | None = None


@dataclass(frozen=True)
class Filter:
    """A filter of the query string. apply  narrows the rows to the chosen values (one or more, all known)."""

    name: str
    label: str
    options: Sequence[Option]
    apply: Callable[[Any, list[str]], Any]


@dataclass(frozen=True)
class Chip:
    """A condition in force, and the address of the list without it."""

    label: str
    without: str


@dataclass(frozen=True)
class Facet:
    """A filter as the page shows it: each option with whether it is chosen."""

    name: str
    label: str
    options: list[tuple[Option, bool]]


@dataclass(frozen=True)
class Head:
    """A column head: the address that orders by it, and the order in force ("ascending", "descending", "")."""

    label: str
    number: bool
    href: str = ""
    order: str = ""


@dataclass
class Listing(Generic[Row]):
    """Read the query string of a list once and hold what its page needs.

    rows  the rows of this page; total  of all pages; first, last  numbers of the rows shown, 0 for none
    Words that the list does not know (a filter value, a column) change nothing and stand in `ignored`.
    A page beyond the last is the last. The order always ends with the key, so pages neither repeat nor lose a row.
    """

    request: HttpRequest
    queryset: QuerySet[Row]
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    search: Callable[[QuerySet[Row], str], QuerySet[Row]] | None = None
    sort: str = ""
    per_page: int = PER_PAGE
    q: str = field(init=False, default="")
    ignored: list[str] = field(init=False, default_factory=list)
    chosen: dict[str, list[str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        if not 1 <= self.per_page <= MOST_PER_PAGE:
            raise ValueError(f"per_page is 1 to {MOST_PER_PAGE}")
        found = self._filtered(self.queryset)
        self._ordered = found.order_by(*self._order(), "pk")
        self.total = found.count()
        self.pages = max(1, -(-self.total // self.per_page))
        self.page = min(_page_number(self.request.GET.get(PAGE, "")), self.pages)
        start = (self.page - 1) * self.per_page
        self.rows = self._page(start, start + self.per_page)
        self.first = start + 1 if self.rows else 0
        self.last = start + len(self.rows)

    def _page(self, start: int, stop: int) -> list[Row]:
        """Of a table first the keys, then their rows: else it joins, carries and sorts every row that it skips."""
        if not isinstance(self._ordered, QuerySet):  # the public register, in memory
            return list(self._ordered[start:stop])
        keys = list(self._ordered.values_list("pk", flat=True)[start:stop])
        found = {row.pk: row for row in self._ordered.filter(pk__in=keys)} if keys else {}
        return [found[key] for key in keys if key in found]  # a row may have gone between the two

    def _filtered(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        if self.search:
            self.q = clean(self.request.GET.get(QUERY, ""))[:LONGEST_QUERY]
            rows = self.search(rows, self.q) if self.q else rows
        for one in self.filters:
            known = {option.value for option in one.options}
            asked = list(dict.fromkeys(v for v in self.request.GET.getlist(one.name) if v))
            self.ignored += [f"{one.label}: {value[:30]}" for value in asked if value not in known]
            self.chosen[one.name] = [value for value in asked if value in known]
            if self.chosen[one.name]:
                rows = one.apply(rows, self.chosen[one.name])
        return rows

    def _order(self) -> list[str]:
        sortable = {column.key: column.sort for column in self.columns if column.sort}
        asked = self.request.GET.get(SORT, "")
        self.sorted_by = asked if asked.removeprefix("-") in sortable else self.sort
        if asked and asked != self.sorted_by:
            self.ignored.append(f"Xếp theo: {asked[:30]}")
        fields = sortable.get(self.sorted_by.removeprefix("-"), ())
        if not self.sorted_by.startswith("-"):
            return list(fields)
        return [name[1:] if name.startswith("-") else f"-{name}" for name in fields]

    def _address(self, change: Callable[[QueryDict], object]) -> str:
        data = self.request.GET.copy()
        for name in (PAGE, FILE):
            data.pop(name, None)
        change(data)
        return "?" + data.urlencode()

    @property
    def searchable(self) -> bool:
        return self.search is not None

    @property
    def facets(self) -> list[Facet]:
        return [
            Facet(one.name, one.label, [(option, option.value in self.chosen[one.name]) for option in one.options])
            for one in self.filters
        ]

    @property
    def chips(self) -> list[Chip]:
        """The conditions in force, search first."""
        chips = [Chip(f"“{self.q}”", self._address(lambda data: data.pop(QUERY)))] if self.q else []
        for one in self.filters:
            words = {option.value: option.label for option in one.options}
            for value in self.chosen[one.name]:
                rest = [other for other in self.chosen[one.name] if other != value]
                chips.append(Chip(words[value], self._without(one.name, rest)))
        return chips

    def _without(self, name: str, rest: list[str]) -> str:
        return self._address(lambda data: data.setlist(name, rest) if rest else data.pop(name))

    @property
    def clear(self) -> str:
        """The address of the list without any condition."""
        names = [QUERY, *self.chosen]
        return self._address(lambda data: [data.pop(name, None) for name in names])

    @property
    def heads(self) -> Iterator[Head]:
        for column in self.columns:
            if not column.sort:
                yield Head(column.label, column.number)
                continue
            down = self.sorted_by == column.key
            order = "ascending" if down else "descending" if self.sorted_by == f"-{column.key}" else ""
            yield Head(column.label, column.number, self._sorted(f"-{column.key}" if down else column.key), order)

    def _sorted(self, by: str) -> str:
        return self._address(lambda data: data.__setitem__(SORT, by))

    @property
    def page_numbers(self) -> list[int | None]:
        """Numbers for the pager; None stands for a gap."""
        near = range(self.page - NEIGHBOURS, self.page + NEIGHBOURS + 1)
        shown = sorted({1, self.pages, *(n for n in near if 1 <= n <= self.pages)})
        numbers: list[int | None] = []
        for before, n in zip([0, *shown], shown, strict=False):
            numbers += [None, n] if n > before + 1 else [n]
        return numbers

    @property
    def previous(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def next(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Names and values that the search form must carry along: the order, not page and file."""
        return [(SORT, self.request.GET[SORT])] if self.request.GET.get(SORT) else []

    @property
    def export_href(self) -> str:
        return self._address(lambda data: data.__setitem__(FILE, "xlsx"))

    @property
    def wants_file(self) -> bool:
        return self.request.GET.get(FILE) in ("xlsx", "csv")

    def file(self, name: str) -> HttpResponse:
        """Return the whole filtered list as the file that ?tai= asks for."""
        make = export.csv if self.request.GET.get(FILE) == "csv" else export.xlsx
        return make(name, self.columns, self._ordered.iterator(chunk_size=2000))


def _page_number(text: str) -> int:
    """1 for anything that is no page number."""
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else 1
