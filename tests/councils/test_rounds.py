"""Rounds of evaluation: QĐ 26/2026/QĐ-TTg art. 5. "Trước ngày" leaves the named day out."""

from __future__ import annotations

from datetime import date

import pytest

from ocop.councils import services
from ocop.councils.models import EvaluationRound, Item
from ocop.councils.rounds import owed, round_for, span_of
from ocop.dossiers.models import Dossier
from ocop.kernel.models import Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at
from tests.factories import Stage

from .conftest import Hall, signed_in

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 1)


def rounds(level: str) -> list[EvaluationRound]:
    return list(EvaluationRound.objects.filter(level=level).order_by("proposals_before"))


def test_the_law_holds_two_rounds_a_year_at_each_level() -> None:
    """Those of 2026 whose proposals were due before the decree (22/5/2026) are none of its rounds."""
    assert [(r.year, r.number, r.proposals_before, r.results_before) for r in rounds("province")[:3]] == [
        (2026, 2, date(2026, 10, 30), date(2026, 12, 30)),
        (2027, 1, date(2027, 4, 30), date(2027, 6, 30)),
        (2027, 2, date(2027, 10, 30), date(2027, 12, 30)),
    ]
    assert [(r.year, r.number, r.proposals_before, r.results_before) for r in rounds("ministry")[:3]] == [
        (2026, 1, date(2026, 7, 30), date(2026, 9, 30)),
        (2026, 2, date(2027, 1, 30), date(2027, 3, 30)),
        (2027, 1, date(2027, 7, 30), date(2027, 9, 30)),
    ]


@pytest.mark.parametrize(
    ("level", "proposed_on", "expected"),
    [
        ("province", date(2026, 10, 29), "Đợt 2 năm 2026, cấp tỉnh"),
        ("province", date(2026, 10, 30), "Đợt 1 năm 2027, cấp tỉnh"),  # the named day is late
        ("province", date(2027, 4, 29), "Đợt 1 năm 2027, cấp tỉnh"),
        ("province", date(2027, 4, 30), "Đợt 2 năm 2027, cấp tỉnh"),
        ("ministry", date(2026, 7, 29), "Đợt 1 năm 2026, cấp trung ương"),
        ("ministry", date(2026, 7, 30), "Đợt 2 năm 2026, cấp trung ương"),
        ("ministry", date(2027, 1, 29), "Đợt 2 năm 2026, cấp trung ương"),
        ("ministry", date(2027, 1, 30), "Đợt 1 năm 2027, cấp trung ương"),
    ],
)
def test_a_proposal_of_the_named_day_belongs_to_the_next_round(level: str, proposed_on: date, expected: str) -> None:
    assert str(round_for(proposed_on, rounds(level))) == expected


def test_a_round_takes_proposals_from_the_day_on_which_the_one_before_stopped() -> None:
    first, second = rounds("province")[:2]
    assert span_of(first, rounds("province")) == (date(2026, 5, 22), date(2026, 10, 29))
    assert span_of(second, rounds("province")) == (date(2026, 10, 30), date(2027, 4, 29))


def test_a_result_of_the_named_day_is_owed() -> None:
    """Of the province's round a dossier at the ministry has its result; the ministry's round still owes it."""
    province, ministry = rounds("province")[0], rounds("ministry")[0]
    steps = {"ready_province": 2, "council_province": 1, "at_ministry": 1, "recognised": 5}
    assert owed(province, steps, date(2026, 12, 29)) == 0
    assert owed(province, steps, date(2026, 12, 30)) == 3
    assert owed(ministry, steps, date(2026, 9, 30)) == 1


# More rounds: art. 5 asks for the Quy chế and a plan


EXTRA = {
    "level": "province",
    "proposals_before": date(2027, 7, 31),
    "results_before": date(2027, 9, 15),
    "basis": "Quyết định 600/QĐ-UBND, điều 4",
    "plan": "Kế hoạch 88/KH-UBND ngày 10/02/2027",
}


