"""Vietnamese words for what happens in a council and how things stand there."""

from __future__ import annotations

from django.db.models import Model

from ocop.kernel import audit

from .models import Session

EVENT_NAMES = {
    "council.founded": "Thành lập hội đồng",
    "council.changed": "Thay đổi thành viên",
    "council.term_set": "Ghi nhiệm kỳ",
    "round.added": "Lập đợt đánh giá",
    "round.planned": "Ghi kế hoạch của đợt",
    "team.founded": "Thành lập Tổ tư vấn",
    "team.changed": "Thay đổi thành viên",
    "team.term_set": "Ghi nhiệm kỳ",
    "rules.adopted": "Ban hành quy chế",
    "session.planned": "Lập phiên chấm",
    "session.changed": "Sửa lịch phiên",
    "session.reordered": "Xếp lại chương trình",
    "session.short_notice": "Chủ tịch ghi lý do họp gấp",
    "session.item_added": "Thêm sản phẩm vào phiên",
    "session.item_moved": "Chuyển sản phẩm sang phiên họp",
    "session.item_joined": "Nhận sản phẩm từ lấy ý kiến bằng văn bản",
    "item.meeting_asked": "Thành viên đề nghị họp trực tiếp",
    "sample.received": "Nhận mẫu sản phẩm",
    "sample.handed": "Giao mẫu sản phẩm",
    "sample.signed": "Thành viên ký nhận mẫu",
    "session.item_removed": "Đưa sản phẩm ra khỏi phiên",
    "session.invited": "Mời thành viên",
    "session.attendance": "Ghi có mặt",
    "session.opened": "Mở phiên",
    "session.reminded": "Nhắc thành viên",
    "session.closed": "Kết thúc phiên",
    "session.notified": "Gửi thông báo kết quả",
    "session.bundled": "Tạo tệp ZIP giấy tờ",
    "interest.declared": "Kê khai lợi ích",
    "finding.entered": "Thư ký ghi nhận định",
    "finding.confirmed": "Chủ tịch xác nhận nhận định",
    "finding.dropped": "Bỏ nhận định",
    "member.excused": "Chủ tịch miễn phiếu",
    "paper.named": "Giao nhập phiếu giấy",
    "paper.dropped": "Bỏ phiếu giấy",
    "paper.scanned": "Đính bản chụp phiếu giấy",
    "paper.keyed": "Nhập xong phiếu giấy",
    "item.next_round": "Mở vòng chấm tiếp theo",
    "item.concluded": "Kết luận sản phẩm",
    "item.reopened": "Chủ tịch mở lại sản phẩm",
    "item.called": "Bắt đầu sản phẩm",
    "item.discussed": "Ghi nội dung thảo luận",
    "comment.sent": "Gửi ý kiến",
    "comment.closed": "Xem xét ý kiến",
    "complaint.filed": "Nhận khiếu nại",
    "complaint.accepted": "Chấp nhận khiếu nại, đánh giá lại",
    "complaint.refused": "Không chấp nhận khiếu nại",
}

# state -> tone and icon of its badge
SESSION_BADGES = {
    Session.PLANNED: ("info", "calendar"),
    Session.OPEN: ("warning", "play"),
    Session.CLOSED: ("ok", "circle-check"),
}

# state of one member's duty -> class of its cell, words in it
DUTY_CELLS = {
    "recused": ("", "Tránh"),
    "excused": ("", "Miễn"),
    "absent": ("", "Vắng"),
    "undeclared": ("part", "Chưa khai"),
    "missing": ("none", "Chưa"),
    "signed": ("done", "Đã ký"),
}


def events(obj: Model) -> list[tuple[str, audit.Entry]]:
    """Return what happened to an object in words, newest first, for components/timeline.html."""
    return [(EVENT_NAMES[entry.kind], entry) for entry in reversed(audit.timeline(obj))]
