"""The tree on a day, what became of an area, what an area of today holds. Query counts do not grow with the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ocop.kernel import reference
from ocop.kernel.pages.listing import Filter, Option
from ocop.kernel.refusal import Refusal

from .models import Area, AreaChange, AreaQuerySet
from .rules import History, Step, typed_name


@dataclass(frozen=True)
class Node:
    """An area and what lies in it on that day, in Vietnamese order."""

    area: Area
    children: tuple[Node, ...]


@dataclass(frozen=True)
class Undetermined:
    """More than one area, or none, fits: "chưa xác định" until a person says which part.

    candidates  the one that took the main part of a split first, then in Vietnamese order
    """

    candidates: tuple[Area, ...]

    def __str__(self) -> str:
        names = " hoặc ".join(area.full_name for area in self.candidates)
        return f"chưa xác định ({names})" if names else "chưa xác định"


@dataclass(frozen=True)
class Held:
    """An earlier area in an area of today. partly  only a part of it; relation  its last change on the way."""

    area: Area
    partly: bool
    relation: str  # a key of AreaChange.RELATIONS; "unchanged" where it is still itself


def tree_on(day: date) -> tuple[Node, ...]:
    """Return the provinces of a day with their districts (none from 1/7/2025) and communes. One query."""
    children: dict[int | None, list[Area]] = defaultdict(list)
    for area in Area.objects.in_force_on(day).order_by("sort_key", "code"):
        children[area.parent_id].append(area)

    def nodes(parent: int | None) -> tuple[Node, ...]:
        return tuple(Node(area, nodes(area.pk)) for area in children[parent])

    return nodes(None)


def districts_on(day: date) -> AreaQuerySet:
    """Return the districts of a day, in Vietnamese order; none from 1/7/2025 (NQ 202/2025/QH15)."""
    return Area.objects.in_force_on(day).districts().select_related("parent").order_by("sort_key", "code")


def communes_on(day: date) -> AreaQuerySet:
    """Return the communes of a day with their parents, in Vietnamese order."""
    return Area.objects.in_force_on(day).communes().select_related("parent__parent").order_by("sort_key", "code")


def name_on(code: str, day: date) -> str | None:
    """Return the full name that a code had on the day of a paper, or None: nothing had this code."""
    return Area.objects.in_force_on(day).filter(code=code).values_list("full_name", flat=True).first()


def commune_of(name: str, within: str, day: date) -> Area | Undetermined:
    """Find the commune that a paper of a day names.

    name    with or without its kind, accents or not, "TT." and the like, variants included
    within  name or code of its district or province, "" for anywhere
    """
    communes = communes_on(day).filter(folded__contains=f"|{typed_name(name)}|")
    if within:
        place = f"|{typed_name(within)}|"
        communes = (
            communes.filter(parent__folded__contains=place)
            | communes.filter(parent__parent__folded__contains=place)
            | communes.filter(parent__code=within.strip())
            | communes.filter(parent__parent__code=within.strip())
        )
    return _one(tuple(communes))


def became(area: Area, on: date, *, seen: date | None = None, choice: Area | None = None) -> Area | Undetermined:
    """Return the area of another day in which a place of this area lies; earlier days work too.

    seen    day on which the place lay in this area; without it, the area's last day
    choice  the part that a person named for this place, where the area was split
    :raises Refusal: the choice took no part of this area
    """
    return became_each([(area, choice)], on, seen=seen)[0]


def became_each(
    places: Sequence[tuple[Area, Area | None]], on: date, *, seen: date | None = None
) -> list[Area | Undetermined]:
    """Answer became() for many (area, choice), in their order, with one query more than the changes."""
    history = _history(area for place in places for area in place if area)
    found = [_fitting(history, area, choice, on, seen) for area, choice in places]
    known = {area.pk: area for place in places for area in place if area}
    known |= Area.objects.in_bulk(frozenset[int]().union(*found) - known.keys())
    main = {step.new for step in history.steps if step.main}
    return [
        _one(tuple(sorted((known[pk] for pk in pks), key=lambda area: (area.pk not in main, area.sort_key, area.code))))
        for pks in found
    ]


def held(area: Area, on: date) -> list[Held]:
    """Return the areas of an earlier day that this area holds, whole or in part, in Vietnamese order."""
    history = _history([area])
    relations = {step.old: step.relation for step in history.leading_to(area.pk)}
    olds = Area.objects.filter(pk__in=history.back(area.pk, on)).select_related("parent").order_by("sort_key", "code")
    return [
        Held(
            old,
            partly=not history.holds_whole(area.pk, old.pk, on),
            relation=AreaChange.UNCHANGED if old.pk == area.pk else relations[old.pk],
        )
        for old in olds
    ]


def line_of(area_pk: int) -> frozenset[int]:
    """Return this area and every earlier area or version that wholly became it: what its officers answer for.

    Places of a split area are not in it until a person said which part.
    """
    return _changes().line(area_pk)


def commune_filter(present: Iterable[int | None], field: str = "commune") -> Filter:
    """Return the filter of a list by commune (?xa=), in Vietnamese order.

    present  keys of the communes in which rows of the list lie; field  the way from a row to its commune
    """
    there = set(present)
    options = [Option(str(pk), name) for pk, name in _names().items() if pk in there]
    return Filter("xa", "Xã, phường", options, lambda rows, values: rows.filter(**{f"{field}__in": values}))


@reference.known
def _names() -> dict[int, str]:
    """Key -> full name of every area of any day, in Vietnamese order: some hundred."""
    return dict(Area.objects.order_by("sort_key", "pk").values_list("pk", "full_name"))


def _days(first: date, exact: bool, last: date | None) -> tuple[date, date]:
    return first if exact else date.min, last or date.max


@reference.known
def _changes() -> History:
    """All changes, about 350 rows, and the days of their areas."""
    days: dict[int, tuple[date, date]] = {}
    steps: list[Step] = []
    rows = AreaChange.objects.order_by("day", "id").values_list(
        "old_id",
        "new_id",
        "day",
        "relation",
        "is_default",
        "old__valid_from",
        "old__valid_from_exact",
        "old__valid_to",
        "new__valid_from",
        "new__valid_from_exact",
        "new__valid_to",
    )
    for old, new, day, relation, main, old_from, old_exact, old_to, new_from, new_exact, new_to in rows:
        steps.append(Step(old, new, day, relation, main))
        days[old], days[new] = _days(old_from, old_exact, old_to), _days(new_from, new_exact, new_to)
    return History(days, tuple(steps))


def _history(areas: Iterable[Area]) -> History:
    """All changes, and the days of the given areas too, which may have no change."""
    changes = _changes()
    own = {area.pk: _days(area.valid_from, area.valid_from_exact, area.valid_to) for area in areas}
    return History({**own, **changes.days}, changes.steps)


def _fitting(history: History, area: Area, choice: Area | None, on: date, seen: date | None) -> frozenset[int]:
    first, last = history.days[area.pk]
    if on < first:
        return history.back(area.pk, on)
    found = history.forward(area.pk, seen or last, on)
    if choice is None:
        return found
    chosen_from, chosen_to = history.days[choice.pk]
    if choice.pk not in history.forward(area.pk, seen or last, chosen_to):
        raise Refusal(
            "Chưa ghi địa bàn.",
            f"{choice.full_name} không nhận phần nào của {area.full_name}.",
            "Chọn một trong các địa bàn được gợi ý.",
        )
    return found & history.forward(choice.pk, chosen_to, on) if chosen_from <= on else found


def _one(areas: tuple[Area, ...]) -> Area | Undetermined:
    return areas[0] if len(areas) == 1 else Undetermined(areas)
