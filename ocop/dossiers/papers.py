"""Mẫu số 01, 02, 03 as papers, in the shape of annex III of QĐ 26/2026/QĐ-TTg; every word from the rows."""

from __future__ import annotations

from datetime import date

from ocop.kernel.papers.tree import (
    Annex,
    Block,
    Box,
    Column,
    Field,
    Heading,
    PageBreak,
    Paper,
    Paragraph,
    Signature,
    Signatures,
    Table,
    bold,
    italic,
)
from ocop.kernel.restricted import mask
from ocop.kernel.time import vi_date, vi_long_date
from ocop.registry.models import Subject

from .forms_data import since_fields
from .models import CommuneAssessment, Dossier, Slip
from .rules import KIND_NAMES, Kind
from .workspace import Sheet, assistance

TICKS_07C = ("has_food_safety", "has_condition")
LABELS_07 = {
    "has_registration": "a) Giấy đăng ký kinh doanh: ",
    "has_declaration": "b) Đã công bố chất lượng sản phẩm theo quy định: ",
    "has_food_safety": "- Giấy chứng nhận cơ sở đủ điều kiện vệ sinh an toàn thực phẩm theo quy định của pháp luật "
    "cho sản xuất sản phẩm: ",
    "has_condition": "- Giấy chứng nhận cơ sở đủ điều kiện sản xuất bắt buộc theo quy định cho sản phẩm "
    "(đối với các sản phẩm bắt buộc theo quy định): ",
    "ip_trademark": "+ Giấy chứng nhận đăng ký nhãn hiệu: ",
    "ip_geographical": "+ Văn bản ghi nhận quyền sử dụng chỉ dẫn địa lý, nhãn hiệu tập thể, nhãn hiệu chứng nhận: ",
    "ip_patent": "+ Bằng sáng chế: ",
    "ip_design": "+ Bằng độc quyền kiểu dáng công nghiệp: ",
    "ip_copyright": "+ Giấy chứng nhận bản quyền tác giả: ",
}
CONTENTS_03 = {  # in the words of Mẫu số 03
    "material": "1. Về sử dụng nguyên liệu địa phương",
    "labour": "2. Về sử dụng lao động địa phương",
    "idea_origin": "3. Nguồn gốc ý tưởng sản phẩm",
    "identity": "4. Bản sắc/trí tuệ địa phương",
}
IP = ("ip_trademark", "ip_geographical", "ip_patent", "ip_design", "ip_copyright")


