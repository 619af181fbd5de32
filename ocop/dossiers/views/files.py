"""What leaves a dossier as a file: pinned papers, forms 01, 02, 03."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.kernel import files
from ocop.kernel.papers.pdf import to_pdf
from ocop.kernel.papers.word import to_docx
from ocop.kernel.text import slug

from ..models import CommuneAssessment
from ..papers import form_01, form_02, form_03
from ..permissions import actors_of
from ..workspace import sees_self_score, sheet_for
from .workspace import found

PRINTS = {"pdf": ("application/pdf", to_pdf), "docx": (files.KINDS["docx"].mime, to_docx)}


@require_GET
def evidence(request: Request, code: str, evidence: int) -> HttpResponse:
    """A paper pinned to the dossier, to whoever reads the dossier; ?xem=1 shows it in the page."""
    sheet = sheet_for(request.user, found(request, code), request.day)
    pinned = {paper.evidence.pk: paper.evidence for line in sheet.lines.values() for paper in line.papers}
    if evidence not in pinned:
        raise Http404
    row = pinned[evidence]
    return files.serve(row.blob, row.file_name, inline_preview="xem" in request.GET)


@require_GET
def print_form(request: Request, code: str, form: str, kind: str) -> HttpResponse:
    """Mẫu số 01, 02 or 03 as PDF or Word."""
    dossier = found(request, code)
    if kind not in PRINTS:
        raise Http404
    told = sees_self_score(request.user, dossier, request.day)
    if form == "01":
        paper = form_01(dossier, day=request.day, rehearsal=settings.REHEARSAL)
    elif form == "02" and told:
        sheet = sheet_for(request.user, dossier, request.day)
        restricted = bool(actors_of(request.user, dossier, request.day))
        paper = form_02(dossier, sheet, day=request.day, restricted=restricted, rehearsal=settings.REHEARSAL)
    elif form == "03":
        assessment = get_object_or_404(CommuneAssessment.objects.filter(dossier=dossier))
        restricted = bool(actors_of(request.user, dossier, request.day))
        paper = form_03(dossier, assessment, day=request.day, restricted=restricted, rehearsal=settings.REHEARSAL)
    else:
        raise Http404
    mime, make = PRINTS[kind]
    name = f"mau-{form}-{slug(dossier.number or dossier.product.name)}.{kind}"
    return HttpResponse(
        make(paper), content_type=mime, headers={"Content-Disposition": content_disposition_header(True, name) or ""}
    )
