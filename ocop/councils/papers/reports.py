"""Reports on the way of a dossier: of who checked it, of the council that judged it.

Source: QĐ 26/2026/QĐ-TTg art. 7(3)c, d (advisory team, council), 7(6)c (advisory agency, at a re-evaluation).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings

from ocop.accounts.models import Agency
from ocop.dossiers.changed import option_words
from ocop.dossiers.models import Advice, Dossier, Filing, Gap, Visit
from ocop.dossiers.queries import settings_of
from ocop.dossiers.rules import KIND_NAMES, GapState, Kind
from ocop.kernel.papers.tree import Block, Column, Heading, Paper, Paragraph, Signature, Table, bold, dashes
from ocop.kernel.templatetags.ocop import mean
from ocop.kernel.time import vi_date, vi_long_date
from ocop.scorecards.queries import card
from ocop.scorecards.rules import mark

from ..models import Session
from ..permissions import seats_of
from ..queries import rules_of
from ..results import Reading
from ..rules import Result
from .parts import COUNCIL, LEVELS, by_result, conclusion_words, hour


@dataclass
class Checked:
    """What a dossier's checking left: gaps that were told, visits with their findings, proposals by criterion.

    own  the self-score by criterion
    """

    dossier: Dossier
    gaps: list[Gap] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    advice: list[Advice] = field(default_factory=list)
    own: Mapping[str, int] = field(default_factory=dict)

    @property
    def proposed(self) -> dict[str, int]:
        """The points that the proposals stand for, by criterion."""
        criteria = card(self.dossier.scorecard).by_code
        return {one.criterion: option_words(criteria[one.criterion], one.answer)[1] for one in self.advice}

    @property
    def total(self) -> int:
        """With the proposals in the place of the self-score."""
        return sum({**self.own, **self.proposed}.values())


def checked(dossiers: Sequence[Dossier]) -> list[Checked]:
    """Return what the checking of these dossiers left, in their order: six queries, however many."""
    found = {dossier.pk: Checked(dossier) for dossier in dossiers}
    told = Gap.objects.filter(dossier__in=found).exclude(state=GapState.WITHDRAWN)
    for gap in told.order_by("number"):
        found[gap.dossier_id].gaps.append(gap)
    for visit in Visit.objects.filter(dossier__in=found).prefetch_related("findings").order_by("held_on", "pk"):
        found[visit.dossier_id].visits.append(visit)
    for advice in Advice.objects.filter(dossier__in=found).order_by("pk"):
        found[advice.dossier_id].advice.append(advice)
    filings = {row.dossier_id: row for row in Filing.objects.filter(dossier__in=found).order_by("number")}
    for one in found.values():
        if filing := filings.get(one.dossier.pk):
            given: Mapping[str, Any] = filing.snapshot
            one.own = mark(
                card(one.dossier.scorecard), given["answers"], settings=settings_of(one.dossier), cases=given["cases"]
            ).points
    return list(found.values())


def checking_report(rows: Sequence[Checked], *, organ: Agency, by_agency: bool, day: date) -> Paper:
    """Return the report on dossiers by who checked them (báo cáo của Tổ tư vấn).

    by_agency  a re-evaluation: the advisory agency reports itself (art. 7(6)c)
    """
    level = LEVELS[organ.level]
    author = f"Cơ quan tham mưu quản lý OCOP cấp {level}" if by_agency else f"Tổ tư vấn Hội đồng cấp {level}"
    columns = (
        Column("TT", 0.4, "center"),
        Column("Sản phẩm", 1.8),
        Column("Chủ thể", 1.8),
        Column("Hồ sơ", 1.5),
        Column("Bổ sung (đã đủ)", 0.8, "center"),
        Column("Khảo sát", 0.9, "center"),
        Column("Tự chấm", 0.6, "center"),
        Column("Đề xuất", 0.6, "center"),
    )
    table = Table(columns, tuple(_line(number, one) for number, one in enumerate(rows, 1)), size=11)
    body: list[Block] = [
        Heading("I. CÔNG VIỆC ĐÃ LÀM"),
        Paragraph(
            f"{author} đã kiểm tra {len(rows):02d} hồ sơ đề nghị đánh giá, phân hạng; yêu cầu bổ sung"
            f" {sum(len(one.gaps) for one in rows)} nội dung; khảo sát thực tế"
            f" {sum(len(one.visits) for one in rows)} lượt."
        ),
        table,
        Heading("II. ĐÁNH GIÁ TỪNG HỒ SƠ"),
    ]
    for number, one in enumerate(rows, 1):
        body += [Heading(f"{number}. {one.dossier.product.name} ({one.dossier.subject.name})", 3), *_details(one)]
    body += [
        Heading("III. KIẾN NGHỊ"),
        Paragraph(
            f"Đề nghị Hội đồng xem xét, đánh giá {len(rows):02d} sản phẩm nêu trên. Điểm đề xuất để tham khảo, mỗi"
            " thành viên chấm điểm độc lập."
        ),
    ]
    return Paper(
        kind="Báo cáo",
        summary="Đánh giá hồ sơ sản phẩm OCOP trình Hội đồng",
        day=day,
        organ_parent=organ.name,
        organ=author,
        symbol="BC-OCOP" if by_agency else "BC-TTV",
        place=organ.place,
        dated=False,
        to=(f"Chủ tịch Hội đồng đánh giá, phân hạng sản phẩm OCOP cấp {level}",),
        body=tuple(body),
        signers=(Signature(("THỦ TRƯỞNG",) if by_agency else ("TỔ TRƯỞNG",)),),
        recipients=("Như trên", "Lưu: VT"),
        rehearsal=settings.REHEARSAL,
    )


def _line(number: int, one: Checked) -> tuple[str, ...]:
    dossier = one.dossier
    settled = sum(gap.state == GapState.CLOSED for gap in one.gaps)
    return (
        str(number),
        dossier.product.name,
        dossier.subject.name,
        f"{dossier.number}\n{KIND_NAMES[Kind(dossier.kind)].lower()}",
        f"{settled}/{len(one.gaps)}" if one.gaps else "không có",
        ", ".join(vi_date(visit.held_on) for visit in one.visits) or "không",
        str(sum(one.own.values())),
        str(one.total) if one.advice else "",
    )


def _details(one: Checked) -> Iterable[Block]:
    lines = []
    for gap in one.gaps:
        where = f" (tiêu chí {gap.criterion})" if gap.criterion else ""
        lines.append(f"Yêu cầu bổ sung{where}: {gap.text.rstrip('.')}. {gap.get_state_display()}.")
    for visit in one.visits:
        found = [f"{row.criterion}: {row.text.rstrip('.')}" for row in visit.findings.all()]
        noted = f" Ghi nhận theo tiêu chí: {'; '.join(found)}." if found else ""
        lines.append(
            f"Khảo sát ngày {vi_date(visit.held_on)} tại {visit.place}, tham gia: {visit.people.rstrip('.')}."
            f" {visit.summary.rstrip('.')}.{noted}".replace(" ..", ".").replace(" . ", " ")
        )
    for advice in one.advice:
        own, points = one.own.get(advice.criterion, 0), one.proposed[advice.criterion]
        if own != points:
            why = f" ({advice.reason.rstrip('.')})" if advice.reason else ""
            lines.append(f"Tiêu chí {advice.criterion}: tự chấm {own} điểm, đề xuất {points} điểm{why}.")
    return dashes(*lines) or (Paragraph("Hồ sơ đủ thành phần; không có nội dung phải bổ sung."),)


def council_report(session: Session, readings: Sequence[Reading]) -> Paper:
    """Return the council's report to the chair of its committee (báo cáo đánh giá của Hội đồng, art. 7(3)d)."""
    council, members = session.council, seats_of(session)
    conclusions = [read.conclusion for read in readings]
    scoring = [member for member in members if member.scores]
    here = sum(member.here for member in scoring)  # type: ignore[attr-defined]  # seats_of
    needed = rules_of(session).least_present(len(scoring))
    opened = f", khai mạc {hour(session.opened_at)}" if session.opened_at else ""
    rows = tuple(
        (
            str(number),
            one.dossier.product.name,
            one.dossier.subject.name,
            str(one.sheets),
            mean(one.points, one.sheets) if one.sheets else "",
            conclusion_words(one).rstrip("."),
        )
        for number, one in enumerate(conclusions, 1)
    )
    columns = (
        Column("TT", 0.4, "center"),
        Column("Sản phẩm", 2),
        Column("Chủ thể", 2),
        Column("Số phiếu", 0.6, "center"),
        Column("Điểm bình quân", 0.8, "center"),
        Column("Kết quả", 1.5),
    )
    body: list[Block] = [
        Heading("I. TỔ CHỨC ĐÁNH GIÁ"),
        Paragraph(
            f"{council.name} (Quyết định số {council.decision.number} ngày {vi_date(council.decision.day)} của"
            f" {council.organ.name}) họp {vi_long_date(session.held_on)}{opened}, tại {session.place}. Có mặt"
            f" {here}/{len(scoring)} thành viên được chấm điểm, quy chế cần từ {needed}."
        ),
        Heading("II. KẾT QUẢ"),
        Paragraph(f"Hội đồng kết luận {len(conclusions):02d} sản phẩm: {'; '.join(by_result(conclusions))}."),
        Table(columns, rows, size=11),
        Heading("III. NỘI DUNG CẦN LƯU Ý"),
        *(_notes(readings) or [Paragraph("Không có.")]),
        Heading("IV. ĐỀ XUẤT"),
        *_wishes(session, conclusions),
    ]
    return Paper(
        kind="Báo cáo",
        summary=f"Kết quả đánh giá, phân hạng sản phẩm OCOP: {session.name}",
        day=session.held_on,
        organ_parent=council.organ.name,
        organ=COUNCIL,
        symbol="BC-HĐ",
        place=council.organ.place,
        dated=False,
        to=(f"Chủ tịch {council.organ.name}",),
        body=tuple(body),
        signers=(Signature(("TM. HỘI ĐỒNG", "CHỦ TỊCH")),),
        recipients=("Như trên", "Cơ quan tham mưu quản lý OCOP", "Lưu: Hội đồng"),
        rehearsal=settings.REHEARSAL,
    )


