"""Our own large files (archives): in the same store, always sealed, written and read in pieces.

A piece of PIECE bytes is sealed by itself. Its purpose names the whole file's hash, its place and whether it is the
last one: a piece left out, moved, or of another file does not open. Never more than one piece is in memory.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from ocop.kernel import restricted as crypto
from ocop.kernel.models import Blob
from ocop.kernel.refusal import Refusal

from .storage import path_of

log = logging.getLogger("ocop.files")
PIECE = 1 << 20
_SEAL = 32  # bytes that sealing adds to a piece: key id, nonce, tag (see kernel.restricted)


def keep_large(source: IO[bytes], *, mime: str, now: datetime) -> Blob:
    """Keep a file of our own making, sealed, whole or not at all. The bytes are on the disk before the row exists.

    source  read from its beginning; what stands in it was never outside, so nothing is scanned
    :raises OSError: the disk is full; nothing half-written stays
    """
    source.seek(0)
    digest = hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]  # any seekable file will do
    size = source.seek(0, os.SEEK_END)
    path = path_of(digest, True)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{secrets.token_hex(8)}")
        source.seek(0)
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                for number in range(_pieces(size)):
                    out.write(crypto.encrypt(source.read(PIECE), _purpose(digest, number, size)))
                out.flush()
                os.fsync(out.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    blob, _ = Blob.objects.get_or_create(
        sha256=digest, defaults={"size": size, "mime": mime, "restricted": True, "created_at": now}
    )
    return blob


def read_large(blob: Blob) -> Iterator[bytes]:
    """Return the content in pieces.

    :raises Refusal: at once where the file is lost; at a piece that was altered (logged for the administrator)
    """
    path = path_of(blob.sha256, True)
    if not path.is_file():
        raise _lost(blob, "no such file")
    return _opened(blob, path)


def _opened(blob: Blob, path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for number in range(_pieces(blob.size)):
            try:
                yield crypto.decrypt(file.read(PIECE + _SEAL), _purpose(blob.sha256, number, blob.size))
            except crypto.Unreadable as error:
                raise _lost(blob, error) from error


def serve_large(blob: Blob, name: str) -> StreamingHttpResponse:
    """Return the answer that hands a file out as it is read. Whether the reader may have it is the caller's question.

    :raises Refusal: lost, see `read_large`; an altered piece breaks the download off
    """
    response = StreamingHttpResponse(read_large(blob), content_type=blob.mime)
    response["Content-Length"] = str(blob.size)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def drop_large(blob: Blob) -> None:
    """Forget a file of our own making: row first, then bytes. Nothing may stand on it any more."""
    path = path_of(blob.sha256, True)
    blob.delete()
    path.unlink(missing_ok=True)


def _pieces(size: int) -> int:
    return max(1, -(-size // PIECE))


def _purpose(digest: str, number: int, size: int) -> str:
    return f"piece {digest} {number} {number + 1 == _pieces(size)}"


def _lost(blob: Blob, problem: object) -> Refusal:
    log.error("large blob %s: %s", blob.pk, problem)
    return Refusal("Chưa mở được tệp.", "Tệp trong kho lưu trữ bị mất hoặc không còn nguyên vẹn.", "Tạo lại tệp.")
