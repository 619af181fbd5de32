"""Minutes, invitation and notice read back: every figure of the rows stands in Word and in PDF."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from docx import Document

from ocop.councils import papers
from ocop.councils.models import Conclusion, Session, Sheet
from ocop.councils.services import close_item, close_session
from ocop.kernel.papers.pdf import to_pdf
from ocop.kernel.papers.tree import Paper
from ocop.kernel.papers.word import to_docx
from ocop.project.sample.walk import at

from .conftest import DAY, Hall, signed_in

pytestmark = pytest.mark.usefixtures("clock")


def _word(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return re.sub(r"\s+", " ", " ".join([*(p.text for p in document.paragraphs), *cells]))


def _pdf(content: bytes) -> str:
    text = " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
    return re.sub(r"\s+", " ", text.replace("\ufffe", ""))


def both(paper: Paper) -> list[str]:
    return [_word(to_docx(paper)), _pdf(to_pdf(paper))]


@pytest.fixture
def ended(hall: Hall) -> Hall:
    """Eight sheets of 72 and one of 76, concluded, the session closed."""
    hall.sign_all(76, 72)
    close_item(item=hall.item, by=hall.secretary, now=at(DAY, 11))
    close_session(session=Session.objects.get(), by=hall.secretary, now=at(DAY, 12))
    hall.session.refresh_from_db()
    return hall


def test_minutes_tell_place_presence_quorum_interests_figures_and_signers(ended: Hall) -> None:
    for text in both(papers.minutes(ended.session)):
        for words in (
            "Thời gian: khai mạc 09 giờ 00 phút, ngày 01 tháng 10 năm 2026; kết thúc 12 giờ 00 phút cùng ngày.",
            "Hội trường số 1",
            "Có mặt 9/9 thành viên được chấm điểm; quy chế cần từ 7; có Chủ tịch Hội đồng.",
            "không có xung đột lợi ích",
            "Phiếu hợp lệ: 9/9. Tổng điểm các phiếu: 652. Điểm bình quân: 72,44. Hạng theo điểm: 4 sao.",
            "Kết quả được tính lại độc lập từ các phiếu đã ký: khớp 1/1 sản phẩm.",
            "CHỦ TỊCH HỘI ĐỒNG",
            ended.chair.name,
            ended.secretary.name,
        ):
            assert words in text


def test_minutes_tell_the_hours_as_far_as_they_are_known(hall: Hall) -> None:
    session = hall.session

    def time_of_day() -> str:
        found = re.search(r"Thời gian: .*?\.", _word(to_docx(papers.minutes(session))))
        assert found
        return found[0]

    assert time_of_day() == "Thời gian: khai mạc 09 giờ 00 phút, ngày 01 tháng 10 năm 2026; chưa kết thúc."
    session.closed_at = at(DAY + timedelta(days=1), 10, 5)  # a session that went into the next day
    assert time_of_day() == (
        "Thời gian: khai mạc 09 giờ 00 phút, ngày 01 tháng 10 năm 2026;"
        " kết thúc 10 giờ 05 phút, ngày 02 tháng 10 năm 2026."
    )
    session.opened_at = session.closed_at = None  # held before the hours were kept
    assert time_of_day() == "Thời gian: ngày 01 tháng 10 năm 2026."


def test_minutes_annex_holds_the_hash_of_every_sheet(ended: Hall) -> None:
    text = _word(to_docx(papers.minutes(ended.session))).replace(" ", "")
    hashes = list(Sheet.objects.values_list("sha256", flat=True))
    assert len(hashes) == 9
    for digest in hashes:
        assert digest in text


def test_minutes_name_recused_excused_and_the_deviation_that_stands(hall: Hall) -> None:
    recused, excused = hall.members[2], hall.members[3]
    signed_in(recused.user).post(hall.item_url("loi-ich/"), {"conflict": "yes", "detail": "Góp vốn vào hợp tác xã"})
    signed_in(hall.chair).post(hall.item_url(f"mien-phieu/{excused.pk}/"), {"reason": "Ốm, có giấy của bệnh viện"})
    scoring = [m for m in hall.members if m not in (recused, excused)]
    for _ in (1, 2):
        hall.item.refresh_from_db()
        for place, member in enumerate(scoring):
            hall.sign(member.user, 86 if place == 0 else 72)
        close_item(item=hall.item, by=hall.secretary, now=at(DAY, 11))
    text = _word(to_docx(papers.minutes(hall.session)))
    assert "(Góp vốn vào hợp tác xã)" in text
    assert f"{excused.user.name} được miễn phiếu: Ốm, có giấy của bệnh viện." in text
    assert "Sau vòng cuối điểm còn chênh lệch 14 điểm (thấp nhất 72, cao nhất 86); lấy bình quân." in text
    assert "Phiếu hợp lệ: 7/7. Tổng điểm các phiếu: 518. Điểm bình quân: 74,00." in text


def test_minutes_drawn_before_the_conclusion_tell_no_figure(hall: Hall) -> None:
    hall.sign_all(76, 72)
    text = _word(to_docx(papers.minutes(hall.session)))
    assert "Chưa kết luận." in text
    assert "Tổng điểm các phiếu" not in text
    assert not set(re.findall(r"\d+", text)) & {"652", "76"}


def test_the_notice_tells_the_subject_points_stars_and_what_follows(ended: Hall) -> None:
    conclusion = Conclusion.objects.get()
    for text in both(papers.result_notice(conclusion)):
        assert "Điểm bình quân của 9 phiếu: 72,44 điểm; hạng theo điểm: 4 sao." in text
        assert f"Đề nghị công nhận {conclusion.stars} sao." in text
        assert "Quyết định công nhận và giấy chứng nhận gửi sau" in text
    assert ended.members[1].user.name not in text


def test_the_invitation_names_the_member_and_the_products(ended: Hall) -> None:
    member = ended.members[4]
    for text in both(papers.invitation(ended.session, member)):
        assert member.user.name in text
        assert "Bánh khảo (mẫu)" in text


def test_a_member_prints_his_own_invitation_and_the_secretary_all(hall: Hall) -> None:
    own, other = hall.members[1], hall.members[2]
    address = hall.session_url("giay-moi/{}.pdf").format
    assert signed_in(own.user).get(address(own.pk)).status_code == 200
    assert signed_in(own.user).get(address(other.pk)).status_code == 404
    assert signed_in(hall.secretary).get(address(other.pk)).status_code == 200


def test_minutes_download_as_word_and_pdf_and_nothing_else(ended: Hall) -> None:
    client = signed_in(ended.secretary)
    assert _word(client.get(ended.session_url("bien-ban.docx")).content).count("72,44") >= 2
    assert "72,44" in _pdf(client.get(ended.session_url("bien-ban.pdf")).content)
    assert client.get(ended.session_url("bien-ban.odt")).status_code == 404


def test_a_rehearsal_says_so_on_every_paper(ended: Hall, settings: Any) -> None:
    def drawn() -> list[Paper]:
        conclusion = Conclusion.objects.get()
        session, member = ended.session, ended.members[0]
        return [papers.minutes(session), papers.invitation(session, member), papers.result_notice(conclusion)]

    assert not any(paper.rehearsal for paper in drawn())
    settings.REHEARSAL = True
    assert all(paper.rehearsal for paper in drawn())
