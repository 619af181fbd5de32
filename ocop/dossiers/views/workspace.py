"""One dossier: the overview and the whole of it, for everyone who may read it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.kernel.refusal import allows
from ocop.scorecards.models import Scorecard

from .. import checking, workspace
from ..carried import carried_into
from ..forms import RefileForm, ScorecardForm
from ..forms_data import fields_for
from ..models import CommuneAssessment, Dossier
from ..permissions import (
    check_may_archive,
    check_may_assess,
    check_may_edit,
    moves_open_to,
    reads_checking,
    relation_of,
    sees_self_score,
    writer_of,
)
from ..queries import assessment_of, clocks_of, laws, scorecards_for, whole_dossiers
from ..rules import WRITTEN, Move, Step
from ..whereabouts import way
from ..words import tone_of


def found(request: Request, code: str) -> Dossier:
    """The dossier that the user may read, with all that its pages name, or nothing."""
    rows = whole_dossiers(Dossier.objects.visible_to(request.user, request.day))
    return get_object_or_404(rows, code=code)


def frame(request: Request, dossier: Dossier) -> dict[str, Any]:
    """What every page of one dossier shows: its head, its sheet, what the reader may do."""
    user, day = request.user, request.day
    tone, icon = tone_of(dossier.step)
    sheet = workspace.sheet_for(user, dossier, day)
    raised = checking.gaps_for(user, dossier, day)
    return {
        "dossier": dossier,
        "tone": tone,
        "icon": icon,
        "sheet": sheet,
        "told": sees_self_score(user, dossier, day),
        "producer": writer_of(user, dossier, day) is not None,
        "assistants": relation_of(user, dossier, day).assistants,
        "may_edit": allows(check_may_edit, user, dossier, day),
        "may": {move.value: may for move, may in moves_open_to(user, dossier, PAGE_MOVES, day).items()},
        "raised_gaps": raised,
        "unanswered": sum(one.unanswered for one in raised),
        "checks": reads_checking(user, dossier, day),
        "gaps": workspace.gaps(dossier, sheet) if dossier.step in WRITTEN else [],
    }


PAGE_MOVES = (Move.SUBMIT, Move.WITHDRAW, Move.PROPOSE, Move.RETURN, Move.ACCEPT, Move.SEND_UP)


def newer_scorecards(dossier: Dossier, request: Request) -> list[Scorecard]:
    """Return the scorecards in force today for a draft that stands on another; nothing where it may stay."""
    product_set = dossier.product.product_set
    if dossier.step != Step.DRAFT or product_set is None:
        return []
    fitting = scorecards_for(product_set, request.day)
    return [] if dossier.scorecard in fitting else fitting


@require_GET
def detail(request: Request, code: str) -> HttpResponse:
    """The workspace: where the dossier is, what it is worth now, what misses."""
    dossier = found(request, code)
    context = frame(request, dossier)
    scorecards = newer_scorecards(dossier, request) if context["producer"] else []
    relation = relation_of(request.user, dossier, request.day)
    expired = context["producer"] and dossier.step == Step.EXPIRED
    context |= {
        "way": way(dossier, request.day),
        "events": workspace.events(dossier, blind=relation.judges),
        "results": relation.results,
        "lapsed": workspace.lapsed_papers(context["sheet"], request.day) if context["may_edit"] else [],
        "may_assess": allows(check_may_assess, request.user, dossier, request.day),
        "clocks": clocks_of(dossier, request.day, laws()),
        "assessment": assessment_of(dossier),
        "scorecard_form": ScorecardForm(scorecards=scorecards) if scorecards else None,
        "refile_form": RefileForm() if expired and not Dossier.objects.filter(refiled_from=dossier).exists() else None,
        "filings": dossier.filings.order_by("-number") if dossier.filed_on else [],
        "carried": carried_into(dossier, context["sheet"], request.day) if context["may_edit"] else None,
        "may_archive": allows(check_may_archive, request.user, dossier, request.day),
    }
    return render(request, "dossiers/detail.html", context)


@require_GET
def whole(request: Request, code: str) -> HttpResponse:
    """Everything on one page, to read and to check: forms, answers, explanations, papers, the commune's report."""
    dossier = found(request, code)
    context = frame(request, dossier)
    forms = context["sheet"].forms
    assessment = assessment_of(dossier)
    names = {field.name: field.verbose_name for field in CommuneAssessment._meta.concrete_fields}
    context |= {
        "blanks": [(field, forms.get(field.name)) for field in fields_for(dossier.kind)],
        "assessment": assessment,
        "report": [(names[name], getattr(assessment, name)) for name in CommuneAssessment.CONTENTS]
        if assessment
        else [],
        "may_assess": allows(check_may_assess, request.user, dossier, request.day),
    }
    return render(request, "dossiers/whole.html", context)
