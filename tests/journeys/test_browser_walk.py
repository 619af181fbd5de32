"""From a real product to its stars, its certificate and its public page, through pages alone.

Source: QĐ 26/2026/QĐ-TTg art. 5-7 (subject, commune, province, council, decision, certificate of 36 months).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, Page

from ocop.kernel.codes import LONG, is_valid
from ocop.kernel.papers.pdf import to_pdf
from ocop.kernel.papers.tree import Paper, Paragraph
from ocop.kernel.time import VIETNAM, add_months, vi_date
from ocop.project.sample.answers import answers_for
from ocop.project.sample.world import SEATS
from ocop.scorecards.rules import Card, parse
from tests.dossiers.scene import photo

from .browser import HOST, PHONE, Site, Visitor, visitor
from .scoring import by_forms, by_keys

pytestmark = pytest.mark.browser

SUBJECT, PRODUCT, SET = "Tổ hợp tác Khuổi Trò", "Trà dây rừng Khuổi Trò", 12
TOTALS = (78, 80, 76, 79, 81, 77, 78, 80, 79)  # of nine members: 708 points, a mean of 78,67
SUM, MEAN = 708, "78,67"
HOME = "Xã Chiêm Hóa, Tỉnh Tuyên Quang"
FORM_02 = ("specification", "history", "organisation", "plan_results", "next_plan")
PAPER = "Phiếu kết quả kiểm nghiệm trà dây.pdf"


def today() -> date:
    return datetime.now(VIETNAM).date()


def card_of(site: Site, set_no: int) -> Card:
    """The scorecard of a set in force: the last published version."""
    sql = "SELECT body FROM scorecards_scorecard WHERE set_no = ? AND regime_id = '2026' ORDER BY version DESC"
    return parse(json.loads(site.value(sql, set_no)))


@dataclass
class Story:
    """What the people learn on the way."""

    site: Site
    browser: Browser
    papers: Path
    card: Card
    product: str = ""
    dossier: str = ""
    council: str = ""
    session: str = ""
    item: str = ""
    code: str = ""

    def answers(self, total: int) -> Mapping[str, object]:
        """Answers of that total which keep every mark up to four stars."""
        return answers_for(self.card, total, stars=4)


def test_a_product_gets_its_stars(browser: Browser, site: Site, tmp_path: Path) -> None:
    story = Story(site, browser, tmp_path, card_of(site, SET))
    the_commune_enters_the_subject(story)
    the_producer_registers_a_product_and_opens_its_dossier(story)
    the_producer_scores_himself_and_files_on_a_phone(story)
    the_commune_reports_and_proposes(story)
    the_province_takes_it_in(story)
    the_secretary_founds_a_council_and_invites(story)
    the_secretary_opens(story)
    the_members_declare_score_and_sign(story)
    the_secretary_closes(story)
    an_officer_enters_the_decision(story)
    another_officer_issues(story)
    the_certificate_is_printed(story)
    everybody_reads_it(story)
    the_producer_sees_the_whole_way(story)


def the_commune_enters_the_subject(story: Story) -> None:
    with visitor(story.browser, story.site) as officer:
        officer.sign_in("xa1")
        officer.follow("Chủ thể")
        officer.go("/chu-the/them/")
        officer.field("Tên chủ thể").fill(SUBJECT)
        officer.field("Loại hình").select_option(label="Tổ hợp tác")
        officer.field("Người đại diện pháp luật").fill("Hoàng Thị Mận (mẫu)")
        officer.press("Nhập chủ thể")
        officer.told(f"Đã nhập chủ thể “{SUBJECT}”")
        officer.field("Thư điện tử của tài khoản").fill("chuthe2@mau.ocop.vn")
        officer.press("Cấp quyền thay mặt")
        officer.told("đã có thể thay mặt")


def the_producer_registers_a_product_and_opens_its_dossier(story: Story) -> None:
    with visitor(story.browser, story.site) as producer:
        page = producer.sign_in("chuthe2")
        producer.follow("Sản phẩm")
        page = producer.go("/san-pham-cua-toi/them/")
        producer.field("Chủ thể").select_option(label=SUBJECT)
        producer.field("Tên sản phẩm").fill(f"  {PRODUCT}  ")
        producer.field("Bộ sản phẩm").select_option(label="12. Sản phẩm trà từ thực vật khác")
        producer.field("Xã, phường nơi sản xuất").select_option(label=HOME)
        producer.field("Câu chuyện sản phẩm").fill("Người Tày Khuổi Trò hái trà dây từ đời ông bà.")
        producer.press("Đăng ký sản phẩm")
        producer.told(f"Đã đăng ký sản phẩm “{PRODUCT}”")
        story.product = producer.path.split("/")[2]
        picture = story.papers / "Bao bì trà dây.jpg"
        picture.write_bytes(photo())
        producer.field("Ảnh bao bì").set_input_files(picture)
        producer.press("Tải ảnh lên")
        producer.told("Đã đổi ảnh sản phẩm")
        producer.follow("Lập hồ sơ")
        producer.press("Lập hồ sơ")
        producer.told("Đã lập hồ sơ")
        story.dossier = producer.path.split("/")[2]
        assert is_valid(story.dossier, LONG)
        page = producer.go(f"/ho-so/{story.dossier}/bieu-mau/")
        page.locator("[name=samples]").fill("5")
        page.locator("[name=has_registration]").check()
        for name in FORM_02:
            page.locator(f"[name={name}]").fill("Theo phương án của tổ hợp tác, đã thực hiện từ năm 2023.")
        producer.press("Lưu mẫu 01, 02")
        producer.told("Đã lưu mẫu 01, 02.")


def the_producer_scores_himself_and_files_on_a_phone(story: Story) -> None:
    words = {None: "khong-muc-nao", True: "co", False: "khong"}
    answers = story.answers(82)
    with visitor(story.browser, story.site, size=PHONE) as producer:
        producer.sign_in("chuthe2")
        assert producer.fits()
        page = producer.go(f"/ho-so/{story.dossier}/tieu-chi/{next(iter(answers))}/")
        for number, (criterion, answer) in enumerate(answers.items()):
            assert producer.path == f"/ho-so/{story.dossier}/tieu-chi/{criterion}/"
            value = words[answer] if answer is None or isinstance(answer, bool) else str(answer)
            page.locator(f'input[name="answer"][value="{value}"]').check()
            if number == 0:
                page.locator("[data-saved]", has_text="Đã lưu").wait_for()  # saved before any button was pressed
                assert producer.fits()
            page.locator("[name=explanation]").fill("Có giấy tờ kèm theo")
            last = number == len(answers) - 1
            with page.expect_navigation():
                page.locator("form[data-autosave] button[type=submit]").click()
            if last:
                producer.told(f"Đã lưu tiêu chí {criterion}.")
        upload_a_paper(story, producer, page)
        page = producer.go(f"/ho-so/{story.dossier}/")
        producer.told("Mẫu 01, 02 đã điền, các tiêu chí đã tự chấm.")
        assert page.locator("[data-total]").inner_text() == "82"
        assert producer.fits()
        producer.follow("Nộp hồ sơ")
        # Two taps on the button: one filing.
        page.get_by_role("button", name="Nộp hồ sơ").dblclick()
        page.wait_for_url(f"**/ho-so/{story.dossier}/")
        page = producer.go(f"/ho-so/{story.dossier}/")
        assert page.get_by_role("button", name="Nộp hồ sơ").count() == 0
    filings = "SELECT count(*) FROM dossiers_filing f JOIN dossiers_dossier d ON d.id = f.dossier_id WHERE d.code = ?"
    assert story.site.value(filings, story.dossier) == 1
    events = (
        "SELECT count(*) FROM kernel_event e JOIN dossiers_dossier d ON e.object_id = d.id"
        " WHERE e.object_kind = 'dossiers.dossier' AND e.kind = 'dossier.submitted' AND d.code = ?"
    )
    assert story.site.value(events, story.dossier) == 1


def upload_a_paper(story: Story, producer: Visitor, page: Page) -> None:
    """A real file from the phone, seen and fetched again byte by byte."""
    content = to_pdf(Paper(kind="Phiếu kết quả kiểm nghiệm", summary=PRODUCT, day=today(), body=(Paragraph("Đạt."),)))
    paper = story.papers / PAPER
    paper.write_bytes(content)
    page = producer.go(f"/ho-so/{story.dossier}/tieu-chi/1.1/")
    page.get_by_text("Tải giấy tờ mới lên").click()
    producer.field("Tệp").set_input_files(paper)
    producer.field("Loại giấy tờ").select_option(index=1)
    producer.field("Tên giấy tờ").fill("Phiếu kết quả kiểm nghiệm")
    producer.field("Ngày cấp").fill(vi_date(today()))
    producer.press("Tải lên và gắn")
    producer.told("Đã đưa “Phiếu kết quả kiểm nghiệm” vào kho và gắn vào tiêu chí 1.1.")
    assert producer.fits()
    evidence = story.site.value("SELECT max(id) FROM registry_evidence")
    answer = page.request.get(f"{story.site.url}/ho-so/{story.dossier}/giay-to/{evidence}/")
    assert answer.body() == content
    assert answer.headers["x-content-type-options"] == "nosniff"


def the_commune_reports_and_proposes(story: Story) -> None:
    with visitor(story.browser, story.site) as officer:
        page = officer.sign_in("xa1")
        assert PRODUCT in page.inner_text("main")  # it waits on the desk
        page = officer.go(f"/ho-so/{story.dossier}/mau-03/")
        for name in ("material", "labour", "idea_origin", "identity"):
            page.locator(f"[name={name}]").fill("Nguyên liệu và lao động ở ngay trong xã, cách làm của người Tày.")
        officer.press("Lưu mẫu 03")
        officer.told("Đã lưu mẫu 03.")
        officer.follow("Đề nghị tỉnh đánh giá")
        officer.press("Đề nghị tỉnh đánh giá")
        officer.told("Đã chuyển hồ sơ đến tỉnh.")


def the_province_takes_it_in(story: Story) -> None:
    with visitor(story.browser, story.site) as officer:
        officer.sign_in("tinh1")
        officer.go(f"/ho-so/{story.dossier}/")
        officer.follow("Tiếp nhận hồ sơ")
        officer.press("Tiếp nhận hồ sơ")
        officer.told("Đã tiếp nhận hồ sơ.")


def the_secretary_founds_a_council_and_invites(story: Story) -> None:
    with visitor(story.browser, story.site) as secretary:
        page = secretary.sign_in("thuky1")
        secretary.follow("Hội đồng")
        page = secretary.go("/hoi-dong/moi/")
        secretary.field("Tên hội đồng").fill("Hội đồng đợt tháng này")
        secretary.field("Số, ký hiệu quyết định").fill("2626/QĐ-UBND")
        secretary.field("Ngày quyết định").fill(vi_date(today()))
        for line in range(len(SEATS) + 1, 16):
            page.locator(f"[name=ghe-{line}-email]").fill("")
        for line, (seat, unit, _, part) in enumerate(SEATS):
            fill_seat(page, line, f"hoidong{line + 1}", part, seat, unit)
        fill_seat(page, len(SEATS), "thuky1", "secretary", "", "Đơn vị tham mưu quản lý OCOP cấp tỉnh")
        secretary.press("Lập hội đồng")
        secretary.told("Đã lập Hội đồng đợt tháng này.")
        story.council = secretary.path.split("/")[2]
        page = secretary.go(f"/phien-cham/moi/?hoi-dong={story.council}")
        secretary.field("Hội đồng").select_option(value=story.council)
        secretary.field("Tên phiên").fill("Phiên trà dây")
        secretary.field("Ngày họp").fill(vi_date(today()))
        secretary.field("Địa điểm").fill("Phòng họp số 2")
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(re.compile(r"/phien-cham/[0-9A-Z]{8}/$"))
        story.session = secretary.path.split("/")[2]
        page.get_by_label(PRODUCT).check()
        secretary.press("Thêm vào phiên")
        secretary.told("Đã thêm 1 sản phẩm vào phiên.")
        secretary.press("Mời thành viên")
        secretary.told("Đã gửi giấy mời")
        page.get_by_role("link", name=PRODUCT).first.click()
        page.wait_for_url(re.compile(rf"/phien-cham/{story.session}/\d+/$"))
        story.item = secretary.path.split("/")[3]


def fill_seat(page: Page, line: int, name: str, part: str, seat: str, unit: str) -> None:
    page.locator(f"[name=ghe-{line}-email]").fill(f"{name}@mau.ocop.vn")
    page.locator(f"[name=ghe-{line}-part]").select_option(value=part)
    page.locator(f"[name=ghe-{line}-seat]").select_option(value=seat)
    page.locator(f"[name=ghe-{line}-unit]").fill(unit)


def the_secretary_opens(story: Story) -> None:
    with visitor(story.browser, story.site) as secretary:
        secretary.sign_in("thuky1")
        page = secretary.go(f"/phien-cham/{story.session}/")
        for box in page.locator("input[name=present]").all():
            box.check()
        secretary.press("Ghi có mặt")
        secretary.told("Đã ghi có mặt.")
        secretary.press("Mở phiên")
        secretary.told("Đã mở phiên.")


def the_members_declare_score_and_sign(story: Story) -> None:
    """The chair by the number keys, the second on a phone, the others by plain forms without a script.

    Before the interest is declared no sheet opens.
    """
    for number, total in enumerate(TOTALS, start=1):
        size, script = (PHONE, True) if number == 2 else ((1366, 768), number == 1)
        with visitor(story.browser, story.site, size=size, javascript=script) as member:
            member.sign_in(f"hoidong{number}")
            page, sheet = member.page, f"/phieu-cham/{story.session}/{story.item}/"
            if number == 3:
                assert "Bạn chưa kê khai lợi ích" in member.go(sheet).inner_text("main")
            member.go(f"/phien-cham/{story.session}/{story.item}/")
            member.field("Không có xung đột lợi ích").check()
            member.press("Kê khai")
            member.told(f"Đã kê khai lợi ích với “{PRODUCT}”.")
            member.go(sheet)
            member.press("Bắt đầu chấm")
            (by_keys if number == 1 else by_forms)(member, story.answers(total))
            assert page.locator(".score-mean").inner_text() == str(total)
            member.press(f"Ký và nộp phiếu {total} điểm")
            member.told("Phiếu đã ký, chỉ đọc.")
            if number == 3:
                nothing_is_told_before_the_round_is_closed(story, member)


def nothing_is_told_before_the_round_is_closed(story: Story, member: Visitor) -> None:
    """Neither on the board, nor in the hall, nor on the product's page: no total of the two who have signed before."""
    for path in ("", "hoi-truong/", f"{story.item}/"):
        page = member.go(f"/phien-cham/{story.session}/{path}")
        text = page.inner_text("body")
        for total in TOTALS[:2]:
            assert not re.search(rf"\b{total}\b", text), f"{path}: {total}"


