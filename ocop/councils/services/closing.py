"""Closing a product's round: quorum, due sheets, deviation, conclusion. The rules decide; this writes it down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ocop.accounts.models import User
from ocop.dossiers.queries import settings_of
from ocop.dossiers.rules import Move
from ocop.dossiers.services import record
from ocop.kernel import audit, once
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of
from ocop.scorecards.queries import card

from ..models import Conclusion, Item, Session, Sheet
from ..permissions import check_may_run, check_presides
from ..queries import board_of, level_of, marked, rules_of
from ..recheck import recheck, words_of
from ..rules import Open, causes, verdict
from ..sittings import check_needs_no_meeting


@transaction.atomic
def close_item(*, item: Item, by: User, now: datetime, token: str = "") -> Conclusion | None:
    """Close the current round of a product (đóng vòng): conclude it, or open the next round where sheets deviate.

    Returns the conclusion, or None when another round begins; the criteria that caused it stand in item.deviation.
    :raises Refusal: no right, no quorum, a sheet or a confirmation misses
    """
    once.claim(token, now=now)
    item = Item.objects.select_related(
        "session__council__organ__area", "dossier__scorecard", "dossier__subject", "dossier__product"
    ).get(pk=item.pk)
    day = day_of(now)
    session = item.session
    check_may_run(by, session.council, day)
    what = "Chưa đóng vòng chấm."
    if session.state != Session.OPEN or not Item.objects.pending().filter(pk=item.pk).exists():
        raise Refusal(what, "Phiên không mở, hoặc sản phẩm đã kết luận, đã rời hội đồng.", "Mở lại trang.")
    row, rules = board_of(item, day), rules_of(session)
    if row.chair is None and rules.chair_present:
        raise Refusal(
            what,
            "Chủ tịch Hội đồng có xung đột lợi ích, không có Phó Chủ tịch chủ trì thay.",
            "Cần người chủ trì thay theo quyết định.",
        )
    if not row.quorum:
        here = "đã gửi phiếu" if session.is_written else "có mặt"
        chair = "" if row.chair is None or row.chair_present else f" {row.chair.get_part_display()} vắng mặt."
        raise Refusal(
            what,
            f"Không đủ số thành viên: {here} {row.present}/{row.members}, cần từ {row.least_present}.{chair}",
            "Chờ đủ thành viên, hoặc lùi sản phẩm sang phiên khác.",
        )
    findings = list(item.findings.order_by("pk"))
    if row.unconfirmed:
        raise Refusal(what, "Có nhận định chưa được Chủ tịch xác nhận.", "Chủ tịch xác nhận trước khi đóng vòng.")
    rejections = [f"{f.criterion or 'hồ sơ'}: {f.reason}" for f in findings if f.kind == "reject"]
    if row.waiting and not (rejections and not row.signed):
        names = ", ".join(duty.member.user.name for duty in row.waiting)
        raise Refusal(what, f"Còn phiếu chưa ký: {names}.", "Nhắc thành viên, hoặc Chủ tịch miễn phiếu có lý do.")
    sheets = list(
        item.sheets.filter(round=item.round, signed_at__isnull=False)
        .select_related("scorecard", "item__dossier__scorecard", "member__user")
        .order_by("pk")
    )
    counted = {duty.member.pk for duty in row.signed}
    tied = [sheet.member.user.name for sheet in sheets if sheet.member_id not in counted]
    if tied:
        raise Refusal(
            what,
            f"Có phiếu của thành viên có xung đột lợi ích: {', '.join(tied)}.",
            "Chủ tịch mở lại phiếu đó, có lý do; phiếu không còn được tính.",
        )
    if not sheets and not rejections:
        raise Refusal(what, "Không có phiếu nào được tính.", "Cần ít nhất một phiếu đã ký.")
    results = [marked(sheet, findings) for sheet in sheets]
    deviates = rules.deviates([result.total for result in results])
    if session.is_written:
        check_needs_no_meeting(item, deviates=deviates and not rejections)
    if deviates and not rejections and item.round < rules.rounds:
        found = [[cause.criterion, list(cause.points)] for cause in causes(results)]
        same = Item.objects.filter(pk=item.pk, version=item.version, closed=False)
        if not same.update(round=item.round + 1, deviation=found, version=item.version + 1):
            raise Moved(what)
        audit.record(
            "item.next_round",
            item,
            by=by,
            at=now,
            reason="Chênh lệch điểm vượt mức của quy chế",
            after={"vòng": item.round + 1, "tiêu chí": found},
        )
        return None
    found_stars = next((f.stars for f in findings if f.kind == "minimum_2019"), None)
    decided = verdict(
        card(item.dossier.scorecard),
        results,
        rules=rules,
        level=level_of(item),
        settings=settings_of(item.dossier),
        rejections=rejections,
        found_stars=found_stars,
    )
    if isinstance(decided, Open):
        raise Refusal(what, decided.value, "Thư ký ghi nhận định, Chủ tịch xác nhận, rồi đóng vòng.")
    if not Item.objects.filter(pk=item.pk, version=item.version, closed=False).update(
        closed=True, version=item.version + 1
    ):
        raise Moved(what)
    outcome = decided.outcome
    Conclusion.objects.filter(dossier=item.dossier, level=session.council.level, superseded_at=None).update(
        superseded_at=now
    )
    conclusion = Conclusion.objects.create(
        item=item,
        dossier=item.dossier,
        level=session.council.level,
        round=item.round,
        points=outcome.points if outcome else 0,
        sheets=outcome.sheets if outcome else 0,
        band=outcome.band if outcome else None,
        marks_missed={str(star): list(codes) for star, codes in outcome.missed.items()} if outcome else {},
        stars=decided.stars,
        result=decided.result,
        reasons=list(decided.reasons),
        deviation_stands=deviates and not rejections,
        concluded_at=now,
    )
    record(
        dossier=item.dossier,
        move=Move.CONCLUDE,
        by=by,
        now=now,
        after={"kết quả": decided.result, "sao": decided.stars},
    )
    audit.record(
        "item.concluded",
        item,
        by=by,
        at=now,
        after={
            "points": conclusion.points,
            "sheets": conclusion.sheets,
            "stars": conclusion.stars,
            "result": decided.result,
        },
    )
    return conclusion


@transaction.atomic
def reopen_sheet(*, sheet: Sheet, reason: str, by: User, now: datetime) -> None:
    """The chair reopens a signed sheet of the current round with a reason; the signed version stays in the log."""
    check_presides(by, sheet.item, day_of(now))
    reason = clean(reason)
    if len(reason) < 10:
        raise Refusal("Chưa mở lại phiếu.", "Lý do quá ngắn.", "Ghi rõ lý do mở lại.")
    if sheet.item.closed or sheet.round != sheet.item.round or sheet.signed_at is None:
        raise Refusal("Chưa mở lại phiếu.", "Vòng chấm đã đóng hoặc phiếu chưa ký.", "Mở lại trang.")
    same = Sheet.objects.filter(pk=sheet.pk, version=sheet.version)
    before = {"sha256": sheet.sha256, "body": sheet.body}
    if not same.update(signed_at=None, total=None, sections={}, body=None, sha256="", version=sheet.version + 1):
        raise Moved("Chưa mở lại phiếu.")
    audit.record("sheet.reopened", sheet, by=by, at=now, reason=reason, before=before)


@transaction.atomic
def close_session(*, session: Session, by: User, now: datetime) -> None:
    """End the session once every product has its conclusion, and each conclusion is found again by another path."""
    check_may_run(by, session.council, day_of(now))
    if session.items.pending().exists():
        raise Refusal(
            "Chưa kết thúc phiên.", "Còn sản phẩm chưa kết luận.", "Kết luận, hoặc đưa sản phẩm ra khỏi phiên."
        )
    checked = recheck(session)
    if any(one.differences for one in checked):
        raise Refusal(
            "Chưa kết thúc phiên.",
            f"Kết quả tính lại độc lập từ các phiếu đã ký không khớp: {words_of(checked)}.",
            "Báo quản trị hệ thống; giữ nguyên phiếu và kết luận để đối chiếu.",
        )
    same = Session.objects.filter(pk=session.pk, version=session.version, state=Session.OPEN)
    if not same.update(state=Session.CLOSED, closed_at=now, rechecked=len(checked), version=session.version + 1):
        raise Moved("Chưa kết thúc phiên.")
    session.refresh_from_db()
    audit.record("session.closed", session, by=by, at=now, after={"tính lại": words_of(checked)})
