"""Vietnamese words for what happened to a dossier and for what a page says of its step."""

from __future__ import annotations

from .permissions import MOVE_NAMES
from .rules import FINAL, Move, Step

EVENT_NAMES = {
    "dossier.opened": "Lập hồ sơ",
    "dossier.self_scored": "Tự chấm điểm",
    "dossier.answers_confirmed": "Xác nhận điểm tự chấm lần trước",
    "dossier.case_chosen": "Chọn trường hợp chấm",
    "dossier.forms_saved": "Điền mẫu 01, 02",
    "dossier.evidence_pinned": "Gắn minh chứng",
    "dossier.evidence_unpinned": "Gỡ minh chứng",
    "dossier.scorecard_changed": "Đổi bộ tiêu chí",
    "dossier.submitted": "Nộp hồ sơ",
    "dossier.withdrawn": "Rút hồ sơ",
    "dossier.assessed": "Xã ghi đánh giá mẫu 03",
    "dossier.archived": "Tạo bản lưu trọn hồ sơ",
    "dossier.gap_asked": "Ghi điểm thiếu",
    "dossier.gap_answer": "Trả lời điểm thiếu",
    "dossier.gap_close": "Đóng điểm thiếu",
    "dossier.gap_reopen": "Mở lại điểm thiếu",
    "dossier.gap_withdraw": "Bỏ điểm thiếu",
    "dossier.advised": "Tổ tư vấn ghi đề xuất",
    "dossier.visited": "Ghi khảo sát thực tế",
    "dossier.visit_found": "Ghi nhận khi khảo sát",
    "dossier.visit_photographed": "Thêm ảnh khảo sát",
    "dossier.visit_finding_dropped": "Bỏ một ghi nhận khi khảo sát",
    "dossier.visit_photo_dropped": "Bỏ một ảnh khảo sát",
    "dossier.result_told": "Gửi thông báo kết quả",
    "dossier.clock_soon": "Nhắc cơ quan đang giữ hồ sơ: sắp hết hạn",
    "dossier.clock_over": "Báo cấp trên: quá hạn",
} | {f"dossier.{move}": MOVE_NAMES[move][0].upper() + MOVE_NAMES[move][1:] for move in Move}

DRAFTING = frozenset(
    {
        "dossier.self_scored",
        "dossier.answers_confirmed",
        "dossier.case_chosen",
        "dossier.forms_saved",
        "dossier.evidence_pinned",
        "dossier.evidence_unpinned",
        "dossier.assessed",
        "dossier.advised",
        "dossier.visit_found",
        "dossier.visit_photographed",
    }
)  # many in a row are one line of the timeline


OF_A_RESULT = frozenset({"dossier.result_told", "dossier.reopen", "dossier.second_panel"}) | {
    f"dossier.{move}"
    for move in (Move.CONCLUDE, Move.CLOSE_BELOW_3, Move.CLOSE_REJECTED, Move.SEND_UP, Move.SEND_TO_MINISTRY)
}  # kept from who judges: a second panel is blind


def tone_of(step: str) -> tuple[str, str]:
    """Return tone and icon of a step's badge."""
    if step == Step.RETURNED:
        return "warning", "undo-2"
    if step == Step.RECOGNISED:
        return "ok", "award"
    if step in FINAL:
        return "danger" if step == Step.REJECTED else "neutral", "circle-x"
    return ("neutral", "pencil") if step == Step.DRAFT else ("info", "hourglass")
