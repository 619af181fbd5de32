"""Files sent in pieces before their form: to a criterion and to the wallet. compliance.md section 3."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import Any

import pypdfium2
import pytest
from django.test import Client

from ocop.dossiers.queries import room_left
from ocop.kernel import files
from ocop.registry.models import Evidence, EvidenceKind

from .scene import PDF, Scene, once_in, photo

MB = 1024 * 1024
TUS = {"Tus-Resumable": "1.0.0"}


def begin(client: Client, to: str, content: bytes, name: str, size: int | None = None) -> Any:
    told = {"filename": name, "sha256": hashlib.sha256(content).hexdigest()}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
    return client.post(to, headers={**TUS, "Upload-Length": str(size or len(content)), "Upload-Metadata": metadata})


def send(client: Client, to: str, content: bytes, name: str) -> str:
    """The code of a file that has come whole."""
    url = str(begin(client, to, content, name)["Location"])
    kind = "application/offset+octet-stream"
    done = client.patch(url, content, content_type=kind, headers={**TUS, "Upload-Offset": "0"})
    assert done.status_code == 204, done.content
    return str(client.get(url).json()["code"])


def kind() -> int:
    return EvidenceKind.objects.get(code="test_report").pk


def test_only_the_producer_sends_files_to_a_dossier_and_only_while_it_may_be_changed(scene: Scene) -> None:
    dossier = scene.draft()
    to = f"{dossier.get_absolute_url()}tai-len/"
    assert begin(scene.client("producer"), to, PDF, "a.pdf").status_code == 201
    for who in ("other producer", "commune officer", "province officer", "secretary", "council member"):
        assert begin(scene.client(who), to, PDF, "a.pdf").status_code == 404
    assert begin(Client(), to, PDF, "a.pdf").status_code == 404
    filed = scene.stage.filed().dossier
    refused = begin(scene.client("producer"), f"{filed.get_absolute_url()}tai-len/", PDF, "a.pdf")
    assert refused.status_code in (409, 303)
    assert not filed.pins.filter(evidence__file_name="a.pdf").exists()


def test_a_dossier_takes_what_is_left_of_60_files_and_200_mb(scene: Scene) -> None:
    empty, one = scene.draft(), scene.returned()
    assert (room_left(empty).files, room_left(empty).size) == (60, 209_715_200)
    pins = one.pins.select_related("evidence__blob").order_by("pk")
    papers = {pin.evidence_id: pin.evidence.blob.size for pin in pins}
    assert papers
    assert room_left(one) == files.Room(f"dossier:{one.code}", 60 - len(papers), 200 * MB - sum(papers.values()))


def test_the_61st_file_and_more_than_200_mb_are_refused_before_they_are_sent(scene: Scene) -> None:
    client = scene.client("producer")
    to = f"{scene.draft().get_absolute_url()}tai-len/"
    for number in range(60):
        assert begin(client, to, PDF, f"{number}.pdf").status_code == 201
    refused = begin(client, to, PDF, "60.pdf")
    assert refused.status_code == 422
    assert "tối đa 60 tệp và 200 MB" in refused.json()["why"]
    heavy = f"{scene.draft('Trà hoa vàng (mẫu)').get_absolute_url()}tai-len/"
    for number in range(10):
        assert begin(client, heavy, PDF, f"{number}.pdf", 20 * MB).status_code == 201
    assert begin(client, heavy, PDF, "10.pdf").status_code == 422


def test_photos_become_one_paper_of_the_criterion_once(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    address = f"{dossier.get_absolute_url()}tieu-chi/1.1/"
    to = f"{dossier.get_absolute_url()}tai-len/"
    page = client.get(address).content.decode()
    assert f'data-upload="{to}"' in page
    other = io.BytesIO(photo()).getvalue()[:-2] + b"\xff\xd9"
    codes = [send(client, to, photo(), "trang 1.jpg"), send(client, to, other + b"\n", "trang 2.jpg")]
    form = {"tep-kind": kind(), "tep-name": "Hợp đồng", "tep-number": "3/HĐ", "tep-once": once_in(page, "tep-")}
    form |= {"tep-file": codes, "tep-file-together": "1"}
    assert client.post(f"{address}tai-len/", form).status_code == 302
    paper = dossier.pins.get().evidence
    assert (paper.name, paper.file_name) == ("Hợp đồng", "trang 1.pdf")
    document = pypdfium2.PdfDocument(files.open_blob(paper.blob))
    assert len(document) == 2
    document.close()
    again = client.post(f"{address}tai-len/", form)
    assert "Biểu mẫu này đã được gửi." in again.content.decode()
    assert Evidence.objects.count() == 1


def test_several_files_become_papers_that_bear_their_names(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    to = f"{dossier.get_absolute_url()}tai-len/"
    codes = [send(client, to, PDF, "phiếu 1.pdf"), send(client, to, PDF + b"\n", "phiếu 2.pdf")]
    form = {"tep-kind": kind(), "tep-file": codes}
    refused = client.post(f"{dossier.get_absolute_url()}tieu-chi/1.1/tai-len/", {**form, "tep-number": "3/KN"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Nhiều giấy tờ không mang chung một số." in page
    assert all(f'value="{code}" data-code' in page for code in codes)
    done = client.post(f"{dossier.get_absolute_url()}tieu-chi/1.1/tai-len/", form, follow=True)
    assert "Đã đưa 2 giấy tờ vào kho và gắn vào tiêu chí 1.1." in done.content.decode()
    assert [pin.evidence.name for pin in dossier.pins.order_by("pk")] == ["phiếu 1", "phiếu 2"]


def wallet_form(scene: Scene, **changes: object) -> dict[str, object]:
    return {"subject": scene.subject().pk, "kind": kind(), "name": "Phiếu kiểm nghiệm", **changes}


def test_the_wallet_takes_a_file_that_came_before_its_form(scene: Scene) -> None:
    client = scene.client("producer")
    code = send(client, "/tai-len/", PDF, "Kết quả/phiếu số 3.pdf")
    assert client.post("/giay-to/them/", wallet_form(scene, file=code))["Location"] == "/giay-to/"
    evidence = Evidence.objects.get()
    assert (evidence.name, evidence.file_name) == ("Phiếu kiểm nghiệm", "phiếu số 3.pdf")
    assert files.open_blob(evidence.blob) == PDF


@pytest.mark.parametrize("whose", ["another's", "nobody's", "half"])
def test_a_code_that_is_no_whole_file_of_the_sender_is_refused_and_the_text_stays(scene: Scene, whose: str) -> None:
    client = scene.client("producer")
    if whose == "half":
        code = begin(client, "/tai-len/", PDF, "a.pdf")["Location"].split("/")[-2]
    else:
        code = send(scene.client("other producer"), "/tai-len/", PDF, "a.pdf") if whose == "another's" else "KHONGCO"
    refused = client.post("/giay-to/them/", wallet_form(scene, file=code, number="3/KN"))
    page = refused.content.decode()
    assert refused.status_code == 422
    assert ("Tệp chưa tải lên hết." if whose == "half" else "Tệp đã tải lên không còn") in page
    assert 'value="3/KN"' in page
    assert not Evidence.objects.exists()
