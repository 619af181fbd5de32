"""One product of a session: interests, findings, excuses, closing its round. Never a mark of an open round."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ocop.accounts.http import Request, confirmed
from ocop.dossiers.models import Dossier
from ocop.kernel.pages.forms import Form
from ocop.scorecards.queries import card

from .. import services
from ..forms import DiscussionForm, FindingForm, InterestForm, ReasonForm
from ..models import Item, Session
from ..permissions import is_secretary
from ..queries import Duty, board_of, rules_of
from ..words import DUTY_CELLS, events


def item_of(request: Request, code: str, pk: int) -> Item:
    """Return a product of a session that the reader may see, else 404."""
    found = Item.objects.visible_to(request.user, request.day).select_related(
        "session__council__organ__area",
        "dossier__product__product_set",
        "dossier__subject",
        "dossier__scorecard",
        "dossier__commune",
        "dossier__assessment",
    )
    return get_object_or_404(found, pk=pk, session__code=code)


def _finding_form(item: Item, data: object = None) -> FindingForm:
    scorecard = card(item.dossier.scorecard)
    noted = [(c.code, f"{c.code} {c.name_vi}") for c in scorecard.criteria if c.knockout]
    return FindingForm(data or None, criteria=noted, minimums_2019=not scorecard.star_minimums_printed)


def _interest_form(mine: Duty | None) -> InterestForm:
    """The form as the member last answered it."""
    answers = {"recused": "yes", "missing": "no"}
    return InterestForm(initial={"conflict": answers.get(mine.state), "detail": mine.detail} if mine else None)


def _discussion_form(item: Item, data: object = None) -> DiscussionForm:
    by_code = card(item.dossier.scorecard).by_code
    apart = [(code, by_code[code].name_vi) for code, _ in item.deviation]
    notes = dict(item.discussions.filter(round=item.round - 1).values_list("criterion", "note")) if apart else {}
    return DiscussionForm(data, apart=apart, notes=notes)


def _page(request: Request, item: Item, *, status: int = 200, **forms: Form) -> HttpResponse:
    session = item.session
    row = board_of(item, request.day)
    running = session.state == Session.OPEN and not item.closed
    mine = next((duty for duty in row.duties if duty.member.user_id == request.user.pk), None)
    rejected = any(finding.kind == "reject" for finding in row.findings)
    by_code = card(item.dossier.scorecard).by_code
    context = {
        "item": item,
        "session": session,
        "row": row,
        "duties": [(duty, *DUTY_CELLS[duty.state]) for duty in row.duties],
        "mine": mine,
        "tie": "; ".join(str(connection) for connection in mine.found) if mine else "",
        "declaring": mine and session.invited_at and not item.closed and mine.state != "signed",
        "running": running,
        "rounds": rules_of(session).rounds,
        "may_run": is_secretary(request.user, session.council, request.day),
        "chairs": row.chair is not None and row.chair.user_id == request.user.pk,
        "findings": row.findings,
        "closable": row.quorum and not row.unconfirmed and (not row.waiting or (rejected and not row.signed)),
        "deviation": [(by_code[code], points) for code, points in item.deviation],
        "reads_dossier": Dossier.objects.visible_to(request.user, request.day).filter(pk=item.dossier_id).exists(),
        "conclusions": list(item.conclusions.order_by("-round")) if item.closed or item.round > 1 else [],
        "events": events(item),
        "finding_form": _finding_form(item),
        "discussion_form": _discussion_form(item),
        "interest_form": _interest_form(mine),
        "reason_form": ReasonForm(auto_id=False),
        **forms,
    }
    return render(request, "councils/item.html", context, status=status)


def item(request: Request, code: str, pk: int) -> HttpResponse:
    return _page(request, item_of(request, code, pk))


def _back(row: Item) -> HttpResponse:
    return redirect("councils:item", row.session.code, row.pk)


@require_POST
def declare(request: Request, code: str, pk: int) -> HttpResponse:
    row = item_of(request, code, pk)
    form = InterestForm(request.POST)

    def keep() -> HttpResponse:
        services.declare_interest(item=row, by=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, f"Đã kê khai lợi ích với “{row}”.")
        return redirect(row.session)

    return form.carry_out(keep) or _page(request, row, status=form.status, interest_form=form)


@require_POST
def remove(request: Request, code: str, pk: int) -> HttpResponse:
    row = item_of(request, code, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Chưa bỏ sản phẩm. Hãy nhập lý do.")
        return _back(row)
    services.remove_item(item=row, by=request.user, now=request.now, **form.cleaned_data)
    messages.success(request, f"Đã đưa “{row}” ra khỏi phiên.")
    return redirect(row.session)


@require_POST
def find(request: Request, code: str, pk: int) -> HttpResponse:
    row = item_of(request, code, pk)
    form = _finding_form(row, request.POST)

    def keep() -> HttpResponse:
        services.enter_finding(item=row, by=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, "Đã ghi nhận định, chờ Chủ tịch xác nhận.")
        return _back(row)

    return form.carry_out(keep) or _page(request, row, status=form.status, finding_form=form)


@require_POST
def confirm(request: Request, code: str, pk: int, finding: int) -> HttpResponse:
    row = item_of(request, code, pk)
    services.confirm_finding(
        finding=get_object_or_404(
            row.findings.select_related("item__session__council", "item__dossier__subject"), pk=finding
        ),
        by=request.user,
        now=request.now,
    )
    messages.success(request, "Đã xác nhận nhận định.")
    return _back(row)


@require_POST
def drop(request: Request, code: str, pk: int, finding: int) -> HttpResponse:
    row = item_of(request, code, pk)
    services.drop_finding(
        finding=get_object_or_404(
            row.findings.select_related("item__session__council", "item__dossier__subject"), pk=finding
        ),
        reason=request.POST.get("reason", ""),
        by=request.user,
        now=request.now,
    )
    messages.success(request, "Đã bỏ nhận định.")
    return _back(row)


@require_POST
def call(request: Request, code: str, pk: int) -> HttpResponse:
    row = item_of(request, code, pk)
    services.call_item(item=row, by=request.user, now=request.now)
    messages.success(request, f"Bắt đầu “{row}”.")
    return redirect(row.session)


@require_POST
def discuss(request: Request, code: str, pk: int) -> HttpResponse:
    row = item_of(request, code, pk)
    form = _discussion_form(row, request.POST)
    if not form.is_valid():
        return _page(request, row, status=form.status, discussion_form=form)
    services.discuss(item=row, notes=form.cleaned_data, by=request.user, now=request.now)
    messages.success(request, "Đã ghi nội dung thảo luận; nội dung in trong biên bản.")
    return _back(row)


@require_POST
def excuse(request: Request, code: str, pk: int, member: int) -> HttpResponse:
    row = item_of(request, code, pk)
    who = get_object_or_404(row.session.council.members.select_related("user"), pk=member)
    reason = request.POST.get("reason", "")
    services.excuse_member(item=row, member=who, reason=reason, by=request.user, now=request.now)
    messages.success(request, f"Đã miễn phiếu của {who}.")
    return _back(row)


@require_POST
@confirmed
def reopen(request: Request, code: str, pk: int, member: int) -> HttpResponse:
    row = item_of(request, code, pk)
    sheets = row.sheets.select_related("item__session__council", "item__dossier__subject", "member__user").filter(
        round=row.round
    )
    sheet = get_object_or_404(sheets, member=get_object_or_404(row.session.council.members, pk=member))
    services.reopen_sheet(sheet=sheet, reason=request.POST.get("reason", ""), by=request.user, now=request.now)
    messages.success(request, f"Đã mở lại phiếu của {sheet.member}.")
    return _back(row)


@require_POST
@confirmed
def open_again(request: Request, code: str, pk: int) -> HttpResponse:
    row = item_of(request, code, pk)
    services.reopen_item(item=row, reason=request.POST.get("reason", ""), by=request.user, now=request.now)
    messages.success(request, f"Đã mở lại “{row}”: chấm vòng {row.round + 1}.")
    return _back(row)


@require_POST
def close(request: Request, code: str, pk: int) -> HttpResponse:
    row = item_of(request, code, pk)
    conclusion = services.close_item(item=row, by=request.user, now=request.now, token=request.POST.get("once", ""))
    if conclusion is None:
        messages.warning(request, "Điểm chênh lệch quá mức của quy chế. Thảo luận các tiêu chí dưới đây rồi chấm lại.")
        return _back(row)
    messages.success(request, f"Đã kết luận “{row}”: {conclusion.get_result_display()}.")
    return redirect("councils:result", conclusion.pk)
