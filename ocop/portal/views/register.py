"""Home, the public register, one product, its photo."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ocop.accounts.http import Request
from ocop.certificates.models import Recognition
from ocop.certificates.rules import Status
from ocop.kernel.files import PUBLIC_IMAGE_MIME, public_image
from ocop.kernel.pages.listing import LONGEST_QUERY, QUERY, Column, Listing
from ocop.kernel.text import clean
from ocop.kernel.time import vi_date
from ocop.registry.models import Product

from .. import queries
from ..kept import kept
from ..rules import class_of, status_of, status_words, verdict

PER_PAGE = 24
NEWEST, BUSIEST = 4, 8  # products and communes shown on the home page
IN_FORCE_QUERY = f"trang-thai={Status.VALID}&trang-thai={Status.EXPIRING}"
PHOTO_SIDE = 1200

COLUMNS = (
    Column("phu-hop", "Phù hợp nhất", lambda e: e.row.product_code, sort=("fits", "by_stars")),
    Column("sao", "Hạng sao cao trước", lambda e: e.row.stars, sort=("by_stars",)),
    Column("moi", "Mới công nhận trước", lambda e: vi_date(e.row.valid_from), sort=("by_newest",)),
    Column("ten", "Tên từ A đến Y", lambda e: e.row.name, sort=("by_name",)),
)
SHEET = (
    Column("ma", "Mã sản phẩm", lambda e: e.row.product_code),
    Column("ten", "Tên sản phẩm", lambda e: e.row.name),
    Column("chu-the", "Chủ thể", lambda e: e.row.subject_name or "chưa rõ"),
    Column("xa", "Xã, phường", lambda e: e.place or "chưa rõ"),
    Column("nhom", "Nhóm", lambda e: e.row.group_name or "chưa xếp"),
    Column("bo", "Bộ sản phẩm", lambda e: e.row.set_name or "chưa xếp"),
    Column("sao", "Hạng sao", lambda e: e.row.stars if e.row.stars else "nguồn không nêu"),
    Column("trang-thai", "Tình trạng", lambda e: e.status_words),
    Column("tu", "Từ ngày", lambda e: e.row.valid_from or "chưa rõ"),
    Column("den", "Đến hết ngày", lambda e: e.row.valid_until or "chưa rõ"),
    Column("so", "Số quyết định", lambda e: e.row.decision_number or "chưa rõ"),
    Column("ngay", "Ngày quyết định", lambda e: e.row.decision_day or "chưa rõ"),
    Column("co-quan", "Cơ quan công nhận", lambda e: e.row.organ_name),
    Column("ma-cong-nhan", "Mã công nhận", lambda e: e.row.code),
    Column("nguon", "Nguồn", lambda e: e.row.source),
)


@require_safe
def home(request: Request) -> HttpResponse:
    """Search, groups, newest recognitions, the map with its table, a code to check."""
    now = queries.stamp()

    def build() -> HttpResponse:
        found = queries.register(request.day, now)
        alive, ever = found.counts
        drawing = queries.province_map()
        communes = [(code, name, alive[code], ever[code]) for code, name in found.communes.items()]
        busiest = sorted((row for row in communes if row[3]), key=lambda row: (-row[2], -row[3]))[:BUSIEST]
        in_group = Counter(entry.row.group_code for entry in found.entries)
        values = {
            "register": found,
            "groups": [(code, name, first, in_group[code]) for code, (name, first) in found.groups.items()],
            "newest": sorted((e for e in found.entries if e.in_force), key=lambda e: e.by_newest)[:NEWEST],
            "map": drawing,
            "map_width": drawing.width + 8,
            "map_height": drawing.height + 8,
            "cells": [
                (code, name, count, class_of(count), drawing.cells.get(code, "")) for code, name, count, _ in communes
            ],
            "communes": communes,
            "busiest": busiest,
            "with_product": sum(bool(count) for _, _, count, _ in communes),
            "in_force_query": IN_FORCE_QUERY,
        }
        return render(request, "portal/home.html", values)

    return kept(request, (now, request.day), build)


@require_safe
def products(request: Request) -> HttpResponse:
    """The register: searched without accents, filtered, ordered, as a page or a file."""
    now = queries.stamp()

    def build() -> HttpResponse:
        register = queries.register(request.day, now)
        found = register.find(clean(request.GET.get(QUERY, ""))[:LONGEST_QUERY])
        asked = {one.name: request.GET.getlist(one.name) for one in queries.ASPECTS}
        listing: Listing[Any] = Listing(
            request, cast(Any, found), COLUMNS, register.filters(found, asked), search=lambda rows, _: rows,
            sort="phu-hop", per_page=PER_PAGE,
        )  # fmt: skip
        if listing.wants_file:
            listing.columns = SHEET
            return listing.file("san-pham-ocop")
        return render(request, "portal/products.html", {"listing": listing, "orders": COLUMNS})

    return kept(request, (now, request.day), build)


@require_safe
def product(request: Request, slug: str) -> HttpResponse:
    """One product: its current recognition, producer, story, and every recognition it ever had."""
    code = slug.rpartition("-")[2]
    now = queries.stamp()
    entry = queries.register(request.day, now).by_code.get(code)
    if entry is None:
        raise Http404
    if request.path != entry.url:
        return HttpResponsePermanentRedirect(entry.url, preserve_request=True)
    row = get_object_or_404(
        Product.objects.select_related("product_set__group", "subject__kind", "photo"), pk=entry.row.product_id
    )

    def build() -> HttpResponse:
        recognitions = queries.history(row.pk)
        shown = next(one for one in recognitions if one.pk == entry.row.pk)
        past = [(one, status_words(status_of(one, request.day))) for one in recognitions]
        number = shown.certificate.number if hasattr(shown, "certificate") else ""
        values = {
            "entry": entry, "product": row, "recognition": shown, "past": past, "number": number,
            "verdict": verdict(shown, shown.stars, request.day), "photo": _photo(row),
        }  # fmt: skip
        return render(request, "portal/product.html", values)

    return kept(request, (now, request.day, row.version), build)


def _photo(row: Product) -> str:
    """The address of the published photo of the pack, "" where there is none."""
    if row.photo is None or not row.photo.mime.startswith("image/"):
        return ""
    return f"/anh/{row.code}/{row.photo.sha256[:16]}.webp"


@require_safe
def photo(request: Request, code: str, mark: str) -> HttpResponse:
    """The photo of a pack as it may be published: small, without the place where it was taken."""
    recognised = Recognition.objects.visible_to(request.user, request.day).values("product")
    row = get_object_or_404(Product.objects.filter(pk__in=recognised).select_related("photo"), code=code)
    if row.photo is None or _photo(row) != request.path:
        raise Http404
    response = HttpResponse(public_image(row.photo, side=PHOTO_SIDE), content_type=PUBLIC_IMAGE_MIME)
    response["Cache-Control"] = "public, max-age=2592000, immutable"  # another photo has another address
    return response
