"""What runs by itself in the kernel."""

from __future__ import annotations

from datetime import datetime, timedelta

from . import files, jobs
from .files.previews import JOB
from .files.resumable import SCAN_JOB, scan_again, sweep
from .models import Blob


@jobs.handler(JOB)
def prepare_preview(key: str, now: datetime) -> None:
    """Make the pages of one file ready to be shown. key  the blob's primary key"""
    files.prepare(Blob.objects.get(pk=int(key)))


@jobs.handler(SCAN_JOB)
def scan_upload(key: str, now: datetime) -> None:
    """Scan a file that came while the scanner was down. key  the upload's code"""
    scan_again(key, now=now)


@jobs.handler("files.uploads", every=timedelta(hours=1))
def sweep_uploads(key: str, now: datetime) -> None:
    """Drop what no form took; have what still waits scanned."""
    sweep(now=now)
