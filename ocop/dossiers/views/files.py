"""What leaves a dossier as a file: pinned papers, forms 01, 02, 03."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.kernel import files
from ocop.kernel.pages.printing import printed
from ocop.kernel.text import slug
from ocop.registry.models import Evidence
from ocop.registry.words import printed_on, state_of

from ..models import CommuneAssessment, Dossier
from ..papers import form_01, form_02, form_03
from ..permissions import actors_of, sees_self_score
from ..queries import papers_seen_by
from ..words import tone_of
from ..workspace import sheet_for
from .workspace import found


def _paper(request: Request, code: str, evidence: int) -> Evidence:
    """A paper of the dossier, to whoever reads the dossier."""
    papers = papers_seen_by(request.user, found(request, code), request.day)
    return get_object_or_404(papers.select_related("blob", "kind"), pk=evidence)


def preview_in(dossier: Dossier, evidence: Evidence) -> files.Preview:
    """Return what can be shown of a paper at its addresses in the dossier."""
    return files.preview_of(
        evidence.file, evidence.name, reverse("dossiers:evidence", args=[dossier.code, evidence.pk])
    )


@require_GET
def evidence(request: Request, code: str, evidence: int) -> HttpResponse:
    """The very file of a paper; ?xem=1 shows it in a tab."""
    row = _paper(request, code, evidence)
    part = request.headers.get("Range", "")
    return files.serve(row.file, row.file_name, inline_preview="xem" in request.GET, part=part)


@require_GET
def evidence_page(request: Request, code: str, evidence: int, number: int) -> HttpResponse:
    """One page of a paper as a picture, numbered from 1; ?nho a small one."""
    return files.serve_page(_paper(request, code, evidence).file, number, small="nho" in request.GET)


@require_GET
def paper(request: Request, code: str, evidence: int) -> HttpResponse:
    """A paper alone: its pages one below the other, what is printed on it, where it is pinned."""
    dossier = found(request, code)
    row = _paper(request, code, evidence)
    sheet = sheet_for(request.user, dossier, request.day)
    lines = [
        line
        for line in sheet.lines.values()
        if any(evidence in (paper.evidence.pk, paper.pinned) for paper in line.papers)
    ]
    if not lines:
        raise Http404
    tone, icon = tone_of(dossier.step)
    context = {
        "dossier": dossier,
        "tone": tone,
        "icon": icon,
        "evidence": row,
        "state": state_of(row, request.day),
        "lines": lines,
        "facts": printed_on(row),
        "preview": preview_in(dossier, row),
    }
    return render(request, "dossiers/paper.html", context)


@require_GET
def print_form(request: Request, code: str, form: str, kind: str) -> HttpResponse:
    """Mẫu số 01, 02 or 03 as PDF or Word."""
    dossier = found(request, code)
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
    return printed(paper, f"mau-{form}-{slug(dossier.number or dossier.product.name)}", kind)
