"""Every step, every move, every kind of person: allowed exactly where the table says, else nothing happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import transaction

from ocop.accounts.models import User
from ocop.accounts.services import create_user
from ocop.dossiers import services
from ocop.dossiers.models import CommuneAssessment, Dossier
from ocop.dossiers.permissions import check_may_move
from ocop.dossiers.rules import MOVES, Actor, Move, Step
from ocop.kernel.audit import SYSTEM
from ocop.kernel.models import Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at
from ocop.registry.services import add_member
from tests.factories import Stage

pytestmark = pytest.mark.django_db
STILL_DRAFT = {"filed_on": None, "number": None, "route": "", "due_on": None}


def put(dossier: Dossier, step: Step, *, returned_from: Step) -> None:
    """Set a step behind the services' back, so that every step can be tried."""
    values = {"step": step, "returned_from": returned_from if step == Step.RETURNED else ""}
    if step == Step.DRAFT:
        values |= STILL_DRAFT
    Dossier.objects.filter(pk=dossier.pk).update(**values)
    dossier.refresh_from_db()


def people(stage: Stage) -> dict[str, User]:
    """Everybody, by what they are for a dossier of the first producer in Chiêm Hóa (02287)."""
    world = stage.world
    return {
        "producer": world.producers[0],
        "second producer": world.producers[1],
        "commune officer": world.communes["02287"].officers[0],
        "colleague of the commune": world.communes["02287"].officers[1],
        "officer of another commune": world.communes["02509"].officers[0],
        "district officer": world.districts["073"].officers[0],
        "officer of another district": world.districts["075"].officers[0],
        "district secretary": world.districts["073"].secretary,
        "province officer": world.officers[0],
        "secretary": world.secretaries[0],
        "leader": world.leader,
        "administrator": world.admin,
        "reader by grant": world.members[2],
        "stranger": create_user(email="la@mau.vn", name="Người lạ", password=None, by=SYSTEM, now=at(date(2019, 9, 1))),
    }


# who is which actor, on a day with districts and on a day with communes
IN_2024 = {
    "producer": Actor.PRODUCER,
    "district officer": Actor.DISTRICT,
    "province officer": Actor.PROVINCE,
}
IN_2026 = {
    "producer": Actor.PRODUCER,
    "commune officer": Actor.COMMUNE,
    "colleague of the commune": Actor.COMMUNE,
    "province officer": Actor.PROVINCE,
}
TIMES = pytest.mark.parametrize(
    ("filed_on", "now", "actors", "returned_from"),
    [
        (date(2024, 3, 12), at(date(2024, 3, 20)), IN_2024, Step.AT_DISTRICT),
        (date(2026, 9, 1), at(date(2026, 9, 8)), IN_2026, Step.AT_COMMUNE),
    ],
    ids=["2024", "2026"],
)


@TIMES
@pytest.mark.parametrize("step", list(Step))
def test_a_move_is_allowed_exactly_to_its_actors_at_its_step(stage, step, filed_on, now, actors, returned_from):
    dossier = stage.filed(filed_on=filed_on).dossier
    services.grant_reading(
        dossier=dossier, users=[stage.world.members[2]], valid_from=filed_on, valid_to=None, reason="Thành viên"
    )
    put(dossier, step, returned_from=returned_from)
    allowed, wanted = set(), set()
    for name, user in people(stage).items():
        for move in Move:
            row = MOVES.get((step, move))
            if row and actors.get(name) in row.actors:
                wanted.add((name, move))
            try:
                assert check_may_move(user, dossier, move, now.date()) == row
                allowed.add((name, move))
            except Refusal:
                pass
    assert allowed == wanted


SERVICES: dict[Move, Callable[[Dossier, User, datetime], object]] = {
    Move.SUBMIT: lambda d, by, now: services.submit(dossier=d, version=d.version, by=by, now=now),
    Move.WITHDRAW: lambda d, by, now: services.withdraw(
        dossier=d, version=d.version, reason="Không sản xuất nữa", by=by, now=now
    ),
    Move.PROPOSE: lambda d, by, now: services.propose(dossier=d, version=d.version, by=by, now=now),
    Move.RETURN: lambda d, by, now: services.return_dossier(
        dossier=d, version=d.version, reason="Thiếu hợp đồng liên kết", by=by, now=now
    ),
    Move.ACCEPT: lambda d, by, now: services.accept(dossier=d, version=d.version, by=by, now=now),
    Move.SEND_UP: lambda d, by, now: services.send_up(dossier=d, version=d.version, by=by, now=now),
}
FIRST_STOPS = {2024: Step.AT_DISTRICT, 2026: Step.AT_COMMUNE}


