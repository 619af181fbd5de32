"""Confirming what was taken over from the last filing: one tick a criterion, or a whole section."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from ocop.accounts.http import Request

from .. import services
from ..carried import carried_into
from ..forms import ConfirmForm
from ..permissions import check_may_edit
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
