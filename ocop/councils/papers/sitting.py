"""Papers around a session: who is invited, what is on its agenda."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from ocop.dossiers.rules import KIND_NAMES, Kind
from ocop.kernel.papers.tree import Column, Paper, Paragraph, Signature, Signatures, Table
from ocop.kernel.time import day_of, vi_date, vi_long_date

from ..models import Item, Member, Session
from ..permissions import seats_of
from .parts import COUNCIL, signers


def _start(session: Session) -> str:
    """'08 giờ 00 phút, ', or nothing while no hour is planned."""
    return f"{session.starts_at:%H giờ %M phút}, " if session.starts_at else ""


def invitation(session: Session, member: Member) -> Paper:
    """Return the invitation (giấy mời) of one member to a session, with the products on its agenda."""
    council = session.council
    items = list(session.items.select_related("dossier__product", "dossier__subject").order_by("position", "pk"))
    unit = f", {member.unit}" if member.unit else ""
    agenda = tuple(
        (str(n), item.dossier.product.name, item.dossier.subject.name, item.dossier.number or "")
        for n, item in enumerate(items, 1)
    )
    return Paper(
        kind="Giấy mời",
        summary=f"Họp {council.name}",
        day=day_of(session.invited_at) if session.invited_at else session.held_on,
        organ_parent=council.organ.name,
        organ=COUNCIL,
        symbol="GM-HĐ",
        place=council.organ.place,
        to=(f"Ông (bà) {member.user.name}, {member.get_part_display()}{unit}",),
        body=(
            Paragraph(f"Hội đồng trân trọng kính mời ông (bà) dự {session.name}."),
            Paragraph(f"Thời gian: {_start(session)}{vi_long_date(session.held_on)}."),
            Paragraph(f"Địa điểm: {session.place}."),
            Paragraph("Nội dung: đánh giá, phân hạng các sản phẩm sau:"),
            Table(
                (Column("TT", 0.4, "center"), Column("Sản phẩm", 2), Column("Chủ thể", 2), Column("Hồ sơ", 1)), agenda
            ),
            Paragraph(
                "Đề nghị ông (bà) kê khai lợi ích với từng sản phẩm trên hệ thống trước khi mở hồ sơ; "
                "hồ sơ điện tử mở ngay sau khi kê khai."
            ),
            Paragraph("Rất mong ông (bà) tham dự đầy đủ, đúng giờ."),
        ),
        signers=(Signature(("TM. HỘI ĐỒNG", "THƯ KÝ")),),
        recipients=("Như trên", "Lưu: Hội đồng"),
        rehearsal=settings.REHEARSAL,
    )


def product_list(session: Session, items: Sequence[Item]) -> Paper:
    """Return the list of products on a session's agenda (danh sách sản phẩm)."""
    rows = tuple(
        (
            str(number),
            item.dossier.product.name,
            item.dossier.subject.name,
            item.dossier.commune.full_name,
            f"{item.dossier.scorecard.set_no}",
            KIND_NAMES[Kind(item.dossier.kind)],
            f"{item.dossier.number}, {vi_date(item.dossier.filed_on)}",
        )
        for number, item in enumerate(items, 1)
    )
    columns = (
        Column("TT", 0.4, "center"),
        Column("Sản phẩm", 1.8),
        Column("Chủ thể", 1.8),
        Column("Xã, phường", 1.2),
        Column("Bộ tiêu chí số", 0.7, "center"),
        Column("Loại đánh giá", 1),
        Column("Hồ sơ, ngày nộp", 1.3),
    )
    return Paper(
        kind="Danh sách",
        summary=f"Sản phẩm đánh giá, phân hạng tại {session.name}",
        day=session.held_on,
        organ_parent=session.council.organ.name,
        organ=COUNCIL,
        body=(
            Paragraph(f"Họp {vi_long_date(session.held_on)}, tại {session.place}: {len(items):02d} sản phẩm."),
            Table(columns, rows, size=11),
            Signatures(signers(seats_of(session))),
        ),
        rehearsal=settings.REHEARSAL,
    )
