"""Points, star minimums, stops and stories of one sheet. Expected values from the printed scorecards."""

from __future__ import annotations

import pytest

from ocop.scorecards import rules

from .conftest import CARDS, best

TEA, SPICES, TOURISM = "2026-11-tea", "2026-10-other-spices", "2026-26-tourism"
FRUIT_2023, TEA_2023, TEA_2019 = "2023-01-fresh-produce", "2023-11-tea", "2019-12-tea"
NONE_MISSED = {"3": [], "4": [], "5": []}


def score(code, changes=None, *, without=(), settings=None):
    answers = best(code, changes, without=without)
    return rules.score(CARDS[code], answers, settings=settings or rules.Settings())


def errors(code, changes=None, *, without=(), cases=None, settings=None):
    with pytest.raises(rules.AnswerErrors) as caught:
        rules.mark(
            CARDS[code],
            best(code, changes, without=without),
            cases=cases,
            settings=settings or rules.Settings(),
        )
    return caught.value.errors


def test_the_best_answers_give_all_points_and_five_stars():
    assert score(TEA) == {
        "code": TEA,
        "parts": {"A": 40, "B": 25, "C": 35},
        "total": 100,
        "band": 5,
        "marks_missed": NONE_MISSED,
        "stars": 5,
        "rejected": False,
        "reasons": [],
    }


def test_a_missed_minimum_lowers_the_stars_and_the_reason_names_it():
    found = score(TEA, {"4.1": 1, "5.1": 3, "4.3": 0, "6.2.3": 0})
    assert found == {
        "code": TEA,
        "parts": {"A": 40, "B": 15, "C": 30},
        "total": 85,
        "band": 4,
        "marks_missed": {"3": [], "4": ["4.1", "5.1"], "5": ["4.1"]},
        "stars": 3,
        "rejected": False,
        "reasons": ["điểm đạt 4 sao; chưa đạt mức tối thiểu 4 sao ở 4.1, 5.1: xếp 3 sao"],
    }


@pytest.mark.parametrize(
    ("index", "points", "missed", "stars"),
    [
        (0, 1, {"3": ["4.1"], "4": ["4.1"], "5": ["4.1"]}, 2),
        (1, 2, {"3": [], "4": ["4.1"], "5": ["4.1"]}, 3),
        (2, 3, {"3": [], "4": [], "5": ["4.1"]}, 4),
        (3, 5, {"3": [], "4": [], "5": []}, 5),
    ],
)
def test_one_criterion_carries_the_minimums_of_three_four_and_five_stars(index, points, missed, stars):
    found = score(TEA, {"4.1": index})
    assert (found["total"], found["marks_missed"], found["stars"]) == (95 + points, missed, stars)


def test_a_minimum_is_met_by_points_so_a_better_option_meets_it_too():
    # 8: 2 points carry ***; 4 and 5 points carry nothing
    assert [score(TEA, {"8": index})["marks_missed"]["3"] for index in (0, 1, 2)] == [[], [], []]
    assert score(TEA, {"8": None})["marks_missed"]["3"] == ["8"]


def test_a_missed_three_star_minimum_leaves_two_stars_whatever_the_points():
    found = score(TEA, {"8": None})
    assert (found["total"], found["band"], found["stars"]) == (95, 5, 2)
    assert found["reasons"] == ["điểm đạt 5 sao; chưa đạt mức tối thiểu 3 sao ở 8: xếp 2 sao"]


def test_a_four_star_minimum_binds_five_stars_unless_the_setting_says_otherwise():
    missed = {"5.1": 3}  # only **** stands at 5.1
    assert score(TEA, missed)["stars"] == 3
    assert score(TEA, missed, settings=rules.Settings(lower_marks_bind=False))["stars"] == 5


def test_the_mark_that_set_10_does_not_print_does_not_bind():
    # intellectual property, one point: tea prints **** at two points, other spices print none
    assert score(TEA, {"3.5": 0})["marks_missed"]["4"] == ["3.5"]
    assert score(SPICES, {"3.5": 0})["marks_missed"] == NONE_MISSED


@pytest.mark.parametrize(("answer", "missed"), [(None, ["3.e"]), (0, []), (1, [])])
def test_a_mark_at_the_criterion_of_2023_is_met_by_any_points_above_0(answer, missed):
    assert score(FRUIT_2023, {"3.e": answer})["marks_missed"]["4"] == missed