def form_01(dossier: Dossier, *, day: date, rehearsal: bool) -> Paper:
    """Return Mẫu số 01: the registration (phiếu đăng ký), with the receipt boxes of commune and province."""
    subject, product = dossier.subject, dossier.product
    places = (
        (product.product_set.group.name, product.product_set.subgroup_name, product.product_set.printed_name)
        if (product.product_set)
        else ()
    )
    kinds: list[str | Box] = []
    for kind, name in KIND_NAMES.items():
        kinds += [name + (" " if kind == Kind.FIRST else ": "), Box(kind == dossier.kind), "   "]
    samples = dossier.forms.get("samples")
    province, slips = _province(dossier), {slip.level: slip for slip in dossier.slips.order_by("pk")}
    body: tuple[Block, ...] = (
        _strong("1. Thông tin về đơn vị đăng ký:"),
        Field("- Tên đơn vị", subject.name),
        Field("- Họ tên người đại diện pháp lý", subject.legal_representative),
        Field("- Chức vụ", subject.representative_title),
        Field("- Địa chỉ liên hệ", subject.address),
        Field("- Điện thoại", subject.phone),
        Field("- Email", subject.email),
        Field("2. Tên sản phẩm", product.name),
        Field("3. Nhóm sản phẩm đăng ký (Ngành, Nhóm, Phân nhóm¹)", "; ".join(part for part in places if part)),
        Paragraph(("4. Lần đăng ký đánh giá: ", *kinds), align="left"),
        _strong("5. Tài liệu kèm theo:"),
        Paragraph("- Báo cáo đánh giá về sản phẩm theo Bộ tiêu chí (bản gốc, bản điện tử)."),
        Field("- Sản phẩm mẫu (số lượng)", "" if samples is None else str(samples)),
        Paragraph(
            "Cam đoan những thông tin trong Phiếu đăng ký là đúng sự thật, chúng tôi xin cam kết tuân thủ các quy định "
            "về đánh giá, phân hạng sản phẩm OCOP, chịu trách nhiệm trước Hội đồng và pháp luật về Hồ sơ đăng ký "
            "đánh giá, phân hạng sản phẩm."
        ),
        Signatures((_signer(subject, "ĐẠI DIỆN", "(Ký, đóng dấu, ghi rõ họ tên)", dossier, day),)),
        Paragraph(
            italic(
                "¹ Theo Phụ lục I về Danh mục phân loại sản phẩm tham gia đánh giá, phân hạng sản phẩm OCOP "
                "(Quyết định 26/2026/QĐ-TTg)."
            ),
            indent=False,
        ),
        *_assisted(dossier),
        PageBreak(),
        Heading("PHẦN DÀNH CHO CƠ QUAN QUẢN LÝ", 1),
        *_receipt("DÀNH CHO ỦY BAN NHÂN DÂN CẤP XÃ", dossier, slips.get("commune")),
        *_receipt("DÀNH CHO CƠ QUAN QUẢN LÝ OCOP CẤP TỈNH", dossier, slips.get("province")),
    )
    return Paper(
        kind="Phiếu đăng ký",
        summary=f"Tham gia đánh giá, phân hạng sản phẩm OCOP của {province} năm {(dossier.filed_on or day).year}",
        day=dossier.filed_on or day,
        body=body,
        rehearsal=rehearsal,
    )


def form_02(dossier: Dossier, sheet: Sheet, *, day: date, restricted: bool, rehearsal: bool) -> Paper:
    """Return Mẫu số 02: the self-evaluation report, part III by criterion with its evidence.

    restricted  print the ethnic group; a reader by a council's grant gets it masked
    """
    subject, product = dossier.subject, dossier.product

    def text(name: str) -> tuple[Block, ...]:
        value = str(sheet.forms.get(name) or "")
        return tuple(Paragraph(line) for line in value.split("\n")) if value else (Field(""),)

    def tick(name: str) -> Paragraph:
        return Paragraph((LABELS_07[name], Box(bool(sheet.forms.get(name)))))

    other = str(sheet.forms.get("ip_other") or "")
    owned = bool(other) or any(sheet.forms.get(name) for name in IP)
    body: tuple[Block, ...] = (
        Heading("Phần I. THÔNG TIN CHUNG", 1),
        Field("1. Tên chủ thể", subject.name),
        *_person(subject, restricted=restricted, contact=True),
        Field("6. Ngày thành lập/đăng ký kinh doanh", vi_date(subject.founded_on) if subject.founded_on else ""),
        Field("Số giấy đăng ký (nếu có)", subject.registration_number),
        Field("7. Tên sản phẩm/dịch vụ, mô tả về quy cách sản phẩm, tiêu chuẩn", product.name),
        *text("specification"),
        Paragraph(italic("Đánh dấu (√) vào mục tương ứng:")),
        tick("has_registration"),
        tick("has_declaration"),
        Paragraph("c) Đã có các điều kiện sản xuất theo quy định:"),
        *(tick(name) for name in TICKS_07C),
        Paragraph(("d) Đã có đăng ký sở hữu trí tuệ: ", Box(owned))),
        *(tick(name) for name in IP),
        Paragraph(("+ Khác (ghi rõ): ", Box(bool(other)), f" {other}")),
        Paragraph("8. Lịch sử hình thành của chủ thể (nêu các giai đoạn hình thành và phát triển):"),
        *text("history"),
        Paragraph("9. Cơ cấu tổ chức của chủ thể:"),
        *text("organisation"),
        Heading("Phần II. KẾT QUẢ THỰC HIỆN PHƯƠNG ÁN SẢN XUẤT KINH DOANH", 1),
        *text("plan_results"),
        Heading("Phần III. ĐÁNH GIÁ KẾT QUẢ THỰC HIỆN THEO BỘ TIÊU CHÍ SẢN PHẨM OCOP", 1),
        _scores(sheet),
        *(
            ()
            if dossier.kind == Kind.FIRST
            else (
                _strong("Những thay đổi, kết quả từ khi được công nhận:"),
                *(
                    block
                    for blank in since_fields(dossier.kind)
                    for block in (Paragraph(f"- {blank.label}:"), *text(blank.name))
                ),
            )
        ),
        Heading("Phần IV. KẾ HOẠCH SẢN XUẤT, KINH DOANH", 1),
        *text("next_plan"),
        Signatures((_signer(subject, "ĐẠI DIỆN THEO PHÁP LUẬT CỦA CƠ SỞ", "(Ký, họ tên, đóng dấu)", dossier, day),)),
        *_assisted(dossier),
    )
    return Paper(
        kind="Báo cáo tự đánh giá về sản phẩm",
        summary="(Dành cho chủ thể có sản phẩm đăng ký)",
        day=dossier.filed_on or day,
        body=body,
        annexes=(Annex("Tài liệu minh chứng", (_papers(sheet),)),),
        organ=subject.name,
        rehearsal=rehearsal,
    )


