"""The desk's own arithmetic: how urgent a day is, where a dossier stands on its way, who sees which menu."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ocop.dossiers.rules import Route, Step

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


@dataclass(frozen=True)
class Stage:
    """One stop on a dossier's way. state  done, now, next (as the stepper draws them)"""

    label: str
    state: str


_PROVINCE = ("Tỉnh kiểm tra", "Hội đồng cấp tỉnh chấm")
_DISTRICT = ("Huyện kiểm tra", "Hội đồng cấp huyện chấm")
_FIRST, _LAST, _MINISTRY, _COMMUNE = "Chủ thể nộp", "Quyết định, giấy chứng nhận", "Bộ đánh giá", "Xã đánh giá"

_STOP = {
    Step.DRAFT: _FIRST,
    Step.AT_COMMUNE: _COMMUNE,
    Step.AT_DISTRICT: _DISTRICT[0],
    Step.READY_DISTRICT: _DISTRICT[1],
    Step.COUNCIL_DISTRICT: _DISTRICT[1],
    Step.CONCLUDED_DISTRICT: _LAST,
    Step.AT_PROVINCE: _PROVINCE[0],
    Step.READY_PROVINCE: _PROVINCE[1],
    Step.COUNCIL_PROVINCE: _PROVINCE[1],
    Step.CONCLUDED_PROVINCE: _LAST,
    Step.AT_MINISTRY: _MINISTRY,
}


def journey(step: Step, route: Route, returned_from: str = "") -> list[Stage]:
    """Return the stops of an open dossier on its route (architecture.md, regimes and routes are two tables).

    returned_from  the step that sent a returned dossier back: it stands there, waiting for the producer
    """
    at = _STOP[Step(returned_from) if step == Step.RETURNED else step]
    stops = [_FIRST]
    if route == Route.COMMUNE_2025:
        stops += [_COMMUNE, *_PROVINCE]
    elif route == Route.PROVINCE_2025:
        stops += _PROVINCE
    else:
        stops += _DISTRICT + (_PROVINCE if at in (*_PROVINCE, _MINISTRY) or step == Step.CONCLUDED_PROVINCE else ())
    stops += [_MINISTRY, _LAST] if at == _MINISTRY else [_LAST]
    now = stops.index(at)
    return [Stage(label, "done" if n < now else "now" if n == now else "next") for n, label in enumerate(stops)]


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
    ("Kho giấy tờ", "/giay-to/", frozenset({PRODUCER})),
    ("Chủ thể", "/chu-the/", frozenset(_OFFICERS)),
    ("Nhập hộ", "/nhap-ho/", frozenset({"commune_officer"})),
    ("Nhập Excel", "/nhap-excel/", frozenset({"commune_officer", "province_officer"})),
    ("Phiên chấm", "/phien-cham/", frozenset(_COUNCIL)),
    ("Kết quả", "/ket-qua/", frozenset(_COUNCIL)),
    ("Hội đồng", "/hoi-dong/", frozenset(_COUNCIL - {MEMBER})),
    ("Quyết định", "/quyet-dinh/", frozenset(_DECIDING)),
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
