"""A product entered twice: seen side by side, merged, put back; by clicks, on a desk and on a phone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from .browser import DESK, PHONE, Site, Visitor, visitor

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("SHOTS")
KEPT, GONE = "Mật ong Nà Chang (mẫu)", "Mật ong Na Chang"
REASON = "Một sản phẩm, đăng ký hai lần"


def looked_at(officer: Visitor, name: str) -> None:
    """The page that is open fits a desk and a phone."""
    for width, height in (PHONE, DESK):
        officer.page.set_viewport_size({"width": width, "height": height})
        assert officer.fits(), f"{name} at {width} px"
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            officer.page.screenshot(path=Path(SHOTS) / f"gop-{name}-{width}.png", full_page=True)


def register_again(officer: Visitor) -> None:
    """The officer registers an idea that is a product already, and says why it is another when asked."""
    page = officer.go("/y-tuong/them/")
    officer.field("Chủ thể đã có").select_option(label="Hợp tác xã Nà Chang (mẫu)")
    officer.field("Tên ý tưởng sản phẩm").fill(GONE)
    officer.field("Nguyên liệu chính, lấy từ đâu").fill("mật ong rừng tại thôn Nà Chang")
    page.get_by_label("Đã làm thử").check()
    officer.field("Xã, phường nơi sản xuất").select_option(label="Xã Chiêm Hóa, Tỉnh Tuyên Quang")
    officer.press("Đăng ký ý tưởng")
    officer.told(KEPT)
    looked_at(officer, "hoi")
    page.locator("[name=apart]").fill("Mật ong của tổ hợp tác khác")
    officer.press("Đăng ký ý tưởng")


def test_a_product_entered_twice_is_merged_and_put_back(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as officer:
        officer.sign_in("xa1")
        register_again(officer)
        code = officer.path.split("/")[2]
        page = officer.page
        looked_at(officer, "y-tuong")

        officer.follow(KEPT)
        looked_at(officer, "so-hai-ban")
        merge = page.locator("form[action='?viec=gop']")
        merge.get_by_label(f"Giữ “{KEPT}”").check()
        merge.get_by_label("Lý do").fill(REASON)
        officer.press("Gộp")
        officer.told(f"Đã gộp “{GONE}” vào “{KEPT}”.")
        kept = officer.path
        looked_at(officer, "da-gop")
        assert site.value("SELECT merged_into_id IS NOT NULL FROM registry_product WHERE code = ?", code)
        officer.go(f"/y-tuong/{code}/")
        officer.told("Đã gộp vào sản phẩm khác.")
        officer.go("/y-tuong/")
        assert GONE not in page.inner_text("main")

        officer.go(kept)
        officer.follow("Bỏ gộp")
        looked_at(officer, "bo-gop")
        officer.field("Lý do").fill("Hai tổ hợp tác, hai loại mật ong")
        officer.press("Bỏ gộp")
        officer.told("Đã bỏ gộp. Mọi thứ trở về như trước.")
        officer.go(f"/y-tuong/{code}/")
        officer.told("Trùng và gộp")
        assert site.value("SELECT merged_into_id IS NULL FROM registry_product WHERE code = ?", code)
