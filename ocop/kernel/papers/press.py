"""Printing through typst: data goes in as JSON, never as source, so no text can become markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import typst

from ocop.kernel.papers.fonts import FONTS
from ocop.kernel.time import start_of

if TYPE_CHECKING:
    from typst import PDFStandard

TEMPLATES = Path(__file__).resolve().parent
STANDARDS: list[PDFStandard] = ["a-2a", "ua-1"]  # archival and accessible; A-2 as long as nothing is attached

_turn = Lock()  # a compiler prints one paper at a time


def print_pdf(template: str, data: Mapping[str, Any], *, day: date) -> bytes:
    """Return the PDF of a template of this folder filled with data; same data and day give the same bytes.

    :raises typst.TypstError: the paper breaks PDF/A-2a or PDF/UA-1
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    with _turn:
        pdf = _compiler(template).compile(
            format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=start_of(day)
        )
    assert isinstance(pdf, bytes)  # one document, not one image a page
    return pdf


@cache
def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(
        str(TEMPLATES / template), root=str(TEMPLATES), font_paths=[str(FONTS)], ignore_system_fonts=True
    )
