"""The receipt (phiếu tiếp nhận) of one filing as PDF or Word."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.kernel.pages.printing import printed
from ocop.kernel.text import slug

from ..receipt import receipt
from .workspace import found


@require_GET
def print_receipt(request: Request, code: str, number: int, kind: str) -> HttpResponse:
    """To whoever reads the dossier: what was handed in by that filing, with its seal."""
    dossier = found(request, code)
    filing = get_object_or_404(dossier.filings, number=number)
    address = f"https://{settings.OCOP_HOST}/r/{dossier.code}"
    paper = receipt(dossier, filing, address=address, rehearsal=settings.REHEARSAL)
    return printed(paper, f"phieu-tiep-nhan-{slug(dossier.number or dossier.code)}-lan-{number}", kind)
