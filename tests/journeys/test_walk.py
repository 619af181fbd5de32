"""The whole walk through the services, from the register to the public page, on every route."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone

from ocop.certificates import services as certificates
from ocop.certificates.models import Approval, Certificate, Recognition
from ocop.councils.models import Conclusion
from ocop.dossiers import services as dossiers
from ocop.dossiers.models import Dossier, Window
from ocop.kernel import audit
from ocop.kernel.models import Event
from ocop.kernel.refusal import Refusal
from ocop.project.sample.walk import at
from tests.factories import PLAN

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(monkeypatch):
    """A stranger's browser on 24/11/2026."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 24, 3, tzinfo=UTC))
    return Client(headers={"host": "localhost"})


# The walk of 2026


def test_a_product_goes_from_the_register_to_its_stars_its_certificate_and_its_public_page(stage, public):
    (walked,) = stage.walk.round([PLAN])
    dossier = Dossier.objects.get(pk=walked.dossier.pk)
    assert (dossier.step, dossier.route, dossier.scorecard.code) == (
        "recognised",
        "2025-commune",
        "2026-06-processed-cereals",
    )
    recognition = Recognition.objects.get()
    assert (recognition.level, recognition.organ_name, recognition.stars) == (
        "province",
        "Ủy ban nhân dân tỉnh Tuyên Quang",
        4,
    )
    assert (recognition.valid_from, recognition.valid_until) == (date(2026, 10, 26), date(2029, 10, 26))
    window = Window.objects.get()
    assert (window.opens_on, window.closes_on) == (date(2029, 4, 29), date(2029, 6, 28))
    page = public.get(f"/c/{recognition.code}").content.decode()
    for told in ("Bánh khảo (mẫu)", "4 sao", recognition.decision.number, "26/10/2029", "Còn hiệu lực"):
        assert told.lower() in page.lower()
    found = public.get("/san-pham/", {"q": "banh khao"}).content.decode()
    assert "Bánh khảo (mẫu)" in found
    assert "Bánh khảo (mẫu)" not in public.get("/san-pham/", {"q": "che shan"}).content.decode()


def test_each_step_leaves_one_event_by_whoever_made_it(stage):
    (walked,) = stage.walk.round([PLAN])
    world = stage.world
    drafting = {"dossier.self_scored", "dossier.forms_saved", "dossier.evidence_pinned"}
    told = [(e.kind, e.actor.name) for e in audit.timeline(walked.dossier) if e.kind not in drafting]
    producer, commune = world.producers[0].name, world.communes["02287"].officers[0].name
    secretary, officer = world.secretaries[0].name, world.officers[0].name
    assert told == [
        ("dossier.opened", producer),
        ("dossier.submitted", producer),
        ("dossier.assessed", commune),
        ("dossier.propose", commune),
        ("dossier.accept", officer),
        ("dossier.convene", secretary),
        ("dossier.conclude", secretary),
        ("dossier.recognise", officer),
    ]


def test_every_event_commits_to_its_body(stage):
    """proof.md 5: c is the HMAC of the body under its salt."""
    stage.walk.round([PLAN])
    for event in Event.objects.select_related("body").order_by("id"):
        assert audit.commitment(bytes(event.body.salt), event.body.body.encode()) == event.c


def test_the_producer_is_told_at_every_turn(stage):
    stage.walk.round([PLAN])
    told = list(stage.world.producers[0].notices.order_by("pk").values_list("text", flat=True))
    assert ["đề nghị tỉnh" in told[0], "tiếp nhận" in told[1], "công nhận" in told[2]] == [True] * 3
    assert len(told) == 3


# The other routes


@pytest.mark.parametrize(
    ("changes", "level", "organ", "stars", "levels_that_judged"),
    [
        (
            {"filed_on": date(2021, 3, 10), "target": 60, "stars": 3},
            "province",
            "Ủy ban nhân dân tỉnh Tuyên Quang",
            3,
            ["district", "province"],
        ),
        (
            {"filed_on": date(2024, 3, 12), "target": 60, "stars": 3},
            "district",
            "Ủy ban nhân dân huyện Chiêm Hóa",
            3,
            ["district"],
        ),
        (
            {"filed_on": date(2024, 3, 12), "target": 78},
            "province",
            "Ủy ban nhân dân tỉnh Tuyên Quang",
            4,
            ["district", "province"],
        ),
        (
            {"filed_on": date(2025, 7, 3), "target": 60, "stars": 3},
            "province",
            "Ủy ban nhân dân tỉnh Tuyên Quang",
            3,
            ["province"],
        ),
        (
            {"filed_on": date(2025, 10, 8), "target": 60, "stars": 3},
            "province",
            "Ủy ban nhân dân tỉnh Tuyên Quang",
            3,
            ["province"],
        ),
    ],
    ids=["2019", "2023 at the district", "2023 sent up", "July 2025", "October 2025"],
)
def test_who_judged_and_who_recognised_on_each_route(stage, changes, level, organ, stars, levels_that_judged):
    stage.walk.round([replace(PLAN, **changes)])
    recognition = Recognition.objects.get()
    assert (recognition.level, recognition.organ_name, recognition.stars) == (level, organ, stars)
    assert list(Conclusion.objects.order_by("pk").values_list("level", flat=True)) == levels_that_judged
    assert recognition.conclusion.level == level
    assert Certificate.objects.get().recognition == recognition


