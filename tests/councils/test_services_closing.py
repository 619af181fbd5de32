"""Closing a round: quorum, due sheets, findings, deviation, the conclusion and what follows it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from ocop.councils import services
from ocop.councils.models import Conclusion, Excuse, Finding, Item, Sheet
from ocop.councils.queries import board_of
from ocop.dossiers.models import Dossier
from ocop.dossiers.rules import Move
from ocop.dossiers.services import accept, end_districts, record, send_up
from ocop.kernel import audit
from ocop.kernel.models import Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.answers import answers_for
from ocop.project.sample.walk import at
from ocop.registry.models import TieKind
from ocop.registry.services import tie
from tests.factories import reread
from tests.ground import standing

pytestmark = pytest.mark.django_db


@standing
def sitting(stage):
    """One product of 2026 before nine members, the chair first."""
    return stage.sitting(stage.ready().dossier)


def stays_open(sitting, words, by=None):
    """Refused: no conclusion, no other round, no event."""
    before, events = Item.objects.values().get(pk=sitting.item.pk), Event.objects.count()
    with pytest.raises(Refusal, match=words):
        services.close_item(item=sitting.item, by=by or sitting.secretary, now=sitting.at(10))
    assert Item.objects.values().get(pk=sitting.item.pk) == before
    assert not Conclusion.objects.exists()
    assert Event.objects.count() == events


# Who is due


def test_only_the_secretary_closes(stage, sitting):
    sitting.sign_all(72)
    for user in (sitting.chair, sitting.members[3].user, stage.world.officers[0], stage.world.producers[0]):
        stays_open(sitting, "Việc này của thư ký", user)
    assert sitting.conclude().sheets == 9


@pytest.mark.parametrize(("present", "met"), [(7, True), (6, False)])
def test_seven_of_nine_are_a_quorum_and_six_are_not(sitting, present, met):
    here = sitting.members[:present]
    sitting.attend(*here)
    for member in here:
        sitting.sign(member, 72)
    if met:
        assert sitting.conclude().sheets == 7
    else:
        stays_open(sitting, "có mặt 6/9, cần từ 7")


@pytest.mark.parametrize(("present", "met"), [(6, True), (5, False)])
def test_a_recusal_lowers_the_number_that_a_quorum_needs(sitting, present, met):
    """Eight of nine remain: 6 are enough."""
    tied = sitting.members[8]
    sitting.declare(tied, conflict=True)
    here = sitting.members[:present]
    sitting.attend(*here, tied)
    for member in here:
        sitting.sign(member, 72)
    row = board_of(sitting.item, sitting.day)
    assert (row.present, row.members, row.least_present, row.quorum) == (present, 8, 6, met)
    if met:
        assert sitting.conclude().sheets == 6
    else:
        stays_open(sitting, "có mặt 5/8, cần từ 6")


def test_without_the_chair_there_is_no_quorum(sitting):
    here = sitting.members[1:]
    sitting.attend(*here)
    for member in here:
        sitting.sign(member, 72)
    stays_open(sitting, "Chủ tịch Hội đồng vắng mặt")


def test_a_sheet_is_due_from_everybody_present_and_the_missing_are_named(sitting):
    for member in sitting.members[:7]:
        sitting.sign(member, 72)
    late, later = sitting.members[7:]
    sitting.fill(late, sitting.answers(72))
    stays_open(sitting, re.escape(f"Còn phiếu chưa ký: {late.user.name}, {later.user.name}."))


def test_who_is_present_and_has_not_declared_holds_the_round_open(stage):
    sitting = stage.sitting(stage.ready().dossier, opened=False)
    silent = sitting.members[8]
    sitting.declare(*sitting.members[:8])
    sitting.attend(*sitting.members)
    services.open_session(session=sitting.session, by=sitting.secretary, now=sitting.at(8))
    sitting.reread()
    for member in sitting.members[:8]:
        sitting.sign(member, 72)
    stays_open(sitting, "Còn phiếu chưa ký: Nông Văn Sơn")
    sitting.declare(silent, conflict=True)
    assert sitting.conclude().sheets == 8


def test_the_chair_excuses_a_present_member_with_a_reason(stage, sitting):
    late = sitting.members[8]
    for member in sitting.members[:8]:
        sitting.sign(member, 72)

    def excuse(member, by, reason="Phải về sớm vì việc gia đình"):
        services.excuse_member(item=sitting.item, member=member, reason=reason, by=by, now=sitting.at(10))

    for user in (sitting.secretary, late.user, stage.world.officers[0]):
        with pytest.raises(Forbidden):
            excuse(late, user)
    with pytest.raises(Refusal, match="Lý do quá ngắn"):
        excuse(late, sitting.chair, "Bận")
    with pytest.raises(Refusal, match="Thành viên đã ký phiếu"):
        excuse(sitting.members[0], sitting.chair)
    assert not Excuse.objects.exists()
    excuse(late, sitting.chair)
    assert sitting.conclude().sheets == 8


def test_a_sheet_signed_before_its_member_left_counts(sitting):
    for member in sitting.members:
        sitting.sign(member, 72)
    sitting.attend(*sitting.members[:8])
    assert sitting.conclude().sheets == 9


def test_a_sheet_whose_member_turns_out_to_be_tied_is_not_counted(sitting):
    sitting.sign_all(72, 72, 80, 72)
    tied = sitting.members[2]
    tie(
        subject=sitting.item.dossier.subject,
        kind=TieKind.RELATIVE,
        user=tied.user,
        valid_from=date(2026, 1, 1),
        source="Xác minh",
    )
    stays_open(sitting, "Có phiếu của thành viên có xung đột lợi ích: Phạm Quang Huy")
    sheet = Sheet.objects.select_related("item__session__council").get(member=tied)
    services.reopen_sheet(sheet=sheet, reason="Thành viên có xung đột lợi ích", by=sitting.chair, now=sitting.at(10))
    conclusion = sitting.conclude()
    assert (conclusion.points, conclusion.sheets) == (8 * 72, 8)


def test_one_form_sent_twice_closes_once(sitting):
    sitting.sign_all(72)
    values = {"item": sitting.item, "by": sitting.secretary, "now": sitting.at(10), "token": "dong-1"}
    services.close_item(**values)
    with pytest.raises(Refusal, match="đã được gửi"):
        services.close_item(**values)
    with pytest.raises(Refusal, match="đã kết luận"):
        services.close_item(**{**values, "token": "dong-2"})
    assert Conclusion.objects.count() == 1


# The mean and the stars


def test_the_conclusion_is_a_sum_and_a_count_and_moves_the_dossier(sitting):
    sitting.sign_all(72, 73, 71, 74)
    conclusion = sitting.conclude()
    assert (conclusion.points, conclusion.sheets) == (72 + 73 + 71 + 6 * 74, 9)
    assert (conclusion.band, conclusion.stars, conclusion.result, conclusion.level) == (4, 4, "recognised", "province")
    assert (conclusion.marks_missed["3"], conclusion.marks_missed["4"]) == ([], [])
    assert not conclusion.deviation_stands
    dossier = reread(sitting.item.dossier)
    assert dossier.step == "concluded_province"
    assert audit.timeline(dossier)[-1].kind == "dossier.conclude"
    assert sitting.item.closed


@pytest.mark.parametrize(
    ("totals", "result", "stars"),
    [
        ((90,) * 9, "potential_5", None),
        ((89,) + (90,) * 8, "recognised", 4),  # 809/9 is 89.88...
        ((98,) + (89,) * 8, "potential_5", None),  # 810/9 = 90 exactly
        ((97,) + (89,) * 8, "recognised", 4),
    ],
)
def test_90_points_on_the_unrounded_mean_are_the_ministrys(sitting, totals, result, stars):
    sitting.sign_all(*totals, stars=5)
    conclusion = sitting.conclude()
    assert (conclusion.points, conclusion.result, conclusion.stars) == (sum(totals), result, stars)


def test_potential_5_goes_by_points_alone_and_the_missed_marks_are_kept(sitting):
    for member in sitting.members:
        answers = answers_for(sitting.card, 100, stars=5) | {"4.1": 0}
        services.sign_sheet(sheet=sitting.fill(member, answers), by=member.user, now=sitting.at())
    conclusion = sitting.conclude()
    assert (conclusion.points, conclusion.result, conclusion.stars) == (9 * 96, "potential_5", None)
    assert conclusion.marks_missed == {"3": ["4.1"], "4": ["4.1"], "5": ["4.1"]}


@pytest.mark.parametrize(("reach", "stars"), [(5, 4), (4, 3)])
def test_a_star_mark_needs_more_than_half_of_the_counted_sheets(sitting, reach, stars):
    """Eight sheets, one member recused; 4.1 needs 3 points (option 2) for 4 stars. A tie is not met."""
    sitting.declare(sitting.members[8], conflict=True)
    answers = answers_for(sitting.card, 84, stars=4)
    for place, member in enumerate(sitting.members[:8]):
        mine = answers | {"4.1": 2 if place < reach else 1}
        services.sign_sheet(sheet=sitting.fill(member, mine), by=member.user, now=sitting.at())
    conclusion = sitting.conclude()
    assert (conclusion.band, conclusion.stars) == (4, stars)
    assert conclusion.marks_missed["4"] == ([] if stars == 4 else ["4.1"])
    if stars == 3:
        assert conclusion.reasons == ["điểm đạt 4 sao; chưa đạt mức tối thiểu 4 sao ở 4.1: xếp 3 sao"]


# Deviation and rounds


@pytest.mark.parametrize(("low", "again"), [(62, False), (61, True)])
def test_totals_11_apart_open_a_second_round_and_10_apart_do_not(sitting, low, again):
    sitting.sign_all(72, low, 70, stars=3)
    conclusion = sitting.close()
    assert (conclusion is None) == again
    assert sitting.item.round == (2 if again else 1)
    assert sitting.item.closed != again
    assert bool(sitting.item.deviation) == again


def test_the_second_round_starts_from_the_first_and_alone_counts(sitting):
    sitting.sign_all(75, 60, stars=3)
    assert sitting.close() is None
    causes = [code for code, _ in sitting.item.deviation]
    assert causes
    assert all(points == sorted(points) and len(points) == 9 for _, points in sitting.item.deviation)
    first = Sheet.objects.get(member=sitting.members[0], round=1)
    second = sitting.start(sitting.members[0])
    assert second.round == 2
    assert dict(second.answers.values_list("criterion", "answer")) == first.body["answers"]
    sitting.sign_all(68, 66, 64, stars=3)
    conclusion = sitting.conclude()
    assert (conclusion.points, conclusion.sheets) == (68 + 66 + 7 * 64, 9)
    assert not conclusion.deviation_stands
    assert Sheet.objects.filter(round=1).exclude(signed_at=None).count() == 9
    assert [entry.kind for entry in audit.timeline(sitting.item)][-2:] == ["item.next_round", "item.concluded"]


def test_sheets_of_the_first_round_are_closed_in_the_second(sitting):
    sitting.sign_all(75, 60, stars=3)
    old_item = Item.objects.select_related("session__council", "dossier").get()
    assert sitting.close() is None
    member = sitting.members[0]
    first = Sheet.objects.get(member=member, round=1)
    with pytest.raises(Refusal, match="Phiếu đã ký"):
        services.save_marks(sheet=first, marks={"1.1": (0, "")}, by=member.user, now=sitting.at(10))
    with pytest.raises(Refusal, match="Vòng chấm đã đóng"):
        services.reopen_sheet(
            sheet=Sheet.objects.select_related("item__session__council").get(pk=first.pk),
            reason="Nhập nhầm tiêu chí 2.1",
            by=sitting.chair,
            now=sitting.at(10),
        )
    assert services.start_sheet(item=old_item, by=member.user, now=sitting.at(10)).round == 2


def test_after_the_last_round_the_deviation_stands_and_the_mean_counts(sitting):
    sitting.sign_all(75, 60, stars=3)
    sitting.close()
    sitting.sign_all(75, 60, stars=3)
    conclusion = sitting.conclude()
    assert conclusion.deviation_stands
    assert (conclusion.points, conclusion.sheets, conclusion.stars) == (75 + 8 * 60, 9, 3)


def test_a_rule_book_with_one_round_opens_no_second(sitting):
    sitting.session.rules_body = {**sitting.session.rules_body, "rounds": 1}
    sitting.session.save(update_fields=["rules_body"])
    sitting.sign_all(75, 60, stars=3)
    assert sitting.conclude().deviation_stands


# Findings


def test_a_finding_needs_reason_and_note_and_the_secretary(stage, sitting):
    def enter(**changes):
        values = {
            "item": sitting.item,
            "kind": "reject",
            "reason": "Nguyên liệu không rõ nguồn gốc",
            "criterion": "2.1",
            "by": sitting.secretary,
            "now": sitting.at(),
        }
        return services.enter_finding(**{**values, **changes})

    for user in (sitting.chair, sitting.members[3].user, stage.world.officers[0]):
        with pytest.raises(Forbidden):
            enter(by=user)
    for changes, words in (
        ({"reason": "Loại"}, "Lý do quá ngắn"),
        ({"criterion": "1.1"}, "không có ghi chú loại"),  # 1.1 of set 6 prints no ground of rejection
        ({"kind": "stop", "criterion": "2.1"}, "không có ghi chú loại hoặc dừng"),
        ({"kind": "stop", "criterion": ""}, "không có ghi chú loại hoặc dừng"),
        ({"kind": "minimum_2019", "stars": 4}, "chỉ dùng cho bộ tiêu chí 2019"),
    ):
        with pytest.raises(Refusal, match=words):
            enter(**changes)
    assert not Finding.objects.exists()
    assert enter().criterion == "2.1"
    with pytest.raises(Refusal, match="Nhận định này đã có"):
        enter()


def test_a_finding_counts_once_the_chair_confirmed_it(stage, sitting):
    finding = sitting.find("reject", "2.1", confirmed=False)
    sitting.sign_all(72)
    stays_open(sitting, "chưa được Chủ tịch xác nhận")
    for user in (sitting.secretary, sitting.members[3].user, stage.world.officers[0]):
        with pytest.raises(Forbidden):
            services.confirm_finding(finding=finding, by=user, now=sitting.at())
    services.confirm_finding(finding=finding, by=sitting.chair, now=sitting.at())
    with pytest.raises(Refusal, match="vừa cập nhật"):
        services.confirm_finding(finding=finding, by=sitting.chair, now=sitting.at())
    conclusion = sitting.conclude()
    assert (conclusion.result, conclusion.stars) == ("rejected", 0)
    assert conclusion.reasons == ["2.1: Đối chiếu hồ sơ và sản phẩm mẫu"]


def test_the_secretary_takes_back_a_finding_that_the_chair_does_not_confirm(stage, sitting):
    wrong = sitting.find("reject", "2.1", confirmed=False)
    with pytest.raises(Forbidden):
        services.drop_finding(finding=wrong, by=sitting.members[3].user, now=sitting.at())
    services.drop_finding(finding=wrong, by=sitting.secretary, now=sitting.at())
    entry = audit.timeline(sitting.item)[-1]
    assert (entry.kind, entry.before["tiêu chí"]) == ("finding.dropped", "2.1")


def test_the_chair_alone_takes_back_a_confirmed_finding_before_anybody_signed_under_it(sitting):
    stop, why = sitting.find("stop", "6.1"), "Kết quả kiểm nghiệm lần hai đạt"
    with pytest.raises(Forbidden):
        services.drop_finding(finding=stop, reason=why, by=sitting.secretary, now=sitting.at())
    with pytest.raises(Refusal, match="Lý do quá ngắn"):
        services.drop_finding(finding=stop, by=sitting.chair, now=sitting.at())
    fresh = sitting.fill(sitting.members[2], sitting.answers(72))
    signed = services.sign_sheet(sheet=fresh, by=sitting.members[2].user, now=sitting.at(9, 30))
    with pytest.raises(Refusal, match="Đã có phiếu ký theo nhận định này"):
        services.drop_finding(finding=stop, reason=why, by=sitting.chair, now=sitting.at())
    services.reopen_sheet(
        sheet=Sheet.objects.select_related("item__session__council").get(pk=signed.pk),
        reason=why,
        by=sitting.chair,
        now=sitting.at(10),
    )
    services.drop_finding(finding=stop, reason=why, by=sitting.chair, now=sitting.at())
    assert audit.timeline(sitting.item)[-1].reason == why
    assert not Finding.objects.exists()


def test_a_product_is_rejected_before_anybody_scored(sitting):
    sitting.find("reject")
    conclusion = sitting.conclude()
    assert (conclusion.result, conclusion.stars, conclusion.points, conclusion.sheets, conclusion.band) == (
        "rejected",
        0,
        0,
        0,
        None,
    )
    assert conclusion.reasons == ["hồ sơ: Đối chiếu hồ sơ và sản phẩm mẫu"]


def test_a_rejection_once_somebody_signed_waits_for_the_other_sheets(sitting):
    sitting.find("reject", "2.1")
    sitting.sign(sitting.members[0], 72)
    stays_open(sitting, "Còn phiếu chưa ký")
    for member in sitting.members[1:]:
        sitting.sign(member, 60 if member == sitting.members[1] else 72, stars=3)
    conclusion = sitting.conclude()  # 12 points apart: no second round for what is rejected
    assert (conclusion.result, conclusion.stars, conclusion.deviation_stands) == ("rejected", 0, False)


def test_a_stop_confirmed_after_signing_takes_the_later_criteria_from_every_sheet(sitting):
    """6.1 is the 23rd of 32 criteria of set 6: what follows it counts 0 and misses its marks."""
    sitting.sign_all(72)
    sheet = Sheet.objects.filter(member=sitting.members[0]).get()
    codes = [criterion.code for criterion in sitting.card.criteria]
    until = codes[: codes.index("6.1") + 1]
    points = sum(
        (1 if sheet.body["answers"][code] else 0)
        if not sitting.card.by_code[code].options
        else sitting.card.by_code[code].options[sheet.body["answers"][code]].points
        for code in until
    )
    sitting.find("stop", "6.1")
    conclusion = sitting.conclude()
    assert len(until) == 23
    assert (conclusion.points, conclusion.sheets) == (9 * points, 9)
    assert {"8", "9"} <= set(conclusion.marks_missed["3"])
    assert conclusion.stars <= 2
    assert conclusion.result == "below_3"
    assert "dừng đánh giá ở 6.1: các tiêu chí sau không chấm điểm" in conclusion.reasons


def first_rules(stage, **changes):
    """A district's sitting under the rules of 2019."""
    return stage.sitting(stage.ready_at_district(filed_on=date(2021, 3, 10), **changes).dossier)


