"""Samples of a session: received with codes, handed over, signed for; a blind session tells members codes alone."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ocop.accounts.http import Request
from ocop.kernel.pages.forms import Form
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.pages.printing import printed

from .. import papers, services
from ..forms import HandOverForm, ReceiveSamplesForm
from ..models import Item, Sample, Session
from ..permissions import check_may_run, is_secretary, seats_of
from ..samples import samples_due
from .sessions import session_of

PRODUCT = [
    Column("san-pham", "Sản phẩm", lambda row: row.dossier.product.name, ("dossier__product__search",)),
    Column("chu-the", "Chủ thể", lambda row: row.dossier.subject.name, ("dossier__subject__folded",)),
    Column("ben-giao", "Bên giao", lambda row: row.received_from),
]
COLUMNS = [
    Column("ma", "Mã mẫu", lambda row: row.code, ("number",)),
    *PRODUCT,
    Column("ngay-nhan", "Ngày nhận", lambda row: row.received_on, ("received_on",)),
    Column("giao-cho", "Giao cho", lambda row: row.handed_to and row.handed_to.user.name, ("handed_to__user__name",)),
    Column("giao-luc", "Giao lúc", lambda row: row.handed_at, ("handed_at",)),
    Column("ky-luc", "Ký nhận lúc", lambda row: row.signed_at, ("signed_at",)),
]
STATES: dict[str, dict[str, Any]] = {
    "chua-giao": {"handed_to": None},
    "cho-ky": {"handed_to__isnull": False, "signed_at": None},
    "da-ky": {"signed_at__isnull": False},
}
STATE_NAMES = {"chua-giao": "Chưa giao", "cho-ky": "Chờ ký nhận", "da-ky": "Đã ký nhận"}


def _samples(request: Request, session: Session) -> Any:
    found = Sample.objects.visible_to(request.user, request.day).filter(session=session)
    return found.select_related("dossier__product", "dossier__subject", "handed_to__user")


def _of_state(rows: Any, values: list[str]) -> Any:
    kept = rows.none()
    for value in values:
        kept = kept | rows.filter(**STATES[value])
    return kept


def _page(request: Request, session: Session, status: int = 200, **forms: Form) -> HttpResponse:
    seats = seats_of(session)
    may_run = is_secretary(request.user, session.council, request.day)
    hidden = session.blind and not may_run and session.state != Session.CLOSED
    columns = [column for column in COLUMNS if not (hidden and column in PRODUCT)]
    states = Filter("trang-thai", "Tình trạng", [Option(k, name) for k, name in STATE_NAMES.items()], _of_state)
    rows: Listing[Sample] = Listing(request, _samples(request, session), columns, [states], sort="ma")
    if rows.wants_file:
        return rows.file(f"mau-{session.code}")
    me = next((seat for seat in seats if seat.user_id == request.user.pk), None)
    mine = list(session.samples.filter(handed_to=me).order_by("number")) if me else []
    context: dict[str, Any] = {
        "session": session,
        "listing": rows,
        "hidden": hidden,
        "may_run": may_run,
        "mine": mine,
        "unsigned": any(sample.signed_at is None for sample in mine),
    }
    if may_run:
        items = list(session.items.select_related("dossier__product", "dossier__scorecard").order_by("position", "pk"))
        received = Counter(session.samples.order_by("pk").values_list("dossier", flat=True))
        due = [(item, received[item.dossier_id], samples_due(item.dossier.scorecard.set_no)) for item in items]
        context |= {
            "due": due,
            "receive_form": ReceiveSamplesForm(
                items=[item for item, _, n in due if n], initial={"received_on": request.day}
            ),
            "hand_form": HandOverForm(session=session, members=seats),
        }
    return render(request, "councils/samples.html", {**context, **forms}, status=status)


@login_required
def listing(request: Request, code: str) -> HttpResponse:
    return _page(request, session_of(request, code))


@require_POST
def receive(request: Request, code: str) -> HttpResponse:
    session = session_of(request, code)
    check_may_run(request.user, session.council, request.day)
    items: list[Item] = list(
        session.items.select_related("session__council", "dossier__product", "dossier__scorecard").order_by(
            "position", "pk"
        )
    )
    form = ReceiveSamplesForm(request.POST, items=items)

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        rows = services.receive_samples(token=data.pop("once"), by=request.user, now=request.now, **data)
        messages.success(request, f"Đã nhận {len(rows)} mẫu, mã {rows[0]} đến {rows[-1]}.")
        return redirect("councils:samples", code)

    return form.carry_out(keep) or _page(request, session, form.status, receive_form=form)


@require_POST
def hand_over(request: Request, code: str) -> HttpResponse:
    session = session_of(request, code)
    check_may_run(request.user, session.council, request.day)
    form = HandOverForm(request.POST, session=session, members=seats_of(session))

    def keep() -> HttpResponse:
        count = services.hand_over(
            session=session,
            samples=list(form.cleaned_data["samples"]),
            member=form.cleaned_data["member"],
            by=request.user,
            now=request.now,
        )
        messages.success(request, f"Đã giao {count} mẫu cho {form.cleaned_data['member']}, chờ ký nhận.")
        return redirect("councils:samples", code)

    return form.carry_out(keep) or _page(request, session, form.status, hand_form=form)


@require_POST
def sign(request: Request, code: str) -> HttpResponse:
    count = services.sign_for_samples(session=session_of(request, code), by=request.user, now=request.now)
    messages.success(request, f"Đã ký nhận {count} mẫu.")
    return redirect("councils:samples", code)


def paper(request: Request, code: str, ending: str) -> HttpResponse:
    session = session_of(request, code)
    rows = list(_samples(request, session).order_by("number"))
    return printed(papers.sample_list(session, rows), f"mau-{session.code}", ending)
