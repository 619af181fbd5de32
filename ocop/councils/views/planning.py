"""Planning sessions: how many a round needs, day and hour, order of the agenda, notice in time, the calendar file."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from ocop.accounts.http import Request
from ocop.accounts.models import Level
from ocop.dossiers.models import Dossier
from ocop.kernel import ical
from ocop.kernel.calendar import holidays

from .. import services
from ..forms import CapacityForm, ChangeSessionForm, MeetingForm, ReasonForm, SessionForm
from ..models import EvaluationRound, MeetingRequest, Session
from ..permissions import check_may_run, is_chair, is_secretary, seats_of
from ..proposals import proposals_of, rounds_of
from ..queries import run_by
from ..rounds import STANDINGS, round_for
from ..sittings import last_days, late_notice, turns
from ..timetable import per_day, sitting_days, timetable
from .sessions import session_of

CAME_WITH = {
    "hoi-dong": "council",
    "dot": "evaluation_round",
    "ngay": "held_on",
    "gio": "starts_at",
    "phut": "minutes_each",
}


@login_required
def plan(request: Request) -> HttpResponse:
    councils = run_by(request.user, request.day)
    if not councils.exists():
        raise Http404
    initial: dict[str, Any] = {name: request.GET[key] for key, name in CAME_WITH.items() if key in request.GET}
    form = SessionForm(request.POST or None, councils=councils, rounds=_open_rounds(request), initial=initial)

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        session = services.plan_session(token=data.pop("once"), by=request.user, now=request.now, **data)
        messages.success(request, "Đã lập phiên. Thêm sản phẩm, rồi mời thành viên.")
        return redirect(session)

    return form.carry_out(keep) or render(request, "councils/plan.html", {"form": form}, status=form.status)


def _open_rounds(request: Request) -> list[EvaluationRound]:
    """Rounds of the province that a session may still belong to: results of this year and the next."""
    years = (request.day.year, request.day.year + 1)
    return [one for one in rounds_of(Level.PROVINCE) if one.results_before.year in years]


def _run(request: Request, code: str) -> Session:
    """A session that the reader runs."""
    row = session_of(request, code)
    check_may_run(request.user, row.council, request.day)
    return row


@login_required
def change(request: Request, code: str) -> HttpResponse:
    row = _run(request, code)
    rounds = _open_rounds(request)
    if row.evaluation_round and row.evaluation_round not in rounds:
        rounds.insert(0, row.evaluation_round)
    fields = [name for name in ChangeSessionForm.base_fields if name != "once"]
    form = ChangeSessionForm(request.POST or None, rounds=rounds, initial={f: getattr(row, f) for f in fields})

    def keep() -> HttpResponse:
        data = {key: value for key, value in form.cleaned_data.items() if key != "once"}
        services.change_session(session=row, by=request.user, now=request.now, **data)
        messages.success(request, "Đã sửa lịch phiên." + (" Thành viên đã mời được báo." if row.invited_at else ""))
        return redirect("councils:prepare", code)

    context = {"form": form, "session": row}
    return form.carry_out(keep) or render(request, "councils/change_session.html", context, status=form.status)


@login_required
def capacity(request: Request) -> HttpResponse:
    """From products, minutes and hours: days, sessions, a timetable in the order of sets. Writes nothing."""
    councils = run_by(request.user, request.day)
    if not councils.exists():
        raise Http404
    rounds = rounds_of(Level.PROVINCE)
    asked = request.GET.get("dot", "")
    one = next((r for r in rounds if str(r.pk) == asked), None) or round_for(request.day, rounds)
    waiting = _waiting(request, one, rounds) if one else []
    start = {"san_pham": len(waiting) or None, "ngay": request.day + timedelta(days=1)}
    form = CapacityForm(request.GET if "san_pham" in request.GET else None, initial=start)
    context: dict[str, Any] = {"form": form, "round": one, "waiting": waiting}
    if form.is_valid():
        data = form.cleaned_data
        slots = timetable(data["san_pham"], data["phut"], blocks=data["khung"])
        names: list[Dossier | None] = [*waiting[: len(slots)], *[None] * (len(slots) - len(waiting))]
        days = sitting_days(data["ngay"], slots[-1].day + 1, holidays())
        context |= {
            "per_day": per_day(data["phut"], data["khung"]),
            "minutes": data["phut"],
            "days": [
                (day, [(slot, name) for slot, name in zip(slots, names, strict=True) if slot.day == place])
                for place, day in enumerate(days)
            ],
            "too_late": one and days[-1] >= one.results_before,
        }
    return render(request, "councils/capacity.html", context, status=422 if form.errors else 200)


def _waiting(request: Request, one: EvaluationRound, rounds: list[EvaluationRound]) -> list[Dossier]:
    """Dossiers of a round that no session has taken yet, by set."""
    seen = Dossier.objects.visible_to(request.user, request.day)
    steps = STANDINGS["checking"][1] | STANDINGS["ready"][1]
    found = proposals_of(one, rounds, seen).filter(step__in=steps).select_related("product", "scorecard")
    return list(found.order_by("scorecard__set_no", "filed_on", "pk")[:1000])


def _meetings(row: Session) -> list[Session]:
    """Meetings of the same council that can still take products."""
    return list(
        row.council.sessions.filter(kind=Session.MEETING).exclude(state=Session.CLOSED).order_by("held_on", "pk")
    )


@login_required
def prepare(request: Request, code: str) -> HttpResponse:
    """The agenda with its hours, and whether everything goes out in time."""
    row = session_of(request, code)
    return _prepare(request, row, None)


def _prepare(request: Request, row: Session, sent: MeetingForm | None) -> HttpResponse:
    items = list(
        row.items.select_related("dossier__product", "dossier__subject", "dossier__scorecard").order_by(
            "position", "pk"
        )
    )
    slots = turns(row, items)
    invite_by, dossiers_by = last_days(row)
    context: dict[str, Any] = {
        "session": row,
        "agenda": list(zip(items, slots, strict=True)),
        "last_slot_day": max((slot.day for slot in slots if slot), default=0),
        "invite_by": invite_by,
        "dossiers_by": dossiers_by,
        "late": late_notice(row, request.day),
        "may_run": is_secretary(request.user, row.council, request.day),
        "chairs": is_chair(request.user, row.council, request.day),
        "reason_form": ReasonForm(auto_id=False),
    }
    if row.is_written:
        context |= {
            "requests": list(
                MeetingRequest.objects.filter(item__session=row)
                .select_related("item__dossier__product", "member__user")
                .order_by("pk")
            ),
            "scores": any(seat.user_id == request.user.pk and seat.scores for seat in seats_of(row)),
        }
        if context["may_run"]:
            meetings = _meetings(row)
            context |= {"meetings": meetings, "meeting_form": sent or MeetingForm(session=row, meetings=meetings)}
    return render(request, "councils/prepare.html", context, status=sent.status if sent else 200)


@require_POST
def ask_meeting(request: Request, code: str, pk: int) -> HttpResponse:
    row = session_of(request, code)
    item = get_object_or_404(row.items.select_related("session__council", "dossier__product"), pk=pk)
    services.ask_meeting(item=item, reason=request.POST.get("reason", ""), by=request.user, now=request.now)
    messages.success(request, f"Đã đề nghị họp trực tiếp về “{item}”.")
    return redirect("councils:prepare", code)


@require_POST
def take_to_meeting(request: Request, code: str) -> HttpResponse:
    row = _run(request, code)
    form = MeetingForm(request.POST, session=row, meetings=_meetings(row))

    def keep() -> HttpResponse:
        meeting = form.cleaned_data["meeting"]
        count = services.take_to_meeting(
            items=list(form.cleaned_data["items"]), meeting=meeting, by=request.user, now=request.now
        )
        messages.success(request, f"Đã chuyển {count} sản phẩm sang {meeting.name}; phiếu đã ký được giữ.")
        return redirect(meeting)

    return form.carry_out(keep) or _prepare(request, row, form)


@require_POST
def sort(request: Request, code: str) -> HttpResponse:
    services.sort_agenda(session=session_of(request, code), by=request.user, now=request.now)
    messages.success(request, "Đã xếp chương trình theo bộ sản phẩm.")
    return redirect("councils:prepare", code)


@require_POST
def move(request: Request, code: str, pk: int, way: str) -> HttpResponse:
    row = _run(request, code)
    if way not in ("len", "xuong"):
        raise Http404
    item = get_object_or_404(row.items.select_related("session__council"), pk=pk)
    services.move_item(item=item, up=way == "len", by=request.user, now=request.now)
    return redirect("councils:prepare", code)


@require_POST
def short_notice(request: Request, code: str) -> HttpResponse:
    row = session_of(request, code)
    services.allow_short_notice(session=row, reason=request.POST.get("reason", ""), by=request.user, now=request.now)
    messages.success(request, "Đã ghi lý do họp gấp; biên bản in lại lý do này.")
    return redirect("councils:prepare", code)


@login_required
def calendar_file(request: Request, code: str) -> HttpResponse:
    """The session as a calendar file for its members; a file taken again replaces the older one by its UID."""
    row = session_of(request, code)
    slots = [slot for slot in turns(row, list(row.items.order_by("position", "pk"))) if slot and slot.day == 0]
    starts = datetime.combine(row.held_on, row.starts_at) if row.starts_at else row.held_on
    content = ical.appointment(
        uid=f"phien-cham-{row.code}@{settings.OCOP_HOST.split(':')[0]}",
        sequence=row.version,
        stamp=request.now,
        starts=starts,
        ends=datetime.combine(row.held_on, slots[-1].end) if slots else None,
        summary=f"{row.council.name}: {row.name}",
        place=row.place,
        description="Kê khai lợi ích với từng sản phẩm trên hệ thống trước khi mở hồ sơ.",
        url=request.build_absolute_uri(row.get_absolute_url()),
    )
    disposition = content_disposition_header(True, f"phien-cham-{row.code}.ics") or "attachment"
    return HttpResponse(content, content_type=ical.MIME, headers={"Content-Disposition": disposition})
