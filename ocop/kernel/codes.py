"""Codes of our own: alphabet, check character, spelling of typed input. Source: proof.md section 1."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {char: value for value, char in enumerate(ALPHABET)}
LONG, SHORT = 16, 7  # characters before the check: 80 bits for certificates, serials, dossiers; 35 for products


def check_character(body: str) -> str:
    """Return the check of a body: Horner in GF(32), finds every wrong character and every swap of two.

    :raises KeyError: a character outside the alphabet
    """
    c = 0
    for value in [*(_VALUE[char] for char in body), 0]:
        c *= 2
        if c > 31:
            c ^= 0x25
        c ^= value
    return ALPHABET[c]


def new(length: int) -> str:
    """Return a fresh random code of length characters and its check."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(length))
    return body + check_character(body)


def plain(typed: str) -> str:
    """Return typed input in the plain form: upper case, no blanks and hyphens, I and L as 1, O as 0."""
    text = "".join(typed.split()).replace("-", "").upper()
    return text.translate(str.maketrans("ILO", "110"))


def is_valid(code: str, length: int) -> bool:
    """Return whether a plain code has the right length, alphabet and check."""
    return len(code) == length + 1 and all(char in _VALUE for char in code) and check_character(code[:-1]) == code[-1]


def grouped(code: str) -> str:
    """Return the code in groups of four, as people read it."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))
