"""Results told to subject and commune: the notices of a session, and the notice that alone ends a dossier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from ocop.accounts.models import User
from ocop.dossiers.permissions import check_may_move
from ocop.dossiers.rules import Move
from ocop.dossiers.services import record, tell_result
from ocop.kernel import audit, once
from ocop.kernel.calendar import holidays
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.time import act_deadline, day_of

from ..models import Conclusion, Session
from ..papers import notice_lines
from ..permissions import check_may_notify
from ..queries import rules_of
from ..results import Reading, readings
from ..rules import Result


@transaction.atomic
def send_notices(*, session: Session, by: User, now: datetime, token: str = "") -> int:
    """Tell subjects and communes of every result of a session, each once. Returns how many.

    Source: QĐ 26/2026/QĐ-TTg art. 7(3)g.
    :raises Refusal: no right, the session is not closed, every notice was sent before
    """
    once.claim(token, now=now)
    check_may_notify(by, session.council, day_of(now))
    what = "Chưa gửi thông báo kết quả."
    if session.state != Session.CLOSED:
        raise Refusal(what, f"Phiên {session.get_state_display()}.", "Kết thúc phiên, có biên bản rồi gửi thông báo.")
    rows = Conclusion.objects.filter(item__session=session, notice=None, superseded_at=None)
    found = list(
        rows.select_related("item__session", "dossier__product__product_set", "dossier__subject", "dossier__commune")
        .select_related("dossier__scorecard")
        .order_by("item__position", "pk")
    )
    if not found:
        raise Refusal(what, "Mọi kết quả của phiên đã được thông báo.", "Mở hồ sơ để xem ngày gửi.")
    _send(found, by=by, now=now)
    audit.record("session.notified", session, by=by, at=now, after={"số thông báo": len(found)})
    return len(found)


def _send(conclusions: Sequence[Conclusion], *, by: User, now: datetime) -> None:
    """Write each notice down to its dossier; the rules of work of the session say until when a complaint is taken."""
    read, day = readings(conclusions), day_of(now)
    for conclusion in conclusions:
        until = _complain_until(read[conclusion.item_id], day)
        comments = _comments_until(conclusion, day)
        notice = tell_result(
            dossier=conclusion.dossier,
            lines=notice_lines(read[conclusion.item_id], until),
            path=conclusion.get_absolute_url(),
            complain_until=until,
            by=by,
            now=now,
        )
        if not Conclusion.objects.filter(pk=conclusion.pk, notice=None).update(notice=notice, comments_until=comments):
            raise Moved("Chưa gửi thông báo kết quả.")
        conclusion.notice = notice


def _complain_until(read: Reading, day: date) -> date | None:
    """Return the last day for a complaint against a result told on that day; None: no way at this council.

    The day of the notice is not counted; a last day off moves to the next working day (BLDS 2015 art. 147, 148).
    """
    conclusion = read.conclusion
    days = rules_of(conclusion.item.session).complaint_days
    if not days or conclusion.result == Result.SEND_UP or conclusion.set_aside:
        return None
    return act_deadline(day + timedelta(days=days), holidays())


def _comments_until(conclusion: Conclusion, day: date) -> date | None:
    """Return the last day of the public comments on a proposed rank; a product without one is not shown to anybody."""
    days = rules_of(conclusion.item.session).comment_days
    if not days or conclusion.result not in (Result.RECOGNISED, Result.POTENTIAL_5):
        return None
    return act_deadline(day + timedelta(days=days), holidays())


@transaction.atomic
def announce(*, conclusion: Conclusion, by: User, now: datetime) -> None:
    """Close a dossier that gets no decision, by a result notice alone (1 and 2 stars, rejected; art. 4(1)a)."""
    moves = {Result.BELOW_3: Move.CLOSE_BELOW_3, Result.REJECTED: Move.CLOSE_REJECTED}
    move = moves.get(Result(conclusion.result))
    if move is None:
        raise Refusal("Chưa thông báo.", "Sản phẩm này cần quyết định.", "Nhập quyết định công nhận hoặc phê duyệt.")
    if conclusion.superseded_at or conclusion.dossier.conclusions.filter(pk__gt=conclusion.pk).exists():
        raise Refusal("Chưa thông báo.", "Sản phẩm đã có kết luận mới hơn.", "Mở lại trang, chọn kết luận mới.")
    check_may_move(by, conclusion.dossier, move, day_of(now))
    if conclusion.notice_id is None:
        _send([conclusion], by=by, now=now)
    record(dossier=conclusion.dossier, move=move, by=by, now=now, reason="; ".join(conclusion.reasons))
