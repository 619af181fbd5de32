"""Reading one session's plan: when each product has its turn, whether everything went out in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ocop.kernel.calendar import holidays
from ocop.kernel.refusal import Refusal
from ocop.kernel.time import day_of, vi_date

from .models import Item, Session
from .permissions import seats_of
from .queries import rules_of
from .timetable import Slot, latest_day, short_notice, timetable


def when_and_where(session: Session) -> str:
    """'Phiên chấm đợt 2, 08:00 ngày 15/12/2026, Hội trường số 1'; of written opinions their last day."""
    if session.is_written:
        return f"{session.name}: lấy ý kiến bằng văn bản, ký phiếu đến hết ngày {vi_date(session.held_on)}"
    hour = f"{session.starts_at:%H:%M} " if session.starts_at else ""
    return f"{session.name}, {hour}ngày {vi_date(session.held_on)}, {session.place}"


def members_of(session: Session) -> list[int]:
    """The accounts that an invitation goes to."""
    return [seat.user_id for seat in seats_of(session)]


def turns(session: Session, items: Sequence[Item]) -> list[Slot | None]:
    """Return the planned time of each product of the agenda; None while hour and minutes are not planned."""
    if session.starts_at is None or session.minutes_each is None:
        return [None] * len(items)
    return [*timetable(len(items), session.minutes_each, starts_at=session.starts_at)]


def last_days(session: Session) -> tuple[date, date]:
    """Return the last days in time for the invitation and for the dossiers to be open."""
    rules, table = rules_of(session), holidays()
    return (
        latest_day(session.held_on, rules.notice_days, table),
        latest_day(session.held_on, rules.dossier_days, table),
    )


def late_notice(session: Session, today: date | None = None) -> list[str]:
    """Return what went out too late for this session, in sentences.

    A member opens a dossier once he was invited and it stood on the agenda: from then on it is open.
    today  what it would be if the invitation went out on that day; None: it has gone out
    """
    invited_on = day_of(session.invited_at) if session.invited_at else today
    if invited_on is None or session.is_written:  # nobody has to come
        return []
    added = [day_of(item.added_at) for item in session.items.all() if item.added_at]
    rules = rules_of(session)
    return short_notice(
        session.held_on,
        invited_on,
        max([invited_on, *added]),
        notice_days=rules.notice_days,
        dossier_days=rules.dossier_days,
        table=holidays(),
    )


def check_needs_no_meeting(item: Item, *, deviates: bool) -> None:
    """Refuse to conclude by written opinions what the law wants talked about."""
    next_ = "Lập phiên họp, rồi chuyển sản phẩm sang phiên đó ở trang Chương trình, thời hạn."
    if deviates:
        raise Refusal(
            "Chưa đóng vòng chấm.",
            "Các phiếu chênh lệch quá mức nên phải họp trực tiếp (QĐ 26/2026/QĐ-TTg điều 7 khoản 6 điểm d).",
            next_,
        )
    asked = [
        request.member.user.name for request in item.meeting_requests.select_related("member__user").order_by("pk")
    ]
    if asked:
        raise Refusal("Chưa đóng vòng chấm.", f"Thành viên đề nghị họp trực tiếp: {', '.join(asked)}.", next_)
