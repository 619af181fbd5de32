"""Taking an office's own wording of a paper into use: checked whole, a new version each time, from a day on."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from ocop.accounts.models import Agency, User
from ocop.kernel import audit, files, once
from ocop.kernel.papers.template import problems
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.time import day_of

from ..models import Wording
from ..permissions import check_may_word
from ..wording import KINDS


@transaction.atomic
def adopt_wording(
    *,
    organ: Agency,
    kind: str,
    stored: files.Stored | None,
    valid_from: date,
    by: User,
    now: datetime,
    token: str = "",
) -> Wording:
    """Take a Word file into use for one kind of paper; papers of earlier days keep their form.

    stored  None: from that day on the built-in form again
    :raises Refusal: no right, a day that is past, or every reason why the file cannot be a template
    """
    once.claim(token, now=now)
    check_may_word(by, organ, day_of(now))
    what = "Chưa dùng mẫu này."
    if valid_from < day_of(now):
        raise Refusal(what, "Ngày bắt đầu đã qua.", "Văn bản đã ban hành giữ mẫu cũ; chọn từ hôm nay trở đi.")
    if stored is not None and (found := problems(files.open_blob(stored.blob), KINDS[kind].spec)):
        raise Refusal(what, " ".join(found), "Sửa mẫu trong Word rồi tải lên lại.")
    last = Wording.objects.filter(organ=organ, kind=kind).aggregate(last=Max("version"))["last"] or 0
    try:
        with transaction.atomic():
            made = Wording.objects.create(
                organ=organ,
                kind=kind,
                version=last + 1,
                valid_from=valid_from,
                blob=stored.blob if stored else None,
                file_name=stored.name if stored else "",
                added_by=by,
                added_at=now,
            )
    except IntegrityError as error:
        raise Moved(what) from error
    after = {"giấy tờ": kind, "bản": made.version, "từ ngày": valid_from}
    audit.record("wording.adopted", made, by=by, at=now, after=after | ({"tệp": stored.blob.sha256} if stored else {}))
    return made
