"""The home of everyone who signed in, notices, search."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from ocop.accounts import services
from ocop.accounts.http import Request
from ocop.accounts.models import Level, Notice, Role, User
from ocop.kernel.pages.listing import LONGEST_QUERY, Column, Listing
from ocop.kernel.text import clean

from .. import queries, rules
from ..middleware import ROLE


class DeskRequest(Request):
    """standing  who the user is today, set by the middleware of this room"""

    standing: queries.Standing


@login_required
def work(request: DeskRequest) -> HttpResponse:
    """Việc của tôi: what waits, the producer's products and dossiers, the official's dossiers by step."""
    user, day, shown = request.user, request.day, request.standing.shown
    official = bool(shown & set(Role))
    producer = rules.PRODUCER in shown
    underway = queries.own_dossiers(user, day) if producer else []
    products, how_many = queries.own_products(user, day) if producer else ([], 0)
    fill = queries.to_fill(underway)
    context = {
        "worklist": queries.worklist(user, day),
        "underway": underway,
        "products": products,
        "how_many": how_many,
        "fill": fill[0] if fill else None,
        "self_mark": fill[1] if fill else None,
        "dossiers_url": rules.DOSSIERS,
        "steps": queries.dossiers_by_step(user, day) if official else [],
        "district_ended": not request.standing.parts and _served_a_district(user),
    }
    return render(request, "desk/work.html", context)


def _served_a_district(user: User) -> bool:
    return any(one.agency.level == Level.DISTRICT for one in user.all_appointments)


@login_required
def notices(request: Request) -> HttpResponse:
    """One's own notices, newest first."""
    rows = Notice.objects.visible_to(request.user, request.day)
    columns = [
        Column("luc", "Lúc", lambda notice: notice.at, sort=("at",)),
        Column("noi-dung", "Nội dung", lambda notice: notice.text),
    ]
    listing = Listing(request, rows, columns, sort="-luc")
    if listing.wants_file:
        return listing.file("thong-bao")
    return render(request, "desk/notices.html", {"listing": listing})


@login_required
@require_POST
def open_notice(request: Request, pk: int) -> HttpResponse:
    """Mark one notice as read and go to its page."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user, request.day), pk=pk)
    services.mark_read(user=request.user, notice=notice, now=request.now)
    if notice.path and url_has_allowed_host_and_scheme(notice.path, allowed_hosts=None):
        return HttpResponseRedirect(notice.path)
    return redirect("desk:notices")


@login_required
@require_POST
def read_all(request: Request) -> HttpResponse:
    services.mark_read(user=request.user, now=request.now)
    return redirect("desk:notices")


@login_required
def search(request: Request) -> HttpResponse:
    """Products, dossiers and subjects the user may see."""
    q = clean(request.GET.get("q", ""))[:LONGEST_QUERY]
    return render(request, "desk/search.html", {"q": q, "found": queries.search(request.user, request.day, q)})


@login_required
@require_POST
def switch(request: Request) -> HttpResponse:
    """Show menu and desk of one of one's roles, or of all of them."""
    request.session[ROLE] = request.POST.get("vai-tro", "")[:20]
    return redirect("desk:work")


@login_required
def session(request: Request) -> HttpResponse:
    """Whose session it is, how many seconds it has left, whether staying helps. A form sent here is a sign of life."""
    life = request.session_life
    return JsonResponse({"user": request.user.pk, "seconds": life.seconds, "final": life.final})
