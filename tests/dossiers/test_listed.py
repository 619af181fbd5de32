"""A paper that an office listed and whose file has not come: shown as such, it proves nothing until it has its file."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ocop.dossiers import services
from ocop.dossiers.readiness import Standing, readiness_for
from ocop.kernel import files
from ocop.kernel.refusal import Refusal
from ocop.registry.models import Evidence, EvidenceKind
from ocop.registry.services import ListedPaper, change_scope, list_papers, replace_evidence
from tests.dossiers.scene import NOW, PDF, WRONG, Scene, file, once_in

DAY = date(2026, 9, 8)
TEA = 11


def listed(scene: Scene, code: str = "traceability", **changes: object) -> Evidence:
    kind = EvidenceKind.objects.get(code=code)
    row = ListedPaper(scene.subject(), kind, **{"name": "Mã truy xuất", "number": "893/TX", **changes})
    (paper,) = list_papers(rows=[row], by=scene.person("commune officer"), now=NOW)
    return paper


def with_file(scene: Scene, paper: Evidence) -> Evidence:
    stored = files.store(PDF, "tem.pdf", now=NOW)
    return replace_evidence(evidence=paper, stored=stored, by=scene.person("producer"), now=NOW, number=paper.number)


def test_it_is_pinned_nowhere_before_its_file_and_like_any_other_after(scene: Scene) -> None:
    draft, producer, paper = scene.draft("Chè xanh (mẫu)", TEA), scene.person("producer"), listed(scene)
    with pytest.raises(Refusal, match="“Mã truy xuất” chưa có tệp"):
        services.attach(dossier=draft, criterion="2.3", evidence=paper, by=producer, now=NOW)
    assert not draft.pins.exists()
    criterion = f"/ho-so/{draft.code}/tieu-chi/2.3/"
    page = scene.client("producer").get(criterion)
    assert page.status_code == 200
    assert "Mã truy xuất" not in page.content.decode()
    newest = with_file(scene, paper)
    assert "Mã truy xuất" in scene.client("producer").get(criterion).content.decode()
    old = Evidence.objects.get(pk=paper.pk)  # whoever names the listed version means the newest
    assert services.attach(dossier=draft, criterion="2.3", evidence=old, by=producer, now=NOW).evidence == newest


def test_its_scope_is_chosen_with_its_file(scene: Scene) -> None:
    paper, mine = listed(scene), scene.product("Chè xanh (mẫu)", TEA)
    with pytest.raises(Refusal, match="Giấy tờ chưa có tệp"):
        change_scope(evidence=paper, products=[mine], by=scene.person("producer"), now=NOW)
    page = scene.client("producer").get(f"/giay-to/{paper.pk}/").content.decode()
    assert ("Thêm tệp" in page, "Đổi phạm vi" in page) == (True, False)
    newest = with_file(scene, paper)
    assert "Đổi phạm vi" in scene.client("producer").get(f"/giay-to/{newest.pk}/").content.decode()
    change_scope(evidence=newest, products=[mine], by=scene.person("producer"), now=NOW)


@pytest.mark.parametrize(
    ("until", "before", "after"),
    [
        (None, Standing.LISTED, Standing.HELD),
        (DAY, Standing.LISTED, Standing.LAPSING),
        (DAY - timedelta(days=1), Standing.MISSING, Standing.MISSING),
    ],
)
def test_readiness_shows_it_as_lacking_its_file_and_counts_it_once_it_has_it(
    scene: Scene, until: date | None, before: Standing, after: Standing
) -> None:
    product, paper = scene.product("Chè xanh (mẫu)", TEA), listed(scene, valid_until=until)

    def standing() -> Standing:
        found = readiness_for(scene.person("producer"), product, product.product_set, DAY)  # type: ignore[arg-type]
        return next(line.standing for line in found.kinds if line.kind.code == "traceability")  # type: ignore[union-attr]

    assert standing() == before
    stored = files.store(PDF, "tem.pdf", now=NOW)
    replace_evidence(evidence=paper, stored=stored, by=scene.person("producer"), now=NOW, valid_until=until)
    assert standing() == after


def test_a_paper_in_force_with_its_file_counts_beside_a_listed_one(scene: Scene) -> None:
    product = scene.product("Chè xanh (mẫu)", TEA)
    with_file(scene, listed(scene))
    listed(scene, number="894/TX")
    found = readiness_for(scene.person("producer"), product, product.product_set, DAY)  # type: ignore[arg-type]
    assert found is not None
    assert [line.standing for line in found.kinds if line.kind.code == "traceability"] == [Standing.HELD]


def test_no_step_of_the_way_is_proven_by_it(scene: Scene) -> None:
    product, paper = scene.product("Chè xanh (mẫu)", TEA), listed(scene)
    address = f"{product.get_absolute_url()}san-sang/"
    page = scene.client("producer").get(address).content.decode()
    assert "1 loại thiếu tệp" in page
    assert f'/giay-to/{paper.pk}/thay/">Thêm tệp: Mã truy xuất</a>' in page
    assert "Đã có giấy tờ." not in page
    assert not WRONG.search(page)
    with_file(scene, paper)
    page = scene.client("producer").get(address).content.decode()
    assert "thiếu tệp" not in page
    assert "Đã có giấy tờ." in page


def test_its_page_and_the_wallet_say_that_it_has_no_file_and_one_act_adds_it(scene: Scene) -> None:
    paper, client = listed(scene, valid_from=date(2026, 1, 5), issuer="GS1"), scene.client("producer")
    assert "Chưa có tệp" in client.get("/giay-to/").content.decode()
    assert "Mã truy xuất" in client.get("/giay-to/?tep=chua").content.decode()
    assert "Mã truy xuất" not in client.get("/giay-to/?tep=co").content.decode()
    page = client.get(f"/giay-to/{paper.pk}/").content.decode()
    assert "Giấy tờ chưa có tệp." in page
    assert not WRONG.search(page)
    for address in ("tep/", "tep/trang/1/"):
        assert client.get(f"/giay-to/{paper.pk}/{address}").status_code == 404
    form = client.get(f"/giay-to/{paper.pk}/thay/").content.decode()
    for shown in ('value="893/TX"', 'value="05/01/2026"', 'value="GS1"'):
        assert shown in form
    sent = {"once": once_in(form), "file": file(), "name": "", "number": "893/TX", "issuer": "GS1"}
    answer = client.post(f"/giay-to/{paper.pk}/thay/", sent, follow=True).content.decode()
    assert "“Mã truy xuất” đã có tệp, dùng được cho hồ sơ." in answer
    newest = Evidence.objects.heads().get(number="893/TX")
    assert newest.file.size == len(PDF)
    versions = client.get(f"/giay-to/{newest.pk}/").content.decode()
    assert "Bản 1" in versions
    assert scene.person("commune officer").name in versions  # who listed it


def test_who_only_reads_the_wallet_is_offered_no_act(scene: Scene) -> None:
    paper, client = listed(scene), scene.client("province officer")
    wallet = client.get("/giay-to/?tep=chua").content.decode()
    assert "Chưa có tệp" in wallet
    assert f"/giay-to/{paper.pk}/thay/" not in wallet
    assert client.get(f"/giay-to/{paper.pk}/thay/").status_code == 404


def test_its_end_is_watched_like_that_of_any_paper(scene: Scene) -> None:
    listed(scene, valid_until=DAY + timedelta(days=60))
    assert [services.warn_papers(now=NOW), services.warn_papers(now=NOW)] == [1, 0]
