"""A refused act: what was refused, why, and what to do next."""

from __future__ import annotations

from collections.abc import Callable


class Refusal(Exception):
    """An act that the rules do not allow now. Shown to its user in Vietnamese; nothing was written.

    what  the act that did not happen; why  the reason; next  what the user can do. Each a whole sentence.
    """

    def __init__(self, what: str, why: str, next: str) -> None:
        super().__init__(what, why, next)
        self.what, self.why, self.next = what, why, next

    def __str__(self) -> str:
        return f"{self.what} {self.why} {self.next}"


class Forbidden(Refusal):
    """A refusal because of who asks. Pages answer 404 where the object is not the reader's to see."""


class Moved(Refusal):
    """Somebody else changed the row between reading and writing."""

    def __init__(self, what: str) -> None:
        super().__init__(what, "Người khác vừa cập nhật mục này.", "Mở lại trang để xem bản mới rồi thử lại.")


def allows(check: Callable[..., object], *args: object) -> bool:
    """Return whether a check passes: a page shows a button only then. The service checks again."""
    try:
        check(*args)
    except Refusal:
        return False
    return True
