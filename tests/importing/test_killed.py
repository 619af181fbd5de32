"""A process killed in the middle (SIGKILL) leaves nothing half-written, and the second try is clean."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ocop.importing.models import Import, ImportRow, Step
from ocop.kernel import jobs
from ocop.kernel.models import Event
from ocop.registry.models import Subject
from tests.factories import make_stage

from .conftest import NOW, Office, verdicts
from .lists import book
from .test_flow import HEAD

ROOT = Path(__file__).resolve().parents[2]
COUNT = 1200  # rows: two short transactions of the reading
LIST = book(("DS", [HEAD, *((f"HTX thử {n}", "HTX", "Tân Trào", None, None) for n in range(COUNT))]))


@pytest.fixture
def province(fresh_database: dict[str, str], django_db_blocker: Any, settings: Any) -> Any:
    """The office of the province over a database and a folder that a child process shares."""
    settings.OCOP_DATA = Path(fresh_database["OCOP_DATA"])
    with django_db_blocker.unblock():
        yield Office(make_stage().world.officers[0])


def killed(child: dict[str, str], *words: object) -> None:
    """Run the process that dies; it must die by the signal, not end by itself."""
    env = {**os.environ, **child, "DJANGO_SETTINGS_MODULE": "ocop.project.settings", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.importing.dying", *(str(word) for word in words)],
        cwd=ROOT, env=env, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_a_worker_killed_while_it_stages_leaves_a_reading_that_the_next_one_does_anew(
    province: Office, fresh_database: dict[str, str]
) -> None:
    found = province.start(LIST)
    killed(fresh_database, "read", 'UPDATE "importing_import" SET "done_rows"', 2, found.pk)
    found.refresh_from_db()
    staged = ImportRow.objects.filter(of=found).count()
    assert staged == 1000
    assert (found.step, found.done_rows) == (Step.WAITING, 1000)  # the page shows progress and no button
    jobs.run_due(lambda: NOW + timedelta(minutes=5))
    assert Import.objects.get(pk=found.pk).step == Step.WAITING  # the lease of the dead worker holds
    jobs.run_due(lambda: NOW + timedelta(minutes=11))
    found.refresh_from_db()
    assert (found.step, found.done_rows, found.all_rows) == (Step.CHECKED, COUNT, COUNT)
    assert verdicts(found) == ["new"] * COUNT
    assert province.confirm(found) == COUNT


@pytest.mark.parametrize("statement", ['INSERT INTO "kernel_event" ', 'UPDATE "importing_importrow"'])
def test_a_process_killed_while_it_writes_leaves_the_register_as_it_was(
    province: Office, fresh_database: dict[str, str], statement: str
) -> None:
    found = province.preview(LIST)
    before = (Subject.objects.count(), Event.objects.count())
    killed(fresh_database, "confirm", statement, 1, found.pk)
    assert (Subject.objects.count(), Event.objects.count()) == before
    found.refresh_from_db()
    assert (found.step, found.written_at) == (Step.CHECKED, None)
    assert not ImportRow.objects.filter(of=found, target__isnull=False).exists()
    assert province.confirm(found) == COUNT
    assert Subject.objects.count() == before[0] + COUNT
    assert province.undo(found) == (COUNT, 0)
