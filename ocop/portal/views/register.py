"""The public register, one product, its photo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ocop.accounts.http import Request
from ocop.certificates.models import Recognition
from ocop.certificates.rules import status_of
from ocop.kernel.files import PUBLIC_IMAGE_MIME, public_image
from ocop.kernel.pages.listing import LONGEST_QUERY, QUERY, Chip, Column, Listing
from ocop.kernel.text import clean
from ocop.kernel.time import vi_date
from ocop.registry.models import Product

from .. import queries
from ..forms import DAY, MAP, as_of
from ..kept import kept
from ..rules import MAP_OF_2021, MAP_TODAY, AsOf, status_words, verdict

PER_PAGE = 24
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
    Column("keo-dai", "Kéo dài chậm nhất", lambda e: e.extended_to or ""),
    Column("so", "Số quyết định", lambda e: e.row.decision_number or "chưa rõ"),
    Column("ngay", "Ngày quyết định", lambda e: e.row.decision_day or "chưa rõ"),
    Column("co-quan", "Cơ quan công nhận", lambda e: e.row.organ_name or "chưa rõ"),
    Column("ma-cong-nhan", "Mã công nhận", lambda e: e.row.code),
    Column("nguon", "Nguồn", lambda e: e.row.source),
)


@dataclass
class Catalogue(Listing[Any]):
    """The list of the register; the day and the map asked for are conditions as well."""

    asked: AsOf = field(kw_only=True)

    @property
    def chips(self) -> list[Chip]:
        """All conditions. The codes of communes go with the map: another map may use them for other communes."""
        chips = super().chips
        if self.asked.day != self.asked.today:
            chips.append(Chip(f"Ngày {vi_date(self.asked.day)}", self._dropping(DAY)))
        if self.asked.map_day != self.asked.today:
            words = self.asked.map_words
            chips.append(Chip(words[0].upper() + words[1:], self._dropping(MAP, "xa")))
        return chips

    @property
    def clear(self) -> str:
        return self._dropping(QUERY, *self.chosen, DAY, MAP)

    @property
    def maps(self) -> list[tuple[str, str, bool]]:
        """The maps to choose from: words, address, whether it is this one."""
        named = {MAP_OF_2021: "2021", MAP_TODAY: "hiện nay"}
        return [(words, self._on_map(name), name == self.asked.map_name) for name, words in named.items()]

    def _on_map(self, name: str) -> str:
        def change(data: QueryDict) -> None:
            data.pop("xa", None)
            data[MAP] = name

        return self._address(change)

    def _dropping(self, *names: str) -> str:
        return self._address(lambda data: [data.pop(name, None) for name in names])


@require_safe
def products(request: Request) -> HttpResponse:
    """The register of a day by the map of a day: searched without accents, filtered, ordered, as a page or a file."""
    now = queries.stamp()
    asked, problems = as_of(request.GET, request.day)

    def build() -> HttpResponse:
        register = queries.register_as_of(asked, now)
        found = register.find(clean(request.GET.get(QUERY, ""))[:LONGEST_QUERY])
        chosen = {one.name: request.GET.getlist(one.name) for one in queries.ASPECTS}
        listing = Catalogue(
            request, cast(Any, found), COLUMNS, register.filters(found, chosen), search=lambda rows, _: rows,
            sort="phu-hop", per_page=PER_PAGE, asked=asked,
        )  # fmt: skip
        if listing.wants_file and not problems:
            listing.columns = SHEET
            return listing.file(_file_name(asked))
        values = {
            "listing": listing, "orders": COLUMNS, "asked": asked, "problems": problems,
            "typed_day": clean(request.GET.get(DAY, ""))[:30],
        }  # fmt: skip
        return render(request, "portal/products.html", values, status=422 if problems else 200)

    return kept(request, (now, request.day), build)


def _file_name(asked: AsOf) -> str:
    """san-pham-ocop-2024-10-15-dia-gioi-2021"""
    name = "san-pham-ocop"
    if asked.day != asked.today:
        name += f"-{asked.day.isoformat()}"
    return name if asked.map_day == asked.today else f"{name}-dia-gioi-{asked.map_name}"


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
    if row.photo is None or not row.photo.is_publishable:
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
