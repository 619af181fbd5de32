"""The way from a half-filled sheet to 3, 4 and 5 stars: short, honest, and it arrives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ocop.scorecards import rules

from .conftest import CARDS, best
from .test_properties import answered

WITH_MARKS = sorted(code for code, card in CARDS.items() if card.complete and card.star_minimums_printed)
PROFILE = settings(max_examples=200, deadline=None, database=None)
OPEN = rules.Settings()


def ways(code, answers, **more):
    return {found.star: found for found in rules.distances(CARDS[code], answers, settings=OPEN, **more)}


def climbed(found, answers):
    return {**answers, **{one.criterion.code: one.answer for one in found.way}}


@st.composite
def half_filled(draw):
    code, answers = draw(answered().filter(lambda sheet: sheet[0] in WITH_MARKS))
    kept = draw(st.sets(st.sampled_from(sorted(answers))))
    return code, {criterion: answer for criterion, answer in answers.items() if criterion in kept}


@PROFILE
@given(half_filled())
def test_whoever_goes_the_way_reaches_the_star(sheet):
    code, answers = sheet
    for found in ways(code, answers).values():
        if found.way is None:
            continue
        blank = {c.code: rules.nothing(c, None) for c in CARDS[code].criteria}
        outcome = rules.score(CARDS[code], blank | climbed(found, answers))
        assert outcome["stars"] >= found.star


@PROFILE
@given(half_filled(), st.data())
def test_no_step_of_the_way_beyond_the_minimums_is_idle(sheet, data):
    code, answers = sheet
    found = data.draw(st.sampled_from(list(ways(code, answers).values())))
    idle = [one for one in found.way or () if not one.meets and one.criterion.code not in told_first(code)]
    if not idle:
        return
    left_out = data.draw(st.sampled_from(idle)).criterion.code
    blank = {c.code: rules.nothing(c, None) for c in CARDS[code].criteria}
    path = blank | climbed(found, answers)
    path[left_out] = (blank | answers)[left_out]
    assert rules.score(CARDS[code], path)["stars"] < found.star


def told_first(code):
    return {CARDS[code].story[0]} if CARDS[code].story else set()


def test_a_full_sheet_has_nothing_to_do_for_any_star():
    for found in ways("2026-11-tea", best("2026-11-tea")).values():
        assert (found.reached, found.points_short, found.missed, found.way) == (True, 0, (), ())


def test_an_empty_sheet_is_short_of_the_whole_band():
    found = ways("2026-11-tea", {})
    assert [found[star].points_short for star in (3, 4, 5)] == [50, 70, 90]
    assert not any(found[star].reached for star in (3, 4, 5))
    assert all(found[star].way for star in (3, 4, 5))


def test_one_missed_minimum_is_the_whole_way_and_raised_no_higher_than_it_asks():
    # 2.3 Bao bì, nhãn: the trace code (3 points) is the minimum of 4 stars, the full label (1) that of 3.
    label = next(
        c for c in CARDS["2026-11-tea"].criteria if {4: 3}.items() <= c.minimums().items() and 3 in c.minimums()
    )
    lowest = next(option.index for option in label.options if option.points == label.minimums()[3])
    answers = best("2026-11-tea", {label.code: lowest})
    found = ways("2026-11-tea", answers)
    assert found[3].reached
    [step] = found[4].way
    assert (step.criterion.code, step.points, 4 in step.meets) == (label.code, 3, True)
    assert found[4].points_short == 0
    assert found[4].missed == (label.code,)


def test_a_paper_at_hand_goes_before_a_criterion_without_one():
    code = "2026-11-tea"
    card = CARDS[code]
    free = [c.code for c in card.criteria if not c.minimums()]
    blank = {c.code: rules.nothing(c, None) for c in card.criteria}
    way = ways(code, blank)[3].way
    proven = next(one for one in free if one not in {step.criterion.code for step in way})
    with_paper = ways(code, blank, proven={proven})[3].way
    assert proven in {step.criterion.code for step in with_paper}


def test_the_story_is_told_before_what_depends_on_it_is_asked():
    card = CARDS["2026-11-tea"]
    story, told_only = card.story
    silent = next(option.index for option in card.by_code[story].options if option.points == 0)
    answers = {key: value for key, value in best("2026-11-tea").items() if key not in told_only} | {story: silent}
    found = ways("2026-11-tea", answers)[3]
    assert story in {step.criterion.code for step in found.way}


def test_a_lower_minimum_binds_the_higher_star_only_while_the_setting_says_so():
    card = CARDS["2026-11-tea"]
    lowered = next(c for c in card.criteria if set(c.minimums()) == {3})
    answers = best("2026-11-tea", {lowered.code: rules.nothing(lowered, None)})
    assert lowered.code in ways("2026-11-tea", answers)[4].missed
    loose = rules.Settings(lower_marks_bind=False)
    free = {found.star: found for found in rules.distances(card, answers, settings=loose)}
    assert lowered.code not in free[4].missed
    assert lowered.code in free[3].missed
