"""Recognitions of other organs and times as their sources tell; a newer recognition takes an older one's place."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ocop.documents.models import Document
from ocop.documents.services import record_foreign_document
from ocop.dossiers.services import close_window, open_window
from ocop.kernel import audit, codes, public
from ocop.registry.models import Product

from ..models import Recognition
from ..rules import end_of


def replace_older(
    *, product: Product, day: date, decision: Document, by: audit.HasActor | audit.Actor, now: datetime
) -> None:
    """End what is in force on that day: the older recognition is over where the newer begins, without a gap."""
    for old in Recognition.objects.in_force_on(day).filter(product=product).order_by("pk"):
        Recognition.objects.filter(pk=old.pk).update(
            ended_on=day, end_kind="replaced", end_reason=f"Thay bằng {decision}", end_decision=decision
        )
        if old.valid_until:
            close_window(product=product, valid_until=old.valid_until)
        audit.record("recognition.replaced", old, by=by, at=now, after={"decision": decision.number, "on": day})


@transaction.atomic
def record_recognition(
    *,
    product: Product,
    stars: int | None,
    level: str,
    organ_name: str,
    number: str,
    decided_on: date | None,
    year: int | None,
    source: str,
    by: audit.HasActor | audit.Actor,
    now: datetime,
) -> Recognition:
    """Record a recognition of another organ or time as its source tells: unknown parts stay unknown.

    Without a day of issue it counts as ever recognised, never as in force. It prints no certificate. Sources come in
    any order: of two that overlap the one that began later goes on, the other ends there.
    """
    decision = record_foreign_document(
        organ_name=organ_name,
        kind="QĐ",
        number=number,
        day=decided_on,
        year=year,
        summary="Công nhận sản phẩm OCOP",
        now=now,
    )
    later = None
    if decided_on:
        replace_older(product=product, day=decided_on, decision=decision, by=by, now=now)
        newer = Recognition.objects.filter(
            product=product, valid_from__gt=decided_on, valid_from__lte=end_of(decided_on)
        )
        later = newer.select_related("decision").order_by("valid_from", "pk").first()
    recognition = Recognition.objects.create(
        code=codes.new(codes.LONG),
        product=product,
        basis=Recognition.RECORDED,
        decision=decision,
        level=level,
        organ_name=organ_name,
        stars=stars,
        year=year,
        valid_from=decided_on,
        valid_until=end_of(decided_on) if decided_on else None,
        ended_on=later.valid_from if later else None,
        end_kind="replaced" if later else "",
        end_reason=f"Thay bằng {later.decision}" if later else "",
        end_decision=later.decision if later else None,
        source=source[:300],
        subject_name=product.subject.name if product.subject else "",
        place_name=product.commune.full_name if product.commune else product.place_note,
    )
    if recognition.valid_until and later is None:
        open_window(product=product, valid_until=recognition.valid_until, based_on=str(decision))
    audit.record("recognition.recorded", recognition, by=by, at=now, after={"stars": stars, "source": source})
    public.changed()
    return recognition
