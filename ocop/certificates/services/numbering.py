"""Numbers of the papers of a session: from the organ's own register, entered once for each paper."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ocop.accounts.models import User
from ocop.councils.models import Session
from ocop.documents.models import Document
from ocop.documents.services import record_document
from ocop.kernel import once
from ocop.kernel.refusal import Refusal
from ocop.kernel.text import cut
from ocop.kernel.time import day_of, vi_date

from ..models import PaperNumber
from ..permissions import check_may_number
from ..queries import committee_on
from ..round import Piece


@transaction.atomic
def number_paper(
    *, session: Session, piece: Piece, number: str, day: date, by: User, now: datetime, token: str = ""
) -> Document:
    """Enter the number and day of one paper; from then on it prints with them and is no draft.

    Decisions are not entered here: they recognise and approve, see deciding.
    :raises Refusal: no right, a paper without number, a number given before, a day before the session, a number used
    """
    once.claim(token, now=now)
    check_may_number(by, session, day_of(now))
    what = "Chưa ghi số."
    if piece.kind in ("", "QĐ"):
        raise Refusal(what, f"{piece.title} không ghi số ở đây.", "Quyết định ghi ở mục Quyết định.")
    if piece.document is not None or PaperNumber.objects.filter(session=session, name=piece.name).exists():
        raise Refusal(what, f"{piece.title} đã có số.", "Mở văn bản để xem.")
    if piece.after and day < session.held_on:
        raise Refusal(what, f"Ngày {vi_date(day)} trước phiên họp ({vi_date(session.held_on)}).", "Kiểm tra ngày ký.")
    organ = session.council.organ
    document = record_document(
        organ=committee_on(organ, day) or organ,
        kind=piece.kind,
        number=number,
        day=day,
        summary=cut(f"{piece.title} ({session.name})", 500),
        by=by,
        now=now,
        author=piece.author,
    )
    PaperNumber.objects.create(session=session, name=piece.name, document=document)
    return document
