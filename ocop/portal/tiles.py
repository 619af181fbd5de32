"""The communes of a map with districts as tiles, one block a district. Pure layout, no Django.

No open boundaries of 2021 exist: the tiles say how many, not where.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, GAP = 400, 16  # of the drawing, and between its two columns
TILE, PITCH, HEAD, FOOT = 22, 24, 22, 14  # side of a tile, from tile to tile, above and below a block
COLUMN = (WIDTH - GAP) // 2
IN_ROW = COLUMN // PITCH


@dataclass(frozen=True)
class Block:
    """A district: where its name stands, and its tiles (code of a commune, x, y of the upper left corner)."""

    name: str
    x: int
    y: int
    tiles: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Tiling:
    width: int
    height: int
    blocks: tuple[Block, ...]


def tile(districts: Mapping[str, Sequence[str]]) -> Tiling:
    """Return the drawing of districts (name -> codes of communes), each put into the shorter of two columns."""
    heights = [0, 0]
    blocks = []
    for name, codes in districts.items():
        column = heights.index(min(heights))
        x, top = column * (COLUMN + GAP), heights[column]
        spots = (divmod(place, IN_ROW) for place in range(len(codes)))
        tiles = tuple(
            (code, x + across * PITCH, top + HEAD + down * PITCH)
            for code, (down, across) in zip(codes, spots, strict=True)
        )
        blocks.append(Block(name, x, top + HEAD - 8, tiles))
        heights[column] = top + HEAD + -(-len(codes) // IN_ROW) * PITCH + FOOT
    return Tiling(WIDTH, max(heights) - FOOT, tuple(blocks))
