"""Reading files outside the request."""

from __future__ import annotations

from datetime import datetime, timedelta

from ocop.kernel import jobs

from . import services
from .models import Import


@jobs.handler("importing.read")
def read(key: str, now: datetime) -> None:
    """Read and check one file. key  "number of the import:version": an older version does nothing"""
    pk, _, version = key.partition(":")
    wanted = Import.objects.filter(pk=int(pk), version=int(version))
    found = wanted.select_related("blob", "office", "made_by").first()
    if found is not None:
        services.check(found=found, now=now)


@jobs.handler("importing.daily", every=timedelta(hours=24))
def daily(key: str, now: datetime) -> None:
    """Drop staged rows whose time is over."""
    services.drop_old_rows(now=now)
