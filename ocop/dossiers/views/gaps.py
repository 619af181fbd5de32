"""Checking a dossier: what changed, its gaps one by one, from asking to settling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.kernel import files
from ocop.kernel.calendar import holidays
from ocop.kernel.pages.forms import Form
from ocop.kernel.refusal import allows
from ocop.kernel.time import add_working_days
from ocop.registry.models import Evidence
from ocop.registry.queries import evidence_kinds
from ocop.registry.services import add_evidence
from ocop.scorecards.queries import card

from .. import checking, services
from ..changed import since_last_dossier, since_last_filing
from ..forms import FORMS, AnswerGapForm, CloseGapForm, GapForm, ReopenGapForm, WithdrawGapForm
from ..models import Dossier, Gap
from ..permissions import (
    check_may_advise,
    check_may_answer,
    check_may_assess,
    check_may_check,
    check_may_withdraw_gap,
    reads_checking,
)
from ..queries import assessment_of, checking_rule, clocks_of, laws
from ..rules import GapAct, GapState, gap_state_after
from .lists import FROM
from .workspace import found, frame


@require_GET
def check(request: Request, code: str) -> HttpResponse:
    """The office's page: what the newest filing changed, gaps, the clock; the whole dossier is one click away."""
    dossier = found(request, code)
    if not reads_checking(request.user, dossier, request.day):
        raise Http404
    context = frame(request, dossier)
    context |= {
        "changed": since_last_filing(dossier, request.user, request.day)
        or since_last_dossier(dossier, request.user, request.day),
        "clocks": clocks_of(dossier, request.day, laws()),
        "clock_basis": checking_rule(dossier).basis,
        "may_check": allows(check_may_check, request.user, dossier, request.day),
        "may_assess": allows(check_may_assess, request.user, dossier, request.day),
        "may_advise": allows(check_may_advise, request.user, dossier, request.day),
        "assessment": assessment_of(dossier),
    }
    return render(request, "dossiers/check.html", context)


@require_GET
def filed_paper(request: Request, code: str, number: int, evidence: int) -> HttpResponse:
    """A paper as an earlier filing holds it, so that before and after can be compared: offices alone."""
    dossier = found(request, code)
    if not reads_checking(request.user, dossier, request.day):
        raise Http404
    filing = get_object_or_404(dossier.filings, number=number)
    if checking.filed_file(filing, evidence) is None:
        raise Http404
    row = get_object_or_404(Evidence.objects.filter(subject=dossier.subject_id).select_related("blob"), pk=evidence)
    return files.serve(row.file, row.file_name, inline_preview=True)


def _pinned(dossier: Dossier) -> list[Evidence]:
    return list(Evidence.objects.filter(pk__in=dossier.pins.values("evidence")).order_by("name", "pk"))


def ask(request: Request, code: str) -> HttpResponse:
    """Write down one gap; ?tieu-chi=, ?giay= and ?trang= say where."""
    dossier = found(request, code)
    check_may_check(request.user, dossier, request.day)
    context = frame(request, dossier)
    days = checking_rule(dossier).answer_days
    initial = {
        "criterion": request.GET.get("tieu-chi", FORMS),
        "evidence": request.GET.get("giay", ""),
        "page": request.GET.get("trang", ""),
        "due_on": add_working_days(request.day, days, holidays()),
    }
    lines = context["sheet"].lines.values()
    form = GapForm(
        request.POST or None,
        criteria=[line.criterion for line in lines],
        papers=_pinned(dossier),
        initial=initial,
    )

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        gap = services.ask_gap(dossier=dossier, token=data.pop("once"), by=request.user, now=request.now, **data)
        messages.success(request, f"Đã ghi điểm thiếu số {gap.number}. Chủ thể nhận khi hồ sơ được trả lại.")
        return redirect("dossiers:check", dossier.code)

    return form.carry_out(keep) or render(
        request, "dossiers/gap_ask.html", {**context, "form": form}, status=form.status
    )


def _found_gap(request: Request, code: str, number: int) -> tuple[Dossier, checking.Raised]:
    """A gap that the reader is shown, or nothing."""
    dossier = found(request, code)
    raised = next(
        (one for one in checking.gaps_for(request.user, dossier, request.day) if one.gap.number == number), None
    )
    if raised is None:
        raise Http404
    raised.gap.dossier = dossier
    return dossier, raised


def _answer_form(dossier: Dossier, gap: Gap, data: Any = None, uploads: Any = None) -> AnswerGapForm:
    fitting = card(dossier.scorecard).by_code[gap.criterion].evidence if gap.criterion else ()
    wallet = (
        Evidence.objects.filter(subject=dossier.subject_id).heads().with_file().order_by("kind__position", "name", "pk")
    )
    form = AnswerGapForm(
        data,
        uploads,
        kinds=sorted(evidence_kinds(), key=lambda kind: kind.code not in fitting),
        wallet=list(wallet) if gap.criterion else [],
        to=reverse("dossiers:begin_upload", args=[dossier.code]),
        initial={"text": gap.answer, "evidence": gap.answer_evidence_id, "version": gap.version},
    )
    if not gap.criterion:
        for name in ("file", "kind", "evidence"):
            del form.fields[name]
    return form


