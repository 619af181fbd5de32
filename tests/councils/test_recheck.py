"""Recalculation by an independent path: it agrees with every kind of conclusion and finds every changed figure."""

from __future__ import annotations

import hashlib
from datetime import date
from io import StringIO

import pytest
import rfc8785
from django.core.management import call_command

from ocop.councils import services
from ocop.councils.models import Conclusion, Item, Session, Sheet
from ocop.councils.recheck import recheck, words_of
from ocop.kernel.refusal import Refusal
from tests.ground import standing

pytestmark = pytest.mark.django_db


@standing
def sitting(stage):
    """One product of 2026 concluded by nine sheets of 72 to 74 points."""
    sitting = stage.sitting(stage.ready().dossier)
    sitting.sign_all(72, 73, 74, 72)
    sitting.conclude()
    return sitting


def differences(sitting):
    [checked] = recheck(Session.objects.get(pk=sitting.session.pk))
    return "; ".join(checked.differences)


# It agrees


def test_a_session_ends_when_every_conclusion_is_found_again(sitting):
    assert words_of(recheck(sitting.session)) == "khớp 1/1 sản phẩm"
    services.close_session(session=sitting.session, by=sitting.secretary, now=sitting.at(12))
    assert Session.objects.get().rechecked == 1


@pytest.mark.parametrize(
    ("totals", "stars", "result"),
    [((90,), 5, "potential_5"), ((89,), 5, "recognised"), ((75, 60), 3, "recognised"), ((49,), 3, "below_3")],
)
def test_every_band_and_a_deviation_that_stands(stage, totals, stars, result):
    sitting = stage.sitting(stage.ready().dossier)
    for _ in range(2):
        if not sitting.item.closed:
            sitting.sign_all(*totals, stars=stars)
            sitting.close()
    assert Conclusion.objects.get().result == result
    assert differences(sitting) == ""


def test_a_missed_mark_a_rejection_and_a_stop(stage):
    missed = stage.sitting(stage.ready().dossier)
    missed.sign_all(72, stars=3, miss=["4.1"])
    assert missed.conclude().marks_missed["4"]
    assert differences(missed) == ""
    rejected = stage.sitting(stage.ready(name="B (mẫu)").dossier)
    rejected.find("reject", "2.1")
    assert rejected.conclude().result == "rejected"
    assert differences(rejected) == ""
    stopped = stage.sitting(stage.ready(name="C (mẫu)").dossier)
    stops = [criterion.code for criterion in stopped.card.criteria if criterion.knockout == "stop"]
    stopped.sign_all(72)
    stopped.find("stop", stops[0])
    assert stopped.conclude().points < 9 * 72
    assert differences(stopped) == ""


@pytest.mark.parametrize(
    ("filed_on", "total", "minimums", "stars"), [(date(2024, 3, 12), 75, None, None), (date(2021, 3, 10), 45, 2, 2)]
)
def test_a_district_that_sends_up_and_a_finding_of_2019(stage, filed_on, total, minimums, stars):
    sitting = stage.sitting(stage.ready_at_district(filed_on=filed_on).dossier)
    if minimums:
        sitting.find("minimum_2019", stars=minimums)
    sitting.sign_all(total, stars=2)
    assert sitting.conclude().stars == stars
    assert differences(sitting) == ""


def test_of_a_product_opened_again_the_last_round_is_found(sitting):
    services.reopen_item(item=sitting.item, reason="Ghi nhầm tiêu chí 2.1", by=sitting.chair, now=sitting.at(11))
    sitting.reread()
    sitting.sign_all(68)
    sitting.conclude()
    assert differences(sitting) == ""


