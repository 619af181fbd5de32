"""Samples: received with codes, handed to members, signed for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from ocop.accounts.models import User
from ocop.kernel import audit, once, series
from ocop.kernel.refusal import Forbidden, Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of, vi_date

from ..models import Item, Member, Sample, Session
from ..permissions import check_may_run
from ..samples import MOST_SAMPLES, samples_due


def _check_open(session: Session, what: str) -> None:
    if session.state == Session.CLOSED:
        raise Refusal(what, "Phiên đã kết thúc.", "Danh sách mẫu giữ như đã ghi.")


@transaction.atomic
def receive_samples(
    *, item: Item, count: int, received_on: date, received_from: str, by: User, now: datetime, token: str = ""
) -> list[Sample]:
    """Receive samples of a product; each gets the next code of the session.

    :raises Refusal: no right, closed, a service of tourism (it brings none), a day to come, no giver
    """
    once.claim(token, now=now)
    session, day = item.session, day_of(now)
    check_may_run(by, session.council, day)
    what = "Chưa ghi nhận mẫu."
    _check_open(session, what)
    if not samples_due(item.dossier.scorecard.set_no):
        raise Refusal(what, "Dịch vụ du lịch không có sản phẩm mẫu (QĐ 26/2026/QĐ-TTg điều 6).", "Chọn sản phẩm khác.")
    if received_on > day:
        raise Refusal(what, f"Ngày {vi_date(received_on)} chưa đến.", "Nhập ngày đã nhận.")
    received_from = clean(received_from)
    if not received_from or not 1 <= count <= MOST_SAMPLES:
        raise Refusal(what, "Thiếu bên giao, hoặc số mẫu không đúng.", f"Ghi bên giao, số mẫu từ 1 đến {MOST_SAMPLES}.")
    rows = Sample.objects.bulk_create(
        [
            Sample(
                session=session,
                dossier=item.dossier,
                number=series.take(f"samples-{session.pk}"),
                received_on=received_on,
                received_from=received_from[:200],
                received_by=by,
            )
            for _ in range(count)
        ]
    )
    after = {"hồ sơ": item.dossier.number, "mã": [row.code for row in rows], "bên giao": received_from}
    audit.record("sample.received", session, by=by, at=now, after=after)
    return rows


@transaction.atomic
def hand_over(*, session: Session, samples: Collection[Sample], member: Member, by: User, now: datetime) -> int:
    """Hand samples to a member, or from one to another while nobody signed. Returns how many."""
    check_may_run(by, session.council, day_of(now))
    what = "Chưa giao mẫu."
    _check_open(session, what)
    if member.council_id != session.council_id:
        raise Refusal(what, "Người nhận không thuộc hội đồng.", "Mở lại trang.")
    mine = session.samples.filter(pk__in=[sample.pk for sample in samples], signed_at=None)
    if mine.update(handed_to=member, handed_at=now) != len(samples):
        raise Moved(what)
    after = {"mã": sorted(sample.code for sample in samples), "giao cho": member.user.name}
    audit.record("sample.handed", session, by=by, at=now, after=after)
    return len(samples)


@transaction.atomic
def sign_for_samples(*, session: Session, by: User, now: datetime) -> int:
    """A member signs for all samples that he was handed. Returns how many."""
    member = session.council.members.filter(user=by).first()
    if member is None:
        raise Forbidden("Chưa ký nhận.", "Bạn không thuộc hội đồng này.", "Liên hệ thư ký hội đồng.")
    mine = list(session.samples.filter(handed_to=member, signed_at=None).order_by("number"))
    if not mine:
        raise Refusal("Chưa ký nhận.", "Không có mẫu nào đang giao cho bạn.", "Báo thư ký ghi mẫu đã giao.")
    session.samples.filter(pk__in=[sample.pk for sample in mine], handed_to=member).update(signed_at=now)
    audit.record("sample.signed", session, by=by, at=now, after={"mã": [sample.code for sample in mine]})
    return len(mine)
