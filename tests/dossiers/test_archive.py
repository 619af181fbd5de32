"""The archive: what is in the ZIP, for whom, that its root recomputes from it alone, and a job that was killed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date, timedelta

import pytest

from ocop.dossiers import archive as writing
from ocop.dossiers import services
from ocop.dossiers.models import Archive, Dossier, Grant
from ocop.kernel import files, jobs
from ocop.kernel.models import Blob, Job
from ocop.kernel.refusal import Refusal

from .scene import NOW, Scene


def root_of(leaves: list[str]) -> str:
    """As index.html says it: pairs from the left, an odd one goes up as it is."""
    hashes = [hashlib.sha256(b"\x00" + leaf.encode()).digest() for leaf in leaves]
    while len(hashes) > 1:
        pairs = [hashes[i : i + 2] for i in range(0, len(hashes), 2)]
        hashes = [hashlib.sha256(b"\x01" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return hashes[0].hex()


def fetched(scene: Scene, who: str, dossier: Dossier) -> zipfile.ZipFile:
    """The ZIP as one downloads it after the job."""
    client, address = scene.client(who), f"{dossier.get_absolute_url()}ban-luu/"
    assert client.post(address).status_code == 302
    assert "Đang tạo" in client.get(address).content.decode()
    jobs.run_due(lambda: NOW)
    row = Archive.objects.get(dossier=dossier, made_by=scene.person(who))
    assert row.why == ""
    assert f"ban-luu/{row.pk}.zip" in client.get(address).content.decode()
    answer = client.get(f"{address}{row.pk}.zip")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert len(content) == int(answer["Content-Length"])
    return zipfile.ZipFile(io.BytesIO(content))


def test_the_root_of_every_filing_recomputes_from_the_zip_alone(scene: Scene) -> None:
    dossier = scene.returned()
    services.save_answers(
        dossier=dossier, answers={"1.1": (0, "Sửa lại")}, by=scene.person("producer"), now=NOW + timedelta(minutes=1)
    )
    services.submit(
        dossier=dossier, version=dossier.version, by=scene.person("producer"), now=NOW + timedelta(minutes=2)
    )
    package = fetched(scene, "producer", dossier)
    folder = f"{dossier.number}/"
    for number in (1, 2):
        told = json.loads(package.read(f"{folder}filing-{number}.json"))
        assert root_of(told["leaves"]) == told["root"] == dossier.filings.get(number=number).root
        head, *papers = (json.loads(leaf) for leaf in told["leaves"])
        assert (head["dossier"], head["version"], head["files"]) == (dossier.code, number, len(papers))
        for paper in papers:
            content = package.read(f"{folder}giay-to/{paper['name']}")
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (paper["sha256"], paper["size"])


def test_it_reads_without_script_or_another_host_and_has_every_form(scene: Scene) -> None:
    dossier = scene.stage.proposed().dossier
    package = fetched(scene, "producer", dossier)
    names = {name.removeprefix(f"{dossier.number}/") for name in package.namelist()}
    assert {f"bieu-mau/mau-0{n}.{kind}" for n in (1, 2, 3) for kind in ("pdf", "docx")} < names
    assert {"index.html", "filing-1.json", "bieu-mau/phieu-tiep-nhan-lan-1.pdf"} < names
    page = package.read(f"{dossier.number}/index.html").decode()
    assert "<script" not in page
    assert 'src="' not in page
    assert 'href="http' not in page
    for words in (
        dossier.product.name,
        dossier.filings.get().root,
        "1. Về sử dụng nguyên liệu địa phương",
        "Nộp hồ sơ",
    ):
        assert words in page
    assert all(info.compress_type == zipfile.ZIP_STORED for info in package.infolist() if "giay-to/" in info.filename)


def test_papers_with_personal_data_go_to_producer_and_offices_alone(scene: Scene) -> None:
    dossier = scene.stage.ready().dossier
    [paper] = dossier.filings.get().snapshot["files"]
    files.store(
        files.open_blob(Blob.objects.get(sha256=paper["sha256"])), paper["name"], now=NOW, restricted=True
    )  # marked after it was filed
    Grant.objects.create(
        dossier=dossier, user=scene.person("secretary"), valid_from=date(2026, 9, 1), reason="Thư ký hội đồng"
    )
    inside = f"{dossier.number}/giay-to/{paper['name']}"
    assert inside in fetched(scene, "province officer", dossier).namelist()
    package = fetched(scene, "secretary", dossier)
    assert inside not in package.namelist()
    page = package.read(f"{dossier.number}/index.html").decode()
    assert "Không kèm: giấy tờ chứa dữ liệu cá nhân" in page
    told = json.loads(package.read(f"{dossier.number}/filing-1.json"))
    assert root_of(told["leaves"]) == told["root"]


@pytest.mark.parametrize(
    ("who", "status"), [("council member", 404), ("other producer", 404), ("commune officer", 302)]
)
def test_who_reads_by_a_grant_alone_gets_none(scene: Scene, who: str, status: int) -> None:
    dossier = scene.stage.ready().dossier
    Grant.objects.create(
        dossier=dossier, user=scene.person("council member"), valid_from=date(2026, 9, 1), reason="Thành viên hội đồng"
    )
    answer = scene.client(who).post(f"{dossier.get_absolute_url()}ban-luu/")
    assert Archive.objects.exists() is (status == 302)
    assert answer.status_code == status


def test_ones_archive_is_nobody_elses_and_a_draft_has_none(scene: Scene) -> None:
    dossier = scene.stage.filed().dossier
    fetched(scene, "producer", dossier)
    address = f"{dossier.get_absolute_url()}ban-luu/{Archive.objects.get().pk}.zip"
    assert scene.client("producer").get(address).status_code == 200
    assert scene.client("commune officer").get(address).status_code == 404
    with pytest.raises(Refusal, match="chưa nộp lần nào"):
        services.want_archive(dossier=scene.draft(), by=scene.person("producer"), now=NOW)


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_run_makes_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier, by = scene.stage.filed().dossier, scene.person("producer")
    row = services.want_archive(dossier=dossier, by=by, now=NOW)
    blobs = Blob.objects.count()

    def killed(*args: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(writing, "to_docx", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.run_due(lambda: NOW)
    row.refresh_from_db()
    assert (row.blob, Blob.objects.count()) == (None, blobs)
    assert services.want_archive(dossier=dossier, by=by, now=NOW) == row
    jobs.run_due(lambda: NOW + jobs.LEASE + timedelta(seconds=1))
    row.refresh_from_db()
    assert row.blob is not None
    assert (row.done_files, row.all_files) == (1, 1)
    assert not Job.objects.filter(name="dossiers.archive").exclude(state=Job.DONE).exists()


def test_its_reader_is_told_when_it_is_ready_and_nobody_else(scene: Scene) -> None:
    dossier, by = scene.stage.filed().dossier, scene.person("commune officer")
    told = by.notices.count()
    services.want_archive(dossier=dossier, by=by, now=NOW)
    assert by.notices.count() == told
    producer = scene.person("producer").notices.count()
    jobs.run_due(lambda: NOW)
    newest = by.notices.latest("pk")
    assert newest.text == f"Bản lưu hồ sơ {dossier.number} ({dossier.product}) đã xong, tải về trong 7 ngày."
    assert newest.path == f"{dossier.get_absolute_url()}ban-luu/"
    assert (by.notices.count(), scene.person("producer").notices.count()) == (told + 1, producer)
    jobs.run_due(lambda: NOW + timedelta(minutes=1))
    assert by.notices.count() == told + 1


def test_one_whose_worker_dies_every_time_says_so_and_may_be_wanted_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier, client = scene.stage.filed().dossier, scene.client("producer")
    address = f"{dossier.get_absolute_url()}ban-luu/"
    client.post(address)

    def killed(*args: object) -> bytes:
        raise KeyboardInterrupt

    def run(start: int) -> None:
        """The worker starts anew whenever the lease of the one before is over."""
        jobs.run_due(lambda: NOW + start * (jobs.LEASE + timedelta(seconds=1)))

    with monkeypatch.context() as patch:
        patch.setattr(writing, "to_docx", killed)
        for start in range(4):
            with pytest.raises(KeyboardInterrupt):
                run(start)
            assert "Đang tạo" in client.get(address).content.decode()
        run(4)
    page = client.get(address).content.decode()
    assert "Chưa tạo được: máy chủ dừng giữa chừng nhiều lần" in page
    assert "Đang tạo" not in page
    assert not Archive.objects.exclude(blob=None).exists()
    client.post(address)
    assert "Đang tạo" in client.get(address).content.decode()
    run(5)
    assert Archive.objects.get().blob is not None


def test_an_archive_is_dropped_after_a_week_with_its_bytes(scene: Scene) -> None:
    dossier = scene.stage.filed().dossier
    services.want_archive(dossier=dossier, by=scene.person("producer"), now=NOW)
    jobs.run_due(lambda: NOW)
    blob = Archive.objects.get().blob
    assert blob is not None
    assert services.drop_archives(now=NOW + timedelta(days=7)) == 0
    assert services.drop_archives(now=NOW + timedelta(days=7, seconds=1)) == 1
    assert not Blob.objects.filter(pk=blob.pk).exists()
    with pytest.raises(Refusal):
        next(files.read_large(blob))
