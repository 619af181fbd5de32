"""Written opinions on re-evaluations: a member asks for a meeting, the secretary takes products into one.

Source: QĐ 26/2026/QĐ-TTg art. 7(6)d: a meeting only for differing opinions or a complex matter.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from ocop.accounts.models import User
from ocop.accounts.services import notify
from ocop.kernel import audit
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of

from ..models import Item, MeetingRequest, Session
from ..permissions import check_may_run, member_of
from ..sittings import members_of, when_and_where


@transaction.atomic
def ask_meeting(*, item: Item, reason: str, by: User, now: datetime) -> MeetingRequest:
    """A member asks to talk about a product before it is concluded by written opinions, and says what about."""
    what = "Chưa đề nghị họp."
    member = member_of(by, item.session)
    if not item.session.is_written or item.session.state != Session.OPEN or item.closed:
        raise Refusal(what, "Sản phẩm không đang được lấy ý kiến bằng văn bản.", "Nêu ý kiến tại phiên họp.")
    reason = clean(reason)
    if len(reason) < 10:
        raise Refusal(what, "Nội dung cần thảo luận quá ngắn.", "Ghi rõ nội dung phức tạp cần thảo luận.")
    try:
        with transaction.atomic():
            row = MeetingRequest.objects.create(item=item, member=member, reason=reason[:500], asked_at=now)
    except IntegrityError as error:
        raise Refusal(what, "Bạn đã đề nghị họp về sản phẩm này.", "Chờ thư ký triệu tập.") from error
    audit.record("item.meeting_asked", item, by=by, at=now, reason=reason)
    return row


@transaction.atomic
def take_to_meeting(*, items: Collection[Item], meeting: Session, by: User, now: datetime) -> int:
    """Take products from written opinions into a meeting of the council; declarations and sheets go along.

    Returns how many. :raises Refusal: not from written opinions, concluded, or no meeting of the same council
    """
    check_may_run(by, meeting.council, day_of(now))
    what = "Chưa chuyển sang phiên họp."
    if meeting.is_written or meeting.state == Session.CLOSED:
        raise Refusal(what, f"{meeting.name} không phải phiên họp còn mở.", "Chọn hoặc lập phiên họp khác.")
    place = meeting.items.count()
    for number, item in enumerate(items, 1):
        if not item.session.is_written or item.session.council_id != meeting.council_id:
            raise Refusal(what, f"“{item}” không đang được hội đồng này lấy ý kiến bằng văn bản.", "Mở lại trang.")
        same = Item.objects.pending().filter(pk=item.pk, version=item.version, session=item.session_id)
        if not same.update(session=meeting, position=place + number, version=F("version") + 1):
            raise Moved(what)
        audit.record(
            "session.item_moved", item.session, by=by, at=now, after={"hồ sơ": str(item.dossier), "đến": meeting.code}
        )
        audit.record(
            "session.item_joined", meeting, by=by, at=now, after={"hồ sơ": str(item.dossier), "từ": item.session.code}
        )
    if meeting.invited_at is not None:
        text = f"Thêm sản phẩm cần họp trực tiếp: {when_and_where(meeting)}."
        notify(members_of(meeting), text, path=meeting.get_absolute_url(), now=now)
    return len(items)
