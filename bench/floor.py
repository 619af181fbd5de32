"""The floor: the smallest Django views that ask the database the same question, without page, session and middleware.

`query` views ask what a page must know (as the ORM asks it: the count and one page of rows with what the page names)
and answer the count and the first names. `kept` answers bytes from memory after asking whether public facts changed:
what a page kept in memory could at best be.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

from ocop.accounts.models import User
from ocop.certificates.models import Recognition
from ocop.dossiers.models import Dossier
from ocop.kernel import public
from ocop.kernel.text import fold
from ocop.kernel.time import day_of
from ocop.portal.queries import stamp

PUBLIC_ROWS, OFFICE_ROWS = 24, 25  # rows of one page
KEPT = b"(t\xe1\xbb\x95ng h\xe1\xbb\xa3p)" * 400  # about the bytes of a packed page: 6 kB


def _plain(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="text/plain; charset=utf-8", headers={"Content-Length": str(len(body))})


def _text(*words: object) -> HttpResponse:
    return _plain(" ".join(map(str, words)).encode())


def _register() -> QuerySet[Recognition]:
    """Recognitions that stand for their product, with what a card of the public list names."""
    shown = ("decision", "product__subject", "product__product_set__group", "product__commune")
    return Recognition.objects.filter(ended_on=None).select_related(*shown).order_by("-stars", "-valid_from", "pk")


def _page(found: QuerySet[Any], request: HttpRequest, rows: int) -> HttpResponse:
    """The count, and the names of the page that ?trang= asks for."""
    start = (int(request.GET.get("trang", 1)) - 1) * rows
    return _text(found.count(), *(row.product.name for row in found[start : start + rows]))


def products(request: HttpRequest) -> HttpResponse:
    found = _register().filter(stars=request.GET["sao"])
    if group := request.GET.get("nhom"):
        found = found.filter(product__product_set__group__code=group)
    return _page(found, request, PUBLIC_ROWS)


def search(request: HttpRequest) -> HttpResponse:
    found = _register()
    for word in fold(request.GET["q"]).split():
        found = found.filter(product__search__contains=word)
    return _page(found, request, PUBLIC_ROWS)


def product(request: HttpRequest, slug: str) -> HttpResponse:
    joined = ("product__product_set__group", "product__subject__kind", "product__photo", "decision", "certificate")
    found = Recognition.objects.select_related(*joined).filter(product__code=slug.rpartition("-")[2])
    return _text(*(row.product.name for row in found.order_by("-valid_from", "pk")))


def certificate(request: HttpRequest, code: str) -> HttpResponse:
    joined = ("product__product_set", "decision", "end_decision", "certificate")
    return _text(Recognition.objects.select_related(*joined).get(code=code).product.name)


@cache
def _official() -> User:
    """The first official, with his appointments, asked once a process."""
    user: User = User.objects.order_by("pk")[0]
    return user


def dossiers(request: HttpRequest) -> HttpResponse:
    found = Dossier.objects.visible_to(_official(), day_of(timezone.now()))
    rows = found.select_related("product__product_set", "subject", "commune").order_by("-step_since", "pk")
    return _page(rows, request, OFFICE_ROWS)


def certificates(request: HttpRequest) -> HttpResponse:
    found = Recognition.objects.visible_to(_official(), day_of(timezone.now()))
    rows = found.select_related("product", "decision", "certificate").order_by("-valid_from", "pk")
    return _page(rows, request, OFFICE_ROWS)


def kept(request: HttpRequest) -> HttpResponse:
    stamp()
    return _plain(KEPT)


def event(request: HttpRequest) -> HttpResponse:
    """A public event happens: every kept page is stale. The load asks it before it times the first page after."""
    public.changed()
    return _text(json.dumps(stamp()))


urlpatterns = [
    path("san-pham/", products),
    path("tim/", search),
    path("san-pham/<str:slug>/", product),
    path("c/<str:code>", certificate),
    path("ho-so/", dossiers),
    path("chung-nhan/", certificates),
    path("kept", kept),
    path("event", event),
]
