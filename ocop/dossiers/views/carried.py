"""What was taken over from the last filing: confirmed by ticks, and what changed since."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request

from .. import services
from ..carried import carried_into
from ..changed import since_last_dossier
from ..forms import ConfirmForm
from ..permissions import check_may_edit, sees_self_score
from .workspace import found, frame


def confirm(request: Request, code: str) -> HttpResponse:
    """What waits for a tick, and what lapsed or changed; a post confirms."""
    dossier = found(request, code)
    check_may_edit(request.user, dossier, request.day)
    context = frame(request, dossier)
    carried = carried_into(dossier, context["sheet"], request.day)
    if carried is None or not (carried.waiting or carried.marks):
        return redirect(dossier)
    form, status = ConfirmForm(request.POST or None, waiting=carried.waiting), 200
    if request.method == "POST":
        if form.is_valid():
            count = services.confirm_answers(
                dossier=dossier, criteria=form.criteria_chosen, by=request.user, now=request.now
            )
            messages.success(request, f"Đã xác nhận {count} tiêu chí.")
            return redirect("dossiers:confirm", dossier.code)
        status = 422
    return render(request, "dossiers/carried.html", {**context, "carried": carried, "form": form}, status=status)


@require_GET
def changes(request: Request, code: str) -> HttpResponse:
    """What changed since the product's last dossier, for all who are told the self-score."""
    dossier = found(request, code)
    if not sees_self_score(request.user, dossier, request.day):
        raise Http404
    context = frame(request, dossier)
    changed = since_last_dossier(dossier, request.user, request.day)
    return render(request, "dossiers/changes.html", {**context, "changed": changed})
