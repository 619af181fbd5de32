"""A scorecard (bộ tiêu chí, kiêm phiếu đánh giá) as a value: parts, sections, criteria, options, star minimums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from ocop.kernel.time import in_force

STARS = (3, 4, 5)  # star levels that carry minimums and certificates (QĐ 26/2026/QĐ-TTg art. 4)
TOURISM_SET = 26  # in all three regimes; its section 5 has no criteria that depend on a story
STORY_SECTION = "5"

SINGLE_CHOICE, ONE_OF_CASES, YES_NO = "single_choice", "one_of_cases", "yes_no"
REJECT, STOP = "reject", "stop"
COMPLETE, PARTIAL = "complete", "partial"

Floors = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Regime:
    """One legal regime of scoring: a decision, its period, the maxima of its parts, its star bands.

    floors  ((lowest mean, stars), ...), highest first, down to 0
    star_minimums_printed  False where the minimums per star stand outside the scorecard (QĐ 781/QĐ-TTg)
    """

    code: str
    decision: str
    part_maxima: Mapping[str, int]
    floors: Floors
    star_minimums_printed: bool
    valid_from: date
    valid_to: date | None


def regime_on(day: date, regimes: tuple[Regime, ...]) -> Regime | None:
    """Return the regime of a dossier filed that day: the newest in force; None before the first.

    Source: QĐ 26/2026/QĐ-TTg art. 11 and 12: from 22/5/2026 new dossiers follow it, though QĐ 148 ends later.
    """
    found = [regime for regime in regimes if in_force(regime.valid_from, regime.valid_to, day)]
    return max(found, key=lambda regime: regime.valid_from, default=None)


@dataclass(frozen=True)
class Option:
    """One way to answer. index  place in the file from 0, over all cases; case  None where there are no cases."""

    index: int
    points: int
    text_vi: str
    min_for_star: int | None
    case: str | None


@dataclass(frozen=True)
class Case:
    """One of the cases (trường hợp) of a criterion; the official text may be missing."""

    code: str
    text_vi: str | None


@dataclass(frozen=True)
class Criterion:
    """One row of the scorecard.

    kind  single_choice, one_of_cases or yes_no (no options printed: 0 or max_points)
    star_mark  the mark stands at the criterion itself (QĐ 148): any points above 0 meet it
    knockout  None, "reject" (the product is thrown out) or "stop" (later criteria are not scored)
    heading  the group line printed above, None if none
    """

    code: str
    name_vi: str
    max_points: int
    kind: str
    options: tuple[Option, ...]
    cases: tuple[Case, ...]
    star_mark: int | None
    knockout: str | None
    notes_vi: tuple[str, ...]
    evidence: tuple[str, ...]
    heading: str | None

    def options_of(self, case: str | None) -> tuple[Option, ...]:
        """Return the options of one case; all of them when the case is not known."""
        return tuple(o for o in self.options if case is None or o.case in (None, case))

    def accepts(self, answer: object, case: str | None = None) -> bool:
        """Return whether an answer may be written down: an option's index, True or False; None says that none fits."""
        possible: list[object] = [o.index for o in self.options if case is None or o.case == case] or [False, True]
        return answer is None or any(answer == one and type(answer) is type(one) for one in possible)

    def may_be_none(self, case: str | None = None) -> bool:
        """Return whether "none of the options fits" is an answer: the file prints no option of 0 points."""
        return self.kind != YES_NO and all(option.points for option in self.options_of(case))

    def minimums(self, case: str | None = None) -> dict[int, int]:
        """Return star -> least points. A mark of another case does not bind; without a known case all bind."""
        found = {} if self.star_mark is None else {self.star_mark: 1}
        for option in self.options_of(case):
            if option.min_for_star is not None:
                found[option.min_for_star] = max(option.points, found.get(option.min_for_star, 0))
        return found


@dataclass(frozen=True)
class Section:
    code: str
    name_vi: str
    max_points: int
    notes_vi: tuple[str, ...]
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Part:
    code: str
    name_vi: str
    max_points: int
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Card:
    """One scorecard of one product set and regime, as its file says.

    star_minimums_printed  whether the star minimums stand on the options
    reject_when_vi  grounds to reject a dossier before scoring, as printed
    """

    code: str
    regime: str
    set_no: int
    name_vi: str
    decision: str
    status: str
    star_minimums_printed: bool
    reject_when_vi: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def complete(self) -> bool:
        return self.status == COMPLETE

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria in the order of the file."""
        return tuple(c for part in self.parts for section in part.sections for c in section.criteria)

    @cached_property
    def by_code(self) -> Mapping[str, Criterion]:
        return {criterion.code: criterion for criterion in self.criteria}

    @cached_property
    def story(self) -> tuple[str, frozenset[str]] | None:
        """The story criterion and those scored only when a story exists; None in tourism.

        Source: "Chỉ áp dụng khi có câu chuyện sản phẩm", section 5 of every other set.
        """
        for part in self.parts:
            for section in part.sections:
                if section.code == STORY_SECTION and self.set_no != TOURISM_SET:
                    first, *rest = (criterion.code for criterion in section.criteria)
                    return first, frozenset(rest)
        return None


def parse(data: Mapping[str, Any]) -> Card:
    """Return the card of a file that `problems` found whole.

    data  the file's mapping, straight from YAML or back from JSON
    :raises KeyError, TypeError, ValueError: the file was not checked before
    """
    legal = data["legal"]
    return Card(
        code=data["code"],
        regime=data["regime"],
        set_no=data["set_no"],
        name_vi=data["name_vi"],
        decision=legal.get("amended_by") or legal["decision"],
        status=data["status"],
        star_minimums_printed="star_minimum_marks" in data,
        reject_when_vi=tuple(data.get("reject_when_vi") or ()),
        parts=tuple(
            Part(part["code"], part["name_vi"], part["max"], tuple(map(_section, part["sections"])))
            for part in data["parts"]
        ),
    )


def _section(data: Mapping[str, Any]) -> Section:
    criteria = tuple(map(_criterion, data["criteria"]))
    return Section(data["code"], data["name_vi"], data["max"], tuple(data.get("notes_vi") or ()), criteria)


def _criterion(data: Mapping[str, Any]) -> Criterion:
    heading = data.get("heading")
    return Criterion(
        code=data["code"],
        name_vi=data["name_vi"],
        max_points=data["max"],
        kind=data["kind"],
        options=tuple(
            Option(index, option["points"], option["text_vi"], option.get("min_for_star"), option.get("case"))
            for index, option in enumerate(data["options"])
        ),
        cases=tuple(Case(case["code"], case.get("text_vi")) for case in data.get("cases") or ()),
        star_mark=data.get("criterion_star_mark"),
        knockout=data.get("knockout"),
        notes_vi=tuple(data.get("notes_vi") or ()),
        evidence=tuple(data.get("evidence") or ()),
        heading=f"{heading['code']} {heading['name_vi']}" if heading else None,
    )
