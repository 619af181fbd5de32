"""What several papers of a council say alike: its name, who signs, results in words, the law they follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

from ocop.kernel.papers.tree import Signature
from ocop.kernel.time import VIETNAM, vi_long_date

from ..models import Conclusion, Member
from ..rules import Part, Result

COUNCIL = "Hội đồng đánh giá, phân hạng sản phẩm OCOP"
SIGN_HERE = "(Ký, ghi rõ họ tên)"
LEVELS = {"district": "huyện", "province": "tỉnh"}

# The law on local government in force on a day, newest first.
_GOVERNMENT_LAWS = (
    (date(2025, 6, 16), "Luật Tổ chức chính quyền địa phương số 72/2025/QH15 ngày 16 tháng 6 năm 2025"),
    (date(2025, 3, 1), "Luật Tổ chức chính quyền địa phương số 65/2025/QH15 ngày 19 tháng 02 năm 2025"),
    (date.min, "Luật Tổ chức chính quyền địa phương số 77/2015/QH13 ngày 19 tháng 6 năm 2015"),
)


class Decreed(Protocol):
    """A regime of scoring by its decision."""

    @property
    def decision(self) -> str: ...
    @property
    def valid_from(self) -> date: ...


def government_law(day: date) -> str:
    """The law on local government in force on that day, as bases name it."""
    return next(name for first, name in _GOVERNMENT_LAWS if first <= day)


def regime_words(regime: Decreed) -> str:
    """The Prime Minister's decision on criteria and procedure, as bases name it."""
    return (
        f"Quyết định số {regime.decision} {vi_long_date(regime.valid_from)} của Thủ tướng Chính phủ ban hành Bộ tiêu"
        " chí và quy trình đánh giá, phân hạng sản phẩm mỗi xã một sản phẩm"
    )


def signers(members: Sequence[Member]) -> tuple[Signature, ...]:
    """Secretary on the left, chair on the right."""
    names = {part: next((m.user.name for m in members if m.part == part), "") for part in (Part.SECRETARY, Part.CHAIR)}
    return (
        Signature(("THƯ KÝ",), names[Part.SECRETARY], SIGN_HERE),
        Signature(("CHỦ TỊCH HỘI ĐỒNG",), names[Part.CHAIR], SIGN_HERE),
    )


def conclusion_words(conclusion: Conclusion) -> str:
    """'Đề nghị công nhận 4 sao.' and the like."""
    stars = f" {conclusion.stars} sao" if conclusion.result == Result.RECOGNISED else ""
    return f"{conclusion.get_result_display()}{stars}."


def by_result(conclusions: Iterable[Conclusion]) -> list[str]:
    """'02 sản phẩm đề nghị công nhận 4 sao', the best result first."""
    order = [Result.POTENTIAL_5, Result.RECOGNISED, Result.SEND_UP, Result.BELOW_3, Result.REJECTED]
    counted = Counter((c.result, c.stars if c.result == Result.RECOGNISED else None) for c in conclusions)
    best_first = sorted(counted, key=lambda key: (order.index(Result(key[0])), -(key[1] or 0)))
    return [
        f"{counted[result, stars]:02d} sản phẩm {Result(result).label.lower()}{f' {stars} sao' if stars else ''}"
        for result, stars in best_first
    ]


def hour(moment: datetime) -> str:
    """'08 giờ 00 phút' in Vietnam."""
    return f"{moment.astimezone(VIETNAM):%H giờ %M phút}"
