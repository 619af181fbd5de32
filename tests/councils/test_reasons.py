"""Where the rules of work ask a mark for its reason."""

from __future__ import annotations

import pytest

from ocop.councils.reasons import reasons_due
from ocop.councils.rules import RulesOfWork

POINTS, OWN = {"1.1": 3, "1.2": 0, "2.1": 5}, {"1.1": 5, "1.2": 2, "2.1": 4}


def due(rules: RulesOfWork, none: tuple[str, ...] = (), own: dict[str, int] | None = None) -> dict[str, str]:
    return reasons_due(POINTS, none=none, own=OWN if own is None else own, papered={"1.1"}, rules=rules)


def test_without_such_rules_only_none_of_the_options_needs_one():
    assert due(RulesOfWork()) == {}
    assert due(RulesOfWork(), none=("1.2",)) == {"1.2": "không mức nào phù hợp"}


@pytest.mark.parametrize(("limit", "codes"), [(1, ["1.1", "1.2", "2.1"]), (2, ["1.1", "1.2"]), (3, [])])
def test_from_the_distance_to_the_self_score_on_up_or_down(limit, codes):
    rules = RulesOfWork(reason_from=limit)
    assert list(due(rules)) == codes
    assert due(rules, own={}) == {}  # nothing was scored, so nothing departs from it


def test_a_mark_above_0_without_a_paper():
    assert due(RulesOfWork(reason_without_paper=True)) == {"2.1": "cho điểm mà không có minh chứng"}
