"""Who sees which page of a dossier and may make which move: allowed and refused side by side."""

from __future__ import annotations

import pytest
from django.test import Client

from ocop.dossiers.models import Dossier, Grant
from ocop.registry.models import EvidenceKind
from tests.factories import reread

from .scene import NOW, PDF, WRONG, Scene, file

AT_COMMUNE = {"producer", "commune officer"}
AT_PROVINCE = AT_COMMUNE | {"province officer", "secretary", "leader"}
EVERYBODY = AT_PROVINCE | {"other producer", "other commune's officer", "former district officer", "council member"}


def seen_by(scene: Scene, address: str) -> set[str]:
    answers = {who: scene.client(who).get(address).status_code for who in EVERYBODY}
    assert set(answers.values()) <= {200, 404}
    return {who for who, status in answers.items() if status == 200}


@pytest.mark.parametrize("page", ["", "toan-bo/", "tieu-chi/1.1/", "in/01.pdf", "in/02.docx"])
def test_a_filed_dossier_is_seen_by_its_subject_and_its_commune_alone(scene: Scene, page: str) -> None:
    dossier = scene.stage.filed().dossier
    assert seen_by(scene, f"{dossier.get_absolute_url()}{page}") == AT_COMMUNE


def test_a_proposed_dossier_is_seen_by_the_province_too(scene: Scene) -> None:
    dossier = scene.stage.proposed().dossier
    for page in ("", "toan-bo/", "in/03.pdf", "in/03.docx"):
        assert seen_by(scene, f"{dossier.get_absolute_url()}{page}") == AT_PROVINCE


def test_a_draft_is_its_producers_alone(scene: Scene) -> None:
    assert seen_by(scene, scene.draft().get_absolute_url()) == {"producer"}


def test_a_pinned_paper_goes_to_readers_of_the_dossier_alone(scene: Scene) -> None:
    dossier = scene.stage.filed().dossier
    evidence = dossier.pins.get().evidence_id
    assert seen_by(scene, f"{dossier.get_absolute_url()}giay-to/{evidence}/") == AT_COMMUNE
    other = scene.draft()
    assert scene.client("producer").get(f"{other.get_absolute_url()}giay-to/{evidence}/").status_code == 404


def test_a_paper_is_a_download_and_shows_in_the_page_when_asked(scene: Scene) -> None:
    dossier = scene.stage.filed().dossier
    address = f"{dossier.get_absolute_url()}giay-to/{dossier.pins.get().evidence_id}/"
    client = scene.client("commune officer")
    assert client.get(address)["Content-Disposition"].startswith("attachment")
    assert client.get(f"{address}?xem=1")["Content-Disposition"].startswith("inline")


def test_who_reads_by_a_grant_is_told_everything_but_the_self_score(scene: Scene) -> None:
    dossier = scene.stage.ready().dossier
    member = scene.person("council member")
    Grant.objects.create(dossier=dossier, user=member, valid_from=NOW.date(), valid_to=None, reason="Phiên chấm")
    client, address = scene.client("council member"), dossier.get_absolute_url()
    for page in ("", "toan-bo/", "tieu-chi/1.1/"):
        text = client.get(f"{address}{page}").content.decode()
        assert "Tự chấm" not in text.replace("Tự chấm điểm", "")  # the timeline tells that, not how
        assert "option-points" not in text
        assert "Sử dụng nguyên liệu có nguồn gốc trong tỉnh" not in text  # the words of an option
    assert client.get(f"{address}in/02.pdf").status_code == 404
    assert client.get(f"{address}in/03.pdf").status_code == 200
    assert "Tự chấm" in scene.client("province officer").get(f"{address}toan-bo/").content.decode()


MOVES = {  # page -> who may open it, by step
    "nop/": {"draft": {"producer"}, "returned": {"producer"}},
    "rut/": {"draft": {"producer"}, "returned": {"producer"}, "filed": {"producer"}, "proposed": {"producer"}},
    "mau-03/": {"filed": {"commune officer"}},
    "de-nghi/": {"filed": {"commune officer"}},
    "tra-lai/": {"filed": {"commune officer"}, "proposed": {"province officer"}},
    "tiep-nhan/": {"proposed": {"province officer"}},
    "bieu-mau/": {"draft": {"producer"}, "returned": {"producer"}},
    "chuyen-tinh/": {},
}


