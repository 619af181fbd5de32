"""Complaints of a subject against the result it was told: filed, answered; accepted, a second panel judges blind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from ocop.accounts.models import User
from ocop.accounts.services import notify
from ocop.dossiers.models import Dossier
from ocop.dossiers.queries import advisory_agency
from ocop.dossiers.rules import Move, Step
from ocop.dossiers.services import end_reading, record
from ocop.kernel import audit, codes, once
from ocop.kernel.files import Stored
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of, vi_date

from ..models import Complaint, ComplaintFile, Conclusion
from ..permissions import check_may_answer, check_may_complain

DECIDED = frozenset({Step.RECOGNISED, Step.AT_MINISTRY})


def check_undecided(dossier: Dossier, what: str) -> None:
    """Refuse once a decision is signed on the product: then the general law on complaints has its own way."""
    if dossier.step in DECIDED:
        raise Refusal(
            what,
            "Chủ tịch Ủy ban nhân dân đã ký quyết định về sản phẩm này.",
            "Khiếu nại quyết định theo Luật Khiếu nại 2011: gửi người đã ký quyết định, trong 90 ngày từ ngày nhận "
            "hoặc biết quyết định.",
        )


@transaction.atomic
def file_complaint(
    *,
    conclusion: Conclusion,
    grounds: str,
    made_on: date,
    files: Sequence[Stored],
    by: User,
    now: datetime,
    token: str = "",
) -> Complaint:
    """Take a complaint (khiếu nại) of the subject, or one that an officer writes down for it.

    made_on  the subject's day: from the notice's to its last day for a complaint, both included
    :raises Refusal: no right, no notice or no way to complain, too early or too late, a decision is signed, no grounds,
        complained before
    """
    once.claim(token, now=now)
    what, dossier, day = "Chưa nhận khiếu nại.", conclusion.dossier, day_of(now)
    check_may_complain(by, dossier, day)
    check_undecided(dossier, what)
    notice = conclusion.notice
    if notice is None:
        raise Refusal(what, "Chưa có thông báo kết quả.", "Chờ thông báo kết quả.")
    if notice.complain_until is None or conclusion.superseded_at:
        raise Refusal(what, "Kết quả này không có bước khiếu nại ở hội đồng.", "Liên hệ cơ quan tham mưu OCOP.")
    first = day_of(notice.sent_at)
    if not first <= made_on <= min(notice.complain_until, day):
        raise Refusal(
            what,
            f"Ngày {vi_date(made_on)} ngoài thời hạn khiếu nại, từ {vi_date(first)} đến hết ngày "
            f"{vi_date(notice.complain_until)}.",
            "Sau thời hạn này, khiếu nại theo Luật Khiếu nại 2011 với cơ quan ra quyết định.",
        )
    grounds = clean(grounds)
    if len(grounds) < 20:
        raise Refusal(what, "Căn cứ quá ngắn.", "Ghi rõ tiêu chí không đồng ý và vì sao.")
    try:
        with transaction.atomic():
            complaint = Complaint.objects.create(
                code=codes.new(codes.SHORT),
                conclusion=conclusion,
                grounds=grounds[:5000],
                made_on=made_on,
                filed_at=now,
                filed_by=by,
            )
    except IntegrityError as error:
        raise Refusal(what, "Kết quả này đã có khiếu nại.", "Mở khiếu nại đã gửi để xem trả lời.") from error
    ComplaintFile.objects.bulk_create(
        [ComplaintFile(complaint=complaint, blob=one.blob, name=one.name) for one in files]
    )
    text = f"Khiếu nại kết quả {dossier.product} (hồ sơ {dossier.number}), biên nhận {complaint.code}."
    notify(advisory_agency(day), text, path=complaint.get_absolute_url(), now=now)
    audit.record("complaint.filed", complaint, by=by, at=now, after={"ngày": made_on, "tệp": len(files)})
    return complaint


@transaction.atomic
def answer_complaint(
    *, complaint: Complaint, accepted: bool, reason: str, by: User, now: datetime, token: str = ""
) -> None:
    """Accept or refuse a complaint, with a reason. Accepted, the dossier goes back for a council of other members.

    :raises Refusal: no right, answered before, no reason, a decision is signed, another dossier of the product is open
    """
    once.claim(token, now=now)
    what, dossier = "Chưa trả lời khiếu nại.", complaint.conclusion.dossier
    check_may_answer(by, complaint.conclusion, day_of(now))
    reason = clean(reason)
    if len(reason) < 20:
        raise Refusal(what, "Lý do quá ngắn.", "Ghi rõ căn cứ chấp nhận hoặc không chấp nhận.")
    state = Complaint.ACCEPTED if accepted else Complaint.REFUSED
    same = Complaint.objects.filter(pk=complaint.pk, state=Complaint.RECEIVED)
    if not same.update(state=state, answer=reason[:5000], answered_at=now, answered_by=by):
        raise Moved(what)
    complaint.refresh_from_db()
    audit.record(f"complaint.{state}", complaint, by=by, at=now, reason=reason)
    if accepted:
        check_undecided(dossier, what)
        others = Dossier.objects.filter(product=dossier.product_id).unfinished().exclude(pk=dossier.pk)
        if others.exists():
            raise Refusal(what, "Sản phẩm đã có hồ sơ mới đang làm.", "Chờ kết quả của hồ sơ mới, hoặc rút hồ sơ đó.")
        record(
            dossier=dossier, move=Move.SECOND_PANEL, by=by, now=now, reason=f"Khiếu nại {complaint.code} được chấp nhận"
        )
        end_reading(dossier=dossier)
    members = dossier.subject.memberships.in_force_on(day_of(now)).values_list("user_id", flat=True)
    people = {*members, complaint.filed_by_id}
    text = f"Khiếu nại {complaint.code} về {dossier.product}: {complaint.get_state_display()}."
    notify(people, text, path=complaint.get_absolute_url(), now=now)
