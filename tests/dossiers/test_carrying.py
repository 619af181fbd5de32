"""Three kinds of dossier filled from the last filing: what is taken over, what is marked, what waits for a tick."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ocop.dossiers import services
from ocop.dossiers.carried import carried_into
from ocop.dossiers.models import Dossier, Filing, SelfScore
from ocop.dossiers.rules import same_question, unchanged
from ocop.dossiers.workspace import gaps, sheet_for
from ocop.kernel.refusal import Refusal
from ocop.project.sample.walk import at
from ocop.registry.models import Evidence
from ocop.scorecards.queries import card, card_for
from tests.factories import Stage

from .scene import NOW, Scene

LATER = NOW + timedelta(days=1)


def failed(stage: Stage) -> Dossier:
    """A first try that its producer took back: filed, and closed."""
    dossier = stage.filed().dossier
    services.withdraw(
        dossier=dossier, version=dossier.version, reason="Chưa đủ giấy tờ", by=stage.world.producers[0], now=NOW
    )
    return dossier


def anew(stage: Stage, dossier: Dossier, kind: str = "first") -> Dossier:
    return services.open_dossier(product=dossier.product, kind=kind, by=stage.world.producers[0], now=LATER)


def test_an_answer_is_taken_over_only_to_the_same_question(stage: Stage) -> None:
    now = card(card_for(regime="2026", set_no=6)).by_code["1.1"]
    assert same_question(now, replace(now, max_points=now.max_points + 1))
    first = replace(now.options[0], text_vi=now.options[0].text_vi + " (sửa)")
    assert not same_question(now, replace(now, options=(first, *now.options[1:])))
    assert not same_question(now, replace(now, options=now.options[1:]))
    assert not same_question(now, replace(now, name_vi="Khác"))


def test_a_first_one_after_a_failed_try_takes_over_forms_answers_cases_and_papers(stage: Stage) -> None:
    before = failed(stage)
    dossier = anew(stage, before)
    shot = before.filings.get().snapshot
    assert dossier.forms == {name: value for name, value in shot["forms"].items() if value}
    assert dossier.cases == shot["cases"]
    rows = dossier.self_scores.order_by("criterion")
    assert {row.criterion: row.answer for row in rows} == shot["answers"]
    assert all(row.carried and row.explanation == "Theo minh chứng kèm theo" for row in rows)
    assert set(dossier.pins.values_list("criterion", "evidence")) == set(
        before.pins.values_list("criterion", "evidence")
    )


def test_a_product_never_filed_starts_empty(stage: Stage) -> None:
    product = stage.draft().product
    assert Dossier.objects.get(product=product).carried_from is None


@pytest.mark.parametrize("confirmed", ["none", "all but one", "all"])
def test_filing_waits_for_every_tick(stage: Stage, confirmed: str) -> None:
    dossier, by = anew(stage, failed(stage)), stage.world.producers[0]
    codes = list(dossier.self_scores.order_by("pk").values_list("criterion", flat=True))
    chosen = {"none": [], "all but one": codes[1:], "all": codes}[confirmed]
    if chosen:
        assert services.confirm_answers(dossier=dossier, criteria=chosen, by=by, now=LATER) == len(chosen)
    if confirmed == "all":
        services.submit(dossier=dossier, version=dossier.version, by=by, now=LATER)
        assert dossier.step == "at_commune"
    else:
        left = {"none": len(codes), "all but one": 1}[confirmed]
        with pytest.raises(Refusal, match=f"Còn {left} tiêu chí lấy từ lần nộp trước chưa xác nhận"):
            services.submit(dossier=dossier, version=dossier.version, by=by, now=LATER)


def test_an_answer_given_anew_needs_no_tick_and_nobody_else_confirms(stage: Stage) -> None:
    dossier, by = anew(stage, failed(stage)), stage.world.producers[0]
    services.save_answers(dossier=dossier, answers={"1.1": (0, "Đổi")}, by=by, now=LATER)
    assert not SelfScore.objects.get(dossier=dossier, criterion="1.1").carried
    with pytest.raises(Refusal, match="Chưa chọn tiêu chí"):
        services.confirm_answers(dossier=dossier, criteria=["1.1"], by=by, now=LATER)
    with pytest.raises(Refusal):
        services.confirm_answers(dossier=dossier, criteria=["1.2"], by=stage.world.producers[1], now=LATER)


@pytest.mark.parametrize(("until", "pinned"), [(date(2026, 9, 9), True), (date(2026, 9, 8), False)])
def test_a_paper_is_pinned_while_it_is_in_force_and_marked_when_it_lapsed(
    stage: Stage, until: date, pinned: bool
) -> None:
    """Opened on 09/09/2026: a paper until that day counts, one until the day before does not."""
    before, by = failed(stage), stage.world.producers[0]
    Evidence.objects.filter(pk__in=before.pins.values("evidence")).update(valid_from=None, valid_until=until)
    dossier, day = anew(stage, before), date(2026, 9, 9)
    assert dossier.pins.exists() is pinned
    carried = carried_into(dossier, sheet_for(by, dossier, day), day)
    assert carried is not None
    assert {mark.label for mark in carried.marks} == (set() if pinned else {"hết hạn"})


def test_a_criterion_that_changed_with_the_regime_is_asked_anew_and_marked(stage: Stage) -> None:
    before, by = stage.filed(filed_on=date(2026, 3, 2)).dossier, stage.world.producers[0]
    services.withdraw(dossier=before, version=before.version, reason="Nộp lại sau", by=by, now=at(date(2026, 3, 3)))
    dossier, day = anew(stage, before), date(2026, 9, 9)
    old, new = card(before.scorecard), card(dossier.scorecard)
    assert (before.scorecard.regime_id, dossier.scorecard.regime_id) == ("2023", "2026")
    answers = dict(dossier.self_scores.values_list("criterion", "answer"))
    taken, filed = set(answers), before.filings.get().snapshot["answers"]
    assert answers["1.3"] == filed["1.b"]  # Gia tăng giá trị: the same words under another code
    assert {"1.1", "1.2"}.isdisjoint(taken)  # other words; not there before
    [(criterion, paper)] = before.pins.values_list("criterion", "evidence")
    assert (criterion, list(dossier.pins.values_list("criterion", "evidence"))) == ("1.a", [("1.1", paper)])
    assert {code: old_code for code, old_code in unchanged(old, new).items() if code in taken} == unchanged(old, new)
    sheet = sheet_for(by, dossier, day)
    carried = carried_into(dossier, sheet, day)
    assert carried is not None
    assert {mark.label for mark in carried.marks} == {"tiêu chí đổi ở bộ 2026"}
    assert {mark.criterion.code for mark in carried.marks} == set(new.by_code) - taken
    assert carried.left == len(taken)
    assert sum(gap.confirm for gap in gaps(dossier, sheet)) == len(carried.waiting)


def test_a_reevaluation_is_asked_every_point_of_the_update_and_takes_none_over(stage: Stage) -> None:
    """Art. 6(1)c: nine things; what an earlier dossier said of them is not taken over."""
    before = failed(stage)
    filing = before.filings.get()
    Filing.objects.filter(pk=filing.pk).update(
        snapshot={**filing.snapshot, "forms": {**filing.snapshot["forms"], "since_label": "Nhãn cũ"}}
    )
    dossier, by = anew(stage, before, "re_evaluation"), stage.world.producers[0]
    assert "since_label" not in dossier.forms
    codes = dossier.self_scores.values_list("criterion", flat=True)
    services.confirm_answers(dossier=dossier, criteria=list(codes), by=by, now=LATER)
    with pytest.raises(Refusal) as refused:
        services.submit(dossier=dossier, version=dossier.version, by=by, now=LATER)
    for what in ("nguyên liệu", "công nghệ sử dụng", "bao bì", "nhãn mác", "công bố chất lượng",
                 "phiếu kiểm nghiệm định kỳ", "thị trường tiêu thụ", "sản lượng", "doanh thu"):  # fmt: skip
        assert f"Từ khi được công nhận: {what}" in refused.value.why


def test_the_page_confirms_one_criterion_or_a_whole_section(scene: Scene) -> None:
    dossier = anew(scene.stage, failed(scene.stage))
    client, address = scene.client("producer"), f"{dossier.get_absolute_url()}xac-nhan/"
    whole = dossier.self_scores.count()
    assert "tiêu chí chờ xác nhận" in client.get(dossier.get_absolute_url()).content.decode()
    page = client.get(address).content.decode()
    assert f"Còn {whole} tiêu chí chờ xác nhận" in page
    assert client.post(address, {"criteria": ["1.1"]}).status_code == 302
    assert dossier.self_scores.filter(carried=True).count() == whole - 1
    assert client.post(address, {"section": "1"}).status_code == 302
    left = set(dossier.self_scores.filter(carried=True).values_list("criterion", flat=True))
    assert left
    assert not {code for code in left if code.startswith("1.")}
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"criteria": ["1.1"]}).status_code == 422
    assert scene.client("other producer").get(address).status_code == 404
    assert "Vẫn đúng, xác nhận" in client.get(f"{dossier.get_absolute_url()}tieu-chi/{min(left)}/").content.decode()
