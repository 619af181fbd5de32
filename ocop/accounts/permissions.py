"""Who may manage users: an administrator, on the next request as on this one."""

from __future__ import annotations

from datetime import date

from ocop.kernel.refusal import Forbidden

from .models import Role, User


def check_may_manage_users(user: User, day: date) -> None:
    """Refuse unless the user is an administrator on that day."""
    if not user.has_role(Role.ADMIN, day):
        raise Forbidden("Chưa thực hiện.", "Việc này của quản trị hệ thống.", "Liên hệ người quản trị.")
