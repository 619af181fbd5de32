"""What the pages of assisted entry show of a subject: consent, code, products, dossiers."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ocop.accounts.models import Role, User
from ocop.dossiers.models import Dossier, Gap
from ocop.dossiers.rules import FINAL
from ocop.kernel.models import Blob
from ocop.registry.models import ClaimCode, Consent, Product, Subject, SubjectMember, local_reach

_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/webp": "webp"}


def subjects_here(rows: QuerySet[Subject], user: User, day: date) -> QuerySet[Subject]:
    """Narrow subjects to those of the officer's commune, each with `agreed`, `has_account`, `underway` (dossiers)."""
    here = local_reach(user, day, "commune", (Role.COMMUNE_OFFICER,))
    members = SubjectMember.objects.in_force_on(day).filter(subject=OuterRef("pk"))
    unfinished = Dossier.objects.exclude(step__in=FINAL).filter(subject=OuterRef("pk")).order_by().values("subject")
    return (
        rows.filter(here)
        .select_related("kind")
        .annotate(
            agreed=Exists(Consent.objects.in_force().filter(subject=OuterRef("pk"))),
            has_account=Exists(members),
            underway=Coalesce(Subquery(unfinished.annotate(n=Count("pk")).values("n")), 0),
        )
    )


def consent_of(subject: Subject) -> Consent | None:
    """Return the consent in force."""
    return subject.consents.in_force().select_related("recorded_by", "scan").first()


def open_code(subject: Subject, now: datetime) -> ClaimCode | None:
    """Return the claim code that waits to be used; what it reads nobody knows any more."""
    return ClaimCode.objects.open_at(now).filter(subject=subject).first()


def products_of(subject: Subject, user: User, day: date) -> list[Product]:
    """Return the products of the subject that the officer may read."""
    rows = Product.objects.visible_to(user, day).filter(subject=subject)
    return list(rows.select_related("product_set").order_by("search", "pk"))


def dossiers_of(subject: Subject, user: User, day: date) -> list[Dossier]:
    """Return the open dossiers of the subject that the officer may read, what moved last on top.

    Each with `told`: the gaps that the subject was told and that are not settled, by number.
    """
    rows = Dossier.objects.visible_to(user, day).filter(subject=subject).exclude(step__in=FINAL)
    gaps = Gap.objects.pending().exclude(sent_at=None).order_by("number")
    return list(
        rows.select_related("product").prefetch_related(Prefetch("gaps", gaps, "told")).order_by("-step_since", "-pk")
    )


def ending(blob: Blob) -> str:
    return _ENDINGS.get(blob.mime, "jpg")
