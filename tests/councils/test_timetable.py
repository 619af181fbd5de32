"""Capacity, hours of the agenda, notice in working days. Holidays are typed by hand."""

from __future__ import annotations

from datetime import date, time

import pytest

from ocop.councils.timetable import (
    latest_day,
    parse_blocks,
    per_day,
    short_notice,
    sitting_days,
    timetable,
)


def hours(slots):
    return [(slot.day, f"{slot.start:%H:%M}", f"{slot.end:%H:%M}") for slot in slots]


def test_no_product_is_cut_by_the_break_or_by_the_evening():
    """8:00-11:30 and 13:30-17:00 hold four products of 50 minutes each, with 10 minutes left."""
    assert per_day(50) == 8
    slots = hours(timetable(9, 50))
    assert slots[3:5] == [(0, "10:30", "11:20"), (0, "13:30", "14:20")]
    assert slots[7:] == [(0, "16:00", "16:50"), (1, "08:00", "08:50")]
    assert per_day(52) == 8  # 4 x 52 = 208 of 210 minutes
    assert per_day(53) == 6  # 4 x 53 = 212: three a half day


def test_the_first_day_begins_at_its_own_hour():
    assert hours(timetable(3, 60, starts_at=time(10))) == [
        (0, "10:00", "11:00"),
        (0, "13:30", "14:30"),
        (0, "14:30", "15:30"),
    ]
    assert hours(timetable(1, 60, starts_at=time(16, 30))) == [(1, "08:00", "09:00")]


def test_breaks_are_the_gaps_between_the_hours_typed():
    blocks = parse_blocks("8:00-9:45, 10h-11h30; 13:30 – 17:00")
    assert blocks == ((time(8), time(9, 45)), (time(10), time(11, 30)), (time(13, 30), time(17)))
    assert per_day(45, blocks) == 2 + 2 + 4


@pytest.mark.parametrize(
    "text", ["", "8:00", "9:00-8:00", "13:30-17:00, 8:00-11:30", "8:00-11:30, 11:00-17:00", "8-25"]
)
def test_hours_that_make_no_day_are_refused(text):
    with pytest.raises(ValueError):  # its own words are for nobody
        parse_blocks(text)


def test_a_product_longer_than_every_block_is_refused():
    assert len(timetable(1, 210)) == 1
    with pytest.raises(ValueError, match="block"):
        timetable(1, 211)


def test_sessions_fall_on_working_days():
    """Friday, then Monday; Tuesday 1/9 and Wednesday 2/9 are National Day, Saturday 5/9 is worked instead."""
    table = {date(2026, 9, 1): False, date(2026, 9, 2): False, date(2026, 9, 5): True}
    assert sitting_days(date(2026, 8, 28), 3, table) == [date(2026, 8, 28), date(2026, 8, 31), date(2026, 9, 3)]
    assert sitting_days(date(2026, 9, 4), 2, table) == [date(2026, 9, 4), date(2026, 9, 5)]


def test_three_working_days_before_a_thursday_is_monday():
    assert latest_day(date(2026, 10, 1), 3, {}) == date(2026, 9, 28)
    assert latest_day(date(2026, 10, 1), 4, {}) == date(2026, 9, 27)  # Sunday: Monday is the first day counted
    assert latest_day(date(2026, 10, 1), 0, {}) == date(2026, 10, 1)
    assert latest_day(date(2026, 9, 3), 2, {date(2026, 9, 1): False, date(2026, 9, 2): False}) == date(2026, 8, 30)


def test_what_goes_out_a_day_too_late_is_told_with_the_day_it_was_due():
    held_on, rules = date(2026, 10, 1), {"notice_days": 3, "dossier_days": 1, "table": {}}
    assert short_notice(held_on, date(2026, 9, 28), date(2026, 9, 30), **rules) == []
    assert short_notice(held_on, date(2026, 9, 29), date(2026, 10, 1), **rules) == [
        "Giấy mời gửi ngày 29/09/2026; quy chế cần trước phiên 3 ngày làm việc, chậm nhất ngày 28/09/2026.",
        "Hồ sơ điện tử mở ngày 01/10/2026; quy chế cần trước phiên 1 ngày làm việc, chậm nhất ngày 30/09/2026.",
    ]
    assert short_notice(held_on, held_on, held_on, notice_days=0, dossier_days=0, table={}) == []
