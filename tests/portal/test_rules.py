"""What a reader sees of a recognition; how a product fits a search; the schematic map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from ocop.certificates.rules import Status
from ocop.dossiers.rules import Extension
from ocop.portal.outline import draw, nearer, ring
from ocop.portal.rules import AsOf, class_of, current, known_from, rank_words, relevance, verdict
from ocop.portal.tiles import IN_ROW, tile


@dataclass(frozen=True)
class Row:
    pk: int = 1
    valid_from: date | None = date(2024, 2, 29)
    valid_until: date | None = date(2027, 2, 28)
    ended_on: date | None = None
    end_kind: str = ""
    year: int | None = 2024
    decision_day: date | None = None
    extensions: tuple[Extension, ...] = ()


@pytest.mark.parametrize(
    ("day", "title", "tone"),
    [
        (date(2024, 2, 28), "Chưa có hiệu lực", "info"),
        (date(2024, 2, 29), "Còn hiệu lực", "ok"),
        (date(2026, 11, 30), "Còn hiệu lực", "ok"),  # 90 days after today
        (date(2026, 12, 1), "Sắp hết hạn: còn 89 ngày", "warning"),
        (date(2027, 2, 28), "Sắp hết hạn: hôm nay là ngày cuối", "warning"),
        (date(2027, 3, 1), "Hết hiệu lực", "neutral"),
    ],
)
def test_the_verdict_changes_on_the_day_and_not_before(day, title, tone):
    found = verdict(Row(), 4, day)
    assert (found.title, found.tone) == (title, tone)


def test_a_revoked_recognition_is_valid_until_the_day_before():
    row = Row(ended_on=date(2025, 9, 8), end_kind="revoked")
    assert verdict(row, 3, date(2025, 9, 7)).title == "Còn hiệu lực"
    assert verdict(row, 3, date(2025, 9, 8)).title == "Đã thu hồi"
    assert "08/09/2025" in verdict(row, 3, date(2025, 9, 8)).sentence


def test_a_replaced_recognition_says_since_when():
    row = Row(ended_on=date(2025, 9, 8), end_kind="replaced")
    found = verdict(row, 3, date(2025, 9, 8))
    assert (found.title, found.sentence) == ("Hết hiệu lực", "Đã được thay bằng công nhận mới từ ngày 08/09/2025.")


def test_without_a_day_of_issue_nothing_is_valid():
    found = verdict(Row(valid_from=None, valid_until=None), 4, date(2024, 3, 1))
    assert (found.title, found.tone) == ("Từng được công nhận", "neutral")
    assert found.sentence == "Chưa rõ ngày cấp nên không tính là còn hiệu lực."


def test_the_one_in_force_stands_for_the_product_else_the_newest():
    old, new = Row(pk=1), Row(pk=2, valid_from=date(2027, 6, 1), valid_until=date(2030, 6, 1))
    undated = Row(pk=3, valid_from=None, valid_until=None, year=2026)
    assert current([old, undated, new], date(2026, 1, 1)) == old
    assert current([old, undated, new], date(2027, 4, 1)) == new
    assert current([old, undated], date(2027, 4, 1)) == undated


@pytest.mark.parametrize(
    ("row", "day"),
    [
        (Row(decision_day=date(2024, 2, 20)), date(2024, 2, 20)),  # decided before it is in force
        (Row(), date(2024, 2, 29)),
        (Row(valid_from=None, valid_until=None, year=2021), date(2021, 1, 1)),
        (Row(valid_from=None, valid_until=None, year=None), date.min),
    ],
)
def test_a_recognition_is_in_the_register_from_its_decision_else_from_its_year(row, day):
    assert known_from(row) == day


@pytest.mark.parametrize(
    ("map_day", "name", "words"),
    [
        (date(2026, 11, 24), "hien-nay", "địa giới hiện nay"),
        (date(2021, 7, 1), "2021", "địa giới 2021"),
        (date(2024, 8, 31), "2024-08-31", "địa giới ngày 31/08/2024"),
    ],
)
def test_a_map_is_named_as_links_and_people_name_it(map_day, name, words):
    asked = AsOf(date(2026, 11, 24), date(2026, 11, 24), map_day)
    assert (asked.map_name, asked.map_words, asked.plain) == (name, words, name == "hien-nay")


@pytest.mark.parametrize(
    ("stars", "status", "words"),
    [
        (4, Status.VALID, ""),
        (4, Status.EXPIRING, ""),
        (4, Status.EXPIRED, "Hạng cũ: 4 sao"),
        (3, Status.REVOKED, "Hạng cũ: 3 sao"),
        (3, Status.NOT_YET, "3 sao"),
        (3, None, "Hạng cũ: 3 sao"),
        (None, Status.VALID, "Nguồn không nêu hạng"),
    ],
)
def test_gold_stars_are_for_what_is_in_force_alone(stars, status, words):
    assert rank_words(stars, status) == words


@pytest.mark.parametrize(
    ("words", "fit"),
    [(["che", "shan"], 0), (["shan"], 1), (["tuyet", "che"], 2), (["che", "hong", "thai"], 3)],
)
def test_a_name_that_starts_with_the_words_fits_best(words, fit):
    assert relevance("che shan tuyet", words) == fit


@pytest.mark.parametrize(("count", "map_class"), [(0, 0), (1, 1), (3, 3), (4, 4), (9, 4)])
def test_a_map_class_ends_at_four(count, map_class):
    assert class_of(count) == map_class


def test_the_border_lies_halfway_between_two_points():
    square = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
    assert sorted(nearer(square, (1.0, 2.0), (3.0, 2.0))) == [(0.0, 0.0), (0.0, 4.0), (2.0, 0.0), (2.0, 4.0)]
    assert sorted(nearer(square, (3.0, 2.0), (1.0, 2.0))) == [(2.0, 0.0), (2.0, 4.0), (4.0, 0.0), (4.0, 4.0)]


def test_an_outline_is_read_as_steps_from_point_to_point():
    topology = {"transform": {"scale": [0.5, 2], "translate": [100, 20]}, "arcs": [[[0, 0], [2, 1], [-2, 0]]]}
    assert ring(topology) == [(100, 20), (101, 22), (100, 22)]


def numbers(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (point.split() for point in path.strip("MZ").split("L"))]


def test_the_drawing_keeps_west_left_and_north_above():
    outline = [(104.0, 21.0), (106.0, 21.0), (106.0, 23.0), (104.0, 23.0)]
    beside = draw(outline, {"tay": (104.5, 22.0), "dong": (105.5, 22.0)})
    assert {x for x, _ in numbers(beside.cells["tay"])} == {0.0, 200.0}
    assert {x for x, _ in numbers(beside.cells["dong"])} == {200.0, 400.0}
    above = draw(outline, {"bac": (105.0, 22.5), "nam": (105.0, 21.5)})
    assert min(y for _, y in numbers(above.cells["bac"])) == 0.0
    assert max(y for _, y in numbers(above.cells["bac"])) == min(y for _, y in numbers(above.cells["nam"]))


def test_districts_stand_as_blocks_of_tiles_in_the_shorter_column():
    drawn = tile({"Huyện Một": ["a"] * (IN_ROW + 1), "Huyện Hai": ["b"], "Huyện Ba": ["c"]})
    one, two, three = drawn.blocks
    assert (one.x, two.x, three.x) == (0, 208, 208)
    assert one.tiles[0][1:] == (0, 22)
    assert one.tiles[IN_ROW][1:] == (0, 46)  # the next row
    assert three.y > two.y
    assert drawn.height == 2 * (22 + 24) + 14  # two blocks of one row, and what lies between them
    assert len({spot[1:] for block in drawn.blocks for spot in block.tiles}) == IN_ROW + 3
