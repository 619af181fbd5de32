from datetime import date

import pytest

from ocop.areas.rules import History, Step, sort_key, spellings, typed_name

D2021, D2025 = date(2021, 7, 1), date(2025, 7, 1)
ALWAYS, UNTIL_2025, FROM_2025 = (date.min, date.max), (date.min, date(2025, 6, 30)), (D2025, date.max)

A, B, C, X, Y = 1, 2, 3, 11, 12


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("TT. Yên Sơn", "thi tran yen son"),
        ("TP Tuyên Quang", "thanh pho tuyen quang"),
        ("P. Minh Xuân", "phuong minh xuan"),
        ("  xã  Kim Phú ", "xa kim phu"),
        ("Hoà An", "hoa an"),
        ("Hòa An", "hoa an"),
        ("P", "p"),
    ],
)
def test_a_typed_name_is_folded_and_its_kind_written_out(typed, stored):
    assert typed_name(typed) == stored


def test_every_spelling_is_found_with_and_without_its_kind():
    assert spellings("xã", "Quí Quân", "Xã Quí Quân", ["Xã Quý Quân"]) == "|xa qui quan|qui quan|xa quy quan|quy quan|"


def test_no_variant_leaves_no_empty_spelling():
    assert spellings("xã", "Kim Phú", "Xã Kim Phú", [""]) == "|xa kim phu|kim phu|"


def test_names_stand_in_vietnamese_order():
    names = ["Ỷ La", "Đà Vị", "Dân Chủ", "Yên Hoa", "Ân", "Ăn", "An Tường", "An", "Đạo Viện", "Ấn"]
    assert sorted(names, key=sort_key) == [
        "An", "An Tường", "Ăn", "Ân", "Ấn", "Dân Chủ", "Đà Vị", "Đạo Viện", "Ỷ La", "Yên Hoa",
    ]  # fmt: skip


def history(days, *steps):
    return History(days, tuple(steps))


def test_a_place_stays_in_its_area_up_to_the_last_day_and_is_in_the_next_one_on_the_day_after():
    h = history({A: UNTIL_2025, X: FROM_2025}, Step(A, X, D2025))
    assert h.forward(A, date(2025, 6, 30), date(2025, 6, 30)) == {A}
    assert h.forward(A, date(2025, 6, 30), D2025) == {X}


def test_a_split_area_leads_to_all_its_parts():
    h = history({A: UNTIL_2025, X: FROM_2025, Y: FROM_2025}, Step(A, X, D2025), Step(A, Y, D2025))
    assert h.forward(A, date(2025, 6, 30), D2025) == {X, Y}
    assert h.line(X) == {X}
    assert h.line(Y) == {Y}


def test_two_parts_that_end_in_the_same_area_are_certain_again():
    h = history(
        {A: UNTIL_2025, B: (D2021, date(2025, 6, 30)), X: FROM_2025},
        Step(A, B, D2021),
        Step(A, X, D2025),
        Step(B, X, D2025),
    )
    assert h.forward(A, date(2021, 6, 30), date(2025, 6, 30)) == {A, B}
    assert h.forward(A, date(2021, 6, 30), D2025) == {X}


def test_who_was_seen_after_a_part_was_given_away_is_certain():
    h = history({A: ALWAYS, B: (D2021, date.max)}, Step(A, B, D2021))
    assert h.forward(A, date(2021, 6, 30), D2021) == {A, B}
    assert h.forward(A, D2021, D2025) == {A}


def test_an_area_that_ended_without_a_successor_leads_nowhere():
    assert history({A: UNTIL_2025}).forward(A, date(2025, 6, 30), D2025) == set()


def test_an_area_holds_what_led_to_it_whole_or_in_part():
    h = history(
        {A: UNTIL_2025, B: UNTIL_2025, X: FROM_2025, Y: FROM_2025},
        Step(A, X, D2025),
        Step(B, X, D2025),
        Step(B, Y, D2025),
    )
    assert h.back(X, date(2025, 6, 30)) == {A, B}
    assert h.back(X, D2025) == {X}
    assert h.holds_whole(X, A, date(2025, 6, 30))
    assert not h.holds_whole(X, B, date(2025, 6, 30))


def test_the_line_of_an_area_goes_through_several_changes():
    h = history(
        {A: (date.min, date(2021, 6, 30)), B: (D2021, date(2025, 6, 30)), C: UNTIL_2025, X: FROM_2025, Y: FROM_2025},
        Step(A, B, D2021),
        Step(B, X, D2025),
        Step(C, Y, D2025),
    )
    assert h.line(X) == {A, B, X}
    assert h.line(B) == {A, B}
    assert [(step.old, step.new) for step in h.leading_to(X)] == [(A, B), (B, X)]
