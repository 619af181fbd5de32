"""Comments of the public on proposed results, for officers alone: list, one of them, closing it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from ocop.accounts.http import Request
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.refusal import allows
from ocop.kernel.text import cut

from .. import services
from ..forms import ClosingForm
from ..models import Comment
from ..permissions import check_may_notify
from ..words import events

COLUMNS = [
    Column("ma", "Biên nhận", lambda row: row.code),
    Column("san-pham", "Sản phẩm", lambda row: row.conclusion.dossier.product.name),
    Column("nguoi", "Người góp ý", lambda row: row.name),
    Column("lien-he", "Liên hệ", lambda row: row.contact),
    Column("noi-dung", "Nội dung", lambda row: cut(row.text, 160)),
    Column("gui", "Gửi lúc", lambda row: row.sent_at, ("sent_at",)),
    Column("trang-thai", "Trạng thái", lambda row: row.get_state_display(), ("state",)),
]


@login_required
def listing(request: Request) -> HttpResponse:
    found = Comment.objects.visible_to(request.user, request.day).select_related("conclusion__dossier__product")
    states = Filter(
        "trang-thai",
        "Trạng thái",
        [Option(state, name[0].upper() + name[1:]) for state, name in Comment.STATES],
        lambda rows, values: rows.filter(state__in=values),
    )
    rows = Listing(
        request,
        found,
        COLUMNS,
        [states],
        search=lambda rows, q: rows.filter(conclusion__dossier__product__name__icontains=q),
        sort="-gui",
    )
    if rows.wants_file:
        return rows.file("y-kien")
    return render(request, "councils/comments.html", {"listing": rows})


def comment(request: Request, code: str) -> HttpResponse:
    """One comment; an officer closes it with what was found."""
    found = Comment.objects.visible_to(request.user, request.day).select_related(
        "conclusion__dossier__product", "conclusion__item__session__council", "closed_by"
    )
    row = get_object_or_404(found, code=code)
    council = row.conclusion.item.session.council
    may = row.state == Comment.OPEN and allows(check_may_notify, request.user, council, request.day)
    form = ClosingForm(request.POST or None) if may or request.method == "POST" else None

    def keep(form: ClosingForm) -> HttpResponse:
        services.close_comment(comment=row, by=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, f"Đã xem xét ý kiến {row.code}.")
        return redirect("councils:comments")

    if form and (answer := form.carry_out(lambda: keep(form))):
        return answer
    context = {"comment": row, "form": form, "events": events(row)}
    return render(request, "councils/comment.html", context, status=form.status if form else 200)
