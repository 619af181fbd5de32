"""The receipt (phiếu tiếp nhận) of one filing as PDF or Word."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.kernel.text import slug

from ..receipt import receipt
from .files import PRINTS
from .workspace import found


@require_GET
def print_receipt(request: Request, code: str, number: int, kind: str) -> HttpResponse:
    """To whoever reads the dossier: what was handed in by that filing, with its seal."""
    dossier = found(request, code)
    if kind not in PRINTS:
        raise Http404
    filing = get_object_or_404(dossier.filings, number=number)
    address = f"https://{settings.OCOP_HOST}/r/{dossier.code}"
    paper = receipt(dossier, filing, address=address, rehearsal=settings.REHEARSAL)
    mime, make = PRINTS[kind]
    name = f"phieu-tiep-nhan-{slug(dossier.number or dossier.code)}-lan-{number}.{kind}"
    return HttpResponse(
        make(paper), content_type=mime, headers={"Content-Disposition": content_disposition_header(True, name) or ""}
    )
