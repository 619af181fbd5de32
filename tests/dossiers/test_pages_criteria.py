"""One criterion: answers, cases, papers from the wallet and from the disk, and what is handed in wrongly."""

from __future__ import annotations

import json

import pytest

from ocop.dossiers.models import Pin, SelfScore
from ocop.registry.models import Evidence, EvidenceKind
from tests.factories import reread

from .scene import PDF, Scene, file, once_in, photo

JSON = {"accept": "application/json"}


def kind() -> int:
    return EvidenceKind.objects.get(code="material_origin").pk


def test_an_answer_is_stored_and_the_next_criterion_comes(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    address = f"{dossier.get_absolute_url()}tieu-chi/1.1/"
    sent = client.post(address, {"answer": "1", "explanation": "Mua của 12 hộ trong tỉnh"})
    assert sent["Location"] == f"{dossier.get_absolute_url()}tieu-chi/1.2/"
    row = SelfScore.objects.get(dossier=dossier)
    assert (row.criterion, row.answer, row.explanation) == ("1.1", 1, "Mua của 12 hộ trong tỉnh")


def test_a_script_saves_an_answer_and_gets_the_sums_of_the_server(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    sent = client.post(f"{dossier.get_absolute_url()}tieu-chi/1.1/", {"answer": "1"}, headers=JSON)
    told = json.loads(sent.content)
    assert (told["saved"], told["total"], told["done"], told["points"]["1.1"]) == ("09:41:00", 2, 1, 2)


@pytest.mark.parametrize("answer", ["7", "-1", "co", "khong-muc-nao ", "2 điểm", ""])
def test_an_answer_outside_the_options_is_refused_and_the_text_stays(scene: Scene, answer: str) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    address = f"{dossier.get_absolute_url()}tieu-chi/1.2/"
    refused = client.post(address, {"answer": answer, "explanation": "Chữ đã gõ"})
    assert refused.status_code == 422
    assert "Chữ đã gõ" in refused.content.decode()
    assert client.post(address, {"answer": answer}, headers=JSON).status_code == 422
    assert not SelfScore.objects.exists()


def test_points_in_the_body_are_ignored(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    address = f"{dossier.get_absolute_url()}tieu-chi/1.1/"
    sent = client.post(address, {"answer": "0", "points": "3", "total": "100"}, headers=JSON)
    assert json.loads(sent.content)["total"] == 1


def test_none_fits_is_offered_only_without_a_zero_option_and_needs_a_reason(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    address = dossier.get_absolute_url()
    assert "Không mức nào phù hợp" in client.get(f"{address}tieu-chi/1.1/").content.decode()  # 1, 2, 3 points
    assert "Không mức nào phù hợp" not in client.get(f"{address}tieu-chi/1.2/").content.decode()  # 0, 1, 2 points
    bare = client.post(f"{address}tieu-chi/1.1/", {"answer": "khong-muc-nao"})
    assert bare.status_code == 422
    assert "Ghi lý do vì sao không mức nào phù hợp." in bare.content.decode()
    client.post(f"{address}tieu-chi/1.1/", {"answer": "khong-muc-nao", "explanation": "Nguyên liệu ngoài tỉnh"})
    assert SelfScore.objects.get().answer is None


def test_yes_and_no_are_the_answers_where_the_law_prints_no_options(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    address = f"{dossier.get_absolute_url()}tieu-chi/2.4/"
    assert json.loads(client.post(address, {"answer": "co"}, headers=JSON).content)["points"]["2.4"] == 1
    assert SelfScore.objects.get().answer is True
    assert json.loads(client.post(address, {"answer": "khong"}, headers=JSON).content)["points"]["2.4"] == 0


def test_a_criterion_with_cases_asks_for_the_case_first(scene: Scene) -> None:
    dossier, client = scene.draft("Homestay Nà Pàng (mẫu)", 26), scene.client("producer")
    address = f"{dossier.get_absolute_url()}tieu-chi/8/"
    page = client.get(address).content.decode()
    assert "Trường hợp 1: Dịch vụ du lịch do cộng đồng cung cấp" in page
    assert 'name="answer"' not in page
    assert client.post(f"{address}truong-hop/", {"case": "b"})["Location"] == address
    assert reread(dossier).cases == {"8": "b"}
    assert client.post(address, {"answer": "0"}).status_code == 422  # an option of the other case
    assert client.post(address, {"answer": "3"}).status_code == 302


def test_papers_of_the_wallet_are_pinned_and_taken_off(scene: Scene) -> None:
    filed = scene.stage.filed().dossier
    paper = filed.pins.get().evidence
    dossier, client = scene.draft("Trà dây (mẫu)", 12), scene.client("producer")
    address = f"{dossier.get_absolute_url()}tieu-chi/3.1/"
    assert client.post(f"{address}kho/", {"evidence": [paper.pk]})["Location"] == address
    pin = Pin.objects.get(dossier=dossier)
    assert (pin.criterion, pin.evidence_id) == ("3.1", paper.pk)
    assert client.post(f"{address}kho/", {"evidence": [paper.pk]}).status_code == 422  # pinned already
    assert client.post(f"{address}kho/", {}).status_code == 422
    assert client.post(f"{address}go/{filed.pins.get().pk}/").status_code == 404  # of another dossier
    client.post(f"{address}go/{pin.pk}/")
    assert not dossier.pins.exists()
    assert Evidence.objects.filter(pk=paper.pk).exists()


def test_a_new_paper_goes_to_the_wallet_and_the_criterion_once(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    address = f"{dossier.get_absolute_url()}tieu-chi/1.1/"
    token = once_in(client.get(address).content.decode(), "tep-")
    form = {"tep-kind": kind(), "tep-name": "Hợp đồng liên kết", "tep-once": token}
    assert client.post(f"{address}tai-len/", {**form, "tep-file": file()}).status_code == 302
    second = client.post(f"{address}tai-len/", {**form, "tep-file": file()})
    assert second.status_code == 422
    assert "Biểu mẫu này đã được gửi." in second.content.decode()
    assert (Evidence.objects.count(), Pin.objects.count()) == (1, 1)


EXE = b"MZ" + b"\0" * 200
WRONG_FILES = [
    ("to.pdf", b"%PDF-1.7" + b"\0" * (25 * 1024 * 1024), "Tệp nặng 25,1 MB, tối đa 20 MB."),
    ("hop-dong.pdf", EXE, "chương trình máy tính (exe)"),
    ("trong.pdf", b"", "Tệp rỗng, không có nội dung."),
    ("bang.xls", b"\xd0\xcf\x11\xe0", "Loại tệp này không được nhận."),
    ("anh.pdf", photo(), "Tên tệp ghi pdf nhưng nội dung là jpg."),
]


@pytest.mark.parametrize(("name", "content", "sentence"), WRONG_FILES, ids=[row[0] for row in WRONG_FILES])
def test_a_wrong_file_is_refused_with_its_reason_and_the_text_stays(
    scene: Scene, name: str, content: bytes, sentence: str
) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    form = {"tep-file": file(name, content), "tep-kind": kind(), "tep-name": "Tên đã gõ", "tep-number": "12/HĐ"}
    refused = client.post(f"{dossier.get_absolute_url()}tieu-chi/1.1/tai-len/", form)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert sentence in page
    assert 'value="Tên đã gõ"' in page
    assert 'value="12/HĐ"' in page
    assert not Evidence.objects.exists()


def test_a_name_with_slashes_and_vietnamese_letters_is_kept_as_a_name(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    form = {"tep-file": file("../../Hợp đồng số 3/bản đẹp.pdf"), "tep-kind": kind()}
    client.post(f"{dossier.get_absolute_url()}tieu-chi/1.1/tai-len/", form)
    assert Evidence.objects.get().file_name == "bản đẹp.pdf"


def test_a_paper_that_lapses_before_it_was_issued_is_refused(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    days = {"tep-valid_from": "02/03/2026", "tep-valid_until": "01/03/2026"}
    refused = client.post(
        f"{dossier.get_absolute_url()}tieu-chi/1.1/tai-len/", {"tep-file": file(), "tep-kind": kind(), **days}
    )
    assert refused.status_code == 422
    assert "Ngày hết hạn trước ngày cấp." in refused.content.decode()


def test_a_lapsed_paper_warns_and_does_not_stop(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    days = {"tep-valid_from": "01/01/2025", "tep-valid_until": "07/09/2026"}
    client.post(
        f"{dossier.get_absolute_url()}tieu-chi/1.1/tai-len/",
        {"tep-file": file(), "tep-kind": kind(), "tep-name": "Phiếu kiểm nghiệm", **days},
    )
    page = client.get(dossier.get_absolute_url()).content.decode()
    assert "Hết hạn 07/09/2026" in page
    assert "Thay giấy tờ" in page


@pytest.mark.parametrize("page", ["", "kho/", "tai-len/", "truong-hop/"])
def test_a_filed_dossier_is_not_changed_and_a_stranger_finds_nothing(scene: Scene, page: str) -> None:
    dossier = scene.stage.filed().dossier
    address = f"{dossier.get_absolute_url()}tieu-chi/1.1/{page}"
    form = {"answer": "0", "tep-file": file("a.pdf", PDF), "tep-kind": kind()}
    before = reread(dossier).version
    assert scene.client("producer").post(address, form).status_code == 409
    assert scene.client("commune officer").post(address, form).status_code == 404
    assert scene.client("other producer").post(address, form).status_code == 404
    assert reread(dossier).version == before


def test_an_unknown_criterion_is_absent(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    assert client.get(f"{dossier.get_absolute_url()}tieu-chi/99/").status_code == 404
