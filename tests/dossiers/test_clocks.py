"""The commune's 15 working days, the province's 45 days for a re-evaluation: used, left, standing still, over; who is
told, and once. Days counted by hand.

Table: Tết 16-20/2/2026 off; 31/8, 1/9, 2/9/2026 off and Saturday 22/8 worked instead; Tuesday 24/11/2026 off.
"""

from __future__ import annotations

import importlib
from dataclasses import replace
from datetime import date

import pytest
from django.apps import apps

from ocop.dossiers import services
from ocop.dossiers.models import CheckingRow, Dossier, Stay
from ocop.dossiers.queries import checking_rule, clocks_of, laws
from ocop.dossiers.rules import (
    CheckingRule,
    Clock,
    Span,
    Step,
    Term,
    Warn,
    checking_on,
    clock_on,
    commune_term,
    province_term,
    spans_at,
    warnings_on,
)
from ocop.kernel.models import Event, Holiday
from ocop.project.sample.walk import Walked, at
from tests.factories import PLAN, Stage, law_changed, reread

TABLE = {
    **{date(2026, 2, n): False for n in range(16, 21)},
    date(2026, 8, 22): True,
    date(2026, 8, 31): False,
    date(2026, 9, 1): False,
    date(2026, 9, 2): False,
    date(2026, 11, 24): False,
}
COMMUNE, PROVINCE = commune_term(15), province_term(45)
AUGUST = [Span(date(2026, 8, 17), None)]
# returned on the third working day, filed again on Friday 28/8
PAUSED = [
    Span(date(2026, 8, 17), date(2026, 8, 20)),
    Span(date(2026, 8, 20), date(2026, 8, 28), held=False),
    Span(date(2026, 8, 28), None),
]


def clock(day: date, spans: list[Span], term: Term = COMMUNE, *, pause: bool = True) -> Clock:
    found = clock_on(day, spans, term, TABLE, pause=pause)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("spans", "day", "used", "over"),
    [
        (AUGUST, date(2026, 8, 17), 0, False),  # the day of receipt is not counted
        (AUGUST, date(2026, 8, 21), 4, False),
        (AUGUST, date(2026, 8, 22), 5, False),  # a Saturday that is worked
        (AUGUST, date(2026, 8, 23), 5, False),
        (AUGUST, date(2026, 9, 2), 10, False),  # 31/8 to 2/9 off
        (AUGUST, date(2026, 9, 9), 15, False),  # the last day counts up to 24:00
        (AUGUST, date(2026, 9, 10), 16, True),
        ([Span(date(2026, 2, 6), None)], date(2026, 2, 22), 5, False),  # Tết and its weekends
        ([Span(date(2026, 2, 6), None)], date(2026, 3, 6), 15, False),
        ([Span(date(2026, 2, 6), None)], date(2026, 3, 7), 15, True),  # a Saturday, yet the last day is over
        ([Span(date(2026, 2, 6), None)], date(2026, 3, 9), 16, True),
    ],
)
def test_the_clock_counts_working_days_with_holidays_and_swapped_days(spans, day, used, over):
    found = clock(day, spans)
    assert (found.used, found.left, found.over) == (used, 15 - used, over)
    assert found.due == found.straight == (date(2026, 9, 9) if spans is AUGUST else date(2026, 3, 6))


@pytest.mark.parametrize(
    ("day", "used", "due", "held", "over"),
    [
        (date(2026, 8, 20), 3, None, False, False),  # returned that day: it stands still
        (date(2026, 8, 27), 3, None, False, False),
        (date(2026, 8, 28), 3, date(2026, 9, 18), True, False),  # 12 left: 3, 4, 7-11, 14-18 September
        (date(2026, 9, 3), 4, date(2026, 9, 18), True, False),
        (date(2026, 9, 18), 15, date(2026, 9, 18), True, False),
        (date(2026, 9, 19), 15, date(2026, 9, 18), True, True),
        (date(2026, 9, 21), 16, date(2026, 9, 18), True, True),
    ],
)
def test_the_clock_stands_still_while_the_producer_completes(day, used, due, held, over):
    found = clock(day, PAUSED)
    assert (found.used, found.due, found.held, found.over) == (used, due, held, over)
    assert found.straight == date(2026, 9, 9)  # the unpaused day stays beside it


@pytest.mark.parametrize(
    ("day", "used", "over"),
    [(date(2026, 8, 27), 9, False), (date(2026, 9, 9), 15, False), (date(2026, 9, 10), 16, True)],
)
def test_by_the_other_setting_nothing_stands_still(day, used, over):
    found = clock(day, PAUSED, pause=False)
    assert (found.used, found.due, found.over) == (used, date(2026, 9, 9), over)