@TIMES
@pytest.mark.parametrize("step", list(Step))
def test_the_services_move_for_the_same_people_and_otherwise_write_nothing(
    stage, step, filed_on, now, actors, returned_from
):
    dossier = stage.filed(filed_on=filed_on).dossier
    CommuneAssessment.objects.create(dossier=dossier, material="a", labour="b", idea_origin="c", identity="d")
    put(dossier, step, returned_from=returned_from)
    before = Dossier.objects.values().get(pk=dossier.pk)
    for name, user in people(stage).items():
        events = Event.objects.count()
        for move, act in SERVICES.items():
            row = MOVES.get((step, move))
            found = Dossier.objects.get(pk=dossier.pk)
            if row and actors.get(name) in row.actors:
                with transaction.atomic():
                    act(found, user, now)
                    moved = Dossier.objects.get(pk=dossier.pk)
                    assert moved.step == (row.to or FIRST_STOPS[now.year])
                    assert moved.version == before["version"] + 1
                    assert Event.objects.about(moved).last().kind.startswith("dossier.")
                    assert Event.objects.count() == events + 1
                    transaction.set_rollback(True)
            else:
                with pytest.raises(Refusal):
                    act(found, user, now)
                assert Dossier.objects.values().get(pk=dossier.pk) == before
                assert Event.objects.count() == events


@pytest.mark.parametrize("move", [Move.RETURN, Move.ACCEPT, Move.SEND_UP])
def test_a_right_to_read_gives_an_officer_of_another_district_no_right_to_act(stage, move):
    walked = stage.filed(filed_on=date(2024, 3, 12))
    put(walked.dossier, Step.CONCLUDED_DISTRICT if move == Move.SEND_UP else Step.AT_DISTRICT, returned_from=Step.DRAFT)
    other, own = stage.world.districts["075"].officers[0], stage.world.districts["073"].officers[0]
    day = date(2024, 3, 20)
    services.grant_reading(dossier=walked.dossier, users=[other], valid_from=day, valid_to=None, reason="Thành viên")
    assert Dossier.objects.visible_to(other, day).contains(walked.dossier)
    check_may_move(own, walked.dossier, move, day)
    with pytest.raises(Forbidden):
        check_may_move(other, walked.dossier, move, day)


def test_an_officer_who_acts_for_the_subject_does_not_judge_its_dossier(stage):
    dossier = stage.filed().dossier
    officer, colleague = stage.world.communes["02287"].officers
    add_member(subject=dossier.subject, user=officer, valid_from=date(2026, 1, 1), by=SYSTEM, now=at(date(2026, 9, 1)))
    day = date(2026, 9, 8)
    with pytest.raises(Forbidden):
        check_may_move(officer, dossier, Move.PROPOSE, day)
    check_may_move(officer, dossier, Move.WITHDRAW, day)
    check_may_move(colleague, dossier, Move.PROPOSE, day)


def test_an_officer_who_is_a_producer_elsewhere_does_not_propose_his_own_product(stage):
    """Cán bộ xã An Tường với sản phẩm ở Chiêm Hóa."""
    dossier = stage.filed().dossier
    officer = stage.world.communes["02509"].officers[0]
    add_member(subject=dossier.subject, user=officer, valid_from=date(2026, 1, 1), by=SYSTEM, now=at(date(2026, 9, 1)))
    with pytest.raises(Forbidden):
        check_may_move(officer, dossier, Move.PROPOSE, date(2026, 9, 8))


def test_an_appointment_that_ended_gives_no_right(stage):
    dossier = stage.filed(filed_on=date(2024, 3, 12)).dossier
    officer = stage.world.districts["073"].officers[0]
    check_may_move(officer, dossier, Move.ACCEPT, date(2025, 6, 30))
    with pytest.raises(Forbidden):
        check_may_move(officer, dossier, Move.ACCEPT, date(2025, 7, 1))


def test_moving_from_an_old_copy_is_refused_and_changes_nothing(stage):
    walked = stage.proposed()
    by, now = stage.world.officers[0], at(date(2026, 9, 15))
    first, second = Dossier.objects.get(pk=walked.dossier.pk), Dossier.objects.get(pk=walked.dossier.pk)
    services.accept(dossier=first, version=first.version, by=by, now=now)
    events = Event.objects.count()
    with pytest.raises(Refusal):
        services.return_dossier(dossier=second, version=second.version, reason="Thiếu giấy chứng nhận", by=by, now=now)
    assert Dossier.objects.get(pk=walked.dossier.pk).step == Step.READY_PROVINCE
    assert Event.objects.count() == events


def test_a_council_move_from_an_old_copy_never_sets_the_version_back(stage):
    walked = stage.ready()
    old = Dossier.objects.get(pk=walked.dossier.pk)
    Dossier.objects.filter(pk=old.pk).update(version=old.version + 5)
    with transaction.atomic():
        services.enter_council(dossier=old, by=stage.world.secretaries[0], now=at(date(2026, 9, 20)))
    assert Dossier.objects.get(pk=old.pk).version == walked.dossier.version + 6


def test_one_form_sent_twice_moves_once(stage):
    dossier = stage.proposed().dossier
    by, now = stage.world.officers[0], at(date(2026, 9, 15))
    services.accept(dossier=dossier, version=dossier.version, by=by, now=now, token="t-1")
    events = Event.objects.count()
    with pytest.raises(Refusal, match="đã được gửi"):
        services.accept(dossier=dossier, version=dossier.version, by=by, now=now, token="t-1")
    assert Event.objects.count() == events


