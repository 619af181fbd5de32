"""Sessions: agenda, invitation, attendance, interests, opening."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from ocop.accounts.models import User
from ocop.accounts.services import notify
from ocop.dossiers.models import Dossier
from ocop.dossiers.rules import Kind
from ocop.dossiers.services import end_reading, enter_council, grant_reading, leave_council
from ocop.kernel import audit
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of, vi_date
from ocop.scorecards.permissions import check_may_open_session

from ..conflicts import conflict_of
from ..models import Attendance, Interest, Item, Session
from ..permissions import check_may_run, check_other_panel, member_of, seats_of
from ..proposals import why_not_in
from ..queries import board, in_its_area, lacking_seats
from ..sittings import late_notice, members_of, when_and_where


@transaction.atomic
def add_item(*, session: Session, dossier: Dossier, by: User, now: datetime) -> Item:
    """Put a dossier on the agenda; a partial scorecard cannot be scored.

    :raises Refusal: no right, closed session, wrong step or level, a scorecard that does not add up
    """
    check_may_run(by, session.council, day_of(now))
    if session.state == Session.CLOSED:
        raise Refusal("Chưa thêm sản phẩm.", "Phiên đã kết thúc.", "Lập phiên khác.")
    if not in_its_area(session.council, dossier):
        raise Refusal("Chưa thêm sản phẩm.", f"Hồ sơ {dossier} không chờ hội đồng này.", "Chọn trong danh sách chờ.")
    check_may_open_session(dossier.scorecard)
    if session.is_written and dossier.kind != Kind.RE_EVALUATION:
        raise Refusal(
            "Chưa thêm sản phẩm.",
            "Chỉ đánh giá lại được lấy ý kiến bằng văn bản (QĐ 26/2026/QĐ-TTg điều 7 khoản 6 điểm d).",
            "Đưa hồ sơ này vào phiên họp.",
        )
    if later := why_not_in(session, dossier):
        raise Refusal("Chưa thêm sản phẩm.", later, "Để hồ sơ vào đợt sau.")
    check_other_panel(session, dossier)
    lacking = lacking_seats(session, dossier)
    if lacking:
        raise Refusal(
            "Chưa thêm sản phẩm.",
            f"Hồ sơ nộp theo quy định mới mà hội đồng thiếu đại diện: {'; '.join(lacking)}.",
            "Thành lập hội đồng đủ thành phần (QĐ 26/2026/QĐ-TTg điều 7 khoản 3 điểm b).",
        )
    enter_council(dossier=dossier, by=by, now=now)
    position = session.items.count() + 1
    try:
        item = Item.objects.create(session=session, dossier=dossier, position=position, added_at=now)
    except IntegrityError as error:
        raise Refusal("Chưa thêm sản phẩm.", "Sản phẩm đã ở trong phiên.", "Mở lại trang.") from error
    audit.record("session.item_added", session, by=by, at=now, after={"hồ sơ": dossier.number})
    return item


@transaction.atomic
def add_items(*, session: Session, dossiers: Collection[Dossier], by: User, now: datetime) -> int:
    """Put dossiers on the agenda, all or none. Returns how many."""
    return len([add_item(session=session, dossier=dossier, by=by, now=now) for dossier in dossiers])


@transaction.atomic
def remove_item(*, item: Item, reason: str, by: User, now: datetime) -> None:
    """Take a product off the agenda before anybody signed."""
    check_may_run(by, item.session.council, day_of(now))
    if item.closed or item.sheets.filter(signed_at__isnull=False).exists():
        raise Refusal("Chưa bỏ sản phẩm.", "Đã có phiếu ký.", "Kết luận sản phẩm, hoặc ghi vào biên bản.")
    reason = clean(reason)
    if len(reason) < 5:
        raise Refusal("Chưa bỏ sản phẩm.", "Chưa có lý do.", "Ghi lý do đưa sản phẩm ra khỏi phiên.")
    leave_council(dossier=item.dossier, by=by, now=now, reason=reason)
    end_reading(dossier=item.dossier)
    audit.record(
        "session.item_removed", item.session, by=by, at=now, reason=reason, before={"hồ sơ": item.dossier.number}
    )
    item.sheets.all().delete()
    item.delete()


@transaction.atomic
def invite(*, session: Session, by: User, now: datetime) -> int:
    """Invite the members (giấy mời): a notice each; they declare interests before a dossier opens. Returns how many.

    Inviting again tells them again; the day of the invitation stays the first.
    """
    check_may_run(by, session.council, day_of(now))
    if not session.items.exists():
        raise Refusal("Chưa mời.", "Phiên chưa có sản phẩm.", "Thêm sản phẩm trước.")
    same = Session.objects.filter(pk=session.pk, version=session.version)
    if not same.update(invited_at=session.invited_at or now, version=session.version + 1):
        raise Moved("Chưa mời.")
    session.refresh_from_db()
    text = f"{when_and_where(session)}. Kê khai lợi ích trước khi mở hồ sơ."
    text = text if session.is_written else f"Mời họp {text}"
    count = notify(members_of(session), text, path=session.get_absolute_url(), now=now)
    audit.record("session.invited", session, by=by, at=now, after={"số người": count})
    return count


@transaction.atomic
def remind(*, session: Session, by: User, now: datetime) -> int:
    """Remind every member whose declaration or sheet misses: a notice each. Returns how many."""
    day = day_of(now)
    check_may_run(by, session.council, day)
    if session.state != Session.OPEN:
        raise Refusal("Chưa nhắc.", f"Phiên {session.get_state_display()}.", "Mở phiên trước.")
    users = {duty.member.user_id for row in board(session, day) if not row.item.closed for duty in row.waiting}
    if not users:
        raise Refusal("Chưa nhắc.", "Không thành viên nào còn phiếu chưa ký.", "Đóng vòng chấm.")
    count = notify(users, f"Còn phiếu chưa ký: {session.name}.", path=session.get_absolute_url(), now=now)
    audit.record("session.reminded", session, by=by, at=now, after={"số người": count})
    return count


@transaction.atomic
def declare_interest(*, item: Item, conflict: bool, detail: str, by: User, now: datetime) -> Interest:
    """A member declares for one product; without a conflict, and with no tie found, the dossier opens for reading.

    Declaring again replaces the declaration until one has signed a sheet.
    """
    day = day_of(now)
    member = member_of(by, item.session)
    if item.session.invited_at is None:
        raise Refusal("Chưa kê khai.", "Phiên chưa mời thành viên.", "Chờ giấy mời.")
    if item.closed or item.sheets.filter(member=member, signed_at__isnull=False).exists():
        raise Refusal("Chưa kê khai.", "Bạn đã ký phiếu, hoặc sản phẩm đã kết luận.", "Báo thư ký hội đồng.")
    if conflict and len(clean(detail)) < 5:
        raise Refusal("Chưa kê khai.", "Chưa ghi nội dung xung đột lợi ích.", "Ghi rõ quan hệ với chủ thể.")
    row, _ = Interest.objects.update_or_create(
        item=item, member=member, defaults={"conflict": conflict, "detail": clean(detail)[:500], "declared_at": now}
    )
    found = conflict_of(member, item.dossier.subject, day)
    if conflict or found:
        end_reading(dossier=item.dossier, user=by)
    else:
        reason = f"Thành viên {item.session.council.name}"
        grant_reading(dossier=item.dossier, users=[by], valid_from=day, valid_to=None, reason=reason[:200])
    audit.record(
        "interest.declared",
        item,
        by=by,
        at=now,
        after={"xung đột": conflict, "phát hiện": found, "nội dung": row.detail},
    )
    return row


@transaction.atomic
def set_attendance(*, session: Session, present: Collection[int], by: User, now: datetime) -> None:
    """Record who is present. present  primary keys of members"""
    check_may_run(by, session.council, day_of(now))
    if session.state == Session.CLOSED:
        raise Refusal("Chưa ghi có mặt.", "Phiên đã kết thúc.", "Biên bản giữ danh sách đã ghi.")
    if session.is_written:
        raise Refusal("Chưa ghi có mặt.", "Lấy ý kiến bằng văn bản không họp.", "Phiếu đã ký là phiếu được tính.")
    seats = {seat.pk for seat in seats_of(session)}
    if not set(present) <= seats:
        raise Refusal("Chưa ghi có mặt.", "Có người không thuộc hội đồng.", "Mở lại trang.")
    session.attendance.exclude(member__in=present).update(present=False)
    Attendance.objects.bulk_create(
        [Attendance(session=session, member_id=pk, present=True) for pk in sorted(set(present))],
        update_conflicts=True,
        unique_fields=["session", "member"],
        update_fields=["present"],
    )
    audit.record("session.attendance", session, by=by, at=now, after={"có mặt": sorted(present)})


@transaction.atomic
def open_session(*, session: Session, by: User, now: datetime) -> None:
    """Open the session on its day: invited in time or with the chair's reason, with an agenda.

    Written opinions are asked for as soon as the members are invited, until their last day.
    """
    day = day_of(now)
    check_may_run(by, session.council, day)
    if session.state != Session.PLANNED:
        raise Refusal("Chưa mở phiên.", f"Phiên {session.get_state_display()}.", "Mở lại trang.")
    if session.invited_at is None or not session.items.exists():
        raise Refusal("Chưa mở phiên.", "Phiên chưa có sản phẩm hoặc chưa mời.", "Thêm sản phẩm, mời thành viên trước.")
    if session.is_written and day > session.held_on:
        raise Refusal("Chưa mở phiên.", f"Hạn gửi ý kiến là ngày {vi_date(session.held_on)}.", "Sửa lịch trước.")
    if day < session.held_on and not session.is_written:
        raise Refusal("Chưa mở phiên.", f"Phiên họp ngày {vi_date(session.held_on)}.", "Chờ đến ngày họp.")
    late = late_notice(session)
    if late and not session.short_notice:
        raise Refusal("Chưa mở phiên.", " ".join(late), "Chủ tịch ghi lý do họp gấp, hoặc lùi ngày họp.")
    same = Session.objects.filter(pk=session.pk, version=session.version, state=Session.PLANNED)
    if not same.update(state=Session.OPEN, opened_at=now, version=session.version + 1):
        raise Moved("Chưa mở phiên.")
    session.refresh_from_db()
    audit.record("session.opened", session, by=by, at=now)
