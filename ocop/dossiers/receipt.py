"""Phiếu tiếp nhận: what one filing handed in, with its seal (proof.md section 6) and where to follow the dossier."""

from __future__ import annotations

from typing import Any

from ocop.kernel.codes import grouped
from ocop.kernel.papers.tree import Block, Code, Column, Field, Heading, Paper, Paragraph, Table, italic
from ocop.kernel.time import VIETNAM, day_of, vi_date

from .models import Dossier, Filing
from .rules import FIRST_STOP, HOLDERS, LEVEL_NAMES, Route, Step

_SAME_AS_PAPER = " Hồ sơ trên phần mềm có giá trị pháp lý như hồ sơ giấy (Quyết định 26/2026/QĐ-TTg, điều 7.1)."


def receipt(dossier: Dossier, filing: Filing, *, address: str, rehearsal: bool) -> Paper:
    """Return the receipt of one filing; the same filing gives the same paper.

    address  of the page that tells where the dossier is, printed as QR
    """
    at, day = filing.at.astimezone(VIETNAM), day_of(filing.at)
    slips = dossier.slips.filter(received_on__lte=day).order_by("pk")
    body: tuple[Block, ...] = (
        Heading("I. HỒ SƠ"),
        Field("1. Số hồ sơ", str(dossier.number)),
        *(Field(f"Phiếu số ({LEVEL_NAMES[slip.level]})", slip.number) for slip in slips),
        Field("2. Chủ thể", dossier.subject.name),
        Field("3. Sản phẩm", dossier.product.name),
        Field("4. Lần đăng ký đánh giá", dossier.get_kind_display()),
        Field("5. Nơi tiếp nhận đầu tiên", _first_holder(dossier)),
        Field("6. Nhận lúc", f"{at:%H:%M:%S} ngày {vi_date(day)}, lần nộp {filing.number}"),
        Heading("II. TỆP ĐÃ NỘP"),
        _files(filing),
        Heading("III. NIÊM PHONG VÀ TRA CỨU"),
        Field("Mã gốc (SHA-256)", _spaced(filing.root)),
        Paragraph(
            "Mã gốc tính từ mã băm của mọi tệp: đổi một ký tự trong một tệp thì mã gốc khác đi."
            + (_SAME_AS_PAPER if dossier.scorecard.regime_id == "2026" else "")
        ),
        Field("Mã tra cứu", grouped(dossier.code)),
        Code(
            address,
            f"Quét mã, hoặc mở {address.removeprefix('https://')}, để biết hồ sơ đang ở đâu, còn bao nhiêu ngày. "
            "Trang đó không nêu tên ai.",
        ),
        Paragraph(italic("Phiếu do hệ thống lập khi nhận hồ sơ điện tử. Cơ quan tiếp nhận ký ở Mẫu số 01.")),
    )
    return Paper(
        kind="Phiếu tiếp nhận hồ sơ",
        summary="Đăng ký tham gia đánh giá, phân hạng sản phẩm OCOP",
        day=day,
        body=body,
        rehearsal=rehearsal,
    )


def _first_holder(dossier: Dossier) -> str:
    step, commune = FIRST_STOP[Route(dossier.route)], dossier.commune.full_name
    return f"Ủy ban nhân dân {commune[0].lower()}{commune[1:]}" if step == Step.AT_COMMUNE else HOLDERS[step]


def _files(filing: Filing) -> Table:
    files: list[dict[str, Any]] = filing.snapshot["files"]
    columns = (
        Column("TT", 0.5, "center"),
        Column("Tệp", 2.4),
        Column("Tiêu chí", 0.9),
        Column("Số byte", 1, "right"),
        Column("Mã băm SHA-256", 2.6),
    )
    rows = tuple(
        (
            str(number),
            f"{file['title']} ({file['name']})",
            ", ".join(file["criteria"]),
            f"{file['size']:,}".replace(",", "."),
            _spaced(str(file["sha256"])),
        )
        for number, file in enumerate(files, 1)
    )
    return Table(columns, rows or (("Không có tệp nào.",),), size=10)


def _spaced(digest: str) -> str:
    """64 hex digits in groups of 8, so that they break between groups and can be read aloud."""
    return " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))
