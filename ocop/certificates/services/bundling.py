"""Bundles of papers: wanted by a reader, made by a job, offered for some days."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from ocop.accounts.models import User
from ocop.accounts.services import notify
from ocop.councils.models import Session
from ocop.documents.models import Document
from ocop.kernel import audit, files, jobs
from ocop.kernel.refusal import Refusal
from ocop.kernel.time import day_of

from ..bundle import write_bundle
from ..models import Bundle
from ..permissions import check_may_read_papers

BUNDLE_JOB = "certificates.bundle"
BUNDLE_DAYS = 7
MIME = "application/zip"


@transaction.atomic
def want_bundle(*, session: Session, decision: Document | None, by: User, now: datetime) -> Bundle:
    """Want the papers of a session for oneself; one that is being made serves again, one that stopped goes on.

    decision  the approval that goes to the ministry; None: all papers
    :raises Refusal: the reader has no papers of this session
    """
    check_may_read_papers(by, session, day_of(now))
    coming = Bundle.objects.filter(session=session, decision=decision, made_by=by, blob=None, why="").first()
    if coming is None:
        coming = Bundle.objects.create(session=session, decision=decision, made_by=by, wanted_at=now)
        audit.record("session.bundled", session, by=by, at=now, after={"trình Bộ": decision.number} if decision else {})
    jobs.later(BUNDLE_JOB, coming.pk, now=now)
    return coming


def make_bundle(*, wanted: Bundle, now: datetime) -> None:
    """Make what was wanted and tell its reader, unless he has lost the right. Whole or not at all; a repeat is new."""
    session, reader = wanted.session, wanted.made_by
    same = Bundle.objects.filter(pk=wanted.pk, blob=None)
    try:
        check_may_read_papers(reader, session, day_of(now))
    except Refusal as refusal:
        same.update(why=str(refusal)[:500])
        return

    def told(done: int, of: int) -> None:
        same.update(done_files=done, all_files=of)

    with tempfile.TemporaryFile(dir=settings.OCOP_DATA) as out:
        write_bundle(session, wanted.decision, reader, out, now=now, told=told)
        blob = files.keep_large(out, mime=MIME, now=now)
    with transaction.atomic():
        mine = same.update(blob=blob, made_at=now)
        if mine:
            what = "Hồ sơ trình Bộ" if wanted.decision else "Bộ giấy tờ"
            text = f"{what} của {session.name} đã xong, tải về trong {BUNDLE_DAYS} ngày."
            notify([reader], text, path=reverse("certificates:papers", args=[session.code]), now=now)
    if mine:
        older = Bundle.objects.filter(session=session, decision=wanted.decision, made_by=reader, pk__lt=wanted.pk)
        _drop(older.exclude(blob=None))
    else:  # dropped, or made by another worker in the meantime
        files.drop_large(blob)


def drop_bundles(*, now: datetime) -> int:
    """Forget bundles that are older than BUNDLE_DAYS, and those that came to nothing; returns how many."""
    return _drop(Bundle.objects.filter(wanted_at__lt=now - timedelta(days=BUNDLE_DAYS)))


def _drop(rows: QuerySet[Bundle]) -> int:
    count = 0
    for row in rows.select_related("blob").order_by("pk"):
        row.delete()
        if row.blob is not None:
            files.drop_large(row.blob)
        count += 1
    return count
