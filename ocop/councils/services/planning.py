"""Planning a session: its day and hour, the order of its agenda, the chair's reason for a short notice."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time

from django.db import transaction

from ocop.accounts.models import User
from ocop.accounts.services import notify
from ocop.kernel import audit, codes, once
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of, vi_date

from ..models import Attendance, Council, EvaluationRound, Item, Session
from ..permissions import check_is_chair, check_may_run, seats_of
from ..queries import rules_of, rules_on
from ..sittings import members_of, when_and_where
from ..timetable import per_day


@transaction.atomic
def plan_session(
    *,
    council: Council,
    name: str,
    held_on: date,
    place: str,
    by: User,
    now: datetime,
    starts_at: time | None = None,
    minutes_each: int | None = None,
    evaluation_round: EvaluationRound | None = None,
    kind: str = Session.MEETING,
    blind: bool = False,
    token: str = "",
) -> Session:
    """Plan a session of a council.

    starts_at, minutes_each  give every product its time; None: not planned yet
    blind  the list of samples tells members codes alone until the session is closed
    kind  of written opinions nobody has to come: held_on is their last day, and all members count as reached
    """
    once.claim(token, now=now)
    check_may_run(by, council, day_of(now))
    session = Session(
        council=council,
        code=codes.new(codes.SHORT),
        name=clean(name),
        held_on=held_on,
        place=clean(place),
        starts_at=starts_at,
        minutes_each=minutes_each,
        evaluation_round=evaluation_round,
        kind=kind,
        blind=blind,
    )
    _check_plan(session, "Chưa lập phiên.")
    session.save()
    if session.is_written:
        Attendance.objects.bulk_create(
            [Attendance(session=session, member=seat, present=True) for seat in seats_of(session)]
        )
    audit.record("session.planned", session, by=by, at=now, after={"name": session.name, "ngày": held_on})
    return session


def _check_plan(session: Session, what: str) -> None:
    """Refuse what cannot be; the session keeps the rules of work in force on its day, whatever comes later."""
    council, day, one = session.council, session.held_on, session.evaluation_round
    if day < council.founded_on or (council.ended_on and day > council.ended_on):
        raise Refusal(what, f"Ngày {vi_date(day)} ngoài nhiệm kỳ hội đồng.", "Chọn ngày khác.")
    in_force = rules_on(council.organ, day)
    if in_force is None:
        raise Refusal(what, f"Ngày {vi_date(day)} không có quy chế cho cấp này.", "Chọn ngày khác.")
    session.rules_body = asdict(in_force.rules)
    if one is not None and one.level != council.level:
        raise Refusal(what, f"{one} không phải đợt của hội đồng này.", "Chọn đợt cùng cấp.")
    if session.is_written and not rules_of(session).written:
        raise Refusal(what, "Quy chế không cho lấy ý kiến bằng văn bản.", "Họp trực tiếp.")
    if session.minutes_each is not None and not per_day(session.minutes_each):
        raise Refusal(what, f"{session.minutes_each} phút dài hơn một buổi làm việc.", "Nhập số phút nhỏ hơn.")


@transaction.atomic
def change_session(
    *,
    session: Session,
    version: int,
    name: str,
    held_on: date,
    place: str,
    by: User,
    now: datetime,
    starts_at: time | None = None,
    minutes_each: int | None = None,
    evaluation_round: EvaluationRound | None = None,
    blind: bool = False,
) -> None:
    """Change what was planned before the session opens; members who were invited are told of another day or place."""
    check_may_run(by, session.council, day_of(now))
    what = "Chưa sửa phiên."
    if session.state != Session.PLANNED:
        raise Refusal(what, f"Phiên {session.get_state_display()}.", "Ngày giờ đã ghi được giữ.")
    wanted = {
        "name": clean(name),
        "held_on": held_on,
        "place": clean(place),
        "starts_at": starts_at,
        "minutes_each": minutes_each,
        "evaluation_round": evaluation_round,
        "blind": blind,
    }
    before = {key: getattr(session, key) for key in wanted}
    for key, value in wanted.items():
        setattr(session, key, value)
    _check_plan(session, what)
    same = Session.objects.filter(pk=session.pk, version=version, state=Session.PLANNED)
    if not same.update(**wanted, rules_body=session.rules_body, version=version + 1):
        raise Moved(what)
    session.refresh_from_db()
    changed = [key for key, value in wanted.items() if value != before[key]]
    if session.invited_at is not None and {"held_on", "starts_at", "place"} & set(changed):
        notify(members_of(session), f"Đổi lịch: {when_and_where(session)}.", path=session.get_absolute_url(), now=now)
    audit.record(
        "session.changed",
        session,
        by=by,
        at=now,
        before={key: _told(before[key]) for key in changed},
        after={key: _told(wanted[key]) for key in changed},
    )


def _told(value: object) -> object:
    """As an event keeps it."""
    return value if value is None or isinstance(value, int | str | date) else str(value)


@transaction.atomic
def allow_short_notice(*, session: Session, reason: str, by: User, now: datetime) -> None:
    """The chair lets a session be held although it was called too late, with a reason that the minutes print."""
    check_is_chair(by, session.council, day_of(now))
    what, reason = "Chưa ghi lý do.", clean(reason)
    if len(reason) < 10:
        raise Refusal(what, "Lý do quá ngắn.", "Ghi rõ vì sao phải họp gấp.")
    same = Session.objects.filter(pk=session.pk, version=session.version, state=Session.PLANNED)
    if not same.update(short_notice=reason[:500], version=session.version + 1):
        raise Refusal(what, f"Phiên {session.get_state_display()}, hoặc vừa được sửa.", "Mở lại trang.")
    session.refresh_from_db()
    audit.record("session.short_notice", session, by=by, at=now, reason=reason)


# The order of the agenda


def sort_agenda(*, session: Session, by: User, now: datetime) -> None:
    """Order the agenda by product set (bộ sản phẩm), in a set by the day of filing."""
    items = session.items.select_related("dossier__scorecard")
    _reorder(session, sorted(items, key=lambda i: (i.dossier.scorecard.set_no, i.dossier.filed_on, i.pk)), by, now)


def move_item(*, item: Item, up: bool, by: User, now: datetime) -> None:
    """Move a product one place up or down the agenda; the first stays first, the last last."""
    items = list(item.session.items.order_by("position", "pk"))
    here = items.index(item)
    there = max(0, here - 1) if up else here + 1
    items.insert(there, items.pop(here))
    _reorder(item.session, items, by, now)


@transaction.atomic
def _reorder(session: Session, items: list[Item], by: User, now: datetime) -> None:
    check_may_run(by, session.council, day_of(now))
    if session.state == Session.CLOSED:
        raise Refusal("Chưa xếp lại.", "Phiên đã kết thúc.", "Biên bản giữ thứ tự đã họp.")
    same = Session.objects.filter(pk=session.pk, version=session.version)
    if not same.update(version=session.version + 1):
        raise Moved("Chưa xếp lại.")
    session.refresh_from_db()
    for position, item in enumerate(items, 1):
        item.position = position
    Item.objects.bulk_update(items, ["position"])
    audit.record("session.reordered", session, by=by, at=now, after={"thứ tự": [item.pk for item in items]})
