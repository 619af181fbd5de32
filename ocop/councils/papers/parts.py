"""What several papers of a council say alike: its name at the head, who signs, a result in words."""

from __future__ import annotations

from collections.abc import Sequence

from ocop.kernel.papers.tree import Signature

from ..models import Conclusion, Member
from ..rules import Part, Result

COUNCIL = "Hội đồng đánh giá, phân hạng sản phẩm OCOP"


def signers(members: Sequence[Member]) -> tuple[Signature, ...]:
    """Secretary on the left, chair on the right."""
    names = {part: next((m.user.name for m in members if m.part == part), "") for part in (Part.SECRETARY, Part.CHAIR)}
    return (
        Signature(("THƯ KÝ",), names[Part.SECRETARY], "(Ký, ghi rõ họ tên)"),
        Signature(("CHỦ TỊCH HỘI ĐỒNG",), names[Part.CHAIR], "(Ký, ghi rõ họ tên)"),
    )


def conclusion_words(conclusion: Conclusion) -> str:
    """'Đề nghị công nhận 4 sao.' and the like."""
    stars = f" {conclusion.stars} sao" if conclusion.result == Result.RECOGNISED else ""
    return f"{conclusion.get_result_display()}{stars}."
