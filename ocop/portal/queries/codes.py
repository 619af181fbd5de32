"""What a code tells: a recognition, every recognition of a product."""

from __future__ import annotations

from django.db.models import F

from ocop.certificates.models import Recognition


def recognition(code: str) -> Recognition | None:
    """Find a recognition by its code, with all that its page shows."""
    joined = ("product__product_set", "decision", "end_decision", "certificate")
    return Recognition.objects.select_related(*joined).filter(code=code).first()


def history(product_id: int) -> list[Recognition]:
    """Every recognition of a product, newest first."""
    return list(
        Recognition.objects.filter(product_id=product_id)
        .select_related("decision", "certificate")
        .order_by(F("valid_from").desc(nulls_last=True), "-year", "-pk")
    )
