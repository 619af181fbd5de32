"""Pages of a file as pictures, to be read beside what the file is to prove.

shown = files.preview_of(blob, name, address)   # what components/pages.html shows; reads no file
files.prepare_later(blob, now=now)              # in the transaction that links the file: a job counts and draws ahead
files.serve_page(blob, number, small=False)     # one picture, to someone who may read the file: the caller's question

A job counts the pages and draws the first ones; what it has not drawn is drawn when somebody turns to it, one page at
a time. Pages are numbered from 1 for good: addresses, and one day remarks, name them.
A PDF is drawn by a program of its own, with limits of time and memory (render.py); a page that breaks it is kept as
"cannot be shown" and is not tried again.
"""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from PIL import Image

from ocop.kernel import jobs
from ocop.kernel.models import Blob
from ocop.kernel.refusal import Refusal

from . import kinds, pictures
from .storage import kept_picture, open_blob

SIDE, SMALL_SIDE = 1400, 320  # pixels of the longer side: to read, and to recognise
MOST_PAGES = 200  # of one file that are shown
AHEAD = 12  # pages that the job draws
JOB = "files.preview"

_PDF, _FILM = kinds.KINDS["pdf"].mime, kinds.KINDS["mp4"].mime
_IMAGES = frozenset(kinds.KINDS[code].mime for code in kinds.IMAGES)
PREVIEWED = _IMAGES | {_PDF}

_PROGRAM = Path(__file__).with_name("render.py")
_WAIT = 20  # seconds for a page, on a busy machine; the program itself limits processor time
_STOPPED_FROM_OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM)
_turn = threading.Lock()  # one program at a time for each of our processes


@dataclass(frozen=True)
class Preview:
    """What a page shows of a file.

    address  of the file, ends with a slash; its pages have their pictures at `<address>trang/<number>/`
    pages  how many the file has; None while nobody has counted
    numbers  the pages that can be shown; why  the sentence that stands in their place, or beside them
    """

    name: str
    address: str
    size: int
    pages: int | None
    numbers: Sequence[int]
    film: bool
    why: str


def preview_of(blob: Blob, name: str, address: str) -> Preview:
    """Return what may be shown of a file. name  how people call it"""
    pages, film, why = blob.pages, blob.mime == _FILM, ""
    numbers = range(0)
    if blob.mime in _IMAGES:
        pages = 1 if pages is None else pages
    if blob.mime in PREVIEWED:
        numbers = range(1, min(1 if pages is None else pages, MOST_PAGES) + 1)
        if pages is None:
            why = "Đang chuẩn bị các trang sau. Tải lại trang này sau ít phút."
        elif pages > MOST_PAGES:
            why = f"Trang này chỉ hiện {MOST_PAGES} trang đầu trong {pages} trang. Tải tệp về để xem hết."
        elif not pages:
            why = "Không xem trước được tệp này vì tệp bị hỏng hoặc dựng sai. Tải về để mở."
    elif not film:
        why = "Tệp Word, Excel chưa xem trước được trên trang. Tải về để mở."
    return Preview(name, address, blob.size, pages, numbers, film, why)


def prepare_later(blob: Blob, *, now: datetime) -> None:
    """Want the pages of a file counted and drawn. Stands or falls with the caller's transaction."""
    if blob.mime in PREVIEWED and blob.pages is None:
        jobs.later(JOB, blob.pk, now=now)


def prepare(blob: Blob) -> None:
    """Count the pages of a file and draw the first ones.

    :raises Refusal: the file is lost, or the machine is too busy; another time may do
    """
    pages = 1
    if blob.mime == _PDF:
        pages, drawn = _draw(open_blob(blob), 1, AHEAD)
        for number, picture in enumerate(drawn, 1):
            kept_picture(blob, _which(number, SIDE), partial(bytes, picture))
    first = page_picture(blob, 1, small=True) if pages else b""
    Blob.objects.filter(pk=blob.pk).update(pages=pages if first or pages > 1 else 0)


def page_picture(blob: Blob, number: int, *, small: bool = False) -> bytes:
    """Return one page as WebP, upright and without metadata; empty if there is no such page or it cannot be shown.

    :raises Refusal: the file is lost, or the machine is too busy now
    """
    most = MOST_PAGES if blob.mime == _PDF else 1 if blob.mime in _IMAGES else 0
    if not 1 <= number <= min(most, most if blob.pages is None else blob.pages):
        return b""
    if small:
        return kept_picture(blob, _which(number, SMALL_SIDE), lambda: _smaller(page_picture(blob, number)))
    return kept_picture(blob, _which(number, SIDE), lambda: _make(blob, number))


def _which(number: int, side: int) -> str:
    return f"trang-{number}-{side}.webp"


def _make(blob: Blob, number: int) -> bytes:
    content = open_blob(blob)
    if blob.mime == _PDF:
        _, drawn = _draw(content, number, number)
        return drawn[0] if drawn else b""
    try:
        return pictures.published(content, SIDE)
    except (pictures.Damaged, pictures.TooManyPixels):
        return b""


def _smaller(picture: bytes) -> bytes:
    if not picture:
        return b""
    with Image.open(io.BytesIO(picture), formats=["WEBP"]) as image:
        image.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        image.save(out, "WEBP", quality=75, method=4)
    return out.getvalue()


def _draw(content: bytes, first: int, last: int) -> tuple[int, list[bytes]]:
    """Return (number of pages, their pictures from first on, the last one empty if the program broke on it)."""
    busy = Refusal("Chưa xem trước được trang.", "Máy chủ đang bận.", "Tải lại trang sau ít phút, hoặc tải tệp về.")
    words = [sys.executable, "-I", str(_PROGRAM), str(first), str(last), str(SIDE)]
    if not _turn.acquire(timeout=_WAIT):
        raise busy
    try:
        done = subprocess.run(
            words,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=_WAIT * (last - first + 1),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise busy from None
    finally:
        _turn.release()
    if done.returncode in _STOPPED_FROM_OUTSIDE:
        raise busy
    if done.returncode > 0:
        raise RuntimeError(f"{_PROGRAM.name} ended with {done.returncode}")
    frames = io.BytesIO(done.stdout)
    pages = int.from_bytes(frames.read(4))
    drawn = []
    while length := frames.read(4):
        drawn.append(frames.read(int.from_bytes(length)))
    if done.returncode:
        drawn.append(b"")
    return pages, drawn
