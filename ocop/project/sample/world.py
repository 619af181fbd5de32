"""The organs and people of the sample province: enough of each role for every rule that needs two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from ocop.accounts.models import Agency, Level, Role, User
from ocop.accounts.services import appoint, create_user, share_password
from ocop.areas.models import Area
from ocop.councils.rules import Part
from ocop.councils.services import Seat
from ocop.kernel.audit import SYSTEM

BEGAN = date(2019, 8, 21)
SAMPLE_HOST = "mau.ocop.vn"  # addresses of sample users; no mail leaves the sample province
DISTRICTS_ENDED, PROVINCE_JOINED = date(2025, 6, 30), date(2025, 7, 1)
DISTRICTS = ("073", "075", "076")  # Chiêm Hóa, Yên Sơn, Sơn Dương
COMMUNES = (  # codes of today
    "02287",
    "02509",
    "02473",
    "02536",
    "02545",
    "02260",
    "02419",
    "01090",
    "00820",
    "00769",
    "00889",
)

# Seats of the provincial council with the sample person who holds it: QĐ 26/2026/QĐ-TTg art. 7(3)b.
SEATS = (
    ("leader", "Ủy ban nhân dân tỉnh Tuyên Quang", "Trần Minh Đức", Part.CHAIR),
    ("agriculture", "Sở Nông nghiệp và Môi trường", "Lê Thu Hà", Part.DEPUTY),
    ("industry_trade", "Sở Công Thương", "Phạm Quang Huy", Part.MEMBER),
    ("health", "Sở Y tế", "Hoàng Thị Lan", Part.MEMBER),
    ("science", "Sở Khoa học và Công nghệ", "Vũ Đình Nam", Part.MEMBER),
    ("culture", "Sở Văn hóa, Thể thao và Du lịch", "Ma Thị Nga", Part.MEMBER),
    ("advisory", "Đơn vị tham mưu quản lý OCOP cấp tỉnh", "Đỗ Văn Phúc", Part.MEMBER),
    ("specialised", "Chi cục Chăn nuôi, Thú y và Thủy sản", "Bùi Thị Quyên", Part.MEMBER),
    ("specialised", "Chi cục Trồng trọt và Bảo vệ thực vật", "Nông Văn Sơn", Part.MEMBER),
)
DISTRICT_SEATS = (
    ("Lãnh đạo UBND huyện", "Hà Văn Tú", Part.CHAIR),
    ("Phòng Nông nghiệp và Phát triển nông thôn", "Lý Thị Uyên", Part.MEMBER),
    ("Phòng Kinh tế và Hạ tầng", "Quan Văn Vinh", Part.MEMBER),
    ("Trung tâm Y tế", "Nguyễn Thị Xuân", Part.MEMBER),
    ("Phòng Văn hóa và Thông tin", "Triệu Văn Yên", Part.MEMBER),
)


def mark(name: str) -> str:
    """Every person and thing invented here says so."""
    return f"{name} (mẫu)"


@dataclass
class World:
    """The people by what they do. district maps a district's code to its organ and people."""

    province_old: Agency
    province: Agency
    secretaries: list[User]
    officers: list[User]
    leader: User
    admin: User
    members: list[User]
    producers: list[User]
    team: list[User]
    districts: dict[str, District]
    communes: dict[str, Commune] = field(default_factory=dict)

    def province_on(self, day: date) -> Agency:
        return self.province_old if day <= DISTRICTS_ENDED else self.province

    def provincial_seats(self) -> list[Seat]:
        seats = [Seat(user, unit, part, seat) for user, (seat, unit, _, part) in zip(self.members, SEATS, strict=True)]
        return [*seats, Seat(self.secretaries[0], "Đơn vị tham mưu quản lý OCOP cấp tỉnh", Part.SECRETARY)]


@dataclass
class District:
    organ: Agency
    officers: list[User]
    secretary: User
    members: list[User]

    def seats(self) -> list[Seat]:
        seats = [Seat(user, unit, part) for user, (unit, _, part) in zip(self.members, DISTRICT_SEATS, strict=True)]
        return [*seats, Seat(self.secretary, "Phòng Nông nghiệp và Phát triển nông thôn", Part.SECRETARY)]


@dataclass
class Commune:
    organ: Agency
    officers: list[User]


