"""The button: one transaction writes all, through the services of the rooms below; the undo takes it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from ocop.accounts.models import User
from ocop.certificates.models import Recognition
from ocop.certificates.services import Recorded, record_recognitions, remove_recorded
from ocop.kernel import audit, once
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of, vi_date
from ocop.registry.models import Product, Subject
from ocop.registry.services import (
    PRODUCT_FIELDS,
    NewProduct,
    NewSubject,
    add_products,
    add_subjects,
    change_products,
    change_subjects,
    remove_products,
    remove_subjects,
)

from ..models import Import, ImportRow, Step, Verdict
from ..permissions import check_may_confirm, check_may_undo
from ..queries import Judged, judge
from ..queries.products import stage_of
from ..queries.subjects import details_of
from ..rules.fields import Kind
from ..rules.rows import Problem, Row
from ..rules.words import level_of

WHAT = "Chưa ghi dòng nào."
_AT_ONCE = 5000


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
    write = {Kind.SUBJECTS: _write_subjects, Kind.PRODUCTS: _write_products, Kind.RECOGNITIONS: _write_recognitions}
    write[Kind(found.kind)](pairs, found, reason, by, now)
    _remember([row for row, _ in pairs])
    audit.record(
        "import.written",
        found,
        by=by,
        at=now,
        after={verdict.value: sum(one.verdict == verdict for one in judged) for verdict in Verdict},
    )
    return len(pairs)


@transaction.atomic
def undo(*, found: Import, version: int, reason: str, by: User, now: datetime, token: str = "") -> tuple[int, int]:
    """Take back all that an import wrote and nobody used since; returns how many rows went back and how many stay.

    Each row that stays says why. What was changed gets its old values again.
    :raises Refusal: no right, no reason, not written, undone before, or every row was used since
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
    take_back = {Kind.SUBJECTS: _undo_subjects, Kind.PRODUCTS: _undo_products, Kind.RECOGNITIONS: _undo_recognitions}
    stay = take_back[Kind(found.kind)](rows, reason, by, now)
    for row in rows:
        row.kept = stay.get(row.target or 0, "")[:100]
        row.undone = not row.kept
    if rows and all(row.kept for row in rows):
        raise Refusal(what, f"Cả {len(rows)} dòng đều đã dùng hoặc sửa sau khi nhập.", "Sửa từng dòng ở trang của nó.")
    mine = ImportRow.objects.filter(of=found, verdict__in=written)
    mine.update(undone=True)
    for why in sorted({row.kept for row in rows if row.kept}):
        keys = [row.pk for row in rows if row.kept == why]
        for start in range(0, len(keys), _AT_ONCE):
            mine.filter(pk__in=keys[start : start + _AT_ONCE]).update(undone=False, kept=why)
    kept = sum(bool(row.kept) for row in rows)
    audit.record("import.undone", found, by=by, at=now, reason=reason, after={"undone": len(rows) - kept, "kept": kept})
    return len(rows) - kept, kept


Pairs = Sequence[tuple[ImportRow, Judged]]


def _row(staged: ImportRow) -> Row:
    """The row as it was read; mistakes of the reading stay, those of the judge are found again."""
    row = Row(staged.sheet, staged.number, staged.values, dict(staged.places))
    if staged.verdict == Verdict.WRONG:
        row.problems = [Problem(cell, text, is_error) for cell, text, is_error in staged.problems if is_error]
    return row


def _split(pairs: Pairs) -> tuple[list[tuple[ImportRow, Judged]], list[tuple[ImportRow, Judged]]]:
    """New ones, changed ones."""
    return (
        [pair for pair in pairs if pair[1].verdict == Verdict.NEW],
        [pair for pair in pairs if pair[1].verdict == Verdict.CHANGED],
    )


def _remember(rows: Sequence[ImportRow]) -> None:
    """Keep what each row wrote. One statement for many rows: bulk_update's CASE would take longer than the writing."""
    table = connection.ops.quote_name(ImportRow._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET target = %s, target_version = %s WHERE id = %s",  # noqa: S608  our own table's name
            [(row.target, row.target_version, row.pk) for row in rows],
        )


def _note(pairs: Pairs, objects: Sequence[Any]) -> None:
    for (row, _), obj in zip(pairs, objects, strict=True):
        row.target, row.target_version = obj.pk, obj.version


def _write_subjects(pairs: Pairs, found: Import, reason: str, by: User, now: datetime) -> None:
    new, changed = _split(pairs)
    rows = []
    for _, one in new:
        if one.kind is None or one.commune is None:
            raise ValueError("a new subject has its kind and commune")
        values = one.row.values
        rows.append(NewSubject(values["name"], one.kind, one.commune, values.get("tax_code", ""), details_of(values)))
    _note(new, add_subjects(rows=rows, by=by, now=now, reason=reason, source=_source(found)))
    changes = [(one.target, one.changes) for _, one in changed if isinstance(one.target, Subject)]
    _note(changed, change_subjects(changes=changes, by=by, now=now, reason=reason))


