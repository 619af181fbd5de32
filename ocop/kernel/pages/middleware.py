"""One middleware for pages: a Refusal becomes an answer, signed-in pages are not stored."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme

from ocop.kernel import memo
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.kernel.time import day_of

from .errors import not_found

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class PagesMiddleware:
    """Stands last, next to the views, so that it sees a refusal before Django turns it into an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()  # type: ignore[attr-defined]  # one moment a request: rules and services take it
        request.day = day_of(request.now)  # type: ignore[attr-defined]
        # No name holds a NUL, and PostgreSQL fails on it: such an address is absent.
        if "\0" in request.path:
            response = not_found(request)
        elif request.method in ("GET", "HEAD"):
            with memo.one_page():  # a page that changes nothing may remember who asks
                response = self.get_response(request)
        else:
            response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if request.session.accessed:
            response["Cache-Control"] = "no-store"
        elif settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal: what did not happen, why, what next. Other exceptions pass."""
        if not isinstance(exception, Refusal):
            return None
        if isinstance(exception, Forbidden):
            return not_found(request)
        if request.headers.get("HX-Request"):
            return HttpResponse(_sentence(exception), status=409)
        if request.accepts("application/json") and not request.accepts("text/html"):
            body = {"what": exception.what, "why": exception.why, "next": exception.next}
            return JsonResponse(body, status=409, json_dumps_params={"ensure_ascii": False})
        if request.method == "POST" and (back := _form_page(request)):
            messages.error(request, _sentence(exception))
            redirect = HttpResponseRedirect(back)
            redirect.status_code = 303
            return redirect
        return render(request, "refusal.html", {"refusal": exception}, status=409)


def _sentence(refusal: Refusal) -> str:
    return format_html("<strong>{}</strong> {} {}", refusal.what, refusal.why, refusal.next)


def _form_page(request: HttpRequest) -> str:
    """Return path and query of the page that held the form, or nothing if it is not ours or unknown.

    A page that stood between the form and its act says where the form was: `came_from`.
    """
    referer = getattr(request, "came_from", "") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(referer)
    return "/" + parts.path.lstrip("/\\") + (f"?{parts.query}" if parts.query else "")
