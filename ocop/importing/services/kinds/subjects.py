"""Lists of producers into the register and out again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from ocop.accounts.models import User
from ocop.registry.models import Subject
from ocop.registry.services import NewSubject, add_subjects, change_subjects, remove_subjects

from ...models import Import, ImportRow, Verdict
from ...queries.subjects import details_of
from .shared import Pairs, _as_written, _note, _read, _restore, _source, _split


def write(pairs: Pairs, found: Import, reason: str, by: User, now: datetime) -> None:
    new, changed = _split(pairs)
    rows = []
    for _, one in new:
        if one.kind is None or one.commune is None:
            raise ValueError("a new subject has its kind and commune")
        values = one.row.values
        rows.append(NewSubject(values["name"], one.kind, one.commune, values.get("tax_code", ""), details_of(values)))
    _note(new, add_subjects(rows=rows, by=by, now=now, reason=reason, source=_source(found)))
    changes = [(one.target, one.changes) for _, one in changed if isinstance(one.target, Subject)]
    _note(changed, change_subjects(changes=changes, by=by, now=now, reason=reason))


def take_back(rows: Sequence[ImportRow], reason: str, by: User, now: datetime) -> dict[int, str]:
    there = _read(Subject.objects.select_related("commune"), rows)
    stay = remove_subjects(subjects=_as_written(rows, there, Verdict.NEW), by=by, now=now, reason=reason)

    def old(values: dict[str, Any]) -> dict[str, object]:
        founded = values.get("founded_on")
        return values | ({"founded_on": date.fromisoformat(founded)} if founded else {})

    return stay | _restore(
        rows, there, old, lambda changes: change_subjects(changes=changes, by=by, now=now, reason=reason)
    )
