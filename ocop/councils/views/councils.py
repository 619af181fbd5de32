"""Councils: list, founding from a decision, members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.forms import BaseFormSet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from ocop.accounts.http import Request
from ocop.accounts.models import Agency, Appointment, Role, User
from ocop.kernel.pages.listing import Column, Listing
from ocop.kernel.refusal import Refusal
from ocop.kernel.text import vi_key
from ocop.kernel.time import LAST_DAY, vi_date

from ..forms import OFFERED, ChangeForm, ChangeLines, CouncilForm, SeatForm, SeatLines, TermForm
from ..models import Council, Member, Team, TeamMember
from ..permissions import is_secretary
from ..queries import rules_on
from ..rulebook import in_words
from ..rules import Part
from ..services import Seat, change_members, found_council, set_term
from ..succession import history
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
        .annotate(seats=seated_on(request.day), sittings=Count("sessions", distinct=True))
    )
    rows = Listing(request, found, COLUMNS, search=lambda rows, q: rows.filter(name__icontains=q), sort="-tu-ngay")
    if rows.wants_file:
        return rows.file("hoi-dong")
    return render(request, "councils/councils.html", {"listing": rows, "may_found": bool(organs_of(request))})


def seated_on(day: date) -> Count:
    """How many people sit in a council or team on that day."""
    in_force = Q(members__last_day=None) | Q(members__last_day__gte=day)
    return Count("members", filter=in_force & Q(members__first_day__lte=day), distinct=True)


def organs_of(request: Request) -> list[int]:
    """Committees whose decisions the user enters."""
    return [a.agency_id for a in request.user.appointments_on(request.day) if a.role == Role.SECRETARY]


@login_required
def found(request: Request) -> HttpResponse:
    organs = organs_of(request)
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
    context = {"form": form, "lines": lines, "people": people_to_seat()}
    context |= {"submit": "Lập hội đồng", "back": "councils:councils"}
    return render(request, "councils/found.html", context, status=form.status)


def people_to_seat() -> list[User]:
    """Accounts of no producer, by name: what the lines offer."""
    people = User.objects.filter(is_active=True, subject_memberships=None).order_by("name", "pk")[:500]
    return sorted(people, key=lambda user: vi_key(user.name))


def _found(request: Request, form: CouncilForm, lines: BaseFormSet[SeatForm]) -> Council:
    """Hand the decision to the service. :raises Refusal: an unknown person, or the rules of work are not met"""
    data = form.cleaned_data
    organ: Agency = data["organ"]
    return found_council(
        organ=organ,
        level=organ.level,
        name=data["name"],
        number=data["number"],
        day=data["day"],
        ended_on=data["ended_on"],
        seats=_seats(request, lines, "Chưa lập hội đồng."),
        by=request.user,
        now=request.now,
        token=data["once"],
    )


def _seats(request: Request, lines: BaseFormSet[SeatForm], what: str) -> list[Seat]:
    """Return the lines that name somebody. :raises Refusal: somebody without an account"""
    filled = [line.cleaned_data for line in lines if line.cleaned_data.get("email")]
    users = people_of(filled, what)
    agencies = _agencies(list(users.values()), request)
    return [
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


def people_of(filled: list[dict[str, Any]], what: str) -> dict[str, User]:
    """Return the active accounts of these lines by address. :raises Refusal: an address without one"""
    emails = {line["email"].lower() for line in filled}
    users = {user.email: user for user in User.objects.filter(email__in=emails, is_active=True).order_by("pk")}
    if unknown := sorted(emails - set(users)):
        raise Refusal(what, f"Chưa có tài khoản: {', '.join(unknown)}.", "Kiểm tra lại thư điện tử.")
    return users


def _agencies(users: list[User], request: Request) -> dict[int, Agency]:
    """Where each person works today, for conflicts of interest that tie an agency."""
    rows = Appointment.objects.filter(user__in=users).select_related("agency").order_by("pk")
    return {a.user_id: a.agency for a in rows if a.valid_from <= request.day <= (a.valid_to or LAST_DAY)}


def _council(request: Request, pk: int) -> Council:
    found = Council.objects.visible_to(request.user, request.day)
    return get_object_or_404(found.select_related("decision", "organ", "rules", "term_decision"), pk=pk)


def council(request: Request, pk: int) -> HttpResponse:
    row = _council(request, pk)
    members = list(row.members.select_related("user", "came_by", "left_by").order_by("pk"))
    shown = shown_on(row, request.day)
    in_force = rules_on(row.organ, shown)
    facts = [
        ("Cơ quan thành lập", row.organ.name),
        ("Quyết định", f"{row.decision.number}"),
        ("Nhiệm kỳ", term_words(row)),
        ("Cấp", row.get_level_display().capitalize()),
    ]
    context = {
        "council": row,
        "members": [member for member in members if member.sits_on(shown)],
        "shown": shown,
        "rulebook": in_force.row if in_force else row.rules,
        "sentences": in_words(in_force.rules) if in_force else [],
        "turns": history(members),
        "sessions": row.sessions.annotate(products=Count("items")).order_by("-held_on", "pk"),
        "facts": facts,
        "may_run": is_secretary(request.user, row, request.day),
        "may_change": row.organ_id in organs_of(request),
        "events": events(row),
    }
    return render(request, "councils/council.html", context)


def shown_on(body: Council | Team, day: date) -> date:
    """The day whose people the page shows: today, or the nearest day of the term."""
    return min(max(day, body.founded_on), body.ended_on or LAST_DAY)


def term_words(body: Council | Team) -> str:
    """'từ 25/09/2026 đến 31/12/2026 (Quyết định số 400/QĐ-UBND)'."""
    last = f" đến {vi_date(body.ended_on)}" if body.ended_on else ""
    by = f" (Quyết định số {body.term_decision.number})" if body.term_decision else ""
    return f"từ {vi_date(body.founded_on)}{last}{by}"


def still_seated(members: Iterable[Member | TeamMember], day: date) -> list[tuple[int, str]]:
    """Those who may leave by a decision of that day or later, as choices."""
    return [
        (m.pk, f"{m.user.name}, {m.get_part_display()}, {m.unit}")
        for m in members
        if m.last_day is None or m.last_day >= day
    ]


def _changed(request: Request, pk: int) -> Council:
    """The council, for the secretary of its committee."""
    row = _council(request, pk)
    if row.organ_id not in organs_of(request):
        raise Http404
    return row


def change(request: Request, pk: int) -> HttpResponse:
    """A later decision: who leaves, who comes, from when, until when."""
    row = _changed(request, pk)
    members = list(row.members.select_related("user").order_by("pk"))
    form = ChangeForm(request.POST or None, members=still_seated(members, request.day))
    lines = ChangeLines(request.POST or None, prefix="ghe")

    def keep() -> HttpResponse:
        data = form.cleaned_data
        change_members(
            council=row,
            number=data["number"],
            day=data["day"],
            valid_from=data["valid_from"],
            until=data["until"],
            leaving=data["leaving"],
            joining=_seats(request, lines, "Chưa thay đổi thành viên."),
            by=request.user,
            now=request.now,
            token=data["once"],
        )
        messages.success(request, "Đã ghi thay đổi thành viên và báo cho từng người.")
        return redirect(row)

    if (not lines.is_bound or lines.is_valid()) and (answer := form.carry_out(keep)):
        return answer
    context = {"body": row, "form": form, "lines": lines, "people": people_to_seat()}
    return render(request, "councils/change.html", context, status=form.status)


def term(request: Request, pk: int) -> HttpResponse:
    """A decision that ends the council, or lets it go on."""
    row = _changed(request, pk)
    form = TermForm(request.POST or None)

    def keep() -> HttpResponse:
        data = form.cleaned_data
        set_term(
            council=row,
            number=data["number"],
            day=data["day"],
            last_day=data["last_day"],
            by=request.user,
            now=request.now,
            token=data["once"],
        )
        messages.success(request, f"{row} có nhiệm kỳ đến {vi_date(data['last_day'])}.")
        return redirect(row)

    return form.carry_out(keep) or render(
        request, "councils/term.html", {"body": row, "form": form}, status=form.status
    )
