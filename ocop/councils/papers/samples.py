"""The list of samples as a paper (danh sách giao nhận mẫu). Form: NĐ 30/2020/NĐ-CP, annex I."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from ocop.kernel.papers.tree import Column, Paper, Paragraph, Signature, Signatures, Table
from ocop.kernel.templatetags.ocop import vi_datetime
from ocop.kernel.time import vi_date

from ..models import Sample, Session
from ..permissions import seats_of
from ..rules import Part


def sample_list(session: Session, samples: Sequence[Sample]) -> Paper:
    """Return the list of a session's samples; of a blind one without products and givers until it is closed."""
    named = not session.blind or session.state == Session.CLOSED
    columns = [Column("TT", 0.4, "center"), Column("Mã mẫu", 0.7, "center")]
    if named:
        columns += [Column("Sản phẩm", 1.8), Column("Chủ thể", 1.8)]
    columns += [Column("Ngày nhận", 0.9, "center"), Column("Giao cho", 1.5), Column("Ký nhận", 1.4)]
    rows = []
    for number, sample in enumerate(samples, 1):
        product = (sample.dossier.product.name, sample.dossier.subject.name) if named else ()
        signed = f"Đã ký trên hệ thống {vi_datetime(sample.signed_at)}" if sample.signed_at else ""
        taker = sample.handed_to.user.name if sample.handed_to else ""
        rows.append((str(number), sample.code, *product, vi_date(sample.received_on), taker, signed))
    secretary = next((seat.user.name for seat in seats_of(session) if seat.part == Part.SECRETARY), "")
    return Paper(
        kind="Danh sách",
        summary=f"Giao nhận sản phẩm mẫu: {session.name}",
        day=session.held_on,
        organ_parent=session.council.organ.name,
        organ="Hội đồng đánh giá, phân hạng sản phẩm OCOP",
        body=(
            Paragraph(f"Phiên ngày {vi_date(session.held_on)}, {session.place}: {len(rows)} mẫu."),
            Table(tuple(columns), tuple(rows), size=11),
            Signatures((Signature(("THƯ KÝ",), secretary, "(Ký, ghi rõ họ tên)"),)),
        ),
        rehearsal=settings.REHEARSAL,
    )
