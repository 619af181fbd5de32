"""Browsers without a script, a server that dies while a sheet is saved, the same signature from two browsers."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from .browser import Site, Visitor, visitor

pytestmark = pytest.mark.browser

OPEN_SESSION = "Phiên chấm mẫu"
OFFLINE = "Mất mạng. Lựa chọn đã giữ trên máy này, sẽ gửi khi có mạng."


def sheet_address(site: Site, position: int = 1) -> str:
    """The address of the sheet of one product in the session that is open in the sample province."""
    [(code, item)] = site.read(
        "SELECT s.code, i.id FROM councils_item i JOIN councils_session s ON s.id = i.session_id"
        " WHERE s.name = ? AND i.position = ?",
        OPEN_SESSION,
        position,
    )
    return f"/phieu-cham/{code}/{item}/"


def begin(member: Visitor, name: str) -> Page:
    """Sign in and open the sheet of the first product; the look at every page may have begun it, without a mark."""
    member.sign_in(name)
    page = member.go(sheet_address(member.site))
    if page.get_by_role("button", name="Bắt đầu chấm", exact=True).count():
        member.press("Bắt đầu chấm")
    return page


def stored(site: Site, name: str) -> dict[str, object]:
    """What the database holds of a member's marks on that sheet."""
    rows = site.read(
        "SELECT a.criterion, a.answer FROM councils_sheetanswer a JOIN councils_sheet s ON s.id = a.sheet_id"
        " JOIN councils_member m ON m.id = s.member_id JOIN accounts_user u ON u.id = m.user_id"
        " WHERE u.email = ? AND s.item_id = ?",
        f"{name}@mau.ocop.vn",
        sheet_address(site).split("/")[3],
    )
    return {criterion: json.loads(answer) for criterion, answer in rows}


def test_keys_lead_into_the_pages_of_a_paper_and_back_to_the_same_criterion(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as member:
        page = begin(member, "hoidong5")
        page.locator("#mo-phim").wait_for()  # the modules run
        page.keyboard.press("e")
        pages = page.locator("[data-pages]")
        expect(pages).to_be_focused()
        picture = pages.get_by_role("img").first
        expect(picture).to_have_js_property("naturalHeight", 1400)
        said = page.locator("[data-now]")  # the worker beside the server may have counted the pages by now
        expect(said).to_have_text(re.compile(r"^\s*(Trang 1|1 trang)\s*$"))
        page.keyboard.press("+")
        expect(page.locator("html")).to_have_attribute("data-zoom", "2")
        page.keyboard.press("]")
        page.keyboard.press("ArrowDown")
        expect(pages).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("fieldset.criterion").first).to_be_focused()
        assert stored(site, "hoidong5") == {}


def test_a_dossier_is_searched_and_filled_without_javascript(browser: Browser, site: Site) -> None:
    with visitor(browser, site, javascript=False) as producer:
        page = producer.sign_in("chuthe1")
        page.get_by_role("searchbox").fill("com ban om")
        page.keyboard.press("Enter")
        page.wait_for_url("**/tim/?q=com+ban+om")
        page.locator("main").get_by_role("link", name="Cốm Bản Ỏm (mẫu)").first.click()
        code = site.value(
            "SELECT d.code FROM dossiers_dossier d JOIN registry_product p ON p.id = d.product_id WHERE p.name = ?",
            "Cốm Bản Ỏm (mẫu)",
        )
        page = producer.go(f"/ho-so/{code}/tieu-chi/1.2/")
        page.locator('input[name="answer"]').first.check()
        producer.field("Mô tả, giải trình").fill("Lao động trong xã")
        page.locator("form[data-autosave] button[type=submit]").click()
        page.wait_for_url("**/tieu-chi/1.3/")
        producer.told("Đã lưu tiêu chí 1.2.")
        page = producer.go(f"/ho-so/{code}/tieu-chi/1.2/")
        assert page.locator('input[name="answer"]').first.is_checked()
        assert page.locator("[name=explanation]").input_value() == "Lao động trong xã"
        page.locator("form[data-autosave] button[type=submit]").wait_for()
        producer.go(f"/ho-so/{code}/nop/")
        producer.press("Nộp hồ sơ")
        producer.told("tiêu chí")  # refused: what misses is named, nothing is filed
    assert site.value("SELECT step FROM dossiers_dossier WHERE code = ?", code) == "draft"


def test_a_group_is_scored_without_javascript(browser: Browser, site: Site) -> None:
    """A group with a gap is stored as far as it goes; the gap is named before signing."""
    with visitor(browser, site, javascript=False) as member:
        page = begin(member, "hoidong9")
        groups = page.locator("fieldset.criterion").all()
        codes = [group.get_attribute("data-code") for group in groups]
        for group in groups[:-1]:
            group.locator("input[type=radio]").nth(1).check()
        with page.expect_navigation():
            page.locator("button[form=phieu]").click()
        assert sorted(stored(site, "hoidong9")) == sorted(str(code) for code in codes[:-1])
        member.go(f"{sheet_address(site)}xem-lai/")
        member.told("Còn tiêu chí chưa chấm")
        assert page.get_by_role("button", name="Ký và nộp phiếu").is_disabled()


