"""ClamAV over its socket, where one is named: what comes from outside is scanned before it is taken.

OCOP_CLAMD  unix socket ("/run/clamav/clamd.ctl") or host:port; empty: nothing is scanned.
A scanner that is named and does not answer lets nothing pass. Protocol: clamd(8), INSTREAM. Source: compliance.md
section 3.
"""

from __future__ import annotations

import logging
import re
import socket

from django.conf import settings

log = logging.getLogger("ocop.files")
_CONNECT, _ANSWER = 3.0, 60.0  # seconds
_PIECE = 256 * 1024
_FOUND = re.compile(r"stream: (?P<name>.+) FOUND")


class Unscanned(Exception):
    """The scanner is named and gave no verdict: it is down, busy, or takes no file of this size."""


def scan(content: bytes) -> str:
    """Return the name of what was found in content; empty: clean, or no scanner is named.

    :raises Unscanned: no verdict; the content is neither clean nor infected
    """
    if not settings.OCOP_CLAMD:
        return ""
    try:
        answer = _ask(settings.OCOP_CLAMD, content)
    except OSError as error:
        answer = str(error)
    if answer == "stream: OK":
        return ""
    if found := _FOUND.fullmatch(answer):
        return found["name"]
    log.error("clamd: %s", answer or "no answer")
    raise Unscanned(answer)


def _ask(place: str, content: bytes) -> str:
    """Send content in pieces, each after its length (4 bytes, big end first); a length of 0 ends it."""
    with _connect(place) as clamd:
        clamd.settimeout(_ANSWER)
        clamd.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _PIECE):
            piece = content[start : start + _PIECE]
            clamd.sendall(len(piece).to_bytes(4) + piece)
        clamd.sendall(bytes(4))
        answer = b""
        while not answer.endswith(b"\0") and (more := clamd.recv(4096)):
            answer += more
    return answer.rstrip(b"\0").decode("utf-8", "replace")


def _connect(place: str) -> socket.socket:
    if not place.startswith("/"):
        host, _, port = place.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=_CONNECT)
    clamd = socket.socket(socket.AF_UNIX)
    clamd.settimeout(_CONNECT)
    try:
        clamd.connect(place)
    except OSError:
        clamd.close()
        raise
    return clamd
