"""The reference files add up; a file that does not is refused with the place."""

from __future__ import annotations

import copy
from collections import Counter
from datetime import date

import pytest
import yaml

from ocop.scorecards import rules

from .conftest import CARDS, DATA, FILES

EVIDENCE = {row["code"] for row in yaml.safe_load((FILES / "evidence.yaml").read_text(encoding="utf-8"))["evidence"]}
FLOORS = ((90, 5), (70, 4), (50, 3), (30, 2), (0, 1))
R2019 = rules.Regime(
    "2019", "1048/QĐ-TTg", {"A": 35, "B": 25, "C": 40}, FLOORS, False, date(2019, 8, 21), date(2023, 2, 23)
)
R2023 = rules.Regime(
    "2023", "148/QĐ-TTg", {"A": 40, "B": 25, "C": 35}, FLOORS, True, date(2023, 2, 24), date(2026, 7, 21)
)
R2026 = rules.Regime("2026", "26/2026/QĐ-TTg", {"A": 40, "B": 25, "C": 35}, FLOORS, True, date(2026, 5, 22), None)
REGIMES = {"2019": R2019, "2023": R2023, "2026": R2026}


def problems(data):
    return rules.problems(data, regimes=REGIMES, evidence=EVIDENCE)


def broken(code, change):
    data = copy.deepcopy(DATA[code])
    change(data)
    return problems(data)


def criterion(data, code):
    return next(c for p in data["parts"] for s in p["sections"] for c in s["criteria"] if c["code"] == code)


def test_77_scorecards_of_three_regimes_70_of_them_complete():
    assert Counter((card.regime, card.status) for card in CARDS.values()) == {
        ("2019", "complete"): 22,
        ("2019", "partial"): 3,
        ("2023", "complete"): 22,
        ("2023", "partial"): 4,
        ("2026", "complete"): 26,
    }


def test_378_of_the_787_criteria_of_2026_print_no_option_of_0_points():
    criteria = [c for card in CARDS.values() if card.regime == "2026" for c in card.criteria]
    assert (len(criteria), sum(c.may_be_none() for c in criteria)) == (787, 378)


@pytest.mark.parametrize("code", sorted(DATA))
def test_every_reference_file_is_accepted(code):
    errors, warnings = problems(DATA[code])
    assert errors == []
    assert bool(warnings) == (DATA[code]["status"] == "partial")


