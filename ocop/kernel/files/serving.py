"""The way out: the very bytes that were filed for those who may read them, a clean copy of pictures for everybody."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from ocop.kernel.models import Blob

from . import kinds, pictures
from .storage import open_blob, published_folder, write_whole

PUBLIC_IMAGE_MIME = "image/webp"
PUBLIC_IMAGE_SIDE = 1600
_INLINE = {kind.mime for kind in kinds.KINDS.values() if kind.inline}


def serve(blob: Blob, name: str, *, inline_preview: bool = False) -> HttpResponse:
    """Return the answer that hands out a file. Whether the reader may have it is the caller's question.

    inline_preview  show PDF and pictures inside our pages; all else is a download
    Whatever the bytes are, they run nothing: the kind is fixed, the page a sandbox, nothing is kept on the way.

    :raises Refusal: lost or altered, see `open_blob`
    """
    inline = inline_preview and blob.mime in _INLINE
    response = HttpResponse(open_blob(blob), content_type=blob.mime)
    response["Content-Disposition"] = content_disposition_header(not inline, name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'self'"
    if inline:
        response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def public_image(blob: Blob, *, side: int = PUBLIC_IMAGE_SIDE) -> bytes:
    """Return a picture as it may be published: WebP, upright, no metadata, no side longer than side pixels.

    Made once for each size and kept.

    :raises ValueError: no picture, or a restricted one (an ID card is never public)
    :raises Refusal: lost or altered, see `open_blob`
    """
    if blob.restricted or not blob.mime.startswith("image/"):
        raise ValueError(f"blob {blob.pk} is not to be published")
    path = published_folder(blob.sha256) / f"{blob.sha256}-{side}.webp"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        content = pictures.published(open_blob(blob), side)
    write_whole(path, content)
    return content
