"""Clocks of the offices: what is used, what is left, on any day; when somebody has to be told.

Source: QĐ 26/2026/QĐ-TTg art. 7(2) (15 working days of the commune from receipt) and 7(6)g (45 days of the province
from the full dossier, re-evaluations alone); BLDS 2015 art. 147-148 (the first day is not counted; a last day off
moves). Whether a clock stands still while the producer completes is not in the decree: a dated setting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile

from ocop.kernel.time import act_deadline, add_working_days, in_force, working_days_between

from .moves import Step


@dataclass(frozen=True)
class CheckingRule:
    """How offices check: dated, kept by a dossier from its day of filing.

    pause_while_returned  days at the producer are not an office's
    warn_days    working days before the end on which the officer is told
    answer_days  working days that a gap's deadline is proposed to have
    reevaluation_days  days of the province to evaluate again (art. 7(6)g); None where the law set none
    """

    valid_from: date
    valid_to: date | None
    pause_while_returned: bool
    warn_days: int
    answer_days: int
    reevaluation_days: int | None
    basis: str


def checking_on(day: date, table: Sequence[CheckingRule]) -> CheckingRule:
    """Return the rule of a day. :raises LookupError: none in force"""
    found = [rule for rule in table if in_force(rule.valid_from, rule.valid_to, day)]
    if not found:
        raise LookupError(f"no rule of checking on {day}")
    return max(found, key=lambda rule: rule.valid_from)


@dataclass(frozen=True)
class Term:
    """A time limit that the law sets for one office.

    steps    where the dossier is that office's
    working  counted in working days, else in days of the calendar
    """

    office: str
    steps: frozenset[Step]
    days: int
    working: bool

    @property
    def unit(self) -> str:
        return "ngày làm việc" if self.working else "ngày"

    def last_day(self, since: date, days: int, table: Mapping[date, bool]) -> date:
        """Return the last of so many days after one: a last day off moves to the next working day."""
        if self.working:
            return add_working_days(since, days, table)
        return act_deadline(since + timedelta(days=days), table)

    def between(self, first: date, last: date, table: Mapping[date, bool]) -> int:
        """Return how many days lie after first, up to and with last; negative when last is earlier."""
        return working_days_between(first, last, table) if self.working else (last - first).days


PROVINCE_STEPS = frozenset({Step.AT_PROVINCE, Step.READY_PROVINCE, Step.COUNCIL_PROVINCE, Step.CONCLUDED_PROVINCE})


def commune_term(days: int) -> Term:
    """Art. 7(2): from the day of receipt to the proposal that goes to the province."""
    return Term("xã", frozenset({Step.AT_COMMUNE}), days, True)


def province_term(days: int) -> Term:
    """Art. 7(6)g: "tổ chức đánh giá, phân hạng lại", from the day on which the full dossier was received.

    By the heading of art. 7(3) that runs from the intake to the decision and its publication, so until the province
    has decided or sent the dossier to the ministry. What it sent back was not full: the days begin when it is.
    """
    return Term("tỉnh", PROVINCE_STEPS, days, False)


@dataclass(frozen=True)
class Span:
    """One stay: it came on since and left on until (None: it is there). held  at the office, else with its producer"""

    since: date
    until: date | None
    held: bool = True


def spans_at(steps: Collection[Step], stays: Iterable[tuple[Step, date, date | None]]) -> list[Span]:
    """Return the stays at these steps, and those at the producer to which they had returned the dossier.

    stays  (step, since, until) of one dossier in order of time. What the ministry gave back is another matter.
    """
    spans: list[Span] = []
    holder = None
    for at, since, until in takewhile(lambda stay: stay[0] != Step.AT_MINISTRY, stays):
        if at != Step.RETURNED:
            holder = at
        if holder in steps:
            spans.append(Span(since, until, at in steps))
    return spans


@dataclass(frozen=True)
class Clock:
    """How a clock stands at the end of a day.

    used, left  days in the unit of its term; left is negative when late
    due       the last day; None while the clock stands still with days left, and when the office was done before
    straight  the last day if nothing stood still: shown beside it
    held      the dossier is at the office
    paused    it is at the producer, whom the office sent it back to; neither: the office is done
    over      the last day ended at 24:00 before the office was done
    """

    term: Term
    used: int
    left: int
    due: date | None
    straight: date
    held: bool
    paused: bool
    over: bool

    @property
    def late(self) -> int:
        """Days beyond the last one."""
        return max(0, -self.left)


def clock_on(day: date, spans: Sequence[Span], term: Term, table: Mapping[date, bool], *, pause: bool) -> Clock | None:
    """Return the clock of an office on a day, from what was known on it; None before the first stay.

    spans  in order of time; table  holidays and swapped days; pause  days at the producer are not counted: working
    days go on where they stood, days of the calendar begin anew with the dossier that is full
    The day of each arrival is not counted, the day of leaving is.
    """
    known = [replace(s, until=s.until if s.until and s.until <= day else None) for s in spans if s.since <= day]
    if not known:
        return None
    first, last = known[0], known[-1]
    if not pause:
        counted = [Span(first.since, last.until)]
    elif term.working:
        counted = [span for span in known if span.held]
    else:
        counted = list(takewhile(lambda span: span.held, reversed(known)))[::-1]
    used, due = 0, None
    for span in counted:
        spent = term.between(span.since, span.until or day, table)
        if due is None and (span.until is None or used + spent >= term.days):
            due = term.last_day(span.since, term.days - used, table)
        used += spent
    left_on = max((span.until or day for span in counted), default=day)
    return Clock(
        term,
        used,
        term.days - used if due is None else term.between(left_on, due, table),
        due,
        term.last_day(first.since, term.days, table),
        held=last.held and last.until is None,
        paused=not last.held and last.until is None,
        over=due is not None and left_on > due,
    )


class Warn(StrEnum):
    SOON = "soon"
    OVER = "over"


def warnings_on(day: date, due: date, warn_days: int, table: Mapping[date, bool]) -> list[Warn]:
    """Return what has to be told on a day of a running clock: from warn_days working days before its end the officer,
    from the day after it the superior. The last day counts up to 24:00.
    """
    if day > due:
        return [Warn.OVER]
    return [Warn.SOON] if working_days_between(day, due, table) <= warn_days else []
