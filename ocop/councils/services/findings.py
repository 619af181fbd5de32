"""Findings of the council: entered by the secretary with a reason, confirmed by the chair."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from ocop.accounts.models import User
from ocop.kernel import audit
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of
from ocop.scorecards.queries import card

from ..models import Excuse, Finding, Item, Member, Session
from ..permissions import check_may_run, check_presides


def _check_open(item: Item, what: str) -> None:
    if item.closed:
        raise Refusal(what, "Sản phẩm đã có kết luận.", "Kết luận không sửa được.")
    if item.session.state != Session.OPEN:
        raise Refusal(what, f"Phiên {item.session.get_state_display()}.", "Mở phiên trước.")


@transaction.atomic
def enter_finding(
    *, item: Item, kind: str, reason: str, by: User, now: datetime, criterion: str = "", stars: int | None = None
) -> Finding:
    """Enter a ground of rejection, a stop, or (2019) the highest star whose minimum requirements are met.

    kind  reject (criterion empty: a ground printed above the table), stop, minimum_2019 (stars 2 to 5)
    """
    check_may_run(by, item.session.council, day_of(now))
    what = "Chưa ghi nhận định."
    _check_open(item, what)
    scorecard = card(item.dossier.scorecard)
    reason = clean(reason)
    if len(reason) < 10:
        raise Refusal(what, "Lý do quá ngắn.", "Ghi rõ căn cứ của nhận định.")
    if kind == "minimum_2019":
        if scorecard.star_minimums_printed or stars not in (2, 3, 4, 5):
            raise Refusal(what, "Nhận định này chỉ dùng cho bộ tiêu chí 2019, từ 2 đến 5 sao.", "Kiểm tra lại.")
        criterion = ""
    elif kind in ("reject", "stop"):
        stars = None
        found = scorecard.by_code.get(criterion)
        allowed = found is not None and found.knockout == kind
        if not (allowed or (kind == "reject" and not criterion)):
            raise Refusal(
                what, f"Tiêu chí {criterion or '?'} không có ghi chú loại hoặc dừng đánh giá.", "Chọn đúng tiêu chí."
            )
    else:
        raise ValueError(kind)
    try:
        with transaction.atomic():
            finding = Finding.objects.create(
                item=item, kind=kind, criterion=criterion, stars=stars, reason=reason[:1000], entered_by=by
            )
    except IntegrityError as error:
        raise Refusal(what, "Nhận định này đã có.", "Mở lại trang.") from error
    audit.record(
        "finding.entered", item, by=by, at=now, reason=reason, after={"kind": kind, "tiêu chí": criterion, "sao": stars}
    )
    return finding


@transaction.atomic
def confirm_finding(*, finding: Finding, by: User, now: datetime) -> None:
    """The chair confirms a finding; it counts from then on."""
    check_presides(by, finding.item, day_of(now))
    _check_open(finding.item, "Chưa xác nhận.")
    same = Finding.objects.filter(pk=finding.pk, confirmed_by=None)
    if not same.update(confirmed_by=by, confirmed_at=now):
        raise Moved("Chưa xác nhận.")
    finding.refresh_from_db()
    audit.record("finding.confirmed", finding.item, by=by, at=now, after={"kind": finding.kind})


@transaction.atomic
def drop_finding(*, finding: Finding, by: User, now: datetime, reason: str = "") -> None:
    """Take a finding back: the secretary what the chair has not confirmed, the chair with a reason what he has.

    The event keeps what it said. Sheets signed under a stop lack the marks after it: they are opened again first.
    """
    item, what = finding.item, "Chưa bỏ nhận định."
    reason = clean(reason)
    if finding.confirmed_by_id is None:
        check_may_run(by, item.session.council, day_of(now))
    else:
        check_presides(by, item, day_of(now))
        if len(reason) < 10:
            raise Refusal(what, "Lý do quá ngắn.", "Ghi rõ lý do rút nhận định đã xác nhận.")
        if finding.kind == "stop" and item.sheets.filter(round=item.round, signed_at__isnull=False).exists():
            raise Refusal(what, "Đã có phiếu ký theo nhận định này.", "Chủ tịch mở lại các phiếu đó trước.")
    _check_open(item, what)
    before = {"kind": finding.kind, "tiêu chí": finding.criterion, "sao": finding.stars, "lý do": finding.reason}
    if not Finding.objects.filter(pk=finding.pk, confirmed_by=finding.confirmed_by_id).delete()[0]:
        raise Moved(what)
    audit.record("finding.dropped", item, by=by, at=now, reason=reason, before=before)


@transaction.atomic
def excuse_member(*, item: Item, member: Member, reason: str, by: User, now: datetime) -> Excuse:
    """The chair excuses a present member from one sheet, with a reason that the minutes print."""
    check_presides(by, item, day_of(now))
    _check_open(item, "Chưa miễn phiếu.")
    reason = clean(reason)
    if len(reason) < 10:
        raise Refusal("Chưa miễn phiếu.", "Lý do quá ngắn.", "Ghi rõ lý do miễn phiếu.")
    if item.sheets.filter(member=member, round=item.round, signed_at__isnull=False).exists():
        raise Refusal("Chưa miễn phiếu.", "Thành viên đã ký phiếu.", "Phiếu đã ký vẫn được tính.")
    row, _ = Excuse.objects.get_or_create(item=item, member=member, defaults={"reason": reason[:500]})
    audit.record("member.excused", item, by=by, at=now, reason=reason, after={"thành viên": member.user.name})
    return row
