"""Words that no password may rest on: those of the programme, beside Django's list of common passwords.

Source: compliance.md section 2 (12 to 64 and more characters, any Unicode, block list of common and programme words).
"""

from __future__ import annotations

from django.core.exceptions import ValidationError

from ocop.kernel.text import fold

from .models import User

LONGEST = 256
LEAST_OWN = 6  # letters and digits that must remain when the known words are taken away
WORDS = (
    "moixamotsanpham", "tuyenquang", "hagiang", "sonduong", "chiemhoa", "hamyen", "nahang", "lambinh",
    "yenson", "quantri", "matkhau", "password", "sanpham", "hoidong", "chuthe", "admin", "ocop", "nongnghiep",
    "nongthon", "vietnam", "qwerty", "abc123", "123456789", "1234567", "123456", "12345", "1234",
)  # fmt: skip


class ProgrammeWords:
    """Refuse a password that is little more than known words: "OCOP-TuyenQuang-2026" has four signs of its own."""

    def validate(self, password: str, user: User | None = None) -> None:
        """:raises ValidationError: too long, or too little of its own"""
        if len(password) > LONGEST:
            raise ValidationError(f"Mật khẩu dài quá {LONGEST} ký tự.", "password_too_long")
        own = fold(password).replace(" ", "")
        for word in sorted(WORDS, key=len, reverse=True):
            own = own.replace(word, "")
        if len(own) < LEAST_OWN or len(set(own)) < 4:
            raise ValidationError(
                "Mật khẩu dễ đoán: gần như chỉ gồm từ phổ biến hoặc tên chương trình, địa danh. Thêm từ của riêng bạn.",
                "password_too_guessable",
            )

    def get_help_text(self) -> str:
        return "Không dựa vào từ phổ biến, tên chương trình hay địa danh của tỉnh."
