"""How members judge: severity, agreement, criteria that divide, marks that most products miss. Pure, exact fractions.

Source of the agreement: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), interval metric.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Severity:
    """How far one member lies from the means of the products that he judged.

    mean  mean difference of his total to the product's mean, positive: milder than the others; low, high  the
    farthest below and above; products  how many
    """

    products: int
    mean: Fraction
    low: Fraction
    high: Fraction


def severities(totals: Iterable[Mapping[K, int]]) -> dict[K, Severity]:
    """Return the severity of each member. totals  for each product: member -> total of his counted sheet"""
    apart: dict[K, list[Fraction]] = defaultdict(list)
    for given in totals:
        if given:
            middle = Fraction(sum(given.values()), len(given))
            for member, total in given.items():
                apart[member].append(total - middle)
    return {
        member: Severity(len(found), sum(found, Fraction(0)) / len(found), min(found), max(found))
        for member, found in apart.items()
    }


def alpha(units: Iterable[Collection[int]]) -> Fraction | None:
    """Return Krippendorff's alpha of interval data: 1 full agreement, 0 as by chance; None where nothing varies.

    units  the values given to each product, by however many members; a product with one value says nothing
    """
    pairable = [list(values) for values in units if len(values) > 1]
    everything = [value for values in pairable for value in values]
    count = len(everything)
    expected = _squares(everything)
    if not expected:
        return None
    observed = sum((Fraction(_squares(values), len(values) - 1) for values in pairable), Fraction(0))
    return 1 - (count - 1) * observed / expected


def _squares(values: Sequence[int]) -> int:
    """Sum of the squared differences of all ordered pairs: 2 (n sum of squares - square of the sum)."""
    return 2 * (len(values) * sum(value * value for value in values) - sum(values) ** 2)


@dataclass(frozen=True)
class Divided:
    """A criterion over all products. apart  on how many the sheets differ; spread  mean of highest less lowest"""

    products: int
    apart: int
    spread: Fraction


def divided(points: Iterable[tuple[K, Sequence[int]]]) -> dict[K, Divided]:
    """Return how each criterion divides the members. points  (criterion, what the sheets of one product gave)"""
    spreads: dict[K, list[int]] = defaultdict(list)
    for criterion, given in points:
        spreads[criterion].append(max(given) - min(given))
    return {
        criterion: Divided(len(found), sum(spread > 0 for spread in found), Fraction(sum(found), len(found)))
        for criterion, found in spreads.items()
    }


@dataclass(frozen=True)
class Missed:
    """A star mark over all products that are asked for it. missed  on how many the council did not find it met"""

    products: int
    missed: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.missed, self.products)


def missed(marks: Iterable[tuple[K, bool]]) -> dict[K, Missed]:
    """Return how often each mark is missed. marks  (criterion and star, whether this product misses it)"""
    asked: Counter[K] = Counter()
    not_met: Counter[K] = Counter()
    for mark, lacks in marks:
        asked[mark] += 1
        not_met[mark] += lacks
    return {mark: Missed(count, not_met[mark]) for mark, count in asked.items()}
