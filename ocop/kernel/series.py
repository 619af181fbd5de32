"""Gapless series of our own numbers."""

from __future__ import annotations

from django.db import connection
from django.db.models import F

from .models import Counter


def take(series: str) -> int:
    """Return the next number of a series, from 1. Rolled back with the transaction, so no gap stays.

    :raises RuntimeError: outside a transaction
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a number is taken inside the transaction that uses it")
    Counter.objects.bulk_create([Counter(series=series)], ignore_conflicts=True)
    Counter.objects.filter(series=series).update(last=F("last") + 1)
    return Counter.objects.values_list("last", flat=True).get(series=series)
