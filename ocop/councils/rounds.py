"""Rounds of evaluation (đợt đánh giá): their days by law, and which one a proposal belongs to. Pure.

Source: QĐ 26/2026/QĐ-TTg art. 5. "Trước ngày" leaves the named day out: a proposal of that day is late.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

from ocop.dossiers.rules import FINAL, Step
from ocop.kernel.time import vi_date


class Dated(Protocol):
    """A round as far as its days go."""

    @property
    def proposals_before(self) -> date: ...


class LevelDated(Dated, Protocol):
    @property
    def level(self) -> str: ...

    @property
    def results_before(self) -> date: ...


Round = TypeVar("Round", bound=Dated)
LAW_SINCE = date(2026, 5, 22)  # art. 11


@dataclass(frozen=True)
class RoundRule:
    """A round that the law holds every year. proposals_before, results_before  (month, day), the day itself is late

    next_year  both days lie in the year after the one that the round is counted in
    """

    level: str
    number: int
    proposals_before: tuple[int, int]
    results_before: tuple[int, int]
    next_year: bool
    basis: str


@dataclass(frozen=True)
class LawRound:
    """One round of one year."""

    level: str
    year: int
    number: int
    proposals_before: date
    results_before: date
    basis: str


def law_rounds(rules: Iterable[RoundRule], year: int) -> list[LawRound]:
    """Return the law's rounds of a year; none whose day of proposal had come when the law did."""
    found = []
    for rule in rules:
        falls = year + rule.next_year
        proposals = date(falls, *rule.proposals_before)
        if proposals > LAW_SINCE:
            results = date(falls, *rule.results_before)
            found.append(LawRound(rule.level, year, rule.number, proposals, results, rule.basis))
    return found


def round_for(proposed_on: date, rounds: Iterable[Round]) -> Round | None:
    """Return the round of a proposal: the first whose day has not come. rounds  of one level; None: none is known"""
    return min((r for r in rounds if proposed_on < r.proposals_before), key=lambda r: r.proposals_before, default=None)


def span_of(one: Round, rounds: Iterable[Round]) -> tuple[date, date]:
    """Return the first and the last day of proposals of a round. rounds  all of its level"""
    earlier = [r.proposals_before for r in rounds if r.proposals_before < one.proposals_before]
    return max(earlier, default=LAW_SINCE), one.proposals_before - timedelta(days=1)


def why_late(proposed_on: date, before: date) -> str:
    """Return why a proposal falls into a later round than the one that took proposals before a day."""
    return f"Đề nghị ngày {vi_date(proposed_on)}, không trước ngày {vi_date(before)} (QĐ 26/2026/QĐ-TTg điều 5)."


# Where the dossiers of a round stand: key -> words, steps.
STANDINGS: dict[str, tuple[str, frozenset[Step]]] = {
    "checking": ("Đang kiểm tra", frozenset({Step.AT_PROVINCE, Step.RETURNED})),
    "ready": ("Chờ hội đồng", frozenset({Step.READY_PROVINCE})),
    "sitting": ("Trong phiên", frozenset({Step.COUNCIL_PROVINCE})),
    "concluded": (
        "Đã có kết quả",
        frozenset({Step.CONCLUDED_PROVINCE, Step.AT_MINISTRY, Step.RECOGNISED, Step.BELOW_3, Step.REJECTED}),
    ),
    "left": ("Rút, hết hạn", frozenset({Step.WITHDRAWN, Step.EXPIRED})),
}
MINISTRY_STANDINGS: dict[str, tuple[str, frozenset[Step]]] = {
    "sitting": ("Bộ đang đánh giá", frozenset({Step.AT_MINISTRY})),
    "concluded": ("Đã có kết quả", frozenset(FINAL)),
    "again": ("Tỉnh đánh giá lại", STANDINGS["ready"][1] | STANDINGS["sitting"][1] | {Step.CONCLUDED_PROVINCE}),
}


def standings_of(level: str) -> dict[str, tuple[str, frozenset[Step]]]:
    """Return how dossiers may stand in a round of that level."""
    return MINISTRY_STANDINGS if level == "ministry" else STANDINGS


def standing_counts(level: str, by_step: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return (words, how many) for each standing that dossiers have. by_step  how many stand at each step"""
    counts = [(words, sum(by_step.get(s, 0) for s in steps)) for words, steps in standings_of(level).values()]
    return [pair for pair in counts if pair[1]]


def owed(one: LevelDated, by_step: Mapping[str, int], day: date) -> int:
    """Return how many results a round still owes although its day of results has come."""
    if day < one.results_before:
        return 0
    owing = ("sitting",) if one.level == "ministry" else ("checking", "ready", "sitting")
    standings = standings_of(one.level)
    return sum(by_step.get(step, 0) for key in owing for step in standings[key][1])
