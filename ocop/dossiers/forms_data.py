"""Fields of Mẫu số 01 and 02 as data. Source: QĐ 26/2026/QĐ-TTg annex III."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One blank of a form. kind  text, long, tick, number; personal values stay in registry, not here."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    hint: str = ""


FORM_01 = (Field("samples", "Số lượng sản phẩm mẫu", "number", hint="Nhóm du lịch không cần sản phẩm mẫu"),)

FORM_02 = (
    Field("specification", "Mô tả về quy cách sản phẩm, tiêu chuẩn", "long", required=True),
    Field("has_registration", "Giấy đăng ký kinh doanh", "tick"),
    Field("has_declaration", "Đã công bố chất lượng sản phẩm theo quy định", "tick"),
    Field("has_food_safety", "Giấy chứng nhận cơ sở đủ điều kiện vệ sinh an toàn thực phẩm", "tick"),
    Field("has_condition", "Giấy chứng nhận cơ sở đủ điều kiện sản xuất bắt buộc", "tick"),
    Field("ip_trademark", "Giấy chứng nhận đăng ký nhãn hiệu", "tick"),
    Field(
        "ip_geographical",
        "Văn bản ghi nhận quyền sử dụng chỉ dẫn địa lý, nhãn hiệu tập thể, nhãn hiệu chứng nhận",
        "tick",
    ),
    Field("ip_patent", "Bằng sáng chế", "tick"),
    Field("ip_design", "Bằng độc quyền kiểu dáng công nghiệp", "tick"),
    Field("ip_copyright", "Giấy chứng nhận bản quyền tác giả", "tick"),
    Field("ip_other", "Sở hữu trí tuệ khác (ghi rõ)"),
    Field("history", "Lịch sử hình thành của chủ thể", "long", required=True),
    Field("organisation", "Cơ cấu tổ chức của chủ thể", "long", required=True),
    Field(
        "plan_results",
        "Kết quả thực hiện phương án sản xuất, kinh doanh",
        "long",
        required=True,
        hint="Vùng nguyên liệu, công nghệ; thay đổi về chất lượng, bao bì; thị trường; doanh thu, lợi nhuận",
    ),
    Field("next_plan", "Kế hoạch sản xuất, kinh doanh thời gian tới", "long", required=True),
)

CHANGES = Field(
    "changes",
    "Những thay đổi, kết quả từ khi được công nhận",
    "long",
    required=True,
    hint="Nguyên liệu, công nghệ, bao bì, công bố chất lượng, kiểm nghiệm định kỳ, thị trường, sản lượng, doanh thu",
)


def fields_for(kind: str) -> tuple[Field, ...]:
    """Return the blanks of forms 01 and 02 for a kind of evaluation (art. 6(1)a, b, c)."""
    return (*FORM_01, *FORM_02, *(() if kind == "first" else (CHANGES,)))
