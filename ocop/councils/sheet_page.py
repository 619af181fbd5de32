"""What a scoring sheet shows: groups, criteria, options, evidence; sums are the server's, from the stored marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ocop.dossiers.models import Pin
from ocop.dossiers.queries import settings_of
from ocop.scorecards.queries import card
from ocop.scorecards.rules import YES_NO, Card, Criterion, Marked, Part, Section, Settings, mark

from .models import Sheet, SheetAnswer
from .queries import findings_as_answers

NONE, YES, NO = "none", "true", "false"  # an answer as a form writes it; else the index of the option


@dataclass(frozen=True)
class Choice:
    """One option on the page. number  its key, from 1; value  as the form sends it"""

    number: int
    value: str
    points: int
    text: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    """One criterion. points  None without an answer; skipped  it needs none (after a stop, or without a story)"""

    criterion: Criterion
    case: str
    choices: list[Choice]
    stored: SheetAnswer | None
    points: int | None
    skipped: bool
    pins: list[Pin]

    @property
    def chosen(self) -> Choice | None:
        return next((choice for choice in self.choices if choice.chosen), None)

    @property
    def reason(self) -> str:
        return self.stored.reason if self.stored else ""

    @property
    def needs_reason(self) -> bool:
        """None of the options fits, and nobody said why."""
        return not self.skipped and self.stored is not None and self.stored.answer is None and not self.reason

    @property
    def missing(self) -> bool:
        return not self.skipped and self.stored is None


@dataclass(frozen=True)
class Group:
    """One section of the scorecard: what one screen shows."""

    number: int
    part: Part
    section: Section
    rows: list[Row]
    points: int

    @property
    def needed(self) -> int:
        return sum(not row.skipped for row in self.rows)

    @property
    def answered(self) -> int:
        return sum(not row.skipped and row.stored is not None for row in self.rows)

    @property
    def done(self) -> bool:
        return self.answered == self.needed


@dataclass(frozen=True)
class SheetPage:
    """A whole sheet as stored. parts  each part with the points so far"""

    sheet: Sheet
    card: Card
    groups: list[Group]
    parts: list[tuple[Part, int]]

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]

    @property
    def total(self) -> int:
        return sum(points for _, points in self.parts)

    @property
    def needed(self) -> int:
        return sum(group.needed for group in self.groups)

    @property
    def answered(self) -> int:
        return sum(group.answered for group in self.groups)

    @property
    def missing(self) -> int:
        return self.needed - self.answered

    @property
    def unexplained(self) -> list[Row]:
        return [row for row in self.rows if row.needs_reason]

    def group(self, code: str) -> Group:
        """Return the group of that section, the first unfinished one (else the first) for an unknown code."""
        found = next((group for group in self.groups if group.section.code == code), None)
        return found or next((group for group in self.groups if not group.done), self.groups[0])


def answer_of(value: str) -> object:
    """Return the answer that a form's value means. :raises ValueError: no such value"""
    words: dict[str, object] = {NONE: None, YES: True, NO: False}
    return words[value] if value in words else int(value)


def _value(answer: object) -> str:
    if answer is None:
        return NONE
    return (YES if answer else NO) if isinstance(answer, bool) else str(answer)


def page_of(sheet: Sheet) -> SheetPage:
    """Return a sheet as stored, signed or not, a constant number of queries."""
    dossier = sheet.item.dossier
    scorecard, cases = card(sheet.scorecard), dossier.cases
    stored = {row.criterion: row for row in sheet.answers.order_by("criterion")}
    pins: dict[str, list[Pin]] = {}
    for pin in dossier.pins.select_related("evidence__blob", "evidence__kind").order_by("criterion", "pk"):
        pins.setdefault(pin.criterion, []).append(pin)
    settings = settings_of(dossier)
    findings = findings_as_answers(list(sheet.item.findings.order_by("pk")), scorecard)
    answers = {code: row.answer for code, row in stored.items()}
    result = so_far(scorecard, answers, findings=findings, settings=settings, cases=cases)
    skipped = _skipped(scorecard, result, answers)
    groups: list[Group] = []
    for part in scorecard.parts:
        for section in part.sections:
            rows = [
                _row(
                    c, cases.get(c.code), stored.get(c.code), result, c.code in skipped, pins.get(c.code, []), settings
                )
                for c in section.criteria
            ]
            groups.append(Group(len(groups) + 1, part, section, rows, result.sections[section.code]))
    return SheetPage(sheet, scorecard, groups, [(part, result.parts[part.code]) for part in scorecard.parts])


def _row(
    criterion: Criterion,
    case: str | None,
    stored: SheetAnswer | None,
    result: Marked,
    skipped: bool,
    pins: list[Pin],
    settings: Settings,
) -> Row:
    if criterion.kind == YES_NO:
        options = [(NO, 0, "Không"), (YES, criterion.max_points, "Có")]
    else:
        options = [(str(o.index), o.points, o.text_vi) for o in criterion.options_of(case)]
        if settings.null_answer_allowed and criterion.may_be_none(case):
            options.insert(0, (NONE, 0, "Không mức nào phù hợp (ghi lý do)"))
    chosen = _value(stored.answer) if stored else ""
    choices = [
        Choice(number, value, points, text, value == chosen) for number, (value, points, text) in enumerate(options, 1)
    ]
    words = next((known.text_vi or known.code for known in criterion.cases if known.code == case), "")
    return Row(criterion, words, choices, stored, result.points[criterion.code] if stored else None, skipped, pins)


def so_far(
    scorecard: Card,
    answers: Mapping[str, object],
    *,
    findings: Mapping[str, object],
    settings: Settings,
    cases: Mapping[str, str],
) -> Marked:
    """Return the marks of an unfinished sheet: what is not answered yet counts 0."""
    lowest = {c.code: _lowest(c, cases.get(c.code)) for c in scorecard.criteria}
    filled = {**lowest, **answers, **findings}
    return mark(scorecard, filled, settings=replace(settings, null_answer_allowed=True), cases=cases)


def _lowest(criterion: Criterion, case: str | None) -> object:
    if criterion.kind == YES_NO:
        return False
    return next((option.index for option in criterion.options_of(case) if option.points == 0), None)


def _skipped(scorecard: Card, result: Marked, answers: Mapping[str, object]) -> frozenset[str]:
    """A story that nobody has judged yet skips nothing."""
    story, told_only = scorecard.story or ("", frozenset[str]())
    unjudged = story not in answers and story not in result.skipped
    return result.skipped - told_only if unjudged else result.skipped
