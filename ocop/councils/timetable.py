"""When each product of a session has its turn, how many days a round needs, when an invitation is due. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from ocop.kernel.time import is_working_day, vi_date, working_days_between

Block = tuple[time, time]
DAY: tuple[Block, ...] = ((time(8), time(11, 30)), (time(13, 30), time(17)))  # offices' hours; the gap is the break


@dataclass(frozen=True)
class Slot:
    """The planned time of one product. day  0 for the first day of sitting"""

    day: int
    start: time
    end: time


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)


def timetable(count: int, minutes: int, *, starts_at: time | None = None, blocks: Sequence[Block] = DAY) -> list[Slot]:
    """Return the planned time of so many products, so many minutes each; none is cut by a break or by the evening.

    starts_at  of the first day, else its first block; blocks  the hours of a day in order, breaks between them
    :raises ValueError: no block is long enough for one product
    """
    if count and not per_day(minutes, blocks):
        raise ValueError("no block is long enough")
    slots: list[Slot] = []
    day = 0
    while len(slots) < count:
        for opens, closes in blocks:
            at = _minute(opens)
            if day == 0 and starts_at is not None:
                at = max(at, _minute(starts_at))
            while len(slots) < count and at + minutes <= _minute(closes):
                slots.append(Slot(day, _clock(at), _clock(at + minutes)))
                at += minutes
        day += 1
    return slots


def per_day(minutes: int, blocks: Sequence[Block] = DAY) -> int:
    """Return how many products a whole day takes."""
    return sum((_minute(closes) - _minute(opens)) // minutes for opens, closes in blocks)


def sitting_days(first: date, count: int, table: Mapping[date, bool]) -> list[date]:
    """Return so many working days from the first on. table  holidays and swapped days"""
    days: list[date] = []
    while len(days) < count:
        if is_working_day(first, table):
            days.append(first)
        first += timedelta(days=1)
    return days


def parse_blocks(text: str) -> tuple[Block, ...]:
    """Read "8:00-11:30, 13:30-17:00". :raises ValueError: no hours, in the wrong order, or overlapping"""
    blocks: list[Block] = []
    for part in text.replace(";", ",").split(","):
        opens, _, closes = (word.strip() for word in part.replace("–", "-").partition("-"))
        blocks.append((_read(opens), _read(closes)))
    edges = [edge for block in blocks for edge in block]
    if any(later <= earlier for earlier, later in zip(edges[::2], edges[1::2], strict=True)) or edges != sorted(edges):
        raise ValueError("hours in the wrong order")
    return tuple(blocks)


def _read(text: str) -> time:
    hour, _, minute = text.replace("h", ":").partition(":")
    return time(int(hour), int(minute or 0))


def blocks_text(blocks: Sequence[Block]) -> str:
    """Return "08:00-11:30, 13:30-17:00"."""
    return ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in blocks)


# Notice before a session


def latest_day(held_on: date, days: int, table: Mapping[date, bool]) -> date:
    """Return the last day on which something so many working days before a session is in time.

    The day itself is not counted, the session's is (if it is a working day): 3 days before a Thursday is Monday.
    """
    day = held_on
    while working_days_between(day, held_on, table) < days:
        day -= timedelta(days=1)
    return day


def short_notice(
    held_on: date,
    invited_on: date,
    dossiers_open_on: date,
    *,
    notice_days: int,
    dossier_days: int,
    table: Mapping[date, bool],
) -> list[str]:
    """Return what went out too late for a session, in sentences; nothing when all was in time.

    dossiers_open_on  when the last dossier of the agenda could be opened
    notice_days, dossier_days  least working days by the rules of work (Quy chế)
    """
    found = []
    for what, days, done_on in (
        ("Giấy mời", notice_days, invited_on),
        ("Hồ sơ điện tử", dossier_days, dossiers_open_on),
    ):
        due = latest_day(held_on, days, table)
        if days and done_on > due:
            verb = "gửi" if what == "Giấy mời" else "mở"
            found.append(
                f"{what} {verb} ngày {vi_date(done_on)}; quy chế cần trước phiên {days} ngày làm việc, "
                f"chậm nhất ngày {vi_date(due)}."
            )
    return found
