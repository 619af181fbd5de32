"""Papers of this room: the certificate as a print, decisions, submission; those to the ministry: ministry.py.

Every word and figure comes from the rows. Layout: NĐ 30/2020/NĐ-CP annex I; contents: programme.md section 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ocop.accounts.models import Agency
from ocop.councils.models import Conclusion
from ocop.councils.papers.parts import LEVELS, government_law, regime_words
from ocop.councils.rules import Result
from ocop.documents.models import Document
from ocop.kernel.papers.certificate import CertificateFacts
from ocop.kernel.papers.certificate import certificate_pdf as draw
from ocop.kernel.papers.tree import (
    Annex,
    Column,
    Paper,
    Paragraph,
    Signature,
    Table,
    Text,
    article,
    bold,
    clauses,
    dashes,
    roman,
)
from ocop.kernel.templatetags.ocop import mean
from ocop.kernel.time import vi_date, vi_long_date

from .models import Certificate
from .queries import qr_text
from .rules import MONTHS, end_of, ministry_on

# What changed a regime while it was in force: regime, day, number.
_AMENDMENTS = (("2019", date(2020, 6, 8), "781/QĐ-TTg"), ("2023", date(2025, 7, 6), "1489/QĐ-TTg"))


def certificate_pdf(certificate: Certificate, *, rehearsal: bool) -> bytes:
    """Return the certificate (giấy chứng nhận) as PDF, A4 landscape."""
    recognition = certificate.recognition
    decision = recognition.decision
    if decision.day is None or recognition.valid_from is None or recognition.valid_until is None:
        raise ValueError("a certificate has its decision and its days")
    organ = recognition.organ_name
    return draw(
        CertificateFacts(
            url=qr_text(recognition),
            code=recognition.code,
            number=certificate.number,
            organ=organ,
            product=recognition.product.name,
            stars=recognition.stars or 0,
            subject=recognition.subject_name,
            address=recognition.place_name,
            decision_number=decision.number,
            decision_day=decision.day,
            months=MONTHS,
            valid_from=recognition.valid_from,
            valid_until=recognition.valid_until,
            place=decision.organ.place if decision.organ else "",
            day=certificate.issued_on,
            signer=Signature((f"TM. {organ.split(' tỉnh ')[0].split(' huyện ')[0]}".upper(), "CHỦ TỊCH")),
        ),
        rehearsal=rehearsal,
    )


def recognition_decision(
    conclusions: Sequence[Conclusion], *, organ: Agency, decision: Document | None, day: date, rehearsal: bool
) -> Paper:
    """Return the decision that recognises 3 and 4 stars (Quyết định công nhận), with its list.

    decision  None: a draft, without number and day. day  of the decision, or of the draft
    Source: QĐ 26/2026/QĐ-TTg art. 7(3)đ, e.
    """
    subjects = len({conclusion.dossier.subject_id for conclusion in conclusions})
    level = LEVELS[organ.level]
    term = f", từ {vi_long_date(day)} đến hết {vi_long_date(end_of(day))}" if decision else ""
    orders = (
        article(
            1,
            f"Công nhận kết quả đánh giá, phân hạng và cấp giấy chứng nhận cho {len(conclusions):02d} sản phẩm của"
            f" {subjects:02d} chủ thể, gồm: {_by_stars(conclusions)} (có danh sách kèm theo).",
        ),
        article(2, "Thời hạn và trách nhiệm"),
        *clauses(
            f"Giấy chứng nhận có giá trị trong thời hạn {MONTHS} tháng kể từ ngày ký Quyết định này{term}.",
            "Chủ thể có sản phẩm được công nhận duy trì các tiêu chí đã được đánh giá, chịu trách nhiệm về chất lượng"
            " sản phẩm; sử dụng nhãn hiệu OCOP đúng hạng sao, đúng thời hạn của giấy chứng nhận.",
            f"Cơ quan tham mưu quản lý OCOP cấp {level} và Ủy ban nhân dân cấp xã có liên quan hướng dẫn, kiểm tra,"
            " giám sát sản phẩm sau khi được công nhận.",
        ),
        article(
            3,
            f"Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng Ủy ban nhân dân {level}, thủ trưởng các cơ"
            " quan, đơn vị có liên quan, Chủ tịch Ủy ban nhân dân cấp xã có liên quan và các chủ thể có tên trong danh"
            " sách chịu trách nhiệm thi hành Quyết định này.",
        ),
    )
    return _decision(
        "Công nhận kết quả đánh giá, phân hạng và cấp giấy chứng nhận sản phẩm OCOP",
        conclusions,
        orders=orders,
        annex=Annex("Danh sách sản phẩm OCOP được công nhận", (_list(conclusions),), landscape=True),
        organ=organ,
        decision=decision,
        day=day,
        rehearsal=rehearsal,
    )


def approval_decision(
    conclusions: Sequence[Conclusion], *, organ: Agency, decision: Document | None, day: date, rehearsal: bool
) -> Paper:
    """Return the decision that approves results of 90 points and more (Quyết định phê duyệt kết quả), with its list.

    decision  None: a draft. Source: QĐ 26/2026/QĐ-TTg art. 7(3)e.
    """
    level, ministry = LEVELS[organ.level], ministry_on(day)
    orders = (
        article(
            1,
            f"Phê duyệt kết quả đánh giá {len(conclusions):02d} sản phẩm có tiềm năng đạt 5 sao (có danh sách kèm"
            f" theo); đề nghị {ministry} đánh giá, phân hạng.",
        ),
        article(
            2,
            f"Cơ quan tham mưu quản lý OCOP cấp {level} hoàn thiện hồ sơ trình {ministry}. Sản phẩm chưa có hạng sao và"
            " chưa được cấp giấy chứng nhận cho tới khi có kết quả của Bộ.",
        ),
        article(
            3,
            f"Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng Ủy ban nhân dân {level}, thủ trưởng các cơ"
            " quan, đơn vị và các chủ thể có liên quan chịu trách nhiệm thi hành Quyết định này.",
        ),
    )
    return _decision(
        "Phê duyệt kết quả đánh giá sản phẩm OCOP có tiềm năng đạt 5 sao",
        conclusions,
        orders=orders,
        annex=Annex("Danh sách sản phẩm có tiềm năng đạt 5 sao", (_list(conclusions),), landscape=True),
        organ=organ,
        decision=decision,
        day=day,
        rehearsal=rehearsal,
    )


def submission(conclusions: Sequence[Conclusion], *, organ: Agency, day: date, rehearsal: bool) -> Paper:
    """Return the draft by which the advisory agency lays a council's result before the committee (Tờ trình)."""
    session = conclusions[0].item.session
    level = LEVELS[organ.level]
    potential = conclusions[0].result == Result.POTENTIAL_5
    wish = (
        f"phê duyệt kết quả đánh giá và đề nghị {ministry_on(day)} đánh giá, phân hạng {len(conclusions):02d} sản phẩm"
        " có tiềm năng đạt 5 sao"
        if potential
        else f"công nhận và cấp giấy chứng nhận cho {len(conclusions):02d} sản phẩm, gồm: {_by_stars(conclusions)}"
    )
    body = (
        *(Paragraph(f"Căn cứ {law};") for law in _laws(conclusions, day)),
        Paragraph(
            f"Ngày {vi_date(session.held_on)}, {session.council.name} đã họp ({session.name}) và đề nghị"
            f" Chủ tịch {organ.name} {wish}."
        ),
        Paragraph(
            f"Cơ quan tham mưu quản lý OCOP cấp {level} kính trình Chủ tịch {organ.name} xem xét, quyết định (có danh"
            " sách kèm theo)."
        ),
        Paragraph("Hồ sơ gửi kèm:"),
        *dashes(f"Biên bản họp Hội đồng ngày {vi_date(session.held_on)};", "Dự thảo Quyết định."),
    )
    return Paper(
        kind="Tờ trình",
        summary="Về kết quả đánh giá, phân hạng sản phẩm OCOP",
        day=day,
        body=body,
        organ=f"Cơ quan tham mưu quản lý OCOP cấp {level}",
        organ_parent=organ.name,
        symbol="TTr-OCOP",
        place=organ.place,
        dated=False,
        draft=True,
        to=(f"Chủ tịch {organ.name}",),
        signers=(Signature(("THỦ TRƯỞNG",)),),
        recipients=("Như trên", "Lưu: VT"),
        annexes=(Annex("Danh sách sản phẩm", (_list(conclusions),), landscape=True),),
        rehearsal=rehearsal,
    )


