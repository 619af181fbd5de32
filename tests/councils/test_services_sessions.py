"""Sessions: agenda, invitation, interests, attendance, opening."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ocop.councils import services
from ocop.councils.models import Interest, Item
from ocop.councils.queries import board_of, ready_for, work_for
from ocop.councils.rules import Part
from ocop.dossiers.models import Dossier, Grant
from ocop.kernel.models import Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at
from ocop.registry.models import Subject, TieKind
from ocop.registry.services import tie
from ocop.scorecards.models import Scorecard
from tests.factories import reread
from tests.ground import standing

pytestmark = pytest.mark.django_db


@standing
def sitting(stage):
    """Invited; nobody has declared."""
    return stage.sitting(stage.ready().dossier, opened=False)


def plan(sitting, **changes):
    values = {
        "council": sitting.council,
        "name": "Phiên 2",
        "held_on": sitting.day,
        "place": "Phòng 2",
        "by": sitting.secretary,
        "now": sitting.at(7),
    }
    return services.plan_session(**{**values, **changes})


# Agenda


def test_a_session_lies_within_the_councils_term(sitting):
    founded = sitting.council.founded_on
    with pytest.raises(Refusal, match="ngoài nhiệm kỳ"):
        plan(sitting, held_on=founded - timedelta(days=1))
    assert plan(sitting, held_on=founded).held_on == founded


def test_a_session_of_a_council_that_ended_is_refused(stage):
    """The old province's council ends with the province on 30/6/2025."""
    council = stage.walk.council("province", date(2025, 5, 20))
    values = {"council": council, "name": "P", "place": "P", "by": stage.world.secretaries[0]}
    now = at(date(2025, 6, 1))
    services.plan_session(**values, held_on=date(2025, 6, 30), now=now)
    with pytest.raises(Refusal, match="ngoài nhiệm kỳ"):
        services.plan_session(**values, held_on=date(2025, 7, 1), now=now)


def test_only_the_secretary_runs_a_session(stage, sitting):
    world = stage.world
    for user in (sitting.chair, world.officers[0], world.leader, world.districts["073"].secretary, world.producers[0]):
        with pytest.raises(Forbidden):
            plan(sitting, by=user)
        with pytest.raises(Forbidden):
            services.invite(session=sitting.session, by=user, now=sitting.at(8))
        with pytest.raises(Forbidden):
            services.set_attendance(session=sitting.session, present=[], by=user, now=sitting.at(8))
        with pytest.raises(Forbidden):
            services.open_session(session=sitting.session, by=user, now=sitting.at(8))
        with pytest.raises(Forbidden):
            services.remove_item(item=sitting.item, reason="Nhầm phiên", by=user, now=sitting.at(8))
    plan(sitting, by=world.secretaries[1])  # a colleague at the same committee


@pytest.mark.parametrize("step", ["filed", "proposed"])
def test_a_dossier_that_does_not_wait_for_a_council_is_refused(stage, sitting, step):
    dossier = getattr(stage, step)(name="Khác (mẫu)").dossier
    events = Event.objects.count()
    with pytest.raises(Refusal, match="không chờ hội đồng này"):
        services.add_item(session=sitting.session, dossier=dossier, by=sitting.secretary, now=sitting.at(8))
    assert Event.objects.count() == events


def test_a_product_stands_on_one_agenda(sitting):
    other = plan(sitting)
    with pytest.raises(Refusal, match="không chờ hội đồng này"):
        services.add_item(session=other, dossier=sitting.item.dossier, by=sitting.secretary, now=sitting.at(8))
    assert Item.objects.count() == 1


