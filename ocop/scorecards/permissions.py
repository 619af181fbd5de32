"""Which scorecards a council may score with."""

from __future__ import annotations

from ocop.kernel.refusal import Refusal

from . import rules
from .models import Scorecard


def check_may_open_session(scorecard: Scorecard) -> None:
    """Refuse a partial scorecard: its points do not add up to the law's.

    :raises Refusal: naming what is missing
    """
    if scorecard.status != rules.COMPLETE:
        missing = "; ".join(f"{place}: {sentence}" for place, sentence in scorecard.warnings)
        raise Refusal(
            "Chưa mở phiên chấm.",
            f"Bộ tiêu chí {scorecard.code} chưa đầy đủ ({missing}).",
            "Đối chiếu với văn bản gốc, nạp bản đầy đủ rồi mở phiên.",
        )