def the_secretary_closes(story: Story) -> None:
    with visitor(story.browser, story.site) as secretary:
        secretary.sign_in("thuky1")
        page = secretary.go(f"/phien-cham/{story.session}/{story.item}/")
        secretary.press("Đóng vòng 1")
        secretary.told(f"Đã kết luận “{PRODUCT}”")
        secretary.told(MEAN)
        secretary.told(f"Tổng {SUM} điểm chia 9 phiếu")
        secretary.told("4 sao")
        secretary.go(f"/phien-cham/{story.session}/")
        secretary.press("Kết thúc phiên")
        secretary.told("Đã kết thúc phiên.")
        minutes = page.request.get(f"{story.site.url}/phien-cham/{story.session}/bien-ban.pdf").body()
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(minutes))
        assert PRODUCT in text
        assert MEAN in text


def an_officer_enters_the_decision(story: Story) -> None:
    with visitor(story.browser, story.site) as officer:
        officer.sign_in("tinh1")
        officer.go(f"/quyet-dinh/phien/{story.session}/cong-nhan/")
        officer.field("Số, ký hiệu quyết định").fill("2727/QĐ-UBND")
        officer.field("Ngày ký").fill(vi_date(today()))
        officer.press("Ghi quyết định công nhận")
        officer.told("cho 1 sản phẩm.")
        officer.go("/chung-nhan/")
        officer.told("1 giấy chứng nhận theo quyết định bạn đã nhập, chờ cán bộ khác cấp.")
    story.code = story.site.value(
        "SELECT r.code FROM certificates_recognition r JOIN registry_product p ON p.id = r.product_id WHERE p.code = ?",
        story.product,
    )


