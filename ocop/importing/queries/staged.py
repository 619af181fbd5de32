"""Reading imports for their pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from ocop.kernel.models import Job

from ..models import Import, ImportRow, Verdict


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
    """Return the counts of an import. Two queries."""
    rows = ImportRow.objects.filter(of=found)
    by_verdict = dict(rows.order_by().values_list("verdict").annotate(Count("pk")))
    some = rows.aggregate(
        warned=Count("pk", filter=~Q(problems=[]) & ~Q(verdict=Verdict.WRONG)), kept=Count("pk", filter=~Q(kept=""))
    )
    return Counts(by_verdict, some["warned"], some["kept"])


def reading_failed(found: Import) -> bool:
    """Return whether the job that reads the file gave up."""
    return Job.objects.filter(name="importing.read", key=f"{found.pk}:{found.version}", state=Job.FAILED).exists()
