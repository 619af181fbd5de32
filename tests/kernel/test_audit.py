"""One spine of events: proof.md section 5, compliance.md section 5."""

import hashlib
import hmac
import json
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from ocop.kernel import audit
from ocop.kernel.models import Event, EventBody, Holiday

AT = datetime(2026, 6, 1, 2, 30, tzinfo=UTC)
OFFICER = audit.Actor(7, "Hoàng Thị Mai", "Thư ký", "Văn phòng OCOP")


@pytest.fixture
def day() -> Holiday:
    return Holiday(pk=12, day=date(2026, 9, 2), name="Quốc khánh", working=False, basis="BLLĐ 2019")


@pytest.fixture
def event(db: None, day: Holiday) -> Event:
    return audit.record(
        "holiday.changed", day, by=OFFICER, at=AT, reason="Nghỉ bù", before={"working": False}, after={"working": True}
    )


def test_an_event_outside_the_transaction_of_its_change_is_refused(day: Holiday) -> None:
    with pytest.raises(RuntimeError, match=r"holiday\.changed"):
        audit.record("holiday.changed", day, by=OFFICER, at=AT)


@pytest.mark.django_db
def test_an_event_falls_with_the_transaction_of_its_change(day: Holiday) -> None:
    before = Event.objects.count(), EventBody.objects.count()
    with transaction.atomic():
        audit.record("holiday.changed", day, by=OFFICER, at=AT)
        transaction.set_rollback(True)
    assert (Event.objects.count(), EventBody.objects.count()) == before


def test_an_event_commits_to_its_body_by_a_salted_hash(event: Event) -> None:
    stored = EventBody.objects.get(event=event)
    assert len(stored.salt) == 32
    assert (
        Event.objects.get(pk=event.pk).c
        == hmac.new(bytes(stored.salt), stored.body.encode(), hashlib.sha256).hexdigest()
    )
    assert audit.commitment(bytes(stored.salt), stored.body.replace("Mai", "Lan").encode()) != event.c


def test_the_body_is_canonical_json_with_who_what_when_and_why(event: Event) -> None:
    assert EventBody.objects.get(event=event).body == (
        '{"actor":{"id":7,"name":"Hoàng Thị Mai","organ":"Văn phòng OCOP","role":"Thư ký"},'
        '"after":{"working":true},"at":"2026-06-01T02:30:00+00:00","before":{"working":false},'
        '"kind":"holiday.changed","object":"kernel.holiday:12","reason":"Nghỉ bù"}'
    )


def test_equal_events_have_different_commitments(event: Event, day: Holiday) -> None:
    again = audit.record(
        "holiday.changed", day, by=OFFICER, at=AT, reason="Nghỉ bù", before={"working": False}, after={"working": True}
    )
    assert again.body.body == event.body.body
    assert again.c != event.c


@pytest.mark.django_db
def test_an_event_holds_days_as_text_and_no_float(day: Holiday) -> None:
    made = audit.record("holiday.changed", day, by=OFFICER, at=AT, after={"day": day.day, "points": [89, None]})
    assert json.loads(made.body.body)["after"] == {"day": "2026-09-02", "points": [89, None]}
    with pytest.raises(TypeError):
        audit.record("holiday.changed", day, by=OFFICER, at=AT, after={"mean": 89.5})


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE kernel_event SET kind = 'other'",
        "UPDATE kernel_event SET c = c",
        "DELETE FROM kernel_event",
        "UPDATE kernel_eventbody SET body = 'other'",
        "UPDATE kernel_eventbody SET body = NULL",
        "UPDATE kernel_eventbody SET salt = NULL",
        "UPDATE kernel_eventbody SET event_id = event_id + 1, body = NULL, salt = NULL",
        "DELETE FROM kernel_eventbody",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_an_event(event: Event, sql: str) -> None:
    before = list(Event.objects.values()), list(EventBody.objects.values_list("event_id", "body"))
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert (list(Event.objects.values()), list(EventBody.objects.values_list("event_id", "body"))) == before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="INSERT OR REPLACE is SQLite's")
@pytest.mark.parametrize(
    "sql",
    [
        "INSERT OR REPLACE INTO kernel_event SELECT id, at, 'other', object_kind, object_id, c FROM kernel_event",
        "INSERT OR REPLACE INTO kernel_eventbody SELECT event_id, 'other', salt FROM kernel_eventbody",
    ],
)
def test_sqlite_refuses_to_write_over_an_event(event: Event, sql: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Event.objects.get(pk=event.pk).kind == "holiday.changed"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="TRUNCATE is PostgreSQL's")
@pytest.mark.parametrize("table", ["kernel_event", "kernel_eventbody"])
def test_postgresql_refuses_to_empty_the_events(db: None, table: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_a_body_can_be_erased_with_its_salt_and_the_event_stays(event: Event, day: Holiday) -> None:
    assert EventBody.objects.filter(event=event).update(body=None, salt=None) == 1
    assert [(entry.kind, entry.actor, entry.reason) for entry in audit.timeline(day)] == [("holiday.changed", None, "")]
    assert Event.objects.get(pk=event.pk).c == event.c
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        EventBody.objects.filter(event=event).update(body="written again", salt=b"0" * 32)


def test_a_timeline_is_the_objects_own_oldest_first(event: Event, day: Holiday) -> None:
    other = Holiday(pk=13)
    audit.record("holiday.changed", other, by=audit.SYSTEM, at=AT)
    audit.record("holiday.confirmed", day, by=audit.SYSTEM, at=AT)
    lines = audit.timeline(day)
    assert [line.kind for line in lines] == ["holiday.changed", "holiday.confirmed"]
    assert (lines[0].actor, lines[0].reason, lines[0].after) == (OFFICER, "Nghỉ bù", {"working": True})
    assert lines[1].actor == audit.Actor(0, "Hệ thống")
