"""Home: search, groups, newest recognitions, the map of a day with its table, a code to check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ocop.accounts.http import Request
from ocop.certificates.rules import IN_FORCE, Status

from .. import queries
from ..forms import MAP, as_of
from ..kept import kept
from ..rules import MAP_OF_2021, MAP_TODAY, AsOf, class_of
from ..tiles import tile

NEWEST, BUSIEST = 4, 8  # products and communes shown
ICON = Path(str(finders.find("brand.svg")))
IN_FORCE_QUERY = "&".join(f"trang-thai={one}" for one in Status if one in IN_FORCE)


@dataclass(frozen=True)
class Spot:
    """A commune on the map: products in force, ever recognised, class of its colour; query  of its list."""

    code: str
    words: str
    alive: int
    ever: int
    tone: int
    query: str


@dataclass(frozen=True)
class District:
    """A district in the table: products of its communes, how many communes have one in force, codes of all."""

    name: str
    alive: int
    ever: int
    with_product: int
    communes: tuple[str, ...]
    query: str


@require_safe
def home(request: Request) -> HttpResponse:
    now = queries.stamp()
    asked, problems = as_of(request.GET, request.day)

    def build() -> HttpResponse:
        found = queries.register(request.day, now)
        in_group = Counter(entry.row.group_code for entry in found.entries)
        values = {
            "register": found,
            "groups": [(code, name, first, in_group[code]) for code, (name, first) in found.groups.items()],
            "newest": sorted((e for e in found.entries if e.in_force), key=lambda e: e.by_newest)[:NEWEST],
            "in_force_query": IN_FORCE_QUERY,
            "problem": problems.get(MAP, ""),
            **_map(AsOf(request.day, request.day, asked.map_day), now),
        }
        return render(request, "portal/home.html", values, status=422 if MAP in problems else 200)

    return kept(request, (now, request.day), build)


@require_safe
def icon(request: Request) -> HttpResponse:
    """Browsers and feed readers ask for this address without reading the page."""
    response = HttpResponse(ICON.read_bytes(), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return response


def _map(asked: AsOf, now: tuple[int, str]) -> dict[str, Any]:
    """The map of a day and its table: today's communes as cells, those of a map with districts as tiles."""
    register = queries.register_as_of(asked, now)
    alive, ever = register.counts
    beside = {} if asked.plain else {MAP: asked.map_name}

    def query(codes: Sequence[str]) -> str:
        return urlencode([*beside.items(), *(("xa", code) for code in codes)])

    spots = {
        code: Spot(code, str(commune), alive[code], ever[code], class_of(alive[code]), query([code]))
        for code, commune in register.communes.items()
    }
    values: dict[str, Any] = {
        "asked": asked,
        "maps": [(MAP_OF_2021, "Địa giới 2021"), (MAP_TODAY, "Địa giới hiện nay")],
        "spots": spots.values(),
        "unknown": Spot("", "Chưa xác định xã", alive[""], ever[""], 0, query([queries.UNKNOWN])),
        "with_product": sum(bool(spot.alive) for spot in spots.values()),
        "busiest": sorted((s for s in spots.values() if s.ever), key=lambda s: (-s.alive, -s.ever))[:BUSIEST],
    }
    if not register.districts:
        drawing = queries.province_map()
        cells = [(spot, drawing.cells.get(spot.code, "")) for spot in spots.values()]
        return values | {"drawing": drawing, "cells": cells, "provinces": (), "tilings": ()}
    provinces: dict[str, list[District]] = {}
    for (province, name), codes in register.districts.items():
        members = [spots[code] for code in codes]
        counted = sum(s.alive for s in members), sum(s.ever for s in members), sum(bool(s.alive) for s in members)
        found = [spot.code for spot in members if spot.ever]
        line = District(name, *counted, tuple(codes), query(found) if found else "")
        provinces.setdefault(province, []).append(line)
    tilings = []
    for province, districts in provinces.items():
        tiling = tile({one.name: one.communes for one in districts})
        blocks = [(block, [(spots[code], x, y) for code, x, y in block.tiles]) for block in tiling.blocks]
        tilings.append((province, tiling, blocks))
    return values | {"provinces": provinces.items(), "tilings": tilings}
