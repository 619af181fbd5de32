"""Codes of our own: proof.md section 1."""

import json
from itertools import combinations
from pathlib import Path

import pytest

from ocop.kernel import codes

VECTORS = Path(__file__).parents[1] / "proof-vectors"
CERTIFICATE, DOSSIER = "84G7ZWYRD6Z1RV0WM", "N5D8F6QZBDDRJ05EA"


@pytest.mark.parametrize(
    ("body", "check"),
    [
        ("0000000", "0"),
        ("0000001", "2"),  # 1; doubled for the place of the check
        ("0000010", "4"),
        ("0000011", "6"),  # 2 xor 1 = 3; doubled
        ("000000G", "5"),  # 16 doubled = 32 > 31: 32 xor 37
        ("000000Z", "V"),  # 31 doubled = 62 > 31: 62 xor 37 = 27
        (CERTIFICATE[:-1], CERTIFICATE[-1]),
        (DOSSIER[:-1], DOSSIER[-1]),
    ],
)
def test_the_check_character_is_horners_rule_in_the_field_of_32(body: str, check: str) -> None:
    assert codes.check_character(body) == check


def test_the_certificate_of_the_vectors_has_a_valid_code() -> None:
    claims = json.loads((VECTORS / "certificates.json").read_text(encoding="utf-8"))["byte_exact"]["claims"]
    assert codes.is_valid(json.loads(claims)["jti"], codes.LONG)


def test_every_wrong_character_is_found() -> None:
    for place, right in enumerate(CERTIFICATE):
        for wrong in set(codes.ALPHABET) - {right}:
            assert not codes.is_valid(CERTIFICATE[:place] + wrong + CERTIFICATE[place + 1 :], codes.LONG)


def test_every_swap_of_two_different_characters_is_found_also_when_they_stand_apart() -> None:
    for first, second in combinations(range(len(CERTIFICATE)), 2):
        letters = list(CERTIFICATE)
        letters[first], letters[second] = letters[second], letters[first]
        assert codes.is_valid("".join(letters), codes.LONG) == (CERTIFICATE[first] == CERTIFICATE[second])


@pytest.mark.parametrize("code", ["", CERTIFICATE[:-1], CERTIFICATE + "0", "U" + CERTIFICATE[1:], CERTIFICATE.lower()])
def test_another_length_or_alphabet_is_no_code(code: str) -> None:
    assert not codes.is_valid(code, codes.LONG)


def test_a_long_code_is_no_short_one() -> None:
    assert codes.is_valid("00000012", codes.SHORT)
    assert not codes.is_valid("00000012", codes.LONG)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("84g7-zwyr-d6z1-rv0w-m", CERTIFICATE),
        (" 84G7 ZWYR D6Z1 RV0W M\n", CERTIFICATE),
        ("84G7ZWYRD6ZIRVOWM", CERTIFICATE),
        ("84g7zwyrd6zlrvowm", CERTIFICATE),
    ],
    ids=["hyphens and lower case", "blanks", "I and O", "l and o"],
)
def test_typed_input_is_read_as_people_mean_it(typed: str, plain: str) -> None:
    assert codes.plain(typed) == plain
    assert codes.is_valid(codes.plain(typed), codes.LONG)


def test_a_new_code_is_valid_and_another_each_time() -> None:
    made = {codes.new(codes.LONG) for _ in range(200)}
    assert len(made) == 200
    assert all(codes.is_valid(code, codes.LONG) for code in made)
    assert codes.is_valid(codes.new(codes.SHORT), codes.SHORT)


def test_people_read_a_code_in_groups_of_four() -> None:
    assert codes.grouped(CERTIFICATE) == "84G7 ZWYR D6Z1 RV0W M"
    assert codes.plain(codes.grouped(CERTIFICATE)) == CERTIFICATE
