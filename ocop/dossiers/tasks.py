"""What runs by itself in this room."""

from __future__ import annotations

from datetime import datetime, timedelta

from ocop.kernel import jobs

from . import services
from .models import Archive
from .services.archiving import ARCHIVE_JOB


@jobs.handler("dossiers.daily", every=timedelta(hours=1))
def daily(key: str, now: datetime) -> None:
    """Dates that have passed: ends of districts and transitions, clocks, papers, windows, old archives."""
    services.end_districts(now=now)
    services.close_expired(now=now)
    services.warn_clocks(now=now)
    services.warn_papers(now=now)
    services.announce_windows(now=now)
    services.drop_archives(now=now)


@jobs.handler(ARCHIVE_JOB)
def archive(key: str, now: datetime) -> None:
    """Make the archive of a dossier. key  its primary key; one that was dropped in the meantime does nothing"""
    wanted = Archive.objects.filter(pk=int(key), blob=None, why="")
    for one in wanted.select_related("dossier__product__product_set__group", "dossier__subject__kind", "made_by"):
        services.make_archive(wanted=one, now=now)
