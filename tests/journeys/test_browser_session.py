"""A session that runs out while somebody types: told two minutes ahead, nothing is lost. ui.md section 10."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from .browser import PHONE, Site, Visitor, visitor

pytestmark = pytest.mark.browser

SEEN_AGO = """
from datetime import datetime, timedelta
from django.contrib.sessions.models import Session
from django.utils import timezone
for row in Session.objects.all():
    data = row.get_decoded()
    if "ocop_seen" in data:
        data["ocop_seen"] = (timezone.now() - timedelta(seconds={seconds})).isoformat()
        row.session_data = Session.objects.encode(data)
        row.save()
"""
FORM, WORDS = "/chu-the/them/", "Tổ hợp tác Nặm Đíp"


def idle(site: Site, page: Page, seconds: int) -> None:
    """Let the server have seen nobody for so long; the page's own clock goes on by an hour."""
    site.manage("shell", "--no-imports", "-c", SEEN_AGO.format(seconds=seconds))
    page.clock.fast_forward("01:00:00")


def typing(officer: Visitor, name: str) -> Page:
    officer.page.clock.install()
    officer.sign_in(name)
    page = officer.go(FORM)
    officer.field("Tên chủ thể").fill(WORDS)
    return page


def test_the_end_is_told_two_minutes_ahead_and_staying_keeps_the_page(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as officer:
        page = typing(officer, "xa1")
        told = page.get_by_role("alert").filter(has_text="Phiên sẽ kết thúc sau 2 phút. Ở lại?")
        idle(site, page, 26 * 60)
        expect(page.locator("#phien")).not_to_contain_text("2 phút")
        idle(site, page, 28 * 60 + 30)
        expect(told).to_be_visible()
        page.get_by_role("button", name="Ở lại").click()
        expect(told).to_be_hidden()
        assert officer.field("Tên chủ thể").input_value() == WORDS


def test_what_was_typed_comes_back_to_the_same_person_after_signing_in(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as officer:
        page = typing(officer, "xa1")
        idle(site, page, 31 * 60)
        expect(page.get_by_role("alert").filter(has_text="Phần đang nhập đã giữ trên máy này.")).to_be_visible()
        page.get_by_role("button", name="Nhập chủ thể").click()  # nothing is sent into a dead session
        assert officer.field("Tên chủ thể").input_value() == WORDS
        other = officer.sign_in("xa3")
        officer.go(FORM)
        assert officer.field("Tên chủ thể").input_value() == ""
        sign_out(other)
        officer.sign_in("xa1")
        officer.go(FORM)
        assert officer.field("Tên chủ thể").input_value() == WORDS
        officer.told("Đã đưa lại phần nhập dở")


def test_signing_out_deletes_what_is_kept_after_asking(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as officer:
        page = typing(officer, "xa1")
        idle(site, page, 28 * 60 + 30)
        expect(page.get_by_role("button", name="Ở lại")).to_be_visible()  # kept from here on
        ask_to_sign_out(page)
        page.locator("dialog").get_by_role("button", name="Ở lại").click()
        assert officer.path == FORM
        page.locator("[data-sign-out] button").click()
        with page.expect_navigation():
            page.get_by_role("button", name="Xóa và đăng xuất").click()
        officer.sign_in("xa1")
        officer.go(FORM)
        assert officer.field("Tên chủ thể").input_value() == ""


def ask_to_sign_out(page: Page) -> None:
    page.locator(".account summary").click()
    page.locator("[data-sign-out] button").click()


def sign_out(page: Page) -> None:
    page.locator(".account summary").click()
    with page.expect_navigation():
        page.locator("[data-sign-out] button").click()


def test_a_phone_has_four_tabs_at_its_foot(browser: Browser, site: Site) -> None:
    with visitor(browser, site, size=PHONE) as producer:
        page = producer.sign_in("chuthe1")
        tabs = page.locator("nav.tabs")
        assert tabs.get_by_role("link").all_inner_texts() == ["Việc", "Sản phẩm", "Hồ sơ", "Giấy tờ"]
        foot = tabs.bounding_box()
        assert foot
        assert round(foot["y"] + foot["height"]) == PHONE[1]
        assert producer.fits()
        producer.follow("Hồ sơ")
        assert producer.path == "/ho-so/"
        assert tabs.locator("[aria-current]").inner_text() == "Hồ sơ"
