"""The rules of work (Quy chế) that a committee issues for its councils."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.db import transaction

from ocop.accounts.models import Agency, User
from ocop.documents.services import record_document
from ocop.kernel import audit, once
from ocop.kernel.refusal import Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of, vi_date

from ..models import CouncilRules, Session
from ..permissions import check_may_found
from ..queries import rules_on
from ..rules import RulesOfWork


@transaction.atomic
def adopt_rules(
    *,
    organ: Agency,
    rules: RulesOfWork,
    name: str,
    number: str,
    day: date,
    valid_from: date,
    by: User,
    now: datetime,
    token: str = "",
) -> CouncilRules:
    """Enter the committee's own rules of work; they end those before and never change.

    :raises Refusal: no right, in force before they were signed or before others of its own, or a session that was
      planned for a day on which they would hold: it keeps the rules of its planning
    Source: QĐ 26/2026/QĐ-TTg art. 7(3)b: the chair of the committee issues them.
    """
    once.claim(token, now=now)
    what = "Chưa ghi quy chế."
    organ = Agency.objects.select_for_update().get(pk=organ.pk)  # two rule books come one after the other
    check_may_found(by, organ, day_of(now), what=what)
    if valid_from < day:
        raise Refusal(what, "Quy chế không có hiệu lực trước ngày ký.", "Kiểm tra lại các ngày.")
    if rules_on(organ, valid_from) is None:
        raise Refusal(what, f"Ngày {vi_date(valid_from)} cấp này không có hội đồng.", "Kiểm tra lại ngày.")
    before = CouncilRules.objects.filter(organ=organ).order_by("-valid_from").first()
    if before is not None and valid_from <= before.valid_from:
        raise Refusal(
            what, f"Đã có {before} từ ngày {vi_date(before.valid_from)}.", "Nhập ngày có hiệu lực sau ngày đó."
        )
    session = Session.objects.filter(council__organ=organ, held_on__gte=valid_from).order_by("-held_on").first()
    if session is not None:
        raise Refusal(
            what,
            f"{session} ngày {vi_date(session.held_on)} đã lập theo quy chế trước.",
            "Nhập ngày có hiệu lực sau ngày họp của phiên đó.",
        )
    decision = record_document(
        organ=organ, kind="QĐ", number=number, day=day, summary=f"Ban hành {clean(name)}", by=by, now=now
    )
    CouncilRules.objects.filter(organ=organ, valid_to=None).update(valid_to=valid_from - timedelta(days=1))
    row = CouncilRules.objects.create(
        level=organ.level,
        organ=organ,
        decision=decision,
        name=clean(name),
        basis=f"Quyết định số {decision.number} ngày {vi_date(day)} của {organ.name}",
        valid_from=valid_from,
        body=asdict(rules),
    )
    audit.record(
        "rules.adopted",
        row,
        by=by,
        at=now,
        after={"quyết định": decision.number, "từ": valid_from, "nội dung": row.body},
    )
    return row
