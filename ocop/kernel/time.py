"""Vietnamese days, periods and working days. Nothing here reads a clock.

Source: Bộ luật Dân sự 91/2015/QH13 art. 146-148 (the first day is not counted; a last day that is a day off moves
to the next working day; a period in months ends on the same day of the last month, else on its last day).
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "+07")  # no summer time since 1975
LAST_DAY = date(9999, 12, 31)


def day_of(moment: datetime) -> date:
    """Return the Vietnamese day of a moment.

    :raises ValueError: a moment without time zone
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(VIETNAM).date()


def start_of(day: date) -> datetime:
    """Return 00:00 in Vietnam of that day, as UTC."""
    return datetime.combine(day, time.min, VIETNAM).astimezone(UTC)


def add_months(day: date, months: int) -> date:
    """Return the end day of a period in months: the same day of the last month, else its last day.

    Source: BLDS 2015 art. 148(3); compliance.md section 7: 29/02/2024 + 36 = 28/02/2027.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_working_day(day: date, table: Mapping[date, bool]) -> bool:
    """Return whether offices work: Monday to Friday, unless the table of holidays and swapped days says otherwise.

    table  day -> True (a swapped working day) or False (a day off)
    """
    return table.get(day, day.weekday() < 5)


def add_working_days(day: date, count: int, table: Mapping[date, bool]) -> date:
    """Return the last day of a period of working days; the first day is not counted."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, table):
            count -= 1
    return day


def working_days_between(first: date, last: date, table: Mapping[date, bool]) -> int:
    """Return how many working days lie after first, up to and with last; negative when last is earlier."""
    if last < first:
        return -working_days_between(last, first, table)
    days = ((first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
    return sum(is_working_day(day, table) for day in days)


def act_deadline(day: date, table: Mapping[date, bool]) -> date:
    """Return the day on which a deadline for an act really ends: a day off moves to the next working day."""
    while not is_working_day(day, table):
        day += timedelta(days=1)
    return day


def in_force(first: date | None, last: date | None, day: date) -> bool:
    """Return whether a day lies in a period; both ends included, None open."""
    return (first is None or first <= day) and (last is None or day <= last)


def vi_date(day: date | None) -> str:
    """Return dd/mm/yyyy, or 'chưa rõ' for an unknown day."""
    return f"{day:%d/%m/%Y}" if day else "chưa rõ"


def vi_long_date(day: date) -> str:
    """Return the day as official papers write it: days below 10 and months 1 and 2 padded (NĐ 30/2020, annex I)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
