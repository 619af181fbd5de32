"""Sending a file in pieces: the core of tus 1.0 with creation and termination (https://tus.io/protocols/resumable-upload).

POST   a place            Upload-Length, Upload-Metadata: filename and sha256 in base64 -> 201, Location
HEAD   an upload          -> Upload-Offset, Upload-Length; GET also tells in JSON what became of it
PATCH  an upload          Upload-Offset and a piece of at most 1 MB -> 204, Upload-Offset; 409 at a wrong offset
DELETE an upload          -> 204

Refusals are 422 with {what, why, next}. Each upload is its owner's alone; to everybody else it is absent.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ocop.kernel.models import Upload
from ocop.kernel.refusal import Refusal

from . import kinds, resumable

VERSION = "1.0.0"
MAX_PIECE = kinds.MB


def _tus(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Speak tus: its version in every answer, refusals as JSON, 412 to another version."""

    @wraps(view)
    def speaking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            reading = request.method in ("GET", "HEAD")
            if not reading and request.headers.get("Tus-Resumable") != VERSION:
                response = HttpResponse(status=412, headers={"Tus-Version": VERSION})
            else:
                response = view(request, *args, **kwargs)
        except Refusal as refusal:
            told = {"what": refusal.what, "why": refusal.why, "next": refusal.next}
            response = JsonResponse(told, status=422, json_dumps_params={"ensure_ascii": False})
        response["Tus-Resumable"] = VERSION
        return response

    return speaking


@login_required
@require_POST
def begin(request: Any) -> HttpResponse:
    """Make a place for a file that no room counts."""
    return begun(request, resumable.Room())


@_tus
def begun(request: Any, room: resumable.Room) -> HttpResponse:
    """Answer a wish to send a file into a room; the room has checked who asks."""
    length = _number(request.headers.get("Upload-Length"))
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    if length is None or told is None:
        return HttpResponse(status=400)
    upload = resumable.begin(
        owner=request.user.pk,
        name=told.get("filename", ""),
        size=length,
        sha256=told.get("sha256", ""),
        now=request.now,
        room=room,
    )
    response = HttpResponse(status=201)
    response["Location"] = reverse("uploads:upload", args=[upload.code])
    response["Upload-Offset"] = str(resumable.offset(upload))
    return response


@login_required
@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
@_tus
def upload(request: Any, code: str) -> HttpResponse:
    """One upload of the reader's own."""
    found = get_object_or_404(Upload.objects.of(request.user.pk), code=code)
    if request.method == "PATCH":
        return _append(request, found)
    if request.method == "DELETE":
        resumable.stop(found)
        return HttpResponse(status=204)
    come = resumable.offset(found)
    told = {
        "code": found.code,
        "name": found.name,
        "size": found.size,
        "offset": come,
        "state": found.state,
        "why": found.why,
        "taken": found.taken_at is not None,
    }
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    response["Upload-Offset"] = str(come)
    response["Upload-Length"] = str(found.size)
    return response


def _append(request: Any, found: Upload) -> HttpResponse:
    at, length = _number(request.headers.get("Upload-Offset")), _number(request.headers.get("Content-Length"))
    if request.content_type != "application/offset+octet-stream":
        return HttpResponse(status=415)
    if at is None or length is None:
        return HttpResponse(status=400)
    if length > MAX_PIECE:
        return HttpResponse(status=413)
    try:
        piece = request.body
    except UnreadablePostError:  # the line broke: the sender asks how far it came and goes on
        return HttpResponse(status=400)
    if len(piece) != length:
        return HttpResponse(status=400)
    try:
        found = resumable.append(found, at=at, piece=piece, by=request.user, now=request.now)
    except resumable.WrongOffset as wrong:
        return HttpResponse(status=409, headers={"Upload-Offset": str(wrong.offset)})
    except resumable.Busy:
        return HttpResponse(status=423)
    return HttpResponse(status=204, headers={"Upload-Offset": str(resumable.offset(found))})


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def _metadata(text: str) -> dict[str, str] | None:
    """Key and base64 value, parted by a blank, pairs by commas; None where it is broken."""
    told: dict[str, str] = {}
    try:
        for pair in filter(None, (part.strip() for part in text.split(","))):
            key, _, value = pair.partition(" ")
            told[key] = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return told
