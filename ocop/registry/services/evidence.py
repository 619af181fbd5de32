"""Writing the wallet of evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from ocop.accounts.models import User
from ocop.kernel import audit, files, once
from ocop.kernel.files import Stored
from ocop.kernel.refusal import Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import VIETNAM, day_of

from ..models import (
    Evidence,
    EvidenceKind,
    Product,
    Site,
    Subject,
)
from ..permissions import check_may_keep
from ..words import scope_of


def _check_printed(
    subject: Subject,
    valid_from: date | None,
    valid_until: date | None,
    products: Sequence[Product],
    site: Site | None,
) -> None:
    """:raises Refusal: a paper that lapses before it was issued, or a scope of two kinds or of another subject"""
    if valid_from and valid_until and valid_until < valid_from:
        raise Refusal("Chưa lưu giấy tờ.", "Ngày hết hạn trước ngày cấp.", "Kiểm tra lại hai ngày trên giấy.")
    if products and site:
        raise Refusal("Chưa lưu giấy tờ.", "Giấy tờ ghi cả sản phẩm và cơ sở.", "Chọn sản phẩm, hoặc chọn cơ sở.")
    if ({one.subject_id for one in products} | ({site.subject_id} if site else set())) - {subject.pk}:
        raise Refusal("Chưa lưu giấy tờ.", "Có sản phẩm, cơ sở không phải của chủ thể này.", "Chọn lại phạm vi.")


@transaction.atomic
def add_papers(*, papers: Sequence[Stored], name: str, token: str = "", **printed: Any) -> list[Evidence]:
    """Put what a form was given into the wallet, all of it or nothing: a paper for each file.

    printed  the facts of `add_evidence`, the same for all; several papers bear the names of their files, after `name`

    :raises Refusal: see `add_evidence`
    """
    several = len(papers) > 1
    made = []
    for number, stored in enumerate(papers):
        stem = stored.name.rpartition(".")[0]
        full = f"{name}: {stem}" if name else stem
        made.append(
            add_evidence(stored=stored, name=full if several else name, token="" if number else token, **printed)
        )
    return made


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
    products: Iterable[Product] = (),
    site: Site | None = None,
    token: str = "",
) -> Evidence:
    """Put a paper into the subject's wallet: row and event in one transaction, the bytes stored before it.

    products, site  what it is about; neither: the whole producer
    :raises Refusal: no right, it lapses before it was issued, or a scope of two kinds or of another subject
    """
    once.claim(token, now=now)
    check_may_keep(by, subject, day_of(now))
    products = list(products)
    _check_printed(subject, valid_from, valid_until, products, site)
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
        site=site,
    )
    evidence.products.set(products)
    files.prepare_later(stored.blob, now=now)
    audit.record(
        "evidence.added",
        evidence,
        by=by,
        at=now,
        after={"kind": kind.code, "name": evidence.name, "sha256": stored.blob.sha256},
    )
    return evidence


@transaction.atomic
def replace_evidence(
    *, evidence: Evidence, stored: Stored, by: User, now: datetime, name: str = "", token: str = "", **printed: Any
) -> Evidence:
    """Put the next version of a paper into the wallet; every older one then points at it.

    A listed paper (services.listed) gets its file this way.
    Dossiers that are still written read the new version, sealed ones keep what they were filed with.
    printed  the facts of `add_evidence`; the kind stays, and the name unless another is given
    :raises Refusal: see `add_evidence`, or somebody has replaced this version before
    """
    once.claim(token, now=now)
    check_may_keep(by, evidence.subject, day_of(now))
    newest = add_evidence(
        subject=evidence.subject,
        kind=evidence.kind,
        name=name or evidence.name,
        stored=stored,
        by=by,
        now=now,
        **printed,
    )
    if not Evidence.objects.filter(pk=evidence.pk, replaced_by=None).update(replaced_by=newest):
        evidence.refresh_from_db()
        other = evidence.replaced_by
        at = other.added_at.astimezone(VIETNAM) if other else now
        raise Refusal(
            "Chưa thay giấy tờ.",
            f"“{evidence}” đã được thay bằng bản khác lúc {at:%H:%M ngày %d/%m/%Y}.",
            "Mở bản mới nhất để xem; còn cần thì thay bản đó.",
        )
    Evidence.objects.filter(replaced_by=evidence).update(replaced_by=newest)
    audit.record(
        "evidence.replaced", evidence, by=by, at=now, after={"thay bằng": newest.pk, "sha256": stored.blob.sha256}
    )
    evidence.refresh_from_db()
    return newest


@transaction.atomic
def change_scope(
    *,
    evidence: Evidence,
    by: User,
    now: datetime,
    products: Iterable[Product] = (),
    site: Site | None = None,
    token: str = "",
) -> Evidence:
    """Say anew what a paper is about: its next version, with the same file.

    So dossiers that are still written go by the new scope, and sealed ones keep the version they were filed with.
    :raises Refusal: see `replace_evidence`; it is about just that; its file has not come
    """
    products = list(products)
    if evidence.blob is None:
        raise Refusal("Chưa đổi phạm vi.", "Giấy tờ chưa có tệp.", "Thêm tệp và chọn phạm vi cùng một lần.")
    before = scope_of(evidence)
    if set(products) == set(evidence.products.order_by("pk")) and site == evidence.site:
        raise Refusal("Chưa đổi phạm vi.", f"Giấy tờ vẫn dùng cho: {before}.", "Chọn sản phẩm, cơ sở khác.")
    newest = replace_evidence(
        evidence=evidence,
        stored=Stored(evidence.blob, evidence.file_name),
        number=evidence.number,
        issuer=evidence.issuer,
        valid_from=evidence.valid_from,
        valid_until=evidence.valid_until,
        products=products,
        site=site,
        by=by,
        now=now,
        token=token,
    )
    audit.record(
        "evidence.scoped", newest, by=by, at=now, before={"dùng cho": before}, after={"dùng cho": scope_of(newest)}
    )
    return newest
