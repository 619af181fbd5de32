"""Rules of work and the conclusion on one product, edge by edge."""

from __future__ import annotations

import pytest

from ocop.councils.rules import (
    CouncilLevel,
    Open,
    Result,
    RulesOfWork,
    causes,
    missing_seats,
    verdict,
)
from ocop.project.sample.answers import answers_for
from ocop.scorecards.rules import Settings, mark
from tests.scorecards.conftest import CARDS, best

NEW, OLD, FIRST = (CARDS[f"{year}-06-processed-cereals"] for year in ("2026", "2023", "2019"))
PROVINCE = CouncilLevel(sends_from=None, ministry_from=90)
DISTRICT_2019 = CouncilLevel(sends_from=50, ministry_from=90)
DISTRICT_2023 = CouncilLevel(sends_from=70, ministry_from=90)
SETTINGS = Settings()


def sheets(card, *totals, stars=5, miss=()):
    """Signed sheets of exactly these totals."""
    cases = {"3.2": card.by_code["3.2"].cases[0].code} if card is FIRST else {}
    found = [mark(card, answers_for(card, total, stars=stars, miss=miss, cases=cases), cases=cases) for total in totals]
    assert [sheet.total for sheet in found] == list(totals)
    return found


def decide(card, found, level=PROVINCE, settings=SETTINGS, rules=RulesOfWork(), **findings):  # noqa: B008  frozen
    return verdict(card, found, rules=rules, level=level, settings=settings, **findings)


# Quorum, deviation, seats


@pytest.mark.parametrize(
    ("members", "least"), [(1, 1), (4, 3), (5, 4), (8, 6), (9, 7), (10, 8), (11, 9), (12, 9), (100, 75)]
)
def test_a_quorum_is_three_quarters_of_the_members_exactly(members, least):
    rules = RulesOfWork()
    assert rules.least_present(members) == least
    assert rules.quorum_met(least, members)
    assert not rules.quorum_met(least - 1, members)


def test_nobody_is_no_quorum():
    assert not RulesOfWork().quorum_met(0, 0)


@pytest.mark.parametrize(
    ("totals", "deviates"),
    [([60, 70], False), ([60, 71], True), ([70, 65, 60], False), ([71, 65, 60], True), ([72], False), ([], False)],
)
def test_totals_deviate_by_more_than_10_points(totals, deviates):
    assert RulesOfWork().deviates(totals) is deviates


def test_a_rule_book_may_count_the_limit_itself():
    rules = RulesOfWork(deviation_from=True)
    assert not rules.deviates([60, 69])
    assert rules.deviates([60, 70])


def test_causes_are_the_criteria_that_differ_the_widest_first():
    """4.1: options of 1, 2, 3, 5 points; 1.1: 1, 2, 3; 3.2: 0, 1."""
    code = "2026-06-processed-cereals"
    found = causes(
        [
            mark(NEW, best(code)),
            mark(NEW, best(code, {"4.1": 0, "1.1": 0})),
            mark(NEW, best(code, {"1.1": 1, "3.2": 0})),
        ]
    )
    assert [(cause.criterion, cause.points, cause.spread) for cause in found] == [
        ("4.1", (1, 5, 5), 4),
        ("1.1", (1, 2, 3), 2),
        ("3.2", (0, 1, 1), 1),
    ]
    assert causes([]) == causes([mark(NEW, best(code))]) == []


def test_the_council_of_2026_needs_eight_seats_and_food_safety_only_where_there_is_one():
    needed = ["leader", "agriculture", "industry_trade", "health", "science", "culture", "advisory", "specialised"]
    assert missing_seats(needed) == []
    assert missing_seats([*needed, "food_safety"]) == []
    assert missing_seats([seat for seat in needed if seat not in ("health", "science")]) == [
        "Sở Y tế",
        "Sở Khoa học và Công nghệ",
    ]
    assert len(missing_seats([])) == 8


@pytest.mark.parametrize(
    "body",
    [
        {"quorum": [0, 4]},
        {"quorum": [5, 4]},
        {"rounds": 0},
        {"deviation_limit": -1},
        {"least_members": 0},
        {"quorum": [3]},
        {"colour": "red"},
        {"counted": "best"},
        {"mark_rule": "some"},
        {"reason_from": 0},
        {"notice_days": -1},
        {"sittings": 0},
    ],
)
def test_impossible_rules_of_work_are_refused(body):
    with pytest.raises((KeyError, TypeError, ValueError)):
        RulesOfWork.parse(body)


def test_rules_of_work_read_back_as_they_were_written():
    assert RulesOfWork.parse({}) == RulesOfWork()
    assert RulesOfWork.parse({"quorum": [2, 3], "rounds": 3}).least_present(9) == 6
    assert RulesOfWork.parse({"counted": "trimmed", "reason_from": 1, "mark_rule": "every"}).reason_from == 1


# The conclusion: ten sheets, so that a tenth of a point counts


