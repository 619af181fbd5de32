from datetime import UTC, date, datetime

import pytest

from ocop.kernel import time

# Tết 2026, Giỗ Tổ and 30/4-1/5 of 2026, the swap of 22/8 for 31/8, Quốc khánh, Ngày Văn hóa Việt Nam
OFF = [
    "02-16",
    "02-17",
    "02-18",
    "02-19",
    "02-20",
    "04-26",
    "04-27",
    "04-30",
    "05-01",
    "08-31",
    "09-01",
    "09-02",
    "11-24",
]
TABLE = {date.fromisoformat(f"2026-{day}"): False for day in OFF} | {date(2026, 8, 22): True}


@pytest.mark.parametrize(
    ("issued", "end"),
    [
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2026, 8, 31), date(2029, 8, 31)),
        (date(2025, 11, 30), date(2028, 11, 30)),
        (date(2025, 2, 28), date(2028, 2, 28)),  # not the 29th: the same day exists
        (date(2025, 2, 27), date(2028, 2, 27)),
        (date(2023, 1, 17), date(2026, 1, 17)),
        (date(2025, 12, 31), date(2028, 12, 31)),
    ],
)
def test_a_certificate_of_36_months_ends_on_the_same_day_else_on_the_last_day_of_the_month(issued, end):
    assert time.add_months(issued, 36) == end


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 3, 31), 1, date(2025, 4, 30)),
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
        (date(2025, 11, 30), 1, date(2025, 12, 30)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(2025, 1, 15), -1, date(2024, 12, 15)),
        (date(2025, 1, 15), 0, date(2025, 1, 15)),
    ],
)
def test_a_period_in_months_ends_in_the_month_so_many_later(day, months, end):
    assert time.add_months(day, months) == end


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 5, 21, 16, 59, 59, tzinfo=UTC), date(2026, 5, 21)),
        (datetime(2026, 5, 21, 17, 0, 0, tzinfo=UTC), date(2026, 5, 22)),
        (datetime(2026, 5, 22, 0, 0, 0, tzinfo=time.VIETNAM), date(2026, 5, 22)),
    ],
)
def test_the_vietnamese_day_begins_at_17_hours_utc(moment, day):
    assert time.day_of(moment) == day


def test_a_moment_without_time_zone_has_no_day():
    with pytest.raises(ValueError, match="time zone"):
        time.day_of(datetime(2026, 5, 22, 0, 0))


def test_a_day_starts_at_17_hours_utc_of_the_day_before():
    assert time.start_of(date(2026, 5, 22)) == datetime(2026, 5, 21, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 8, 21), True),  # Friday
        (date(2026, 8, 22), True),  # Saturday, swapped
        (date(2026, 8, 23), False),  # Sunday
        (date(2026, 8, 29), False),  # Saturday
        (date(2026, 8, 31), False),  # Monday, swapped
        (date(2026, 9, 2), False),  # Quốc khánh, Wednesday
        (date(2026, 9, 3), True),
    ],
)
def test_offices_work_monday_to_friday_but_for_the_table(day, works):
    assert time.is_working_day(day, TABLE) is works


@pytest.mark.parametrize(
    ("received", "count", "last"),
    [
        (date(2026, 6, 1), 15, date(2026, 6, 22)),  # Monday; no holiday on the way
        (date(2026, 4, 15), 15, date(2026, 5, 11)),  # Giỗ Tổ and its day in lieu, 30/4, 1/5
        (date(2026, 8, 17), 15, date(2026, 9, 9)),  # a Saturday worked, 31/8 to 2/9 off
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # Friday before Tết
        (date(2026, 2, 17), 1, date(2026, 2, 23)),  # received on a day off
        (date(2026, 8, 21), 1, date(2026, 8, 22)),
        (date(2026, 8, 21), 2, date(2026, 8, 24)),
        (date(2026, 8, 28), 1, date(2026, 9, 3)),
        (date(2026, 6, 6), 0, date(2026, 6, 6)),
    ],
)
def test_a_period_of_working_days_starts_on_the_day_after(received, count, last):
    assert time.add_working_days(received, count, TABLE) == last


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 2, 13), date(2026, 2, 22), 0),
        (date(2026, 2, 13), date(2026, 2, 23), 1),
        (date(2026, 2, 23), date(2026, 2, 13), -1),
        (date(2026, 4, 15), date(2026, 5, 11), 15),
        (date(2026, 4, 15), date(2026, 5, 10), 14),
        (date(2026, 6, 1), date(2026, 6, 1), 0),
    ],
)
def test_working_days_left_count_the_last_day_and_not_the_first(first, last, count):
    assert time.working_days_between(first, last, TABLE) == count


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 6, 21), date(2026, 6, 22)),  # 30 days from 22/5/2026 end on a Sunday
        (date(2026, 7, 21), date(2026, 7, 21)),  # 60 days from 22/5/2026 end on a Tuesday
        (date(2026, 6, 20), date(2026, 6, 22)),  # Saturday
        (date(2026, 8, 22), date(2026, 8, 22)),  # a Saturday that is worked
        (date(2026, 8, 29), date(2026, 9, 3)),
        (date(2026, 11, 24), date(2026, 11, 25)),
    ],
)
def test_a_deadline_on_a_day_off_ends_on_the_next_working_day(day, end):
    assert time.act_deadline(day, TABLE) == end


@pytest.mark.parametrize(
    ("first", "last", "inside"),
    [
        (date(2026, 5, 22), None, True),
        (date(2026, 5, 23), None, False),
        (None, date(2026, 5, 22), True),
        (None, date(2026, 5, 21), False),
        (date(2026, 5, 22), date(2026, 5, 22), True),
        (None, None, True),
    ],
)
def test_both_ends_of_a_period_are_in_it(first, last, inside):
    assert time.in_force(first, last, date(2026, 5, 22)) is inside


def test_days_are_written_as_vietnamese_papers_write_them():
    assert time.vi_date(date(2026, 5, 2)) == "02/05/2026"
    assert time.vi_date(None) == "chưa rõ"
    assert time.vi_long_date(date(2026, 2, 5)) == "ngày 05 tháng 02 năm 2026"
    assert time.vi_long_date(date(2026, 3, 5)) == "ngày 05 tháng 3 năm 2026"
    assert time.vi_long_date(date(2026, 11, 24)) == "ngày 24 tháng 11 năm 2026"
