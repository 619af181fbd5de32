"""Rules of work of a council (Quy chế) and its conclusion on one product. Pure: no database, no clock.

Source: QĐ 26/2026/QĐ-TTg art. 7(3)b-e; provincial rule books for what the law leaves open (ocop-rules.md section 4).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from typing import Any

from ocop.scorecards.rules import Card, Marked, Outcome, Settings, conclude


class Part(StrEnum):
    """Nhiệm vụ in a council."""

    CHAIR = "chair"
    DEPUTY = "deputy"
    SECRETARY = "secretary"
    MEMBER = "member"
    EXPERT = "expert"

    @property
    def label(self) -> str:
        return {
            Part.CHAIR: "Chủ tịch Hội đồng",
            Part.DEPUTY: "Phó Chủ tịch Hội đồng",
            Part.SECRETARY: "Thư ký",
            Part.MEMBER: "Ủy viên",
            Part.EXPERT: "Chuyên gia được mời",
        }[self]


class TeamPart(StrEnum):
    """Nhiệm vụ in an advisory team."""

    LEAD = "lead"
    DEPUTY = "deputy"
    SECRETARY = "secretary"
    MEMBER = "member"

    @property
    def label(self) -> str:
        return {
            TeamPart.LEAD: "Tổ trưởng",
            TeamPart.DEPUTY: "Tổ phó",
            TeamPart.SECRETARY: "Thư ký",
            TeamPart.MEMBER: "Thành viên",
        }[self]


class Result(StrEnum):
    """Kết quả of a council on one product."""

    RECOGNISED = "recognised"
    BELOW_3 = "below_3"
    POTENTIAL_5 = "potential_5"
    REJECTED = "rejected"
    SEND_UP = "send_up"

    @property
    def label(self) -> str:
        return {
            Result.RECOGNISED: "Đề nghị công nhận",
            Result.BELOW_3: "Chưa đạt 3 sao",
            Result.POTENTIAL_5: "Tiềm năng 5 sao, trình Bộ",
            Result.REJECTED: "Bị loại",
            Result.SEND_UP: "Chuyển hội đồng cấp tỉnh",
        }[self]


# Seats of the provincial council: QĐ 26/2026/QĐ-TTg art. 7(3)b. Food safety only where the province has the department.
SEATS_2026 = {
    "leader": "Lãnh đạo UBND cấp tỉnh (hoặc thủ trưởng được ủy quyền)",
    "agriculture": "Sở Nông nghiệp và Môi trường",
    "industry_trade": "Sở Công Thương",
    "health": "Sở Y tế",
    "science": "Sở Khoa học và Công nghệ",
    "culture": "Sở Văn hóa, Thể thao và Du lịch",
    "food_safety": "Sở An toàn thực phẩm (nếu có)",
    "advisory": "Đơn vị tham mưu quản lý OCOP cấp tỉnh",
    "specialised": "Đơn vị quản lý chuyên ngành thuộc Sở Nông nghiệp và Môi trường",
}
OPTIONAL_SEATS = frozenset({"food_safety"})


def missing_seats(filled: Collection[str]) -> list[str]:
    """Return the names of the seats of art. 7(3)b that a provincial council of 2026 lacks, in the law's order."""
    return [name for seat, name in SEATS_2026.items() if seat not in OPTIONAL_SEATS and seat not in filled]


