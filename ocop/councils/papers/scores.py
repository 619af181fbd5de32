"""The table of scores of a session (bảng tổng hợp điểm): product by part and total; in annexes every criterion.

A member stands as a number, in the same column for all products. The names follow only where the ballot is open.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from ocop.kernel.papers.tree import Annex, Block, Column, Paper, Paragraph, Signatures, Table, Text, bold
from ocop.kernel.templatetags.ocop import mean
from ocop.kernel.time import vi_date

from ..models import Session, Sheet
from ..permissions import seats_of
from ..results import Reading
from .parts import COUNCIL, conclusion_words, signers


def numbered(sheets: Sequence[Sheet], *, named: bool) -> list[Sheet]:
    """Return sheets in the order of their numbers on paper: by seat; of a secret ballot by hash, which tells none."""
    return sorted(sheets, key=lambda sheet: sheet.sha256) if not named else list(sheets)


def score_table(session: Session, readings: Sequence[Reading], *, named: bool) -> Paper:
    """Return the table. readings  of the concluded products in the order of the agenda"""
    parts = sorted({part.code for read in readings for part in read.card.parts})
    columns = (
        Column("TT", 0.4, "center"),
        Column("Sản phẩm", 1.8),
        Column("Chủ thể", 1.6),
        Column("Số phiếu", 0.5, "center"),
        *(Column(f"Phần {code}", 0.7, "center", group="Điểm bình quân") for code in parts),
        Column("Tổng", 0.7, "center", group="Điểm bình quân"),
        Column("Thấp nhất, cao nhất", 0.8, "center"),
        Column("Kết quả", 1.2),
    )
    rows = tuple(_row(number, read, parts) for number, read in enumerate(readings, 1))
    body: tuple[Block, ...] = (
        Paragraph(f"{session.name}, ngày {vi_date(session.held_on)}, tại {session.place}."),
        Table(columns, rows, size=11),
        Paragraph("Điểm tính từ các phiếu đã ký của vòng cuối, không làm tròn khi xét mức sao."),
        Signatures(signers(seats_of(session))),
    )
    return Paper(
        kind="Bảng tổng hợp điểm",
        summary=f"Đánh giá, phân hạng sản phẩm OCOP: {session.name}",
        day=session.held_on,
        organ_parent=session.council.organ.name,
        organ=COUNCIL,
        body=body,
        annexes=tuple(_by_criterion(read, named=named) for read in readings if read.sheets),
        rehearsal=settings.REHEARSAL,
    )


def _row(number: int, read: Reading, parts: Sequence[str]) -> tuple[Text, ...]:
    conclusion, count = read.conclusion, len(read.marks)
    sums = {part.code: points for part, points in read.parts}
    low, high = read.spread or (0, 0)
    return (
        str(number),
        conclusion.dossier.product.name,
        conclusion.dossier.subject.name,
        str(conclusion.sheets),
        *(mean(sums[code], count) if count and code in sums else "" for code in parts),
        bold(mean(conclusion.points, conclusion.sheets)) if conclusion.sheets else "",
        f"{low}, {high}" if count else "",
        conclusion_words(conclusion).rstrip("."),
    )


def _by_criterion(read: Reading, *, named: bool) -> Annex:
    order = numbered(read.sheets, named=named)
    marks = [read.marks[read.sheets.index(sheet)] for sheet in order]
    columns = (
        Column("Tiêu chí", 3.4),
        Column("Tối đa", 0.6, "center"),
        *(Column(str(n), 0.45, "center", group="Phiếu") for n in range(1, len(marks) + 1)),
        Column("Bình quân", 0.8, "center"),
    )
    rows: list[tuple[Text, ...]] = []
    for part in read.card.parts:
        rows.append((f"Phần {part.code}: {part.name_vi}",))
        for section in part.sections:
            for criterion in section.criteria:
                given = [found.points[criterion.code] for found in marks]
                title = f"{criterion.code} {criterion.name_vi}"
                rows.append((title, str(criterion.max_points), *map(str, given), mean(sum(given), len(given))))
    totals = [found.total for found in marks]
    most = sum(part.max_points for part in read.card.parts)
    rows.append((bold("Tổng điểm"), str(most), *map(str, totals), bold(mean(sum(totals), len(totals)))))
    names = "; ".join(f"{n}. {sheet.member.user.name}" for n, sheet in enumerate(order, 1))
    legend = f"Phiếu: {names}." if named else "Phiếu kín: mỗi số là một phiếu, không ghi tên thành viên."
    return Annex(
        f"Điểm từng tiêu chí: {read.conclusion.dossier.product.name}",
        (Table(columns, tuple(rows), size=10), Paragraph(legend)),
        landscape=True,
    )
