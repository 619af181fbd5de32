"""Default rules of work and the law's rounds of evaluation from reference/settings/."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from ocop.kernel import reference

from .models import CouncilRules, EvaluationRound
from .rounds import RoundRule, law_rounds
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
                organ=None,
                level=row["level"],
                valid_from=row["valid_from"],
                defaults={key: row[key] for key in ("name", "valid_to", "basis", "body")},
            )
        return []

    name = "settings/council-rules.yaml"
    return int(reference.load_file(folder / name, name, parse, now=now))


def load_rounds(folder: Path, *, now: datetime) -> int:
    """Load the law's rounds of every year; returns 1 if they changed. :raises BadReference: an impossible day"""

    def parse(content: bytes) -> list[str]:
        data = yaml.safe_load(content)
        first, last = data["years"]
        try:
            rules = [_round_rule(row) for row in data["evaluation_rounds"]]
            found = [one for year in range(first, last + 1) for one in law_rounds(rules, year)]
        except (KeyError, TypeError, ValueError) as error:
            raise reference.BadReference("đợt đánh giá", f"giá trị không dùng được: {error}") from error
        for one in found:
            EvaluationRound.objects.update_or_create(
                level=one.level,
                year=one.year,
                number=one.number,
                defaults={
                    "proposals_before": one.proposals_before,
                    "results_before": one.results_before,
                    "basis": one.basis,
                },
            )
        return []

    name = "settings/evaluation-rounds.yaml"
    return int(reference.load_file(folder / name, name, parse, now=now))


def _round_rule(row: dict[str, Any]) -> RoundRule:
    days = {key: (row[key][0], row[key][1]) for key in ("proposals_before", "results_before")}
    for month, day in days.values():
        date(2027, month, day)  # a day that every year has
    return RoundRule(row["level"], row["number"], **days, next_year=row["next_year"], basis=row["basis"])
