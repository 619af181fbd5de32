"""A paper as a download, Word or PDF."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from ocop.kernel.files.kinds import KINDS
from ocop.kernel.papers.pdf import to_pdf
from ocop.kernel.papers.tree import Paper
from ocop.kernel.papers.word import to_docx

PRINTS = {"docx": to_docx, "pdf": to_pdf}


def printed(paper: Paper, name: str, ending: str) -> HttpResponse:
    """Return the print of a paper. name  of the file, without its ending. :raises Http404: an unknown ending"""
    if ending not in PRINTS:
        raise Http404
    return download(PRINTS[ending](paper), f"{name}.{ending}")


def download(content: bytes, name: str) -> HttpResponse:
    """Return a file of our own making as a download, its kind by its ending."""
    disposition = content_disposition_header(True, name) or "attachment"
    kind = KINDS[name.rpartition(".")[2]].mime
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})
