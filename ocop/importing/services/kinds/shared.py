"""What the writers of all kinds share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from ocop.accounts.models import User
from ocop.kernel.time import day_of, vi_date

from ...models import Import, ImportRow, Verdict
from ...queries import Judged

AT_ONCE = 5000  # keys in one question
Pairs = Sequence[tuple[ImportRow, Judged]]


class Writer(Protocol):
    """How the rows of one kind of list get into the register and out again, through the services of its room."""

    def write(self, pairs: Pairs, found: Import, reason: str, by: User, now: datetime) -> None:
        """Write the new and changed rows; notes on each what it wrote (target, target_version)."""

    def take_back(self, rows: Sequence[ImportRow], reason: str, by: User, now: datetime) -> dict[int, str]:
        """Undo what the rows wrote; returns target -> why, for those that stay."""


def _split(pairs: Pairs) -> tuple[list[tuple[ImportRow, Judged]], list[tuple[ImportRow, Judged]]]:
    """New ones, changed ones."""
    return (
        [pair for pair in pairs if pair[1].verdict == Verdict.NEW],
        [pair for pair in pairs if pair[1].verdict == Verdict.CHANGED],
    )


def _note(pairs: Pairs, objects: Sequence[Any]) -> None:
    for (row, _), obj in zip(pairs, objects, strict=True):
        row.target, row.target_version = obj.pk, obj.version


def _source(found: Import) -> str:
    return f"Nhập từ Excel “{found.file_name}” ngày {vi_date(day_of(found.made_at))}"[:280]


def _read(query: Any, rows: Sequence[ImportRow]) -> dict[int, Any]:
    keys = [row.target for row in rows]
    return {
        one.pk: one
        for start in range(0, len(keys), AT_ONCE)
        for one in query.filter(pk__in=keys[start : start + AT_ONCE]).order_by("pk")
    }


def _as_written(rows: Sequence[ImportRow], there: dict[int, Any], verdict: str) -> list[Any]:
    """The objects of the rows with a verdict, with the version that the import left."""
    found = []
    for row in rows:
        obj = there.get(row.target or 0)
        if row.verdict == verdict and obj is not None:
            obj.version = row.target_version
            found.append(obj)
    return found


def _restore(
    rows: Sequence[ImportRow],
    there: dict[int, Any],
    old: Callable[[dict[str, Any]], dict[str, object]],
    change: Callable[[list[Any]], object],
) -> dict[int, str]:
    """Give what was changed its old values; returns key -> why, for those that were changed again since."""
    stay: dict[int, str] = {}
    changes = []
    for row in rows:
        if row.verdict != Verdict.CHANGED or row.target is None:
            continue
        obj = there.get(row.target)
        if obj is None:
            stay[row.target] = "không còn trong hệ thống"
        elif obj.version != row.target_version:
            stay[row.target] = "đã sửa sau khi nhập"
        else:
            changes.append((obj, old(row.before)))
    if changes:
        change(changes)
    return stay
