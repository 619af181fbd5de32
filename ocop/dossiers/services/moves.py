"""Moves of officers and councils: guard, compare and set, event, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from ocop.accounts.models import User
from ocop.kernel import audit, once
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of, vi_date
from ocop.registry.models import Product

from ..models import CommuneAssessment, Dossier, Grant, Window
from ..permissions import MOVE_NAMES, check_may_assess, check_may_move, transition_for
from ..queries import lapsed, transitions
from ..rules import Move, Step, reevaluation_window
from .clocks import enter_step
from .gaps import check_settled, send_gaps
from .hands import judge
from .notices import tell_subject
from .slips import give_slip

# Not after a transitional deadline
FORWARD = frozenset({Move.PROPOSE, Move.ACCEPT, Move.CONVENE, Move.CONCLUDE, Move.REOPEN, Move.SECOND_PANEL})


def make_move(
    dossier: Dossier,
    move: Move,
    *,
    version: int | None,
    by: audit.HasActor | audit.Actor,
    now: datetime,
    reason: str = "",
    changes: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Carry out a checked move: the table gives the step, compare-and-set guards it, one event tells it.

    version  None where the step alone guards (a council's room, the calendar)
    :raises Refusal: the step does not allow the move, the transitional deadline is over, somebody moved it first
    """
    day = day_of(now)
    to = transition_for(dossier, move).to
    if to is None:
        raise ValueError(f"{move} decides its own step")
    if move in FORWARD and (last := lapsed(dossier, day, transitions())):
        raise Refusal(
            f"Chưa {MOVE_NAMES[move]}.",
            f"Hết thời hạn chuyển tiếp ngày {vi_date(last)} (QĐ 26/2026/QĐ-TTg điều 12.2).",
            "Chủ thể nộp lại theo bộ tiêu chí 2026.",
        )
    same = Dossier.objects.filter(pk=dossier.pk, step=dossier.step)
    if version is not None:
        same = same.filter(version=version)
    values = {"step": to, "step_since": day, "due_on": None, "version": F("version") + 1, **(changes or {})}
    if not same.update(**values):
        raise Moved(f"Chưa {MOVE_NAMES[move]}.")
    before = dossier.step
    dossier.refresh_from_db()
    enter_step(dossier=dossier, step=to, day=day)
    give_slip(dossier=dossier, step=to, day=day)
    audit.record(
        f"dossier.{move}",
        dossier,
        by=by,
        at=now,
        reason=reason,
        before={"step": before},
        after={"step": to, **(after or {})},
    )


@transaction.atomic
def return_dossier(*, dossier: Dossier, version: int, reason: str, by: User, now: datetime, token: str = "") -> None:
    """Return a dossier to its subject for completion (trả hồ sơ để bổ sung): the open gaps are the reason.

    reason  in words, needed only where no gap is open; the first gap's day is the day of the dossier
    :raises Refusal: no right, wrong step, neither reason nor open gap, or somebody moved it first
    """
    once.claim(token, now=now)
    check_may_move(by, dossier, Move.RETURN, day_of(now))
    judge(dossier, by, now)
    reason, gaps = clean(reason), send_gaps(dossier, now)
    if len(reason) < 10 and not gaps:
        raise Refusal("Chưa trả hồ sơ.", "Lý do quá ngắn.", "Ghi điểm thiếu, hoặc ghi rõ giấy tờ cần bổ sung.")
    if gaps:
        numbers = ", ".join(str(gap.number) for gap in gaps)
        reason = f"{reason} Điểm thiếu số {numbers}.".strip()
    where = dossier.step
    make_move(
        dossier,
        Move.RETURN,
        version=version,
        by=by,
        now=now,
        reason=reason,
        changes={
            "returned_from": where,
            "return_reason": reason,
            "due_on": min((gap.due_on for gap in gaps), default=None),
        },
    )
    tell_subject(dossier, f"Hồ sơ {dossier.number} được trả lại để bổ sung: {reason}", now)