def _decision(
    summary: str,
    conclusions: Sequence[Conclusion],
    *,
    orders: tuple[Paragraph, ...],
    annex: Annex,
    organ: Agency,
    decision: Document | None,
    day: date,
    rehearsal: bool,
) -> Paper:
    """A decision of the chair of a committee on a council's conclusions: bases, orders, list."""
    councils = {c.item.session.council_id: c.item.session.council for c in conclusions}
    sessions = {c.item.session_id: c.item.session for c in conclusions}
    founded = [
        f"Căn cứ Quyết định số {council.decision.number} ngày {vi_date(council.decision.day)} của {council.organ.name}"
        f" thành lập {council.name}"
        for council in councils.values()
    ]
    held = [f"Căn cứ Biên bản họp Hội đồng ngày {vi_date(s.held_on)} ({s.name})" for s in sessions.values()]
    proposer = f"Theo đề nghị của cơ quan tham mưu quản lý OCOP cấp {LEVELS[organ.level]}"
    return Paper(
        kind="Quyết định",
        summary=summary,
        day=day,
        body=orders,
        organ=organ.name,
        organ_parent=organ.parent_name,
        number=decision.number if decision else None,
        symbol="QĐ-UBND",
        place=organ.place,
        dated=decision is not None,
        draft=decision is None,
        issuer=f"Chủ tịch {organ.name}",
        bases=(*(f"Căn cứ {law}" for law in _laws(conclusions, day)), *founded, *held, proposer),
        signers=(Signature(("CHỦ TỊCH",)),),
        recipients=("Như Điều 3", "Lưu: VT"),
        annexes=(annex,),
        rehearsal=rehearsal,
    )


