"""Vietnamese words for what happened to a dossier and for what a page says of its step."""

from __future__ import annotations

from .permissions import MOVE_NAMES
from .rules import FINAL, Move, Step

EVENT_NAMES = {
    "dossier.opened": "Lập hồ sơ",
    "dossier.self_scored": "Tự chấm điểm",
    "dossier.case_chosen": "Chọn trường hợp chấm",
    "dossier.forms_saved": "Điền mẫu 01, 02",
    "dossier.evidence_pinned": "Gắn minh chứng",
    "dossier.evidence_unpinned": "Gỡ minh chứng",
    "dossier.scorecard_changed": "Đổi bộ tiêu chí",
    "dossier.submitted": "Nộp hồ sơ",
    "dossier.withdrawn": "Rút hồ sơ",
    "dossier.assessed": "Xã ghi đánh giá mẫu 03",
} | {f"dossier.{move}": MOVE_NAMES[move][0].upper() + MOVE_NAMES[move][1:] for move in Move}

DRAFTING = frozenset(
    {
        "dossier.self_scored",
        "dossier.case_chosen",
        "dossier.forms_saved",
        "dossier.evidence_pinned",
        "dossier.evidence_unpinned",
        "dossier.assessed",
    }
)  # many in a row are one line of the timeline


def tone_of(step: str) -> tuple[str, str]:
    """Return tone and icon of a step's badge."""
    if step == Step.RETURNED:
        return "warning", "undo-2"
    if step == Step.RECOGNISED:
        return "ok", "award"
    if step in FINAL:
        return "danger" if step == Step.REJECTED else "neutral", "circle-x"
    return ("neutral", "pencil") if step == Step.DRAFT else ("info", "hourglass")