@transaction.atomic
def save_assessment(
    *, dossier: Dossier, version: int, contents: Mapping[str, str], meeting_held: bool, by: User, now: datetime
) -> CommuneAssessment:
    """Store the four assessments of form 03; the proposal is a second step."""
    check_may_assess(by, dossier, day_of(now))
    judge(dossier, by, now)
    if extra := set(contents) - set(CommuneAssessment.CONTENTS):
        raise ValueError(f"not of form 03: {extra}")
    values = {name: clean(text)[:5000] for name, text in contents.items()}
    row, made = CommuneAssessment.objects.get_or_create(dossier=dossier)
    same = CommuneAssessment.objects.filter(pk=row.pk, version=0 if made else version)
    if not same.update(**values, meeting_held=meeting_held, version=row.version + 1):
        raise Moved("Chưa lưu đánh giá.")
    row.refresh_from_db()
    audit.record("dossier.assessed", dossier, by=by, at=now, after={"mục": sorted(contents)})
    return row


@transaction.atomic
def propose(*, dossier: Dossier, version: int, by: User, now: datetime, token: str = "") -> None:
    """Send form 03 and the proposal to the province (đề nghị đánh giá). Source: art. 7(2)b.

    :raises Refusal: no right, wrong step, one of the four assessments misses, a gap is not settled
    """
    once.claim(token, now=now)
    day = day_of(now)
    check_may_move(by, dossier, Move.PROPOSE, day)
    judge(dossier, by, now)
    check_settled(dossier, "Chưa đề nghị.")
    found = CommuneAssessment.objects.filter(dossier=dossier).first()
    names = {f.name: str(f.verbose_name) for f in CommuneAssessment._meta.concrete_fields}
    blank = [names[name] for name in CommuneAssessment.CONTENTS if not (found and getattr(found, name))]
    if blank:
        raise Refusal("Chưa đề nghị.", f"Chưa đánh giá: {'; '.join(blank)}.", "Điền đủ 4 nội dung của mẫu 03.")
    late = dossier.due_on is not None and day > dossier.due_on
    make_move(
        dossier,
        Move.PROPOSE,
        version=version,
        by=by,
        now=now,
        after={"quá hạn": late, "hạn": dossier.due_on},
    )
    tell_subject(dossier, f"Xã đã đề nghị tỉnh đánh giá hồ sơ {dossier.number}.", now)


@transaction.atomic
def accept(*, dossier: Dossier, version: int, by: User, now: datetime, token: str = "") -> None:
    """Take a checked dossier in for the council of its level (tiếp nhận)."""
    once.claim(token, now=now)
    check_may_move(by, dossier, Move.ACCEPT, day_of(now))
    check_settled(dossier, "Chưa tiếp nhận.")
    make_move(dossier, Move.ACCEPT, version=version, by=by, now=now)
    tell_subject(dossier, f"Hồ sơ {dossier.number} đã được tiếp nhận, chờ hội đồng.", now)


@transaction.atomic
def send_up(*, dossier: Dossier, version: int, by: User, now: datetime) -> None:
    """The district sends a dossier with its council's minutes up to the province."""
    check_may_move(by, dossier, Move.SEND_UP, day_of(now))
    make_move(dossier, Move.SEND_UP, version=version, by=by, now=now)


def enter_council(*, dossier: Dossier, by: User, now: datetime) -> None:
    """A council puts the dossier on its agenda; councils have checked the secretary. In the caller's transaction."""
    make_move(dossier, Move.CONVENE, version=None, by=by, now=now)


def leave_council(*, dossier: Dossier, by: User, now: datetime, reason: str) -> None:
    """A council takes the dossier off its agenda before it concluded."""
    make_move(dossier, Move.LEAVE_COUNCIL, version=None, by=by, now=now, reason=reason)