def test_under_2019_there_is_no_conclusion_without_the_finding_on_the_minimums(stage):
    sitting = first_rules(stage)
    sitting.sign_all(45, stars=2)
    stays_open(sitting, "yêu cầu tối thiểu theo sao của QĐ 781")
    sitting.find("minimum_2019", stars=2)
    conclusion = sitting.conclude()
    assert (conclusion.result, conclusion.stars, conclusion.level) == ("below_3", 2, "district")


@pytest.mark.parametrize("stars", [1, 6, None, 0])
def test_the_finding_of_2019_is_2_to_5_stars(stage, stars):
    sitting = first_rules(stage)
    with pytest.raises(Refusal, match="từ 2 đến 5 sao"):
        sitting.find("minimum_2019", stars=stars)


@pytest.mark.parametrize(
    ("finding", "stars", "result"), [(4, 4, "recognised"), (3, 3, "recognised"), (2, 2, "below_3")]
)
def test_under_2019_the_province_gives_the_smaller_of_band_and_finding(stage, finding, stars, result):
    sitting = first_rules(stage)
    sitting.sign_all(75, stars=4)
    assert sitting.conclude().result == "send_up"
    dossier, day = reread(sitting.item.dossier), date(2021, 5, 4)
    officer, province = stage.world.districts["073"].officers[0], stage.world.officers[0]
    send_up(dossier=dossier, version=dossier.version, by=officer, now=at(day))
    second = stage.sitting(taken_in(dossier, province, day), day=date(2021, 5, 20))
    second.find("minimum_2019", stars=finding)
    second.sign_all(75, stars=4)
    conclusion = second.conclude()
    assert (conclusion.level, conclusion.stars, conclusion.result) == ("province", stars, result)


