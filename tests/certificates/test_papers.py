"""Papers of decisions: what they say, as drafts without number and with the number, in Word and PDF alike."""

from __future__ import annotations

import io
from datetime import date

import docx
import pypdfium2
import pytest

from ocop.certificates.ministry import ministry_letter
from ocop.certificates.models import Approval
from ocop.certificates.papers import approval_decision, recognition_decision, submission
from ocop.certificates.queries import decided_by, for_papers
from ocop.councils.models import Conclusion
from ocop.kernel.papers.pdf import to_pdf
from ocop.kernel.papers.word import to_docx
from tests.factories import PLAN

from .conftest import DECIDED
from .test_deciding import approve, potential, recognise


def ready(*walked):
    """The conclusions as papers read them."""
    return list(for_papers(Conclusion.objects.filter(pk__in=[w.conclusion.pk for w in walked])).order_by("pk"))


def words(paper) -> str:
    """The text of the PDF, and that the Word print has the same paragraphs."""
    text = " ".join(
        " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(to_pdf(paper))).split()
    )
    document = docx.Document(io.BytesIO(to_docx(paper)))
    for paragraph in document.paragraphs:
        if paragraph.text.startswith("Điều"):
            assert " ".join(paragraph.text.split())[:40] in text
    return text


@pytest.fixture
def two(stage):
    return stage.concluded(), stage.concluded(name="Kẹo dồi (mẫu)", target=60, stars=3)


def test_a_draft_has_no_number_and_leaves_the_day_open(stage, two):
    paper = recognition_decision(ready(*two), organ=stage.world.province, decision=None, day=DECIDED, rehearsal=False)
    assert paper.number_line == "Số: " + "\u00a0" * 6 + "/QĐ-UBND"
    assert "ngày 12" not in paper.place_line
    text = words(paper)
    assert "CÔNG NHẬN" in text.upper()
    assert "đến hết" not in text  # the term begins with the day of signing


def test_the_decision_names_bases_numbers_by_star_and_the_term(stage, two):
    recognise(stage, *(w.conclusion for w in two))
    settled = ready(*two)
    decision = settled[0].recognition.decision
    paper = recognition_decision(
        decided_by(decision), organ=stage.world.province, decision=decision, day=decision.day, rehearsal=False
    )
    text = words(paper)
    for part in (
        "Số: 901/QĐ-UBND",
        "Tuyên Quang, ngày 12 tháng 10 năm 2026",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG",
        "Căn cứ Luật Tổ chức chính quyền địa phương số 72/2025/QH15 ngày 16 tháng 6 năm 2025",
        "Căn cứ Quyết định số 26/2026/QĐ-TTg ngày 22 tháng 5 năm 2026",
        "Căn cứ Biên bản họp Hội đồng ngày 01/10/2026",
        "cho 02 sản phẩm của 01 chủ thể, gồm: 01 sản phẩm hạng 4 sao, 01 sản phẩm hạng 3 sao",
        "trong thời hạn 36 tháng kể từ ngày ký Quyết định này, từ ngày 12 tháng 10 năm 2026 đến hết ngày 12 tháng 10"
        " năm 2029",
        "I. Hạng 4 sao (1 sản phẩm)",
        "II. Hạng 3 sao (1 sản phẩm)",
        "(Kèm theo Quyết định số 901/QĐ-UBND ngày 12 tháng 10 năm 2026",
    ):
        assert part in text
    assert text.index("Bánh khảo (mẫu)") < text.index("Kẹo dồi (mẫu)")


def test_the_paper_keeps_the_name_at_the_recognition(stage):
    walked = stage.concluded()
    [made] = recognise(stage, walked.conclusion)
    subject = walked.dossier.subject
    type(subject).objects.filter(pk=subject.pk).update(name="Hợp tác xã đổi tên (mẫu)")
    paper = recognition_decision(
        decided_by(made.decision), organ=stage.world.province, decision=made.decision, day=DECIDED, rehearsal=False
    )
    assert "Hợp tác xã Nà Pàng (mẫu)" in words(paper)
    assert "đổi tên" not in words(paper)


def test_the_laws_are_those_of_the_day(stage):
    """A dossier of the regime of 2023 decided after 6/7/2025 stands on 148 as 1489 changed it."""
    walked = stage.concluded(filed_on=date(2025, 10, 8))
    for day, there in ((date(2025, 7, 5), False), (date(2025, 12, 1), True)):
        paper = recognition_decision(ready(walked), organ=stage.world.province, decision=None, day=day, rehearsal=False)
        text = " ".join(paper.bases)
        assert "148/QĐ-TTg ngày 24 tháng 02 năm 2023" in text
        assert ("1489/QĐ-TTg" in text) == there
    assert "65/2025/QH15" in " ".join(
        recognition_decision(
            ready(walked), organ=stage.world.province, decision=None, day=date(2025, 6, 15), rehearsal=False
        ).bases
    )


