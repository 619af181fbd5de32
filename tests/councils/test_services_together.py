"""Several people at the same moment, and a process killed while it writes: nothing lost, doubled or half-written.

On a copy of the database with real transactions.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
import rfc8785
from django.db import connection

from ocop.councils import services
from ocop.councils.models import Conclusion, Item, Sheet, SheetAnswer
from ocop.dossiers import services as dossiers
from ocop.dossiers.models import Dossier, Filing
from ocop.kernel.models import Event
from ocop.kernel.refusal import Refusal
from ocop.project.sample.walk import at
from tests.factories import PLAN, make_stage


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do everything at the same moment, each with a connection of its own; return results or refusals, in order.

    Any other error is raised here.
    """
    gate = Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            gate.wait()
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, Refusal):
            raise result
    return results


def refusals(results: list[object]) -> int:
    return sum(isinstance(result, Refusal) for result in results)


@pytest.fixture
def sitting(fresh_database):
    stage = make_stage()
    return stage.sitting(stage.ready().dossier)


def test_fifty_browsers_sign_one_sheet_at_the_same_moment_and_it_is_signed_once(sitting):
    member = sitting.members[2]
    sheet = sitting.fill(member, sitting.answers(72))
    copies = [Sheet.objects.get(pk=sheet.pk) for _ in range(50)]
    results = at_once(
        *(lambda copy=copy: services.sign_sheet(sheet=copy, by=member.user, now=sitting.at()) for copy in copies)
    )
    assert refusals(results) == 49
    found = Sheet.objects.get(pk=sheet.pk)
    assert found.total == 72
    assert hashlib.sha256(rfc8785.dumps(found.body)).hexdigest() == found.sha256
    assert Event.objects.about(found).filter(kind="sheet.signed").count() == 1


def test_signing_and_saving_at_the_same_moment_leave_a_body_that_equals_the_marks(sitting):
    member = sitting.members[2]
    sheet = sitting.fill(member, sitting.answers(72))
    copies = [Sheet.objects.get(pk=sheet.pk) for _ in range(6)]

    def save(copy, answer):
        return services.save_marks(sheet=copy, marks={"1.2": (answer, "")}, by=member.user, now=sitting.at())

    results = at_once(
        *(lambda copy=copy, n=n: save(copy, n % 3) for n, copy in enumerate(copies[:5])),
        lambda: services.sign_sheet(sheet=copies[5], by=member.user, now=sitting.at()),
    )
    found = Sheet.objects.get(pk=sheet.pk)
    if found.signed_at is None:  # a mark came in between: the signature was refused, and is given again
        found = services.sign_sheet(sheet=found, by=member.user, now=sitting.at())
    assert found.body["answers"] == dict(found.answers.values_list("criterion", "answer"))
    saved = Event.objects.about(found).filter(kind="sheet.marked").count() - 1
    assert refusals(results[:5]) == 5 - saved


def test_nine_members_save_at_the_same_moment_and_no_mark_is_lost(sitting):
    answers = list(sitting.answers(72).items())[:8]
    sheets = [sitting.start(member) for member in sitting.members]

    def fill(sheet, user):
        for code, answer in answers:
            services.save_marks(sheet=sheet, marks={code: (answer, "")}, by=user, now=sitting.at())

    events = Event.objects.filter(kind="sheet.marked").count()
    results = at_once(*(lambda s=s, u=m.user: fill(s, u) for s, m in zip(sheets, sitting.members, strict=True)))
    assert refusals(results) == 0
    assert Event.objects.filter(kind="sheet.marked").count() == events + 9 * 8
    for sheet in sheets:
        assert dict(sheet.answers.values_list("criterion", "answer")) == dict(answers)
        sheet.refresh_from_db()
        assert sheet.version == 8


def test_one_member_opens_his_sheet_in_two_tabs_and_has_one(sitting):
    item, user = sitting.item, sitting.members[2].user
    results = at_once(*(lambda: services.start_sheet(item=item, by=user, now=sitting.at()) for _ in range(5)))
    assert {sheet.pk for sheet in results} == {Sheet.objects.get().pk}
    assert Event.objects.filter(kind="sheet.started").count() == 1


def test_two_secretaries_close_a_round_at_the_same_moment_and_it_is_closed_once(sitting):
    sitting.sign_all(72)
    second = sitting.stage.world.secretaries[1]
    items = [Item.objects.get() for _ in range(4)]
    results = at_once(
        *(
            lambda item=item, by=by: services.close_item(item=item, by=by, now=sitting.at(10))
            for item, by in zip(items, [sitting.secretary, second] * 2, strict=True)
        )
    )
    assert refusals(results) == 3
    assert Conclusion.objects.count() == 1
    assert Event.objects.filter(kind="item.concluded").count() == 1
    assert Dossier.objects.get().step == "concluded_province"


