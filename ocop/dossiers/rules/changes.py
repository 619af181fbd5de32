"""What changed between two filings: forms, answers, explanations, papers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Change:
    """One value before and after. name  of the blank, or the code of the criterion; None: nothing stood there"""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class PaperChange:
    """A paper at a criterion: added (no before), removed (no after) or replaced. Each as the snapshot keeps it."""

    criterion: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True)
class Changes:
    """All differences, each group in the order of its names."""

    forms: tuple[Change, ...]
    answers: tuple[Change, ...]
    explanations: tuple[Change, ...]
    papers: tuple[PaperChange, ...]

    @property
    def criteria(self) -> frozenset[str]:
        """Codes of the criteria where anything changed."""
        return frozenset(
            {change.name for change in (*self.answers, *self.explanations)} | {paper.criterion for paper in self.papers}
        )

    def __len__(self) -> int:
        return len(self.forms) + len(self.answers) + len(self.explanations) + len(self.papers)


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any], anew: Collection[str] = ()) -> Changes:
    """Return what differs between two snapshots. A choice of case is a change of the answer.

    anew  criteria that ask something else, or are asked on one side alone: there the same number is another answer
    """
    return Changes(
        _values(before["forms"], after["forms"]),
        _values(_answers(before), _answers(after), anew),
        _values(before["explanations"], after["explanations"]),
        _papers(before["files"], after["files"]),
    )


def _answers(shot: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    """criterion -> (answer, case): with another case the same number is another option."""
    return {code: (answer, shot["cases"].get(code, "")) for code, answer in shot["answers"].items()}


def _values(before: Mapping[str, Any], after: Mapping[str, Any], anew: Collection[str] = ()) -> tuple[Change, ...]:
    """Blank, unticked and absent are the same."""
    names = sorted({*before, *after, *anew}, key=_by_number)
    found = [Change(name, before.get(name), after.get(name)) for name in names]
    return tuple(
        one
        for one in found
        if one.name in anew or (one.before != one.after and not (_blank(one.before) and _blank(one.after)))
    )


def _blank(value: Any) -> bool:
    return value is None or value == "" or value is False


def _papers(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> tuple[PaperChange, ...]:
    found = []
    criteria = {code for file in (*before, *after) for code in file["criteria"]}
    for code in sorted(criteria, key=_by_number):
        old = {file["evidence"]: file for file in before if code in file["criteria"]}
        new = {file["evidence"]: file for file in after if code in file["criteria"]}
        gone = [file for pk, file in old.items() if pk not in new]
        come = [file for pk, file in new.items() if pk not in old]
        for file in gone:
            successor = _successor(file, gone, come)
            if successor is not None:
                come.remove(successor)
            found.append(PaperChange(code, file, successor))
        found += [PaperChange(code, None, file) for file in come]
    return tuple(found)


def _successor(
    file: Mapping[str, Any], gone: Sequence[Mapping[str, Any]], come: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """A paper of the same title replaces one that went; one that came for one that went does, too."""
    same = next((one for one in come if one["title"] == file["title"]), None)
    return same or (come[0] if len(gone) == len(come) == 1 else None)


def _by_number(name: str) -> tuple[list[int], str]:
    """Criterion 1.10 after 1.2; names of blanks by letters."""
    parts = name.split(".")
    return ([int(part) for part in parts] if all(part.isdecimal() for part in parts) else [], name)
