"""Public pages kept as bytes: under the count of public events, the day and the whole address, so never stale.

A page given here looks at no session and no user. Only good answers are kept.
Source: architecture.md, Budgets; compliance.md section 11 (p95 of public pages).
"""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

MOST_BYTES = 24 * 1024 * 1024  # of packed pages in one process
MAX_AGE = 60  # seconds for which others may keep a page: page, code, API and open data agree within that time


@dataclass(frozen=True)
class _Page:
    packed: bytes
    content_type: str
    disposition: str
    etag: str


class Shelf:
    """Pages by key, the longest unused thrown away first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._pages: OrderedDict[Hashable, _Page] = OrderedDict()
        self._lock = Lock()
        self._bytes, self._most = 0, most_bytes

    def take(self, key: Hashable) -> _Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: _Page) -> None:
        with self._lock:
            old = self._pages.pop(key, None)
            self._bytes += len(page.packed) - (len(old.packed) if old else 0)
            self._pages[key] = page
            while self._bytes > self._most:
                self._bytes -= len(self._pages.popitem(last=False)[1].packed)


SHELF = Shelf()


def kept(request: HttpRequest, state: Hashable, build: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the page of this address, built once for each state of the public facts.

    state  changes whenever the page would: the stamp of the register and the day
    """
    key = (request.get_full_path(), state)
    page = SHELF.take(key)
    if page is None:
        response = build()
        if response.status_code != 200:
            return response
        page = _Page(
            gzip.compress(response.content, 6, mtime=0),
            response["Content-Type"],
            response.get("Content-Disposition", ""),
            f'W/"{hashlib.sha256(response.content).hexdigest()[:24]}"',
        )
        SHELF.put(key, page)
    return _answer(request, page)


def _answer(request: HttpRequest, page: _Page) -> HttpResponse:
    packed = "gzip" in request.headers.get("Accept-Encoding", "")  # nothing secret and nothing typed back inside
    response = HttpResponse(page.packed if packed else gzip.decompress(page.packed), content_type=page.content_type)
    if packed:
        response["Content-Encoding"] = "gzip"
    if page.disposition:
        response["Content-Disposition"] = page.disposition
    response["ETag"] = page.etag
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = f"public, max-age={MAX_AGE}"
    answer = get_conditional_response(request, etag=page.etag, response=response)
    return answer if isinstance(answer, HttpResponse) else response