def test_the_server_is_killed_while_a_sheet_is_saved(browser: Browser, site: Site) -> None:
    """What was answered “Đã lưu” stands; what was not is kept in the browser and sent again; nothing is half there."""
    with visitor(browser, site) as member:
        page = begin(member, "hoidong8")
        page.locator("#mo-phim").wait_for()
        codes = [str(group.get_attribute("data-code")) for group in page.locator("fieldset.criterion").all()]
        for _ in codes[:2]:
            with page.expect_response("**/luu/") as answer:
                page.keyboard.press("2")
            assert answer.value.ok
        assert sorted(stored(site, "hoidong8")) == sorted(codes[:2])
        page.keyboard.press("2")
        site.kill()
        page.keyboard.press("2")
        page.locator(f"#tc-{codes[3].replace('.', chr(92) + '.')} [data-note]", has_text=OFFLINE).wait_for()
        assert site.value("PRAGMA integrity_check") == "ok"
        assert set(codes[:2]) <= set(stored(site, "hoidong8")) <= set(codes[:3])
        site.start()
        expect(page.locator(".unsaved")).to_have_count(0, timeout=15_000)
        assert sorted(stored(site, "hoidong8")) == sorted(codes[:4])
        page.reload()
        assert page.locator("input[type=radio]:checked").count() == 4
        member.troubles = [told for told in member.troubles if "ERR_" not in told]  # the line was cut: that is the test
    events = (
        "SELECT count(*) FROM kernel_event e LEFT JOIN kernel_eventbody b ON b.event_id = e.id WHERE b.event_id IS NULL"
    )
    assert site.value(events) == 0


def test_a_cut_line_and_a_restarted_browser_lose_no_mark_and_cover_no_newer_one(browser: Browser, site: Site) -> None:
    """Three marks wait while the line is cut; another browser stores one of them; the restarted one sends and asks."""
    with visitor(browser, site) as member, visitor(browser, site) as other:
        page = begin(member, "hoidong6")
        page.locator("#mo-phim").wait_for()
        codes = [str(group.get_attribute("data-code")) for group in page.locator("fieldset.criterion").all()][:3]
        page.context.set_offline(True)
        for key in "222":
            page.keyboard.press(key)
        expect(page.locator("#chua-gui")).to_contain_text(f"Chưa gửi 3 điểm (tiêu chí {', '.join(codes)})")
        assert stored(site, "hoidong6") == {}
        other.sign_in("hoidong6")
        other.go(sheet_address(site)).locator("#mo-phim").wait_for()
        with other.page.expect_response("**/luu/"):
            other.page.keyboard.press("3")
        newer = stored(site, "hoidong6")
        state = page.context.storage_state()
        member.troubles.clear()  # the line was cut: that is the test
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    page.goto(site.url + sheet_address(site))
    note = page.locator("fieldset.criterion [data-note]").first
    expect(note).to_contain_text("Nơi khác đã lưu tiêu chí này")
    expect(page.locator("#chua-gui")).to_contain_text(f"Chưa gửi 1 điểm (tiêu chí {codes[0]})")
    assert set(stored(site, "hoidong6")) == set(codes)
    assert stored(site, "hoidong6")[codes[0]] == newer[codes[0]]
    page.get_by_role("button", name="Giữ mức đã lưu").click()
    expect(page.locator("#chua-gui")).to_be_hidden()
    page.reload()
    expect(page.locator("#chua-gui")).to_be_hidden()
    context.close()


def test_the_same_sheet_signed_from_two_browsers_at_once(browser: Browser, site: Site) -> None:
    """One signature; the other browser reads the signed sheet."""
    with visitor(browser, site) as desk, visitor(browser, site) as home:
        page = begin(desk, "hoidong7")
        while "/xem-lai/" not in page.url:
            for group in page.locator("fieldset.criterion").all():
                group.locator("input[type=radio]").last.check()
            with page.expect_navigation():
                page.locator("button[form=phieu]").click()
        home.sign_in("hoidong7")
        home.go(desk.path)
        button = "Ký và nộp phiếu"
        desk.page.get_by_role("button", name=button).click(no_wait_after=True)
        home.page.get_by_role("button", name=button).click(no_wait_after=True)
        for person in (desk, home):
            person.page.wait_for_url("**/phieu-da-ky/*/")
            person.told("Phiếu đã ký, chỉ đọc.")
    signed = "SELECT count(*) FROM kernel_event WHERE kind = 'sheet.signed' AND object_id = ?"
    assert site.value(signed, desk.path.split("/")[2]) == 1
