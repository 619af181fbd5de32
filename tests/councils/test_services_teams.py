"""An advisory team by decision: its members read and check dossiers as long as the decisions say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ocop.accounts.models import Appointment, Role, User
from ocop.councils import services
from ocop.councils.models import Team, TeamMember
from ocop.councils.rules import TeamPart
from ocop.councils.services import TeamSeat
from ocop.dossiers.models import Dossier
from ocop.dossiers.permissions import check_may_advise
from ocop.kernel.models import Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at

pytestmark = pytest.mark.django_db
DAY, ONE = date(2026, 9, 10), timedelta(days=1)


def found(stage, parts=(TeamPart.LEAD, TeamPart.MEMBER), **changes):
    """A team of members of the council's list, who have no role of their own."""
    people = stage.world.members[: len(parts)]
    values = {
        "organ": stage.world.province, "name": "Tổ tư vấn Hội đồng cấp tỉnh", "number": "330/QĐ-UBND", "day": DAY,
        "seats": [TeamSeat(user, "Chi cục", part) for user, part in zip(people, parts, strict=True)],
        "by": stage.world.secretaries[0], "now": at(DAY),
    }  # fmt: skip
    return services.found_team(**{**values, **changes})


def change(stage, team, leaving=(), joining=(), **changes):
    values = {
        "team": team, "number": "331/QĐ-UBND", "day": DAY, "valid_from": DAY + 10 * ONE,
        "leaving": [member.pk for member in leaving], "joining": joining, "by": stage.world.secretaries[0],
        "now": at(DAY),
    }  # fmt: skip
    return services.change_team(**{**values, **changes})


def advises(user, day):
    """Whether accounts say so on that day, asked anew."""
    return User.objects.get(pk=user.pk).has_role(Role.ADVISORY_TEAM, day)


def test_members_check_dossiers_from_the_decision_on(stage):
    dossier, user = stage.proposed().dossier, stage.world.members[1]
    assert not Dossier.objects.visible_to(user, DAY).exists()
    team = found(stage)
    user = User.objects.get(pk=user.pk)
    assert Dossier.objects.visible_to(user, DAY).get() == dossier
    check_may_advise(user, dossier, DAY)
    with pytest.raises(Forbidden):
        check_may_advise(user, dossier, DAY - ONE)
    assert not advises(user, DAY - ONE)
    assert [event.kind for event in Event.objects.about(team)] == ["team.founded"]
    assert Team.objects.visible_to(user, DAY).get() == team


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ((TeamPart.MEMBER, TeamPart.DEPUTY), "đúng một Tổ trưởng"),
        ((TeamPart.LEAD, TeamPart.LEAD), "đúng một Tổ trưởng"),
        ((), "đúng một Tổ trưởng"),
    ],
)
def test_a_team_has_one_lead(stage, parts, words):
    with pytest.raises(Refusal, match=words):
        found(stage, parts)
    assert not Team.objects.exists()


def test_nobody_stands_twice_and_only_the_committees_secretary_enters(stage):
    one = TeamSeat(stage.world.members[0], "Chi cục", TeamPart.LEAD)
    with pytest.raises(Refusal, match="hai chỗ"):
        found(stage, seats=[one, TeamSeat(one.user, "Chi cục", TeamPart.MEMBER)])
    for user in (stage.world.officers[0], stage.world.leader, stage.world.team[0], stage.world.producers[0]):
        with pytest.raises(Forbidden):
            found(stage, by=user)
    team = found(stage)
    with pytest.raises(Forbidden):
        change(stage, team, [team.members.last()], by=stage.world.officers[0])


def test_a_member_is_replaced_and_loses_the_role_on_the_day(stage):
    team, new = found(stage), stage.world.members[5]
    gone = team.members.get(part=TeamPart.MEMBER)
    change(stage, team, [gone], [TeamSeat(new, "Sở Y tế", TeamPart.MEMBER)])
    turn = DAY + 10 * ONE
    assert (advises(gone.user, turn - ONE), advises(gone.user, turn)) == (True, False)
    assert (advises(new, turn - ONE), advises(new, turn)) == (False, True)
    assert Appointment.objects.filter(user=new).count() == 1
    with pytest.raises(Refusal, match="đúng một Tổ trưởng"):
        change(stage, team, [team.members.get(part=TeamPart.LEAD)], number="332/QĐ-UBND")


def test_a_substitute_of_some_days_and_the_member_back(stage):
    team, new = found(stage), stage.world.members[5]
    lead = team.members.get(part=TeamPart.LEAD)
    first, last = DAY + 10 * ONE, DAY + 14 * ONE
    change(stage, team, [lead], [TeamSeat(new, "Sở Y tế", TeamPart.LEAD)], until=last)
    assert [advises(lead.user, day) for day in (first - ONE, first, last, last + ONE)] == [True, False, False, True]
    assert [advises(new, day) for day in (first - ONE, first, last, last + ONE)] == [False, True, True, False]
    assert TeamMember.objects.filter(user=lead.user).count() == 2


def test_the_term_ends_the_roles_and_may_go_on(stage):
    team = found(stage)
    user, end = stage.world.members[0], DAY + 100 * ONE

    def term(day, number):
        services.set_team_term(
            team=team, number=number, day=DAY, last_day=day, by=stage.world.secretaries[0], now=at(DAY)
        )

    with pytest.raises(Refusal, match="trước ngày"):
        term(DAY - ONE, "340/QĐ-UBND")
    term(end, "340/QĐ-UBND")
    assert (advises(user, end), advises(user, end + ONE)) == (True, False)
    term(end + 5 * ONE, "341/QĐ-UBND")
    assert (advises(user, end + 5 * ONE), advises(user, end + 6 * ONE)) == (True, False)
