"""The writing side of imports: a file comes in, is read and checked outside the register, written or undone whole."""

from .keeping import drop_old_rows
from .reading import check, choose_columns, read_again, start, use_again
from .writing import UsedSince, confirm, undo

__all__ = [
    "UsedSince",
    "check",
    "choose_columns",
    "confirm",
    "drop_old_rows",
    "read_again",
    "start",
    "undo",
    "use_again",
]
