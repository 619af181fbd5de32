"""What the calendar does to dossiers: the end of the districts, the transitional deadlines of 2026."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from ocop.accounts.models import User
from ocop.kernel import audit
from ocop.kernel.refusal import Refusal
from ocop.kernel.time import day_of, vi_date

from ..models import Dossier
from ..queries import lapsed, transitions
from ..rules import AT_DISTRICT_STEPS, EVALUATED, Move, Step
from .drafting import open_dossier
from .moves import make_move
from .notices import tell_subject

DISTRICTS_END = date(2025, 6, 30)  # NQ 202/2025/QH15; Luật Tổ chức chính quyền địa phương 2025


@transaction.atomic
def end_districts(*, now: datetime) -> int:
    """Move every dossier that waits at a district to the province once the districts ended; returns how many.

    A dossier returned by a district, counted too, goes to the province when it is filed again. Repeats do no harm.
    """
    if day_of(now) <= DISTRICTS_END:
        return 0
    count = 0
    reason = f"Cấp huyện kết thúc hoạt động ngày {vi_date(DISTRICTS_END)}"
    for dossier in Dossier.objects.filter(step__in=AT_DISTRICT_STEPS).select_related("subject").order_by("pk"):
        make_move(dossier, Move.HAND_OVER, version=None, by=audit.SYSTEM, now=now, reason=reason)
        tell_subject(dossier, f"Hồ sơ {dossier.number} chuyển về tỉnh: {reason.lower()}.", now)
        count += 1
    for dossier in Dossier.objects.filter(step=Step.RETURNED, returned_from=Step.AT_DISTRICT).order_by("pk"):
        Dossier.objects.filter(pk=dossier.pk).update(returned_from=Step.AT_PROVINCE, version=F("version") + 1)
        audit.record(
            "dossier.hand_over",
            dossier,
            by=audit.SYSTEM,
            at=now,
            reason=reason,
            before={"returned_from": Step.AT_DISTRICT},
            after={"returned_from": Step.AT_PROVINCE},
        )
        count += 1
    return count


@transaction.atomic
def close_expired(*, now: datetime) -> int:
    """Close dossiers filed under the old rules and not evaluated in time ("hết thời hạn chuyển tiếp").

    Source: QĐ 26/2026/QĐ-TTg art. 12.2; the last days are dated settings. Returns how many; repeats do no harm.
    """
    day, table, count = day_of(now), transitions(), 0
    open_steps = [step for step in Step if step not in EVALUATED and step != Step.DRAFT]
    old = Dossier.objects.filter(step__in=open_steps, filed_on__isnull=False)
    for dossier in old.select_related("subject").order_by("pk"):
        last = lapsed(dossier, day, table)
        if last is None:
            continue
        reason = f"Hết thời hạn chuyển tiếp ngày {vi_date(last)} (QĐ 26/2026/QĐ-TTg điều 12.2)"
        make_move(dossier, Move.EXPIRE, version=None, by=audit.SYSTEM, now=now, reason=reason)
        tell_subject(dossier, f"Hồ sơ {dossier.number} đã đóng: {reason}. Nộp lại theo bộ tiêu chí 2026.", now)
        count += 1
    return count


@transaction.atomic
def refile(*, dossier: Dossier, by: User, now: datetime) -> Dossier:
    """Open the dossier of an expired one again under the rules in force, with its forms; answers wait for a tick.

    A re-evaluation so filed is not refused by the window. Source: QĐ 26/2026/QĐ-TTg art. 12.3.
    """
    if dossier.step != Step.EXPIRED or Dossier.objects.filter(refiled_from=dossier).exists():
        raise Refusal(
            "Chưa nộp lại.", "Chỉ hồ sơ hết thời hạn chuyển tiếp, chưa nộp lại, mới nộp lại được.", "Mở lại trang."
        )
    again = open_dossier(product=dossier.product, kind=dossier.kind, by=by, now=now, refiled_from=dossier)
    Dossier.objects.filter(pk=again.pk).update(forms=dossier.forms)
    again.refresh_from_db()
    return again
