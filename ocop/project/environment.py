"""The doors of the environment: read once, checked at the start, a wrong word stops the start."""

from __future__ import annotations

import base64
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
HOST = re.compile(r"[a-z0-9.-]+(:\d{1,5})?")
CLAMD = re.compile(r"/.+|[a-zA-Z0-9.-]+:\d{1,5}")


@dataclass(frozen=True)
class Environment:
    """What the process was told: folders, mode, host, keys."""

    mode: str
    data: Path
    host: str
    secret_key: str
    data_key: bytes
    database: dict[str, object]
    clamd: str  # where the virus scanner listens; empty: none

    @property
    def production(self) -> bool:
        return self.mode == "production"


def _kept_secret(path: Path) -> str:
    """A secret of the sample province, made once for each data folder and readable by its owner alone."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
                file.write(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii"))
        except FileExistsError:  # another process was first
            pass
        return path.read_text(encoding="ascii").strip()


def _key(text: str, name: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured(f"{name}: cần 32 byte viết theo base64url (43 hoặc 44 ký tự).")
    return key


def _database(url: str, data: Path) -> dict[str, object]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(data / "ocop.sqlite3"),
            "CONN_MAX_AGE": None,  # opening the file and its settings anew costs more than a kept page
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL: chỉ nhận postgresql://người:mật-khẩu@máy:cổng/tên")
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or query.get("host", [""])[0],
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def read(env: dict[str, str]) -> Environment:
    """Read the environment of the process.

    :raises ImproperlyConfigured: a wrong word, or production without its secrets and host
    """
    mode = env.get("OCOP_MODE", "sample")
    if mode not in ("sample", "production"):
        raise ImproperlyConfigured(f"OCOP_MODE={mode!r}: ghi sample hoặc production")
    data = Path(env.get("OCOP_DATA") or ROOT / ".data").resolve()
    host = env.get("OCOP_HOST", "").lower()
    secret_key, data_key = env.get("OCOP_SECRET_KEY", ""), env.get("OCOP_DATA_KEY", "")
    if mode == "production":
        needed = {"OCOP_SECRET_KEY": secret_key, "OCOP_DATA_KEY": data_key, "OCOP_HOST": host}
        if missing := [name for name, value in needed.items() if not value]:
            raise ImproperlyConfigured(f"{', '.join(missing)} chưa đặt. Chế độ production không tự tạo giá trị này.")
        if len(secret_key) < 40 or len(set(secret_key)) < 12:
            raise ImproperlyConfigured("OCOP_SECRET_KEY quá ngắn hoặc quá đơn giản: cần từ 40 ký tự ngẫu nhiên.")
        if host.split(":")[0] in ("localhost", "127.0.0.1"):
            raise ImproperlyConfigured("OCOP_HOST phải là tên miền công khai, không phải máy này.")
    else:
        secret_key = secret_key or _kept_secret(data / "secret.key")
        data_key = data_key or _kept_secret(data / "data.key")
        host = host or f"127.0.0.1:{env.get('PORT', '8000')}"
    if not HOST.fullmatch(host):
        raise ImproperlyConfigured(f"OCOP_HOST={host!r}: ghi tên miền, không có https:// và không có dấu /")
    clamd = env.get("OCOP_CLAMD", "")
    if clamd and not CLAMD.fullmatch(clamd):
        raise ImproperlyConfigured(f"OCOP_CLAMD={clamd!r}: ghi đường dẫn socket (/run/clamav/clamd.ctl) hoặc máy:cổng")
    database = _database(env.get("DATABASE_URL", ""), data)
    return Environment(mode, data, host, secret_key, _key(data_key, "OCOP_DATA_KEY"), database, clamd)
