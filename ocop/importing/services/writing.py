"""The button: one transaction writes all, through the services of the rooms below; the undo takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from ocop.accounts.models import User
from ocop.kernel import audit, once
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of

from ..models import Import, ImportRow, Step, Verdict
from ..permissions import check_may_confirm, check_may_undo
from ..queries import judge
from ..rules.fields import Kind
from ..rules.rows import Problem, Row
from .kinds import WRITERS
from .kinds.shared import AT_ONCE

WHAT = "Chưa ghi dòng nào."


@transaction.atomic
def confirm(*, found: Import, version: int, skip_wrong: bool, by: User, now: datetime, token: str = "") -> int:
    """Write what the preview showed, in one transaction; returns how many rows were written.

    skip_wrong  leave wrong rows out; without it one wrong row refuses all
    Every row is judged again: what the register says otherwise than at the preview refuses all.
    :raises Refusal: no right, a wrong row, nothing to write, somebody was first, or the register changed meanwhile
    """
    once.claim(token, now=now)
    check_may_confirm(by, found, day_of(now))
    same = Import.objects.staged().filter(pk=found.pk, version=version, step=Step.CHECKED)
    if not same.update(step=Step.WRITTEN, written_at=now, version=F("version") + 1):
        raise Moved(WHAT)
    staged = list(ImportRow.objects.filter(of=found).order_by("place"))
    wrong = [row for row in staged if row.verdict == Verdict.WRONG]
    if wrong and not skip_wrong:
        raise Refusal(WHAT, f"Có {len(wrong)} dòng sai.", "Sửa trong Excel rồi tải lại, hoặc chọn bỏ các dòng sai.")
    judged = judge(found.kind, [_row(one) for one in staged], by, day_of(now))
    for row, one in zip(staged, judged, strict=True):
        if (row.verdict, row.target) != (one.verdict, one.target.pk if one.target else None):
            raise Refusal(
                WHAT, f"Dòng {row.number}: dữ liệu trong hệ thống đã khác lúc xem trước.", "Bấm Đọc lại rồi xem lại."
            )
    pairs = [
        (row, one) for row, one in zip(staged, judged, strict=True) if one.verdict in (Verdict.NEW, Verdict.CHANGED)
    ]
    if not pairs:
        raise Refusal(WHAT, "Không có dòng nào mới hoặc thay đổi.", "Không cần nhập: hệ thống đã có đủ.")
    reason = f"Nhập từ Excel “{found.file_name}”, lần {found.pk}"
    WRITERS[Kind(found.kind)].write(pairs, found, reason, by, now)
    _remember([row for row, _ in pairs])
    audit.record(
        "import.written",
        found,
        by=by,
        at=now,
        after={verdict.value: sum(one.verdict == verdict for one in judged) for verdict in Verdict},
    )
    return len(pairs)


class UsedSince(Refusal):
    """Rows of an import were used since. rows  those that would stay, each with why (kept); rest  how many would go"""

    def __init__(self, rows: Sequence[ImportRow], rest: int) -> None:
        why = (
            f"{len(rows)} dòng đã dùng hoặc sửa sau khi nhập."
            if rest
            else "Mọi dòng đều đã dùng hoặc sửa sau khi nhập."
        )
        next = f"Giữ các dòng đó và hoàn tác {rest} dòng còn lại." if rest else "Sửa từng dòng ở trang của nó."
        super().__init__("Chưa hoàn tác.", why, next)
        self.rows, self.rest = rows, rest


@transaction.atomic
def undo(
    *, found: Import, version: int, reason: str, by: User, now: datetime, leave_used: bool = False, token: str = ""
) -> tuple[int, int]:
    """Take back all that an import wrote; returns how many rows went back and how many stay.

    leave_used  what was used since stays, each row saying why; without it one such row refuses all
    What was changed gets its old values again.
    :raises UsedSince: rows were used since: some without leave_used, or all
    :raises Refusal: no right, no reason, not written, or undone before
    """
    once.claim(token, now=now)
    check_may_undo(by, found, day_of(now))
    reason = clean(reason)
    what = "Chưa hoàn tác."
    if len(reason) < 10:
        raise Refusal(what, "Lý do quá ngắn.", "Ghi rõ vì sao hoàn tác.")
    same = Import.objects.staged().filter(pk=found.pk, version=version, step=Step.WRITTEN)
    if not same.update(step=Step.UNDONE, undone_at=now, undo_reason=reason[:500], version=F("version") + 1):
        raise Moved(what)
    written = {Verdict.NEW, Verdict.CHANGED}
    rows = list(ImportRow.objects.filter(of=found, verdict__in=written, target__isnull=False).order_by("place"))
    stay = WRITERS[Kind(found.kind)].take_back(rows, reason, by, now)
    for row in rows:
        row.kept = stay.get(row.target or 0, "")[:100]
        row.undone = not row.kept
    used = [row for row in rows if row.kept]
    if used and (not leave_used or len(used) == len(rows)):
        raise UsedSince(used, len(rows) - len(used))
    mine = ImportRow.objects.filter(of=found, verdict__in=written)
    mine.update(undone=True)
    for why in sorted({row.kept for row in rows if row.kept}):
        keys = [row.pk for row in rows if row.kept == why]
        for start in range(0, len(keys), AT_ONCE):
            mine.filter(pk__in=keys[start : start + AT_ONCE]).update(undone=False, kept=why)
    done, kept = len(rows) - len(used), len(used)
    audit.record("import.undone", found, by=by, at=now, reason=reason, after={"undone": done, "kept": kept})
    return done, kept


def _row(staged: ImportRow) -> Row:
    """The row as it was read; mistakes of the reading stay, those of the judge are found again."""
    row = Row(staged.sheet, staged.number, staged.values, dict(staged.places))
    if staged.verdict == Verdict.WRONG:
        row.problems = [Problem(cell, text, is_error) for cell, text, is_error in staged.problems if is_error]
    return row


def _remember(rows: Sequence[ImportRow]) -> None:
    """Keep what each row wrote. One statement for many rows: bulk_update's CASE would take longer than the writing."""
    table = connection.ops.quote_name(ImportRow._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET target = %s, target_version = %s WHERE id = %s",  # noqa: S608  our own table's name
            [(row.target, row.target_version, row.pk) for row in rows],
        )