def test_a_district_council_takes_the_dossiers_of_its_own_communes(stage):
    mine = stage.ready_at_district(name="A").dossier
    theirs = stage.filed(name="B", filed_on=date(2024, 3, 12), commune="02464").dossier  # Yên Sơn
    assert theirs.commune.parent.code != mine.commune.parent.code
    Dossier.objects.filter(pk=theirs.pk).update(step="ready_district")
    sitting = stage.sitting(mine)
    with pytest.raises(Refusal, match="không chờ hội đồng này"):
        services.add_item(session=sitting.session, dossier=reread(theirs), by=sitting.secretary, now=sitting.at(8))
    assert ready_for(sitting.council) == []


def test_tea_under_2023_has_only_part_of_its_scorecard_and_comes_before_no_council(stage):
    dossier = stage.ready(set_no=11, filed_on=date(2025, 10, 8)).dossier
    assert dossier.scorecard.code == "2023-11-tea"
    assert dossier.scorecard.status == "partial"
    with pytest.raises(Refusal, match="Bộ tiêu chí 2023-11-tea chưa đầy đủ"):
        stage.sitting(dossier)
    assert reread(dossier).step == "ready_province"
    assert Scorecard.objects.filter(regime="2023", set_no__in=[11, 12], status="partial").count() == 2


def test_a_council_of_five_from_before_22_5_2026_does_not_judge_a_dossier_of_the_new_law(stage):
    world = stage.world
    old_dossier, new_dossier = (
        stage.ready(name=name, filed_on=day).dossier for name, day in (("A", date(2026, 5, 4)), ("B", date(2026, 6, 1)))
    )
    seats = [*world.provincial_seats()[:5], world.provincial_seats()[-1]]
    by = world.secretaries[0]
    council = services.found_council(
        organ=world.province,
        level="province",
        name="Hội đồng 5 người",
        number="100/QĐ-UBND",
        day=date(2026, 5, 15),
        seats=seats,
        by=by,
        now=at(date(2026, 5, 15)),
    )
    now = at(date(2026, 7, 1))
    session = services.plan_session(council=council, name="P", held_on=date(2026, 7, 1), place="P", by=by, now=now)
    services.add_item(session=session, dossier=old_dossier, by=by, now=now)
    with pytest.raises(Refusal, match=r"thiếu đại diện: Sở Văn hóa, Thể thao và Du lịch; Đơn vị tham mưu"):
        services.add_item(session=session, dossier=new_dossier, by=by, now=now)


def test_dossiers_are_added_all_or_none(stage, sitting):
    good, bad = stage.ready(name="A").dossier, stage.proposed(name="B").dossier
    with pytest.raises(Refusal):
        services.add_items(session=sitting.session, dossiers=[good, bad], by=sitting.secretary, now=sitting.at(8))
    assert Item.objects.count() == 1
    assert reread(good).step == "ready_province"
    other = stage.ready(name="C").dossier
    pair = [reread(good), other]
    assert services.add_items(session=sitting.session, dossiers=pair, by=sitting.secretary, now=sitting.at(8)) == 2
    assert list(Item.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3]


def test_a_product_leaves_the_agenda_with_a_reason_until_somebody_signed(stage):
    sitting = stage.sitting(stage.ready().dossier)
    with pytest.raises(Refusal, match="Chưa có lý do"):
        services.remove_item(item=sitting.item, reason=" ", by=sitting.secretary, now=sitting.at(9))
    sheet = sitting.sign(sitting.members[0], 72)
    with pytest.raises(Refusal, match="Đã có phiếu ký"):
        services.remove_item(item=sitting.item, reason="Chờ kiểm nghiệm", by=sitting.secretary, now=sitting.at(9))
    reason = "Xem lại ảnh chụp ở tiêu chí 2.1"
    services.reopen_sheet(sheet=sheet, reason=reason, by=sitting.chair, now=sitting.at(9))
    dossier = sitting.item.dossier
    services.remove_item(item=sitting.item, reason="Chờ kiểm nghiệm", by=sitting.secretary, now=sitting.at(9))
    assert reread(dossier).step == "ready_province"
    assert not Item.objects.exists()
    assert not Grant.objects.exists()


# Invitation and interests


