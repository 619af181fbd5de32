"""Restricted facts: encrypted at rest, masked when shown. compliance.md sections 2 and 6."""

import base64

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from django.db.models import Value
from pytest_django import Settings

from ocop.kernel import restricted
from ocop.kernel.models import Counter

ID = "001085012345"


def test_what_was_sealed_opens_again_and_does_not_show_its_content() -> None:
    sealed = restricted.encrypt(ID.encode(), "field")
    assert ID.encode() not in sealed
    assert restricted.decrypt(sealed, "field") == ID.encode()


def test_the_same_content_sealed_twice_looks_different() -> None:
    assert restricted.encrypt(b"same", "field") != restricted.encrypt(b"same", "field")


@pytest.mark.parametrize("place", [0, 4, 16, -1], ids=["key id", "nonce", "text", "tag"])
def test_an_altered_byte_is_noticed(place: int) -> None:
    sealed = bytearray(restricted.encrypt(b"12 characters", "field"))
    sealed[place] ^= 1
    with pytest.raises(restricted.Unreadable):
        restricted.decrypt(bytes(sealed), "field")


@pytest.mark.parametrize("length", [0, 3, 10, 20])
def test_a_piece_of_a_sealed_value_is_unreadable(length: int) -> None:
    with pytest.raises(restricted.Unreadable):
        restricted.decrypt(restricted.encrypt(b"text", "field")[:length], "field")


def test_what_was_sealed_for_one_purpose_does_not_open_for_another() -> None:
    with pytest.raises(restricted.Unreadable, match="altered"):
        restricted.decrypt(restricted.encrypt(b"text", "field"), "file")


def test_another_key_of_the_data_is_named_as_the_cause(settings: Settings) -> None:
    sealed = restricted.encrypt(b"text", "field")
    settings.OCOP_DATA_KEY = bytes(32)
    with pytest.raises(restricted.Unreadable, match="OCOP_DATA_KEY"):
        restricted.decrypt(sealed, "field")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (ID, "••••2345"),
        ("12345678", "••••5678"),
        ("1234567", "••••"),
        ("12", "••••"),
        ("", ""),
    ],
)
def test_a_mask_leaves_the_last_four_of_eight_or_more(number: str, shown: str) -> None:
    assert restricted.mask(number) == shown


@pytest.mark.parametrize("typed", ["8012345678-001", "8012345678 001", " 8012345678001 ", "8012345678–001"])
def test_a_tax_code_is_found_however_it_was_typed(typed: str) -> None:
    assert restricted.lookup_hash(typed) == restricted.lookup_hash("8012345678-001")


def test_another_number_or_another_key_gives_another_lookup(settings: Settings) -> None:
    first = restricted.lookup_hash(ID)
    assert len(first) == 64
    assert restricted.lookup_hash("001085012346") != first
    settings.OCOP_DATA_KEY = bytes(32)
    assert restricted.lookup_hash(ID) != first


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "read"),
    [(ID, ID), ("Nguye\u0302\u0303n Va\u0306n A", "Nguyễn Văn A"), ("", ""), (None, None)],
)
def test_an_encrypted_column_gives_back_the_text_in_one_spelling(written: str | None, read: str | None) -> None:
    Counter.objects.create(series="x")
    value = Value(written, output_field=restricted.EncryptedTextField(null=True))
    assert Counter.objects.annotate(secret=value).values_list("secret", flat=True).get() == read


def test_an_encrypted_column_holds_no_readable_text() -> None:
    kept = restricted.EncryptedTextField().get_db_prep_save(ID, connection)
    assert ID not in kept
    assert ID.encode() not in base64.b64decode(kept)


@pytest.mark.django_db
def test_an_encrypted_column_cannot_be_compared_but_for_being_empty() -> None:
    Counter.objects.create(series="x")
    rows = Counter.objects.annotate(secret=Value(ID, output_field=restricted.EncryptedTextField()))
    assert rows.filter(secret__isnull=False).count() == 1
    for lookup in ("secret", "secret__in", "secret__contains", "secret__gt"):
        with pytest.raises(FieldError):
            rows.filter(**{lookup: ID}).count()
