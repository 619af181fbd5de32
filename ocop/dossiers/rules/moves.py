"""Steps of a dossier (hồ sơ), its moves as data, routes and transitional deadlines.

Source: ocop-rules.md sections 1 and 4; QĐ 26/2026/QĐ-TTg art. 5-7, 12; QĐ 148/QĐ-TTg (2023); QĐ 1489/QĐ-TTg (2025).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Step(StrEnum):
    """Where a dossier stands; the level is part of the step, so that the table of moves needs nothing else."""

    DRAFT = "draft"
    AT_COMMUNE = "at_commune"
    AT_DISTRICT = "at_district"
    AT_PROVINCE = "at_province"
    RETURNED = "returned"
    READY_DISTRICT = "ready_district"
    READY_PROVINCE = "ready_province"
    COUNCIL_DISTRICT = "council_district"
    COUNCIL_PROVINCE = "council_province"
    CONCLUDED_DISTRICT = "concluded_district"
    CONCLUDED_PROVINCE = "concluded_province"
    AT_MINISTRY = "at_ministry"
    RECOGNISED = "recognised"
    BELOW_3 = "below_3"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


STEP_NAMES = {
    Step.DRAFT: "Đang lập",
    Step.AT_COMMUNE: "Xã đang xem xét",
    Step.AT_DISTRICT: "Huyện đang xem xét",
    Step.AT_PROVINCE: "Tỉnh đang kiểm tra",
    Step.RETURNED: "Trả lại để bổ sung",
    Step.READY_DISTRICT: "Chờ hội đồng cấp huyện",
    Step.READY_PROVINCE: "Chờ hội đồng cấp tỉnh",
    Step.COUNCIL_DISTRICT: "Hội đồng cấp huyện đang chấm",
    Step.COUNCIL_PROVINCE: "Hội đồng cấp tỉnh đang chấm",
    Step.CONCLUDED_DISTRICT: "Hội đồng cấp huyện đã kết luận",
    Step.CONCLUDED_PROVINCE: "Hội đồng cấp tỉnh đã kết luận",
    Step.AT_MINISTRY: "Đã gửi Bộ đánh giá",
    Step.RECOGNISED: "Đã công nhận",
    Step.BELOW_3: "Chưa đạt 3 sao",
    Step.REJECTED: "Bị loại",
    Step.WITHDRAWN: "Chủ thể rút hồ sơ",
    Step.EXPIRED: "Hết thời hạn chuyển tiếp",
}

FINAL = frozenset({Step.RECOGNISED, Step.BELOW_3, Step.REJECTED, Step.WITHDRAWN, Step.EXPIRED})
WRITTEN = frozenset({Step.DRAFT, Step.RETURNED})  # its producer still writes: nothing of it is sealed as it stands
EVALUATED = FINAL | {Step.CONCLUDED_PROVINCE, Step.AT_MINISTRY}
CHECKING = frozenset({Step.AT_COMMUNE, Step.AT_DISTRICT, Step.AT_PROVINCE})  # an officer checks and may return
LEVEL_NAMES = {"commune": "cấp xã", "province": "cấp tỉnh"}  # who gives a slip number
HOLDERS = {  # the organ that holds a dossier, as a stranger with its code is told; none at the end
    Step.AT_COMMUNE: "Ủy ban nhân dân cấp xã",
    Step.AT_DISTRICT: "Ủy ban nhân dân cấp huyện",
    Step.AT_PROVINCE: "Cơ quan tham mưu quản lý OCOP cấp tỉnh",
    Step.RETURNED: "Chủ thể",
    Step.READY_DISTRICT: "Ủy ban nhân dân cấp huyện",
    Step.READY_PROVINCE: "Cơ quan tham mưu quản lý OCOP cấp tỉnh",
    Step.COUNCIL_DISTRICT: "Hội đồng đánh giá, phân hạng cấp huyện",
    Step.COUNCIL_PROVINCE: "Hội đồng đánh giá, phân hạng cấp tỉnh",
    Step.CONCLUDED_DISTRICT: "Ủy ban nhân dân cấp huyện",
    Step.CONCLUDED_PROVINCE: "Ủy ban nhân dân tỉnh",
    Step.AT_MINISTRY: "Bộ Nông nghiệp và Môi trường",
}
AT_DISTRICT_STEPS = frozenset({Step.AT_DISTRICT, Step.READY_DISTRICT, Step.COUNCIL_DISTRICT, Step.CONCLUDED_DISTRICT})


class Move(StrEnum):
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    PROPOSE = "propose"
    RETURN = "return"
    ACCEPT = "accept"
    CONVENE = "convene"
    LEAVE_COUNCIL = "leave_council"
    CONCLUDE = "conclude"
    REOPEN = "reopen"
    SECOND_PANEL = "second_panel"
    SEND_UP = "send_up"
    HAND_OVER = "hand_over"
    SEND_TO_MINISTRY = "send_to_ministry"
    RECOGNISE = "recognise"
    CLOSE_BELOW_3 = "close_below_3"
    CLOSE_REJECTED = "close_rejected"
    EVALUATE_AGAIN = "evaluate_again"
    EXPIRE = "expire"


# Who advises where, before the council sits (QĐ 26/2026/QĐ-TTg art. 7(3)b: dossier check, field survey, report)
TEAM_STEPS = {
    "district": frozenset({Step.AT_DISTRICT, Step.READY_DISTRICT}),
    "province": frozenset({Step.AT_PROVINCE, Step.READY_PROVINCE}),
}


def team_name(filed_on: date | None) -> str:
    """Return what the advisory team of a dossier is called: Tổ giúp việc before the decree of 22/5/2026."""
    return "Tổ giúp việc" if filed_on is not None and filed_on < date(2026, 5, 22) else "Tổ tư vấn"


class Actor(StrEnum):
    """Who may make a move: a role, the producer, the officer who enters for it, a council's room, or the system."""

    PRODUCER = "producer"
    ASSISTANT = "assistant"
    COMMUNE = "commune_officer"
    DISTRICT = "district_officer"
    PROVINCE = "province_officer"
    SECRETARY = "secretary"
    CHAIR = "chair"
    SYSTEM = "system"


