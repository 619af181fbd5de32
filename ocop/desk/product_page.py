"""The page of one product: what the register, the dossiers and the recognitions say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ocop.accounts.models import User
from ocop.areas.queries import Undetermined, became
from ocop.certificates.models import Certificate, Recognition
from ocop.certificates.rules import IN_FORCE, Status, status_of
from ocop.dossiers.models import Dossier
from ocop.dossiers.permissions import Opening, opening
from ocop.kernel.text import slug
from ocop.registry.models import Product

from .queries import Held


@dataclass(frozen=True)
class Standing:
    """How a product stands: the recognition in force, else the newest one; what it was before.

    certificate  its paper, if one was printed; window  when a re-evaluation may be filed; earlier  newest first
    """

    held: Held
    certificate: Certificate | None
    window: Opening | None
    earlier: list[tuple[Recognition, Status | None]]
    public_path: str


def standing_of(product: Product, user: User, day: date) -> Standing:
    """Return how the product stands on a day: one query for all recognitions, one for the window."""
    rows = Recognition.objects.visible_to(user, day).filter(product=product)
    found = [
        (row, status_of(row, day))
        for row in rows.select_related("decision", "certificate__blob").order_by("-valid_from", "-pk")
    ]
    current = next((one for one in found if one[1] in IN_FORCE), found[0] if found else None)
    recognition, status = current or (None, None)
    return Standing(
        Held(product, recognition, status),
        getattr(recognition, "certificate", None),
        opening(product, day) if status in IN_FORCE else None,
        [one for one in found if one is not current],
        f"/san-pham/{slug(product.name)}-{product.code}/" if recognition else "",
    )


def dossiers_of(product: Product, user: User, day: date) -> list[Dossier]:
    """Return the dossiers of the product that the user may read, newest first."""
    return list(Dossier.objects.visible_to(user, day).filter(product=product).order_by("-created_at", "-pk"))


def facts_of(product: Product) -> list[tuple[str, object]]:
    """What the register says, as (label, value)."""
    group = product.product_set
    return [
        ("Mã của hệ thống", product.code),
        ("Mã số sản phẩm", product.official_code or "Cấp khi được đánh giá lần đầu"),
        ("Ngành", group.group.name if group else None),
        ("Nhóm", group.subgroup_name if group else None),
        ("Bộ sản phẩm", group),
        ("Nơi sản xuất", product.commune or product.place_note or None),
        ("Quy cách", product.specification or None),
        ("Giai đoạn", product.get_stage_display()),
        *([("Nguồn", product.source)] if product.source else []),
    ]


def is_placed(product: Product, day: date) -> bool:
    """Whether set and today's commune are known: without them no dossier."""
    commune = product.commune
    if product.product_set is None or commune is None:
        return False
    stands = commune.valid_to is None or day <= commune.valid_to
    return stands or not isinstance(became(commune, day), Undetermined)
