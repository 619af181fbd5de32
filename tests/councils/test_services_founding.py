"""Founding a council: refused while its composition breaks the rules of its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ocop.accounts.models import Agency
from ocop.councils import services
from ocop.councils.models import Council, Member
from ocop.councils.rules import Part
from ocop.documents.models import Document
from ocop.kernel.models import Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 10)


@pytest.fixture
def world(stage):
    return stage.world


def found(world, **changes):
    day = changes.get("day", DAY)
    values = {
        "organ": world.province_on(day),
        "level": "province",
        "name": "Hội đồng đánh giá, phân hạng sản phẩm OCOP tỉnh năm 2026",
        "number": "321/QĐ-UBND",
        "day": day,
        "seats": world.provincial_seats(),
        "by": world.secretaries[0],
        "now": at(day),
    }
    return services.found_council(**{**values, **changes})


def refused(world, words, **changes):
    events = Event.objects.count()
    with pytest.raises(Refusal, match=words):
        found(world, **changes)
    assert not Council.objects.exists()
    assert not Document.objects.exists()
    assert Event.objects.count() == events


def test_a_council_is_founded_by_its_decision(world):
    council = found(world)
    assert (council.level, council.founded_on, council.decision.number) == ("province", DAY, "321/QĐ-UBND")
    assert council.members.count() == 10
    assert [m.user for m in council.members.filter(part=Part.CHAIR)] == [world.members[0]]
    assert [event.kind for event in Event.objects.about(council)] == ["council.founded"]


def test_only_the_secretary_of_the_founding_committee_enters_it(world):
    for user in (world.officers[0], world.leader, world.districts["073"].secretary, world.producers[0]):
        with pytest.raises(Forbidden):
            found(world, by=user)
    with pytest.raises(Forbidden):  # the committee of the old province, which the new one's secretary left
        found(world, organ=world.province_old)
    assert not Council.objects.exists()


def test_empty_seats_of_2026_are_named(world):
    lacking = ("health", "culture")
    seats = [seat for seat in world.provincial_seats() if seat.seat not in lacking]
    refused(world, "Thiếu đại diện: Sở Y tế; Sở Văn hóa, Thể thao và Du lịch", seats=seats)


def test_a_secretary_fills_no_seat(world):
    seats = [
        replace(seat, part=Part.SECRETARY) if seat.seat == "health" else seat
        for seat in world.provincial_seats()
        if seat.part != Part.SECRETARY
    ]
    refused(world, "Thiếu đại diện: Sở Y tế", seats=seats)


def test_experts_may_be_invited_beside_the_seats(world):
    expert = services.Seat(world.officers[1], "Hiệp hội Chè", Part.EXPERT)
    council = found(world, seats=[*world.provincial_seats(), expert])
    assert Member.objects.get(council=council, part=Part.EXPERT).scores


@pytest.mark.parametrize(("day", "enough"), [(date(2026, 5, 21), True), (date(2026, 5, 22), False)])
def test_before_22_5_2026_five_members_are_enough(world, day, enough):
    seats = [*world.provincial_seats()[:5], world.provincial_seats()[-1]]
    if enough:
        assert found(world, seats=seats, day=day).members.count() == 6
    else:
        refused(world, "Thiếu đại diện", seats=seats, day=day)


def test_four_members_are_too_few(world):
    seats = [*world.provincial_seats()[:4], world.provincial_seats()[-1]]
    refused(world, "Có 4 thành viên chấm điểm, quy chế cần từ 5", seats=seats, day=date(2026, 5, 21))


def test_there_is_exactly_one_chair(world):
    seats = world.provincial_seats()
    refused(world, "đúng một Chủ tịch", seats=[replace(seats[0], part=Part.MEMBER), *seats[1:]])
    refused(world, "đúng một Chủ tịch", seats=[seats[0], replace(seats[1], part=Part.CHAIR), *seats[2:]])


def test_there_is_a_secretary(world):
    refused(world, "Chưa có thư ký", seats=world.provincial_seats()[:-1])


def test_nobody_has_two_seats(world):
    seats = world.provincial_seats()
    refused(world, "hai chỗ", seats=[*seats, replace(seats[3], part=Part.EXPERT, seat="")])


def test_a_committee_founds_councils_of_its_own_level(world):
    refused(world, "không lập hội đồng cấp khác", level="district")


def test_a_number_is_given_once_a_year(world):
    found(world)
    with pytest.raises(Refusal, match="đã có quyết định số 321/QĐ-UBND năm 2026"):
        found(world)
    assert Council.objects.count() == 1
    assert found(world, day=date(2027, 1, 5)).decision.year == 2027


@pytest.mark.parametrize("number", ["321 / QĐ-UBND", "QĐ-UBND", "321", ""])
def test_a_malformed_number_is_refused(world, number):
    refused(world, "không đúng thể thức", number=number)


def test_a_decision_to_come_is_refused(world):
    refused(world, "chưa tới", day=date(2026, 9, 11), now=at(date(2026, 9, 10)))


def test_one_form_sent_twice_founds_one_council(world):
    found(world, token="hd-1")
    with pytest.raises(Refusal, match="đã được gửi"):
        found(world, token="hd-1", number="322/QĐ-UBND")
    assert Council.objects.count() == 1


def test_the_district_had_councils_of_its_own_until_30_6_2025(world):
    home = world.districts["073"]
    values = {"organ": home.organ, "level": "district", "seats": home.seats(), "by": home.secretary}
    assert found(world, day=date(2024, 3, 20), **values).rules.level == "district"
    with pytest.raises(Forbidden):
        found(world, day=date(2025, 7, 1), **values)


def test_a_district_council_is_not_asked_for_the_provinces_seats(world):
    home = world.districts["073"]
    council = found(
        world, day=date(2024, 3, 20), organ=home.organ, level="district", seats=home.seats(), by=home.secretary
    )
    assert {member.seat for member in council.members.all()} == {""}


def test_who_sees_a_council(world):
    home = world.districts["073"]
    day = date(2024, 3, 20)
    district = found(world, day=day, organ=home.organ, level="district", seats=home.seats(), by=home.secretary)
    province = found(world, day=day, number="322/QĐ-UBND")

    def sees(user, when=day):
        return set(Council.objects.visible_to(user, when))

    assert sees(world.officers[0]) == sees(world.leader) == {district, province}
    assert sees(home.secretary) == sees(home.officers[0]) == sees(home.members[2]) == {district}
    assert sees(world.members[2]) == {province}
    assert sees(world.secretaries[0]) == {province}
    for user in (world.producers[0], world.districts["075"].officers[0], world.communes["02287"].officers[0]):
        assert sees(user) == set()
    assert sees(home.officers[0], date(2025, 7, 1)) == set()
    assert Agency.objects.filter(pk=district.organ_id).exists()
