"""Error pages. Forbidden and absent look alike; nothing of the cause is shown (compliance.md section 2)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(get_template("400.html").render(), status=400)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same page for a stranger, a wrong role and an absent object; it offers sign-in and return."""
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return not_found(request)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is old or missing: nothing was written."""
    return render(request, "403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Works without database, session and manifest: one of them may be what failed."""
    return HttpResponse(get_template("500.html").render(), status=500)
