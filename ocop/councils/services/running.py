"""While a session sits: which product the council has before it, and what it says where marks lay too far apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from ocop.accounts.models import User
from ocop.kernel import audit
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of

from ..models import Discussion, Item, Session
from ..permissions import check_may_run


@transaction.atomic
def call_item(*, item: Item, by: User, now: datetime) -> None:
    """The secretary calls a product (bắt đầu sản phẩm): the clock of the board starts; calling again starts it anew."""
    check_may_run(by, item.session.council, day_of(now))
    what = "Chưa bắt đầu sản phẩm."
    if item.session.state != Session.OPEN:
        raise Refusal(what, f"Phiên {item.session.get_state_display()}.", "Mở phiên trước.")
    if not Item.objects.pending().filter(pk=item.pk).exists():
        raise Refusal(what, "Sản phẩm đã kết luận hoặc đã rời hội đồng.", "Chọn sản phẩm khác.")
    if not Item.objects.filter(pk=item.pk, called_at=item.called_at).update(called_at=now):
        raise Moved(what)
    item.refresh_from_db(fields=["called_at"])
    audit.record("item.called", item, by=by, at=now)


@transaction.atomic
def discuss(*, item: Item, notes: Mapping[str, str], by: User, now: datetime) -> int:
    """The secretary notes what the council said on the criteria that lay apart in the last round; the minutes
    print it.

    notes  criterion -> note, empty: none. Returns how many changed.
    :raises Refusal: no right, nothing lay apart, the product is concluded, or another criterion
    """
    check_may_run(by, item.session.council, day_of(now))
    what = "Chưa ghi nội dung thảo luận."
    if item.closed or item.session.state != Session.OPEN or not item.deviation:
        raise Refusal(what, "Sản phẩm không ở vòng chấm lại do chênh lệch.", "Mở lại trang.")
    apart = {code for code, _ in item.deviation}
    if other := sorted(set(notes) - apart):
        raise Refusal(what, f"Tiêu chí {', '.join(other)} không gây chênh lệch.", "Mở lại trang.")
    number = item.round - 1
    before = dict(item.discussions.filter(round=number).values_list("criterion", "note"))
    wanted = {code: clean(note)[:1000] for code, note in notes.items()}
    changed = {code: note for code, note in wanted.items() if note != before.get(code, "")}
    for code, note in changed.items():
        if note:
            Discussion.objects.update_or_create(item=item, round=number, criterion=code, defaults={"note": note})
    item.discussions.filter(round=number, criterion__in=[code for code, note in changed.items() if not note]).delete()
    if changed:
        audit.record("item.discussed", item, by=by, at=now, before=before, after=changed)
    return len(changed)