def test_nobody_is_invited_to_nothing(sitting):
    with pytest.raises(Refusal, match="chưa có sản phẩm"):
        services.invite(session=plan(sitting), by=sitting.secretary, now=sitting.at(8))


def test_every_member_gets_an_invitation(stage, sitting):
    assert all("Mời họp" in m.user.notices.get().text for m in sitting.council.members.select_related("user"))
    assert not stage.world.secretaries[1].notices.exists()


def test_interests_are_declared_after_the_invitation_by_those_who_score(stage, sitting):
    session = plan(sitting)
    item = services.add_item(
        session=session, dossier=stage.ready(name="A").dossier, by=sitting.secretary, now=sitting.at(8)
    )
    member = sitting.members[2].user
    with pytest.raises(Refusal, match="chưa mời thành viên"):
        services.declare_interest(item=item, conflict=False, detail="", by=member, now=sitting.at(8))
    for user in (sitting.secretary, stage.world.officers[0], stage.world.producers[0]):
        with pytest.raises(Forbidden):
            services.declare_interest(item=sitting.item, conflict=False, detail="", by=user, now=sitting.at(8))
    assert not Interest.objects.exists()


def test_a_conflict_is_declared_with_what_it_is(sitting):
    member = sitting.members[2].user
    with pytest.raises(Refusal, match="Chưa ghi nội dung xung đột"):
        services.declare_interest(item=sitting.item, conflict=True, detail=" a ", by=member, now=sitting.at(8))
    assert not Interest.objects.exists()


def state(sitting, member):
    return next(d.state for d in board_of(sitting.item, sitting.day).duties if d.member == member)


def refused_to_score(sitting, member, words):
    with pytest.raises(Refusal, match=words):
        sitting.start(member)


def test_who_has_not_declared_does_not_score(stage):
    sitting = stage.sitting(stage.ready().dossier, opened=False)
    late = sitting.members[4]
    sitting.declare(*[m for m in sitting.members if m != late])
    sitting.attend(*sitting.members)
    services.open_session(session=sitting.session, by=sitting.secretary, now=sitting.at(8))
    sitting.reread()
    assert state(sitting, late) == "undeclared"
    refused_to_score(sitting, late, "chưa kê khai lợi ích")
    sitting.declare(late)
    assert sitting.start(late).member == late


def test_whoever_declared_a_conflict_does_not_score(stage):
    sitting = stage.sitting(stage.ready().dossier)
    tied = sitting.members[4]
    sitting.declare(tied, conflict=True)
    assert state(sitting, tied) == "recused"
    refused_to_score(sitting, tied, "Là người thân của chủ thể")


@pytest.mark.parametrize("how", ["person", "agency", "name"])
def test_a_tie_recuses_whatever_the_member_declared(stage, how):
    sitting = stage.sitting(stage.ready().dossier, opened=False)
    tied, subject = sitting.members[4], sitting.item.dossier.subject
    if how == "person":
        tie(subject=subject, kind=TieKind.RELATIVE, user=tied.user, valid_from=date(2020, 1, 1), source="Sổ hộ khẩu")
        words = "Thành viên người thân của chủ thể"
    elif how == "agency":
        agency = stage.world.communes["02509"].organ
        tied.agency = agency
        tied.save(update_fields=["agency"])
        tie(subject=subject, kind=TieKind.SUPPORT, agency=agency, valid_from=date(2020, 1, 1), source="Hợp đồng hỗ trợ")
        words = "Cơ quan của thành viên đã hỗ trợ chủ thể"
    else:
        Subject.objects.filter(pk=subject.pk).update(legal_representative=tied.user.name.upper().replace("Ă", "A"))
        words = "Trùng họ tên với đại diện pháp luật"
        sitting.reread()
    sitting.declare()
    sitting.attend(*sitting.members)
    services.open_session(session=sitting.session, by=sitting.secretary, now=sitting.at(8))
    sitting.reread()
    assert not Interest.objects.get(member=tied).conflict
    assert not Dossier.objects.visible_to(tied.user, sitting.day).exists()
    assert state(sitting, tied) == "recused"
    refused_to_score(sitting, tied, words)
    assert sitting.start(sitting.members[5])


