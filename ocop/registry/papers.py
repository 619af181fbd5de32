"""Phiếu đăng ký ý tưởng on paper: for people without a phone. A form of our own: no decree has one."""

from __future__ import annotations

from datetime import date

from ocop.kernel.papers.tree import (
    Column,
    Field,
    Heading,
    Paper,
    Paragraph,
    Signature,
    Signatures,
    Spacer,
    Table,
    italic,
)
from ocop.kernel.time import vi_date

from .models import Product
from .rules import Stage

_NEXT = {
    Stage.IDEA: "UBND xã thẩm định vùng nguyên liệu, lao động rồi báo kết quả.",
    Stage.RETURNED: "Sửa theo ý kiến ở bảng trên rồi gửi lại; chưa có tài khoản thì đến UBND xã để được nhập hộ.",
    Stage.APPRAISED: "Lập và nộp phương án sản xuất kinh doanh.",
    Stage.PLANNED: "UBND xã xem phương án, xác nhận sản phẩm tiềm năng.",
    Stage.POTENTIAL: "Làm bao bì, tem truy xuất nguồn gốc; sẵn sàng thì đăng ký sản phẩm.",
    Stage.PACKAGED: "Được giới thiệu ở hội chợ, điểm bán. Đăng ký sản phẩm để lập hồ sơ đánh giá, phân hạng.",
    Stage.REGISTERED: "Lập hồ sơ đánh giá, phân hạng (Mẫu số 01, Mẫu số 02) nộp UBND xã.",
    Stage.WITHDRAWN: "Không còn. Làm lại thì đăng ký ý tưởng mới.",
}


def idea_slip(product: Product, *, day: date, rehearsal: bool) -> Paper:
    """Return the slip of an idea as it stands on a day: who registered what, each stage it entered, what comes next."""
    slip, subject = product.idea, product.subject
    place = product.commune.full_name if product.commune else product.place_note
    who = (
        Field("1. Chủ thể", subject.name if subject else ""),
        *([Field("2. Loại hình", subject.kind.name), Field("3. Điện thoại", subject.phone)] if subject else []),
    )
    changes = product.stage_changes.filter(day__lte=day).order_by("day", "pk")
    stages = tuple((vi_date(row.day), row.get_stage_display(), row.reason) for row in changes)
    return Paper(
        kind="Phiếu đăng ký ý tưởng",
        summary="Sản phẩm Chương trình Mỗi xã một sản phẩm (OCOP)",
        day=day,
        body=(
            Field("Số phiếu", slip.number),
            Field("Ngày đăng ký", vi_date(slip.registered_on)),
            Heading("I. NGƯỜI ĐĂNG KÝ"),
            *who,
            Heading("II. Ý TƯỞNG"),
            Field("1. Tên", product.name),
            Field("2. Mô tả", product.description),
            Field("3. Nguyên liệu chính, lấy từ đâu", slip.materials),
            Field("4. Hiện trạng", slip.get_scale_display()),
            Field("5. Cần hỗ trợ", slip.needs),
            Field("6. Nơi sản xuất", place),
            Heading(f"III. TÌNH TRẠNG ĐẾN NGÀY {vi_date(day)}"),
            Table((Column("Ngày", 0.8, "center"), Column("Giai đoạn", 1.6), Column("Ghi chú", 2)), stages),
            Field("Việc tiếp theo", _NEXT[Stage(product.stage)]),
            Paragraph(
                italic("Hỏi tại UBND xã nơi sản xuất, đọc số phiếu. Phiếu không thay hồ sơ đánh giá, phân hạng.")
            ),
            Spacer(4),
            Signatures(
                (
                    Signature(("NGƯỜI ĐĂNG KÝ",), note="(Ký, ghi rõ họ tên)"),
                    Signature(("CÁN BỘ TIẾP NHẬN",), note="(Ký, ghi rõ họ tên)"),
                )
            ),
        ),
        rehearsal=rehearsal,
    )
