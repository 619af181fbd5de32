"""One sheet: answers become points, sums and star minimums. Whole points, no rounding, no clock, no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from .cards import REJECT, STARS, STOP, YES_NO, Card, Criterion, Floors

REJECT_KEY, STOP_KEY, DOSSIER = "_reject", "_stop", "dossier"

# More than half of the counted sheets, all of them, or the mean of their points must reach a star minimum.
COUNCIL_MARK_RULES = MAJORITY, EVERY, MEAN = "majority", "every", "mean"

Missed = Mapping[int, tuple[str, ...]]  # star -> criterion codes whose minimum is not met, in file order


@dataclass(frozen=True)
class Settings:
    """What the law leaves open, and the star bands: the values in force on one day.

    floors  ((lowest mean, stars), ...), highest first, down to 0
    lower_marks_bind  minimums of lower stars bind too; null_answer_allowed  "none fits" is an answer
    council_mark_rule  majority, every or mean
    potential_5_by_points_alone  from the highest floor on to the ministry, whatever minimums are missed
    """

    floors: Floors = ((90, 5), (70, 4), (50, 3), (30, 2), (0, 1))  # QĐ 26/2026/QĐ-TTg art. 3
    lower_marks_bind: bool = True
    null_answer_allowed: bool = True
    council_mark_rule: str = MAJORITY
    potential_5_by_points_alone: bool = True


class AnswerErrors(Exception):
    """Answers that do not fit the scorecard. errors  (criterion code or key, Vietnamese sentence), in file order."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__(errors)
        self.errors = errors

    def __str__(self) -> str:
        return "; ".join(f"{code}: {sentence}" for code, sentence in self.errors)


@dataclass(frozen=True)
class Marked:
    """One marked sheet.

    points  criterion -> whole points, every criterion in file order; sections, parts  their sums by code
    minimums  star -> criterion -> least points that bind this sheet
    rejected  criterion codes or "dossier"; skipped  criteria that were not scored
    reasons  what was not counted and why, in Vietnamese
    """

    points: Mapping[str, int]
    sections: Mapping[str, int]
    parts: Mapping[str, int]
    minimums: Mapping[int, Mapping[str, int]]
    rejected: tuple[str, ...]
    skipped: frozenset[str]
    reasons: tuple[str, ...]

    @cached_property
    def total(self) -> int:
        return sum(self.parts.values())

    @cached_property
    def missed(self) -> Missed:
        return {
            star: tuple(code for code, least in self.minimums[star].items() if self.points[code] < least)
            for star in STARS
        }


class _Wrong(Exception):
    """One answer that does not fit its criterion."""


def mark(
    card: Card,
    answers: Mapping[str, object],
    *,
    settings: Settings = Settings(),
    cases: Mapping[str, str] | None = None,
) -> Marked:
    """Return the marked sheet of one set of answers.

    answers  criterion -> index of the option in file order from 0 over all cases; True/False where the law prints
      no options; None = none of the options fits, where no option of 0 points is printed. A council's findings
      stand beside them: "_reject": [criterion codes, or "dossier"], "_stop": [criterion codes]
    cases  criterion -> case, as fixed in the dossier; without it the chosen option tells the case
    After a stop the stopping criterion keeps its points, later ones count 0, need no answer and miss their
    minimums; so do, outside tourism, the other criteria of section 5 when the story criterion gets 0 points.
    :raises AnswerErrors: every answer that is missing, unknown or wrong
    Source: QĐ 26/2026/QĐ-TTg annex II and QĐ 148/QĐ-TTg annex III, notes under and inside the tables.
    """
    cases = cases or {}
    errors = [(code, "bộ tiêu chí không có tiêu chí này.") for code in answers if not _known(card, code)]
    rejected = _findings(card, answers, REJECT_KEY, REJECT, errors)
    stops = _findings(card, answers, STOP_KEY, STOP, errors)
    story, told_only = card.story or ("", frozenset[str]())
    points: dict[str, int] = {}
    minimums: dict[int, dict[str, int]] = {star: {} for star in STARS}
    skipped: list[str] = []
    stopped, untold = "", False
    for criterion in card.criteria:
        code, case = criterion.code, cases.get(criterion.code)
        points[code] = 0
        if stopped or (untold and code in told_only):
            skipped.append(code)
        else:
            try:
                points[code], case = _answer(criterion, answers, case, settings)
            except _Wrong as error:
                errors.append((code, str(error)))
            else:
                untold = untold or (code == story and points[code] == 0)
            stopped = code if code in stops else ""
        for star, least in criterion.minimums(case).items():
            minimums[star][code] = least
    if errors:
        raise AnswerErrors(errors)
    sections, parts = _sums(card, points)
    reasons = [_rejection(found) for found in rejected]
    if stopped:
        reasons.append(f"dừng đánh giá ở {stopped}: các tiêu chí sau không chấm điểm")
    if untold and not told_only.isdisjoint(skipped):
        reasons.append(f"{story} đạt 0 điểm: các tiêu chí khác của mục câu chuyện sản phẩm không chấm điểm")
    if ignored := [code for code in skipped if code in answers]:
        reasons.append(f"bỏ qua câu trả lời ở {', '.join(ignored)}")
    return Marked(points, sections, parts, minimums, rejected, frozenset(skipped), tuple(reasons))


