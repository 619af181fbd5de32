"""Who may do what to a dossier: one question a move, refused with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from ocop.accounts.models import Level, Role, User
from ocop.kernel.calendar import holidays
from ocop.kernel.memo import once_a_page
from ocop.kernel.reference import known
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.kernel.time import act_deadline, vi_date
from ocop.registry.models import (
    Product,
    Subject,
    SubjectMember,
    Tie,
    TieKind,
    assisted_by,
    local_reach,
    serves_province,
    subjects_of,
)
from ocop.scorecards.queries import regime_on

from .models import Dossier, Grant, LateRow, ResultNotice, Side, Window
from .rules import KIND_NAMES, MOVES, STEP_NAMES, TEAM_STEPS, WRITTEN, Actor, Kind, Move, Step, Transition, team_name

MOVE_NAMES = {
    Move.SUBMIT: "nộp hồ sơ",
    Move.WITHDRAW: "rút hồ sơ",
    Move.PROPOSE: "đề nghị tỉnh đánh giá",
    Move.RETURN: "trả lại để bổ sung",
    Move.ACCEPT: "tiếp nhận hồ sơ",
    Move.CONVENE: "đưa vào phiên chấm",
    Move.LEAVE_COUNCIL: "đưa ra khỏi phiên chấm",
    Move.CONCLUDE: "ghi kết luận",
    Move.REOPEN: "mở lại kết luận",
    Move.SECOND_PANEL: "đưa ra hội đồng khác",
    Move.SEND_UP: "chuyển hội đồng cấp tỉnh",
    Move.HAND_OVER: "chuyển về tỉnh khi kết thúc cấp huyện",
    Move.SEND_TO_MINISTRY: "trình Bộ đánh giá",
    Move.RECOGNISE: "công nhận",
    Move.CLOSE_BELOW_3: "thông báo chưa đạt 3 sao",
    Move.CLOSE_REJECTED: "thông báo bị loại",
    Move.EVALUATE_AGAIN: "đánh giá lại theo thẩm quyền",
    Move.EXPIRE: "đóng do hết thời hạn chuyển tiếp",
}
OFFICES = {Step.AT_COMMUNE: Actor.COMMUNE, Step.AT_DISTRICT: Actor.DISTRICT, Step.AT_PROVINCE: Actor.PROVINCE}


def transition_for(dossier: Dossier, move: Move) -> Transition:
    """Return the row of the table. :raises Refusal: the step does not allow the move"""
    row = MOVES.get((Step(dossier.step), move))
    if row is None:
        raise Refusal(
            f"Chưa {MOVE_NAMES[move]}.",
            f"Hồ sơ đang ở bước “{STEP_NAMES[Step(dossier.step)]}”.",
            "Mở lại trang để xem bước hiện tại.",
        )
    return row


TOLD = ("id", "lines", "path", "complain_until", "sent_at")  # what the page shows of a result notice


@dataclass(frozen=True)
class Relation:
    """How a user stands to one dossier on a day.

    visible  Dossier.visible_to; in_office  read_in_office; producer  acts for its subject
    assists  may enter for the subject under a consent; local  whose area it lies in, commune or district
    tied  to the subject, but for an earlier check of a dossier; judges  reads it by a grant
    side  that he took; assistants  as printed; results  notices of a council, newest first; none for who judges
    """

    visible: bool
    in_office: bool
    producer: bool
    assists: bool
    local: frozenset[Actor]
    tied: bool
    judges: bool
    side: str
    assistants: tuple[str, ...]
    results: tuple[ResultNotice, ...]


@once_a_page
def relation_of(user: User, dossier: Dossier, day: date) -> Relation:
    """Return how the user stands to the dossier: one query, a row for each who took a side and each notice."""
    this, rows = Q(pk=OuterRef("pk")), Dossier.objects
    offices = [actor for actor in (Actor.COMMUNE, Actor.DISTRICT) if user.has_role(actor, day)]
    ties = Tie.objects.in_force_on(day).exclude(kind=TieKind.ASSESSED)
    facts = {
        "visible": rows.visible_to(user, day).filter(this),
        "in_office": rows.read_in_office(user, day).filter(this),
        "producer": SubjectMember.objects.in_force_on(day).filter(user=user, subject=OuterRef("subject")),
        "assists": assisted_by(user, day).filter(pk=OuterRef("subject")),
        "judges": Grant.objects.in_force_on(day).filter(user=user, dossier=OuterRef("pk")),
        "tied": ties.filter(user=user, subject=OuterRef("subject")),
        **{str(actor): rows.filter(this, local_reach(user, day, "commune", (actor,))) for actor in offices},
    }
    found = (
        rows.filter(pk=dossier.pk)
        .annotate(**{f"is_{name}": Exists(fact) for name, fact in facts.items()})
        .order_by("hands__pk", "result_notices__pk")
        .values(
            "hands__pk", "hands__user", "hands__side", "hands__printed",
            *(f"result_notices__{name}" for name in TOLD), *(f"is_{name}" for name in facts),
        )
    )  # fmt: skip
    sides = list(found)
    row = sides[0]
    hands = list({one["hands__pk"]: one for one in sides}.values())
    told = {one["result_notices__id"]: one for one in reversed(sides) if one["result_notices__id"]}
    results = tuple(ResultNotice(**{name: one[f"result_notices__{name}"] for name in TOLD}) for one in told.values())
    return Relation(
        visible=row["is_visible"],
        in_office=row["is_in_office"],
        producer=row["is_producer"],
        assists=row["is_assists"],
        local=frozenset(actor for actor in offices if row["is_visible"] and row[f"is_{actor}"]),
        tied=row["is_tied"],
        judges=row["is_judges"],
        side=next((hand["hands__side"] for hand in hands if hand["hands__user"] == user.pk), ""),
        assistants=tuple(hand["hands__printed"] for hand in hands if hand["hands__side"] == Side.ASSISTED),
        results=() if row["is_judges"] else results,
    )


def is_producer(user: User, dossier: Dossier, day: date) -> bool:
    """Whether the user acts for the dossier's subject on that day."""
    return relation_of(user, dossier, day).producer