@dataclass(frozen=True)
class RulesOfWork:
    """Quy chế as data; every field but the seats is open in the law, so each has a value until the province's own.

    quorum  (numerator, denominator) of the scoring members
    deviation_limit  highest minus lowest total; deviation_from  True: reaching the limit counts, False: exceeding it
    rounds  how many rounds of scoring a product may have
    secret  phiếu kín: other members' sheets stay without names after closing too, but for chair and secretary
    counted  which sheets of the last round count: all, or trimmed (without the highest and the lowest total)
    mark_rule  how a council meets a star mark: majority, every, mean; empty: the dated setting of scorecards
    self_score_shown, findings_shown  whether members see the self-score, and what commune and advisory team found
    reason_from  points between mark and self-score from which a reason is needed; None: never
    reason_without_paper  a mark above 0 on a criterion without any paper needs a reason
    sittings  2 under Decision 1048/QĐ-TTg: a first sitting, tests, a second one
    written  a re-evaluation is decided by written opinions (QĐ 26/2026/QĐ-TTg art. 7(6)d)
    notice_days, dossier_days  least working days before a session for the invitation, and for the dossiers to be open
    complaint_days  days after the result notice in which a complaint is taken
    comment_days  length of the public comment window; 0: none
    """

    least_members: int = 5
    quorum: tuple[int, int] = (3, 4)
    chair_present: bool = True
    deviation_limit: int = 10
    deviation_from: bool = False
    rounds: int = 2
    seats_of_2026: bool = False
    secret: bool = False
    counted: str = "all"
    mark_rule: str = ""
    self_score_shown: bool = True
    findings_shown: bool = True
    reason_from: int | None = None
    reason_without_paper: bool = False
    sittings: int = 1
    written: bool = False
    notice_days: int = 0
    dossier_days: int = 0
    complaint_days: int = 30
    comment_days: int = 0

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> RulesOfWork:
        """Read stored rules. :raises KeyError, TypeError, ValueError: unknown or impossible values"""
        unknown = set(body) - set(cls.__dataclass_fields__)
        if unknown:
            raise KeyError(", ".join(sorted(unknown)))
        rules = cls(**{**body, "quorum": tuple(body.get("quorum", (3, 4)))})
        top, bottom = rules.quorum
        least = {"rounds": 1, "least_members": 1, "sittings": 1, "deviation_limit": 0, "notice_days": 0}
        least |= {"dossier_days": 0, "complaint_days": 0, "comment_days": 0}
        low = [name for name, number in least.items() if getattr(rules, name) < number]
        if not 0 < top <= bottom or low or (rules.reason_from is not None and rules.reason_from < 1):
            raise ValueError("rules of work")
        if rules.counted not in ("all", "trimmed") or rules.mark_rule not in ("", "majority", "every", "mean"):
            raise ValueError("rules of work")
        return rules

    def quorum_met(self, present: int, members: int) -> bool:
        """Return whether present of members reach the fraction, exactly."""
        top, bottom = self.quorum
        return members > 0 and present * bottom >= members * top

    def least_present(self, members: int) -> int:
        """Return the least number present for a quorum."""
        top, bottom = self.quorum
        return -(-members * top // bottom)

    def counting(self, sheets: Sequence[Marked]) -> list[Marked]:
        """Return the sheets that count, in their order.

        trimmed  from three sheets on without the highest and the lowest total; of equal totals without the one whose
          points, criterion by criterion, come first or last: whoever signed first changes nothing
        """
        if self.counted != "trimmed" or len(sheets) < 3:
            return list(sheets)
        order = sorted(range(len(sheets)), key=lambda n: (sheets[n].total, *sheets[n].points.values()))
        return [sheet for n, sheet in enumerate(sheets) if n not in (order[0], order[-1])]

    def settings(self, dated: Settings) -> Settings:
        """Return the dated settings of scoring, with the council's own way to meet a star mark if it has one."""
        return replace(dated, council_mark_rule=self.mark_rule) if self.mark_rule else dated

    def deviates(self, totals: Sequence[int]) -> bool:
        """Return whether highest minus lowest total passes the limit."""
        if not totals:
            return False
        spread = max(totals) - min(totals)
        return spread >= self.deviation_limit if self.deviation_from else spread > self.deviation_limit


def composition_fault(rules: RulesOfWork, seats: Collection[tuple[int, str, str]]) -> tuple[str, str] | None:
    """Return why these people are no council and what to do, or None.

    seats  (person, part, key of SEATS_2026 or empty) of everybody, the secretary included
    """
    scoring = [one for one in seats if one[1] != Part.SECRETARY]
    if len({person for person, _, _ in seats}) != len(seats):
        return "Một người có hai chỗ trong hội đồng.", "Mỗi người chỉ giữ một nhiệm vụ."
    if len(scoring) < rules.least_members:
        why = f"Có {len(scoring)} thành viên chấm điểm, quy chế cần từ {rules.least_members}."
        return why, "Bổ sung thành viên."
    if sum(part == Part.CHAIR for _, part, _ in seats) != 1:
        return "Hội đồng phải có đúng một Chủ tịch.", "Kiểm tra lại quyết định."
    if len(scoring) == len(seats):
        return "Chưa có thư ký.", "Thêm thư ký theo quyết định."
    lacking = missing_seats({seat for _, _, seat in scoring}) if rules.seats_of_2026 else []
    if lacking:
        law = "(QĐ 26/2026/QĐ-TTg điều 7 khoản 3 điểm b)"
        return f"Thiếu đại diện: {'; '.join(lacking)} {law}.", "Bổ sung đủ thành phần."
    return None


def team_fault(seats: Collection[tuple[int, str]]) -> tuple[str, str] | None:
    """Return why these people (person, part) are no advisory team and what to do, or None."""
    if len({person for person, _ in seats}) != len(seats):
        return "Một người có hai chỗ trong Tổ.", "Mỗi người chỉ giữ một nhiệm vụ."
    if sum(part == TeamPart.LEAD for _, part in seats) != 1:
        return "Tổ phải có đúng một Tổ trưởng.", "Kiểm tra lại quyết định."
    return None


@dataclass(frozen=True)
class Cause:
    """A criterion on which the sheets differ: code and the points given, lowest first."""

    criterion: str
    points: tuple[int, ...]

    @property
    def spread(self) -> int:
        return self.points[-1] - self.points[0]


def causes(sheets: Sequence[Marked]) -> list[Cause]:
    """Return the criteria that cause a deviation, the widest first, then in file order."""
    found = [
        Cause(code, tuple(sorted(sheet.points[code] for sheet in sheets)))
        for code in (sheets[0].points if sheets else ())
        if len({sheet.points[code] for sheet in sheets}) > 1
    ]
    return sorted(found, key=lambda cause: -cause.spread)


@dataclass(frozen=True)
class Verdict:
    """A council's conclusion on one product. stars  None for potential_5 and send_up, 0 if rejected."""

    result: Result
    stars: int | None
    outcome: Outcome | None
    reasons: tuple[str, ...] = field(default=())


NOT_COUNTED = "theo quy chế không tính phiếu cao nhất và phiếu thấp nhất"


class Open(Enum):
    """Why a conclusion cannot be drawn yet."""

    FINDING_2019 = "Chưa có nhận định về yêu cầu tối thiểu theo sao của QĐ 781/QĐ-TTg."


@dataclass(frozen=True)
class CouncilLevel:
    """What the route lets this council do. sends_from  points that a district sends up; None at the province."""

    sends_from: int | None
    ministry_from: int


def verdict(
    card: Card,
    sheets: Sequence[Marked],
    *,
    rules: RulesOfWork,
    level: CouncilLevel,
    settings: Settings,
    rejections: Sequence[str] = (),
    found_stars: int | None = None,
) -> Verdict | Open:
    """Return the conclusion from the signed sheets of the last round and the confirmed findings.

    rules  which of the sheets count, and how they meet a star mark
    rejections  sentences of the confirmed grounds; a product rejected before scoring has no sheet
    found_stars  the finding under 2019; ignored where the scorecard prints its minimums
    Source: issue "the main job" 5; QĐ 26/2026/QĐ-TTg art. 3, 4, 7(3)e.
    """
    settings, signed, sheets = rules.settings(settings), len(sheets), rules.counting(sheets)
    if rejections:
        outcome = conclude(card, sheets, settings=settings) if sheets else None
        return Verdict(Result.REJECTED, 0, outcome, tuple(rejections))
    found = None if card.star_minimums_printed else found_stars
    outcome = conclude(card, sheets, settings=settings, found_stars=found)
    if len(sheets) < signed:
        outcome = replace(outcome, reasons=(*outcome.reasons, NOT_COUNTED))
    if level.sends_from is not None:
        if outcome.points >= level.sends_from * outcome.sheets:
            reason = f"đạt từ {level.sends_from} điểm: chuyển hội đồng cấp tỉnh"
            return Verdict(Result.SEND_UP, None, outcome, (*outcome.reasons, reason))
    elif outcome.points >= level.ministry_from * outcome.sheets and (
        settings.potential_5_by_points_alone or outcome.stars == 5
    ):
        reason = f"đạt từ {level.ministry_from} điểm: tiềm năng 5 sao, trình Bộ đánh giá"
        return Verdict(Result.POTENTIAL_5, None, outcome, (*outcome.reasons, reason))
    if outcome.stars is None:
        return Open.FINDING_2019
    stars = min(outcome.stars, 4)  # 5 stars are the ministry's
    return Verdict(Result.RECOGNISED if stars >= 3 else Result.BELOW_3, stars, outcome, outcome.reasons)
