"""The schematic map: communes of today as cells around their points, clipped to the province's outline.

No open boundaries of communes exist: the drawing says so. Pure geometry, no Django.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

Point = tuple[float, float]
WIDTH = 400.0  # of the drawing, in its own units; the height follows


@dataclass(frozen=True)
class Drawing:
    """SVG paths. cells  code of a commune -> its cell, before clipping to the outline"""

    width: int
    height: int
    outline: str
    cells: Mapping[str, str]


def ring(topology: Mapping[str, Any]) -> list[Point]:
    """Return the outline of a TopoJSON file of one polygon, as (longitude, latitude) in degrees."""
    (scale_x, scale_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    x = y = 0
    points = []
    for dx, dy in topology["arcs"][0]:
        x, y = x + dx, y + dy
        points.append((x * scale_x + left, y * scale_y + bottom))
    return points


def nearer(polygon: Sequence[Point], a: Point, b: Point) -> list[Point]:
    """Return the part of a convex polygon that lies nearer to a than to b."""
    nx, ny = b[0] - a[0], b[1] - a[1]
    edge = (b[0] ** 2 - a[0] ** 2 + b[1] ** 2 - a[1] ** 2) / 2
    kept: list[Point] = []
    for (px, py), (qx, qy) in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        p, q = nx * px + ny * py - edge, nx * qx + ny * qy - edge
        if p <= 0:
            kept.append((px, py))
        if (p < 0 < q) or (q < 0 < p):
            share = p / (p - q)
            kept.append((px + share * (qx - px), py + share * (qy - py)))
    return kept


def _path(points: Sequence[Point], decimals: int) -> str:
    """Closed, with neighbours that fall together left out."""
    rounded = [f"{x:.{decimals}f} {y:.{decimals}f}" for x, y in points]
    return "M" + "L".join(text for text, before in zip(rounded, ["", *rounded], strict=False) if text != before) + "Z"


def draw(outline: Sequence[Point], communes: Mapping[str, Point]) -> Drawing:
    """Return the drawing of communes (code -> longitude, latitude) in an outline of the same degrees."""
    left, top = min(x for x, _ in outline), max(y for _, y in outline)
    flat = cos(radians(sum(y for _, y in outline) / len(outline)))
    scale = WIDTH / ((max(x for x, _ in outline) - left) * flat)

    def place(point: Point) -> Point:
        return (point[0] - left) * flat * scale, (top - point[1]) * scale

    height = (top - min(y for _, y in outline)) * scale
    box = [(0.0, 0.0), (WIDTH, 0.0), (WIDTH, height), (0.0, height)]
    seeds = {code: place(point) for code, point in communes.items()}
    cells = {}
    for code, seed in seeds.items():
        cell = box
        for other in seeds.values():
            if other != seed:
                cell = nearer(cell, seed, other)
        cells[code] = _path(cell, 1)
    return Drawing(round(WIDTH), round(height), _path([place(point) for point in outline], 0), cells)
