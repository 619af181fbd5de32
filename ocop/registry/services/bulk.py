"""Many subjects or products at once, as an office's list brings them: each by the rules of one, one event each.

Officers enter for the communes that they may register in (permissions.check_may_register).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from django.db import IntegrityError, models, transaction

from ocop.accounts.models import Role, User
from ocop.areas.models import Area
from ocop.kernel import audit, codes, public
from ocop.kernel.refusal import Forbidden, Moved, Refusal
from ocop.kernel.restricted import lookup_hash
from ocop.kernel.text import clean, fold
from ocop.kernel.time import day_of
from ocop.kernel.usage import used

from ..models import Product, ProductSet, Stage, StageChange, Subject, SubjectKind
from ..permissions import check_may_register
from .products import PRODUCT_FIELDS, _search
from .subjects import SUBJECT_FIELDS

WHAT = "Chưa ghi danh sách."
_AT_ONCE = 5000  # keys in one question
Row = TypeVar("Row", bound=models.Model)
Versioned = TypeVar("Versioned", Subject, Product)
TAKEN = "Một mã số thuế trong danh sách đã có ở chủ thể khác."


@dataclass(frozen=True)
class NewSubject:
    """A subject to enter. details  of SUBJECT_FIELDS"""

    name: str
    kind: SubjectKind
    commune: Area
    tax_code: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class NewProduct:
    """A product to enter. details  of PRODUCT_FIELDS"""

    name: str
    subject: Subject
    product_set: ProductSet | None
    commune: Area | None
    stage: str = Stage.REGISTERED
    details: Mapping[str, str] = field(default_factory=dict)


def _check_communes(by: User, communes: Iterable[Area | None], day: date) -> None:
    """:raises Forbidden: one of the communes is not the user's; what has no commune is the province's"""
    for commune in dict.fromkeys(communes):
        check_may_register(by, day, commune)
        if commune is None and not by.has_role(Role.PROVINCE_OFFICER, day):
            raise Forbidden(WHAT, "Có dòng chưa rõ xã.", "Ghi xã, hoặc nhờ cơ quan tham mưu cấp tỉnh nhập.")


def _cleaned(values: Mapping[str, object], writable: frozenset[str]) -> dict[str, object]:
    if extra := set(values) - writable:
        raise ValueError(f"not writable: {extra}")
    return {key: clean(value) if isinstance(value, str) else value for key, value in values.items()}


@transaction.atomic
def add_subjects(
    *, rows: Sequence[NewSubject], by: User, now: datetime, source: str = "", reason: str = ""
) -> list[Subject]:
    """Enter subjects, all or none, in their order.

    :raises Refusal: no right in a commune, no name, or a tax code that another subject (or another row) has
    """
    _check_communes(by, (row.commune for row in rows), day_of(now))
    subjects = []
    for row in rows:
        name, tax_code = clean(row.name), clean(row.tax_code).replace(" ", "")
        if not name:
            raise Refusal(WHAT, "Có chủ thể chưa có tên.", "Ghi tên chủ thể.")
        subject = Subject(
            name=name,
            folded=fold(name)[:250],
            kind=row.kind,
            commune=row.commune,
            tax_code=tax_code,
            tax_code_hash=lookup_hash(tax_code) if tax_code else "",
            source=source,
            **_cleaned(row.details, SUBJECT_FIELDS),
        )
        subjects.append(subject)
    try:
        with transaction.atomic():
            Subject.objects.bulk_create(subjects)
    except IntegrityError as error:
        raise Refusal(WHAT, TAKEN, "Kiểm tra lại danh sách.") from error
    audit.record_many(
        "subject.added", [audit.Change(one, reason, after={"name": one.name}) for one in subjects], by=by, at=now
    )
    return subjects


@transaction.atomic
def change_subjects(
    *, changes: Sequence[tuple[Subject, Mapping[str, object]]], by: User, now: datetime, reason: str = ""
) -> list[Subject]:
    """Change what subjects say of themselves, all or none; a tax code only where none is known, or to nothing.

    changes  (subject as it was read, with its commune, new values of SUBJECT_FIELDS or "tax_code")
    Returns the subjects as they are now.
    :raises Refusal: no right, no name, a tax code that is taken, or somebody changed one of them since it was read
    """
    _check_communes(by, (subject.commune for subject, _ in changes), day_of(now))
    _check_unmoved(Subject, [one for one, _ in changes])
    written, events, renamed = [], [], []
    for subject, values in changes:
        cleaned = _cleaned(values, SUBJECT_FIELDS | {"tax_code"})
        tax_code = str(cleaned.get("tax_code", subject.tax_code)).replace(" ", "")
        if subject.tax_code and tax_code and tax_code != subject.tax_code:
            raise Refusal(WHAT, f"“{subject}” đã có mã số thuế khác.", "Kiểm tra lại mã số thuế trong danh sách.")
        changed = sorted(key for key, value in cleaned.items() if getattr(subject, key) != value)
        if "name" in changed:
            renamed.append(subject)
        for key in changed:
            setattr(subject, key, cleaned[key])
        if not subject.name:
            raise Refusal(WHAT, "Có chủ thể chưa có tên.", "Ghi tên chủ thể.")
        subject.tax_code_hash = lookup_hash(tax_code) if tax_code else ""
        subject.folded, subject.version = fold(subject.name)[:250], subject.version + 1
        written.append(subject)
        events.append(audit.Change(subject, reason, after={"mục": changed}))
    fields = [*sorted(SUBJECT_FIELDS), "folded", "tax_code", "tax_code_hash", "version"]
    try:
        with transaction.atomic():
            _write_over(Subject, written, fields)
    except IntegrityError as error:
        raise Refusal(WHAT, TAKEN, "Kiểm tra lại danh sách.") from error
    if renamed:
        products = list(Product.objects.filter(subject__in=renamed).select_related("subject", "commune").order_by("pk"))
        for product in products:
            product.search = _search(product.name, product.subject, product.commune)
        _write_over(Product, products, ["search"])
        public.changed()
    audit.record_many("subject.changed", events, by=by, at=now)
    return written


@transaction.atomic
def remove_subjects(*, subjects: Sequence[Subject], by: User, now: datetime, reason: str) -> dict[int, str]:
    """Take out subjects that were entered by mistake; returns key -> why, for those that stay.

    subjects  as they were when they were entered: one that was changed since, or that anything stands on, stays
    :raises Refusal: no right
    """
    _check_communes(by, (subject.commune for subject in subjects), day_of(now))
    stay = _in_use(Subject, subjects, ())
    gone = [subject for subject in subjects if subject.pk not in stay]
    events = [audit.Change(one, reason, before={"name": one.name}) for one in gone]
    audit.record_many("subject.removed", events, by=by, at=now)
    _delete(Subject, gone)
    return stay


@transaction.atomic
def add_products(
    *, rows: Sequence[NewProduct], by: User, now: datetime, source: str = "", reason: str = ""
) -> list[Product]:
    """Enter products of known subjects with their first stage, all or none, in their order.

    :raises Refusal: no right for a subject, no name, or a subject has (or gets) two products of one name
    """
    _check_communes(by, (row.subject.commune for row in rows), day_of(now))
    taken = _names(row.subject for row in rows)
    products = []
    for row, code in zip(rows, _new_codes(len(rows)), strict=True):
        name = clean(row.name)
        if not name:
            raise Refusal(WHAT, "Có sản phẩm chưa có tên.", "Ghi tên sản phẩm.")
        key = (row.subject.pk, fold(name))
        if key in taken:
            raise Refusal(WHAT, f"“{row.subject}” đã có sản phẩm “{name}”.", "Bỏ dòng trùng.")
        taken.add(key)
        products.append(
            Product(
                code=code,
                name=name,
                search=_search(name, row.subject, row.commune),
                subject=row.subject,
                product_set=row.product_set,
                commune=row.commune,
                stage=row.stage,
                source=source,
                **_cleaned(row.details, PRODUCT_FIELDS),
            )
        )
    Product.objects.bulk_create(products)
    day, actor = day_of(now), str(by.as_actor())
    StageChange.objects.bulk_create(StageChange(product=one, stage=one.stage, day=day, actor=actor) for one in products)
    events = [audit.Change(one, reason, after={"name": one.name, "stage": one.stage}) for one in products]
    audit.record_many("product.added", events, by=by, at=now)
    return products


@transaction.atomic
def change_products(
    *, changes: Sequence[tuple[Product, Mapping[str, object]]], by: User, now: datetime, reason: str = ""
) -> list[Product]:
    """Change the words of products, all or none; set and commune only where they are not known, or to nothing.

    changes  (product as it was read, with subject and commune; new values of PRODUCT_FIELDS, product_set, commune)
    :raises Refusal: no right, no name or a name that is taken, or somebody changed one of them since it was read
    """
    if any(product.subject is None for product, _ in changes):
        raise Refusal(WHAT, "Có sản phẩm chưa có chủ thể.", "Gắn chủ thể trước.")
    subjects = [product.subject for product, _ in changes if product.subject]
    _check_communes(by, (subject.commune for subject in subjects), day_of(now))
    _check_unmoved(Product, [one for one, _ in changes])
    taken = _names(subjects) if any("name" in values for _, values in changes) else set()
    written, events = [], []
    for product, values in changes:
        for key in ("product_set", "commune"):
            if values.get(key) and getattr(product, f"{key}_id") not in (None, getattr(values[key], "pk", None)):
                raise Refusal(WHAT, f"“{product}” đã có bộ sản phẩm, nơi sản xuất khác.", "Sửa ở trang sản phẩm.")
        cleaned = _cleaned(values, PRODUCT_FIELDS | {"product_set", "commune"})
        before = {key: getattr(product, key) for key in cleaned if getattr(product, key) != cleaned[key]}
        if "name" in before and fold(str(cleaned["name"])) != fold(product.name):
            key_of = (product.subject_id or 0, fold(str(cleaned["name"])))
            if not key_of[1] or key_of in taken:
                raise Refusal(WHAT, f"Chủ thể đã có sản phẩm “{cleaned['name']}”.", "Bỏ dòng trùng.")
            taken.add(key_of)
        for key in before:
            setattr(product, key, cleaned[key])
        product.search = _search(product.name, product.subject, product.commune)
        product.version += 1
        written.append(product)
        events.append(audit.Change(product, reason, before, {key: cleaned[key] for key in before}))
    fields = [*sorted(PRODUCT_FIELDS), "product_set", "commune", "search", "version"]
    _write_over(Product, written, fields)
    audit.record_many("product.changed", events, by=by, at=now)
    public.changed()
    return written


@transaction.atomic
def remove_products(*, products: Sequence[Product], by: User, now: datetime, reason: str) -> dict[int, str]:
    """Take out products that were entered by mistake; returns key -> why, for those that stay (see remove_subjects).

    :raises Refusal: no right
    """
    _check_communes(by, (one.subject.commune if one.subject else None for one in products), day_of(now))
    stay = _in_use(Product, products, (StageChange,))
    gone = [product for product in products if product.pk not in stay]
    events = [audit.Change(one, reason, before={"name": one.name, "code": one.code}) for one in gone]
    audit.record_many("product.removed", events, by=by, at=now)
    _delete(Product, gone)
    return stay


def _versions(model: type[Versioned], rows: Sequence[Versioned]) -> dict[int, int]:
    """Key -> version of the rows as they are now, locked."""
    keys = [row.pk for row in rows]
    return dict(
        pair
        for start in range(0, len(keys), _AT_ONCE)
        for pair in model._default_manager.select_for_update()
        .filter(pk__in=keys[start : start + _AT_ONCE])
        .values_list("pk", "version")
    )


def _check_unmoved(model: type[Versioned], rows: Sequence[Versioned]) -> None:
    """:raises Moved: one is gone, or somebody changed it since it was read"""
    found = _versions(model, rows)
    if any(found.get(row.pk) != row.version for row in rows):
        raise Moved(WHAT)


def _write_over(model: type[Row], rows: Sequence[Row], fields: Sequence[str]) -> None:
    """Write columns of rows that are there: an INSERT that meets its own key, far quicker than UPDATE with CASE."""
    model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)


def _in_use(model: type[Versioned], rows: Sequence[Versioned], parts: Sequence[type[models.Model]]) -> dict[int, str]:
    """Key -> why a row stays: it is gone, was changed since it was read, or something stands on it."""
    found = _versions(model, rows)
    stay = {row.pk: "đã sửa sau khi nhập" for row in rows if found.get(row.pk, row.version) != row.version}
    stay |= {row.pk: "không còn trong hệ thống" for row in rows if row.pk not in found}
    return used(model, [row.pk for row in rows], parts=parts) | stay


def _delete(model: type[Versioned], rows: Sequence[Versioned]) -> None:
    keys = [row.pk for row in rows]
    for start in range(0, len(keys), _AT_ONCE):
        model._default_manager.filter(pk__in=keys[start : start + _AT_ONCE]).delete()


def _names(subjects: Iterable[Subject]) -> set[tuple[int, str]]:
    """(subject, folded name) of the products whose names are taken (see products.alive)."""
    keys = sorted({subject.pk for subject in subjects})
    alive = Product.objects.filter(merged_into=None).exclude(stage=Stage.WITHDRAWN).order_by("pk")
    return {
        (subject or 0, fold(name))
        for start in range(0, len(keys), _AT_ONCE)
        for subject, name in alive.filter(subject__in=keys[start : start + _AT_ONCE]).values_list("subject", "name")
    }


def _new_codes(count: int) -> list[str]:
    """Fresh codes that no product has: among 35 bits two of many thousand may well be equal."""
    found: set[str] = set()
    while len(found) < count:
        more = {codes.new(codes.SHORT) for _ in range(count - len(found))}
        fresh = sorted(more)
        for start in range(0, len(fresh), _AT_ONCE):
            chunk = fresh[start : start + _AT_ONCE]
            more -= set(Product.objects.filter(code__in=chunk).values_list("code", flat=True))
        found |= more
    return list(found)
