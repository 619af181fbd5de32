"""The archive of a dossier of 60 files, 200 MB, beside plain zipfile of the same bytes: python -m bench.archives.

The dossier is filed through the services; its papers are PDF files of random bytes. Times are of one process, without
a web server; memory is what the process grew by at its highest.
"""

from __future__ import annotations

import json
import os
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402

from ocop.accounts.services import create_user  # noqa: E402
from ocop.dossiers import services  # noqa: E402
from ocop.dossiers.models import Dossier  # noqa: E402
from ocop.kernel import files  # noqa: E402
from ocop.kernel.audit import SYSTEM  # noqa: E402
from ocop.project.sample.plans import Plan  # noqa: E402
from ocop.project.sample.walk import Walk, at  # noqa: E402
from ocop.registry.models import EvidenceKind  # noqa: E402
from ocop.registry.services import add_evidence  # noqa: E402
from ocop.scorecards.queries import card  # noqa: E402

FILES, BYTES = 60, 200 * 1024 * 1024
DAY = date(2026, 9, 1)


def dossier() -> tuple[Dossier, Walk]:
    """A filed dossier with as much as one may hold."""
    name = f"{time.time_ns()}"
    user = create_user(email=f"do{name}@vi-du.vn", name="Đo tốc độ", password=None, by=SYSTEM, now=at(DAY, 7))
    walk = Walk(None, user)  # type: ignore[arg-type]  # drafting asks nothing of the world
    plan = Plan("Bánh khảo (tổng hợp)", f"Hợp tác xã {name} (tổng hợp)", "cooperative", 6, "02287", DAY, 72, 4)
    made = walk.draft(plan, evidence=False)
    codes, kind = list(card(made.scorecard).by_code), EvidenceKind.objects.order_by("position")[0]
    for number in range(FILES):
        room = BYTES // FILES - 64
        content = b"%PDF-1.7\n1 0 obj<<>>endobj\n%" + os.urandom(room // 2).hex().encode() + b"\ntrailer<<>>\n%%EOF\n"
        stored = files.store(content, f"giay-{number}.pdf", now=at(DAY, 8))
        paper = add_evidence(
            subject=made.subject, kind=kind, name=f"Giấy {number}", stored=stored, by=walk.producer, now=at(DAY, 8)
        )
        services.attach(
            dossier=made, criterion=codes[number % len(codes)], evidence=paper, by=walk.producer, now=at(DAY, 8)
        )
    services.submit(dossier=made, version=made.version, by=walk.producer, now=at(DAY, 9))
    return made, walk


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = act()
    return time.perf_counter() - began, result


def plain(contents: list[Any]) -> None:
    """The floor: the same papers put together by zipfile alone."""
    with tempfile.TemporaryFile(dir=settings.OCOP_DATA) as out, zipfile.ZipFile(out, "w") as package:
        for number, blob in enumerate(contents):
            package.writestr(str(number), files.open_blob(blob))


def run() -> dict[str, float]:
    """Return seconds, MB a second and MB of memory. :raises RuntimeError: the archive is not whole"""
    made, walk = dossier()
    pins = made.pins.select_related("evidence__blob").order_by("pk")
    floor, _ = timed(lambda: plain([pin.evidence.blob for pin in pins]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wanted = services.want_archive(dossier=made, by=walk.producer, now=at(DAY, 10))
    seconds, _ = timed(lambda: services.make_archive(wanted=wanted, now=at(DAY, 10)))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    wanted.refresh_from_db()
    if wanted.blob is None or wanted.done_files != FILES:
        raise RuntimeError(wanted.why)
    blob = wanted.blob
    reading, size = timed(lambda: sum(len(piece) for piece in files.read_large(blob)))
    if size != blob.size:
        raise RuntimeError(f"{size} of {blob.size} bytes")
    figures = {
        "files": float(FILES),
        "mb": size / 1024**2,
        "plain_zipfile": floor,
        "archive": seconds,
        "ratio": seconds / floor,
        "download": reading,
        "grown_mb": grown / 1024,
    }
    return {key: round(value, 2) for key, value in figures.items()}


if __name__ == "__main__":
    print(json.dumps(run()))
