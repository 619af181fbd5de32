"""What a new dossier takes over from the product's last filing: only answers to the same question."""

from __future__ import annotations

from ocop.scorecards.rules import Card, Criterion


def same_question(before: Criterion, now: Criterion) -> bool:
    """Return whether an answer given to one is an answer to the other: same name, cases and words of every option.

    Points and star marks may differ: what the subject said of its product stays true.
    """
    return _question(before) == _question(now)


def unchanged(before: Card, now: Card) -> frozenset[str]:
    """Return the codes whose criterion asks the same on both scorecards."""
    known = now.by_code
    return frozenset(one.code for one in before.criteria if one.code in known and same_question(one, known[one.code]))


def _question(one: Criterion) -> tuple[object, ...]:
    return one.name_vi, one.kind, tuple((option.case, option.text_vi) for option in one.options)
