"""Writing ties."""

from __future__ import annotations

from datetime import date

from ocop.accounts.models import Agency, User

from ..models import (
    Subject,
    Tie,
)


def tie(
    *,
    subject: Subject,
    kind: str,
    valid_from: date,
    source: str,
    user: User | None = None,
    agency: Agency | None = None,
    valid_to: date | None = None,
) -> Tie:
    """Write down a tie, in the transaction of whoever knows it; the caller writes the event.

    A tie that is known already goes back to the earlier of the two first days.
    """
    row, _ = Tie.objects.get_or_create(
        subject=subject,
        kind=kind,
        user=user,
        agency=agency,
        valid_to=valid_to,
        defaults={"valid_from": valid_from, "source": source[:200]},
    )
    if valid_from < row.valid_from:
        row.valid_from = valid_from
        row.save(update_fields=["valid_from"])
    return row
