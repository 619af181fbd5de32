"""Revocation (thu hồi): six reasons, by the organ that may; public at once."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ocop.accounts.models import Agency, User
from ocop.documents.models import Document
from ocop.documents.services import record_document
from ocop.dossiers.services import close_window
from ocop.kernel import audit, once, public
from ocop.kernel.refusal import Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of

from ..models import Recognition
from ..permissions import check_may_revoke
from ..rules import REVOCATION_GROUNDS
from .deciding import record_ministry_decision


@transaction.atomic
def revoke(
    *,
    recognition: Recognition,
    organ: Agency | None,
    number: str,
    day: date,
    ground: str,
    reason: str,
    by: User,
    now: datetime,
    token: str = "",
) -> Document:
    """Revoke a recognition by decision; it is over from the decision's day on. Returns the decision.

    organ  the committee that revokes; None: the ministry, which revokes its own 5 stars
    ground  a letter of art. 8(1): a b c d đ e; reason  shown to the public
    :raises Refusal: no right, unknown ground, no reason, not in force on that day, a malformed or used number
    """
    once.claim(token, now=now)
    check_may_revoke(by, recognition, organ, day_of(now))
    what = "Chưa thu hồi."
    if ground not in REVOCATION_GROUNDS:
        raise Refusal(what, "Chưa chọn trường hợp thu hồi.", "Chọn một trong 6 trường hợp của điều 8.")
    reason = clean(reason)
    if len(reason) < 10:
        raise Refusal(what, "Lý do công khai quá ngắn.", "Ghi rõ lý do, người dân đọc được.")
    if not Recognition.objects.in_force_on(day).filter(pk=recognition.pk).exists():
        raise Refusal(what, "Công nhận không còn hiệu lực ngày này.", "Kiểm tra ngày quyết định.")
    summary = f"Thu hồi giấy chứng nhận sản phẩm OCOP: {recognition.product}"
    if organ is None:
        decision = record_ministry_decision(
            organ_name=recognition.organ_name, number=number, day=day, summary=summary, now=now
        )
    else:
        decision = record_document(organ=organ, kind="QĐ", number=number, day=day, summary=summary, by=by, now=now)
    same = Recognition.objects.filter(pk=recognition.pk, ended_on=None)
    text = f"{REVOCATION_GROUNDS[ground]}: {reason}"[:500]
    if not same.update(ended_on=day, end_kind="revoked", end_reason=text, end_decision=decision):
        raise Refusal(what, "Đã có quyết định chấm dứt trước đó.", "Mở lại trang.")
    if recognition.valid_until:
        close_window(product=recognition.product, valid_until=recognition.valid_until)
    audit.record(
        "recognition.revoked",
        recognition,
        by=by,
        at=now,
        reason=text,
        after={"decision": decision.number, "ground": ground},
    )
    public.changed()
    return decision
