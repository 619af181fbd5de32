"""Vietnamese words for what happened and how things stand in the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ocop.kernel.time import vi_date

from .models import Evidence, Site

EVENT_NAMES = {
    "subject.added": "Nhập chủ thể",
    "subject.changed": "Sửa thông tin chủ thể",
    "subject.member_added": "Cấp quyền thay mặt chủ thể",
    "subject.consent_recorded": "Ghi đồng ý nhập hộ",
    "subject.consent_withdrawn": "Rút đồng ý nhập hộ",
    "subject.claim_code_made": "In mã nhận tài khoản",
    "subject.claimed": "Nhận tài khoản bằng mã",
    "product.added": "Đưa sản phẩm vào hệ thống",
    "product.changed": "Sửa thông tin sản phẩm",
    "product.placed": "Ghi bộ sản phẩm, nơi sản xuất",
    "product.photo_set": "Đổi ảnh sản phẩm",
    "product.appraise": "Thẩm định đạt",
    "product.return": "Trả lại ý tưởng",
    "product.hand_in": "Gửi lại ý tưởng",
    "product.plan": "Nộp phương án sản xuất kinh doanh",
    "product.confirm": "Xác nhận sản phẩm tiềm năng",
    "product.package": "Ghi bao bì, tem truy xuất",
    "product.register": "Đăng ký sản phẩm",
    "product.withdraw": "Rút sản phẩm",
    "product.merged": "Gộp với sản phẩm khác",
    "product.unmerged": "Bỏ gộp sản phẩm",
    "product.kept_apart": "Xác nhận là hai sản phẩm khác nhau",
    "subject.merged": "Gộp với chủ thể khác",
    "subject.unmerged": "Bỏ gộp chủ thể",
    "subject.kept_apart": "Xác nhận là hai chủ thể khác nhau",
    "subject.reported_twice": "Báo trùng chủ thể",
    "subject.removed": "Gỡ chủ thể nhập nhầm",
    "product.removed": "Gỡ sản phẩm nhập nhầm",
    "site.added": "Thêm cơ sở, vùng nguyên liệu",
    "site.changed": "Sửa cơ sở, vùng nguyên liệu",
    "site.ended": "Ngừng dùng cơ sở, vùng nguyên liệu",
    "evidence.added": "Đưa giấy tờ vào kho",
    "evidence.listed": "Kê giấy tờ, chưa có tệp",
    "evidence.unlisted": "Gỡ giấy tờ kê nhầm",
    "evidence.replaced": "Thay bằng bản mới",
    "evidence.scoped": "Đổi phạm vi giấy tờ",
    "evidence.lapse_told": "Nhắc hạn giấy tờ",
}

LAPSING = timedelta(days=90)
SQUARE_METRES = 10_000  # of a hectare


@dataclass(frozen=True)
class State:
    """How a paper stands on a day: tone and icon of its badge, words."""

    tone: str
    icon: str
    words: str


def printed_on(evidence: Evidence) -> list[tuple[str, object]]:
    """Return (label, value) of what is printed on a paper."""
    return [
        ("Loại giấy tờ", evidence.kind),
        ("Số, ký hiệu", evidence.number or None),
        ("Nơi cấp", evidence.issuer or None),
        ("Ngày cấp", vi_date(evidence.valid_from)),
        ("Ngày hết hạn", vi_date(evidence.valid_until) if evidence.valid_until else "Không ghi"),
        ("Tệp", evidence.file_name or "Chưa có tệp"),
    ]


def state_of(evidence: Evidence, day: date) -> State:
    """Return whether a paper is in force on a day; its last day counts in full. Without its file it proves nothing."""
    if evidence.valid_from and evidence.valid_from > day:
        return State("info", "hourglass", f"Có hiệu lực từ {vi_date(evidence.valid_from)}")
    if evidence.valid_until is not None and evidence.valid_until < day:
        return State("danger", "timer-off", f"Hết hạn {vi_date(evidence.valid_until)}")
    if evidence.blob_id is None:
        until = f", hạn {vi_date(evidence.valid_until)}" if evidence.valid_until else ""
        return State("warning", "file-x", f"Chưa có tệp{until}")
    if evidence.valid_until is None:
        return State("ok", "circle-check", "Không ghi thời hạn")
    if evidence.valid_until - day <= LAPSING:
        return State("warning", "clock-alert", f"Còn {(evidence.valid_until - day).days} ngày")
    return State("ok", "circle-check", f"Đến {vi_date(evidence.valid_until)}")


def scope_of(evidence: Evidence) -> str:
    """Return what a paper is about. Reads its site and products: lists fetch them with the rows."""
    if evidence.site is not None:
        return evidence.site.name
    return ", ".join(product.name for product in evidence.products.all()) or "Cả chủ thể"


def named(papers: Sequence[Evidence]) -> str:
    """'“Phiếu kiểm nghiệm”', or '3 giấy tờ': what a form brought."""
    return f"“{papers[0]}”" if len(papers) == 1 else f"{len(papers)} giấy tờ"


def area_words(square_metres: int | None) -> str:
    """Return '2,5 ha' from a tenth of a hectare on, else '300 m²'."""
    if square_metres is None:
        return "chưa rõ"
    if square_metres < SQUARE_METRES // 10:
        return f"{square_metres} m²"
    whole, part = divmod(square_metres, SQUARE_METRES)
    shown = f"{whole:,}".replace(",", ".")
    return shown + (f",{part:04d}".rstrip("0") if part else "") + " ha"


def capacity_words(site: Site) -> str:
    """Return '200 kg/ngày'."""
    return f"{site.capacity:,} {site.capacity_unit}".replace(",", ".") if site.capacity is not None else "chưa rõ"


def in_words(held: Sequence[tuple[str, int]]) -> str:
    """Return '2 hồ sơ, 1 công nhận'."""
    return ", ".join(f"{count} {words}" for words, count in held)