class Route(StrEnum):
    """Who evaluates and recognises, by the day of filing (đường đi của hồ sơ)."""

    DISTRICT_2019 = "2019-district"
    DISTRICT_2023 = "2023-district"
    PROVINCE_2025 = "2025-province"
    COMMUNE_2025 = "2025-commune"


FIRST_STOP = {
    Route.DISTRICT_2019: Step.AT_DISTRICT,
    Route.DISTRICT_2023: Step.AT_DISTRICT,
    Route.PROVINCE_2025: Step.AT_PROVINCE,
    Route.COMMUNE_2025: Step.AT_COMMUNE,
}


@dataclass(frozen=True)
class Transition:
    """One row of the table of moves. to None: decided by the dossier itself (first stop, or where it was returned)."""

    to: Step | None
    actors: frozenset[Actor]


def _row(to: Step | None, *actors: Actor) -> Transition:
    return Transition(to, frozenset(actors))


MOVES: dict[tuple[Step, Move], Transition] = {
    (Step.DRAFT, Move.SUBMIT): _row(None, Actor.PRODUCER, Actor.ASSISTANT),
    (Step.RETURNED, Move.SUBMIT): _row(None, Actor.PRODUCER, Actor.ASSISTANT),
    (Step.AT_COMMUNE, Move.PROPOSE): _row(Step.AT_PROVINCE, Actor.COMMUNE),
    (Step.AT_COMMUNE, Move.RETURN): _row(Step.RETURNED, Actor.COMMUNE),
    (Step.AT_DISTRICT, Move.RETURN): _row(Step.RETURNED, Actor.DISTRICT),
    (Step.AT_DISTRICT, Move.ACCEPT): _row(Step.READY_DISTRICT, Actor.DISTRICT),
    (Step.AT_PROVINCE, Move.RETURN): _row(Step.RETURNED, Actor.PROVINCE),
    (Step.AT_PROVINCE, Move.ACCEPT): _row(Step.READY_PROVINCE, Actor.PROVINCE),
    (Step.READY_DISTRICT, Move.CONVENE): _row(Step.COUNCIL_DISTRICT, Actor.SECRETARY),
    (Step.READY_PROVINCE, Move.CONVENE): _row(Step.COUNCIL_PROVINCE, Actor.SECRETARY),
    (Step.COUNCIL_DISTRICT, Move.LEAVE_COUNCIL): _row(Step.READY_DISTRICT, Actor.SECRETARY),
    (Step.COUNCIL_PROVINCE, Move.LEAVE_COUNCIL): _row(Step.READY_PROVINCE, Actor.SECRETARY),
    (Step.COUNCIL_DISTRICT, Move.CONCLUDE): _row(Step.CONCLUDED_DISTRICT, Actor.SECRETARY),
    (Step.COUNCIL_PROVINCE, Move.CONCLUDE): _row(Step.CONCLUDED_PROVINCE, Actor.SECRETARY),
    (Step.CONCLUDED_DISTRICT, Move.REOPEN): _row(Step.COUNCIL_DISTRICT, Actor.CHAIR),
    (Step.CONCLUDED_PROVINCE, Move.REOPEN): _row(Step.COUNCIL_PROVINCE, Actor.CHAIR),
    (Step.CONCLUDED_DISTRICT, Move.SECOND_PANEL): _row(Step.READY_DISTRICT, Actor.SECRETARY),
    **{
        (step, Move.SECOND_PANEL): _row(Step.READY_PROVINCE, Actor.SECRETARY)  # a second panel is the province's
        for step in (Step.CONCLUDED_PROVINCE, Step.BELOW_3, Step.REJECTED)
    },
    (Step.CONCLUDED_DISTRICT, Move.SEND_UP): _row(Step.AT_PROVINCE, Actor.DISTRICT),
    (Step.CONCLUDED_DISTRICT, Move.RECOGNISE): _row(Step.RECOGNISED, Actor.DISTRICT),
    (Step.CONCLUDED_PROVINCE, Move.RECOGNISE): _row(Step.RECOGNISED, Actor.PROVINCE),
    (Step.AT_MINISTRY, Move.RECOGNISE): _row(Step.RECOGNISED, Actor.PROVINCE),
    (Step.CONCLUDED_PROVINCE, Move.SEND_TO_MINISTRY): _row(Step.AT_MINISTRY, Actor.PROVINCE),
    (Step.AT_MINISTRY, Move.EVALUATE_AGAIN): _row(Step.READY_PROVINCE, Actor.PROVINCE),
    **{
        (step, Move.CLOSE_BELOW_3): _row(Step.BELOW_3, actor)
        for step, actor in ((Step.CONCLUDED_DISTRICT, Actor.DISTRICT), (Step.CONCLUDED_PROVINCE, Actor.PROVINCE))
    },
    **{
        (step, Move.CLOSE_REJECTED): _row(Step.REJECTED, actor)
        for step, actor in ((Step.CONCLUDED_DISTRICT, Actor.DISTRICT), (Step.CONCLUDED_PROVINCE, Actor.PROVINCE))
    },
    **{
        (step, Move.WITHDRAW): _row(Step.WITHDRAWN, Actor.PRODUCER)
        for step in (Step.DRAFT, Step.RETURNED, Step.AT_COMMUNE, Step.AT_DISTRICT, Step.AT_PROVINCE)
    },
    **{(step, Move.HAND_OVER): _row(Step.AT_PROVINCE, Actor.SYSTEM) for step in sorted(AT_DISTRICT_STEPS)},
    **{(step, Move.EXPIRE): _row(Step.EXPIRED, Actor.SYSTEM) for step in Step if step not in EVALUATED | {Step.DRAFT}},
}


