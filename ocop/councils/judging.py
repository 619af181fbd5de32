"""The quality of judging of one council, from the counted sheets of what it concluded: for its secretary and chair."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ocop.scorecards.rules import STARS

from .models import Conclusion, Council
from .quality import Divided, Missed, Severity, alpha, divided, missed, severities
from .results import readings


@dataclass(frozen=True)
class Judging:
    """members  the most severe first; criteria  the most dividing first; marks  the most missed first

    Criteria and marks go by code and name: sets of products print the same criterion.
    """

    products: int
    agreement: Fraction | None
    members: list[tuple[str, Severity]]
    criteria: list[tuple[str, Divided]]
    marks: list[tuple[str, int, Missed]]


def years_of(council: Council) -> list[int]:
    """Years in which the council held sessions, the last first."""
    days = council.sessions.order_by("-held_on").values_list("held_on", flat=True)
    return list(dict.fromkeys(day.year for day in days))


def judging_of(council: Council, year: int | None) -> Judging:
    """Return how a council judged, in one year or in all: a constant number of queries."""
    found = Conclusion.objects.in_effect().filter(item__session__council=council, item__closed=True)
    if year is not None:
        found = found.filter(item__session__held_on__year=year)
    rows = list(found.select_related("item", "dossier__scorecard").order_by("pk"))
    read = list(readings(rows).values())
    totals = [{sheet.member: mark.total for sheet, mark in zip(one.sheets, one.marks, strict=True)} for one in read]
    points = [
        (f"{c.code} {c.name_vi}", [mark.points[c.code] for mark in one.marks])
        for one in read
        if one.marks
        for c in one.card.criteria
    ]
    asked = [
        ((f"{code} {one.card.by_code[code].name_vi}", star), code in one.conclusion.marks_missed.get(str(star), []))
        for one in read
        for star in STARS
        for code in dict.fromkeys(code for mark in one.marks for code in mark.minimums[star])
    ]
    return Judging(
        sum(bool(one.marks) for one in read),
        alpha([list(given.values()) for given in totals]),
        sorted(((str(m), found) for m, found in severities(totals).items()), key=lambda row: (row[1].mean, row[0])),
        sorted(divided(points).items(), key=lambda row: (-row[1].spread, row[0])),
        sorted(((name, star, m) for (name, star), m in missed(asked).items()), key=lambda r: (-r[2].share, r[0], r[1])),
    )
