"""What a page offers when the law has changed under a dossier. Source: QĐ 26/2026/QĐ-TTg art. 12."""

from __future__ import annotations

from datetime import date

from ocop.dossiers import services
from ocop.dossiers.models import Dossier
from ocop.dossiers.queries import scorecards_for
from ocop.dossiers.rules import Step
from ocop.project.sample.walk import at
from tests.factories import reread

from .scene import NOW, Scene


def expired(scene: Scene) -> Dossier:
    dossier = scene.stage.filed(filed_on=date(2026, 5, 12)).dossier
    assert services.close_expired(now=NOW) == 1
    return reread(dossier)


def test_an_expired_dossier_is_filed_again_under_2026_with_one_tick(scene: Scene) -> None:
    dossier, client = expired(scene), scene.client("producer")
    address = dossier.get_absolute_url()
    assert dossier.step == Step.EXPIRED
    assert "Nộp lại theo quy định hiện hành" in client.get(address).content.decode()
    assert client.post(f"{address}nop-lai/", {}).status_code == 409
    sent = client.post(f"{address}nop-lai/", {"agree": "on"})
    again = Dossier.objects.get(refiled_from=dossier)
    assert sent["Location"] == again.get_absolute_url()
    assert (again.scorecard.regime_id, again.forms) == ("2026", dossier.forms)
    assert "Nộp lại theo quy định hiện hành" not in client.get(address).content.decode()
    assert client.post(f"{address}nop-lai/", {"agree": "on"}).status_code == 409


def test_only_its_producer_files_an_expired_dossier_again(scene: Scene) -> None:
    dossier = expired(scene)
    for who in ("commune officer", "province officer", "other producer"):
        assert scene.client(who).post(f"{dossier.get_absolute_url()}nop-lai/", {"agree": "on"}).status_code == 404
    assert not Dossier.objects.filter(refiled_from=dossier).exists()


def test_a_draft_of_the_old_law_moves_to_the_scorecard_in_force(scene: Scene) -> None:
    draft = services.open_dossier(
        product=scene.product(), kind="first", by=scene.person("producer"), now=at(date(2026, 5, 20))
    )
    assert draft.scorecard.regime_id == "2023"
    client, address = scene.client("producer"), draft.get_absolute_url()
    assert "Bộ tiêu chí đã đổi từ khi lập hồ sơ" in client.get(address).content.decode()
    wrong = client.post(f"{address}doi-bo-tieu-chi/", {"scorecard": draft.scorecard_id})
    assert wrong.status_code == 409
    for scorecard in scorecards_for(scene.product().product_set, NOW.date()):  # type: ignore[arg-type]
        client.post(f"{address}doi-bo-tieu-chi/", {"scorecard": scorecard.pk})
    assert reread(draft).scorecard.regime_id == "2026"
    assert "Bộ tiêu chí đã đổi" not in client.get(address).content.decode()


def test_a_draft_of_the_law_in_force_has_nothing_to_change(scene: Scene) -> None:
    draft, client = scene.draft(), scene.client("producer")
    assert "Bộ tiêu chí đã đổi" not in client.get(draft.get_absolute_url()).content.decode()
    address = f"{draft.get_absolute_url()}doi-bo-tieu-chi/"
    assert client.post(address, {"scorecard": draft.scorecard_id}).status_code == 409
