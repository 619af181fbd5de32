"""Windows of re-evaluation (art. 7(6)a): opened and announced by themselves."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from ocop.accounts.services import notify
from ocop.areas.models import Area
from ocop.kernel import audit
from ocop.kernel.calendar import holidays
from ocop.kernel.refusal import Refusal
from ocop.kernel.time import act_deadline, day_of, vi_date
from ocop.registry.models import SubjectMember
from ocop.scorecards.queries import regime_on

from ..models import Dossier, Window, WindowNotice
from ..queries import officers_of
from ..rules import FINAL, Kind
from .drafting import commune_on

REMIND_DAYS = 30  # before a window closes; design/architecture.md: notices at 180, 120, 90, 30 days


@transaction.atomic
def announce_windows(*, now: datetime) -> int:
    """Tell producers and their commune when a window opens, and again REMIND_DAYS before it closes; returns how many.

    Once a certificate's end and kind, however often the calendar job runs. A product whose re-evaluation is on its
    way is not reminded. The window is a rule of 2026.
    """
    day, table, count = day_of(now), holidays(), 0
    if regime_on(day).code != "2026":
        return 0
    # A last day moves by some days at most (Tết): what closed in the last fortnight may still be open.
    rows = Window.objects.filter(opens_on__lte=day, closes_on__gte=day - timedelta(days=14), valid_until__gte=day)
    told = set(
        WindowNotice.objects.filter(product__in=rows.values("product")).values_list("product", "valid_until", "kind")
    )
    filed = set(
        Dossier.objects.filter(kind=Kind.RE_EVALUATION, filed_on__isnull=False, product__in=rows.values("product"))
        .exclude(step__in=FINAL)
        .values_list("product", flat=True)
    )
    officers: dict[int, list[int]] = {}
    for window in rows.select_related("product__subject", "product__commune").order_by("pk"):
        last = act_deadline(window.closes_on, table)
        if day > last or window.product_id in filed:
            continue
        closing = last - day <= timedelta(days=REMIND_DAYS)
        kind = WindowNotice.CLOSES if closing else WindowNotice.OPENS
        if (window.product_id, window.valid_until, kind) not in told:
            _announce(window, kind, last, officers, now)
            count += 1
    return count


@transaction.atomic
def _announce(window: Window, kind: str, last: date, officers: dict[int, list[int]], now: datetime) -> None:
    """officers  of the communes met so far: commune -> users"""
    day, product = day_of(now), window.product
    WindowNotice.objects.create(product=product, valid_until=window.valid_until, kind=kind)
    when = f"{vi_date(window.opens_on)} đến {vi_date(last)}"
    what = "Sắp hết thời gian nộp" if kind == WindowNotice.CLOSES else "Đã đến thời gian nộp"
    text = f"{what} hồ sơ đánh giá lại {product}: từ {when}. Giấy chứng nhận hết hạn {vi_date(window.valid_until)}."
    members = SubjectMember.objects.in_force_on(day).filter(subject=product.subject_id)
    count = notify(members.values_list("user", flat=True), text, path=product.get_absolute_url(), now=now)
    commune = _commune(window, day)
    if commune is not None:
        if commune.pk not in officers:
            officers[commune.pk] = [user.pk for user in officers_of(commune, day)]
        count += notify(officers[commune.pk], text, path=product.get_absolute_url(), now=now)
    audit.record(f"window.{kind}", window, by=audit.SYSTEM, at=now, after={"hạn": last, "số người nhận": count})


def _commune(window: Window, day: date) -> Area | None:
    try:
        return commune_on(window.product, day)
    except Refusal:  # no commune, or split: nobody to tell
        return None
