"""One criterion of a dossier: case, answer, explanation, evidence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from ocop.accounts.http import Request
from ocop.kernel import files
from ocop.kernel.files.views import begun
from ocop.kernel.refusal import Refusal
from ocop.registry.forms import PaperForm
from ocop.registry.models import Evidence
from ocop.registry.queries import evidence_kinds
from ocop.registry.services import add_papers
from ocop.registry.words import named

from .. import services
from ..carried import carried_into
from ..forms import NONE_FITS, AnswerForm, AttachForm, CaseForm
from ..models import Dossier, Pin
from ..permissions import check_may_edit
from ..queries import room_left
from ..workspace import Line
from .drafts import saved, wants_json
from .files import preview_in
from .workspace import found, frame


def _place(request: Request, code: str, criterion: str) -> tuple[Dossier, dict[str, Any], Line]:
    dossier = found(request, code)
    context = frame(request, dossier)
    line = context["sheet"].lines.get(criterion)
    if line is None:
        raise Http404
    return dossier, context, line


def _editable(request: Request, code: str, criterion: str) -> tuple[Dossier, dict[str, Any], Line]:
    dossier, context, line = _place(request, code, criterion)
    check_may_edit(request.user, dossier, request.day)
    return dossier, context, line


def _answer_form(line: Line, data: Any = None) -> AnswerForm:
    initial = {"answer": AnswerForm.shown(line.answered, line.answer), "explanation": line.explanation}
    return AnswerForm(data, criterion=line.criterion, case=line.case, initial=initial)


def _wallet(dossier: Dossier, line: Line) -> Any:
    """Papers of the subject that may prove something of this product and are not pinned here yet."""
    pinned = [paper.evidence.pk for paper in line.papers]
    rows = Evidence.objects.filter(subject=dossier.subject_id).heads().with_file().fitting(dossier.product)
    rows = rows.exclude(pk__in=pinned)
    return rows.select_related("kind").order_by("kind__position", "name", "pk")


def _page(
    request: Request,
    dossier: Dossier,
    context: dict[str, Any],
    line: Line,
    *,
    status: int = 200,
    answer_form: AnswerForm | None = None,
    attach_form: AttachForm | None = None,
    upload_form: PaperForm | None = None,
) -> HttpResponse:
    before, after = context["sheet"].beside(line.criterion.code)
    section = next(
        section.section
        for part in context["sheet"].parts
        for section in part.sections
        if any(one.criterion.code == line.criterion.code for one in section.lines)
    )
    if context["may_edit"]:
        carried = carried_into(dossier, context["sheet"], request.day)
        context["marks"] = [one for one in carried.marks if one.criterion == line.criterion] if carried else []
        wallet = _wallet(dossier, line)
        form = answer_form or _answer_form(line)
        points = {str(option.index): option for option in line.criterion.options_of(line.case)}
        context |= {
            "form": form,
            "choices": [
                {
                    "field": choice,
                    "points": _points(line, str(choice.data["value"])),
                    "star": getattr(points.get(str(choice.data["value"])), "min_for_star", None),
                }
                for choice in form["answer"]
            ],
            "case_form": CaseForm(criterion=line.criterion, initial={"case": line.case})
            if line.criterion.cases
            else None,
            "attach_form": attach_form or (AttachForm(wallet=wallet) if wallet.exists() else None),
            "upload_form": upload_form
            or PaperForm(
                kinds=list(line.criterion.evidence),
                prefix="tep",
                to=reverse("dossiers:begin_upload", args=[dossier.code]),
            ),
        }
    context.setdefault("marks", [])
    papers = [(paper, preview_in(dossier, paper.evidence)) for paper in line.papers]
    wanted = request.GET.get("minh-chung", "")
    context |= {
        "line": line,
        "section": section,
        "before": before,
        "after": after,
        "kinds": [kind for kind in evidence_kinds() if kind.code in line.criterion.evidence],
        "papers": papers,
        "beside": next((pair for pair in papers if str(pair[0].evidence.pk) == wanted), papers[0] if papers else None),
    }
    return render(request, "dossiers/criterion.html", context, status=status)


def _points(line: Line, value: str) -> int:
    if value in ("khong", NONE_FITS):
        return 0
    return line.criterion.max_points if value == "co" else line.criterion.options[int(value)].points


def criterion(request: Request, code: str, criterion: str) -> HttpResponse:
    """Show one criterion; a post stores its answer and explanation."""
    if request.method != "POST":
        return _page(request, *_place(request, code, criterion))
    dossier, context, line = _editable(request, code, criterion)
    form = _answer_form(line, request.POST)
    if not form.is_valid():
        if wants_json(request):
            return JsonResponse({"errors": form.errors}, status=422)
        return _page(request, dossier, context, line, status=422, answer_form=form)
    answers = {criterion: (form.value, form.cleaned_data["explanation"])}
    services.save_answers(dossier=dossier, answers=answers, by=request.user, now=request.now)
    if wants_json(request):
        sheet = frame(request, dossier)["sheet"]
        points = {one: line.points for one, line in sheet.lines.items()}
        return saved(request, total=sheet.total, done=sheet.done, points=points)
    after = context["sheet"].beside(criterion)[1]
    messages.success(request, f"Đã lưu tiêu chí {criterion}.")
    return redirect("dossiers:criterion", dossier.code, after or criterion)


@require_POST
def case(request: Request, code: str, criterion: str) -> HttpResponse:
    """Fix which case of the criterion applies."""
    dossier, _, line = _editable(request, code, criterion)
    form = CaseForm(request.POST, criterion=line.criterion)
    if not form.is_valid():
        raise Refusal("Chưa lưu trường hợp.", "Chưa chọn một trong các trường hợp.", "Chọn rồi lưu lại.")
    services.choose_case(
        dossier=dossier, criterion=criterion, case=form.cleaned_data["case"], by=request.user, now=request.now
    )
    return redirect("dossiers:criterion", dossier.code, criterion)


@require_POST
def attach(request: Request, code: str, criterion: str) -> HttpResponse:
    """Pin papers of the wallet."""
    dossier, context, line = _editable(request, code, criterion)
    form = AttachForm(request.POST, wallet=_wallet(dossier, line))
    if not form.is_valid():
        return _page(request, dossier, context, line, status=422, attach_form=form)
    with transaction.atomic():
        for evidence in form.cleaned_data["evidence"]:
            services.attach(dossier=dossier, criterion=criterion, evidence=evidence, by=request.user, now=request.now)
    messages.success(request, f"Đã gắn {len(form.cleaned_data['evidence'])} giấy tờ vào tiêu chí {criterion}.")
    return redirect("dossiers:criterion", dossier.code, criterion)


@require_POST
def upload(request: Request, code: str, criterion: str) -> HttpResponse:
    """Take a new paper into the wallet and pin it here: both or neither."""
    dossier, context, line = _editable(request, code, criterion)
    form = PaperForm(request.POST, request.FILES, prefix="tep", to=reverse("dossiers:begin_upload", args=[code]))

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        file = data.pop("file")
        papers = files.take(file, by=request.user, now=request.now)
        with transaction.atomic():
            made = add_papers(
                subject=dossier.subject,
                papers=papers,
                by=request.user,
                now=request.now,
                token=data.pop("once"),
                **data,
            )
            for evidence in made:
                services.attach(
                    dossier=dossier, criterion=criterion, evidence=evidence, by=request.user, now=request.now
                )
        messages.success(request, f"Đã đưa {named(made)} vào kho và gắn vào tiêu chí {criterion}.")
        return redirect("dossiers:criterion", dossier.code, criterion)

    return form.carry_out(keep) or _page(request, dossier, context, line, status=form.status, upload_form=form)


@require_POST
def begin_upload(request: Request, code: str) -> HttpResponse:
    """Make a place for a file in pieces, within what the dossier still takes."""
    dossier = found(request, code)
    check_may_edit(request.user, dossier, request.day)
    return begun(request, room_left(dossier))


@require_POST
def detach(request: Request, code: str, criterion: str, pin: int) -> HttpResponse:
    """Take a paper off the criterion; it stays in the wallet."""
    dossier, _, _ = _editable(request, code, criterion)
    row = get_object_or_404(Pin.objects.select_related("dossier", "evidence"), pk=pin, dossier=dossier)
    services.detach(pin=row, by=request.user, now=request.now)
    messages.success(request, f"Đã gỡ “{row.evidence}” khỏi tiêu chí {criterion}. Giấy tờ vẫn ở trong kho.")
    return redirect("dossiers:criterion", dossier.code, criterion)
