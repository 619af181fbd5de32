"""Decisions: what waits for one, entering it, its papers, the ministry's answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ocop.accounts.http import Request, confirmed
from ocop.accounts.models import Agency, Level
from ocop.councils.models import Conclusion, Session
from ocop.councils.queries import running_windows
from ocop.documents.models import Document
from ocop.kernel import audit
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.pages.printing import printed
from ocop.kernel.refusal import allows

from .. import ministry, papers, queries, services
from ..forms import AnswerForm, ChosenForm, DecisionForm
from ..models import Approval, Recognition
from ..permissions import OFFICER, check_may_decide
from ..rules import Act, ministry_on
from ..words import EVENT_NAMES

COLUMNS = (
    Column("so", "Số, ký hiệu", lambda row: row.number, sort=("number",)),
    Column("ngay", "Ngày ký", lambda row: row.day, sort=("day",)),
    Column("noi-dung", "Nội dung", lambda row: row.summary),
    Column("co-quan", "Cơ quan ban hành", lambda row: row.organ_name, sort=("organ_name",)),
    Column("san-pham", "Số sản phẩm", lambda row: row.recognised + row.approved + row.revoked, number=True),
)
KIND = Filter(
    "loai",
    "Nội dung",
    [Option("cong-nhan", "Công nhận"), Option("phe-duyet", "Phê duyệt kết quả"), Option("thu-hoi", "Thu hồi")],
    lambda rows, chosen: _of_kinds(rows, chosen),
)
_COUNTS = {"cong-nhan": "recognised", "phe-duyet": "approved", "thu-hoi": "revoked"}


def _of_kinds(rows: QuerySet[Document], chosen: list[str]) -> QuerySet[Document]:
    found = rows.none()
    for kind in chosen:
        found = found | rows.filter(**{f"{_COUNTS[kind]}__gt": 0})
    return found


@login_required
def decision_list(request: Request) -> HttpResponse:
    """What waits for a decision, a notice or the ministry; below it the decisions entered."""
    if not request.user.appointments_on(request.day):
        raise Http404
    listing = Listing(
        request,
        queries.decisions(request.user, request.day),
        COLUMNS,
        filters=[KIND],
        search=lambda rows, q: rows.filter(number__icontains=q),
        sort="-ngay",
    )
    if listing.wants_file:
        return listing.file("quyet-dinh")
    waiting = queries.groups(queries.waiting_for_decision(request.user, request.day))
    approvals = queries.approvals_at_the_ministry(request.user, request.day)
    context = {"listing": listing, "groups": waiting, "approvals": approvals, "may_answer": _may_answer(request)}
    return render(request, "certificates/decisions.html", context)


@confirmed
def decide(request: Request, code: str, act: str) -> HttpResponse:
    """The products of one session that end in one act; its officer enters the decision or sends the notices."""
    session = get_object_or_404(Session.objects.visible_to(request.user, request.day), code=code)
    group = _group(request, session, act)
    if group is None:
        messages.info(request, "Các kết luận này đã được xử lý.")
        return redirect("certificates:decisions")
    form = _form(group, request.POST or None)
    if answer := form.carry_out(lambda: _settle(request, group, form)):
        return answer
    first = group.conclusions[0]
    context = {
        "group": group,
        "session": session,
        "form": form,
        "act": group.act.value,
        "running": running_windows(group.conclusions, request.day),
        "may": allows(check_may_decide, request.user, first.level, first.dossier.product, request.day),
    }
    return render(request, "certificates/decide.html", context, status=form.status)


def _group(request: Request, session: Session, act: str) -> queries.Group | None:
    if act not in list(Act):
        raise Http404
    waiting = queries.waiting_for_decision(request.user, request.day).filter(item__session=session)
    return next((group for group in queries.groups(waiting) if group.act == act), None)


def _form(group: queries.Group, data: Any) -> ChosenForm:
    make = ChosenForm if group.act == Act.ANNOUNCE else DecisionForm
    return make([conclusion.pk for conclusion in group.conclusions], data)


def _settle(request: Request, group: queries.Group, form: ChosenForm) -> HttpResponse:
    data = form.cleaned_data
    chosen = [conclusion for conclusion in group.conclusions if conclusion.pk in data["chosen"]]
    if group.act == Act.ANNOUNCE:
        count = services.announce_results(conclusions=chosen, by=request.user, now=request.now, token=data["once"])
        messages.success(request, f"Đã thông báo kết quả {count} sản phẩm.")
        return redirect("certificates:decisions")
    save = services.recognise if group.act == Act.RECOGNISE else services.approve_potential_5
    made = save(
        conclusions=chosen,
        organ=_organ(group.session, data["day"]),
        number=data["number"],
        day=data["day"],
        by=request.user,
        now=request.now,
        token=data["once"],
    )
    messages.success(request, f"Đã ghi {made[0].decision} cho {len(made)} sản phẩm.")
    return redirect("certificates:decision", made[0].decision.pk)


def _organ(session: Session, day: date) -> Agency:
    """The committee that decides on a council's conclusions, as it stands on that day."""
    founder = session.council.organ
    return queries.committee_on(founder, day) or founder


