"""What runs by itself in this room."""

from __future__ import annotations

from datetime import datetime, timedelta

from ocop.kernel import jobs

from . import services


@jobs.handler("dossiers.daily", every=timedelta(hours=1))
def daily(key: str, now: datetime) -> None:
    """Dates that have passed: the end of the districts, the transitional deadlines, the commune's clock, papers."""
    services.end_districts(now=now)
    services.close_expired(now=now)
    services.warn_clocks(now=now)
    services.warn_papers(now=now)
