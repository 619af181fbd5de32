"""The desk's own arithmetic: urgency, menus by role."""

from __future__ import annotations

from datetime import date

import pytest

from ocop.desk.rules import MENU, group, menu, tabs, tone

TODAY = date(2025, 10, 15)


@pytest.mark.parametrize(
    ("due", "colour", "heading"),
    [
        (date(2025, 10, 14), "danger", "Quá hạn"),
        (date(2025, 10, 15), "danger", "Trong 5 ngày tới"),
        (date(2025, 10, 20), "danger", "Trong 5 ngày tới"),
        (date(2025, 10, 21), "warning", "Sau đó"),
        (date(2025, 11, 14), "warning", "Sau đó"),
        (date(2025, 11, 15), "neutral", "Sau đó"),
        (None, "neutral", "Chưa có hạn"),
    ],
)
def test_urgency_goes_by_the_days_left(due, colour, heading):
    assert (tone(due, TODAY), group(due, TODAY)) == (colour, heading)


def _words(*who: str) -> list[str]:
    return [words for words, _, _ in menu(who, "/viec/")]


def test_menus_by_role():
    assert _words() == ["Việc của tôi"]
    assert _words("producer") == ["Việc của tôi", "Ý tưởng", "Sản phẩm", "Hồ sơ", "Kho giấy tờ", "Cơ sở"]
    assert _words("commune_officer") == [
        "Việc của tôi", "Ý tưởng", "Sản phẩm", "Hồ sơ", "Chủ thể", "Kho giấy tờ", "Cơ sở", "Nhập hộ", "Nhập Excel",
    ]  # fmt: skip
    assert _words("advisory_team") == ["Việc của tôi", "Hồ sơ", "Thực địa"]
    assert _words("member") == ["Việc của tôi", "Hồ sơ", "Phiên chấm", "Kết quả"]
    assert _words("secretary") == [
        "Việc của tôi", "Hồ sơ", "Phiên chấm", "Kết quả", "Hội đồng", "Quyết định", "Văn bản",
        "Mẫu văn bản", "Chứng nhận",
    ]  # fmt: skip
    assert _words("admin") == ["Việc của tôi", "Mẫu văn bản", "Người dùng", "Việc nền"]
    assert _words("province_officer") == [
        "Việc của tôi", "Ý tưởng", "Sản phẩm", "Hồ sơ", "Thực địa", "Chủ thể", "Cơ sở", "Nhập Excel", "Phiên chấm",
        "Kết quả", "Hội đồng", "Quyết định", "Văn bản", "Chứng nhận",
    ]  # fmt: skip


def test_several_roles_see_each_entry_once():
    words = _words("producer", "member", "admin")
    assert len(words) == len(set(words))
    assert {"Kho giấy tờ", "Phiên chấm", "Người dùng"} <= set(words)


def test_the_entry_of_the_page_is_marked_and_no_other():
    marked = [words for words, _, current in menu(["producer"], "/ho-so/HS-1/") if current]
    assert marked == ["Hồ sơ"]
    assert len({url for _, url, _ in MENU}) == len(MENU)


def test_the_tab_bar_of_a_phone_has_four_entries_for_producers_and_field_officers():
    assert [tab.words for tab in tabs(["producer"], "/viec/")] == ["Việc", "Sản phẩm", "Hồ sơ", "Giấy tờ"]
    assert [tab.words for tab in tabs(["commune_officer"], "/viec/")] == ["Việc", "Sản phẩm", "Hồ sơ", "Chủ thể"]
    assert [tab.words for tab in tabs(["advisory_team"], "/viec/")] == ["Việc", "Hồ sơ", "Thực địa"]
    assert [tab.words for tab in tabs(["producer"], "/ho-so/HS-1/") if tab.current] == ["Hồ sơ"]
    assert {tab.url for tab in tabs(["producer"], "/")} <= {url for _, url, _ in menu(["producer"], "/")}


@pytest.mark.parametrize("who", [[], ["member"], ["province_officer"], ["admin"], ["producer", "member"]])
def test_everybody_else_keeps_the_menu(who):
    assert tabs(who, "/viec/") == []
