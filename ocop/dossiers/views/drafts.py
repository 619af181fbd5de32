"""Opening a dossier and filling its forms."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ocop.accounts.http import Request
from ocop.kernel.refusal import Refusal, allows
from ocop.kernel.time import VIETNAM
from ocop.registry.models import Product

from .. import services
from ..forms import OpenForm, PaperFormsForm, ScorecardForm
from ..permissions import check_may_edit, check_may_open, kinds_open
from ..queries import scorecards_for
from .workspace import found, frame, newer_scorecards


def wants_json(request: Request) -> bool:
    """Whether a script saves in the background; a form sent by hand asks for a page."""
    return request.accepts("application/json") and not request.accepts("text/html")


def saved(request: Request, **more: object) -> JsonResponse:
    """The answer to a background save: its time, as the page shows it."""
    return JsonResponse({"saved": f"{request.now.astimezone(VIETNAM):%H:%M:%S}", **more})


@login_required
def start(request: Request, product: str) -> HttpResponse:
    """Start the dossier of one's product, or of one for which one enters."""
    rows = Product.objects.visible_to(request.user, request.day)
    row = get_object_or_404(rows.select_related("subject__kind", "product_set", "commune"), code=product)
    if not allows(check_may_open, request.user, row, request.day):
        raise Http404
    scorecards = scorecards_for(row.product_set, request.day) if row.product_set else []
    form = OpenForm(request.POST or None, kinds=kinds_open(row, request.day), scorecards=scorecards)

    def keep() -> HttpResponse:
        data = form.cleaned_data
        dossier = services.open_dossier(
            product=row, kind=data["kind"], scorecard=data.get("scorecard"), by=request.user, now=request.now
        )
        messages.success(request, "Đã lập hồ sơ. Điền mẫu 01, 02 và tự chấm từng tiêu chí.")
        return redirect(dossier)

    if answer := form.carry_out(keep):
        return answer
    context = {"form": form, "product": row, "scorecards": scorecards}
    return render(request, "dossiers/open.html", context, status=form.status)


def forms(request: Request, code: str) -> HttpResponse:
    """Forms 01 and 02 on one page; a draft may leave blanks."""
    dossier = found(request, code)
    check_may_edit(request.user, dossier, request.day)
    initial = {**dossier.forms, "version": dossier.version}
    form = PaperFormsForm(request.POST or None, kind=dossier.kind, initial=initial)

    def keep() -> HttpResponse:
        values = dict(form.cleaned_data)
        version = values.pop("version")
        services.save_forms(dossier=dossier, values=values, version=version, by=request.user, now=request.now)
        if wants_json(request):
            return saved(request, version=dossier.version)
        messages.success(request, "Đã lưu mẫu 01, 02.")
        return redirect(dossier)

    if form.is_bound and wants_json(request):  # a script says a refusal by itself
        return keep() if form.is_valid() else JsonResponse({"errors": form.errors}, status=form.status)
    return form.carry_out(keep) or render(
        request, "dossiers/forms.html", {**frame(request, dossier), "form": form}, status=form.status
    )


@require_POST
def change_scorecard(request: Request, code: str) -> HttpResponse:
    """Move a draft to the scorecard in force now."""
    dossier = found(request, code)
    check_may_edit(request.user, dossier, request.day)
    form = ScorecardForm(request.POST, scorecards=newer_scorecards(dossier, request))
    if not form.is_valid():
        raise Refusal("Chưa đổi bộ tiêu chí.", "Chưa chọn bộ tiêu chí đang có hiệu lực.", "Mở lại trang rồi chọn.")
    services.change_scorecard(
        dossier=dossier, scorecard=form.cleaned_data["scorecard"], by=request.user, now=request.now
    )
    messages.success(request, "Đã chuyển sang bộ tiêu chí đang có hiệu lực. Tự chấm lại từng tiêu chí.")
    return redirect(dossier)
