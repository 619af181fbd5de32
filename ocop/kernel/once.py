"""A form sent twice, or a double click: the second time does nothing and says so."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from .models import Once
from .refusal import Refusal

LONGEST = 64  # characters of the column


def claim(token: str, *, now: datetime) -> None:
    """Use up a form's token, in the transaction of the change. An empty token (an API, a command) claims nothing.

    :raises Refusal: the token was used: this form was sent before; or no form of ours has made it
    """
    if not token:
        return
    if len(token) > LONGEST or not token.isprintable():
        raise Refusal("Chưa ghi.", "Biểu mẫu không đúng.", "Mở lại trang rồi gửi lại.")
    try:
        with transaction.atomic():
            Once.objects.create(token=token, at=now)
    except IntegrityError as error:
        raise Refusal(
            "Chưa ghi thêm lần nữa.", "Biểu mẫu này đã được gửi.", "Mở lại trang để xem kết quả lần gửi trước."
        ) from error
