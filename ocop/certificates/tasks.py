"""Printing certificates."""

from __future__ import annotations

from datetime import datetime

from ocop.kernel import jobs

from .models import Certificate
from .services import print_certificate


@jobs.handler("certificates.print")
def print_one(key: str, now: datetime) -> None:
    """Print one certificate. key  its primary key"""
    related = Certificate.objects.select_related("recognition__product__commune", "recognition__decision")
    print_certificate(related.get(pk=int(key)), now=now)
