"""The store: bytes under the hash of their content in OCOP_DATA/files, once each, whole or not at all.

files/ab/cd/<SHA-256 of the content>             a plain file
files/ab/cd/<keyed hash of that SHA-256>.sealed  a restricted one, encrypted; its name tells nobody what it is
images/ab/<one of these two names>-<which>       a picture made of it, sealed where the file is
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
from collections.abc import Callable, Collection
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

from . import kinds, scanning
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

    upload  what came from outside is scanned too; bytes are our own
    name  as the sender wrote it; allow  codes of KINDS; restricted  encrypted at rest, also what was plain before
    The bytes are on the disk for good before the row exists. The same content is stored once.

    :raises Refusal: see `kinds.taken`; infected or not scanned; or the store cannot be written. Nothing half-written
        stays.
    """
    shown = kinds.safe_name(name)
    if isinstance(upload, TooLarge):
        raise upload.refusal(shown)
    if isinstance(upload, UploadedFile):
        kinds.check_shape(shown, upload.size or 0, allow)  # before the bytes are read
        upload.seek(0)
        content: bytes = upload.read()
        kind, clean = kinds.taken(shown, content, allow)
        scan(shown, content)
    else:
        kind, clean = kinds.taken(shown, upload, allow)
    return keep(clean, shown, kind, now=now, restricted=restricted)


def scan(shown: str, content: bytes) -> None:
    """Pass content that the scanner calls clean.

    :raises Infected: with the name of what was found
    :raises Waiting: the scanner gives no verdict
    """
    try:
        found = scanning.scan(content)
    except scanning.Unscanned as error:
        raise Waiting(shown) from error
    if found:
        log.warning("refused %r: %s", shown, found)
        raise Infected(shown, found)


class Infected(Refusal):
    """A file in which the scanner found something. found  its name in the scanner's words"""

    def __init__(self, shown: str, found: str) -> None:
        self.found = found
        super().__init__(
            f"Chưa nhận tệp “{shown}”.",
            f"Tệp nhiễm mã độc ({found}).",
            "Quét vi-rút máy đã tạo tệp, rồi chụp hoặc xuất lại tệp sạch.",
        )


class Waiting(Refusal):
    """A file without a verdict, because the scanner is down."""

    def __init__(self, shown: str) -> None:
        super().__init__(
            f"Chưa nhận tệp “{shown}”.",
            "Máy quét vi-rút đang dừng nên tệp chưa được quét.",
            "Thử lại sau ít phút; nếu vẫn thế, báo quản trị viên.",
        )


def keep(content: bytes, shown: str, kind: kinds.Kind, *, now: datetime, restricted: bool = False) -> Stored:
    """Keep what was checked: a blob by its content, under its shown name.

    :raises Refusal: the store cannot be written
    """
    digest = hashlib.sha256(content).hexdigest()
    blob = Blob.objects.filter(sha256=digest).first()
    sealed = restricted or (blob is not None and blob.restricted)
    _keep(path_of(digest, sealed), crypto.encrypt(content, _PURPOSE) if sealed else content, shown)
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
        content = path_of(blob.sha256, blob.restricted).read_bytes()
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
    return [blob for blob in Blob.objects.order_by("id") if not path_of(blob.sha256, blob.restricted).is_file()]


def unreferenced(*, now: datetime) -> list[Path]:
    """Return the files of the store, older than a day, that belong to no row: left by a stopped upload."""
    known = {path_of(sha256, sealed) for sha256, sealed in Blob.objects.values_list("sha256", "restricted")}
    born = (now - _YOUNG).astimezone(UTC).timestamp()
    files = (path for path in _folder().rglob("*") if path.is_file() and path not in known)
    return sorted(path for path in files if path.stat().st_mtime < born)


def kept_picture(blob: Blob, which: str, make: Callable[[], bytes]) -> bytes:
    """Return a picture made of a file: made once and kept, sealed if the file is restricted.

    which  tells the pictures of one file apart. Their folder may be emptied at any time; a full disk only costs time.
    """
    path, purpose = _picture_path(blob.sha256, which, blob.restricted), f"picture {blob.sha256} {which}"
    try:
        kept = path.read_bytes()
        return crypto.decrypt(kept, purpose) if blob.restricted else kept
    except (FileNotFoundError, crypto.Unreadable):
        picture = make()
    try:
        write_whole(path, crypto.encrypt(picture, purpose) if blob.restricted else picture)
    except OSError as error:
        log.warning("picture of blob %s: %s", blob.pk, error)
    if not blob.restricted and Blob.objects.filter(pk=blob.pk, restricted=True).exists():
        path.unlink(missing_ok=True)  # the file became restricted in the meantime
    return picture


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


def path_of(digest: str, sealed: bool) -> Path:
    """Return where a file of that content lies, whether it is there or not."""
    name = crypto.keyed_hash(digest, "file name") + _SEALED if sealed else digest
    return _folder() / name[:2] / name[2:4] / name


def _picture_path(digest: str, which: str, sealed: bool) -> Path:
    name = path_of(digest, sealed).name
    return Path(settings.OCOP_DATA) / "images" / name[:2] / f"{name}-{which}"


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
    """Remove what could still be read of a file that became restricted: the plain bytes and the pictures made of it."""
    path_of(digest, False).unlink(missing_ok=True)
    any_picture = _picture_path(digest, "*", False)
    for picture in any_picture.parent.glob(any_picture.name):
        picture.unlink(missing_ok=True)
