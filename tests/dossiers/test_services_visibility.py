"""Who sees a dossier: the producer always, offices as it comes to them, members by a dated grant."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from ocop.councils import services as councils
from ocop.dossiers import services
from ocop.dossiers.models import Dossier
from ocop.kernel.audit import SYSTEM
from ocop.project.sample.walk import at
from ocop.registry.models import Product, Subject
from ocop.registry.services import add_member

pytestmark = pytest.mark.django_db
FILED = date(2026, 9, 1)
LATER = date(2026, 10, 1)


def people(stage):
    world = stage.world
    return {
        "producer": world.producers[0],
        "other producer": world.producers[1],
        "commune": world.communes["02287"].officers[0],
        "other commune": world.communes["02509"].officers[0],
        "district": world.districts["073"].officers[0],
        "district secretary": world.districts["073"].secretary,
        "other district": world.districts["075"].officers[0],
        "other district secretary": world.districts["075"].secretary,
        "province": world.officers[0],
        "secretary": world.secretaries[0],
        "leader": world.leader,
        "administrator": world.admin,
        "member": world.members[3],
        "stranger": AnonymousUser(),
    }


def seers(stage, dossier, day):
    return {
        name
        for name, user in people(stage).items()
        if Dossier.objects.visible_to(user, day).filter(pk=dossier.pk).exists()
    }


PROVINCE = {"province", "secretary", "leader"}


def test_a_draft_is_the_producers_alone(stage):
    assert seers(stage, stage.draft(), FILED) == {"producer"}


def test_from_filing_on_the_commune_sees_it_and_from_the_proposal_on_the_province(stage):
    walked = stage.filed()
    assert seers(stage, walked.dossier, FILED) == {"producer", "commune"}
    stage.walk.assess(walked, date(2026, 9, 8))
    assert seers(stage, walked.dossier, LATER) == {"producer", "commune"} | PROVINCE


def test_what_the_commune_returned_stays_between_commune_and_producer(stage):
    dossier = stage.filed().dossier
    services.return_dossier(
        dossier=dossier,
        version=dossier.version,
        reason="Bổ sung giấy kiểm nghiệm",
        by=stage.world.communes["02287"].officers[0],
        now=at(date(2026, 9, 3)),
    )
    assert seers(stage, dossier, LATER) == {"producer", "commune"}


def test_what_the_province_returned_stays_in_its_sight(stage):
    dossier = stage.proposed().dossier
    services.return_dossier(
        dossier=dossier,
        version=dossier.version,
        reason="Bổ sung giấy kiểm nghiệm",
        by=stage.world.officers[0],
        now=at(date(2026, 9, 10)),
    )
    assert seers(stage, dossier, LATER) == {"producer", "commune"} | PROVINCE


def test_in_the_time_of_districts_the_district_of_the_commune_sees_it_and_no_other(stage):
    dossier = stage.filed(filed_on=date(2024, 3, 12)).dossier
    assert seers(stage, dossier, date(2024, 3, 20)) == {"producer", "district", "district secretary"} | PROVINCE


def test_after_the_districts_the_commune_of_today_sees_what_an_old_commune_filed(stage):
    """Thị trấn Vĩnh Lộc is wholly in xã Chiêm Hóa from 1/7/2025."""
    dossier = stage.filed(filed_on=date(2024, 3, 12)).dossier
    assert dossier.commune.full_name == "Thị trấn Vĩnh Lộc"
    assert seers(stage, dossier, date(2025, 7, 1)) == {"producer", "commune"} | PROVINCE


def test_a_member_sees_it_from_his_declaration_on_and_not_with_a_conflict(stage):
    dossier = stage.ready().dossier
    sitting = stage.sitting(dossier, opened=False)
    member = sitting.members[3]
    assert member.user == people(stage)["member"]
    assert "member" not in seers(stage, dossier, LATER)
    sitting.declare(member)
    assert seers(stage, dossier, LATER) == {"producer", "commune", "member"} | PROVINCE
    sitting.declare(member, conflict=True)
    assert "member" not in seers(stage, dossier, LATER)
    sitting.declare(member)
    assert "member" in seers(stage, dossier, LATER)


def test_a_product_taken_off_the_agenda_closes_to_the_members(stage):
    dossier = stage.ready().dossier
    sitting = stage.sitting(dossier)
    assert "member" in seers(stage, dossier, LATER)
    councils.remove_item(item=sitting.item, reason="Chờ kết quả kiểm nghiệm", by=sitting.secretary, now=sitting.at(9))
    assert "member" not in seers(stage, dossier, LATER)


@pytest.mark.parametrize(
    ("day", "sees"),
    [(date(2026, 9, 9), False), (date(2026, 9, 10), True), (date(2026, 9, 20), True), (date(2026, 9, 21), False)],
)
def test_a_grant_runs_from_its_first_to_its_last_day(stage, day, sees):
    dossier, user = stage.filed().dossier, stage.world.members[3]
    first, last = date(2026, 9, 10), date(2026, 9, 20)
    assert services.grant_reading(dossier=dossier, users=[user], valid_from=first, valid_to=last, reason="Đọc") == 1
    assert services.grant_reading(dossier=dossier, users=[user], valid_from=first, valid_to=last, reason="Đọc") == 0
    assert Dossier.objects.visible_to(user, day).contains(dossier) == sees


def test_a_second_person_of_the_subject_sees_it_from_the_first_day_of_his_term(stage):
    dossier, user = stage.draft(), stage.world.producers[1]
    add_member(subject=dossier.subject, user=user, valid_from=date(2026, 9, 5), by=SYSTEM, now=at(FILED))
    assert not Dossier.objects.visible_to(user, date(2026, 9, 4)).contains(dossier)
    assert Dossier.objects.visible_to(user, date(2026, 9, 5)).contains(dossier)


@pytest.mark.parametrize("model", [Subject, Product])
def test_the_register_has_the_same_scope(stage, model):
    dossier = stage.filed(filed_on=date(2024, 3, 12)).dossier
    row = dossier.subject if model is Subject else dossier.product
    for day, wanted in {
        date(2024, 3, 20): {"producer", "district", "district secretary"} | PROVINCE,
        date(2026, 9, 1): {"producer", "commune"} | PROVINCE,
    }.items():
        found = {n for n, u in people(stage).items() if model.objects.visible_to(u, day).filter(pk=row.pk).exists()}
        assert found == wanted


def test_nobody_sees_a_dossier_twice(stage):
    dossier = stage.ready().dossier
    sitting = stage.sitting(dossier)
    sitting.declare()
    for user in people(stage).values():
        assert Dossier.objects.visible_to(user, LATER).count() <= 1
