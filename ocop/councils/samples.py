"""How many samples (sản phẩm mẫu) come with a dossier. Pure.

Source: QĐ 26/2026/QĐ-TTg art. 6(2)d: 5, none for community tourism, ecotourism and tourist spots.
"""

from __future__ import annotations

SAMPLES = 5
MOST_SAMPLES = 50  # at one hand-over, against a slip of the finger
TOURISM_SET = 26  # the same number under all three scorecards


def samples_due(set_no: int) -> int:
    """Return how many samples a product of that set brings."""
    return 0 if set_no == TOURISM_SET else SAMPLES