def test_returning_needs_a_reason_and_tells_the_producer(stage):
    dossier = stage.filed().dossier
    by, now = stage.world.communes["02287"].officers[0], at(date(2026, 9, 8))
    with pytest.raises(Refusal, match="Lý do quá ngắn"):
        services.return_dossier(dossier=dossier, version=dossier.version, reason=" thiếu ​ ", by=by, now=now)
    reason = "Thiếu hợp đồng liên kết"
    services.return_dossier(dossier=dossier, version=dossier.version, reason=reason, by=by, now=now)
    assert (dossier.step, dossier.returned_from, dossier.return_reason) == ("returned", "at_commune", reason)
    assert dossier.due_on is None
    notice = stage.world.producers[0].notices.get()
    assert reason in notice.text
    assert not stage.world.producers[1].notices.exists()


def test_a_returned_dossier_goes_back_to_whoever_returned_it(stage):
    dossier = stage.proposed().dossier
    now = at(date(2026, 9, 15))
    services.return_dossier(
        dossier=dossier, version=dossier.version, reason="Ảnh bao bì bị mờ", by=stage.world.officers[0], now=now
    )
    services.submit(dossier=dossier, version=dossier.version, by=stage.world.producers[0], now=now)
    assert (dossier.step, dossier.returned_from, dossier.return_reason) == ("at_province", "", "")
    assert [filing.number for filing in dossier.filings.order_by("number")] == [1, 2]
    assert dossier.filed_on == date(2026, 9, 1)


def test_a_proposal_needs_all_four_assessments_of_form_03(stage):
    dossier = stage.filed().dossier
    by, now = stage.world.communes["02287"].officers[0], at(date(2026, 9, 8))
    with pytest.raises(Refusal, match=r"1\. Sử dụng nguyên liệu địa phương; 2\. Sử dụng lao động địa phương"):
        services.propose(dossier=dossier, version=dossier.version, by=by, now=now)
    three = {"material": "Trong xã", "labour": "Trong xã", "idea_origin": "Truyền thống"}
    services.save_assessment(dossier=dossier, version=0, contents=three, meeting_held=True, by=by, now=now)
    with pytest.raises(Refusal, match=r"Chưa đánh giá: 4\. Bản sắc, trí tuệ địa phương\."):
        services.propose(dossier=dossier, version=dossier.version, by=by, now=now)
    with pytest.raises(Refusal, match="vừa cập nhật"):
        services.save_assessment(dossier=dossier, version=0, contents=three, meeting_held=True, by=by, now=now)
    services.save_assessment(
        dossier=dossier, version=1, contents={"identity": "Bí quyết riêng"}, meeting_held=True, by=by, now=now
    )
    services.propose(dossier=dossier, version=dossier.version, by=by, now=now)
    assert dossier.step == Step.AT_PROVINCE


def test_form_03_is_the_communes_own(stage):
    dossier = stage.filed().dossier
    other, now = stage.world.communes["02509"].officers[0], at(date(2026, 9, 8))
    with pytest.raises(Forbidden):
        services.save_assessment(
            dossier=dossier, version=0, contents={"labour": "x"}, meeting_held=False, by=other, now=now
        )
    assert not CommuneAssessment.objects.exists()


@pytest.mark.parametrize(
    ("filed_on", "due"),
    [
        # Tết 16-20/2/2026: 9-13, 23-27 February, 2-6 March
        (date(2026, 2, 6), date(2026, 3, 6)),
        # 27/4 (Giỗ Tổ), 30/4, 1/5/2026: 21-24, 28, 29 April, 4-8, 11-14 May
        (date(2026, 4, 20), date(2026, 5, 14)),
        # 2/9/2026 with 31/8, 1/9; Saturday 22/8 is worked: 18-21, 22, 24-28 August, 3, 4, 7, 8, 9 September
        (date(2026, 8, 17), date(2026, 9, 9)),
        # nothing between: three weeks
        (date(2026, 10, 1), date(2026, 10, 22)),
    ],
)
def test_the_commune_has_15_working_days(stage, filed_on, due):
    dossier = stage.filed(filed_on=filed_on).dossier
    assert dossier.due_on == due


@pytest.mark.parametrize("filed_on", [date(2024, 3, 12), date(2025, 7, 3)])
def test_other_first_stops_have_no_day_by_law(stage, filed_on):
    assert stage.filed(filed_on=filed_on).dossier.due_on is None


def test_a_late_proposal_says_so_in_its_event(stage):
    late, in_time = stage.filed(filed_on=date(2026, 10, 1)), stage.filed(filed_on=date(2026, 10, 1), name="B (mẫu)")
    stage.walk.assess(in_time, date(2026, 10, 22))
    stage.walk.assess(late, date(2026, 10, 23))
    said = {
        walked.plan.name: Event.objects.about(walked.dossier).filter(kind="dossier.propose").get().body.body
        for walked in (late, in_time)
    }
    assert '"quá hạn":true' in said[late.plan.name]
    assert '"quá hạn":false' in said["B (mẫu)"]
