"""Default rules of work from reference/settings/council-rules.yaml."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import yaml

from ocop.kernel import reference

from .models import CouncilRules
from .rules import RulesOfWork


def load(folder: Path, *, now: datetime) -> int:
    """Load the rules of work; returns 1 if they changed. :raises BadReference: unknown or impossible values"""

    def parse(content: bytes) -> list[str]:
        for number, row in enumerate(yaml.safe_load(content)["council_rules"], 1):
            try:
                RulesOfWork.parse(row["body"])
            except (KeyError, TypeError, ValueError) as error:
                raise reference.BadReference(f"quy chế {number}", f"giá trị không dùng được: {error}") from error
            CouncilRules.objects.update_or_create(
                level=row["level"],
                valid_from=row["valid_from"],
                defaults={key: row[key] for key in ("name", "valid_to", "basis", "body")},
            )
        return []

    name = "settings/council-rules.yaml"
    return int(reference.load_file(folder / name, name, parse, now=now))
