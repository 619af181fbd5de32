"""Changing who sits in a council, and its term, by later decisions of the committee that founded it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction

from ocop.accounts.models import User
from ocop.accounts.services import notify
from ocop.documents.models import Document
from ocop.documents.services import record_document
from ocop.dossiers.services import end_readings
from ocop.kernel import audit, once
from ocop.kernel.refusal import Refusal
from ocop.kernel.time import day_of, in_force, vi_date

from .. import succession
from ..models import Council, Item, Member, Session, Sheet
from ..permissions import check_may_found
from ..queries import rules_on
from ..rules import composition_fault
from .founding import Seat


@transaction.atomic
def change_members(
    *,
    council: Council,
    number: str,
    day: date,
    valid_from: date,
    leaving: Collection[int],
    joining: Sequence[Seat],
    by: User,
    now: datetime,
    until: date | None = None,
    token: str = "",
) -> Document:
    """Let members leave and others come by a decision; a changed part or seat is leaving and coming.

    leaving  primary keys of members; until  the last day of a substitution: then the joiners go, the leavers are back
    A session has the council of its day. Who signed a sheet in it was of it, so no change reaches back before that
    day; whoever leaves while a session goes on signs nothing more, his signed sheets count.
    :raises Refusal: no right, nobody, outside the term, a session that has ended or in which one of them signed,
      or a council that would break the rules on one of the days
    """
    once.claim(token, now=now)
    what = "Chưa thay đổi thành viên."
    council = Council.objects.select_for_update().get(pk=council.pk)  # two decisions come one after the other
    check_may_found(by, council.organ, day_of(now), what=what)
    last = until or council.ended_on
    if not in_force(council.founded_on, council.ended_on, valid_from) or (until and not valid_from <= until):
        raise Refusal(what, f"Ngày {vi_date(valid_from)} ngoài nhiệm kỳ hoặc sau ngày cuối.", "Kiểm tra lại các ngày.")
    members = list(council.members.select_related("user").order_by("pk"))
    out = succession.who_leaves(members, leaving, valid_from, what=what, alone=not joining)
    sessions = [s for s in council.sessions.order_by("held_on", "pk") if in_force(valid_from, last, s.held_on)]
    _check_sessions(what, sessions, out)
    decision = record_document(
        organ=council.organ, kind="QĐ", number=number, day=day, summary=f"Thay đổi {council.name}", by=by, now=now
    )
    came = [seat.member(council, decision, first_day=valid_from, last_day=until) for seat in joining]
    came += succession.back_again(out, until, decision)
    succession.leave(out, valid_from, decision)
    _check_days(what, council, [*members, *came], valid_from)
    Member.objects.bulk_update(out, ["last_day", "left_by"])
    Member.objects.bulk_create(came)
    items = Item.objects.filter(session__in=[s for s in sessions if s.state != Session.CLOSED], closed=False)
    end_readings(dossiers=items.values_list("dossier", flat=True), users=[member.user_id for member in out])
    here, gone = {seat.user.pk for seat in joining}, {member.user_id for member in out}
    news = succession.words(council, decision, valid_from, until)
    notify(gone - here, f"Bạn thôi tham gia {news}", path=council.get_absolute_url(), now=now)
    notify(here, f"Bạn tham gia {news}", path=council.get_absolute_url(), now=now)
    audit.record(
        "council.changed",
        council,
        by=by,
        at=now,
        before={"thôi": [member.user.name for member in out]},
        after={
            "quyết định": decision.number,
            "từ": valid_from,
            "đến": until,
            "tham gia": [seat.user.name for seat in joining],
        },
    )
    return decision


def _check_sessions(what: str, sessions: Sequence[Session], out: Sequence[Member]) -> None:
    """Refuse a change that reaches back into a session that has ended, or takes out somebody who signed in it."""
    if ended := [session for session in sessions if session.state == Session.CLOSED]:
        raise Refusal(
            what,
            f"{ended[-1]} ngày {vi_date(ended[-1].held_on)} đã kết thúc với hội đồng khi đó.",
            "Chọn ngày có hiệu lực sau ngày họp.",
        )
    signed = Sheet.objects.filter(item__session__in=sessions, member__in=out, signed_at__isnull=False)
    if names := sorted({sheet.member.user.name for sheet in signed.select_related("member__user")}):
        raise Refusal(
            what,
            f"Đã ký phiếu trong phiên: {', '.join(names)}. Phiếu ký khi còn là thành viên vẫn được tính.",
            "Chọn ngày có hiệu lực sau ngày họp; hoặc Chủ tịch mở lại phiếu của sản phẩm chưa kết luận, có lý do.",
        )


def _check_days(what: str, council: Council, members: Sequence[Member], first: date) -> None:
    """Refuse unless the council is whole on that day and on every later one on which somebody comes or goes."""
    turns = {member.first_day for member in members}
    turns |= {member.last_day + succession.ONE_DAY for member in members if member.last_day is not None}
    for day in sorted({first} | {turn for turn in turns if in_force(first, council.ended_on, turn)}):
        found = rules_on(council.organ, day)
        if found is None:
            raise Refusal(what, f"Ngày {vi_date(day)} không có quy chế cho cấp này.", "Kiểm tra lại các ngày.")
        seats = [(m.user_id, m.part, m.seat) for m in members if m.sits_on(day)]
        if fault := composition_fault(found.rules, seats):
            raise Refusal(f"{what} Từ ngày {vi_date(day)}:", *fault)


@transaction.atomic
def set_term(
    *, council: Council, number: str, day: date, last_day: date, by: User, now: datetime, token: str = ""
) -> Document:
    """Set the last day of a council by a decision: it ends earlier, or goes on longer.

    :raises Refusal: no right, before its founding, or before a session that was planned or held
    """
    once.claim(token, now=now)
    what = "Chưa ghi nhiệm kỳ."
    council = Council.objects.select_for_update().get(pk=council.pk)
    check_may_found(by, council.organ, day_of(now), what=what)
    if last_day < council.founded_on or last_day == council.ended_on:
        raise Refusal(what, "Ngày cuối không đổi, hoặc trước ngày thành lập.", "Kiểm tra lại ngày.")
    late = council.sessions.filter(held_on__gt=last_day).order_by("held_on").first()
    if late is not None:
        raise Refusal(what, f"{late} họp ngày {vi_date(late.held_on)}.", "Chọn ngày cuối từ ngày đó trở đi.")
    decision = record_document(
        organ=council.organ, kind="QĐ", number=number, day=day, summary=f"Nhiệm kỳ {council.name}", by=by, now=now
    )
    before = council.ended_on
    Council.objects.filter(pk=council.pk).update(ended_on=last_day, term_decision=decision)
    audit.record(
        "council.term_set",
        council,
        by=by,
        at=now,
        before={"đến": before},
        after={"đến": last_day, "quyết định": decision.number},
    )
    return decision
