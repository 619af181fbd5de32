"""Tables stand on floors: a foreign key points down; what a reader may see is written once, in `visible_to`."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Field, Model

from tests.factories import PLAN, make_stage

FLOORS = [
    {"kernel"},
    {"areas"},
    {"accounts"},
    {"documents"},
    {"registry"},
    {"scorecards"},
    {"dossiers"},
    {"councils"},
    {"certificates"},
    {"desk", "portal"},
    {"project"},
]
HEIGHT = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}

PUBLIC = "a public fact: law, taxonomy, holidays"
PART = "a part of one visible object, read through it"
INSIDE = "never on a page by itself: machinery of the kernel"
NO_SCOPE = {
    "accounts.Agency": "organs stand on public papers",
    "areas.AreaChange": PUBLIC,
    "certificates.Approval": "part of a conclusion",
    "certificates.Certificate": "part of a recognition, which has a public page",
    "councils.Attendance": PART,
    "councils.CouncilRules": PUBLIC,
    "councils.Excuse": PART,
    "councils.Finding": PART,
    "councils.Interest": PART,
    "councils.Member": PART,
    "councils.SheetAnswer": "part of a sheet",
    "dossiers.CommuneAssessment": PART,
    "dossiers.Filing": PART,
    "dossiers.Grant": PART,
    "dossiers.Pin": PART,
    "dossiers.RouteRow": PUBLIC,
    "dossiers.SelfScore": PART,
    "dossiers.TransitionRow": PUBLIC,
    "dossiers.Window": PART,
    "kernel.Blob": "bytes, served by the room that owns the link",
    "kernel.Counter": INSIDE,
    "kernel.Event": "shown as the timeline of a visible object",
    "kernel.EventBody": "shown as the timeline of a visible object",
    "kernel.Holiday": PUBLIC,
    "kernel.Job": "of the administrator's page alone",
    "kernel.Look": INSIDE,
    "kernel.Once": INSIDE,
    "kernel.ReferenceFile": INSIDE,
    "kernel.Schedule": INSIDE,
    "registry.EvidenceKind": PUBLIC,
    "registry.ProductGroup": PUBLIC,
    "registry.ProductSet": PUBLIC,
    "registry.SetCrosswalk": PUBLIC,
    "registry.SubjectKind": PUBLIC,
    "registry.SubjectMember": PART,
    "registry.Tie": "read by councils to find conflicts, never listed",
    "scorecards.Regime": PUBLIC,
    "scorecards.Scorecard": PUBLIC,
    "scorecards.ScoringSetting": PUBLIC,
}


def models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("ocop.")]


def keys() -> list[Field]:
    """Every foreign key of ours to a table of ours."""
    ours = set(models())
    return [
        f
        for model in models()
        for f in model._meta.get_fields()
        if f.many_to_one or (f.one_to_one and f.concrete)
        if f.related_model in ours
    ]


def test_every_room_has_its_floor():
    assert {model._meta.app_label for model in models()} <= set(HEIGHT)


@pytest.mark.parametrize("key", keys(), ids=lambda key: f"{key.model._meta.label}.{key.name}")
def test_a_foreign_key_points_down_or_stays_in_its_room(key):
    here, there = key.model._meta.app_label, key.related_model._meta.app_label
    assert here == there or HEIGHT[there] < HEIGHT[here]


def test_every_table_says_who_sees_it_or_why_that_is_not_asked():
    without = {model._meta.label for model in models() if not hasattr(model.objects.all(), "visible_to")}
    assert without == set(NO_SCOPE)


@pytest.mark.django_db
def test_a_stranger_sees_only_what_is_public():
    stage = make_stage()
    stage.filed(name="Cốm nếp (mẫu)")
    stage.walk.round([PLAN])
    seen = {}
    for model in models():
        if hasattr(model.objects.all(), "visible_to"):
            assert model.objects.exists(), f"no {model._meta.label} to look for"
            seen[model._meta.label] = model.objects.visible_to(AnonymousUser(), date(2026, 11, 24)).exists()
    assert {label for label, some in seen.items() if some} == {"areas.Area", "certificates.Recognition"}
