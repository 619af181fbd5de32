"""News for the people who act for a subject."""

from __future__ import annotations

from datetime import datetime

from ocop.accounts.services import notify
from ocop.kernel.time import day_of

from ..models import Dossier


def tell_subject(dossier: Dossier, text: str, now: datetime) -> None:
    """Leave a notice for everyone who acts for the subject today."""
    users = dossier.subject.memberships.in_force_on(day_of(now)).values_list("user_id", flat=True)
    notify(list(users), text, path=dossier.get_absolute_url(), now=now)