def taken_in(dossier, by, day):
    accept(dossier=dossier, version=dossier.version, by=by, now=at(day))
    return dossier


# Districts


@pytest.mark.parametrize(
    ("filed_on", "total", "result", "stars"),
    [
        (date(2021, 3, 10), 50, "send_up", None),
        (date(2021, 3, 10), 49, "below_3", 2),
        (date(2024, 3, 12), 70, "send_up", None),
        (date(2024, 3, 12), 69, "recognised", 3),
        (date(2024, 3, 12), 49, "below_3", 2),
        (date(2024, 3, 12), 95, "send_up", None),
    ],
)
def test_a_district_council_keeps_or_sends_up(stage, filed_on, total, result, stars):
    sitting = stage.sitting(stage.ready_at_district(filed_on=filed_on).dossier)
    if filed_on.year == 2021:
        sitting.find("minimum_2019", stars=3)
    sitting.sign_all(total, stars=3)
    conclusion = sitting.conclude()
    assert (conclusion.result, conclusion.stars, conclusion.level) == (result, stars, "district")
    assert reread(sitting.item.dossier).step == "concluded_district"


# What follows


def test_1_and_2_stars_get_a_notice_and_nothing_else(stage, sitting):
    sitting.sign_all(45, stars=1)
    conclusion = sitting.conclude()
    assert (conclusion.result, conclusion.stars) == ("below_3", 2)
    conclusion = Conclusion.objects.select_related("dossier__subject").get()
    with pytest.raises(Forbidden):
        services.announce(conclusion=conclusion, by=sitting.secretary, now=sitting.at(11))
    services.announce(conclusion=conclusion, by=stage.world.officers[0], now=sitting.at(11))
    assert reread(sitting.item.dossier).step == "below_3"
    assert stage.world.producers[0].notices.filter(text__contains="chưa đạt 3 sao").exists()