def _write_products(pairs: Pairs, found: Import, reason: str, by: User, now: datetime) -> None:
    new, changed = _split(pairs)
    rows = []
    for _, one in new:
        if one.subject is None:
            raise ValueError("a new product has its subject")
        values = one.row.values
        details = {code: values[code] for code in sorted(PRODUCT_FIELDS - {"name"}) if code in values}
        commune = one.commune or one.subject.commune
        rows.append(NewProduct(values["name"], one.subject, one.product_set, commune, stage_of(values), details))
    _note(new, add_products(rows=rows, by=by, now=now, reason=reason, source=_source(found)))
    changes = [(one.target, one.changes) for _, one in changed if isinstance(one.target, Product)]
    _note(changed, change_products(changes=changes, by=by, now=now, reason=reason))


def _write_recognitions(pairs: Pairs, found: Import, reason: str, by: User, now: datetime) -> None:
    rows = []
    for _, one in pairs:
        if one.product is None:
            raise ValueError("a recognition has its product")
        values = one.row.values
        day = date.fromisoformat(values["decided_on"]) if values.get("decided_on") else None
        organ, number, stars, year = (values.get(code) for code in ("organ_name", "number", "stars", "year"))
        level = level_of(organ or "", number or "", stars, day, year)
        year = year or (day.year if day else None)
        source = f"{_source(found)}, dòng {one.row.number}"
        rows.append(Recorded(one.product, stars, level, organ or "", number or "", day, year, source))
    for (row, _), made in zip(pairs, record_recognitions(rows=rows, by=by, now=now, reason=reason), strict=True):
        row.target = made.pk


def _source(found: Import) -> str:
    return f"Nhập từ Excel “{found.file_name}” ngày {vi_date(day_of(found.made_at))}"[:280]


def _undo_subjects(rows: Sequence[ImportRow], reason: str, by: User, now: datetime) -> dict[int, str]:
    there = _read(Subject.objects.select_related("commune"), rows)
    stay = remove_subjects(subjects=_as_written(rows, there, Verdict.NEW), by=by, now=now, reason=reason)

    def old(values: dict[str, Any]) -> dict[str, object]:
        founded = values.get("founded_on")
        return values | ({"founded_on": date.fromisoformat(founded)} if founded else {})

    return stay | _restore(
        rows, there, old, lambda changes: change_subjects(changes=changes, by=by, now=now, reason=reason)
    )


def _undo_products(rows: Sequence[ImportRow], reason: str, by: User, now: datetime) -> dict[int, str]:
    there = _read(Product.objects.select_related("subject").prefetch_related("subject__commune", "commune"), rows)
    stay = remove_products(products=_as_written(rows, there, Verdict.NEW), by=by, now=now, reason=reason)
    return stay | _restore(
        rows,
        there,
        lambda values: values,
        lambda changes: change_products(changes=changes, by=by, now=now, reason=reason),
    )


def _undo_recognitions(rows: Sequence[ImportRow], reason: str, by: User, now: datetime) -> dict[int, str]:
    there = _read(Recognition.objects.select_related("product", "decision"), rows)
    stay = {row.target: "không còn trong hệ thống" for row in rows if row.target and row.target not in there}
    return stay | remove_recorded(recognitions=list(there.values()), by=by, now=now, reason=reason)


def _read(query: Any, rows: Sequence[ImportRow]) -> dict[int, Any]:
    keys = [row.target for row in rows]
    return {
        one.pk: one
        for start in range(0, len(keys), _AT_ONCE)
        for one in query.filter(pk__in=keys[start : start + _AT_ONCE]).order_by("pk")
    }


def _as_written(rows: Sequence[ImportRow], there: dict[int, Any], verdict: str) -> list[Any]:
    """The objects of the rows with a verdict, with the version that the import left."""
    found = []
    for row in rows:
        obj = there.get(row.target or 0)
        if row.verdict == verdict and obj is not None:
            obj.version = row.target_version
            found.append(obj)
    return found


def _restore(
    rows: Sequence[ImportRow],
    there: dict[int, Any],
    old: Callable[[dict[str, Any]], dict[str, object]],
    change: Callable[[list[Any]], object],
) -> dict[int, str]:
    """Give what was changed its old values; returns key -> why, for those that were changed again since."""
    stay: dict[int, str] = {}
    changes = []
    for row in rows:
        if row.verdict != Verdict.CHANGED or row.target is None:
            continue
        obj = there.get(row.target)
        if obj is None:
            stay[row.target] = "không còn trong hệ thống"
        elif obj.version != row.target_version:
            stay[row.target] = "đã sửa sau khi nhập"
        else:
            changes.append((obj, old(row.before)))
    if changes:
        change(changes)
    return stay
