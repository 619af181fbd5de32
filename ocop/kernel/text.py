"""Vietnamese text: one spelling in the store, search without accents, the order a ă â b c d đ."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # category Cc but for line ends and tabs
_ORDER = {letter: number for number, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {"": 0, "\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # ngang huyền hỏi ngã sắc nặng


class _Bare(dict[int, int | None]):
    """Table for str.translate: combining marks go, every other sign stays; filled as signs come along."""

    def __missing__(self, sign: int) -> int | None:
        self[sign] = None if unicodedata.combining(chr(sign)) else sign
        return self[sign]


_BARE = _Bare()


def clean(text: str) -> str:
    """Return text as it is stored: NFC, no invisible or direction marks, runs of blanks as one, trimmed.

    Line ends survive; control characters do not. Source: compliance.md section 12 (names).
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROLS.sub("", text)
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()


def fold(text: str) -> str:
    """Return text for search: without accents, lower case, đ as d, runs of other signs as one blank."""
    text = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    text = text.translate(_BARE).casefold()
    return " ".join(re.findall(r"[^\W_]+", text))


def slug(text: str) -> str:
    """Return the folded text with hyphens, for an address."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def vi_key(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return a sort key in Vietnamese order: letters a ă â b c d đ … first, tones break ties."""
    letters: list[int] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFC", text.casefold()):
        parts = unicodedata.normalize("NFD", char)
        tone = next((c for c in parts if c in _TONES), "")
        base = (unicodedata.normalize("NFC", parts.replace(tone, "")) if tone else char) or char
        base = base if len(base) == 1 else char[0]
        letters.append(_ORDER[base] + 100 if base in _ORDER else min(ord(base), 99))
        tones.append(_TONES.get(tone, 0))
    return tuple(letters), tuple(tones)


def cut(text: str, limit: int) -> str:
    """Return at most limit characters, with an ellipsis where something was left off."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