def test_a_day_in_the_past_knows_nothing_of_what_came_after():
    assert clock(date(2026, 8, 19), PAUSED) == clock(date(2026, 8, 19), AUGUST)
    assert clock_on(date(2026, 8, 16), PAUSED, COMMUNE, TABLE, pause=True) is None


def test_who_leaves_on_the_last_day_is_in_time_and_a_day_later_is_not():
    in_time = clock(date(2026, 12, 1), [Span(date(2026, 8, 17), date(2026, 9, 9))])
    late = clock(date(2026, 12, 1), [Span(date(2026, 8, 17), date(2026, 9, 10))])
    assert (in_time.used, in_time.over, in_time.held) == (15, False, False)
    assert (late.used, late.over, late.late) == (16, True, 1)


def test_a_clock_that_was_left_early_is_done_and_does_not_stand_still():
    early = [Span(date(2026, 8, 17), date(2026, 8, 19))]
    back = [*early, Span(date(2026, 8, 19), None, held=False)]
    assert [
        (c.held, c.paused, c.over, c.left) for c in (clock(date(2026, 8, 25), early), clock(date(2026, 8, 25), back))
    ] == [
        (False, False, False, 13),
        (False, True, False, 13),
    ]


def test_only_what_the_commune_returned_belongs_to_its_clock():
    first, second, third = date(2026, 9, 3), date(2026, 9, 4), date(2026, 9, 8)
    stays = [
        (Step.AT_COMMUNE, first, second),
        (Step.RETURNED, second, second),
        (Step.AT_COMMUNE, second, third),
        (Step.AT_PROVINCE, third, third),
        (Step.RETURNED, third, None),  # by the province
    ]
    spans = [Span(first, second), Span(second, second, held=False), Span(second, third)]
    assert spans_at(COMMUNE.steps, stays) == spans


# The province: days of the calendar, from the full dossier (art. 7(6)g)


@pytest.mark.parametrize(
    ("since", "day", "used", "left", "due", "over"),
    [
        (date(2026, 9, 8), date(2026, 9, 8), 0, 45, date(2026, 10, 23), False),  # the day of receipt is not counted
        (date(2026, 9, 8), date(2026, 9, 13), 5, 40, date(2026, 10, 23), False),  # a Sunday counts
        (date(2026, 8, 20), date(2026, 9, 3), 14, 32, date(2026, 10, 5), False),  # holidays count; Sunday 4/10 moves
        (date(2026, 9, 8), date(2026, 10, 23), 45, 0, date(2026, 10, 23), False),  # up to 24:00
        (date(2026, 9, 8), date(2026, 10, 24), 46, -1, date(2026, 10, 23), True),
        (date(2026, 9, 9), date(2026, 10, 24), 45, 2, date(2026, 10, 26), False),  # ends on a Saturday: Monday
        (date(2026, 9, 9), date(2026, 10, 26), 47, 0, date(2026, 10, 26), False),
        (date(2026, 9, 9), date(2026, 10, 27), 48, -1, date(2026, 10, 26), True),
        (date(2026, 10, 10), date(2026, 11, 24), 45, 1, date(2026, 11, 25), False),  # ends on a holiday: the day after
        (date(2026, 10, 10), date(2026, 11, 26), 47, -1, date(2026, 11, 25), True),
    ],
)
def test_the_province_has_45_days_of_the_calendar_and_a_last_day_off_moves(since, day, used, left, due, over):
    found = clock(day, [Span(since, None)], PROVINCE)
    assert (found.used, found.left, found.due, found.straight, found.over) == (used, left, due, due, over)


# checked 8/9, sent back 14/9, in full again on Thursday 24/9, taken in 28/9
COMPLETED = [
    Span(date(2026, 9, 8), date(2026, 9, 14)),
    Span(date(2026, 9, 14), date(2026, 9, 24), held=False),
    Span(date(2026, 9, 24), date(2026, 9, 28)),
    Span(date(2026, 9, 28), None),
]


