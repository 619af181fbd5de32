"""Lists as offices keep them in Excel, written by the tests."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl


def book(*sheets: tuple[str, Sequence[Sequence[Any]]], merged: dict[str, Sequence[str]] | None = None) -> bytes:
    """An .xlsx of sheets (name, rows). merged  name -> ranges"""
    wanted = openpyxl.Workbook()
    wanted.remove(wanted.active)
    for name, rows in sheets:
        sheet = wanted.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for area in (merged or {}).get(name, ()):
            sheet.merge_cells(area)
    return saved(wanted)


def saved(wanted: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    wanted.save(out)
    return out.getvalue()


SUBJECTS = (
    "Danh sách",
    [
        ("ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG",),
        ("DANH SÁCH CHỦ THỂ OCOP NĂM 2026",),
        ("(Kèm theo Báo cáo số 15/BC-UBND)",),
        (),
        ("STT", "Tên chủ thể (HTX, THT, công ty)", "Loại hình", "Địa chỉ", None, "Mã số thuế", "SĐT", "Ngày thành lập"),
        (None, None, None, "Xã", "Thôn", None, None, None),
        (1, 2, 3, 4, 5, 6, 7, 8),
        ("I", "Huyện Sơn Dương", None, None, None, None, None, None),
        (1, "HTX chè Tân Trào A", "HTX", "xã Tân Trào", "Thôn Bòng", "5000123456", 912345678, "12/03/2019"),
        (
            2,
            "Công ty TNHH mía đường B",
            "Công ty",
            "Hồng Sơn",
            None,
            "5000654321",
            "0208 3 812 345",
            "ngày 5 tháng 7 năm 2015",
        ),
        ("II", "Huyện Hàm Yên", None, None, None, None, None, None),
        (3, "Hộ kinh doanh Nguyễn Văn C", None, "Hùng Đức", "Thôn Thanh Sơn", None, None, None),
        (None, "Tổng cộng", None, None, None, None, 3, None),
        (),
        (None, None, None, None, None, None, "Tuyên Quang, ngày 15 tháng 11 năm 2026", None),
        (None, "Người lập biểu", None, None, None, None, "TM. ỦY BAN NHÂN DÂN", None),
    ],
)
MERGED = {"Danh sách": ("A1:H1", "A2:H2", "A3:H3", "A5:A6", "B5:B6", "C5:C6", "D5:E5", "F5:F6", "G5:G6", "H5:H6")}
