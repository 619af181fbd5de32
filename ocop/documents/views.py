"""The register of documents (sổ văn bản): list, one paper, its signed copy."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.kernel import audit, files
from ocop.kernel.files.kinds import KINDS
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.refusal import allows
from ocop.kernel.text import slug
from ocop.kernel.time import vi_date

from . import services
from .forms import SignedForm
from .models import Document
from .permissions import check_may_attach
from .words import EVENT_NAMES

COLUMNS = (
    Column("so", "Số, ký hiệu", lambda row: row.number or "chưa rõ số", ("number",)),
    Column("loai", "Loại", lambda row: row.get_kind_display(), ("kind",)),
    Column("ngay", "Ngày", lambda row: row.day, ("day",)),
    Column("co-quan", "Cơ quan ban hành", lambda row: row.organ_name, ("organ_name",)),
    Column("trich-yeu", "Trích yếu", lambda row: row.summary),
    Column("ban-ky", "Bản đã ký", lambda row: "có" if row.blob_id else "chưa", ("blob",)),
)
FILTERS = (
    Filter(
        "loai",
        "Loại",
        [Option(kind, name) for kind, name in Document.KINDS],
        lambda rows, values: rows.filter(kind__in=values),
    ),
    Filter(
        "ban-ky",
        "Bản đã ký",
        [Option("co", "Có"), Option("chua", "Chưa có")],
        lambda rows, values: rows.filter(blob__isnull="chua" in values) if len(values) == 1 else rows,
    ),
    Filter(
        "nguon",
        "Nguồn",
        [Option("vao-so", "Vào sổ ở đây"), Option("ghi-lai", "Ghi lại từ nguồn khác")],
        lambda rows, values: rows.filter(organ__isnull="ghi-lai" in values) if len(values) == 1 else rows,
    ),
)


@login_required
def listing(request: Request) -> HttpResponse:
    if not request.user.appointments_on(request.day):
        raise Http404
    rows = Listing(
        request,
        Document.objects.visible_to(request.user, request.day),
        COLUMNS,
        FILTERS,
        search=lambda rows, q: rows.filter(number__icontains=q) | rows.filter(summary__icontains=q),
        sort="-ngay",
    )
    if rows.wants_file:
        return rows.file("van-ban")
    return render(request, "documents/documents.html", {"listing": rows})


def _document(request: Request, pk: int) -> Document:
    found = Document.objects.visible_to(request.user, request.day).select_related("organ", "blob", "recorded_by")
    return get_object_or_404(found, pk=pk)


def document(request: Request, pk: int) -> HttpResponse:
    """One paper: what the register says, its signed copy with hash, who and when; a post attaches the copy."""
    row = _document(request, pk)
    if request.method == "POST":
        check_may_attach(request.user, row, request.day)
    form = SignedForm(request.POST or None, request.FILES or None, replaces=row.blob is not None)
    if answer := form.carry_out(lambda: _attached(request, row, form)):
        return answer
    facts = [
        ("Loại", row.get_kind_display()),
        ("Số, ký hiệu", row.number or "chưa rõ"),
        ("Ngày ban hành", vi_date(row.day)),
        ("Cơ quan ban hành", row.organ_name),
        ("Trích yếu", row.summary),
        ("Người vào sổ", row.recorded_by.name if row.recorded_by else "ghi lại từ nguồn"),
    ]
    context = {
        "document": row,
        "facts": facts,
        "form": form if allows(check_may_attach, request.user, row, request.day) else None,
        "events": [(EVENT_NAMES[entry.kind], entry) for entry in reversed(audit.timeline(row))],
    }
    return render(request, "documents/document.html", context, status=form.status)


def _attached(request: Request, row: Document, form: SignedForm) -> HttpResponse:
    data = form.cleaned_data
    stored = files.store(data["file"], data["file"].name, now=request.now, allow=("pdf", "jpg", "png"))
    services.attach_signed(
        document=row,
        stored=stored,
        reason=data.get("reason", ""),
        by=request.user,
        now=request.now,
        token=data["once"],
    )
    messages.success(request, "Đã gắn bản đã ký.")
    return redirect(row)


@require_GET
def signed(request: Request, pk: int) -> HttpResponse:
    """The signed copy; ?xem shows it in a tab."""
    row = _document(request, pk)
    if row.blob is None:
        raise Http404
    ending = next(kind.code for kind in KINDS.values() if kind.mime == row.blob.mime)
    name = f"{slug(f'{row.get_kind_display()} {row.number}')}.{ending}"
    return files.serve(row.blob, name, inline_preview="xem" in request.GET)
