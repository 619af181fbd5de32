"""Databases for tests: migrated and filled with all reference facts once a worker; each test rolls back."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 10:00 in Vietnam

os.environ["OCOP_DATA"] = tempfile.mkdtemp(prefix="ocop-test-")  # each worker keeps its database and files apart
os.environ["OCOP_MODE"] = "sample"
os.environ["OCOP_HOST"] = "ocop.example.vn"


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(os.environ["OCOP_DATA"], ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """SQLite in a real file, as in service: WAL, several connections, the browser's server beside the test."""
    from django.db import connections

    settings = connections["default"].settings_dict
    if settings["ENGINE"].endswith("sqlite3"):
        settings["TEST"]["NAME"] = str(Path(os.environ["OCOP_DATA"]) / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings
    from django.core.management import call_command

    from ocop.project.loading import load_all

    with django_db_blocker.unblock():
        call_command("createcachetable", verbosity=0)
        load_all(settings.REFERENCE, now=NOW)


@pytest.fixture
def now() -> datetime:
    return NOW
