"""Writing products."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from ocop.accounts.models import User
from ocop.areas.models import Area
from ocop.areas.queries import became
from ocop.kernel import audit, codes, once, public, series
from ocop.kernel.files import Stored
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean, fold
from ocop.kernel.time import day_of

from ..models import Product, ProductSet, Stage, StageChange, Subject
from ..permissions import check_may_keep

PRODUCT_FIELDS = frozenset({"name", "specification", "description", "story"})


def _search(name: str, subject: Subject | None, commune: Area | None) -> str:
    """The folded words by which a product is found: its name, its subject, its commune."""
    parts = [name, subject.name if subject else "", commune.full_name if commune else ""]
    return fold(" ".join(parts))[:700]


def alive(subject: Subject) -> QuerySet[Product]:
    """Products of a subject whose names are taken: those withdrawn or merged into another are not."""
    return subject.products.filter(merged_into=None).exclude(stage=Stage.WITHDRAWN).order_by("pk")


def _check_new_name(others: Iterable[Product], name: str) -> None:
    """Refuse a name that another product of the subject has, accents and case aside."""
    same = next((row for row in others if fold(row.name) == fold(name)), None)
    if same is not None:
        raise Refusal("Chưa lưu sản phẩm.", f"Chủ thể đã có sản phẩm “{same}”.", "Mở sản phẩm đó.")


@transaction.atomic
def add_product(
    *,
    subject: Subject | None,
    name: str,
    product_set: ProductSet | None,
    commune: Area | None,
    by: audit.HasActor | audit.Actor,
    now: datetime,
    stage: str = Stage.REGISTERED,
    is_sample: bool = False,
    source: str = "",
    place_note: str = "",
    token: str = "",
    apart: str = "",
    **details: str,
) -> Product:
    """Enter a product of a subject (or, from a source that names none, of nobody yet) and its first stage.

    apart  why it is another product than those alike, in the words of the person who looked at them
    :raises Refusal: no name, or the subject has a product of the same name
    """
    once.claim(token, now=now)
    if isinstance(by, User):
        if subject is None:
            raise Refusal("Chưa lưu sản phẩm.", "Sản phẩm chưa có chủ thể.", "Chọn chủ thể trước.")
        check_may_keep(by, subject, day_of(now))
    name = clean(name)
    if not name:
        raise Refusal("Chưa lưu sản phẩm.", "Chưa có tên.", "Nhập tên sản phẩm.")
    if extra := set(details) - PRODUCT_FIELDS:
        raise ValueError(f"not writable: {extra}")
    search = _search(name, subject, commune)
    if subject is not None:
        _check_new_name(alive(subject), name)
    product = Product.objects.create(
        code=codes.new(codes.SHORT),
        name=name,
        search=search,
        subject=subject,
        product_set=product_set,
        commune=commune,
        stage=stage,
        is_sample=is_sample,
        source=source,
        place_note=place_note,
        **{key: clean(value) for key, value in details.items()},
    )
    StageChange.objects.create(product=product, stage=stage, day=day_of(now), actor=str(audit.actor_of(by)))
    audit.record("product.added", product, by=by, at=now, reason=clean(apart), after={"name": name, "stage": stage})
    return product


@transaction.atomic
def change_product(*, product: Product, version: int, by: User, now: datetime, **values: str) -> None:
    """Change the writable fields of a product: compare and set, one event."""
    if product.subject is None:
        raise Refusal("Chưa lưu.", "Sản phẩm chưa có chủ thể.", "Gắn chủ thể trước.")
    check_may_keep(by, product.subject, day_of(now))
    if extra := set(values) - PRODUCT_FIELDS:
        raise ValueError(f"not writable: {extra}")
    values = {key: clean(value) for key, value in values.items()}
    if "name" in values and not values["name"]:
        raise Refusal("Chưa lưu.", "Chưa có tên.", "Nhập tên sản phẩm.")
    if "name" in values:
        _check_new_name(alive(product.subject).exclude(pk=product.pk), values["name"])
    before = {key: getattr(product, key) for key in values}
    name = values.get("name", product.name)
    same = Product.objects.filter(pk=product.pk, version=version)
    search = _search(name, product.subject, product.commune)
    if not same.update(**values, search=search, version=F("version") + 1):
        raise Moved("Chưa lưu.")
    if name != product.name:
        public.changed()
    product.refresh_from_db()
    audit.record("product.changed", product, by=by, at=now, before=before, after=values)


@transaction.atomic
def place_product(
    *, product: Product, version: int, product_set: ProductSet, commune: Area, by: User, now: datetime
) -> None:
    """Enter the set and the commune of a product where they are not known, or name the part of a split commune.

    A known set stays: the papers of the product stand on it.
    :raises Refusal: no right, the set is known to be another, or the commune took no part of the known one
    """
    if product.subject is None:
        raise Refusal("Chưa lưu.", "Sản phẩm chưa có chủ thể.", "Gắn chủ thể trước.")
    check_may_keep(by, product.subject, day_of(now))
    if product.product_set not in (None, product_set):
        raise Refusal("Chưa lưu.", f"Sản phẩm đã thuộc bộ {product.product_set}.", "Đăng ký sản phẩm mới cho bộ khác.")
    if product.commune and product.commune != commune:
        became(product.commune, day_of(now), choice=commune)
    same = Product.objects.filter(pk=product.pk, version=version)
    search = _search(product.name, product.subject, commune)
    if not same.update(product_set=product_set, commune=commune, search=search, version=F("version") + 1):
        raise Moved("Chưa lưu.")
    before = {"set": product.product_set and product.product_set.number, "commune": product.commune_id}
    product.refresh_from_db()
    after = {"set": product_set.number, "commune": commune.pk}
    public.changed()
    audit.record("product.placed", product, by=by, at=now, before=before, after=after)


@transaction.atomic
def set_photo(*, product: Product, stored: Stored, by: User, now: datetime) -> None:
    """Set the photo of the pack. The bytes were stored before the transaction."""
    if product.subject is None:
        raise Refusal("Chưa lưu ảnh.", "Sản phẩm chưa có chủ thể.", "Gắn chủ thể trước.")
    check_may_keep(by, product.subject, day_of(now))
    Product.objects.filter(pk=product.pk).update(photo=stored.blob, version=F("version") + 1)
    audit.record("product.photo_set", product, by=by, at=now, after={"sha256": stored.blob.sha256})
    product.refresh_from_db()


def give_official_code(*, product: Product, year: int) -> str:
    """Return the law's product code T-X-STT-20YY, taken in the caller's transaction at the first evaluation.

    Source: QĐ 26/2026/QĐ-TTg, identifiers (province, commune, serial kept by the commune, year); QĐ 19/2025/QĐ-TTg.
    """
    if product.official_code or product.commune is None:
        return product.official_code
    place = f"{product.commune.province_code}-{product.commune.code}"
    number = series.take(f"product-{place}-{year}")
    product.official_code = f"{place}-{number:02d}-{year}"
    Product.objects.filter(pk=product.pk).update(official_code=product.official_code, version=F("version") + 1)
    return product.official_code