# 90 points and more


def test_90_points_wait_for_the_ministry_without_stars_or_certificate(stage, public):
    stage.walk.round([replace(PLAN, target=92, stars=5)])
    assert Dossier.objects.get().step == "at_ministry"
    assert not Recognition.objects.exists()
    assert not Certificate.objects.exists()
    assert "Bánh khảo (mẫu)" not in public.get("/san-pham/").content.decode()
    officer = stage.world.officers[0]
    certificates.ministry_answer(
        approval=Approval.objects.get(),
        stars=5,
        organ_name="Bộ Nông nghiệp và Môi trường",
        organ=None,
        number="5021/QĐ-BNNMT",
        day=date(2026, 11, 20),
        by=officer,
        now=at(date(2026, 11, 20)),
    )
    recognition = Recognition.objects.get()
    assert (recognition.stars, recognition.level, recognition.valid_until) == (5, "ministry", date(2029, 11, 20))
    with pytest.raises(Refusal, match="Bộ công nhận 5 sao và cấp giấy chứng nhận"):
        certificates.issue_certificate(recognition=recognition, by=stage.world.officers[1], now=at(date(2026, 11, 21)))


# After the first recognition


def test_a_reevaluation_within_its_window_takes_the_old_ones_place(stage):
    """Recognised 26/4/2024 until 26/4/2027: filed from 28/10/2026 to 27/12/2026."""
    (first,) = stage.walk.round([replace(PLAN, filed_on=date(2024, 3, 2), target=78)])
    old = Recognition.objects.get()
    ends = old.valid_until
    window = Window.objects.get()
    assert (window.opens_on, window.closes_on) == (date(2026, 10, 28), date(2026, 12, 27))
    with pytest.raises(Refusal, match="đang có giấy chứng nhận"):
        stage.filed(filed_on=window.opens_on)
    draft = Dossier.objects.get(step="draft")
    dossiers.withdraw(
        dossier=draft,
        version=draft.version,
        reason="Chọn nhầm loại",
        by=stage.world.producers[0],
        now=at(window.opens_on),
    )
    stage.walk.round([replace(PLAN, filed_on=window.opens_on, dossier_kind="re_evaluation", target=80)])
    new = Recognition.objects.latest("pk")
    old.refresh_from_db()
    assert first.recognition == old
    assert (old.end_kind, old.ended_on, old.valid_until) == ("replaced", new.valid_from, ends)
    for day in (old.valid_from, new.valid_from, new.valid_until):
        assert Recognition.objects.in_force_on(day).count() == 1


def test_a_revoked_product_may_be_filed_anew_and_not_upgraded(stage):
    stage.walk.round([replace(PLAN, target=78, filed_on=date(2025, 10, 8))])
    officer, day = stage.world.officers[0], date(2026, 8, 3)
    certificates.revoke(
        recognition=Recognition.objects.get(),
        organ=stage.world.province,
        number="900/QĐ-UBND",
        day=day,
        ground="b",
        reason="Kết luận kiểm tra số 12 ngày 28/7/2026",
        by=officer,
        now=at(day),
    )
    with pytest.raises(Refusal, match="không nâng hạng"):
        stage.filed(dossier_kind="upgrade", filed_on=date(2026, 9, 1))
    draft = Dossier.objects.get(step="draft")
    dossiers.withdraw(
        dossier=draft, version=draft.version, reason="Chọn nhầm loại", by=stage.world.producers[0], now=at(day)
    )
    assert stage.filed(filed_on=date(2026, 9, 2)).dossier.step == "at_commune"


def test_no_certificate_before_the_decision(stage):
    walked = stage.concluded()
    officer = stage.world.officers[0]
    assert not Recognition.objects.exists()
    with pytest.raises(Refusal, match="trước ngày hội đồng kết luận"):
        certificates.recognise(
            conclusions=[walked.conclusion],
            organ=stage.world.province,
            number="700/QĐ-UBND",
            day=date(2026, 9, 30),
            by=officer,
            now=at(date(2026, 10, 5)),
        )
    assert Dossier.objects.get().step == "concluded_province"
    assert not Certificate.objects.exists()
