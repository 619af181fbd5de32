"""Nobody sees another's marks, spread or mean before the product's round is closed."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import AnonymousUser

from ocop.councils import services
from ocop.councils.models import Conclusion, Item, Sheet
from ocop.councils.papers import minutes
from ocop.councils.queries import board, work_for
from ocop.kernel import audit
from ocop.kernel.models import Event
from tests.ground import standing

pytestmark = pytest.mark.django_db


@standing
def sitting(stage):
    return stage.sitting(stage.ready().dossier)


def people(sitting):
    world = sitting.stage.world
    return {
        "member": sitting.members[2].user,
        "other member": sitting.members[3].user,
        "chair": sitting.chair,
        "secretary": sitting.secretary,
        "province officer": world.officers[0],
        "leader": world.leader,
        "colleague of the secretary": world.secretaries[1],
        "producer": world.producers[0],
        "commune officer": world.communes["02287"].officers[0],
        "district officer": world.districts["073"].officers[0],
        "administrator": world.admin,
        "stranger": AnonymousUser(),
    }


INSIDE = {
    "member",
    "other member",
    "chair",
    "secretary",
    "province officer",
    "leader",
    "colleague of the secretary",
}


def who_sees(sitting, sheet):
    return {
        name
        for name, user in people(sitting).items()
        if Sheet.objects.visible_to(user, sitting.day).filter(pk=sheet.pk).exists()
    }


def test_before_the_round_closes_a_sheet_is_its_members_alone_signed_or_not(sitting):
    member = sitting.members[2]
    sheet = sitting.fill(member, sitting.answers(72))
    assert who_sees(sitting, sheet) == {"member"}
    services.sign_sheet(sheet=sheet, by=member.user, now=sitting.at())
    assert who_sees(sitting, sheet) == {"member"}
    sitting.sign(sitting.members[3], 72)
    assert who_sees(sitting, sheet) == {"member"}


def test_after_the_conclusion_those_inside_see_the_sheets_and_the_producer_does_not(sitting):
    sitting.sign_all(72)
    sheet = Sheet.objects.get(member=sitting.members[2])
    sitting.conclude()
    assert who_sees(sitting, sheet) == INSIDE


def test_across_rounds_the_closed_one_opens_and_the_running_one_stays_shut(sitting):
    sitting.sign_all(75, 60, stars=3)
    assert sitting.close() is None
    first = Sheet.objects.get(member=sitting.members[2], round=1)
    second = sitting.start(sitting.members[2])
    assert who_sees(sitting, first) == INSIDE
    assert who_sees(sitting, second) == {"member"}
    sitting.sign_all(65, stars=3)
    sitting.conclude()
    assert who_sees(sitting, second) == INSIDE


def test_a_conclusion_is_seen_by_those_inside_and_by_those_who_see_the_dossier(sitting):
    sitting.sign_all(72)
    conclusion = sitting.conclude()
    found = {
        name
        for name, user in people(sitting).items()
        if Conclusion.objects.visible_to(user, sitting.day).filter(pk=conclusion.pk).exists()
    }
    assert found == INSIDE | {"producer", "commune officer"}


def numbers_in(value):
    """Every number anywhere in a value."""
    if isinstance(value, dict):
        return [n for item in value.values() for n in numbers_in(item)]
    if isinstance(value, list | tuple):
        return [n for item in value for n in numbers_in(item)]
    return [value] if isinstance(value, int) and not isinstance(value, bool) else []


def logs(sitting):
    """What the timelines of session, product and dossier say, as the pages show them."""
    objects = (sitting.session, sitting.item, sitting.item.dossier, sitting.council)
    return [entry for obj in objects for entry in audit.timeline(obj)]


def test_the_timelines_tell_no_mark_while_the_round_is_open(sitting):
    before = {(entry.kind, entry.at) for entry in logs(sitting)}
    for member, total in zip(sitting.members[:8], (61, 62, 63, 64, 65, 66, 67, 68), strict=True):
        sitting.sign(member, total, stars=3)
    sheet = Sheet.objects.select_related("item__session__council").get(member=sitting.members[0])
    services.reopen_sheet(sheet=sheet, reason="Xem lại tiêu chí 2.1", by=sitting.chair, now=sitting.at(9, 30))
    services.remind(session=sitting.session, by=sitting.secretary, now=sitting.at(9, 35))
    new = [entry for entry in logs(sitting) if (entry.kind, entry.at) not in before]
    assert [(entry.kind, numbers_in(entry.before), numbers_in(entry.after)) for entry in new] == [
        ("session.reminded", [], [2])  # two who owe a sheet
    ]


def test_what_a_mark_leaves_in_the_log_stands_at_the_members_own_sheet(sitting):
    """The pages show timelines of session, product and dossier; a sheet's own is behind Sheet.visible_to."""
    last = Event.objects.latest("id").id
    sitting.sign(sitting.members[2], 67, stars=3)
    sheet = Sheet.objects.get()
    new = Event.objects.filter(id__gt=last).order_by("id")
    assert [event.kind for event in new] == ["sheet.started", "sheet.marked", "sheet.signed"]
    assert set(new.values_list("object_kind", "object_id")) == {("councils.sheet", sheet.pk)}


def test_the_second_round_shows_the_criteria_that_differ_and_no_name(sitting):
    sitting.sign_all(75, 60, stars=3)
    sitting.close()
    entry = audit.timeline(sitting.item)[-1]
    assert entry.kind == "item.next_round"
    told = json.dumps([entry.after, sitting.item.deviation], ensure_ascii=False)
    assert not any(member.user.name in told for member in sitting.members)


def test_the_secretarys_board_counts_sheets_and_tells_no_points(sitting):
    for member, total in zip(sitting.members[:3], (61, 72, 83), strict=True):
        sitting.sign(member, total, stars=3)
    (row,) = board(sitting.session, sitting.day)
    assert (len(row.signed), len(row.waiting), len(row.due)) == (3, 6, 9)
    words = json.dumps([[duty.member.user.name, duty.state, duty.detail, duty.name] for duty in row.duties])
    assert not any(str(total) in words for total in (61, 72, 83))


def test_the_work_list_of_another_tells_no_points(sitting):
    sitting.sign(sitting.members[2], 83, stars=3)
    for name, user in people(sitting).items():
        if name != "stranger":
            told = " ".join(f"{w.title} {w.detail} {w.action}" for w in work_for(user, sitting.day))
            assert "83" not in told


def test_minutes_drawn_too_early_tell_no_mark(sitting):
    for member in sitting.members[:8]:
        sitting.sign(member, 83, stars=3)
    assert "83" not in repr(minutes(sitting.session))
    sitting.sign(sitting.members[8], 83, stars=3)
    sitting.conclude()
    assert "83,00" in repr(minutes(sitting.session))


def test_an_item_shows_itself_to_those_inside_alone(sitting):
    found = {n for n, u in people(sitting).items() if Item.objects.visible_to(u, sitting.day).exists()}
    assert found == INSIDE
