"""Vietnamese words of this room's events, for timelines."""

EVENT_NAMES = {
    "document.recorded": "Vào sổ",
    "document.signed": "Gắn bản đã ký",
    "document.replaced": "Thay bản đã ký",
}
