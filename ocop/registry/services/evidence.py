"""Writing the wallet of evidence."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ocop.accounts.models import User
from ocop.kernel import audit, once
from ocop.kernel.files import Stored
from ocop.kernel.refusal import Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of

from ..models import (
    Evidence,
    EvidenceKind,
    Subject,
)
from ..permissions import check_may_keep


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
