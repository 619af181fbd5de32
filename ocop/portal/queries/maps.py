"""The schematic map of today's communes."""

from __future__ import annotations

import json
from functools import cache

from django.conf import settings

from ..outline import Drawing, draw, ring


@cache
def province_map() -> Drawing:
    """The schematic map of today's communes, drawn once a process from reference/areas."""
    folder = settings.REFERENCE / "areas"
    topology = json.loads((folder / "province-outline-2025.topojson").read_text(encoding="utf-8"))
    points = json.loads((folder / "commune-points-2025.geojson").read_text(encoding="utf-8"))["features"]
    return draw(ring(topology), {row["id"]: tuple(row["geometry"]["coordinates"]) for row in points})