def test_section_5_of_every_scorecard_begins_with_the_story():
    for code, data in DATA.items():
        section = next(s for p in data["parts"] for s in p["sections"] if s["code"] == "5")
        assert "Câu chuyện" in section["criteria"][0]["name_vi"], code
        assert (CARDS[code].story is None) == (data["set_no"] == 26)


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (lambda d: criterion(d, "1.1").update(max=4), "mục 1", "cộng lại 19 điểm, không phải 18"),
        (lambda d: criterion(d, "1.1").update(max=4), "tiêu chí 1.1", "phương án cao nhất 3 điểm"),
        (lambda d: d["parts"][0]["sections"][0].update(max=17), "phần A", "cộng lại 39 điểm, không phải 40"),
        (lambda d: d["parts"][0].update(max=41), "parts", "A 40, B 25, C 35"),
        (lambda d: d.update(total_max=99), "total_max", "100"),
        (lambda d: d.update(status="structure-only"), "status", "structure-only"),
        (lambda d: d.update(regime="2030"), "regime", "2030"),
        (lambda d: d.pop("star_minimum_marks"), "star_minimum_marks", "thiếu"),
        (lambda d: criterion(d, "8")["options"][0].pop("min_for_star"), "star_minimum_marks", "không khớp"),
        (lambda d: criterion(d, "8")["options"][0].update(min_for_star=6), "tiêu chí 8", "3, 4 hoặc 5"),
        (lambda d: criterion(d, "9")["options"][1].update(min_for_star=3), "tiêu chí 9", "không tăng dần"),
        (lambda d: criterion(d, "1.2")["options"][0].update(min_for_star=3), "tiêu chí 1.2", "0 điểm"),
        (lambda d: criterion(d, "1.1")["options"][1].update(points=1), "tiêu chí 1.1", "bị trùng"),
        (lambda d: criterion(d, "1.1")["options"].reverse(), "tiêu chí 1.1", "không tăng dần"),
        (lambda d: criterion(d, "1.1")["options"][0].update(points=-1), "tiêu chí 1.1", "points"),
        (lambda d: criterion(d, "1.1")["options"][0].update(points=1.5), "tiêu chí 1.1", "points"),
        (lambda d: criterion(d, "1.1")["options"][0].update(points=True), "tiêu chí 1.1", "points"),
        (lambda d: criterion(d, "1.1")["options"][0].update(text_vi=" "), "tiêu chí 1.1", "text_vi"),
        (lambda d: criterion(d, "1.1").update(options=[]), "tiêu chí 1.1", "không có phương án"),
        (lambda d: criterion(d, "1.1").update(code="1.2"), "tiêu chí 1.2", "trùng"),
        (lambda d: criterion(d, "1.1").update(kind="many"), "tiêu chí 1.1", "many"),
        (lambda d: criterion(d, "1.1").update(kind="one_of_cases"), "tiêu chí 1.1", "không khớp"),
        (lambda d: criterion(d, "1.1").update(kind="yes_no"), "tiêu chí 1.1", "có/không"),
        (lambda d: criterion(d, "1.1").update(knockout="stopp"), "tiêu chí 1.1", "stopp"),
        (lambda d: criterion(d, "1.1").update(knock_out="stop"), "tiêu chí 1.1", "knock_out"),
        (lambda d: criterion(d, "1.1").update(evidence=["blood"]), "tiêu chí 1.1", "blood"),
        (lambda d: criterion(d, "1.1").pop("name_vi"), "tiêu chí 1.1", "name_vi"),
        (lambda d: d["parts"][0]["sections"][0].update(criteria=[]), "mục 1", "không có tiêu chí"),
        (lambda d: d["parts"][0]["sections"][0].pop("max"), "mục 1", "max"),
        (lambda d: d["legal"].pop("effective_from"), "legal", "effective_from"),
        (lambda d: d.pop("parts"), "tệp", "parts"),
        (lambda d: d["parts"].append("D"), "tệp", "parts"),
    ],
)
def test_a_complete_file_that_does_not_add_up_is_refused_with_the_place(change, place, words):
    errors, warnings = broken("2026-11-tea", change)
    assert any(where == place and words in sentence for where, sentence in errors), errors
    assert warnings == []


def test_a_file_that_is_no_table_is_refused():
    assert problems(["x"])[0] == [("tệp", "không phải một bảng")]


def test_sums_that_a_partial_file_lacks_are_warnings_with_their_place():
    assert problems(DATA["2023-11-tea"]) == ([], [("phần C", "các mục cộng lại 32 điểm, không phải 35")])
    errors, _ = broken("2023-11-tea", lambda d: d.update(status="complete"))
    assert errors == [("phần C", "các mục cộng lại 32 điểm, không phải 35")]


def test_cases_of_a_criterion_must_be_those_of_its_options():
    errors, _ = broken("2026-26-tourism", lambda d: criterion(d, "8")["cases"].pop())
    assert errors == [("tiêu chí 8", "mã các trường hợp không khớp")]


def test_a_2019_file_prints_no_star_minimums():
    errors, _ = broken("2019-12-tea", lambda d: d.update(star_minimum_marks={3: [], 4: [], 5: []}))
    assert errors == [("star_minimum_marks", "thiếu, hoặc thừa với quy định này")]


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2019, 8, 20), None),
        (date(2019, 8, 21), "2019"),
        (date(2023, 2, 23), "2019"),
        (date(2023, 2, 24), "2023"),
        (date(2026, 5, 21), "2023"),
        (date(2026, 5, 22), "2026"),  # 148 is in force until 21/7/2026, the newest counts
        (date(2026, 7, 21), "2026"),
        (date(2030, 1, 1), "2026"),
    ],
)
def test_a_dossier_follows_the_newest_regime_in_force_on_its_day(day, code):
    found = rules.regime_on(day, (R2019, R2023, R2026))
    assert (found and found.code) == code
