"""Papers of a council as Word and PDF."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from ocop.accounts.http import Request
from ocop.kernel.pages.printing import printed
from ocop.kernel.refusal import Refusal

from .. import papers
from ..models import Session
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
