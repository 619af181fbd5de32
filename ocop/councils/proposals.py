"""Reading rounds of evaluation: which dossiers belong to one, by the day of their proposal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from ocop.accounts.models import Level
from ocop.dossiers.models import Dossier, Stay
from ocop.dossiers.rules import Kind, Step

from .models import EvaluationRound, Session
from .rounds import round_for, span_of, why_late

PROPOSED_AT = {Level.PROVINCE: Step.AT_PROVINCE, Level.MINISTRY: Step.AT_MINISTRY}  # where a proposal brings it


def rounds_of(level: str) -> list[EvaluationRound]:
    """Every round of a level, in order of time."""
    return list(EvaluationRound.objects.filter(level=level).order_by("proposals_before"))


def with_proposal(dossiers: QuerySet[Dossier], level: str) -> QuerySet[Any]:
    """With proposed_on: the day on which the commune (or the province) sent it up the first time."""
    sent = Stay.objects.filter(dossier=OuterRef("pk"), step=PROPOSED_AT[Level(level)])
    return dossiers.annotate(proposed_on=Subquery(sent.order_by("pk").values("since")[:1]))


def proposals_of(one: EvaluationRound, rounds: Sequence[EvaluationRound], dossiers: QuerySet[Dossier]) -> QuerySet[Any]:
    """Return the dossiers that belong to a round. rounds  all of its level; dossiers  those that the reader sees"""
    return with_proposal(dossiers, one.level).filter(proposed_on__range=span_of(one, rounds))


def by_step(found: QuerySet[Any]) -> dict[str, int]:
    """Return how many dossiers stand at each step."""
    return dict(found.order_by("step").values_list("step").annotate(Count("pk")))


def why_not_in(session: Session, dossier: Dossier) -> str:
    """Return why a dossier belongs to a later round than the session's, or an empty text.

    A re-evaluation waits for no round: it has its own 45 days (art. 7(6)g).
    """
    one = session.evaluation_round
    if one is None or dossier.kind == Kind.RE_EVALUATION:
        return ""
    proposed_on = with_proposal(Dossier.objects.filter(pk=dossier.pk), one.level).get().proposed_on
    if proposed_on is None or proposed_on < one.proposals_before:
        return ""
    later = round_for(proposed_on, rounds_of(one.level))
    return why_late(proposed_on, one.proposals_before) + (f" Thuộc {later}." if later else "")
