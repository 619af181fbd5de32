"""Later work as rows in the same database: wanted in the transaction that needs it, leased, retried, scheduled.

A job never decides anything; it prints, sends, makes previews. A repeat does no harm: an open job with the same name
and key is not queued twice. ADR 3 says why this is a table of ours.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from .models import Job, Schedule

log = logging.getLogger("ocop.jobs")
LEASE = timedelta(minutes=10)
RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))

_handlers: dict[str, Callable[[str, datetime], None]] = {}
_every: dict[str, timedelta] = {}


def handler(
    name: str, *, every: timedelta | None = None
) -> Callable[[Callable[[str, datetime], None]], Callable[[str, datetime], None]]:
    """Register what a job name does: function(key, now). every  also start it regularly, with an empty key."""

    def register(function: Callable[[str, datetime], None]) -> Callable[[str, datetime], None]:
        if name in _handlers and _handlers[name] is not function:
            raise ValueError(f"two handlers for {name}")
        _handlers[name] = function
        if every is not None:
            _every[name] = every
        return function

    return register


def later(name: str, key: object = "", *, now: datetime, delay: timedelta = timedelta()) -> None:
    """Want a job. Stands or falls with the caller's transaction; an open one with this name and key serves both."""
    if name not in _handlers:
        raise ValueError(f"no handler for {name}")
    Job.objects.bulk_create([Job(name=name, key=str(key), run_at=now + delay, created_at=now)], ignore_conflicts=True)


def pending(name: str, keys: Iterable[object]) -> set[str]:
    """Return which of these keys still wait for a worker or have one."""
    rows = Job.objects.filter(name=name, key__in=[str(key) for key in keys], state__in=[Job.WAITING, Job.RUNNING])
    return set(rows.values_list("key", flat=True))


def again(pk: int, *, now: datetime) -> bool:
    """Start a failed job anew with all its retries; returns whether it was failed and nothing like it waits."""
    job = Job.objects.filter(pk=pk, state=Job.FAILED).first()
    if job is None or Job.objects.filter(name=job.name, key=job.key, state__in=[Job.WAITING, Job.RUNNING]).exists():
        return False
    failed = Job.objects.filter(pk=pk, state=Job.FAILED)
    return bool(failed.update(state=Job.WAITING, attempts=0, run_at=now, lease_until=None, ended_at=None))


def run_due(clock: Callable[[], datetime], *, limit: int = 100) -> int:
    """Run what is due; returns how many jobs were run. Safe with several workers."""
    _schedule(clock())
    done = 0
    while done < limit:
        job = _take(clock())
        if job is None:
            return done
        _run(job, clock)
        done += 1
    return done


def _schedule(now: datetime) -> None:
    for name, step in _every.items():
        Schedule.objects.bulk_create([Schedule(name=name, next_at=now)], ignore_conflicts=True)
        with transaction.atomic():
            if Schedule.objects.filter(name=name, next_at__lte=now).update(next_at=now + step):
                later(name, now=now)


def _take(now: datetime) -> Job | None:
    """Lease the next due job. One whose worker died too often has failed: it may be the job that kills it."""
    for job in Job.objects.due(now)[:5]:
        same = Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts, lease_until=job.lease_until)
        if job.attempts > len(RETRIES):
            same.update(state=Job.FAILED, error="Tiến trình chạy việc này dừng giữa chừng nhiều lần.", ended_at=now)
        elif same.update(state=Job.RUNNING, attempts=F("attempts") + 1, lease_until=now + LEASE):
            job.refresh_from_db()
            return job
    return None


def _run(job: Job, clock: Callable[[], datetime]) -> None:
    mine = Job.objects.filter(pk=job.pk, state=Job.RUNNING, attempts=job.attempts)
    try:
        _handlers[job.name](job.key, clock())
    except Exception as error:  # a job may fail in any way; it is kept, tried again, then shown to an administrator
        now = clock()
        log.warning("job %s %s failed: %s", job.name, job.key, error)
        text = traceback.format_exc(limit=-4)
        if job.attempts > len(RETRIES):
            mine.update(state=Job.FAILED, error=text, ended_at=now)
        else:
            mine.update(state=Job.WAITING, run_at=now + RETRIES[job.attempts - 1], lease_until=None, error=text)
    else:
        mine.update(state=Job.DONE, lease_until=None, error="", ended_at=clock())
