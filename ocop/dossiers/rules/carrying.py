"""What a new dossier takes over from the product's last filing: only answers to the same question."""

from __future__ import annotations

from collections import Counter

from ocop.scorecards.rules import Card, Criterion


def same_question(before: Criterion, now: Criterion) -> bool:
    """Return whether an answer given to one is an answer to the other: same name, cases and words of every option.

    Points and star marks may differ: what the subject said of its product stays true.
    """
    return _question(before) == _question(now)


def counterparts(before: Card, now: Card) -> dict[str, str]:
    """Return code now -> code before of the criteria that go by the same name.

    Codes change with the regime (1.b in 2023 is 1.3 in 2026). A name that stands twice on a card needs the same code.
    """
    old, new = _names(before), _names(now)
    found = {code: old[name] for name, code in new.items() if name in old}
    for one in now.criteria:
        known = before.by_code.get(one.code)
        if one.code not in found and known and known.name_vi == one.name_vi:
            found[one.code] = one.code
    return found


def unchanged(before: Card, now: Card) -> dict[str, str]:
    """Return code now -> code before of the criteria that ask the same on both scorecards."""
    return {
        code: old
        for code, old in counterparts(before, now).items()
        if same_question(before.by_code[old], now.by_code[code])
    }


def _names(measure: Card) -> dict[str, str]:
    """Name -> code, of names that stand once."""
    count = Counter(one.name_vi for one in measure.criteria)
    return {one.name_vi: one.code for one in measure.criteria if count[one.name_vi] == 1}


def _question(one: Criterion) -> tuple[object, ...]:
    return one.name_vi, one.kind, tuple((option.case, option.text_vi) for option in one.options)
