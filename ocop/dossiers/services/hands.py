"""Who writes a dossier and who judges it: an officer takes one side with the first thing he does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ocop.accounts.models import User
from ocop.kernel import audit
from ocop.kernel.refusal import Refusal
from ocop.kernel.time import day_of
from ocop.registry.models import TieKind
from ocop.registry.services import tie

from ..models import Dossier, Hand, Side
from ..permissions import SIDE_TAKEN, check_may_edit
from ..rules import Actor, Step


def write(dossier: Dossier, by: User, now: datetime) -> audit.Actor:
    """Check that the user may write; return how events print him. See `as_writer`. In the caller's transaction."""
    return as_writer(dossier, check_may_edit(by, dossier, day_of(now)), by, now)


def as_writer(dossier: Dossier, actor: Actor, by: User, now: datetime) -> audit.Actor:
    """Return how events print who writes: an assistant with "nhập hộ" beside his role.

    An assistant stands on the household's side of this dossier from now on, and is tied to its subject.
    """
    printed = by.as_actor()
    if actor != Actor.ASSISTANT:
        return printed
    if _take(dossier, Side.ASSISTED, by, now):
        source = f"Nhập hộ hồ sơ {dossier.code}"
        tie(subject=dossier.subject, kind=TieKind.ASSISTED, user=by, valid_from=day_of(now), source=source)
    return replace(printed, role=f"{printed.role}, nhập hộ".removeprefix(", "))


def judge(dossier: Dossier, by: User, now: datetime) -> None:
    """The user checks for the commune, and so will never enter this dossier. In the caller's transaction."""
    if Step.AT_COMMUNE in (dossier.step, dossier.returned_from) and _take(dossier, Side.CHECKED, by, now):
        assessed(dossier, by, now, "Xem xét ở cấp xã")


def assessed(dossier: Dossier, by: User, now: datetime, how: str) -> None:
    """Tie who said what he thinks of a dossier to its subject: he does not judge it in a council again."""
    source = f"{how}, hồ sơ {dossier.number}"
    tie(subject=dossier.subject, kind=TieKind.ASSESSED, user=by, valid_from=day_of(now), source=source)


def _take(dossier: Dossier, side: Side, by: User, now: datetime) -> bool:
    """Return whether the side is new. :raises Refusal: two acts at once, one on each side"""
    hand, made = Hand.objects.get_or_create(
        dossier=dossier, user=by, defaults={"side": side, "printed": str(by.as_actor())[:500], "since": now}
    )
    if hand.side != side:
        raise Refusal("Chưa ghi.", *SIDE_TAKEN[Side(hand.side)])
    return made
