"""Notices of a result (thông báo kết quả): to the subject, to the commune. Source: QĐ 26/2026/QĐ-TTg art. 7(3)g."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings

from ocop.areas.models import Area
from ocop.kernel.papers.tree import Column, Paper, Paragraph, Signature, Table
from ocop.kernel.templatetags.ocop import mean
from ocop.kernel.text import cut
from ocop.kernel.time import day_of, vi_date

from ..models import Conclusion, Session
from ..results import Reading, reading
from ..rules import Result
from .parts import conclusion_words


def notice_lines(read: Reading, complain_until: date | None) -> list[str]:
    """Return what a result notice says, a sentence each: points, result, what is missing, what follows, until when a
    complaint is taken. Never a mark of one member.
    """
    conclusion = read.conclusion
    lines = []
    if conclusion.sheets:
        lines.append(
            f"Điểm bình quân của {conclusion.sheets} phiếu: {mean(conclusion.points, conclusion.sheets)} điểm; "
            f"hạng theo điểm: {conclusion.band} sao."
        )
    lines.append(f"Kết quả: {conclusion_words(conclusion)} {read.sentence}")
    lines += [f"Chưa đạt: {line.label}. {line.evidence}." for line in read.conditions if not line.met]
    lines += [read.way_up] if read.way_up else []
    if first := conclusion.set_aside:
        points = f"{mean(first.points, first.sheets)} điểm, " if first.sheets else ""
        lines.append(
            f"Kết quả này của hội đồng thứ hai thay kết quả lần đầu ngày {vi_date(day_of(first.concluded_at))} "
            f"({points}{conclusion_words(first).rstrip('.').lower()}) theo khiếu nại được chấp nhận; cả hai được giữ."
        )
    lines.append(NEXT_STEP[Result(conclusion.result)])
    if complain_until:
        lines.append(
            f"Không đồng ý với kết quả, chủ thể khiếu nại đến hết ngày {vi_date(complain_until)}, nêu rõ căn cứ."
        )
    return lines


def result_notice(conclusion: Conclusion) -> Paper:
    """Return the notice of a result (thông báo kết quả) to the subject, as it was sent, or its draft until then."""
    dossier, item, sent = conclusion.dossier, conclusion.item, conclusion.notice
    organ = item.session.council.organ
    lines: list[str] = sent.lines if sent else notice_lines(reading(conclusion), None)
    return Paper(
        kind="Thông báo",
        summary=cut(f"Kết quả đánh giá, phân hạng sản phẩm {dossier.product.name}", 200),
        day=day_of(sent.sent_at if sent else conclusion.concluded_at),
        dated=False,
        organ=organ.name,
        symbol="TB-UBND",
        place=organ.place,
        to=(dossier.subject.name,),
        body=(
            Paragraph(
                f"{item.session.council.name} đã đánh giá sản phẩm {dossier.product.name} của {dossier.subject.name} "
                f"(hồ sơ {dossier.number}) tại {item.session.name}, ngày {vi_date(item.session.held_on)}."
            ),
            *(Paragraph(line) for line in lines),
        ),
        signers=(Signature(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),),
        recipients=("Như trên", dossier.commune.full_name, "Lưu: VT"),
        rehearsal=settings.REHEARSAL,
    )


def commune_notice(session: Session, commune: Area, conclusions: Sequence[Conclusion]) -> Paper:
    """Return the notice of all results of a session that concern one commune, to its committee (art. 7(3)g)."""
    organ = session.council.organ
    rows = tuple(
        (
            str(number),
            conclusion.dossier.product.name,
            conclusion.dossier.subject.name,
            mean(conclusion.points, conclusion.sheets) if conclusion.sheets else "",
            conclusion_words(conclusion).rstrip("."),
        )
        for number, conclusion in enumerate(conclusions, 1)
    )
    columns = (
        Column("TT", 0.4, "center"),
        Column("Sản phẩm", 2),
        Column("Chủ thể", 2),
        Column("Điểm bình quân", 0.8, "center"),
        Column("Kết quả", 1.6),
    )
    return Paper(
        kind="Thông báo",
        summary=cut(f"Kết quả đánh giá, phân hạng sản phẩm OCOP của {commune.full_name}", 200),
        day=day_of(max(conclusion.concluded_at for conclusion in conclusions)),
        dated=False,
        organ=organ.name,
        organ_parent=organ.parent_name,
        symbol="TB-UBND",
        place=organ.place,
        to=(f"Ủy ban nhân dân {commune.full_name}",),
        body=(
            Paragraph(
                f"{session.council.name} đã đánh giá các sản phẩm sau tại {session.name}, ngày"
                f" {vi_date(session.held_on)}:"
            ),
            Table(columns, rows),
            Paragraph(
                "Đề nghị Ủy ban nhân dân cấp xã thông báo tới các chủ thể, hướng dẫn hoàn thiện nội dung chưa đạt và"
                " theo dõi sản phẩm sau khi được công nhận."
            ),
        ),
        signers=(Signature(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),),
        recipients=("Như trên", "Các chủ thể có tên", "Lưu: VT"),
        rehearsal=settings.REHEARSAL,
    )


NO_CERTIFICATE = (
    "Sản phẩm không được cấp giấy chứng nhận và không được dùng nhãn hiệu OCOP. "
    "Chủ thể hoàn thiện các nội dung trên rồi nộp hồ sơ đánh giá mới."
)
NEXT_STEP = {
    Result.RECOGNISED: "Quyết định công nhận và giấy chứng nhận gửi sau khi Chủ tịch Ủy ban nhân dân ký.",
    Result.POTENTIAL_5: "Tỉnh phê duyệt kết quả và trình Bộ Nông nghiệp và Môi trường đánh giá 5 sao.",
    Result.SEND_UP: "Hồ sơ và biên bản được chuyển lên hội đồng cấp tỉnh đánh giá tiếp.",
    Result.BELOW_3: NO_CERTIFICATE,
    Result.REJECTED: NO_CERTIFICATE,
}
