"""Clocks of the offices in working days: what is used, what is left, on any day; when somebody has to be told.

Source: QĐ 26/2026/QĐ-TTg art. 7(2)a (15 working days of the commune); BLDS 2015 art. 147-148 (the first day is not
counted). Whether the clock stands still while the producer completes is not in the decree: a dated setting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ocop.kernel.time import add_working_days, in_force, working_days_between

from .moves import Step


@dataclass(frozen=True)
class CheckingRule:
    """How offices check: dated, kept by a dossier from its day of filing.

    pause_while_returned  the clock stands still while the producer completes
    warn_days    working days before the end on which the officer is told
    answer_days  working days that a gap's deadline is proposed to have
    """

    valid_from: date
    valid_to: date | None
    pause_while_returned: bool
    warn_days: int
    answer_days: int
    basis: str


def checking_on(day: date, table: Sequence[CheckingRule]) -> CheckingRule:
    """Return the rule of a day. :raises LookupError: none in force"""
    found = [rule for rule in table if in_force(rule.valid_from, rule.valid_to, day)]
    if not found:
        raise LookupError(f"no rule of checking on {day}")
    return max(found, key=lambda rule: rule.valid_from)


@dataclass(frozen=True)
class Span:
    """One stay: it came on since and left on until (None: it is there). held  at the office, else with its producer"""

    since: date
    until: date | None
    held: bool = True


def spans_at(step: Step, stays: Iterable[tuple[Step, date, date | None]]) -> list[Span]:
    """Return the stays at a step, and those at the producer to which the same step had returned the dossier.

    stays  (step, since, until) of one dossier in order of time
    """
    spans: list[Span] = []
    holder = None
    for at, since, until in stays:
        if at != Step.RETURNED:
            holder = at
        if holder == step:
            spans.append(Span(since, until, at == step))
    return spans


@dataclass(frozen=True)
class Clock:
    """How a clock stands at the end of a day.

    allowed, used  working days
    due       the last day; None while the clock stands still with days left
    straight  the last day if nothing stood still: shown beside it
    held      the dossier is at the office
    paused    it is at the producer, whom the office sent it back to; neither: the office is done
    over      the last day ended at 24:00 before the office was done
    """

    allowed: int
    used: int
    due: date | None
    straight: date
    held: bool
    paused: bool
    over: bool

    @property
    def left(self) -> int:
        """Working days left, negative when late."""
        return self.allowed - self.used

    @property
    def late(self) -> int:
        """Working days beyond the last one."""
        return max(0, -self.left)


def clock_on(
    day: date, spans: Sequence[Span], allowed: int, table: Mapping[date, bool], *, pause: bool
) -> Clock | None:
    """Return the clock of an office on a day, from what was known on it; None before the first stay.

    spans  in order of time; table  holidays and swapped days; pause  days at the producer are not counted
    The day of each arrival is not counted, the day of leaving is.
    """
    known = [replace(s, until=s.until if s.until and s.until <= day else None) for s in spans if s.since <= day]
    if not known:
        return None
    last = known[-1]
    straight = add_working_days(known[0].since, allowed, table)
    held, end = last.held and last.until is None, last.until or day
    paused = not last.held and last.until is None
    if not pause:
        used = working_days_between(known[0].since, end, table)
        return Clock(allowed, used, straight, straight, held, paused, end > straight)
    used, due = 0, None
    for span in known:
        if not span.held:
            continue
        spent = working_days_between(span.since, span.until or day, table)
        if due is None and (span.until is None or used + spent >= allowed):
            due = add_working_days(span.since, allowed - used, table)
        used += spent
    left_on = max(span.until or day for span in known if span.held)
    return Clock(allowed, used, due, straight, held, paused, due is not None and left_on > due)


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