def writer_of(user: User, dossier: Dossier, day: date) -> Actor | None:
    """Return as whom the user may write for the dossier's subject: as the producer, or as its assistant.

    An assistant is an officer of its commune under a consent in force who has not checked this dossier.
    """
    relation = relation_of(user, dossier, day)
    if relation.producer:
        return Actor.PRODUCER
    return Actor.ASSISTANT if relation.assists and relation.side != Side.CHECKED else None


# Why the one does not do the work of the other, and who does it
SIDE_TAKEN = {
    Side.ASSISTED: (
        "Bạn đã nhập hộ hồ sơ này nên không xem xét hồ sơ.",
        "Một cán bộ khác của xã xem xét, lập mẫu số 03; xã chỉ có một cán bộ thì phân công Phó Chủ tịch UBND xã.",
    ),
    Side.CHECKED: (
        "Bạn đã xem xét hồ sơ này ở cấp xã nên không nhập hộ.",
        "Một cán bộ khác của xã nhập hộ, hoặc chủ thể tự làm.",
    ),
}


def _check_side(user: User, dossier: Dossier, day: date, side: Side, what: str) -> None:
    """Say why, where the user is refused for the side he took."""
    if relation_of(user, dossier, day).side == side:
        raise Refusal(what, *SIDE_TAKEN[side])


def actors_of(user: User, dossier: Dossier, day: date) -> frozenset[Actor]:
    """Return as whom the user may act on this dossier that day.

    Each office acts in its own area; a right to read (a grant) gives none to act. Whoever acts for the subject, or has
    entered the dossier for it, judges it in no office.
    """
    writer, relation = writer_of(user, dossier, day), relation_of(user, dossier, day)
    own = frozenset({writer} if writer else ())
    if writer == Actor.PRODUCER or relation.side == Side.ASSISTED:
        return own
    province = relation.visible and serves_province(user, day, (Actor.PROVINCE,))
    return own | relation.local | ({Actor.PROVINCE} if province else set())


