"""What a scoring sheet shows: groups, criteria, options, evidence; sums are the server's, from the stored marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ocop.dossiers.models import Advice, CommuneAssessment, Pin
from ocop.dossiers.queries import assessment_of, settings_of
from ocop.dossiers.rules import team_name
from ocop.scorecards.queries import card
from ocop.scorecards.rules import YES_NO, Card, Criterion, Marked, Part, Section, Settings, mark

from .models import PaperSheet, Sheet, SheetAnswer
from .queries import findings_as_answers, rules_of
from .reasons import reasons_due
from .rules import RulesOfWork

ALL = "tat-ca"  # in the place of a section's code
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
class Told:
    """What somebody gave before the council: who in words, the option and its points, his reason."""

    who: str
    text: str
    points: int
    reason: str = ""


@dataclass(frozen=True)
class Row:
    """One criterion. points  None without an answer; skipped  it needs none (after a stop, or without a story)

    due  why the mark needs a reason, or nothing; told  self-score and advice, where the rules of work show them
    """

    criterion: Criterion
    case: str
    choices: list[Choice]
    stored: SheetAnswer | None
    points: int | None
    skipped: bool
    pins: list[Pin]
    due: str
    told: list[Told]

    @property
    def chosen(self) -> Choice | None:
        return next((choice for choice in self.choices if choice.chosen), None)

    @property
    def reason(self) -> str:
        return self.stored.reason if self.stored else ""

    @property
    def needs_reason(self) -> bool:
        """The rules of work ask for a reason, and none was given."""
        return bool(self.due) and not self.reason

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
    """A whole sheet as stored. parts  each part with the points so far; report  the commune's form 03, by content"""

    sheet: Sheet
    card: Card
    groups: list[Group]
    parts: list[tuple[Part, int]]
    report: list[tuple[str, str]]

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

    def shown(self, code: str) -> list[Group]:
        """Return all groups, or that of the section; for an unknown code the first unfinished one (else the first)."""
        if code == ALL:
            return self.groups
        found = next((group for group in self.groups if group.section.code == code), None)
        return [found or next((group for group in self.groups if not group.done), self.groups[0])]


def answer_of(value: str) -> object:
    """Return the answer that a form's value means. :raises ValueError: no such value"""
    words: dict[str, object] = {NONE: None, YES: True, NO: False}
    return words[value] if value in words else int(value)


def value_of(answer: object) -> str:
    """Return an answer as a form writes it."""
    if answer is None:
        return NONE
    return (YES if answer else NO) if isinstance(answer, bool) else str(answer)


def page_of(sheet: Sheet, keyed: Mapping[str, SheetAnswer] | None = None) -> SheetPage:
    """Return a sheet as stored, signed or not, a constant number of queries. sheet  read `with_self_score`

    keyed  criterion -> mark, where they do not stand in the sheet
    """
    dossier, rules = sheet.item.dossier, rules_of(sheet.item.session)
    scorecard, cases, settings = card(sheet.scorecard), dossier.cases, settings_of(dossier)
    stored = {row.criterion: row for row in sheet.answers.order_by("criterion")} if keyed is None else keyed
    pins: dict[str, list[Pin]] = {}
    for pin in dossier.pins.select_related("evidence__blob", "evidence__kind").order_by("criterion", "pk"):
        pins.setdefault(pin.criterion, []).append(pin)
    findings = findings_as_answers(list(sheet.item.findings.order_by("pk")), scorecard)
    answers = {code: row.answer for code, row in stored.items()}
    result = so_far(scorecard, answers, findings=findings, settings=settings, cases=cases)
    skipped = _skipped(scorecard, result, answers)
    self_score: Mapping[str, object] = sheet.self_score or {}  # type: ignore[attr-defined]  # with_self_score
    due = reasons_due(
        {code: result.points[code] for code in stored if code not in skipped},
        none=[code for code, answer in answers.items() if answer is None],
        own=so_far(scorecard, self_score, findings={}, settings=settings, cases=cases).points if self_score else {},
        papered=pins,
        rules=rules,
    )
    advice = list(dossier.advice.order_by("criterion")) if rules.findings_shown else []
    told = _told(scorecard, cases, self_score if rules.self_score_shown else {}, advice, team_name(dossier.filed_on))
    groups: list[Group] = []
    for part in scorecard.parts:
        for section in part.sections:
            rows = [
                Row(
                    criterion=c,
                    case=_case_words(c, cases.get(c.code)),
                    choices=_choices(c, cases.get(c.code), stored.get(c.code), settings),
                    stored=stored.get(c.code),
                    points=result.points[c.code] if c.code in stored else None,
                    skipped=c.code in skipped,
                    pins=pins.get(c.code, []),
                    due=due.get(c.code, ""),
                    told=told.get(c.code, []),
                )
                for c in section.criteria
            ]
            groups.append(Group(len(groups) + 1, part, section, rows, result.sections[section.code]))
    parts = [(part, result.parts[part.code]) for part in scorecard.parts]
    return SheetPage(sheet, scorecard, groups, parts, _report(sheet, rules))