def test_the_bands_of_one_sheet_start_exactly_at_their_floors():
    assert [rules.band(points, 1, rules.Settings().floors) for points in (0, 29, 30, 49, 50, 69, 70, 89, 90, 100)] == [
        1,
        1,
        2,
        2,
        3,
        3,
        4,
        4,
        5,
        5,
    ]


@pytest.mark.parametrize(
    ("points", "sheets", "stars"),
    [(209, 7, 1), (210, 7, 2), (349, 7, 2), (350, 7, 3), (489, 7, 3), (490, 7, 4), (629, 7, 4), (630, 7, 5)],
)
def test_a_mean_gets_the_higher_band_exactly_at_its_floor(points, sheets, stars):
    assert rules.band(points, sheets, rules.Settings().floors) == stars


def test_a_mean_just_under_90_is_not_rounded_up():
    assert rules.band(90 * 3000 - 1, 3000, rules.Settings().floors) == 4


@pytest.mark.parametrize(("points", "sheets"), [(0, 0), (-1, 1), (101, 1)])
def test_a_mean_without_sheets_or_outside_0_to_100_is_an_error(points, sheets):
    with pytest.raises(ValueError):
        rules.band(points, sheets, rules.Settings().floors)


def test_a_yes_no_criterion_gives_all_or_nothing():
    assert score(TEA, {"2.4": True})["parts"]["A"] == 40
    assert score(TEA, {"2.4": False})["parts"]["A"] == 39


@pytest.mark.parametrize("answer", [0, 1, None, "true"])
def test_a_yes_no_criterion_takes_only_true_or_false(answer):
    assert errors(TEA, {"2.4": answer}) == [("2.4", "chỉ trả lời có (true) hoặc không (false).")]


@pytest.mark.parametrize("answer", [True, False, 1.0, "1", [1], {}])
def test_an_option_takes_only_a_whole_number(answer):
    assert errors(TEA, {"1.1": answer}) == [("1.1", "phải là số thứ tự của phương án (số nguyên, từ 0).")]


@pytest.mark.parametrize("answer", [-1, 3])
def test_an_option_that_is_not_printed_is_an_error(answer):
    assert errors(TEA, {"1.1": answer}) == [("1.1", f"không có phương án {answer}, chỉ có từ 0 đến 2.")]


def test_none_fits_is_an_answer_only_where_no_0_point_option_is_printed():
    assert score(TEA, {"1.1": None})["total"] == 97
    assert errors(TEA, {"1.2": None}) == [("1.2", "có phương án 0 điểm, phải chọn một phương án.")]


def test_none_fits_is_no_answer_where_the_setting_forbids_it():
    settings = rules.Settings(null_answer_allowed=False)
    found = errors(TEA, {"1.1": None}, settings=settings)
    assert found == [("1.1", "quy định đang áp dụng không cho bỏ trống, phải chọn một phương án.")]


def test_every_error_is_collected_in_one_go():
    found = errors(TEA, {"1.1": 7, "2.4": 1, "8": "x", "99": 0, "_total": 90}, without=("10",))
    assert [code for code, _ in found] == ["99", "_total", "1.1", "2.4", "8", "10"]


def test_no_answers_at_all_name_every_criterion(tea):
    with pytest.raises(rules.AnswerErrors) as caught:
        rules.mark(tea, {})
    assert [code for code, _ in caught.value.errors] == [criterion.code for criterion in tea.criteria]


def test_a_case_is_told_by_the_chosen_option():
    # tourism 8: options 0, 1 are case a (1 and 3 points), options 2, 3 case b (1 and 3 points)
    assert [score(TOURISM, {"8": index})["total"] for index in (0, 1, 2, 3)] == [98, 100, 98, 100]


def test_an_option_of_another_case_than_the_dossiers_is_an_error():
    assert rules.mark(CARDS[TOURISM], best(TOURISM, {"8": 1}), cases={"8": "a"}).total == 100
    found = errors(TOURISM, {"8": 3}, cases={"8": "a"})
    assert found == [("8", "phương án 3 thuộc trường hợp khác với trường hợp ghi trong hồ sơ.")]
    assert [code for code, _ in errors(TOURISM, cases={"8": "c"})] == ["8"]


