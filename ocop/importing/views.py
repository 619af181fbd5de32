"""Lists from Excel: upload, columns, preview, the button, the undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ocop.accounts.http import Request
from ocop.kernel import audit, files
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.refusal import Forbidden, Refusal, allows
from ocop.kernel.templatetags.ocop import number

from . import services
from .forms import ColumnsForm, ConfirmForm, HeadForm, KindForm, UndoForm, UploadForm, VersionForm
from .models import Import, ImportRow, Step, Verdict
from .permissions import check_may_confirm, check_may_import, check_may_match, check_may_open, check_may_undo
from .queries.staged import counts, reading_failed
from .rules import fonts, heads, workbook
from .rules.fields import KIND_NAMES, Kind
from .rules.heads import Table
from .rules.workbook import Sheet
from .words import EVENT_NAMES

SAMPLES = 3  # values shown beside a head
MOST_USED = 100  # rows named that an undo would leave


def _kinds(request: Request) -> list[Kind]:
    """What the user may bring in. :raises Forbidden: nothing"""
    found = [kind for kind in Kind if allows(check_may_import, request.user, kind, request.day)]
    if not found:
        check_may_import(request.user, Kind.SUBJECTS, request.day)
    return found


def _found(request: Request, pk: int) -> Import:
    rows = Import.objects.visible_to(request.user, request.day).select_related("office", "made_by", "blob")
    found = get_object_or_404(rows, pk=pk)
    check_may_open(request.user, found, request.day)
    return found


def _list(request: Request, form: UploadForm, status: int = 200) -> HttpResponse:
    found: Listing[Import] = Listing(
        request,
        Import.objects.visible_to(request.user, request.day).select_related("office", "made_by"),
        columns=[
            Column("luc", "Tải lên lúc", lambda row: row.made_at, ("made_at",)),
            Column("tep", "Tệp", lambda row: row.file_name),
            Column("loai", "Danh sách", lambda row: row.get_kind_display(), ("kind",)),
            Column("dong", "Số dòng", lambda row: row.all_rows, number=True),
            Column("trang-thai", "Tình trạng", lambda row: row.get_step_display(), ("step",)),
            Column("nguoi", "Người nhập", lambda row: row.made_by.name),
            Column("co-quan", "Cơ quan", lambda row: row.office.name),
        ],
        filters=[
            Filter(
                "loai",
                "Danh sách",
                [Option(kind.value, name) for kind, name in KIND_NAMES.items()],
                lambda rows, values: rows.filter(kind__in=values),
            ),
            Filter(
                "trang-thai",
                "Tình trạng",
                [Option(value, str(label)) for value, label in Step.choices],
                lambda rows, values: rows.filter(step__in=values),
            ),
        ],
        sort="-luc",
    )
    if found.wants_file:
        return found.file("nhap-excel")
    return render(request, "importing/imports.html", {"listing": found, "form": form}, status=status)


@login_required
@require_GET
def listing(request: Request) -> HttpResponse:
    """Imports of the office, and the form for the next."""
    return _list(request, UploadForm(kinds=_kinds(request)))


@login_required
@require_POST
def upload(request: Request) -> HttpResponse:
    """Take a file in; a job reads it."""
    form = UploadForm(request.POST, request.FILES, kinds=_kinds(request))

    def start() -> HttpResponse:
        data = form.cleaned_data
        [stored] = files.take(data["file"], by=request.user, now=request.now, restricted=True, allow=("xlsx",))
        return redirect(
            services.start(kind=data["kind"], stored=stored, by=request.user, now=request.now, token=data["once"])
        )

    return form.carry_out(start) or _list(request, form, status=form.status)


def page(request: Request, pk: int) -> HttpResponse:
    """One import as it stands: reading, what its rows mean, what was done."""
    found = _found(request, pk)
    return _page(request, found)


def _rows(request: Request, found: Import, by_verdict: dict[str, int]) -> Listing[ImportRow]:
    options = [
        Option(value, str(label), by_verdict[value]) for value, label in Verdict.choices if by_verdict.get(value)
    ]
    return Listing(
        request,
        ImportRow.objects.visible_to(request.user, request.day).filter(of=found).select_related("of"),
        columns=[
            Column("dong", "Dòng", lambda row: row.number, ("place",), number=True),
            Column("tinh-trang", "Tình trạng", lambda row: row.get_verdict_display(), ("verdict",)),
            *(Column(field.code, field.label, _text_of(place)) for place, field in enumerate(found.fields)),
            Column("ghi-chu", "Lỗi, lưu ý", lambda row: row.sentences),
            *([Column("trang-tinh", "Trang tính", lambda row: row.sheet)] if found.in_sheets else []),
        ],
        filters=[
            Filter("trang-thai", "Tình trạng", options, lambda rows, values: rows.filter(verdict__in=values)),
            Filter(
                "luu-y",
                "Lưu ý",
                [Option("co", "Có lưu ý"), Option("giu", "Không hoàn tác được")],
                lambda rows, values: rows.exclude(problems=[]) if values == ["co"] else rows.exclude(kept=""),
            ),
        ],
        sort="dong",
    )


def _text_of(place: int) -> Callable[[ImportRow], str]:
    return lambda row: row.cells[place].text


def _page(request: Request, found: Import, form: ConfirmForm | None = None, status: int = 200) -> HttpResponse:
    tally = counts(found)
    settled = found.step in (Step.CHECKED, Step.WRITTEN, Step.UNDONE)
    rows = _rows(request, found, tally.by_verdict) if settled and found.staged_at else None
    if rows and rows.wants_file:
        return rows.file(f"nhap-excel-{found.pk}")
    user, day = request.user, request.day
    may_confirm = tally.to_write > 0 and allows(check_may_confirm, user, found, day)
    if form is None and may_confirm:
        form = ConfirmForm(initial={"version": found.version}, wrong=tally.wrong, left=tally.to_write)
    errors = ImportRow.objects.visible_to(user, day).filter(of=found, verdict=Verdict.WRONG).order_by("place")
    others = [kind for kind in _kinds(request) if kind != found.kind]
    context: dict[str, Any] = {
        "found": found,
        "listing": rows,
        "dropped": settled and not found.staged_at,
        "counts": tally,
        "tiles": [(label, value, tally.by_verdict.get(value, 0)) for value, label in Verdict.choices],
        "errors": errors[:20] if found.step == Step.CHECKED else [],
        "said": found.told.get("said", []),
        "form": form if may_confirm else None,
        "failed": found.step == Step.WAITING and reading_failed(found),
        "percent": 100 * found.done_rows // found.all_rows if found.all_rows else 0,
        "waiting_href": f"{reverse('registry:papers')}?tep=chua"
        if (found.kind, found.step) == (Kind.PAPERS, Step.WRITTEN)
        else "",
        "may_match": allows(check_may_match, user, found, day),
        "may_undo": allows(check_may_undo, user, found, day),
        "others": [(kind.value, KIND_NAMES[kind]) for kind in others] if found.step == Step.WRITTEN else [],
        "events": [(EVENT_NAMES[entry.kind], entry) for entry in reversed(audit.timeline(found))],
    }
    return render(request, "importing/import.html", context, status=status)


@require_POST
def confirm(request: Request, pk: int) -> HttpResponse:
    """The button: write all, or nothing."""
    found = _found(request, pk)
    tally = counts(found)
    form = ConfirmForm(request.POST, wrong=tally.wrong, left=tally.to_write)
    if form.is_valid():
        data = form.cleaned_data
        done = services.confirm(
            found=found,
            version=data["version"],
            skip_wrong=data.get("skip_wrong", False),
            by=request.user,
            now=request.now,
            token=data["once"],
        )
        messages.success(request, f"Đã nhập {number(done)} dòng.")
        return redirect(found)
    return _page(request, found, form, status=422)


@require_POST
def read_again(request: Request, pk: int) -> HttpResponse:
    """Read the file anew as its columns stand."""
    found, form = _found(request, pk), VersionForm(request.POST)
    if form.is_valid():
        services.read_again(found=found, version=form.cleaned_data["version"], by=request.user, now=request.now)
    return redirect(found)


@require_POST
def use_again(request: Request, pk: int) -> HttpResponse:
    """The same file as another kind of list."""
    found, form = _found(request, pk), KindForm(request.POST)
    if not form.is_valid():
        return redirect(found)
    data = form.cleaned_data
    return redirect(
        services.use_again(found=found, kind=data["kind"], by=request.user, now=request.now, token=data["once"])
    )


def undo(request: Request, pk: int) -> HttpResponse:
    """Take the whole import back, with a reason."""
    found = _found(request, pk)
    if not allows(check_may_undo, request.user, found, request.day):
        raise Http404
    form = UndoForm(request.POST or None, initial={"version": found.version})
    used: services.UsedSince | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            done, kept = services.undo(
                found=found,
                version=data["version"],
                reason=data["reason"],
                leave_used=data["leave_used"],
                by=request.user,
                now=request.now,
                token=data["once"],
            )
        except Forbidden:
            raise
        except services.UsedSince as refusal:
            used = refusal
            form = UndoForm(request.POST, used=len(used.rows), rest=used.rest)
            form.add_error(None, str(refusal))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            left = f" {number(kept)} dòng giữ lại vì đã dùng hoặc sửa sau khi nhập." if kept else ""
            messages.success(request, f"Đã hoàn tác {number(done)} dòng.{left}")
            return redirect(found)
    context = {
        "found": found,
        "form": form,
        "counts": counts(found),
        "used": [(row, _name_of(found, row)) for row in used.rows[:MOST_USED]] if used else [],
        "more": max(0, len(used.rows) - MOST_USED) if used else 0,
    }
    return render(request, "importing/undo.html", context, status=422 if form.is_bound else 200)


def _name_of(found: Import, row: ImportRow) -> str:
    """What a row is about, in few words: its first cells."""
    row.of = found
    return ", ".join([cell.text for cell in row.cells if cell.text][:2])


@dataclass(frozen=True)
class ColumnLine:
    """A head, its choice, and what stands under it."""

    field: Any
    samples: str


def columns(request: Request, pk: int) -> HttpResponse:
    """Correct where the head stands and which column is which field."""
    found = _found(request, pk)
    if not allows(check_may_match, request.user, found, request.day):
        raise Http404
    sheets = [sheet for sheet in workbook.read(files.open_blob(found.blob)) if sheet.rows]
    data = request.POST if request.method == "POST" else request.GET
    head_form = HeadForm(data if "first" in data else None, names=[sheet.name for sheet in sheets])
    tables = _tables(found, sheets, head_form)
    known = found.layout.get("columns", {})
    all_heads = list(dict.fromkeys(head for table in tables for head in table.heads))[: workbook.MAX_COLUMNS]
    guess = heads.match(Kind(found.kind), all_heads, {})
    asks = bool(found.told.get("font"))
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        kind=Kind(found.kind),
        heads=all_heads,
        columns=known if set(all_heads) <= set(known) else guess,
        font=found.font or found.told.get("font", ""),
        asks=asks,
        initial={"version": found.version, "with_hidden": found.with_hidden},
    )

    def keep() -> HttpResponse:
        services.choose_columns(
            found=found,
            version=form.cleaned_data["version"],
            tables=tables,
            columns=form.chosen,
            font=form.cleaned_data["font"],
            with_hidden=form.cleaned_data["with_hidden"],
            by=request.user,
            now=request.now,
        )
        return redirect(found)

    if answer := form.carry_out(keep):
        return answer
    lines = [ColumnLine(form[f"cot-{place}"], _samples(sheets, tables, head)) for place, head in enumerate(all_heads)]
    context = {
        "found": found,
        "head_form": head_form,
        "form": form,
        "lines": lines,
        "tables": tables,
        "asks": asks,
        "example": found.told.get("example", ""),
        "repaired": _repaired(found),
    }
    return render(request, "importing/columns.html", context, status=form.status)


def _tables(found: Import, sheets: list[Sheet], form: HeadForm) -> list[Table]:
    """The tables as the reader says where they are, else as they were found; the form shows the first of them."""
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        first, last = data["first"] - 1, data["first"] + data["depth"] - 2
        return [heads.table(sheet, first, last) for sheet in sheets if sheet.name in data["sheets"]]
    kept = [tuple(one) for one in found.layout.get("tables", [])]
    by_name = {sheet.name: sheet for sheet in sheets}
    tables = [heads.table(by_name[name], first, last) for name, first, last in kept if name in by_name]
    tables = tables or [heads.likely(sheets[0])]
    form.initial = {
        "sheets": [one.sheet for one in tables],
        "first": tables[0].first + 1,
        "depth": tables[0].last - tables[0].first + 1,
    }
    return tables


def _samples(sheets: list[Sheet], tables: list[Table], head: str) -> str:
    """The first values under a head, for the eye; those of an old font as they will be read."""
    by_name = {sheet.name: sheet for sheet in sheets}
    table = next(one for one in tables if head in one.heads)
    column = table.heads.index(head)
    values = (
        heads.words_of(row[column])
        for row in by_name[table.sheet].rows[table.last + 1 : table.last + 40]
        if column < len(row) and row[column] != ""
    )
    return "; ".join(list(dict.fromkeys(values))[:SAMPLES])[:120]


def _repaired(found: Import) -> str:
    font = found.told.get("font")
    return fonts.repaired(found.told.get("example", ""), fonts.Font(font)) if font else ""
