"""A member's scoring sheet: groups, marks stored one by one or group by group, review from the store, signing."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from ocop.accounts.http import Request, confirmed
from ocop.dossiers.models import Pin
from ocop.kernel import files
from ocop.kernel.refusal import Forbidden, Moved, Refusal
from ocop.kernel.time import VIETNAM

from .. import services
from ..forms import MarkForm, SignForm
from ..models import Item, Sheet
from ..permissions import check_may_mark, check_may_score, member_of
from ..queries import sees_names
from ..sheet_page import ALL, Group, SheetPage, answer_of, page_of, value_of
from .items import item_of


def own_sheet(request: Request, item: Item) -> Sheet | None:
    """Return the reader's sheet of the current round. :raises Forbidden: the reader does not score here"""
    sheets = item.sheets.with_self_score().select_related("member__user", "member__agency", "scorecard")
    found: Sheet | None = sheets.filter(member__user=request.user, round=item.round).first()
    if found is None:
        member_of(request.user, item.session)
    else:
        found.item = item
    return found


def _sheet_or_404(request: Request, code: str, pk: int) -> Sheet:
    found = own_sheet(request, item_of(request, code, pk))
    if found is None:
        raise Http404
    return found


def _address(sheet: Sheet, group: Group | None = None) -> str:
    address = reverse("councils:sheet", args=[sheet.item.session.code, sheet.item_id])
    return f"{address}?nhom={group.section.code}" if group else address


def sheet(request: Request, code: str, pk: int) -> HttpResponse:
    """One group of the reader's own sheet, or all; a POST stores what is shown, for browsers without JavaScript."""
    item = item_of(request, code, pk)
    found = own_sheet(request, item)
    if found is None:
        check_may_score(member_of(request.user, item.session), item, request.day)
        return render(request, "councils/start.html", {"item": item, "session": item.session})
    if found.signed_at is not None:
        return redirect("councils:signed", found.pk)
    check_may_mark(request.user, found, request.day)
    page = page_of(found)
    shown = page.shown(request.GET.get("nhom", ""))
    if request.method == "POST":
        marks = marks_in(shown, request.POST)
        if marks:
            services.save_marks(sheet=found, marks=marks, by=request.user, now=request.now)
        after = page.groups[shown[-1].number :]
        return redirect(_address(found, after[0]) if after else reverse("councils:review", args=[code, pk]))
    return render(request, "councils/sheet.html", _context(request, page, shown))


def marks_in(groups: list[Group], posted: QueryDict) -> dict[str, tuple[object, str]]:
    """The marks of the groups that a plain form sends. Only their own criteria count; a blank one is no mark."""
    marks: dict[str, tuple[object, str]] = {}
    for row in (row for group in groups for row in group.rows):
        code = row.criterion.code
        form = MarkForm(
            {"criterion": code, "answer": posted.get(f"muc-{code}", ""), "reason": posted.get(f"ly-do-{code}", "")}
        )
        if form.is_valid():
            marks[code] = (answer_of(form.cleaned_data["answer"]), form.cleaned_data["reason"])
    return marks


def _context(request: Request, page: SheetPage, shown: list[Group]) -> dict[str, object]:
    pins = [pin for group in shown for row in group.rows for pin in row.pins]
    first, last = shown[0].number, shown[-1].number
    wanted = request.GET.get("minh-chung", "")
    paper = next((pin for pin in pins if str(pin.evidence_id) == wanted), pins[0] if pins else None)
    by_code = page.card.by_code
    return {
        "page": page,
        "groups": shown,
        "report": page.report,
        "here": ALL if len(shown) == len(page.groups) else shown[0].section.code,
        "before": page.groups[first - 2] if first > 1 else None,
        "after": page.groups[last] if last < len(page.groups) else None,
        "item": page.sheet.item,
        "session": page.sheet.item.session,
        "papers": list({pin.evidence_id: pin for pin in pins}.values()),
        "shown": paper,
        "preview": _preview(page.sheet.item, paper) if paper else None,
        "deviation": [(by_code[code], points) for code, points in page.sheet.item.deviation],
        "last_saved": max((row.stored.saved_at for row in page.rows if row.stored), default=None),
    }


def _preview(item: Item, pin: Pin) -> files.Preview:
    """What can be shown of a paper; a member reads it by the dossier's own addresses."""
    address = reverse("dossiers:evidence", args=[item.dossier.code, pin.evidence_id])
    return files.preview_of(pin.evidence.file, pin.evidence.name, address)


@require_POST
def start(request: Request, code: str, pk: int) -> HttpResponse:
    item = item_of(request, code, pk)
    found = services.start_sheet(item=item, by=request.user, now=request.now)
    found.item = item
    return redirect(_address(found))