def _list(request: Request) -> str | None:
    """The list of gaps as it was left, where the gap was opened from it."""
    if FROM not in request.GET:
        return None
    query = QueryDict(request.GET[FROM][:500]).urlencode()
    return reverse("dossiers:gaps") + (f"?{query}" if query else "")


def _page(
    request: Request, dossier: Dossier, raised: checking.Raised, forms: dict[str, Form], status: int
) -> HttpResponse:
    """One gap with the acts that this reader has now. forms  those sent back with what was typed"""
    user, day, gap = request.user, request.day, raised.gap
    state, version = GapState(gap.state), {"version": gap.version}

    def may(act: GapAct, check: Callable[..., None]) -> bool:
        return gap_state_after(state, act) is not None and allows(check, user, dossier, day)

    if gap.sent_at and may(GapAct.ANSWER, check_may_answer):
        forms.setdefault("answer", _answer_form(dossier, gap))
    if may(GapAct.CLOSE, check_may_check):
        forms.setdefault("close", CloseGapForm(initial=version))
    if may(GapAct.REOPEN, check_may_check):
        due = add_working_days(day, checking_rule(dossier).answer_days, holidays())
        forms.setdefault("reopen", ReopenGapForm(initial={**version, "due_on": due}))
    if may(GapAct.WITHDRAW, check_may_withdraw_gap):
        forms.setdefault("withdraw", WithdrawGapForm(initial=version))
    context = {
        **frame(request, dossier),
        "raised": raised,
        "gap": gap,
        "gap_list": _list(request),
        "kept": "?" + urlencode({FROM: request.GET[FROM]}) if FROM in request.GET else "",
        **{f"{n}_form": f for n, f in forms.items()},
    }
    return render(request, "dossiers/gap.html", context, status=status)


@require_GET
def gap(request: Request, code: str, number: int) -> HttpResponse:
    """One gap: what misses, where, until when; the answer; what may be done now."""
    return _page(request, *_found_gap(request, code, number), {}, 200)


def answer(request: Request, code: str, number: int) -> HttpResponse:
    """The producer's answer, with a new paper: into the wallet, pinned and answered, or nothing of it."""
    dossier, raised = _found_gap(request, code, number)
    check_may_answer(request.user, dossier, request.day)
    if request.method != "POST":
        return redirect(raised.gap)
    form = _answer_form(dossier, raised.gap, request.POST, request.FILES)

    def keep() -> HttpResponse:
        data = form.cleaned_data
        papers = files.take(data["file"], by=request.user, now=request.now) if data.get("file") else []
        with transaction.atomic():
            evidence = data.get("evidence")
            for stored in papers:
                evidence = add_evidence(
                    subject=dossier.subject,
                    kind=data["kind"],
                    name="",
                    stored=stored,
                    by=request.user,
                    now=request.now,
                )
            services.answer_gap(
                gap=raised.gap,
                version=data["version"],
                text=data["text"],
                evidence=evidence,
                by=request.user,
                now=request.now,
                token=data["once"],
            )
        left = dossier.gaps.unanswered().count()
        more = f"Còn {left} điểm chưa trả lời." if left else "Đã trả lời hết, có thể nộp lại hồ sơ."
        messages.success(request, f"Đã trả lời điểm thiếu số {number}. {more}")
        return redirect(_list(request) or dossier)

    return form.carry_out(keep) or _page(request, dossier, raised, {"answer": form}, form.status)


def _settle(
    request: Request,
    code: str,
    number: int,
    name: str,
    form_class: type[Form],
    act: Callable[..., None],
    done: str,
) -> HttpResponse:
    dossier, raised = _found_gap(request, code, number)
    if request.method != "POST":
        return redirect(raised.gap)
    form = form_class(request.POST)

    def settle() -> HttpResponse:
        act(gap=raised.gap, by=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, done.format(number=number))
        return redirect(_list(request) or dossier.get_check_url())

    if name == "close" and form.is_valid():  # nothing typed can be lost, and the page has to be read anew
        return settle()
    return form.carry_out(settle) or _page(request, dossier, raised, {name: form}, form.status)


def close(request: Request, code: str, number: int) -> HttpResponse:
    return _settle(request, code, number, "close", CloseGapForm, services.close_gap, "Đã đóng điểm thiếu số {number}.")


def reopen(request: Request, code: str, number: int) -> HttpResponse:
    done = "Đã mở lại điểm thiếu số {number}. Chủ thể nhận khi hồ sơ được trả lại."
    return _settle(request, code, number, "reopen", ReopenGapForm, services.reopen_gap, done)


def withdraw(request: Request, code: str, number: int) -> HttpResponse:
    done = "Đã bỏ điểm thiếu số {number}."
    return _settle(request, code, number, "withdraw", WithdrawGapForm, services.withdraw_gap, done)
