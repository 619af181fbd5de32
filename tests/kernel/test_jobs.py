"""Later work: once for each open wish, tried again, leased, with the transaction that wants it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from ocop.kernel import jobs
from ocop.kernel.models import Job

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Worker:
    """What a handler saw, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, datetime]] = []
        self.broken = False
        self.now = T0

    def note(self, key: str, now: datetime) -> None:
        self.seen.append((key, now))
        if self.broken:
            raise OSError("máy in hết giấy")

    def run(self, at: datetime, limit: int = 100) -> int:
        self.now = at
        return jobs.run_due(lambda: self.now, limit=limit)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    """A worker with one job name; the jobs of the rooms are not registered in its test."""
    monkeypatch.setattr(jobs, "_handlers", {})
    monkeypatch.setattr(jobs, "_every", {})
    worker = Worker()
    jobs.handler("test.note")(worker.note)
    return worker


def test_a_job_runs_once_with_its_key(worker: Worker) -> None:
    jobs.later("test.note", 42, now=T0)
    assert worker.run(T0) == 1
    assert worker.run(T0 + MINUTE) == 0
    assert worker.seen == [("42", T0)]
    assert Job.objects.get().state == Job.DONE


def test_an_open_job_of_the_same_name_and_key_is_not_queued_twice(worker: Worker) -> None:
    jobs.later("test.note", 1, now=T0)
    jobs.later("test.note", 1, now=T0)
    jobs.later("test.note", 2, now=T0)
    assert worker.run(T0) == 2
    assert [key for key, _ in worker.seen] == ["1", "2"]


def test_a_job_that_is_done_can_be_wanted_again(worker: Worker) -> None:
    jobs.later("test.note", 1, now=T0)
    worker.run(T0)
    jobs.later("test.note", 1, now=T0)
    assert worker.run(T0) == 1
    assert len(worker.seen) == 2


def test_a_job_waits_for_its_time(worker: Worker) -> None:
    jobs.later("test.note", now=T0, delay=MINUTE)
    assert worker.run(T0 + MINUTE - timedelta(seconds=1)) == 0
    assert worker.run(T0 + MINUTE) == 1


def test_a_rolled_back_transaction_takes_its_job_with_it(worker: Worker) -> None:
    with transaction.atomic():
        jobs.later("test.note", 1, now=T0)
        transaction.set_rollback(True)
    assert worker.run(T0) == 0


def test_a_job_without_a_handler_is_refused_where_it_is_wanted(worker: Worker) -> None:
    with pytest.raises(ValueError, match=r"test\.unknown"):
        jobs.later("test.unknown", now=T0)


def test_two_handlers_for_one_name_are_refused(worker: Worker) -> None:
    with pytest.raises(ValueError, match=r"test\.note"):
        jobs.handler("test.note")(lambda key, now: None)


def test_a_failed_job_is_tried_again_after_1_5_and_30_minutes_and_then_shown_as_failed(worker: Worker) -> None:
    worker.broken = True
    jobs.later("test.note", 1, now=T0)
    at = T0
    for wait in (1, 5, 30):
        assert worker.run(at) == 1
        assert Job.objects.get().state == Job.WAITING
        at += wait * MINUTE
        assert worker.run(at - timedelta(seconds=1)) == 0
    assert worker.run(at) == 1
    job = Job.objects.get()
    assert (job.state, job.attempts, job.ended_at) == (Job.FAILED, 4, at)
    assert "máy in hết giấy" in job.error
    assert worker.run(at + timedelta(days=1)) == 0


def test_a_job_that_works_at_the_second_try_is_done(worker: Worker) -> None:
    worker.broken = True
    jobs.later("test.note", 1, now=T0)
    worker.run(T0)
    worker.broken = False
    worker.run(T0 + MINUTE)
    job = Job.objects.get()
    assert (job.state, job.error, job.attempts) == (Job.DONE, "", 2)


def test_a_job_whose_worker_died_is_taken_again_only_after_its_lease(worker: Worker) -> None:
    jobs.later("test.note", 1, now=T0)
    Job.objects.update(state=Job.RUNNING, attempts=1, lease_until=T0 + jobs.LEASE)
    assert worker.run(T0 + jobs.LEASE) == 0
    assert worker.run(T0 + jobs.LEASE + timedelta(seconds=1)) == 1
    job = Job.objects.get()
    assert (job.state, job.attempts) == (Job.DONE, 2)


def test_no_more_than_the_limit_is_run_oldest_first(worker: Worker) -> None:
    for number in range(3):
        jobs.later("test.note", number, now=T0 - number * MINUTE)
    assert worker.run(T0, limit=2) == 2
    assert [key for key, _ in worker.seen] == ["2", "1"]


def test_a_regular_job_is_started_again_after_its_step(worker: Worker) -> None:
    jobs.handler("test.daily", every=timedelta(days=1))(worker.note)
    assert worker.run(T0) == 1
    assert worker.run(T0 + timedelta(days=1) - MINUTE) == 0
    assert worker.run(T0 + timedelta(days=1)) == 1
    assert worker.seen == [("", T0), ("", T0 + timedelta(days=1))]
