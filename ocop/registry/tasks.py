"""What runs by itself in this room."""

from __future__ import annotations

from datetime import datetime, timedelta

from ocop.kernel import files, jobs
from ocop.kernel.models import Blob

from .models import Evidence


@jobs.handler("registry.previews", every=timedelta(hours=1))
def want_previews(key: str, now: datetime) -> None:
    """Papers whose pages nobody has counted: older than the previews, or given up when the machine was too busy."""
    papers = Evidence.objects.filter(blob__pages=None, blob__mime__in=files.PREVIEWED)
    for blob in Blob.objects.filter(pk__in=papers.values("blob")).order_by("pk")[:500]:
        files.prepare_later(blob, now=now)
