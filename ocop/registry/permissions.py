"""Who may change what of the register."""

from __future__ import annotations

from datetime import date

from ocop.accounts.models import Role, User
from ocop.areas.models import Area
from ocop.kernel.refusal import Forbidden

from .models import Subject, local_reach


def check_may_keep(user: User, subject: Subject, day: date) -> None:
    """Refuse unless the user acts for the subject, or is the officer of its commune (nhập hộ)."""
    if Subject.objects.kept_by(user, day).filter(pk=subject.pk).exists():
        return
    raise Forbidden("Chưa lưu.", "Chủ thể này không thuộc quyền của bạn.", "Mở chủ thể của bạn ở mục Chủ thể.")


def check_may_register(user: User, day: date, commune: Area | None = None) -> None:
    """Refuse unless the user may enter subjects, in that commune: officers of the commune or of the province."""
    what = "Chưa lưu chủ thể."
    if user.has_role(Role.PROVINCE_OFFICER, day):
        return
    if not user.has_role(Role.COMMUNE_OFFICER, day):
        raise Forbidden(what, "Chỉ cán bộ xã hoặc cơ quan tham mưu nhập chủ thể.", "Liên hệ UBND xã.")
    mine = local_reach(user, day, "pk", (Role.COMMUNE_OFFICER,))
    if commune is not None and not Area.objects.filter(mine, pk=commune.pk).exists():
        raise Forbidden(what, f"{commune} không thuộc địa bàn của bạn.", "Chọn xã, phường của bạn.")
