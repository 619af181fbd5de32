"""Writing the wallet of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from ocop.accounts.models import User
from ocop.kernel import audit, files, once
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
    files.prepare_later(stored.blob, now=now)
    audit.record(
        "evidence.added",
        evidence,
        by=by,
        at=now,
        after={"kind": kind.code, "name": evidence.name, "sha256": stored.blob.sha256},
    )
    return evidence
