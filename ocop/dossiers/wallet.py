"""The wallet as dossiers use it: newest versions of pinned papers, what a paper proves, what is about to lapse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from ocop.accounts.models import User
from ocop.kernel.time import vi_date
from ocop.registry.models import Evidence, Subject
from ocop.registry.permissions import acts_for
from ocop.registry.queries import MOST_WORK, Work
from ocop.scorecards.queries import card
from ocop.scorecards.rules import Criterion

from .models import Dossier, Pin, SelfScore
from .rules import WRITTEN, Step, stars_met, watched

MOST_NAMED = 6  # criteria in one sentence; the rest are counted


def sizes_in(dossier: Dossier) -> dict[int, int]:
    """Return newest version -> bytes of every paper that a dossier pins."""
    version = Coalesce("evidence__replaced_by", "evidence")
    size = Coalesce("evidence__replaced_by__blob__size", "evidence__blob__size")
    return dict(dossier.pins.annotate(version=version, size=size).order_by("pk").values_list("version", "size"))


@dataclass(frozen=True)
class Use:
    """A criterion that a paper proves. stars  whose minimum the self-score meets there: what falls with the paper"""

    dossier: Dossier
    criterion: Criterion
    stars: tuple[int, ...]

    @property
    def words(self) -> str:
        """'10.1 (mức tối thiểu 3 sao)'."""
        least = f" (mức tối thiểu {', '.join(map(str, self.stars))} sao)" if self.stars else ""
        return f"{self.criterion.code}{least}"


def uses_of(papers: Sequence[Evidence], among: QuerySet[Dossier] | None = None) -> dict[int, list[Use]]:
    """Return what each paper, in any of its versions, proves in the newest dossier of each product.

    papers  newest versions; among  the dossiers that may be told of, all if not given. Withdrawn ones prove nothing.
    One query, however many papers.
    """
    rows = Dossier.objects.all() if among is None else among
    newest = rows.filter(product=OuterRef("dossier__product")).exclude(step=Step.WITHDRAWN)
    keys = [paper.pk for paper in papers]
    score = SelfScore.objects.filter(dossier=OuterRef("dossier"), criterion=OuterRef("criterion"))
    pins: QuerySet[Any] = (
        Pin.objects.filter(Q(evidence__in=keys) | Q(evidence__replaced_by__in=keys))
        .filter(dossier=Subquery(newest.order_by("-pk").values("pk")[:1]))
        .select_related("evidence", "dossier__product", "dossier__scorecard")
        .defer("dossier__scorecard__body", "dossier__forms")
        .annotate(answer=Subquery(score.values("answer")[:1]))
        .order_by("dossier__product__search", "dossier", "pk")
    )
    uses: dict[int, list[Use]] = {key: [] for key in keys}
    for pin in pins:
        dossier = pin.dossier
        criterion = card(dossier.scorecard).by_code[pin.criterion]
        use = Use(dossier, criterion, stars_met(criterion, pin.answer, dossier.cases.get(criterion.code)))
        held = uses[pin.evidence.replaced_by_id or pin.evidence_id]
        if use not in held:
            held.append(use)
    return uses


def proves(uses: Iterable[Use]) -> str:
    """Return 'Đang chứng minh tiêu chí 10.1 (mức tối thiểu 3 sao), 2.3 của Chè xanh.', or nothing."""
    parts = []
    for product, ones in groupby(uses, lambda use: use.dossier.product.name):
        named = [use.words for use in ones]
        rest = f" và {len(named) - MOST_NAMED} tiêu chí khác" if len(named) > MOST_NAMED else ""
        parts.append(f"tiêu chí {', '.join(named[:MOST_NAMED])}{rest} của {product}")
    return f"Đang chứng minh {'; '.join(parts)}." if parts else ""


def lapse_words(valid_until: date, day: date) -> str:
    """Return 'hết hạn 12/01/2027, còn 60 ngày', or 'đã hết hạn ngày 12/01/2027'."""
    left = (valid_until - day).days
    if left < 0:
        return f"đã hết hạn ngày {vi_date(valid_until)}"
    return f"hết hạn {vi_date(valid_until)}, " + (f"còn {left} ngày" if left else "hôm nay là ngày cuối")


def told_of(user: User, day: date, paper: Evidence) -> list[Use]:
    """Return the uses of a paper as its reader may know them: a dossier that is written is its producer's alone."""
    if acts_for(user, paper.subject, day):
        return uses_of([paper])[paper.pk]
    return uses_of([paper], Dossier.objects.visible_to(user, day).exclude(step__in=WRITTEN))[paper.pk]


def work_for(user: User, day: date) -> list[Work]:
    """Papers of one's own subjects to replace: those about to lapse, and lapsed ones that still prove something."""
    _, latest = watched(day)
    papers = (
        Evidence.objects.heads()
        .filter(subject__in=Subject.objects.of(user, day), valid_until__lte=latest)
        .order_by("-valid_until", "pk")[:MOST_WORK]
    )
    rows = list(papers)
    uses = uses_of(rows) if rows else {}
    return [
        Work(
            f"Thay giấy {'đã' if row.valid_until < day else 'sắp'} hết hạn: {row.name}",
            proves(uses[row.pk]).rstrip(".") or "Chưa gắn vào tiêu chí nào của hồ sơ mới nhất",
            reverse("registry:replace_paper", args=[row.pk]),
            "Thay giấy",
            row.valid_until,
        )
        for row in rows
        if row.valid_until and (row.valid_until >= day or uses[row.pk])
    ]
