"""The desk's own arithmetic: how urgent a day is, who sees which menu."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

RED_DAYS, AMBER_DAYS = 5, 30


def tone(due: date | None, day: date) -> str:
    """Return danger for what is late or due within 5 days, warning within 30 days, else neutral."""
    if due is None or (due - day).days > AMBER_DAYS:
        return "neutral"
    return "danger" if (due - day).days <= RED_DAYS else "warning"


def group(due: date | None, day: date) -> str:
    """Return the heading under which a piece of work stands."""
    if due is None:
        return "Chưa có hạn"
    left = (due - day).days
    return "Quá hạn" if left < 0 else f"Trong {RED_DAYS} ngày tới" if left <= RED_DAYS else "Sau đó"


DOSSIERS = "/ho-so/"
PRODUCER, MEMBER = "producer", "member"  # beside the roles by appointment
_OFFICERS = {"commune_officer", "district_officer", "province_officer"}
_COUNCIL = {"district_officer", "province_officer", "secretary", "leader", MEMBER}
_TEAM = {"advisory_team"}
_DECIDING = {"district_officer", "province_officer", "secretary", "leader"}

# (words, address, who sees it; None: everybody), in the order of ui.md section 2
MENU: tuple[tuple[str, str, frozenset[str] | None], ...] = (
    ("Việc của tôi", "/viec/", None),
    ("Ý tưởng", "/y-tuong/", frozenset({PRODUCER} | _OFFICERS)),
    ("Sản phẩm", "/san-pham-cua-toi/", frozenset({PRODUCER} | _OFFICERS)),
    ("Hồ sơ", DOSSIERS, frozenset({PRODUCER} | _OFFICERS | _COUNCIL | _TEAM)),
    ("Thực địa", "/thuc-dia/", frozenset(_TEAM | {"province_officer"})),
    ("Chủ thể", "/chu-the/", frozenset(_OFFICERS)),
    ("Kho giấy tờ", "/giay-to/", frozenset({PRODUCER, "commune_officer"})),
    ("Cơ sở", "/co-so/", frozenset({PRODUCER} | _OFFICERS)),
    ("Nhập hộ", "/nhap-ho/", frozenset({"commune_officer"})),
    ("Nhập Excel", "/nhap-excel/", frozenset({"commune_officer", "province_officer"})),
    ("Phiên chấm", "/phien-cham/", frozenset(_COUNCIL)),
    ("Kết quả", "/ket-qua/", frozenset(_COUNCIL)),
    ("Hội đồng", "/hoi-dong/", frozenset(_COUNCIL - {MEMBER})),
    ("Quyết định", "/quyet-dinh/", frozenset(_DECIDING)),
    ("Văn bản", "/van-ban/", frozenset(_DECIDING)),
    ("Mẫu văn bản", "/mau-van-ban/", frozenset({"secretary", "admin"})),
    ("Chứng nhận", "/chung-nhan/", frozenset(_DECIDING)),
    ("Người dùng", "/quan-tri/nguoi-dung/", frozenset({"admin"})),
    ("Việc nền", "/quan-tri/viec-nen/", frozenset({"admin"})),
)


def menu(who: Collection[str], path: str) -> list[tuple[str, str, bool]]:
    """Return (words, address, whether the page stands under it) of every entry for these roles."""
    seen = [(words, url) for words, url, roles in MENU if roles is None or roles & set(who)]
    return [(words, url, path.startswith(url)) for words, url in seen]


# Words and drawings of the entries that stand at the thumb on a phone (ui.md section 4)
_TABS = {
    "/viec/": ("Việc", "list-checks"),
    "/san-pham-cua-toi/": ("Sản phẩm", "package"),
    DOSSIERS: ("Hồ sơ", "folder-open"),
    "/thuc-dia/": ("Thực địa", "map-pin"),
    "/giay-to/": ("Giấy tờ", "file-text"),
    "/chu-the/": ("Chủ thể", "building-2"),
}
_AFOOT = {PRODUCER, "commune_officer", "district_officer", *_TEAM}


@dataclass(frozen=True)
class Tab:
    """One entry of the tab bar. icon  a name of the sprite"""

    words: str
    icon: str
    url: str
    current: bool


def tabs(who: Collection[str], path: str) -> list[Tab]:
    """Return the tab bar of a phone: at most four entries of the menu of a producer or a field officer, else none.

    Who has other roles too keeps the whole menu, and gets the bar by choosing one of these.
    """
    if not who or not set(who) <= _AFOOT:
        return []
    found = [(*_TABS[url], url, current) for _, url, current in menu(who, path) if url in _TABS]
    return [Tab(words, icon, url, current) for words, icon, url, current in found[:4]]
