"""Paper sheets: naming the two who key one, keying it alone, comparing, the scan."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from ocop.accounts.http import Request
from ocop.kernel import files
from ocop.kernel.pages.forms import Form

from .. import services
from ..forms import KeyersForm, ScanForm
from ..models import Item, Keying, Member, PaperSheet
from ..permissions import check_presides, seats_of
from ..queries import keyers_for
from ..sheet_page import SheetPage, keyed_page
from .items import item_of
from .sheets import marks_in


def name(request: Request, code: str, pk: int, member: int) -> HttpResponse:
    """Whoever chairs the product names the two, or takes the paper sheet back."""
    item = item_of(request, code, pk)
    check_presides(request.user, item, request.day)
    who = _seat(item, member)
    keyed = Keying.objects.filter(paper__item=item, paper__member=who, paper__round=item.round)
    form = KeyersForm(request.POST or None, people=keyers_for(item, who, request.day))

    def give() -> HttpResponse:
        keyers = [form.cleaned_data["first"], form.cleaned_data["second"]]
        services.name_keyers(item=item, member=who, keyers=keyers, by=request.user, now=request.now)
        messages.success(request, f"Đã giao nhập phiếu giấy của {who}.")
        return redirect("councils:item", code, pk)

    if answer := form.carry_out(give):
        return answer
    keyings = list(keyed.select_related("user").order_by("pk"))
    context = {"item": item, "session": item.session, "who": who, "form": form, "keyings": keyings}
    return render(request, "councils/paper_name.html", context, status=form.status)


@require_POST
def drop(request: Request, code: str, pk: int, member: int) -> HttpResponse:
    item = item_of(request, code, pk)
    papers = item.paper_sheets.select_related("member__user")
    paper = get_object_or_404(papers, member=_seat(item, member), round=item.round)
    services.drop_paper(paper=paper, by=request.user, now=request.now)
    messages.success(request, f"Đã bỏ phiếu giấy của {paper.member}.")
    return redirect("councils:item", code, pk)


def _seat(item: Item, pk: int) -> Member:
    for seat in seats_of(item.session):
        if seat.pk == pk:
            return seat
    raise Http404


def _mine(request: Request, pk: int) -> tuple[PaperSheet, Keying, list[Keying]]:
    """The paper sheet, the reader's own keying, both; 404 for everybody but the two."""
    found = PaperSheet.objects.visible_to(request.user, request.day).select_related(
        "scan", "member__user", "item__session__council", "item__dossier__product", "item__dossier__subject",
        "item__dossier__scorecard", "item__dossier__assessment",
    )  # fmt: skip
    paper = get_object_or_404(found, pk=pk)
    both = list(paper.keyings.select_related("user").order_by("pk"))
    mine = next((keying for keying in both if keying.user_id == request.user.pk), None)
    if mine is None:
        raise Http404
    return paper, mine, both


def paper(request: Request, pk: int) -> HttpResponse:
    """One's own keying of the whole sheet; the other's marks only where they differ, once both have finished."""
    row, mine, both = _mine(request, pk)
    marks = {code: (answer, reason) for code, (answer, reason) in mine.marks.items()}
    page = keyed_page(row, marks)
    if request.method == "POST":
        return _key(request, row, page)
    done = all(keying.done_at for keying in both)
    other = next(keying for keying in both if keying.pk != mine.pk)
    return _show(request, row, page, mine=mine, differing=_differing(row, page, other) if done else [])


def _key(request: Request, row: PaperSheet, page: SheetPage) -> HttpResponse:
    marks = marks_in(page.groups, request.POST)
    form = Form({})  # of the marks each is checked by itself; it carries what the rules refuse

    def key() -> HttpResponse:
        sheet = services.key_sheet(paper=row, marks=marks, by=request.user, now=request.now)
        said = f"Hai lần nhập khớp nhau: đã ký phiếu {sheet.total} điểm." if sheet else "Đã ghi lần nhập của bạn."
        messages.success(request, said)
        return redirect(row)

    if answer := form.carry_out(key):
        return answer
    mine = row.keyings.get(user=request.user)
    return _show(request, row, keyed_page(row, marks), mine=mine, refused=form, status=422)


def _differing(row: PaperSheet, page: SheetPage, other: Keying) -> list[tuple[object, object]]:
    """Rows of one's own page with those of the other where the two differ."""
    theirs = keyed_page(row, {code: (answer, reason) for code, (answer, reason) in other.marks.items()}).rows
    return [
        (mine, its)
        for mine, its in zip(page.rows, theirs, strict=True)
        if (mine.chosen, mine.reason) != (its.chosen, its.reason)
    ]


def _show(request: Request, row: PaperSheet, page: SheetPage, *, status: int = 200, **more: object) -> HttpResponse:
    context = {
        "paper": row,
        "item": row.item,
        "session": row.item.session,
        "page": page,
        "signed": row.item.sheets.filter(member=row.member_id, round=row.round).exclude(signed_at=None).first(),
        "scan_form": ScanForm(),
        **more,
    }
    return render(request, "councils/paper.html", context, status=status)


@require_POST
def attach(request: Request, pk: int) -> HttpResponse:
    row, mine, _ = _mine(request, pk)
    form = ScanForm(request.POST, request.FILES)

    def keep() -> HttpResponse:
        allow = ("pdf", *files.IMAGES)
        stored = files.take(form.cleaned_data["scan"], by=request.user, now=request.now, allow=allow)[0]
        services.attach_scan(paper=row, stored=stored, by=request.user, now=request.now)
        messages.success(request, "Đã đính bản chụp phiếu giấy.")
        return redirect(row)

    if answer := form.carry_out(keep):
        return answer
    marks = {code: (answer, reason) for code, (answer, reason) in mine.marks.items()}
    return _show(request, row, keyed_page(row, marks), mine=mine, scan_form=form, status=422)


@require_GET
def scan(request: Request, pk: int) -> HttpResponseBase:
    """The scan: for the two who key it; once the product is concluded for those who see the session."""
    found = PaperSheet.objects.visible_to(request.user, request.day).select_related("scan")
    row = get_object_or_404(found, pk=pk, scan__isnull=False)
    assert row.scan is not None
    return files.serve(row.scan, row.scan_name)
