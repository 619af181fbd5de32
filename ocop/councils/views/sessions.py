"""Sessions: list, planning, the board of who has scored what, the screen in the hall. Never a mark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ocop.accounts.http import Request
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.refusal import allows

from .. import services
from ..forms import AddItemForm, AttendanceForm
from ..models import Conclusion, Member, Session
from ..permissions import check_may_notify, check_may_run, is_chair, is_secretary, reads_papers, seats_of
from ..queries import Board, Duty, board, called, minutes_since, ready_for, run_by, stamp_of, watched
from ..rules import Part
from ..sittings import late_notice
from ..words import DUTY_CELLS, SESSION_BADGES, events

COLUMNS = [
    Column("phien", "Phiên", lambda row: row.name, ("name",)),
    Column("hoi-dong", "Hội đồng", lambda row: row.council.name, ("council__name",)),
    Column(
        "dot",
        "Đợt",
        lambda row: row.evaluation_round and str(row.evaluation_round),
        ("evaluation_round__proposals_before",),
    ),
    Column("ngay", "Ngày họp", lambda row: row.held_on, ("held_on", "starts_at")),
    Column("dia-diem", "Địa điểm", lambda row: row.place),
    Column("san-pham", "Sản phẩm", lambda row: row.products, ("products",), number=True),
    Column("ket-luan", "Đã kết luận", lambda row: row.concluded, ("concluded",), number=True),
    Column("trang-thai", "Trạng thái", lambda row: row.standing, ("state",)),
]


@login_required
def listing(request: Request) -> HttpResponse:
    found = (
        Session.objects.visible_to(request.user, request.day)
        .select_related("council", "evaluation_round")
        .annotate(products=Count("items"), concluded=Count("items", filter=Q(items__closed=True)))
    )
    states = Filter(
        "trang-thai",
        "Trạng thái",
        [Option(state, name[0].upper() + name[1:]) for state, name in Session.STATES],
        lambda rows, values: rows.filter(state__in=values),
    )
    rows = Listing(
        request, found, COLUMNS, [states], search=lambda rows, q: rows.filter(name__icontains=q), sort="-ngay"
    )
    if rows.wants_file:
        return rows.file("phien-cham")
    may_plan = run_by(request.user, request.day).exists()
    return render(request, "councils/sessions.html", {"listing": rows, "may_plan": may_plan})


def session_of(request: Request, code: str, *, watching: bool = False) -> Session:
    """Return a session that the reader may see, else 404. watching  with its stamp"""
    found = Session.objects.visible_to(request.user, request.day).select_related(
        "council__organ__area", "council__decision", "evaluation_round"
    )
    return get_object_or_404(watched(found) if watching else found, code=code)


@dataclass(frozen=True)
class Line:
    """One member on the board: for each product the class and words of its cell."""

    member: Member
    cells: list[tuple[Board, str, str]]

    @property
    def signed(self) -> int:
        return sum(words == DUTY_CELLS["signed"][1] for _, _, words in self.cells)

    @property
    def due(self) -> int:
        return self.signed + len(self.waiting)

    @property
    def waiting(self) -> list[str]:
        wanted = {DUTY_CELLS["missing"][1], DUTY_CELLS["undeclared"][1]}
        return [str(row.item) for row, _, words in self.cells if words in wanted and not row.item.closed]


def _lines(rows: list[Board]) -> list[Line]:
    """The board turned: a line for each scoring member."""
    members = [duty.member for duty in rows[0].duties] if rows else []
    return [
        Line(member, [(row, *DUTY_CELLS[row.duties[place].state]) for row in rows])
        for place, member in enumerate(members)
    ]


def session(request: Request, code: str) -> HttpResponse:
    """The board; the part that moves alone for htmx."""
    row = session_of(request, code, watching=True)
    stamp = stamp_of(row, request.now)
    if _seen(request, stamp):
        return HttpResponse(status=204)
    rows = board(row, request.day)
    lines, seats = _lines(rows), seats_of(row)
    present = [seat for seat in seats if seat.here and seat.scores]  # type: ignore[attr-defined]
    if row.is_written:  # a sheet is presence
        present = [line.member for line in lines if line.signed]
    may_run = is_secretary(request.user, row.council, request.day)
    tone, icon = SESSION_BADGES[row.state]
    context = {
        "session": row,
        "stamp": stamp,
        **_called(request, rows),
        "tone": tone,
        "badge_icon": icon,
        "state_name": row.standing.capitalize(),
        "rows": rows,
        "lines": lines,
        "waiting": [line for line in lines if line.waiting] if row.state == Session.OPEN else [],
        "signed": sum(len(r.signed) for r in rows),
        "due": sum(len(r.due) for r in rows),
        "recused": sum(duty.state == "recused" for r in rows for duty in r.duties),
        "concluded": sum(r.item.closed for r in rows),
        "present": len(present),
        "quorum": all(r.quorum for r in rows),
        "chair_present": any(seat.part == Part.CHAIR for seat in present),
        "mine": _mine(request, rows),
        "may_run": may_run,
        "leads": may_run or is_chair(request.user, row.council, request.day),
        "has_papers": reads_papers(request.user, request.day),
    }
    if request.headers.get("HX-Request"):
        return render(request, "councils/session.html#board", context)
    context |= {
        "attendance": seats,
        "ready": ready_for(row.council) if may_run and row.state != Session.CLOSED else [],
        "events": events(row),
        "may_notify": row.state == Session.CLOSED
        and allows(check_may_notify, request.user, row.council, request.day)
        and Conclusion.objects.visible_to(request.user, request.day)
        .in_effect()
        .filter(item__session=row, notice=None)
        .exists(),
    }
    return render(request, "councils/session.html", context)


def _seen(request: Request, stamp: str) -> bool:
    """Whether a watcher who asks again has this very board before him: htmx leaves it as it is on 204."""
    return bool(request.headers.get("HX-Request")) and request.GET.get("ban") == stamp


def _called(request: Request, rows: list[Board]) -> dict[str, object]:
    item = called(rows)
    return {"called": item, "elapsed": minutes_since(item, request.now)}


def _mine(request: Request, rows: list[Board]) -> list[tuple[Board, Duty]]:
    """The reader's own duties, if he scores here."""
    return [(row, duty) for row in rows for duty in row.duties if duty.member.user_id == request.user.pk]


