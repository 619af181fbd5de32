"""The decision that founds a council (quyết định thành lập), and the list of its members.

Source: QĐ 26/2026/QĐ-TTg art. 7(3)b (the chair of the committee founds the council and issues its rules of work).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from ocop.accounts.models import Agency
from ocop.kernel.papers.tree import Annex, Column, Paper, Paragraph, Signature, Signatures, Table, article, clauses
from ocop.kernel.time import vi_date
from ocop.scorecards.queries import regime_on

from ..models import Council, Member
from ..rules import SEATS_2026, Part
from .parts import COUNCIL, LEVELS, government_law, regime_words, signers


@dataclass(frozen=True)
class Place:
    """One line of the list. name  empty in a draft: it is written by hand"""

    name: str
    post: str
    part: str


def places_of(members: Sequence[Member]) -> list[Place]:
    """The list of a founded council."""
    return [
        Place(member.user.name, ", ".join(filter(None, (member.title, member.unit))), member.get_part_display())
        for member in members
    ]


def places_of_the_law() -> list[Place]:
    """The seats that art. 7(3)b asks for, and a secretary, without names yet."""
    named = {"leader": Part.CHAIR}
    return [
        *(Place("", words, named.get(seat, Part.MEMBER).label) for seat, words in SEATS_2026.items()),
        Place("", "Đơn vị tham mưu quản lý OCOP cấp tỉnh", Part.SECRETARY.label),
    ]


def founding_draft(organ: Agency, *, day: date) -> Paper:
    """Return the draft decision of a committee with the seats of the law, to write the names in."""
    name = f"Hội đồng đánh giá, phân hạng sản phẩm OCOP cấp {LEVELS[organ.level]} năm {day.year}"
    note = Paragraph(
        "Bỏ dòng ghi “nếu có” khi tỉnh không có sở này. Mời thêm chuyên gia, hiệp hội thì ghi tiếp vào danh sách."
    )
    return _decision(organ, name, places_of_the_law(), day=day, until=None, note=(note,)).drafted()


def founding_decision(council: Council, members: Sequence[Member]) -> Paper:
    """Return the decision that founded a council, as its rows tell it."""
    decision = council.decision
    day = decision.day or council.founded_on
    paper = _decision(council.organ, council.name, places_of(members), day=day, until=council.ended_on)
    return paper.issued(decision.number, day)


def _decision(
    organ: Agency,
    name: str,
    places: Sequence[Place],
    *,
    day: date,
    until: date | None,
    note: tuple[Paragraph, ...] = (),
) -> Paper:
    level = LEVELS[organ.level]
    term = f", kết thúc nhiệm kỳ ngày {vi_date(until)}" if until else ""
    return Paper(
        kind="Quyết định",
        summary=f"Thành lập {name}",
        day=day,
        body=(
            article(1, f"Thành lập {name} gồm các ông, bà có tên trong danh sách kèm theo."),
            article(2, "Nhiệm vụ"),
            *clauses(
                f"Hội đồng đánh giá, phân hạng sản phẩm OCOP; báo cáo kết quả, đề xuất Chủ tịch {organ.name} công nhận"
                " sản phẩm đáp ứng tiêu chí theo quy định.",
                f"Hội đồng làm việc theo Quy chế hoạt động do Chủ tịch {organ.name} ban hành; thành viên kê khai"
                " lợi ích trước khi mở hồ sơ, chấm điểm độc lập và chịu trách nhiệm về phiếu đánh giá của mình.",
            ),
            article(
                3,
                f"Quyết định này có hiệu lực kể từ ngày ký{term}. Chánh Văn phòng Ủy ban nhân dân {level}, thủ trưởng"
                " các cơ quan, đơn vị có liên quan và các ông, bà có tên tại Điều 1 chịu trách nhiệm thi hành Quyết"
                " định này.",
            ),
        ),
        organ=organ.name,
        organ_parent=organ.parent_name,
        symbol="QĐ-UBND",
        place=organ.place,
        issuer=f"Chủ tịch {organ.name}",
        bases=(
            f"Căn cứ {government_law(day)}",
            f"Căn cứ {regime_words(regime_on(day))}",
            f"Theo đề nghị của cơ quan tham mưu quản lý OCOP cấp {level}",
        ),
        signers=(Signature(("CHỦ TỊCH",)),),
        recipients=("Như Điều 3", "Lưu: VT"),
        annexes=(Annex("Danh sách thành viên Hội đồng", (_table(places), *note)),),
        rehearsal=settings.REHEARSAL,
    )


def member_list(council: Council, members: Sequence[Member], *, day: date) -> Paper:
    """Return the list of members of a council (danh sách thành viên)."""
    decision = council.decision
    return Paper(
        kind="Danh sách",
        summary=f"Thành viên {council.name}",
        day=day,
        organ_parent=council.organ.name,
        organ=COUNCIL,
        body=(
            Paragraph(f"Theo {decision.get_kind_display()} số {decision.number} ngày {vi_date(decision.day)}."),
            _table(places_of(members)),
            Signatures(signers(members)),
        ),
        rehearsal=settings.REHEARSAL,
    )


def _table(places: Sequence[Place]) -> Table:
    return Table(
        (
            Column("TT", 0.4, "center"),
            Column("Họ và tên", 1.8),
            Column("Chức vụ, đơn vị", 2.8),
            Column("Nhiệm vụ", 1.6),
        ),
        tuple((str(n), place.name, place.post, place.part) for n, place in enumerate(places, 1)),
    )
