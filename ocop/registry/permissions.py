"""Who may change what of the register."""

from __future__ import annotations

from datetime import date

from ocop.accounts.models import Role, User
from ocop.kernel.refusal import Forbidden

from .models import Subject


def check_may_keep(user: User, subject: Subject, day: date) -> None:
    """Refuse unless the user acts for the subject, or is the officer of its commune (nhập hộ)."""
    if Subject.objects.of(user, day).filter(pk=subject.pk).exists():
        return
    if (
        user.has_role(Role.COMMUNE_OFFICER, day)
        and Subject.objects.visible_to(user, day).filter(pk=subject.pk).exists()
    ):
        return
    raise Forbidden("Chưa lưu.", "Chủ thể này không thuộc quyền của bạn.", "Mở chủ thể của bạn ở mục Chủ thể.")


def check_may_register(user: User, day: date) -> None:
    """Refuse unless the user may enter new subjects: officers of a commune or of the province."""
    if not (user.has_role(Role.COMMUNE_OFFICER, day) or user.has_role(Role.PROVINCE_OFFICER, day)):
        raise Forbidden("Chưa lưu chủ thể.", "Chỉ cán bộ xã hoặc cơ quan tham mưu nhập chủ thể.", "Liên hệ UBND xã.")