def _notes(readings: Sequence[Reading]) -> list[Block]:
    found: list[Block] = []
    for read in readings:
        conclusion = read.conclusion
        said = [f"{line.label}: {line.evidence}" for line in read.conditions if not line.met]
        if conclusion.deviation_stands:
            low, high = read.spread or (0, 0)
            said.append(f"sau vòng cuối điểm còn chênh lệch {high - low} điểm")
        if read.way_up:
            said.append(read.way_up.rstrip("."))
        if said:
            found.append(Paragraph((bold(f"- {conclusion.dossier.product.name}: "), f"{'; '.join(said)}.")))
    return found


def _wishes(session: Session, conclusions: Sequence[Any]) -> tuple[Paragraph, ...]:
    chair = f"Chủ tịch {session.council.organ.name}"
    ours: dict[str, list[Any]] = defaultdict(list)
    for conclusion in conclusions:
        ours[conclusion.result].append(conclusion)
    wishes = []
    if recognised := ours[Result.RECOGNISED]:
        wishes.append(f"Đề xuất {chair} công nhận, cấp giấy chứng nhận: {'; '.join(by_result(recognised))}.")
    if potential := ours[Result.POTENTIAL_5]:
        wishes.append(
            f"Đề xuất {chair} phê duyệt kết quả {len(potential):02d} sản phẩm có tiềm năng đạt 5 sao và gửi hồ sơ đề"
            " nghị Bộ đánh giá, phân hạng."
        )
    if up := ours[Result.SEND_UP]:
        wishes.append(f"Chuyển hồ sơ {len(up):02d} sản phẩm lên Hội đồng cấp tỉnh.")
    if failed := ours[Result.BELOW_3] + ours[Result.REJECTED]:
        wishes.append(f"Thông báo kết quả {len(failed):02d} sản phẩm chưa được công nhận, hướng dẫn hoàn thiện.")
    return dashes(*wishes)
