"""Before filing: what a half-filled sheet gives, and the cheapest way from there to 3, 4 and 5 stars."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from .cards import STARS, YES_NO, Card, Criterion
from .marking import AnswerErrors, Marked, Settings, mark

Answers = Mapping[str, object]


def mark_draft(
    card: Card, answers: Answers, *, settings: Settings, cases: Mapping[str, str]
) -> tuple[Marked, dict[str, str]]:
    """Return a half-filled sheet with what misses or is wrong counted as 0 points, and the errors by criterion."""
    try:
        return mark(card, answers, settings=settings, cases=cases), {}
    except AnswerErrors as found:
        errors = dict(found.errors)
    good = {code: answer for code, answer in answers.items() if code not in errors}
    blank = {criterion.code: nothing(criterion, cases.get(criterion.code)) for criterion in card.criteria}
    lenient = replace(settings, null_answer_allowed=True)
    return mark(card, blank | good, settings=lenient, cases=cases), errors


def nothing(criterion: Criterion, case: str | None) -> object:
    """Return the answer that gives 0 points."""
    if criterion.kind == YES_NO:
        return False
    return next((option.index for option in criterion.options_of(case) if option.points == 0), None)


@dataclass(frozen=True)
class Raise:
    """One criterion to raise: the answer to reach, its points before and after, the star minimums it then meets."""

    criterion: Criterion
    answer: object
    points: int
    before: int
    meets: tuple[int, ...]

    @property
    def gain(self) -> int:
        return self.points - self.before

    @property
    def words(self) -> str:
        """The words of the option to reach."""
        return "Có" if self.answer is True else self.criterion.options[int(str(self.answer))].text_vi


@dataclass(frozen=True)
class Distance:
    """How far a sheet is from a star.

    points_short  whole points under the star's band; missed  criteria whose minimum is not met, lower stars included
    way  the cheapest raises that reach it, minimums first; empty when it is reached; None when no answers reach it
    """

    star: int
    points_short: int
    missed: tuple[str, ...]
    way: tuple[Raise, ...] | None

    @property
    def reached(self) -> bool:
        return self.way == ()


def distances(
    card: Card,
    answers: Answers,
    *,
    settings: Settings,
    cases: Mapping[str, str] | None = None,
    proven: Collection[str] = (),
) -> list[Distance]:
    """Return the way to 3, 4 and 5 stars from a sheet that may be half filled.

    proven  criteria for which a paper in force is at hand: they are raised before others of the same gain
    A minimum is raised to its own points and not beyond; what is then still short is made up by the criteria that
    give most for one option more, those with a paper at hand first. Where a story or a stop keeps criteria out, they
    are counted as soon as the raised one lets them in.
    Source: the bands of QĐ 26/2026/QĐ-TTg art. 3, the notes under the tables of annex II.
    """
    cases = cases or {}
    _, errors = mark_draft(card, answers, settings=settings, cases=cases)
    full: dict[str, object] = {c.code: nothing(c, cases.get(c.code)) for c in card.criteria}
    full |= {code: answer for code, answer in answers.items() if code in full and code not in errors}
    return [_distance(_Climb(card, full, settings, cases), star, frozenset(proven)) for star in STARS]


class _Climb:
    """A whole sheet that is raised answer by answer; `now` is always its mark."""

    def __init__(self, card: Card, answers: Answers, settings: Settings, cases: Mapping[str, str]) -> None:
        self.card, self.cases, self.start = card, cases, dict(answers)
        self.settings = replace(settings, null_answer_allowed=True)
        self.answers = dict(answers)
        self.now = self.first = mark(card, answers, settings=self.settings, cases=cases)

    def put(self, code: str, answer: object) -> None:
        self.answers[code] = answer
        self.now = mark(self.card, self.answers, settings=self.settings, cases=self.cases)

    def options(self, code: str) -> list[tuple[int, object]]:
        """The answers of a criterion as (points, answer), lowest first."""
        criterion = self.card.by_code[code]
        if criterion.kind == YES_NO:
            return [(0, False), (criterion.max_points, True)]
        return sorted((option.points, option.index) for option in criterion.options_of(self.cases.get(code)))

    def lift(self, code: str, least: int) -> bool:
        """Choose the lowest option of at least so many points; returns whether there is one."""
        answer = next((answer for points, answer in self.options(code) if points >= least), None)
        if answer is not None:
            self.put(code, answer)
        return answer is not None

    def missed(self, stars: Collection[int]) -> dict[str, int]:
        """Criteria whose minimum for one of the stars is not met -> the points they need, in file order."""
        least = {code: max(self.now.minimums[star].get(code, 0) for star in stars) for code in self.now.points}
        return {code: points for code, points in least.items() if self.now.points[code] < points}

    def best_step(self, proven: frozenset[str]) -> tuple[str, int] | None:
        """(criterion, points) of the step by one option that gives most: with a paper at hand first, in file order."""
        steps = [
            (code not in proven, now - above, place, code, above)
            for place, (code, now) in enumerate(self.now.points.items())
            if code not in self.now.skipped
            for above in [next((points for points, _ in self.options(code) if points > now), now)]
            if above > now
        ]
        return min(steps)[3:] if steps else None


def _distance(climb: _Climb, star: int, proven: frozenset[str]) -> Distance:
    floor = next(lowest for lowest, stars in climb.settings.floors if stars == star)
    binding = [other for other in STARS if other == star or (other < star and climb.settings.lower_marks_bind)]
    first = climb.first
    short, missed = max(0, floor - first.total), tuple(climb.missed(binding))
    story, told_only = climb.card.story or ("", frozenset[str]())
    if told_only.intersection(missed) and not first.points[story]:
        climb.lift(story, 1)  # without a story the other criteria of its section are not scored
    for code, least in climb.missed(binding).items():
        climb.lift(code, least)
    needed = {code for code in climb.answers if climb.answers[code] != climb.start[code]}
    while climb.now.total < floor and (step := climb.best_step(proven)):
        climb.lift(*step)
    if climb.now.total < floor or climb.missed(binding):
        return Distance(star, short, missed, None)
    for code in [code for code in climb.answers if climb.answers[code] != climb.start[code] and code not in needed]:
        kept = climb.answers[code]
        climb.put(code, climb.start[code])
        if climb.now.total < floor or climb.missed(binding):
            climb.put(code, kept)
    way = [
        Raise(climb.card.by_code[code], climb.answers[code], points, first.points[code], _met(climb, code))
        for code, points in climb.now.points.items()
        if climb.answers[code] != climb.start[code]
    ]
    way.sort(key=lambda one: (not one.meets, one.criterion.code not in proven, -one.gain))
    return Distance(star, short, missed, tuple(way))


def _met(climb: _Climb, code: str) -> tuple[int, ...]:
    return tuple(star for star in STARS if code in climb.first.missed[star] and code not in climb.now.missed[star])
