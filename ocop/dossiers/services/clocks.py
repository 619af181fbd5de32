"""Stays at each step with the last day of the office, and who is told when it comes near or is over."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Greatest

from ocop.accounts.services import notify
from ocop.kernel import audit, public
from ocop.kernel.time import day_of, vi_date

from ..models import ClockNotice, Dossier, Stay
from ..queries import advisory_agency, clocks_of, laws, officers_of, province_leaders, running
from ..rules import FINAL, PROVINCE_STEPS, Clock, Kind, Step, Warn, checking_on, warnings_on


def enter_step(*, dossier: Dossier, step: Step, day: date) -> None:
    """End the stay of a dossier and begin the next, with the office's last day, in the transaction of its move.

    The caller writes the event. A server whose clock was set back stops no move: a stay never ends before it began.
    A result ends what the filing had extended: the public is told.
    """
    left_on = Greatest(F("since"), Value(day, DateField()))
    Stay.objects.filter(dossier=dossier, until=None).update(until=left_on)
    if step in FINAL:
        if dossier.extends is not None:
            public.changed()
        return
    Stay.objects.create(dossier=dossier, step=step, since=day)
    clock = running(clocks_of(dossier, day, laws()))
    if clock is not None and clock.held:
        dossier.due_on = clock.due
        dossier.save(update_fields=["due_on"])


@transaction.atomic
def warn_clocks(*, now: datetime) -> int:
    """Tell an office before its time ends, and its superior once it has ended. Returns how many clocks were told of.

    Once a dossier and last day, however often the calendar job runs. A last day that moved with the table of holidays
    is written down on the way.
    """
    day, by, count = day_of(now), laws(), 0
    again = Q(step__in=PROVINCE_STEPS, kind=Kind.RE_EVALUATION)
    waiting = Dossier.objects.filter(Q(step=Step.AT_COMMUNE) | again, filed_on__isnull=False)
    told = set(ClockNotice.objects.filter(dossier__in=waiting).values_list("dossier", "kind", "due_on"))
    moved = []
    for dossier in waiting.select_related("commune", "product").prefetch_related("stays").order_by("pk"):
        clock = running(clocks_of(dossier, day, by))
        if clock is None or clock.due is None:
            continue
        assert dossier.filed_on is not None
        if dossier.due_on != clock.due:
            dossier.due_on = clock.due
            moved.append(dossier)
        rule = checking_on(dossier.filed_on, by.checking)
        for kind in warnings_on(day, clock.due, rule.warn_days, by.days):
            if (dossier.pk, kind, clock.due) not in told:
                ClockNotice.objects.create(dossier=dossier, kind=kind, due_on=clock.due)
                _tell(dossier, clock, kind, clock.due, now)
                count += 1
    Dossier.objects.bulk_update(moved, ["due_on"])
    return count


@transaction.atomic
def _tell(dossier: Dossier, clock: Clock, kind: Warn, due: date, now: datetime) -> None:
    """Tell an office of its own time, its superior of a time that is over; a dossier at the commune only the former."""
    day, at_commune = day_of(now), dossier.step == Step.AT_COMMUNE
    work, path = ("xem xét", "") if at_commune else ("đánh giá, phân hạng lại", dossier.get_absolute_url())
    if kind == Warn.OVER:
        users = advisory_agency(day) if at_commune else province_leaders(day)
        who = str(dossier.commune) if at_commune else "Cấp tỉnh"
        what = f"{who} quá hạn {work}"
    else:
        users = officers_of(dossier.commune, day) if at_commune else advisory_agency(day)
        what, path = f"Sắp hết hạn {work}", dossier.get_check_url()
    text = f"{what} hồ sơ {dossier.number} ({dossier.product}): hạn {vi_date(due)}."
    notify(users, text, path=path, now=now)
    event = f"dossier.clock_{kind}"
    after = {"hạn": due, "thời hạn": f"{clock.term.days} {clock.term.unit}", "số người nhận": len(users)}
    audit.record(event, dossier, by=audit.SYSTEM, at=now, after=after)
