"""Names of areas and what became of them, without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ocop.kernel.text import fold, vi_key

_SHORT = {
    "t": "tinh",
    "tp": "thanh pho",
    "tx": "thi xa",
    "h": "huyen",
    "q": "quan",
    "tt": "thi tran",
    "p": "phuong",
    "x": "xa",
}


def typed_name(typed: str) -> str:
    """Return a typed name as spellings() stores it: folded, "TT." and the like written out."""
    first, _, rest = fold(typed).partition(" ")
    return f"{_SHORT.get(first, first)} {rest}" if rest else first


def spellings(kind: str, name: str, full_name: str, variants: Iterable[str]) -> str:
    """Return every spelling of an area, folded, each between bars: "|xa quy quan|quy quan|".

    kind  "xã"; name  "Quí Quân"; full_name  "Xã Quí Quân"; variants  full names as other sources write them
    """
    folded = [fold(text) for text in (full_name, name, *variants) if text]
    bare = [text.removeprefix(fold(kind) + " ") for text in folded]
    return "|" + "|".join(dict.fromkeys([*folded, *bare])) + "|"


def sort_key(name: str) -> str:
    """Return the Vietnamese order of a name as hex digits, which every collation puts in the same order."""
    letters, tones = vi_key(name)
    return "".join(f"{n:02x}" for n in letters) + "00" + "".join(str(n) for n in tones)


@dataclass(frozen=True)
class Step:
    """From a day on the old area, or a part of it, is in the new one."""

    old: int
    new: int
    day: date
    relation: str = "merged"
    main: bool = False  # the new one took the main part of a split


@dataclass(frozen=True)
class History:
    """What became of what: the first and last day of each area (date.min and date.max where open) and all steps."""

    days: Mapping[int, tuple[date, date]]
    steps: tuple[Step, ...]

    def forward(self, area: int, seen: date, on: date) -> frozenset[int]:
        """Return the areas in force on a day in which a place can lie that lay in area on the day seen.

        One: certain. Several: the area was split, a person has to say which part. None: it ended without a successor.
        """
        found = {area} if self.days[area][1] >= on else set()
        for step in self.steps:
            if step.old == area and seen < step.day <= on:
                found |= self.forward(step.new, step.day, on)
        return frozenset(found)

    def back(self, area: int, on: date) -> frozenset[int]:
        """Return the areas in force on an earlier day of which area holds the whole or a part."""
        found = {area} if self.days[area][0] <= on else set()
        for step in self.steps:
            if step.new == area and step.day > on:
                found |= {old for old in self.back(step.old, on) if self.days[old][1] >= on}
        return frozenset(found)

    def holds_whole(self, area: int, old: int, seen: date) -> bool:
        """Return whether everything that lay in old on the day seen lies in area at its end."""
        return self.forward(old, seen, self.days[area][1]) == {area}

    def leading_to(self, area: int) -> list[Step]:
        """Return all steps on the ways into area, oldest first."""
        found: set[Step] = set()
        waiting = {area}
        while waiting:
            fresh = {step for step in self.steps if step.new in waiting} - found
            found |= fresh
            waiting = {step.old for step in fresh}
        return sorted(found, key=lambda step: (step.day, step.old, step.new))

    def line(self, area: int) -> frozenset[int]:
        """Return area and all earlier areas and versions that wholly became it; split ones stay outside."""
        earlier = {step.old for step in self.leading_to(area)}
        return frozenset(old for old in earlier if self.holds_whole(area, old, self.days[old][1])) | {area}
