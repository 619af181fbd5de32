"""The evidence wallet (kho giấy tờ): one paper serves many criteria and products."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.kernel import audit, files
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.refusal import Refusal

from .. import services
from ..forms import WalletForm
from ..models import Evidence, EvidenceKind, Subject
from ..words import EVENT_NAMES, LAPSING, named, printed_on, state_of

STATES = [Option("con-han", "Còn hạn"), Option("sap-het-han", "Sắp hết hạn"), Option("het-han", "Hết hạn")]


def _found(request: Request, pk: int) -> Evidence:
    rows = Evidence.objects.visible_to(request.user, request.day)
    return get_object_or_404(rows.select_related("subject", "kind", "blob"), pk=pk)


def _by_state(day: date, rows: QuerySet[Evidence], values: list[str]) -> QuerySet[Evidence]:
    lapsed = Q(valid_until__lt=day)
    lapsing = Q(valid_until__gte=day, valid_until__lte=day + LAPSING)
    chosen = Q(pk__in=[])
    for value in values:
        chosen |= {"het-han": lapsed, "sap-het-han": lapsing}.get(value, ~lapsed | Q(valid_until=None))
    return rows.filter(chosen)


def _search(rows: QuerySet[Evidence], text: str) -> QuerySet[Evidence]:
    return rows.filter(Q(name__icontains=text) | Q(number__icontains=text) | Q(file_name__icontains=text))


@login_required
@require_GET
def listing(request: Request) -> HttpResponse:
    """Papers of one's subjects, or of the subjects of one's area."""
    day = request.day
    kinds = [Option(kind.code, kind.name) for kind in EvidenceKind.objects.order_by("position")]
    found: Listing[Evidence] = Listing(
        request,
        Evidence.objects.visible_to(request.user, day).select_related("subject", "kind", "blob"),
        columns=[
            Column("ten", "Giấy tờ", lambda row: row.name, ("name",)),
            Column("loai", "Loại", lambda row: row.kind.name, ("kind__position",)),
            Column("so", "Số, ký hiệu", lambda row: row.number),
            Column("cap", "Ngày cấp", lambda row: row.valid_from, ("valid_from",)),
            Column("han", "Hiệu lực", lambda row: row.valid_until, ("valid_until",)),
            Column("chu-the", "Chủ thể", lambda row: row.subject.name, ("subject__folded",)),
            Column("tep", "Tệp", lambda row: row.file_name),
        ],
        filters=[
            Filter("trang-thai", "Hiệu lực", STATES, lambda rows, values: _by_state(day, rows, values)),
            Filter("loai", "Loại giấy tờ", kinds, lambda rows, values: rows.filter(kind__code__in=values)),
        ],
        search=_search,
        sort="loai",
    )
    if found.wants_file:
        return found.file("giay-to")
    states = [state_of(row, day) for row in found.rows]
    for row, state in zip(found.rows, states, strict=True):
        row.state = state  # type: ignore[attr-defined]  # for the row's template
    may_add = Subject.objects.kept_by(request.user, day).exists()
    return render(request, "registry/papers.html", {"listing": found, "may_add": may_add})


@login_required
def add(request: Request) -> HttpResponse:
    """Take a paper into the wallet: the bytes first, then the row and its event."""
    subjects = Subject.objects.kept_by(request.user, request.day).order_by("folded")
    form = WalletForm(request.POST or None, request.FILES or None, subjects=subjects)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = dict(form.cleaned_data)
            try:
                papers = files.take(data.pop("file"), by=request.user, now=request.now)
                made = services.add_papers(
                    papers=papers, by=request.user, now=request.now, token=data.pop("once"), **data
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"Đã đưa {named(made)} vào kho giấy tờ.")
                return redirect("registry:papers")
    return render(request, "registry/paper_form.html", {"form": form}, status=status)


@require_GET
def paper(request: Request, pk: int) -> HttpResponse:
    """One paper: its pages, what is printed on it, what happened to it."""
    found = _found(request, pk)
    facts = [*printed_on(found), ("Chủ thể", found.subject)]
    context = {
        "paper": found,
        "preview": files.preview_of(found.blob, found.name, reverse("registry:paper_file", args=[found.pk])),
        "state": state_of(found, request.day),
        "facts": facts,
        "events": [(EVENT_NAMES[entry.kind], entry) for entry in reversed(audit.timeline(found))],
    }
    return render(request, "registry/paper.html", context)


@require_GET
def file(request: Request, pk: int) -> HttpResponse:
    """The very bytes that were handed in; ?xem=1 shows them in a tab."""
    found = _found(request, pk)
    part = request.headers.get("Range", "")
    return files.serve(found.blob, found.file_name, inline_preview="xem" in request.GET, part=part)


@require_GET
def file_page(request: Request, pk: int, number: int) -> HttpResponse:
    """One page of a paper as a picture, numbered from 1; ?nho a small one."""
    return files.serve_page(_found(request, pk).blob, number, small="nho" in request.GET)
