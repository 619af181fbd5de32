"""An appointment as a calendar file that phones and desks read (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

MIME = "text/calendar; charset=utf-8"
LONGEST_LINE = 75  # octets, RFC 5545 section 3.1
ZONE = "Asia/Ho_Chi_Minh"
ZONE_LINES = (
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE}",
    "BEGIN:STANDARD",
    "DTSTART:19750613T000000",
    "TZOFFSETFROM:+0700",
    "TZOFFSETTO:+0700",
    "TZNAME:+07",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def appointment(
    *,
    uid: str,
    sequence: int,
    stamp: datetime,
    starts: datetime | date,
    ends: datetime | None,
    summary: str,
    place: str,
    description: str,
    url: str,
) -> bytes:
    """Return one appointment.

    uid  stays the same for ever, so that a file read again replaces the first; sequence  grows with every change
    starts  Vietnamese wall-clock time without zone, or a whole day; ends  likewise, None: not known
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//OCOP//Lich hop//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *ZONE_LINES,
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"SEQUENCE:{sequence}",
        f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        *_when(starts, ends),
        f"SUMMARY:{_escaped(summary)}",
        f"LOCATION:{_escaped(place)}",
        f"DESCRIPTION:{_escaped(description)}",
        f"URL:{url}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _when(starts: datetime | date, ends: datetime | None) -> Iterator[str]:
    if not isinstance(starts, datetime):
        yield f"DTSTART;VALUE=DATE:{starts:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{starts + timedelta(days=1):%Y%m%d}"  # the day after: the end is left out
        return
    yield f"DTSTART;TZID={ZONE}:{starts:%Y%m%dT%H%M%S}"
    if ends is not None:
        yield f"DTEND;TZID={ZONE}:{ends:%Y%m%dT%H%M%S}"


def _escaped(text: str) -> str:
    """RFC 5545 section 3.3.11: backslash, semicolon, comma and line break."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Cut a line into parts of at most 75 octets, never inside a character; a part that goes on begins with a blank."""
    part, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part, size = part + sign, size + width
    yield part
