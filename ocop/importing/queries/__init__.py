"""What rows of a list mean for the register: judges by kind; what waits for a person."""

from .judged import Judged, plain
from .judging import judge
from .staged import work_for

__all__ = ["Judged", "judge", "plain", "work_for"]
