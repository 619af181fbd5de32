"""Lists of recognitions of other organs and times into the register and out again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from ocop.accounts.models import User
from ocop.certificates.models import Recognition
from ocop.certificates.services import Recorded, record_recognitions, remove_recorded

from ...models import Import, ImportRow
from ...rules.words import level_of
from .shared import Pairs, _read, _source


def write(pairs: Pairs, found: Import, reason: str, by: User, now: datetime) -> None:
    rows = []
    for _, one in pairs:
        if one.product is None:
            raise ValueError("a recognition has its product")
        values = one.row.values
        day = date.fromisoformat(values["decided_on"]) if values.get("decided_on") else None
        organ, number, stars, year = (values.get(code) for code in ("organ_name", "number", "stars", "year"))
        level = level_of(organ or "", number or "", stars, day, year)
        year = year or (day.year if day else None)
        said = f"{_source(found)}, dòng {one.row.number}"
        rows.append(Recorded(one.product, stars, level, organ or "", number or "", day, year, said))
    for (row, _), made in zip(pairs, record_recognitions(rows=rows, by=by, now=now, reason=reason), strict=True):
        row.target = made.pk


def take_back(rows: Sequence[ImportRow], reason: str, by: User, now: datetime) -> dict[int, str]:
    there = _read(Recognition.objects.select_related("product", "decision"), rows)
    stay = {row.target: "không còn trong hệ thống" for row in rows if row.target and row.target not in there}
    return stay | remove_recorded(recognitions=list(there.values()), by=by, now=now, reason=reason)
