"""The request as our views see it: a signed-in user, one moment, its Vietnamese day; acts that ask who you are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account.internal.flows import reauthentication
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from .forms import ReauthenticateForm
from .models import User
from .sessions import Life

View = TypeVar("View", bound=Callable[..., HttpResponse])
PREFIX = "xac-nhan"  # of the fields that the page between a form and its act adds
PASSWORD, CAME_FROM = f"{PREFIX}-password", f"{PREFIX}-tu"


class Request(HttpRequest):
    """A request of a signed-in user. now, day  set once a request by PagesMiddleware; services take them

    session_life  what is left of the session, set by the desk's middleware
    """

    user: User
    now: datetime
    day: date
    session_life: Life


def is_confirmed(request: Request) -> bool:
    """Whether the user typed his password, or a code of his second factor, within the last 10 minutes."""
    return not reauthentication.is_reauthentication_required(request, app="ocop.accounts")


def confirmed(view: View) -> View:
    """Decorate a view that needs the password (or a code) again, typed within the last 10 minutes.

    A page is shown after it. A form that comes later than that is answered by a page that asks for the password and
    carries every typed field; sent from there, the act goes on. Nothing is written before.
    Source: compliance.md section 2, re-authentication.
    """

    @wraps(view)
    def ask_first(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated or is_confirmed(request):
            return view(request, *args, **kwargs)
        if request.method != "POST":
            return redirect_to_login(request.get_full_path(), reverse("account_reauthenticate"))
        form = ReauthenticateForm(request.POST if PASSWORD in request.POST else None, user=request.user, prefix=PREFIX)
        came_from = request.POST.get(CAME_FROM) or request.headers.get("Referer", "")
        if form.is_bound and form.is_valid():
            reauthentication.reauthenticate_by_password(request)
            request.came_from = came_from  # where a refusal of the act leads back to
            return view(request, *args, **kwargs)
        ours = {PASSWORD, CAME_FROM, "csrfmiddlewaretoken"}
        typed = [(name, value) for name, values in request.POST.lists() if name not in ours for value in values]
        context = {"form": form, "typed": [*typed, (CAME_FROM, came_from)]}
        return render(request, "accounts/confirm.html", context, status=422)

    return cast(View, ask_first)