def check_may_move(user: User, dossier: Dossier, move: Move, day: date) -> Transition:
    """Refuse unless the step allows the move and the user is one of its actors; returns the row.

    Council moves (Actor.SECRETARY, Actor.CHAIR) are checked by councils, which know their own members.
    """
    row = MOVES.get((Step(dossier.step), move))
    possible = {actor for (_, name), known in MOVES.items() if name == move for actor in known.actors}
    actors = actors_of(user, dossier, day)
    if not actors & (row.actors if row else possible):
        if possible & set(OFFICES.values()):
            _check_side(user, dossier, day, Side.ASSISTED, f"Chưa {MOVE_NAMES[move]}.")
        raise Forbidden(
            f"Chưa {MOVE_NAMES[move]}.", "Bạn không có quyền làm việc này với hồ sơ.", "Liên hệ cơ quan đang giữ hồ sơ."
        )
    return transition_for(dossier, move)


def moves_open_to(user: User, dossier: Dossier, moves: Iterable[Move], day: date) -> dict[Move, bool]:
    """Return for each move whether check_may_move lets it pass; who the user is, is asked once."""
    actors = actors_of(user, dossier, day)
    rows = {move: MOVES.get((Step(dossier.step), move)) for move in moves}
    return {move: row is not None and bool(actors & row.actors) for move, row in rows.items()}


def check_may_open(user: User, product: Product, day: date) -> Actor:
    """Refuse unless the user may start a dossier of the product; returns as whom."""
    if product.subject_id is not None and Subject.objects.of(user, day).filter(pk=product.subject_id).exists():
        return Actor.PRODUCER
    if user.has_role(Role.COMMUNE_OFFICER, day) and assisted_by(user, day).filter(pk=product.subject_id).exists():
        return Actor.ASSISTANT
    raise Forbidden("Chưa lập hồ sơ.", "Sản phẩm không thuộc chủ thể của bạn.", "Mở sản phẩm của bạn ở mục Sản phẩm.")


def check_may_edit(user: User, dossier: Dossier, day: date) -> Actor:
    """Refuse unless the user may still change answers, forms and evidence for the subject; returns as whom."""
    writer = writer_of(user, dossier, day)
    if writer is None:
        if relation_of(user, dossier, day).assists:
            _check_side(user, dossier, day, Side.CHECKED, "Chưa lưu.")
        raise Forbidden("Chưa lưu.", "Hồ sơ không thuộc chủ thể của bạn.", "Mở hồ sơ của bạn ở Việc của tôi.")
    if dossier.step not in WRITTEN:
        raise Refusal("Chưa lưu.", "Hồ sơ đã nộp nên không sửa được.", "Chỉ sửa khi hồ sơ được trả lại để bổ sung.")
    return writer


def check_may_assess(user: User, dossier: Dossier, day: date) -> None:
    """Refuse unless the commune's officer may write form 03 now."""
    check_may_move(user, dossier, Move.PROPOSE, day)


def reads_checking(user: User, dossier: Dossier, day: date) -> bool:
    """Whether the user is shown gaps not yet sent, the advisory team's proposals and visits: an office, nobody else."""
    return relation_of(user, dossier, day).in_office


def check_may_check(user: User, dossier: Dossier, day: date, *, what: str = "Chưa ghi điểm thiếu.") -> None:
    """Refuse unless the user is an officer of the office that checks the dossier now: gaps are its own to settle."""
    _check_office(user, dossier, Step(dossier.step), day, what)


def check_may_withdraw_gap(user: User, dossier: Dossier, day: date) -> None:
    """As check_may_check; also while the producer completes, for the office that returned the dossier."""
    at = Step(dossier.returned_from) if dossier.step == Step.RETURNED else Step(dossier.step)
    _check_office(user, dossier, at, day, "Chưa bỏ điểm thiếu.")


