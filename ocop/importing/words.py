"""Vietnamese words of this room's events, for timelines."""

EVENT_NAMES = {
    "import.uploaded": "Tải tệp lên",
    "import.matched": "Đối chiếu cột",
    "import.read_again": "Đọc lại tệp",
    "import.written": "Nhập vào hệ thống",
    "import.undone": "Hoàn tác",
    "import.rows_dropped": "Xóa các dòng đã đọc vì quá hạn giữ",
}
