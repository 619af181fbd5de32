"""What every page knows. Cheap and free of the session, so that public pages can be kept and shared."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from ocop.kernel.time import day_of

# Addresses that stay where they are (architecture.md, doors): frames link to them without knowing the rooms above.
DOORS = {
    "products": "/san-pham/",
    "map": "/#ban-do",
    "check": "/kiem-tra/",
    "open_data": "/du-lieu-mo/",
    "areas": "/dia-ban/",
    "sign_in": "/dang-nhap/",
    "sign_out": "/dang-xuat/",
    "account": "/tai-khoan/",
    "work": "/viec/",
    "notices": "/thong-bao/",
    "session": "/phien/",
    "role": "/vai-tro/",
}


def page(request: HttpRequest) -> dict[str, object]:
    """Return the page variables.

    sample, rehearsal  which banner to show; now, today  moment and Vietnamese day of the page
    menu  [(label, url, current)], role  words under the name: set on the request by the room that knows
    doors  fixed addresses; search_url  where the search box of offices goes; unread  how many notices wait
    """
    now = timezone.now()
    return {
        "doors": DOORS,
        "sample": not settings.PRODUCTION,
        "rehearsal": settings.REHEARSAL,
        "now": now,
        "today": day_of(now),
        "menu": getattr(request, "menu", []),
        "role": getattr(request, "role", ""),
        "search_url": getattr(request, "search_url", ""),
        "unread": getattr(request, "unread", 0),
    }
