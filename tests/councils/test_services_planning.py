"""Planning a session: day and hour, the order of the agenda, notice in time."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from ocop.accounts.models import Notice
from ocop.councils import services
from ocop.councils.models import Session
from ocop.kernel.models import Event
from ocop.kernel.refusal import Forbidden, Moved, Refusal
from ocop.project.sample.walk import at
from tests.ground import standing

pytestmark = pytest.mark.django_db


@standing
def sitting(stage):
    """Invited on the day of the session itself; nobody has declared."""
    return stage.sitting(stage.ready().dossier, opened=False)


def change(sitting, **changes):
    values = {
        "name": "Phiên",
        "held_on": sitting.day,
        "place": "Phòng họp",
        "version": sitting.session.version,
        "by": sitting.secretary,
        "now": sitting.at(7),
    }
    services.change_session(session=sitting.session, **{**values, **changes})


def test_members_who_were_invited_are_told_of_another_day(sitting):
    Notice.objects.all().delete()
    change(sitting)
    assert Notice.objects.count() == 0
    later = sitting.day + timedelta(days=1)
    change(sitting, held_on=later, starts_at=time(8), minutes_each=20)
    told = Notice.objects.filter(user=sitting.members[1].user).get()
    assert told.text == f"Đổi lịch: Phiên, 08:00 ngày {later:%d/%m/%Y}, Phòng họp."
    assert Notice.objects.count() == 10


def test_what_is_planned_is_checked_and_an_open_session_keeps_its_plan(sitting):
    with pytest.raises(Refusal, match="ngoài nhiệm kỳ"):
        change(sitting, held_on=sitting.council.founded_on - timedelta(days=1))
    with pytest.raises(Refusal, match="211 phút dài hơn một buổi"):
        change(sitting, minutes_each=211)
    with pytest.raises(Forbidden):
        change(sitting, by=sitting.chair)
    with pytest.raises(Moved):
        change(sitting, version=sitting.session.version + 1)
    sitting.reread()
    sitting.attend(*sitting.members)
    services.open_session(session=sitting.session, by=sitting.secretary, now=sitting.at(8))
    with pytest.raises(Refusal, match="đang họp"):
        change(sitting)


# Agenda


def agenda(sitting):
    return list(sitting.session.items.order_by("position").values_list("dossier__product__name", flat=True))


def test_the_agenda_follows_the_sets_and_one_product_moves_a_place(stage, sitting):
    """Set 6 was there first; sets 22 and 4 come after it, filed in one day."""
    by, now, session = sitting.secretary, sitting.at(7), sitting.session
    for name, set_no in (("Vải", 22), ("Mật ong", 4)):
        services.add_item(session=session, dossier=stage.ready(name=name, set_no=set_no).dossier, by=by, now=now)
    assert agenda(sitting) == ["Bánh khảo (mẫu)", "Vải", "Mật ong"]
    services.sort_agenda(session=session, by=by, now=now)
    assert agenda(sitting) == ["Mật ong", "Bánh khảo (mẫu)", "Vải"]

    def move(name, up):
        item = session.items.select_related("session__council").get(dossier__product__name=name)
        services.move_item(item=item, up=up, by=by, now=now)
        return agenda(sitting)

    assert move("Vải", True) == ["Mật ong", "Vải", "Bánh khảo (mẫu)"]
    assert move("Mật ong", True) == ["Mật ong", "Vải", "Bánh khảo (mẫu)"]  # the first stays first
    assert move("Bánh khảo (mẫu)", False) == ["Mật ong", "Vải", "Bánh khảo (mẫu)"]
    assert list(session.items.order_by("position").values_list("position", flat=True)) == [1, 2, 3]
    assert Event.objects.about(session).filter(kind="session.reordered").count() == 4
    with pytest.raises(Forbidden):
        services.sort_agenda(session=session, by=sitting.chair, now=now)
    item = session.items.select_related("session__council").get(dossier__product__name="Vải")
    with pytest.raises(Forbidden):
        services.move_item(item=item, up=True, by=sitting.chair, now=now)


# Notice: least working days before a session


def held(stage, day, invited_on, added_on, **rules):
    """A session with one product, invited and filled on these days. 1/10/2026 is a Thursday."""
    council, by = stage.walk.council("province", date(2026, 9, 20)), stage.world.secretaries[0]
    session = services.plan_session(council=council, name="P", held_on=day, place="P", by=by, now=at(invited_on))
    Session.objects.filter(pk=session.pk).update(rules_body={**session.rules_body, **rules})
    session.refresh_from_db()
    services.add_item(session=session, dossier=stage.ready(name="A").dossier, by=by, now=at(invited_on))
    services.invite(session=session, by=by, now=at(invited_on))
    if added_on != invited_on:
        services.add_item(session=session, dossier=stage.ready(name="B").dossier, by=by, now=at(added_on))
        services.invite(session=session, by=by, now=at(added_on))  # again: the day of the invitation stays the first
    chair = council.members.get(part="chair").user
    return session, by, chair


DAY = date(2026, 10, 1)
MONDAY, TUESDAY, WEDNESDAY = date(2026, 9, 28), date(2026, 9, 29), date(2026, 9, 30)


def test_an_invitation_in_time_lets_the_session_open(stage):
    session, by, _ = held(stage, DAY, MONDAY, WEDNESDAY, notice_days=3, dossier_days=1)
    services.open_session(session=session, by=by, now=at(DAY))
    assert session.state == Session.OPEN


def test_a_late_invitation_needs_the_chairs_reason(stage):
    session, by, chair = held(stage, DAY, TUESDAY, TUESDAY, notice_days=3, dossier_days=2)
    with pytest.raises(Refusal, match="Giấy mời gửi ngày 29/09/2026; quy chế cần trước phiên 3 ngày làm việc"):
        services.open_session(session=session, by=by, now=at(DAY))
    with pytest.raises(Forbidden):
        services.allow_short_notice(session=session, reason="Kịp ngày có kết quả", by=by, now=at(DAY))
    with pytest.raises(Refusal, match="quá ngắn"):
        services.allow_short_notice(session=session, reason="Gấp", by=chair, now=at(DAY))
    services.allow_short_notice(session=session, reason="Kịp ngày có kết quả", by=chair, now=at(DAY))
    services.open_session(session=session, by=by, now=at(DAY))
    assert Event.objects.about(session).filter(kind="session.short_notice").count() == 1


def test_a_dossier_added_too_late_is_open_too_late(stage):
    session, by, _ = held(stage, DAY, MONDAY, WEDNESDAY, notice_days=3, dossier_days=2)
    with pytest.raises(Refusal, match="Hồ sơ điện tử mở ngày 30/09/2026; quy chế cần trước phiên 2 ngày làm việc"):
        services.open_session(session=session, by=by, now=at(DAY))