def test_none_fits_looks_at_the_case_of_the_dossier():
    # 2019, 3.2: case a prints 1 and 2 points, case b prints 0 and 1
    assert rules.mark(CARDS[TEA_2019], best(TEA_2019, {"3.2": None}), cases={"3.2": "a"}).points["3.2"] == 0
    assert [code for code, _ in errors(TEA_2019, {"3.2": None}, cases={"3.2": "b"})] == ["3.2"]
    assert [code for code, _ in errors(TEA_2019, {"3.2": None})] == ["3.2"]


def two_case_card():
    """Two cases with their own minimums: case a needs 2 points for 4 stars, case b needs 1."""
    criterion = rules.Criterion(
        code="1",
        name_vi="Tiêu chí",
        max_points=3,
        kind=rules.ONE_OF_CASES,
        options=(
            rules.Option(0, 1, "a1", None, "a"),
            rules.Option(1, 2, "a2", 4, "a"),
            rules.Option(2, 1, "b1", 4, "b"),
            rules.Option(3, 3, "b3", 5, "b"),
        ),
        cases=(rules.Case("a", None), rules.Case("b", None)),
        star_mark=None,
        knockout=None,
        notes_vi=(),
        evidence=(),
        heading=None,
    )
    section = rules.Section("1", "Mục", 3, (), (criterion,))
    return rules.Card("x", "2026", 1, "Thử", "26", "complete", True, (), (rules.Part("A", "Phần", 3, (section,)),))


@pytest.mark.parametrize(
    ("answer", "missed"),
    [(0, {3: (), 4: ("1",), 5: ()}), (1, {3: (), 4: (), 5: ()}), (2, {3: (), 4: (), 5: ("1",)})],
)
def test_a_mark_of_another_case_does_not_bind(answer, missed):
    assert rules.mark(two_case_card(), {"1": answer}).missed == missed


@pytest.mark.parametrize(
    ("cases", "missed"), [({}, {3: (), 4: ("1",), 5: ("1",)}), ({"1": "a"}, {3: (), 4: ("1",), 5: ()})]
)
def test_none_fits_misses_the_marks_of_the_known_case_or_else_of_all(cases, missed):
    assert rules.mark(two_case_card(), {"1": None}, cases=cases).missed == missed


AFTER_6_1_1 = ("6.1.2", "6.2.1", "6.2.2", "6.2.3", "7", "8", "9", "10", "11")


def test_after_a_stop_the_criterion_keeps_its_points_and_later_ones_need_no_answer():
    found = score(TEA, {"6.1.1": 1, "_stop": ["6.1.1"]}, without=AFTER_6_1_1)
    assert (found["parts"], found["total"], found["band"]) == ({"A": 40, "B": 25, "C": 1}, 66, 3)
    assert found["marks_missed"] == {"3": ["8", "9"], "4": ["6.1.1", "6.1.2", "7", "9"], "5": ["7"]}
    assert (found["stars"], found["rejected"]) == (2, False)
    assert found["reasons"] == [
        "dừng đánh giá ở 6.1.1: các tiêu chí sau không chấm điểm",
        "điểm đạt 3 sao; chưa đạt mức tối thiểu 3 sao ở 8, 9: xếp 2 sao",
    ]


def test_answers_after_a_stop_are_ignored_and_named():
    found = score(TEA, {"_stop": ["6.1.1"]}, without=AFTER_6_1_1[1:])
    assert found["total"] == 67
    assert "bỏ qua câu trả lời ở 6.1.2" in found["reasons"]


