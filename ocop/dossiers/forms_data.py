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

# Art. 6(1)b: an upgrade tells what changed against the product that was recognised.
CHANGES = (
    Field(
        "changes",
        "Những thay đổi so với sản phẩm OCOP đã được công nhận",
        "long",
        required=True,
        hint="Nội dung thay đổi và tài liệu minh chứng từng thay đổi",
    ),
)

# Art. 6(1)c: a re-evaluation brings each of these up to date, from the recognition to today.
UPDATES = tuple(
    Field(f"since_{name}", f"Từ khi được công nhận: {label}", "long", required=True, hint=hint)
    for name, label, hint in (
        ("material", "nguyên liệu", "Nguồn, vùng nguyên liệu, liên kết. Không đổi thì ghi “Không thay đổi”"),
        ("technology", "công nghệ sử dụng", "Thiết bị, quy trình mới"),
        ("packaging", "bao bì", "Quy cách, chất liệu, mẫu mã"),
        ("label", "nhãn mác", "Nội dung nhãn, mã vạch, tem truy xuất"),
        ("declaration", "công bố chất lượng", "Số, ngày của bản công bố đang dùng"),
        ("tests", "phiếu kiểm nghiệm định kỳ", "Ngày, kết quả từng lần kiểm nghiệm"),
        ("market", "thị trường tiêu thụ", "Nơi bán, kênh bán, xuất khẩu"),
        ("output", "sản lượng", "Từng năm, kèm đơn vị tính"),
        ("revenue", "doanh thu", "Từng năm"),
    )
)

_SINCE = {"first": (), "upgrade": CHANGES, "re_evaluation": UPDATES}


def fields_for(kind: str) -> tuple[Field, ...]:
    """Return the blanks of forms 01 and 02 for a kind of evaluation (art. 6(1)a, b, c)."""
    return (*FORM_01, *FORM_02, *since_fields(kind))


def since_fields(kind: str) -> tuple[Field, ...]:
    """Return the blanks that tell what happened since the recognition; none for a first evaluation."""
    return _SINCE[kind]


def tells_changes(name: str) -> bool:
    """Whether a blank tells of the time since the recognition: never taken over from an earlier dossier."""
    return any(name == blank.name for blanks in _SINCE.values() for blank in blanks)
