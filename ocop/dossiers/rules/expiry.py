"""When the end of a paper is told, what a paper proves, which papers a product cannot do without."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from ocop.scorecards.rules import STARS, YES_NO, Card, Criterion

MARKS = (90, 60, 30)  # days left; ui.md: amber from 90, red from 30
LAPSED = 0
OLD_NEWS = timedelta(days=90)  # a lapse that nobody was told of for so long is history


def watched(day: date) -> tuple[date, date]:
    """Return the last days of the papers that may have to be told of on a day: the earliest and the latest."""
    return day - OLD_NEWS, day + timedelta(days=MARKS[0])


def mark_of(valid_until: date, day: date) -> int | None:
    """Return the mark that a paper has reached: 90, 60 or 30 days left, LAPSED after its last day; None before.

    Where days were missed only the newest mark counts: nobody is told today of what a later notice says better.
    """
    earliest, _ = watched(day)
    left = (valid_until - day).days
    if left < 0:
        return LAPSED if valid_until >= earliest else None
    return min((mark for mark in MARKS if left <= mark), default=None)


def stars_met(criterion: Criterion, answer: object, case: str | None) -> tuple[int, ...]:
    """Return the stars whose minimum an answer to this criterion meets: what falls with the paper that proves it."""
    if answer is None or answer is False:
        return ()
    points = criterion.max_points if criterion.kind == YES_NO else criterion.options[int(str(answer))].points
    least = criterion.minimums(case)
    return tuple(star for star in STARS if star in least and points >= least[star])


# Words of the printed grounds to reject a dossier -> the kind of paper that answers them (own match, as evidence.yaml).
_REJECTED_WITHOUT = {
    "đủ điều kiện": "production_condition",
    "giấy phép sản xuất": "production_condition",
    "công bố": "quality_declaration",
}


def mandatory_kinds(card: Card, cases: Mapping[str, str]) -> frozenset[str]:
    """Return the kinds of paper behind the 3-star minimums, the knock-out criteria and the printed grounds to reject.

    Source: the notes under the tables and the lines "Loại" of QĐ 26/2026/QĐ-TTg annex II.
    """
    printed = " ".join(card.reject_when_vi).lower()
    kinds = {kind for words, kind in _REJECTED_WITHOUT.items() if words in printed}
    for criterion in card.criteria:
        if STARS[0] in criterion.minimums(cases.get(criterion.code)) or criterion.knockout:
            kinds |= set(criterion.evidence)
    return frozenset(kinds)
