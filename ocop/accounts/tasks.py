"""What runs by itself in this room."""

from __future__ import annotations

from datetime import datetime, timedelta

from ocop.kernel import jobs

from . import services


@jobs.handler("accounts.daily", every=timedelta(hours=24))
def daily(key: str, now: datetime) -> None:
    """Failed sign-ins that no limit looks at any more."""
    services.drop_old_attempts(now=now)
