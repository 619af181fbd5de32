"""Workshops, raw-material areas, points of sale: on the page of their subject."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ocop.accounts.http import Request
from ocop.kernel.refusal import Refusal, allows
from ocop.kernel.time import vi_date

from .. import services
from ..forms_ideas import SiteForm
from ..models import Site, Subject
from ..permissions import check_may_keep
from ..words import area_words, capacity_words


def site_facts(site: Site, sees_position: bool) -> list[tuple[str, object]]:
    """Facts of a site; its position only for those who keep the subject and for the province's agency."""
    names = ", ".join(product.name for product in site.products.all())
    return [
        ("Nơi", ", ".join(part for part in (site.address, str(site.commune)) if part)),
        ("Diện tích", area_words(site.size)),
        ("Công suất", capacity_words(site)),
        *([("Tọa độ", site.position)] if sees_position and site.position else []),
        ("Dùng cho", names or "Chưa ghi sản phẩm"),
        *([("Ngừng dùng từ", vi_date(site.ended_on))] if site.ended_on else []),
    ]


def _kept(request: Request, pk: int) -> Subject:
    """A subject that the user may write for; another is as good as absent."""
    rows = Subject.objects.visible_to(request.user, request.day).select_related("commune")
    found = get_object_or_404(rows, pk=pk)
    if not allows(check_may_keep, request.user, found, request.day):
        raise Http404
    return found


def _save(request: Request, subject: Subject, site: Site | None) -> HttpResponse:
    form = SiteForm(request.POST or None, subject=subject, site=site, day=request.day)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = dict(form.cleaned_data)
            try:
                saved = services.save_site(
                    subject=subject, site=site, by=request.user, now=request.now, token=data.pop("once"), **data
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"Đã lưu “{saved}”.")
                return redirect("registry:subject", subject.pk)
    context = {"form": form, "subject": subject, "site": site}
    return render(request, "registry/site_form.html", context, status=status)


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
    return redirect("registry:subject", subject.pk)