@require_POST
def save(request: Request, code: str, pk: int) -> JsonResponse:
    """Store one mark; answer with the moment and with the sums as stored. Refusals answer 409 with their sentence.

    A mark sent late over another one gets that one back (stored) and its member picks; final  sending it again is no
    use: the sheet is signed, or its round is over.
    """
    found = _sheet_or_404(request, code, pk)
    form = MarkForm(request.POST)
    if not form.is_valid():
        return _refused("Chưa lưu điểm. Mở lại trang rồi chọn lại.", 422, final=True)
    data, criterion = form.cleaned_data, form.cleaned_data["criterion"]
    was = (answer_of(data["seen"]), data["seen_reason"]) if data["seen"] else None
    try:
        services.save_marks(
            sheet=found,
            marks={criterion: (answer_of(data["answer"]), data["reason"])},
            seen={criterion: was} if "seen" in request.POST else None,
            by=request.user,
            now=request.now,
        )
    except Forbidden:
        raise
    except Moved as refusal:
        row = found.answers.filter(criterion=criterion).first()
        return _refused(str(refusal), 409, stored=row and {"answer": value_of(row.answer), "reason": row.reason})
    except Refusal as refusal:
        final = found.signed_at is not None or found.item.closed or found.round != found.item.round
        return _refused(str(refusal), 409, final=final)
    return JsonResponse(_sums(page_of(found), f"{request.now.astimezone(VIETNAM):%H:%M:%S}"))


def _refused(sentence: str, status: int, **more: object) -> JsonResponse:
    return JsonResponse({"refusal": sentence, **more}, status=status, json_dumps_params={"ensure_ascii": False})


def _sums(page: SheetPage, saved: str) -> Mapping[str, object]:
    """What the page shows beside the criteria, as stored."""
    return {
        "saved": saved,
        "answered": page.answered,
        "needed": page.needed,
        "total": page.total,
        "parts": {part.code: points for part, points in page.parts},
        "groups": {group.section.code: [group.answered, group.needed] for group in page.groups},
        "skipped": [row.criterion.code for row in page.rows if row.skipped],
        "reasons": {row.criterion.code: row.due for row in page.rows if row.needs_reason},
    }


def review(request: Request, code: str, pk: int) -> HttpResponse:
    """Everything read back from the store, sums by the server; signing is the next, explicit step."""
    found = _sheet_or_404(request, code, pk)
    if found.signed_at is not None:
        return redirect("councils:signed", found.pk)
    check_may_mark(request.user, found, request.day)
    page = page_of(found)
    context = {
        "page": page,
        "item": found.item,
        "session": found.item.session,
        "form": SignForm(initial={"version": found.version}),
        "ready": not page.missing and not page.unexplained,
    }
    return render(request, "councils/review.html", context)


@require_POST
@confirmed
def sign(request: Request, code: str, pk: int) -> HttpResponse:
    found = _sheet_or_404(request, code, pk)
    form = SignForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Chưa ký phiếu. Biểu mẫu đã cũ, hãy xem lại phiếu rồi ký.")
        return redirect("councils:review", code, pk)
    try:
        signed = services.sign_sheet(
            sheet=found, version=form.cleaned_data["version"], by=request.user, now=request.now
        )
    except Forbidden:
        raise
    except Refusal as refusal:
        found.refresh_from_db()
        if found.signed_at is not None:  # pressed twice, or signed from another browser at the same moment
            messages.info(request, "Phiếu này đã ký trước đó, không ký thêm lần nữa.")
            return redirect("councils:signed", found.pk)
        messages.error(request, str(refusal))
        return redirect("councils:review", code, pk)
    messages.success(request, f"Đã ký phiếu {signed.total} điểm.")
    return redirect("councils:signed", signed.pk)


def signed(request: Request, pk: int) -> HttpResponse:
    """A signed sheet: one's own; others' once the product is concluded, to whom the rules tell whose it is."""
    found = get_object_or_404(
        Sheet.objects.visible_to(request.user, request.day)
        .with_self_score()
        .filter(signed_at__isnull=False)
        .select_related("member__user", "scorecard", "item__session__council", "item__dossier__product")
        .select_related("item__dossier__scorecard", "item__dossier__subject", "item__dossier__assessment"),
        pk=pk,
    )
    own = found.member.user_id == request.user.pk
    session = found.item.session
    if not own and not (found.item.closed and sees_names(request.user, session, request.day)):
        raise Http404
    context = {
        "sheet": found,
        "page": page_of(found),
        "item": found.item,
        "session": session,
        "own": own,
        "paper": found.item.paper_sheets.filter(member=found.member_id, round=found.round).first()
        if "paper" in (found.body or {})
        else None,
    }
    return render(request, "councils/signed.html", context)
