"""Readiness before filing: papers held, lapsing, missing; points and minimums short of each star; who may see it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ocop.dossiers import services
from ocop.dossiers.readiness import Readiness, Standing, readiness_for
from ocop.kernel import files
from ocop.registry.models import Evidence, EvidenceKind, Product, ProductSet
from ocop.registry.services import add_evidence
from tests.dossiers.scene import NOW, PDF, WRONG, Scene
from tests.dossiers.test_wallet import best

DAY = date(2026, 9, 8)
TEA = 11


def tea(scene: Scene) -> Product:
    return scene.product("Chè xanh (mẫu)", TEA)


def paper(scene: Scene, code: str, **changes: object) -> Evidence:
    kind = EvidenceKind.objects.get(code=code)
    values = {
        "subject": scene.subject(), "kind": kind, "name": kind.name, "by": scene.person("producer"), "now": NOW,
        "stored": files.store(PDF, "giay.pdf", now=NOW),
    }  # fmt: skip
    return add_evidence(**{**values, **changes})


def ready(scene: Scene, product: Product, set_no: int = TEA, who: str = "producer") -> Readiness:
    found = readiness_for(scene.person(who), product, ProductSet.objects.get(number=set_no), DAY)
    assert found is not None
    return found


def standings(found: Readiness) -> dict[str, Standing]:
    return {line.kind.code: line.standing for line in found.kinds}


def test_papers_are_held_lapsing_or_missing_and_those_of_other_products_do_not_count(scene: Scene) -> None:
    product = tea(scene)
    paper(scene, "test_report", valid_until=DAY + timedelta(days=91))
    paper(scene, "production_condition", valid_until=DAY + timedelta(days=90))
    paper(scene, "quality_declaration", valid_until=DAY - timedelta(days=1))
    paper(scene, "traceability", products=[scene.product()])
    paper(scene, "market", valid_from=DAY + timedelta(days=1))
    paper(scene, "business_registration")
    found = standings(ready(scene, product))
    assert found["test_report"] == Standing.HELD
    assert found["business_registration"] == Standing.HELD
    assert found["production_condition"] == Standing.LAPSING
    for code in ("quality_declaration", "traceability", "market", "story"):
        assert found[code] == Standing.MISSING


def test_mandatory_kinds_stand_first_and_name_their_criteria(scene: Scene) -> None:
    """2026-11: 3-star marks at 1.1, 2.2, 2.3, 3.5, 4.1, 5.3, 8, 9; rejected without the food-safety certificate."""
    lines = ready(scene, tea(scene)).kinds
    must = [line.kind.code for line in lines if line.mandatory]
    assert [line.kind.code for line in lines[: len(must)]] == must
    assert set(must) == {
        "material_origin", "traceability", "intellectual_property", "market", "story", "quality_declaration",
        "test_report", "production_condition", "quality_management",
    }  # fmt: skip
    by_code = {line.kind.code: [c.code for c in line.criteria] for line in lines}
    assert by_code["traceability"] == ["2.3"]
    assert by_code["quality_declaration"] == ["8"]


def test_without_a_self_score_every_criterion_counts_nothing_and_the_page_says_so(scene: Scene) -> None:
    found = ready(scene, tea(scene))
    assert (found.total, found.dossier, found.written) == (0, None, False)
    assert [way.distance.star for way in found.ways] == [3, 4, 5]
    assert [way.distance.points_short for way in found.ways] == [50, 70, 90]
    page = scene.client("producer").get(f"{tea(scene).get_absolute_url()}san-sang/").content.decode()
    assert "mọi tiêu chí tính 0 điểm" in page
    assert not WRONG.search(page)


def test_the_open_draft_gives_the_self_score_and_each_step_its_worth(scene: Scene) -> None:
    draft, producer = scene.draft("Chè xanh (mẫu)", TEA), scene.person("producer")
    options = draft.scorecard.data["parts"][0]["sections"][1]["criteria"][2]["options"]
    assert [option["points"] for option in options] == [1, 2, 3]
    services.save_answers(
        dossier=draft, answers={"2.3": (1, ""), "1.1": (best(draft, "1.1"), "")}, by=producer, now=NOW
    )
    found = ready(scene, draft.product)
    assert found.written
    assert found.dossier == draft
    [step] = [step for step in found.ways[1].steps if step.up.criterion.code == "2.3"]
    assert (step.up.gain, step.up.meets, [line.kind.code for line in step.wanted]) == (1, (4,), ["traceability"])
    page = scene.client("producer").get(f"{draft.product.get_absolute_url()}san-sang/").content.decode()
    assert f'href="/ho-so/{draft.code}/tieu-chi/2.3/"' in page
    assert f"/giay-to/them/?san-pham={draft.product.code}&amp;loai=traceability" in page
    paper(scene, "traceability")
    [step] = [step for step in ready(scene, draft.product).ways[1].steps if step.up.criterion.code == "2.3"]
    assert (step.proven, step.wanted) == (True, ())


def test_a_filed_dossier_gives_the_self_score_of_its_last_filing_and_another_set_none(scene: Scene) -> None:
    filed = scene.stage.filed().dossier
    found = ready(scene, filed.product, 6)
    assert (found.total, found.written) == (75, False)  # the sample's self-score lies 3 above its council's points
    assert found.dossier == filed
    assert found.ways[0].distance.reached
    assert ready(scene, filed.product, TEA).total == 0


def test_an_officer_of_the_commune_is_not_told_of_a_draft(scene: Scene) -> None:
    draft = scene.draft("Chè xanh (mẫu)", TEA)
    services.save_answers(
        dossier=draft, answers={"1.1": (best(draft, "1.1"), "")}, by=scene.person("producer"), now=NOW
    )
    assert ready(scene, draft.product).total > 0
    assert ready(scene, draft.product, who="commune officer").total == 0


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("producer", 200),
        ("commune officer", 200),
        ("other producer", 404),
        ("other commune's officer", 404),
        ("former district officer", 404),
        ("province officer", 404),
        ("secretary", 404),
        ("leader", 404),
        ("council member", 404),
    ],
)
def test_the_producer_and_its_commune_see_it_and_nobody_else(scene: Scene, who: str, status: int) -> None:
    assert scene.client(who).get(f"{tea(scene).get_absolute_url()}san-sang/").status_code == status


def test_who_may_read_a_dossier_of_the_product_to_judge_it_sees_nothing(scene: Scene) -> None:
    dossier, officer = scene.stage.filed().dossier, scene.person("commune officer")
    address = f"{dossier.product.get_absolute_url()}san-sang/"
    assert scene.client("commune officer").get(address).status_code == 200
    services.grant_reading(dossier=dossier, users=[officer], valid_from=DAY, valid_to=DAY, reason="Thành viên hội đồng")
    assert scene.client("commune officer").get(address).status_code == 404


def test_an_idea_without_a_set_asks_for_one_and_another_set_can_be_tried(scene: Scene) -> None:
    product, client = tea(scene), scene.client("producer")
    Product.objects.filter(pk=product.pk).update(product_set=None, stage="idea")
    address = f"{product.get_absolute_url()}san-sang/"
    assert "Sản phẩm chưa có bộ sản phẩm." in client.get(address).content.decode()
    page = client.get(f"{address}?bo=26").content.decode()
    assert "Đang thử bộ khác." in page
    assert "Bộ tiêu chí số 26" in page
    assert client.get(f"{address}?bo=x").status_code == 200


@pytest.mark.parametrize("papers", [1, 3, 300])
def test_the_page_asks_as_many_questions_whatever_lies_in_the_wallet(
    scene: Scene, papers: int, django_assert_max_num_queries
) -> None:
    draft, evidence = scene.draft("Chè xanh (mẫu)", TEA), paper(scene, "test_report")
    services.save_answers(dossier=draft, answers={"2.3": (1, "")}, by=scene.person("producer"), now=NOW)
    copies = [Evidence(**{**row, "name": f"Giấy {n}"}) for n in range(papers - 1) for row in [_values(evidence)]]
    Evidence.objects.bulk_create(copies)
    client, address = scene.client("producer"), f"{draft.product.get_absolute_url()}san-sang/"
    client.get(address)
    with django_assert_max_num_queries(12):
        assert client.get(address).status_code == 200


def _values(evidence: Evidence) -> dict[str, object]:
    fields = [field.attname for field in Evidence._meta.concrete_fields if not field.primary_key]
    return {name: getattr(evidence, name) for name in fields}
