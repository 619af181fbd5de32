"""What the pages of checking show: gaps as their reader may see them, what changed since the last filing, the
self-score beside the advisory team's proposals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from ocop.accounts.models import User
from ocop.kernel.time import day_of
from ocop.scorecards.queries import card
from ocop.scorecards.rules import YES_NO, Card, Criterion

from .forms_data import fields_for
from .models import Advice, Dossier, Filing, Gap, VisitFinding
from .permissions import reads_checking, writer_of
from .rules import Changes, GapState, PaperChange, changes_between, days_late
from .workspace import Line, Sheet

TONES = {
    GapState.OPEN: ("danger", "circle-alert"),
    GapState.ANSWERED: ("info", "message-square-text"),
    GapState.CLOSED: ("ok", "circle-check"),
    GapState.WITHDRAWN: ("neutral", "circle-x"),
}


@dataclass(frozen=True)
class Raised:
    """A gap as its reader sees it. late  days after its day; spot  address of the page it is pinned to"""

    gap: Gap
    late: int
    tone: str
    icon: str
    spot: str

    @property
    def pending(self) -> bool:
        return self.gap.state in (GapState.OPEN, GapState.ANSWERED)

    @property
    def unanswered(self) -> bool:
        """Stops the next filing."""
        return self.gap.state == GapState.OPEN and self.gap.sent_at is not None


def gaps_for(user: User, dossier: Dossier, day: date) -> list[Raised]:
    """Return the gaps that a reader is shown: an office all, the producer or its assistant those sent, a judge none."""
    rows = dossier.gaps.select_related("evidence", "answer_evidence", "filing", "dossier").order_by("number")
    if reads_checking(user, dossier, day):
        return [raised(gap, day) for gap in rows]
    if writer_of(user, dossier, day) is None:
        return []
    return [raised(gap, day) for gap in rows.filter(Q(sent_at__isnull=False) | Q(answered_at__isnull=False))]


def raised(gap: Gap, day: date) -> Raised:
    """Return a gap as it stands on a day."""
    late = 0
    if gap.filing is not None:
        late = days_late(gap.due_on, day_of(gap.filing.at))
    elif gap.sent_at is not None and gap.state in (GapState.OPEN, GapState.ANSWERED):
        late = days_late(gap.due_on, day)
    tone, icon = TONES[GapState(gap.state)]
    spot = ""
    if gap.evidence_id is not None:
        spot = reverse("dossiers:paper", args=[gap.dossier.code, gap.evidence_id])
        spot += f"#trang-{gap.page}" if gap.page else ""
    return Raised(gap, late, tone, icon, spot)


@dataclass(frozen=True)
class Row:
    """One change in words. criterion  where it is looked at, "" for the forms; papers have addresses"""

    what: str
    criterion: str
    before: str
    after: str
    before_url: str = ""
    after_url: str = ""


@dataclass(frozen=True)
class SinceLast:
    """What the newest filing changed. number  of the filing before it"""

    number: int
    at: datetime
    changes: Changes
    rows: tuple[Row, ...]


def since_last_filing(dossier: Dossier) -> SinceLast | None:
    """Return what differs between the two newest sealed filings; None after the first one."""
    newest = list(dossier.filings.order_by("-number")[:2])
    if len(newest) < 2:
        return None
    after, before = newest
    changes = changes_between(before.snapshot, after.snapshot)
    return SinceLast(before.number, before.at, changes, tuple(_rows(dossier, before, after, changes)))


def _rows(dossier: Dossier, before: Filing, after: Filing, changes: Changes) -> list[Row]:
    measure, labels = card(dossier.scorecard), {field.name: field.label for field in fields_for(dossier.kind)}
    rows = [Row(labels.get(one.name, one.name), "", _text(one.before), _text(one.after)) for one in changes.forms]
    for one in changes.answers:
        old, new = (_answer(measure, one.name, value) for value in (one.before, one.after))
        rows.append(Row("Tự chấm", one.name, old, new))
    for one in changes.explanations:
        rows.append(Row("Mô tả, giải trình", one.name, _text(one.before), _text(one.after)))
    rows += [_paper_row(dossier, before, after, one) for one in changes.papers]
    codes = list(measure.by_code)
    return sorted(rows, key=lambda row: codes.index(row.criterion) if row.criterion in codes else -1)


def _paper_row(dossier: Dossier, before: Filing, after: Filing, change: PaperChange) -> Row:
    what = "Thay giấy tờ" if change.before and change.after else "Thêm giấy tờ" if change.after else "Gỡ giấy tờ"
    (old, old_url), (new, new_url) = (
        (str(file["title"]), reverse("dossiers:filed_paper", args=[dossier.code, filing.number, file["evidence"]]))
        if file
        else ("", "")
        for file, filing in ((change.before, before), (change.after, after))
    )
    return Row(what, change.criterion, old, new, old_url, new_url)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "Có" if value else "Không"
    return "" if value is None else str(value)


def _answer(measure: Card, code: str, value: tuple[Any, str] | None) -> str:
    if value is None:
        return "Chưa chấm"
    words, points = option_words(measure.by_code[code], value[0])
    case = f"Trường hợp {value[1]}: " if value[1] else ""
    return f"{case}{words} ({points} điểm)"


def option_words(criterion: Criterion, answer: object) -> tuple[str, int]:
    """Return the words and the points of an answer that the scorecard takes."""
    if criterion.kind == YES_NO:
        return ("Có", criterion.max_points) if answer else ("Không", 0)
    if answer is None:
        return "Không mức nào phù hợp", 0
    option = criterion.options[int(str(answer))]
    return option.text_vi, option.points


@dataclass(frozen=True)
class Beside:
    """One criterion as producer, advisory team and visits see it. points  what the team proposes, None: nothing yet"""

    part: str
    line: Line
    advice: Advice | None
    words: str
    points: int | None
    gaps: tuple[Raised, ...]
    findings: tuple[VisitFinding, ...]

    @property
    def differs(self) -> bool:
        return self.points is not None and self.points != self.line.points


@dataclass(frozen=True)
class Comparison:
    """Every criterion side by side. proposed  the team's points where it proposes, else the self-score's"""

    rows: tuple[Beside, ...]
    checked: int
    proposed: int


def comparison(dossier: Dossier, sheet: Sheet, gaps: Sequence[Raised]) -> Comparison:
    """Return the self-score beside what the advisory team proposes and found, criterion by criterion."""
    advice = {row.criterion: row for row in dossier.advice.order_by("criterion")}
    findings: dict[str, list[VisitFinding]] = defaultdict(list)
    for found in VisitFinding.objects.filter(visit__dossier=dossier).select_related("visit").order_by("pk"):
        findings[found.criterion].append(found)
    rows = []
    part_of = {one.code: part.part.code for part in sheet.parts for s in part.sections for one in s.section.criteria}
    for code, line in sheet.lines.items():
        given = advice.get(code)
        words, points = option_words(line.criterion, given.answer) if given else ("", None)
        here = tuple(one for one in gaps if one.gap.criterion == code and one.pending)
        rows.append(Beside(part_of[code], line, given, words, points, here, tuple(findings[code])))
    total = sum(row.line.points if row.points is None else row.points for row in rows)
    return Comparison(tuple(rows), len(advice), total)


def filed_file(filing: Filing, evidence: int) -> Mapping[str, Any] | None:
    """Find a paper in a sealed filing."""
    return next((file for file in filing.snapshot["files"] if file["evidence"] == evidence), None)