def test_the_submission_goes_from_the_agency_to_the_chair(stage, two):
    text = words(submission(ready(*two), organ=stage.world.province, day=DECIDED, rehearsal=False))
    for part in (
        "TỜ TRÌNH",
        "Kính gửi: Chủ tịch Ủy ban nhân dân tỉnh Tuyên Quang",
        "công nhận và cấp giấy chứng nhận cho 02 sản phẩm, gồm: 01 sản phẩm hạng 4 sao, 01 sản phẩm hạng 3 sao",
    ):
        assert part in text


def test_the_approval_gives_no_stars_and_the_letter_shows_what_is_missed(stage):
    walked = stage.concluded(name="Mứt sen (mẫu)", target=94, stars=4)
    assert walked.conclusion.result == "potential_5"
    missed = walked.conclusion.marks_missed["5"]
    assert missed  # by points alone: the marks of 5 stars may be missed
    approve(stage, walked.conclusion)
    decision = Approval.objects.get().decision
    given = {"organ": stage.world.province, "decision": decision, "day": decision.day, "rehearsal": False}
    text = words(approval_decision(decided_by(decision), **given))
    assert "Phê duyệt kết quả đánh giá 01 sản phẩm có tiềm năng đạt 5 sao" in text
    assert "Sản phẩm chưa có hạng sao" in text
    assert "Hạng 5 sao" not in text
    letter = ministry_letter(decided_by(decision), **given)
    text = words(letter)
    assert letter.kind is None
    assert text.count("V/v") == 1
    assert "V/v đề nghị đánh giá, phân hạng" in text
    assert "Kính gửi: Bộ Nông nghiệp và Môi trường" in text
    assert "Quyết định số 902/QĐ-UBND ngày 12/10/2026 phê duyệt kết quả đánh giá" in text
    assert all(code in text for code in missed)


def test_a_rehearsal_says_so_on_every_page(stage, two):
    paper = recognition_decision(ready(*two), organ=stage.world.province, decision=None, day=DECIDED, rehearsal=True)
    pages = pypdfium2.PdfDocument(to_pdf(paper))
    assert len(pages) > 1
    assert all("DIỄN TẬP" in page.get_textpage().get_text_range() for page in pages)


@pytest.mark.parametrize("name", ["to-trinh.docx", "quyet-dinh.docx", "quyet-dinh.pdf"])
def test_the_page_hands_out_drafts_of_the_ticked_products(stage, two, visit, name):
    session = two[0].conclusion.item.session.code
    client = visit(stage.world.officers[0])
    response = client.post(f"/quyet-dinh/phien/{session}/cong-nhan/du-thao/{name}", {"chosen": [two[0].conclusion.pk]})
    assert response.status_code == 200
    assert f'filename="du-thao-{name}"' in response["Content-Disposition"]
    if name.endswith("pdf"):
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(response.content))
    else:
        document = docx.Document(io.BytesIO(response.content))
        text = " ".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert PLAN.name in text


@pytest.mark.parametrize("name", ["quyet-dinh.exe", "bien-ban.docx"])
def test_unknown_papers_are_not_found(stage, visit, name):
    session = stage.concluded().conclusion.item.session.code
    client = visit(stage.world.officers[0])
    assert client.post(f"/quyet-dinh/phien/{session}/cong-nhan/du-thao/{name}").status_code == 404


def test_the_decision_page_hands_out_the_numbered_paper_and_the_letter(stage, visit):
    [made] = recognise(stage, stage.concluded().conclusion)
    approve(stage, potential(stage).conclusion)
    approved = Approval.objects.get().decision_id
    client = visit(stage.world.officers[0])
    for path, status in [
        (f"{made.decision_id}/van-ban/quyet-dinh.docx", 200),
        (f"{made.decision_id}/van-ban/quyet-dinh.pdf", 200),
        (f"{made.decision_id}/van-ban/trinh-bo.docx", 404),
        (f"{approved}/van-ban/quyet-dinh.pdf", 200),
        (f"{approved}/van-ban/trinh-bo.docx", 200),
    ]:
        assert client.get(f"/quyet-dinh/{path}").status_code == status, path
