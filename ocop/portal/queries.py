"""The public register of a day, held in memory: every product ever recognised with its current recognition.

20,000 products are searched, filtered and counted here in a few milliseconds; the database is asked again only after a
public event or when a Vietnamese day begins. Recognitions are public (certificates.models: visible_to gives all).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache
from operator import attrgetter
from threading import Lock
from typing import Self

from django.conf import settings
from django.db.models import F, Min

from ocop.accounts.models import Level
from ocop.areas.models import Area
from ocop.areas.queries import became_each, communes_on
from ocop.certificates.models import Recognition
from ocop.certificates.rules import IN_FORCE, Status
from ocop.dossiers.models import Dossier
from ocop.dossiers.rules import STEP_NAMES, Step
from ocop.kernel import codes, public
from ocop.kernel.pages.listing import Filter, Option
from ocop.kernel.text import fold, slug, vi_key
from ocop.registry.models import ProductGroup, ProductSet

from .outline import Drawing, draw, ring
from .rules import EVER, LOOKS, UNKNOWN_DAY, current, newest, rank_words, relevance, status_of, status_words

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


_FIELDS = (
    "pk", "product_id", "code", "stars", "year", "valid_from", "valid_until", "ended_on", "end_kind", "level",
    "organ_name", "source", "decision__number", "decision__day", "product__code", "product__official_code",
    "product__name", "product__search", "product__subject__name", "product__commune_id", "product__place_note",
    "product__product_set__number", "product__product_set__name", "product__product_set__group__code",
    "product__product_set__group__name",
)  # fmt: skip


_folded = lru_cache(maxsize=65536)(fold)  # what is read again after an event is mostly what was read before
_order = lru_cache(maxsize=32768)(vi_key)


@dataclass(slots=True)
class Entry:
    """A product of the register on a day.

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
        return LEVELS[self.row.level]


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


@dataclass
class Register:
    """The register of one day.

    groups  code -> name, number of its first set; sets  number -> name
    communes  code -> name, of that day, in Vietnamese order
    """

    day: date
    stamp: tuple[int, str]
    entries: list[Entry]
    groups: Mapping[str, tuple[str, int]]
    sets: Mapping[int, str]
    communes: Mapping[str, str]
    by_code: dict[str, Entry] = field(init=False)

    def __post_init__(self) -> None:
        self.by_code = {entry.row.product_code: entry for entry in self.entries}

    @cached_property
    def in_force(self) -> int:
        return sum(entry.in_force for entry in self.entries)

    @cached_property
    def counts(self) -> tuple[Counter[str], Counter[str]]:
        """Products in force and ever recognised, by code of the commune."""
        alive = Counter(e.commune_code for e in self.entries if e.commune_code and e.in_force)
        return alive, Counter(e.commune_code for e in self.entries if e.commune_code)

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
                return {**self.communes, UNKNOWN: "chưa xác định xã"}

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


def stamp() -> tuple[int, str]:
    """Return what changes with every public event: their count, and the newest code (a restored copy differs)."""
    return public.count(), Recognition.objects.order_by("-pk").values_list("code", flat=True).first() or ""


_kept: list[Register] = []  # the newest one
_building = Lock()


def register(day: date, now: tuple[int, str] | None = None) -> Register:
    """Return the register of a day, read anew only after a public event. now  the stamp, if the caller has it"""
    now = now or stamp()
    with _building:
        if not _kept or (_kept[0].stamp, _kept[0].day) != (now, day):
            _kept[:] = [_read(day, now)]
        return _kept[0]


