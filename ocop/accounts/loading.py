"""Dated rules for accounts from reference/settings/account-rules.yaml."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import yaml

from ocop.kernel import reference

from .models import AccountRules


def load(folder: Path, *, now: datetime) -> int:
    """Load the rules for accounts; returns 1 if they changed. :raises BadReference: unknown or impossible values"""

    def parse(content: bytes) -> list[str]:
        for number, row in enumerate(yaml.safe_load(content)["account_rules"], 1):
            if not (isinstance(row["valid_from"], date) and _count(row["password_days"], 0, 3650)):
                raise reference.BadReference(f"quy định {number}", "password_days phải là số ngày từ 0 đến 3650")
            if not _count(row["exports_an_hour"], 1, 1000):
                raise reference.BadReference(f"quy định {number}", "exports_an_hour phải là số từ 1 đến 1000")
            names = ("valid_to", "basis", "password_days", "exports_an_hour")
            AccountRules.objects.update_or_create(
                valid_from=row["valid_from"], defaults={name: row[name] for name in names}
            )
        return []

    name = "settings/account-rules.yaml"
    return int(reference.load_file(folder / name, name, parse, now=now))


def _count(value: object, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most