def record(
    *,
    dossier: Dossier,
    move: Move,
    by: audit.HasActor,
    now: datetime,
    reason: str = "",
    after: Mapping[str, object] | None = None,
) -> None:
    """A higher room records what it concluded or decided; it has checked its own rights. In the caller's transaction.

    move  CONCLUDE, REOPEN, SECOND_PANEL, RECOGNISE, SEND_TO_MINISTRY, CLOSE_BELOW_3, CLOSE_REJECTED or EVALUATE_AGAIN
    """
    allowed = {
        Move.CONCLUDE,
        Move.REOPEN,
        Move.SECOND_PANEL,
        Move.RECOGNISE,
        Move.SEND_TO_MINISTRY,
        Move.CLOSE_BELOW_3,
        Move.CLOSE_REJECTED,
        Move.EVALUATE_AGAIN,
    }
    if move not in allowed:
        raise ValueError(f"{move} is no record of a higher room")
    changes = {"returned_from": Step.AT_MINISTRY} if move == Move.EVALUATE_AGAIN else None
    make_move(dossier, move, version=None, by=by, now=now, reason=reason, changes=changes, after=after)
    if move not in (Move.CONCLUDE, Move.REOPEN):  # the notice of the result tells the subject
        tell_subject(dossier, f"Hồ sơ {dossier.number}: {MOVE_NAMES[move]}.", now)


def grant_reading(
    *, dossier: Dossier, users: Iterable[User], valid_from: date, valid_to: date | None, reason: str
) -> int:
    """A higher room lets people read a dossier for a time. The caller writes its own event. Returns how many new."""
    before = dossier.grants.count()
    Grant.objects.bulk_create(
        [Grant(dossier=dossier, user=user, valid_from=valid_from, valid_to=valid_to, reason=reason) for user in users],
        ignore_conflicts=True,
    )
    return dossier.grants.count() - before


def end_reading(*, dossier: Dossier, user: User | None = None) -> int:
    """A higher room takes back the right to read, of one user or of all. The caller writes its own event."""
    grants = dossier.grants.filter(user=user) if user else dossier.grants.all()
    return grants.delete()[0]


def end_readings(*, dossiers: Collection[int], users: Collection[int]) -> int:
    """A higher room takes back the right of some people to read some dossiers. The caller writes its own event."""
    return Grant.objects.filter(dossier__in=dossiers, user__in=users).delete()[0]


def close_window(*, product: Product, valid_until: date) -> int:
    """Certificates take back the window of a recognition that was revoked. The caller writes its own event."""
    return close_windows(ends=[(product.pk, valid_until)])


def close_windows(*, ends: Collection[tuple[int, date]]) -> int:
    """Take back the windows of many recognitions: (key of the product, valid until); returns how many were open."""
    wanted, products = set(ends), sorted({product for product, _ in ends})
    keys = [
        pk
        for start in range(0, len(products), 5000)
        for pk, product, until in Window.objects.filter(product__in=products[start : start + 5000])
        .order_by("pk")
        .values_list("pk", "product", "valid_until")
        if (product, until) in wanted
    ]
    return sum(
        Window.objects.filter(pk__in=keys[start : start + 5000]).delete()[0] for start in range(0, len(keys), 5000)
    )


def open_window(*, product: Product, valid_until: date, based_on: str) -> Window:
    """Certificates write down when the product may be filed for re-evaluation. The caller writes its own event."""
    open_windows(ends=[(product, valid_until, based_on)])
    return Window.objects.get(product=product, valid_until=valid_until)


def open_windows(*, ends: Sequence[tuple[Product, date, str]]) -> None:
    """Open the windows of many recognitions: (product, valid until, based on). One that is there stays as it is."""
    windows = []
    for product, valid_until, based_on in ends:
        opens, closes = reevaluation_window(valid_until)
        words = f"{based_on}, hết hạn {vi_date(valid_until)}"[:200]
        windows.append(
            Window(product=product, valid_until=valid_until, opens_on=opens, closes_on=closes, based_on=words)
        )
    Window.objects.bulk_create(windows, ignore_conflicts=True)
