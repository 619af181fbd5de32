"""The way of a dossier by its route, as every page draws it, and what an ended one has passed."""

from __future__ import annotations

from datetime import date

import pytest

from ocop.dossiers import services
from ocop.dossiers.rules import FINAL, MOVES, Move, Route, Step, Stop, journey
from ocop.dossiers.whereabouts import way
from ocop.project.sample.walk import at
from tests.factories import reread


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


def test_an_ended_dossier_passed_what_it_stood_at_and_nothing_else():
    passed = ["at_commune", "returned", "at_commune", "at_province"]
    assert [stop.label for stop in journey(Step.WITHDRAWN, Route.COMMUNE_2025, "", passed)] == [
        "Chủ thể nộp", "Xã đánh giá", "Tỉnh kiểm tra", "Chủ thể rút hồ sơ",
    ]  # fmt: skip
    passed = ["at_district", "ready_district", "council_district", "concluded_district"]
    assert [stop.label for stop in journey(Step.RECOGNISED, Route.DISTRICT_2023, "", passed)] == [
        "Chủ thể nộp", "Huyện kiểm tra", "Hội đồng cấp huyện chấm", "Đã công nhận",
    ]  # fmt: skip


def test_the_stops_carry_their_days(stage):
    """Filed 1/9/2026: the commune has until 23/9."""
    draft, filed = stage.draft(name="Cốm nếp (mẫu)"), stage.filed().dossier
    assert way(draft, date(2026, 9, 1))[0] == Stop("Chủ thể nộp", "now", "Đang lập, chưa nộp")
    assert way(filed, date(2026, 9, 2))[:2] == [
        Stop("Chủ thể nộp", "done", "01/09/2026"),
        Stop("Xã đánh giá", "now", "Xã đang xem xét từ 01/09/2026, hạn 23/09/2026"),
    ]
    by = stage.world.producers[0]
    services.withdraw(
        dossier=filed, version=filed.version, reason="Không sản xuất nữa", by=by, now=at(date(2026, 9, 7))
    )
    assert way(reread(filed), date(2026, 9, 8)) == [
        Stop("Chủ thể nộp", "done", "01/09/2026"),
        Stop("Xã đánh giá", "done"),
        Stop("Chủ thể rút hồ sơ", "done", "07/09/2026"),
    ]
