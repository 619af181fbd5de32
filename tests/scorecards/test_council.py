"""Many sheets of one product: minimums by majority, the mean, the final stars."""

from __future__ import annotations

import pytest

from ocop.scorecards import rules

from .conftest import CARDS, best

TEA, TEA_2019 = "2026-11-tea", "2019-12-tea"
SETTINGS = rules.Settings()


def sheets(*answers_of_4_1):
    """Best sheets that differ in 4.1 alone: options of 1, 2, 3, 5 points; *** at 2, **** at 3, ***** at 5."""
    return [rules.mark(CARDS[TEA], best(TEA, {"4.1": answer})) for answer in answers_of_4_1]


@pytest.mark.parametrize(
    ("answers", "missed"),
    [
        ((2, 2, 2, 1, 1), ()),  # three of five reach 3 points
        ((2, 2, 1, 1, 1), ("4.1",)),  # two of five
        ((2, 2, 1, 1), ("4.1",)),  # a tie is not met
        ((3, 2, 2, 1), ()),  # better options count too
        ((1,), ("4.1",)),
    ],
)
def test_a_minimum_is_met_when_more_than_half_of_the_sheets_reach_its_points(answers, missed):
    assert rules.council_missed(sheets(*answers), rules.MAJORITY)[4] == missed


@pytest.mark.parametrize(
    ("rule", "answers", "missed"),
    [
        (rules.EVERY, (2, 2, 2), ()),
        (rules.EVERY, (3, 3, 1), ("4.1",)),
        (rules.MEAN, (3, 1, 1), ()),  # 5 + 2 + 2 = 9 = 3 x 3
        (rules.MEAN, (3, 1, 0), ("4.1",)),  # 5 + 2 + 1 = 8
    ],
)
def test_other_rules_are_every_sheet_and_the_mean(rule, answers, missed):
    assert rules.council_missed(sheets(*answers), rule)[4] == missed


def test_an_unknown_rule_or_no_sheet_is_an_error():
    with pytest.raises(ValueError):
        rules.council_missed(sheets(1), "half")
    with pytest.raises(ValueError):
        rules.council_missed([], rules.MAJORITY)


def test_a_council_of_three_is_capped_by_its_majority():
    found = rules.conclude(CARDS[TEA], sheets(3, 1, 1), settings=SETTINGS)
    assert (found.points, found.sheets, found.band, found.stars) == (294, 3, 5, 3)
    assert found.parts == {"A": 120, "B": 69, "C": 105}
    assert found.missed == {3: (), 4: ("4.1",), 5: ("4.1",)}
    assert found.reasons == ("điểm đạt 5 sao; chưa đạt mức tối thiểu 4 sao ở 4.1: xếp 3 sao",)


def test_one_sheet_just_below_does_not_lift_the_band():
    lower = {"1.4": 0, "4.3": 0, "10": 0, "11": 0}  # 2 + 5 + 1 + 2 = 10 points less, none carries a mark
    at_floor = rules.mark(CARDS[TEA], best(TEA, lower))
    below = rules.mark(CARDS[TEA], best(TEA, {**lower, "1.3": 2}))
    assert (at_floor.total, below.total) == (90, 89)
    assert rules.conclude(CARDS[TEA], [at_floor, at_floor], settings=SETTINGS).stars == 5
    found = rules.conclude(CARDS[TEA], [at_floor, below], settings=SETTINGS)
    assert (found.points, found.band, found.stars) == (179, 4, 4)


def test_a_rejection_found_by_the_council_gives_0_stars():
    marked = [rules.mark(CARDS[TEA], best(TEA, {"_reject": ["2.1"]})) for _ in range(3)]
    found = rules.conclude(CARDS[TEA], marked, settings=SETTINGS)
    assert (found.stars, found.rejected) == (0, True)
    assert found.reasons == ("sản phẩm bị loại theo ghi chú của tiêu chí 2.1",)


@pytest.mark.parametrize(("found_stars", "stars"), [(None, None), (2, 2), (3, 3), (5, 4)])
def test_under_2019_the_stars_are_the_smaller_of_band_and_finding(found_stars, stars):
    answers = best(TEA_2019, {"4.1": 0, "4.2": 0, "4.3": 0})  # 4 + 5 + 5 less: 86
    marked = [rules.mark(CARDS[TEA_2019], answers)]
    found = rules.conclude(CARDS[TEA_2019], marked, settings=SETTINGS, found_stars=found_stars)
    assert (found.points, found.band, found.stars) == (86, 4, stars)


@pytest.mark.parametrize(("code", "found_stars"), [(TEA, 3), (TEA_2019, 6), (TEA_2019, 1)])
def test_a_finding_is_refused_where_the_card_prints_minimums_or_outside_2_to_5(code, found_stars):
    marked = [rules.mark(CARDS[code], best(code))]
    with pytest.raises(ValueError):
        rules.conclude(CARDS[code], marked, settings=SETTINGS, found_stars=found_stars)


@pytest.mark.parametrize(
    ("band", "missed", "binding", "alone"),
    [
        (5, {3: (), 4: (), 5: ()}, 5, 5),
        (5, {3: (), 4: (), 5: ("7",)}, 4, 4),
        (5, {3: (), 4: ("7",), 5: ()}, 3, 5),
        (4, {3: (), 4: ("7",), 5: ()}, 3, 3),
        (5, {3: ("8",), 4: (), 5: ()}, 2, 5),
        (3, {3: ("8",), 4: (), 5: ()}, 2, 2),
        (3, {3: (), 4: ("7",), 5: ("7",)}, 3, 3),
        (2, {3: (), 4: (), 5: ()}, 2, 2),
        (1, {3: ("8",), 4: (), 5: ()}, 1, 1),
    ],
)
def test_final_stars_are_the_highest_within_the_band_whose_minimums_are_met(band, missed, binding, alone):
    assert rules.final_stars(band, missed, lower_marks_bind=True) == binding
    assert rules.final_stars(band, missed, lower_marks_bind=False) == alone
