"""The public register of a day, held in memory: every product recognised until then, its places by the map of a day.

20,000 products are searched, filtered and counted here in a few milliseconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from operator import attrgetter

from ocop.accounts.models import Level
from ocop.certificates.rules import IN_FORCE, LOOKS, Status
from ocop.dossiers.rules import Extension, latest_end
from ocop.kernel import codes
from ocop.kernel.pages.listing import Filter, Option
from ocop.kernel.text import fold, slug, vi_key

from ..rules import EVER, UNKNOWN_DAY, rank_words, relevance, status_words

HOME = "Tỉnh Tuyên Quang"  # its communes come first on maps of two provinces
UNKNOWN = "chua-ro"  # filter value for products whose source tells no stars, set or commune
LEVELS = {level.value: level.label for level in Level}


@dataclass(frozen=True, slots=True)
class Row:
    """One recognition as it is read: flat, without personal data."""

    pk: int
    product_id: int
    code: str
    stars: int | None
    year: int | None
    valid_from: date | None
    valid_until: date | None
    ended_on: date | None
    end_kind: str
    level: str
    organ_name: str
    source: str
    decision_number: str
    decision_day: date | None
    product_code: str
    official_code: str
    name: str
    search: str
    subject_name: str | None
    commune_id: int | None
    place_note: str
    set_number: int | None
    set_name: str | None
    group_code: str | None
    group_name: str | None
    extensions: tuple[Extension, ...] = ()


@dataclass(slots=True)
class Entry:
    """A product of the register on a day.

    commune_code, place  where it is made by the map asked for; "" and words where one commune is not certain
    keys  its value for each of ASPECTS; folded, text  its name, and all by which it is found
    by_stars, by_newest, by_name  its place in each order
    """

    pk: int
    row: Row
    status: Status | None
    commune_code: str
    place: str
    folded: str
    text: str
    keys: tuple[str, ...]
    by_stars: int = 0
    by_newest: int = 0
    by_name: int = 0

    @property
    def url(self) -> str:
        return f"/san-pham/{slug(self.row.name)}-{self.row.product_code}/"

    @property
    def tone(self) -> str:
        return LOOKS[self.status][0]

    @property
    def icon(self) -> str:
        return LOOKS[self.status][1]

    @property
    def status_words(self) -> str:
        return status_words(self.status)

    @property
    def extended_to(self) -> date | None:
        """Until when it is in force at most, where it goes on past its end on the day; else None."""
        return latest_end(self.row.valid_until) if self.status is Status.EXTENDED and self.row.valid_until else None

    @property
    def badge(self) -> str:
        return self.status_words if self.status else EVER

    @property
    def rank(self) -> str:
        return rank_words(self.row.stars, self.status)

    @property
    def in_force(self) -> bool:
        return self.status in IN_FORCE

    @property
    def level_name(self) -> str:
        """'cấp tỉnh'; "" where no source names the organ: the level that the law of the time gave is not said."""
        return LEVELS[self.row.level] if self.row.organ_name else ""


class Found:
    """Entries as a list page takes them: ordered, counted, cut. fits  product -> 0 (best) to 3"""

    def __init__(self, entries: Sequence[Entry], fits: Mapping[int, int] | None = None) -> None:
        self.entries, self.fits = entries, fits or {}

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __getitem__(self, part: slice) -> Sequence[Entry]:
        return self.entries[part]

    def count(self) -> int:
        return len(self.entries)

    def where(self, aspect: Aspect, wanted: Collection[str]) -> Found:
        """Keep the entries that have one of the wanted values."""
        index = aspect.index
        return Found([entry for entry in self.entries if entry.keys[index] in wanted], self.fits)

    def order_by(self, *fields: str) -> Found:
        """Order by attributes of Entry, or by "fits"; "-" turns an order round."""
        entries = list(self.entries)
        for name in reversed(fields):
            bare = name.removeprefix("-")
            if bare != "fits":
                entries.sort(key=attrgetter(bare), reverse=name != bare)
            elif self.fits:
                entries.sort(key=lambda entry: self.fits[entry.pk], reverse=name != bare)
        return Found(entries, self.fits)

    def iterator(self, chunk_size: int = 0) -> Iterator[Entry]:
        return iter(self.entries)


@dataclass(frozen=True)
class Aspect:
    """One way to narrow the register: its name in the query string. index  of the value in Entry.keys"""

    name: str
    label: str
    index: int


ASPECTS = (
    Aspect("trang-thai", "Tình trạng", 0),
    Aspect("sao", "Hạng sao", 1),
    Aspect("nhom", "Nhóm sản phẩm", 2),
    Aspect("bo", "Bộ sản phẩm", 3),
    Aspect("xa", "Địa bàn", 4),
)


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune by the map of a day. district, province  "" from 1/7/2025, when the districts ended"""

    code: str
    name: str
    district: str = ""
    province: str = ""

    def __str__(self) -> str:
        """'Xã Hồng Thái, huyện Na Hang': names came back in several districts."""
        return f"{self.name}, {self.district[:1].lower()}{self.district[1:]}" if self.district else self.name