@pytest.mark.parametrize(
    ("day", "pause", "used", "due", "paused", "over"),
    [
        (date(2026, 9, 13), True, 5, date(2026, 10, 23), False, False),
        (date(2026, 9, 23), True, 0, None, True, False),  # sent back: it was not full
        (date(2026, 9, 30), True, 6, date(2026, 11, 9), False, False),  # 24/9 + 45 is Sunday 8/11
        (date(2026, 11, 9), True, 46, date(2026, 11, 9), False, False),
        (date(2026, 11, 10), True, 47, date(2026, 11, 9), False, True),
        (date(2026, 9, 23), False, 15, date(2026, 10, 23), True, False),  # by the other setting, from the first day
        (date(2026, 10, 24), False, 46, date(2026, 10, 23), False, True),
    ],
)
def test_the_45_days_begin_with_the_full_dossier(day, pause, used, due, paused, over):
    found = clock(day, COMPLETED, PROVINCE, pause=pause)
    assert (found.used, found.due, found.paused, found.over) == (used, due, paused, over)
    assert found.straight == date(2026, 10, 23)


def test_the_province_is_done_with_its_decision_or_when_the_ministry_has_the_dossier():
    moved = [
        (Step.AT_COMMUNE, date(2026, 9, 1), date(2026, 9, 8)),
        (Step.AT_PROVINCE, date(2026, 9, 8), date(2026, 9, 15)),
        (Step.READY_PROVINCE, date(2026, 9, 15), date(2026, 10, 1)),
        (Step.COUNCIL_PROVINCE, date(2026, 10, 1), date(2026, 10, 2)),
    ]
    in_time = [*moved, (Step.CONCLUDED_PROVINCE, date(2026, 10, 2), date(2026, 10, 23))]
    late = [*moved, (Step.CONCLUDED_PROVINCE, date(2026, 10, 2), date(2026, 10, 24))]
    given_back = [
        *in_time,
        (Step.AT_MINISTRY, date(2026, 10, 23), date(2026, 12, 1)),
        (Step.READY_PROVINCE, date(2026, 12, 1), None),
    ]
    found = [clock(date(2026, 12, 5), spans_at(PROVINCE.steps, way), PROVINCE) for way in (in_time, late, given_back)]
    assert [(one.used, one.held, one.over, one.late) for one in found] == [
        (45, False, False, 0),
        (46, False, True, 1),
        (45, False, False, 0),  # the law says nothing of an evaluation after the ministry's
    ]


@pytest.mark.parametrize(
    ("day", "due", "told"),
    [
        (date(2026, 9, 4), date(2026, 9, 9), []),  # Friday: 7, 8, 9 are left
        (date(2026, 9, 6), date(2026, 9, 9), []),
        (date(2026, 9, 7), date(2026, 9, 9), [Warn.SOON]),
        (date(2026, 9, 9), date(2026, 9, 9), [Warn.SOON]),
        (date(2026, 9, 10), date(2026, 9, 9), [Warn.OVER]),
        (date(2026, 2, 11), date(2026, 2, 23), []),  # before Tết: 12, 13 and 23 are left
        (date(2026, 2, 12), date(2026, 2, 23), [Warn.SOON]),
        (date(2026, 8, 20), date(2026, 8, 24), []),  # 21, Saturday 22 and 24 are left
        (date(2026, 8, 21), date(2026, 8, 24), [Warn.SOON]),
    ],
)
def test_the_officer_is_told_two_working_days_before_the_end_and_the_superior_after_it(day, due, told):
    assert warnings_on(day, due, 2, TABLE) == told


def test_the_rule_of_checking_is_that_of_the_day():
    old = CheckingRule(date(2019, 8, 21), date(2026, 9, 30), True, 2, 10, None, "a")
    new = CheckingRule(date(2026, 10, 1), None, False, 3, 5, 45, "b")
    assert (checking_on(date(2026, 9, 30), [old, new]), checking_on(date(2026, 10, 1), [old, new])) == (old, new)
    with pytest.raises(LookupError):
        checking_on(date(2019, 8, 20), [old, new])


# With dossiers


def give_back(stage: Stage, dossier: Dossier, day: date) -> None:
    services.return_dossier(
        dossier=dossier,
        version=dossier.version,
        reason="Thiếu phiếu kiểm nghiệm",
        by=stage.world.communes["02287"].officers[0],
        now=at(day),
    )


def stays(dossier: Dossier) -> list[tuple[str, date, date | None]]:
    return list(dossier.stays.order_by("pk").values_list("step", "since", "until"))


