"""The receipt: slip numbers of commune and province, what was handed in, its seal, a QR that a camera reads."""

from __future__ import annotations

import io
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from docx import Document

from ocop.dossiers import services
from ocop.dossiers.papers import form_01
from ocop.dossiers.receipt import receipt
from ocop.kernel.papers.pdf import to_pdf
from ocop.kernel.papers.tree import Field
from ocop.kernel.papers.word import to_docx
from ocop.project.sample.walk import at
from tests.factories import Stage

from .scene import Scene


def test_the_commune_gives_a_slip_number_and_the_province_again(stage):
    first, second = stage.proposed().dossier, stage.filed(name="Cốm nếp (mẫu)").dossier
    elsewhere = stage.filed(name="Chè (mẫu)", subject="HTX An Tường (mẫu)", commune="02509", set_no=11).dossier
    numbers = {
        dossier.pk: list(dossier.slips.order_by("pk").values_list("level", "number", "received_on"))
        for dossier in (first, second, elsewhere)
    }
    assert numbers[first.pk] == [
        ("commune", "0001/PĐK-08-02287-2026", date(2026, 9, 1)),
        ("province", "0001/PĐK-08-02287-2026", date(2026, 9, 8)),
    ]
    assert [number for _, number, _ in numbers[second.pk]] == ["0002/PĐK-08-02287-2026"]
    assert [number for _, number, _ in numbers[elsewhere.pk]] == ["0001/PĐK-08-02509-2026"]


def test_a_dossier_that_comes_back_keeps_its_slip_and_districts_give_none(stage):
    dossier = stage.filed().dossier
    services.return_dossier(
        dossier=dossier, version=dossier.version, reason="Thiếu phiếu kiểm nghiệm",
        by=stage.world.communes["02287"].officers[0], now=at(date(2026, 9, 3)),
    )  # fmt: skip
    services.submit(dossier=dossier, version=dossier.version, by=stage.world.producers[0], now=at(date(2026, 9, 4)))
    assert dossier.slips.count() == 1
    assert not stage.filed(filed_on=date(2024, 3, 12), name="Cốm nếp (mẫu)").dossier.slips.exists()


def test_form_01_carries_the_numbers_and_days_of_its_receipt_boxes(stage):
    paper = form_01(stage.filed().dossier, day=date(2026, 9, 8), rehearsal=False)
    fields = [(block.label, block.value) for block in paper.body if isinstance(block, Field)]
    boxes = [pair for pair in fields if pair[0] in ("Phiếu số", "Ngày nhận")]
    assert boxes == [
        ("Phiếu số", "0001/PĐK-08-02287-2026"),
        ("Ngày nhận", "01/09/2026"),
        ("Phiếu số", "……-……/PĐK-08-02287-2026"),
        ("Ngày nhận", ""),
    ]


def printed(stage: Stage) -> tuple[object, str]:
    dossier = stage.filed().dossier
    address = f"https://ocop.example.vn/r/{dossier.code}"
    return receipt(dossier, dossier.filings.get(), address=address, rehearsal=False), address


def test_the_pdf_says_what_was_handed_in_and_its_code_opens_the_page(stage):
    paper, address = printed(stage)
    pdf = pypdfium2.PdfDocument(to_pdf(paper))
    text = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    plain = "".join(text.split())
    filing = stage.walk.producer.subject_memberships.get().subject.dossiers.get().filings.get()
    [file] = filing.snapshot["files"]
    assert filing.root in plain
    assert file["sha256"] in plain
    assert "0001/PĐK-08-02287-2026" in text
    assert "Nơi tiếp nhận đầu tiên: Ủy ban nhân dân xã Chiêm Hóa" in text
    assert len(pdf) == 1
    assert "09:00:00ngày01/09/2026,lầnnộp1" in plain
    codes = [code.text for page in pdf for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil())]
    assert codes == [address]


def test_the_word_print_carries_the_same_code_and_alternative_text(stage):
    paper, address = printed(stage)
    document = Document(io.BytesIO(to_docx(paper)))
    [picture] = document.inline_shapes
    assert address.removeprefix("https://") in picture._inline.docPr.get("descr")
    assert to_docx(paper) == to_docx(paper)
    assert to_pdf(paper) == to_pdf(paper)


@pytest.mark.parametrize(("filed_on", "said"), [(date(2026, 9, 1), True), (date(2024, 3, 12), False)])
def test_only_the_decree_of_2026_makes_it_equal_to_paper(stage, filed_on, said):
    dossier = stage.filed(filed_on=filed_on).dossier
    paper = receipt(dossier, dossier.filings.get(), address="https://ocop.example.vn/r/0", rehearsal=False)
    assert ("giá trị pháp lý như hồ sơ giấy" in str(paper.body)) is said


def test_a_filing_without_files_says_so(stage):
    dossier = stage.draft(name="Cốm nếp (mẫu)")
    dossier.pins.all().delete()
    services.submit(dossier=dossier, version=dossier.version, by=stage.world.producers[0], now=at(date(2026, 9, 1), 10))
    paper = receipt(dossier, dossier.filings.get(), address="https://ocop.example.vn/r/0", rehearsal=True)
    assert "Không có tệp nào." in str(paper.body)
    assert to_pdf(paper).startswith(b"%PDF")


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_each_filing_has_its_receipt_on_the_page_of_the_dossier(scene: Scene, kind: str) -> None:
    dossier, client = scene.stage.filed().dossier, scene.client("producer")
    address = f"{dossier.get_absolute_url()}lan-nop/1/phieu-tiep-nhan.{kind}"
    assert f'href="{address}"' in client.get(dossier.get_absolute_url()).content.decode()
    found = client.get(address)
    assert f'filename="phieu-tiep-nhan-hs-2026-0001-lan-1.{kind}"' in found["Content-Disposition"]
    assert client.get(address.replace("lan-nop/1", "lan-nop/2")).status_code == 404
    assert client.get(address.replace(f".{kind}", ".exe")).status_code == 404
    assert scene.client("other producer").get(address).status_code == 404
