"""The page of a product, which stands over many rooms."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.certificates.queries import qr_text
from ocop.dossiers.permissions import check_may_open
from ocop.dossiers.rules import FINAL
from ocop.dossiers.words import tone_of
from ocop.kernel import audit, qr
from ocop.kernel.refusal import allows
from ocop.registry.forms import PhotoForm
from ocop.registry.models import Product, Stage
from ocop.registry.permissions import check_may_keep
from ocop.registry.words import EVENT_NAMES

from .. import product_page


@require_GET
def product(request: Request, code: str) -> HttpResponse:
    """One product: stars and validity, dossiers, facts, words, photo, what happened to it."""
    user, day = request.user, request.day
    rows = Product.objects.visible_to(user, day, merged=True).select_related(
        "subject", "product_set__group", "commune", "photo", "merged_into"
    )
    found = get_object_or_404(rows, code=code)
    standing = product_page.standing_of(found, user, day)
    recognition = standing.held.recognition
    acts = allows(check_may_open, user, found, day)
    kept = acts or (found.subject is not None and allows(check_may_keep, user, found.subject, day))
    filing = kept and found.stage == Stage.REGISTERED and found.merged_into is None
    to_place = filing and not product_page.is_placed(found, day)
    dossiers = product_page.dossiers_of(found, user, day)
    on_its_way = any(row.step not in FINAL for row in dossiers)
    context: dict[str, Any] = {
        "product": found,
        "standing": standing,
        "held": standing.held,
        "recognition": recognition,
        "qr": mark_safe(qr.svg(qr_text(recognition))) if recognition else "",  # noqa: S308  drawn by us from our own address
        "qr_address": qr_text(recognition) if recognition else "",
        "qr_path": f"/c/{recognition.code}" if recognition else "",
        "dossiers": [(row, *tone_of(row.step)) for row in dossiers],
        "kept": kept,
        "may_file": acts and filing and not to_place and not on_its_way,  # one open dossier a product
        "to_place": to_place,
        "photo_form": PhotoForm() if kept else None,
        "facts": product_page.facts_of(found),
        "events": [(EVENT_NAMES[entry.kind], entry) for entry in reversed(audit.timeline(found))],
    }
    return render(request, "desk/product.html", context)
