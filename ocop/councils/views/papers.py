"""Papers of a council as Word and PDF."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from ocop.accounts.http import Request
from ocop.accounts.models import Agency, Role
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.pages.printing import printed
from ocop.kernel.refusal import Refusal
from ocop.scorecards.models import Scorecard
from ocop.scorecards.queries import card, regimes

from .. import papers
from ..models import Council, Session
from ..permissions import is_secretary, seats_of
from .results import conclusion_of
from .sessions import session_of


def minutes(request: Request, code: str, ending: str) -> HttpResponse:
    session = session_of(request, code)
    if session.state != Session.CLOSED:
        raise Refusal("Chưa có biên bản.", f"Phiên {session.get_state_display()}.", "Kết thúc phiên rồi tải biên bản.")
    return printed(papers.minutes(session), f"bien-ban-{session.code}", ending)


def invitation(request: Request, code: str, member: int, ending: str) -> HttpResponse:
    """One's own invitation; the secretary prints everybody's."""
    session = session_of(request, code)
    runs = is_secretary(request.user, session.council, request.day)
    seats = (seat for seat in seats_of(session) if seat.pk == member and (runs or seat.user_id == request.user.pk))
    row = next(seats, None)
    if row is None:
        raise Http404
    return printed(papers.invitation(session, row), f"giay-moi-{session.code}-{row.pk}", ending)


def notice(request: Request, pk: int, ending: str) -> HttpResponse:
    row = conclusion_of(request, pk)
    return printed(papers.result_notice(row), f"thong-bao-{row.dossier.number}", ending)


@login_required
def founding_draft(request: Request, ending: str) -> HttpResponse:
    """The draft of a founding decision, to the secretary of the committee that will sign it."""
    organs = [a.agency_id for a in request.user.appointments_on(request.day) if a.role == Role.SECRETARY]
    organ = get_object_or_404(Agency.objects.filter(pk__in=organs[:1]))
    return printed(papers.founding_draft(organ, day=request.day), "du-thao-quyet-dinh-thanh-lap-hoi-dong", ending)


def of_council(request: Request, pk: int, name: str, ending: str) -> HttpResponse:
    """The decision that founded a council, or the list of its members. name  quyet-dinh, danh-sach"""
    found = Council.objects.visible_to(request.user, request.day).select_related("decision", "organ")
    council = get_object_or_404(found, pk=pk)
    members = council.members.select_related("user").order_by("pk")
    if name == "quyet-dinh":
        paper = papers.founding_decision(council, list(members.filter(came_by=council.decision_id)))
    elif name == "danh-sach":
        paper = papers.member_list(council, list(members.in_force_on(request.day)), day=request.day)
    else:
        raise Http404
    return printed(paper, f"{name}-hoi-dong-{council.pk}", ending)


SHEET_COLUMNS = [
    Column("quy-dinh", "Quy định", lambda row: f"Quyết định {row.regime.decision}", ("regime__valid_from",)),
    Column("bo", "Bộ số", lambda row: row.set_no, ("set_no",), number=True),
    Column("ten", "Bộ sản phẩm", lambda row: row.name, ("name",)),
    Column("tinh-trang", "Bộ tiêu chí", lambda row: row.get_status_display(), ("status",)),
]


@login_required
def sheet_list(request: Request) -> HttpResponse:
    """The empty scoring sheets, one a product set and regime."""
    kinds = Filter(
        "quy-dinh",
        "Quy định",
        [Option(code, f"Quyết định {regime.decision}") for code, regime in regimes().items()],
        lambda rows, values: rows.filter(regime__in=values),
    )
    rows = Listing(
        request,
        Scorecard.objects.newest().select_related("regime").defer("body"),
        SHEET_COLUMNS,
        [kinds],
        search=lambda rows, q: rows.filter(name__icontains=q),
        sort="-quy-dinh",
    )
    if rows.wants_file:
        return rows.file("phieu-danh-gia")
    return render(request, "councils/empty_sheets.html", {"listing": rows})


@login_required
def empty_sheet(request: Request, code: str, ending: str) -> HttpResponse:
    row = get_object_or_404(Scorecard.objects.newest(), code=code)
    return printed(papers.empty_sheet(card(row), day=request.day), f"phieu-danh-gia-{row.code}", ending)