def form_03(dossier: Dossier, assessment: CommuneAssessment, *, day: date, restricted: bool, rehearsal: bool) -> Paper:
    """Return Mẫu số 03: the commune's report and its proposal. Number and day are the commune's own register's."""
    subject, commune = dossier.subject, dossier.commune
    contents: list[Block] = []
    for name, title in CONTENTS_03.items():
        contents.append(_strong(f"{title}:"))
        lines = str(getattr(assessment, name)).split("\n")
        contents += [Paragraph(line) if line else Field("") for line in lines]
    organ = f"Ủy ban nhân dân {commune.full_name[0].lower()}{commune.full_name[1:]}"
    body: tuple[Block, ...] = (
        Heading("I. THÔNG TIN CHUNG VỀ HỒ SƠ SẢN PHẨM"),
        Field("1. Tên chủ thể", subject.name),
        *_person(subject, restricted=restricted, contact=False),
        Field("5. Sản phẩm đăng ký đánh giá", dossier.product.name),
        Heading("II. ĐÁNH GIÁ MỘT SỐ NỘI DUNG CỦA HỒ SƠ SẢN PHẨM"),
        *contents,
        Paragraph(
            f"{organ} đề nghị Ủy ban nhân dân {_province(dossier)} đánh giá, phân hạng sản phẩm OCOP cho sản phẩm "
            f"{dossier.product.name} của {subject.name}."
        ),
    )
    return Paper(
        kind="Báo cáo",
        summary="Đánh giá một số nội dung của hồ sơ đăng ký tham gia đánh giá, phân hạng sản phẩm OCOP",
        day=day,
        dated=False,
        organ=organ,
        symbol="BC-UBND",
        place=commune.name,
        body=body,
        signers=(Signature((f"TM. {organ}".upper(),), note="(Ký tên và đóng dấu)"),),
        recipients=(f"Ủy ban nhân dân {_province(dossier)}", subject.name, "Lưu: VT"),
        rehearsal=rehearsal,
    )


def _province(dossier: Dossier) -> str:
    """The province in a sentence: "tỉnh Tuyên Quang"."""
    area = dossier.commune
    while area.parent is not None:
        area = area.parent
    return area.full_name[0].lower() + area.full_name[1:]


def _strong(text: str) -> Paragraph:
    return Paragraph(bold(text))


