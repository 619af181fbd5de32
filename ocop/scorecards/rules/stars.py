"""From sheets to stars: the band of the mean, the star minimums of a council, the final rank with its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .cards import STARS, Card, Floors
from .marking import EVERY, MAJORITY, MEAN, Marked, Missed, Settings, mark

BELOW_3 = 2  # the highest rank without a minimum of its own


def band(points: int, sheets: int, floors: Floors) -> int:
    """Return the star band (hạng sao) of a mean, without ever rounding it.

    points  sum of the sheets' totals, whole points; sheets  how many were counted (1 or more)
    floors  ((lowest mean, stars), ...), highest first, down to 0; data of one regime
    The mean stays the exact fraction points/sheets: 8999.5 hundredths is still under a floor of 90.

    :raises ValueError: no sheet, or points outside 0..100 per sheet
    Source: QĐ 26/2026/QĐ-TTg art. 3 ("từ 70 đến dưới 90").
    """
    if sheets < 1 or not 0 <= points <= 100 * sheets:
        raise ValueError(f"{points} points on {sheets} sheets")
    return next(stars for lowest, stars in floors if points >= lowest * sheets)


def council_missed(sheets: Sequence[Marked], rule: str) -> Missed:
    """Return the star minimums that a council's counted sheets do not meet.

    sheets  one or more, all of one card and of the same cases
    rule  majority: more than half of the sheets reach the points (a tie does not); every: all of them;
      mean: the mean of the points does
    Law silent: a dated setting.
    :raises ValueError: no sheet, or an unknown rule
    """
    if not sheets:
        raise ValueError("no sheets")
    count = len(sheets)

    def met(star: int, code: str) -> bool:
        least = max(sheet.minimums[star].get(code, 0) for sheet in sheets)
        reached = sum(code not in sheet.missed[star] for sheet in sheets)
        if rule == MAJORITY:
            return 2 * reached > count
        if rule == EVERY:
            return reached == count
        if rule == MEAN:
            return sum(sheet.points[code] for sheet in sheets) >= least * count
        raise ValueError(rule)

    return {
        star: tuple(
            code
            for code in sheets[0].points
            if any(code in sheet.minimums[star] for sheet in sheets) and not met(star, code)
        )
        for star in STARS
    }


def final_stars(band: int, missed: Missed, *, lower_marks_bind: bool) -> int:
    """Return the highest star within the band whose minimums are all met; a missed 3-star minimum gives 2 at most.

    lower_marks_bind  the minimums of all lower stars must be met too (law silent: a dated setting)
    Source: note under each table of QĐ 26/2026/QĐ-TTg annex II.
    """
    stars = min(band, BELOW_3)
    for star in STARS:
        if star > band:
            break
        if not missed[star]:
            stars = star
        elif lower_marks_bind:
            break
    return stars


@dataclass(frozen=True)
class Outcome:
    """What one or many sheets of one product give.

    points, sheets  the mean as a sum and a count; parts  sums over the sheets
    stars  0 if rejected; None where the scorecard gives no stars from points alone
    """

    points: int
    sheets: int
    parts: Mapping[str, int]
    band: int
    missed: Missed
    stars: int | None
    rejected: bool
    reasons: tuple[str, ...]


def conclude(card: Card, sheets: Sequence[Marked], *, settings: Settings, found_stars: int | None = None) -> Outcome:
    """Return the outcome of the counted sheets of one product.

    sheets  one or more, marked with the same findings and cases
    found_stars  a council's finding where the scorecard prints no minimums (QĐ 1048): the highest star (2 to 5)
      whose minimum requirements of QĐ 781/QĐ-TTg are met
    A partial scorecard never gives stars.
    :raises ValueError: no sheet, a finding outside 2..5, or one where the scorecard prints its minimums
    """
    if found_stars is not None and (card.star_minimums_printed or not BELOW_3 <= found_stars <= max(STARS)):
        raise ValueError(f"finding {found_stars} for {card.code}")
    points, count = sum(sheet.total for sheet in sheets), len(sheets)
    reached = band(points, count, settings.floors)
    missed = council_missed(sheets, settings.council_mark_rule)
    rejected = any(sheet.rejected for sheet in sheets)
    reasons = list(dict.fromkeys(reason for sheet in sheets for reason in sheet.reasons))
    stars: int | None
    if rejected:
        stars = 0
    elif not card.complete:
        stars = None
        reasons.append("bộ tiêu chí chưa đủ nội dung: không xếp sao")
    elif card.star_minimums_printed:
        stars = final_stars(reached, missed, lower_marks_bind=settings.lower_marks_bind)
        if stars < reached:
            star = next(s for s in STARS if s > stars and missed[s])
            codes = ", ".join(missed[star])
            reasons.append(f"điểm đạt {reached} sao; chưa đạt mức tối thiểu {star} sao ở {codes}: xếp {stars} sao")
    elif found_stars is None:
        stars = None
        reasons.append(
            f"hội đồng chưa kết luận mức tối thiểu theo sao của Quyết định {card.decision}: chưa xếp sao từ điểm"
        )
    else:
        stars = min(reached, found_stars)
        if stars < reached:
            found = f"mức tối thiểu của Quyết định {card.decision} đạt {found_stars} sao"
            reasons.append(f"điểm đạt {reached} sao; {found}: xếp {stars} sao")
    parts = {code: sum(sheet.parts[code] for sheet in sheets) for code in sheets[0].parts}
    return Outcome(points, count, parts, reached, missed, stars, rejected, tuple(reasons))


def score(card: Card, answers: Mapping[str, object], *, settings: Settings = Settings()) -> dict[str, object]:  # noqa: B008  frozen
    """Return what one set of answers gives, ready for JSON: arithmetic only, so it may say 5 stars.

    answers  as in `mark`
    :returns: code, parts {"A": n, ...}, total, band, marks_missed {"3": [codes], "4": ..., "5": ...},
      stars (0 if rejected, None for scorecards without stars from points), rejected, reasons
    :raises AnswerErrors: every answer that is missing, unknown or wrong
    """
    outcome = conclude(card, [mark(card, answers, settings=settings)], settings=settings)
    return {
        "code": card.code,
        "parts": dict(outcome.parts),
        "total": outcome.points,
        "band": outcome.band,
        "marks_missed": {str(star): list(codes) for star, codes in outcome.missed.items()},
        "stars": outcome.stars,
        "rejected": outcome.rejected,
        "reasons": list(outcome.reasons),
    }
