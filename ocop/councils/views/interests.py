"""Declaring interests for every product of a session on one page, before the dossiers open."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from ocop.accounts.http import Request

from .. import services
from ..conflicts import Standing, standings
from ..forms import InterestForm
from ..models import Item, Session, Sheet
from ..permissions import member_of
from .sessions import session_of


@dataclass(frozen=True)
class Line:
    """One product as the page asks for it. form  None where nothing is left to declare"""

    item: Item
    standing: Standing
    form: InterestForm | None

    @property
    def answered(self) -> bool:
        """Something was chosen or typed that is not declared yet."""
        return self.form is not None and self.form.has_changed() and any(field.data for field in self.form)


def interests(request: Request, code: str) -> HttpResponse:
    """One form over all products; what is left blank stays undeclared, what is refused keeps what was typed."""
    session = session_of(request, code)
    lines = _lines(request, session)
    answered = [line for line in lines if line.answered]
    if request.method == "POST":
        kept = [line for line in answered if _keep(request, line)]
        if kept:
            messages.success(request, f"Đã kê khai lợi ích với {len(kept)} sản phẩm.")
        if len(kept) == len(answered):
            return redirect(session)
    context = {"session": session, "lines": lines, "waiting": sum(line.form is not None for line in lines)}
    return render(request, "councils/interests.html", context, status=422 if request.method == "POST" else 200)


def _lines(request: Request, session: Session) -> list[Line]:
    member = member_of(request.user, session)
    items = list(session.items.select_related("dossier__product", "dossier__subject").order_by("position", "pk"))
    found = standings(items, [member], request.day)
    mine = Sheet.objects.visible_to(request.user, request.day).filter(item__in=items, member=member)
    signed = set(mine.exclude(signed_at=None).values_list("item", flat=True))
    return [
        Line(
            item,
            (standing := found[item.pk, member.pk]),
            None if session.invited_at is None or item.closed or item.pk in signed else _form(request, item, standing),
        )
        for item in items
    ]


def _form(request: Request, item: Item, standing: Standing) -> InterestForm:
    item_form = InterestForm(
        request.POST if request.method == "POST" else None,
        prefix=f"sp-{item.pk}",
        initial={"conflict": "yes" if standing.declared.conflict else "no", "detail": standing.declared.detail}
        if standing.declared
        else None,
    )
    item_form.fields["conflict"].label = f"Xung đột lợi ích với “{item}”"
    return item_form


def _keep(request: Request, line: Line) -> bool:
    form, item = line.form, line.item
    assert form is not None

    def keep() -> HttpResponse:
        services.declare_interest(item=item, by=request.user, now=request.now, **form.cleaned_data)
        return HttpResponse()

    return form.carry_out(keep) is not None
