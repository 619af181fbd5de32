"""Routes, transitional deadlines and how offices check, from reference/settings/."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from pathlib import Path

import yaml

from ocop.kernel import reference

from .models import CheckingRow, LateRow, RouteRow, TransitionRow
from .rules import Kind, Route


def load(folder: Path, *, now: datetime) -> int:
    """Load the tables of routes, transitions and checking; returns how many files changed.

    :raises BadReference: an unknown route, or days that overlap
    """

    def parse(content: bytes) -> list[str]:
        data = yaml.safe_load(content)
        rows = sorted(data["routes"], key=lambda row: row["valid_from"])
        for number, row in enumerate(rows, 1):
            if row["route"] not in list(Route):
                raise reference.BadReference(f"dòng {number}", f"không có đường đi {row['route']!r}")
            if number < len(rows) and (row["valid_to"] is None or row["valid_to"] >= rows[number]["valid_from"]):
                raise reference.BadReference(f"đường đi {row['route']}", "trùng ngày với đường đi sau")
        RouteRow.objects.all().delete()
        RouteRow.objects.bulk_create([RouteRow(**row) for row in rows])
        TransitionRow.objects.all().delete()
        TransitionRow.objects.bulk_create(
            [TransitionRow(**{**row, "kind": Kind(row["kind"])}) for row in data["transitions"]]
        )
        LateRow.objects.all().delete()
        LateRow.objects.bulk_create([LateRow(**row) for row in data["late_reevaluations"]])
        return []

    def parse_checking(content: bytes) -> list[str]:
        rows = sorted(yaml.safe_load(content)["checking"], key=lambda row: row["valid_from"])
        for earlier, later in pairwise(rows):
            if earlier["valid_to"] is None or earlier["valid_to"] >= later["valid_from"]:
                raise reference.BadReference(f"thiết lập từ {later['valid_from']}", "trùng ngày với thiết lập trước")
        CheckingRow.objects.all().delete()
        CheckingRow.objects.bulk_create([CheckingRow(**row) for row in rows])
        return []

    name = "settings/checking.yaml"
    checking = reference.load_file(folder / "settings" / "checking.yaml", name, parse_checking, now=now)
    return int(checking) + int(
        reference.load_file(folder / "settings" / "routes.yaml", "settings/routes.yaml", parse, now=now)
    )
