"""Guessing codes is slowed: failed look-ups are counted by address, in the cache that all workers share.

Source: compliance.md section 2 (rate limits: failed code look-ups, by the application).
"""

from __future__ import annotations

import ipaddress
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

MOST_FAILURES, WINDOW = 30, 600  # in so many seconds


def _address(request: HttpRequest) -> str:
    """The reader's network: an IPv6 household owns 2^64 addresses and counts as one."""
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    text = hops[-trusted] if trusted and len(hops) >= trusted else str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _key(request: HttpRequest, now: datetime) -> str:
    """No raw address is stored."""
    mark = salted_hmac("ocop.portal.limits", _address(request)).hexdigest()[:32]
    return f"failed-codes:{int(now.timestamp()) // WINDOW}:{mark}"


def too_many(request: HttpRequest, now: datetime) -> bool:
    """Return whether this address failed too often in the current ten minutes."""
    return int(cache.get(_key(request, now), 0)) >= MOST_FAILURES


def count_failure(request: HttpRequest, now: datetime) -> None:
    key = _key(request, now)
    cache.set(key, int(cache.get(key, 0)) + 1, timeout=WINDOW)
