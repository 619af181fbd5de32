"""Reading the register: the database is asked again only after a public event or when a Vietnamese day begins.

Recognitions are public (certificates.models: visible_to gives all).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from threading import Lock

from ocop.areas.models import Area
from ocop.areas.queries import became_each, communes_on
from ocop.certificates.models import Recognition
from ocop.certificates.rules import status_of
from ocop.dossiers.models import extensions
from ocop.kernel import public
from ocop.kernel.text import fold, vi_key
from ocop.registry.models import ProductSet
from ocop.registry.queries import codes_of_merged

from ..rules import UNKNOWN_DAY, AsOf, current, known_from, newest
from .register import UNKNOWN, Commune, Entry, Register, Row

_FIELDS = (
    "pk", "product_id", "code", "stars", "year", "valid_from", "valid_until", "ended_on", "end_kind", "level",
    "organ_name", "source", "decision__number", "decision__day", "product__code", "product__official_code",
    "product__name", "product__search", "product__subject__name", "product__commune_id", "product__place_note",
    "product__product_set__number", "product__product_set__name", "product__product_set__group__code",
    "product__product_set__group__name",
)  # fmt: skip


_folded = lru_cache(maxsize=65536)(fold)  # what is read again after an event is mostly what was read before
_order = lru_cache(maxsize=32768)(vi_key)


def stamp() -> tuple[int, str]:
    """Return what changes with every public event: their count, and the newest code (a restored copy differs)."""
    return public.count(), Recognition.objects.order_by("-pk").values_list("code", flat=True).first() or ""


class _Kept:
    """Registers by state and what was asked, the longest unused thrown away first."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._held: OrderedDict[tuple[tuple[int, str], AsOf], Register] = OrderedDict()

    def get(self, asked: AsOf, now: tuple[int, str]) -> Register:
        key = (now, asked)
        with self._lock:
            self._held[key] = found = self._held.pop(key, None) or _read(asked, now)
            if len(self._held) > self._most:
                self._held.popitem(last=False)
            return found


_today = _Kept(1)
_others = _Kept(4)  # apart, so that questions about other days never push today's out, nor make it wait


def register(today: date, now: tuple[int, str] | None = None) -> Register:
    """Return the register of today by today's map, read anew after a public event. now  the stamp, if at hand"""
    return _today.get(AsOf(today, today, today), now or stamp())


def register_as_of(asked: AsOf, now: tuple[int, str] | None = None) -> Register:
    """Return the register as it stood on the day asked for, by the map asked for."""
    return (_today if asked.plain else _others).get(asked, now or stamp())


@dataclass(frozen=True)
class _Facts:
    """What every day and map is told from: recognitions by product, communes of products by number, the taxonomy."""

    histories: list[list[Row]]
    areas: Mapping[int, Area]
    groups: Mapping[str, tuple[str, int]]
    sets: Mapping[int, str]
    former: Mapping[str, int]


@lru_cache(maxsize=1)
def _facts(now: tuple[int, str], today: date) -> _Facts:
    histories: dict[int, list[Row]] = {}
    goes_on = extensions()
    for values in Recognition.objects.order_by("product_id", "pk").values_list(*_FIELDS):
        row = Row(*values)
        if row.valid_until and (extended := goes_on.get((row.product_id, row.valid_until))):
            row = replace(row, extensions=extended)
        histories.setdefault(row.product_id, []).append(row)
    found = list(histories.values())
    groups: dict[str, tuple[str, int]] = {}
    sets: dict[int, str] = {}
    taxonomy = ProductSet.objects.order_by("group__position", "number")
    for number, name, code, group in taxonomy.values_list("number", "name", "group__code", "group__name"):
        groups.setdefault(code, (group, number))
        sets[number] = name
    return _Facts(
        found,
        Area.objects.in_bulk({rows[0].commune_id for rows in found if rows[0].commune_id}),
        groups,
        dict(sorted(sets.items())),
        codes_of_merged(),
    )


def _read(asked: AsOf, now: tuple[int, str]) -> Register:
    day, map_day, facts = asked.day, asked.map_day, _facts(now, asked.today)
    rows = [current(known, day) for history in facts.histories if (known := _known(history, asked))]
    communes = {area.code: _commune(area) for area in communes_on(map_day)}
    outcomes = became_each([(area, None) for area in facts.areas.values()], map_day)
    places = dict(zip(facts.areas, outcomes, strict=True))
    entries = []
    for row in rows:
        place = places.get(row.commune_id or 0)
        here = communes.get(place.code) if isinstance(place, Area) else None
        words, code = str(here or place or row.place_note), here.code if here else ""
        status = status_of(row, day)
        text = _folded(f"{row.subject_name or ''} {words} {row.official_code}")
        keys = (
            status.value if status else UNKNOWN_DAY, str(row.stars or UNKNOWN), row.group_code or UNKNOWN,
            str(row.set_number or UNKNOWN), code or UNKNOWN,
        )  # fmt: skip
        entries.append(Entry(row.product_id, row, status, code, words, _folded(row.name), f"{row.search} {text}", keys))
    _rank(entries)
    return Register(day, map_day, entries, facts.groups, facts.sets, communes, facts.former)


def _known(history: list[Row], asked: AsOf) -> list[Row]:
    """What was decided by the day; today all that is entered, for a decision may begin later."""
    return history if asked.day == asked.today else [row for row in history if known_from(row) <= asked.day]


def _commune(area: Area) -> Commune:
    district = area.parent
    if district is None or district.level != Area.DISTRICT:
        return Commune(area.code, area.full_name)
    return Commune(area.code, area.full_name, district.full_name, str(district.parent or ""))


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
