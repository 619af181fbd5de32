"""One person after the other in a council or team: rows end and begin by a decision. Nothing is written here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Generic, TypeVar

from ocop.documents.models import Document
from ocop.kernel.refusal import Refusal
from ocop.kernel.time import vi_date

from .models import Membership

Someone = TypeVar("Someone", bound=Membership)
ONE_DAY = timedelta(days=1)


def who_leaves(
    members: Sequence[Someone], leaving: Collection[int], day: date, *, what: str, alone: bool
) -> list[Someone]:
    """Return the rows of those who leave from that day.

    alone  nobody comes
    :raises Refusal: nobody moves at all, or one cannot leave then
    """
    if alone and not leaving:
        raise Refusal(what, "Chưa chọn ai.", "Chọn người thôi tham gia, hoặc nhập người tham gia.")
    out = [member for member in members if member.pk in leaving]
    for member in out:
        if not member.sits_on(day) or member.first_day == day:
            raise Refusal(
                what, f"{member} không phải thành viên trước ngày {vi_date(day)}.", "Chọn ngày có hiệu lực khác."
            )
        if any(other.user_id == member.user_id and other.first_day > day for other in members):
            raise Refusal(
                what,
                f"Đã ghi thay đổi khác của {member} sau ngày {vi_date(day)}.",
                "Nhập thay đổi có hiệu lực sau thay đổi đó.",
            )
    return out


def back_again(out: Iterable[Someone], until: date | None, decision: Document) -> list[Someone]:
    """Return the rows by which those who were replaced for some days come back, where they still belong to it."""
    found: list[Someone] = []
    for member in out:
        if until is not None and (member.last_day is None or until < member.last_day):
            again = copy(member)
            again.pk, again.first_day, again.came_by = None, until + ONE_DAY, decision
            found.append(again)
    return found


def leave(out: Iterable[Membership], day: date, decision: Document) -> None:
    """Let the rows end before that day; the caller writes them."""
    for member in out:
        member.last_day, member.left_by = day - ONE_DAY, decision


def words(body: object, decision: Document, day: date, until: date | None) -> str:
    """'Hội đồng … từ ngày 01/10/2026 theo Quyết định số 400/QĐ-UBND.'"""
    last = f" đến hết ngày {vi_date(until)}" if until else ""
    return f"{body} từ ngày {vi_date(day)}{last} theo Quyết định số {decision.number}."


@dataclass
class Turn(Generic[Someone]):
    """What one decision did to the people: who came and who left by it."""

    decision: Document
    came: list[Someone] = field(default_factory=list)
    left: list[Someone] = field(default_factory=list)

    @property
    def first_day(self) -> date:
        """The day on which it takes effect."""
        came = [member.first_day for member in self.came]
        return min([*came, *(member.last_day + ONE_DAY for member in self.left if member.last_day)])


def history(members: Iterable[Someone]) -> list[Turn[Someone]]:
    """Return the decisions over these people, the newest first. members  with came_by and left_by"""
    found: dict[int, Turn[Someone]] = {}
    for member in members:
        found.setdefault(member.came_by_id, Turn(member.came_by)).came.append(member)
        if member.left_by is not None:
            found.setdefault(member.left_by.pk, Turn(member.left_by)).left.append(member)
    return [found[key] for key in sorted(found, reverse=True)]
