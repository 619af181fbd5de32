"""What the calendar does: the end of the districts on 30/6/2025, the transitional deadlines of 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ocop.councils import services as councils
from ocop.councils.models import Item, Sheet
from ocop.councils.queries import work_for
from ocop.dossiers import services
from ocop.dossiers.forms_data import since_fields
from ocop.dossiers.models import Dossier
from ocop.dossiers.rules import Move, Step
from ocop.kernel import audit
from ocop.kernel.models import Event
from ocop.kernel.refusal import Refusal
from ocop.project.sample.walk import at
from tests.factories import PLAN, reread

pytestmark = pytest.mark.django_db
OLD, NEW = date(2026, 5, 21), date(2026, 5, 22)


# 30/6/2025


def at_each_step_of_the_district(stage):
    """Dossiers of June 2025 at every step of the district, and one that it returned."""
    filed = date(2025, 6, 2)
    officer = stage.world.districts["073"].officers[0]
    found = {
        "at_district": stage.filed(filed_on=filed, name="A").dossier,
        "ready_district": stage.ready_at_district(filed_on=filed, name="B").dossier,
    }
    found["council_district"] = stage.sitting(
        stage.ready_at_district(filed_on=filed, name="C").dossier, day=date(2025, 6, 25)
    ).item.dossier
    walked = stage.ready_at_district(filed_on=filed, name="D", target=60)
    stage.walk.hold([walked], "district", date(2025, 6, 26), "073")
    found["concluded_district"] = walked.dossier
    returned = stage.filed(filed_on=filed, name="E").dossier
    services.return_dossier(
        dossier=returned, version=returned.version, reason="Thiếu hợp đồng", by=officer, now=at(date(2025, 6, 20))
    )
    found["returned"] = returned
    return {step: reread(dossier) for step, dossier in found.items()}


def test_on_the_last_day_of_the_districts_nothing_moves(stage):
    before = {step: dossier.step for step, dossier in at_each_step_of_the_district(stage).items()}
    events = Event.objects.count()
    assert services.end_districts(now=at(date(2025, 6, 30), 23, 59)) == 0
    assert {dossier.step for dossier in Dossier.objects.all()} == set(before) == set(before.values())
    assert Event.objects.count() == events


def test_on_1_7_2025_whatever_waits_at_a_district_is_the_provinces_with_its_own_route(stage):
    waiting = at_each_step_of_the_district(stage)
    assert services.end_districts(now=at(date(2025, 7, 1), 0)) == 5
    for step, old in waiting.items():
        new = reread(old)
        wanted = ("returned", "at_province") if step == "returned" else ("at_province", "")
        assert (new.step, new.returned_from) == wanted
        assert (new.route, new.filed_on, new.number) == ("2023-district", date(2025, 6, 2), old.number)
        assert new.version == old.version + 1
        last = audit.timeline(new)[-1]
        assert (last.kind, last.actor.name) == ("dossier.hand_over", "Hệ thống")
        assert last.reason == "Cấp huyện kết thúc hoạt động ngày 30/06/2025"


def test_ending_the_districts_again_does_no_harm(stage):
    at_each_step_of_the_district(stage)
    services.end_districts(now=at(date(2025, 7, 1)))
    rows, events = list(Dossier.objects.order_by("pk").values()), Event.objects.count()
    assert services.end_districts(now=at(date(2025, 7, 1), 10)) == 0
    assert list(Dossier.objects.order_by("pk").values()) == rows
    assert Event.objects.count() == events


def test_a_dossier_returned_by_a_district_is_filed_again_at_the_province(stage):
    dossier = at_each_step_of_the_district(stage)["returned"]
    services.end_districts(now=at(date(2025, 7, 1)))
    dossier.refresh_from_db()
    services.submit(dossier=dossier, version=dossier.version, by=stage.world.producers[0], now=at(date(2025, 7, 8)))
    assert (dossier.step, dossier.route) == ("at_province", "2023-district")


def test_what_a_district_left_is_decided_by_the_province_with_all_stars(stage):
    """60 points: the district would have recognised 3 stars; now the province does, by its own council."""
    dossier = at_each_step_of_the_district(stage)["concluded_district"]
    services.end_districts(now=at(date(2025, 7, 1)))
    dossier.refresh_from_db()
    services.accept(dossier=dossier, version=dossier.version, by=stage.world.officers[0], now=at(date(2025, 7, 2)))
    sitting = stage.sitting(dossier, day=date(2025, 7, 15))
    sitting.sign_all(60, stars=3)
    conclusion = sitting.conclude()
    assert (conclusion.level, conclusion.result, conclusion.stars) == ("province", "recognised", 3)


def test_a_product_left_open_in_a_districts_session_is_scored_and_concluded_no_more(stage):
    walked = stage.ready_at_district(filed_on=date(2025, 6, 2))
    sitting = stage.sitting(walked.dossier, day=date(2025, 6, 30))
    sitting.sign(sitting.members[0], 60, stars=3)
    started = sitting.start(sitting.members[1])
    services.end_districts(now=at(date(2025, 7, 1), 0))
    sitting.reread()
    member, now = sitting.members[1].user, at(date(2025, 7, 1), 9)
    with pytest.raises(Refusal, match="Hồ sơ không còn ở hội đồng này"):
        councils.save_marks(sheet=started, marks={"2.a": (0, "")}, by=member, now=now)
    with pytest.raises(Refusal, match="Hồ sơ không còn ở hội đồng này"):
        councils.sign_sheet(sheet=started, by=member, now=now)
    with pytest.raises(Refusal, match="Hồ sơ không còn ở hội đồng này"):
        councils.start_sheet(item=sitting.item, by=sitting.members[2].user, now=now)
    with pytest.raises(Refusal, match="đã rời hội đồng"):
        councils.close_item(item=sitting.item, by=sitting.secretary, now=now)
    assert not Item.objects.get().conclusions.exists()
    assert [work.title for work in work_for(member, date(2025, 7, 1))] == []
    assert Sheet.objects.exclude(signed_at=None).count() == 1
    councils.close_session(session=sitting.session, by=sitting.secretary, now=now)


# QĐ 26/2026/QĐ-TTg art. 12


@pytest.mark.parametrize(
    ("kind", "last"),
    [("first", date(2026, 7, 21)), ("upgrade", date(2026, 7, 21)), ("re_evaluation", date(2026, 6, 22))],
)
def test_an_old_dossier_not_evaluated_by_the_last_day_is_closed_on_the_next(stage, kind, last):
    if kind != "first":
        product = stage.walk.product(replace(PLAN, filed_on=OLD))
        services.open_window(product=product, valid_until=date(2026, 10, 30), based_on="Quyết định 321/QĐ-UBND")
    dossier = stage.filed(dossier_kind=kind, filed_on=OLD).dossier
    assert services.close_expired(now=at(last, 23, 59)) == 0
    assert services.close_expired(now=at(date.fromordinal(last.toordinal() + 1), 0)) == 1
    dossier.refresh_from_db()
    assert (dossier.step, dossier.due_on) == ("expired", None)
    assert f"{last:%d/%m/%Y}" in audit.timeline(dossier)[-1].reason
    assert "Nộp lại theo bộ tiêu chí 2026" in stage.world.producers[0].notices.order_by("-pk").first().text


def test_a_dossier_of_the_new_rules_is_not_concerned(stage):
    dossier = stage.filed(filed_on=NEW).dossier
    assert services.close_expired(now=at(date(2027, 1, 1))) == 0
    assert reread(dossier).step == "at_commune"


def test_it_is_closed_wherever_it_waits_and_closing_again_does_no_harm(stage):
    filed = date(2026, 5, 4)
    waiting = [
        stage.filed(filed_on=filed, name="A").dossier,
        stage.proposed(filed_on=filed, name="B").dossier,
        stage.ready(filed_on=filed, name="C").dossier,
        stage.sitting(stage.ready(filed_on=filed, name="D").dossier).item.dossier,
    ]
    returned = stage.filed(filed_on=filed, name="E").dossier
    officer = stage.world.communes["02287"].officers[0]
    services.return_dossier(
        dossier=returned, version=returned.version, reason="Thiếu hợp đồng", by=officer, now=at(date(2026, 5, 6))
    )
    draft = stage.draft(filed_on=filed, name="G")
    assert services.close_expired(now=at(date(2026, 7, 22))) == 5
    assert {reread(dossier).step for dossier in [*waiting, returned]} == {"expired"}
    assert reread(draft).step == "draft"
    events = Event.objects.count()
    assert services.close_expired(now=at(date(2026, 7, 22), 10)) == 0
    assert Event.objects.count() == events


def test_a_council_concludes_an_old_dossier_on_the_last_day(stage):
    sitting = stage.sitting(stage.ready(filed_on=date(2026, 5, 4)).dossier, day=date(2026, 7, 21))
    sitting.sign_all(72)
    assert sitting.conclude().stars == 4
    assert services.close_expired(now=at(date(2026, 7, 22))) == 0


def test_a_council_takes_no_old_dossier_on_the_day_after_though_the_hourly_job_has_not_run(stage):
    dossier = stage.ready(filed_on=date(2026, 5, 4)).dossier
    with pytest.raises(Refusal, match="Hết thời hạn chuyển tiếp ngày 21/07/2026"):
        stage.sitting(dossier, day=date(2026, 7, 22))
    assert reread(dossier).step == "ready_province"


def test_the_last_marks_of_an_old_dossier_come_too_late_on_the_day_after(stage):
    sitting = stage.sitting(stage.ready(filed_on=date(2026, 5, 4)).dossier, day=date(2026, 7, 21))
    sitting.sign_all(72)
    with pytest.raises(Refusal, match="Hết thời hạn chuyển tiếp ngày 21/07/2026"):
        councils.close_item(item=sitting.item, by=sitting.secretary, now=at(date(2026, 7, 22), 0))
    sitting.reread()
    assert not sitting.item.closed
    assert sitting.item.dossier.step == Step.COUNCIL_PROVINCE


def test_officers_move_an_old_dossier_until_the_last_day(stage):
    dossier = stage.proposed(filed_on=date(2026, 5, 4)).dossier
    by = stage.world.officers[0]
    with pytest.raises(Refusal, match="Hết thời hạn chuyển tiếp"):
        services.accept(dossier=dossier, version=dossier.version, by=by, now=at(date(2026, 7, 22)))
    services.accept(dossier=dossier, version=dossier.version, by=by, now=at(date(2026, 7, 21)))


def test_what_the_ministry_gave_back_was_evaluated_in_time(stage):
    walked = stage.ready(filed_on=date(2026, 5, 4))
    sitting = stage.sitting(walked.dossier, day=date(2026, 7, 1))
    sitting.sign_all(92, stars=5)
    assert sitting.conclude().result == "potential_5"
    dossier, by = sitting.item.dossier, stage.world.officers[0]
    services.record(dossier=dossier, move=Move.SEND_TO_MINISTRY, by=by, now=at(date(2026, 7, 10)))
    services.record(dossier=dossier, move=Move.EVALUATE_AGAIN, by=by, now=at(date(2026, 8, 10)))
    assert dossier.step == "ready_province"
    assert services.close_expired(now=at(date(2026, 8, 11))) == 0
    again = stage.sitting(dossier, day=date(2026, 8, 20))
    again.sign_all(80)
    assert again.conclude().stars == 4


# Filed again


def test_an_expired_dossier_is_filed_again_by_one_call_with_its_forms(stage):
    old = stage.filed(filed_on=OLD).dossier
    services.close_expired(now=at(date(2026, 7, 22)))
    old.refresh_from_db()
    by = stage.world.producers[0]
    new = services.refile(dossier=old, by=by, now=at(date(2026, 7, 23)))
    assert (new.step, new.scorecard.code, new.kind, new.refiled_from) == (
        "draft",
        "2026-06-processed-cereals",
        "first",
        old,
    )
    assert new.forms == old.forms
    assert not new.self_scores.filter(carried=False).exists()  # each answer to the same question waits for a tick
    with pytest.raises(Refusal, match="chưa nộp lại"):
        services.refile(dossier=old, by=by, now=at(date(2026, 7, 24)))


def test_only_the_producer_files_again_and_only_what_expired(stage):
    open_one = stage.filed(filed_on=OLD).dossier
    with pytest.raises(Refusal, match="Chỉ hồ sơ hết thời hạn chuyển tiếp"):
        services.refile(dossier=open_one, by=stage.world.producers[0], now=at(date(2026, 7, 1)))
    services.close_expired(now=at(date(2026, 7, 22)))
    open_one.refresh_from_db()
    for user in (stage.world.producers[1], stage.world.communes["02287"].officers[0]):
        with pytest.raises(Refusal):
            services.refile(dossier=open_one, by=user, now=at(date(2026, 7, 23)))
    assert Dossier.objects.count() == 1


@pytest.mark.parametrize("again", [True, False])
def test_a_reevaluation_filed_again_is_not_asked_for_its_window(stage, again):
    """Certificate until 30/10/2026: the window of 2026 was 3/5 to 2/7; refused on 1/8, but not after art. 12.3."""
    product = stage.walk.product(replace(PLAN, filed_on=OLD))
    services.open_window(product=product, valid_until=date(2026, 10, 30), based_on="Quyết định 321/QĐ-UBND")
    now, by = at(date(2026, 8, 1)), stage.world.producers[0]
    if again:
        old = stage.filed(dossier_kind="re_evaluation", filed_on=OLD).dossier
        services.close_expired(now=at(date(2026, 6, 23)))
        old.refresh_from_db()
        dossier = services.refile(dossier=old, by=by, now=now)
    else:
        dossier = services.open_dossier(product=product, kind="re_evaluation", by=by, now=now)
    filled = stage.draft(name="Mẫu trả lời (mẫu)", filed_on=date(2026, 8, 1))
    answers = {row.criterion: (row.answer, row.explanation) for row in filled.self_scores.all()}
    services.save_answers(dossier=dossier, answers=answers, by=by, now=now)
    values = {**filled.forms, **{blank.name: "Không thay đổi" for blank in since_fields("re_evaluation")}}
    services.save_forms(dossier=dossier, values=values, version=dossier.version, by=by, now=now)
    if again:
        services.submit(dossier=dossier, version=dossier.version, by=by, now=now)
        assert (dossier.step, dossier.scorecard.regime_id) == ("at_commune", "2026")
    else:
        with pytest.raises(Refusal, match="không sớm hơn 180 ngày"):
            services.submit(dossier=dossier, version=dossier.version, by=by, now=now)
