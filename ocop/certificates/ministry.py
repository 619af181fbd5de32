"""Papers that go to the ministry with approved products: the letter, the list of samples. Source: art. 6(3), 7(3)e."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ocop.accounts.models import Agency
from ocop.councils.models import Conclusion
from ocop.councils.papers.parts import LEVELS, SIGN_HERE, regime_words
from ocop.documents.models import Document
from ocop.dossiers.rules import Kind
from ocop.kernel.papers.tree import Block, Column, Paper, Paragraph, Signature, Signatures, Table, dashes
from ocop.kernel.time import vi_date
from ocop.scorecards.rules.cards import TOURISM_SET

from .papers import mean_points, subject_name
from .rules import SAMPLES, ministry_on


def ministry_letter(
    conclusions: Sequence[Conclusion], *, organ: Agency, decision: Document, day: date, rehearsal: bool
) -> Paper:
    """Return the draft letter that asks the ministry to evaluate approved products (công văn); missed marks are shown.

    conclusions  all of re-evaluations, or none of them: the law asks for other papers
    Source: QĐ 26/2026/QĐ-TTg art. 6(3)a, b, 7(3)e.
    """
    again = is_again(conclusions[0])
    wish = "đánh giá, phân hạng lại" if again else "đánh giá, phân hạng"
    files = (
        *(
            ("báo cáo đánh giá của cơ quan tham mưu quản lý OCOP cấp tỉnh",)
            if again
            else (
                "báo cáo đánh giá của Tổ tư vấn Hội đồng cấp tỉnh",
                "báo cáo đánh giá của Hội đồng cấp tỉnh, biên bản họp Hội đồng",
                f"Quyết định số {decision.number} ngày {vi_date(decision.day)} phê duyệt kết quả đánh giá",
            )
        ),
        "hồ sơ sản phẩm, 01 bộ giấy và 01 bộ điện tử",
        "văn bản xác nhận kiểm tra, kiểm nghiệm bổ sung (nếu có)",
        "05 sản phẩm mẫu của mỗi sản phẩm (trừ nhóm dịch vụ du lịch)",
    )
    columns = (
        Column("TT", 0.4, "center"),
        Column("Sản phẩm", 2),
        Column("Chủ thể", 2),
        Column("Điểm bình quân", 0.8, "center"),
        Column("Tiêu chí chưa đạt mức tối thiểu 5 sao", 1.6),
    )
    rows = tuple(
        (
            str(number),
            conclusion.dossier.product.name,
            subject_name(conclusion),
            mean_points(conclusion),
            ", ".join(conclusion.marks_missed.get("5", [])) or "không",
        )
        for number, conclusion in enumerate(conclusions, 1)
    )
    body: tuple[Block, ...] = (
        Paragraph(
            f"Căn cứ {regime_words(conclusions[0].dossier.scorecard.regime)}, {organ.name} đã tổ chức đánh giá và phê"
            f" duyệt kết quả {len(conclusions):02d} sản phẩm đạt từ 90 điểm trở lên:"
        ),
        Table(columns, rows),
        Paragraph(f"{organ.name} kính đề nghị {ministry_on(day)} {wish} các sản phẩm trên. Hồ sơ gồm:"),
        *dashes(*(f"{text};" for text in files[:-1]), f"{files[-1]}."),
    )
    return Paper(
        kind=None,
        summary=f"đề nghị {wish} sản phẩm OCOP 5 sao",
        day=day,
        body=body,
        organ=organ.name,
        organ_parent=organ.parent_name,
        symbol="UBND-NNMT",
        place=organ.place,
        dated=False,
        draft=True,
        to=(ministry_on(day),),
        signers=(Signature(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),),
        recipients=("Như trên", "Lưu: VT"),
        rehearsal=rehearsal,
    )


def is_again(conclusion: Conclusion) -> bool:
    """Whether a product is evaluated again after its 36 months (art. 7(6))."""
    return conclusion.dossier.kind == Kind.RE_EVALUATION


def sample_list(conclusions: Sequence[Conclusion], *, organ: Agency, day: date, rehearsal: bool) -> Paper:
    """Return the list of samples that go to the ministry: five of each product but tourism (art. 6(3))."""
    rows = tuple(
        (
            str(number),
            conclusion.dossier.product.name,
            subject_name(conclusion),
            "không gửi mẫu" if conclusion.dossier.scorecard.set_no == TOURISM_SET else str(SAMPLES),
            "",
        )
        for number, conclusion in enumerate(conclusions, 1)
    )
    columns = (
        Column("TT", 0.4, "center"),
        Column("Sản phẩm", 2),
        Column("Chủ thể", 2),
        Column("Số mẫu", 0.8, "center"),
        Column("Lô, hạn dùng", 1.4),
    )
    return Paper(
        kind="Danh mục",
        summary=f"Sản phẩm mẫu gửi {ministry_on(day)}",
        day=day,
        body=(
            Table(columns, rows),
            Paragraph("Mẫu do chủ thể cung cấp, còn nguyên bao bì, nhãn và hạn sử dụng."),
            Signatures(
                (
                    Signature(("NGƯỜI GIAO",), note=SIGN_HERE),
                    Signature(("NGƯỜI NHẬN",), note=SIGN_HERE),
                )
            ),
        ),
        organ=f"Cơ quan tham mưu quản lý OCOP cấp {LEVELS[organ.level]}",
        organ_parent=organ.name,
        rehearsal=rehearsal,
    )