def _person(subject: Subject, *, restricted: bool, contact: bool) -> tuple[Block, ...]:
    ethnic = subject.ethnic_group if restricted else mask(subject.ethnic_group)
    rows: list[Block] = [Field("2. Loại hình tổ chức", subject.kind.name), Field("3. Địa chỉ", subject.address)]
    if contact:
        rows += [Field("4. Điện thoại", subject.phone), Field("Email", subject.email)]
    rows += [
        Paragraph(f"{5 if contact else 4}. Tên người đại diện pháp luật:"),
        Field("- Họ tên", subject.legal_representative),
        Field("- Giới tính (Nam/nữ)", subject.get_representative_sex_display()),
        Field("- Dân tộc", ethnic),
        Field("- Địa chỉ thường trú"),
    ]
    return tuple(rows)


def _signer(subject: Subject, authority: str, note: str, dossier: Dossier, day: date) -> Signature:
    when = dossier.filed_on or day
    return Signature((authority,), subject.legal_representative, note, f"{dossier.commune.name}, {vi_long_date(when)}")


def _assisted(dossier: Dossier) -> tuple[Paragraph, ...]:
    """A note under the form, which stays as it is in annex III: who typed it for its subject, and on whose consent."""
    return tuple(
        Paragraph(italic(f"Cán bộ nhập hộ chủ thể trên phần mềm: {words}."), indent=False)
        for words in assistance(dossier)
    )


def _receipt(title: str, dossier: Dossier, slip: Slip | None) -> tuple[Block, ...]:
    """One receipt box: number and day where the office has the dossier, else blank."""
    year, commune = (dossier.filed_on or dossier.step_since).year, dossier.commune
    blank = f"……-……/PĐK-{commune.province_code}-{commune.code}-{year}"
    return (
        Heading(title),
        Field("Phiếu số", slip.number if slip else blank),
        Field("Ngày nhận", vi_date(slip.received_on) if slip else ""),
        Field("Người tiếp nhận"),
        Field("Chữ ký"),
        Signatures((Signature(("Cơ quan tiếp nhận",), note="(Ký, đóng dấu và ghi rõ họ tên)"),)),
    )


def _scores(sheet: Sheet) -> Table:
    rows: list[tuple[str, ...]] = []
    for part in sheet.parts:
        rows.append((f"Phần {part.part.code}. {part.part.name_vi}: {part.points}/{part.part.max_points} điểm",))
        for section in part.sections:
            for line in section.lines:
                proof = "; ".join(paper.evidence.name for paper in line.papers)
                words = ". ".join(text for text in (line.chosen.rstrip("."), line.explanation) if text)
                told = f"{words}. Minh chứng: {proof}" if proof else words
                points = f"{line.points}/{line.criterion.max_points}"
                rows.append((line.criterion.code, line.criterion.name_vi, points, told))
    rows.append((f"Tổng điểm tự đánh giá: {sheet.total}/100",))
    columns = (
        Column("TT", 0.6, "center"),
        Column("Tiêu chí", 2.2),
        Column("Điểm", 0.8, "center"),
        Column("Mô tả, tài liệu minh chứng", 4),
    )
    return Table(columns, tuple(rows))


def _papers(sheet: Sheet) -> Table:
    found: dict[int, tuple[str, str, str, list[str]]] = {}
    for code, line in sheet.lines.items():
        for paper in line.papers:
            row = paper.evidence
            entry = found.setdefault(
                row.pk, (row.name, row.number, vi_date(row.valid_from) if row.valid_from else "", [])
            )
            entry[3].append(code)
    columns = (
        Column("TT", 0.6, "center"),
        Column("Tài liệu", 4),
        Column("Số", 1.6),
        Column("Ngày", 1.4),
        Column("Tiêu chí", 1.4),
    )
    rows = tuple(
        (str(number), name, reference, when, ", ".join(codes))
        for number, (name, reference, when, codes) in enumerate(found.values(), 1)
    )
    return Table(columns, rows)
