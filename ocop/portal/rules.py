"""What the public sees of a recognition, and how well a product fits a search. No database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from ocop.certificates import rules as certificates
from ocop.certificates.rules import IN_FORCE, LOOKS, STATUS_NAMES, Status, status_of
from ocop.dossiers.rules import extension_words
from ocop.kernel.time import vi_date

UNKNOWN_DAY = "chua-ro-ngay"  # filter value of products recognised on a day that no source tells
EVER = "Từng được công nhận"  # what a product with such a day is
UNKNOWN_DAY_NAME = "từng được công nhận, chưa rõ ngày cấp"
FIRST_DAY = date(2018, 5, 7)  # the programme began: QĐ 490/QĐ-TTg
FIRST_MAP = date(2020, 1, 1)  # before it the tree of areas has gaps (reference/README)
MAP_2021 = date(2021, 7, 1)  # 138 communes in 7 districts, the map of the programme 2021-2025
MAP_TODAY, MAP_OF_2021 = "hien-nay", "2021"  # what ?dia-gioi= may say beside a day


class Dated(certificates.Dated, Protocol):
    """The dates of one recognition and its key. year  known even where the day is not"""

    @property
    def pk(self) -> int: ...
    @property
    def year(self) -> int | None: ...


class Decided(Dated, Protocol):
    @property
    def decision_day(self) -> date | None: ...


AnyDated = TypeVar("AnyDated", bound=Dated)


def newest(row: Dated) -> tuple[date, int]:
    """A sort key: the day of recognition, or the first day of its year, or before all."""
    return row.valid_from or (date(row.year, 1, 1) if row.year else date.min), row.pk


def known_from(row: Decided) -> date:
    """Return the day from which a recognition is in the register: of its decision or start, else of its year's start.

    A recognition without day and year was always there: no source tells when it was not.
    """
    return min(row.decision_day or date.max, row.valid_from or newest(row)[0])


@dataclass(frozen=True)
class AsOf:
    """What a list is asked about: the register as it stood on a day, places by the map of a day, seen today."""

    today: date
    day: date
    map_day: date

    @property
    def plain(self) -> bool:
        return self.day == self.map_day == self.today

    @property
    def map_name(self) -> str:
        """The word for the map in ?dia-gioi=."""
        return {self.today: MAP_TODAY, MAP_2021: MAP_OF_2021}.get(self.map_day, self.map_day.isoformat())

    @property
    def map_words(self) -> str:
        """'địa giới 2021'"""
        named = {self.today: "hiện nay", MAP_2021: "2021"}
        return f"địa giới {named.get(self.map_day) or f'ngày {vi_date(self.map_day)}'}"


def current(rows: Sequence[AnyDated], day: date) -> AnyDated:
    """Return the recognition that stands for a product on a day: the one in force, else the newest."""
    return max(rows, key=lambda row: (status_of(row, day) in IN_FORCE, newest(row)))


def status_words(found: Status | None) -> str:
    """'Còn hiệu lực': the word for status at the start of a line."""
    words = STATUS_NAMES[found] if found else UNKNOWN_DAY_NAME
    return words[0].upper() + words[1:]


def rank_words(stars: int | None, found: Status | None) -> str:
    """Return what stands in place of gold stars; "" where the stars are in force. Source: ui.md section 5."""
    if not stars:
        return "Nguồn không nêu hạng"
    if found in IN_FORCE:
        return ""
    return f"{stars} sao" if found is Status.NOT_YET else f"Hạng cũ: {stars} sao"


@dataclass(frozen=True)
class Verdict:
    """The answer to "is it valid?" in one line: tone and drawing, the word for status, one sentence."""

    tone: str
    icon: str
    title: str
    sentence: str


def verdict(row: Dated, stars: int | None, day: date) -> Verdict:
    """Return what a reader who scanned a code sees first.

    Source: proof.md section 2 (what each status means to the reader); ui.md section 5.
    """
    found = status_of(row, day)
    rank = f"Sản phẩm đạt {stars} sao" if stars else "Sản phẩm OCOP"
    until = f"{rank}, có hiệu lực đến hết ngày {vi_date(row.valid_until)}."
    title = status_words(found)
    match found:
        case Status.VALID:
            sentence = until
        case Status.EXPIRING if row.valid_until:
            left = (row.valid_until - day).days
            title = f"{title}: còn {left} ngày" if left else f"{title}: hôm nay là ngày cuối"
            sentence = until
        case Status.EXTENDED if row.valid_until:
            sentence = (
                f"{rank}, {extension_words(row.valid_until)}. Giấy chứng nhận ghi đến {vi_date(row.valid_until)}."
            )
        case Status.NOT_YET:
            sentence = f"{rank}, có hiệu lực từ ngày {vi_date(row.valid_from)}."
        case Status.REVOKED:
            sentence = f"Thu hồi từ ngày {vi_date(row.ended_on)}. Không được dùng nhãn OCOP theo công nhận này."
        case Status.SUSPENDED:
            sentence = "Cơ quan nhà nước tạm đình chỉ công nhận này."
        case Status.EXPIRED if row.end_kind == "replaced" and row.ended_on and row.ended_on <= day:
            sentence = f"Đã được thay bằng công nhận mới từ ngày {vi_date(row.ended_on)}."
        case Status.EXPIRED:
            last = max((one.last for one in row.extensions if one.last < day), default=None)
            gone_on = f", kéo dài đến hết ngày {vi_date(last)}" if last else ""
            sentence = (
                f"Hết hạn ngày {vi_date(row.valid_until)}{gone_on}. Hiện không phải sản phẩm OCOP theo công nhận này."
            )
        case _:
            title = EVER
            sentence = "Chưa rõ ngày cấp nên không tính là còn hiệu lực."
    return Verdict(*LOOKS[found], title, sentence)


def relevance(name: str, words: Sequence[str]) -> int:
    """Return how well a product's folded name fits folded words, all of which are found somewhere.

    0 the name starts with the words as typed, 1 it holds them so, 2 every word is in the name, 3 somewhere
    """
    phrase = " ".join(words)
    if name.startswith(phrase):
        return 0
    if phrase in name:
        return 1
    return 2 if all(word in name for word in words) else 3


def class_of(count: int) -> int:
    """Return the map class of a commune: 0, 1, 2, 3, or 4 for four products and more."""
    return min(count, 4)
