"""Text typed before Unicode: TCVN3 (.VnTime) and VNI, as Excel hands it out (bytes read as Windows-1252).

Source: TCVN 5712:1993 (VN3, "ABC"); the table of VNI-Windows fonts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum


class Font(StrEnum):
    """How the text of a file was typed."""

    UNICODE = "unicode"
    TCVN3 = "tcvn3"
    VNI = "vni"


_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_MARKS = {  # mark after a, e, o -> circumflex or breve, and tone
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303",
    "ä": "\u0302\u0323", "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309",
    "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_PAIR = re.compile(r"([aeo])([âáàåãäêéèúüë])|([aeouyôö])([ùøûõï])", re.IGNORECASE)

_MODERN = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9\u0300\u0301\u0303\u0309\u0323]")  # never in the old fonts
_LETTER = "A-Za-zÀ-ÿ"
# Signs that stand in no Vietnamese word of today: next to a letter they are letters of TCVN3.
_LOOKS_TCVN3 = re.compile(
    f"[{_LETTER}][¡-¯µ¶·¸¹»¼½¾×÷åæëïñöøûüþ]|[¡-¬®µ¶·¸¹»¼½¾][{_LETTER}]|[a-zà-ÿ][ÆÇËÎÏÐÑÖØÜÞßÌÒÓÔÕÝÈÊ]"
)
_LOOKS_VNI = re.compile(r"[ae][ùøûõïâáàåãäêéèúüë]|[ôöy][ùøûõï]|[ou][øûïåäëü]|ñ", re.IGNORECASE)


def looks_like(text: str) -> Font | None:
    """Return the old font in which a text seems to be typed, None for text of today or plain letters."""
    if text.isascii() or _MODERN.search(text):
        return None
    tcvn3, vni = len(_LOOKS_TCVN3.findall(text)), len(_LOOKS_VNI.findall(text))
    if not (tcvn3 or vni):
        return None
    return Font.TCVN3 if tcvn3 >= vni else Font.VNI


def guess(texts: Iterable[str]) -> tuple[Font | None, str]:
    """Return the font of most of the suspect texts, and one of them as an example."""
    found: dict[Font, list[str]] = {}
    for text in texts:
        if font := looks_like(text):
            found.setdefault(font, []).append(text)
    if not found:
        return None, ""
    font = max(found, key=lambda one: len(found[one]))
    return font, found[font][0]


def repaired(text: str, font: Font) -> str:
    """Return a text in Unicode (NFC); what holds letters that the old font lacks is left as it is."""
    if font == Font.UNICODE or text.isascii() or _MODERN.search(text):
        return text
    if font == Font.TCVN3:
        return "".join(_TCVN3.get(char, char) for char in text)
    out: list[str] = []
    place = 0
    while place < len(text):
        pair = _VNI_PAIR.match(text, place)
        if pair:
            base, small = text[place], text[place + 1].lower()
            marks = _VNI_MARKS[small] if pair.group(1) else _VNI_TONES[small]
            out.append(unicodedata.normalize("NFC", _alone(base) + marks))
            place += 2
        else:
            out.append(_alone(text[place]))
            place += 1
    return "".join(out)


def _alone(char: str) -> str:
    found = _VNI_ALONE.get(char.lower(), char.lower())
    return found.upper() if char.isupper() else found if char.lower() in _VNI_ALONE else char
