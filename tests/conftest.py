"""Databases for tests: migrated and filled with all reference facts once a worker; each test rolls back."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from xdist.scheduler import LoadScopeScheduling

from .factories import Stage, make_stage
from .ground import GROUND, asked_by, standing
from .house.strict_templates import strict_templates

__all__ = ["strict_templates"]
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 10:00 in Vietnam


NEED_A_DATABASE = {"db", "fresh_database", "django_db_setup"}
# Files about what is made of rows once they are read, about HTTP, or that fork: the same on both engines. Their queries
# are asked on both by the tests of services and queries, and of addresses: who may, broken input, every list.
ONE_ENGINE_IS_ENOUGH = ("page", "papers", "previews", "pictures", "scanning", "attacks", "access", "rehearse")
# Files that share what is dear to make: one worker makes it for all of them, and begins with it.
DEAR = {
    "browser": ("browser_breaks", "browser_pages", "browser_session", "browser_uploads", "browser_walk"),
    "province": ("attacks", "broken_input", "browser_access", "exports"),
}


def unit_of(nodeid: str) -> str:
    """What goes to one worker as a whole: a file, or the files that share something dear."""
    path = nodeid.partition("::")[0]
    file = Path(path).stem.removeprefix("test_")
    return next((name for name, files in DEAR.items() if file in files), path)


class Units(LoadScopeScheduling):
    """Two workers by turns in one file would both make its scenes."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Units:
    config.option.loadscopereorder = False  # the order below stays
    return Units(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Leave out what asks nothing of PostgreSQL; begin with what is dear."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        config.hook.pytest_deselected(items=[item for item in items if not _asks_the_database(item)])
        items[:] = [item for item in items if _asks_the_database(item)]
    yield
    items.sort(key=lambda item: unit_of(item.nodeid) not in DEAR)


def _asks_the_database(item: pytest.Item) -> bool:
    """Whether its answer may be another on another engine."""
    asks = item.get_closest_marker("django_db") or NEED_A_DATABASE & set(getattr(item, "fixturenames", ()))
    return bool(asks) and not any(word in item.path.stem for word in ONE_ENGINE_IS_ENOUGH)


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
def django_db_setup(  # type: ignore[no-untyped-def]
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker
) -> Iterator[None]:
    """The database of this worker, also for tests that ask for no `db`: they copy it, or keep a transaction longer."""
    from django.core.management import call_command
    from django.test.utils import setup_databases, teardown_databases

    from ocop.project.loading import load_all

    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=set())
        call_command("createcachetable", verbosity=0)
        load_all(settings.REFERENCE, now=NOW)
    yield
    with django_db_blocker.unblock():
        GROUND.lay()
        teardown_databases(made, verbosity=0)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def ground(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    """The objects of the scenes that the test asks for, which stand from now on."""
    with django_db_blocker.unblock():
        return GROUND.lay(*asked_by(request.node))


@pytest.fixture
def _django_db_helper(ground: dict[str, Any], _django_db_helper: None) -> None:
    """The savepoint of a test, above its scenes."""


@standing
def stage() -> Stage:
    """The organs and people of the sample province, without a product."""
    return make_stage()


@pytest.fixture
def fresh_database(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A copy of the test database for what needs real transactions: several threads or processes, a killed process.

    Append-only tables refuse the flush of Django's transactional tests. Yields the environment of a child process
    that is to work on the same copy.
    """
    import sqlite3

    from django.db import connections

    connection = connections["default"]
    original = connection.settings_dict["NAME"]
    key = base64.urlsafe_b64encode(settings.OCOP_DATA_KEY).decode()
    child = {"OCOP_DATA": str(tmp_path), "OCOP_MODE": "sample", "OCOP_DATA_KEY": key}
    with django_db_blocker.unblock():
        GROUND.lay()
        connections.close_all()
        if connection.vendor == "sqlite":
            copy = str(tmp_path / "ocop.sqlite3")
            with sqlite3.connect(original) as old, sqlite3.connect(copy) as new:
                old.backup(new)
            old.close()
            new.close()
        else:
            copy = f"{original}_copy"
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')
            at = connection.settings_dict
            people = f"{at['USER']}:{quote(at['PASSWORD'])}".rstrip(":")
            child["DATABASE_URL"] = f"postgresql://{people}@:{at['PORT']}/{copy}?host={at['HOST']}"
        connection.settings_dict["NAME"] = copy
        try:
            yield child
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = original
            if connection.vendor != "sqlite":
                with connection._nodb_cursor() as cursor:
                    cursor.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')
