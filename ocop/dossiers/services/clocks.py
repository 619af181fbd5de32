"""Stays at each step, and who is told when the commune's clock runs out."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import DateField, F, Value
from django.db.models.functions import Greatest

from ocop.accounts.services import notify
from ocop.kernel import audit
from ocop.kernel.calendar import holidays
from ocop.kernel.time import add_working_days, day_of, vi_date

from ..models import ClockNotice, Dossier, Stay
from ..queries import advisory_agency, checking_rules, officers_of
from ..rules import FINAL, Step, Warn, checking_on, warnings_on


def enter_step(*, dossier: Dossier, step: Step, day: date) -> None:
    """End the stay of a dossier and begin the next, in the transaction of its move. The caller writes the event.

    A server whose clock was set back stops no move: a stay never ends before it began.
    """
    left_on = Greatest(F("since"), Value(day, DateField()))
    Stay.objects.filter(dossier=dossier, until=None).update(until=left_on)
    if step not in FINAL:
        Stay.objects.create(dossier=dossier, step=step, since=day)


@transaction.atomic
def warn_clocks(*, now: datetime) -> int:
    """Tell the commune's officers before its 15 working days end, and the province's agency once they have ended.

    Once a dossier and last day, however often the calendar job runs. Returns how many clocks were told of.
    """
    day, table, rules, count = day_of(now), holidays(), checking_rules(), 0
    soon = add_working_days(day, max(rule.warn_days for rule in rules), table)
    waiting = Dossier.objects.filter(step=Step.AT_COMMUNE, due_on__lte=soon).select_related("commune", "product")
    told = set(ClockNotice.objects.filter(dossier__in=waiting).values_list("dossier", "kind", "due_on"))
    for dossier in waiting.order_by("pk"):
        assert dossier.due_on is not None
        assert dossier.filed_on is not None
        rule = checking_on(dossier.filed_on, rules)
        for kind in warnings_on(day, dossier.due_on, rule.warn_days, table):
            if (dossier.pk, kind, dossier.due_on) not in told:
                ClockNotice.objects.create(dossier=dossier, kind=kind, due_on=dossier.due_on)
                _tell(dossier, kind, dossier.due_on, now)
                count += 1
    return count


@transaction.atomic
def _tell(dossier: Dossier, kind: Warn, due: date, now: datetime) -> None:
    day = day_of(now)
    if kind == Warn.OVER:
        users, what = advisory_agency(day), f"{dossier.commune} quá hạn xem xét"
    else:
        users, what = officers_of(dossier.commune, day), "Sắp hết hạn xem xét"
    text = f"{what} hồ sơ {dossier.number} ({dossier.product}): hạn {vi_date(due)}."
    notify(users, text, path=dossier.get_check_url() if kind == Warn.SOON else "", now=now)
    event = f"dossier.clock_{kind}"
    audit.record(event, dossier, by=audit.SYSTEM, at=now, after={"hạn": due, "số người nhận": len(users)})
