"""Calibration of a session: reference dossiers, practice, one's own distance, a summary without names."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from ocop.accounts.http import Request
from ocop.dossiers.models import Dossier
from ocop.dossiers.rules import FINAL
from ocop.scorecards.queries import card, newest_cards

from .. import services
from ..calibration import LEAST, distances
from ..forms import AnswersForm, CalibrationForm
from ..models import Calibration, CalibrationSheet, Member, Session
from ..permissions import is_chair, is_secretary, seats_of
from .sessions import session_of


def _standing(request: Request, session: Session) -> tuple[bool, Member | None]:
    """Whether the reader leads the session, and his scoring seat. Others find no such page."""
    seats = seats_of(session)
    leads = is_secretary(request.user, session.council, request.day) or is_chair(
        request.user, session.council, request.day
    )
    mine = next((seat for seat in seats if seat.user_id == request.user.pk and seat.scores), None)
    if not leads and mine is None:
        raise Http404
    return leads, mine


def listing(request: Request, code: str) -> HttpResponse:
    session = session_of(request, code)
    leads, mine = _standing(request, session)
    if request.method == "POST" and not leads:
        raise Http404
    form = CalibrationForm(request.POST or None, cards=newest_cards)

    def keep() -> HttpResponse:
        data = form.cleaned_data
        row = services.plan_calibration(
            session=session,
            title=data["title"],
            text=data["text"],
            scorecard=data["dossier"].scorecard if data["dossier"] else data["scorecard"],
            dossier=data["dossier"],
            by=request.user,
            now=request.now,
            token=data["once"],
        )
        messages.success(request, "Đã thêm hồ sơ hiệu chuẩn. Ghi điểm chuẩn để thành viên chấm thử.")
        return redirect(row)

    if request.method == "POST" and form.is_valid() and form.cleaned_data["number"]:
        found = Dossier.objects.visible_to(request.user, request.day).select_related("scorecard")
        form.take(found.filter(number=form.cleaned_data["number"], step__in=FINAL).first())
    answer = form.carry_out(keep)
    if answer:
        return answer
    done = set(CalibrationSheet.objects.filter(member=mine).values_list("calibration", flat=True)) if mine else set()
    rows = session.calibrations.select_related("scorecard", "dossier").annotate(practised=Count("sheets"))
    context = {
        "session": session,
        "rows": [(row, row.pk in done) for row in rows.order_by("pk")],
        "scoring": sum(seat.scores for seat in seats_of(session)),
        "leads": leads,
        "mine": mine,
        "form": form,
    }
    return render(request, "councils/calibrations.html", context, status=form.status)


def calibration(request: Request, code: str, pk: int) -> HttpResponse:
    """Set the reference, or practise; then the distance is shown."""
    session = session_of(request, code)
    leads, mine = _standing(request, session)
    found = session.calibrations.select_related("session__council", "scorecard", "dossier")
    row: Calibration = get_object_or_404(found, pk=pk)
    practices = list(row.sheets.order_by("pk"))
    own = next((sheet for sheet in practices if mine and sheet.member_id == mine.pk), None)
    sets = leads and not row.answers
    practising = bool(row.answers) and mine is not None and own is None and row.set_by_id != request.user.pk
    cases = row.dossier.cases if row.dossier else {}
    form = AnswersForm(request.POST or None, card=card(row.scorecard), cases=cases)

    def keep() -> HttpResponse:
        if sets:
            services.set_reference(calibration=row, answers=form.answers, by=request.user, now=request.now)
            messages.success(request, "Đã ghi điểm chuẩn. Thành viên chấm thử được từ bây giờ.")
        else:
            services.practise(calibration=row, answers=form.answers, by=request.user, now=request.now)
            messages.success(request, "Đã ghi phiếu chấm thử. Chỉ bạn thấy độ lệch dưới đây.")
        return redirect(row)

    answer = form.carry_out(keep)
    if answer:
        return answer
    done = {sheet.member_id for sheet in practices}
    summed = leads and not practising and len(practices) >= LEAST
    context = {
        "session": session,
        "row": row,
        "leads": leads,
        "sets": sets,
        "practising": practising,
        "form": form,
        "own": distances(row, [own.answers]) if own else [],
        "summary": distances(row, [sheet.answers for sheet in practices]) if summed else [],
        "count": len(practices),
        "least": LEAST,
        "who": [(seat, seat.pk in done) for seat in seats_of(session) if seat.scores] if leads else [],
        "reads_dossier": row.dossier is not None,
    }
    return render(request, "councils/calibration.html", context, status=form.status)
