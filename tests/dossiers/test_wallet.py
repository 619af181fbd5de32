"""A replaced paper: every dossier that is written reads the new version, none that is sealed."""

from __future__ import annotations

from datetime import date

import pytest

from ocop.dossiers import services
from ocop.dossiers.models import Dossier
from ocop.dossiers.queries import papers_seen_by
from ocop.dossiers.wallet import uses_of
from ocop.dossiers.workspace import sheet_for
from ocop.kernel import files
from ocop.registry.models import Evidence
from ocop.registry.services import replace_evidence
from tests.dossiers.scene import NOW, PDF, Scene

DAY = date(2026, 9, 8)


def renew(scene: Scene, evidence: Evidence, name: str = "Bản mới") -> Evidence:
    stored = files.store(PDF.replace(b"trailer", b"%" + name.encode() + b"\ntrailer"), "moi.pdf", now=NOW)
    return replace_evidence(evidence=evidence, stored=stored, name=name, by=scene.person("producer"), now=NOW)


def read(scene: Scene, dossier: Dossier, who: str) -> list[str]:
    sheet = sheet_for(scene.person(who), Dossier.objects.get(pk=dossier.pk), DAY)
    return [paper.evidence.name for line in sheet.lines.values() for paper in line.papers]


def test_a_draft_reads_the_new_version_and_a_filed_dossier_keeps_its_own(scene: Scene) -> None:
    filed = scene.stage.filed().dossier
    old = filed.pins.get().evidence
    draft = scene.draft()
    services.attach(dossier=draft, criterion="1.1", evidence=old, by=scene.person("producer"), now=NOW)
    newest = renew(scene, old)
    assert read(scene, draft, "producer") == ["Bản mới"]
    assert list(papers_seen_by(scene.person("producer"), draft, DAY).order_by("pk")) == [old, newest]
    for who in ("producer", "commune officer"):
        assert read(scene, filed, who) == [old.name]
        assert list(papers_seen_by(scene.person(who), Dossier.objects.get(pk=filed.pk), DAY)) == [old]
    assert filed.pins.get().evidence == old
    assert filed.filings.get().snapshot["files"][0]["sha256"] == old.blob.sha256


def test_filing_seals_the_newest_version_and_a_later_one_changes_nothing(scene: Scene) -> None:
    dossier = scene.stage.draft()
    old = dossier.pins.get().evidence
    second = renew(scene, old, "Bản hai")
    filing = services.submit(dossier=dossier, version=dossier.version, by=scene.person("producer"), now=NOW)
    assert [file["evidence"] for file in filing.snapshot["files"]] == [second.pk]
    renew(scene, second, "Bản ba")
    assert read(scene, dossier, "producer") == ["Bản hai"]
    assert dossier.pins.get().evidence == second


def test_a_returned_dossier_reads_the_new_version_for_its_producer_and_the_filed_one_for_offices(scene: Scene) -> None:
    dossier = scene.returned()
    old = dossier.pins.get().evidence
    renew(scene, old)
    assert read(scene, dossier, "producer") == ["Bản mới"]
    assert read(scene, dossier, "commune officer") == [old.name]
    assert scene.client("producer").get(f"/ho-so/{dossier.code}/giay-to/{old.pk}/xem/").status_code == 200
    again = services.submit(
        dossier=Dossier.objects.get(pk=dossier.pk), version=Dossier.objects.get(pk=dossier.pk).version,
        by=scene.person("producer"), now=NOW,
    )  # fmt: skip
    assert [file["title"] for file in again.snapshot["files"]] == ["Bản mới"]
    assert read(scene, dossier, "commune officer") == ["Bản mới"]


def test_a_criterion_pins_a_paper_once_whatever_version_is_given(scene: Scene) -> None:
    draft, producer = scene.draft(), scene.person("producer")
    old = scene.stage.filed().dossier.pins.get().evidence
    pin = services.attach(dossier=draft, criterion="1.1", evidence=old, by=producer, now=NOW)
    newest = renew(scene, old)
    for version in (Evidence.objects.get(pk=old.pk), newest):
        assert services.attach(dossier=draft, criterion="1.1", evidence=version, by=producer, now=NOW) == pin
    assert services.attach(
        dossier=draft, criterion="1.2", evidence=Evidence.objects.get(pk=old.pk), by=producer, now=NOW
    ).evidence == newest  # fmt: skip


def test_a_paper_tells_what_it_proves_in_the_newest_dossier_and_offices_nothing_of_a_draft(scene: Scene) -> None:
    draft, producer = scene.draft(set_no=11, name="Chè xanh (mẫu)"), scene.person("producer")
    old = scene.stage.filed().dossier.pins.get().evidence
    services.attach(dossier=draft, criterion="9", evidence=old, by=producer, now=NOW)
    services.save_answers(dossier=draft, answers={"9": (best(draft, "9"), "")}, by=producer, now=NOW)
    newest = renew(scene, old)
    told = {(use.dossier.product.name, use.criterion.code, use.stars) for use in uses_of([newest])[newest.pk]}
    assert ("Chè xanh (mẫu)", "9", (3, 4)) in told
    address = f"/giay-to/{newest.pk}/"
    assert "Chè xanh (mẫu)" in scene.client("producer").get(address).content.decode()
    officer = scene.client("commune officer").get(address).content.decode()
    assert "Bánh khảo (mẫu)" in officer
    assert "Chè xanh (mẫu)" not in officer


def best(dossier: Dossier, criterion: str) -> int:
    """The highest option of a criterion, as its answer."""
    options = next(
        c for part in dossier.scorecard.data["parts"] for section in part["sections"] for c in section["criteria"]
        if c["code"] == criterion
    )["options"]  # fmt: skip
    return max(range(len(options)), key=lambda index: options[index]["points"])


@pytest.mark.parametrize("who", ["commune officer", "province officer"])
def test_a_paper_page_asks_as_many_questions_for_three_versions_as_for_one(
    scene: Scene, who: str, django_assert_max_num_queries
) -> None:
    old = scene.stage.filed().dossier.pins.get().evidence
    client = scene.client(who)
    client.get(f"/giay-to/{old.pk}/")
    with django_assert_max_num_queries(12) as one:
        client.get(f"/giay-to/{old.pk}/")
    newest = renew(scene, renew(scene, old))
    with django_assert_max_num_queries(12) as three:
        client.get(f"/giay-to/{newest.pk}/")
    assert len(three.captured_queries) == len(one.captured_queries)
