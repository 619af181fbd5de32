"""What every signed-in page needs: a session that has not run out, the steps that come first, menu and bell.

Also the one place that every list passes when it leaves as a file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from ocop.accounts import queries as accounts
from ocop.accounts import services, sessions
from ocop.accounts.http import is_confirmed
from ocop.accounts.rules import is_old
from ocop.kernel.pages.listing import FILE
from ocop.kernel.refusal import Refusal

from . import queries, rules

ROLE, PASSWORD_DAYS = "ocop_role", "ocop_password_days"  # in the session

# Where someone may go before the password is changed and the second factor stands.
BEFORE_PASSWORD = frozenset({"account_change_password", "account_logout", "session"})
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
        session, now = request.session, request.now
        standing = queries.standing(request.user, request.day, session.get(ROLE, ""))
        if why := sessions.why_over(session, now, privileged=standing.privileged):
            logout(request)
            messages.warning(request, why)
            return _go(request, f"{reverse('account_login')}?{urlencode({'next': _page(request)})}")
        if match.view_name != "desk:session" or request.method == "POST":  # asking how long is no sign of life
            sessions.touch(session, now)
        request.session_life = sessions.life(session, now, privileged=standing.privileged)
        request.password_days = _old_password(request, standing)
        if (request.user.must_change_password or request.password_days) and match.url_name not in BEFORE_PASSWORD:
            return _go(request, reverse("account_change_password"))
        bare = settings.PRODUCTION and standing.on_duty and not standing.has_second_factor
        if bare and match.url_name not in BEFORE_FACTOR:
            return _go(request, reverse("mfa_activate_totp"))
        request.standing = standing
        request.menu, request.tabs = rules.menu(standing.shown, request.path), rules.tabs(standing.shown, request.path)
        at_the_foot = {tab.url for tab in request.tabs}
        request.folded = [entry for entry in request.menu if entry[1] not in at_the_foot] if standing.who else []
        request.role, request.unread = standing.words, standing.unread
        request.search_url = reverse("desk:search")
        return _export(request, standing) if request.GET.get(FILE) else None


def _old_password(request: Any, standing: queries.Standing) -> int:
    """Return the longest age of a password in days if this one is older, else 0. Asked of staff and councils alone.

    The rule is read once a session. Sample users share a password that the start prints.
    """
    if PASSWORD_DAYS not in request.session:
        asked = standing.on_duty and not request.user.is_sample
        request.session[PASSWORD_DAYS] = accounts.account_rules(request.day).password_days if asked else 0
    days: int = request.session[PASSWORD_DAYS]
    set_at = request.user.password_set_at or request.user.created_at
    return days if is_old(set_at, days, request.now) else 0


def _export(request: Any, standing: queries.Standing) -> HttpResponse | None:
    """Let a list go out as a file, counted; staff and council members type the password again before."""
    if standing.on_duty and not is_confirmed(request):
        rest = request.GET.copy()
        rest.pop(FILE)
        messages.info(request, "Tải danh sách cần nhập lại mật khẩu. Xác nhận xong, bấm tải danh sách lần nữa.")
        page = f"{request.path}?{rest.urlencode()}" if rest else request.path
        return redirect_to_login(page, reverse("account_reauthenticate"))
    try:
        services.record_export(user=request.user, path=request.get_full_path(), now=request.now)
    except Refusal as refusal:
        return render(request, "refusal.html", {"refusal": refusal}, status=429)
    return None


def _page(request: HttpRequest) -> str:
    """The page to return to after sign-in: this one, or for a form the desk."""
    return request.get_full_path() if request.method == "GET" else reverse("desk:work")


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect the page; a fragment asked by htmx redirects its whole page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
