"""What a draft shows of the last filing it was filled from: what waits for a tick, what lapsed, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ocop.kernel.time import vi_date
from ocop.registry.models import Evidence
from ocop.scorecards.queries import card
from ocop.scorecards.rules import Criterion, Section

from .models import Dossier, Filing
from .rules import counterparts, unchanged
from .workspace import Line, Sheet


@dataclass(frozen=True)
class Waiting:
    """The answers of one section that wait to be confirmed."""

    section: Section
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Mark:
    """Something that could not be taken over as it was, at a criterion. words  in a sentence without its full stop"""

    criterion: Criterion
    label: str
    words: str


@dataclass(frozen=True)
class Carried:
    """How a draft stands to the filing it was filled from. marks  by criterion, in file order"""

    filing: Filing
    waiting: tuple[Waiting, ...]
    marks: tuple[Mark, ...]

    @property
    def left(self) -> int:
        return sum(len(section.lines) for section in self.waiting)


def carried_into(dossier: Dossier, sheet: Sheet, day: date) -> Carried | None:
    """Return what was taken over and what was not; None where nothing was.

    A criterion is marked until it is answered, a lapsed paper until one of its kind in force is pinned there.
    """
    filing = dossier.carried_from
    if filing is None:
        return None
    waiting = tuple(
        Waiting(section.section, lines)
        for part in sheet.parts
        for section in part.sections
        if (lines := tuple(line for line in section.lines if line.carried))
    )
    return Carried(filing, waiting, tuple(_marks(filing, dossier, sheet, day)))


def _marks(filing: Filing, dossier: Dossier, sheet: Sheet, day: date) -> list[Mark]:
    before, now = card(filing.dossier.scorecard), card(dossier.scorecard)
    same, known = unchanged(before, now), counterparts(before, now)
    files = filing.snapshot["files"]
    lapsed = Evidence.objects.filter(pk__in=[file["evidence"] for file in files], valid_until__lt=day).in_bulk()
    at: dict[str, list[Evidence]] = {}
    for file in files:
        if paper := lapsed.get(file["evidence"]):
            for code in (code for code, old in known.items() if old in file["criteria"]):
                at.setdefault(code, []).append(paper)
    regime, marks = dossier.scorecard.regime_id, []
    for code, line in sheet.lines.items():
        if code not in same and not line.answered and not line.skipped:
            marks.append(
                Mark(line.criterion, f"tiêu chí đổi ở bộ {regime}", "Tiêu chí khác lần nộp trước: tự chấm lại")
            )
        in_force = {one.evidence.kind_id for one in line.papers if _in_force(one.evidence, day)}
        for paper in at.get(code, []):
            if paper.kind_id not in in_force and paper.valid_until:
                words = f"{paper.name} hết hạn ngày {vi_date(paper.valid_until)}: thay bằng giấy còn hạn"
                marks.append(Mark(line.criterion, "hết hạn", words))
    return marks


def _in_force(paper: Evidence, day: date) -> bool:
    return paper.valid_until is None or paper.valid_until >= day
