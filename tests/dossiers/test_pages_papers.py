"""Papers of a dossier page by page: who turns them, what stands beside the criterion, what cannot be shown."""

from __future__ import annotations

import io

import pytest
import typst
from django.test import Client
from django.utils import timezone
from PIL import Image

from ocop.dossiers.models import Dossier
from ocop.kernel import files, jobs
from ocop.kernel.models import Blob
from ocop.registry.models import Evidence, EvidenceKind
from tests.kernel.test_files import MP4, word

from .scene import NOW, PDF, WRONG, Scene, file, photo
from .test_pages_roles import AT_COMMUNE, AT_PROVINCE, EVERYBODY


def printed(*pages: str) -> bytes:
    """A PDF of A4 pages."""
    body = "\n#pagebreak()\n".join(pages)
    return typst.compile(f'#set page(paper: "a4")\n{body}'.encode())


def hand_in(
    scene: Scene, dossier: Dossier, content: bytes, name: str = "giay.pdf", shown: str = "Hợp đồng"
) -> Evidence:
    """The producer uploads a paper to criterion 1.1; the worker prepares its pages."""
    kind = EvidenceKind.objects.get(code="business_registration")
    form = {"tep-file": file(name, content), "tep-kind": kind.pk, "tep-name": shown}
    address = f"{dossier.get_absolute_url()}tieu-chi/1.1/tai-len/"
    assert scene.client("producer").post(address, form).status_code == 302
    jobs.run_due(timezone.now)
    return Evidence.objects.latest("pk")


def papers(dossier: Dossier, evidence: Evidence, rest: str = "") -> str:
    return f"{dossier.get_absolute_url()}giay-to/{evidence.pk}/{rest}"


def criterion(dossier: Dossier, query: str = "") -> str:
    return f"{dossier.get_absolute_url()}tieu-chi/1.1/{query}"


def turned_by(scene: Scene, address: str) -> set[str]:
    answers = {who: scene.client(who).get(address).status_code for who in EVERYBODY}
    assert set(answers.values()) <= {200, 404}
    return {who for who, status in answers.items() if status == 200}


# Who turns the pages


@pytest.mark.parametrize("rest", ["xem/", "trang/1/", "trang/1/?nho"])
def test_pages_are_turned_by_the_readers_of_the_dossier_alone(scene: Scene, rest: str) -> None:
    filed = scene.stage.filed().dossier
    assert turned_by(scene, papers(filed, filed.pins.get().evidence, rest)) == AT_COMMUNE
    stranger = Client(headers={"host": "localhost"})
    assert stranger.get(papers(filed, filed.pins.get().evidence, rest)).status_code == 404


def test_pages_of_a_proposed_dossier_are_turned_by_the_province_too(scene: Scene) -> None:
    dossier = scene.stage.proposed().dossier
    assert turned_by(scene, papers(dossier, dossier.pins.get().evidence, "trang/1/")) == AT_PROVINCE


def test_a_paper_of_another_dossier_has_no_pages_here(scene: Scene) -> None:
    evidence, other = scene.stage.filed().dossier.pins.get().evidence, scene.draft()
    client = scene.client("producer")
    for rest in ("xem/", "trang/1/", ""):
        assert client.get(papers(other, evidence, rest)).status_code == 404


def test_while_a_dossier_is_back_the_commune_turns_what_was_filed_and_the_producer_what_is_pinned(scene: Scene) -> None:
    dossier = scene.returned()
    filed = dossier.pins.get()
    new = hand_in(scene, dossier, printed("mới"))
    producer, officer = scene.client("producer"), scene.client("commune officer")
    address = f"{criterion(dossier)}go/{filed.pk}/"
    assert producer.post(address).status_code == 302
    for rest in ("xem/", "trang/1/", ""):
        assert producer.get(papers(dossier, new, rest)).status_code == 200
        assert officer.get(papers(dossier, new, rest)).status_code == 404
        assert producer.get(papers(dossier, filed.evidence, rest)).status_code == 404
        assert officer.get(papers(dossier, filed.evidence, rest)).status_code == 200


# What is shown


