"""Who keeps the register of documents: the offices and secretaries of the organ that issued the paper."""

from __future__ import annotations

from datetime import date

from ocop.accounts.models import Role, User
from ocop.kernel.refusal import Forbidden, Refusal

from .models import Document

KEEPERS = (Role.PROVINCE_OFFICER, Role.DISTRICT_OFFICER, Role.SECRETARY)


def check_may_attach(user: User, document: Document, day: date) -> None:
    """Refuse unless the user keeps the papers of this organ, in its present term or an earlier one of the same name."""
    organ = document.organ
    if organ is None:
        raise Refusal(
            "Chưa gắn bản ký.",
            "Văn bản này ghi lại từ nguồn, không do cơ quan của hệ thống ban hành.",
            "Xem văn bản ở cơ quan đã ban hành.",
        )
    if not any(a.role in KEEPERS and a.agency.name == organ.name for a in user.appointments_on(day)):
        raise Forbidden("Chưa gắn bản ký.", f"Việc này của văn thư, cán bộ {organ.name}.", "Liên hệ cơ quan ban hành.")
