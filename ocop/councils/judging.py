"""The quality of judging of one council, from the counted sheets of what it concluded: for its secretary and chair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ocop.scorecards.queries import card
from ocop.scorecards.rules import STARS, Marked

from .models import Conclusion, Council, Finding, Member, Sheet
from .quality import Divided, Missed, Severity, alpha, divided, missed, severities
from .queries import marked


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


def concluded_by(council: Council) -> list[Conclusion]:
    """Conclusions of a council that are in effect, by session; their sessions and scorecards are at hand."""
    found = Conclusion.objects.in_effect().filter(item__session__council=council)
    rows = found.select_related("item__session", "dossier__scorecard")
    return list(rows.order_by("item__session__held_on", "pk"))


def judging_of(conclusions: Sequence[Conclusion]) -> Judging:
    """Return how the conclusions were judged: two queries, however many."""
    rounds = {one.item_id: one.round for one in conclusions}
    findings: dict[int, list[Finding]] = defaultdict(list)
    for finding in Finding.objects.filter(item__in=rounds, confirmed_at__isnull=False).order_by("pk"):
        findings[finding.item_id].append(finding)
    sheets: dict[int, dict[Member, Marked]] = defaultdict(dict)
    signed = Sheet.objects.filter(item__in=rounds, signed_at__isnull=False)
    for sheet in signed.select_related("member__user", "scorecard", "item__dossier__scorecard").order_by("pk"):
        if sheet.round == rounds[sheet.item_id]:
            sheets[sheet.item_id][sheet.member] = marked(sheet, findings[sheet.item_id])
    totals = [{member: mark.total for member, mark in given.items()} for given in sheets.values()]
    read = [(one, card(one.dossier.scorecard), list(sheets[one.item_id].values())) for one in conclusions]
    points = [
        (f"{c.code} {c.name_vi}", [mark.points[c.code] for mark in marks])
        for _, scorecard, marks in read
        for c in (scorecard.criteria if marks else ())
    ]
    asked = [
        ((f"{code} {scorecard.by_code[code].name_vi}", star), code in one.marks_missed.get(str(star), []))
        for one, scorecard, marks in read
        for star in STARS
        for code in dict.fromkeys(code for mark in marks for code in mark.minimums[star])
    ]
    return Judging(
        sum(bool(given) for given in totals),
        alpha([list(given.values()) for given in totals]),
        sorted(((str(m), found) for m, found in severities(totals).items()), key=lambda row: (row[1].mean, row[0])),
        sorted(divided(points).items(), key=lambda row: (-row[1].spread, row[0])),
        sorted(
            ((name, star, m) for (name, star), m in missed(asked).items()),
            key=lambda r: (-r[2].missed, -r[2].share, r[0], r[1]),
        ),
    )