def test_every_page_has_its_picture_and_its_number(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    evidence = hand_in(scene, dossier, printed("một", "hai", "ba"))
    page = client.get(papers(dossier, evidence, "xem/")).content.decode()
    for number in (1, 2, 3):
        address = papers(dossier, evidence, f"trang/{number}/")
        assert f'<img src="{address}" alt="Trang {number} của Hợp đồng" loading="lazy">' in page
        assert f'id="trang-{number}"' in page
        assert f"Trang {number}/3" in page
        answer = client.get(address)
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/webp", "no-store")
        with Image.open(io.BytesIO(answer.content)) as image:
            assert image.size == (990, 1400)
    for absent in (0, 4):
        assert client.get(papers(dossier, evidence, f"trang/{absent}/")).status_code == 404
    assert f'href="{criterion(dossier)}"' in page
    assert not WRONG.search(page)


def test_the_first_page_stands_small_beside_the_name_and_large_beside_the_criterion(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    first = hand_in(scene, dossier, printed("một", "hai"))
    second = hand_in(scene, dossier, photo(), "anh.jpg", "Ảnh nhãn")
    page = client.get(criterion(dossier)).content.decode()
    for evidence in (first, second):
        assert f'<img src="{papers(dossier, evidence, "trang/1/?nho")}"' in page
    assert "giay.pdf, 2 trang," in page
    assert f'src="{papers(dossier, first, "trang/2/")}"' in page
    assert f'src="{papers(dossier, second, "trang/1/")}"' not in page
    other = client.get(criterion(dossier, f"?minh-chung={second.pk}")).content.decode()
    assert f'src="{papers(dossier, second, "trang/1/")}"' in other
    assert f'src="{papers(dossier, first, "trang/2/")}"' not in other
    assert not WRONG.search(other)
    for wrong in ("?minh-chung=0", "?minh-chung=x", f"?minh-chung={'9' * 30}"):
        assert client.get(criterion(dossier, wrong)).content.decode().count("page-sheet") == page.count("page-sheet")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("giay.pdf", PDF, "Không xem trước được tệp này vì tệp bị hỏng hoặc dựng sai. Tải về để mở."),
        ("don.docx", word(), "Tệp Word, Excel chưa xem trước được trên trang. Tải về để mở."),
    ],
    ids=["damaged", "word"],
)
def test_what_cannot_be_shown_says_so_and_is_downloaded(scene: Scene, name: str, content: bytes, sentence: str) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    evidence = hand_in(scene, dossier, content, name)
    for address in (papers(dossier, evidence, "xem/"), criterion(dossier)):
        page = client.get(address).content.decode()
        assert sentence in page
        assert f'href="{papers(dossier, evidence)}"' in page
        assert "page-sheet" not in page
    assert client.get(papers(dossier, evidence)).content == content
    assert client.get(papers(dossier, evidence, "trang/1/")).status_code == 404


def test_a_film_is_played_in_the_page_in_the_parts_that_the_player_asks_for(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    evidence = hand_in(scene, dossier, MP4, "phim.mp4", "Phim sản xuất")
    page = client.get(papers(dossier, evidence, "xem/")).content.decode()
    assert f'<video controls preload="none" src="{papers(dossier, evidence)}"' in page
    part = client.get(papers(dossier, evidence), headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, MP4[:10])


def test_before_the_worker_came_the_first_page_is_there_and_the_page_says_what_is_under_way(scene: Scene) -> None:
    dossier = scene.stage.filed().dossier
    evidence = dossier.pins.get().evidence
    page = scene.client("commune officer").get(papers(dossier, evidence, "xem/")).content.decode()
    assert page.count("<figure") == 1
    assert "Đang chuẩn bị các trang sau." in page


def test_the_criterion_asks_as_many_questions_for_three_papers_as_for_one(
    scene: Scene, django_assert_max_num_queries
) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    hand_in(scene, dossier, printed("một"))
    client.get(criterion(dossier))
    with django_assert_max_num_queries(12) as one:
        client.get(criterion(dossier))
    for content in (printed("hai"), photo()):
        hand_in(scene, dossier, content, "anh.jpg" if content == photo() else "giay.pdf")
    with django_assert_max_num_queries(12) as three:
        page = client.get(criterion(dossier)).content.decode()
    assert page.count('class="thumb"') == 3
    assert len(one.captured_queries) == len(three.captured_queries)


def test_papers_that_nobody_prepared_are_prepared_within_the_hour(scene: Scene) -> None:
    evidence = scene.stage.filed().dossier.pins.get().evidence
    jobs.run_due(lambda: NOW)
    Blob.objects.update(pages=None)  # as a paper stood before there were previews
    old = Blob.objects.create(sha256="0" * 64, size=1, mime=files.KINDS["pdf"].mime, created_at=NOW)  # nobody's paper
    jobs.run_due(lambda: NOW.replace(hour=NOW.hour + 2))
    assert Blob.objects.get(pk=evidence.blob_id).pages == 1
    assert Blob.objects.get(pk=old.pk).pages is None
