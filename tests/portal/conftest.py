from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ocop.accounts.models import Level
from ocop.areas.models import Area
from ocop.certificates.models import Recognition
from ocop.certificates.services import record_recognition
from ocop.kernel.audit import SYSTEM
from ocop.project.sample.walk import at
from ocop.registry.models import Product, ProductSet, Subject, SubjectKind
from ocop.registry.services import add_product, add_subject

TODAY = date(2026, 11, 24)
TAX_CODE = "00119901"  # first digits; a household's tax code is its owner's ID number
PERSONAL = (
    "0912345678",
    "chu@example.vn",
    "Bàn Thị Lụa",
    "Thôn Nà Ráo, số nhà 7",
    TAX_CODE,
)  # what no public page says


class Clock:
    """The moment of a request."""

    moment = datetime(2026, 11, 24, 3, tzinfo=UTC)

    def move_to(self, text: str) -> None:
        self.moment = datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture(autouse=True)
def today(db: None, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Ten o'clock on 24/11/2026; move_to() goes elsewhere (UTC)."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.moment)
    return clock


@pytest.fixture
def client() -> Client:
    return Client()


def commune(code: str, day: date = TODAY) -> Area:
    return Area.objects.in_force_on(day).communes().get(code=code)


def subject_named(name: str, place: Area | None) -> Subject:
    found = Subject.objects.filter(name=name).first()
    kind = SubjectKind.objects.get(code="cooperative")
    return found or add_subject(
        name=name, kind=kind, commune=place, by=SYSTEM, now=at(TODAY), phone=PERSONAL[0], email=PERSONAL[1],
        legal_representative=PERSONAL[2], tax_code=f"{TAX_CODE}{Subject.objects.count():04d}", address=PERSONAL[3],
    )  # fmt: skip


def product_named(
    name: str, *, subject: str | None = "Hợp tác xã Nà Ráo (mẫu)", place: Area | None = None, number: int | None = 11,
    **more: Any,
) -> Product:  # fmt: skip
    return add_product(
        subject=subject_named(subject, place) if subject else None, name=name, commune=place, by=SYSTEM, now=at(TODAY),
        product_set=ProductSet.objects.get(number=number) if number else None, **more,
    )  # fmt: skip


def recognised(
    name: str, *, since: date | None = date(2026, 1, 15), stars: int | None = 4, year: int | None = None,
    source: str = "", decision: str = "321/QĐ-UBND", product: Product | None = None,
    organ: str = "Ủy ban nhân dân tỉnh Tuyên Quang", **more: Any,
) -> Recognition:  # fmt: skip
    return record_recognition(
        product=product or product_named(name, **more), stars=stars, level=Level.PROVINCE,
        organ_name=organ, number=decision, decided_on=since,
        year=year or (since.year if since else None), source=source, by=SYSTEM, now=at(TODAY),
    )  # fmt: skip


@pytest.fixture
def page(client: Client) -> Callable[..., str]:
    """The text of a page that is there."""

    def get(address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.content.decode()

    return get
