"""Vietnamese words of this room's events, for timelines."""

from ocop.documents.words import EVENT_NAMES as DOCUMENT_EVENTS

EVENT_NAMES = {
    "recognition.made": "Công nhận",
    "recognition.recorded": "Ghi lại công nhận từ nguồn",
    "recognition.replaced": "Thay bằng công nhận mới",
    "recognition.restored": "Tiếp tục sau khi gỡ công nhận ghi nhầm",
    "recognition.removed": "Gỡ công nhận ghi nhầm",
    "recognition.revoked": "Thu hồi",
    "certificate.issued": "Cấp giấy chứng nhận",
    "approval.made": "Phê duyệt kết quả, trình Bộ",
    "approval.answered": "Ghi trả lời của Bộ",
    **DOCUMENT_EVENTS,
}
