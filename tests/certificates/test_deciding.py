"""Decisions on a council's conclusions: who, when, once; what they make and what they end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ocop.certificates import services
from ocop.certificates.models import Approval, Recognition
from ocop.certificates.queries import waiting_for_decision
from ocop.councils.models import Conclusion
from ocop.documents.models import Document
from ocop.dossiers import services as dossiers
from ocop.dossiers.models import Window
from ocop.dossiers.rules import Step
from ocop.kernel.models import Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import Walked, at
from tests.factories import PLAN, reread

from .conftest import DECIDED

HELD = date(2026, 10, 1)


def recognise(stage, *conclusions, number="901/QĐ-UBND", day=DECIDED, by=None, organ=None, now=None, token=""):
    return services.recognise(
        conclusions=conclusions,
        organ=organ or stage.world.province,
        number=number,
        day=day,
        by=by or stage.world.officers[0],
        now=now or at(DECIDED, 10),
        token=token,
    )


def approve(stage, *conclusions, number="902/QĐ-UBND", day=DECIDED):
    return services.approve_potential_5(
        conclusions=conclusions,
        organ=stage.world.province,
        number=number,
        day=day,
        by=stage.world.officers[0],
        now=at(DECIDED, 10),
    )


def potential(stage) -> Walked:
    return stage.concluded(name="Mứt sen (mẫu)", target=94, stars=5)


def unchanged(walked: Walked, step: Step = Step.CONCLUDED_PROVINCE) -> bool:
    """Nothing half-written: the dossier waits as before, no recognition, no decision of these tests."""
    papers = Document.objects.filter(number__in=["901/QĐ-UBND", "902/QĐ-UBND"])
    return reread(walked.dossier).step == step and not Recognition.objects.exists() and not papers.exists()


def test_a_recognition_says_stars_decision_organ_and_36_months(stage):
    walked = stage.concluded()
    [made] = recognise(stage, walked.conclusion)
    assert (made.stars, made.level, made.organ_name) == (4, "province", "Ủy ban nhân dân tỉnh Tuyên Quang")
    assert (made.valid_from, made.valid_until) == (date(2026, 10, 12), date(2029, 10, 12))
    assert (made.decision.number, made.decision.day) == ("901/QĐ-UBND", date(2026, 10, 12))
    assert (made.subject_name, made.place_name) == ("Hợp tác xã Nà Pàng (mẫu)", walked.dossier.commune.full_name)
    assert reread(walked.dossier).step == Step.RECOGNISED
    window = Window.objects.get(product=walked.dossier.product)
    assert (window.opens_on, window.closes_on) == (date(2029, 4, 15), date(2029, 6, 14))  # 180 and 120 days before


def test_the_law_s_product_code_is_given_at_the_recognition(stage):
    walked = stage.concluded()
    [made] = recognise(stage, walked.conclusion)
    assert made.product.official_code == "08-02287-01-2026"


@pytest.mark.parametrize(("day", "allowed"), [(HELD - timedelta(days=1), False), (HELD, True)])
def test_a_decision_is_not_older_than_the_council_s_conclusion(stage, day, allowed):
    walked = stage.concluded()
    if allowed:
        assert recognise(stage, walked.conclusion, day=day)[0].valid_from == day
    else:
        with pytest.raises(Refusal, match="trước ngày hội đồng kết luận"):
            recognise(stage, walked.conclusion, day=day)
        assert unchanged(walked)


@pytest.mark.parametrize(("day", "allowed"), [(DECIDED, True), (DECIDED + timedelta(days=1), False)])
def test_a_decision_is_not_of_a_day_to_come(stage, day, allowed):
    walked = stage.concluded()
    if allowed:
        assert recognise(stage, walked.conclusion, day=day)
    else:
        with pytest.raises(Refusal, match="chưa tới"):
            recognise(stage, walked.conclusion, day=day)
        assert unchanged(walked)


def test_a_number_is_used_once_by_an_organ_in_a_year(stage):
    first, second = stage.concluded(), stage.concluded(name="Bánh gai (mẫu)")
    recognise(stage, first.conclusion)
    with pytest.raises(Refusal, match="đã có quyết định số 901/QĐ-UBND năm 2026"):
        recognise(stage, second.conclusion)
    assert reread(second.dossier).step == Step.CONCLUDED_PROVINCE
    assert recognise(stage, second.conclusion, number="902/QĐ-UBND")


@pytest.mark.parametrize("number", ["", "901", "901 / QĐ-UBND", "số 901/QĐ-UBND"])
def test_a_malformed_number_is_refused(stage, number):
    walked = stage.concluded()
    with pytest.raises(Refusal, match="không đúng thể thức"):
        recognise(stage, walked.conclusion, number=number)
    assert unchanged(walked)


def test_only_the_province_s_officer_decides_on_a_province_s_conclusion(stage):
    walked, world = stage.concluded(), stage.world
    others = [
        world.districts["073"].officers[0],
        world.communes["02473"].officers[0],
        world.producers[0],
        world.secretaries[0],
        world.members[0],
        world.leader,
    ]
    for other in others:
        with pytest.raises(Forbidden):
            recognise(stage, walked.conclusion, by=other)
    assert unchanged(walked)
    assert recognise(stage, walked.conclusion, by=world.officers[1])


def test_a_decision_needs_a_product(stage):
    with pytest.raises(Refusal, match="Chưa chọn sản phẩm nào"):
        recognise(stage)


def test_the_committee_of_the_council_decides(stage):
    walked = stage.concluded()
    with pytest.raises(Refusal, match="hội đồng của cơ quan khác"):
        recognise(stage, walked.conclusion, organ=stage.world.communes["02287"].organ)
    assert unchanged(walked)


@pytest.mark.parametrize("wrong", [{"target": 44, "stars": 2}, {"target": 94, "stars": 5}])
def test_only_a_result_of_three_or_four_stars_is_recognised(stage, wrong):
    good, bad = stage.concluded(), stage.concluded(name="Kẹo lạc (mẫu)", **wrong)
    with pytest.raises(Refusal, match="Kẹo lạc"):
        recognise(stage, good.conclusion, bad.conclusion)  # all or none
    assert unchanged(good)
    assert unchanged(bad)


def test_a_conclusion_is_decided_once_also_from_two_browsers(stage):
    walked = stage.concluded()
    stale = Conclusion.objects.get(pk=walked.conclusion.pk)
    assert stale.dossier.step == Step.CONCLUDED_PROVINCE  # read before the first decision
    recognise(stage, walked.conclusion)
    for again in (stale, Conclusion.objects.get(pk=walked.conclusion.pk)):
        with pytest.raises(Refusal):
            recognise(stage, again, number="902/QĐ-UBND")
    assert Recognition.objects.count() == 1
    assert not Document.objects.filter(number="902/QĐ-UBND").exists()


def test_the_same_form_sent_twice_recognises_once(stage):
    walked = stage.concluded()
    recognise(stage, walked.conclusion, token="t")
    with pytest.raises(Refusal, match="đã được gửi"):
        recognise(stage, walked.conclusion, token="t")
    assert Recognition.objects.count() == 1


def test_a_newer_recognition_takes_the_older_one_s_place_without_gap(stage):
    walked = stage.concluded()
    old = services.record_recognition(
        product=walked.dossier.product,
        stars=3,
        level="province",
        organ_name="UBND tỉnh",
        number="12/QĐ-UBND",
        decided_on=date(2024, 1, 5),
        year=2024,
        source="Báo",
        by=stage.world.officers[0],
        now=at(date(2024, 2, 1)),
    )
    [new] = recognise(stage, walked.conclusion)
    assert [Recognition.objects.in_force_on(day).get() for day in (date(2026, 10, 11), date(2026, 10, 12))] == [
        old,
        new,
    ]
    old.refresh_from_db()
    assert (old.end_kind, old.end_decision, old.ended_on) == ("replaced", new.decision, date(2026, 10, 12))


def test_one_event_tells_of_each_change(stage):
    walked = stage.concluded()
    before = Event.objects.count()
    recognise(stage, walked.conclusion)
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True)[before:])
    assert kinds == ["document.recorded", "dossier.recognise", "recognition.made"]


# potential 5 stars


def test_potential_5_gets_an_approval_and_neither_stars_nor_certificate(stage):
    walked = potential(stage)
    assert (walked.conclusion.result, walked.conclusion.stars) == ("potential_5", None)
    [approval] = approve(stage, walked.conclusion)
    assert (approval.decision.number, approval.answered_on, approval.answer_stars) == ("902/QĐ-UBND", None, None)
    assert not Recognition.objects.exists()
    assert reread(walked.dossier).step == Step.AT_MINISTRY


def test_three_or_four_stars_are_not_sent_to_the_ministry(stage):
    walked = stage.concluded()
    with pytest.raises(Refusal, match="kết quả đề nghị công nhận"):
        approve(stage, walked.conclusion)
    assert unchanged(walked)


def test_a_result_is_approved_once(stage):
    walked = potential(stage)
    approve(stage, walked.conclusion)
    with pytest.raises(Refusal):
        approve(stage, Conclusion.objects.get(pk=walked.conclusion.pk), number="903/QĐ-UBND")
    assert Approval.objects.count() == 1


def answer(stage, approval, stars, **changes):
    given = {
        "number": "77/QĐ-BNNMT",
        "day": date(2026, 11, 20),
        "organ_name": "Bộ Nông nghiệp và Môi trường",
        "by": stage.world.officers[0],
        "now": at(date(2026, 11, 24)),
    }
    return services.ministry_answer(approval=approval, stars=stars, **{**given, **changes})


def test_the_ministry_s_decision_gives_five_stars_in_its_own_name(stage):
    walked = potential(stage)
    [approval] = approve(stage, walked.conclusion)
    made = answer(stage, approval, 5)
    assert (made.stars, made.level, made.organ_name) == (5, "ministry", "Bộ Nông nghiệp và Môi trường")
    assert (made.valid_from, made.valid_until) == (date(2026, 11, 20), date(2029, 11, 20))
    assert reread(walked.dossier).step == Step.RECOGNISED


@pytest.mark.parametrize("stars", [3, 4])
def test_under_90_at_the_ministry_the_province_may_recognise_on_the_central_result(stage, stars):
    walked = potential(stage)
    [approval] = approve(stage, walked.conclusion)
    made = answer(stage, approval, stars, organ=stage.world.province, number="950/QĐ-UBND")
    assert (made.stars, made.level, made.decision.organ) == (stars, "province", stage.world.province)


def test_under_90_at_the_ministry_the_province_may_evaluate_again(stage):
    walked = potential(stage)
    [approval] = approve(stage, walked.conclusion)
    assert answer(stage, approval, None) is None
    assert reread(walked.dossier).step == Step.READY_PROVINCE
    assert not Recognition.objects.exists()


def test_what_was_evaluated_again_is_decided_on_the_new_conclusion_alone(stage):
    walked = potential(stage)
    [approval] = approve(stage, walked.conclusion)
    answer(stage, approval, None)
    old = walked.conclusion
    again = replace(walked, plan=replace(PLAN, name=walked.plan.name, target=75), dossier=reread(walked.dossier))
    stage.walk.hold([again], "province", date(2026, 11, 30))
    [waiting] = waiting_for_decision(stage.world.officers[0], date(2026, 12, 1))
    assert waiting == again.conclusion != old
    with pytest.raises(Refusal, match="kết luận mới hơn"):
        approve(stage, Conclusion.objects.get(pk=old.pk), number="904/QĐ-UBND")


@pytest.mark.parametrize("stars", [0, 1, 2])
def test_nobody_answers_with_other_stars(stage, stars):
    [approval] = approve(stage, potential(stage).conclusion)
    with pytest.raises(Refusal, match="từ 3 đến 5 sao"):
        answer(stage, approval, stars)


@pytest.mark.parametrize(
    ("day", "allowed"),
    [
        (DECIDED - timedelta(days=1), False),
        (DECIDED, True),
        (date(2026, 11, 24), True),
        (date(2026, 11, 25), False),
    ],
)
def test_the_answer_lies_between_the_approval_and_today(stage, day, allowed):
    [approval] = approve(stage, potential(stage).conclusion)
    if allowed:
        assert answer(stage, approval, 5, day=day).valid_from == day
    else:
        with pytest.raises(Refusal, match="chưa tới, hoặc trước ngày"):
            answer(stage, approval, 5, day=day)
        assert Approval.objects.get().answered_on is None


def test_the_ministry_answers_once_and_with_its_number(stage):
    [approval] = approve(stage, potential(stage).conclusion)
    with pytest.raises(Refusal, match="Thiếu số"):
        answer(stage, approval, 5, number=" ")
    assert Approval.objects.get().answered_on is None
    answer(stage, approval, 5)
    with pytest.raises(Refusal, match="Đã có trả lời"):
        answer(stage, approval, 5)


def test_only_the_province_s_officer_records_the_answer(stage):
    [approval] = approve(stage, potential(stage).conclusion)
    for other in (stage.world.districts["073"].officers[0], stage.world.secretaries[0], stage.world.producers[0]):
        with pytest.raises(Forbidden):
            answer(stage, approval, 5, by=other)


# notices


def test_below_three_stars_and_rejected_get_a_notice_and_no_decision(stage):
    low = stage.concluded(name="Kẹo lạc (mẫu)", target=44, stars=2)
    bad = stage.concluded(name="Ô mai (mẫu)", reject="Hồ sơ giả mạo phiếu kiểm nghiệm")
    count = services.announce_results(
        conclusions=[low.conclusion, bad.conclusion], by=stage.world.officers[0], now=at(DECIDED)
    )
    assert count == 2
    assert [reread(w.dossier).step for w in (low, bad)] == [Step.BELOW_3, Step.REJECTED]
    assert not Recognition.objects.exists()


def test_a_recognisable_product_is_not_closed_by_a_notice(stage):
    walked = stage.concluded()
    with pytest.raises(Refusal, match="cần quyết định"):
        services.announce_results(conclusions=[walked.conclusion], by=stage.world.officers[0], now=at(DECIDED))
    assert unchanged(walked)


# the district of its time


def test_in_its_time_the_district_recognises_three_stars_and_nobody_else(stage):
    walk, day = stage.walk, date(2024, 4, 1)
    home, other = stage.world.districts["073"], stage.world.districts["075"]
    walked = walk.file(replace(PLAN, filed_on=date(2024, 3, 12), target=62, stars=3))
    dossiers.accept(dossier=walked.dossier, version=walked.dossier.version, by=home.officers[0], now=at(day))
    walk.hold([walked], "district", day, "073")
    same = {"organ": home.organ, "day": date(2024, 4, 9), "now": at(date(2024, 4, 9))}
    for stranger in (stage.world.officers[0], other.officers[0]):
        with pytest.raises(Forbidden):
            recognise(stage, walked.conclusion, by=stranger, **same)
    assert unchanged(walked, Step.CONCLUDED_DISTRICT)
    [made] = recognise(stage, walked.conclusion, by=home.officers[0], **same)
    assert (made.stars, made.level, made.organ_name) == (3, "district", "Ủy ban nhân dân huyện Chiêm Hóa")
    assert made.valid_until == date(2027, 4, 9)


def test_what_a_district_concluded_does_not_come_back_at_the_province(stage):
    """A stale district conclusion beside a province's one is not offered for a decision again."""
    walked = stage.concluded()
    district = Conclusion.objects.get(pk=walked.conclusion.pk)
    officer, day = stage.world.officers[0], DECIDED
    assert [c.pk for c in waiting_for_decision(officer, day)] == [district.pk]
    Conclusion.objects.filter(pk=district.pk).update(level="district")
    assert list(waiting_for_decision(officer, day)) == []
