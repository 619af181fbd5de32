"""Readiness of a product before filing: papers, self-score, the way to each star."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.registry.queries import product_sets

from ..permissions import prepared_by
from ..readiness import readiness_for


@require_GET
def readiness(request: Request, code: str) -> HttpResponse:
    """?bo= tries another set than the product's own."""
    rows = prepared_by(request.user, request.day).select_related("subject", "product_set", "commune")
    product = get_object_or_404(rows, code=code)
    sets = product_sets()
    asked = request.GET.get("bo", "")
    chosen = next((one for one in sets if str(one.number) == asked), product.product_set)
    context = {
        "product": product,
        "sets": sets,
        "chosen": chosen,
        "tried": chosen is not None and chosen != product.product_set,
        "ready": readiness_for(request.user, product, chosen, request.day) if chosen else None,
    }
    return render(request, "dossiers/readiness.html", context)
