"""What rows of a list mean for the register: judges by kind."""

from .judged import Judged, plain
from .judging import judge

__all__ = ["Judged", "judge", "plain"]
