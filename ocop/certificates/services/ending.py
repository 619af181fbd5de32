"""Revocation (thu hồi): six reasons, by the organ that may; public at once."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ocop.accounts.models import Agency, User
from ocop.documents.services import record_document
from ocop.kernel import audit, once
from ocop.kernel.refusal import Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of

from ..models import Recognition
from ..permissions import check_may_decide
from ..queries import public_change
from ..rules import REVOCATION_GROUNDS


@transaction.atomic
def revoke(
    *,
    recognition: Recognition,
    organ: Agency,
    number: str,
    day: date,
    ground: str,
    reason: str,
    by: User,
    now: datetime,
    token: str = "",
) -> None:
    """Revoke a recognition by decision. ground  a letter of art. 8(1): a b c d đ e; reason  shown to the public

    :raises Refusal: no right, unknown ground, no reason, not in force on that day
    """
    once.claim(token, now=now)
    check_may_decide(by, recognition.level, recognition.product, day_of(now))
    what = "Chưa thu hồi."
    if ground not in REVOCATION_GROUNDS:
        raise Refusal(what, "Chưa chọn trường hợp thu hồi.", "Chọn một trong 6 trường hợp của điều 8.")
    reason = clean(reason)
    if len(reason) < 10:
        raise Refusal(what, "Lý do công khai quá ngắn.", "Ghi rõ lý do, người dân đọc được.")
    if not Recognition.objects.in_force_on(day).filter(pk=recognition.pk).exists():
        raise Refusal(what, "Công nhận không còn hiệu lực ngày này.", "Kiểm tra ngày quyết định.")
    decision = record_document(
        organ=organ,
        kind="QĐ",
        number=number,
        day=day,
        summary=f"Thu hồi giấy chứng nhận {recognition.product}",
        by=by,
        now=now,
    )
    same = Recognition.objects.filter(pk=recognition.pk, ended_on=None)
    text = f"{REVOCATION_GROUNDS[ground]}: {reason}"[:500]
    if not same.update(ended_on=day, end_kind="revoked", end_reason=text, end_decision=decision):
        raise Refusal(what, "Đã có quyết định chấm dứt trước đó.", "Mở lại trang.")
    audit.record(
        "recognition.revoked",
        recognition,
        by=by,
        at=now,
        reason=reason,
        after={"decision": decision.number, "ground": ground},
    )
    public_change()
