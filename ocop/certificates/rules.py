"""Life of a recognition: its end, its status on a day, its number.

Source: QĐ 26/2026/QĐ-TTg art. 4(3), 8, 12.1, 12.3; compliance.md section 7; architecture.md (words for status).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from ocop.councils.rules import Result
from ocop.dossiers.rules import Extension, extension_words, latest_end
from ocop.kernel.time import add_months

MONTHS = 36
SAMPLES = 5  # of each product that goes to the ministry, tourism aside: QĐ 26/2026/QĐ-TTg art. 6(3)
WARN_DAYS = timedelta(days=90)


class Status(StrEnum):
    """Trạng thái of a recognition on a day. Suspension comes with its own dated setting."""

    NOT_YET = "chua-hieu-luc"
    VALID = "con-hieu-luc"
    EXPIRING = "sap-het-han"
    EXTENDED = "keo-dai"
    EXPIRED = "het-hieu-luc"
    SUSPENDED = "tam-dinh-chi"
    REVOKED = "da-thu-hoi"


STATUS_NAMES = {
    Status.NOT_YET: "chưa có hiệu lực",
    Status.VALID: "còn hiệu lực",
    Status.EXPIRING: "sắp hết hạn",
    Status.EXTENDED: "còn hiệu lực (kéo dài)",
    Status.EXPIRED: "hết hiệu lực",
    Status.SUSPENDED: "tạm đình chỉ",
    Status.REVOKED: "đã thu hồi",
}


# status -> tone and drawing, the same on every page
LOOKS: dict[Status | None, tuple[str, str]] = {
    Status.NOT_YET: ("info", "hourglass"),
    Status.VALID: ("ok", "circle-check"),
    Status.EXPIRING: ("warning", "clock-alert"),
    Status.EXTENDED: ("warning", "clock-alert"),
    Status.EXPIRED: ("neutral", "timer-off"),
    Status.SUSPENDED: ("warning", "circle-pause"),
    Status.REVOKED: ("danger", "ban"),
    None: ("neutral", "circle-dashed"),
}


def end_of(issued_on: date) -> date:
    """Return the last valid day of a certificate: 36 months from its issue, valid to 24:00 of that day.

    Source: QĐ 26/2026/QĐ-TTg art. 4(3); BLDS 2015 art. 148(3): 29/02/2024 -> 28/02/2027.
    """
    return add_months(issued_on, MONTHS)


def status(
    valid_from: date | None,
    valid_until: date | None,
    ended_on: date | None,
    end_kind: str,
    day: date,
    extensions: Iterable[Extension] = (),
) -> Status | None:
    """Return the status on a day; None where the day of issue is unknown (ever recognised, never in force).

    extensions  when it goes on past its end for a re-evaluation that could not meet its window (art. 12.3)
    """
    if ended_on is not None and ended_on <= day:
        return Status.REVOKED if end_kind == "revoked" else Status.EXPIRED
    if valid_from is None or valid_until is None:
        return None
    if day < valid_from:
        return Status.NOT_YET
    if day > valid_until:
        return Status.EXTENDED if any(one.first <= day <= one.last for one in extensions) else Status.EXPIRED
    return Status.EXPIRING if valid_until - day < WARN_DAYS else Status.VALID  # 90 days, today among them (proof.md 2)


class Dated(Protocol):
    """The dates of one recognition. extensions  when it goes on past its end"""

    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def ended_on(self) -> date | None: ...
    @property
    def end_kind(self) -> str: ...
    @property
    def extensions(self) -> Iterable[Extension]: ...


def status_of(row: Dated, day: date) -> Status | None:
    """Return the status of a recognition on a day; its extensions are asked for on the days when they may matter."""
    ends = row.valid_until
    over = ends is not None and ends < day <= latest_end(ends)
    return status(row.valid_from, ends, row.ended_on, row.end_kind, day, row.extensions if over else ())


IN_FORCE = frozenset({Status.VALID, Status.EXPIRING, Status.EXTENDED})


def status_words(found: Status | None, valid_until: date | None) -> str:
    """Return the status in words; of one that goes on past its end, until when and by which article."""
    if found is Status.EXTENDED and valid_until:
        return extension_words(valid_until)
    return STATUS_NAMES[found] if found else "từng được công nhận, chưa rõ ngày cấp"


class Act(StrEnum):
    """What follows a council's result: a decision that recognises, one that approves, or a notice alone (art. 4, 7)."""

    RECOGNISE = "cong-nhan"
    APPROVE = "phe-duyet"
    ANNOUNCE = "thong-bao"


ACTS = {
    Result.RECOGNISED: Act.RECOGNISE,
    Result.POTENTIAL_5: Act.APPROVE,
    Result.BELOW_3: Act.ANNOUNCE,
    Result.REJECTED: Act.ANNOUNCE,
}

# Who evaluates 5 stars, from its first day: the merger of two ministries, NĐ 35/2025/NĐ-CP.
_MINISTRIES = (
    (date(2025, 3, 1), "Bộ Nông nghiệp và Môi trường"),
    (date.min, "Bộ Nông nghiệp và Phát triển nông thôn"),
)


def ministry_on(day: date) -> str:
    """Return the name of the ministry of the programme on a day."""
    return next(name for first, name in _MINISTRIES if first <= day)


# Level that recognised -> levels that may revoke (art. 8(2)). What a district recognised is the province's to revoke
# too, and its alone since the districts ended.
REVOKERS = {
    "district": frozenset({"district", "province"}),
    "province": frozenset({"province"}),
    "ministry": frozenset({"ministry"}),
}

# Art. 8(1) of QĐ 26/2026/QĐ-TTg, in the law's letters.
REVOCATION_GROUNDS = {
    "a": "Cung cấp thông tin, tài liệu không trung thực hoặc giả mạo hồ sơ",
    "b": "Không còn đáp ứng tiêu chí theo kết luận kiểm tra, giám sát",
    "c": "Vi phạm pháp luật về chất lượng, an toàn thực phẩm, môi trường, sở hữu trí tuệ, ghi nhãn",
    "d": "Sử dụng nhãn hiệu OCOP không đúng quy định",
    "đ": "Không còn hoạt động sản xuất sản phẩm",
    "e": "Trường hợp khác theo kết luận và đề nghị của cơ quan có thẩm quyền",
}
