"""QR codes of our own addresses: byte mode, level M, never boosted, quiet zone of 4. Source: proof.md section 1."""

from __future__ import annotations

import io

import segno

QUIET = 4  # modules of white on every side


def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the square of modules with its quiet zone, row by row; True is dark.

    :raises segno.DataOverflowError: more than 2,331 bytes
    """
    return tuple(tuple(bool(dark) for dark in row) for row in _code(text).matrix_iter(border=QUIET))


def svg(text: str, *, module_mm: float = 0.8) -> str:
    """Return the code as one SVG element, without style attribute or script; a module is module_mm wide."""
    rows = modules(text)
    path = "".join(f"M{x} {y}h{width}v1h-{width}z" for y, row in enumerate(rows) for x, width in _runs(row))
    side, size = len(rows), f"{len(rows) * module_mm:g}mm"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {side} {side}"'
        ' role="img" aria-label="Mã QR" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path fill="#000" d="{path}"/></svg>'
    )


def png(text: str, *, scale: int = 8) -> bytes:
    """Return the code as a black and white PNG; a module is scale pixels wide."""
    out = io.BytesIO()
    _code(text).save(out, kind="png", scale=scale, border=QUIET)
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m", mode="byte", boost_error=False, encoding="utf-8")


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Return (start, length) of every run of dark modules."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs
