"""Rules of work: the versions, one in words and tried on numbers, a draft tried and adopted."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from ocop.accounts.http import Request
from ocop.accounts.models import Agency, Level, Role
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.time import vi_date
from ocop.scorecards.queries import settings_on

from ..models import CouncilRules
from ..queries import rules_on
from ..rule_forms import RulesForm, TrialForm
from ..rulebook import Answer, in_words, try_out
from ..rules import RulesOfWork
from ..services import adopt_rules
from ..words import events

COLUMNS = [
    Column("ten", "Quy chế", lambda row: row.name, ("name",)),
    Column("cap", "Cấp", lambda row: row.get_level_display(), ("level",)),
    Column("co-quan", "Ban hành", lambda row: row.organ.name if row.organ else "mặc định của hệ thống"),
    Column("can-cu", "Căn cứ", lambda row: row.basis),
    Column("tu-ngay", "Từ ngày", lambda row: row.valid_from, ("valid_from",)),
    Column("den-ngay", "Đến ngày", lambda row: row.valid_to, ("valid_to",)),
]


def _organs(request: Request) -> list[Agency]:
    return [a.agency for a in request.user.appointments_on(request.day) if a.role == Role.SECRETARY]


@login_required
def listing(request: Request) -> HttpResponse:
    levels = Filter(
        "cap",
        "Cấp",
        [Option(level, Level(level).label.capitalize()) for level in (Level.PROVINCE, Level.DISTRICT)],
        lambda rows, values: rows.filter(level__in=values),
    )
    rows = Listing(
        request,
        CouncilRules.objects.select_related("organ"),
        COLUMNS,
        [levels],
        search=lambda rows, q: rows.filter(name__icontains=q),
        sort="-tu-ngay",
    )
    if rows.wants_file:
        return rows.file("quy-che")
    return render(request, "councils/rulebooks.html", {"listing": rows, "may_adopt": bool(_organs(request))})


@login_required
def one(request: Request, pk: int) -> HttpResponse:
    """A version in words; numbers typed in the address are tried on it."""
    row = get_object_or_404(CouncilRules.objects.select_related("organ"), pk=pk)
    rules = RulesOfWork.parse(row.body)
    trial = TrialForm(request.GET or None)
    facts = [
        ("Ban hành", row.organ.name if row.organ else "Mặc định của hệ thống cho tới khi có quy chế của tỉnh"),
        ("Căn cứ", row.basis),
        ("Hiệu lực", f"từ {vi_date(row.valid_from)}{f' đến {vi_date(row.valid_to)}' if row.valid_to else ''}"),
        ("Cấp", row.get_level_display().capitalize()),
    ]
    context = {
        "row": row,
        "facts": facts,
        "sentences": in_words(rules),
        "trial": trial,
        "answers": _answers(request, rules, trial),
        "events": events(row),
    }
    return render(request, "councils/rulebook.html", context, status=422 if trial.errors else 200)


def _answers(request: Request, rules: RulesOfWork, trial: TrialForm) -> list[Answer]:
    return try_out(rules, trial.trial(), settings_on(request.day)) if trial.is_valid() else []


@login_required
def adopt(request: Request) -> HttpResponse:
    """A draft: tried on numbers as often as wanted, then adopted."""
    organs = _organs(request)
    if not organs:
        raise Http404
    in_force = rules_on(organs[0], request.day)
    rules = in_force.rules if in_force else RulesOfWork()
    trying = "thu" in request.POST
    keys = [organ.pk for organ in organs]
    form = RulesForm(request.POST or None, organs=keys, trying=trying, initial=RulesForm.typed(rules))
    trial = TrialForm(request.POST if trying else None, prefix="thu")

    def keep() -> HttpResponse:
        data = form.cleaned_data
        row = adopt_rules(
            organ=data["organ"],
            rules=form.rules(),
            name=data["name"],
            number=data["number"],
            day=data["day"],
            valid_from=data["valid_from"],
            by=request.user,
            now=request.now,
            token=data["once"],
        )
        messages.success(request, f"Đã ghi {row}, có hiệu lực từ {vi_date(row.valid_from)}.")
        return redirect(row)

    if not trying and (answer := form.carry_out(keep)):
        return answer
    draft = replace(form.rules(), seats_of_2026=rules.seats_of_2026) if trying and form.is_valid() else None
    context = {
        "form": form,
        "trial": trial,
        "sentences": in_words(draft) if draft else [],
        "answers": _answers(request, draft, trial) if draft else [],
    }
    return render(request, "councils/adopt.html", context, status=200 if draft and trial.is_valid() else form.status)
