"""Workshops, raw-material areas, points of sale: their list, and their forms, reached from the page of the subject."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ocop.accounts.http import Request
from ocop.areas.queries import commune_filter
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.refusal import allows
from ocop.kernel.text import fold
from ocop.kernel.time import vi_date

from .. import services
from ..forms_ideas import SiteForm
from ..models import Site, SiteKind, Subject
from ..permissions import check_may_keep
from ..words import SQUARE_METRES, area_words, capacity_words


def site_facts(site: Site, sees_position: bool) -> list[tuple[str, object]]:
    """Facts of a site; its position only for those who keep the subject and for the province's agency."""
    return [
        ("Nơi", ", ".join(part for part in (site.address, str(site.commune)) if part)),
        ("Diện tích", area_words(site.size)),
        ("Công suất", capacity_words(site)),
        *([("Tọa độ", site.position)] if sees_position and site.position else []),
        ("Dùng cho", _used_for(site) or "Chưa ghi sản phẩm"),
        *([("Ngừng dùng từ", vi_date(site.ended_on))] if site.ended_on else []),
    ]


def _shown_position(site: Site) -> str:
    return site.position if site.shows_position else ""  # type: ignore[attr-defined]  # annotated by the list


def _used_for(site: Site) -> str:
    return ", ".join(product.name for product in site.products.all())


def _in_use(rows: QuerySet[Site], values: list[str]) -> QuerySet[Site]:
    return rows.filter(ended_on__isnull=values == ["dang-dung"]) if len(values) == 1 else rows


def _search(rows: QuerySet[Site], text: str) -> QuerySet[Site]:
    for word in fold(text).split():
        rows = rows.filter(Q(folded__contains=word) | Q(subject__folded__contains=word))
    return rows


@login_required
@require_GET
def listing(request: Request) -> HttpResponse:
    """Sites of one's subjects, or of the subjects of one's area."""
    user, day = request.user, request.day
    rows = Site.objects.visible_to(user, day)
    communes = rows.order_by().values_list("commune", flat=True).distinct()
    found: Listing[Site] = Listing(
        request,
        rows.with_right_to_position(user, day).select_related("subject", "commune").prefetch_related("products"),
        columns=[
            Column("ten", "Cơ sở", lambda row: row.name, ("name",)),
            Column("loai", "Loại", lambda row: row.get_kind_display(), ("kind",)),
            Column("chu-the", "Chủ thể", lambda row: row.subject.name, ("subject__folded",)),
            Column("xa", "Xã, phường", lambda row: row.commune.full_name, ("commune__sort_key",)),
            Column("dia-chi", "Thôn, địa chỉ", lambda row: row.address),
            Column("dien-tich", "Diện tích (ha)", _hectares, ("size",), number=True),
            Column("cong-suat", "Công suất", lambda row: row.capacity, ("capacity",), number=True),
            Column("don-vi", "Đơn vị", lambda row: row.capacity_unit),
            Column("toa-do", "Tọa độ", _shown_position),
            Column("san-pham", "Dùng cho", _used_for),
            Column("ngung", "Ngừng dùng từ", lambda row: row.ended_on, ("ended_on",)),
        ],
        filters=[
            Filter(
                "loai",
                "Loại",
                [Option(value, label) for value, label in SiteKind.choices],
                lambda rows, values: rows.filter(kind__in=values),
            ),
            commune_filter(communes),
            Filter(
                "trang-thai",
                "Tình trạng",
                [Option("dang-dung", "Đang dùng"), Option("da-ngung", "Đã ngừng")],
                _in_use,
            ),
        ],
        search=_search,
        sort="chu-the",
    )
    if found.wants_file:
        return found.file("co-so")
    mine = Subject.objects.kept_by(user, day).order_by("pk")
    kept = set(mine.filter(pk__in=[row.subject_id for row in found.rows]).values_list("pk", flat=True))
    for row in found.rows:  # for the row's template
        row.hectares, row.used_for = _hectares(row), _used_for(row)  # type: ignore[attr-defined]
        row.shown_position = _shown_position(row)  # type: ignore[attr-defined]
        row.may_edit = row.subject_id in kept and row.ended_on is None  # type: ignore[attr-defined]
    own = list(mine[:2])
    context = {"listing": found, "may_add": bool(own), "only_subject": own[0] if len(own) == 1 else None}
    return render(request, "registry/sites.html", context)


def _hectares(site: Site) -> Decimal | None:
    return None if site.size is None else (Decimal(site.size) / SQUARE_METRES).normalize() + 0  # 30, not 3E+1


def _kept(request: Request, pk: int) -> Subject:
    """A subject that the user may write for; another is as good as absent."""
    rows = Subject.objects.visible_to(request.user, request.day).select_related("commune")
    found = get_object_or_404(rows, pk=pk)
    if not allows(check_may_keep, request.user, found, request.day):
        raise Http404
    return found


def _back(request: Request, subject: Subject) -> str:
    """The list as it was, for who came from there (?danh-sach= its query); else the page of the subject."""
    if "danh-sach" in request.GET:
        return f"{reverse('registry:sites')}?{QueryDict(request.GET['danh-sach']).urlencode()}"
    return reverse("registry:subject", args=[subject.pk])


def _save(request: Request, subject: Subject, site: Site | None) -> HttpResponse:
    form = SiteForm(request.POST or None, subject=subject, site=site, day=request.day)

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        saved = services.save_site(
            subject=subject, site=site, by=request.user, now=request.now, token=data.pop("once"), **data
        )
        messages.success(request, f"Đã lưu “{saved}”.")
        return redirect(_back(request, subject))

    if answer := form.carry_out(keep):
        return answer
    context = {"form": form, "subject": subject, "site": site, "back": _back(request, subject)}
    return render(request, "registry/site_form.html", context, status=form.status)


def add(request: Request, pk: int) -> HttpResponse:
    """Enter a site of a subject."""
    return _save(request, _kept(request, pk), None)


def edit(request: Request, pk: int, site_pk: int) -> HttpResponse:
    """Change a site."""
    subject = _kept(request, pk)
    site = get_object_or_404(subject.sites.select_related("commune"), pk=site_pk, ended_on=None)
    return _save(request, subject, site)


@require_POST
def end(request: Request, pk: int, site_pk: int) -> HttpResponse:
    """Write down that a site is no longer used from today on."""
    subject = _kept(request, pk)
    site = get_object_or_404(subject.sites.select_related("subject"), pk=site_pk, ended_on=None)
    services.end_site(site=site, version=site.version, on=request.day, by=request.user, now=request.now)
    messages.success(request, f"Đã ghi ngừng dùng “{site}”.")
    return redirect(_back(request, subject))
