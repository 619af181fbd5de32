"""What runs by itself in this room."""

from __future__ import annotations

from datetime import datetime, timedelta

from ocop.kernel import jobs

from . import services
from .models import Notice


@jobs.handler("accounts.daily", every=timedelta(hours=24))
def daily(key: str, now: datetime) -> None:
    """Failed sign-ins that no limit looks at any more."""
    services.drop_old_attempts(now=now)


@jobs.handler(services.MAIL_JOB)
def mail(key: str, now: datetime) -> None:
    """One notice by e-mail."""
    services.mail_notice(notice=Notice.objects.select_related("user").get(pk=key), now=now)
