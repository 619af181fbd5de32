"""Merkle trees: what stands in them cannot be changed, left out or moved without another root.

Source: RFC 9162 section 2.1 (SHA-256), proof.md sections 5 and 6. `leaves` are always leaf hashes of 32 bytes.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import rfc8785

_SHA256 = re.compile(r"[0-9a-f]{64}")


def leaf_hash(d: bytes) -> bytes:
    """Return SHA-256(0x00 || d)."""
    return hashlib.sha256(b"\x00" + d).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root; of no leaves the hash of nothing. Source: RFC 9162 section 2.1.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    return _subroot(leaves, 0, len(leaves))


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the path from one leaf to the root, lowest first. Source: RFC 9162 section 2.1.3.1.

    :raises IndexError: no such leaf
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of {len(leaves)}")
    path: list[bytes] = []
    first, last = 0, len(leaves)
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            path.append(_subroot(leaves, middle, last))
            last = middle
        else:
            path.append(_subroot(leaves, first, middle))
            first = middle
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], tree_root: bytes) -> bool:
    """Return whether the path leads from leaf number index to the root of size. Source: RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == tree_root


def consistency_proof(first: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof that the tree of the first leaves is a beginning of this one; from 0 or the same size empty.

    Source: RFC 9162 section 2.1.4.1; proof.md section 5.
    :raises IndexError: first is more than there is
    """
    if not 0 <= first <= len(leaves):
        raise IndexError(f"{first} of {len(leaves)} leaves")
    if first in (0, len(leaves)):
        return []
    path: list[bytes] = []
    low, high, whole = 0, len(leaves), True  # whole: the subtree begins at leaf 0, its old root is known to the reader
    while first != high - low:
        middle = low + _split(high - low)
        if first <= middle - low:
            path.append(_subroot(leaves, middle, high))
            high = middle
        else:
            path.append(_subroot(leaves, low, middle))
            first, low, whole = first - (middle - low), middle, False
    return ([] if whole else [_subroot(leaves, low, high)]) + path[::-1]


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Return whether the tree of size first is a beginning of the tree of size second. Source: RFC 9162 2.1.4.2."""
    if not 0 <= first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    if first == 0:
        return not path and first_root == root([])
    proof = [first_root, *path] if first & (first - 1) == 0 else list(path)
    if not proof or not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = proof[0]
    for c in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


def dossier_root(
    code: str, version: int, at: datetime, files: Iterable[tuple[str, str, int]]
) -> tuple[str, list[bytes]]:
    """Return (root as 64 hex digits, the leaves as JCS) of a submitted dossier version.

    at  moment of submission, written in whole seconds UTC; files  (name, SHA-256 as 64 hex digits, bytes)
    Leaf 0 is the head, then a leaf a file, names in NFC and in order of their UTF-8 bytes.

    :raises ValueError: two files of one name, a hash that is none, a moment without time zone
    Source: proof.md section 6.
    """
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    rows: dict[bytes, bytes] = {}
    for name, sha256, size in files:
        name = unicodedata.normalize("NFC", name)
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"no SHA-256 in hex: {sha256!r}")
        if name.encode() in rows:
            raise ValueError(f"two files named {name!r}")
        rows[name.encode()] = rfc8785.dumps({"name": name, "sha256": sha256, "size": size})
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    head: dict[str, str | int] = {"dossier": code, "files": len(rows), "t": moment, "v": 1, "version": version}
    leaves = [rfc8785.dumps(head), *(rows[key] for key in sorted(rows))]
    return root([leaf_hash(leaf) for leaf in leaves]).hex(), leaves


def _split(size: int) -> int:
    """The largest power of two smaller than size (2 or more)."""
    return 1 << ((size - 1).bit_length() - 1)


def _subroot(leaves: Sequence[bytes], first: int, last: int) -> bytes:
    if last - first == 1:
        return leaves[first]
    middle = first + _split(last - first)
    return node_hash(_subroot(leaves, first, middle), _subroot(leaves, middle, last))
