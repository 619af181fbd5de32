"""Writing subjects and who acts for them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from ocop.accounts.models import User
from ocop.areas.models import Area
from ocop.kernel import audit, public
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.restricted import lookup_hash
from ocop.kernel.text import clean, fold
from ocop.kernel.time import day_of

from ..models import Product, Subject, SubjectKind, SubjectMember, TieKind
from ..permissions import check_may_keep, check_may_register
from ..queries import line_of_subject
from .products import _search
from .ties import tie

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
    apart: str = "",
    **details: object,
) -> Subject:
    """Enter a subject. Two subjects never share a tax code; a household's code is restricted.

    apart  why it is another subject than those alike, in the words of the person who looked at them
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
            audit.record("subject.added", subject, by=by, at=now, reason=clean(apart), after={"name": name})
    except IntegrityError as error:
        other = Subject.objects.select_related("merged_into").get(tax_code_hash=lookup_hash(tax_code))
        raise Refusal(
            "Chưa lưu chủ thể.",
            f"Mã số thuế này đã có: {other.merged_into or other}.",
            "Mở hồ sơ chủ thể đó, hoặc báo trùng.",
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
    for one in line_of_subject([subject]):  # also those merged into it, so that their old papers stay readable
        SubjectMember.objects.create(subject=one, user=user, valid_from=valid_from)
    tie(subject=subject, kind=TieKind.MEMBER, user=user, valid_from=valid_from, source="Tài khoản của chủ thể")
    audit.record("subject.member_added", subject, by=by, at=now, after={"user": user.name})
