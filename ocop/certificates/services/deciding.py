"""Deciding on a council's conclusions: recognition (công nhận), approval of potential 5 stars, the answer above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from ocop.accounts.models import Agency, Level, User
from ocop.councils.models import Complaint, Conclusion
from ocop.councils.rules import Result
from ocop.councils.services import announce
from ocop.documents.models import Document
from ocop.documents.services import record_document, record_foreign_document
from ocop.dossiers.rules import Move
from ocop.dossiers.services import open_window, record
from ocop.kernel import audit, codes, once, public
from ocop.kernel.refusal import Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of, vi_date
from ocop.registry.services import give_official_code

from ..models import Approval, Recognition
from ..permissions import check_may_decide
from ..rules import end_of
from .recording import replace_older


def record_ministry_decision(*, organ_name: str, number: str, day: date, summary: str, now: datetime) -> Document:
    """Enter a decision of the ministry as its letter to us tells. :raises Refusal: no number, or a day to come"""
    number = clean(number)
    if not number or day > day_of(now):
        raise Refusal(
            "Chưa ghi quyết định.", "Thiếu số, hoặc ngày ký chưa tới.", "Nhập số và ngày trên văn bản của Bộ."
        )
    return record_foreign_document(
        organ_name=organ_name, kind="QĐ", number=number, day=day, year=day.year, summary=summary, now=now
    )


def _check_conclusions(conclusions: Sequence[Conclusion], wanted: Result, organ: Agency, day: date) -> None:
    """Refuse what this organ cannot decide on that day.

    The committee of a council goes on under its name in the next term (merger of 1/7/2025).
    """
    what = "Chưa ghi quyết định."
    if not conclusions:
        raise Refusal(what, "Chưa chọn sản phẩm nào.", "Chọn sản phẩm trong kết quả của hội đồng.")
    ours = Conclusion.objects.filter(dossier__in=[conclusion.dossier_id for conclusion in conclusions])
    newest = dict(ours.order_by("concluded_at", "pk").values_list("dossier_id", "pk"))
    waiting = set(
        Complaint.objects.filter(conclusion__in=conclusions, state=Complaint.RECEIVED).values_list(
            "conclusion", flat=True
        )
    )
    for conclusion in conclusions:
        name, founder = conclusion.dossier.product.name, conclusion.item.session.council.organ
        if conclusion.result != wanted:
            raise Refusal(
                what, f"“{name}” có kết quả {conclusion.get_result_display().lower()}.", "Bỏ sản phẩm này ra."
            )
        if conclusion.pk in waiting:
            raise Refusal(
                what, f"“{name}” có khiếu nại chưa trả lời.", "Trả lời khiếu nại trước, hoặc bỏ sản phẩm này."
            )
        if conclusion.superseded_at or newest[conclusion.dossier_id] != conclusion.pk:
            raise Refusal(what, f"“{name}” đã có kết luận mới hơn.", "Mở lại trang, chọn kết luận mới.")
        if (founder.name, founder.level) != (organ.name, organ.level):
            raise Refusal(what, f"“{name}” do hội đồng của cơ quan khác kết luận.", f"Chọn sản phẩm của {organ}.")
        if day < day_of(conclusion.concluded_at):
            raise Refusal(
                what, f"Ngày {vi_date(day)} trước ngày hội đồng kết luận “{name}”.", "Kiểm tra ngày ký quyết định."
            )


def _recognise(
    conclusion: Conclusion, *, decision: Document, stars: int, level: str, organ_name: str, by: User, now: datetime
) -> Recognition:
    """Move the dossier, write one recognition, end the one it replaces, open the re-evaluation window."""
    dossier, day = conclusion.dossier, decision.day
    if day is None:
        raise ValueError("a decision on a conclusion has its day")
    # Before the move: what goes on past its end goes on for the sake of this dossier, and ends with it.
    replace_older(product=dossier.product, day=day, decision=decision, by=by, now=now)
    record(dossier=dossier, move=Move.RECOGNISE, by=by, now=now, after={"stars": stars, "decision": decision.number})
    give_official_code(product=dossier.product, year=day.year)
    recognition = Recognition.objects.create(
        code=codes.new(codes.LONG),
        product=dossier.product,
        basis=Recognition.OURS,
        conclusion=conclusion,
        dossier=dossier,
        decision=decision,
        level=level,
        organ_name=organ_name,
        stars=stars,
        year=day.year,
        valid_from=day,
        valid_until=end_of(day),
        subject_name=dossier.subject.name,
        place_name=dossier.commune.full_name,
    )
    open_window(product=dossier.product, valid_until=end_of(day), based_on=str(decision))
    audit.record(
        "recognition.made",
        recognition,
        by=by,
        at=now,
        after={"stars": stars, "decision": decision.number, "from": day, "until": recognition.valid_until},
    )
    return recognition


@transaction.atomic
def recognise(
    *,
    conclusions: Sequence[Conclusion],
    organ: Agency,
    number: str,
    day: date,
    by: User,
    now: datetime,
    token: str = "",
) -> list[Recognition]:
    """Recognise 3 and 4 stars by one decision of the committee, signed and numbered in its own register.

    Certificates run 36 months from the decision's day (art. 4(3)).
    :raises Refusal: no right, another council's product, another result, decided before, a day before the conclusion,
        a number used
    """
    once.claim(token, now=now)
    for conclusion in conclusions:
        check_may_decide(by, conclusion.level, conclusion.dossier.product, day_of(now))
    _check_conclusions(conclusions, Result.RECOGNISED, organ, day)
    decision = record_document(
        organ=organ,
        kind="QĐ",
        number=number,
        day=day,
        summary=f"Công nhận, cấp giấy chứng nhận {len(conclusions)} sản phẩm OCOP",
        by=by,
        now=now,
    )
    made = [
        _recognise(
            conclusion,
            decision=decision,
            stars=conclusion.stars or 0,
            level=conclusion.level,
            organ_name=organ.name,
            by=by,
            now=now,
        )
        for conclusion in conclusions
    ]
    public.changed()
    return made


@transaction.atomic
def approve_potential_5(
    *,
    conclusions: Sequence[Conclusion],
    organ: Agency,
    number: str,
    day: date,
    by: User,
    now: datetime,
    token: str = "",
) -> list[Approval]:
    """Approve results of 90 points and more, and send them to the ministry: no stars, no certificate yet.

    Source: QĐ 26/2026/QĐ-TTg art. 7(3)e.
    :raises Refusal: as recognise
    """
    once.claim(token, now=now)
    for conclusion in conclusions:
        check_may_decide(by, conclusion.level, conclusion.dossier.product, day_of(now))
    _check_conclusions(conclusions, Result.POTENTIAL_5, organ, day)
    decision = record_document(
        organ=organ,
        kind="QĐ",
        number=number,
        day=day,
        summary=f"Phê duyệt kết quả đánh giá {len(conclusions)} sản phẩm tiềm năng 5 sao",
        by=by,
        now=now,
    )
    made = []
    for conclusion in conclusions:
        record(
            dossier=conclusion.dossier,
            move=Move.SEND_TO_MINISTRY,
            by=by,
            now=now,
            after={"decision": decision.number},
        )
        approval = Approval.objects.create(conclusion=conclusion, decision=decision)
        audit.record("approval.made", approval, by=by, at=now, after={"decision": decision.number})
        made.append(approval)
    return made


@transaction.atomic
def announce_results(*, conclusions: Sequence[Conclusion], by: User, now: datetime, token: str = "") -> int:
    """Close dossiers that get no decision by a result notice alone, all or none; returns how many (art. 4(1)a)."""
    once.claim(token, now=now)
    if not conclusions:
        raise Refusal("Chưa thông báo.", "Chưa chọn sản phẩm nào.", "Chọn sản phẩm trong kết quả của hội đồng.")
    for conclusion in conclusions:
        announce(conclusion=conclusion, by=by, now=now)
    return len(conclusions)


@transaction.atomic
def ministry_answer(
    *,
    approval: Approval,
    stars: int | None,
    number: str,
    day: date,
    organ_name: str,
    by: User,
    now: datetime,
    organ: Agency | None = None,
    token: str = "",
) -> Recognition | None:
    """Record what became of a product of 90 points and more at the ministry.

    stars  5: recognised by the ministry's decision (number, day, organ_name). 3 or 4: under 90 points there, recognised
        by the province on the central result, by the decision (number, day) of its committee `organ`.
        None: the province evaluates again; number and day are of the ministry's letter
    Source: QĐ 26/2026/QĐ-TTg art. 7(4)e, g.
    :raises Refusal: no right, answered before, other stars, a day to come or before the approval, a number missing
    """
    once.claim(token, now=now)
    conclusion = approval.conclusion
    check_may_decide(by, Level.PROVINCE, conclusion.dossier.product, day_of(now))
    what = "Chưa ghi trả lời của Bộ."
    if stars not in (3, 4, 5, None):
        raise Refusal(what, "Chỉ công nhận từ 3 đến 5 sao.", "Chọn một trong các kết quả.")
    if (stars in (3, 4)) != (organ is not None):
        raise ValueError("the committee decides 3 and 4 stars, and nothing else")
    if day > day_of(now) or (approval.decision.day and day < approval.decision.day):
        raise Refusal(
            what,
            f"Ngày {vi_date(day)} chưa tới, hoặc trước ngày phê duyệt kết quả ({vi_date(approval.decision.day)}).",
            "Kiểm tra ngày trên văn bản.",
        )
    same = Approval.objects.filter(pk=approval.pk, answered_on=None)
    if not same.update(answered_on=day, answer_stars=stars):
        raise Refusal(what, "Đã có trả lời của Bộ.", "Mở lại trang.")
    audit.record("approval.answered", approval, by=by, at=now, after={"stars": stars, "number": number, "day": day})
    if stars is None:
        letter = f"{organ_name}: dưới 90 điểm (văn bản {clean(number) or 'không số'} ngày {vi_date(day)})"
        record(dossier=conclusion.dossier, move=Move.EVALUATE_AGAIN, by=by, now=now, reason=letter)
        return None
    if organ is None:
        level, organ_name = Level.MINISTRY, clean(organ_name)
        decision = record_ministry_decision(
            organ_name=organ_name, number=number, day=day, summary="Công nhận sản phẩm OCOP 5 sao", now=now
        )
    else:
        level, organ_name = Level.PROVINCE, organ.name
        summary = f"Công nhận sản phẩm OCOP {stars} sao theo kết quả đánh giá cấp trung ương"
        decision = record_document(organ=organ, kind="QĐ", number=number, day=day, summary=summary, by=by, now=now)
    recognition = _recognise(
        conclusion, decision=decision, stars=stars, level=level, organ_name=organ_name, by=by, now=now
    )
    public.changed()
    return recognition
