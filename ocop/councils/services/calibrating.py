"""Calibration before a session: reference dossiers, reference answers, each member's practice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from ocop.accounts.models import User
from ocop.dossiers.models import Dossier
from ocop.dossiers.services import grant_reading
from ocop.kernel import audit, once
from ocop.kernel.refusal import Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of
from ocop.scorecards.models import Scorecard
from ocop.scorecards.rules import AnswerErrors

from ..calibration import marked_practice
from ..models import Calibration, CalibrationSheet, Session
from ..permissions import check_may_lead, member_of


@transaction.atomic
def plan_calibration(
    *,
    session: Session,
    title: str,
    text: str,
    scorecard: Scorecard,
    by: User,
    now: datetime,
    dossier: Dossier | None = None,
    token: str = "",
) -> Calibration:
    """Add a reference dossier to a session, described in words or an evaluated one, which the members may then read.

    :raises Refusal: neither secretary nor chair, the session ended, the title stands already, nothing to judge
    """
    once.claim(token, now=now)
    check_may_lead(by, session.council, day_of(now))
    what = "Chưa thêm hồ sơ hiệu chuẩn."
    _check_before_the_end(session, what)
    if dossier is None and len(clean(text)) < 20:
        raise Refusal(what, "Chưa có mô tả hồ sơ giả định.", "Nhập mô tả, hoặc số của một hồ sơ đã đánh giá.")
    try:
        with transaction.atomic():
            row = Calibration.objects.create(
                session=session, title=clean(title), text=clean(text), scorecard=scorecard, dossier=dossier
            )
    except IntegrityError as error:
        raise Refusal(what, "Tên này đã có trong phiên.", "Đặt tên khác.") from error
    if dossier is not None:
        users = [member.user for member in session.council.members.select_related("user").order_by("pk")]
        last = max(session.held_on, day_of(now))
        grant_reading(
            dossier=dossier, users=users, valid_from=day_of(now), valid_to=last, reason="Hiệu chuẩn chấm điểm"
        )
    audit.record("calibration.planned", row, by=by, at=now, after={"phiên": session.code, "tên": row.title})
    return row


@transaction.atomic
def set_reference(*, calibration: Calibration, answers: Mapping[str, object], by: User, now: datetime) -> None:
    """Set the reference answers (điểm chuẩn), all at once, before anybody has practised.

    :raises Refusal: neither secretary nor chair, somebody has practised, an answer misses or does not fit
    """
    check_may_lead(by, calibration.session.council, day_of(now))
    what = "Chưa ghi điểm chuẩn."
    _check_before_the_end(calibration.session, what)
    if calibration.sheets.exists():
        raise Refusal(what, "Đã có thành viên chấm thử.", "Thêm một hồ sơ hiệu chuẩn khác.")
    _check_fits(calibration, answers, what)
    calibration.answers, calibration.set_by = dict(answers), by
    calibration.save(update_fields=["answers", "set_by"])
    audit.record("calibration.referenced", calibration, by=by, at=now)


@transaction.atomic
def practise(*, calibration: Calibration, answers: Mapping[str, object], by: User, now: datetime) -> CalibrationSheet:
    """Keep a member's practice; from then on he sees his distance from the reference, and nobody else does.

    :raises Refusal: no scoring seat, no reference yet, his own reference, practised before, an answer misses
    """
    member = member_of(by, calibration.session)
    what = "Chưa ghi phiếu chấm thử."
    _check_before_the_end(calibration.session, what)
    if not calibration.answers:
        raise Refusal(what, "Hồ sơ chưa có điểm chuẩn.", "Chờ thư ký hoặc Chủ tịch ghi điểm chuẩn.")
    if calibration.set_by_id == by.pk:
        raise Refusal(what, "Bạn là người đặt điểm chuẩn.", "Chấm hồ sơ hiệu chuẩn khác.")
    _check_fits(calibration, answers, what)
    try:
        with transaction.atomic():
            row = CalibrationSheet.objects.create(
                calibration=calibration, member=member, answers=dict(answers), done_at=now
            )
    except IntegrityError as error:
        raise Refusal(what, "Bạn đã chấm thử hồ sơ này.", "Mở lại trang để xem độ lệch.") from error
    audit.record("calibration.practised", calibration, by=by, at=now)
    return row


def _check_before_the_end(session: Session, what: str) -> None:
    if session.state == Session.CLOSED:
        raise Refusal(what, "Phiên đã kết thúc.", "Hiệu chuẩn ở phiên sau.")


def _check_fits(calibration: Calibration, answers: Mapping[str, object], what: str) -> None:
    try:
        marked_practice(calibration, answers)
    except AnswerErrors as error:
        codes = ", ".join(code for code, _ in error.errors[:10])
        raise Refusal(
            what, f"Câu trả lời thiếu hoặc không khớp ở tiêu chí {codes}.", "Chấm đủ các tiêu chí."
        ) from error