def keyed_page(paper: PaperSheet, marks: Mapping[str, tuple[object, str]]) -> SheetPage:
    """Return the sheet as one of two has keyed it so far."""
    item = paper.item
    sheet = Sheet(item=item, member=paper.member, round=paper.round, scorecard=item.dossier.scorecard)
    sheet.self_score = None  # type: ignore[attr-defined]  # who keys is shown the paper alone
    keyed = {code: SheetAnswer(criterion=code, answer=answer, reason=why) for code, (answer, why) in marks.items()}
    return page_of(sheet, keyed)


def _choices(criterion: Criterion, case: str | None, stored: SheetAnswer | None, settings: Settings) -> list[Choice]:
    options = _options(criterion, case)
    if criterion.kind != YES_NO and settings.null_answer_allowed and criterion.may_be_none(case):
        options.insert(0, (NONE, 0, "Không mức nào phù hợp (ghi lý do)"))
    chosen = value_of(stored.answer) if stored else ""
    return [
        Choice(number, value, points, text, value == chosen) for number, (value, points, text) in enumerate(options, 1)
    ]


def _options(criterion: Criterion, case: str | None) -> list[tuple[str, int, str]]:
    if criterion.kind == YES_NO:
        return [(NO, 0, "Không"), (YES, criterion.max_points, "Có")]
    return [(str(o.index), o.points, o.text_vi) for o in criterion.options_of(case)]


def _case_words(criterion: Criterion, case: str | None) -> str:
    return next((known.text_vi or known.code for known in criterion.cases if known.code == case), "")


def _told(
    scorecard: Card, cases: Mapping[str, str], self_score: Mapping[str, object], advice: list[Advice], team: str
) -> dict[str, list[Told]]:
    """What was given before, by criterion: the self-score first."""
    given = [(code, "Chủ thể tự chấm", answer, "") for code, answer in self_score.items()]
    given += [(row.criterion, f"{team} đề xuất", row.answer, row.reason) for row in advice]
    told: dict[str, list[Told]] = {}
    for code, who, answer, reason in given:
        if criterion := scorecard.by_code.get(code):
            options = {value: (text, points) for value, points, text in _options(criterion, cases.get(code))}
            text, points = options.get(value_of(answer), ("Không mức nào phù hợp", 0))
            told.setdefault(code, []).append(Told(who, text, points, reason))
    return told


def _report(sheet: Sheet, rules: RulesOfWork) -> list[tuple[str, str]]:
    """What the commune wrote in form 03, where the rules of work show it."""
    found = assessment_of(sheet.item.dossier) if rules.findings_shown else None
    names = {field.name: str(field.verbose_name) for field in CommuneAssessment._meta.concrete_fields}
    return [(names[name], getattr(found, name)) for name in CommuneAssessment.CONTENTS] if found else []


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
