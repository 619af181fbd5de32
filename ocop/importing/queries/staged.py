"""Reading imports for their pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from ocop.accounts.models import User
from ocop.kernel.models import Job
from ocop.registry.queries import Work

from ..models import Import, ImportRow, Step, Verdict, offices_of

_WAITS = {
    Step.UNMATCHED: ("Danh sách chờ đối chiếu cột", "Đối chiếu cột"),
    Step.CHECKED: ("Danh sách chờ xác nhận", "Xem trước"),
}
MOST_WORK = 20


@dataclass(frozen=True)
class Counts:
    """How many rows of an import have each verdict; warned  with warnings only; kept  left by an undo."""

    by_verdict: dict[str, int]
    warned: int
    kept: int

    @property
    def total(self) -> int:
        return sum(self.by_verdict.values())

    @property
    def wrong(self) -> int:
        return self.by_verdict.get(Verdict.WRONG, 0)

    @property
    def to_write(self) -> int:
        return self.by_verdict.get(Verdict.NEW, 0) + self.by_verdict.get(Verdict.CHANGED, 0)


def counts(found: Import) -> Counts:
    """Return the counts of an import, also of one whose rows were dropped. Two queries."""
    if found.staged_at is None and "counts" in found.told:
        return Counts(**found.told["counts"])
    rows = ImportRow.objects.filter(of=found)
    by_verdict = dict(rows.order_by().values_list("verdict").annotate(Count("pk")))
    some = rows.aggregate(
        warned=Count("pk", filter=~Q(problems=[]) & ~Q(verdict=Verdict.WRONG)), kept=Count("pk", filter=~Q(kept=""))
    )
    return Counts(by_verdict, some["warned"], some["kept"])


def reading_failed(found: Import) -> bool:
    """Return whether the job that reads the file gave up."""
    return Job.objects.filter(name="importing.read", key=f"{found.pk}:{found.version}", state=Job.FAILED).exists()


def work_for(user: User, day: date) -> list[Work]:
    """Lists of the user's offices that wait for a person, oldest first; not those whose rows were dropped."""
    offices = offices_of(user, day)
    if not offices:
        return []
    waiting = Import.objects.filter(Q(step=Step.UNMATCHED) | Q(step=Step.CHECKED, staged_at__isnull=False))
    return [
        Work(
            f"{_WAITS[Step(one.step)][0]}: {one.file_name}",
            one.get_kind_display(),
            f"/nhap-excel/{one.pk}/",
            _WAITS[Step(one.step)][1],
            None,
        )
        for one in waiting.filter(office__in=offices).order_by("pk")[:MOST_WORK]
    ]
