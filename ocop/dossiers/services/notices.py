"""News for the people who act for a subject."""

from __future__ import annotations

from datetime import datetime

from ocop.accounts.services import notify
from ocop.kernel.time import day_of

from ..models import Dossier, Side


def tell_subject(dossier: Dossier, text: str, now: datetime) -> None:
    """Leave a notice for everyone who acts for the subject today, and for the officers who enter for it.

    A household without an account is told by its officer: his notice opens the slip to print and hand over.
    """
    subject = dossier.subject
    users = list(subject.memberships.in_force_on(day_of(now)).values_list("user_id", flat=True))
    notify(users, text, path=dossier.get_absolute_url(), now=now)
    helpers = dossier.hands.filter(side=Side.ASSISTED).exclude(user__in=users).values_list("user_id", flat=True)
    officers = list(helpers) if subject.consents.in_force().exists() else []
    path = dossier.get_absolute_url()
    if not users:
        text, path = f"{text} Hộ chưa có tài khoản: in phiếu báo, trao cho hộ.", f"/nhap-ho/{subject.pk}/phieu/"
    notify(officers, text, path=path, now=now)
