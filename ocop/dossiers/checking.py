"""What the pages of checking show: gaps as their reader may see them, self-score beside the team's proposals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from ocop.accounts.models import User
from ocop.kernel.time import day_of

from .changed import option_words
from .models import Advice, Dossier, Filing, Gap, VisitFinding
from .permissions import reads_checking, writer_of
from .rules import GapState, days_late
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
    if dossier.filed_on is None:  # nobody has checked it yet
        return []
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
        found.visit.dossier = dossier
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
