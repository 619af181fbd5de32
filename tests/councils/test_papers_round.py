"""Papers of a round read back from Word and PDF: founding, lists, sheets, scores, reports, notices.

Contents: programme.md section 10; QĐ 26/2026/QĐ-TTg art. 6, 7(3); the figures are those of the sheets signed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from ocop.councils import papers
from ocop.councils.models import Conclusion, Item, Session, Sheet
from ocop.councils.permissions import seats_of
from ocop.councils.results import Reading, readings
from ocop.councils.services import close_item, close_session
from ocop.dossiers import services as dossiers
from ocop.project.sample.walk import at
from ocop.scorecards.queries import card, newest_cards
from ocop.scorecards.rules import COMPLETE
from tests.ground import standing

from .conftest import DAY, Hall
from .test_papers import both

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@dataclass
class Ended:
    """Eight sheets of 72 and one of 76, concluded, the session closed."""

    hall: Hall
    read: Reading

    @property
    def session(self) -> Session:
        return self.read.conclusion.item.session


@standing
def ended(hall: Hall) -> Ended:
    hall.sign_all(76, 72)
    close_item(item=hall.item, by=hall.secretary, now=at(DAY, 11))
    close_session(session=Session.objects.get(), by=hall.secretary, now=at(DAY, 12))
    related = ("item__session__council__organ", "item__session__council__decision", "item__session__council__rules")
    row = Conclusion.objects.select_related(
        *related, "dossier__product", "dossier__subject", "dossier__commune", "dossier__scorecard__regime"
    ).get()
    return Ended(hall, readings([row])[row.item_id])


def test_the_founding_decision_prints_from_the_founded_council_and_as_a_draft_from_the_seats_of_the_law(ended):
    session = ended.session
    for text in both(papers.founding_decision(session.council, seats_of(session))):
        assert f"Số: {session.council.decision.number}" in text
        assert "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG" in text
        assert ended.hall.chair.name in text
        assert "DỰ THẢO" not in text
    for text in both(papers.founding_draft(session.council.organ, day=DAY)):
        assert "Sở Khoa học và Công nghệ" in text
        assert "Lãnh đạo UBND cấp tỉnh" in text
        assert ended.hall.chair.name not in text


def test_lists_name_every_member_and_every_product(ended):
    session = ended.session
    items = list(Item.objects.select_related("dossier__product", "dossier__subject", "dossier__commune"))
    seats = seats_of(session)
    for text in both(papers.member_list(session.council, seats, day=DAY)):
        assert all(seat.user.name in text for seat in seats)
    for text in both(papers.product_list(session, items)):
        assert "01 sản phẩm" in text
        assert "Bánh khảo (mẫu)" in text


def test_an_empty_sheet_of_a_set_has_its_criteria_options_points_and_open_boxes():
    tea = next(row for row in newest_cards() if row.code == "2026-11-tea")
    for text in both(papers.empty_sheet(card(tea), day=DAY)):
        assert "PHẦN A: SẢN PHẨM VÀ SỨC MẠNH CỦA CỘNG ĐỒNG" in text
        assert "1.1 Nguồn nguyên liệu" in text
        assert "Sử dụng nguyên liệu có nguồn gốc trong tỉnh từ 50% đến dưới 75% (mức tối thiểu 3 sao)" in text
        assert "☐" in text
        assert "☑" not in text


def test_every_scorecard_has_a_sheet_with_a_box_for_each_option():
    """All sets of all three regimes; an option that is lost on paper would be a mark nobody can give."""
    cards = [card(row) for row in newest_cards()]
    assert len(cards) == 77
    assert {one.regime for one in cards if one.status == COMPLETE} == {"2019", "2023", "2026"}
    for one in cards:
        paper = papers.empty_sheet(one, day=DAY)
        table = next(block for block in paper.body if isinstance(block, papers.sheets.Table))
        boxes = sum(isinstance(row[-1], papers.sheets.Box) for row in table.rows)
        assert boxes == sum(len(c.options) or 2 for c in one.criteria)


def test_a_signed_sheet_prints_what_its_hash_binds_and_a_secret_one_names_nobody(ended):
    sheet = Sheet.objects.select_related("scorecard", "item__dossier__scorecard", "member__user").get(total=76)
    sheet.item.session = ended.session
    name = sheet.member.user.name
    shown = papers.signed_sheet(sheet, [], number=1, named=True)
    hidden = papers.signed_sheet(sheet, [], number=4, named=False)
    for text in both(shown):
        assert "Tổng điểm 100 76" in text
        assert name in text
        assert sheet.sha256 in text.replace(" ", "")
        assert "☑" in text
    for text in both(hidden):
        assert name not in text
        assert sheet.member.unit not in text
        assert "Thành viên mã số 04" in text


def test_the_table_of_scores_gives_means_of_parts_and_hides_names_of_a_secret_ballot(ended):
    name = ended.hall.chair.name
    for text in both(papers.score_table(ended.session, [ended.read], named=True)):
        assert "72,44" in text  # 8 x 72 + 76 = 652, / 9
        assert "72, 76" in text
        assert f"1. {name}" in text
    secret = papers.score_table(ended.session, [ended.read], named=False)
    seats = {seat.user.name for seat in seats_of(ended.session) if seat.scores} - {name}
    for text in both(secret):
        assert "Phiếu kín" in text
        assert not any(other in text for other in seats)  # the chair signs the table as chair


def test_the_report_of_the_team_tells_gaps_visits_and_proposals(ended):
    hall = ended.hall
    dossier = hall.item.dossier
    assert [len(one.gaps) for one in papers.checked([dossier])] == [0]
    for text in both(
        papers.checking_report(papers.checked([dossier]), organ=hall.council.organ, by_agency=False, day=DAY)
    ):
        assert "TỔ TƯ VẤN HỘI ĐỒNG CẤP TỈNH" in text
        assert "Hồ sơ đủ thành phần; không có nội dung phải bổ sung" in text
    walked = hall.stage.proposed(name="Kẹo dồi (mẫu)")
    officer = hall.officer
    walked.dossier.refresh_from_db()
    dossiers.ask_gap(
        dossier=walked.dossier, criterion="1.1", text="Nộp hợp đồng mua nguyên liệu", due_on=date(2026, 10, 15),
        by=officer, now=at(DAY, 9),
    )  # fmt: skip
    rows = papers.checked([dossier, walked.dossier])
    for text in both(papers.checking_report(rows, organ=hall.council.organ, by_agency=True, day=DAY)):
        assert "CƠ QUAN THAM MƯU QUẢN LÝ OCOP CẤP TỈNH" in text
        assert "Yêu cầu bổ sung (tiêu chí 1.1): Nộp hợp đồng mua nguyên liệu. Còn thiếu." in text
        assert "DỰ THẢO" not in text  # who prints it marks it


def test_the_report_of_the_council_asks_for_what_the_result_allows(ended):
    for text in both(papers.council_report(ended.session, [ended.read])):
        assert "Có mặt 9/9 thành viên được chấm điểm, quy chế cần từ 7" in text
        assert "01 sản phẩm đề nghị công nhận 4 sao" in text
        assert "Đề xuất Chủ tịch Ủy ban nhân dân tỉnh Tuyên Quang công nhận, cấp giấy chứng nhận" in text
        assert "tiềm năng" not in text


def test_the_notice_to_a_commune_lists_its_products_with_their_results(ended):
    conclusion = ended.read.conclusion
    for text in both(papers.commune_notice(ended.session, conclusion.dossier.commune, [conclusion])):
        assert "Kính gửi: Ủy ban nhân dân" in text
        assert "Bánh khảo (mẫu)" in text
        assert "Đề nghị công nhận 4 sao" in text
