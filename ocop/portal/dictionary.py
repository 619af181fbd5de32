"""The fields of a product as everybody may take them: open data, API and their dictionary say the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from .queries import Entry

# What open data, API and dictionary say of a product, in this order: name, type (JSON), words, value.
DATA: tuple[tuple[str, str, str, Callable[[Entry], Any]], ...] = (
    ("ma_san_pham", "chữ", "Mã của sản phẩm trong sổ đăng ký, không đổi", lambda e: e.row.product_code),
    ("ma_so_san_pham", "chữ", "Mã số sản phẩm theo Quyết định 26/2026/QĐ-TTg; trống khi chưa có",
     lambda e: e.row.official_code),
    ("ten_san_pham", "chữ", "Tên sản phẩm", lambda e: e.row.name),
    ("ten_chu_the", "chữ", "Tên chủ thể OCOP; trống khi nguồn không nêu", lambda e: e.row.subject_name or ""),
    ("ma_xa", "chữ", "Mã xã, phường (5 chữ số) theo địa giới hiện nay hoặc được hỏi; trống khi chưa xác định",
     lambda e: e.commune_code),
    ("dia_ban", "chữ", "Tên xã, phường theo địa giới ấy, hoặc địa bàn theo nguồn", lambda e: e.place),
    ("nhom", "chữ", "Nhóm sản phẩm", lambda e: e.row.group_name or ""),
    ("so_bo", "số", "Số của bộ sản phẩm, từ 1 đến 26", lambda e: e.row.set_number),
    ("bo", "chữ", "Tên bộ sản phẩm", lambda e: e.row.set_name or ""),
    ("hang_sao", "số", "Hạng sao của công nhận hiện hành, hoặc gần nhất; trống khi chưa rõ", lambda e: e.row.stars),
    ("trang_thai", "chữ", "Tình trạng trong ngày cập nhật, hoặc trong ngày đang hỏi", lambda e: e.keys[0]),
    ("nam", "số", "Năm công nhận", lambda e: e.row.year),
    ("tu_ngay", "ngày", "Ngày công nhận (yyyy-mm-dd); trống khi chưa rõ", lambda e: _iso(e.row.valid_from)),
    ("den_ngay", "ngày", "Ngày cuối còn hiệu lực theo giấy (yyyy-mm-dd)", lambda e: _iso(e.row.valid_until)),
    ("keo_dai_den", "ngày", "Ngày muộn nhất còn hiệu lực khi giấy đã hết hạn, chờ kết quả đánh giá lại; hoặc trống",
     lambda e: _iso(e.extended_to)),
    ("cham_dut_ngay", "ngày", "Ngày thu hồi hoặc được thay thế (yyyy-mm-dd)", lambda e: _iso(e.row.ended_on)),
    ("so_quyet_dinh", "chữ", "Số, ký hiệu quyết định công nhận; trống khi chưa rõ", lambda e: e.row.decision_number),
    ("ngay_quyet_dinh", "ngày", "Ngày quyết định (yyyy-mm-dd)", lambda e: _iso(e.row.decision_day)),
    ("cap_cong_nhan", "chữ", "Cấp công nhận; trống khi nguồn không nêu cơ quan", lambda e: e.level_name),
    ("co_quan_cong_nhan", "chữ", "Cơ quan công nhận; trống khi nguồn không nêu", lambda e: e.row.organ_name),
    ("ma_cong_nhan", "chữ", "Mã tra cứu của công nhận, dùng ở địa chỉ /c/", lambda e: e.row.code),
    ("nguon", "chữ", "Nguồn của dòng ghi lại; trống với công nhận trong hệ thống", lambda e: e.row.source),
)  # fmt: skip


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def data_of(entry: Entry) -> dict[str, Any]:
    """One product as open data and the API give it; an unknown day or number is null."""
    values = {name: value(entry) for name, _, _, value in DATA}
    return {name: None if kind in ("ngày", "số") and values[name] == "" else values[name] for name, kind, _, _ in DATA}
