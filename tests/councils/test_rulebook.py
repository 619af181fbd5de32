"""Rules of work in words, tried on numbers, adopted as dated rows that no planned session feels."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

import pytest

from ocop.councils import services
from ocop.councils.models import CouncilRules, Session
from ocop.councils.queries import rules_of, rules_on
from ocop.councils.rulebook import Trial, in_words, try_out
from ocop.councils.rules import RulesOfWork
from ocop.kernel.models import Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at
from ocop.scorecards.rules import Settings

DEFAULTS = RulesOfWork()


def said(rules, *numbers, chair=True, settings=Settings(), **more):  # noqa: B008  frozen
    found = try_out(rules, Trial(*numbers, chair=chair, **more), settings)
    return [(answer.text, answer.met) for answer in found]


def test_every_rule_is_one_sentence():
    assert in_words(DEFAULTS) == [
        "Hội đồng có từ 5 thành viên chấm điểm.",
        "Giấy mời gửi trước phiên họp; không quy định số ngày.",
        "Hồ sơ điện tử mở cho thành viên trước phiên họp; không quy định số ngày.",
        "Họp khi có mặt từ 3/4 số thành viên được chấm, không tính người có xung đột lợi ích, và có Chủ tịch Hội đồng.",
        "Mỗi sản phẩm được đánh giá trong một lần họp.",
        "Thành viên được xem điểm tự chấm của chủ thể, được xem ý kiến của xã và Tổ tư vấn khi chấm.",
        "Không bắt buộc ghi lý do khi điểm khác điểm tự chấm.",
        "Không bắt buộc ghi lý do khi cho điểm ở tiêu chí không có minh chứng.",
        "Phiếu cao nhất và phiếu thấp nhất chênh nhau quá 10 điểm thì thảo luận rồi chấm lại, nhiều nhất 2 vòng; "
        "vòng cuối còn chênh thì ghi biên bản và lấy bình quân.",
        "Tính mọi phiếu hợp lệ của vòng cuối.",
        "Mức tối thiểu theo sao đạt theo thiết lập chung của bộ tiêu chí.",
        "Phiếu ghi tên: sau khi kết luận, người trong phiên biết phiếu của ai.",
        "Đánh giá lại tại phiên họp.",
        "Chủ thể khiếu nại trong 30 ngày từ ngày thông báo kết quả.",
        "Không lấy ý kiến công khai về kết quả.",
    ]


def test_every_field_changes_the_words():
    others = {
        "least_members": 7, "quorum": (2, 3), "chair_present": False, "deviation_limit": 8, "deviation_from": True,
        "rounds": 3, "seats_of_2026": True, "secret": True, "counted": "trimmed", "mark_rule": "mean",
        "self_score_shown": False, "findings_shown": False, "reason_from": 2, "reason_without_paper": True,
        "sittings": 2, "written": True, "notice_days": 3, "dossier_days": 2, "complaint_days": 15, "comment_days": 7,
    }  # fmt: skip
    assert set(others) == set(asdict(DEFAULTS))
    for name, value in others.items():
        changed = in_words(RulesOfWork(**{name: value}))
        assert sum(new != old for new, old in zip(changed, in_words(DEFAULTS), strict=True)) == 1, name


def test_a_trial_tells_quorum_and_chair():
    assert said(DEFAULTS, 9, 7) == [
        ("Có mặt 7/9 thành viên, cần từ 7: đủ để họp.", True),
        ("Chủ tịch Hội đồng có mặt.", True),
    ]
    assert said(DEFAULTS, 9, 6, chair=False) == [
        ("Có mặt 6/9 thành viên, cần từ 7: không đủ để họp.", False),
        ("Chủ tịch Hội đồng vắng mặt: không họp được.", False),
    ]
    assert said(RulesOfWork(chair_present=False, quorum=(2, 3)), 9, 6, chair=False) == [
        ("Có mặt 6/9 thành viên, cần từ 6: đủ để họp.", True)
    ]


def test_a_trial_tells_deviation_and_the_mean_of_what_counts():
    assert said(DEFAULTS, 4, 4, totals=(70, 80, 75))[2:] == [
        ("Thấp nhất 70, cao nhất 80: chênh 10 điểm; mức của quy chế là quá 10 điểm. Không phải chấm lại.", True),
        ("Tính 3/3 phiếu: 225/3 = 75,00 điểm bình quân.", None),
    ]
    strict = RulesOfWork(deviation_from=True, counted="trimmed", rounds=3)
    assert said(strict, 4, 4, totals=(70, 80, 75))[2:] == [
        (
            "Thấp nhất 70, cao nhất 80: chênh 10 điểm; mức của quy chế là từ 10 điểm. "
            "Thảo luận rồi chấm vòng 2; vòng 3 là vòng cuối.",
            False,
        ),
        ("Tính 1/3 phiếu: 75/1 = 75,00 điểm bình quân.", None),
    ]
    once = said(RulesOfWork(rounds=1), 4, 4, totals=(70, 81))[2]
    assert once[0].endswith("Quy chế chỉ có một vòng: ghi biên bản, lấy bình quân.")


@pytest.mark.parametrize(
    ("rule", "points", "met"),
    [("majority", (3, 3, 2, 2), False), ("majority", (3, 3, 3, 0), True), ("every", (3, 3, 3, 2), False),
     ("every", (3, 3, 3, 3), True), ("mean", (5, 3, 2, 2), True), ("mean", (5, 3, 2, 1), False)],
)  # fmt: skip
def test_a_trial_tells_whether_a_star_mark_is_met(rule, points, met):
    """The mark is 3 points; the rule of the rule book, or the dated setting where it leaves that open."""
    numbers = {"totals": (75, 75, 75, 75), "needed": 3, "points": points}
    own = said(RulesOfWork(mark_rule=rule), 4, 4, **numbers)[-1]
    assert own == said(DEFAULTS, 4, 4, settings=Settings(council_mark_rule=rule), **numbers)[-1]
    assert own[1] is met
    assert own[0].startswith(f"Mức tối thiểu 3 điểm: {sum(p >= 3 for p in points)}/4 phiếu đạt; mức đạt khi ")


# Adopted


DAY = date(2026, 9, 10)


@pytest.fixture
def world(stage):
    return stage.world


def adopt(world, rules=None, **changes):
    values = {
        "organ": world.province, "rules": rules or RulesOfWork(quorum=(2, 3), deviation_limit=8),
        "name": "Quy chế hoạt động của Hội đồng", "number": "350/QĐ-UBND", "day": DAY, "valid_from": DAY,
        "by": world.secretaries[0], "now": at(DAY),
    }  # fmt: skip
    return services.adopt_rules(**{**values, **changes})


@pytest.mark.django_db
def test_own_rules_stand_before_the_default_from_their_day_on_and_end_those_before(world):
    first = adopt(world)
    later = DAY + timedelta(days=30)
    second = adopt(
        world, RulesOfWork(deviation_limit=5), number="351/QĐ-UBND", day=later, valid_from=later, now=at(later)
    )
    first.refresh_from_db()
    assert (first.valid_to, second.valid_to) == (later - timedelta(days=1), None)
    assert first.basis == "Quyết định số 350/QĐ-UBND ngày 10/09/2026 của Ủy ban nhân dân tỉnh Tuyên Quang"

    def limit(day, organ=None):
        return rules_on(organ or world.province, day).rules.deviation_limit

    assert limit(DAY - timedelta(days=1)) == 10
    assert limit(DAY) == limit(later - timedelta(days=1)) == 8
    assert limit(later) == 5
    assert limit(date(2024, 3, 20), world.districts["073"].organ) == 10
    assert rules_on(world.districts["073"].organ, date(2025, 7, 1)) is None
    assert [event.kind for event in Event.objects.about(second)] == ["rules.adopted"]


@pytest.mark.django_db
def test_the_seats_of_the_law_are_not_the_committees_to_drop(world):
    adopt(world, RulesOfWork(seats_of_2026=False))
    assert rules_on(world.province, DAY).rules.seats_of_2026
    old = date(2026, 5, 1)
    adopt(world, RulesOfWork(), organ=world.province, number="9/QĐ-UBND", day=DAY, valid_from=DAY + timedelta(days=1))
    assert not rules_on(world.province, old).rules.seats_of_2026


@pytest.mark.django_db
def test_what_is_refused(world):
    adopt(world)
    rows = CouncilRules.objects.count()
    for words, changes in [
        ("trước ngày ký", {"valid_from": DAY - timedelta(days=1)}),
        ("Đã có Quy chế hoạt động của Hội đồng từ ngày 10/09/2026", {}),
        ("đã có quyết định số 350", {"valid_from": DAY + timedelta(days=1), "number": "350/QĐ-UBND"}),
    ]:
        with pytest.raises(Refusal, match=words):
            adopt(world, **{"number": "352/QĐ-UBND", **changes})
    for user in (world.officers[0], world.leader, world.members[0], world.districts["073"].secretary):
        with pytest.raises(Forbidden):
            adopt(world, by=user, valid_from=DAY + timedelta(days=1), number="352/QĐ-UBND")
    assert CouncilRules.objects.count() == rows


@pytest.mark.django_db
def test_a_rule_changed_during_a_session_changes_nothing_there(stage):
    """The session keeps the rules of its planning: a new book cannot begin on its day or before."""
    sitting = stage.sitting(stage.ready().dossier)
    values = {"number": "353/QĐ-UBND", "day": sitting.day, "now": sitting.at(9)}
    with pytest.raises(Refusal, match="đã lập theo quy chế trước"):
        adopt(stage.world, valid_from=sitting.day, **values)
    adopt(stage.world, RulesOfWork(deviation_limit=1), valid_from=sitting.day + timedelta(days=1), **values)
    assert rules_of(Session.objects.get()) == RulesOfWork(seats_of_2026=True, written=True)
    sitting.sign_all(72, 80)  # 8 points apart: no second round
    assert sitting.conclude().sheets == 9
    after = services.plan_session(
        council=sitting.council, name="Phiên sau", held_on=sitting.day + timedelta(days=1), place="x",
        by=sitting.secretary, now=sitting.at(11),
    )  # fmt: skip
    assert rules_of(after).deviation_limit == 1
