"""Loaded before Django's settings: each test process has its own folder for database, files and static files."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

FOLDER = Path(tempfile.mkdtemp(prefix="ocop-test-"))
os.environ.update(OCOP_DATA=str(FOLDER), OCOP_MODE="sample", OCOP_HOST="ocop.example.vn")
(FOLDER / "static").mkdir()


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
