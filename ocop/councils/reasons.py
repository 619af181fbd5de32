"""Where a mark needs a reason by the rules of work (Quy chế). Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from .rules import RulesOfWork


def reasons_due(
    points: Mapping[str, int],
    *,
    none: Collection[str],
    own: Mapping[str, int],
    papered: Collection[str],
    rules: RulesOfWork,
) -> dict[str, str]:
    """Return criterion -> why its mark needs a reason, of marks that need one.

    points  of the marks that count; none  those where no option fits; own  points of the self-score, empty without
    one; papered  criteria with a paper pinned
    """
    due: dict[str, str] = {}
    for code, given in points.items():
        if code in none:
            due[code] = "không mức nào phù hợp"
        elif rules.reason_from is not None and code in own and abs(given - own[code]) >= rules.reason_from:
            due[code] = f"lệch từ {rules.reason_from} điểm so với điểm tự chấm"
        elif rules.reason_without_paper and given > 0 and code not in papered:
            due[code] = "cho điểm mà không có minh chứng"
    return due
