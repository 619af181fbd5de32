"""Offices that bring lists in: a commune, the province; and a way to bring one in as the pages and the worker do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from ocop.accounts.models import User
from ocop.importing import services
from ocop.importing.models import Import, ImportRow
from ocop.kernel import files, jobs
from ocop.project.sample.walk import at
from tests.factories import Stage

DAY = date(2026, 11, 24)
NOW = at(DAY, 9)


@dataclass
class Office:
    """An officer who brings lists in."""

    user: User

    def start(
        self, content: bytes, kind: str = "chu-the", *, name: str = "danh-sach.xlsx", now: datetime = NOW
    ) -> Import:
        stored = files.store(content, name, now=now, restricted=True, allow=("xlsx",))
        return services.start(kind=kind, stored=stored, by=self.user, now=now)

    def preview(self, content: bytes, kind: str = "chu-the", *, now: datetime = NOW) -> Import:
        """Upload and let the worker read."""
        found = self.start(content, kind, now=now)
        return work(found, now)

    def confirm(self, found: Import, *, skip_wrong: bool = False, now: datetime = NOW) -> int:
        done = services.confirm(found=found, version=found.version, skip_wrong=skip_wrong, by=self.user, now=now)
        found.refresh_from_db()
        return done

    def bring(self, content: bytes, kind: str = "chu-the", *, now: datetime = NOW) -> Import:
        """Upload, read, write."""
        found = self.preview(content, kind, now=now)
        self.confirm(found, now=now)
        return found

    def undo(self, found: Import, *, leave_used: bool = False, now: datetime = NOW) -> tuple[int, int]:
        reason = "Nhập nhầm danh sách của năm trước"
        done = services.undo(
            found=found, version=found.version, reason=reason, leave_used=leave_used, by=self.user, now=now
        )
        found.refresh_from_db()
        return done


def work(found: Import, now: datetime = NOW) -> Import:
    """Run what waits; the import as it is then."""
    jobs.run_due(lambda: now)
    return Import.objects.get(pk=found.pk)


def verdicts(found: Import) -> list[str]:
    return [row.verdict for row in ImportRow.objects.filter(of=found).order_by("place")]


def problems(found: Import, *, errors: bool = True) -> list[tuple[str, str]]:
    """(cell, sentence) of the errors, or of the warnings."""
    return [
        (cell, text)
        for row in ImportRow.objects.filter(of=found).order_by("place")
        for cell, text, is_error in row.problems
        if is_error == errors
    ]


@pytest.fixture
def province(stage: Stage) -> Office:
    return Office(stage.world.officers[0])


@pytest.fixture
def commune(stage: Stage) -> Office:
    """The officer of Chiêm Hóa (code 02287)."""
    return Office(stage.world.communes["02287"].officers[0])
