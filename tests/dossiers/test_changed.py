"""A dossier against the last one of its product: what lapsed, was replaced, scored anew; for producer and offices."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ocop.dossiers import services
from ocop.dossiers.changed import Since, since_last_dossier
from ocop.dossiers.models import Dossier
from ocop.dossiers.rules import counterparts, unchanged
from ocop.kernel import files
from ocop.project.sample.walk import at
from ocop.registry.models import Evidence
from ocop.registry.services import replace_evidence
from ocop.scorecards.queries import card, card_for
from tests.factories import Stage

from .scene import NOW, PDF, Scene
from .test_carrying import LATER, anew, failed

DAY = date(2026, 9, 9)


def changed(stage: Stage, dossier: Dossier, who: str = "producer") -> Since:
    found = since_last_dossier(dossier, Scene(stage).person(who), DAY)
    assert found is not None
    return found


def lines(found: Since) -> list[tuple[str, str, str, str]]:
    return [(row.what, row.criterion, row.before, row.after) for row in found.rows]


@pytest.mark.django_db
def test_criteria_of_two_regimes_meet_by_their_names() -> None:
    """Set 6: 1.a of 2023 is 1.1 of 2026 in other words, 1.b is 1.3 in the same; accounting (3.đ) is gone."""
    old, new = (card(card_for(regime=regime, set_no=6)) for regime in ("2023", "2026"))
    known, same = counterparts(old, new), unchanged(old, new)
    assert (known["1.1"], known["1.3"], known["9"]) == ("1.a", "1.b", "9")
    assert (same.get("1.1"), same["1.3"], same.get("9")) == (None, "1.b", None)
    assert "3.đ" not in known.values()
    assert {"1.2", "2.4"}.isdisjoint(known)  # certified raw-material area, bilingual label: new
    assert unchanged(new, new) == {code: code for code in new.by_code}


def test_what_was_only_taken_over_is_no_change(stage: Stage) -> None:
    found = changed(stage, anew(stage, failed(stage)))
    assert found.rows == ()
    assert found.points[0] == found.points[1]


def test_answers_papers_and_blanks_are_told_with_points_then_and_now(stage: Stage) -> None:
    dossier, by = anew(stage, failed(stage)), stage.world.producers[0]
    pin = dossier.pins.get()
    before = dossier.self_scores.get(criterion="1.1").answer
    services.save_answers(dossier=dossier, answers={"1.1": (0, "Nguyên liệu của xã")}, by=by, now=LATER)
    services.save_forms(dossier=dossier, values={"samples": 6}, version=dossier.version, by=by, now=LATER)
    newer = replace_evidence(
        evidence=pin.evidence,
        stored=files.store(PDF.replace(b"<<>>endobj", b"<</A 1>>endobj"), "moi.pdf", now=NOW),
        by=by,
        now=LATER,
    )
    found = changed(stage, dossier)
    options = card(dossier.scorecard).by_code["1.1"].options
    assert lines(found) == [
        ("Số lượng sản phẩm mẫu", "", "5", "6"),
        (
            "Tự chấm",
            "1.1",
            f"{options[before].text_vi} ({options[before].points} điểm)",
            f"{options[0].text_vi} ({options[0].points} điểm)",
        ),
        ("Mô tả, giải trình", "1.1", "Theo minh chứng kèm theo", "Nguyên liệu của xã"),
        ("Thay giấy tờ", pin.criterion, pin.evidence.name, newer.name),
    ]
    assert found.points[1] - found.points[0] == options[0].points - options[before].points


@pytest.mark.parametrize(("until", "told"), [(date(2026, 9, 9), False), (date(2026, 9, 8), True)])
def test_a_lapsed_paper_is_told_with_its_day(stage: Stage, until: date, told: bool) -> None:
    before = failed(stage)
    Evidence.objects.filter(pk__in=before.pins.values("evidence")).update(valid_from=None, valid_until=until)
    found = lines(changed(stage, anew(stage, before)))
    pin = before.pins.get()
    name = f"{pin.evidence.name}, hết hạn 08/09/2026"
    assert found == ([("Gỡ giấy tờ", pin.criterion, name, "")] if told else [])


def test_a_paper_that_lapsed_since_it_was_taken_over_is_told(stage: Stage) -> None:
    dossier = anew(stage, failed(stage))
    pin = dossier.pins.get()
    Evidence.objects.filter(pk=pin.evidence_id).update(valid_from=None, valid_until=date(2026, 9, 8))
    assert lines(changed(stage, dossier)) == [
        ("Giấy tờ đã hết hạn", pin.criterion, pin.evidence.name, f"{pin.evidence.name}, hết hạn 08/09/2026")
    ]


def test_another_scorecard_tells_what_is_new_altered_and_gone(stage: Stage) -> None:
    before, by = stage.filed(filed_on=date(2026, 3, 2)).dossier, stage.world.producers[0]
    services.withdraw(dossier=before, version=before.version, reason="Nộp lại sau", by=by, now=at(date(2026, 3, 3)))
    found = changed(stage, anew(stage, before))
    by_place = {row.criterion or row.where: row for row in reversed(found.rows)}  # the answer stands first
    assert by_place["Bộ tiêu chí"].before == "Bộ tiêu chí số 6: Chế biến từ gạo, ngũ cốc (bộ quy định 2023)"
    assert by_place["Bộ tiêu chí"].after == "Bộ tiêu chí số 6: Chế biến từ gạo, ngũ cốc (bộ quy định 2026)"
    assert (by_place["1.2"].what, by_place["1.2"].before, by_place["1.2"].after) == ("Tiêu chí mới", "", "Chưa chấm")
    assert (by_place["1.1"].what, by_place["1.1"].after) == ("Tự chấm, tiêu chí đã đổi", "Chưa chấm")
    assert by_place["1.1"].before.endswith("điểm)")
    assert (by_place["3.đ"].what, by_place["3.đ"].name, by_place["3.đ"].after) == ("Tiêu chí không còn", "Kế toán", "")
    assert "1.3" not in by_place  # taken over


def test_producer_compares_what_stands_now_and_the_office_what_was_filed(scene: Scene) -> None:
    stage, by = scene.stage, scene.person("producer")
    dossier = anew(stage, failed(stage))
    codes = dossier.self_scores.values_list("criterion", flat=True)
    services.confirm_answers(dossier=dossier, criteria=list(codes), by=by, now=LATER)
    services.submit(dossier=dossier, version=dossier.version, by=by, now=LATER)
    services.return_dossier(
        dossier=dossier, version=dossier.version, reason="Thiếu trang ký hợp đồng", by=scene.person("commune officer"),
        now=LATER,
    )  # fmt: skip
    services.save_answers(dossier=dossier, answers={"1.1": (0, "Nguyên liệu của xã")}, by=by, now=LATER)
    assert lines(changed(stage, dossier, "commune officer")) == []
    assert {row.criterion for row in changed(stage, dossier).rows} == {"1.1"}


def test_the_page_is_for_the_producer_and_the_office_and_costs_the_same_for_more_rows(scene: Scene) -> None:
    stage, by = scene.stage, scene.person("producer")
    dossier = anew(stage, failed(stage))
    address = f"{dossier.get_absolute_url()}thay-doi/"
    client = scene.client("producer")
    assert f'href="{address}"' in client.get(dossier.get_absolute_url()).content.decode()
    counts = []
    for answers in ({"1.1": (0, "Một")}, {"1.4": (0, "Hai"), "1.5": (0, "Ba")}):
        services.save_answers(dossier=dossier, answers=answers, by=by, now=LATER)
        with CaptureQueriesContext(connection) as seen:
            page = client.get(address).content.decode()
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert "Nguồn nguyên liệu" in page
    assert "Điểm tự chấm: trước" in page
    codes = dossier.self_scores.values_list("criterion", flat=True)
    services.confirm_answers(dossier=dossier, criteria=list(codes), by=by, now=LATER)
    services.submit(dossier=dossier, version=dossier.version, by=by, now=LATER)
    services.grant_reading(
        dossier=dossier, users=[scene.person("council member")], valid_from=NOW.date(), valid_to=None, reason="Phiên"
    )
    answered = {
        who: scene.client(who).get(address).status_code
        for who in ("producer", "other producer", "commune officer", "other commune's officer", "council member")
    }
    assert answered == {
        "producer": 200,
        "other producer": 404,
        "commune officer": 200,
        "other commune's officer": 404,
        "council member": 404,  # a judge sees no self-score
    }
    check = scene.client("commune officer").get(f"{dossier.get_absolute_url()}kiem-tra/").content.decode()
    assert f"Thay đổi so với hồ sơ {dossier.carried_from.dossier.number}" in check
    assert "Lần nộp đầu tiên" not in check


def test_a_dossier_filled_from_none_says_so(scene: Scene) -> None:
    dossier = scene.draft()
    client = scene.client("producer")
    assert "không lấy từ hồ sơ nào" in client.get(f"{dossier.get_absolute_url()}thay-doi/").content.decode()
    assert "thay-doi/" not in client.get(dossier.get_absolute_url()).content.decode()
    assert since_last_dossier(dossier, scene.person("producer"), DAY) is None