class Builder:
    """Makes the world through the services of accounts."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.users: list[User] = []

    def user(self, email: str, name: str) -> User:
        user = create_user(
            email=f"{email}@{SAMPLE_HOST}",
            name=mark(name),
            password=None,
            by=SYSTEM,
            now=self.now,
            must_change=False,
            is_sample=True,
        )
        self.users.append(user)
        return user

    def agency(
        self, name: str, symbol: str, level: str, area: Area | None, place: str, first: date, last: date | None
    ) -> Agency:
        return Agency.objects.create(
            name=name, symbol=symbol, level=level, area=area, place=place, valid_from=first, valid_to=last
        )

    def appoint(self, user: User, role: str, agency: Agency) -> None:
        appoint(
            user=user,
            role=role,
            agency=agency,
            valid_from=agency.valid_from,
            valid_to=agency.valid_to,
            by=SYSTEM,
            now=self.now,
        )

    def commune(self, number: int, area: Area) -> Commune:
        kind = area.full_name[0].lower() + area.full_name[1:]
        organ = self.agency(f"Ủy ban nhân dân {kind}", "UBND", Level.COMMUNE, area, area.name, PROVINCE_JOINED, None)
        names = (
            "Ma Văn Bình",
            "Hoàng Thị Cúc",
            "Lý Văn Dũng",
            "Đặng Thị Giang",
            "Triệu Văn Hải",
            "Bàn Thị Kim",
            "Hà Văn Lực",
            "Nông Thị Mai",
        )
        officers = [self.user(f"xa{2 * number + n}", names[(2 * number + n - 1) % len(names)]) for n in (1, 2)]
        for officer in officers:
            self.appoint(officer, Role.COMMUNE_OFFICER, organ)
        return Commune(organ, officers)

    def district(self, number: int, area: Area) -> District:
        kind = area.full_name[0].lower() + area.full_name[1:]
        organ = self.agency(f"Ủy ban nhân dân {kind}", "UBND", Level.DISTRICT, area, area.name, BEGAN, DISTRICTS_ENDED)
        officers = [self.user(f"huyen{2 * number + n}", f"Cán bộ huyện {2 * number + n}") for n in (1, 2)]
        for officer in officers:
            self.appoint(officer, Role.DISTRICT_OFFICER, organ)
        secretary = self.user(f"thuky-huyen{number + 1}", f"Thư ký huyện {number + 1}")
        self.appoint(secretary, Role.SECRETARY, organ)
        members = [self.user(f"huyen{number + 1}-hd{n}", name) for n, (_, name, _) in enumerate(DISTRICT_SEATS, 1)]
        return District(organ, officers, secretary, members)


@transaction.atomic
def make_world(*, now: datetime, password: str | None, communes: Sequence[str] = COMMUNES) -> World:
    """Make organs, users and appointments. communes  codes of today's communes that get an office"""
    build = Builder(now=now)
    old = Area.objects.get(code="08", level=Area.PROVINCE, valid_to=DISTRICTS_ENDED)
    new = Area.objects.get(code="08", level=Area.PROVINCE, valid_from=PROVINCE_JOINED)
    name = "Ủy ban nhân dân tỉnh Tuyên Quang"
    province_old = build.agency(name, "UBND", Level.PROVINCE, old, "Tuyên Quang", BEGAN, DISTRICTS_ENDED)
    province = build.agency(name, "UBND", Level.PROVINCE, new, "Tuyên Quang", PROVINCE_JOINED, None)
    secretaries = [build.user(f"thuky{n}", who) for n, who in enumerate(("Lương Thị Ánh", "Vi Văn Bảo"), 1)]
    officers = [build.user(f"tinh{n}", who) for n, who in enumerate(("Nguyễn Thị Chi", "Phan Văn Đạt"), 1)]
    team = [build.user(f"totuvan{n}", who) for n, who in enumerate(("Âu Thị Hiền", "Nông Văn Khải"), 1)]
    leader, admin = build.user("lanhdao", "Trịnh Hồng Hà"), build.user("quantri", "Đinh Công Khoa")
    for agency in (province_old, province):
        for user in secretaries:
            build.appoint(user, Role.SECRETARY, agency)
        for user in officers:
            build.appoint(user, Role.PROVINCE_OFFICER, agency)
        for user in team:
            build.appoint(user, Role.ADVISORY_TEAM, agency)
        build.appoint(leader, Role.LEADER, agency)
    build.appoint(admin, Role.ADMIN, province)
    members = [build.user(f"hoidong{n}", who) for n, (_, _, who, _) in enumerate(SEATS, 1)]
    producers = [build.user(f"chuthe{n}", who) for n, who in enumerate(("Hoàng Thị Mận", "Ma Văn Nghĩa"), 1)]
    on_the_last_day = Area.objects.in_force_on(DISTRICTS_ENDED).districts()
    districts = {
        code: build.district(number, on_the_last_day.get(code=code, province_code="08"))
        for number, code in enumerate(DISTRICTS)
    }
    today = Area.objects.in_force_on(PROVINCE_JOINED).communes()
    world = World(province_old, province, secretaries, officers, leader, admin, members, producers, team, districts)
    for number, code in enumerate(communes):
        area = today.get(code=code)
        world.communes[code] = build.commune(number, area)
    if password is not None:
        share_password(build.users, password)
    return world
