"""Large files of our own: sealed in pieces; a piece altered, moved or left out does not open."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from ocop.kernel.files.large import PIECE, drop_large, keep_large, read_large
from ocop.kernel.files.storage import missing, path_of
from ocop.kernel.models import Blob
from ocop.kernel.refusal import Refusal

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
SEALED = PIECE + 32


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path, db: None) -> Path:
    settings.OCOP_DATA = tmp_path
    return tmp_path


def kept(content: bytes) -> Blob:
    return keep_large(io.BytesIO(content), mime="application/zip", now=NOW)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
def test_what_went_in_comes_out_and_nothing_of_it_can_be_read_on_the_disk(size: int) -> None:
    content = (b"giay to " * (size // 8 + 1))[:size]
    blob = kept(content)
    assert (blob.size, blob.restricted, missing()) == (size, True, [])
    assert b"".join(read_large(blob)) == content
    assert size == 0 or b"giay to" not in path_of(blob.sha256, True).read_bytes()
    assert kept(content) == blob


@pytest.mark.parametrize("harm", ["altered", "swapped", "cut"])
def test_a_harmed_file_breaks_off_with_a_refusal(harm: str) -> None:
    blob = kept(b"a" * PIECE + b"b" * PIECE + b"c")
    path = path_of(blob.sha256, True)
    whole = path.read_bytes()
    first, second, last = whole[:SEALED], whole[SEALED : 2 * SEALED], whole[2 * SEALED :]
    path.write_bytes(
        {"altered": first + second[:-1] + b"\x00" + last, "swapped": second + first + last, "cut": first + second}[harm]
    )
    with pytest.raises(Refusal, match="không còn nguyên vẹn"):
        list(read_large(blob))


def test_what_is_dropped_is_gone_row_and_bytes() -> None:
    blob = kept(b"x")
    drop_large(blob)
    assert not path_of(blob.sha256, True).exists()
    assert not Blob.objects.exists()
    with pytest.raises(Refusal):
        read_large(blob)
