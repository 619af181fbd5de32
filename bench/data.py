"""Fill an empty, prepared database with products and 16 officials: python -m bench.data 5000.

Rows are written in bulk through the models: a benchmark may pass the services by, so no event and no job is made.
Every name ends in "(tổng hợp)". The same seed gives the same rows, but for the random codes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import login  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import transaction  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.utils import timezone  # noqa: E402

from ocop.accounts.models import Agency, Appointment, Level, Role, User  # noqa: E402
from ocop.areas.models import Area  # noqa: E402
from ocop.certificates.models import Certificate, Recognition  # noqa: E402
from ocop.certificates.rules import end_of  # noqa: E402
from ocop.councils.models import Conclusion, Council, CouncilRules, Item, Session  # noqa: E402
from ocop.councils.rules import Result  # noqa: E402
from ocop.documents.models import Document  # noqa: E402
from ocop.dossiers.models import Dossier  # noqa: E402
from ocop.dossiers.rules import Kind, Route, Step  # noqa: E402
from ocop.kernel import codes, public  # noqa: E402
from ocop.kernel.text import fold  # noqa: E402
from ocop.kernel.time import day_of  # noqa: E402
from ocop.registry.models import Product, ProductGroup, ProductSet, Subject, SubjectKind  # noqa: E402
from ocop.scorecards.models import Scorecard  # noqa: E402

PRODUCTS_A_SUBJECT, OFFICIALS, TO_ISSUE = 2.5, 16, 12
PROVINCE, JOINED = "08", date(2025, 7, 1)
FIRST = date(2021, 1, 15)
STARS = (3, 3, 3, 3, 3, 3, 4, 4, 4, 5)
OPEN_STEPS = (Step.AT_COMMUNE, Step.AT_PROVINCE, Step.AT_PROVINCE, Step.RETURNED, Step.READY_PROVINCE, Step.BELOW_3)
ORGAN = "Ủy ban nhân dân tỉnh (tổng hợp)"

# One name for each of the 26 sets, in their order.
NAMES = (
    "Cam sành", "Trứng gà đồi", "Gạo nếp cái hoa vàng", "Mật ong bạc hà", "Thịt trâu gác bếp ăn liền", "Bánh gai",
    "Măng khô", "Lạp sườn hun khói", "Tương đỗ", "Muối chẩm chéo", "Chè Shan tuyết", "Trà giảo cổ lam",
    "Cà phê rang xay", "Rượu ngô men lá", "Rượu vang mận", "Nước khoáng đóng chai", "Nước ép gấc",
    "Viên nang cà gai leo", "Dầu gội bồ kết", "Tinh dầu sả", "Mành cọ", "Khăn thổ cẩm", "Hoa lan rừng", "Cây đào thế",
    "Cá chép cảnh", "Làng du lịch cộng đồng",
)  # fmt: skip


@dataclass(frozen=True)
class Decided:
    """A decision, the session before it, and its day."""

    document: Document
    session: Session
    day: date


def synthetic(name: str) -> str:
    return f"{name} (tổng hợp)"


def officials(agency: Agency, now: datetime) -> tuple[list[User], list[str]]:
    """Officers of the province, and a session of each that is signed in."""
    users = User.objects.bulk_create(
        User(email=f"canbo{n}@tonghop.vn", name=synthetic(f"Cán bộ {n}"), created_at=now, is_sample=True)
        for n in range(OFFICIALS)
    )
    Appointment.objects.bulk_create(
        Appointment(user=user, role=Role.PROVINCE_OFFICER, agency=agency, valid_from=agency.valid_from)
        for user in users
    )
    keys = []
    for user in users:
        request = HttpRequest()
        request.session = SessionStore()
        login(request, user, settings.AUTHENTICATION_BACKENDS[0])
        request.session.save()
        keys.append(str(request.session.session_key))
    return users, keys


def products(random: Random, communes: Sequence[Area], count: int) -> list[Product]:
    kind = SubjectKind.objects.get(code="cooperative")
    subjects = []
    for n in range(int(count / PRODUCTS_A_SUBJECT)):
        commune = random.choice(communes)
        name = synthetic(f"Hợp tác xã {commune.name} số {n}")
        subjects.append(Subject(name=name, folded=fold(name), kind=kind, commune=commune, is_sample=True))
    Subject.objects.bulk_create(subjects)
    sets = list(ProductSet.objects.order_by("number"))
    rows = []
    for n in range(count):
        subject, number = subjects[n % len(subjects)], random.randrange(len(sets))
        name = synthetic(f"{NAMES[number]} số {n}")
        rows.append(
            Product(
                code=codes.new(codes.SHORT), name=name, subject=subject, product_set=sets[number],
                search=fold(f"{name} {subject.name} {subject.commune}")[:700], commune=subject.commune,
                description="Sản phẩm tổng hợp để đo tốc độ. " * 8, story="Câu chuyện tổng hợp để đo tốc độ. " * 20,
                is_sample=True,
            )
        )  # fmt: skip
    return Product.objects.bulk_create(rows)


def decisions(agency: Agency, by: User, now: datetime) -> list[Decided]:
    """One decision a month, each after a session of one council."""
    days = []
    day = FIRST
    while day < day_of(now):
        days.append(day)
        day = (day.replace(day=1) + timedelta(days=45)).replace(day=15)
    documents = Document.objects.bulk_create(
        Document(
            organ=agency, organ_name=agency.name, kind="QĐ", number=f"{n}/QĐ-UBND", day=day, year=day.year,
            summary=synthetic("Công nhận sản phẩm OCOP"), recorded_by=by, recorded_at=now,
        )
        for n, day in enumerate([FIRST, *days], 1)
    )  # fmt: skip
    rules = CouncilRules.objects.filter(level=Level.PROVINCE).earliest("valid_from")
    council = Council.objects.create(
        name=synthetic("Hội đồng cấp tỉnh"), level=Level.PROVINCE, organ=agency, decision=documents[0], rules=rules,
        founded_on=FIRST,
    )  # fmt: skip
    sessions = Session.objects.bulk_create(
        Session(
            council=council, code=codes.new(codes.SHORT), name=synthetic(f"Phiên {day:%m/%Y}"), held_on=day,
            place="Tuyên Quang", state=Session.CLOSED, rules_body=rules.body,
        )
        for day in days
    )  # fmt: skip
    return [Decided(*three) for three in zip(documents[1:], sessions, days, strict=True)]


def dossiers(random: Random, rows: Sequence[Product], decided: Sequence[Decided]) -> list[Dossier]:
    """One dossier a product: the first half was recognised by a decision, the others stand at an open step."""
    by_number = {card.set_no: card for card in Scorecard.objects.newest().filter(regime_id="2026")}
    cards: dict[int | None, Scorecard] = {
        one.pk: by_number[one.number] for one in ProductSet.objects.order_by("number")
    }
    made = []
    for n, product in enumerate(rows):
        ours = n < len(rows) // 2
        filed_on = (decided[n % len(decided)] if ours else random.choice(decided)).day - timedelta(days=40)
        made.append(
            Dossier(
                code=codes.new(codes.LONG), number=f"HS-{filed_on.year}-{n:05d}", product=product,
                subject=product.subject, kind=Kind.FIRST, commune=product.commune,
                scorecard=cards[product.product_set_id], route=Route.COMMUNE_2025,
                step=Step.RECOGNISED if ours else random.choice(OPEN_STEPS), filed_on=filed_on,
                step_since=filed_on + timedelta(days=random.randrange(30)), due_on=filed_on + timedelta(days=60),
                created_at=timezone.now(),
            )
        )  # fmt: skip
    return Dossier.objects.bulk_create(made)


def conclusions(rows: Sequence[Dossier], decided: Sequence[Decided], now: datetime) -> list[Conclusion]:
    """The conclusions of the dossiers that ended in a decision."""
    settled = [row for row in rows if row.step == Step.RECOGNISED]
    items = Item.objects.bulk_create(
        Item(session=decided[n % len(decided)].session, dossier=row, position=n // len(decided) + 1, closed=True)
        for n, row in enumerate(settled)
    )
    return Conclusion.objects.bulk_create(
        Conclusion(
            item=item, dossier=item.dossier, level=Level.PROVINCE, points=7 * (65 if stars == 3 else 80), sheets=7,
            band=stars, stars=stars, result=Result.RECOGNISED, concluded_at=now,
        )
        for n, item in enumerate(items)
        for stars in (3 if n % 3 else 4,)
    )  # fmt: skip


def recognitions(
    random: Random, rows: Sequence[Product], concluded: Sequence[Conclusion], decided: Sequence[Decided], by: User
) -> list[Recognition]:
    """One recognition a product that stands, and an earlier one that it replaced for every tenth product."""
    made, late = [], decided[len(decided) // 2 :]
    for n, product in enumerate(rows):
        conclusion = concluded[n] if n < len(concluded) else None
        by_decision = decided[n % len(decided)] if conclusion else random.choice(decided)
        common = {
            "product": product, "level": Level.PROVINCE, "organ_name": ORGAN, "subject_name": str(product.subject),
            "place_name": str(product.commune),
        }  # fmt: skip
        if conclusion is None and n % 10 == 0:
            by_decision, before = random.choice(late), random.choice(decided[: len(decided) // 2])
            made.append(
                Recognition(
                    code=codes.new(codes.LONG), basis=Recognition.RECORDED, decision=before.document, stars=3,
                    year=before.day.year, valid_from=before.day, valid_until=end_of(before.day),
                    ended_on=by_decision.day, end_kind="replaced", source="tổng hợp", **common,
                )
            )  # fmt: skip
        revoked = conclusion is None and n % 97 == 0
        made.append(
            Recognition(
                code=codes.new(codes.LONG), basis=Recognition.OURS if conclusion else Recognition.RECORDED,
                conclusion=conclusion, dossier=conclusion.dossier if conclusion else None,
                decision=by_decision.document, stars=conclusion.stars if conclusion else random.choice(STARS),
                year=by_decision.day.year, valid_from=by_decision.day, valid_until=end_of(by_decision.day),
                ended_on=by_decision.day + timedelta(days=20) if revoked else None,
                end_kind="revoked" if revoked else "", end_reason="tổng hợp" if revoked else "",
                source="" if conclusion else "tổng hợp", **common,
            )
        )  # fmt: skip
    made = Recognition.objects.bulk_create(made)
    ours = sorted(
        ((row.valid_from, row) for row in made if row.conclusion and row.valid_from), key=lambda pair: pair[0]
    )
    Certificate.objects.bulk_create(
        Certificate(recognition=row, number=f"{n:05d}/TH", issued_on=day, issued_by=by)
        for n, (day, row) in enumerate(ours[:-TO_ISSUE], 1)
    )
    return made


@transaction.atomic
def make(now: datetime, count: int) -> dict[str, list[str]]:
    """Write everything; return what the load needs: session keys, slugs, codes, groups."""
    random = Random(26)
    day = day_of(now)
    province = Area.objects.in_force_on(day).provinces().get(code=PROVINCE)
    communes = list(Area.objects.in_force_on(day).communes().filter(province_code=PROVINCE).order_by("code"))
    agency = Agency.objects.create(
        name=ORGAN, symbol="UBND", level=Level.PROVINCE, area=province, place="Tuyên Quang", valid_from=FIRST
    )
    users, keys = officials(agency, now)
    rows = products(random, communes, count)
    decided = decisions(agency, users[0], now)
    concluded = conclusions(dossiers(random, rows, decided), decided, now)
    recognised = recognitions(random, rows, concluded, decided, users[1])
    public.changed()
    return {
        "sessions": keys,
        "slugs": [row.slug for row in rows],
        "codes": [row.code for row in recognised],
        "groups": list(ProductGroup.objects.order_by("position").values_list("code", flat=True)),
    }


if __name__ == "__main__":
    print(json.dumps(make(timezone.now(), int(sys.argv[1]))))
