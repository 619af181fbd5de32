"""What a password must be: 12 signs or more, any letters, nothing common, nothing of the programme."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from ocop.accounts.models import User

LAN = User(email="nongthilan@mau.vn", name="Nông Thị Lan")


@pytest.mark.parametrize(
    "password",
    [
        "suối reo đầu núi",
        "kx7#mq2!vb9z",  # 12 signs
        "ba con trâu trắng " * 4,  # 72 signs
        "雨の日に山を歩く人たちと",  # 12 signs
        "ocop vẫn nhớ mùa cam",
    ],
)
def test_a_password_of_ones_own_is_taken(password):
    validate_password(password, LAN)


@pytest.mark.parametrize(
    "password",
    [
        "kx7#mq2!vb9",  # 11 signs
        "1234567890123",
        "password1234",
        "qwertyuiop123",
        "OCOP-TuyenQuang-2026",
        "Tuyên Quang 2026!",
        "matkhau@123456",
        "Moi xa mot san pham",
        "nongthilan@mau.vn",
        "aaaaaaaaaaaaaaaa",
        "x" * 257,
    ],
)
def test_a_short_common_or_programme_password_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, LAN)


def test_256_signs_are_not_too_long():
    validate_password("kx7#mq2!" * 32, LAN)
