"""Rounds of evaluation beyond the law's, and the plans of all."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from ocop.accounts.models import User
from ocop.kernel import audit, once
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of, vi_date

from ..models import EvaluationRound
from ..permissions import check_may_plan_rounds


@transaction.atomic
def add_round(
    *,
    level: str,
    proposals_before: date,
    results_before: date,
    basis: str,
    plan: str,
    by: User,
    now: datetime,
    token: str = "",
) -> EvaluationRound:
    """Add a round to the two that the law holds a year, numbered after them.

    basis  the decision with the Quy chế that provides for it; plan  of the round: art. 5 asks for both
    :raises Refusal: no right, no basis or plan, days in the wrong order, a round with the same day of proposals
    """
    once.claim(token, now=now)
    check_may_plan_rounds(by, day_of(now))
    what = "Chưa lập đợt."
    basis, plan = clean(basis), clean(plan)
    if len(basis) < 10 or len(plan) < 10:
        raise Refusal(
            what,
            "Đợt thêm phải được quy định trong Quy chế và có kế hoạch (QĐ 26/2026/QĐ-TTg điều 5).",
            "Ghi số, ngày của cả hai văn bản.",
        )
    if results_before <= proposals_before:
        raise Refusal(what, "Ngày có kết quả không sau ngày nhận đề nghị.", "Kiểm tra lại hai ngày.")
    there = EvaluationRound.objects.filter(level=level)
    if there.filter(proposals_before=proposals_before).exists():
        raise Refusal(what, f"Đã có đợt nhận đề nghị trước ngày {vi_date(proposals_before)}.", "Chọn ngày khác.")
    year = proposals_before.year
    last = there.filter(year=year).aggregate(last=Max("number"))["last"] or 2  # 1 and 2 are the law's
    try:
        with transaction.atomic():
            row = EvaluationRound.objects.create(
                level=level,
                year=year,
                number=last + 1,
                proposals_before=proposals_before,
                results_before=results_before,
                basis=basis[:300],
                plan=plan[:300],
            )
    except IntegrityError as error:
        raise Moved(what) from error
    audit.record("round.added", row, by=by, at=now, reason=basis, after={"đợt": str(row), "kế hoạch": plan})
    return row


@transaction.atomic
def set_plan(*, evaluation_round: EvaluationRound, plan: str, version: int, by: User, now: datetime) -> None:
    """Write down the plan (kế hoạch) under which a round is held."""
    check_may_plan_rounds(by, day_of(now))
    plan = clean(plan)
    if len(plan) < 10:
        raise Refusal("Chưa ghi kế hoạch.", "Nội dung quá ngắn.", "Ghi số, ngày của kế hoạch.")
    same = EvaluationRound.objects.filter(pk=evaluation_round.pk, version=version)
    if not same.update(plan=plan[:300], version=version + 1):
        raise Moved("Chưa ghi kế hoạch.")
    before = {"kế hoạch": evaluation_round.plan}
    evaluation_round.refresh_from_db()
    audit.record("round.planned", evaluation_round, by=by, at=now, before=before, after={"kế hoạch": plan})
