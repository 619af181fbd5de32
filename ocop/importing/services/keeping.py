"""Staged rows hold whole lists of people and firms: they go when they can serve no more, the summary stays."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from ocop.kernel import audit
from ocop.kernel.models import Job

from ..models import Import, ImportRow, Step
from ..queries.staged import counts

UNCONFIRMED = timedelta(days=30)  # a preview so old tells nothing of the register; the file can be read again
DONE = timedelta(days=90)  # after the writing, or the undo: no undo later


def drop_old_rows(*, now: datetime) -> int:
    """Drop the staged rows of imports whose time is over; returns of how many imports.

    Each in a transaction of its own, so that one that somebody confirms meanwhile is left to the next day.
    """
    has_rows = Exists(ImportRow.objects.filter(of=OuterRef("pk")))
    reading = Job.objects.filter(name="importing.read", state__in=[Job.WAITING, Job.RUNNING]).exists()
    settled = [Step.WRITTEN, Step.UNDONE, *([Step.WAITING] if reading else [])]  # never while rows are being staged
    over = (
        Q(step=Step.WRITTEN, written_at__lt=now - DONE)
        | Q(step=Step.UNDONE, undone_at__lt=now - DONE)
        | ~Q(step__in=settled) & Q(since__lt=now - UNCONFIRMED)
    )
    due = Import.objects.annotate(since=Coalesce("staged_at", "made_at")).filter(has_rows, over).order_by("pk")
    return sum(_drop(found, now) for found in due)


@transaction.atomic
def _drop(found: Import, now: datetime) -> bool:
    kept = asdict(counts(found))
    same = Import.objects.filter(pk=found.pk, version=found.version, step=found.step)
    if not same.update(staged_at=None, told=found.told | {"counts": kept}):
        return False
    ImportRow.objects.filter(of=found).delete()
    audit.record("import.rows_dropped", found, by=audit.SYSTEM, at=now, after=kept)
    return True
