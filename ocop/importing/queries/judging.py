"""What the rows of a list mean for the register, by the kind of list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ocop.accounts.models import User

from ..rules.fields import Kind
from ..rules.rows import Row
from .judged import Judged
from .papers import judge_papers
from .places import Places
from .products import judge_products
from .recognitions import judge_recognitions
from .subjects import judge_subjects

_JUDGES = {
    Kind.SUBJECTS: judge_subjects,
    Kind.PRODUCTS: judge_products,
    Kind.RECOGNITIONS: judge_recognitions,
    Kind.PAPERS: judge_papers,
}


def judge(kind: str, rows: Sequence[Row], user: User, day: date) -> list[Judged]:
    """Return the meaning of each row, in order, for this user on this day. Queries do not grow with the rows."""
    return _JUDGES[Kind(kind)](rows, user, day, Places(day))
