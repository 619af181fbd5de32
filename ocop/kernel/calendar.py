"""The table of holidays as rules take it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from . import reference
from .models import Holiday


@reference.known
def holidays() -> Mapping[date, bool]:
    """Return day -> True (swapped working day) or False (day off), all known years; about 200 rows."""
    return dict(Holiday.objects.values_list("day", "working").order_by("day"))


def load(folder: Path, *, now: datetime) -> int:
    """Load holidays-vn.csv; returns 1 if it changed, else 0."""

    def parse(content: bytes) -> list[str]:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        days: dict[date, Holiday] = {}
        for number, row in enumerate(rows, 2):
            try:
                day = date.fromisoformat(row["day"])
            except ValueError as error:
                raise reference.BadReference(f"dòng {number}", f"ngày {row['day']!r} không có thật") from error
            working = row["kind"] == "hoán đổi-làm bù"
            if day in days and days[day].working != working:
                raise reference.BadReference(f"dòng {number}", f"ngày {day} vừa nghỉ vừa làm bù")
            days.setdefault(day, Holiday(day=day, name=row["name_vi"], working=working, basis=row["basis"][:500]))
        Holiday.objects.all().delete()
        Holiday.objects.bulk_create(days.values())
        return []

    return int(reference.load_file(folder / "holidays-vn.csv", "holidays-vn.csv", parse, now=now))
