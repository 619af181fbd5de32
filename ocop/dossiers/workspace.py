"""What the pages of one dossier show: its sheet by part, section and criterion, what misses, its way.

The producer sees what stands now. Everybody else sees what was filed: while a dossier is back for completion, the
last filing. Points come from scorecards alone; unanswered criteria count 0 here, so that a draft has a sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ocop.accounts.models import User
from ocop.kernel import audit
from ocop.kernel.time import day_of, vi_date
from ocop.registry.models import Evidence
from ocop.registry.words import State, state_of
from ocop.scorecards.queries import card
from ocop.scorecards.rules import (
    ONE_OF_CASES,
    STARS,
    YES_NO,
    Card,
    Criterion,
    Marked,
    Outcome,
    Part,
    Section,
    conclude,
    mark_draft,
)

from .forms_data import fields_for
from .models import Dossier, Side
from .permissions import writer_of
from .queries import last_filing, settings_of
from .rules import WRITTEN, Step
from .words import DRAFTING, EVENT_NAMES, OF_A_RESULT


@dataclass(frozen=True)
class Paper:
    """A pinned paper, and how it stands today.

    evidence  its newest version while the dossier is written; pinned  the version that the pin or the filing names
    pin  None for what a filing holds
    """

    evidence: Evidence
    state: State
    pinned: int
    pin: int | None


@dataclass(frozen=True)
class Line:
    """One criterion with its self-score. answer means something only if answered; error says what is wrong.

    carried  taken over from the last filing and not confirmed yet
    """

    criterion: Criterion
    case: str | None
    answered: bool
    answer: object
    explanation: str
    points: int
    skipped: bool
    error: str
    papers: tuple[Paper, ...]
    carried: bool = False

    @property
    def chosen(self) -> str:
        """The words of the chosen option."""
        if not self.answered:
            return ""
        if self.criterion.kind == YES_NO:
            return "Có" if self.answer else "Không"
        if self.answer is None:
            return "Không mức nào phù hợp"
        return self.criterion.options[int(str(self.answer))].text_vi

    @property
    def needs_case(self) -> bool:
        return self.criterion.kind == ONE_OF_CASES and self.case is None

    @property
    def done(self) -> bool:
        """Nothing misses here before filing."""
        return (
            not self.error and not self.carried and not (self.answered and self.answer is None and not self.explanation)
        )


@dataclass(frozen=True)
class SectionLines:
    section: Section
    points: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class PartLines:
    part: Part
    points: int
    sections: tuple[SectionLines, ...]


@dataclass(frozen=True)
class Missed:
    """A star mark that is not met yet: the criterion and the points it needs."""

    star: int
    criterion: Criterion
    points: int
    needed: int


@dataclass(frozen=True)
class Sheet:
    """The self-score of one dossier as its page shows it. outcome  unanswered criteria count 0"""

    card: Card
    parts: tuple[PartLines, ...]
    forms: Mapping[str, object]
    total: int
    outcome: Outcome
    missed: tuple[Missed, ...]

    @cached_property
    def lines(self) -> dict[str, Line]:
        """Every criterion in file order."""
        return {line.criterion.code: line for part in self.parts for section in part.sections for line in section.lines}

    @property
    def complete(self) -> bool:
        """Every criterion that has to be scored is scored."""
        return not any(line.error for line in self.lines.values())

    @property
    def done(self) -> int:
        return sum(line.done for line in self.lines.values())

    def beside(self, code: str) -> tuple[str | None, str | None]:
        """Return the criteria before and after one."""
        codes = list(self.lines)
        at = codes.index(code)
        return (codes[at - 1] if at else None), (codes[at + 1] if at + 1 < len(codes) else None)


def sheet_for(user: User, dossier: Dossier, day: date) -> Sheet:
    """Return the sheet as this reader may see it: who writes it what stands now, others what was filed."""
    if dossier.step == Step.RETURNED and writer_of(user, dossier, day) is None:
        return filed_sheet(dossier, day)
    rows = list(dossier.self_scores.order_by("criterion"))
    papers: dict[str, list[Paper]] = defaultdict(list)
    related = [f"evidence__{way}{field}" for way in ("", "replaced_by__") for field in ("blob", "kind")]
    for pin in dossier.pins.select_related(*related).order_by("criterion", "pk"):
        evidence = pin.newest if dossier.step in WRITTEN else pin.evidence
        papers[pin.criterion].append(Paper(evidence, state_of(evidence, day), pin.evidence_id, pin.pk))
    answers = {row.criterion: row.answer for row in rows}
    explanations = {row.criterion: row.explanation for row in rows}
    carried = frozenset(row.criterion for row in rows if row.carried)
    return _sheet(dossier, dossier.forms, answers, explanations, dossier.cases, papers, carried)


def filed_sheet(dossier: Dossier, day: date) -> Sheet:
    """Return the sheet of the last filing. :raises ValueError: nothing was filed yet"""
    filing = last_filing(dossier)
    if filing is None:
        raise ValueError("nothing was filed yet")
    shot = filing.snapshot
    found = Evidence.objects.select_related("blob", "kind").in_bulk([file["evidence"] for file in shot["files"]])
    papers: dict[str, list[Paper]] = defaultdict(list)
    for file in shot["files"]:
        evidence = found[file["evidence"]]
        for code in file["criteria"]:
            papers[code].append(Paper(evidence, state_of(evidence, day), evidence.pk, None))
    return _sheet(dossier, shot["forms"], shot["answers"], shot["explanations"], shot["cases"], papers)


def _sheet(
    dossier: Dossier,
    forms: Mapping[str, object],
    answers: Mapping[str, object],
    explanations: Mapping[str, str],
    cases: Mapping[str, str],
    papers: Mapping[str, list[Paper]],
    carried: Collection[str] = (),
) -> Sheet:
    measure, settings = card(dossier.scorecard), settings_of(dossier)
    marked, errors = mark_draft(measure, answers, settings=settings, cases=cases)

    def line(criterion: Criterion) -> Line:
        code = criterion.code
        return Line(
            criterion=criterion,
            case=cases.get(code),
            answered=code in answers,
            answer=answers.get(code),
            explanation=explanations.get(code, ""),
            points=marked.points[code],
            skipped=code in marked.skipped and code not in errors,
            error=errors.get(code, ""),
            papers=tuple(papers.get(code, ())),
            carried=code in carried,
        )

    parts = tuple(
        PartLines(
            part,
            marked.parts[part.code],
            tuple(
                SectionLines(section, marked.sections[section.code], tuple(line(c) for c in section.criteria))
                for section in part.sections
            ),
        )
        for part in measure.parts
    )
    outcome = conclude(measure, [marked], settings=settings)
    return Sheet(measure, parts, forms, marked.total, outcome, _missed(measure, marked))


def _missed(measure: Card, marked: Marked) -> tuple[Missed, ...]:
    return tuple(
        Missed(star, measure.by_code[code], marked.points[code], marked.minimums[star][code])
        for star in STARS
        for code in marked.missed[star]
    )


@dataclass(frozen=True)
class Gap:
    """One thing that misses before filing: what, where, the criterion (or the forms) where it is mended.

    confirm  it waits on the page that confirms what was taken over
    """

    what: str
    where: str
    criterion: str | None
    confirm: bool = False


def gaps(dossier: Dossier, sheet: Sheet) -> list[Gap]:
    """Return what misses before filing, in the order of the forms and the scorecard; a section's blanks are one."""
    found = []
    blank = [field.label for field in fields_for(dossier.kind) if field.required and not sheet.forms.get(field.name)]
    if blank:
        found.append(Gap(f"Mẫu 01, 02: {len(blank)} mục chưa điền", "; ".join(blank), None))
    for section in (section for part in sheet.parts for section in part.sections):
        unscored = [line.criterion.code for line in section.lines if line.error and not line.answered]
        if unscored:
            what = f"Mục {section.section.code}. {section.section.name_vi}: {len(unscored)} tiêu chí chưa tự chấm"
            found.append(Gap(what, ", ".join(unscored), unscored[0]))
        carried = [line.criterion.code for line in section.lines if line.carried]
        if carried:
            what = f"Mục {section.section.code}. {section.section.name_vi}: {len(carried)} tiêu chí chờ xác nhận"
            found.append(Gap(what, f"Lấy từ lần nộp trước: {', '.join(carried)}", carried[0], confirm=True))
        for line in section.lines:
            code, name = line.criterion.code, line.criterion.name_vi
            if line.answered and line.error:
                found.append(Gap(f"Chấm lại: {name}", f"Tiêu chí {code}, {line.error}", code))
            elif line.answered and not line.carried and not line.done:
                found.append(Gap(f"Chưa ghi lý do: {name}", f"Tiêu chí {code}", code))
    return found


