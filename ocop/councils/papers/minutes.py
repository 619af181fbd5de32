"""The minutes of a session (biên bản họp Hội đồng), every word and figure from the rows.

Parts: time and place, who was present, quorum, conflicts declared, findings, result by product, signatures of chair
and secretary.
"""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings

from ocop.dossiers.rules import KIND_NAMES, Kind
from ocop.kernel.papers.tree import Annex, Block, Column, Heading, Paper, Paragraph, Signatures, Table, bold, dashes
from ocop.kernel.templatetags.ocop import mean
from ocop.kernel.time import day_of, vi_date, vi_long_date

from ..models import Conclusion, Finding, Member, Session
from ..permissions import seats_of
from ..queries import Board, board, rules_of
from ..results import Reading, readings
from ..rules import Part
from .parts import COUNCIL, conclusion_words, hour, signers


def minutes(session: Session) -> Paper:
    """Return the minutes of a session (biên bản họp Hội đồng).

    Only concluded products stand with their figures, so minutes drawn too early tell no mark.
    """
    council = session.council
    members = seats_of(session)
    rows = board(session, session.held_on)
    conclusions = list(
        Conclusion.objects.in_effect()
        .filter(item__session=session)
        .select_related("item__session__council", "dossier__product__product_set", "dossier__subject")
        .select_related("dossier__scorecard")
        .order_by("item__position", "pk")
    )
    found = readings(conclusions)
    present = {seat.pk for seat in members if seat.here}  # type: ignore[attr-defined]  # seats_of
    if session.is_written:  # who sent a sheet
        present = {duty.member.pk for row in rows for duty in row.signed}
    body: list[Block] = [
        Heading("I. THỜI GIAN, ĐỊA ĐIỂM"),
        Paragraph(f"Thời gian: {_hours(session)}."),
        Paragraph(f"Địa điểm: {session.place}."),
        *(
            [Paragraph(f"Lý do họp gấp, Chủ tịch Hội đồng ghi: {session.short_notice}.")]
            if session.short_notice
            else []
        ),
        Paragraph(
            f"{council.name} được thành lập theo {council.decision.get_kind_display()} số {council.decision.number} "
            f"ngày {vi_date(council.decision.day)} của {council.organ.name}."
        ),
        Heading("II. THÀNH PHẦN"),
        *_attendance(session, members, present),
        Heading("III. KÊ KHAI LỢI ÍCH"),
        *_interests(rows),
        Heading("IV. NỘI DUNG VÀ KẾT QUẢ"),
        Paragraph(f"Hội đồng đánh giá, phân hạng {len(rows)} sản phẩm:"),
    ]
    for number, row in enumerate(rows, 1):
        body += _product(number, row, found.get(row.item.pk))
    body += [
        Heading("V. TỔNG HỢP"),
        _summary(found.values()),
        *_rechecked(session),
        Paragraph("Biên bản được lập từ các phiếu đã ký, thông qua các thành viên có mặt và kết thúc cùng phiên họp."),
        Signatures(signers(members)),
    ]
    return Paper(
        kind="Biên bản",
        summary=f"{'Lấy ý kiến bằng văn bản' if session.is_written else 'Họp'} đánh giá, phân hạng sản phẩm OCOP: "
        f"{session.name}",
        day=session.held_on,
        body=tuple(body),
        organ_parent=council.organ.name,
        organ=COUNCIL,
        annexes=(Annex("Mã băm của các phiếu đã ký", (_hashes(found.values()),)),) if found else (),
        rehearsal=settings.REHEARSAL,
    )


def _rechecked(session: Session) -> list[Block]:
    """A session ends only where every conclusion was found again by another path (recheck.py)."""
    if session.rechecked is None:
        return []
    count = f"{session.rechecked}/{session.rechecked}"
    return [Paragraph(f"Kết quả được tính lại độc lập từ các phiếu đã ký: khớp {count} sản phẩm.")]


def _hours(session: Session) -> str:
    """The last day of written opinions, or as far as known:

    'khai mạc 08 giờ 00 phút, ngày 01 tháng 10 năm 2026; kết thúc 11 giờ 30 phút cùng ngày'.
    """
    if session.is_written:
        return f"lấy ý kiến bằng văn bản đến hết {vi_long_date(session.held_on)}"
    if session.opened_at is None:
        return vi_long_date(session.held_on)
    said = f"khai mạc {hour(session.opened_at)}, {vi_long_date(day_of(session.opened_at))}"
    if session.closed_at is None:
        return f"{said}; chưa kết thúc"
    same = day_of(session.closed_at) == day_of(session.opened_at)
    until = " cùng ngày" if same else f", {vi_long_date(day_of(session.closed_at))}"
    return f"{said}; kết thúc {hour(session.closed_at)}{until}"