def test_every_move_writes_when_the_dossier_came_and_left(stage):
    dossier = stage.filed().dossier
    assert stays(stage.draft(name="Cốm nếp (mẫu)")) == []
    give_back(stage, dossier, date(2026, 9, 4))
    services.submit(dossier=dossier, version=dossier.version, by=stage.world.producers[0], now=at(date(2026, 9, 14)))
    assert stays(dossier) == [
        ("at_commune", date(2026, 9, 1), date(2026, 9, 4)),
        ("returned", date(2026, 9, 4), date(2026, 9, 14)),
        ("at_commune", date(2026, 9, 14), None),
    ]
    services.withdraw(
        dossier=dossier,
        version=dossier.version,
        reason="Không sản xuất nữa",
        by=stage.world.producers[0],
        now=at(date(2026, 9, 15)),
    )
    assert stays(dossier)[-1] == ("at_commune", date(2026, 9, 14), date(2026, 9, 15))


def test_a_dossier_filed_again_has_the_days_that_were_left(stage):
    """Filed 1/9 (off), 3 and 4 September used; from Monday 14/9 13 are left: 15-18, 21-25, 28-30, 1/10."""
    dossier = stage.filed().dossier
    assert dossier.due_on == date(2026, 9, 23)
    give_back(stage, dossier, date(2026, 9, 4))
    assert dossier.due_on is None
    services.submit(dossier=dossier, version=dossier.version, by=stage.world.producers[0], now=at(date(2026, 9, 14)))
    assert reread(dossier).due_on == date(2026, 10, 1)
    [found] = clocks_of(reread(dossier), date(2026, 9, 15), laws())
    assert (found.used, found.left, found.straight) == (3, 12, date(2026, 9, 23))
    assert "không có trong qđ 26/2026" in checking_rule(dossier).basis.lower()


def test_other_routes_have_no_clock(stage):
    dossier = stage.filed(filed_on=date(2024, 3, 12)).dossier
    assert clocks_of(dossier, date(2024, 3, 20), laws()) == []


def again(stage: Stage, **changes: object) -> Walked:
    """A re-evaluation that the commune sent to the province."""
    product = stage.walk.product(replace(PLAN, **changes))  # type: ignore[arg-type]
    services.open_window(product=product, valid_until=date(2026, 12, 31), based_on="Quyết định 321/QĐ-UBND")
    return stage.proposed(dossier_kind="re_evaluation", **changes)


def test_only_a_reevaluation_under_the_decree_has_the_province_s_clock(stage):
    """Filed 1/9, at the province on Tuesday 8/9: 45 days end on Friday 23/10."""
    first, second = stage.proposed().dossier, again(stage, name="Cốm nếp (mẫu)").dossier
    assert reread(first).due_on is None
    assert reread(second).due_on == date(2026, 10, 23)
    assert [one.term.office for one in clocks_of(first, date(2026, 9, 9), laws())] == ["xã"]
    assert [one.term.office for one in clocks_of(second, date(2026, 9, 9), laws())] == ["xã", "tỉnh"]
    CheckingRow.objects.filter(valid_from=date(2026, 5, 22)).update(reevaluation_days=None)
    law_changed()
    assert [one.term.office for one in clocks_of(second, date(2026, 9, 9), laws())] == ["xã"]


def test_the_last_day_of_the_province_stays_through_its_steps_and_moves_with_a_full_dossier(stage):
    dossier, officer = again(stage).dossier, stage.world.officers[0]
    services.return_dossier(
        dossier=dossier,
        version=dossier.version,
        reason="Thiếu phiếu kiểm nghiệm",
        by=officer,
        now=at(date(2026, 9, 14)),
    )
    assert reread(dossier).due_on is None
    services.submit(dossier=dossier, version=dossier.version, by=stage.world.producers[0], now=at(date(2026, 9, 24)))
    assert reread(dossier).due_on == date(2026, 11, 9)  # 8/11 is a Sunday
    services.accept(dossier=dossier, version=dossier.version, by=officer, now=at(date(2026, 9, 28)))
    assert reread(dossier).due_on == date(2026, 11, 9)
    services.enter_council(dossier=dossier, by=stage.world.secretaries[0], now=at(date(2026, 10, 1)))
    assert reread(dossier).due_on == date(2026, 11, 9)
    services.leave_council(dossier=dossier, by=stage.world.secretaries[0], now=at(date(2026, 10, 2)), reason="Hoãn")
    assert reread(dossier).due_on == date(2026, 11, 9)


def notices(stage: Stage) -> dict[str, list[str]]:
    world = stage.world
    people = {
        "officer": world.communes["02287"].officers[0],
        "colleague": world.communes["02287"].officers[1],
        "elsewhere": world.communes["02509"].officers[0],
        "province": world.officers[0],
        "leader": world.leader,
    }
    return {name: list(user.notices.order_by("pk").values_list("text", flat=True)) for name, user in people.items()}