def test_two_officers_decide_otherwise_at_the_same_moment_and_one_wins(fresh_database):
    stage = make_stage()
    dossier = stage.proposed().dossier
    now = at(PLAN.filed_on.replace(day=15))
    one, two = (Dossier.objects.get(pk=dossier.pk) for _ in range(2))
    first, second = stage.world.officers
    results = at_once(
        lambda: dossiers.accept(dossier=one, version=one.version, by=first, now=now),
        lambda: dossiers.return_dossier(
            dossier=two, version=two.version, reason="Thiếu giấy chứng nhận", by=second, now=now
        ),
    )
    assert refusals(results) == 1
    found = Dossier.objects.get()
    assert found.step == ("returned" if isinstance(results[0], Refusal) else "ready_province")
    kinds = Event.objects.about(found).filter(kind__in=["dossier.accept", "dossier.return"])
    assert kinds.count() == 1


def test_a_double_click_files_once(fresh_database):
    stage = make_stage()
    dossier = stage.draft()
    by, now = stage.world.producers[0], at(PLAN.filed_on)
    copies = [Dossier.objects.get(pk=dossier.pk) for _ in range(4)]
    results = at_once(
        *(lambda d=d: dossiers.submit(dossier=d, version=d.version, by=by, now=now, token="nop-1") for d in copies)
    )
    assert refusals(results) == 3
    assert Filing.objects.count() == 1
    assert Event.objects.filter(kind="dossier.submitted").count() == 1


def test_dossiers_filed_at_the_same_moment_get_numbers_without_gap_or_double(fresh_database):
    stage = make_stage()
    drafts = [stage.draft(name=f"Bánh {n} (mẫu)") for n in range(6)]
    by, now = stage.world.producers[0], at(PLAN.filed_on)
    results = at_once(*(lambda d=d: dossiers.submit(dossier=d, version=d.version, by=by, now=now) for d in drafts))
    assert refusals(results) == 0
    assert sorted(Dossier.objects.values_list("number", flat=True)) == [f"HS-2026-000{n}" for n in range(1, 7)]


# Killed


def start(mode: str, sheet: Sheet, marks: dict[str, object], now, env: dict[str, str]) -> subprocess.Popen[str]:
    """A process that saves; returns when it has said its word."""
    words = [sys.executable, "-m", "tests.councils.saver", mode, str(sheet.pk), now.isoformat()]
    base = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    child = subprocess.Popen(
        words, env={**base, **env}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert child.stdin
    assert child.stdout
    child.stdin.write(json.dumps(marks))
    child.stdin.close()
    assert child.stdout.readline().strip() in ("inside", "stored", "saving")
    return child


def kill(child: subprocess.Popen[str]) -> None:
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    assert child.stdout
    child.stdout.close()


def marks_of(sheet: Sheet) -> dict[str, tuple[object, str]]:
    return {row.criterion: (row.answer, row.reason) for row in SheetAnswer.objects.filter(sheet=sheet)}


def test_a_process_killed_before_its_commit_has_written_nothing(sitting, fresh_database):
    member = sitting.members[2]
    sheet = sitting.fill(member, {"1.1": 0, "1.2": 1})
    before, events = marks_of(sheet), Event.objects.count()
    connection.close()
    kill(start("open", sheet, sitting.answers(72), sitting.at(), fresh_database))
    assert marks_of(sheet) == before
    assert Event.objects.count() == events
    assert Sheet.objects.get(pk=sheet.pk).version == sheet.version
    services.save_marks(sheet=sheet, marks={"1.3": (0, "")}, by=member.user, now=sitting.at())  # the door is free


def test_a_process_killed_after_its_commit_has_written_everything(sitting, fresh_database):
    sheet = sitting.start(sitting.members[2])
    answers = sitting.answers(72)
    connection.close()
    kill(start("closed", sheet, answers, sitting.at(), fresh_database))
    assert marks_of(sheet) == {code: (answer, "đã ghi") for code, answer in answers.items()}
    assert Event.objects.about(sheet).filter(kind="sheet.marked").count() == 1


def test_a_process_killed_in_the_middle_of_closing_has_concluded_nothing_and_the_next_one_concludes(
    sitting, fresh_database
):
    sitting.sign_all(72)
    before, events = Item.objects.values().get(), Event.objects.count()
    connection.close()
    kill(start("close", Sheet.objects.order_by("pk").first(), {}, sitting.at(10), fresh_database))
    assert Item.objects.values().get() == before
    assert not Conclusion.objects.exists()
    assert Dossier.objects.get().step == "council_province"
    assert Event.objects.count() == events
    assert sitting.conclude().points == 9 * 72
    services.close_session(session=sitting.session, by=sitting.secretary, now=sitting.at(11))


@pytest.mark.parametrize("after", [0.05, 0.11, 0.23])
def test_a_process_killed_at_any_moment_leaves_whole_saves_each_with_its_event(sitting, fresh_database, after):
    sheet = sitting.start(sitting.members[2])
    answers = sitting.answers(72)
    connection.close()
    child = start("loop", sheet, answers, sitting.at(), fresh_database)
    time.sleep(after)
    kill(child)
    saves = Event.objects.about(sheet).filter(kind="sheet.marked").count()
    assert Sheet.objects.get(pk=sheet.pk).version == saves
    reason = f"lần {saves - 1}"
    assert marks_of(sheet) == ({code: (answer, reason) for code, answer in answers.items()} if saves else {})
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)]
