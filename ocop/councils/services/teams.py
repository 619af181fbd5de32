"""The advisory team (Tổ tư vấn): founded and changed by decisions, which give its members their role in accounts.

Source: QĐ 26/2026/QĐ-TTg art. 7(3)b, c. What a member of the team reads and writes hangs on that role alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from ocop.accounts.models import Agency, Role, User
from ocop.accounts.services import appoint_by_decision, notify, set_last_day_by_decision
from ocop.documents.models import Document
from ocop.documents.services import record_document
from ocop.kernel import audit, once
from ocop.kernel.refusal import Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of, in_force, vi_date

from .. import succession
from ..models import Team, TeamMember
from ..permissions import check_may_found
from ..rules import TeamPart, team_fault


@dataclass(frozen=True)
class TeamSeat:
    """One line of a decision on an advisory team."""

    user: User
    unit: str
    part: TeamPart
    title: str = ""

    def member(self, team: Team, decision: Document, *, first_day: date, last_day: date | None = None) -> TeamMember:
        """The row of this line, still without its appointment."""
        return TeamMember(
            team=team,
            user=self.user,
            unit=self.unit,
            title=self.title,
            part=self.part,
            first_day=first_day,
            last_day=last_day,
            came_by=decision,
        )


@transaction.atomic
def found_team(
    *,
    organ: Agency,
    name: str,
    number: str,
    day: date,
    seats: Sequence[TeamSeat],
    by: User,
    now: datetime,
    ended_on: date | None = None,
    token: str = "",
) -> Team:
    """Found an advisory team by a decision; its members may check dossiers from that day on.

    :raises Refusal: no right, no or two leads, one person twice, or somebody who has the role from that day already
    """
    once.claim(token, now=now)
    what = "Chưa lập Tổ."
    check_may_found(by, organ, day_of(now), what=what)
    if ended_on and ended_on < day:
        raise Refusal(what, "Ngày cuối đứng trước ngày quyết định.", "Kiểm tra lại các ngày.")
    if fault := team_fault([(seat.user.pk, seat.part) for seat in seats]):
        raise Refusal(what, *fault)
    decision = record_document(
        organ=organ, kind="QĐ", number=number, day=day, summary=f"Thành lập {clean(name)}", by=by, now=now
    )
    team = Team.objects.create(name=clean(name), organ=organ, decision=decision, founded_on=day, ended_on=ended_on)
    _seat(team, [seat.member(team, decision, first_day=day) for seat in seats], by=by, now=now)
    audit.record(
        "team.founded",
        team,
        by=by,
        at=now,
        after={"quyết định": decision.number, "thành viên": [seat.user.name for seat in seats]},
    )
    return team


@transaction.atomic
def change_team(
    *,
    team: Team,
    number: str,
    day: date,
    valid_from: date,
    leaving: Collection[int],
    joining: Sequence[TeamSeat],
    by: User,
    now: datetime,
    until: date | None = None,
    token: str = "",
) -> Document:
    """Let members leave and others come by a decision; as change_members, without sessions to look at."""
    once.claim(token, now=now)
    what = "Chưa thay đổi thành viên."
    team = Team.objects.select_for_update().get(pk=team.pk)
    check_may_found(by, team.organ, day_of(now), what=what)
    if not in_force(team.founded_on, team.ended_on, valid_from) or (until and not valid_from <= until):
        raise Refusal(what, f"Ngày {vi_date(valid_from)} ngoài nhiệm kỳ hoặc sau ngày cuối.", "Kiểm tra lại các ngày.")
    members = list(team.members.select_related("user", "appointment__user").order_by("pk"))
    out = succession.who_leaves(members, leaving, valid_from, what=what, alone=not joining)
    decision = record_document(
        organ=team.organ, kind="QĐ", number=number, day=day, summary=f"Thay đổi {team.name}", by=by, now=now
    )
    came = [seat.member(team, decision, first_day=valid_from, last_day=until) for seat in joining]
    came += succession.back_again(out, until, decision)
    succession.leave(out, valid_from, decision)
    for turn in sorted({valid_from} | {member.first_day for member in came}):
        seats = [(m.user_id, m.part) for m in [*members, *came] if m.sits_on(turn)]
        if fault := team_fault(seats):
            raise Refusal(f"{what} Từ ngày {vi_date(turn)}:", *fault)
    TeamMember.objects.bulk_update(out, ["last_day", "left_by"])
    ending = [member.appointment for member in out]
    set_last_day_by_decision(appointments=ending, last_day=valid_from - succession.ONE_DAY, by=by, now=now)
    _seat(team, came, by=by, now=now)
    here, gone = {seat.user.pk for seat in joining}, {member.user_id for member in out}
    news = succession.words(team, decision, valid_from, until)
    notify(gone - here, f"Bạn thôi tham gia {news}", path=team.get_absolute_url(), now=now)
    notify(here, f"Bạn tham gia {news}", path=team.get_absolute_url(), now=now)
    audit.record(
        "team.changed",
        team,
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


def _seat(team: Team, members: Sequence[TeamMember], *, by: User, now: datetime) -> None:
    """Write the rows with the role of their days, those of one term together."""
    terms: dict[tuple[date, date | None], list[TeamMember]] = {}
    for member in members:
        terms.setdefault((member.first_day, member.last_day or team.ended_on), []).append(member)
    for (first, last), seated in terms.items():  # two at most: who comes, and who is back after a substitution
        given = appoint_by_decision(
            users=[member.user for member in seated],
            role=Role.ADVISORY_TEAM,
            agency=team.organ,
            valid_from=first,
            valid_to=last or team.organ.valid_to,
            by=by,
            now=now,
        )
        for member, appointment in zip(seated, given, strict=True):
            member.appointment = appointment
    TeamMember.objects.bulk_create(members)


@transaction.atomic
def set_team_term(
    *, team: Team, number: str, day: date, last_day: date, by: User, now: datetime, token: str = ""
) -> Document:
    """Set the last day of a team by a decision, and with it of its members' role.

    :raises Refusal: no right, before its founding, or before somebody's first day
    """
    once.claim(token, now=now)
    what = "Chưa ghi nhiệm kỳ."
    team = Team.objects.select_for_update().get(pk=team.pk)
    check_may_found(by, team.organ, day_of(now), what=what)
    staying = list(team.members.filter(last_day=None).select_related("appointment__user").order_by("pk"))
    first = max([team.founded_on, *(member.first_day for member in staying)])
    if last_day < first or last_day == team.ended_on:
        raise Refusal(what, f"Ngày cuối không đổi, hoặc trước ngày {vi_date(first)}.", "Kiểm tra lại ngày.")
    decision = record_document(
        organ=team.organ, kind="QĐ", number=number, day=day, summary=f"Nhiệm kỳ {team.name}", by=by, now=now
    )
    before = team.ended_on
    Team.objects.filter(pk=team.pk).update(ended_on=last_day, term_decision=decision)
    set_last_day_by_decision(appointments=[m.appointment for m in staying], last_day=last_day, by=by, now=now)
    audit.record(
        "team.term_set",
        team,
        by=by,
        at=now,
        before={"đến": before},
        after={"đến": last_day, "quyết định": decision.number},
    )
    return decision