def test_a_clock_is_told_of_once_to_the_officer_and_once_to_the_superior(stage):
    dossier = stage.filed().dossier  # due Wednesday 23/9
    assert services.warn_clocks(now=at(date(2026, 9, 18))) == 0  # Friday: 21, 22, 23 are left
    assert services.warn_clocks(now=at(date(2026, 9, 21))) == 1
    soon = f"Sắp hết hạn xem xét hồ sơ {dossier.number} ({dossier.product}): hạn 23/09/2026."
    assert notices(stage) == {
        "officer": [soon], "colleague": [soon], "elsewhere": [], "province": [], "leader": [],
    }  # fmt: skip
    assert services.warn_clocks(now=at(date(2026, 9, 21), 10)) == 0
    assert services.warn_clocks(now=at(date(2026, 9, 23), 23, 59)) == 0
    assert services.warn_clocks(now=at(date(2026, 9, 24), 0, 1)) == 1
    assert services.warn_clocks(now=at(date(2026, 9, 25))) == 0
    over = f"{dossier.commune} quá hạn xem xét hồ sơ {dossier.number} ({dossier.product}): hạn 23/09/2026."
    assert notices(stage)["province"] == [over]
    assert notices(stage)["officer"] == [soon]
    kinds = [event.kind for event in Event.objects.about(dossier)][-2:]
    assert kinds == ["dossier.clock_soon", "dossier.clock_over"]


def test_a_clock_that_stands_still_or_is_done_tells_nobody(stage):
    back = stage.filed().dossier
    give_back(stage, back, date(2026, 9, 3))
    stage.proposed(name="Cốm nếp (mẫu)")
    assert services.warn_clocks(now=at(date(2026, 10, 30))) == 0


def test_the_province_is_told_before_its_45_days_end_and_its_leaders_after(stage):
    dossier = again(stage).dossier  # until Friday 23/10
    assert services.warn_clocks(now=at(date(2026, 10, 20))) == 0  # 21, 22, 23 are left
    assert services.warn_clocks(now=at(date(2026, 10, 21))) == 1
    assert services.warn_clocks(now=at(date(2026, 10, 23), 23, 59)) == 0
    assert services.warn_clocks(now=at(date(2026, 10, 24), 0, 1)) == 1
    assert services.warn_clocks(now=at(date(2026, 10, 25))) == 0
    rest = f"hồ sơ {dossier.number} ({dossier.product}): hạn 23/10/2026."
    assert notices(stage) == {
        "officer": [],
        "colleague": [],
        "elsewhere": [],
        "province": [f"Sắp hết hạn đánh giá, phân hạng lại {rest}"],
        "leader": [f"Cấp tỉnh quá hạn đánh giá, phân hạng lại {rest}"],
    }


def test_a_holiday_announced_later_moves_the_last_day(stage):
    dossier = again(stage).dossier
    Holiday.objects.create(day=date(2026, 10, 23), name="Nghỉ", working=False, basis="Thông báo")
    law_changed()
    assert services.warn_clocks(now=at(date(2026, 10, 21))) == 1  # Monday 26/10: 22 and 26 are left
    assert reread(dossier).due_on == date(2026, 10, 26)


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_calendar_reads_all_clocks_at_once(stage, how_many, django_assert_num_queries):
    for number in range(how_many):
        again(stage, name=f"Cốm nếp {number} (mẫu)")
    with django_assert_num_queries(8):
        services.warn_clocks(now=at(date(2026, 9, 9)))


def test_a_new_last_day_is_told_of_again(stage):
    dossier = stage.filed().dossier
    services.warn_clocks(now=at(date(2026, 9, 21)))
    give_back(stage, dossier, date(2026, 9, 22))
    by = stage.world.producers[0]
    services.submit(dossier=dossier, version=dossier.version, by=by, now=at(date(2026, 10, 5)))
    assert dossier.due_on == date(2026, 10, 6)  # one day was left
    assert services.warn_clocks(now=at(date(2026, 10, 5), 10)) == 1


def test_stays_of_older_dossiers_are_read_from_their_events(stage):
    dossier = stage.proposed().dossier
    known = stays(dossier)
    Stay.objects.all().delete()
    importlib.import_module("ocop.dossiers.migrations.0003_stays").fill(apps, None)
    assert (
        stays(dossier)
        == known
        == [
            ("at_commune", date(2026, 9, 1), date(2026, 9, 8)),
            ("at_province", date(2026, 9, 8), None),
        ]
    )