def _check_office(user: User, dossier: Dossier, at: Step, day: date, what: str) -> None:
    actors = actors_of(user, dossier, day)
    if not actors & ({OFFICES[at]} if at in OFFICES else set(OFFICES.values())):
        _check_side(user, dossier, day, Side.ASSISTED, what)
        raise Forbidden(what, "Việc này của cơ quan đang giữ hồ sơ.", "Liên hệ cơ quan đang giữ hồ sơ.")
    if at not in OFFICES:
        raise Refusal(
            what, f"Hồ sơ đang ở bước “{STEP_NAMES[at]}”.", "Chỉ làm việc này khi cơ quan đang kiểm tra hồ sơ."
        )


def check_may_answer(user: User, dossier: Dossier, day: date) -> None:
    """Refuse unless the producer completes the returned dossier."""
    check_may_edit(user, dossier, day)
    if dossier.step != Step.RETURNED:
        raise Refusal("Chưa trả lời.", "Hồ sơ chưa được trả lại để bổ sung.", "Mở lại trang để xem bước hiện tại.")


def check_may_advise(user: User, dossier: Dossier, day: date) -> None:
    """Refuse unless the user checks for the advisory team: one of its members, or an officer of the agency it serves.

    Before the council sits, and never with a tie to the subject (an earlier check of a dossier is none).
    """
    team = team_name(dossier.filed_on)
    what, actors = f"Chưa ghi ý kiến của {team}.", actors_of(user, dossier, day)
    levels = {level for actor, level in ((Actor.DISTRICT, "district"), (Actor.PROVINCE, "province")) if actor in actors}
    if Actor.PRODUCER not in actors and reads_checking(user, dossier, day):
        levels |= {a.agency.level for a in user.appointments_on(day) if a.role == Role.ADVISORY_TEAM}
    if not levels & {Level.DISTRICT, Level.PROVINCE}:
        raise Forbidden(what, f"Việc này của {team}.", "Liên hệ cơ quan tham mưu quản lý OCOP.")
    if not any(Step(dossier.step) in TEAM_STEPS[level] for level in levels & set(TEAM_STEPS)):
        raise Refusal(
            what,
            f"Hồ sơ đang ở bước “{STEP_NAMES[Step(dossier.step)]}”.",
            f"{team} thẩm tra khi hồ sơ đã đến cơ quan tham mưu và trước phiên chấm.",
        )
    if relation_of(user, dossier, day).tied:
        raise Refusal(what, "Bạn có liên quan đến chủ thể nên không thẩm tra hồ sơ này.", "Giao người khác trong Tổ.")


def prepared_by(user: User, day: date) -> QuerySet[Product]:
    """Products whose readiness a user is shown: the producer's own, and those of the commune of its officer.

    Never those of which he may read a dossier to judge it: a council member sees no self-score.
    """
    if not user.is_authenticated:
        return Product.objects.none()
    judged = Grant.objects.in_force_on(day).filter(user=user).values("dossier__product")
    mine = Q(subject__in=subjects_of(user, day)) | local_reach(user, day, "commune", (Role.COMMUNE_OFFICER,))
    return Product.objects.filter(mine, merged_into=None).exclude(pk__in=judged)


def sees_self_score(user: User, dossier: Dossier, day: date) -> bool:
    """Whether the reader is told the self-score: not one who reads by a grant alone, who judges by himself."""
    office = {Role.ADVISORY_TEAM, Role.SECRETARY, Role.LEADER}
    return bool(actors_of(user, dossier, day)) or any(a.role in office for a in user.appointments_on(day))


def check_may_archive(user: User, dossier: Dossier, day: date) -> None:
    """Refuse unless the user reads the dossier with its self-score, and something was filed: that is what is kept."""
    what = "Chưa tạo bản lưu."
    if not relation_of(user, dossier, day).visible or not sees_self_score(user, dossier, day):
        raise Forbidden(
            what,
            "Bản lưu có điểm tự chấm, chỉ dành cho chủ thể và cơ quan xử lý hồ sơ.",
            "Liên hệ cơ quan đang giữ hồ sơ.",
        )
    if dossier.filed_on is None:
        raise Refusal(what, "Hồ sơ chưa nộp lần nào.", "Nộp hồ sơ rồi tạo bản lưu.")