def test_a_stop_needs_the_answer_of_the_stopping_criterion_and_of_all_before():
    assert errors(TEA, {"_stop": ["6.1.1"]}, without=("5.2", "6.1.1", *AFTER_6_1_1)) == [
        ("5.2", "thiếu câu trả lời."),
        ("6.1.1", "thiếu câu trả lời."),
    ]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"_stop": ["1.1"]}, ("_stop", "tiêu chí 1.1 không ghi điều kiện dừng đánh giá.")),
        ({"_reject": ["6.1.1"]}, ("_reject", "tiêu chí 6.1.1 không ghi điều kiện loại.")),
        ({"_reject": ["77"]}, ("_reject", "bộ tiêu chí không có tiêu chí 77.")),
        ({"_stop": ["dossier"]}, ("_stop", "bộ tiêu chí không có tiêu chí dossier.")),
        ({"_reject": "1.1"}, ("_reject", "phải là danh sách mã tiêu chí.")),
        ({"_stop": [1]}, ("_stop", "phải là danh sách mã tiêu chí.")),
    ],
)
def test_a_finding_needs_its_note_in_the_scorecard(changes, error):
    assert errors(TEA, changes) == [error]


@pytest.mark.parametrize("finding", [["1.1"], ["dossier"], "dossier", ["2.1", "dossier"]])
def test_a_rejected_product_gets_0_stars_and_keeps_its_points(finding):
    found = score(TEA, {"_reject": finding})
    assert (found["total"], found["stars"], found["rejected"]) == (100, 0, True)
    assert len(found["reasons"]) == (2 if finding == ["2.1", "dossier"] else 1)


def test_no_finding_rejects_nothing():
    assert score(TEA, {"_reject": [], "_stop": []})["rejected"] is False


def test_tourism_prints_no_ground_to_reject_a_dossier():
    found = errors(TOURISM, {"_reject": ["dossier"]})
    assert found == [("_reject", "bộ tiêu chí không ghi điều kiện loại hồ sơ trước khi chấm.")]


def test_without_a_story_its_structure_and_identity_count_0_and_need_no_answer():
    found = score(TEA, {"5.1": 0}, without=("5.2", "5.3"))
    assert (found["parts"]["B"], found["total"], found["band"]) == (13, 88, 4)
    assert found["marks_missed"] == {"3": ["5.3"], "4": ["5.1"], "5": []}
    assert found["stars"] == 2
    assert found["reasons"] == [
        "5.1 đạt 0 điểm: các tiêu chí khác của mục câu chuyện sản phẩm không chấm điểm",
        "điểm đạt 4 sao; chưa đạt mức tối thiểu 3 sao ở 5.3: xếp 2 sao",
    ]


def test_answers_about_a_story_that_does_not_exist_are_ignored_and_named():
    found = score(TEA, {"5.1": 0, "5.2": 2}, without=("5.3",))
    assert found["total"] == 88
    assert "bỏ qua câu trả lời ở 5.2" in found["reasons"]


def test_with_a_story_its_structure_needs_an_answer():
    assert errors(TEA, {"5.1": 1}, without=("5.2",)) == [("5.2", "thiếu câu trả lời.")]


@pytest.mark.parametrize(
    ("code", "story", "rest"), [(FRUIT_2023, "5", ("5.a", "5.b")), (TEA_2019, "5.1", ("5.2", "5.3"))]
)
def test_the_story_rule_holds_in_every_regime(code, story, rest):
    assert rules.mark(CARDS[code], best(code, {story: 0}, without=rest)).skipped == set(rest)


@pytest.mark.parametrize(("code", "story", "later"), [(TOURISM, "5.1", "5.2"), ("2019-26-tourism", "5.1", "5.2")])
def test_in_tourism_the_story_stops_nothing(code, story, later):
    assert rules.mark(CARDS[code], best(code, {story: None})).skipped == frozenset()
    assert errors(code, {story: None}, without=(later,)) == [(later, "thiếu câu trả lời.")]


def test_a_scorecard_of_2019_gives_no_stars_from_points_alone():
    found = score(TEA_2019)
    assert (found["total"], found["band"], found["stars"]) == (100, 5, None)
    assert found["marks_missed"] == NONE_MISSED
    assert found["reasons"] == [
        "hội đồng chưa kết luận mức tối thiểu theo sao của Quyết định 781/QĐ-TTg: chưa xếp sao từ điểm"
    ]


def test_a_partial_scorecard_never_gives_stars():
    found = score(TEA_2023)
    assert (found["total"], found["stars"]) == (97, None)
    assert found["reasons"] == ["bộ tiêu chí chưa đủ nội dung: không xếp sao"]


def test_a_rejected_product_of_2019_has_0_stars():
    assert score(TEA_2019, {"_reject": ["1.1"]})["stars"] == 0
