"""The archive (bản lưu) of one dossier: asked for, its progress, and its download."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.kernel import files, jobs
from ocop.kernel.text import slug

from .. import services
from ..models import Archive
from ..permissions import check_may_archive
from ..services.archiving import ARCHIVE_DAYS, ARCHIVE_JOB
from .workspace import found, frame


def archives(request: Request, code: str) -> HttpResponse:
    """One's own archives of the dossier; a post wants a new one."""
    dossier = found(request, code)
    check_may_archive(request.user, dossier, request.day)
    if request.method == "POST":
        services.want_archive(dossier=dossier, by=request.user, now=request.now)
        messages.success(request, "Đang tạo bản lưu. Có thể rời trang này, bản lưu vẫn được tạo.")
        return redirect("dossiers:archives", dossier.code)
    rows = Archive.objects.visible_to(request.user, request.day).filter(dossier=dossier)
    found_rows = list(rows.select_related("blob").order_by("-pk"))
    coming = jobs.pending(ARCHIVE_JOB, [row.pk for row in found_rows])
    shown = [
        (row, 100 * row.done_files // row.all_files if row.all_files else 0, str(row.pk) in coming)
        for row in found_rows
    ]
    context = {
        **frame(request, dossier),
        "archives": shown,
        "coming": bool(coming),
        "days": ARCHIVE_DAYS,
    }
    return render(request, "dossiers/archives.html", context)


@require_GET
def download(request: Request, code: str, number: int) -> HttpResponseBase:
    """The ZIP, to who asked for it and still may have it."""
    dossier = found(request, code)
    check_may_archive(request.user, dossier, request.day)
    rows = Archive.objects.visible_to(request.user, request.day).filter(dossier=dossier).exclude(blob=None)
    row = get_object_or_404(rows.select_related("blob"), pk=number)
    assert row.blob is not None
    return files.serve_large(row.blob, f"{slug(dossier.number or dossier.code)}-den-lan-nop-{row.filing}.zip")
