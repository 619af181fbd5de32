"""Calendar files: RFC 5545."""

from __future__ import annotations

from datetime import UTC, date, datetime

from ocop.kernel.ical import appointment

STAMP = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def made(**changes):
    values = {
        "uid": "phien-cham-ABC@ocop.example.vn",
        "sequence": 3,
        "stamp": STAMP,
        "starts": datetime(2026, 12, 8, 8, 0),  # the zone stands in the file
        "ends": datetime(2026, 12, 8, 11, 20),
        "summary": "Phiên chấm",
        "place": "Hội trường",
        "description": "",
        "url": "https://ocop.example.vn/phien-cham/ABC/",
    }
    return appointment(**{**values, **changes})


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_the_hours_are_those_of_vietnam_and_the_moment_is_utc():
    lines = unfolded(made())
    assert "DTSTART;TZID=Asia/Ho_Chi_Minh:20261208T080000" in lines
    assert "DTEND;TZID=Asia/Ho_Chi_Minh:20261208T112000" in lines
    assert "DTSTAMP:20261124T030000Z" in lines
    assert {"UID:phien-cham-ABC@ocop.example.vn", "SEQUENCE:3", "TZOFFSETTO:+0700"} <= set(lines)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_a_day_without_an_hour_is_a_whole_day():
    """The end of a whole day is left out, so it is the day after."""
    lines = unfolded(made(starts=date(2026, 12, 31), ends=None))
    assert "DTSTART;VALUE=DATE:20261231" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines


def test_signs_of_the_format_are_escaped():
    lines = unfolded(made(summary="a\\b; c, d", description="một\nhai\r\nBEGIN:VEVENT"))
    assert "SUMMARY:a\\\\b\\; c\\, d" in lines
    assert "DESCRIPTION:một\\nhai\\nBEGIN:VEVENT" in lines
    assert lines.count("BEGIN:VEVENT") == 1


def test_a_line_has_at_most_75_octets_and_no_letter_is_cut():
    """ "Đ" has two octets, "ế" three: 75 octets of text with its name fit, one more is folded."""
    text = "Đánh giá, phân hạng sản phẩm OCOP " * 12
    content = made(summary=text)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    for part in content.split(b"\r\n"):
        part.decode()
    assert f"SUMMARY:{text}".replace(",", "\\,") in unfolded(content)
    assert b"\r\nLOCATION:" + b"x" * 66 + b"\r\n" in made(place="x" * 66)
    assert b"\r\nLOCATION:" + b"x" * 66 + b"\r\n x\r\n" in made(place="x" * 67)