@dataclass(frozen=True)
class RouteRule:
    """One row of the table of routes, with its days; the newest in force on the day of filing decides.

    council_sends_from  least points that the district sends up (None: no district council)
    district_recognises  the district decides below that, from 3 stars
    commune_report  the commune assesses by form 03 within commune_days working days
    """

    route: Route
    valid_from: date
    valid_to: date | None
    council_sends_from: int | None
    district_recognises: bool
    commune_report: bool
    commune_days: int
    ministry_from: int
    basis: str


def route_on(day: date, table: Sequence[RouteRule]) -> RouteRule:
    """Return the route of a dossier filed on that day.

    :raises LookupError: no route in force (before the criteria of 21/8/2019)
    """
    found = [rule for rule in table if rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)]
    if not found:
        raise LookupError(f"no route on {day}")
    return max(found, key=lambda rule: rule.valid_from)


class Kind(StrEnum):
    FIRST = "first"
    UPGRADE = "upgrade"
    RE_EVALUATION = "re_evaluation"


KIND_NAMES = {Kind.FIRST: "Lần đầu", Kind.UPGRADE: "Nâng hạng", Kind.RE_EVALUATION: "Đánh giá lại"}


@dataclass(frozen=True)
class TransitionRule:
    """Art. 12.2 of QĐ 26/2026: a dossier filed before in_force_from and not evaluated by last_day is closed."""

    kind: Kind
    in_force_from: date
    last_day: date


def transition_ends(kind: Kind, filed_on: date, table: Sequence[TransitionRule]) -> date | None:
    """Return the last day on which a dossier filed under the old rules may be evaluated; None: not concerned."""
    return next((r.last_day for r in table if r.kind == kind and filed_on < r.in_force_from), None)


def lapsed_on(kind: Kind, filed_on: date, day: date, table: Sequence[TransitionRule]) -> date | None:
    """Return the last day of evaluation under the old rules where it is over on that day, else None."""
    last = transition_ends(kind, filed_on, table)
    return last if last is not None and last < day else None


def reevaluation_window(valid_until: date) -> tuple[date, date]:
    """Return first and last day for filing a re-evaluation: 180 to 120 days before the end of the certificate.

    Source: QĐ 26/2026/QĐ-TTg art. 7(6)a. A filing window is no deadline of the civil code's kind at its start; its
    last day moves to the next working day (act_deadline) by the caller who has the table of holidays.
    """
    return valid_until - timedelta(days=180), valid_until - timedelta(days=120)
