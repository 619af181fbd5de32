"""What a start must find: a SQLite library without the WAL race. Source: https://sqlite.org/wal.html#walresetbug"""

from __future__ import annotations

import sqlite3

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

LEAST = (3, 51, 3)  # the first release in which two writers cannot corrupt a database in WAL mode


def too_old(version: tuple[int, ...]) -> bool:
    return version < LEAST


@register(Tags.security)
def sqlite_library(app_configs: object, **options: object) -> list[CheckMessage]:
    """Refuse to start on SQLite before 3.51.3; PostgreSQL does not care."""
    if "sqlite3" not in str(settings.DATABASES["default"]["ENGINE"]) or not too_old(sqlite3.sqlite_version_info):
        return []
    found = sqlite3.sqlite_version
    return [Error(f"SQLite {found} cũ hơn 3.51.3 và có thể làm hỏng dữ liệu.", hint="Cài lại: ./run", id="ocop.E001")]
