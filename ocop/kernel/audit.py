"""One spine of events: every service that changes state appends one event in its own transaction.

The event row commits to its body by HMAC, so that the body (who, why, before, after) can be erased and the log
still verifies. Source: proof.md section 5.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import rfc8785
from django.db import connection, models

from .models import Event, EventBody


@dataclass(frozen=True)
class Actor:
    """Who acted, as printed at that moment: a number, and name, role, organ in words."""

    id: int
    name: str
    role: str = ""
    organ: str = ""

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.name, self.role, self.organ)))


class HasActor(Protocol):
    def as_actor(self) -> Actor: ...


SYSTEM = Actor(0, "Hệ thống")


def actor_of(by: HasActor | Actor) -> Actor:
    """Return whoever acts as an event prints him."""
    return by if isinstance(by, Actor) else by.as_actor()


@dataclass(frozen=True)
class Entry:
    """One line of a timeline. actor is None where the body was erased."""

    at: datetime
    kind: str
    actor: Actor | None
    reason: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """What happened to one object: for `record_many`."""

    obj: models.Model
    reason: str = ""
    before: Mapping[str, object] = field(default_factory=dict)
    after: Mapping[str, object] = field(default_factory=dict)


def _plain(value: object) -> Any:
    """Values as JCS allows them: no floats, days and moments as text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float):
        raise TypeError("an event holds no float")
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)


def commitment(salt: bytes, body: bytes) -> str:
    """Return HMAC-SHA-256(salt, JCS of the body) as 64 hex digits."""
    return hmac.new(salt, body, hashlib.sha256).hexdigest()


def record(
    kind: str,
    obj: models.Model,
    *,
    by: HasActor | Actor,
    at: datetime,
    reason: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> Event:
    """Append the event of one change, in the transaction of the change.

    kind  "room.happened", e.g. "dossier.returned"; before/after  changed values, no secrets, no full ID numbers
    :raises RuntimeError: outside a transaction (the change and its event would not stand or fall together)
    """
    change = Change(obj, reason, before or {}, after or {})
    return record_many(kind, [change], by=by, at=at)[0]


def record_many(kind: str, changes: Sequence[Change], *, by: HasActor | Actor, at: datetime) -> list[Event]:
    """Append one event a change, all of one kind, in their order: for what writes thousands of rows at once.

    :raises RuntimeError: see `record`
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{kind}: an event is written in the transaction of its change")
    shared: dict[str, Any] = {"actor": asdict(actor_of(by)), "kind": kind, "at": at.isoformat()}
    same = {key: rfc8785.dumps(value) for key, value in shared.items()}
    events: list[Event] = []
    bodies: list[tuple[str, bytes]] = []
    for change in changes:
        label = change.obj._meta.label_lower
        own = {
            "object": f"{label}:{change.obj.pk}",
            "reason": change.reason,
            "before": _plain(change.before),
            "after": _plain(change.after),
        }
        parts = same | {key: rfc8785.dumps(value) for key, value in own.items()}
        body = b"{%b}" % b",".join(b'"%b":%b' % (key.encode(), parts[key]) for key in sorted(parts))  # JCS of the whole
        salt = secrets.token_bytes(32)
        events.append(Event(at=at, kind=kind, object_kind=label, object_id=change.obj.pk, c=commitment(salt, body)))
        bodies.append((body.decode(), salt))
    Event.objects.bulk_create(events)
    EventBody.objects.bulk_create(
        EventBody(event_id=event.pk, body=body, salt=salt) for event, (body, salt) in zip(events, bodies, strict=True)
    )
    return events


def timeline(obj: models.Model) -> list[Entry]:
    """Return the events of one object, oldest first. Whoever shows it has checked that the reader may see it."""
    return [_entry(event) for event in Event.objects.about(obj)]


def firsts(kind: str, objs: Sequence[models.Model]) -> dict[int, Entry]:
    """Return key -> the first event of that kind of each of these objects of one table: one query."""
    found: dict[int, Entry] = {}
    for obj in objs[:1]:
        keys = [one.pk for one in objs]
        rows = Event.objects.filter(object_kind=obj._meta.label_lower, object_id__in=keys, kind=kind)
        for event in rows.select_related("body").order_by("id"):
            found.setdefault(event.object_id, _entry(event))
    return found


def histories(objs: Sequence[models.Model], *, without: Collection[str] = ()) -> dict[int, list[Entry]]:
    """Return key -> events, oldest first, of these objects of one table: one query. without  kinds left out"""
    found: dict[int, list[Entry]] = {}
    for obj in objs[:1]:
        rows = Event.objects.filter(object_kind=obj._meta.label_lower, object_id__in=[one.pk for one in objs])
        for event in rows.exclude(kind__in=without).select_related("body").order_by("id"):
            found.setdefault(event.object_id, []).append(_entry(event))
    return found


def _entry(event: Event) -> Entry:
    text = event.body.body
    body: dict[str, Any] = json.loads(text) if text else {}
    actor = Actor(**body["actor"]) if body else None
    return Entry(event.at, event.kind, actor, body.get("reason", ""), body.get("before", {}), body.get("after", {}))
