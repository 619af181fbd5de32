"""Tables stand on floors: a foreign key points down; what a reader may see is written once, in `visible_to`."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Field, Model

from ocop.certificates.services import want_bundle
from ocop.councils.models import Comment, Complaint, Conclusion, Item, PaperSheet, Session
from ocop.councils.rules import TeamPart
from ocop.councils.services import TeamSeat, found_team, receive_samples
from ocop.dossiers.services import ask_gap, record_visit, want_archive
from ocop.importing import services as importing
from ocop.kernel import files
from ocop.project.sample.walk import at
from ocop.registry.services import save_site
from tests.factories import PLAN
from tests.importing.lists import book

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
    {"importing"},
    {"desk", "portal"},
    {"project"},
]
HEIGHT = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}

PUBLIC = "a public fact: law, taxonomy, holidays"
PART = "a part of one visible object, read through it"
INSIDE = "never on a page by itself: machinery of the kernel"
NO_SCOPE = {
    "accounts.AccountRules": PUBLIC,
    "accounts.Agency": "organs stand on public papers",
    "accounts.SignInFailure": INSIDE,
    "areas.AreaChange": PUBLIC,
    "certificates.Approval": "part of a conclusion",
    "certificates.Wording": "words of papers, none of their data",
    "certificates.PaperNumber": "part of a session, whose visibility is asked first",
    "certificates.Certificate": "part of a recognition, which has a public page",
    "councils.Attendance": PART,
    "councils.EvaluationRound": PUBLIC,
    "councils.Calibration": PART,
    "councils.CalibrationSheet": "its member's own, read through the session",
    "councils.ComplaintFile": PART,
    "councils.CouncilRules": PUBLIC,
    "councils.Discussion": PART,
    "councils.Excuse": PART,
    "councils.Finding": PART,
    "councils.Interest": PART,
    "councils.MeetingRequest": PART,
    "councils.Keying": PART,
    "councils.Member": PART,
    "councils.TeamMember": PART,
    "councils.SheetAnswer": "part of a sheet",
    "dossiers.Advice": PART,
    "dossiers.CheckingRow": PUBLIC,
    "dossiers.ClockNotice": INSIDE,
    "dossiers.WindowNotice": INSIDE,
    "dossiers.CommuneAssessment": PART,
    "dossiers.ExpiryNotice": INSIDE,
    "dossiers.Filing": PART,
    "dossiers.Grant": PART,
    "dossiers.Hand": PART,
    "dossiers.LateRow": PUBLIC,
    "dossiers.Pin": PART,
    "dossiers.ResultNotice": PART,
    "dossiers.RouteRow": PUBLIC,
    "dossiers.SelfScore": PART,
    "dossiers.Slip": PART,
    "dossiers.Stay": PART,
    "dossiers.TransitionRow": PUBLIC,
    "dossiers.VisitFinding": PART,
    "dossiers.VisitPhoto": PART,
    "dossiers.Window": PART,
    "importing.ColumnChoice": "habits of an office, used for its own lists",
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
    "kernel.Upload": "its sender's alone: `of`",
    "registry.Appraisal": PART,
    "registry.BusinessPlan": PART,
    "registry.IdeaRegistration": PART,
    "registry.KeptApart": PART,
    "registry.Merge": PART,
    "registry.Packaging": PART,
    "registry.PlanYear": PART,
    "registry.StageChange": PART,
    "registry.ClaimCode": "found by its own code alone",
    "registry.Consent": "part of a subject, read through it",
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
def test_a_stranger_sees_only_what_is_public(stage):
    stage.filed(name="Cốm nếp (mẫu)")
    visited = stage.proposed(name="Bánh gai (mẫu)").dossier
    by, now = stage.world.team[0], at(date(2026, 9, 10))
    found_team(
        organ=stage.world.province, name="Tổ tư vấn", number="77/QĐ-UBND", day=date(2026, 9, 9),
        seats=[TeamSeat(by, "Chi cục", TeamPart.LEAD)], by=stage.world.secretaries[0], now=now,
    )  # fmt: skip
    record_visit(
        dossier=visited, held_on=date(2026, 9, 10), place="Xưởng", people="Tổ tư vấn", summary="", by=by, now=now
    )
    want_archive(dossier=visited, by=stage.world.producers[0], now=now)
    ask_gap(
        dossier=visited, criterion="", text="Thiếu chữ ký ở mẫu 01", due_on=date(2026, 9, 21),
        by=stage.world.officers[0], now=now,
    )  # fmt: skip
    stage.walk.round([PLAN])
    item = Item.objects.get()
    PaperSheet.objects.create(
        item=item, member=item.session.council.members.all()[0], round=1, named_by=stage.world.officers[0], named_at=now
    )
    now = at(date(2026, 11, 24))
    Comment.objects.create(code="Y", conclusion=Conclusion.objects.earliest("pk"), name="A", text="-", sent_at=now)
    Complaint.objects.create(
        code="K", conclusion=Conclusion.objects.earliest("pk"), grounds="-", made_on=now, filed_at=now, filed_by=by
    )
    save_site(
        subject=visited.subject, kind="workshop", name="Xưởng", commune=visited.commune, products=[],
        by=stage.world.producers[0], now=now,
    )  # fmt: skip
    by = stage.world.officers[0]
    want_bundle(session=Session.objects.latest("pk"), decision=None, by=by, now=now)
    stored = files.store(
        book(("DS", [("Tên chủ thể", "Xã"), ("HTX A", "Chiêm Hóa")])), "ds.xlsx", now=now, allow=("xlsx",)
    )
    importing.check(found=importing.start(kind="chu-the", stored=stored, by=by, now=now), now=now)
    sitting = stage.sitting(stage.ready(name="Bánh gio (mẫu)").dossier, day=date(2026, 10, 20), opened=False)
    receive_samples(
        item=sitting.item, count=1, received_on=sitting.day, received_from="UBND xã", by=sitting.secretary,
        now=sitting.at(),
    )  # fmt: skip
    seen = {}
    for model in models():
        if hasattr(model.objects.all(), "visible_to"):
            assert model.objects.exists(), f"no {model._meta.label} to look for"
            seen[model._meta.label] = model.objects.visible_to(AnonymousUser(), date(2026, 11, 24)).exists()
    assert {label for label, some in seen.items() if some} == {"areas.Area", "certificates.Recognition"}
