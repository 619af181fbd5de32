"""Restricted facts (ID numbers, bank accounts, scans of ID cards): encrypted at rest, masked when shown.

AES-256-GCM under keys derived from OCOP_DATA_KEY, one a purpose (HKDF, RFC 5869). A sealed value is
key id (4 bytes) || nonce (12) || ciphertext and tag; the key id tells a wrong key from an altered value.
Source: compliance.md sections 2 and 6.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField

SHOWN = 4  # characters of a restricted number that a mask leaves
_KEY_ID, _NONCE = 4, 12


class Unreadable(Exception):
    """A sealed value that does not open: another OCOP_DATA_KEY, or altered bytes."""


def encrypt(content: bytes, purpose: str) -> bytes:
    """Return content sealed for one purpose; opens only with the same purpose. Twice the same gives other bytes."""
    nonce = secrets.token_bytes(_NONCE)
    return _key_id() + nonce + AESGCM(_key(purpose)).encrypt(nonce, content, None)


def decrypt(sealed: bytes, purpose: str) -> bytes:
    """Return what was sealed.

    :raises Unreadable: another key, another purpose, or altered bytes
    """
    if sealed[:_KEY_ID] != _key_id():
        raise Unreadable("sealed under another OCOP_DATA_KEY")
    nonce, text = sealed[_KEY_ID : _KEY_ID + _NONCE], sealed[_KEY_ID + _NONCE :]
    try:
        return AESGCM(_key(purpose)).decrypt(nonce, text, None)
    except (InvalidTag, ValueError) as error:
        raise Unreadable("altered since it was sealed") from error


def keyed_hash(text: str, purpose: str) -> str:
    """Return HMAC-SHA-256 of text as 64 hex digits: equal for equal text, silent about the text without the key."""
    return hmac.new(_key(purpose), text.encode(), hashlib.sha256).hexdigest()


def lookup_hash(number: str) -> str:
    """Return what an encrypted number is found by: its letters and digits alone count, not case, blanks or signs."""
    text = unicodedata.normalize("NFKC", number).casefold()
    return keyed_hash("".join(char for char in text if char.isalnum()), "lookup")


def mask(number: str) -> str:
    """Return "••••" and the last four characters; of a number shorter than eight the dots alone."""
    if not number:
        return ""
    return "••••" + (number[-SHOWN:] if len(number) >= 2 * SHOWN else "")


class EncryptedTextField(_TextField):
    """Text (NFC) that stands encrypted in its column. It cannot be searched: keep a `lookup_hash` beside it.

    Empty text stays empty, so that "has none" needs no key.
    """

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        if not text:
            return text
        sealed = encrypt(unicodedata.normalize("NFC", text).encode(), "field")
        return base64.b64encode(sealed).decode("ascii")

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return decrypt(base64.b64decode(value), "field").decode() if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse every comparison but isnull: ciphertexts of equal texts differ, so a filter would find nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


def _key(purpose: str) -> bytes:
    return _derive(settings.OCOP_DATA_KEY, purpose)


def _key_id() -> bytes:
    return _derive(settings.OCOP_DATA_KEY, "key id")[:_KEY_ID]


@lru_cache(maxsize=32)
def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"ocop {purpose}".encode()).derive(key)
