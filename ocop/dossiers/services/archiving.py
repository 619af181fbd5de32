"""Archives: wanted by a reader, made by a job, offered for some days."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from ocop.accounts.models import User
from ocop.accounts.services import notify
from ocop.kernel import audit, files, jobs
from ocop.kernel.refusal import Refusal
from ocop.kernel.time import day_of

from ..archive import MIME, write_archive
from ..models import Archive, Dossier
from ..permissions import check_may_archive
from ..queries import last_filing

ARCHIVE_JOB = "dossiers.archive"
ARCHIVE_DAYS = 7


@transaction.atomic
def want_archive(*, dossier: Dossier, by: User, now: datetime) -> Archive:
    """Want the archive of a filed dossier for oneself; one that is being made serves again, one that stopped goes on.

    :raises Refusal: nothing filed yet, or the reader is not told the self-score
    """
    check_may_archive(by, dossier, day_of(now))
    filing = last_filing(dossier)
    assert filing is not None
    coming = Archive.objects.filter(dossier=dossier, made_by=by, blob=None, why="", filing=filing.number).first()
    if coming is not None:
        jobs.later(ARCHIVE_JOB, coming.pk, now=now)
        return coming
    wanted = Archive.objects.create(dossier=dossier, made_by=by, wanted_at=now, filing=filing.number)
    jobs.later(ARCHIVE_JOB, wanted.pk, now=now)
    audit.record("dossier.archived", dossier, by=by, at=now, after={"filing": filing.number})
    return wanted


def make_archive(*, wanted: Archive, now: datetime) -> None:
    """Make what was wanted and tell its reader, unless he has lost the right. Whole or not at all; a repeat is new.

    The ZIP grows in a file without a name, which ends with its process; only when it is whole is it kept, sealed.
    """
    dossier, reader = wanted.dossier, wanted.made_by
    same = Archive.objects.filter(pk=wanted.pk, blob=None)
    try:
        check_may_archive(reader, dossier, day_of(now))
    except Refusal as refusal:
        same.update(why=str(refusal)[:500])
        return

    def told(done: int, of: int) -> None:
        same.update(done_files=done, all_files=of)

    address = f"https://{settings.OCOP_HOST}/r/{dossier.code}"
    with tempfile.TemporaryFile(dir=settings.OCOP_DATA) as out:
        write_archive(dossier, reader, out, address=address, rehearsal=settings.REHEARSAL, now=now, told=told)
        blob = files.keep_large(out, mime=MIME, now=now)
    with transaction.atomic():
        mine = same.update(blob=blob, made_at=now)
        if mine:
            text = f"Bản lưu hồ sơ {dossier.number} ({dossier.product}) đã xong, tải về trong {ARCHIVE_DAYS} ngày."
            notify([reader], text, path=reverse("dossiers:archives", args=[dossier.code]), now=now)
    if mine:
        _drop(Archive.objects.filter(dossier=dossier, made_by=reader, pk__lt=wanted.pk).exclude(blob=None))
    else:  # dropped, or made by another worker in the meantime
        files.drop_large(blob)


def drop_archives(*, now: datetime) -> int:
    """Forget archives that are older than ARCHIVE_DAYS, and those that came to nothing; returns how many."""
    old = Archive.objects.filter(Q(wanted_at__lt=now - timedelta(days=ARCHIVE_DAYS)))
    return _drop(old)


def _drop(rows: object) -> int:
    count = 0
    for row in rows.select_related("blob").order_by("pk"):  # type: ignore[attr-defined]
        row.delete()
        if row.blob is not None:
            files.drop_large(row.blob)
        count += 1
    return count
