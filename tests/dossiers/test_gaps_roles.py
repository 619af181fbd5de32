"""Every step, every act of checking, every kind of person: allowed exactly where the office or the team stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import transaction

from ocop.accounts.models import User
from ocop.dossiers import services
from ocop.dossiers.models import Dossier, Gap
from ocop.dossiers.rules import Step
from ocop.kernel.audit import SYSTEM
from ocop.kernel.models import Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at
from ocop.registry.models import TieKind
from ocop.registry.services import add_member, tie

from .test_moves import TIMES, people, put

pytestmark = pytest.mark.django_db
WORDS = "Nộp bản có chữ ký, đóng dấu"
Act = Callable[[Dossier, User, datetime], object]


def gap_of(dossier: Dossier, state: str) -> Gap:
    """A gap in that state behind the services' back."""
    gap = Gap.objects.select_related("dossier__subject").get(dossier=dossier)
    Gap.objects.filter(pk=gap.pk).update(state=state)
    gap.refresh_from_db()
    gap.dossier.refresh_from_db()
    return gap


def on_gap(act: Callable[..., None], state: str, **more: object) -> Act:
    def run(dossier: Dossier, by: User, now: datetime) -> None:
        gap = gap_of(dossier, state)
        act(gap=gap, version=gap.version, by=by, now=now, **more)

    return run


def advise(dossier: Dossier, by: User, now: datetime) -> None:
    """Propose what the producer scored at the first criterion."""
    own = dossier.self_scores.order_by("pk")[0]
    services.save_advice(
        dossier=dossier, criterion=own.criterion, answer=own.answer, reason="Đối chiếu", version=0, by=by, now=now
    )


LATER = date(2026, 12, 1)
ACTS: dict[str, Act] = {
    "ask": lambda d, by, now: services.ask_gap(dossier=d, criterion="", text=WORDS, due_on=LATER, by=by, now=now),
    "answer": on_gap(services.answer_gap, "open", text=WORDS),
    "close": on_gap(services.close_gap, "answered"),
    "reopen": on_gap(services.reopen_gap, "closed", reason=WORDS, due_on=LATER),
    "withdraw": on_gap(services.withdraw_gap, "open", reason=WORDS),
    "advise": lambda d, by, now: advise(d, by, now),
    "visit": lambda d, by, now: services.record_visit(
        dossier=d, held_on=now.date(), place="Thôn Nà Pàng", people="Tổ tư vấn", summary="", by=by, now=now
    ),
}
OFFICE = {"ask", "close", "reopen", "withdraw"}
COMMUNE = {"commune officer", "colleague of the commune"}
TEAM = {"advisory team", "province officer"}


def allowed(step: Step, returned_from: Step, year: int) -> dict[str, set[str]]:
    """act -> who may do it; written down from ocop-rules.md section 4, not from the code."""
    office = {
        Step.AT_COMMUNE: COMMUNE if year == 2026 else set(),
        Step.AT_DISTRICT: {"district officer"} if year == 2024 else set(),
        Step.AT_PROVINCE: {"province officer"},
    }
    found = {act: office.get(step, set()) for act in OFFICE}
    found["answer"] = {"producer"} if step == Step.RETURNED else set()
    if step == Step.RETURNED:
        found["withdraw"] = office[returned_from]
    team: set[str] = set()
    if step in (Step.AT_PROVINCE, Step.READY_PROVINCE):
        team = TEAM
    elif step in (Step.AT_DISTRICT, Step.READY_DISTRICT) and year == 2024:
        team = {"district officer"}
    found["advise"] = found["visit"] = team
    return found


@TIMES
@pytest.mark.parametrize("step", list(Step))
def test_an_act_is_done_by_its_people_alone_and_otherwise_writes_nothing(
    stage, step, filed_on, now, actors, returned_from
):
    dossier = stage.filed(filed_on=filed_on).dossier
    services.grant_reading(
        dossier=dossier, users=[stage.world.members[2]], valid_from=filed_on, valid_to=None, reason="Thành viên"
    )
    Gap.objects.create(
        dossier=dossier, number=7, criterion="", text=WORDS, step=dossier.step, asked_by=stage.world.officers[0],
        asked_as="Cán bộ", asked_at=now, due_on=now.date(), sent_at=now,
    )  # fmt: skip
    put(dossier, step, returned_from=returned_from)
    wanted = allowed(step, returned_from, now.year)
    everybody = {**people(stage), "advisory team": stage.world.team[0]}
    done: dict[str, set[str]] = {act: set() for act in ACTS}
    for name, user in everybody.items():
        for act, run in ACTS.items():
            with transaction.atomic():
                events = Event.objects.count()
                try:
                    with transaction.atomic():
                        run(Dossier.objects.get(pk=dossier.pk), user, now)
                    done[act].add(name)
                    assert Event.objects.count() > events
                except Refusal:
                    assert Event.objects.count() == events
                transaction.set_rollback(True)
    assert done == {act: wanted[act] for act in ACTS}


def test_who_has_a_tie_to_the_subject_does_not_advise(stage):
    dossier = stage.proposed().dossier
    one, other = stage.world.team
    day = date(2026, 9, 10)
    tie(subject=dossier.subject, kind=TieKind.RELATIVE, user=one, valid_from=day, source="Khai báo")
    with pytest.raises(Refusal, match="có liên quan đến chủ thể"):
        advise(dossier, one, at(day))
    advise(dossier, other, at(day))


def test_who_acts_for_the_subject_does_not_advise_on_it(stage):
    dossier = stage.proposed().dossier
    one = stage.world.team[0]
    add_member(subject=dossier.subject, user=one, valid_from=date(2026, 1, 1), by=SYSTEM, now=at(date(2026, 9, 1)))
    with pytest.raises(Forbidden):
        advise(dossier, one, at(date(2026, 9, 10)))


def test_the_team_reads_what_has_left_the_commune_and_no_draft(stage):
    member, day = stage.world.team[0], date(2026, 9, 10)
    at_commune = stage.filed().dossier
    beyond = stage.proposed(name="Cốm nếp (mẫu)").dossier
    stage.draft(name="Bánh gai (mẫu)")
    assert list(Dossier.objects.visible_to(member, day)) == [beyond]
    services.return_dossier(
        dossier=at_commune, version=at_commune.version, reason="Thiếu phiếu kiểm nghiệm",
        by=stage.world.communes["02287"].officers[0], now=at(day),
    )  # fmt: skip
    assert list(Dossier.objects.visible_to(member, day)) == [beyond]
