"""One paper of a session as a file: in the organ's own wording where there is one, else in the built-in form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ocop.councils.models import Session
from ocop.kernel import files
from ocop.kernel.pages.printing import PRINTS
from ocop.kernel.papers.template import filled
from ocop.kernel.refusal import Refusal

from . import wording
from .models import Wording
from .queries import wording_on
from .round import Piece


def print_piece(piece: Piece, session: Session, ending: str, rows: Iterable[Wording], day: date) -> bytes:
    """Return the print of a paper. ending  docx or pdf; rows  all wordings of the committee

    :raises Refusal: a PDF of a paper in the organ's own wording: the signed PDF comes out of Word
    """
    own = wording_on(rows, piece.wording, piece.document.day or day if piece.document else day)
    paper = piece.paper()
    if own is None or own.blob is None:
        return PRINTS[ending](paper)
    if ending == "pdf":
        raise Refusal(
            "Chưa in PDF.",
            f"{piece.title} in theo mẫu Word của cơ quan ({own}).",
            "Tải bản Word, ký rồi gắn bản PDF đã ký vào văn bản.",
        )
    given = wording.values(paper, session, piece.about)
    return filled(files.open_blob(own.blob), given, wording.rows(piece.about))
