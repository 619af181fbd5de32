"""Founding a council from its committee's decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from ocop.accounts.models import Agency, User
from ocop.documents.services import record_document
from ocop.kernel import audit, once
from ocop.kernel.refusal import Refusal
from ocop.kernel.time import day_of, vi_date

from ..models import Council, Member
from ..permissions import check_may_found
from ..queries import rules_on
from ..rules import Part, RulesOfWork, missing_seats


@dataclass(frozen=True)
class Seat:
    """One line of the founding decision. seat  a key of SEATS_2026, empty for experts and districts"""

    user: User
    unit: str
    part: Part
    seat: str = ""
    title: str = ""
    agency: Agency | None = None


@transaction.atomic
def found_council(
    *,
    organ: Agency,
    level: str,
    name: str,
    number: str,
    day: date,
    seats: Sequence[Seat],
    by: User,
    now: datetime,
    ended_on: date | None = None,
    token: str = "",
) -> Council:
    """Found a council (Hội đồng đánh giá, phân hạng) by a decision; refused while its composition breaks the rules.

    :raises Refusal: no right, too few members, no or two chairs, no secretary, a seat of art. 7(3)b that is empty
    """
    once.claim(token, now=now)
    check_may_found(by, organ, day_of(now))
    what = "Chưa lập hội đồng."
    if level != organ.level:
        raise Refusal(what, f"{organ} không lập hội đồng cấp khác.", "Chọn cơ quan đúng cấp.")
    rules_row = rules_on(level, day)
    if rules_row is None:
        raise Refusal(
            what, f"Ngày {vi_date(day)} không có quy chế cho cấp này.", "Kiểm tra ngày quyết định và cấp hội đồng."
        )
    rules = RulesOfWork.parse(rules_row.body)
    scoring = [seat for seat in seats if seat.part != Part.SECRETARY]
    if len({seat.user.pk for seat in seats}) != len(seats):
        raise Refusal(what, "Một người có hai chỗ trong hội đồng.", "Mỗi người chỉ giữ một nhiệm vụ.")
    if len(scoring) < rules.least_members:
        raise Refusal(
            what,
            f"Có {len(scoring)} thành viên chấm điểm, quy chế cần từ {rules.least_members}.",
            "Bổ sung thành viên.",
        )
    if sum(seat.part == Part.CHAIR for seat in seats) != 1:
        raise Refusal(what, "Hội đồng phải có đúng một Chủ tịch.", "Kiểm tra lại quyết định.")
    if not any(seat.part == Part.SECRETARY for seat in seats):
        raise Refusal(what, "Chưa có thư ký.", "Thêm thư ký theo quyết định.")
    if rules.seats_of_2026:
        lacking = missing_seats({seat.seat for seat in scoring})
        if lacking:
            raise Refusal(
                what,
                f"Thiếu đại diện: {'; '.join(lacking)} (QĐ 26/2026/QĐ-TTg điều 7 khoản 3 điểm b).",
                "Bổ sung đủ thành phần.",
            )
    decision = record_document(
        organ=organ, kind="QĐ", number=number, day=day, summary=f"Thành lập {name}", by=by, now=now
    )
    council = Council.objects.create(
        name=name, level=level, organ=organ, decision=decision, rules=rules_row, founded_on=day, ended_on=ended_on
    )
    Member.objects.bulk_create(
        [
            Member(
                council=council,
                user=seat.user,
                unit=seat.unit,
                title=seat.title,
                seat=seat.seat,
                part=seat.part,
                agency=seat.agency,
            )
            for seat in seats
        ]
    )
    audit.record(
        "council.founded",
        council,
        by=by,
        at=now,
        after={"quyết định": decision.number, "thành viên": [seat.user.name for seat in seats]},
    )
    return council
