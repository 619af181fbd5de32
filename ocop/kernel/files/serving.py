"""The way out: the very bytes that were filed for those who may read them, a clean copy of pictures for everybody."""

from __future__ import annotations

import re

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from ocop.kernel.models import Blob

from . import kinds, pictures, previews
from .storage import kept_picture, open_blob

PUBLIC_IMAGE_MIME = "image/webp"
PUBLIC_IMAGE_SIDE = 1600
_INLINE = {kind.mime for kind in kinds.KINDS.values() if kind.inline}
_FILM = kinds.KINDS["mp4"].mime
_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})", re.ASCII)


def serve(blob: Blob, name: str, *, inline_preview: bool = False, part: str = "") -> HttpResponse:
    """Return the answer that hands out a file. Whether the reader may have it is the caller's question.

    inline_preview  show PDF and pictures in a tab of the browser; all else is a download
    part  the request's Range header: a film is handed out in parts (RFC 9110 section 14), players ask for them
    Whatever the bytes are, they run nothing: the kind is fixed, the page a sandbox, nothing is kept on the way.

    :raises Refusal: lost or altered, see `open_blob`
    """
    inline = inline_preview and blob.mime in _INLINE
    content = open_blob(blob)
    response = _part(content, part) if blob.mime == _FILM else HttpResponse(content)
    response["Content-Disposition"] = content_disposition_header(not inline, name) or "inline"
    return _harmless(response, blob.mime)


def serve_page(blob: Blob, number: int, *, small: bool = False) -> HttpResponse:
    """Return the answer that hands out one page as a picture. Whether the reader may have it is the caller's question.

    :raises Http404: no such page, or one that cannot be shown
    :raises Refusal: see `previews.page_picture`
    """
    picture = previews.page_picture(blob, number, small=small)
    if not picture:
        raise Http404
    return _harmless(HttpResponse(picture), PUBLIC_IMAGE_MIME)


def _harmless(response: HttpResponse, mime: str) -> HttpResponse:
    response["Content-Type"] = mime
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response


def _part(content: bytes, wanted: str) -> HttpResponse:
    """The bytes first-last, first-, or the last ones (-count); the whole for anything else that is asked."""
    size = len(content)
    found = _RANGE.fullmatch(wanted)
    if found is None or not any(found.groups()):
        return HttpResponse(content, headers={"Accept-Ranges": "bytes"})
    first = int(found[1]) if found[1] else max(0, size - int(found[2]))
    end = min(size, int(found[2]) + 1) if found[1] and found[2] else size
    if first >= size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if first >= end:
        return HttpResponse(content, headers={"Accept-Ranges": "bytes"})
    return HttpResponse(
        content[first:end],
        status=206,
        headers={"Accept-Ranges": "bytes", "Content-Range": f"bytes {first}-{end - 1}/{size}"},
    )


def public_image(blob: Blob, *, side: int = PUBLIC_IMAGE_SIDE) -> bytes:
    """Return a picture as it may be published: WebP, upright, no metadata, no side longer than side pixels.

    Made once for each size and kept.

    :raises ValueError: no picture, or a restricted one (an ID card is never public)
    :raises Refusal: lost or altered, see `open_blob`
    """
    if not blob.is_publishable:
        raise ValueError(f"blob {blob.pk} is not to be published")
    return kept_picture(blob, f"{side}.webp", lambda: pictures.published(open_blob(blob), side))
