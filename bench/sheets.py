"""Sheets scored per second of CPU, over every scorecard in store: python -m bench.sheets.

One sheet is one set of random right answers of one scorecard, as a council member signs it: `scorecards.rules.mark`.
"""

from __future__ import annotations

import json
import time
from random import Random

import django

django.setup()

from ocop.scorecards import queries  # noqa: E402
from ocop.scorecards.models import Scorecard  # noqa: E402
from ocop.scorecards.rules import Card, Criterion, mark  # noqa: E402

EACH, SECONDS = 20, 3.0  # sets of answers a scorecard; CPU time measured


def _answer(criterion: Criterion, random: Random) -> object:
    if not criterion.options:
        return random.random() < 0.5
    return random.choice(criterion.options).index


def answers(card: Card, random: Random) -> dict[str, object]:
    return {criterion.code: _answer(criterion, random) for criterion in card.criteria}


def run() -> dict[str, float]:
    """Return sheets a second of CPU, the scorecards and the criteria of a mean sheet."""
    random = Random(26)
    cards = [queries.card(row) for row in Scorecard.objects.newest()]
    sheets = [(card, answers(card, random)) for card in cards for _ in range(EACH)]
    for card, given in sheets:
        mark(card, given)
    done, began = 0, time.process_time()
    while time.process_time() - began < SECONDS:
        for card, given in sheets:
            mark(card, given)
        done += len(sheets)
    spent = time.process_time() - began
    criteria = sum(len(card.criteria) for card in cards) / len(cards)
    return {"sheets_per_cpu_second": done / spent, "scorecards": len(cards), "criteria_per_sheet": criteria}


if __name__ == "__main__":
    print(json.dumps(run()))
