"""Complaints against a result: list, filing from the result, answer, both results side by side."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from ocop.accounts.http import Request
from ocop.dossiers.permissions import is_producer
from ocop.kernel import files
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.refusal import allows
from ocop.kernel.text import cut

from .. import services
from ..forms import AnswerForm, ComplaintForm
from ..models import Complaint, Conclusion
from ..permissions import check_may_answer, check_may_complain
from ..words import events
from .results import conclusion_of

COLUMNS = [
    Column("ma", "Biên nhận", lambda row: row.code),
    Column("san-pham", "Sản phẩm", lambda row: row.conclusion.dossier.product.name),
    Column("chu-the", "Chủ thể", lambda row: row.conclusion.dossier.subject.name),
    Column("ho-so", "Hồ sơ", lambda row: row.conclusion.dossier.number),
    Column("ngay", "Ngày khiếu nại", lambda row: row.made_on, ("made_on",)),
    Column("can-cu", "Căn cứ", lambda row: cut(row.grounds, 120)),
    Column("trang-thai", "Trạng thái", lambda row: row.get_state_display(), ("state",)),
    Column("tra-loi", "Trả lời lúc", lambda row: row.answered_at),
]


@login_required
def listing(request: Request) -> HttpResponse:
    found = Complaint.objects.visible_to(request.user, request.day).select_related(
        "conclusion__dossier__product", "conclusion__dossier__subject"
    )
    states = Filter(
        "trang-thai",
        "Trạng thái",
        [Option(state, name[0].upper() + name[1:]) for state, name in Complaint.STATES],
        lambda rows, values: rows.filter(state__in=values),
    )
    rows = Listing(
        request,
        found,
        COLUMNS,
        [states],
        search=lambda rows, q: rows.filter(conclusion__dossier__product__name__icontains=q),
        sort="-ngay",
    )
    if rows.wants_file:
        return rows.file("khieu-nai")
    return render(request, "councils/complaints.html", {"listing": rows})


def file(request: Request, pk: int) -> HttpResponse:
    """File a complaint against the result that the subject was told."""
    row = conclusion_of(request, pk)
    day = request.day
    check_may_complain(request.user, row.dossier, day)
    if found := Complaint.objects.visible_to(request.user, day).filter(conclusion=row).first():
        return redirect(found)
    own = is_producer(request.user, row.dossier, day)
    form = ComplaintForm(request.POST or None, request.FILES or None, own=own)

    def keep() -> HttpResponse:
        data = form.cleaned_data
        stored = files.take(data["papers"], by=request.user, now=request.now) if data["papers"] else []
        complaint = services.file_complaint(
            conclusion=row,
            grounds=data["grounds"],
            made_on=data.get("made_on", day),
            files=stored,
            by=request.user,
            now=request.now,
            token=data["once"],
        )
        messages.success(request, f"Đã nhận khiếu nại, mã biên nhận {complaint.code}.")
        return redirect(complaint)

    context = {"conclusion": row, "dossier": row.dossier, "form": form}
    return form.carry_out(keep) or render(request, "councils/complain.html", context, status=form.status)


def complaint_of(request: Request, code: str) -> Complaint:
    """Return a complaint that the reader may see, else 404."""
    found = Complaint.objects.visible_to(request.user, request.day).select_related(
        "conclusion__dossier__product",
        "conclusion__dossier__subject",
        "conclusion__item__session__council",
        "conclusion__notice",
        "filed_by",
        "answered_by",
    )
    return get_object_or_404(found, code=code)


def complaint(request: Request, code: str) -> HttpResponse:
    row = complaint_of(request, code)
    first = row.conclusion
    may = row.state == Complaint.RECEIVED and allows(check_may_answer, request.user, first, request.day)
    form = AnswerForm(request.POST or None) if may or request.method == "POST" else None

    def keep(form: AnswerForm) -> HttpResponse:
        data = form.cleaned_data
        services.answer_complaint(
            complaint=row,
            accepted=data["accepted"],
            reason=data["reason"],
            by=request.user,
            now=request.now,
            token=data["once"],
        )
        messages.success(request, f"Đã trả lời khiếu nại {row.code}.")
        return redirect(row)

    if form and (answer := form.carry_out(lambda: keep(form))):
        return answer
    results = Conclusion.objects.visible_to(request.user, request.day).filter(dossier=first.dossier_id)
    context = {
        "complaint": row,
        "dossier": first.dossier,
        "form": form,
        "files": row.files.order_by("pk"),
        "results": results.filter(level=first.level).select_related("item__session").order_by("pk"),
        "events": events(row),
    }
    return render(request, "councils/complaint.html", context, status=form.status if form else 200)


def paper(request: Request, code: str, pk: int) -> HttpResponse:
    """A paper handed in with a complaint."""
    found = get_object_or_404(complaint_of(request, code).files.select_related("blob"), pk=pk)
    return files.serve(found.blob, found.name, inline_preview=True)
