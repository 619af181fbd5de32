"""What holds for any answers of any of the 77 scorecards, computed a second time from the bare files."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from ocop.scorecards import rules

from .conftest import CARDS, DATA

PROFILE = settings(max_examples=300, deadline=None, database=None)


def criteria(code):
    return [c for part in DATA[code]["parts"] for section in part["sections"] for c in section["criteria"]]


@st.composite
def answered(draw):
    code = draw(st.sampled_from(sorted(DATA)))
    answers = {}
    for criterion in criteria(code):
        if criterion["kind"] == "yes_no":
            choice = st.booleans()
        else:
            choice = st.integers(0, len(criterion["options"]) - 1)
            if all(option["points"] for option in criterion["options"]):
                choice |= st.none()
        answers[criterion["code"]] = draw(choice)
    return code, answers


def naive(code, answers):
    """Points and missed marks by the words of the law alone, story rule included."""
    points, missed, told = {}, {"3": [], "4": [], "5": []}, True
    for part in DATA[code]["parts"]:
        for section in part["sections"]:
            for number, criterion in enumerate(section["criteria"]):
                name, answer = criterion["code"], answers[criterion["code"]]
                story = section["code"] == "5" and DATA[code]["set_no"] != 26
                if story and number and not told:
                    answer = None
                    points[name] = 0
                elif criterion["kind"] == "yes_no":
                    points[name] = criterion["max"] * answer
                else:
                    points[name] = 0 if answer is None else criterion["options"][answer]["points"]
                if story and not number:
                    told = points[name] > 0
                for option in criterion["options"]:
                    if "min_for_star" in option and points[name] < option["points"]:
                        missed[str(option["min_for_star"])].append(name)
                if "criterion_star_mark" in criterion and points[name] == 0:
                    missed[str(criterion["criterion_star_mark"])].append(name)
    return points, missed


@PROFILE
@given(answered())
def test_points_and_missed_marks_equal_a_naive_recount(sheet):
    code, answers = sheet
    points, missed = naive(code, answers)
    marked = rules.mark(CARDS[code], answers)
    assert marked.points == points
    assert rules.score(CARDS[code], answers)["marks_missed"] == missed


@PROFILE
@given(answered())
def test_parts_add_up_and_stars_stay_within_the_band(sheet):
    code, answers = sheet
    found = rules.score(CARDS[code], answers)
    marked = rules.mark(CARDS[code], answers)
    assert found["total"] == sum(found["parts"].values()) == sum(marked.sections.values())
    assert 0 <= found["total"] <= 100
    assert all(0 <= marked.points[c["code"]] <= c["max"] for c in criteria(code))
    if DATA[code]["status"] == "partial" or DATA[code]["regime"] == "2019":
        assert found["stars"] is None
    else:
        assert 1 <= found["stars"] <= found["band"]
        assert (found["stars"] == found["band"]) == (
            not any(found["marks_missed"][str(star)] for star in range(3, found["band"] + 1))
        )


@PROFILE
@given(answered(), st.data())
def test_a_better_answer_never_lowers_total_or_stars(sheet, data):
    code, answers = sheet
    criterion = data.draw(st.sampled_from(criteria(code)))
    before = rules.mark(CARDS[code], answers).points[criterion["code"]]
    if criterion["kind"] == "yes_no":
        better = True
    else:
        options = criterion["options"]
        chosen = answers[criterion["code"]]
        case = None if chosen is None else options[chosen].get("case")
        higher = [
            index
            for index, option in enumerate(options)
            if option["points"] >= before and (case is None or option.get("case") == case)
        ]
        better = data.draw(st.sampled_from(higher))
    low = rules.score(CARDS[code], answers)
    high = rules.score(CARDS[code], {**answers, criterion["code"]: better})
    assert high["total"] >= low["total"]
    assert (high["stars"] or 0) >= (low["stars"] or 0)


@PROFILE
@given(answered(), st.integers(1, 9))
def test_equal_sheets_conclude_as_one_sheet_does(sheet, count):
    code, answers = sheet
    card, marked = CARDS[code], rules.mark(CARDS[code], answers)
    one = rules.conclude(card, [marked], settings=rules.Settings())
    for rule in rules.COUNCIL_MARK_RULES:
        many = rules.conclude(card, [marked] * count, settings=rules.Settings(council_mark_rule=rule))
        assert (many.band, many.missed, many.stars) == (one.band, one.missed, one.stars)
        assert Fraction(many.points, many.sheets) == one.points
