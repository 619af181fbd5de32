"""The sample province: real rows as their sources tell them, invented ones ("(mẫu)") for every kind, set and status."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path

from django.db import transaction

from ocop.accounts.models import Level, User
from ocop.areas.models import Area
from ocop.certificates.models import Recognition
from ocop.certificates.services import record_recognition, revoke
from ocop.councils import services as councils
from ocop.councils.models import Council, Item, Team
from ocop.councils.proposals import rounds_of
from ocop.councils.queries import board_of
from ocop.councils.rounds import round_for
from ocop.councils.rules import TeamPart
from ocop.dossiers import services as dossiers
from ocop.kernel.audit import SYSTEM
from ocop.kernel.text import vi_key
from ocop.kernel.time import add_months, day_of
from ocop.registry.models import ProductSet, SubjectKind
from ocop.registry.services import add_member, add_product, add_subject

from .ideas import ideas
from .plans import PLANS, Plan
from .register import load_real_products
from .walk import Walk, Walked, at
from .world import World, make_world, mark

# One invented product for each set, so that every set, group and filter has something to show.
SAMPLES = {
    1: "Rau bò khai Nà Hai",
    2: "Gà đồi Khuổi Hóp",
    3: "Gạo tẻ thơm Bản Lằn",
    4: "Mật ong rừng Khau Cau",
    5: "Cơm lam đóng gói Nà Ráo",
    6: "Bún khô Pắc Cáp",
    7: "Chuối sấy dẻo Khuổi Ngọa",
    8: "Lạp sườn Nà Lừa",
    9: "Tương đỗ Làng Mòng",
    10: "Gia vị chẩm chéo Bản Tấng",
    11: "Chè bát tiên Đèo Vai",
    12: "Trà hoa vàng Khuổi Pín",
    13: "Ca cao Nà Cóc",
    14: "Rượu thóc Bản Luông",
    15: "Vang dâu rừng Khau Đao",
    16: "Nước khoáng Bó Lù",
    17: "Nước ép cam Đèo Cả",
    18: "Cao cà gai leo Nà Mỏ",
    19: "Xà phòng bồ kết Khuổi Lịa",
    20: "Tinh dầu quế Bản Khản",
    21: "Mũ nan Nà Pết",
    22: "Vải chàm Khuổi Trang",
    23: "Hoa lan rừng Nà Ca",
    24: "Đào cảnh Bản Pài",
    25: "Cá cảnh suối Bó Mon",
    26: "Điểm du lịch Thác Bản Cuôn",
}
# Days of issue before today, so that every status can be seen: expired, expiring in 8 to 85 days, in force, not yet.
AGES = (1400, 1088, 1070, 1011, 900, 640, 410, 250, 120, 30, -6)
STARS = (3, 4, 3, 5, 4, 3)


@transaction.atomic
def load_province(folder: Path, *, password: str, now: datetime) -> World:
    """Make people, real products, invented ones in every state, dossiers on their way. folder  reference/products"""
    world = make_world(now=at(date(2019, 8, 21)), password=password)
    load_real_products(folder, now=now)
    invented = [plan for plan in PLANS if not plan.row]
    walk = Walk(world, world.producers[0])
    for _, group in groupby(invented, key=lambda plan: plan.filed_on):
        walk.round(list(group))
    recorded = recorded_ones(world, now)
    revoke_one(world, recorded, now)
    extend_one(world, walk)
    on_their_way(world, walk, now)
    return world


def recorded_ones(world: World, now: datetime) -> list[Recognition]:
    """Recognitions of invented products, spread over communes of today, ages and stars."""
    day = day_of(now)
    found = Area.objects.in_force_on(day).communes().filter(province_code="08")
    communes = sorted(found, key=lambda area: vi_key(area.name))
    kinds = list(SubjectKind.objects.filter(tourism_only=False).order_by("position"))
    made: list[Recognition] = []
    for number, name in SAMPLES.items():
        area = communes[(number * 17) % len(communes)]
        subject = add_subject(
            name=mark(f"{kinds[number % len(kinds)].name.split(',')[0]} {name.split(' ', 1)[1]}"),
            kind=kinds[number % len(kinds)],
            commune=area,
            by=SYSTEM,
            now=now,
            is_sample=True,
        )
        if number % 5 == 0:
            add_member(subject=subject, user=world.producers[1], valid_from=date(2024, 1, 1), by=SYSTEM, now=now)
        product = add_product(
            subject=subject,
            name=mark(name),
            product_set=ProductSet.objects.get(number=number),
            commune=area,
            by=SYSTEM,
            now=now,
            is_sample=True,
            description="Sản phẩm hư cấu để thử hệ thống.",
        )
        stars = STARS[number % len(STARS)]
        issued = day - timedelta(days=AGES[number % len(AGES)])
        made.append(
            record_recognition(
                product=product,
                stars=stars,
                level=Level.MINISTRY if stars == 5 else Level.PROVINCE,
                organ_name="Bộ Nông nghiệp và Môi trường" if stars == 5 else "Ủy ban nhân dân tỉnh Tuyên Quang",
                number=f"{900 + number}/QĐ-{'BNNMT' if stars == 5 else 'UBND'}",
                decided_on=issued,
                year=issued.year,
                source="Dữ liệu mẫu",
                by=SYSTEM,
                now=now,
            )
        )
    return made


def revoke_one(world: World, recorded: Sequence[Recognition], now: datetime) -> None:
    """One invented product loses its stars."""
    day = day_of(now)
    in_force = [r for r in recorded if r.stars == 4 and r.valid_until and r.valid_until > day]
    one = next(r for r in in_force if r.valid_from and add_months(r.valid_from, 3) < day)
    revoke(
        recognition=one,
        organ=world.province,
        number="988/QĐ-UBND",
        day=day - timedelta(days=20),
        ground="b",
        reason="Kết luận kiểm tra: không còn giữ vùng nguyên liệu đã công nhận",
        by=world.officers[0],
        now=now,
    )


def extend_one(world: World, walk: Walk) -> None:
    """One ended on 15/09/2026, too early for the window of its re-evaluation: it goes on, 180 days at most (art. 12.3).

    The days are those of the decree, not of today: after 14/03/2027 this one is over like any other.
    """
    name, subject, filed_on = mark("Bánh gạo Khuổi Luông"), mark("Hợp tác xã Khuổi Luông"), date(2026, 9, 8)
    plan = Plan(name, subject, "cooperative", 6, "02287", filed_on, 72, 4, dossier_kind="re_evaluation")
    record_recognition(
        product=walk.product(plan),
        stars=4,
        level=Level.PROVINCE,
        organ_name="Ủy ban nhân dân tỉnh Tuyên Quang",
        number="899/QĐ-UBND",
        decided_on=date(2023, 9, 15),
        year=2023,
        source="Dữ liệu mẫu",
        by=SYSTEM,
        now=at(filed_on, 7, 40),
    )
    filed = walk.file(plan)
    walk.assess(filed, date(2026, 9, 11))
    dossier = filed.dossier
    dossiers.accept(dossier=dossier, version=dossier.version, by=world.officers[0], now=at(date(2026, 9, 18)))


def on_their_way(world: World, walk: Walk, now: datetime) -> None:
    """Invented dossiers at every step of today, a session that is open, ideas at every stage."""
    day = day_of(now)
    filed = [
        Plan(mark(name), mark(subject), "cooperative", number, commune, day - timedelta(days=age), 72, 4)
        for name, subject, number, commune, age in (
            ("Miến dong Nà Đồng", "Hợp tác xã Nà Đồng", 7, "02287", 30),
            ("Thổ cẩm Bản Thàng", "Hợp tác xã Bản Thàng", 22, "02473", 30),
            ("Chè xanh Khuổi Phát", "Hợp tác xã Khuổi Phát", 11, "02509", 30),
            ("Măng khô Khâu Lang", "Hợp tác xã Khâu Lang", 7, "02536", 21),
            ("Thịt lợn đen Nà Kham", "Hợp tác xã Nà Kham", 8, "02545", 12),
            ("Mật ong Nà Chang", "Hợp tác xã Nà Chang", 4, "02287", 9),
            ("Bánh khảo Đồng Mon", "Hợp tác xã Đồng Mon", 6, "02473", 4),
        )
    ]
    rows = [walk.file(plan) for plan in filed]
    for row in rows[:5]:
        walk.assess(row, row.plan.filed_on + timedelta(days=3))
    officer = world.officers[0]
    for row in rows[:4]:
        dossiers.accept(dossier=row.dossier, version=row.dossier.version, by=officer, now=at(day - timedelta(days=12)))
    home = world.communes["02287"].officers[0]
    dossiers.return_dossier(
        dossier=rows[5].dossier,
        version=rows[5].dossier.version,
        by=home,
        now=at(day - timedelta(days=5)),
        reason="Tiêu chí 3.5: thiếu quyết định chấp nhận đơn nhãn hiệu; tiêu chí 8: phiếu kiểm nghiệm đã quá hạn",
    )
    hold_open(world, walk, rows[:3], day)
    draft = Plan(mark("Cốm Bản Ỏm"), mark("Hợp tác xã Bản Ỏm"), "cooperative", 6, "02419", day, 66, 3)
    product = walk.product(draft)
    dossiers.open_dossier(product=product, kind="first", by=walk.producer, now=now)
    assert product.subject is not None
    ideas(product.subject, walk.producer, world.communes["02419"].officers[0], now=now)


def team_of(council: Council, walk: Walk, by: User) -> Team:
    """The advisory team, founded with its council."""
    day, organ = council.founded_on, council.organ
    parts = (TeamPart.LEAD, TeamPart.SECRETARY)
    seats = [
        councils.TeamSeat(user, "Chi cục Phát triển nông thôn", part)
        for user, part in zip(walk.world.team, parts, strict=True)
    ]
    return councils.found_team(
        organ=organ,
        name=f"Tổ tư vấn {council.name}",
        number=walk.number(organ.pk, day.year),
        day=day,
        seats=seats,
        by=by,
        now=at(day, 16),
    )


def hold_open(world: World, walk: Walk, rows: Sequence[Walked], day: date) -> None:
    """A session of today: invited, open, half of the sheets signed for the first product, none for the others.

    The first product's samples have come; two are with a member who signed for them, one is handed to another.
    """
    council = walk.council("province", day)
    by, before = world.secretaries[0], at(day - timedelta(days=3))
    team_of(council, walk, by)
    session = councils.plan_session(
        council=council,
        name="Phiên chấm mẫu",
        held_on=day,
        place="Phòng họp UBND tỉnh",
        starts_at=time(8),
        minutes_each=20,
        evaluation_round=round_for(rows[0].plan.filed_on + timedelta(days=3), rounds_of(Level.PROVINCE)),
        by=by,
        now=before,
    )
    items = [councils.add_item(session=session, dossier=row.dossier, by=by, now=before) for row in rows]
    councils.invite(session=session, by=by, now=before)
    seats = list(council.members.select_related("user").order_by("pk"))
    councils.set_attendance(session=session, present=[m.pk for m in seats], by=by, now=at(day, 7, 50))
    councils.open_session(session=session, by=by, now=at(day, 8))
    first = Item.objects.select_related("session__council", "dossier__scorecard", "dossier__subject").get(
        pk=items[0].pk
    )
    for seat in seats:
        if seat.scores:
            councils.declare_interest(item=first, conflict=False, detail="", by=seat.user, now=before)
    samples = councils.receive_samples(
        item=first, count=5, received_on=day, received_from=rows[0].plan.subject, by=by, now=at(day, 7)
    )
    councils.hand_over(session=session, samples=samples[:2], member=seats[1], by=by, now=at(day, 8, 5))
    councils.sign_for_samples(session=session, by=seats[1].user, now=at(day, 8, 6))
    councils.hand_over(session=session, samples=samples[2:3], member=seats[2], by=by, now=at(day, 8, 7))
    due = [duty.member for duty in board_of(first, day).due]
    for place, member in enumerate(due[: len(due) // 2]):
        walk.score(first, member.user, rows[0].plan, rows[0].plan.target + place, at(day, 9, place))
