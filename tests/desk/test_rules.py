"""The desk's own arithmetic: urgency, the way of a dossier, menus by role."""

from __future__ import annotations

from datetime import date

import pytest

from ocop.desk.rules import MENU, group, journey, menu, tabs, tone
from ocop.dossiers.rules import FINAL, MOVES, Move, Route, Step

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


def _line(step: Step, route: Route, returned_from: str = "") -> list[str]:
    signs = {"done": "+", "now": ">", "next": "."}
    return [signs[stage.state] + stage.label for stage in journey(step, route, returned_from)]


def test_the_way_through_commune_and_province():
    assert _line(Step.AT_PROVINCE, Route.COMMUNE_2025) == [
        "+Chủ thể nộp", "+Xã đánh giá", ">Tỉnh kiểm tra", ".Hội đồng cấp tỉnh chấm", ".Quyết định, giấy chứng nhận",
    ]  # fmt: skip


def test_a_district_that_recognises_is_the_whole_way_until_the_dossier_goes_up():
    assert _line(Step.COUNCIL_DISTRICT, Route.DISTRICT_2023) == [
        "+Chủ thể nộp", "+Huyện kiểm tra", ">Hội đồng cấp huyện chấm", ".Quyết định, giấy chứng nhận",
    ]  # fmt: skip
    assert _line(Step.READY_PROVINCE, Route.DISTRICT_2023) == [
        "+Chủ thể nộp", "+Huyện kiểm tra", "+Hội đồng cấp huyện chấm", "+Tỉnh kiểm tra", ">Hội đồng cấp tỉnh chấm",
        ".Quyết định, giấy chứng nhận",
    ]  # fmt: skip
    assert _line(Step.CONCLUDED_PROVINCE, Route.DISTRICT_2019)[-2:] == [
        "+Hội đồng cấp tỉnh chấm", ">Quyết định, giấy chứng nhận",
    ]  # fmt: skip


def test_the_province_alone_for_five_days_of_july_2025():
    assert _line(Step.DRAFT, Route.PROVINCE_2025)[:2] == [">Chủ thể nộp", ".Tỉnh kiểm tra"]


def test_the_ministry_stands_on_the_way_of_those_sent_there_alone():
    assert ">Bộ đánh giá" in _line(Step.AT_MINISTRY, Route.COMMUNE_2025)
    assert not [stop for stop in _line(Step.CONCLUDED_PROVINCE, Route.COMMUNE_2025) if "Bộ" in stop]


@pytest.mark.parametrize(("returned_from", "stop"), [("at_commune", ">Xã đánh giá"), ("at_province", ">Tỉnh kiểm tra")])
def test_a_returned_dossier_stands_where_it_was_returned(returned_from, stop):
    assert stop in _line(Step.RETURNED, Route.COMMUNE_2025, returned_from)


def test_every_open_step_has_its_place_on_the_way():
    returners = {step for step, move in MOVES if move == Move.RETURN}
    for step in set(Step) - FINAL - {Step.RETURNED}:
        route = Route.COMMUNE_2025 if step == Step.AT_COMMUNE else Route.DISTRICT_2023
        assert [stage.state for stage in journey(step, route)].count("now") == 1
    assert {step.value for step in returners} == {"at_commune", "at_district", "at_province"}


def _words(*who: str) -> list[str]:
    return [words for words, _, _ in menu(who, "/viec/")]


def test_menus_by_role():
    assert _words() == ["Việc của tôi"]
    assert _words("producer") == ["Việc của tôi", "Ý tưởng", "Sản phẩm", "Hồ sơ", "Kho giấy tờ"]
    assert _words("commune_officer") == [
        "Việc của tôi", "Ý tưởng", "Sản phẩm", "Hồ sơ", "Chủ thể", "Nhập hộ", "Nhập Excel",
    ]  # fmt: skip
    assert _words("advisory_team") == ["Việc của tôi", "Hồ sơ", "Thực địa"]
    assert _words("member") == ["Việc của tôi", "Hồ sơ", "Phiên chấm", "Kết quả"]
    assert _words("secretary") == [
        "Việc của tôi", "Hồ sơ", "Phiên chấm", "Kết quả", "Hội đồng", "Quyết định", "Chứng nhận",
    ]  # fmt: skip
    assert _words("admin") == ["Việc của tôi", "Người dùng", "Việc nền"]
    assert _words("province_officer") == [
        "Việc của tôi", "Ý tưởng", "Sản phẩm", "Hồ sơ", "Thực địa", "Chủ thể", "Nhập Excel", "Phiên chấm", "Kết quả",
        "Hội đồng", "Quyết định", "Chứng nhận",
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
