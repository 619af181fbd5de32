"""The fonts of official papers: Liberation Serif, of the same widths as Times New Roman."""

from __future__ import annotations

import re
import struct
from functools import cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).resolve().parent.parent / "assets" / "fonts"
MM_PER_PT = 25.4 / 72
NO_BREAK = "\u00a0"
_TOGETHER = re.compile(  # words of official titles that one line carries whole
    "ủy ban nhân dân|hội đồng|hợp tác xã|sản phẩm|đánh giá, phân hạng|đánh giá|phân hạng|nông nghiệp|môi trường|hồ sơ",
    re.IGNORECASE,
)


def drawable(text: str) -> str:
    """Return text with "□" for every character that the font lacks; PDF/A refuses to print such a one."""
    known = _known()
    return "".join(char if ord(char) in known or char == "\n" else "□" for char in text)


def width_mm(text: str, size_pt: float, *, bold: bool = False) -> float:
    """Return how wide a line of text is printed, in millimetres."""
    return _face(bold).getlength(text) / 1000 * size_pt * MM_PER_PT


def balanced(text: str, size_pt: float, room_mm: float, *, bold: bool = False) -> str:
    """Return a title broken into as few lines as the room allows, the longest as short as can be.

    A text that is broken already keeps its lines. Words that belong together stay together where a line holds them.
    """
    if "\n" in text:
        return text
    words = _TOGETHER.sub(lambda found: found[0].replace(" ", NO_BREAK), text).split(" ")
    if max(width_mm(word, size_pt, bold=bold) for word in words) > room_mm:
        words = text.split(" ")
    # best[i]: (lines, width of the longest, where the first ends) of the words from i on, found from the end.
    best: list[tuple[int, float, int]] = [(0, 0.0, len(words))]
    for start in reversed(range(len(words))):
        choices: list[tuple[int, float, int]] = []
        for end in range(start + 1, len(words) + 1):
            width = width_mm(" ".join(words[start:end]), size_pt, bold=bold)
            if width > room_mm and choices:
                break
            lines, longest, _ = best[len(words) - end]
            choices.append((lines + 1, max(longest, width), end))
        best.append(min(choices))
    broken, start = [], 0
    while start < len(words):
        end = best[len(words) - start][2]
        broken.append(" ".join(words[start:end]))
        start = end
    return "\n".join(broken).replace(NO_BREAK, " ")


@cache
def _face(bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"LiberationSerif-{'Bold' if bold else 'Regular'}.ttf"), 1000)


@cache
def _known() -> frozenset[int]:
    """Return the code points of the regular face, from format 4 of its cmap (OpenType 1.9, "cmap")."""
    data = (FONTS / "LiberationSerif-Regular.ttf").read_bytes()
    count: int = struct.unpack_from(">H", data, 4)[0]
    tables = {data[at : at + 4]: struct.unpack_from(">L", data, at + 8)[0] for at in range(12, 12 + 16 * count, 16)}
    start: int = tables[b"cmap"]
    count = struct.unpack_from(">H", data, start + 2)[0]
    for at in range(start + 4, start + 4 + 8 * count, 8):
        sub = start + struct.unpack_from(">L", data, at + 4)[0]
        if struct.unpack_from(">H", data, sub)[0] == 4:
            break
    else:
        raise ValueError("no cmap of format 4")
    double: int = struct.unpack_from(">H", data, sub + 6)[0]
    ends = struct.unpack_from(f">{double // 2}H", data, sub + 14)
    starts = struct.unpack_from(f">{double // 2}H", data, sub + 16 + double)
    return frozenset(code for first, last in zip(starts, ends, strict=True) for code in range(first, last + 1))
