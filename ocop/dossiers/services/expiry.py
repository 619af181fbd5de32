"""Who is told that a paper is about to lapse, or has lapsed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from ocop.accounts.services import notify
from ocop.kernel import audit
from ocop.kernel.text import cut
from ocop.kernel.time import day_of
from ocop.registry.models import Evidence, SubjectMember

from ..models import ExpiryNotice
from ..rules import mark_of, watched
from ..wallet import Use, lapse_words, proves, uses_of

LONGEST_NAME = 120  # of a paper in a notice, so that its end and what it proves always stand there


@transaction.atomic
def warn_papers(*, now: datetime) -> int:
    """Tell those who act for a subject 90, 60 and 30 days before a paper ends, and once it has: on the desk, by mail.

    Once a paper and mark, however often the daily job runs and whatever days it missed. A paper that had lapsed when
    it came into the wallet is history. Returns how many papers were told of.
    """
    day = day_of(now)
    papers = Evidence.objects.heads().filter(valid_until__range=watched(day))
    told: dict[int, set[int]] = defaultdict(set)
    known = ExpiryNotice.objects.filter(evidence__in=papers).order_by("pk")
    for paper, mark in known.values_list("evidence", "mark"):
        told[paper].add(mark)
    due: list[tuple[Evidence, int]] = []
    for row in papers.order_by("pk"):
        if row.valid_until is None or row.valid_until < day_of(row.added_at):
            continue
        reached = mark_of(row.valid_until, day)
        if reached is not None and all(mark > reached for mark in told[row.pk]):
            due.append((row, reached))
    people: dict[int, set[int]] = defaultdict(set)
    members = SubjectMember.objects.in_force_on(day).filter(subject__in={row.subject_id for row, _ in due})
    for subject, user in members.values_list("subject", "user"):
        people[subject].add(user)
    heard = [(row, mark) for row, mark in due if people[row.subject_id]]
    uses = uses_of([row for row, _ in heard])
    for row, mark in heard:
        _tell(row, mark, people[row.subject_id], uses[row.pk], now)
    return len(heard)


@transaction.atomic
def _tell(paper: Evidence, mark: int, users: Collection[int], uses: Sequence[Use], now: datetime) -> None:
    assert paper.valid_until is not None
    ExpiryNotice.objects.create(evidence=paper, mark=mark)
    text = f"{cut(paper.name, LONGEST_NAME)} {lapse_words(paper.valid_until, day_of(now))}. {proves(uses)}".strip()
    notify(users, text, path=reverse("dossiers:wallet_paper", args=[paper.pk]), now=now, mail=True)
    audit.record(
        "evidence.lapse_told", paper, by=audit.SYSTEM, at=now, after={"mốc": mark, "số người nhận": len(users)}
    )
