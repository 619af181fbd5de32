"""A file comes in, its columns are matched, its rows are staged with what they mean. The register is not touched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from ocop.accounts.models import User
from ocop.kernel import audit, files, jobs, once
from ocop.kernel.files import Stored
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import fold
from ocop.kernel.time import day_of

from ..models import ColumnChoice, Import, ImportRow, Step, offices_of
from ..permissions import check_may_import, check_may_match, check_may_open
from ..queries import Judged, judge, plain
from ..rules import heads, workbook
from ..rules.fields import Kind, keys_of
from ..rules.fonts import Font
from ..rules.heads import Table
from ..rules.rows import rows_of
from ..rules.workbook import Sheet

CHUNK = 1000  # rows staged in one short transaction


@transaction.atomic
def start(*, kind: str, stored: Stored, by: User, now: datetime, token: str = "") -> Import:
    """Take a file in and want its reading. The bytes were stored, sealed, before this transaction.

    :raises Refusal: no right, or the form was sent before
    """
    once.claim(token, now=now)
    check_may_import(by, kind, day_of(now))
    found = Import.objects.create(
        kind=kind,
        office_id=offices_of(by, day_of(now))[0],
        made_by=by,
        made_at=now,
        blob=stored.blob,
        file_name=stored.name,
    )
    audit.record("import.uploaded", found, by=by, at=now, after={"kind": kind, "sha256": stored.blob.sha256})
    _want(found, now)
    return found


@transaction.atomic
def use_again(*, found: Import, kind: str, by: User, now: datetime, token: str = "") -> Import:
    """Read the same file as another kind of list: an office's one list often holds producers and products.

    :raises Refusal: no right, or the form was sent before
    """
    check_may_open(by, found, day_of(now))
    return start(kind=kind, stored=Stored(found.blob, found.file_name), by=by, now=now, token=token)


@transaction.atomic
def choose_columns(
    *,
    found: Import,
    version: int,
    tables: Sequence[Table],
    columns: Mapping[str, str],
    font: str,
    with_hidden: bool,
    by: User,
    now: datetime,
) -> None:
    """Set how the file is read, remember it for the office, and want the reading anew.

    columns  head -> code of a field, "" for none
    :raises Refusal: no right, written already, no column for what a row is about, one field twice, or moved
    """
    check_may_match(by, found, day_of(now))
    what = "Chưa đọc lại."
    chosen = [code for code in columns.values() if code]
    keys = keys_of(Kind(found.kind))
    if not {field.code for field in keys} & set(chosen):
        names = " hoặc ".join(f"“{field.label}”" for field in keys)
        raise Refusal(what, f"Chưa chọn cột cho mục {names}.", "Chọn cột đó rồi đọc lại.")
    if len(chosen) != len(set(chosen)):
        raise Refusal(what, "Hai cột cùng chỉ một mục.", "Mỗi mục chọn một cột.")
    if not tables:
        raise Refusal(what, "Chưa chọn trang tính nào.", "Chọn trang tính có danh sách.")
    same = Import.objects.filter(pk=found.pk, version=version).exclude(step__in=[Step.WRITTEN, Step.UNDONE])
    layout = {"tables": [[one.sheet, one.first, one.last] for one in tables], "columns": dict(columns)}
    if not same.update(
        layout=layout,
        font=font,
        with_hidden=with_hidden,
        step=Step.WAITING,
        why="",
        done_rows=0,
        version=F("version") + 1,
    ):
        raise Refusal(what, "Người khác vừa đọc lại hoặc đã nhập danh sách này.", "Mở lại trang.")
    ColumnChoice.objects.bulk_create(
        [
            ColumnChoice(office=found.office, kind=found.kind, head=fold(head)[:200], field=code)
            for head, code in {fold(head): (head, code) for head, code in columns.items()}.values()
        ],
        update_conflicts=True,
        unique_fields=["office", "kind", "head"],
        update_fields=["field"],
    )
    found.refresh_from_db()
    audit.record("import.matched", found, by=by, at=now, after={"columns": {k: v for k, v in columns.items() if v}})
    _want(found, now)


@transaction.atomic
def read_again(*, found: Import, version: int, by: User, now: datetime) -> None:
    """Read and check the file anew as its columns stand: the register changed, or the worker died.

    :raises Refusal: no right, written already, or moved
    """
    check_may_match(by, found, day_of(now))
    same = Import.objects.filter(pk=found.pk, version=version).exclude(step__in=[Step.WRITTEN, Step.UNDONE])
    if not same.update(step=Step.WAITING, why="", done_rows=0, version=F("version") + 1):
        raise Moved("Chưa đọc lại.")
    found.refresh_from_db()
    audit.record("import.read_again", found, by=by, at=now)
    _want(found, now)


def _want(found: Import, now: datetime) -> None:
    jobs.later("importing.read", f"{found.pk}:{found.version}", now=now)


def check(*, found: Import, now: datetime) -> None:
    """Read the file and stage its rows in short transactions; stops where a newer reading was wanted meanwhile.

    Run by a job, again after its worker died: what was staged before goes first. Ends with the import in the step
    UNMATCHED (columns or font have to be confirmed), CHECKED or REFUSED.
    """
    mine = Import.objects.filter(pk=found.pk, version=found.version, step=Step.WAITING)
    try:
        sheets = workbook.read(files.open_blob(found.blob))
        layout = found.layout or _layout(found, sheets)
        if not layout["tables"]:
            mine.update(step=Step.UNMATCHED, layout=layout)
            return
        tables = [heads.table(sheet, first, last) for sheet, first, last in _placed(layout, sheets)]
        rows, told = rows_of(
            Kind(found.kind),
            sheets,
            tables,
            layout["columns"],
            font=Font(found.font) if found.font else None,
            with_hidden=found.with_hidden,
            today=day_of(now),
        )
    except Refusal as refusal:
        mine.update(step=Step.REFUSED, why=f"{refusal.why} {refusal.next}"[:500])
        return
    said = told.sentences(found.with_hidden) + _left_out(sheets, tables)
    if told.font or not rows:
        said += [] if rows else ["Không có dòng dữ liệu nào dưới dòng tiêu đề đã chọn."]
        doubt = {"said": said, "font": told.font or "", "example": told.example[:100]}
        mine.update(step=Step.UNMATCHED, layout=layout, told=doubt)
        return
    ImportRow.objects.filter(of=found).delete()
    if not mine.update(layout=layout, told={"said": said}, done_rows=0, all_rows=len(rows)):
        return
    judged = judge(found.kind, rows, found.made_by, day_of(now))
    for start_at in range(0, len(judged), CHUNK):
        with transaction.atomic():
            if not mine.update(done_rows=min(start_at + CHUNK, len(judged))):
                return
            ImportRow.objects.bulk_create(
                _staged(found, place, one) for place, one in enumerate(judged[start_at : start_at + CHUNK], start_at)
            )
    mine.update(step=Step.CHECKED, staged_at=now)


def _layout(found: Import, sheets: Sequence[Sheet]) -> dict[str, Any]:
    """Where the tables stand and what their columns are, as far as heads and the office's habits tell."""
    tables = heads.choose(Kind(found.kind), sheets)
    remembered = dict(
        ColumnChoice.objects.filter(office=found.office, kind=found.kind).order_by("pk").values_list("head", "field")
    )
    columns: dict[str, str] = {}
    for one in tables:
        columns |= heads.match(Kind(found.kind), one.heads, remembered)
    return {"tables": [[one.sheet, one.first, one.last] for one in tables], "columns": columns}


