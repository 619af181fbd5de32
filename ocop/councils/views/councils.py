"""Councils: list, founding from a decision, members."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.forms import BaseFormSet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from ocop.accounts.http import Request
from ocop.accounts.models import Agency, Appointment, Role, User
from ocop.kernel.pages.listing import Column, Listing
from ocop.kernel.refusal import Refusal
from ocop.kernel.text import vi_key
from ocop.kernel.time import LAST_DAY

from ..forms import OFFERED, CouncilForm, SeatForm, SeatLines
from ..models import Council
from ..permissions import is_secretary
from ..rules import Part, RulesOfWork
from ..services import Seat, found_council
from ..words import events

COLUMNS = [
    Column("ten", "Hội đồng", lambda row: row.name, ("name",)),
    Column("cap", "Cấp", lambda row: row.get_level_display(), ("level",)),
    Column("quyet-dinh", "Quyết định", lambda row: row.decision.number),
    Column("tu-ngay", "Từ ngày", lambda row: row.founded_on, ("founded_on",)),
    Column("den-ngay", "Đến ngày", lambda row: row.ended_on, ("ended_on",)),
    Column("thanh-vien", "Thành viên", lambda row: row.seats, ("seats",), number=True),
    Column("phien", "Phiên", lambda row: row.sittings, ("sittings",), number=True),
]


@login_required
def listing(request: Request) -> HttpResponse:
    found: QuerySet[Council] = (
        Council.objects.visible_to(request.user, request.day)
        .select_related("decision")
        .annotate(seats=Count("members", distinct=True), sittings=Count("sessions", distinct=True))
    )
    rows = Listing(request, found, COLUMNS, search=lambda rows, q: rows.filter(name__icontains=q), sort="-tu-ngay")
    if rows.wants_file:
        return rows.file("hoi-dong")
    return render(request, "councils/councils.html", {"listing": rows, "may_found": bool(_organs(request))})


def _organs(request: Request) -> list[int]:
    return [a.agency_id for a in request.user.appointments_on(request.day) if a.role == Role.SECRETARY]


@login_required
def found(request: Request) -> HttpResponse:
    organs = _organs(request)
    if not organs:
        raise Http404
    form = CouncilForm(request.POST or None, organs=organs)
    lines = SeatLines(request.POST or None, prefix="ghe", initial=OFFERED)

    def establish() -> HttpResponse:
        council = _found(request, form, lines)
        messages.success(request, f"Đã lập {council.name}.")
        return redirect(council)

    if (not lines.is_bound or lines.is_valid()) and (answer := form.carry_out(establish)):
        return answer
    people = User.objects.filter(is_active=True, subject_memberships=None).order_by("name", "pk")[:500]
    context = {"form": form, "lines": lines, "people": sorted(people, key=lambda user: vi_key(user.name))}
    return render(request, "councils/found.html", context, status=form.status)


def _found(request: Request, form: CouncilForm, lines: BaseFormSet[SeatForm]) -> Council:
    """Hand the decision to the service. :raises Refusal: an unknown person, or the rules of work are not met"""
    data = form.cleaned_data
    filled = [line.cleaned_data for line in lines if line.cleaned_data.get("email")]
    emails = {line["email"].lower() for line in filled}
    users = {user.email: user for user in User.objects.filter(email__in=emails, is_active=True).order_by("pk")}
    if unknown := sorted(emails - set(users)):
        raise Refusal("Chưa lập hội đồng.", f"Chưa có tài khoản: {', '.join(unknown)}.", "Kiểm tra lại thư điện tử.")
    agencies = _agencies(list(users.values()), request)
    organ: Agency = data["organ"]
    seats = [
        Seat(
            user=(user := users[line["email"].lower()]),
            unit=line["unit"],
            part=Part(line["part"]),
            seat=line["seat"],
            title=line["title"],
            agency=agencies.get(user.pk),
        )
        for line in filled
    ]
    return found_council(
        organ=organ,
        level=organ.level,
        name=data["name"],
        number=data["number"],
        day=data["day"],
        ended_on=data["ended_on"],
        seats=seats,
        by=request.user,
        now=request.now,
        token=data["once"],
    )


def _agencies(users: list[User], request: Request) -> dict[int, Agency]:
    """Where each person works today, for conflicts of interest that tie an agency."""
    rows = Appointment.objects.filter(user__in=users).select_related("agency").order_by("pk")
    return {a.user_id: a.agency for a in rows if a.valid_from <= request.day <= (a.valid_to or LAST_DAY)}


def council(request: Request, pk: int) -> HttpResponse:
    found = Council.objects.visible_to(request.user, request.day).select_related("decision", "organ", "rules")
    row = get_object_or_404(found, pk=pk)
    rules = RulesOfWork.parse(row.rules.body)
    facts = [
        ("Cơ quan thành lập", row.organ.name),
        ("Quyết định", f"{row.decision.number}"),
        ("Cấp", row.get_level_display().capitalize()),
        ("Quy chế", row.rules.name),
        ("Căn cứ", row.rules.basis),
        ("Số thành viên có mặt", f"từ {rules.quorum[0]}/{rules.quorum[1]} số thành viên được chấm"),
        ("Chênh lệch phải chấm lại", f"{'từ' if rules.deviation_from else 'quá'} {rules.deviation_limit} điểm"),
        ("Số vòng chấm", f"nhiều nhất {rules.rounds}"),
    ]
    context = {
        "council": row,
        "members": row.members.select_related("user").order_by("pk"),
        "sessions": row.sessions.annotate(products=Count("items")).order_by("-held_on", "pk"),
        "facts": facts,
        "may_run": is_secretary(request.user, row, request.day),
        "events": events(row),
    }
    return render(request, "councils/council.html", context)
