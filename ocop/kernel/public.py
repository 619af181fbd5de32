"""Public facts: counted when they change, so that whoever keeps a page of them knows when it is old."""

from __future__ import annotations

from django.db.models import F

from .models import Counter

SERIES = "public-events"


def changed() -> None:
    """Count one public event, in the transaction of the change."""
    Counter.objects.bulk_create([Counter(series=SERIES)], ignore_conflicts=True)
    Counter.objects.filter(series=SERIES).update(last=F("last") + 1)


def count() -> int:
    """How many public events happened: a public page kept under this count and its day is never stale."""
    return Counter.objects.filter(series=SERIES).values_list("last", flat=True).first() or 0
