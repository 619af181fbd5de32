"""Proposed results that anybody may comment on for some days, and the form to do it. Never kept: they change by day."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ocop.accounts.http import Request
from ocop.councils.models import Conclusion
from ocop.councils.services import send_comment
from ocop.kernel.refusal import Refusal

from ..forms import CommentForm
from ..limits import COMMENTS


def _open(request: Request) -> QuerySet[Conclusion]:
    rows = Conclusion.objects.open_to_comments(request.day).order_by("comments_until", "dossier__product__name", "pk")
    return rows.select_related("dossier__product", "dossier__subject", "dossier__commune")


@never_cache
@require_safe
def comments(request: Request) -> HttpResponse:
    """The proposed results: product, producer, proposed stars; no points, no member, no comment of others."""
    return render(request, "portal/comments.html", {"results": _open(request)})


@never_cache
def comment(request: Request, code: str) -> HttpResponse:
    """Comment on one product; the answer is the receipt."""
    found = get_object_or_404(_open(request), dossier__product__code=code)
    form = CommentForm(request.POST or None)

    def send() -> HttpResponse:
        if COMMENTS.reached(request, request.now):
            raise Refusal("Chưa gửi ý kiến.", "Địa chỉ này đã gửi nhiều ý kiến trong một giờ.", "Gửi lại sau một giờ.")
        data = dict(form.cleaned_data)
        sent = send_comment(conclusion=found, now=request.now, token=data.pop("once"), **data)
        COMMENTS.count(request, request.now)
        return render(request, "portal/comment_sent.html", {"sent": sent, "result": found})

    context = {"result": found, "form": form}
    return form.carry_out(send) or render(request, "portal/comment.html", context, status=form.status)
