"""Opening a concluded product again: by the chair, with a reason, as a new round; the old conclusion stays."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ocop.accounts.models import User
from ocop.dossiers.rules import Move
from ocop.dossiers.services import record
from ocop.kernel import audit
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of

from ..models import Item, Session
from ..permissions import check_presides


@transaction.atomic
def reopen_item(*, item: Item, reason: str, by: User, now: datetime) -> None:
    """Open a concluded product again as a new round, while its session sits and nothing stands on the conclusion.

    Sheets of every round and the conclusion stay; the next conclusion takes effect in its place.
    :raises Refusal: not the chair, no reason, the session ended, the dossier has left this council
    """
    item = Item.objects.select_related("session__council", "dossier").get(pk=item.pk)
    what = "Chưa mở lại sản phẩm."
    check_presides(by, item, day_of(now))
    reason = clean(reason)[:500]
    if len(reason) < 10:
        raise Refusal(what, "Lý do quá ngắn.", "Ghi rõ lý do mở lại.")
    if item.session.state != Session.OPEN:
        raise Refusal(
            what,
            f"Phiên {item.session.get_state_display()}; biên bản đã ghi kết luận.",
            "Kết quả chỉ thay đổi khi giải quyết khiếu nại hoặc đánh giá lại.",
        )
    conclusion = item.conclusions.in_effect().first()
    if conclusion is None:
        raise Refusal(what, "Sản phẩm chưa có kết luận.", "Mở lại trang.")
    same = Item.objects.filter(pk=item.pk, version=item.version, closed=True)
    if not same.update(closed=False, round=item.round + 1, deviation=[], version=item.version + 1):
        raise Moved(what)
    item.conclusions.in_effect().update(superseded_at=now, superseded_reason=reason)
    record(dossier=item.dossier, move=Move.REOPEN, by=by, now=now, reason=reason)
    before = {"kết quả": conclusion.result, "sao": conclusion.stars, "vòng": conclusion.round}
    audit.record("item.reopened", item, by=by, at=now, reason=reason, before=before, after={"vòng": item.round + 1})
