"""A producer on a bad line: files go on where they stopped after the line breaks and the browser restarts."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Request, Route

from .browser import PHONE, Site, Visitor

pytestmark = pytest.mark.browser
READY = '.upload-file[data-state="ready"]'


@contextmanager
def phone(browser: Browser, site: Site, profile: Path) -> Iterator[Visitor]:
    """A browser that keeps what a page stores on the device, from one start to the next."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=program, args=["--no-sandbox", "--disable-gpu"], locale="vi-VN",
        viewport={"width": PHONE[0], "height": PHONE[1]}, is_mobile=True, has_touch=True,
    )  # fmt: skip
    try:
        yield Visitor(site, context.pages[0])
    finally:
        context.close()


def scan_of(size: int) -> bytes:
    """A PDF of about that many bytes that do not shrink."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.Root.Scan = document.make_stream(os.urandom(size))
        document.save(out, compress_streams=False)
    return out.getvalue()


def photo(path: Path, size: tuple[int, int]) -> Path:
    """As a phone saves it: lying, to be turned by 90 degrees, larger than it need be."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "May cua ba Mai"
    Image.effect_noise(size, 50).convert("RGB").save(path, "JPEG", quality=90, exif=exif)
    return path


def open_form(visitor: Visitor) -> Page:
    page = visitor.go("/giay-to/them/")
    if "/dang-nhap/" in page.url:
        visitor.sign_in("chuthe1")
        page = visitor.go("/giay-to/them/")
    return page


def break_after(page: Page, pieces: int) -> None:
    """The line breaks after some pieces have gone."""
    gone = []

    def pass_or_break(route: Route) -> None:
        if route.request.method == "PATCH":
            gone.append(route)
        route.abort("internetdisconnected") if len(gone) > pieces else route.continue_()

    page.route("**/tai-len/**", pass_or_break)


def test_a_file_goes_on_after_the_line_broke_and_the_browser_restarted(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    content = scan_of(3_000_000)
    paper = tmp_path / "phieu-kiem-nghiem.pdf"
    paper.write_bytes(content)
    with phone(browser, site, tmp_path / "profile") as producer:
        page = open_form(producer)
        break_after(page, 2)
        page.locator('input[type="file"]').set_input_files(paper)
        page.get_by_role("alert").get_by_text("Mất mạng. Tệp được giữ trên máy này").wait_for()
        assert producer.fits()
    with phone(browser, site, tmp_path / "profile") as producer:
        offsets: list[int] = []

        def note(request: Request) -> None:
            if request.method == "PATCH":
                offsets.append(int(request.headers["upload-offset"]))

        producer.page.on("request", note)
        page = open_form(producer)
        page.locator(READY).wait_for()
        assert offsets[0] > 250_000  # nothing is sent twice
        assert "2,9 MB, đã gửi xong" in page.locator(READY).inner_text()
        page.locator("[name=subject]").select_option(index=1)
        page.locator("[name=kind]").select_option(index=1)
        producer.press("Đưa vào kho")
        producer.told("vào kho giấy tờ.")
        assert producer.troubles == []
        open_form(producer)
        page.wait_for_load_state("networkidle")
        assert page.locator(".upload-file").count() == 0  # its form has it
    sizes = "SELECT b.size FROM registry_evidence e JOIN kernel_blob b ON b.id = e.blob_id ORDER BY e.id DESC LIMIT 1"
    assert site.value(sizes) == len(content)


def test_photos_sent_with_one_tap_become_one_paper_in_the_order_that_was_chosen_by_key(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    photos = [photo(tmp_path / "a.jpg", (3000, 2000)), photo(tmp_path / "b.jpg", (1200, 1600))]
    with phone(browser, site, tmp_path / "profile") as producer:
        page = open_form(producer)
        page.locator("[name=subject]").select_option(index=1)
        page.locator("[name=kind]").select_option(index=1)
        page.locator('input[type="file"]').set_input_files(photos)
        page.locator(".upload-file").nth(1).wait_for()
        page.get_by_role("button", name="Đưa lên trước: b.jpg").press("Enter")
        assert page.locator(".upload-name").all_inner_texts() == ["b.jpg", "a.jpg"]
        assert page.get_by_label("Ghép các ảnh thành một giấy tờ").is_checked()
        producer.press("Đưa vào kho")  # at once: the form waits for its files
        producer.told("vào kho giấy tờ.")
        assert producer.troubles == []
        row = site.read(
            "SELECT e.id, e.file_name, b.mime FROM registry_evidence e JOIN kernel_blob b ON b.id = e.blob_id"
            " ORDER BY e.id DESC LIMIT 1"
        )[0]
        assert row[1:] == ("b.pdf", "application/pdf")
        content = page.request.get(f"{site.url}/giay-to/{row[0]}/tep/").body()
    with pikepdf.open(io.BytesIO(content)) as document:
        sides = [
            [int(one.Resources.XObject["/I"].Width), int(one.Resources.XObject["/I"].Height)] for one in document.pages
        ]
    assert sides == [[1600, 1200], [1600, 2400]]  # turned upright, at most 2,400 pixels
    assert b"ba Mai" not in content


def test_signing_out_asks_before_it_deletes_what_was_not_sent(browser: Browser, site: Site, tmp_path: Path) -> None:
    paper = tmp_path / "phieu.pdf"
    paper.write_bytes(scan_of(1_000_000))
    with phone(browser, site, tmp_path / "profile") as producer:
        page = open_form(producer)
        break_after(page, 1)
        page.locator('input[type="file"]').set_input_files(paper)
        page.get_by_role("alert").get_by_text("Mất mạng").wait_for()
        page.locator("details.account summary").click()
        page.get_by_role("button", name="Đăng xuất").click()
        page.locator("dialog").get_by_role("button", name="Ở lại").click()
        page.reload()
        page.locator(".upload-file").wait_for()
        page.locator("details.account summary").click()
        page.get_by_role("button", name="Đăng xuất").click()
        with page.expect_navigation():
            page.get_by_role("button", name="Xóa và đăng xuất").click()
        page.unroute_all()
        open_form(producer)
        page.wait_for_load_state("networkidle")
        assert page.locator(".upload-file").count() == 0
