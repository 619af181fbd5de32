"""Members come and go by decisions; a session has the council of its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ocop.councils import services
from ocop.councils.models import Council, Interest, Member, Session
from ocop.councils.permissions import is_chair, is_secretary, seats_of
from ocop.councils.queries import board_of, work_for
from ocop.councils.rules import Part
from ocop.dossiers.models import Dossier
from ocop.kernel.models import Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at

pytestmark = pytest.mark.django_db
ONE = timedelta(days=1)


@pytest.fixture
def sitting(stage):
    """Open, everybody present and declared, nobody has scored."""
    return stage.sitting(stage.ready().dossier)


@pytest.fixture
def planned(stage):
    """Invited for its day, not opened."""
    return stage.sitting(stage.ready().dossier, opened=False)


def seat(member, user, **changes):
    """The seat of a member, for somebody else."""
    return replace(services.Seat(user, member.unit, Part(member.part), member.seat), **changes)


def change(sitting, leaving=(), joining=(), **changes):
    values = {
        "council": sitting.council,
        "number": "400/QĐ-UBND",
        "day": sitting.day,
        "valid_from": sitting.day,
        "leaving": [member.pk for member in leaving],
        "joining": joining,
        "by": sitting.secretary,
        "now": sitting.at(8),
    }
    return services.change_members(**{**values, **changes})


def refused(sitting, words, *args, **changes):
    rows, events = list(Member.objects.order_by("pk").values()), Event.objects.count()
    with pytest.raises(Refusal, match=words):
        change(sitting, *args, **changes)
    assert list(Member.objects.order_by("pk").values()) == rows
    assert Event.objects.count() == events


def names(session):
    return {one.user.name for one in seats_of(Session.objects.get(pk=session.pk))}


def test_a_member_is_replaced_for_the_rest_of_the_term(stage, planned):
    gone, new = planned.members[3], stage.world.officers[1]
    decision = change(planned, [gone], [seat(gone, new)])
    assert new.name in names(planned.session)
    assert gone.user.name not in names(planned.session)
    gone.refresh_from_db()
    assert (gone.last_day, gone.left_by) == (planned.day - ONE, decision)
    came = Member.objects.get(user=new)
    assert (came.first_day, came.last_day, came.came_by) == (planned.day, None, decision)
    assert {user.name for user in (new, gone.user) if user.notices.filter(text__contains="400/QĐ-UBND").exists()} == {
        new.name,
        gone.user.name,
    }
    assert [event.kind for event in Event.objects.about(planned.council)] == ["council.founded", "council.changed"]


def test_a_substitute_sits_for_one_session_and_the_member_is_back_the_day_after(stage, planned):
    gone, new = planned.members[0], stage.world.officers[1]  # the chair
    change(planned, [gone], [seat(gone, new)], until=planned.day)

    def chairs(day):
        return {user.name for user in (gone.user, new) if is_chair(user, planned.council, day)}

    assert chairs(planned.day - ONE) == chairs(planned.day + ONE) == {gone.user.name}
    assert chairs(planned.day) == {new.name}
    assert new.name in names(planned.session)
    assert gone.user.name not in names(planned.session)


def test_one_person_leaves_and_comes_back_later(stage, planned):
    one, day = planned.members[6], planned.day
    change(planned, [one], [seat(one, stage.world.officers[1])], valid_from=day + ONE)
    stand_in = Member.objects.get(user=stage.world.officers[1])
    change(planned, [stand_in], [seat(one, one.user)], number="401/QĐ-UBND", valid_from=day + 9 * ONE)
    days = Member.objects.filter(user=one.user).order_by("pk").values_list("first_day", "last_day")
    assert list(days) == [(one.first_day, day), (day + 9 * ONE, None)]


def test_a_changed_part_is_a_new_row_and_old_sessions_keep_the_old_one(planned):
    deputy, member = planned.members[1], planned.members[2]
    change(
        planned,
        [deputy, member],
        [seat(deputy, deputy.user, part=Part.MEMBER), seat(member, member.user, part=Part.DEPUTY)],
        valid_from=planned.day + ONE,
    )
    rows = {row.user_id: row.part for row in seats_of(planned.session)}
    assert (rows[deputy.user_id], rows[member.user_id]) == (Part.DEPUTY, Part.MEMBER)
    now = Member.objects.in_force_on(planned.day + ONE).filter(council=planned.council)
    assert now.get(part=Part.DEPUTY).user == member.user
    assert now.count() == 10


def test_a_council_stays_whole_on_every_day(stage, planned):
    health = next(m for m in planned.members if m.seat == "health")
    chair, secretary = planned.members[0], Member.objects.get(part=Part.SECRETARY)
    refused(planned, "Thiếu đại diện: Sở Y tế", [health])
    refused(planned, "Thiếu đại diện: Sở Y tế", [health], [seat(health, stage.world.officers[1], seat="")])
    refused(planned, "đúng một Chủ tịch", [chair], [seat(chair, stage.world.officers[1], part=Part.MEMBER)])
    refused(planned, "đúng một Chủ tịch", [], [seat(chair, stage.world.officers[1])])
    refused(planned, "Chưa có thư ký", [secretary])
    refused(planned, "hai chỗ", [], [seat(health, chair.user)])
    two = [m for m in planned.members if m.seat == "specialised"]
    change(planned, two[:1])  # the other one still stands for it
    refused(planned, "Thiếu đại diện: Đơn vị quản lý chuyên ngành", two[1:], number="401/QĐ-UBND")


def test_a_later_substitution_is_looked_at_too(stage, planned):
    first, second = (m for m in planned.members if m.seat == "specialised")
    change(planned, [first], until=planned.day)
    words = rf"Từ ngày {planned.day:%d/%m/%Y}: Thiếu đại diện: Đơn vị quản lý chuyên ngành"
    refused(planned, words, [second], number="401/QĐ-UBND", valid_from=planned.day - 2 * ONE)
    refused(planned, "Đã ghi thay đổi khác", [first], number="401/QĐ-UBND", valid_from=planned.day - 2 * ONE)


@pytest.mark.parametrize(
    ("days", "words"),
    [(-400, "ngoài nhiệm kỳ"), (400, "ngoài nhiệm kỳ"), (-4, "không phải thành viên trước ngày")],
)
def test_a_change_lies_in_the_term(stage, planned, days, words):
    services.set_term(
        council=planned.council, number="399/QĐ-UBND", day=planned.day, last_day=planned.day + 90 * ONE,
        by=planned.secretary, now=planned.at(8),
    )  # fmt: skip
    gone = planned.members[3]
    if days == -4:
        change(planned, [], [seat(gone, stage.world.officers[1], seat="")], valid_from=planned.day - 4 * ONE)
        gone = Member.objects.get(user=stage.world.officers[1])
    refused(planned, words, [gone], number="401/QĐ-UBND", valid_from=planned.day + days * ONE)


def test_only_the_secretary_of_the_committee_changes_it(stage, planned):
    for user in (planned.chair, stage.world.officers[0], stage.world.leader, stage.world.producers[0]):
        with pytest.raises(Forbidden):
            change(planned, [planned.members[8]], by=user)
        with pytest.raises(Forbidden):
            services.set_term(
                council=planned.council, number="402/QĐ-UBND", day=planned.day, last_day=planned.day,
                by=user, now=planned.at(8),
            )  # fmt: skip


def test_one_decision_is_entered_once(planned):
    change(planned, [planned.members[8]], token="t")
    refused(planned, "đã được gửi", [planned.members[7]], token="t")
    refused(planned, "đã có quyết định số 400", [planned.members[5]])


# Removed between scoring and closing


def test_who_signed_in_a_session_is_of_it(sitting):
    signer, other = sitting.members[7], sitting.members[8]
    sitting.sign(signer, 72)
    refused(sitting, f"Đã ký phiếu trong phiên: .*{signer.user.name.split()[0]}", [signer])
    change(sitting, [other], valid_from=sitting.day + ONE)  # from the day after


def test_a_sheet_that_the_chair_reopened_no_longer_holds_its_member(sitting):
    signer = sitting.members[8]
    sheet = sitting.sign(signer, 72)
    services.reopen_sheet(sheet=sheet, reason="Thành viên có liên quan đến chủ thể", by=sitting.chair, now=sitting.at())
    change(sitting, [signer])
    for member in sitting.members[:8]:
        sitting.sign(member, 72)
    row = board_of(sitting.item, sitting.day)
    assert (row.members, row.present, row.waiting) == (8, 8, [])
    conclusion = sitting.conclude()
    assert (conclusion.points, conclusion.sheets) == (8 * 72, 8)


def test_whoever_left_while_the_session_goes_on_signs_nothing_more_and_his_signed_sheet_counts(sitting):
    late = sitting.members[8]
    for member in sitting.members[:8]:
        sitting.sign(member, 72)
    open_sheet = sitting.fill(late, sitting.answers(72))
    change(sitting, [late], valid_from=sitting.day + ONE)
    next_day = at(sitting.day + ONE, 9)
    with pytest.raises(Refusal, match="thôi là thành viên"):
        services.sign_sheet(sheet=open_sheet, by=late.user, now=next_day)
    services.excuse_member(
        item=sitting.item, member=late, reason="Thôi tham gia Hội đồng theo quyết định", by=sitting.chair, now=next_day
    )
    assert services.close_item(item=sitting.item, by=sitting.secretary, now=next_day).sheets == 8


def test_a_change_does_not_reach_back_into_a_session_that_has_ended(sitting):
    sitting.sign_all(72)
    sitting.conclude()
    services.close_session(session=sitting.session, by=sitting.secretary, now=sitting.at(11))
    secretary = Member.objects.get(part=Part.SECRETARY)
    new = seat(secretary, sitting.stage.world.secretaries[1])
    refused(sitting, "đã kết thúc với hội đồng khi đó", [secretary], [new])
    change(sitting, [secretary], [new], valid_from=sitting.day + ONE)
    assert is_secretary(new.user, sitting.council, sitting.day + ONE)


def test_leaving_ends_reading_and_work_and_sight_of_later_sessions(stage, planned):
    gone, new, day = planned.members[8], stage.world.producers[1], planned.day
    planned.declare(gone)
    assert Dossier.objects.visible_to(gone.user, day).exists()
    change(planned, [gone], [seat(gone, new)])
    assert not Dossier.objects.visible_to(gone.user, day).exists()
    assert not Session.objects.visible_to(gone.user, day).exists()
    assert Council.objects.visible_to(gone.user, day).exists()  # that he was of it
    assert [work for work in work_for(gone.user, day) if "Kê khai" in work.title] == []
    assert [work.title for work in work_for(new, day)] == ["Kê khai lợi ích: Bánh khảo (mẫu)"]
    with pytest.raises(Forbidden):
        planned.declare(gone)
    planned.declare(Member.objects.get(user=new))
    assert Interest.objects.filter(member__user=new).exists()


# The term


def test_a_term_ends_by_decision_and_not_before_a_planned_session(planned):
    def end(day, number="410/QĐ-UBND"):
        return services.set_term(
            council=planned.council,
            number=number,
            day=planned.day,
            last_day=day,
            by=planned.secretary,
            now=planned.at(8),
        )

    with pytest.raises(Refusal, match="họp ngày"):
        end(planned.day - ONE)
    decision = end(planned.day)
    council = Council.objects.get()
    assert (council.ended_on, council.term_decision) == (planned.day, decision)
    with pytest.raises(Refusal, match="không đổi"):
        end(planned.day, "411/QĐ-UBND")
    with pytest.raises(Refusal, match="ngoài nhiệm kỳ"):
        services.plan_session(
            council=council, name="Phiên sau", held_on=planned.day + ONE, place="x", by=planned.secretary,
            now=planned.at(9),
        )  # fmt: skip
    end(date(2027, 12, 31), "412/QĐ-UBND")  # it goes on longer
    assert Council.objects.get().ended_on == date(2027, 12, 31)
