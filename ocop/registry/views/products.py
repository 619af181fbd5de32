"""Products of those who sign in: list, entry, photo. The page of one product stands over many rooms: desk."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.areas.queries import commune_filter
from ocop.kernel import files
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.refusal import allows
from ocop.kernel.text import fold

from .. import queries, services
from ..forms import PhotoForm, PlaceForm, ProductForm, ProductTextForm
from ..models import STAGE_CHOICES, Product, Stage, Subject
from ..permissions import check_may_keep
from .duplicates import ask_apart, with_links

THUMBNAIL = 480  # px, the longest side of the picture on lists and pages


def _found(request: Request, code: str) -> Product:
    rows = Product.objects.visible_to(request.user, request.day, merged=True).select_related("merged_into")
    return get_object_or_404(rows.select_related("subject", "product_set__group", "commune", "photo"), code=code)


def _kept(request: Request, code: str) -> Product:
    """A product that the user may write; another is as good as absent."""
    product = _found(request, code)
    if product.subject is None or not allows(check_may_keep, request.user, product.subject, request.day):
        raise Http404
    return product


def _search(rows: QuerySet[Product], text: str) -> QuerySet[Product]:
    for word in fold(text).split():
        rows = rows.filter(search__contains=word)
    return rows


@login_required
@require_GET
def listing(request: Request) -> HttpResponse:
    """Products of one's subjects, or of one's area."""
    rows = Product.objects.visible_to(request.user, request.day)
    sets = [Option(str(one.number), str(one)) for one in queries.product_sets()]
    stages = [Option(stage, label) for stage, label in STAGE_CHOICES]
    found: Listing[Product] = Listing(
        request,
        rows.select_related("subject", "product_set", "commune", "photo"),
        columns=[
            Column("ten", "Sản phẩm", lambda row: row.name, ("search",)),
            Column("ma", "Mã", lambda row: row.code),
            Column("chu-the", "Chủ thể", lambda row: row.subject and row.subject.name, ("subject__folded",)),
            Column("bo", "Bộ sản phẩm", lambda row: row.product_set and str(row.product_set), ("product_set__number",)),
            Column("xa", "Xã, phường", lambda row: row.commune and row.commune.full_name, ("commune__sort_key",)),
            Column("giai-doan", "Giai đoạn", lambda row: row.get_stage_display()),
        ],
        filters=[
            Filter("bo", "Bộ sản phẩm", sets, lambda rows, values: rows.filter(product_set__number__in=values)),
            commune_filter(rows.order_by().values_list("commune", flat=True).distinct()),
            Filter("trang-thai", "Giai đoạn", stages, lambda rows, values: rows.filter(stage__in=values)),
        ],
        search=_search,
        sort="ten",
    )
    if found.wants_file:
        return found.file("san-pham")
    may_add = Subject.objects.kept_by(request.user, request.day).exists()
    return render(request, "registry/products.html", {"listing": found, "may_add": may_add})


@login_required
def add(request: Request) -> HttpResponse:
    """Register a product of one of the user's subjects."""
    form = ProductForm(request.POST or None, user=request.user, day=request.day)
    alike: list[queries.Likeness] = []

    def register() -> HttpResponse | None:
        data = dict(form.cleaned_data)
        alike.extend(queries.alike_products(data["name"], data["subject"], data["commune"]))
        if not ask_apart(form, alike):
            return None
        token = data.pop("once")
        product = services.add_product(by=request.user, now=request.now, stage=Stage.REGISTERED, token=token, **data)
        messages.success(request, f"Đã đăng ký sản phẩm “{product}”. Thêm ảnh bao bì, rồi lập hồ sơ.")
        return redirect(product)

    if answer := form.carry_out(register):
        return answer
    if not alike:
        del form.fields["apart"]
    context = {"form": form, "alike": with_links(request, alike)}
    return render(request, "registry/product_form.html", context, status=form.status)


def edit(request: Request, code: str) -> HttpResponse:
    """Change the words of a product."""
    found = _kept(request, code)
    initial = {name: getattr(found, name) for name in ("name", "specification", "description", "story", "version")}
    form = ProductTextForm(request.POST or None, initial=initial)

    def keep() -> HttpResponse:
        services.change_product(product=found, by=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, "Đã lưu thông tin sản phẩm.")
        return redirect(found)

    return form.carry_out(keep) or render(
        request, "registry/product_form.html", {"form": form, "product": found}, status=form.status
    )


def place(request: Request, code: str) -> HttpResponse:
    """Enter set and commune where the source left them open, or the part of a split commune."""
    found = _kept(request, code)
    form = PlaceForm(request.POST or None, product=found, day=request.day)

    def keep() -> HttpResponse:
        services.place_product(product=found, by=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, "Đã lưu bộ sản phẩm và nơi sản xuất.")
        return redirect(found)

    return form.carry_out(keep) or render(
        request, "registry/product_form.html", {"form": form, "product": found}, status=form.status
    )


@require_GET
def photo(request: Request, code: str) -> HttpResponse:
    """The picture of the pack as it may be published: small, without place and time."""
    found = _found(request, code)
    if found.photo is None or not found.photo.is_publishable:
        raise Http404
    return HttpResponse(files.public_image(found.photo, side=THUMBNAIL), content_type=files.PUBLIC_IMAGE_MIME)


def change_photo(request: Request, code: str) -> HttpResponse:
    """Take in another picture of the pack."""
    found = _kept(request, code)
    form = PhotoForm(request.POST or None, request.FILES or None)

    def keep() -> HttpResponse:
        given = form.cleaned_data["photo"]
        [stored] = files.take(given, by=request.user, now=request.now, allow=files.IMAGES)
        services.set_photo(product=found, stored=stored, by=request.user, now=request.now)
        messages.success(request, "Đã đổi ảnh sản phẩm.")
        return redirect(found)

    return form.carry_out(keep) or render(
        request, "registry/product_form.html", {"form": form, "product": found}, status=form.status
    )