@pytest.mark.parametrize(
    ("first", "last", "bars"),
    [
        (date(2026, 10, 1), None, True),
        (date(2026, 10, 2), None, False),
        (date(2020, 1, 1), date(2026, 10, 1), True),
        (date(2020, 1, 1), date(2026, 9, 30), False),
    ],
)
def test_a_tie_bars_in_its_days(stage, first, last, bars):
    sitting = stage.sitting(stage.ready().dossier, day=date(2026, 10, 1))
    tied = sitting.members[4]
    tie(
        subject=sitting.item.dossier.subject,
        kind=TieKind.SUPPORT,
        user=tied.user,
        valid_from=first,
        valid_to=last,
        source="Hợp đồng hỗ trợ",
    )
    if bars:
        refused_to_score(sitting, tied, "đã hỗ trợ chủ thể")
    else:
        assert sitting.start(tied)


def test_a_tie_to_another_subject_bars_nothing(stage):
    sitting = stage.sitting(stage.ready().dossier)
    other = stage.filed(name="Khác", subject="Hợp tác xã khác (mẫu)").dossier.subject
    tie(subject=other, kind=TieKind.MEMBER, user=sitting.members[4].user, valid_from=date(2020, 1, 1), source="x")
    assert sitting.start(sitting.members[4])


def test_the_officer_who_wrote_form_03_does_not_sit_on_the_council(stage):
    dossier = stage.ready().dossier
    officer = stage.world.communes["02287"].officers[0]
    seats = [*stage.world.provincial_seats(), services.Seat(officer, "UBND xã Chiêm Hóa", Part.EXPERT)]
    stage.world.provincial_seats = lambda: seats  # type: ignore[method-assign]
    sitting = stage.sitting(dossier)
    expert = next(m for m in sitting.members if m.part == Part.EXPERT)
    refused_to_score(sitting, expert, "đã xem xét hồ sơ trước Hội đồng")


def test_a_tie_written_after_the_declaration_stops_saving_and_signing(stage):
    sitting = stage.sitting(stage.ready().dossier)
    tied = sitting.members[4]
    sheet = sitting.fill(tied, sitting.answers(72))
    tie(
        subject=sitting.item.dossier.subject,
        kind=TieKind.LEGAL_REPRESENTATIVE,
        user=tied.user,
        valid_from=date(2026, 1, 1),
        source="Giấy đăng ký kinh doanh",
    )
    events = Event.objects.count()
    with pytest.raises(Refusal, match="là đại diện pháp luật"):
        services.save_marks(sheet=sheet, marks={"1.1": (0, "")}, by=tied.user, now=sitting.at(9))
    with pytest.raises(Refusal, match="là đại diện pháp luật"):
        services.sign_sheet(sheet=sheet, by=tied.user, now=sitting.at(9))
    assert Event.objects.count() == events


def test_after_signing_the_declaration_stands(stage):
    sitting = stage.sitting(stage.ready().dossier)
    sitting.sign(sitting.members[4], 72)
    with pytest.raises(Refusal, match="đã ký phiếu"):
        sitting.declare(sitting.members[4], conflict=True)


# Attendance and opening


def test_attendance_names_members_of_this_council(stage, sitting):
    other = stage.sitting(stage.ready_at_district(name="A").dossier)
    with pytest.raises(Refusal, match="không thuộc hội đồng"):
        sitting.attend(*sitting.members, other.members[0])
    assert not sitting.session.attendance.filter(present=True).exists()