def _placed(layout: Mapping[str, Any], sheets: Sequence[Sheet]) -> Iterable[tuple[Sheet, int, int]]:
    by_name = {sheet.name: sheet for sheet in sheets}
    return [(by_name[name], first, last) for name, first, last in layout["tables"] if name in by_name]


def _left_out(sheets: Sequence[Sheet], tables: Sequence[Table]) -> list[str]:
    """Sheets that are not read, in words."""
    read = {one.sheet for one in tables}
    hidden = [f"“{sheet.name}”" for sheet in sheets if sheet.hidden and sheet.rows and sheet.name not in read]
    other = [f"“{sheet.name}”" for sheet in sheets if not sheet.hidden and sheet.rows and sheet.name not in read]
    said = [f"Không đọc trang tính ẩn {', '.join(hidden)}."] if hidden else []
    return said + ([f"Không đọc trang tính {', '.join(other)}: khác cột."] if other else [])


def _staged(found: Import, place: int, one: Judged) -> ImportRow:
    row = one.row
    return ImportRow(
        of=found,
        place=place,
        sheet=row.sheet[:100],
        number=row.number,
        verdict=one.verdict,
        values_sealed=json.dumps(row.values, ensure_ascii=False),
        before_sealed=json.dumps({code: plain(old) for code, old in one.before.items()}, ensure_ascii=False)
        if one.before
        else "",
        places=row.places,
        problems=[[problem.cell, problem.text, problem.is_error] for problem in row.problems],
        target=one.target.pk if one.target else None,
    )
