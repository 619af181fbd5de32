"""The office's own wording of papers: which papers may have a template, which fields, and what stands in them.

The list of fields is closed and the same for all papers of a session; a paper of one product has one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ocop.councils.models import Conclusion, Session
from ocop.councils.papers.parts import by_result, conclusion_words
from ocop.kernel.papers.template import Spec
from ocop.kernel.papers.tree import Column, Paper, Paragraph, Signature, Table
from ocop.kernel.papers.word import to_docx
from ocop.kernel.templatetags.ocop import mean
from ocop.kernel.time import vi_date, vi_long_date

FIELDS = {
    "dau": "chữ DỰ THẢO khi chưa có số, DIỄN TẬP khi diễn tập; để ở đầu trang",
    "so": "số, ký hiệu; chưa có số thì để chỗ trống",
    "dia_danh_ngay": "địa danh, ngày tháng năm",
    "co_quan": "cơ quan ban hành",
    "co_quan_cap_tren": "cơ quan cấp trên",
    "trich_yeu": "trích yếu",
    "kinh_gui": "nơi nhận ở dòng Kính gửi",
    "can_cu": "các căn cứ, mỗi căn cứ một dòng",
    "hoi_dong": "tên Hội đồng",
    "quyet_dinh_hoi_dong": "số, ngày quyết định thành lập Hội đồng",
    "phien": "tên phiên",
    "ngay_hop": "ngày họp",
    "dia_diem": "địa điểm họp",
    "so_san_pham": "số sản phẩm, hai chữ số",
    "so_chu_the": "số chủ thể, hai chữ số",
    "ket_qua": "số sản phẩm theo kết quả",
}
ROWS = {
    "sp.tt": "thứ tự",
    "sp.ten": "tên sản phẩm",
    "sp.chu_the": "chủ thể",
    "sp.xa": "xã, phường",
    "sp.ho_so": "số hồ sơ",
    "sp.loai": "loại đánh giá",
    "sp.diem": "điểm bình quân",
    "sp.ket_qua": "kết quả, hạng sao",
}
ALWAYS = ("dau", "so", "dia_danh_ngay", "trich_yeu")
_CHAIR = (("CHỦ TỊCH",), ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"))
_COMMITTEE = tuple(("TM. ỦY BAN NHÂN DÂN", *lines) for lines in _CHAIR)
_AGENCY = (("THỦ TRƯỞNG",), ("GIÁM ĐỐC",), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), ("CHÁNH VĂN PHÒNG",))


@dataclass(frozen=True)
class Kind:
    """A paper that may have a template. signs  who may sign it, see Spec; listed  it names its products in a table"""

    title: str
    heading: str
    signs: tuple[tuple[str, ...], ...]
    listed: bool = True

    @property
    def spec(self) -> Spec:
        return Spec(FIELDS, ROWS, (*ALWAYS, *(("so_san_pham",) if self.listed else ())), self.signs)


KINDS = {
    "cong-nhan": Kind("Quyết định công nhận", "Quyết định", _CHAIR),
    "phe-duyet": Kind("Quyết định phê duyệt kết quả", "Quyết định", _CHAIR),
    "to-trinh": Kind("Tờ trình", "Tờ trình", _AGENCY),
    "bao-cao": Kind("Báo cáo của Hội đồng", "Báo cáo", tuple(("TM. HỘI ĐỒNG", *lines) for lines in _CHAIR)),
    "trinh-bo": Kind("Công văn trình Bộ", "Công văn", _COMMITTEE),
    "thong-bao": Kind("Thông báo kết quả tới chủ thể", "Thông báo", _COMMITTEE, listed=False),
    "thong-bao-xa": Kind("Thông báo kết quả tới xã, phường", "Thông báo", _COMMITTEE),
}


def values(paper: Paper, session: Session, conclusions: Sequence[Conclusion]) -> dict[str, str]:
    """Return what the fields stand for in one paper; every figure is that of the built-in print."""
    decision = session.council.decision
    return {
        "dau": " - ".join(paper.marks),
        "so": paper.number_line.removeprefix("Số: "),
        "dia_danh_ngay": paper.place_line,
        "co_quan": paper.organ.upper(),
        "co_quan_cap_tren": paper.organ_parent.upper(),
        "trich_yeu": paper.summary,
        "kinh_gui": "; ".join(paper.to),
        "can_cu": "\n".join(paper.basis_lines()),
        "hoi_dong": session.council.name,
        "quyet_dinh_hoi_dong": f"số {decision.number} ngày {vi_date(decision.day)}",
        "phien": session.name,
        "ngay_hop": vi_long_date(session.held_on),
        "dia_diem": session.place,
        "so_san_pham": f"{len(conclusions):02d}",
        "so_chu_the": f"{len({conclusion.dossier.subject_id for conclusion in conclusions}):02d}",
        "ket_qua": "; ".join(by_result(conclusions)),
    }


def rows(conclusions: Sequence[Conclusion]) -> list[dict[str, str]]:
    """Return what the fields of a row stand for, product by product."""
    return [
        {
            "sp.tt": str(number),
            "sp.ten": conclusion.dossier.product.name,
            "sp.chu_the": conclusion.dossier.subject.name,
            "sp.xa": conclusion.dossier.commune.full_name,
            "sp.ho_so": conclusion.dossier.number or "",
            "sp.loai": conclusion.dossier.get_kind_display(),
            "sp.diem": mean(conclusion.points, conclusion.sheets) if conclusion.sheets else "",
            "sp.ket_qua": conclusion_words(conclusion).rstrip("."),
        }
        for number, conclusion in enumerate(conclusions, 1)
    ]


SAMPLE = {
    "dau": "DỰ THẢO",
    "so": "      /QĐ-UBND",
    "dia_danh_ngay": "Tuyên Quang, ngày      tháng      năm 2026",
    "co_quan": "ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG",
    "co_quan_cap_tren": "",
    "trich_yeu": "Trích yếu của văn bản",
    "kinh_gui": "Ủy ban nhân dân xã Chiêm Hóa",
    "can_cu": "Căn cứ Luật Tổ chức chính quyền địa phương;\nCăn cứ Quyết định số 26/2026/QĐ-TTg.",
    "hoi_dong": "Hội đồng đánh giá, phân hạng sản phẩm OCOP tỉnh (ví dụ)",
    "quyet_dinh_hoi_dong": "số 321/QĐ-UBND ngày 26/09/2026",
    "phien": "Phiên chấm đợt 2 (ví dụ)",
    "ngay_hop": "ngày 01 tháng 10 năm 2026",
    "dia_diem": "Hội trường số 1",
    "so_san_pham": "02",
    "so_chu_the": "02",
    "ket_qua": "02 sản phẩm đề nghị công nhận 4 sao",
}
SAMPLE_ROWS = [
    {
        "sp.tt": str(number),
        "sp.ten": f"{name} (ví dụ)",
        "sp.chu_the": f"Hợp tác xã {name} (ví dụ)",
        "sp.xa": "xã Chiêm Hóa",
        "sp.ho_so": f"HS-2026-000{number}",
        "sp.loai": "Lần đầu",
        "sp.diem": "72,44",
        "sp.ket_qua": "Đề nghị công nhận 4 sao",
    }
    for number, name in enumerate(("Chè Shan tuyết", "Mật ong bạc hà"), 1)
]


def starter(kind: Kind, day: date) -> bytes:
    """Return a Word file with the fields of a paper in the form of NĐ 30/2020, to begin a template from."""
    columns = [
        ("TT", "sp.tt", 0.5),
        ("Sản phẩm", "sp.ten", 2),
        ("Chủ thể", "sp.chu_the", 2),
        ("Xã, phường", "sp.xa", 1.4),
    ]
    columns += [("Điểm", "sp.diem", 0.8), ("Kết quả", "sp.ket_qua", 1.6)]
    return to_docx(
        Paper(
            kind=kind.heading if kind.heading != "Công văn" else None,
            summary="{{trich_yeu}}",
            day=day,
            organ="{{co_quan}}",
            number="{{so}}",
            body=(
                Paragraph("{{dau}}", "right"),
                Paragraph("{{dia_danh_ngay}}", "right"),
                Paragraph("{{can_cu}}"),
                Paragraph("Nội dung: {{so_san_pham}} sản phẩm của {{so_chu_the}} chủ thể tại {{phien}}, {{ngay_hop}}."),
                Table(
                    tuple(Column(title, width) for title, _, width in columns),
                    (tuple(f"{{{{{name}}}}}" for _, name, _ in columns),),
                ),
            ),
            signers=(Signature(kind.signs[0]),),
            recipients=("Như trên", "Lưu: VT"),
        )
    )
