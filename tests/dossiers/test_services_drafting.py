"""Opening a dossier and filling it: whose it is, what fits, what is refused whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ocop.dossiers import services
from ocop.dossiers.models import Dossier, Pin, SelfScore
from ocop.dossiers.services import drafting
from ocop.kernel import files
from ocop.kernel.audit import SYSTEM
from ocop.kernel.models import Blob, Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.answers import answers_for
from ocop.project.sample.walk import Walk, at
from ocop.registry.models import Evidence, EvidenceKind, ProductSet, Stage, SubjectKind
from ocop.registry.services import add_evidence, add_member, add_product, add_subject
from ocop.scorecards.models import Scorecard
from ocop.scorecards.queries import card
from tests.factories import PLAN, reread

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 1)
NOW = at(DAY)
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def opened(stage, **changes):
    product = stage.walk.product(PLAN)
    return services.open_dossier(
        **{"product": product, "kind": "first", "by": stage.world.producers[0], "now": NOW, **changes}
    )


def paper(stage, subject, number=0, user=None):
    stored = files.store(b"%PDF-1.7\n%" + str(number).encode() + PDF[8:], f"to-{number}.pdf", now=NOW)
    return add_evidence(
        subject=subject,
        kind=EvidenceKind.objects.get(code="business_registration"),
        name=f"Giấy {number}",
        stored=stored,
        by=user or stage.world.producers[0],
        now=NOW,
    )


def test_a_dossier_opens_on_the_scorecard_of_its_set_with_one_event(stage):
    dossier = opened(stage)
    assert (dossier.step, dossier.scorecard.code, dossier.commune.code) == (
        "draft",
        "2026-06-processed-cereals",
        "02287",
    )
    assert (dossier.number, dossier.filed_on, dossier.route) == (None, None, "")
    assert [event.kind for event in Event.objects.about(dossier)] == ["dossier.opened"]
    assert len(dossier.code) == 17


def test_only_the_producer_opens_a_dossier_of_his_product(stage):
    product = stage.walk.product(PLAN)
    for user in (stage.world.producers[1], stage.world.communes["02287"].officers[0], stage.world.officers[0]):
        with pytest.raises(Forbidden):
            opened(stage, product=product, by=user)
    assert not Dossier.objects.exists()


def test_a_membership_that_has_not_begun_gives_no_right(stage):
    product = stage.walk.product(PLAN)
    user = stage.world.producers[1]
    add_member(subject=product.subject, user=user, valid_from=date(2026, 9, 2), by=SYSTEM, now=NOW)
    with pytest.raises(Forbidden):
        opened(stage, product=product, by=user)
    assert opened(stage, product=product, by=user, now=at(date(2026, 9, 2))).step == "draft"


def test_a_product_has_one_open_dossier(stage):
    first = opened(stage)
    with pytest.raises(Refusal, match="đã có hồ sơ đang mở"):
        opened(stage)
    services.withdraw(dossier=first, version=first.version, reason="Lập nhầm", by=stage.world.producers[0], now=NOW)
    assert opened(stage).pk != first.pk


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stage": Stage.IDEA}, "đang ở giai đoạn “Ý tưởng chờ thẩm định”"),
        ({"stage": Stage.POTENTIAL}, "đang ở giai đoạn “Sản phẩm tiềm năng”"),
        ({"product_set": None}, "chưa có bộ sản phẩm"),
        ({"commune": None}, "chưa có bộ sản phẩm hoặc xã"),
    ],
)
def test_a_product_without_what_the_law_asks_opens_none(stage, changes, words):
    subject = stage.walk.product(PLAN).subject
    product = add_product(
        **{
            "subject": subject,
            "name": "Cốm (mẫu)",
            "product_set": ProductSet.objects.get(number=6),
            "commune": subject.commune,
            "by": SYSTEM,
            "now": NOW,
            **changes,
        }
    )
    with pytest.raises(Refusal, match=words):
        opened(stage, product=product)


def test_an_association_takes_part_in_tourism_alone(stage):
    association = SubjectKind.objects.get(code="association")
    commune = stage.walk.product(PLAN).commune
    subject = add_subject(name="Hội (mẫu)", kind=association, commune=commune, by=SYSTEM, now=NOW)
    user = stage.world.producers[0]
    add_member(subject=subject, user=user, valid_from=DAY, by=SYSTEM, now=NOW)
    food, tour = (
        add_product(
            subject=subject,
            name=f"Bộ {n}",
            product_set=ProductSet.objects.get(number=n),
            commune=commune,
            by=user,
            now=NOW,
        )
        for n in (6, 26)
    )
    with pytest.raises(Refusal, match="chỉ tham gia nhóm dịch vụ du lịch"):
        opened(stage, product=food)
    assert opened(stage, product=tour).scorecard.set_no == 26


def test_where_two_sets_of_2019_were_joined_the_producer_chooses(stage):
    product = stage.walk.product(replace(PLAN, set_no=8, filed_on=date(2021, 3, 10)))
    then = at(date(2021, 3, 10))
    with pytest.raises(Refusal, match="chưa xác định được bộ tiêu chí"):
        opened(stage, product=product, now=then)
    with pytest.raises(Refusal, match="chưa xác định được bộ tiêu chí"):
        opened(stage, product=product, now=then, scorecard=Scorecard.objects.get(code="2019-06-processed-cereals"))
    fish = Scorecard.objects.get(code="2019-09-processed-fish")
    assert opened(stage, product=product, now=then, scorecard=fish).scorecard == fish


def test_before_the_criteria_of_2019_none_opens(stage):
    product = stage.walk.product(replace(PLAN, filed_on=date(2021, 3, 10)))
    user = stage.world.producers[0]
    add_member(subject=product.subject, user=user, valid_from=date(2019, 1, 1), by=SYSTEM, now=NOW)
    with pytest.raises(Refusal, match="chưa có quyết định nào về bộ tiêu chí"):
        opened(stage, product=product, now=at(date(2019, 8, 20)))


# Answers


def test_answers_are_stored_with_their_explanations_and_replaced_by_later_ones(stage):
    dossier, by = opened(stage), stage.world.producers[0]
    assert (
        services.save_answers(dossier=dossier, answers={"1.1": (2, " Trong  tỉnh "), "2.4": (True, "")}, by=by, now=NOW)
        == 2
    )
    services.save_answers(dossier=dossier, answers={"1.1": (1, "Một nửa")}, by=by, now=NOW)
    assert list(dossier.self_scores.order_by("criterion").values_list("criterion", "answer", "explanation")) == [
        ("1.1", 1, "Một nửa"),
        ("2.4", True, ""),
    ]


@pytest.mark.parametrize(
    ("criterion", "answer"),
    [("1.1", 99), ("1.1", -1), ("1.1", "2"), ("1.1", True), ("1.1", 1.0), ("2.4", 1), ("2.4", 0), ("total", 100)],
)
def test_an_answer_that_the_scorecard_does_not_have_is_refused_with_all_that_came_with_it(stage, criterion, answer):
    dossier, events = opened(stage), Event.objects.count()
    with pytest.raises(Refusal, match=criterion):
        services.save_answers(
            dossier=dossier,
            answers={"1.2": (0, ""), criterion: (answer, "")},
            by=stage.world.producers[0],
            now=NOW,
        )
    assert not SelfScore.objects.exists()
    assert Event.objects.count() == events


def test_nobody_else_writes_into_a_draft(stage):
    dossier = opened(stage)
    evidence = paper(stage, dossier.subject)
    for user in (stage.world.producers[1], stage.world.communes["02287"].officers[0], stage.world.officers[0]):
        with pytest.raises(Forbidden):
            services.save_answers(dossier=dossier, answers={"1.1": (0, "")}, by=user, now=NOW)
        with pytest.raises(Forbidden):
            services.save_forms(dossier=dossier, values={"history": "x"}, version=dossier.version, by=user, now=NOW)
        with pytest.raises(Forbidden):
            services.attach(dossier=dossier, criterion="1.1", evidence=evidence, by=user, now=NOW)
    assert not SelfScore.objects.exists()
    assert not Pin.objects.exists()


def test_a_filed_dossier_is_closed_to_its_producer_and_open_again_when_returned(stage):
    dossier, by = stage.filed().dossier, stage.world.producers[0]
    pin = dossier.pins.get()
    with pytest.raises(Refusal, match="đã nộp nên không sửa được"):
        services.save_answers(dossier=dossier, answers={"1.1": (0, "")}, by=by, now=NOW)
    with pytest.raises(Refusal, match="đã nộp nên không sửa được"):
        services.detach(pin=pin, by=by, now=NOW)
    services.return_dossier(
        dossier=dossier,
        version=dossier.version,
        reason="Bổ sung giấy kiểm nghiệm",
        by=stage.world.communes["02287"].officers[0],
        now=NOW,
    )
    assert services.save_answers(dossier=dossier, answers={"1.1": (0, "")}, by=by, now=NOW) == 1


def test_an_edit_that_meets_a_filing_on_the_way_is_refused(stage):
    dossier, by = stage.draft(), stage.world.producers[0]
    other_tab = reread(dossier)
    services.submit(dossier=dossier, version=dossier.version, by=by, now=NOW)
    with pytest.raises(Refusal, match="vừa cập nhật"):
        services.save_answers(dossier=other_tab, answers={"1.1": (0, "")}, by=by, now=NOW)
    assert dossier.self_scores.get(criterion="1.1").answer == dossier.filings.get().snapshot["answers"]["1.1"]


# Forms


def test_forms_keep_typed_text_and_refuse_unknown_blanks_and_old_copies(stage):
    dossier, by = opened(stage), stage.world.producers[0]
    old = dossier.version
    services.save_forms(dossier=dossier, values={"history": " Từ  2015 "}, version=old, by=by, now=NOW)
    assert dossier.forms == {"history": "Từ 2015"}
    with pytest.raises(Refusal, match="mục lạ: stars"):
        services.save_forms(dossier=dossier, values={"stars": 5}, version=dossier.version, by=by, now=NOW)
    with pytest.raises(Refusal, match="mục lạ: changes"):  # a blank of upgrade and re-evaluation
        services.save_forms(dossier=dossier, values={"changes": "x"}, version=dossier.version, by=by, now=NOW)
    with pytest.raises(Refusal, match="vừa cập nhật"):
        services.save_forms(dossier=dossier, values={"history": "Khác"}, version=old, by=by, now=NOW)
    assert reread(dossier).forms == {"history": "Từ 2015"}


# Cases: tourism 8 has the cases A and B


def test_choosing_a_case_removes_the_answers_of_the_other(stage):
    product = stage.walk.product(replace(PLAN, set_no=26))
    dossier, by = opened(stage, product=product), stage.world.producers[0]
    found = card(dossier.scorecard).by_code["8"]
    one, other = (case.code for case in found.cases)
    of_one = next(o.index for o in found.options if o.case == one)
    of_other = next(o.index for o in found.options if o.case == other)
    services.save_answers(dossier=dossier, answers={"8": (of_one, ""), "1.1": (0, "")}, by=by, now=NOW)
    services.choose_case(dossier=dossier, criterion="8", case=one, by=by, now=NOW)
    assert dossier.self_scores.get(criterion="8").answer == of_one
    with pytest.raises(Refusal, match="Tiêu chí 8 không có mức này"):
        services.save_answers(dossier=dossier, answers={"8": (of_other, "")}, by=by, now=NOW)
    services.choose_case(dossier=dossier, criterion="8", case=other, by=by, now=NOW)
    assert dossier.cases == {"8": other}
    assert list(dossier.self_scores.values_list("criterion", "answer")) == [("1.1", 0)]
    services.save_answers(dossier=dossier, answers={"8": (of_other, "")}, by=by, now=NOW)


@pytest.mark.parametrize(("criterion", "case"), [("8", "Z"), ("1.1", "A"), ("99", "A")])
def test_a_case_that_does_not_exist_is_refused(stage, criterion, case):
    product = stage.walk.product(replace(PLAN, set_no=26))
    dossier = opened(stage, product=product)
    with pytest.raises(Refusal, match="không có trường hợp này"):
        services.choose_case(dossier=dossier, criterion=criterion, case=case, by=stage.world.producers[0], now=NOW)


# Evidence


def test_evidence_is_pinned_once_as_a_link_and_taken_off(stage):
    dossier, by = opened(stage), stage.world.producers[0]
    evidence = paper(stage, dossier.subject)
    first = services.attach(dossier=dossier, criterion="1.1", evidence=evidence, by=by, now=NOW)
    events = Event.objects.count()
    assert services.attach(dossier=dossier, criterion="1.1", evidence=evidence, by=by, now=NOW) == first
    assert Event.objects.count() == events
    services.detach(pin=first, by=by, now=NOW)
    assert not dossier.pins.exists()
    assert Evidence.objects.filter(pk=evidence.pk).exists()


def test_evidence_of_another_subject_and_an_unknown_criterion_are_refused(stage):
    dossier, by = opened(stage), stage.world.producers[0]
    theirs = Walk(stage.world, stage.world.producers[1]).product(
        replace(PLAN, subject="Hợp tác xã khác (mẫu)", name="Khác (mẫu)")
    )
    foreign = paper(stage, theirs.subject, user=stage.world.producers[1])
    with pytest.raises(Forbidden, match="của chủ thể khác"):
        services.attach(dossier=dossier, criterion="1.1", evidence=foreign, by=by, now=NOW)
    with pytest.raises(Refusal, match="không có tiêu chí 99"):
        services.attach(dossier=dossier, criterion="99", evidence=paper(stage, dossier.subject), by=by, now=NOW)
    assert not Pin.objects.exists()


def test_the_61st_file_is_refused_and_a_known_one_may_be_pinned_again(stage):
    dossier, by = opened(stage), stage.world.producers[0]
    papers = [paper(stage, dossier.subject, n) for n in range(61)]
    Pin.objects.bulk_create([Pin(dossier=dossier, criterion="1.1", evidence=one) for one in papers[:59]])
    services.attach(dossier=dossier, criterion="1.1", evidence=papers[59], by=by, now=NOW)
    with pytest.raises(Refusal, match="tối đa 60 tệp và 200 MB"):
        services.attach(dossier=dossier, criterion="1.1", evidence=papers[60], by=by, now=NOW)
    services.attach(dossier=dossier, criterion="1.2", evidence=papers[0], by=by, now=NOW)
    assert dossier.pins.values("evidence").distinct().count() == 60


def test_a_dossier_holds_200_megabytes_to_the_byte(stage):
    dossier, by = opened(stage), stage.world.producers[0]
    big, small, more = (paper(stage, dossier.subject, n) for n in range(3))
    Blob.objects.filter(pk=big.blob_id).update(size=200 * 1024 * 1024 - small.blob.size)
    services.attach(dossier=dossier, criterion="1.1", evidence=Evidence.objects.get(pk=big.pk), by=by, now=NOW)
    services.attach(dossier=dossier, criterion="1.1", evidence=small, by=by, now=NOW)
    with pytest.raises(Refusal, match="200 MB"):
        services.attach(dossier=dossier, criterion="1.1", evidence=more, by=by, now=NOW)
    assert (drafting.MAX_FILES, drafting.MAX_BYTES) == (60, 209_715_200)


# A draft that outlives its scorecard


def test_a_draft_changes_to_the_scorecard_in_force_and_keeps_what_fits(stage):
    dossier, by = stage.draft(filed_on=date(2026, 5, 20)), stage.world.producers[0]
    evidence = dossier.pins.get().evidence
    new = Scorecard.objects.get(code="2026-06-processed-cereals")
    in_both = min(set(card(dossier.scorecard).by_code) & set(card(new).by_code))
    services.attach(dossier=dossier, criterion=in_both, evidence=evidence, by=by, now=at(date(2026, 5, 20)))
    with pytest.raises(Refusal, match="không áp dụng"):
        services.change_scorecard(dossier=dossier, scorecard=new, by=by, now=at(date(2026, 5, 21)))
    services.change_scorecard(dossier=dossier, scorecard=new, by=by, now=at(date(2026, 5, 22)))
    assert dossier.scorecard == new
    assert not dossier.self_scores.exists()
    assert [pin.criterion for pin in dossier.pins.order_by("pk")] == [in_both]
    assert dossier.forms["history"]


def test_a_filed_dossier_keeps_its_scorecard(stage):
    dossier = stage.filed(filed_on=date(2026, 5, 20)).dossier
    services.return_dossier(
        dossier=dossier,
        version=dossier.version,
        reason="Bổ sung giấy kiểm nghiệm",
        by=stage.world.communes["02287"].officers[0],
        now=at(date(2026, 5, 23)),
    )
    new = Scorecard.objects.get(code="2026-06-processed-cereals")
    with pytest.raises(Refusal, match="không áp dụng"):
        services.change_scorecard(
            dossier=dossier, scorecard=new, by=stage.world.producers[0], now=at(date(2026, 5, 24))
        )


def test_answers_for_the_sample_fit_every_scorecard_that_a_dossier_may_have(stage):
    """The builder that other tests stand on: whole answers, no total beside them."""
    dossier = opened(stage)
    assert set(answers_for(card(dossier.scorecard), 72, stars=4)) == set(card(dossier.scorecard).by_code)