def _known(card: Card, code: str) -> bool:
    return code in card.by_code or code in (REJECT_KEY, STOP_KEY)


def _findings(
    card: Card, answers: Mapping[str, object], key: str, knockout: str, errors: list[tuple[str, str]]
) -> tuple[str, ...]:
    """Return the findings under one key; a finding needs its note in the scorecard."""
    found = answers.get(key, [])
    if key == REJECT_KEY and found == DOSSIER:
        found = [DOSSIER]
    if not isinstance(found, list | tuple) or not all(isinstance(code, str) for code in found):
        errors.append((key, "phải là danh sách mã tiêu chí."))
        return ()
    return tuple(code for code in dict.fromkeys(found) if _stands(card, key, code, knockout, errors))


def _stands(card: Card, key: str, code: str, knockout: str, errors: list[tuple[str, str]]) -> bool:
    if key == REJECT_KEY and code == DOSSIER:
        wrong = "" if card.reject_when_vi else "bộ tiêu chí không ghi điều kiện loại hồ sơ trước khi chấm."
    elif code not in card.by_code:
        wrong = f"bộ tiêu chí không có tiêu chí {code}."
    elif card.by_code[code].knockout != knockout:
        note = "điều kiện loại" if knockout == REJECT else "điều kiện dừng đánh giá"
        wrong = f"tiêu chí {code} không ghi {note}."
    else:
        wrong = ""
    if wrong:
        errors.append((key, wrong))
    return not wrong


def _answer(
    criterion: Criterion, answers: Mapping[str, object], case: str | None, settings: Settings
) -> tuple[int, str | None]:
    """Return (points, case) of one answer; True is not 1 and 1 is not True."""
    if criterion.code not in answers:
        raise _Wrong("thiếu câu trả lời.")
    answer = answers[criterion.code]
    if criterion.kind == YES_NO:
        if not isinstance(answer, bool):
            raise _Wrong("chỉ trả lời có (true) hoặc không (false).")
        return (criterion.max_points if answer else 0), None
    if case is not None and all(known.code != case for known in criterion.cases):
        raise _Wrong(f"hồ sơ ghi trường hợp {case}, tiêu chí không có trường hợp này.")
    if answer is None:
        if not criterion.may_be_none(case):
            raise _Wrong("có phương án 0 điểm, phải chọn một phương án.")
        if not settings.null_answer_allowed:
            raise _Wrong("quy định đang áp dụng không cho bỏ trống, phải chọn một phương án.")
        return 0, case
    if type(answer) is not int:
        raise _Wrong("phải là số thứ tự của phương án (số nguyên, từ 0).")
    if not 0 <= answer < len(criterion.options):
        raise _Wrong(f"không có phương án {answer}, chỉ có từ 0 đến {len(criterion.options) - 1}.")
    option = criterion.options[answer]
    if case is not None and option.case != case:
        raise _Wrong(f"phương án {answer} thuộc trường hợp khác với trường hợp ghi trong hồ sơ.")
    return option.points, option.case


def _sums(card: Card, points: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    sections: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    for part in card.parts:
        for section in part.sections:
            sections[section.code] = sum(points[criterion.code] for criterion in section.criteria)
            parts[part.code] += sections[section.code]
    return dict(sections), dict(parts)


def _rejection(found: str) -> str:
    if found == DOSSIER:
        return "hồ sơ bị loại trước khi chấm điểm"
    return f"sản phẩm bị loại theo ghi chú của tiêu chí {found}"
