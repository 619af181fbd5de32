"""Databases for tests: migrated and filled with all reference facts once a worker; each test rolls back."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 10:00 in Vietnam


@pytest.fixture(scope="session", autouse=True)
def plain_static_files() -> None:
    """Static files straight from the source, without the build that a start makes."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_USE_FINDERS = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """SQLite in a real file, as in service: WAL, several connections, the browser's server beside the test."""
    from django.db import connections

    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(Path(os.environ["OCOP_DATA"]) / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:  # type: ignore[no-untyped-def]
    from django.core.management import call_command

    from ocop.project.loading import load_all

    with django_db_blocker.unblock():
        call_command("createcachetable", verbosity=0)
        load_all(settings.REFERENCE, now=NOW)


@pytest.fixture
def now() -> datetime:
    return NOW