@pytest.mark.parametrize(
    ("points", "result", "stars"),
    [
        (900, Result.POTENTIAL_5, None),  # 90.0
        (899, Result.RECOGNISED, 4),  # 89.9
        (700, Result.RECOGNISED, 4),  # 70.0
        (699, Result.RECOGNISED, 3),  # 69.9
        (500, Result.RECOGNISED, 3),
        (499, Result.BELOW_3, 2),
        (300, Result.BELOW_3, 2),
        (299, Result.BELOW_3, 1),
    ],
)
def test_the_mean_is_compared_unrounded(points, result, stars):
    low, more = divmod(points, 10)
    stars_kept = 5 if points >= 580 else 2
    found = sheets(
        OLD, *[low + 1] * more, *[low] * (10 - more), stars=stars_kept if points >= 700 else 3 if points >= 500 else 1
    )
    decided = decide(OLD, found)
    assert (decided.outcome.points, decided.outcome.sheets) == (points, 10)
    assert (decided.result, decided.stars) == (result, stars)


def test_from_90_points_missed_marks_do_not_hold_back_the_way_to_the_ministry():
    """2026: 4.1 at 3 points misses the mark of 5 stars alone, at 1 point those of 3 and 4 too."""
    found = [mark(NEW, best("2026-06-processed-cereals", {"4.1": 0}))] * 3
    decided = decide(NEW, found)
    assert (decided.result, decided.stars, decided.outcome.stars) == (Result.POTENTIAL_5, None, 2)
    assert decided.outcome.missed[3] == ("4.1",)
    assert decided.reasons[-1] == "đạt từ 90 điểm: tiềm năng 5 sao, trình Bộ đánh giá"


def test_the_other_reading_asks_for_all_marks_of_5_stars():
    settings = Settings(potential_5_by_points_alone=False)
    capped = [mark(NEW, best("2026-06-processed-cereals", {"4.1": 2}))]
    assert decide(NEW, capped, settings=settings).stars == 4
    whole = [mark(NEW, best("2026-06-processed-cereals"))]
    assert decide(NEW, whole, settings=settings).result == Result.POTENTIAL_5


def test_a_star_mark_caps_and_says_why():
    """4.1 at 2 of 3 points, 5.1 at 3 of 5; 10 points are lost where no mark stands: 85 in all."""
    answers = best("2026-06-processed-cereals", {"4.1": 1, "5.1": 3, "4.2": 0, "4.3": 0, "5.2": 0})
    decided = decide(NEW, [mark(NEW, answers)] * 5)
    assert decided.outcome.points == 5 * 85
    assert (decided.result, decided.stars, decided.outcome.band) == (Result.RECOGNISED, 3, 4)
    assert decided.reasons == ("điểm đạt 4 sao; chưa đạt mức tối thiểu 4 sao ở 4.1, 5.1: xếp 3 sao",)


@pytest.mark.parametrize(("reach", "stars"), [(5, 4), (4, 3), (3, 3)])
def test_a_mark_needs_more_than_half_of_eight_sheets(reach, stars):
    code = "2026-06-processed-cereals"
    low = {"4.2": 0, "4.3": 0, "5.2": 0}
    yes, no = (
        best(code, {**low, "4.1": 2}),
        best(code, {**low, "4.1": 1}),
    )  # 3 points, 2 points; the mark of 4 stars is 3
    found = [mark(NEW, yes)] * reach + [mark(NEW, no)] * (8 - reach)
    assert decide(NEW, found).stars == stars


def test_a_rejected_product_has_0_stars_whatever_its_points():
    decided = decide(NEW, sheets(NEW, 95, 95), rejections=["1.1: nguyên liệu không rõ nguồn gốc"])
    assert (decided.result, decided.stars) == (Result.REJECTED, 0)
    assert decided.reasons == ("1.1: nguyên liệu không rõ nguồn gốc",)
    before_scoring = decide(NEW, [], rejections=["hồ sơ: giả mạo giấy chứng nhận"])
    assert (before_scoring.result, before_scoring.stars, before_scoring.outcome) == (Result.REJECTED, 0, None)


# Which sheets count, and how a council meets a star mark


def test_trimmed_leaves_out_one_highest_and_one_lowest_sheet_from_three_on():
    rules = RulesOfWork(counted="trimmed")

    def totals(*given):
        return [sheet.total for sheet in rules.counting(sheets(OLD, *given, stars=3))]

    assert totals(60, 90, 70, 65) == [70, 65]
    assert totals(60, 90, 70) == [70]
    assert totals(60, 90) == [60, 90]
    assert totals(70, 70, 70, 70) == [70, 70]
    assert [sheet.total for sheet in RulesOfWork().counting(sheets(OLD, 60, 90, 70, stars=3))] == [60, 90, 70]


