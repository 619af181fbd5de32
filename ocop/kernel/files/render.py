"""A program of its own that draws pages of a PDF: a file made to hurt stops here, away from our data and keys.

python -I render.py FIRST LAST SIDE < file.pdf > pictures

stdout  the number of pages (4 bytes, big-endian; 0: no readable PDF), then of each page FIRST..LAST that there is the
length (4 bytes) and the WebP, no side longer than SIDE pixels; length 0: a page that cannot be drawn.
A page that takes more than SECONDS of processor time ends the program (SIGXCPU), as more than MEMORY bytes may.
It imports nothing of ours, so that no setting or secret is near; it can write no file.
"""

from __future__ import annotations

import io
import resource
import sys
import time

import pypdfium2
from PIL import features

MEMORY = 1024**3
SECONDS = 5
QUALITY = 80


def main(first: int, last: int, side: int) -> None:
    content = sys.stdin.buffer.read()
    features.check("webp")  # loads the encoder before files are closed to us
    for kind, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(kind, (limit, limit))
    _start_clock()
    try:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
        document.init_forms()  # what was typed into the form's fields is drawn too
    except (pypdfium2.PdfiumError, MemoryError):
        pages = 0
    _write(pages.to_bytes(4))
    for number in range(first, min(last, pages) + 1):
        _start_clock()
        picture = _picture(document, number, side)
        _write(len(picture).to_bytes(4) + picture)


def _picture(document: pypdfium2.PdfDocument, number: int, side: int) -> bytes:
    out = io.BytesIO()
    try:
        page = document[number - 1]
        scale = side / max(page.get_size())
        image = page.render(scale=scale).to_pil().convert("RGB")
        image.thumbnail((side, side))  # sizes are rounded up
        image.save(out, "WEBP", quality=QUALITY, method=4)
        page.close()
    except (pypdfium2.PdfiumError, MemoryError, ValueError, OverflowError, ArithmeticError, OSError):
        return b""
    return out.getvalue()


def _start_clock() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + SECONDS, most))


def _write(content: bytes) -> None:
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]))
