"""The archive of one dossier: a ZIP that opens without us in twenty years, with what it takes to check its seal.

index.html                  everything to read in any browser: no script, nothing from elsewhere
bieu-mau/mau-01.pdf …       forms 01, 02, 03 and the receipt of each filing, PDF and Word
giay-to/…                   the papers of every filing under the names that are sealed
filing-<n>.json             each filing: its snapshot and the leaves of its Merkle tree (proof.md section 6)

One paper (20 MB at most) is in memory at a time. What a reader may not have is left out and said so; its leaf stays,
so that the root can still be computed.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any
from urllib.parse import quote

from django.template.loader import render_to_string

from ocop.accounts.models import User
from ocop.kernel import files
from ocop.kernel.models import Blob
from ocop.kernel.papers.pdf import to_pdf
from ocop.kernel.papers.tree import Paper
from ocop.kernel.papers.word import to_docx
from ocop.kernel.refusal import Refusal
from ocop.kernel.seal import dossier_root
from ocop.kernel.time import VIETNAM, day_of

from .checking import gaps_for
from .forms_data import fields_for
from .models import CommuneAssessment, Dossier, Filing
from .papers import CONTENTS_03, form_01, form_02, form_03
from .permissions import actors_of
from .receipt import receipt
from .workspace import Sheet, events, filed_sheet

MIME = "application/zip"


@dataclass
class Sealed:
    """A paper as a filing sealed it. path  in the ZIP, "" where it is not in it; why  then the reason"""

    name: str
    title: str
    criteria: str
    size: int
    sha256: str
    path: str = ""
    why: str = ""

    @property
    def link(self) -> str:
        return quote(self.path)


@dataclass
class Lot:
    """One filing: its papers in the order of their leaves."""

    filing: Filing
    leaves: list[str]
    papers: list[Sealed] = field(default_factory=list)


def write_archive(
    dossier: Dossier,
    reader: User,
    out: IO[bytes],
    *,
    address: str,
    rehearsal: bool,
    now: datetime,
    told: Callable[[int, int], None],
) -> None:
    """Write the archive of a filed dossier as this reader may have it.

    address  of the page that tells where the dossier is; told  hears how many papers of how many are in
    """
    complete = bool(actors_of(reader, dossier, day_of(now)))
    lots = [_lot(filing) for filing in dossier.filings.order_by("number")]
    sheet, assessment = filed_sheet(dossier, day_of(now)), CommuneAssessment.objects.filter(dossier=dossier).first()
    folder = f"{dossier.number}/"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:

        def put(path: str, content: bytes | str, at: datetime, *, packed: bool = True) -> None:
            entry = zipfile.ZipInfo(folder + path, at.astimezone(VIETNAM).timetuple()[:6])
            entry.external_attr = 0o644 << 16
            package.writestr(entry, content, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)

        _put_papers(lots, put, told, complete=complete)
        prints = []
        for name, title, paper, at in _papers(dossier, sheet, lots, assessment, complete, address, rehearsal):
            for kind, make in (("pdf", to_pdf), ("docx", to_docx)):
                put(f"bieu-mau/{name}.{kind}", make(paper), at, packed=False)
            prints.append((title, f"bieu-mau/{name}"))
        for lot in lots:
            put(f"filing-{lot.filing.number}.json", _told(dossier, lot), lot.filing.at)
        shown = {
            "dossier": dossier,
            "sheet": sheet,
            "blanks": [(blank, sheet.forms.get(blank.name)) for blank in fields_for(dossier.kind)],
            "report": [(title, getattr(assessment, name)) for name, title in CONTENTS_03.items()] if assessment else [],
            "gaps": gaps_for(reader, dossier, day_of(now)),
            "events": events(dossier),
            "lots": lots,
            "prints": prints,
            "complete": complete,
            "reader": reader,
            "now": now,
            "rehearsal": rehearsal,
            "address": address,
        }
        put("index.html", render_to_string("dossiers/archive_index.html", shown), now)


def _lot(filing: Filing) -> Lot:
    sealed = [
        Sealed(one["name"], one["title"], ", ".join(one["criteria"]), one["size"], one["sha256"])
        for one in filing.snapshot["files"]
    ]
    _, leaves = dossier_root(
        filing.dossier.code, filing.number, filing.at, [(one.name, one.sha256, one.size) for one in sealed]
    )
    return Lot(filing, [leaf.decode() for leaf in leaves], sealed)


def _put_papers(lots: list[Lot], put: Callable[..., None], told: Callable[[int, int], None], *, complete: bool) -> None:
    """Put every paper in once; where a later filing has another file of the same name, each under its filing."""
    wanted = {(one.name, one.sha256): (lot.filing, one) for lot in reversed(lots) for one in lot.papers}
    blobs = {blob.sha256: blob for blob in Blob.objects.filter(sha256__in={digest for _, digest in wanted})}
    paths: dict[tuple[str, str], tuple[str, str]] = {}
    for count, (key, (filing, one)) in enumerate(reversed(wanted.items()), 1):
        path = f"giay-to/{one.name}"
        if any(path == taken for taken, _ in paths.values()):
            path = f"giay-to/lan-{filing.number}/{one.name}"
        blob = blobs.get(one.sha256)
        paths[key] = path, ""
        if blob is not None and blob.restricted and not complete:
            paths[key] = "", "Không kèm: giấy tờ chứa dữ liệu cá nhân, chỉ chủ thể và cơ quan xử lý hồ sơ có."
        else:
            try:
                if blob is None:
                    raise Refusal("Chưa mở được tệp.", "Tệp không còn trong kho lưu trữ.", "Báo quản trị viên.")
                put(path, files.open_blob(blob), filing.at, packed=False)
            except Refusal as refusal:
                paths[key] = "", f"Không kèm: {refusal.why}"
        told(count, len(wanted))
    for lot in lots:
        for one in lot.papers:
            one.path, one.why = paths[(one.name, one.sha256)]


def _papers(
    dossier: Dossier,
    sheet: Sheet,
    lots: list[Lot],
    assessment: CommuneAssessment | None,
    complete: bool,
    address: str,
    rehearsal: bool,
) -> Iterator[tuple[str, str, Paper, datetime]]:
    at = lots[-1].filing.at
    day = day_of(at)
    yield "mau-01", "Mẫu số 01. Phiếu đăng ký", form_01(dossier, day=day, rehearsal=rehearsal), at
    second = form_02(dossier, sheet, day=day, restricted=complete, rehearsal=rehearsal)
    yield "mau-02", "Mẫu số 02. Báo cáo tự đánh giá", second, at
    if assessment:
        third = form_03(dossier, assessment, day=day, restricted=complete, rehearsal=rehearsal)
        yield "mau-03", "Mẫu số 03. Báo cáo của Ủy ban nhân dân cấp xã", third, at
    for lot in lots:
        number, filing = lot.filing.number, lot.filing
        slip = receipt(dossier, filing, address=address, rehearsal=rehearsal)
        yield f"phieu-tiep-nhan-lan-{number}", f"Phiếu tiếp nhận, lần nộp {number}", slip, filing.at


def _told(dossier: Dossier, lot: Lot) -> str:
    filing = lot.filing
    data: dict[str, Any] = {
        "dossier": dossier.code,
        "number": dossier.number,
        "version": filing.number,
        "at": filing.at.astimezone(VIETNAM).isoformat(timespec="seconds"),
        "root": filing.root,
        "leaves": lot.leaves,
        "snapshot": filing.snapshot,
    }
    return json.dumps(data, ensure_ascii=False, indent=1)
