"""The request as our views see it: a signed-in user, one moment, its Vietnamese day."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest

from .models import User


class Request(HttpRequest):
    """A request of a signed-in user. now, day  set once a request by PagesMiddleware; services take them"""

    user: User
    now: datetime
    day: date