def test_a_recognisable_result_is_not_closed_by_a_notice(stage, sitting):
    sitting.sign_all(72)
    conclusion = sitting.conclude()
    with pytest.raises(Refusal, match="cần quyết định"):
        services.announce(conclusion=conclusion, by=stage.world.officers[0], now=sitting.at(11))


def test_an_older_conclusion_never_closes_a_dossier(stage):
    """The district found 2 stars, the province, which took the dossier over on 1/7/2025, found 3."""
    sitting = stage.sitting(stage.ready_at_district(filed_on=date(2025, 6, 2)).dossier, day=date(2025, 6, 27))
    sitting.sign_all(45, stars=2)
    old = sitting.conclude()
    dossier = reread(sitting.item.dossier)
    end_districts(now=at(date(2025, 7, 1)))
    dossier = taken_in(reread(dossier), stage.world.officers[0], date(2025, 7, 2))
    second = stage.sitting(dossier, day=date(2025, 7, 20))
    second.sign_all(60, stars=3)
    assert second.conclude().stars == 3
    old = Conclusion.objects.select_related("dossier__subject").get(pk=old.pk)
    with pytest.raises(Refusal, match="đã có kết luận mới hơn"):
        services.announce(conclusion=old, by=stage.world.officers[0], now=second.at(11))
    assert reread(dossier).step == "concluded_province"


def test_what_the_ministry_gives_back_is_judged_again_in_a_new_session(stage, sitting):
    sitting.sign_all(92, stars=5)
    sitting.conclude()
    dossier, by = Dossier.objects.select_related("subject").get(), stage.world.officers[0]
    record(dossier=dossier, move=Move.SEND_TO_MINISTRY, by=by, now=at(date(2026, 11, 2)))
    record(dossier=dossier, move=Move.EVALUATE_AGAIN, by=by, now=at(date(2026, 12, 2)))
    again = stage.sitting(dossier, day=date(2026, 12, 10))
    again.sign_all(85)
    assert again.conclude().stars == 4
    assert [c.result for c in Conclusion.objects.order_by("pk")] == ["potential_5", "recognised"]


def test_a_higher_room_records_only_what_is_its_to_record(stage):
    dossier = stage.ready().dossier
    with pytest.raises(ValueError):
        record(dossier=dossier, move=Move.ACCEPT, by=stage.world.officers[0], now=at(date(2026, 9, 20)))
    assert reread(dossier).step == "ready_province"
