"""The system as ./run serves it, in a folder of its own, and people before their browsers."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Page

ROOT = Path(__file__).resolve().parents[2]
HOST = "ocop.example.vn"  # what QR codes say; the server itself is asked by its number
PHONE = (390, 844)
DESK = (1366, 768)


class Site:
    """One server process group over one folder, which its first start fills, as ./run does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {**os.environ, "OCOP_DATA": str(folder), "OCOP_MODE": "sample", "OCOP_HOST": HOST}
        self.env |= {"DJANGO_SETTINGS_MODULE": "ocop.project.settings", "PYTHONPATH": str(ROOT)}
        self.env.pop("DATABASE_URL", None)
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def password(self) -> str:
        """Of all sample people."""
        return (self.folder / "sample-password.txt").read_text(encoding="ascii")

    def manage(self, *words: str) -> None:
        words = (sys.executable, "-m", "django", *words)
        subprocess.run(words, cwd=ROOT, env=self.env, check=True, stdout=subprocess.DEVNULL)

    def run_jobs(self) -> None:
        """What the worker beside the server does, once."""
        self.manage("run_jobs", "--once")

    def start(self) -> None:
        """Serve as ./run does, and return when pages come."""
        words = [sys.executable, "-m", "django", "serve", "--port", str(self.port), "--workers", "1"]
        log = (self.folder / "server.log").open("ab")
        self.server = subprocess.Popen(words, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True)
        log.close()
        for _ in range(1200):  # the first start loads the sample province
            assert self.server.poll() is None, "the server ended"
            try:
                urllib.request.urlopen(f"{self.url}/dang-nhap/", timeout=2).close()
            except (URLError, OSError):
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("no page came")

    def kill(self) -> None:
        """As a power cut ends it: every process of it, at once, with nothing said."""
        assert self.server
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def read(self, sql: str, *values: object) -> list[Any]:
        """Look into the database file, from outside, read-only."""
        with sqlite3.connect(f"file:{self.folder / 'ocop.sqlite3'}?mode=ro", uri=True) as connection:
            return connection.execute(sql, values).fetchall()

    def value(self, sql: str, *values: object) -> Any:
        return self.read(sql, *values)[0][0]


class Visitor:
    """Somebody at a browser. troubles  what the browser or the server complained about, all the way"""

    def __init__(self, site: Site, page: Page, *, javascript: bool = True) -> None:
        self.site, self.page, self.javascript = site, page, javascript
        self.troubles: list[str] = []
        page.set_default_timeout(15_000)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("request", lambda r: self._foreign(r.url))
        page.on("response", lambda r: self.troubles.append(f"{r.status} {r.url}") if r.status >= 500 else None)
        page.on("dialog", self._dialog)

    def _console(self, message: ConsoleMessage) -> None:
        """A form or an act refused by the rules is an answer, though the browser calls it an error."""
        if message.type == "error" and not re.search(r"status of (409|422)\b", message.text):
            self.troubles.append(f"console: {message.text}")

    def _foreign(self, url: str) -> None:
        """The browser's own PDF viewer is no host."""
        if url.startswith(("http:", "https:", "ws:", "wss:")) and not url.startswith(f"{self.site.url}/"):
            self.troubles.append(f"asked another host: {url}")

    def _dialog(self, dialog: Dialog) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.accept()

    def go(self, path: str) -> Page:
        """Open an address of the site."""
        self.page.goto(self.site.url + path)
        return self.page

    def sign_in(self, name: str) -> Page:
        """With the mail address and password of a sample person, as one types them; ends on Việc của tôi."""
        page = self.go("/dang-nhap/")
        self.field("Thư điện tử").fill(f"{name}@mau.ocop.vn")
        self.field("Mật khẩu").fill(self.site.password)
        self.press("Đăng nhập")
        assert page.url == f"{self.site.url}/viec/", page.url
        return page

    def field(self, label: str) -> Locator:
        """The field of the page's own form under that label."""
        words = re.compile(rf"^\s*{re.escape(label)}\s*(\(không bắt buộc\))?\s*$")
        return self.page.locator("main").get_by_label(words)

    def press(self, button: str) -> None:
        """Press the one button of that name and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()

    def follow(self, link: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=link, exact=True).first.click()

    def told(self, words: str) -> None:
        """The page says so in its message or text."""
        assert words in self.page.inner_text("main"), f"{self.page.url}: no “{words}”"

    def choose(self, name: str, value: str) -> None:
        """Take one choice of a group as a pointer does: by its label."""
        self.page.locator(f'label:has(input[name="{name}"][value="{value}"])').click()

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.site.url)

    def fits(self) -> bool:
        """Whether nothing runs out of the window to the right."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@contextmanager
def visitor(
    browser: Browser, site: Site, *, size: tuple[int, int] = DESK, javascript: bool = True
) -> Iterator[Visitor]:
    """A fresh browser profile; when it closes nobody may have complained."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, java_script_enabled=javascript, locale="vi-VN",
        has_touch=size == PHONE, is_mobile=size == PHONE, accept_downloads=True,
    )  # fmt: skip
    person = Visitor(site, context.new_page(), javascript=javascript)
    try:
        yield person
        assert person.troubles == []
    finally:
        context.close()
