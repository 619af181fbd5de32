"""Files that come in pieces over a line that breaks: sent on where they stopped, checked whole, then lent to a form.

upload = begin(owner=…, name=…, size=…, sha256=…, now=…)   a place to send to; the same file again gives the same place
upload = append(upload, at=…, piece=…, by=…, now=…)        the last piece has the file checked and scanned
stored = take(form.cleaned_data["file"], by=…, now=…)      what a form was given, sent with it or before it

uploads/<code>.part    what has come so far: its length is the offset
uploads/<code>.sealed  a whole file, checked and encrypted, until a form takes it; also one that waits for the scanner
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Sum

from ocop.kernel import audit, codes, jobs
from ocop.kernel import restricted as crypto
from ocop.kernel.models import Upload
from ocop.kernel.refusal import Refusal

from . import kinds, pictures
from .storage import Infected, Stored, Waiting, keep, scan, store, write_whole
from .uploads import Picked

log = logging.getLogger("ocop.files")
MOST_FILES, MOST_BYTES = 60, 200 * kinds.MB  # of one place; compliance.md section 3: a dossier
KEPT = timedelta(hours=48)
SCAN_JOB = "files.scan"
_AGAIN = timedelta(minutes=1)
_PURPOSE = "upload"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHOOSE = "Chọn lại tệp rồi tải lên."


class Person(audit.HasActor, Protocol):
    """An account."""

    @property
    def pk(self) -> Any: ...


@dataclass(frozen=True)
class Room:
    """What a place still takes. place  its name in the words of its room; allow  codes of KINDS"""

    place: str = ""
    files: int = MOST_FILES
    size: int = MOST_BYTES
    allow: Collection[str] = tuple(kinds.KINDS)


class WrongOffset(Exception):
    """A piece that does not begin where the file ends so far. offset  where it ends"""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class Busy(Exception):
    """Another piece of the same file is being written."""


def begin(*, owner: int, name: str, size: int, sha256: str, now: datetime, room: Room | None = None) -> Upload:
    """Return the place to send a file to. The same file of the same owner, if it is still there, is sent on.

    size, sha256  of the whole file, as its sender says: what arrives is measured against both

    :raises Refusal: empty, too heavy, a kind that is not taken; more than the place holds; no SHA-256
    """
    room = room or Room()
    shown = kinds.safe_name(name)
    kinds.check_shape(shown, size, room.allow)
    if not _SHA256.fullmatch(sha256):
        raise kinds.refusal(shown, "Thiếu mã kiểm tra của tệp.", _CHOOSE)
    with transaction.atomic():
        mine = Upload.objects.of(owner).filter(place=room.place, taken_at=None).exclude(state=Upload.REFUSED)
        same = mine.filter(name=shown, size=size, sha256=sha256, allow=",".join(room.allow)).first()
        if same is not None:
            return same
        sent = mine.aggregate(files=Count("pk"), size=Sum("size", default=0))
        if sent["files"] + 1 > room.files or sent["size"] + size > room.size:
            raise kinds.refusal(
                shown,
                f"Chỗ này chỉ còn nhận {max(0, room.files - sent['files'])} tệp,"
                f" {max(0, room.size - sent['size']) // kinds.MB} MB (tối đa {MOST_FILES} tệp và"
                f" {MOST_BYTES // kinds.MB} MB).",
                "Gỡ bớt tệp đã tải, hoặc ghép các trang vào một tệp.",
            )
        return Upload.objects.create(
            code=codes.new(codes.LONG),
            owner_id=owner,
            place=room.place,
            name=shown,
            size=size,
            sha256=sha256,
            allow=",".join(room.allow),
            since=now,
        )


def offset(upload: Upload) -> int:
    """Return how many bytes have come: where the next piece begins."""
    if upload.state != Upload.ARRIVING:
        return upload.size
    try:
        return _part(upload).stat().st_size
    except FileNotFoundError:
        return 0


def append(upload: Upload, *, at: int, piece: bytes, by: Person, now: datetime) -> Upload:
    """Add a piece that begins at byte `at`; after the last one the whole file is checked, scanned and sealed.

    An empty piece at the end checks a file whose check was broken off.

    upload  as it stands in its row at this moment
    :raises WrongOffset: it would leave a hole or write over what has come; nothing is written
    :raises Busy: two senders at once
    :raises Refusal: the whole is not the file that was promised, or is not taken (nothing of it is kept); no room on
        the disk (what has come is kept)
    """
    if upload.state != Upload.ARRIVING:
        raise WrongOffset(upload.size)
    with _held(upload) as descriptor:
        come = os.fstat(descriptor).st_size
        if at != come or come + len(piece) > upload.size:
            raise WrongOffset(come)
        try:
            _write(descriptor, piece)
        except OSError as error:
            os.ftruncate(descriptor, come)
            log.error("upload: %s", error)
            raise _no_room(upload) from error
        if come + len(piece) < upload.size:
            return upload
        return _finish(upload, by=by, now=now)


def stop(upload: Upload) -> None:
    """Forget an upload and what has come of it."""
    upload.delete()
    _drop_bytes(upload)


def take(
    given: UploadedFile[Any] | Picked,
    *,
    by: Person,
    now: datetime,
    restricted: bool = False,
    allow: Collection[str] = tuple(kinds.KINDS),
) -> list[Stored]:
    """Keep what a form was given, one paper each; photos that belong together become one PDF.

    Call it before the transaction that links them, as `store`; the same form may come again.

    :raises Refusal: see `store`; an upload that is not whole, waits for the scanner, or is no longer there; papers
        together that are no pictures, or heavier than 20 MB in one
    """
    if not isinstance(given, Picked):
        try:
            return [store(given, given.name or "", now=now, restricted=restricted, allow=allow)]
        except Infected as infected:
            _record_infected(given, infected, by=by, now=now)
            raise
    rows = {row.code: row for row in Upload.objects.of(by.pk).filter(code__in=given.codes)}
    uploads = [rows[code] for code in given.codes if code in rows]
    if len(uploads) < len(given.codes):
        hours = KEPT // timedelta(hours=1)
        raise Refusal("Chưa nhận tệp.", f"Tệp đã tải lên không còn (chỉ giữ {hours} giờ).", _CHOOSE)
    for upload in uploads:
        _check_ready(upload, allow)
    if given.together and len(uploads) > 1:
        contents = [_together(uploads)]
        names = [f"{uploads[0].name.rpartition('.')[0]}.pdf"]
    else:
        contents = [_open(upload) for upload in uploads]
        names = [upload.name for upload in uploads]
    kept = [
        keep(content, name, kinds.KINDS[_code(name)], now=now, restricted=restricted)
        for content, name in zip(contents, names, strict=True)
    ]
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads], taken_at=None).update(taken_at=now)
    return kept


def scan_again(code: str, *, now: datetime) -> None:
    """Scan a file that waits for the scanner.

    :raises Waiting: it is still down: the job is tried again
    """
    upload = Upload.objects.filter(code=code, state=Upload.WAITING).first()
    if upload is None:
        return
    try:
        content = crypto.decrypt(_sealed(upload).read_bytes(), _PURPOSE)
    except (OSError, crypto.Unreadable) as error:
        log.error("upload %s: %s", upload.pk, error)
        _refuse(upload, kinds.refusal(upload.name, "Tệp chờ quét không còn đọc được.", _CHOOSE))
        return
    try:
        _accept(upload, content, by=audit.SYSTEM, now=now)
    except Waiting:
        raise
    except Refusal:
        pass  # the row says why, to whoever waits for it


def sweep(*, now: datetime) -> None:
    """Drop what no form took within 48 hours, row and bytes; have what still waits for the scanner scanned."""
    old = Upload.objects.filter(since__lte=now - KEPT).exclude(state=Upload.WAITING)
    for upload in old.order_by("pk"):
        stop(upload)
    for code in Upload.objects.filter(state=Upload.WAITING).order_by("pk").values_list("code", flat=True):
        jobs.later(SCAN_JOB, code, now=now)
    known = set(Upload.objects.values_list("code", flat=True))
    before = (now - KEPT).astimezone(UTC).timestamp()
    for path in _folder().glob("*.*"):  # what a power cut left without its row
        if path.stem not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def _finish(upload: Upload, *, by: Person, now: datetime) -> Upload:
    """The file has come whole: it is what was promised, of a kind that is taken, clean; then it is ready."""
    content = _part(upload).read_bytes()
    if hashlib.sha256(content).hexdigest() != upload.sha256:
        other = kinds.refusal(upload.name, "Nội dung gửi tiếp không phải của tệp đã gửi lúc đầu.", _CHOOSE)
        raise _refuse(upload, other)
    try:
        return _accept(upload, content, by=by, now=now)
    except Waiting:
        _seal(upload, content)
        with transaction.atomic():
            Upload.objects.filter(pk=upload.pk).update(state=Upload.WAITING, since=now)
            jobs.later(SCAN_JOB, upload.code, now=now, delay=_AGAIN)
        return Upload.objects.get(pk=upload.pk)


def _accept(upload: Upload, content: bytes, *, by: audit.HasActor | audit.Actor, now: datetime) -> Upload:
    """Check and scan a whole file, and have it ready as it will be kept.

    :raises Waiting: no verdict; nothing has changed
    :raises Refusal: not taken, infected (with its event), or the disk is full
    """
    try:
        _, clean = kinds.taken(upload.name, content, upload.allow.split(","))
        scan(upload.name, content)
    except Waiting:
        raise
    except Infected as infected:
        with transaction.atomic():
            audit.record("upload.infected", upload, by=by, at=now, after=_what(upload.name, infected))
            refusal = _refuse(upload, infected)
        raise refusal from infected
    except Refusal as refusal:
        raise _refuse(upload, refusal) from refusal
    _seal(upload, clean)
    Upload.objects.filter(pk=upload.pk).update(state=Upload.READY, since=now)
    return Upload.objects.get(pk=upload.pk)


def _record_infected(given: UploadedFile[Any], infected: Infected, *, by: Person, now: datetime) -> None:
    """A file that came with its form gets a row too: the event is about something."""
    name = kinds.safe_name(given.name or "")
    with transaction.atomic():
        upload = Upload.objects.create(
            code=codes.new(codes.LONG), owner_id=by.pk, name=name, size=given.size or 0, sha256="",
            state=Upload.REFUSED, why=str(infected), since=now,
        )  # fmt: skip
        audit.record("upload.infected", upload, by=by, at=now, after=_what(name, infected))


def _what(name: str, infected: Infected) -> dict[str, object]:
    return {"tệp": name, "phát hiện": infected.found}


def _refuse(upload: Upload, refusal: Refusal) -> Refusal:
    """Keep nothing of the file but the reason."""
    Upload.objects.filter(pk=upload.pk).update(state=Upload.REFUSED, why=str(refusal))
    _drop_bytes(upload)
    return refusal


def _check_ready(upload: Upload, allow: Collection[str]) -> None:
    if upload.state == Upload.REFUSED:
        raise Refusal("Chưa nhận tệp.", upload.why, _CHOOSE)
    if upload.state == Upload.ARRIVING:
        raise kinds.refusal(upload.name, "Tệp chưa tải lên hết.", "Chờ tải xong rồi gửi lại.")
    if upload.state == Upload.WAITING:
        raise kinds.refusal(
            upload.name,
            "Tệp đang chờ quét vi-rút và được giữ riêng.",
            "Không cần tải lại; vài phút nữa gửi lại biểu mẫu này.",
        )
    kinds.check_shape(upload.name, upload.size, allow)


def _together(uploads: list[Upload]) -> bytes:
    """One PDF of several photos.

    :raises Refusal: another kind among them, or too heavy in one
    """
    name = uploads[0].name
    if other := next((one for one in uploads if _code(one.name) not in kinds.IMAGES), None):
        raise kinds.refusal(other.name, "Chỉ ghép được ảnh thành một giấy tờ.", "Tải tệp này lên thành giấy tờ riêng.")
    pdf = pictures.joined((_open(upload) for upload in uploads), kinds.MAX_BYTES)
    if len(pdf) > kinds.MAX_BYTES:
        raise kinds.refusal(
            name, f"Ghép {len(uploads)} ảnh nặng quá {kinds.MAX_BYTES // kinds.MB} MB.", "Chia làm hai giấy tờ."
        )
    return pdf


def _open(upload: Upload) -> bytes:
    try:
        return crypto.decrypt(_sealed(upload).read_bytes(), _PURPOSE)
    except (OSError, crypto.Unreadable) as error:
        log.error("upload %s: %s", upload.pk, error)
        raise kinds.refusal(upload.name, "Tệp đã tải lên không còn đọc được.", _CHOOSE) from error


def _seal(upload: Upload, content: bytes) -> None:
    """Leave the whole file encrypted in place of its pieces.

    :raises Refusal: the disk is full; what has come is kept
    """
    try:
        write_whole(_sealed(upload), crypto.encrypt(content, _PURPOSE))
    except OSError as error:
        log.error("upload: %s", error)
        raise _no_room(upload) from error
    _part(upload).unlink(missing_ok=True)


def _no_room(upload: Upload) -> Refusal:
    return Refusal(
        f"Chưa lưu được tệp “{upload.name}”.",
        "Kho lưu trữ đã đầy hoặc không ghi được.",
        "Phần đã gửi vẫn còn: báo quản trị viên rồi gửi tiếp sau.",
    )


@contextmanager
def _held(upload: Upload) -> Iterator[int]:
    """The file of what has come, opened to add to it, nobody else at it."""
    path = _part(upload)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy from error
        yield descriptor
    finally:
        os.close(descriptor)


def _write(descriptor: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _drop_bytes(upload: Upload) -> None:
    _part(upload).unlink(missing_ok=True)
    _sealed(upload).unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.OCOP_DATA) / "uploads"


def _part(upload: Upload) -> Path:
    return _folder() / f"{upload.code}.part"


def _sealed(upload: Upload) -> Path:
    return _folder() / f"{upload.code}.sealed"


def _code(name: str) -> str:
    """The code of KINDS of a name that was checked."""
    code = name.rpartition(".")[2].lower()
    return "jpg" if code == "jpeg" else code
