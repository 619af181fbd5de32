"""News for the people who act for a subject."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from ocop.accounts.models import User
from ocop.accounts.services import notify
from ocop.kernel import audit
from ocop.kernel.time import day_of, vi_date

from ..models import Dossier, ResultNotice, Side
from ..queries import officers_of


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


@transaction.atomic
def tell_result(
    *, dossier: Dossier, lines: Sequence[str], path: str, complain_until: date | None, by: User, now: datetime
) -> ResultNotice:
    """A council tells subject and commune of its result: the dossier's page shows it from then on (art. 7(3)g).

    lines  sentences of the notice; path  the page of the result; complain_until  last day for a complaint, None: no way
    """
    notice = ResultNotice.objects.create(
        dossier=dossier, lines=list(lines), path=path, complain_until=complain_until, sent_at=now, sent_by=by
    )
    text = f"Có kết quả đánh giá {dossier.product} (hồ sơ {dossier.number})."
    tell_subject(dossier, text, now)
    notify(officers_of(dossier.commune, day_of(now)), text, path=dossier.get_absolute_url(), now=now)
    after = {"khiếu nại đến": vi_date(complain_until)} if complain_until else {}
    audit.record("dossier.result_told", dossier, by=by, at=now, after=after)
    return notice
