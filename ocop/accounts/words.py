"""Words for the events of this room."""

from __future__ import annotations

EVENT_NAMES = {
    "user.created": "Tạo tài khoản",
    "user.secret_renewed": "Cấp mật khẩu một lần",
    "user.password_changed": "Đổi mật khẩu",
    "user.stopped": "Ngừng tài khoản",
    "user.resumed": "Dùng lại tài khoản",
    "user.opened": "Mở khóa đăng nhập",
    "user.mail_wanted": "Đồng ý nhận nhắc hạn qua thư điện tử",
    "user.mail_stopped": "Thôi nhận nhắc hạn qua thư điện tử",
    "user.exported": "Tải danh sách",
    "user.appointed": "Phân công",
    "user.appointment_ended": "Kết thúc phân công",
}
