"""Giấy tờ của phiên: all papers of a session, their numbers, their ZIP, and what goes to the ministry."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from ocop.accounts.http import Request
from ocop.councils.models import Session
from ocop.kernel import files, jobs
from ocop.kernel.memo import tell
from ocop.kernel.pages.printing import PRINTS, download
from ocop.kernel.refusal import allows
from ocop.kernel.text import slug

from .. import services
from ..forms import NumberForm
from ..models import Approval, Bundle
from ..permissions import check_may_number, check_may_read_papers, sees_session
from ..printing import print_piece
from ..queries import wordings_of
from ..round import STAGES, Piece, papers_of, piece_of
from ..services.bundling import BUNDLE_DAYS, BUNDLE_JOB


def _session(request: Request, code: str) -> Session:
    """A session whose papers the reader may have, else 404."""
    found = Session.objects.visible_to(request.user, request.day)
    row = get_object_or_404(found.select_related("council__organ", "council__decision"), code=code)
    tell(True, sees_session, request.user, row, request.day)
    if not allows(check_may_read_papers, request.user, row, request.day):
        raise Http404
    return row


def _piece(request: Request, session: Session, name: str) -> Piece:
    piece = piece_of(papers_of(session, request.user, request.day), name)
    if piece is None:
        raise Http404
    return piece


@require_GET
def papers(request: Request, code: str) -> HttpResponse:
    """Every paper with its state and prints; below them the bundles that the reader asked for."""
    session = _session(request, code)
    entries = papers_of(session, request.user, request.day)
    found = Bundle.objects.visible_to(request.user, request.day).filter(session=session)
    bundles = list(found.select_related("blob", "decision").order_by("-pk"))
    coming = jobs.pending(BUNDLE_JOB, [row.pk for row in bundles]) if bundles else set()
    context = {
        "session": session,
        "stages": [(stage, [one for one in entries if one.stage == stage]) for stage in STAGES],
        "approvals": [row for one in entries for row in one.approvals],
        "may_number": allows(check_may_number, request.user, session, request.day),
        "bundles": [
            (row, 100 * row.done_files // row.all_files if row.all_files else 0, str(row.pk) in coming)
            for row in bundles
        ],
        "coming": bool(coming),
        "days": BUNDLE_DAYS,
    }
    return render(request, "certificates/papers.html", context)


@require_GET
def paper(request: Request, code: str, name: str, ending: str) -> HttpResponse:
    session = _session(request, code)
    piece = _piece(request, session, name)
    if ending not in PRINTS:
        raise Http404
    rows = wordings_of(session.council.organ) if piece.wording else []
    return download(print_piece(piece, session, ending, rows, request.day), f"{name}-{code}.{ending}")


def number(request: Request, code: str, name: str) -> HttpResponse:
    """Enter the number and day of one paper."""
    session = _session(request, code)
    check_may_number(request.user, session, request.day)
    piece = _piece(request, session, name)
    if piece.kind in ("", "QĐ"):
        raise Http404
    if piece.document is not None:
        messages.info(request, "Giấy tờ này đã có số.")
        return redirect(piece.document)
    form = NumberForm(request.POST or None)

    def keep() -> HttpResponse:
        data = form.cleaned_data
        document = services.number_paper(
            session=session,
            piece=piece,
            number=data["number"],
            day=data["day"],
            by=request.user,
            now=request.now,
            token=data["once"],
        )
        messages.success(request, "Đã ghi số. Gắn bản đã ký khi có.")
        return redirect(document)

    context = {"session": session, "piece": piece, "form": form}
    return form.carry_out(keep) or render(request, "certificates/number.html", context, status=form.status)


@require_POST
def want(request: Request, code: str) -> HttpResponse:
    """Want the ZIP of all papers, or of what goes to the ministry with one approval (trinh-bo)."""
    session = _session(request, code)
    decision = None
    if chosen := request.POST.get("trinh-bo"):
        approvals = Approval.objects.filter(conclusion__item__session=session)
        approval = approvals.filter(decision=int(chosen)) if chosen.isdecimal() and len(chosen) < 18 else None
        if approval is None or (row := approval.select_related("decision").first()) is None:
            raise Http404
        decision = row.decision
    services.want_bundle(session=session, decision=decision, by=request.user, now=request.now)
    messages.success(request, "Đang tạo tệp ZIP. Có thể rời trang này, tệp vẫn được tạo.")
    return redirect("certificates:papers", code)


@require_GET
def bundle(request: Request, code: str, pk: int) -> HttpResponseBase:
    """The ZIP, to who asked for it and still may have it."""
    session = _session(request, code)
    rows = Bundle.objects.visible_to(request.user, request.day).filter(session=session).exclude(blob=None)
    row = get_object_or_404(rows.select_related("blob", "decision"), pk=pk)
    assert row.blob is not None
    name = f"trinh-bo-{slug(row.decision.number)}" if row.decision else f"giay-to-phien-{session.code}"
    return files.serve_large(row.blob, f"{name}.zip")
