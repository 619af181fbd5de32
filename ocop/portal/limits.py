"""What strangers may do only so often, by address, counted in the cache that all workers share.

Source: compliance.md section 2 (rate limits: failed code look-ups, by the application).
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


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


@dataclass(frozen=True)
class Limit:
    """So many of one kind from one address in a window of seconds."""

    kind: str
    most: int
    window: int

    def reached(self, request: HttpRequest, now: datetime) -> bool:
        """Return whether this address did it too often in the current window."""
        return int(cache.get(self._key(request, now), 0)) >= self.most

    def count(self, request: HttpRequest, now: datetime) -> None:
        key = self._key(request, now)
        cache.set(key, int(cache.get(key, 0)) + 1, timeout=self.window)

    def _key(self, request: HttpRequest, now: datetime) -> str:
        """No raw address is stored."""
        mark = salted_hmac("ocop.portal.limits", _address(request)).hexdigest()[:32]
        return f"{self.kind}:{int(now.timestamp()) // self.window}:{mark}"


FAILED_CODES = Limit("failed-codes", 30, 600)  # guessing codes is slowed
COMMENTS = Limit("comments", 5, 3600)
