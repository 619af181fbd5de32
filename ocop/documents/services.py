"""Entering official documents into the register."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from ocop.accounts.models import Agency, User
from ocop.kernel import audit, once
from ocop.kernel.files import Stored
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of, vi_date
from ocop.kernel.usage import used

from .models import Document
from .permissions import check_may_attach

# "321/QĐ-UBND": no blanks around / and - (NĐ 30/2020, annex I, part II.3); "26/2026/QĐ-TTg" of the Government too
NUMBER = re.compile(r"\d{1,5}[a-z]?(/\d{4})?/[A-ZĐ][A-Za-zĐđ]*(-[A-ZĐ0-9][A-Za-zĐđ0-9.]*)*")


@transaction.atomic
def record_document(
    *,
    organ: Agency,
    kind: str,
    number: str,
    day: date,
    summary: str,
    by: User,
    now: datetime,
    author: str = "",
) -> Document:
    """Enter a signed document of an organ of ours with the number and day of the organ's own register.

    author  who stands at its head, where that is a council or a team of the organ
    :raises Refusal: malformed number, a day in the future or outside the organ's term, or a number used before
    """
    number = clean(number)
    kind_name = dict(Document.KINDS)[kind].lower()
    if not NUMBER.fullmatch(number):
        raise Refusal(
            "Chưa ghi văn bản.",
            f"Số, ký hiệu “{number}” không đúng thể thức.",
            "Nhập như 321/QĐ-UBND, không có dấu cách.",
        )
    if len(number.split("/")[0]) < 2:
        number = number.zfill(len(number) + 1)  # numbers below 10 are padded
    if day > day_of(now):
        raise Refusal("Chưa ghi văn bản.", f"Ngày {vi_date(day)} chưa tới.", "Nhập ngày ký trên văn bản.")
    if day < organ.valid_from or (organ.valid_to and day > organ.valid_to):
        raise Refusal(
            "Chưa ghi văn bản.",
            f"{organ.name} không hoạt động ngày {vi_date(day)}.",
            "Kiểm tra lại ngày ký và cơ quan ban hành.",
        )
    try:
        with transaction.atomic():
            document = Document.objects.create(
                organ=organ,
                organ_name=author or organ.name,
                kind=kind,
                number=number,
                day=day,
                year=day.year,
                summary=clean(summary),
                recorded_by=by,
                recorded_at=now,
            )
    except IntegrityError as error:
        raise Refusal(
            "Chưa ghi văn bản.",
            f"{organ.name} đã có {kind_name} số {number} năm {day.year}.",
            "Kiểm tra lại số, hoặc mở văn bản đã ghi.",
        ) from error
    audit.record("document.recorded", document, by=by, at=now, after={"number": number, "day": day})
    return document


@transaction.atomic
def attach_signed(
    *, document: Document, stored: Stored, by: User, now: datetime, reason: str = "", token: str = ""
) -> None:
    """Attach the signed copy of a document; another copy takes its place only with a reason, and both hashes stay.

    :raises Refusal: no right, a paper of another organ, the same copy again, no reason, another one was attached since
    """
    once.claim(token, now=now)
    check_may_attach(by, document, day_of(now))
    what, before, reason = "Chưa gắn bản ký.", document.blob, clean(reason)
    if before is not None and before.pk == stored.blob.pk:
        raise Refusal(what, "Đây chính là bản đang gắn.", "Chọn tệp khác.")
    if before is not None and len(reason) < 10:
        raise Refusal(what, "Văn bản đã có bản ký.", "Ghi rõ lý do thay, ít nhất 10 ký tự.")
    if not Document.objects.filter(pk=document.pk, blob=before).update(blob=stored.blob):
        raise Moved(what)
    audit.record(
        "document.replaced" if before else "document.signed",
        document,
        by=by,
        at=now,
        reason=reason if before else "",
        before={"mã băm": before.sha256} if before else None,
        after={"tệp": stored.name, "mã băm": stored.blob.sha256},
    )


@dataclass(frozen=True)
class ForeignPaper:
    """A paper of another organ or time as a source tells of it; unknown parts are empty or None."""

    organ_name: str
    number: str
    day: date | None
    year: int | None = None


def record_foreign_document(
    *, organ_name: str, kind: str, number: str, day: date | None, year: int | None, summary: str, now: datetime
) -> Document:
    """Enter one paper of another organ or time, see record_foreign_documents."""
    paper = ForeignPaper(organ_name, number, day, year)
    return record_foreign_documents(papers=[paper], kind=kind, summary=summary, now=now)[0]


def record_foreign_documents(
    *, papers: Sequence[ForeignPaper], kind: str, summary: str, now: datetime
) -> list[Document]:
    """Enter papers of other organs or times as a public source tells of them; unknown parts stay unknown.

    The caller writes the events of what the papers are the basis of.
    """
    documents = [
        Document(
            organ=None,
            organ_name=paper.organ_name,
            kind=kind,
            number=paper.number,
            day=paper.day,
            year=paper.year or (paper.day.year if paper.day else None),
            summary=summary,
            recorded_by=None,
            recorded_at=now,
        )
        for paper in papers
    ]
    return Document.objects.bulk_create(documents)


def remove_foreign_documents(*, documents: Collection[Document]) -> int:
    """Take out papers of other organs that nothing stands on any longer; returns how many. The caller writes events."""
    keys = {one.pk for one in documents if one.recorded_by_id is None}
    return Document.objects.filter(pk__in=keys - used(Document, keys).keys()).delete()[0]
