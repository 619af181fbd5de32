"""The request as our views see it: a signed-in user, one moment, its Vietnamese day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import ParamSpec

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse

from .models import User


class Request(HttpRequest):
    """A request of a signed-in user. now, day  set once a request by PagesMiddleware; services take them"""

    user: User
    now: datetime
    day: date


P = ParamSpec("P")


def confirmed(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Decorate a view that needs the password (or a code) again, typed within the last 15 minutes.

    Source: compliance.md section 2, re-authentication. A form that was sent is kept and goes on after it.
    """
    return reauthentication_required(view)  # type: ignore[no-any-return]  # allauth is untyped