def test_trimmed_does_not_hang_on_the_order_of_the_sheets():
    """Three sheets of 98 points that lose their two at other criteria; one is left, whoever signed first."""
    code = "2026-06-processed-cereals"
    given = [mark(NEW, best(code, lost)) for lost in ({"4.1": 2}, {"1.1": 0}, {"1.1": 1, "3.2": 0})]
    assert [sheet.total for sheet in given] == [98, 98, 98]
    rules = RulesOfWork(counted="trimmed")
    assert rules.counting(given) == rules.counting(given[::-1]) == rules.counting([given[1], given[0], given[2]])


def test_the_conclusion_takes_the_counted_sheets_alone_and_says_so():
    found = sheets(OLD, 60, 71, 71, 71, 100)
    assert decide(OLD, found).outcome.points == 373
    decided = decide(OLD, found, rules=RulesOfWork(counted="trimmed"))
    assert (decided.outcome.points, decided.outcome.sheets, decided.stars) == (213, 3, 4)
    assert decided.reasons == ("theo quy chế không tính phiếu cao nhất và phiếu thấp nhất",)
    assert decide(OLD, found[1:3], rules=RulesOfWork(counted="trimmed")).reasons == ()


@pytest.mark.parametrize(
    ("rule", "reach", "stars"),
    [("majority", 5, 4), ("majority", 4, 3), ("every", 8, 4), ("every", 7, 3), ("mean", 8, 4), ("mean", 7, 3)],
)
def test_the_rule_book_says_how_a_council_meets_a_mark(rule, reach, stars):
    """Eight sheets; 4.1 gives 3 points or 2, the mark of 4 stars is 3. Its own rule stands before the dated setting."""
    code, low = "2026-06-processed-cereals", {"4.2": 0, "4.3": 0, "5.2": 0}
    yes, no = mark(NEW, best(code, {**low, "4.1": 2})), mark(NEW, best(code, {**low, "4.1": 1}))
    found = [yes] * reach + [no] * (8 - reach)
    other = Settings(council_mark_rule="mean" if rule == "every" else "every")
    assert decide(NEW, found, settings=other, rules=RulesOfWork(mark_rule=rule)).stars == stars
    assert decide(NEW, found, settings=Settings(council_mark_rule=rule)).stars == stars


# 2019: the finding on QĐ 781


@pytest.mark.parametrize(
    ("total", "finding", "result", "stars"),
    [
        (75, 4, Result.RECOGNISED, 4),
        (75, 3, Result.RECOGNISED, 3),
        (75, 2, Result.BELOW_3, 2),
        (75, 5, Result.RECOGNISED, 4),  # the smaller of band and finding
        (60, 5, Result.RECOGNISED, 3),
        (45, 3, Result.BELOW_3, 2),
    ],
)
def test_under_2019_stars_are_the_smaller_of_band_and_finding(total, finding, result, stars):
    decided = decide(FIRST, sheets(FIRST, total, total), found_stars=finding)
    assert (decided.result, decided.stars) == (result, stars)


def test_under_2019_there_are_no_stars_without_the_finding():
    assert decide(FIRST, sheets(FIRST, 75)) is Open.FINDING_2019


def test_under_2019_90_points_go_to_the_ministry_without_a_finding():
    assert decide(FIRST, sheets(FIRST, 90)).result == Result.POTENTIAL_5


def test_a_finding_of_2019_is_ignored_where_the_minimums_are_printed():
    assert decide(NEW, sheets(NEW, 75), found_stars=3).stars == 4


# Districts


@pytest.mark.parametrize(
    ("card", "level", "points", "sends"),
    [
        (FIRST, DISTRICT_2019, 500, True),
        (FIRST, DISTRICT_2019, 499, False),
        (OLD, DISTRICT_2023, 700, True),
        (OLD, DISTRICT_2023, 699, False),
    ],
)
def test_a_district_sends_up_from_its_points_on_the_unrounded_mean(card, level, points, sends):
    low, more = divmod(points, 10)
    found = sheets(card, *[low + 1] * more, *[low] * (10 - more), stars=3)
    decided = decide(card, found, level, found_stars=2 if card is FIRST else None)
    assert (decided.result == Result.SEND_UP) is sends
    if sends:
        assert decided.stars is None
        assert decided.reasons[-1] == f"đạt từ {level.sends_from} điểm: chuyển hội đồng cấp tỉnh"


def test_a_district_of_2023_recognises_3_stars_and_tells_the_rest():
    assert (
        decide(OLD, sheets(OLD, 69, stars=4), DISTRICT_2023).result,
        decide(OLD, sheets(OLD, 69, stars=4), DISTRICT_2023).stars,
    ) == (Result.RECOGNISED, 3)
    below = decide(OLD, sheets(OLD, 49, stars=3), DISTRICT_2023)
    assert (below.result, below.stars) == (Result.BELOW_3, 2)
    capped = decide(OLD, [mark(OLD, answers_for(OLD, 65, stars=2, miss=("8.a",)))], DISTRICT_2023)
    assert (capped.result, capped.stars) == (Result.BELOW_3, 2)


def test_a_district_sends_up_95_points_and_not_to_the_ministry():
    assert decide(OLD, sheets(OLD, 95), DISTRICT_2023).result == Result.SEND_UP
