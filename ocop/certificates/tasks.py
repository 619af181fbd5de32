"""Printing certificates, bundling papers."""

from __future__ import annotations

from datetime import datetime, timedelta

from ocop.kernel import jobs

from .models import Bundle, Certificate
from .services import drop_bundles, make_bundle, print_certificate
from .services.bundling import BUNDLE_JOB


@jobs.handler("certificates.print")
def print_one(key: str, now: datetime) -> None:
    """Print one certificate. key  its primary key"""
    related = Certificate.objects.select_related("recognition__product__commune", "recognition__decision")
    print_certificate(related.get(pk=int(key)), now=now)


@jobs.handler(BUNDLE_JOB)
def bundle(key: str, now: datetime) -> None:
    """Make the ZIP of a session's papers. key  its primary key; one that was dropped in the meantime does nothing"""
    wanted = Bundle.objects.filter(pk=int(key), blob=None, why="")
    for one in wanted.select_related("session__council__organ", "session__council__decision", "decision", "made_by"):
        make_bundle(wanted=one, now=now)


@jobs.handler("certificates.bundles", every=timedelta(days=1))
def sweep_bundles(key: str, now: datetime) -> None:
    """Forget bundles that were offered long enough."""
    drop_bundles(now=now)
