"""The ZIP of a session's papers, and the one that goes to the ministry with an approval.

index.html          what is in it, to read in any browser: no script, nothing from elsewhere
giay-to/…           every paper, Word and PDF; a draft says so on every page
ban-ky/…            the signed copies under the hash that was kept
ho-so/<number>.zip  to the ministry: the archive of each dossier, as its reader may have it
kiem-nghiem/…       to the ministry: papers that answered a gap (tests and checks that the province asked for)
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO

from django.conf import settings
from django.template.loader import render_to_string

from ocop.accounts.models import User
from ocop.councils.models import Conclusion, Session
from ocop.documents.models import Document
from ocop.dossiers.archive import write_archive
from ocop.dossiers.models import Gap
from ocop.dossiers.rules import GapState
from ocop.kernel import files
from ocop.kernel.files.kinds import KINDS
from ocop.kernel.models import Blob
from ocop.kernel.refusal import Refusal
from ocop.kernel.text import slug
from ocop.kernel.time import VIETNAM, day_of

from .models import Wording
from .printing import print_piece
from .queries import for_papers, wordings_of
from .round import Piece, for_the_ministry, papers_of

Told = Callable[[int, int], None]


@dataclass
class Packed:
    """One line of the index. files  (words, path in the ZIP); why  something of it is not there"""

    title: str
    state: str = ""
    files: list[tuple[str, str]] = field(default_factory=list)
    sha256: str = ""
    why: str = ""


@dataclass(frozen=True)
class _Zip:
    package: zipfile.ZipFile
    now: datetime

    def put(self, path: str, content: bytes | str) -> None:
        with self.open(path) as entry:
            entry.write(content.encode() if isinstance(content, str) else content)

    def open(self, path: str) -> IO[bytes]:
        entry = zipfile.ZipInfo(path, self.now.astimezone(VIETNAM).timetuple()[:6])
        entry.external_attr = 0o644 << 16
        entry.compress_type = zipfile.ZIP_STORED  # prints, pictures and archives are packed already
        return self.package.open(entry, "w", force_zip64=True)


def write_bundle(
    session: Session, decision: Document | None, reader: User, out: IO[bytes], *, now: datetime, told: Told
) -> None:
    """Write the ZIP as this reader may have it.

    decision  the approval that goes to the ministry; None: all papers of the session
    told  hears how many papers of how many are in
    """
    entries = papers_of(session, reader, day_of(now))
    wordings = wordings_of(session.council.organ)
    conclusions: list[Conclusion] = []
    pieces = [piece for entry in entries for piece in entry.pieces]
    if decision is not None:
        approved = for_papers(Conclusion.objects.filter(approval__decision=decision, item__session=session))
        conclusions = list(approved.order_by("item__position", "pk"))
        pieces = for_the_ministry(entries, decision, conclusions)
    of = len(pieces) + len(conclusions)
    lines: list[Packed] = []
    dossiers: list[Packed] = []
    with zipfile.ZipFile(out, "w") as package:
        target = _Zip(package, now)
        for count, piece in enumerate(pieces, 1):
            lines.append(_papers(target, piece, session, wordings, day_of(now)))
            told(count, of)
        for count, conclusion in enumerate(conclusions, len(pieces) + 1):
            dossiers.append(_dossier(target, conclusion, reader, now))
            told(count, of)
        shown = {
            "session": session,
            "decision": decision,
            "lines": lines,
            "dossiers": dossiers,
            "tests": _tests(target, conclusions),
            "missing": [entry for entry in entries if entry.why] if decision is None else [],
            "reader": reader,
            "now": now,
            "rehearsal": settings.REHEARSAL,
        }
        target.put("index.html", render_to_string("certificates/bundle_index.html", shown))


def _papers(target: _Zip, piece: Piece, session: Session, wordings: Sequence[Wording], day: date) -> Packed:
    line = Packed(piece.title, piece.state)
    for ending, words in (("docx", "Word"), ("pdf", "PDF")):
        path = f"giay-to/{piece.name}.{ending}"
        try:
            target.put(path, print_piece(piece, session, ending, wordings, day))
        except Refusal as refusal:
            line.why = f". {refusal.why}"
        else:
            line.files.append((words, path))
    if piece.document is not None and piece.document.blob_id:
        blob = Blob.objects.get(pk=piece.document.blob_id)
        _copy(target, line, "Bản đã ký", f"ban-ky/{piece.name}.{_ending(blob)}", blob)
    return line


def _dossier(target: _Zip, conclusion: Conclusion, reader: User, now: datetime) -> Packed:
    """The archive of a dossier, written aside: its size is not known before."""
    dossier = conclusion.dossier
    line = Packed(f"Hồ sơ {dossier.number}: {dossier.product}")
    path = f"ho-so/{slug(dossier.number or dossier.code)}.zip"
    address = f"https://{settings.OCOP_HOST}/r/{dossier.code}"
    with tempfile.TemporaryFile(dir=settings.OCOP_DATA) as aside:
        write_archive(
            dossier, reader, aside, address=address, rehearsal=settings.REHEARSAL, now=now, told=lambda done, of: None
        )
        aside.seek(0)
        with target.open(path) as entry:
            while piece := aside.read(1 << 20):
                entry.write(piece)
    line.files.append(("Bản lưu hồ sơ (ZIP)", path))
    return line


def _tests(target: _Zip, conclusions: Sequence[Conclusion]) -> list[Packed]:
    """Papers that came because the checking asked for them: văn bản xác nhận kiểm tra, kiểm nghiệm bổ sung."""
    answered = Gap.objects.filter(
        dossier__in=[conclusion.dossier_id for conclusion in conclusions],
        state=GapState.CLOSED,
        answer_evidence__blob__isnull=False,
    )
    found = []
    for gap in answered.select_related("dossier", "answer_evidence__blob").order_by("dossier_id", "number"):
        paper = gap.answer_evidence
        assert paper is not None
        line = Packed(f"{gap.dossier.number}, điểm thiếu số {gap.number}: {paper.name}")
        path = f"kiem-nghiem/{slug(gap.dossier.number or gap.dossier.code)}-{gap.number}.{_ending(paper.file)}"
        _copy(target, line, "Giấy tờ", path, paper.file)
        found.append(line)
    return found


def _copy(target: _Zip, line: Packed, words: str, path: str, blob: Blob) -> None:
    try:
        target.put(path, files.open_blob(blob))
    except Refusal as refusal:
        line.why = f"Không kèm: {refusal.why}"
    else:
        line.files.append((words, path))
        line.sha256 = blob.sha256


def _ending(blob: Blob) -> str:
    return next(kind.code for kind in KINDS.values() if kind.mime == blob.mime)