@dataclass
class Register:
    """The register as it stood on a day, with places by the map of a day (mostly today's).

    groups  code -> name, number of its first set; sets  number -> name
    communes  by code, of the map's day, in Vietnamese order
    former  codes of products that were merged into others, with the key of the one that stands for each
    """

    day: date
    map_day: date
    entries: list[Entry]
    groups: Mapping[str, tuple[str, int]]
    sets: Mapping[int, str]
    communes: Mapping[str, Commune]
    former: Mapping[str, int]
    by_code: dict[str, Entry] = field(init=False)

    def __post_init__(self) -> None:
        self.by_code = {entry.row.product_code: entry for entry in self.entries}
        by_key = {entry.row.product_id: entry for entry in self.entries}
        self.by_code |= {code: by_key[key] for code, key in self.former.items() if key in by_key}

    @cached_property
    def in_force(self) -> int:
        return sum(entry.in_force for entry in self.entries)

    @cached_property
    def counts(self) -> tuple[Counter[str], Counter[str]]:
        """Products in force and ever recognised, by code of the commune; "" where it is not certain."""
        alive = Counter(entry.commune_code for entry in self.entries if entry.in_force)
        return alive, Counter(entry.commune_code for entry in self.entries)

    @cached_property
    def districts(self) -> dict[tuple[str, str], list[str]]:
        """Codes of communes by (province, district), in Vietnamese order; empty on a map without districts."""
        found: dict[tuple[str, str], list[str]] = {}
        for code, commune in self.communes.items():
            if commune.district:
                found.setdefault((commune.province, commune.district), []).append(code)
        order = sorted(found, key=lambda names: (names[0] != HOME, vi_key(names[0]), vi_key(names[1])))
        return {names: found[names] for names in order}

    def find(self, typed: str) -> Found:
        """Return products in which every typed word is found, accents or not; all where nothing is typed.

        A product's code finds that product alone.
        """
        if exact := self.by_code.get(codes.plain(typed)):
            return Found([exact])
        words = fold(typed).split()
        if not words:
            return Found(self.entries)
        hits = self.entries
        for word in words:
            hits = [entry for entry in hits if word in entry.text]
        return Found(hits, {entry.pk: relevance(entry.folded, words) for entry in hits})

    def names(self, aspect: str) -> dict[str, str]:
        """Return every value of an aspect with its words, in the order in which pages show them."""
        match aspect:
            case "trang-thai":
                return {s.value: status_words(s) for s in Status} | {UNKNOWN_DAY: status_words(None)}
            case "sao":
                return {"5": "5 sao", "4": "4 sao", "3": "3 sao", UNKNOWN: "Nguồn không nêu hạng"}
            case "nhom":
                return {code: name for code, (name, _) in self.groups.items()} | {UNKNOWN: "chưa xếp nhóm"}
            case "bo":
                return {str(number): f"{number}. {name}" for number, name in self.sets.items()} | {
                    UNKNOWN: "chưa xếp bộ"
                }
            case _:
                named = {code: str(commune) for code, commune in self.communes.items()}
                return named | {UNKNOWN: "chưa xác định xã"}

    def filters(self, found: Found, asked: Mapping[str, Sequence[str]]) -> list[Filter]:
        """Return the filters of a list page; each option counts what the other filters leave.

        asked  values by name, as typed: unknown ones narrow nothing
        """
        names = {one.name: self.names(one.name) for one in ASPECTS}
        chosen = {one: wanted for one in ASPECTS if (wanted := names[one.name].keys() & set(asked[one.name]))}
        filters = []
        for one in ASPECTS:
            rest = found
            for other in chosen.keys() - {one}:
                rest = rest.where(other, chosen[other])
            counts = Counter([entry.keys[one.index] for entry in rest])
            options = [
                Option(value, words, counts[value])
                for value, words in names[one.name].items()
                if counts[value] or value in chosen.get(one, ())
            ]
            if one.name == "xa":  # over a hundred: those with most products first
                options.sort(key=lambda option: (option.value == UNKNOWN, -(option.count or 0)))
            filters.append(Filter(one.name, one.label, options, _narrowing(one)))
        return filters


def _narrowing(aspect: Aspect) -> Callable[[Found, Collection[str]], Found]:
    return lambda found, values: found.where(aspect, values)