def test_a_clock_that_was_set_back_between_a_finding_and_the_signatures_changes_nothing(stage):
    """The stop is confirmed at 9:25, then every sheet is signed at 9:10."""
    sitting = stage.sitting(stage.ready().dossier)
    [stop] = [criterion.code for criterion in sitting.card.criteria if criterion.knockout == "stop"]
    sitting.find("stop", stop)
    for member in sitting.members:
        services.sign_sheet(sheet=sitting.fill(member, sitting.answers(72)), by=member.user, now=sitting.at(9, 10))
    conclusion = sitting.conclude()
    assert 0 < conclusion.points < 9 * 72
    assert differences(sitting) == ""


# It finds


def forge(sitting, seal=False, **changes):
    """Change a signed sheet behind the services' back. seal  its hash goes along"""
    sheet = Sheet.objects.order_by("pk").first()
    for name, value in changes.items():
        setattr(sheet, name, value)
    if seal:
        sheet.sha256 = hashlib.sha256(rfc8785.dumps(sheet.body)).hexdigest()
    sheet.save()
    return differences(sitting)


def test_a_changed_total(sitting):
    assert "tổng điểm khác nội dung đã ký" in forge(sitting, total=80)


def test_a_changed_hash(sitting):
    assert "mã băm không khớp nội dung đã ký" in forge(sitting, sha256="0" * 64)


def test_a_changed_body(sitting):
    body = Sheet.objects.order_by("pk").first().body
    found = forge(sitting, body={**body, "answers": {**body["answers"], "1.2": 2}})
    assert "mã băm không khớp nội dung đã ký" in found


def test_a_changed_body_whose_hash_and_total_go_along_differs_from_the_log(sitting):
    body = Sheet.objects.order_by("pk").first().body
    assert body["answers"]["1.1"] != 0
    answers, total = {**body["answers"], "1.1": 0}, body["total"] - 1
    found = forge(sitting, seal=True, total=total, body={**body, "answers": answers, "total": total})
    assert "mã băm khác nhật ký lúc ký" in found
    assert "mã băm không khớp" not in found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"points": 700}, "tổng điểm: kết luận ghi 700, tính lại được 651"),  # 72 + 73 + 74 + 6 x 72
        ({"sheets": 8}, "số phiếu: kết luận ghi 8, tính lại được 9"),
        ({"band": 5}, "hạng theo điểm: kết luận ghi 5, tính lại được 4"),
        ({"stars": 3}, "hạng sao: kết luận ghi 3, tính lại được 4"),
        ({"result": "below_3"}, "kết quả: kết luận ghi below_3, tính lại được recognised"),
        ({"marks_missed": {"3": [], "4": ["1.1"], "5": []}}, "mức tối thiểu chưa đạt: kết luận ghi 4 sao 1.1"),
    ],
)
def test_a_changed_row_of_the_conclusion(sitting, change, words):
    Conclusion.objects.update(**change)
    assert words in differences(sitting)


def test_a_conclusion_that_was_taken_away(sitting):
    Conclusion.objects.all().delete()
    assert "không có kết luận" in differences(sitting)


def test_the_session_stays_open_while_a_figure_differs(sitting):
    Conclusion.objects.update(points=700)
    with pytest.raises(Refusal, match="không khớp: khớp 0/1 sản phẩm"):
        services.close_session(session=sitting.session, by=sitting.secretary, now=sitting.at(12))
    assert Session.objects.get().state == Session.OPEN


def test_the_command_prints_a_table_and_ends_with_1_where_a_figure_differs(sitting):
    said = StringIO()
    call_command("recheck", sitting.session.code.lower(), stdout=said)
    assert "khớp 1/1 sản phẩm" in said.getvalue()
    Item.objects.get()
    Conclusion.objects.update(stars=3)
    with pytest.raises(SystemExit) as end:
        call_command("recheck", sitting.session.code, stdout=said)
    assert end.value.code == 1
    assert "hạng sao: kết luận ghi 3, tính lại được 4" in said.getvalue()
    with pytest.raises(SystemExit) as end:
        call_command("recheck", "KHONGCO1", stderr=said)
    assert end.value.code == 2
