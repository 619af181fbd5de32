"""Answers that reach a wanted total on a scorecard: for the sample province, rehearsals and tests."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ocop.scorecards.rules import Card, Criterion


def _choices(criterion: Criterion, case: str | None) -> list[tuple[int, object]]:
    """(points, answer) of a criterion, lowest first."""
    if not criterion.options:
        return [(0, False), (criterion.max_points, True)]
    found = [(o.points, o.index) for o in criterion.options if case is None or o.case == case]
    return sorted(found, key=lambda pair: pair[0])


def cases_of(card: Card) -> dict[str, str]:
    """The first case of every criterion with cases."""
    return {c.code: c.cases[0].code for c in card.criteria if c.cases}


def answers_for(
    card: Card, target: int, *, stars: int, miss: Collection[str] = (), cases: Mapping[str, str] | None = None
) -> dict[str, object]:
    """Return answers whose total is the target, or as near above it as the steps allow.

    stars  marks up to this star are kept; miss  criteria set below their first mark above it
    """
    cases = cases if cases is not None else cases_of(card)
    chosen: dict[str, int] = {}
    floors: dict[str, int] = {}
    options = {c.code: _choices(c, cases.get(c.code)) for c in card.criteria}
    story = card.story[0] if card.story else ""
    for criterion in card.criteria:
        code, steps = criterion.code, options[criterion.code]
        marks = criterion.minimums(cases.get(code))
        needed = max((least for star, least in marks.items() if star <= stars), default=0)
        needed = max(needed, 1 if code == story else 0)
        chosen[code] = len(steps) - 1
        floors[code] = next((n for n, (points, _) in enumerate(steps) if points >= needed), len(steps) - 1)
        if code in miss:
            least = min(points for star, points in marks.items() if star > stars)
            below = [n for n, (points, _) in enumerate(steps) if points < least]
            chosen[code] = floors[code] = below[-1] if below else 0
    total = sum(options[code][n][0] for code, n in chosen.items())
    lowered = True
    while total > target and lowered:
        lowered = False
        for code, n in chosen.items():
            if n > floors[code]:
                step = options[code][n][0] - options[code][n - 1][0]
                if total - step >= target:
                    chosen[code], total, lowered = n - 1, total - step, True
                if total == target:
                    break
    return {code: options[code][n][1] for code, n in chosen.items()}
