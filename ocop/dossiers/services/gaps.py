"""Gaps (điểm thiếu): an officer asks, the producer answers one by one, the office settles each. One event an act."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from ocop.accounts.models import User
from ocop.kernel import audit, once, series
from ocop.kernel.audit import Actor
from ocop.kernel.calendar import holidays
from ocop.kernel.refusal import Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import VIETNAM, act_deadline, day_of, vi_date
from ocop.registry.models import Evidence
from ocop.scorecards.queries import card

from ..models import Dossier, Filing, Gap, Pin
from ..permissions import check_may_answer, check_may_check, check_may_withdraw_gap
from ..rules import GAP_STATE_NAMES, GapAct, GapState, gap_state_after
from .drafting import attach
from .hands import judge, write
from .notices import tell_subject

SHORTEST = 10  # letters that say what to hand in
_NOT_DONE = {
    GapAct.ANSWER: "Chưa trả lời",
    GapAct.CLOSE: "Chưa đóng",
    GapAct.REOPEN: "Chưa mở lại",
    GapAct.WITHDRAW: "Chưa bỏ",
}


def printed(by: User) -> str:
    """Name, role and organ as a row keeps them."""
    actor: Actor = by.as_actor()
    return ", ".join(part for part in (actor.name, actor.role, actor.organ) if part)


@transaction.atomic
def ask_gap(
    *,
    dossier: Dossier,
    criterion: str,
    text: str,
    due_on: date,
    by: User,
    now: datetime,
    evidence: Evidence | None = None,
    page: int | None = None,
    token: str = "",
) -> Gap:
    """Write down one thing that misses; the producer is told when the dossier goes back.

    criterion  "" for the forms; page  from 1, of evidence, which is pinned there. A last day off moves to the next
    working day (compliance.md section 7).
    :raises Refusal: no right, wrong step, an unknown criterion, paper or page, a day that is over, too few words
    """
    what, day = "Chưa ghi điểm thiếu.", day_of(now)
    once.claim(token, now=now)
    check_may_check(by, dossier, day)
    judge(dossier, by, now)
    text = clean(text)
    if len(text) < SHORTEST:
        raise Refusal(what, "Nội dung quá ngắn.", "Ghi rõ thiếu gì và cần nộp gì.")
    if criterion and criterion not in card(dossier.scorecard).by_code:
        raise Refusal(what, f"Bộ tiêu chí không có tiêu chí {criterion}.", "Chọn lại tiêu chí.")
    _check_page(dossier, criterion, evidence, page)
    due = _due(due_on, day, what)
    gap = Gap.objects.create(
        dossier=dossier,
        number=series.take(f"gap-{dossier.pk}"),
        criterion=criterion,
        evidence=evidence,
        page=page,
        text=text[:2000],
        step=dossier.step,
        asked_by=by,
        asked_as=printed(by)[:500],
        asked_at=now,
        due_on=due,
    )
    after = {"số": gap.number, "tiêu chí": criterion, "nội dung": gap.text, "hạn": due}
    audit.record("dossier.gap_asked", dossier, by=by, at=now, after=after)
    return gap


def _check_page(dossier: Dossier, criterion: str, evidence: Evidence | None, page: int | None) -> None:
    what = "Chưa ghi điểm thiếu."
    if evidence is None:
        if page is not None:
            raise Refusal(what, "Có số trang mà chưa chọn giấy tờ.", "Chọn giấy tờ, hoặc bỏ số trang.")
        return
    if not Pin.objects.filter(dossier=dossier, criterion=criterion, evidence=evidence).exists():
        raise Refusal(what, f"“{evidence}” không gắn ở tiêu chí này.", "Chọn lại giấy tờ.")
    pages = evidence.file.pages
    if page is not None and (page < 1 or (pages and page > pages)):
        raise Refusal(what, f"“{evidence}” không có trang {page}.", f"Chọn trang từ 1 đến {pages or 'trang cuối'}.")


def _due(due_on: date, day: date, what: str) -> date:
    if due_on < day:
        raise Refusal(what, f"Hạn {vi_date(due_on)} đã qua.", "Chọn hạn từ hôm nay trở đi.")
    return act_deadline(due_on, holidays())


@transaction.atomic
def _move(
    gap: Gap, act: GapAct, version: int, by: audit.HasActor | Actor, now: datetime, reason: str = "", **values: object
) -> None:
    """Carry out one act: the table gives the state, compare-and-set guards it, one event tells it."""
    to = gap_state_after(GapState(gap.state), act)
    same = Gap.objects.filter(pk=gap.pk, version=version, state=gap.state)
    if to is None or not same.update(state=to, version=F("version") + 1, **values):
        raise _overtaken(gap, act)
    before = gap.state
    gap.refresh_from_db()
    audit.record(
        f"dossier.gap_{act}",
        gap.dossier,
        by=by,
        at=now,
        reason=reason,
        before={"số": gap.number, "trạng thái": before},
        after={"số": gap.number, "trạng thái": to, "trả lời": gap.answer, "hạn": gap.due_on},
    )


def _overtaken(gap: Gap, act: GapAct) -> Refusal:
    """What to tell whoever comes second: how the gap stands now and who did it."""
    gap.refresh_from_db()
    state = GAP_STATE_NAMES[GapState(gap.state)].lower()
    why = f"Điểm thiếu số {gap.number} {state}."
    if gap.closed_at is not None and gap.state in (GapState.CLOSED, GapState.WITHDRAWN):
        at = gap.closed_at.astimezone(VIETNAM)
        verb = "đóng" if gap.state == GapState.CLOSED else "bỏ"
        why = f"{gap.closed_as} đã {verb} điểm này lúc {at:%H:%M ngày %d/%m/%Y}."
    elif gap_state_after(GapState(gap.state), act) is not None:
        why = f"Người khác vừa cập nhật điểm thiếu số {gap.number}."
    return Refusal(f"{_NOT_DONE[act]} điểm thiếu số {gap.number}.", why, "Mở lại trang để xem bản mới.")


@transaction.atomic
def answer_gap(
    *, gap: Gap, version: int, text: str, by: User, now: datetime, evidence: Evidence | None = None, token: str = ""
) -> None:
    """Answer in words, with a paper, or both; the paper is pinned at the gap's criterion. Counts with the next filing.

    A late answer is taken: whether it is late is decided by the day of the filing.
    :raises Refusal: no right, not returned, not told, neither words nor paper, a paper for the forms, answered by now
    """
    once.claim(token, now=now)
    check_may_answer(by, gap.dossier, day_of(now))
    who = write(gap.dossier, by, now)
    text, what = clean(text)[:2000], f"Chưa trả lời điểm thiếu số {gap.number}."
    if gap.sent_at is None:
        raise _overtaken(gap, GapAct.ANSWER)
    if not text and evidence is None:
        raise Refusal(what, "Chưa có lời giải trình, chưa có giấy tờ.", "Ghi giải trình hoặc gắn giấy tờ.")
    if evidence is not None:
        if not gap.criterion:
            raise Refusal(what, "Điểm thiếu này ở mẫu 01, 02.", "Sửa biểu mẫu rồi ghi đã sửa gì.")
        attach(dossier=gap.dossier, criterion=gap.criterion, evidence=evidence, by=by, now=now)
    _move(gap, GapAct.ANSWER, version, who, now, answer=text, answer_evidence=evidence, answered_at=now, filing=None)


@transaction.atomic
def close_gap(*, gap: Gap, version: int, by: User, now: datetime) -> None:
    """Find that the answer will do (đã đủ)."""
    check_may_check(by, gap.dossier, day_of(now), what="Chưa đóng điểm thiếu.")
    judge(gap.dossier, by, now)
    _move(gap, GapAct.CLOSE, version, by, now, closed_as=printed(by)[:500], closed_at=now)


@transaction.atomic
def reopen_gap(*, gap: Gap, version: int, reason: str, due_on: date, by: User, now: datetime) -> None:
    """Find that the answer will not do: open again with a reason and a new day, told when the dossier goes back."""
    day, what = day_of(now), f"Chưa mở lại điểm thiếu số {gap.number}."
    check_may_check(by, gap.dossier, day, what=what)
    judge(gap.dossier, by, now)
    reason = clean(reason)[:2000]
    if len(reason) < SHORTEST:
        raise Refusal(what, "Lý do quá ngắn.", "Ghi rõ còn thiếu gì.")
    due = _due(due_on, day, what)
    blank = {"sent_at": None, "filing": None, "closed_as": "", "closed_at": None}
    _move(gap, GapAct.REOPEN, version, by, now, reason, again=reason, due_on=due, **blank)


@transaction.atomic
def withdraw_gap(*, gap: Gap, version: int, reason: str, by: User, now: datetime) -> None:
    """Take a gap back (bỏ): it was none. Its number stays used. The producer is told where he knew of it."""
    check_may_withdraw_gap(by, gap.dossier, day_of(now))
    judge(gap.dossier, by, now)
    reason = clean(reason)[:2000]
    if len(reason) < SHORTEST:
        raise Refusal(f"Chưa bỏ điểm thiếu số {gap.number}.", "Lý do quá ngắn.", "Ghi rõ vì sao không còn yêu cầu.")
    _move(gap, GapAct.WITHDRAW, version, by, now, reason, again=reason, closed_as=printed(by)[:500], closed_at=now)
    if gap.sent_at is not None:
        text = f"Hồ sơ {gap.dossier.number}: không còn yêu cầu điểm thiếu số {gap.number}."
        tell_subject(gap.dossier, text, now)


def send_gaps(dossier: Dossier, now: datetime) -> list[Gap]:
    """The dossier goes back with its open gaps; returns them by number. In the transaction of the return."""
    dossier.gaps.to_send().update(sent_at=now)
    return list(dossier.gaps.to_send().order_by("number"))


def check_answered(dossier: Dossier) -> None:
    """Refuse to file again while the producer has left a gap without an answer, naming each."""
    if numbers := list(dossier.gaps.unanswered().order_by("number").values_list("number", flat=True)):
        raise Refusal(
            "Chưa nộp lại hồ sơ.",
            f"Chưa trả lời điểm thiếu số {', '.join(map(str, numbers))}.",
            "Trả lời từng điểm rồi nộp lại.",
        )


def hand_in_answers(dossier: Dossier, filing: Filing) -> None:
    """The answers of this round came with this filing: its day decides whether they are late."""
    Gap.objects.filter(dossier=dossier, state=GapState.ANSWERED, filing=None).update(filing=filing)


def check_settled(dossier: Dossier, what: str) -> None:
    """Refuse to let a dossier go on while its office has not settled a gap, naming each."""
    if numbers := list(dossier.gaps.pending().order_by("number").values_list("number", flat=True)):
        raise Refusal(
            what,
            f"Điểm thiếu số {', '.join(map(str, numbers))} chưa xử lý xong.",
            "Đóng, bỏ từng điểm, hoặc trả lại hồ sơ để bổ sung.",
        )
