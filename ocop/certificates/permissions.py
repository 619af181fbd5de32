"""Who recognises, issues, revokes: by level; preparing and signing are two persons."""

from __future__ import annotations

from datetime import date

from ocop.accounts.models import Level, Role, User
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.registry.models import Product

from .models import Recognition

OFFICER = {Level.DISTRICT: Role.DISTRICT_OFFICER, Level.PROVINCE: Role.PROVINCE_OFFICER}


def check_may_decide(user: User, level: str, product: Product, day: date) -> None:
    """Refuse unless the user enters decisions at that level: the district's or the province's officer in its area."""
    role = OFFICER.get(Level(level), Role.PROVINCE_OFFICER)
    sees = Product.objects.visible_to(user, day).filter(pk=product.pk).exists()
    if not (user.has_role(role, day) and sees):
        raise Forbidden(
            "Chưa ghi quyết định.", "Việc này của cơ quan tham mưu OCOP đúng cấp.", "Liên hệ cơ quan thường trực."
        )


def check_may_issue(user: User, recognition: Recognition, day: date) -> None:
    """Refuse unless another officer than the one who entered the decision issues the certificate.

    Source: compliance.md section 4 (preparing and signing are two persons).
    """
    if recognition.basis != Recognition.OURS:
        raise Refusal(
            "Chưa cấp giấy chứng nhận.",
            "Công nhận này ghi lại từ nguồn, không do hệ thống kết luận.",
            "Giấy chứng nhận do cơ quan đã công nhận cấp.",
        )
    check_may_decide(user, recognition.level, recognition.product, day)
    if recognition.decision.recorded_by_id == user.pk:
        raise Refusal(
            "Chưa cấp giấy chứng nhận.",
            "Người nhập quyết định không tự cấp giấy chứng nhận.",
            "Một cán bộ khác của cơ quan tham mưu cấp giấy.",
        )
