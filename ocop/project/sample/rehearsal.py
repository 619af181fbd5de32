"""The whole main job without a browser: every plan walked, every paper printed, the register and a summary written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.db import transaction

from ocop.certificates.models import Recognition
from ocop.certificates.papers import approval_decision, recognition_decision
from ocop.certificates.queries import qr_text
from ocop.certificates.rules import status_of, status_words
from ocop.certificates.services import print_certificate
from ocop.councils.models import Conclusion
from ocop.councils.papers import minutes
from ocop.councils.rules import Result
from ocop.documents.models import Document
from ocop.kernel.pages.export import xlsx
from ocop.kernel.pages.listing import Column
from ocop.kernel.papers.pdf import to_pdf
from ocop.kernel.papers.tree import Paper
from ocop.kernel.papers.word import to_docx
from ocop.kernel.time import day_of, vi_date

from .plans import PLANS
from .walk import Walk, Walked, at
from .world import make_world


def row_of(walked: Walked) -> dict[str, object]:
    """One product of summary.json; certificate and valid_until only where it was recognised."""
    conclusion, recognition = walked.conclusion, walked.recognition
    if conclusion is None:
        raise ValueError(f"{walked.plan.name} has no conclusion")
    dossier = walked.dossier
    return {
        "name": dossier.product.name,
        "subject": dossier.subject.name,
        "product_set": walked.plan.set_no,
        "regime": dossier.scorecard.regime_id,
        "route": dossier.route,
        "points": conclusion.points,
        "sheets": conclusion.sheets,
        "band": conclusion.band,
        "marks_missed": conclusion.marks_missed,
        "stars": conclusion.stars,
        "result": str(conclusion.result),
        "certificate": walked.certificate.number if walked.certificate else None,
        "valid_until": recognition.valid_until.isoformat() if recognition and recognition.valid_until else None,
    }


def walk_all() -> tuple[Walk, list[Walked]]:
    """Walk every plan in a fresh world, in order of filing days."""
    world = make_world(now=at(date(2019, 8, 21)), password=None)
    walk = Walk(world, world.producers[0])
    walked: list[Walked] = []
    for _, group in groupby(PLANS, key=lambda plan: plan.filed_on):
        walked += walk.round(list(group))
    return walk, walked


def write_paper(folder: Path, name: str, paper: Paper) -> None:
    """One paper, two prints."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.docx").write_bytes(to_docx(paper))
    (folder / f"{name}.pdf").write_bytes(to_pdf(paper))


def write_papers(folder: Path, walk: Walk, walked: Sequence[Walked]) -> int:
    """Minutes of every session, every decision, a PDF a certificate. Returns how many papers."""
    count = 0
    for number, session in enumerate(walk.sessions, 1):
        name = f"{number:02d}-bien-ban-{session.held_on.isoformat()}-{session.council.level}"
        write_paper(folder / "bien-ban", name, minutes(session))
        count += 1
    decided: dict[Document, list[Conclusion]] = {}
    for one in walked:
        if one.conclusion and one.recognition:
            decided.setdefault(one.recognition.decision, []).append(one.conclusion)
        elif one.conclusion and one.conclusion.result == Result.POTENTIAL_5:
            decided.setdefault(one.conclusion.approval.decision, []).append(one.conclusion)
    for number, (decision, conclusions) in enumerate(decided.items(), 1):
        if decision.day is None or decision.organ is None:
            raise ValueError("a decision of ours has organ and day")
        form = approval_decision if conclusions[0].result == Result.POTENTIAL_5 else recognition_decision
        paper = form(
            conclusions, organ=decision.organ, decision=decision, day=decision.day, rehearsal=settings.REHEARSAL
        )
        name = f"{number:02d}-quyet-dinh-{decision.day}-{decision.number.replace('/', '-')}"
        write_paper(folder / "quyet-dinh", name, paper)
        count += 1
    where = folder / "chung-nhan"
    where.mkdir(parents=True, exist_ok=True)
    for one in walked:
        if one.certificate and one.recognition and one.recognition.valid_from:
            content = print_certificate(one.certificate, now=at(one.recognition.valid_from, 15))
            (where / f"{one.certificate.number.replace('/', '-')}.pdf").write_bytes(content)
            count += 1
    return count


def write_register(folder: Path, day: date) -> None:
    """The register of recognitions on a day, as offices keep it."""
    columns = [
        Column("ten", "Sản phẩm", lambda r: r.product.name),
        Column("chu-the", "Chủ thể", lambda r: r.subject_name),
        Column("dia-ban", "Địa bàn khi công nhận", lambda r: r.place_name),
        Column("bo", "Bộ sản phẩm", lambda r: str(r.product.product_set)),
        Column("sao", "Hạng sao", lambda r: r.stars, number=True),
        Column("co-quan", "Cơ quan công nhận", lambda r: r.organ_name),
        Column("quyet-dinh", "Quyết định", lambda r: r.decision.number),
        Column("tu", "Từ ngày", lambda r: r.valid_from),
        Column("den", "Đến ngày", lambda r: r.valid_until),
        Column(
            "trang-thai", f"Trạng thái ngày {vi_date(day)}", lambda r: status_words(status_of(r, day), r.valid_until)
        ),
        Column("ma", "Mã kiểm tra", qr_text),
        Column("ghi-chu", "Ghi chú", lambda r: "DIỄN TẬP"),
    ]
    rows = Recognition.objects.select_related("product__product_set", "decision").order_by("valid_from", "pk")
    (folder / "so-dang-ky.xlsx").write_bytes(xlsx("DIỄN TẬP sổ đăng ký", columns, rows).content)


def rehearse(folder: Path) -> list[Walked]:
    """Do everything; the caller has given this process a fresh database and set REHEARSAL."""
    with transaction.atomic():  # one rehearsal, one write to the disk
        walk, walked = walk_all()
    write_papers(folder, walk, walked)
    last = max(one.recognition.valid_from for one in walked if one.recognition and one.recognition.valid_from)
    write_register(folder, day_of(at(last)))
    text = json.dumps({"products": [row_of(one) for one in walked]}, ensure_ascii=False, indent=1)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
    return walked