@require_POST
def draft(request: Request, code: str, act: str, name: str, kind: str) -> HttpResponse:
    """The draft decision or submission for the ticked products, before number and day exist. Changes nothing."""
    session = get_object_or_404(Session.objects.visible_to(request.user, request.day), code=code)
    group = _group(request, session, act)
    if group is None or group.act == Act.ANNOUNCE:
        raise Http404
    ticked = set(request.POST.getlist("chosen"))
    chosen = [c for c in group.conclusions if str(c.pk) in ticked] or group.conclusions
    organ, day = _organ(session, request.day), request.day
    if name == "to-trinh":
        paper = papers.submission(chosen, organ=organ, day=day, rehearsal=settings.REHEARSAL)
    elif name == "quyet-dinh":
        make = papers.recognition_decision if group.act == Act.RECOGNISE else papers.approval_decision
        paper = make(chosen, organ=organ, decision=None, day=day, rehearsal=settings.REHEARSAL)
    else:
        raise Http404
    return printed(paper, f"du-thao-{name}", kind)


def decision(request: Request, pk: int) -> HttpResponse:
    """One decision: the products it is about, its papers, its events."""
    document: Any = get_object_or_404(queries.decisions(request.user, request.day), pk=pk)
    settled = queries.decided_by(document)
    revoked = Recognition.objects.visible_to(request.user, request.day).filter(
        end_decision=document, end_kind="revoked"
    )
    unissued = queries.waiting_for_certificate(request.user, request.day).filter(decision=document)
    context = {
        "document": document,
        "recognised": [conclusion.recognition for conclusion in settled] if document.recognised else [],
        "approved": Approval.objects.filter(decision=document)
        .select_related("conclusion__dossier__product", "conclusion__dossier__subject")
        .order_by("pk"),
        "may_answer": _may_answer(request),
        "revoked": revoked.select_related("product").order_by("pk"),
        "unissued": len(unissued),
        "events": [(EVENT_NAMES[entry.kind], entry) for entry in reversed(audit.timeline(document))],
    }
    return render(request, "certificates/decision.html", context)


def _may_answer(request: Request) -> bool:
    """Whether this reader, who sees an approval, also records what the ministry answered to it."""
    return request.user.has_role(OFFICER[Level.PROVINCE], request.day)


def decision_paper(request: Request, pk: int, name: str, kind: str) -> HttpResponse:
    """The decision with its number, or the draft letter to the ministry that goes with an approval."""
    document: Any = get_object_or_404(queries.decisions(request.user, request.day), pk=pk)
    settled = queries.decided_by(document)
    if document.organ is None or document.day is None or not settled:
        raise Http404
    organ, rehearsal = document.organ, settings.REHEARSAL
    if name == "quyet-dinh":
        make = papers.recognition_decision if document.recognised else papers.approval_decision
        paper = make(settled, organ=organ, decision=document, day=document.day, rehearsal=rehearsal)
    elif name == "trinh-bo" and document.approved:
        paper = ministry.ministry_letter(settled, organ=organ, decision=document, day=request.day, rehearsal=rehearsal)
    else:
        raise Http404
    return printed(paper, f"{name}-{document.number.replace('/', '-')}", kind)


@confirmed
def answer(request: Request, pk: int) -> HttpResponse:
    """Record what the ministry answered."""
    conclusions = Conclusion.objects.visible_to(request.user, request.day)
    approval = get_object_or_404(
        Approval.objects.filter(conclusion__in=conclusions).select_related(
            "decision__organ",
            "conclusion__dossier__product",
            "conclusion__dossier__subject",
            "conclusion__dossier__commune",
        ),
        pk=pk,
    )
    product = approval.conclusion.dossier.product
    check_may_decide(request.user, Level.PROVINCE, product, request.day)
    if approval.answered_on:
        messages.info(request, "Đã ghi trả lời của Bộ.")
        return redirect("certificates:decision", approval.decision_id)
    form = AnswerForm(request.POST or None)
    if answer := form.carry_out(lambda: _answered(request, approval, form)):
        return answer
    context = {"approval": approval, "product": product, "form": form, "ministry": ministry_on(request.day)}
    return render(request, "certificates/answer.html", context, status=form.status)


def _answered(request: Request, approval: Approval, form: AnswerForm) -> HttpResponseRedirect:
    data, founder = form.cleaned_data, approval.decision.organ
    by_the_province = form.stars in (3, 4)
    made = services.ministry_answer(
        approval=approval,
        stars=form.stars,
        number=data["number"],
        day=data["day"],
        organ_name=ministry_on(data["day"]),
        organ=(queries.committee_on(founder, data["day"]) or founder) if founder and by_the_province else None,
        by=request.user,
        now=request.now,
        token=data["once"],
    )
    if made is None:
        messages.success(request, "Đã ghi trả lời của Bộ. Hồ sơ chờ hội đồng cấp tỉnh.")
        return HttpResponseRedirect("/quyet-dinh/")
    messages.success(request, f"Đã công nhận {made.stars} sao cho “{made.product}”.")
    return HttpResponseRedirect(made.get_absolute_url())