def another_officer_issues(story: Story) -> None:
    with visitor(story.browser, story.site) as officer:
        officer.sign_in("tinh2")
        page = officer.go(f"/chung-nhan/{story.code}/")
        officer.press("Cấp giấy chứng nhận")
        officer.told("Đã cấp 1 giấy chứng nhận.")
        officer.told("Đang chờ in")
        assert page.get_by_role("link", name="Tải giấy chứng nhận (PDF)").count() == 0


def the_certificate_is_printed(story: Story) -> None:
    story.site.run_jobs()
    with visitor(story.browser, story.site) as officer:
        officer.sign_in("tinh2")
        page = officer.go(f"/chung-nhan/{story.code}/")
        with page.expect_download() as download:
            page.get_by_role("link", name="Tải giấy chứng nhận (PDF)").click()
        content = download.value.path().read_bytes()
    sheet = pypdfium2.PdfDocument(content)[0]
    [read] = zxingcpp.read_barcodes(sheet.render(scale=200 / 72).to_pil())
    assert read.text == f"https://{HOST}/c/{story.code}"
    assert PRODUCT.upper() in sheet.get_textpage().get_text_range().upper().replace("\r\n", " ")


def everybody_reads_it(story: Story) -> None:
    """Nobody signed in: the page behind the QR, then the register without accents, by filters, without a script."""
    until = vi_date(add_months(today(), 36))
    with visitor(story.browser, story.site, size=PHONE) as reader:
        page = reader.go(f"/c/{story.code}")
        assert page.inner_text("h1") == "Còn hiệu lực"
        reader.told(f"Sản phẩm đạt 4 sao, có hiệu lực đến hết ngày {until}.")
        reader.told(f"2727/QĐ-UBND, {vi_date(today())}")
        reader.told(SUBJECT)
        assert reader.fits()
    with visitor(story.browser, story.site, javascript=False) as reader:
        page = reader.go("/san-pham/")
        page.get_by_role("searchbox").first.fill("tra day rung khuoi tro")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=tra**")
        reader.told(PRODUCT)
        for query, found in (("sao=4&bo=12", True), ("sao=3", False), ("bo=11", False), ("xa=02287", True)):
            page = reader.go(f"/san-pham/?q=khuoi+tro&{query}")
            assert (PRODUCT in page.inner_text("main")) == found, query
        reader.go("/san-pham/?q=khuoi+tro")
        page.get_by_role("link", name=PRODUCT).first.click()
        reader.told("Còn hiệu lực")
        reader.told(until)


def the_producer_sees_the_whole_way(story: Story) -> None:
    """Every step has its line in the timeline; the result shows the mean, and no member's sheet."""
    with visitor(story.browser, story.site) as producer:
        producer.sign_in("chuthe2")
        page = producer.go(f"/ho-so/{story.dossier}/")
        producer.told("Đã công nhận")
        lines = page.locator(".timeline li")
        assert lines.count() >= 8
        result = story.site.value(
            "SELECT c.id FROM councils_conclusion c JOIN dossiers_dossier d ON d.id = c.dossier_id WHERE d.code = ?",
            story.dossier,
        )
        page = producer.go(f"/ket-qua/{result}/")
        producer.told(MEAN)
        assert "Phiếu được tính" not in page.inner_text("main")
