"""The list of dossiers of whoever looks."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.kernel import codes
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.text import fold
from ocop.registry.models import ProductSet

from .. import queries
from ..models import Dossier
from ..rules import STEP_NAMES
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
    present, communes = queries.steps_and_communes(rows)
    steps = [Option(step.value, name) for step, name in STEP_NAMES.items() if step in present]
    sets = [Option(str(one.number), str(one)) for one in ProductSet.objects.order_by("number")]
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
            Filter(
                "xa",
                "Xã, phường",
                [Option(str(pk), name) for pk, name in communes],
                lambda rows, values: rows.filter(commune__in=values),
            ),
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
