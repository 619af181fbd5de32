"""Open data: the register as CSV and JSON, with its dictionary."""

from __future__ import annotations

import json
from operator import itemgetter

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ocop.accounts.http import Request
from ocop.kernel.pages import export
from ocop.kernel.pages.listing import Column

from .. import dictionary, queries
from ..kept import kept

LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/deed.vi"


@require_safe
def page(request: Request) -> HttpResponse:
    """What the data hold, in which files, under which licence."""
    now = queries.stamp()

    def build() -> HttpResponse:
        fields = [(name, kind, words) for name, kind, words, _ in dictionary.DATA]
        values = {"register": queries.register(request.day, now), "fields": fields, "licence": LICENCE}
        return render(request, "portal/open_data.html", values)

    return kept(request, (now, request.day), build)


@require_safe
def csv(request: Request) -> HttpResponse:
    now = queries.stamp()

    def build() -> HttpResponse:
        columns = [Column(name, name, itemgetter(name)) for name, *_ in dictionary.DATA]
        rows = map(dictionary.data_of, queries.register(request.day, now).entries)
        return export.csv(f"san-pham-ocop-{request.day:%Y-%m-%d}", columns, rows)

    return _open(kept(request, (now, request.day), build))


@require_safe
def as_json(request: Request) -> HttpResponse:
    now = queries.stamp()

    def build() -> HttpResponse:
        body = {
            "ngay_cap_nhat": request.day.isoformat(),
            "giay_phep": {"ten": LICENCE, "dia_chi": LICENCE_URL},
            "tu_dien": [{"ten": name, "kieu": kind, "nghia": words} for name, kind, words, _ in dictionary.DATA],
            "san_pham": [dictionary.data_of(entry) for entry in queries.register(request.day, now).entries],
        }
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return HttpResponse(text, content_type="application/json; charset=utf-8")

    return _open(kept(request, (now, request.day), build))


def _open(response: HttpResponse) -> HttpResponse:
    """Pages of other hosts may read what is public for everybody."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
