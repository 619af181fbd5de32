"""What changed between two sealed filings, and who is shown it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ocop.dossiers import services
from ocop.dossiers.changed import since_last_filing
from ocop.dossiers.rules import Change, PaperChange, changes_between
from ocop.project.sample.walk import at

OLD: dict[str, Any] = {"evidence": 3, "title": "Phiếu kiểm nghiệm", "criteria": ["1.2", "1.10"]}
NEW: dict[str, Any] = {"evidence": 8, "title": "Phiếu kiểm nghiệm", "criteria": ["1.2"]}
OTHER: dict[str, Any] = {"evidence": 9, "title": "Hợp đồng", "criteria": ["1.2"]}


def shot(**change: Any) -> dict[str, Any]:
    return {"forms": {}, "answers": {}, "explanations": {}, "cases": {}, "files": [], **change}


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ({"history": "Từ 2019"}, {"history": "Từ 2020"}, (Change("history", "Từ 2019", "Từ 2020"),)),
        ({"ip_patent": False}, {}, ()),  # unticked and absent are the same
        ({"ip_patent": False}, {"ip_patent": True}, (Change("ip_patent", False, True),)),
        ({}, {"ip_other": ""}, ()),
        ({"ip_other": "Tên miền"}, {}, (Change("ip_other", "Tên miền", None),)),
        ({"samples": 5}, {"samples": 5}, ()),
    ],
)
def test_blanks_of_the_forms(before, after, changed):
    assert changes_between(shot(forms=before), shot(forms=after)).forms == changed


def test_answers_stand_in_the_order_of_the_scorecard_and_know_their_case():
    before = shot(answers={"1.10": 1, "1.2": 0, "1.3": None}, cases={"1.2": "a"})
    after = shot(answers={"1.10": 2, "1.2": 0, "1.3": 0}, cases={"1.2": "b"})
    assert changes_between(before, after).answers == (
        Change("1.2", (0, "a"), (0, "b")),
        Change("1.3", (None, ""), (0, "")),  # "none fits" is an answer, the first option is another
        Change("1.10", (1, ""), (2, "")),
    )


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ([OLD], [OLD], []),
        ([], [NEW], [("1.2", None, NEW)]),
        ([NEW], [], [("1.2", NEW, None)]),
        ([OLD], [NEW], [("1.2", OLD, NEW), ("1.10", OLD, None)]),
        ([NEW], [OTHER], [("1.2", NEW, OTHER)]),  # one went, one came
        ([NEW], [OTHER, OLD], [("1.2", NEW, OLD), ("1.2", None, OTHER), ("1.10", None, OLD)]),  # the same title
        ([OLD], [{**OLD, "criteria": ["1.10"]}], [("1.2", OLD, None)]),
    ],
)
def test_papers_are_added_removed_or_replaced_at_each_criterion(before, after, changed):
    found = changes_between(shot(files=before), shot(files=after))
    assert list(found.papers) == [PaperChange(*one) for one in changed]
    assert len(found) == len(changed)
    assert found.criteria == {code for code, _, _ in changed}


@pytest.mark.django_db
def test_the_second_filing_is_compared_with_the_first_in_words(stage):
    dossier, by = stage.filed().dossier, stage.world.producers[0]
    assert since_last_filing(dossier, by, date(2026, 9, 3)) is None
    services.return_dossier(
        dossier=dossier, version=dossier.version, reason="Thiếu phiếu kiểm nghiệm",
        by=stage.world.communes["02287"].officers[0], now=at(date(2026, 9, 3)),
    )  # fmt: skip
    pin = dossier.pins.get()
    now = at(date(2026, 9, 4))
    services.save_answers(dossier=dossier, answers={"1.1": (0, "Nguyên liệu của xã")}, by=by, now=now)
    services.save_forms(dossier=dossier, values={"samples": 6}, version=dossier.version, by=by, now=now)
    services.detach(pin=pin, by=by, now=now)
    dossier.refresh_from_db()
    services.submit(dossier=dossier, version=dossier.version, by=by, now=now)
    found = since_last_filing(dossier, by, date(2026, 9, 4))
    assert found is not None
    rows = [(row.what, row.criterion, row.before, row.after) for row in found.rows]
    assert rows[0] == ("Số lượng sản phẩm mẫu", "", "5", "6")
    assert ("Mô tả, giải trình", "1.1", "Theo minh chứng kèm theo", "Nguyên liệu của xã") in rows
    assert [row for row in rows if row[0] == "Gỡ giấy tờ"] == [("Gỡ giấy tờ", pin.criterion, pin.evidence.name, "")]
    [answer] = [row for row in rows if row[0] == "Tự chấm"]
    assert answer[1] == "1.1"
    assert answer[3].endswith("điểm)")
    assert found.before.number == 1
    assert found.points[0] != found.points[1]
