"""Advisory teams: list, founding from a decision, members, changes and term by later decisions."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.forms import BaseFormSet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from ocop.accounts.http import Request
from ocop.kernel.pages.listing import Column, Listing
from ocop.kernel.time import vi_date

from ..forms import ChangeForm, TeamForm, TeamLines, TeamSeatForm, TermForm
from ..models import Team
from ..rules import TeamPart
from ..services import TeamSeat, change_team, found_team, set_team_term
from ..succession import history
from ..words import events
from .councils import organs_of, people_of, people_to_seat, seated_on, shown_on, still_seated, term_words

COLUMNS = [
    Column("ten", "Tổ tư vấn", lambda row: row.name, ("name",)),
    Column("co-quan", "Cơ quan thành lập", lambda row: row.organ.name),
    Column("quyet-dinh", "Quyết định", lambda row: row.decision.number),
    Column("tu-ngay", "Từ ngày", lambda row: row.founded_on, ("founded_on",)),
    Column("den-ngay", "Đến ngày", lambda row: row.ended_on, ("ended_on",)),
    Column("thanh-vien", "Thành viên", lambda row: row.seats, ("seats",), number=True),
]


@login_required
def listing(request: Request) -> HttpResponse:
    found: QuerySet[Team] = (
        Team.objects.visible_to(request.user, request.day)
        .select_related("organ", "decision")
        .annotate(seats=seated_on(request.day))
    )
    rows = Listing(request, found, COLUMNS, search=lambda rows, q: rows.filter(name__icontains=q), sort="-tu-ngay")
    if rows.wants_file:
        return rows.file("to-tu-van")
    return render(request, "councils/teams.html", {"listing": rows, "may_found": bool(organs_of(request))})


@login_required
def found(request: Request) -> HttpResponse:
    organs = organs_of(request)
    if not organs:
        raise Http404
    form = TeamForm(request.POST or None, organs=organs)
    lines = TeamLines(request.POST or None, prefix="ghe", initial=[{"part": TeamPart.LEAD}])

    def establish() -> HttpResponse:
        data = form.cleaned_data
        row = found_team(
            organ=data["organ"],
            name=data["name"],
            number=data["number"],
            day=data["day"],
            ended_on=data["ended_on"],
            seats=_seats(lines, "Chưa lập Tổ."),
            by=request.user,
            now=request.now,
            token=data["once"],
        )
        messages.success(request, f"Đã lập {row}.")
        return redirect(row)

    if (not lines.is_bound or lines.is_valid()) and (answer := form.carry_out(establish)):
        return answer
    context = {"form": form, "lines": lines, "people": people_to_seat()}
    context |= {"submit": "Lập Tổ tư vấn", "back": "councils:teams"}
    return render(request, "councils/team_found.html", context, status=form.status)


def _seats(lines: BaseFormSet[TeamSeatForm], what: str) -> list[TeamSeat]:
    """Return the lines that name somebody. :raises Refusal: somebody without an account"""
    filled = [line.cleaned_data for line in lines if line.cleaned_data.get("email")]
    users = people_of(filled, what)
    return [
        TeamSeat(users[line["email"].lower()], line["unit"], TeamPart(line["part"]), line["title"]) for line in filled
    ]


def _team(request: Request, pk: int) -> Team:
    found = Team.objects.visible_to(request.user, request.day)
    return get_object_or_404(found.select_related("decision", "organ", "term_decision"), pk=pk)


def team(request: Request, pk: int) -> HttpResponse:
    row = _team(request, pk)
    members = list(row.members.select_related("user", "came_by", "left_by").order_by("pk"))
    shown = shown_on(row, request.day)
    context = {
        "team": row,
        "members": [member for member in members if member.sits_on(shown)],
        "shown": shown,
        "turns": history(members),
        "facts": [
            ("Cơ quan thành lập", row.organ.name),
            ("Quyết định", row.decision.number),
            ("Nhiệm kỳ", term_words(row)),
        ],
        "may_change": row.organ_id in organs_of(request),
        "events": events(row),
    }
    return render(request, "councils/team.html", context)


def _changed(request: Request, pk: int) -> Team:
    """The team, for the secretary of its committee."""
    row = _team(request, pk)
    if row.organ_id not in organs_of(request):
        raise Http404
    return row


def change(request: Request, pk: int) -> HttpResponse:
    """A later decision: who leaves, who comes, from when, until when."""
    row = _changed(request, pk)
    members = row.members.select_related("user").order_by("pk")
    form = ChangeForm(request.POST or None, members=still_seated(members, request.day))
    lines = TeamLines(request.POST or None, prefix="ghe")

    def keep() -> HttpResponse:
        data = form.cleaned_data
        change_team(
            team=row,
            number=data["number"],
            day=data["day"],
            valid_from=data["valid_from"],
            until=data["until"],
            leaving=data["leaving"],
            joining=_seats(lines, "Chưa thay đổi thành viên."),
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
    """A decision that ends the team, or lets it go on."""
    row = _changed(request, pk)
    form = TermForm(request.POST or None)

    def keep() -> HttpResponse:
        data = form.cleaned_data
        set_team_term(
            team=row,
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
