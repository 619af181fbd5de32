"""What every signed-in page needs: a session that has not run out, the steps that come first, menu and bell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from ocop.accounts import sessions

from . import queries, rules

# Where someone may go before the password is changed and the second factor stands.
BEFORE_PASSWORD = frozenset({"account_change_password", "account_logout"})
BEFORE_FACTOR = BEFORE_PASSWORD | {
    "mfa_index", "mfa_activate_totp", "mfa_view_recovery_codes", "account_reauthenticate", "mfa_reauthenticate",
}  # fmt: skip


class DeskMiddleware:
    """Looks at nobody without a session cookie and at no public page: those stay fast and can be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: Any, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        match = request.resolver_match
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or match.namespace == "portal":
            return None
        if not request.user.is_authenticated:
            return None
        standing = queries.standing(request.user, request.day)
        if why := sessions.why_over(request.session, request.now, privileged=standing.privileged):
            logout(request)
            messages.warning(request, why)
            return _go(request, f"{reverse('account_login')}?{urlencode({'next': _page(request)})}")
        sessions.touch(request.session, request.now)
        if request.user.must_change_password and match.url_name not in BEFORE_PASSWORD:
            return _go(request, reverse("account_change_password"))
        bare = settings.PRODUCTION and standing.on_duty and not standing.has_second_factor
        if bare and match.url_name not in BEFORE_FACTOR:
            return _go(request, reverse("mfa_activate_totp"))
        request.menu = rules.menu(standing.who, request.path)
        request.role, request.unread = standing.words, standing.unread
        request.search_url = reverse("desk:search")
        return None


def _page(request: HttpRequest) -> str:
    """The page to return to after sign-in: this one, or for a form the desk."""
    return request.get_full_path() if request.method == "GET" else reverse("desk:work")


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect the page; a fragment asked by htmx redirects its whole page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
