"""Mẫu số 01, 02, 03 read back from their Word and PDF prints. Expected words: annex III of QĐ 26/2026/QĐ-TTg."""

from __future__ import annotations

import io

import docx
import pypdfium2
import pytest
from docx.document import Document

from ocop.dossiers.models import Dossier, Grant
from ocop.registry.models import Subject

from .scene import NOW, Scene


def word(scene: Scene, who: str, dossier: Dossier, form: str) -> Document:
    answer = scene.client(who).get(f"{dossier.get_absolute_url()}in/{form}.docx")
    assert answer.status_code == 200
    return docx.Document(io.BytesIO(answer.content))


def words(document: Document) -> str:
    """Paragraphs and cells, in no special order."""
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


@pytest.fixture
def dossier(scene: Scene) -> Dossier:
    walked = scene.stage.proposed()
    Subject.objects.filter(pk=walked.dossier.subject_id).update(
        legal_representative="Hoàng Thị Mận", representative_title="Giám đốc", address="Thôn Nà Pàng",
        representative_sex="nữ", ethnic_group="Tày", registration_number="10Q8000123",
    )  # fmt: skip
    return walked.dossier


def test_form_01_says_who_registers_what_for_which_evaluation(scene: Scene, dossier: Dossier) -> None:
    text = words(word(scene, "producer", dossier, "01"))
    assert "PHIẾU ĐĂNG KÝ" in text
    assert "Tham gia đánh giá, phân hạng sản phẩm OCOP của tỉnh Tuyên Quang năm 2026" in " ".join(text.split())
    assert "Hoàng Thị Mận" in text
    assert "Thực phẩm; Thực phẩm chế biến; " in text
    assert "Lần đầu ☑" in text
    assert "Nâng hạng: ☐" in text
    assert "PHẦN DÀNH CHO CƠ QUAN QUẢN LÝ" in text
    assert "/PĐK-08-02287-2026" in text


def test_form_02_has_every_criterion_with_its_points_and_papers(scene: Scene, dossier: Dossier) -> None:
    document = word(scene, "producer", dossier, "02")
    text = words(document)
    for part in ("THÔNG TIN CHUNG", "KẾT QUẢ THỰC HIỆN PHƯƠNG ÁN", "THEO BỘ TIÊU CHÍ", "KẾ HOẠCH SẢN XUẤT"):
        assert part in text
    scores = next(table for table in document.tables if "Mô tả, tài liệu minh chứng" in table.rows[0].cells[-1].text)
    codes = [row.cells[0].text for row in scores.rows]
    assert {"1.1", "2.4", "5.1", "11"} <= set(codes)
    assert len(codes) == 1 + 3 + 32 + 1  # head, parts, criteria of set 6, total
    first = next(row for row in scores.rows if row.cells[0].text == "1.1")
    assert first.cells[3].text.endswith("Minh chứng: Giấy đăng ký kinh doanh")
    assert "Tổng điểm tự đánh giá: 75/100" in text
    assert "a) Giấy đăng ký kinh doanh: ☑" in text
    assert "+ Bằng sáng chế: ☐" in text


def test_form_03_has_the_four_assessments_and_the_proposal(scene: Scene, dossier: Dossier) -> None:
    text = words(word(scene, "commune officer", dossier, "03"))
    assert "ỦY BAN NHÂN DÂN XÃ CHIÊM HÓA" in " ".join(text.split())
    assert "Nguyên liệu chủ yếu từ các hộ trong xã, có hợp đồng thu mua." in text
    assert "Kinh nghiệm sản xuất của cộng đồng tạo nét riêng của sản phẩm." in text
    assert (
        "Ủy ban nhân dân xã Chiêm Hóa đề nghị Ủy ban nhân dân tỉnh Tuyên Quang đánh giá, phân hạng sản phẩm OCOP cho "
        "sản phẩm Bánh khảo (mẫu) của Hợp tác xã Nà Pàng (mẫu)"
    ) in text


def test_the_ethnic_group_is_printed_for_producer_and_offices_and_masked_for_a_grant(
    scene: Scene, dossier: Dossier
) -> None:
    member = scene.person("council member")
    Grant.objects.create(dossier=dossier, user=member, valid_from=NOW.date(), valid_to=None, reason="Phiên chấm")
    for who, shown in (("producer", True), ("commune officer", True), ("province officer", True)):
        assert ("Tày" in words(word(scene, who, dossier, "03"))) == shown
    masked = words(word(scene, "council member", dossier, "03"))
    assert "Tày" not in masked
    assert "••••" in masked


@pytest.mark.parametrize("form", ["01", "02", "03"])
def test_each_form_prints_as_pdf_with_the_same_words(scene: Scene, dossier: Dossier, form: str) -> None:
    answer = scene.client("producer").get(f"{dossier.get_absolute_url()}in/{form}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="mau-{form}-hs-2026-0001.pdf"'
    document = pypdfium2.PdfDocument(answer.content)
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    document.close()
    assert "Hợp tác xã Nà Pàng (mẫu)" in text


def test_no_other_form_and_no_other_kind_of_file(scene: Scene, dossier: Dossier) -> None:
    client = scene.client("producer")
    for name in ("04.pdf", "01.exe", "01.txt"):
        assert client.get(f"{dossier.get_absolute_url()}in/{name}").status_code == 404


def test_a_draft_has_no_form_03(scene: Scene) -> None:
    draft = scene.draft()
    assert scene.client("producer").get(f"{draft.get_absolute_url()}in/03.pdf").status_code == 404
    assert scene.client("producer").get(f"{draft.get_absolute_url()}in/02.pdf").status_code == 200
