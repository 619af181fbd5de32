"""Routes, moves, windows and transitional deadlines as the law has them."""

from __future__ import annotations

from datetime import date

import pytest

from ocop.dossiers.queries import route_for, scorecards_for, transitions
from ocop.dossiers.rules import (
    AT_DISTRICT_STEPS,
    FINAL,
    FIRST_STOP,
    MOVES,
    Actor,
    Kind,
    Move,
    Route,
    Step,
    TransitionRule,
    lapsed_on,
    reevaluation_window,
    route_on,
    transition_ends,
)
from ocop.registry.models import ProductSet
from ocop.scorecards.queries import regime_on

# QĐ 26/2026/QĐ-TTg art. 12.2: from 22/5/2026 60 days for first and upgrade, 30 (a Sunday) for re-evaluation
OLD_RULES = [
    TransitionRule(Kind.FIRST, date(2026, 5, 22), date(2026, 7, 21)),
    TransitionRule(Kind.UPGRADE, date(2026, 5, 22), date(2026, 7, 21)),
    TransitionRule(Kind.RE_EVALUATION, date(2026, 5, 22), date(2026, 6, 22)),
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "route", "regime", "district_sends", "district_recognises", "commune_days"),
    [
        (date(2019, 8, 21), "2019-district", "2019", 50, False, 0),
        (date(2023, 2, 23), "2019-district", "2019", 50, False, 0),
        (date(2023, 2, 24), "2023-district", "2023", 70, True, 0),
        (date(2025, 6, 30), "2023-district", "2023", 70, True, 0),
        (date(2025, 7, 1), "2025-province", "2023", None, False, 0),
        (date(2025, 7, 5), "2025-province", "2023", None, False, 0),
        (date(2025, 7, 6), "2025-commune", "2023", None, False, 15),
        (date(2025, 10, 15), "2025-commune", "2023", None, False, 15),
        (date(2026, 5, 21), "2025-commune", "2023", None, False, 15),
        (date(2026, 5, 22), "2025-commune", "2026", None, False, 15),
        (date(2030, 1, 1), "2025-commune", "2026", None, False, 15),
    ],
)
def test_route_and_regime_are_two_tables_by_the_day_of_filing(
    day, route, regime, district_sends, district_recognises, commune_days
):
    found = route_for(day)
    assert (found.route, found.council_sends_from, found.district_recognises, found.commune_days) == (
        route,
        district_sends,
        district_recognises,
        commune_days,
    )
    assert found.commune_report == (route == "2025-commune")
    assert found.ministry_from == 90
    assert regime_on(day).code == regime


@pytest.mark.django_db
def test_there_is_no_route_before_the_first_criteria():
    with pytest.raises(LookupError):
        route_for(date(2019, 8, 20))


def test_there_is_no_route_in_an_empty_table():
    with pytest.raises(LookupError):
        route_on(date(2026, 9, 1), [])


def test_each_route_begins_where_its_time_had_the_first_office():
    assert FIRST_STOP == {
        Route.DISTRICT_2019: Step.AT_DISTRICT,
        Route.DISTRICT_2023: Step.AT_DISTRICT,
        Route.PROVINCE_2025: Step.AT_PROVINCE,
        Route.COMMUNE_2025: Step.AT_COMMUNE,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("set_no", "day", "codes"),
    [
        (6, date(2021, 3, 10), ["2019-06-processed-cereals"]),
        (8, date(2021, 3, 10), ["2019-08-processed-meat-egg-milk", "2019-09-processed-fish"]),
        (11, date(2021, 3, 10), ["2019-12-tea"]),  # set 11 of today was file 12 of 2019
        (3, date(2021, 3, 10), []),  # the rice card of 2019 is lost
        (6, date(2026, 5, 21), ["2023-06-processed-cereals"]),
        (6, date(2026, 5, 22), ["2026-06-processed-cereals"]),
    ],
)
def test_the_scorecards_of_a_set_are_those_of_the_regime_of_the_day(set_no, day, codes):
    assert [row.code for row in scorecards_for(ProductSet.objects.get(number=set_no), day)] == codes


