"""A browser, which ends with its module (Playwright's loop and Django do not mix), and the system that it asks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

pytest.register_assert_rewrite("tests.journeys.browser", "tests.journeys.province")

from .browser import Site  # noqa: E402
from .province import province, standing_province  # noqa: E402

__all__ = ["province", "standing_province"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample province of today, served."""
    made = Site(tmp_path_factory.mktemp("site"))
    made.start()
    yield made
    made.kill()
