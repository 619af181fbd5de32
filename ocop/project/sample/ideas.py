"""Invented products before their registration: one at every stage, one that dropped out, the sites of their subject."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ocop.accounts.models import User
from ocop.kernel.time import day_of
from ocop.registry import services
from ocop.registry.models import Product, ProductSet, SiteKind, Subject
from ocop.registry.rules import Cause, Scale
from ocop.registry.services import YearFigures

from .walk import at
from .world import mark

# name, set, materials, days ago, how far: 0 registered, 1 appraised, 2 with plan, 3 potential, 4 pack and stamp
IDEAS = (
    ("Trà lá sen Bản Chù", 12, "Lá sen của 14 hộ trong thôn, khoảng 3 ha", 6, 0),
    ("Bánh gio Nà Coóc", 6, "Gạo nếp nương tại xã", 3, 0),
    ("Măng ớt Khuổi Đao", 7, "Măng vầu rừng trồng, 5 ha", 40, 1),
    ("Dầu lạc ép Bản Khun", 9, "Lạc đỏ của tổ liên kết, 12 ha", 75, 2),
    ("Tinh bột nghệ Nà Mèo", 20, "Nghệ đỏ, 4 ha", 150, 3),
    ("Trà gừng Pác Cáp", 12, "Gừng trâu, 2,5 ha", 210, 4),
)


def ideas(subject: Subject, producer: User, officer: User, *, now: datetime) -> None:
    """Make them for one subject: its producer registers and plans, the commune's officer appraises and confirms."""
    today = day_of(now)
    sets = ProductSet.objects.in_bulk([number for _, number, *_ in IDEAS], field_name="number")
    for name, number, materials, ago, far in IDEAS:
        day = today - timedelta(days=ago)
        product = _registered(subject, producer, name, sets[number], materials, day)
        if far >= 1:
            _appraise(product, officer, day + timedelta(days=5), passed=True)
        if far >= 2:
            _plan(product, producer, day + timedelta(days=20))
        if far >= 3:
            when = at(day + timedelta(days=25))
            services.confirm_potential(product=product, version=product.version, by=officer, now=when)
        if far >= 4:
            _pack(product, officer, day + timedelta(days=90))
    returned = _registered(
        subject,
        producer,
        "Rượu chuối Nà Lòa",
        ProductSet.objects.get(number=15),
        "Chuối tây",
        today - timedelta(days=12),
    )
    _appraise(returned, officer, today - timedelta(days=8), passed=False)
    dropped = _registered(
        subject,
        producer,
        "Nấm hương Khau Tàm",
        ProductSet.objects.get(number=7),
        "Mua ngoài xã",
        today - timedelta(days=90),
    )
    services.withdraw_product(
        product=dropped,
        version=dropped.version,
        cause=Cause.MATERIAL,
        reason="Chưa chủ động được vùng nguyên liệu trong xã",
        by=producer,
        now=at(today - timedelta(days=60)),
    )
    _sites(subject, producer, now)


def _registered(
    subject: Subject, producer: User, name: str, product_set: ProductSet, materials: str, day: date
) -> Product:
    assert subject.commune is not None
    return services.register_idea(
        subject=subject,
        name=mark(name),
        commune=subject.commune,
        product_set=product_set,
        materials=materials,
        scale=Scale.TRIAL,
        needs="Thiết kế bao bì, kiểm nghiệm",
        by=producer,
        now=at(day),
        is_sample=True,
    )


def _appraise(product: Product, officer: User, day: date, *, passed: bool) -> None:
    opinion = (
        "Vùng nguyên liệu ổn định, lao động tại chỗ; đề nghị lập phương án."
        if passed
        else "Ghi rõ diện tích vùng nguyên liệu và số hộ tham gia."
    )
    services.appraise_idea(
        product=product,
        version=product.version,
        passed=passed,
        material_area=30_000,
        local_share=85,
        workers=14,
        local_workers=12,
        opinion=opinion,
        by=officer,
        now=at(day),
    )


def _plan(product: Product, producer: User, day: date) -> None:
    years = [
        YearFigures(day.year + n, 1200 + 600 * n, 144_000 + 86_500 * n, 210_000 if n == 0 else 45_000, 14 + n)
        for n in range(3)
    ]
    services.hand_in_plan(
        product=product,
        version=product.version,
        years=years,
        output_unit="kg",
        technology="Sơ chế, sấy lạnh, đóng gói hút chân không.",
        market="Cửa hàng trong tỉnh, sàn thương mại điện tử.",
        by=producer,
        now=at(day),
    )


def _pack(product: Product, officer: User, day: date) -> None:
    services.record_packaging(
        product=product,
        version=product.version,
        pack="Hộp giấy 20 túi lọc, nhãn đủ nội dung bắt buộc",
        stamp="Tem QR truy xuất do tỉnh cấp, quét ra đúng lô",
        from_day=day,
        by=officer,
        now=at(day),
    )


def _sites(subject: Subject, producer: User, now: datetime) -> None:
    assert subject.commune is not None
    products = list(subject.products.order_by("pk")[:2])
    for kind, name, size, capacity, unit in (
        (SiteKind.WORKSHOP, "Xưởng chế biến", 600, 200, "kg/ngày"),
        (SiteKind.MATERIAL_AREA, "Vùng nguyên liệu liên kết", 42_500, None, ""),
    ):
        services.save_site(
            subject=subject,
            kind=kind,
            name=mark(name),
            commune=subject.commune,
            products=products,
            size=size,
            capacity=capacity,
            capacity_unit=unit,
            position="22.14700, 105.26300",
            by=producer,
            now=now,
        )
