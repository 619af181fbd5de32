"""The lists of dossiers and of gaps of whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import reduce
from operator import or_

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.areas.queries import commune_filter
from ocop.kernel import codes
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.text import fold
from ocop.registry.queries import product_sets

from ..checking import raised
from ..models import Dossier, Gap
from ..rules import FINAL, STEP_NAMES, GapState
from ..words import tone_of

# What a row of the list names.
SHOWN = (
    "code", "number", "kind", "step", "step_since", "due_on",
    "product__name", "subject__name", "commune__full_name",
)  # fmt: skip


def _search(rows: QuerySet[Dossier], text: str) -> QuerySet[Dossier]:
    """By number, code of the dossier or of the product, or words of product, subject, commune."""
    plain = codes.plain(text)
    words = Q()
    for word in fold(text).split():
        words &= Q(product__search__contains=word)
    return rows.filter(Q(number__iexact=text) | Q(code=plain) | Q(product__code=plain) | words)


@login_required
@require_GET
def listing(request: Request) -> HttpResponse:
    """Dossiers by step, commune and set."""
    rows = Dossier.objects.visible_to(request.user, request.day)
    present = set(rows.order_by().values_list("commune", "step").distinct())
    there = {step for _, step in present}
    steps = [Option(step.value, name) for step, name in STEP_NAMES.items() if step in there]
    sets = [Option(str(one.number), str(one)) for one in product_sets()]
    found: Listing[Dossier] = Listing(
        request,
        rows.select_related("product", "subject", "commune").only(*SHOWN),
        columns=[
            Column("so", "Số hồ sơ", lambda row: row.number or "Chưa nộp", ("filed_on", "number")),
            Column("san-pham", "Sản phẩm", lambda row: row.product.name, ("product__search",)),
            Column("chu-the", "Chủ thể", lambda row: row.subject.name, ("subject__folded",)),
            Column("xa", "Xã, phường", lambda row: row.commune.full_name, ("commune__sort_key",)),
            Column("loai", "Loại", lambda row: row.get_kind_display()),
            Column("buoc", "Bước", lambda row: row.get_step_display(), ("step",)),
            Column("tu", "Từ ngày", lambda row: row.step_since, ("step_since",)),
            Column("han", "Hạn", lambda row: row.due_on, ("due_on",)),
        ],
        filters=[
            Filter("buoc", "Bước", steps, lambda rows, values: rows.filter(step__in=values)),
            commune_filter(commune for commune, _ in present),
            Filter(
                "bo", "Bộ sản phẩm", sets, lambda rows, values: rows.filter(product__product_set__number__in=values)
            ),
        ],
        search=_search,
        sort="-tu",
    )
    if found.wants_file:
        return found.file("ho-so")
    for row in found.rows:
        row.tone, row.icon = tone_of(row.step)  # type: ignore[attr-defined]  # for the row's template
    return render(request, "dossiers/list.html", {"listing": found})


LATE, SOON = "qua-han", "7-ngay"  # choices of the filter of days
FROM = "tu"  # the query string of the list from which a gap was opened
UNSENT, UNANSWERED, ANSWERED = "chua-gui", "con-thieu", "da-tra-loi"


def _search_gaps(rows: QuerySet[Gap], text: str) -> QuerySet[Gap]:
    """By number of the dossier, or words of product, subject, commune or of the gap."""
    words = Q()
    for word in fold(text).split():
        words &= Q(dossier__product__search__contains=word)
    return rows.filter(Q(dossier__number__iexact=text) | Q(text__icontains=text) | words)


def _any_of(conditions: Mapping[str, Q]) -> Callable[[QuerySet[Gap], list[str]], QuerySet[Gap]]:
    return lambda rows, values: rows.filter(reduce(or_, (conditions[value] for value in values)))


@login_required
@require_GET
def gaps(request: Request) -> HttpResponse:
    """Every gap that waits for somebody, over all dossiers that one reads."""
    day = request.day
    rows = Gap.objects.visible_to(request.user, day).pending().exclude(dossier__step__in=FINAL)
    states = {
        UNSENT: Q(state=GapState.OPEN, sent_at=None),
        UNANSWERED: Q(state=GapState.OPEN, sent_at__isnull=False),
        ANSWERED: Q(state=GapState.ANSWERED),
    }
    days = {LATE: Q(due_on__lt=day), SOON: Q(due_on__range=(day, day + timedelta(days=7)))}

    def left(row: Gap) -> int | None:
        return (row.due_on - day).days if row.state == GapState.OPEN else None

    communes = rows.order_by().values_list("dossier__commune", flat=True).distinct()
    found: Listing[Gap] = Listing(
        request,
        rows.select_related("evidence", "filing", "dossier__product", "dossier__subject"),
        columns=[
            Column("so", "Số", lambda row: row.number, number=True),
            Column("noi-dung", "Thiếu gì, cần nộp gì", lambda row: row.text),
            Column("han", "Hạn trả lời", lambda row: row.due_on, ("due_on", "dossier", "number")),
            Column("con", "Còn (ngày)", left, number=True),
            Column("trang-thai", "Trạng thái", lambda row: row.standing),
            Column(
                "ho-so", "Hồ sơ", lambda row: row.dossier.number, ("dossier__filed_on", "dossier__number", "number")
            ),
            Column("o-dau", "Ở đâu", lambda row: row.where, ("criterion",)),
            Column("san-pham", "Sản phẩm", lambda row: row.dossier.product.name, ("dossier__product__search",)),
            Column("chu-the", "Chủ thể", lambda row: row.dossier.subject.name, ("dossier__subject__folded",)),
        ],
        filters=[
            Filter(
                "trang-thai",
                "Trạng thái",
                [Option(UNSENT, "Chưa gửi chủ thể"), Option(UNANSWERED, "Còn thiếu"), Option(ANSWERED, "Đã trả lời")],
                _any_of(states),
            ),
            Filter("han", "Hạn", [Option(LATE, "Đã qua hạn"), Option(SOON, "Đến hạn trong 7 ngày")], _any_of(days)),
            commune_filter(communes, "dossier__commune"),
        ],
        search=_search_gaps,
        sort="han",
    )
    if found.wants_file:
        return found.file("diem-thieu")
    for row in found.rows:
        row.raised = raised(row, day)  # type: ignore[attr-defined]  # for the row's template
    from_here = "?" + urlencode({FROM: request.GET.urlencode()})
    return render(request, "dossiers/gaps.html", {"listing": found, "from_here": from_here})