def test_who_is_absent_does_not_score_and_a_later_list_replaces_the_earlier(stage):
    sitting = stage.sitting(stage.ready().dossier)
    absent = sitting.members[4]
    sitting.attend(*[m for m in sitting.members if m != absent])
    assert state(sitting, absent) == "absent"
    refused_to_score(sitting, absent, "chưa được ghi có mặt")
    sitting.attend(*sitting.members)
    assert sitting.start(absent)


def test_a_session_opens_on_its_day_invited_and_with_products(stage, sitting):
    early = at(sitting.day - timedelta(days=1), 23)
    with pytest.raises(Refusal, match=f"Phiên họp ngày {sitting.day:%d/%m/%Y}"):
        services.open_session(session=sitting.session, by=sitting.secretary, now=early)
    empty = plan(sitting)
    with pytest.raises(Refusal, match="chưa có sản phẩm hoặc chưa mời"):
        services.open_session(session=empty, by=sitting.secretary, now=sitting.at(8))
    uninvited = services.add_item(
        session=empty, dossier=stage.ready(name="A").dossier, by=sitting.secretary, now=sitting.at(8)
    ).session
    with pytest.raises(Refusal, match="chưa mời"):
        services.open_session(session=uninvited, by=sitting.secretary, now=sitting.at(8))
    services.open_session(session=sitting.session, by=sitting.secretary, now=sitting.at(8))
    with pytest.raises(Refusal, match="đang họp"):
        services.open_session(session=sitting.session, by=sitting.secretary, now=sitting.at(8))


def test_nobody_scores_before_the_session_opens(sitting):
    sitting.declare()
    sitting.attend(*sitting.members)
    refused_to_score(sitting, sitting.members[0], "Phiên đã lên lịch")


def test_a_reminder_reaches_those_who_still_owe_something(stage):
    sitting = stage.sitting(stage.ready().dossier)
    done, absent = sitting.members[:3], sitting.members[3]
    for member in done:
        sitting.sign(member, 72)
    sitting.attend(*[m for m in sitting.members if m != absent])
    assert services.remind(session=sitting.session, by=sitting.secretary, now=sitting.at(9)) == 5
    for member in sitting.members:
        owes = member not in done and member != absent
        assert member.user.notices.filter(text__startswith="Còn phiếu chưa ký").exists() == owes


def test_a_session_ends_when_every_product_is_concluded(stage):
    sitting = stage.sitting(stage.ready().dossier)
    with pytest.raises(Refusal, match="Còn sản phẩm chưa kết luận"):
        services.close_session(session=sitting.session, by=sitting.secretary, now=sitting.at(11))
    sitting.sign_all(72)
    sitting.close()
    services.close_session(session=sitting.session, by=sitting.secretary, now=sitting.at(11))
    assert sitting.session.state == "closed"
    with pytest.raises(Refusal, match="vừa cập nhật"):
        services.close_session(session=sitting.session, by=sitting.secretary, now=sitting.at(11))
    with pytest.raises(Refusal, match="Phiên đã kết thúc"):
        services.add_item(
            session=sitting.session, dossier=stage.ready(name="A").dossier, by=sitting.secretary, now=sitting.at(11)
        )


def test_what_waits_for_a_member_is_to_declare_then_to_score_then_nothing(stage):
    sitting = stage.sitting(stage.ready().dossier, opened=False)
    member = sitting.members[4]

    def waits():
        return [work.title for work in work_for(member.user, sitting.day)]

    assert waits() == ["Kê khai lợi ích: Bánh khảo (mẫu)"]  # from the invitation on
    sitting.declare(*[m for m in sitting.members if m != member])
    sitting.attend(*sitting.members)
    services.open_session(session=sitting.session, by=sitting.secretary, now=sitting.at(8))
    sitting.reread()
    assert waits() == ["Kê khai lợi ích: Bánh khảo (mẫu)"]
    sitting.declare(member)
    assert waits() == ["Chấm điểm vòng 1: Bánh khảo (mẫu)"]
    sitting.sign(member, 72)
    assert waits() == []