def hall(request: Request, code: str) -> HttpResponse:
    """The screen in the hall: how far each product is, no name and no mark."""
    row = session_of(request, code, watching=True)
    stamp = stamp_of(row, request.now)
    if _seen(request, stamp):
        return HttpResponse(status=204)
    rows = board(row, request.day)
    context = {"session": row, "stamp": stamp, "rows": rows, "concluded": sum(r.item.closed for r in rows)}
    context |= _called(request, rows)
    if request.headers.get("HX-Request"):
        return render(request, "councils/hall.html#hall", context)
    return render(request, "councils/hall.html", context)


@require_POST
def add(request: Request, code: str) -> HttpResponse:
    row = session_of(request, code)
    check_may_run(request.user, row.council, request.day)
    form = AddItemForm(request.POST, waiting=ready_for(row.council))
    if not form.is_valid():
        messages.error(request, "Chưa thêm sản phẩm. Chọn ít nhất một hồ sơ đang chờ hội đồng.")
        return redirect(row)
    chosen = list(form.cleaned_data["dossier"].select_related("product", "scorecard"))
    count = services.add_items(session=row, dossiers=chosen, by=request.user, now=request.now)
    messages.success(request, f"Đã thêm {count} sản phẩm vào phiên.")
    return redirect(row)


def _act(request: Request, code: str, act: Callable[..., object], done: str) -> HttpResponse:
    row = session_of(request, code)
    act(session=row, by=request.user, now=request.now)
    messages.success(request, done)
    return redirect(row)


@require_POST
def invite(request: Request, code: str) -> HttpResponse:
    row = session_of(request, code)
    services.invite(session=row, by=request.user, now=request.now)
    messages.success(request, "Đã gửi giấy mời tới các thành viên.")
    if late := late_notice(row):
        messages.warning(request, " ".join(late))
    return redirect(row)


@require_POST
def open_session(request: Request, code: str) -> HttpResponse:
    return _act(request, code, services.open_session, "Đã mở phiên.")


@require_POST
def remind(request: Request, code: str) -> HttpResponse:
    return _act(request, code, services.remind, "Đã nhắc các thành viên còn thiếu phiếu.")


@require_POST
def close(request: Request, code: str) -> HttpResponse:
    return _act(request, code, services.close_session, "Đã kết thúc phiên. Biên bản sẵn sàng để tải.")


@require_POST
def notify(request: Request, code: str) -> HttpResponse:
    row = session_of(request, code)
    token = request.POST.get("once", "")
    count = services.send_notices(session=row, by=request.user, now=request.now, token=token)
    messages.success(request, f"Đã gửi {count} thông báo kết quả tới chủ thể và xã.")
    return redirect(row)


@require_POST
def attendance(request: Request, code: str) -> HttpResponse:
    row = session_of(request, code)
    form = AttendanceForm(request.POST, members=seats_of(row))
    if not form.is_valid():
        messages.error(request, "Chưa ghi có mặt. Có người không thuộc hội đồng; mở lại trang.")
        return redirect(row)
    services.set_attendance(session=row, present=form.cleaned_data["present"], by=request.user, now=request.now)
    messages.success(request, "Đã ghi có mặt.")
    return redirect(row)