def _read(day: date, now: tuple[int, str]) -> Register:
    histories: dict[int, list[Row]] = {}
    for values in Recognition.objects.order_by("product_id", "pk").values_list(*_FIELDS):
        histories.setdefault(values[1], []).append(Row(*values))
    rows = [current(history, day) for history in histories.values()]
    areas = Area.objects.in_bulk({row.commune_id for row in rows if row.commune_id})
    outcomes = became_each([(area, None) for area in areas.values()], day)
    places = dict(zip(areas, outcomes, strict=True))
    entries = []
    for row in rows:
        place = places.get(row.commune_id or 0)
        here = place if isinstance(place, Area) else None
        words = str(place) if place else row.place_note
        code = here.code if here else ""
        status = status_of(row, day)
        text = _folded(f"{row.subject_name or ''} {words} {row.official_code}")
        keys = (
            status.value if status else UNKNOWN_DAY, str(row.stars or UNKNOWN), row.group_code or UNKNOWN,
            str(row.set_number or UNKNOWN), code or UNKNOWN,
        )  # fmt: skip
        entries.append(Entry(row.product_id, row, status, code, words, _folded(row.name), f"{row.search} {text}", keys))
    _rank(entries)
    groups = ProductGroup.objects.order_by("position").values_list("code", "name", Min("sets__number"))
    return Register(
        day, now, entries,
        groups={code: (name, first) for code, name, first in groups},
        sets=dict(ProductSet.objects.order_by("number").values_list("number", "name")),
        communes=dict(communes_on(day).values_list("code", "full_name")),
    )  # fmt: skip


def _rank(entries: list[Entry]) -> None:
    """Give each entry its place in every order, and put the list into the first: in force, more stars, newer."""
    by_name = sorted(entries, key=lambda e: (_order(e.row.name), e.pk))
    for place, entry in enumerate(by_name):
        entry.by_name = place
    for place, entry in enumerate(sorted(entries, key=lambda e: newest(e.row), reverse=True)):
        entry.by_newest = place
    entries.sort(key=lambda e: (not e.in_force, -(e.row.stars or 0), e.by_newest))
    for place, entry in enumerate(entries):
        entry.by_stars = place


@cache
def province_map() -> Drawing:
    """The schematic map of today's communes, drawn once a process from reference/areas."""
    folder = settings.REFERENCE / "areas"
    topology = json.loads((folder / "province-outline-2025.topojson").read_text(encoding="utf-8"))
    points = json.loads((folder / "commune-points-2025.geojson").read_text(encoding="utf-8"))["features"]
    return draw(ring(topology), {row["id"]: tuple(row["geometry"]["coordinates"]) for row in points})


HOLDERS = {
    Step.AT_COMMUNE: "Ủy ban nhân dân cấp xã",
    Step.AT_DISTRICT: "Ủy ban nhân dân cấp huyện",
    Step.AT_PROVINCE: "Cơ quan tham mưu quản lý OCOP cấp tỉnh",
    Step.RETURNED: "Chủ thể",
    Step.READY_DISTRICT: "Ủy ban nhân dân cấp huyện",
    Step.READY_PROVINCE: "Cơ quan tham mưu quản lý OCOP cấp tỉnh",
    Step.COUNCIL_DISTRICT: "Hội đồng đánh giá, phân hạng cấp huyện",
    Step.COUNCIL_PROVINCE: "Hội đồng đánh giá, phân hạng cấp tỉnh",
    Step.CONCLUDED_DISTRICT: "Ủy ban nhân dân cấp huyện",
    Step.CONCLUDED_PROVINCE: "Ủy ban nhân dân tỉnh",
    Step.AT_MINISTRY: "Bộ Nông nghiệp và Môi trường",
}


@dataclass(frozen=True)
class Whereabouts:
    """What a tracking code tells a stranger: step, holder ("" at the end), since when, due day. Nothing else."""

    step: str
    holder: str
    since: date
    due: date | None

    @classmethod
    def of(cls, code: str) -> Self | None:
        """Find a filed dossier by its code; a draft is its producer's alone."""
        found = Dossier.objects.filter(code=code, filed_on__isnull=False).values_list("step", "step_since", "due_on")
        for step, since, due in found.order_by("pk"):
            return cls(STEP_NAMES[Step(step)], HOLDERS.get(Step(step), ""), since, due)
        return None


def recognition(code: str) -> Recognition | None:
    """Find a recognition by its code, with all that its page shows."""
    joined = ("product__product_set", "decision", "end_decision", "certificate")
    return Recognition.objects.select_related(*joined).filter(code=code).first()


def history(product_id: int) -> list[Recognition]:
    """Every recognition of a product, newest first."""
    return list(
        Recognition.objects.filter(product_id=product_id)
        .select_related("decision", "certificate")
        .order_by(F("valid_from").desc(nulls_last=True), "-year", "-pk")
    )
