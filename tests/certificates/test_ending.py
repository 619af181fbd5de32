"""Revocation (art. 8), recorded recognitions and their order, statuses as the register finds them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ocop.certificates import services
from ocop.certificates.models import Recognition
from ocop.certificates.queries import revokers
from ocop.certificates.rules import Status, status_of
from ocop.documents.models import Document
from ocop.dossiers.models import Window
from ocop.kernel import public
from ocop.kernel.audit import SYSTEM
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at
from ocop.registry.models import Product, ProductSet
from ocop.registry.services import add_product

from .test_deciding import answer, approve, potential, recognise

DAY = date(2026, 11, 16)
NOW = at(date(2026, 11, 20))
REASON = "Sản phẩm không còn sản xuất tại địa phương"


@pytest.fixture
def product(stage) -> Product:
    return add_product(
        subject=None,
        name="Chè (mẫu)",
        product_set=ProductSet.objects.get(number=11),
        commune=None,
        by=SYSTEM,
        now=at(date(2020, 1, 1)),
        is_sample=True,
    )


def record(stage, product, decided_on, stars=3, level="province"):
    return services.record_recognition(
        product=product,
        stars=stars,
        level=level,
        organ_name="Cơ quan (mẫu)",
        number="7/QĐ-UBND",
        decided_on=decided_on,
        year=decided_on.year if decided_on else 2021,
        source="Báo",
        by=stage.world.officers[0],
        now=at(date(2026, 11, 1)),
    )


def revoke(stage, recognition, **changes):
    given = {
        "organ": stage.world.province,
        "number": "960/QĐ-UBND",
        "day": DAY,
        "ground": "đ",
        "reason": REASON,
        "by": stage.world.officers[0],
        "now": NOW,
    }
    return services.revoke(recognition=recognition, **{**given, **changes})


def test_a_revocation_ends_it_from_its_day_with_a_public_reason(stage):
    [made] = recognise(stage, stage.concluded().conclusion)
    before = public.count()
    decision = revoke(stage, made)
    made.refresh_from_db()
    assert public.count() == before + 1  # kept public pages are thrown away
    assert not Window.objects.exists()  # no re-evaluation: the product may be filed as a first time
    assert (made.ended_on, made.end_kind, made.end_decision) == (DAY, "revoked", decision)
    assert made.end_reason == f"Không còn hoạt động sản xuất sản phẩm: {REASON}"
    assert status_of(made, DAY - timedelta(days=1)) == Status.VALID
    assert status_of(made, DAY) == Status.REVOKED


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"ground": "g"}, "Chưa chọn trường hợp"),
        ({"reason": "ngắn"}, "quá ngắn"),
        ({"number": "960"}, "không đúng thể thức"),
        ({"day": date(2026, 10, 11)}, "không còn hiệu lực ngày này"),  # the day before the recognition
        ({"day": date(2026, 11, 21)}, "chưa tới"),
        ({"number": "901/QĐ-UBND"}, "đã có quyết định số 901"),
    ],
)
def test_a_revocation_that_lacks_something_changes_nothing(stage, change, why):
    [made] = recognise(stage, stage.concluded().conclusion)
    with pytest.raises(Refusal, match=why):
        revoke(stage, made, **change)
    made.refresh_from_db()
    assert (made.ended_on, made.end_kind) == (None, "")
    assert not Document.objects.filter(number="960/QĐ-UBND").exists()


def test_it_is_revoked_once(stage):
    [made] = recognise(stage, stage.concluded().conclusion)
    revoke(stage, made)
    with pytest.raises(Refusal, match="không còn hiệu lực"):
        revoke(stage, made, number="961/QĐ-UBND")
    with pytest.raises(Refusal, match="Đã có quyết định chấm dứt"):
        revoke(stage, made, number="961/QĐ-UBND", day=DAY - timedelta(days=1))


def test_nobody_but_the_province_s_officer_revokes(stage):
    [made] = recognise(stage, stage.concluded().conclusion)
    for other in (stage.world.secretaries[0], stage.world.producers[0], stage.world.communes["02287"].officers[0]):
        with pytest.raises(Forbidden):
            revoke(stage, made, by=other)


def test_the_province_revokes_what_a_district_recognised_once_the_districts_ended(stage, product):
    made = record(stage, product, date(2025, 3, 3), level="district")
    assert revokers(made, DAY) == [stage.world.province]
    revoke(stage, made)
    assert status_of(Recognition.objects.get(), DAY) == Status.REVOKED


def test_five_stars_are_the_minister_s_to_revoke(stage):
    [approval] = approve(stage, potential(stage).conclusion)
    made = answer(stage, approval, 5, day=date(2026, 11, 13))
    assert revokers(made, DAY) == []
    with pytest.raises(Refusal, match="Bộ Nông nghiệp và Môi trường đã công nhận"):
        revoke(stage, made)
    with pytest.raises(Refusal, match="Thiếu số"):
        revoke(stage, made, organ=None, number="")
    decision = revoke(stage, made, organ=None, number="88/QĐ-BNNMT")
    assert (decision.organ, decision.organ_name) == (None, "Bộ Nông nghiệp và Môi trường")


def test_the_ministry_does_not_revoke_four_stars(stage):
    [made] = recognise(stage, stage.concluded().conclusion)
    with pytest.raises(Refusal, match="đã công nhận sản phẩm này"):
        revoke(stage, made, organ=None)


# recorded recognitions


def test_an_unknown_day_is_never_in_force(stage, product):
    made = record(stage, product, None)
    assert (made.valid_from, made.valid_until, status_of(made, DAY)) == (None, None, None)
    for day in (date(2021, 6, 1), DAY):
        assert not Recognition.objects.in_force_on(day).exists()
    assert not any(Recognition.objects.with_status(status, DAY).exists() for status in Status)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_that_overlap_one_is_in_force_on_any_day_in_whatever_order_they_are_recorded(stage, product, order):
    days = (date(2024, 1, 10), date(2025, 6, 20))
    for number in order:
        record(stage, product, days[number], stars=3 + number)
    stars = [
        list(Recognition.objects.in_force_on(day).values_list("stars", flat=True))
        for day in (
            date(2024, 1, 9),
            days[0],
            days[1] - timedelta(days=1),
            days[1],
            date(2028, 6, 20),
            date(2028, 6, 21),
        )
    ]
    assert stars == [[], [3], [3], [4], [4], []]
    assert list(Window.objects.values_list("valid_until", flat=True)) == [date(2028, 6, 20)]


def test_one_that_ended_before_the_next_began_is_not_replaced(stage, product):
    old = record(stage, product, date(2020, 1, 10))
    record(stage, product, date(2023, 1, 11))  # the day after the last valid day
    old.refresh_from_db()
    assert (old.ended_on, old.end_kind) == (None, "")


@pytest.mark.parametrize(
    "day",
    [date(2024, 5, 19), date(2024, 5, 20), date(2027, 2, 19), date(2027, 2, 20), date(2027, 5, 20), date(2027, 5, 21)],
)
@pytest.mark.parametrize("ended", ["", "revoked", "replaced"])
def test_the_register_finds_exactly_the_status_that_the_rule_gives(stage, product, day, ended):
    made = record(stage, product, date(2024, 5, 20))
    if ended:
        Recognition.objects.filter(pk=made.pk).update(ended_on=date(2027, 2, 20), end_kind=ended)
        made.refresh_from_db()
    found = [status for status in Status if Recognition.objects.with_status(status, day).exists()]
    assert found == [status_of(made, day)]
    in_force = Recognition.objects.in_force_on(day).exists()
    assert in_force == (status_of(made, day) in (Status.VALID, Status.EXPIRING))
