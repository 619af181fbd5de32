"""Vietnamese words for what happened and how things stand in the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ocop.kernel.time import vi_date

from .models import Evidence

EVENT_NAMES = {
    "subject.added": "Nhập chủ thể",
    "subject.changed": "Sửa thông tin chủ thể",
    "subject.member_added": "Cấp quyền thay mặt chủ thể",
    "product.added": "Đăng ký sản phẩm",
    "product.changed": "Sửa thông tin sản phẩm",
    "product.placed": "Ghi bộ sản phẩm, nơi sản xuất",
    "product.photo_set": "Đổi ảnh sản phẩm",
    "evidence.added": "Đưa giấy tờ vào kho",
}

LAPSING = timedelta(days=90)


@dataclass(frozen=True)
class State:
    """How a paper stands on a day: tone and icon of its badge, words."""

    tone: str
    icon: str
    words: str


def state_of(evidence: Evidence, day: date) -> State:
    """Return whether a paper is in force on a day; its last day counts in full."""
    if evidence.valid_from and evidence.valid_from > day:
        return State("info", "hourglass", f"Có hiệu lực từ {vi_date(evidence.valid_from)}")
    if evidence.valid_until is None:
        return State("ok", "circle-check", "Không ghi thời hạn")
    if evidence.valid_until < day:
        return State("danger", "timer-off", f"Hết hạn {vi_date(evidence.valid_until)}")
    if evidence.valid_until - day <= LAPSING:
        return State("warning", "clock-alert", f"Còn {(evidence.valid_until - day).days} ngày")
    return State("ok", "circle-check", f"Đến {vi_date(evidence.valid_until)}")
