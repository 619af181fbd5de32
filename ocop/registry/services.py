"""The writing side of the register: subjects, products, evidence, ties."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from ocop.accounts.models import Agency, User
from ocop.areas.models import Area
from ocop.areas.queries import became
from ocop.kernel import audit, codes, once, public, series
from ocop.kernel.files import Stored
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.restricted import lookup_hash
from ocop.kernel.text import clean, fold
from ocop.kernel.time import day_of

from .models import (
    Evidence,
    EvidenceKind,
    Product,
    ProductSet,
    Stage,
    Subject,
    SubjectKind,
    SubjectMember,
    Tie,
    TieKind,
)
from .permissions import check_may_keep, check_may_register

SUBJECT_FIELDS = frozenset(
    {
        "name",
        "address",
        "phone",
        "email",
        "legal_representative",
        "representative_title",
        "representative_sex",
        "ethnic_group",
        "registration_number",
        "founded_on",
    }
)
PRODUCT_FIELDS = frozenset({"name", "specification", "description", "story"})


def _search(name: str, subject: Subject | None, commune: Area | None) -> str:
    """The folded words by which a product is found: its name, its subject, its commune."""
    parts = [name, subject.name if subject else "", commune.full_name if commune else ""]
    return fold(" ".join(parts))[:700]


def _check_new_name(others: Iterable[Product], name: str) -> None:
    """Refuse a name that another product of the subject has, accents and case aside."""
    same = next((row for row in others if fold(row.name) == fold(name)), None)
    if same is not None:
        raise Refusal("Chưa lưu sản phẩm.", f"Chủ thể đã có sản phẩm “{same}”.", "Mở sản phẩm đó.")


def add_subject(
    *,
    name: str,
    kind: SubjectKind,
    commune: Area | None,
    by: audit.HasActor | audit.Actor,
    now: datetime,
    tax_code: str = "",
    is_sample: bool = False,
    source: str = "",
    place_note: str = "",
    **details: object,
) -> Subject:
    """Enter a subject. Two subjects never share a tax code; a household's code is restricted.

    :raises Refusal: no right, no name, or the tax code is another subject's
    """
    if isinstance(by, User):
        check_may_register(by, day_of(now), commune)
    name = clean(name)
    if not name:
        raise Refusal("Chưa lưu chủ thể.", "Chưa có tên.", "Nhập tên chủ thể.")
    if extra := set(details) - SUBJECT_FIELDS:
        raise ValueError(f"not writable: {extra}")
    tax_code = clean(tax_code).replace(" ", "")
    try:
        with transaction.atomic():
            subject = Subject.objects.create(
                name=name,
                folded=fold(name)[:250],
                kind=kind,
                commune=commune,
                tax_code=tax_code,
                tax_code_hash=lookup_hash(tax_code) if tax_code else "",
                is_sample=is_sample,
                source=source,
                place_note=place_note,
                **details,
            )
            audit.record("subject.added", subject, by=by, at=now, after={"name": name})
    except IntegrityError as error:
        other = Subject.objects.filter(tax_code_hash=lookup_hash(tax_code)).first()
        raise Refusal(
            "Chưa lưu chủ thể.", f"Mã số thuế này đã có: {other}.", "Mở hồ sơ chủ thể đó, hoặc báo trùng."
        ) from error
    return subject


@transaction.atomic
def change_subject(*, subject: Subject, version: int, by: User, now: datetime, **values: object) -> None:
    """Change what a subject says of itself: compare and set, one event that names the fields, not the values.

    :raises Refusal: no right, no name, or somebody changed it first
    """
    check_may_keep(by, subject, day_of(now))
    if extra := set(values) - SUBJECT_FIELDS:
        raise ValueError(f"not writable: {extra}")
    cleaned = {key: clean(value) if isinstance(value, str) else value for key, value in values.items()}
    name = str(cleaned.get("name", subject.name))
    if not name:
        raise Refusal("Chưa lưu chủ thể.", "Chưa có tên.", "Nhập tên chủ thể.")
    same = Subject.objects.filter(pk=subject.pk, version=version)
    if not same.update(**cleaned, folded=fold(name)[:250], version=F("version") + 1):
        raise Moved("Chưa lưu chủ thể.")
    changed = sorted(key for key, value in cleaned.items() if getattr(subject, key) != value)
    audit.record("subject.changed", subject, by=by, at=now, after={"mục": changed})
    subject.refresh_from_db()
    if "name" in changed:
        products = list(subject.products.select_related("commune").order_by("pk"))
        for product in products:
            product.search = _search(product.name, subject, product.commune)
        Product.objects.bulk_update(products, ["search"])
        public.changed()


@transaction.atomic
def add_member(
    *, subject: Subject, user: User, valid_from: date, by: audit.HasActor | audit.Actor, now: datetime
) -> None:
    """Let a user act for a subject from a day on; he is tied to it from then on. :raises Refusal: no right"""
    if isinstance(by, User):
        check_may_register(by, day_of(now), subject.commune)
    SubjectMember.objects.create(subject=subject, user=user, valid_from=valid_from)
    tie(subject=subject, kind=TieKind.MEMBER, user=user, valid_from=valid_from, source="Tài khoản của chủ thể")
    audit.record("subject.member_added", subject, by=by, at=now, after={"user": user.name})


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
    **details: str,
) -> Product:
    """Enter a product of a subject (or, from a source that names none, of nobody yet).

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
        _check_new_name(subject.products.order_by("pk"), name)
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
    audit.record("product.added", product, by=by, at=now, after={"name": name, "stage": stage})
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
        _check_new_name(product.subject.products.exclude(pk=product.pk).order_by("pk"), values["name"])
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


@transaction.atomic
def add_evidence(
    *,
    subject: Subject,
    kind: EvidenceKind,
    name: str,
    stored: Stored,
    by: User,
    now: datetime,
    number: str = "",
    issuer: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
    token: str = "",
) -> Evidence:
    """Put a paper into the subject's wallet: row and event in one transaction, the bytes stored before it.

    :raises Refusal: no right, or it lapses before it was issued
    """
    once.claim(token, now=now)
    check_may_keep(by, subject, day_of(now))
    if valid_from and valid_until and valid_until < valid_from:
        raise Refusal("Chưa lưu giấy tờ.", "Ngày hết hạn trước ngày cấp.", "Kiểm tra lại hai ngày trên giấy.")
    evidence = Evidence.objects.create(
        subject=subject,
        kind=kind,
        name=clean(name)[:200] or kind.name,
        number=clean(number),
        issuer=clean(issuer),
        valid_from=valid_from,
        valid_until=valid_until,
        blob=stored.blob,
        file_name=stored.name,
        added_at=now,
    )
    audit.record(
        "evidence.added",
        evidence,
        by=by,
        at=now,
        after={"kind": kind.code, "name": evidence.name, "sha256": stored.blob.sha256},
    )
    return evidence


def tie(
    *,
    subject: Subject,
    kind: str,
    valid_from: date,
    source: str,
    user: User | None = None,
    agency: Agency | None = None,
    valid_to: date | None = None,
) -> Tie:
    """Write down a tie, in the transaction of whoever knows it; the caller writes the event.

    A tie that is known already goes back to the earlier of the two first days.
    """
    row, _ = Tie.objects.get_or_create(
        subject=subject,
        kind=kind,
        user=user,
        agency=agency,
        valid_to=valid_to,
        defaults={"valid_from": valid_from, "source": source[:200]},
    )
    if valid_from < row.valid_from:
        row.valid_from = valid_from
        row.save(update_fields=["valid_from"])
    return row


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