def test_a_third_round_needs_its_basis_its_plan_and_days_in_order(stage: Stage) -> None:
    by, now = stage.world.secretaries[0], at(DAY)
    for change in ({"basis": ""}, {"plan": " "}, {"results_before": date(2027, 7, 31)}):
        with pytest.raises(Refusal):
            services.add_round(**{**EXTRA, **change}, by=by, now=now)
    with pytest.raises(Refusal, match="Đã có đợt nhận đề nghị trước ngày 30/04/2027"):
        services.add_round(**{**EXTRA, "proposals_before": date(2027, 4, 30)}, by=by, now=now)
    for user in (stage.world.officers[0], stage.world.districts["073"].secretary, stage.world.members[0]):
        with pytest.raises(Forbidden):
            services.add_round(**EXTRA, by=user, now=now)
    assert EvaluationRound.objects.filter(year=2027, level="province").count() == 2
    row = services.add_round(**EXTRA, by=by, now=now)
    assert str(row) == "Đợt 3 năm 2027, cấp tỉnh"
    assert str(round_for(date(2027, 7, 30), rounds("province"))) == "Đợt 3 năm 2027, cấp tỉnh"
    assert str(round_for(date(2027, 7, 31), rounds("province"))) == "Đợt 2 năm 2027, cấp tỉnh"
    assert Event.objects.about(row).get().kind == "round.added"


# A session of a round


def test_a_late_proposal_waits_for_the_next_round_but_a_re_evaluation_does_not(stage: Stage) -> None:
    """Filed on 22/10 and 23/10, proposed a week later: on 29/10 in time, on 30/10 late. Art. 7(6)g has its own days."""
    in_time = stage.ready(name="A", filed_on=date(2026, 10, 22)).dossier
    late = stage.ready(name="B", filed_on=date(2026, 10, 23)).dossier
    day = date(2026, 11, 20)
    council, by = stage.walk.council("province", day), stage.world.secretaries[0]
    session = services.plan_session(
        council=council,
        name="P",
        held_on=day,
        place="P",
        evaluation_round=rounds("province")[0],
        by=by,
        now=at(day),
    )
    services.add_item(session=session, dossier=in_time, by=by, now=at(day))
    with pytest.raises(Refusal) as told:
        services.add_item(session=session, dossier=late, by=by, now=at(day))
    assert (
        "Đề nghị ngày 30/10/2026, không trước ngày 30/10/2026 (QĐ 26/2026/QĐ-TTg điều 5). "
        "Thuộc Đợt 1 năm 2027, cấp tỉnh." in str(told.value)
    )
    Dossier.objects.filter(pk=late.pk).update(kind="re_evaluation")
    late.refresh_from_db()
    services.add_item(session=session, dossier=late, by=by, now=at(day))
    assert Item.objects.filter(session=session).count() == 2


def test_a_council_sits_for_rounds_of_its_own_level(stage: Stage) -> None:
    council, by = stage.walk.council("province", DAY), stage.world.secretaries[0]
    with pytest.raises(Refusal, match="không phải đợt của hội đồng này"):
        services.plan_session(
            council=council,
            name="P",
            held_on=DAY,
            place="P",
            evaluation_round=rounds("ministry")[0],
            by=by,
            now=at(DAY),
        )


# Pages


@pytest.mark.usefixtures("clock")
def test_the_page_of_a_round_counts_what_the_reader_sees_and_tells_the_days(hall: Hall) -> None:
    """Proposed on 8/9/2026; on 1/10 the round still takes proposals for 28 days after today and owes nothing."""
    address = "/dot-danh-gia/province/2026/2/"
    page = signed_in(hall.secretary).get(address)
    assert (page.context["total"], page.context["counts"], page.context["owed"]) == (1, [("Trong phiên", 1)], 0)
    assert "Còn 28 ngày" in page.text
    assert "gửi hồ sơ lên Bộ trước ngày 30/01/2027 để được đánh giá trước ngày 30/03/2027" in page.text
    assert signed_in(hall.stranger).get(address).context["total"] == 0
    assert signed_in(hall.producer).get("/dot-danh-gia/province/2027/1/").context["total"] == 0
    assert signed_in(hall.producer).get("/dot-danh-gia/moi/").status_code == 404


@pytest.mark.usefixtures("clock")
def test_the_secretary_writes_down_the_plan_of_a_round(hall: Hall) -> None:
    address = "/dot-danh-gia/province/2026/2/"
    body = {"plan": "Kế hoạch 70/KH-UBND ngày 01/9/2026", "version": "0"}
    assert signed_in(hall.officer).post(f"{address}ke-hoach/", body).status_code == 404
    assert signed_in(hall.secretary).post(f"{address}ke-hoach/", body).status_code == 302
    assert "Người khác vừa cập nhật" in signed_in(hall.secretary).post(f"{address}ke-hoach/", body).text
    assert "Kế hoạch 70/KH-UBND ngày 01/9/2026" in signed_in(hall.officer).get(address).text
