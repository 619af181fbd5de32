"""Founding a council from its committee's decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from ocop.accounts.models import Agency, User
from ocop.documents.models import Document
from ocop.documents.services import record_document
from ocop.kernel import audit, once
from ocop.kernel.refusal import Refusal
from ocop.kernel.time import day_of, vi_date

from ..models import Council, Member
from ..permissions import check_may_found
from ..queries import rules_on
from ..rules import Part, composition_fault


@dataclass(frozen=True)
class Seat:
    """One line of the founding decision. seat  a key of SEATS_2026, empty for experts and districts"""

    user: User
    unit: str
    part: Part
    seat: str = ""
    title: str = ""
    agency: Agency | None = None

    def member(self, council: Council, decision: Document, *, first_day: date, last_day: date | None = None) -> Member:
        """The row of this seat, from the day on which a decision takes effect."""
        return Member(
            council=council,
            user=self.user,
            unit=self.unit,
            title=self.title,
            seat=self.seat,
            part=self.part,
            agency=self.agency,
            first_day=first_day,
            last_day=last_day,
            came_by=decision,
        )


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
    in_force = rules_on(organ, day)
    if in_force is None:
        raise Refusal(
            what, f"Ngày {vi_date(day)} không có quy chế cho cấp này.", "Kiểm tra ngày quyết định và cấp hội đồng."
        )
    if fault := composition_fault(in_force.rules, [(seat.user.pk, seat.part, seat.seat) for seat in seats]):
        raise Refusal(what, *fault)
    decision = record_document(
        organ=organ, kind="QĐ", number=number, day=day, summary=f"Thành lập {name}", by=by, now=now
    )
    council = Council.objects.create(
        name=name, level=level, organ=organ, decision=decision, rules=in_force.row, founded_on=day, ended_on=ended_on
    )
    Member.objects.bulk_create([seat.member(council, decision, first_day=day) for seat in seats])
    audit.record(
        "council.founded",
        council,
        by=by,
        at=now,
        after={"quyết định": decision.number, "thành viên": [seat.user.name for seat in seats]},
    )
    return council
