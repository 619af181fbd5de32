"""From idea to registered product: who moves what where, what every stage asks for, what a drop-out leaves behind."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import transaction

from ocop.accounts.models import Notice
from ocop.kernel import audit
from ocop.kernel.models import Event, EventBody
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at
from ocop.registry import services
from ocop.registry.models import BusinessPlan, IdeaRegistration, Product, ProductSet, Stage, StageChange
from ocop.registry.queries import funnel, work_for
from ocop.registry.rules import Cause, Move
from ocop.registry.services import YearFigures
from ocop.registry.services.stages import move_product
from tests.dossiers.scene import NOW, Scene

EVERYBODY = (
    "producer", "other producer", "commune officer", "other commune's officer", "former district officer",
    "province officer", "secretary", "leader", "council member",
)  # fmt: skip
DAY = date(2026, 9, 8)
BOTH, COMMUNE = {"producer", "commune officer"}, {"commune officer"}
TABLE = {
    ("idea", "appraise"): ("appraised", COMMUNE),
    ("idea", "return"): ("returned", COMMUNE),
    ("returned", "hand_in"): ("idea", BOTH),
    ("appraised", "plan"): ("planned", BOTH),
    ("planned", "plan"): ("planned", BOTH),
    ("potential", "plan"): ("potential", BOTH),
    ("packaged", "plan"): ("packaged", BOTH),
    ("planned", "confirm"): ("potential", COMMUNE),
    ("potential", "package"): ("packaged", COMMUNE),
    ("potential", "register"): ("registered", BOTH),
    ("packaged", "register"): ("registered", BOTH),
    ("idea", "withdraw"): ("withdrawn", BOTH),
    ("returned", "withdraw"): ("withdrawn", BOTH),
    ("appraised", "withdraw"): ("withdrawn", BOTH),
    ("planned", "withdraw"): ("withdrawn", BOTH),
    ("potential", "withdraw"): ("withdrawn", BOTH),
    ("packaged", "withdraw"): ("withdrawn", BOTH),
    ("registered", "withdraw"): ("withdrawn", BOTH),
}
YEARS = (YearFigures(2027, 1200, 96_000, 150_500, 6), YearFigures(2028, 2000, 164_250, 40_000, 8))


def idea(scene: Scene, who: str = "producer", name: str = "Trà lá sen (mẫu)", **changes: object) -> Product:
    subject = scene.subject()
    values = {"subject": subject, "name": name, "commune": subject.commune, "materials": "Lá sen Nà Pàng, 2 ha"}
    return services.register_idea(**{**values, "by": scene.person(who), "now": NOW, **changes})


def standing(scene: Scene, stage: str, name: str = "Trà lá sen (mẫu)") -> Product:
    """A product that a source put into a stage."""
    subject = scene.subject()
    return services.add_product(
        subject=subject, name=name, product_set=None, commune=subject.commune, by=audit.SYSTEM, now=NOW, stage=stage
    )


def appraised(scene: Scene, product: Product, passed: bool = True, **changes: object) -> None:
    figures = {
        "material_area": 25_000, "local_share": 80, "workers": 12, "local_workers": 10,
        "opinion": "Vùng sen ổn định, đủ lao động",
    }  # fmt: skip
    services.appraise_idea(
        product=product, version=product.version, passed=passed, by=scene.person("commune officer"), now=NOW,
        **{**figures, **changes},
    )  # fmt: skip


def planned(scene: Scene, product: Product, who: str = "producer", **changes: object) -> BusinessPlan:
    values = {"years": YEARS, "output_unit": "kg", "technology": "Sao, ủ", "market": "Chợ trung tâm"}
    return services.hand_in_plan(
        product=product, version=product.version, by=scene.person(who), now=NOW, **{**values, **changes}
    )


def withdrawn(scene: Scene, product: Product, who: str = "producer", cause: str = "capital", **changes: object) -> None:
    services.withdraw_product(
        product=product, version=product.version, cause=cause, by=scene.person(who),
        **{"reason": "Chưa vay được vốn", "now": NOW, **changes},
    )  # fmt: skip


def silent(words: str, act, kind: type[Refusal] = Refusal) -> None:
    """Refused, with nothing written."""
    events, changes = Event.objects.count(), StageChange.objects.count()
    with pytest.raises(kind, match=re.escape(words)):
        act()
    assert (Event.objects.count(), StageChange.objects.count()) == (events, changes)


@pytest.mark.parametrize("at_stage", [stage.value for stage in Stage])
def test_every_move_from_every_stage_is_made_by_its_actors_alone(scene: Scene, at_stage: str) -> None:
    product = standing(scene, "idea" if at_stage == "withdrawn" else at_stage)
    if at_stage == "withdrawn":
        withdrawn(scene, product)
    for move in Move:
        for who in EVERYBODY:
            to, actors = TABLE.get((at_stage, move), ("", set()))
            cause = {"cause": Cause.OTHER} if move == Move.WITHDRAW else {}
            try:
                with transaction.atomic():
                    fresh = Product.objects.get(pk=product.pk)
                    move_product(
                        product=fresh, move=move, version=fresh.version, by=scene.person(who), now=NOW, **cause
                    )
                    transaction.set_rollback(True)
            except Forbidden:
                found = "forbidden"
            except Refusal:
                found = "refused"
            else:
                found = fresh.stage
            if who in actors:
                assert found == to, (move, who)
            else:
                assert found in ("forbidden", "refused"), (move, who)
                assert who in BOTH or found == "forbidden", (move, who)


def test_an_idea_gets_a_gapless_slip_number_of_its_year(scene: Scene) -> None:
    first = idea(scene)
    silent("Chưa có tên", lambda: idea(scene, name=" "))
    silent("Chưa ghi nguyên liệu", lambda: idea(scene, name="Măng (mẫu)", materials=" "))
    second = idea(scene, name="Măng ớt (mẫu)")
    next_year = idea(scene, name="Mắc khén (mẫu)", now=at(date(2027, 1, 4)))
    assert [p.idea.number for p in (first, second, next_year)] == ["YT-2026-0001", "YT-2026-0002", "YT-2027-0001"]
    assert (first.stage, first.idea.registered_on, first.idea.scale) == ("idea", DAY, "none")


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who not in BOTH])
def test_nobody_else_registers_an_idea_for_a_subject(scene: Scene, who: str) -> None:
    scene.subject()
    silent("không thuộc quyền của bạn", lambda: idea(scene, who), Forbidden)


def test_the_commune_enters_an_idea_for_a_household_but_not_one_of_the_same_name(scene: Scene) -> None:
    assert idea(scene, "commune officer").idea.number == "YT-2026-0001"
    silent("Chủ thể đã có sản phẩm", lambda: idea(scene, name="TRÀ LÁ SEN (MẪU)"))


def test_the_way_to_registration_leaves_a_dated_row_and_one_event_for_each_stage(scene: Scene) -> None:
    product, officer, producer = idea(scene), scene.person("commune officer"), scene.person("producer")
    appraised(scene, product)
    planned(scene, product)
    services.confirm_potential(product=product, version=product.version, by=officer, now=at(date(2026, 10, 1)))
    services.record_packaging(
        product=product, version=product.version, pack="Túi giấy 200 g", stamp="Tem QR của tỉnh",
        from_day=date(2026, 11, 2), by=officer, now=at(date(2026, 11, 2)),
    )  # fmt: skip
    services.register_product(
        product=product, version=product.version, product_set=ProductSet.objects.get(number=12),
        commune=product.commune, by=producer, now=at(date(2026, 11, 3)),
    )  # fmt: skip
    way = product.stage_changes.order_by("pk").values_list("before", "stage", "day", "cause")
    assert list(way) == [
        ("", "idea", DAY, ""),
        ("idea", "appraised", DAY, ""),
        ("appraised", "planned", DAY, ""),
        ("planned", "potential", date(2026, 10, 1), ""),
        ("potential", "packaged", date(2026, 11, 2), ""),
        ("packaged", "registered", date(2026, 11, 3), ""),
    ]
    assert [entry.kind for entry in audit.timeline(product)] == [
        "product.added", "product.appraise", "product.plan", "product.confirm", "product.package", "product.register",
    ]  # fmt: skip
    assert (product.stage, product.product_set_id) == ("registered", ProductSet.objects.get(number=12).pk)
    assert product.stage_changes.get(stage="appraised").actor.startswith(f"{officer.name}, Cán bộ xã, ")
    assert Notice.objects.filter(user=producer).count() == 3


def test_an_appraisal_keeps_its_figures_and_they_do_not_contradict_each_other(scene: Scene) -> None:
    product = idea(scene)
    silent("từ 0 đến 100", lambda: appraised(scene, product, local_share=101))
    silent("nhiều hơn tổng lao động", lambda: appraised(scene, product, workers=9, local_workers=10))
    silent("Lý do quá ngắn", lambda: appraised(scene, product, opinion="Được"))
    appraised(scene, product, local_share=100, workers=10, local_workers=10)
    row = product.appraisals.get()
    assert (row.passed, row.material_area, row.local_share, row.workers, row.local_workers) == (
        True, 25_000, 100, 10, 10,
    )  # fmt: skip


def test_a_returned_idea_is_mended_and_appraised_again(scene: Scene) -> None:
    product = idea(scene)
    appraised(scene, product, passed=False, opinion="Ghi rõ diện tích vùng sen")
    assert product.stage == "returned"
    assert product.stage_changes.get(stage="returned").reason == "Ghi rõ diện tích vùng sen"
    services.hand_in_idea(
        product=product, version=product.version, name="Trà lá sen Nà Pàng (mẫu)", description="", needs="Vốn",
        materials="Lá sen, 3 ha tại Nà Pàng", scale="trial", by=scene.person("producer"), now=NOW,
    )  # fmt: skip
    slip = IdeaRegistration.objects.get(product=product)
    assert (product.stage, slip.materials, slip.scale) == ("idea", "Lá sen, 3 ha tại Nà Pàng", "trial")
    assert "tra la sen na pang" in product.search
    appraised(scene, product)
    assert [row.passed for row in product.appraisals.order_by("pk")] == [False, True]


def test_a_plan_is_handed_in_in_versions_with_whole_figures(scene: Scene) -> None:
    product = idea(scene)
    silent("đang ở giai đoạn", lambda: planned(scene, product))
    appraised(scene, product)
    silent("Cần số liệu của 1 đến 5 năm", lambda: planned(scene, product, years=()))
    silent("mỗi năm một dòng", lambda: planned(scene, product, years=(YEARS[0], YEARS[0])))
    silent("Chưa có đơn vị", lambda: planned(scene, product, output_unit=" "))
    first = planned(scene, product)
    again = planned(scene, product, "commune officer", years=YEARS[:1])
    assert (first.number, again.number, product.stage) == (1, 2, "planned")
    assert product.stage_changes.filter(stage="planned").count() == 1
    assert list(first.years.order_by("year").values_list("year", "output", "revenue", "capital", "labour")) == [
        (2027, 1200, 96_000, 150_500, 6),
        (2028, 2000, 164_250, 40_000, 8),
    ]


def test_a_potential_product_needs_pack_and_stamp_to_be_one_of_its_own_stage(scene: Scene) -> None:
    product, officer = standing(scene, "potential"), scene.person("commune officer")

    def packaged(**changes: object) -> None:
        values = {"pack": "Túi 200 g", "stamp": "Tem QR", "from_day": DAY}
        services.record_packaging(
            product=product, version=product.version, by=officer, now=NOW, **{**values, **changes}
        )

    silent("Cần cả bao bì và tem", lambda: packaged(stamp=""))
    silent("Cần cả bao bì và tem", lambda: packaged(pack=" "))
    silent("chưa tới", lambda: packaged(from_day=date(2026, 9, 9)))
    packaged()
    row = product.packagings.get()
    assert (product.stage, row.pack, row.stamp, row.day) == ("packaged", "Túi 200 g", "Tem QR", DAY)


def test_a_known_set_stays_at_registration(scene: Scene) -> None:
    product = standing(scene, "potential")
    Product.objects.filter(pk=product.pk).update(product_set=ProductSet.objects.get(number=12))
    product.refresh_from_db()

    def registered(number: int) -> None:
        services.register_product(
            product=product, version=product.version, product_set=ProductSet.objects.get(number=number),
            commune=product.commune, by=scene.person("producer"), now=NOW,
        )  # fmt: skip

    silent("đã thuộc bộ 12", lambda: registered(11))
    registered(12)
    assert product.stage == "registered"


def test_a_move_from_an_old_page_is_refused(scene: Scene) -> None:
    product = idea(scene)
    stale = Product.objects.get(pk=product.pk)
    appraised(scene, product)
    with pytest.raises(Refusal):
        appraised(scene, stale)
    stale = Product.objects.get(pk=product.pk)
    stale.version -= 1
    silent("Người khác vừa cập nhật", lambda: withdrawn(scene, stale))


def test_a_withdrawal_keeps_stage_cause_and_reason_and_frees_the_name(scene: Scene) -> None:
    product = idea(scene)
    appraised(scene, product)
    silent("Lý do quá ngắn", lambda: withdrawn(scene, product, reason="Thôi"))
    withdrawn(scene, product)
    row = product.stage_changes.get(stage="withdrawn")
    assert (row.before, row.cause, row.reason) == ("appraised", "capital", "Chưa vay được vốn")
    silent("đang ở giai đoạn “Đã rút”", lambda: withdrawn(scene, product))
    assert idea(scene).pk != product.pk


def test_a_product_with_an_open_dossier_or_stars_is_not_withdrawn(scene: Scene) -> None:
    dossier = scene.draft()
    silent("đang có 1 hồ sơ", lambda: withdrawn(scene, dossier.product))
    walked = scene.stage.concluded(name="Cốm (mẫu)")
    silent("đang có 1 hồ sơ", lambda: withdrawn(scene, walked.dossier.product))


def test_the_funnel_counts_stages_and_drop_outs_of_a_day(scene: Scene) -> None:
    officer = scene.person("commune officer")
    standing(scene, "potential", "Tinh bột nghệ (mẫu)")
    first, second = idea(scene), idea(scene, name="Măng ớt (mẫu)")
    appraised(scene, first)
    withdrawn(scene, second, cause="market", now=at(date(2026, 9, 10)))
    before, after = funnel(officer, DAY), funnel(officer, date(2026, 9, 10))
    assert (before.now[Stage.IDEA], before.now[Stage.APPRAISED], before.now[Stage.POTENTIAL]) == (1, 1, 1)
    assert before.dropped == {}
    assert (after.now[Stage.IDEA], after.ever[Stage.IDEA], after.now[Stage.WITHDRAWN]) == (0, 2, 1)
    assert after.dropped == {(Stage.IDEA, Cause.MARKET): 1}
    assert sum(funnel(scene.person("other commune's officer"), DAY).now.values()) == 0
    assert sum(funnel(officer, date(2026, 8, 31)).now.values()) == 0


def test_what_waits_is_told_to_whose_turn_it_is(scene: Scene) -> None:
    officer, producer = scene.person("commune officer"), scene.person("producer")
    product = idea(scene)
    assert [work.title for work in work_for(officer, DAY)] == ["Thẩm định ý tưởng: Trà lá sen (mẫu)"]
    assert work_for(producer, DAY) == []
    appraised(scene, product)
    assert work_for(officer, DAY) == []
    assert [work.title for work in work_for(producer, DAY)] == ["Nộp phương án sản xuất kinh doanh: Trà lá sen (mẫu)"]
    planned(scene, product)
    assert [work.action for work in work_for(officer, DAY)] == ["Xem phương án"]
    for who in set(EVERYBODY) - BOTH:
        assert work_for(scene.person(who), DAY) == []


def test_who_acts_for_the_subject_appraises_its_idea_in_no_office(scene: Scene) -> None:
    product, officer = idea(scene), scene.person("commune officer")
    services.add_member(subject=product.subject, user=officer, valid_from=DAY, by=audit.SYSTEM, now=NOW)
    silent("không thuộc quyền của bạn", lambda: appraised(scene, product), Forbidden)
    assert work_for(officer, DAY) == []


def test_no_event_holds_more_than_stage_and_reason(scene: Scene) -> None:
    product = idea(scene)
    appraised(scene, product, passed=False, opinion="Ghi rõ diện tích vùng sen")
    body = EventBody.objects.get(event__kind="product.return").body
    assert '"after":{"stage":"returned"}' in body
    assert '"reason":"Ghi rõ diện tích vùng sen"' in body
