"""The store: bytes under the hash of their content in OCOP_DATA/files, once each, whole or not at all.

files/ab/cd/<SHA-256 of the content>             a plain file
files/ab/cd/<keyed hash of that SHA-256>.sealed  a restricted one, encrypted; its name tells nobody what it is
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from ocop.kernel import restricted as crypto
from ocop.kernel.models import Blob
from ocop.kernel.refusal import Refusal

from . import kinds
from .uploads import TooLarge

log = logging.getLogger("ocop.files")
_PURPOSE = "file"
_SEALED = ".sealed"
_YOUNG = timedelta(days=1)  # a file whose row may still be on its way


@dataclass(frozen=True)
class Stored:
    """A file taken in: its blob, and the name to show and download it by."""

    blob: Blob
    name: str


def store(
    upload: UploadedFile[Any] | bytes,
    name: str,
    *,
    now: datetime,
    restricted: bool = False,
    allow: Collection[str] = tuple(kinds.KINDS),
) -> Stored:
    """Check a file and keep it. Call it before the transaction that links it; a file without a link does no harm.

    name  as the sender wrote it; allow  codes of KINDS; restricted  encrypted at rest, also what was plain before
    The bytes are on the disk for good before the row exists. The same content is stored once.

    :raises Refusal: see `kinds.check`; or the store cannot be written. Nothing half-written stays.
    """
    shown = kinds.safe_name(name)
    if isinstance(upload, TooLarge):
        raise upload.refusal(shown)
    if isinstance(upload, UploadedFile):
        kinds.check_shape(shown, upload.size or 0, allow)  # before the bytes are read
        upload.seek(0)
        content: bytes = upload.read()
    else:
        content = upload
    kind = kinds.check(shown, content, allow)
    digest = hashlib.sha256(content).hexdigest()
    blob = Blob.objects.filter(sha256=digest).first()
    sealed = restricted or (blob is not None and blob.restricted)
    _keep(_path(digest, sealed), crypto.encrypt(content, _PURPOSE) if sealed else content, shown)
    if blob is None:
        blob, _ = Blob.objects.get_or_create(
            sha256=digest,
            defaults={"size": len(content), "mime": kind.mime, "restricted": sealed, "created_at": now},
        )
    if sealed and not blob.restricted:
        blob.restricted = True
        blob.save(update_fields=["restricted"])
        transaction.on_commit(lambda: _drop_readable(digest))
    return Stored(blob, shown)


def open_blob(blob: Blob) -> bytes:
    """Return the content of a stored file, the very bytes that were filed.

    :raises Refusal: the file is lost or was altered on the disk (logged as an error for the administrator)
    """
    try:
        content = _path(blob.sha256, blob.restricted).read_bytes()
        if blob.restricted:
            content = crypto.decrypt(content, _PURPOSE)
        if hashlib.sha256(content).hexdigest() == blob.sha256:
            return content
        problem = "altered"
    except (OSError, crypto.Unreadable) as error:
        problem = str(error)
    log.error("blob %s: %s", blob.pk, problem)
    raise Refusal(
        "Chưa mở được tệp.",
        "Tệp trong kho lưu trữ bị mất hoặc không còn nguyên vẹn.",
        "Báo quản trị viên khôi phục từ bản sao lưu.",
    )


def missing() -> list[Blob]:
    """Return the rows whose file is not there, by number; an empty list is what a backup must show."""
    return [blob for blob in Blob.objects.order_by("id") if not _path(blob.sha256, blob.restricted).is_file()]


def unreferenced(*, now: datetime) -> list[Path]:
    """Return the files of the store, older than a day, that belong to no row: left by a stopped upload."""
    known = {_path(sha256, sealed) for sha256, sealed in Blob.objects.values_list("sha256", "restricted")}
    born = (now - _YOUNG).astimezone(UTC).timestamp()
    files = (path for path in _folder().rglob("*") if path.is_file() and path not in known)
    return sorted(path for path in files if path.stat().st_mtime < born)


def published_folder(digest: str) -> Path:
    """Return where the published copies of a picture lie; the folder may be emptied at any time."""
    return Path(settings.OCOP_DATA) / "images" / digest[:2]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, readable by its owner alone, whole or not at all; it survives a power cut from here on.

    :raises OSError: nothing was written
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)  # gone already where it took its place
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _folder() -> Path:
    return Path(settings.OCOP_DATA) / "files"


def _path(digest: str, sealed: bool) -> Path:
    name = crypto.keyed_hash(digest, "file name") + _SEALED if sealed else digest
    return _folder() / name[:2] / name[2:4] / name


def _keep(path: Path, content: bytes, shown: str) -> None:
    if path.exists():
        return
    try:
        write_whole(path, content)
    except OSError as error:
        log.error("store: %s", error)
        raise Refusal(
            f"Chưa lưu được tệp “{shown}”.",
            "Kho lưu trữ đã đầy hoặc không ghi được.",
            "Báo quản trị viên rồi tải lên lại sau.",
        ) from error


def _drop_readable(digest: str) -> None:
    """Remove what could still be read of a file that became restricted: the plain bytes and its published copies."""
    _path(digest, False).unlink(missing_ok=True)
    for copy in published_folder(digest).glob(f"{digest}-*"):
        copy.unlink(missing_ok=True)