@dataclass(frozen=True)
class Opening:
    """When a re-evaluation may be filed: both days included, the last one moved to a working day."""

    opens_on: date
    last: date
    valid_until: date


@once_a_page
def _windows(product: Product) -> list[Window]:
    """The windows of a product, of the certificate that ends last first."""
    return list(Window.objects.filter(product=product).order_by("-valid_until"))


@known
def _late_rows() -> list[LateRow]:
    return list(LateRow.objects.order_by("-last_day"))


def opening(product: Product, day: date) -> Opening | None:
    """Return the window of the recognition in force on that day, None without one."""
    window = next(iter(_windows(product)), None)
    if window is None or window.valid_until < day:
        return None
    return Opening(window.opens_on, act_deadline(window.closes_on, holidays()), window.valid_until)


def late_opening(product: Product, day: date) -> Opening | None:
    """Return until when a re-evaluation is taken that could not meet its window (art. 12.3), None where that is over.

    Of a certificate that was in force when the decree came and ended before 120 days had passed: its end may be over.
    For such a filing the certificate goes on past its end (rules.extension).
    """
    for row in _late_rows():
        ends = (one.valid_until for one in _windows(product) if row.ends_from <= one.valid_until <= row.ends_to)
        if row.ends_from <= day <= row.last_day and (last := next(ends, None)):
            return Opening(row.ends_from, row.last_day, last)
    return None


def check_kind(product: Product, kind: Kind, day: date, *, again: bool = False, filing: bool = True) -> None:
    """Refuse a kind that does not fit the product's recognition and the window of art. 7(6)a.

    again  filed anew after the transitional deadline: the window does not bind (art. 12.3)
    filing  False when the dossier is only opened: it may be prepared before the window opens
    """
    what = "Chưa nộp hồ sơ." if filing else "Chưa lập hồ sơ."
    window = opening(product, day)
    if kind == Kind.FIRST:
        if window:
            raise Refusal(
                what,
                f"Sản phẩm đang có giấy chứng nhận đến {vi_date(window.valid_until)}.",
                "Chọn nâng hạng hoặc đánh giá lại.",
            )
        return
    if not _windows(product):
        name = KIND_NAMES[kind].lower()
        raise Refusal(what, f"Sản phẩm chưa từng được công nhận nên không {name}.", "Chọn đánh giá lần đầu.")
    if kind == Kind.UPGRADE:
        if window is None:
            raise Refusal(what, "Giấy chứng nhận đã hết hạn nên không nâng hạng.", "Chọn đánh giá lần đầu.")
        return
    if again or regime_on(day).code != "2026" or late_opening(product, day):
        return  # the window is a rule of 2026, and not of those that could not meet it
    if window is None or day > window.last or (filing and day < window.opens_on):
        when = f"từ {vi_date(window.opens_on)} đến {vi_date(window.last)}" if window else "trước khi giấy hết hạn"
        raise Refusal(
            what,
            "Hồ sơ đánh giá lại nộp không sớm hơn 180 ngày, không muộn hơn 120 ngày trước khi hết hạn.",
            f"Thời gian nộp: {when}.",
        )


def kinds_open(product: Product, day: date) -> dict[Kind, str]:
    """Return the kinds that may be opened on that day, each with the words for when it may be filed."""
    found: dict[Kind, str] = {}
    for kind in Kind:
        try:
            check_kind(product, kind, day, filing=False)
        except Refusal:
            continue
        found[kind] = _when(product, kind, day)
    return found


def _when(product: Product, kind: Kind, day: date) -> str:
    window = late_opening(product, day) or opening(product, day)
    if kind == Kind.RE_EVALUATION and window and regime_on(day).code == "2026":
        if window.opens_on <= day:
            return f"nộp đến hết ngày {vi_date(window.last)}"
        return f"nộp từ {vi_date(window.opens_on)} đến {vi_date(window.last)}"
    return "nộp khi hồ sơ đủ"