@pytest.mark.parametrize("step", ["draft", "returned", "filed", "proposed", "ready"])
def test_a_move_is_offered_to_its_actor_in_its_step_alone(scene: Scene, step: str) -> None:
    made = {"draft": scene.draft, "returned": scene.returned}.get(step)
    dossier: Dossier = made() if made else getattr(scene.stage, step)().dossier
    before = reread(dossier)
    clients = {who: scene.client(who) for who in EVERYBODY}
    for page, allowed in MOVES.items():
        answers = {
            who: client.get(f"{dossier.get_absolute_url()}{page}").status_code for who, client in clients.items()
        }
        assert {who for who, status in answers.items() if status == 200} == allowed.get(step, set()), (page, step)
        assert set(answers.values()) <= {200, 404, 409}
        refused = [who for who in EVERYBODY if who not in allowed.get(step, set())]
        for who in refused:
            posted = clients[who].post(
                f"{dossier.get_absolute_url()}{page}", {"version": before.version, "reason": "Thử"}
            )
            assert posted.status_code in (404, 409), (page, who)
    assert (reread(dossier).step, reread(dossier).version) == (before.step, before.version)


def test_a_stranger_is_sent_to_sign_in_from_the_list_and_finds_no_dossier(scene: Scene) -> None:
    stranger = Client(headers={"host": "localhost"})
    answer = stranger.get("/ho-so/")
    assert (answer.status_code, answer["Location"]) == (302, "/dang-nhap/?next=/ho-so/")
    dossier = scene.stage.filed().dossier
    for page in ("", "toan-bo/", "nop/", "bieu-mau/", "tieu-chi/1.1/", "mau-03/", "in/01.pdf"):
        assert stranger.get(f"{dossier.get_absolute_url()}{page}").status_code == 404


@pytest.mark.parametrize("who", ["producer", "commune officer"])
def test_pages_carry_no_inline_style_or_script(scene: Scene, who: str) -> None:
    dossier = scene.stage.filed().dossier
    draft = scene.draft()
    client = scene.client(who)
    addresses = [f"{dossier.get_absolute_url()}{page}" for page in ("", "toan-bo/", "tieu-chi/1.1/", "rut/", "mau-03/")]
    addresses += [f"{draft.get_absolute_url()}{page}" for page in ("", "bieu-mau/", "tieu-chi/1.1/", "nop/")]
    pages = [client.get(address) for address in ["/ho-so/", *addresses]]
    shown = [page.content.decode() for page in pages if page.status_code == 200]
    assert len(shown) >= 5
    assert [WRONG.search(text) for text in shown] == [None] * len(shown)


def test_the_list_asks_as_many_questions_for_three_dossiers_as_for_one(
    scene: Scene, django_assert_max_num_queries
) -> None:
    scene.stage.filed()
    client = scene.client("commune officer")
    client.get("/ho-so/")
    with django_assert_max_num_queries(12) as one:
        client.get("/ho-so/")
    for name in ("Bánh gai (mẫu)", "Bánh dày (mẫu)"):
        scene.stage.filed(name=name)
    with django_assert_max_num_queries(12) as three:
        page = client.get("/ho-so/").content.decode()
    assert "3 hồ sơ" in page
    assert len(one.captured_queries) == len(three.captured_queries)


def test_the_list_is_filtered_and_downloaded_as_it_is_seen(scene: Scene) -> None:
    scene.stage.filed()
    scene.stage.proposed(name="Trà dây (mẫu)", set_no=12)
    client = scene.client("producer")
    assert "1 hồ sơ" in client.get("/ho-so/?bo=12").content.decode()
    assert "1 hồ sơ" in client.get("/ho-so/?buoc=at_commune").content.decode()
    assert "1 hồ sơ" in client.get("/ho-so/?q=tra+day").content.decode()
    assert "2 hồ sơ" in client.get("/ho-so/?q=chiem+hoa").content.decode()
    assert client.get("/ho-so/?bo=12&tai=xlsx").content.startswith(b"PK")
    assert "1 hồ sơ" in scene.client("province officer").get("/ho-so/").content.decode()


def test_a_pinned_file_is_the_very_file(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    kind = EvidenceKind.objects.get(code="business_registration")
    client.post(f"{dossier.get_absolute_url()}tieu-chi/1.1/tai-len/", {"tep-file": file(), "tep-kind": kind.pk})
    pin = dossier.pins.get()
    assert client.get(f"{dossier.get_absolute_url()}giay-to/{pin.evidence_id}/").content == PDF