def _list(conclusions: Sequence[Conclusion]) -> Table:
    """The list of products, a band for each rank, the highest first."""
    columns = (
        Column("TT", 0.4, "center"),
        Column("Tên sản phẩm", 2.2),
        Column("Chủ thể", 2.2),
        Column("Xã, phường", 1.4),
        Column("Bộ sản phẩm", 2),
        Column("Loại đánh giá", 1),
        Column("Điểm bình quân", 0.8, "center"),
    )
    ranks = sorted({_stars(conclusion) for conclusion in conclusions}, reverse=True)
    rows: list[tuple[Text, ...]] = []
    for number, stars in enumerate(ranks, 1):
        ours = [conclusion for conclusion in conclusions if _stars(conclusion) == stars]
        name = f"Hạng {stars} sao" if stars else "Tiềm năng 5 sao"
        rows.append((bold(f"{roman(number)}. {name} ({len(ours)} sản phẩm)"),))
        rows += [_row(position, conclusion) for position, conclusion in enumerate(ours, 1)]
    return Table(columns, tuple(rows))


def _row(position: int, conclusion: Conclusion) -> tuple[Text, ...]:
    dossier = conclusion.dossier
    return (
        str(position),
        dossier.product.name,
        subject_name(conclusion),
        dossier.commune.full_name,
        dossier.product.product_set.name if dossier.product.product_set else "",
        dossier.get_kind_display(),
        mean_points(conclusion),
    )


def subject_name(conclusion: Conclusion) -> str:
    """The subject's name at the recognition, or today's in a draft."""
    recognition = getattr(conclusion, "recognition", None)
    return recognition.subject_name if recognition else conclusion.dossier.subject.name


def _stars(conclusion: Conclusion) -> int:
    """The stars recognised, or proposed in a draft; 0 for a potential 5-star product, which has none yet."""
    recognition = getattr(conclusion, "recognition", None)
    return (recognition.stars if recognition else conclusion.stars) or 0


def mean_points(conclusion: Conclusion) -> str:
    return mean(conclusion.points, conclusion.sheets)


def _by_stars(conclusions: Sequence[Conclusion]) -> str:
    """'02 sản phẩm hạng 4 sao, 03 sản phẩm hạng 3 sao'."""
    ranks = [_stars(conclusion) for conclusion in conclusions]
    counted = [(stars, ranks.count(stars)) for stars in sorted(set(ranks), reverse=True)]
    return ", ".join(f"{count:02d} sản phẩm hạng {stars} sao" for stars, count in counted)


def _laws(conclusions: Sequence[Conclusion], day: date) -> list[str]:
    """The laws a decision stands on: local government on that day, the regimes of the dossiers, their changes."""
    regimes = {c.dossier.scorecard.regime_id: c for c in conclusions}
    laws = [government_law(day)]
    for code, conclusion in sorted(regimes.items()):
        laws.append(regime_words(conclusion.dossier.scorecard.regime))
        changed = [(first, number) for regime, first, number in _AMENDMENTS if regime == code and first <= day]
        laws += [
            f"Quyết định số {number} {vi_long_date(first)} sửa đổi, bổ sung quyết định này" for first, number in changed
        ]
    return laws
