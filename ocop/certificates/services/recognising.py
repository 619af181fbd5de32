"""Recognition (công nhận): on a conclusion of ours with its decision, or on a recorded decision of others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from ocop.accounts.models import Agency, Level, User
from ocop.councils.models import Conclusion
from ocop.councils.rules import Result
from ocop.documents.models import Document
from ocop.documents.services import record_document, record_foreign_document
from ocop.dossiers.rules import Move, Step
from ocop.dossiers.services import open_window, record
from ocop.kernel import audit, codes, once
from ocop.kernel.refusal import Refusal
from ocop.kernel.time import day_of, vi_date
from ocop.registry.models import Product
from ocop.registry.services import give_official_code

from ..models import Approval, Recognition
from ..permissions import check_may_decide
from ..queries import public_change
from ..rules import end_of


def _check_conclusions(conclusions: Sequence[Conclusion], wanted: Result, organ: Agency, day: date) -> None:
    what = "Chưa ghi quyết định."
    if not conclusions:
        raise Refusal(what, "Chưa chọn sản phẩm nào.", "Chọn sản phẩm trong kết quả của hội đồng.")
    for conclusion in conclusions:
        name = conclusion.dossier.product.name
        if conclusion.result != wanted:
            raise Refusal(
                what, f"“{name}” có kết quả {conclusion.get_result_display().lower()}.", "Bỏ sản phẩm này ra."
            )
        if conclusion.item.session.council.organ_id != organ.pk:
            raise Refusal(what, f"“{name}” do hội đồng của cơ quan khác kết luận.", f"Chọn sản phẩm của {organ}.")
        if day < day_of(conclusion.concluded_at):
            raise Refusal(
                what, f"Ngày {vi_date(day)} trước ngày hội đồng kết luận “{name}”.", "Kiểm tra ngày ký quyết định."
            )


def _recognise(
    conclusion: Conclusion, *, decision: Document, stars: int, level: str, organ_name: str, by: User, now: datetime
) -> Recognition:
    """Write one recognition, end the one it replaces, open the re-evaluation window."""
    product, day = conclusion.dossier.product, decision.day
    if day is None:
        raise ValueError("a decision of ours has its day")
    for old in Recognition.objects.in_force_on(day).filter(product=product).order_by("pk"):
        Recognition.objects.filter(pk=old.pk).update(
            ended_on=day, end_kind="replaced", end_reason=f"Thay bằng {decision}", end_decision=decision
        )
        audit.record("recognition.replaced", old, by=by, at=now, after={"quyết định": decision.number})
    give_official_code(product=product, year=day.year)
    recognition = Recognition.objects.create(
        code=codes.new(codes.LONG),
        product=product,
        basis=Recognition.OURS,
        conclusion=conclusion,
        dossier=conclusion.dossier,
        decision=decision,
        level=level,
        organ_name=organ_name,
        stars=stars,
        year=day.year,
        valid_from=day,
        valid_until=end_of(day),
        subject_name=conclusion.dossier.subject.name,
        place_name=conclusion.dossier.commune.full_name,
    )
    open_window(product=product, valid_until=end_of(day), based_on=str(decision))
    record(
        dossier=conclusion.dossier,
        move=Move.RECOGNISE,
        by=by,
        now=now,
        after={"sao": stars, "quyết định": decision.number},
    )
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
    :raises Refusal: no right, another council's product, another result, a day before the conclusion, a number used
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
    public_change()
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
        made.append(Approval.objects.create(conclusion=conclusion, decision=decision))
        record(
            dossier=conclusion.dossier,
            move=Move.SEND_TO_MINISTRY,
            by=by,
            now=now,
            after={"quyết định phê duyệt": decision.number},
        )
    return made


@transaction.atomic
def ministry_answer(
    *, approval: Approval, stars: int | None, number: str, day: date, organ_name: str, by: User, now: datetime
) -> Recognition | None:
    """Record the ministry's answer: 5 stars by its decision, or (stars None) the province evaluates again.

    Source: QĐ 26/2026/QĐ-TTg art. 7(4)e, g.
    """
    conclusion = approval.conclusion
    check_may_decide(by, Level.PROVINCE, conclusion.dossier.product, day_of(now))
    if stars not in (5, None):
        raise Refusal("Chưa ghi trả lời.", "Bộ chỉ công nhận 5 sao.", "Dưới 90 điểm: tỉnh đánh giá theo thẩm quyền.")
    same = Approval.objects.filter(pk=approval.pk, answered_on=None)
    if not same.update(answered_on=day, answer_stars=stars):
        raise Refusal("Chưa ghi trả lời.", "Đã có trả lời của Bộ.", "Mở lại trang.")
    if conclusion.dossier.step != Step.AT_MINISTRY:
        raise Refusal("Chưa ghi trả lời.", "Hồ sơ chưa trình Bộ.", "Mở lại trang.")
    if stars is None:
        record(
            dossier=conclusion.dossier,
            move=Move.EVALUATE_AGAIN,
            by=by,
            now=now,
            reason=f"{organ_name}: chưa đạt 90 điểm",
        )
        return None
    decision = record_foreign_document(
        organ_name=organ_name, kind="QĐ", number=number, day=day, year=day.year, summary="Công nhận 5 sao", now=now
    )
    recognition = _recognise(
        conclusion, decision=decision, stars=5, level=Level.MINISTRY, organ_name=organ_name, by=by, now=now
    )
    public_change()
    return recognition


@transaction.atomic
def record_recognition(
    *,
    product: Product,
    stars: int | None,
    level: str,
    organ_name: str,
    number: str,
    decided_on: date | None,
    year: int | None,
    source: str,
    by: audit.HasActor | audit.Actor,
    now: datetime,
) -> Recognition:
    """Record a recognition of another organ or time as its source tells: unknown parts stay unknown.

    Without a day of issue it counts as ever recognised, never as in force. It prints no certificate.
    """
    decision = record_foreign_document(
        organ_name=organ_name,
        kind="QĐ",
        number=number,
        day=decided_on,
        year=year,
        summary="Công nhận sản phẩm OCOP",
        now=now,
    )
    recognition = Recognition.objects.create(
        code=codes.new(codes.LONG),
        product=product,
        basis=Recognition.RECORDED,
        decision=decision,
        level=level,
        organ_name=organ_name,
        stars=stars,
        year=year,
        valid_from=decided_on,
        valid_until=end_of(decided_on) if decided_on else None,
        source=source[:300],
        subject_name=product.subject.name if product.subject else "",
        place_name=product.commune.full_name if product.commune else product.place_note,
    )
    if recognition.valid_until:
        open_window(product=product, valid_until=recognition.valid_until, based_on=str(decision))
    audit.record("recognition.recorded", recognition, by=by, at=now, after={"stars": stars, "source": source})
    public_change()
    return recognition
