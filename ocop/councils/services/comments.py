"""Public comments on proposed results: sent by anybody within the window, closed by an officer with a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ocop.accounts.models import User
from ocop.kernel import audit, codes, once
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of

from ..models import Comment, Conclusion
from ..permissions import check_may_notify

ANYBODY = audit.Actor(0, "Người góp ý")  # who he is stays in the comment: the log is for ever


@transaction.atomic
def send_comment(
    *, conclusion: Conclusion, name: str, text: str, now: datetime, contact: str = "", token: str = ""
) -> Comment:
    """Take a comment of anybody on a proposed result. :raises Refusal: no window on that day, no name, no text"""
    once.claim(token, now=now)
    what = "Chưa gửi ý kiến."
    if not Conclusion.objects.open_to_comments(day_of(now)).filter(pk=conclusion.pk).exists():
        raise Refusal(what, "Sản phẩm này không trong thời gian lấy ý kiến.", "Xem các sản phẩm đang lấy ý kiến.")
    name, text = clean(name), clean(text)
    if not name or len(text) < 10:
        raise Refusal(what, "Thiếu họ tên, hoặc nội dung quá ngắn.", "Ghi họ tên và nội dung góp ý.")
    comment = Comment.objects.create(
        code=codes.new(codes.SHORT),
        conclusion=conclusion,
        name=name[:100],
        contact=clean(contact)[:200],
        text=text[:2000],
        sent_at=now,
    )
    audit.record("comment.sent", comment, by=ANYBODY, at=now)
    return comment


@transaction.atomic
def close_comment(*, comment: Comment, answer: str, by: User, now: datetime) -> None:
    """Close a comment with what was found. :raises Refusal: no right, too short, closed before"""
    what = "Chưa ghi ý kiến xử lý."
    check_may_notify(by, comment.conclusion.item.session.council, day_of(now), what=what)
    answer = clean(answer)
    if len(answer) < 10:
        raise Refusal(what, "Ý kiến xử lý quá ngắn.", "Ghi rõ đã xem xét thế nào.")
    same = Comment.objects.filter(pk=comment.pk, state=Comment.OPEN)
    if not same.update(state=Comment.CLOSED, answer=answer[:2000], closed_at=now, closed_by=by):
        raise Moved(what)
    comment.refresh_from_db()
    audit.record("comment.closed", comment, by=by, at=now, reason=answer)
