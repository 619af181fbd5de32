"""Before filing: the papers a product has and lacks, what its self-score gives, the cheapest way to each star."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ocop.accounts.models import User
from ocop.registry.models import Evidence, EvidenceKind, Product, ProductSet
from ocop.registry.queries import evidence_kinds
from ocop.registry.words import LAPSING, State, state_of
from ocop.scorecards.queries import card, settings_on
from ocop.scorecards.rules import Card, Criterion, Distance, Raise, conclude, distances, mark_draft

from .models import Dossier
from .permissions import writer_of
from .queries import answers_of, last_filing, scorecards_for
from .rules import Step, mandatory_kinds


class Standing(StrEnum):
    """How a kind of paper stands: in force, about to lapse, listed without its file, none in force."""

    HELD = "held"
    LAPSING = "lapsing"
    LISTED = "listed"
    MISSING = "missing"


@dataclass(frozen=True)
class Held:
    """A paper of the wallet whose scope fits, and how it stands today."""

    evidence: Evidence
    state: State


@dataclass(frozen=True)
class KindLine:
    """One kind of paper that the scorecard asks for. open_points  what its criteria may still give"""

    kind: EvidenceKind
    criteria: tuple[Criterion, ...]
    papers: tuple[Held, ...]
    standing: Standing
    mandatory: bool
    open_points: int

    @property
    def proven(self) -> bool:
        """Whether a paper in force, with its file, is at hand."""
        return self.standing in (Standing.HELD, Standing.LAPSING)

    @property
    def waiting(self) -> Evidence | None:
        """The listed paper whose file is all that is missing, where there is no other."""
        if self.standing != Standing.LISTED:
            return None
        return next((held.evidence for held in self.papers if held.evidence.blob_id is None), None)


@dataclass(frozen=True)
class WayStep:
    """One raise on the way to a star. proven  a paper in force is at hand; wanted  kinds of paper to add, else none"""

    up: Raise
    proven: bool
    wanted: tuple[KindLine, ...]


@dataclass(frozen=True)
class StarWay:
    """The way to one star."""

    distance: Distance
    steps: tuple[WayStep, ...]

    @property
    def short(self) -> str:
        """'còn 12 điểm và 3 mức tối thiểu'."""
        found = self.distance
        parts = [f"{found.points_short} điểm"] if found.points_short else []
        parts += [f"{len(found.missed)} mức tối thiểu"] if found.missed else []
        return f"còn {' và '.join(parts)}" if parts else ""


@dataclass(frozen=True)
class Readiness:
    """What a product needs under one scorecard today.

    dossier  where the self-score comes from; None: there is none, every criterion counts 0
    written  that dossier is still written by the reader: its criteria can be answered
    ways  to 3, 4 and 5 stars; empty where the scorecard gives no stars from points
    """

    name: str
    dossier: Dossier | None
    written: bool
    total: int
    stars: int | None
    ways: tuple[StarWay, ...]
    kinds: tuple[KindLine, ...]

    @property
    def next(self) -> StarWay | None:
        """The lowest star that is not reached."""
        return next((way for way in self.ways if not way.distance.reached), None)

    def count(self, standing: Standing) -> int:
        return sum(line.standing == standing for line in self.kinds)

    @property
    def counts(self) -> dict[str, int]:
        return {standing.value: self.count(standing) for standing in Standing}


def readiness_for(user: User, product: Product, product_set: ProductSet, day: date) -> Readiness | None:
    """Return where a product stands under the newest scorecard of a set today; None where no scorecard is in force."""
    scorecard = next(iter(scorecards_for(product_set, day)), None)
    if scorecard is None:
        return None
    measure, settings = card(scorecard), settings_on(day, scorecard.regime.as_rule())
    rows = Dossier.objects.visible_to(user, day).filter(product=product, scorecard=scorecard)
    dossier = rows.exclude(step=Step.WITHDRAWN).order_by("-pk").first()
    # A draft that a reader sees is his to write; a returned dossier is seen by offices too.
    written = dossier is not None and (
        dossier.step == Step.DRAFT or (dossier.step == Step.RETURNED and writer_of(user, dossier, day) is not None)
    )
    answers, cases = _self_score(dossier, written)
    marked, _ = mark_draft(measure, answers, settings=settings, cases=cases)
    lines = _kinds(product, measure, marked.points, cases, day)
    proven = {c.code for line in lines if line.proven for c in line.criteria}
    wanted: dict[str, list[KindLine]] = defaultdict(list)
    for line in lines:
        for criterion in line.criteria:
            wanted[criterion.code].append(line)

    def step(up: Raise) -> WayStep:
        code = up.criterion.code
        return WayStep(up, code in proven, () if code in proven else tuple(wanted[code]))

    found = distances(measure, answers, settings=settings, cases=cases, proven=proven)
    scored = measure.complete and measure.star_minimums_printed
    return Readiness(
        name=str(scorecard),
        dossier=dossier if answers else None,
        written=written,
        total=marked.total,
        stars=conclude(measure, [marked], settings=settings).stars,
        ways=tuple(StarWay(one, tuple(step(up) for up in one.way or ())) for one in found) if scored else (),
        kinds=lines,
    )


def _self_score(dossier: Dossier | None, written: bool) -> tuple[Mapping[str, object], Mapping[str, str]]:
    """Return (answers, cases): what stands now for who writes it, else what was filed last."""
    if dossier is None:
        return {}, {}
    if written:
        return answers_of(dossier), dossier.cases
    filing = last_filing(dossier)
    return (filing.snapshot["answers"], filing.snapshot["cases"]) if filing else ({}, {})


def _kinds(
    product: Product, measure: Card, points: Mapping[str, int], cases: Mapping[str, str], day: date
) -> tuple[KindLine, ...]:
    """Kinds of paper, the ones that a product cannot do without first, then by the points still open."""
    served: dict[str, list[Criterion]] = defaultdict(list)
    for criterion in measure.criteria:
        for code in criterion.evidence:
            served[code].append(criterion)
    must = mandatory_kinds(measure, cases)
    papers: dict[int, list[Evidence]] = defaultdict(list)
    fitting = Evidence.objects.heads().fitting(product).filter(subject=product.subject_id)
    for row in fitting.order_by("-valid_until", "name", "pk"):
        papers[row.kind_id].append(row)
    lines = []
    for kind in (kind for kind in evidence_kinds() if kind.code in {*served, *must}):
        held = papers[kind.pk]
        criteria = tuple(served[kind.code])
        lines.append(
            KindLine(
                kind=kind,
                criteria=criteria,
                papers=tuple(Held(row, state_of(row, day)) for row in held),
                standing=_standing(held, day),
                mandatory=kind.code in must,
                open_points=sum(c.max_points - points[c.code] for c in criteria),
            )
        )
    return tuple(sorted(lines, key=lambda line: (not line.mandatory, -line.open_points, line.kind.position)))


def _standing(papers: list[Evidence], day: date) -> Standing:
    current = [
        row
        for row in papers
        if (row.valid_from is None or row.valid_from <= day) and (row.valid_until is None or row.valid_until >= day)
    ]
    in_force = [row for row in current if row.blob_id is not None]
    if current and not in_force:
        return Standing.LISTED
    if any(row.valid_until is None or row.valid_until - day > LAPSING for row in in_force):
        return Standing.HELD
    return Standing.LAPSING if in_force else Standing.MISSING