def lapsed_papers(sheet: Sheet, day: date) -> list[tuple[str, Paper]]:
    """Return (criterion, paper) of pinned papers past their last day: they warn, they do not stop a filing."""
    return [
        (code, paper)
        for code, line in sheet.lines.items()
        for paper in line.papers
        if paper.evidence.valid_until and paper.evidence.valid_until < day
    ]


def assistance(dossier: Dossier) -> list[str]:
    """Return who entered the dossier for its subject, from which day and on whose consent: one line a person.

    The consent is the one in force when he began. Source: compliance.md section 6.
    """
    hands = list(dossier.hands.filter(side=Side.ASSISTED).order_by("pk"))
    consents = list(dossier.subject.consents.order_by("-recorded_at", "-pk")) if hands else []
    lines = []
    for hand in hands:
        words = f"{hand.printed}, từ ngày {vi_date(day_of(hand.since))}"
        for consent in consents:
            if consent.recorded_at <= hand.since and (
                consent.withdrawn_at is None or hand.since < consent.withdrawn_at
            ):
                how = consent.get_means_display().lower()
                words += f", theo đồng ý của {consent.given_by} ngày {vi_date(consent.given_on)} ({how})"
                break
        lines.append(words)
    return lines


def events(dossier: Dossier, *, blind: bool = False) -> list[tuple[str, audit.Entry]]:
    """Return (words, event), newest first; a run of drafting by one person is one line.

    blind  without what a council found before, for who judges the dossier
    """
    kept: list[audit.Entry] = []
    for entry in audit.timeline(dossier):
        if blind and entry.kind in OF_A_RESULT:
            continue
        if kept and entry.kind in DRAFTING and kept[-1].kind == entry.kind and kept[-1].actor == entry.actor:
            kept.pop()
        kept.append(entry)
    return [(EVENT_NAMES[entry.kind], entry) for entry in reversed(kept)]