# "from: move to actor", written from art. 5-9 of QĐ 26/2026 and the older procedures
WAY = """
draft: submit - producer+assistant; withdraw withdrawn producer
returned: submit - producer+assistant; withdraw withdrawn producer; expire expired system
at_commune: propose at_province commune_officer; return returned commune_officer; withdraw withdrawn producer;
    expire expired system
at_district: accept ready_district district_officer; return returned district_officer; withdraw withdrawn producer;
    hand_over at_province system; expire expired system
at_province: accept ready_province province_officer; return returned province_officer; withdraw withdrawn producer;
    expire expired system
ready_district: convene council_district secretary; hand_over at_province system; expire expired system
ready_province: convene council_province secretary; expire expired system
council_district: leave_council ready_district secretary; conclude concluded_district secretary;
    hand_over at_province system; expire expired system
council_province: leave_council ready_province secretary; conclude concluded_province secretary; expire expired system
concluded_district: reopen council_district chair; second_panel ready_district secretary;
    send_up at_province district_officer; recognise recognised district_officer;
    close_below_3 below_3 district_officer; close_rejected rejected district_officer; hand_over at_province system;
    expire expired system
concluded_province: reopen council_province chair; second_panel ready_province secretary;
    recognise recognised province_officer;
    send_to_ministry at_ministry province_officer;
    close_below_3 below_3 province_officer; close_rejected rejected province_officer
at_ministry: recognise recognised province_officer; evaluate_again ready_province province_officer
recognised:
below_3: second_panel ready_province secretary
rejected: second_panel ready_province secretary
withdrawn:
expired:
"""


def test_the_table_of_moves_is_the_way_of_the_law():
    wanted = {}
    for line in WAY.replace("\n    ", " ").strip().splitlines():
        step, moves = line.split(":")
        for move in filter(None, (part.strip() for part in moves.split(";"))):
            name, to, actor = move.split()
            wanted[(step, name)] = (None if to == "-" else to, set(actor.split("+")))
    assert {(s.value, m.value): (row.to, set(row.actors)) for (s, m), row in MOVES.items()} == wanted


def test_a_finished_dossier_moves_no_more_and_every_other_step_has_a_way_on():
    """A refused rank alone goes back to a council, on a complaint."""
    can_move = {step for step, move in MOVES if move != Move.SECOND_PANEL}
    assert can_move == set(Step) - FINAL
    assert {step for step, move in MOVES if move == Move.SECOND_PANEL} & FINAL == {Step.BELOW_3, Step.REJECTED}


def test_only_the_calendar_hands_over_and_expires():
    for (_, move), row in MOVES.items():
        assert (row.actors == {Actor.SYSTEM}) == (move in (Move.HAND_OVER, Move.EXPIRE))
    assert {step for step, move in MOVES if move == Move.HAND_OVER} == AT_DISTRICT_STEPS


def test_a_reevaluation_is_filed_180_to_120_days_before_the_end():
    assert reevaluation_window(date(2026, 12, 31)) == (date(2026, 7, 4), date(2026, 9, 2))
    assert reevaluation_window(date(2028, 2, 29)) == (date(2027, 9, 2), date(2027, 11, 1))


@pytest.mark.parametrize(
    ("kind", "filed_on", "last"),
    [
        (Kind.FIRST, date(2026, 5, 21), date(2026, 7, 21)),
        (Kind.UPGRADE, date(2026, 5, 21), date(2026, 7, 21)),
        (Kind.RE_EVALUATION, date(2026, 5, 21), date(2026, 6, 22)),
        (Kind.FIRST, date(2026, 5, 22), None),
        (Kind.RE_EVALUATION, date(2026, 5, 22), None),
    ],
)
def test_the_transitional_deadline_concerns_dossiers_filed_before_22_5_2026(kind, filed_on, last):
    assert transition_ends(kind, filed_on, OLD_RULES) == last


@pytest.mark.parametrize(
    ("kind", "day", "last"),
    [
        (Kind.FIRST, date(2026, 7, 21), None),
        (Kind.FIRST, date(2026, 7, 22), date(2026, 7, 21)),
        (Kind.UPGRADE, date(2026, 7, 21), None),
        (Kind.UPGRADE, date(2026, 7, 22), date(2026, 7, 21)),
        (Kind.RE_EVALUATION, date(2026, 6, 22), None),
        (Kind.RE_EVALUATION, date(2026, 6, 23), date(2026, 6, 22)),
    ],
)
def test_the_last_day_still_counts(kind, day, last):
    assert lapsed_on(kind, date(2026, 5, 21), day, OLD_RULES) == last


@pytest.mark.django_db
def test_the_loaded_deadlines_are_those_of_article_12():
    assert sorted(transitions(), key=lambda rule: rule.kind) == sorted(OLD_RULES, key=lambda rule: rule.kind)
