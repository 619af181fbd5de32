"""The dated tree of areas: the communes of a day, what became of each, what each was made of. Public facts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ocop.accounts.http import Request
from ocop.areas.models import Area, AreaChange
from ocop.areas.queries import Undetermined, became, became_each, communes_on, districts_on, held
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.text import clean, fold
from ocop.kernel.time import vi_date

from ..forms import MAP, as_of
from ..rules import MAP_OF_2021, MAP_TODAY

PER_PAGE = 50
RELATION_NAMES = dict(AreaChange.RELATIONS)


def _search(rows: QuerySet[Area], text: str) -> QuerySet[Area]:
    for word in fold(text).split():
        rows = rows.filter(Q(folded__contains=word) | Q(parent__folded__contains=word) | Q(code=word))
    return rows


@require_safe
def areas(request: Request) -> HttpResponse:
    """The communes of a day under their districts, and the commune of today that each became; as page or file."""
    asked, problems = as_of(request.GET, request.day)
    problem, day = problems.get(MAP, ""), asked.map_day
    now: dict[int, Area | Undetermined] = {}
    listing: Listing[Area] = Listing(
        request,
        communes_on(day),
        columns=[
            Column("ten", "Xã, phường, thị trấn", lambda a: a.full_name, ("sort_key",)),
            Column("ma", "Mã", lambda a: a.code, ("code",)),
            Column("thuoc", "Thuộc", lambda a: a.parent.full_name, ("parent__sort_key", "sort_key")),
            Column("tinh", "Tỉnh", lambda a: (a.parent.parent or a.parent).full_name, ("province_code", "sort_key")),
            Column("nay", "Hiện nay là", lambda a: now[a.pk]),
        ],
        filters=[
            Filter(
                "huyen",
                "Huyện, thành phố",
                [Option(one.code, f"{one.full_name} ({one.parent})") for one in districts_on(day)],
                lambda rows, codes: rows.filter(parent__code__in=codes),
            )
        ],
        search=_search,
        sort="ten",
        per_page=PER_PAGE,
    )
    shown = list(listing.queryset) if listing.wants_file else listing.rows
    now.update(zip((a.pk for a in shown), became_each([(a, None) for a in shown], request.day), strict=True))
    if listing.wants_file and not problem:
        return listing.file(f"dia-ban-{day.isoformat()}")
    values = {
        "listing": listing,
        "rows": [(area, now[area.pk]) for area in listing.rows],
        "asked": asked,
        "problem": problem,
        "typed_day": clean(request.GET.get(MAP, ""))[:30] if problem else vi_date(day),
        "maps": [(MAP_OF_2021, "Địa giới 2021"), (MAP_TODAY, "Địa giới hiện nay")],
    }
    return render(request, "portal/areas.html", values, status=422 if problem else 200)


@require_safe
def area(request: Request, code: str) -> HttpResponse:
    """A commune by its code: its name on a day, what became of it, what it was made of, every area of that code."""
    asked, problems = as_of(request.GET, request.day)
    versions = list(
        Area.objects.communes().filter(code=code).select_related("parent__parent").order_by("-valid_from", "pk")
    )
    if not versions:
        raise Http404
    on_day = Area.objects.in_force_on(asked.map_day).filter(code=code).first()
    shown = next((one for one in versions if one == on_day), versions[0])
    before = shown.valid_from - timedelta(days=1)
    made_of = held(shown, before) if shown.valid_from_exact else []
    values: dict[str, Any] = {
        "area": shown,
        "asked": asked,
        "problem": problems.get(MAP, ""),
        "named": shown == on_day,
        "versions": versions,
        "now": became(shown, request.day),
        "parts": [(one, RELATION_NAMES[one.relation]) for one in made_of],
        "before": before,
    }
    return render(request, "portal/area.html", values, status=422 if MAP in problems else 200)