def _attendance(session: Session, members: list[Member], present: set[int]) -> list[Block]:
    rules = rules_of(session)
    here_words, away_words = ("Có phiếu", "Không có phiếu") if session.is_written else ("Có mặt", "Vắng mặt")
    scoring = [m for m in members if m.scores]
    here = [m for m in scoring if m.pk in present]
    needed = rules.least_present(len(scoring))
    lines = tuple(
        (str(n), m.user.name, m.get_part_display(), m.unit, here_words if m.pk in present else away_words)
        for n, m in enumerate(members, 1)
    )
    chair = "có" if any(m.part == Part.CHAIR for m in here) else "không có"
    return [
        Table(
            (
                Column("TT", 0.4, "center"),
                Column("Họ và tên", 1.6),
                Column("Nhiệm vụ", 1.4),
                Column("Đơn vị", 2.2),
                Column("Tham dự", 0.9),
            ),
            lines,
        ),
        Paragraph(
            f"{here_words} {len(here)}/{len(scoring)} thành viên được chấm điểm; quy chế cần từ {needed}; "
            f"{chair} Chủ tịch Hội đồng. "
            "Số thành viên cần có tính lại cho từng sản phẩm sau khi trừ người có xung đột lợi ích."
        ),
    ]


def _interests(rows: list[Board]) -> list[Block]:
    found = [
        f"{duty.member.user.name}, {duty.member.unit}: không chấm “{row.item}” ({duty.detail or 'đã tự kê khai'})."
        for row in rows
        for duty in row.duties
        if duty.state == "recused"
    ]
    for row in rows:
        if row.chair is not None and row.chair.part != Part.CHAIR:
            found.append(
                f"{row.chair.user.name}, {row.chair.get_part_display()}: chủ trì thay khi đánh giá “{row.item}”."
            )
    return list(dashes(*found)) or [Paragraph("Các thành viên đã kê khai; không có xung đột lợi ích.")]


def _product(number: int, row: Board, read: Reading | None) -> list[Block]:
    dossier = row.item.dossier
    blocks: list[Block] = [
        Heading(f"{number}. {dossier.product.name}", 3),
        Paragraph(
            f"Chủ thể: {dossier.subject.name}. Hồ sơ {dossier.number}, {KIND_NAMES[Kind(dossier.kind)].lower()}, "
            f"nộp ngày {vi_date(dossier.filed_on)}."
        ),
    ]
    if read is None:
        return [*blocks, Paragraph("Chưa kết luận.")]
    blocks.append(
        Paragraph(f"Bộ tiêu chí số {read.card.set_no}: {read.card.name_vi} (Quyết định {read.card.decision}).")
    )
    excused = [f"{d.member.user.name} được miễn phiếu: {d.detail}." for d in row.duties if d.state == "excused"]
    blocks += dashes(*excused, *(_finding(finding) for finding in read.findings))
    conclusion = read.conclusion
    if read.history:
        blocks += [Paragraph(sentence) for sentence in read.history]
        blocks.append(Paragraph(f"Chấm {conclusion.round} vòng; kết quả tính theo các phiếu vòng {conclusion.round}."))
    if conclusion.sheets:
        blocks.append(
            Paragraph(
                f"Phiếu hợp lệ: {conclusion.sheets}/{len(row.due)}. Tổng điểm các phiếu: {conclusion.points}. "
                f"Điểm bình quân: {mean(conclusion.points, conclusion.sheets)}. Hạng theo điểm: {conclusion.band} sao."
            )
        )
        missed = [f"{star} sao: {', '.join(codes)}" for star, codes in sorted(conclusion.marks_missed.items()) if codes]
        blocks.append(Paragraph(f"Tiêu chí chưa đạt mức tối thiểu: {'; '.join(missed) or 'không có'}."))
    if conclusion.deviation_stands:
        low, high = read.spread or (0, 0)
        blocks.append(
            Paragraph(
                f"Sau vòng cuối điểm còn chênh lệch {high - low} điểm (thấp nhất {low}, cao nhất {high}); "
                "lấy bình quân."
            )
        )
    blocks.append(Paragraph((bold("Kết luận: "), f"{conclusion_words(conclusion)} {read.sentence}")))
    return blocks


def _finding(finding: Finding) -> str:
    where = f" ở tiêu chí {finding.criterion}" if finding.criterion else ""
    stars = f", cao nhất {finding.stars} sao" if finding.stars else ""
    return f"Nhận định của Hội đồng: {finding.get_kind_display().lower()}{where}{stars}. Căn cứ: {finding.reason}."


def _summary(readings: Collection[Reading]) -> Table:
    lines = tuple(
        (
            str(n),
            c.dossier.product.name,
            c.dossier.subject.name,
            str(c.sheets),
            str(c.points),
            mean(c.points, c.sheets),
            "" if c.stars is None else str(c.stars),
            c.get_result_display(),
        )
        for n, c in enumerate((read.conclusion for read in readings), 1)
    )
    return Table(
        (
            Column("TT", 0.4, "center"),
            Column("Sản phẩm", 1.7),
            Column("Chủ thể", 1.7),
            Column("Số phiếu", 0.6, "center"),
            Column("Tổng điểm", 0.7, "center"),
            Column("Bình quân", 0.8, "center"),
            Column("Hạng sao", 0.6, "center"),
            Column("Kết quả", 1.3),
        ),
        lines,
        size=11,
    )


def _hashes(readings: Collection[Reading]) -> Table:
    rows: list[tuple[str, ...]] = []
    for read in readings:
        rows.append((read.conclusion.dossier.product.name,))
        rows += [(str(n), f"{sheet.sha256[:32]}\n{sheet.sha256[32:]}") for n, sheet in enumerate(read.sheets, 1)]
    return Table((Column("Phiếu", 0.3, "center"), Column("SHA-256")), tuple(rows), size=11)
