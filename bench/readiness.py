"""The readiness page of a product whose producer keeps 300 papers, beside one paper: python -m bench.readiness.

Papers and self-score come in by the services. Times are of one process, through all middleware, without a web server.
"""

from __future__ import annotations

import json
import statistics
import time

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from ocop.accounts.services import create_user  # noqa: E402
from ocop.kernel import files  # noqa: E402
from ocop.kernel.audit import SYSTEM  # noqa: E402
from ocop.kernel.time import day_of  # noqa: E402
from ocop.project.sample.plans import Plan  # noqa: E402
from ocop.project.sample.walk import Walk  # noqa: E402
from ocop.registry.models import EvidenceKind  # noqa: E402
from ocop.registry.services import add_evidence  # noqa: E402

PAPERS, TIMES = 300, 40


def look(client: Client, address: str) -> tuple[int, list[float]]:
    """Return the queries of the page, and the milliseconds of each time. :raises RuntimeError: another page"""
    if "(tổng hợp)" not in client.get(address).content.decode():
        raise RuntimeError(f"{address}: the page names no synthetic product")
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    queries, took = len(asked), []  # the next request empties the list
    for _ in range(TIMES):
        began = time.perf_counter()
        client.get(address)
        took.append((time.perf_counter() - began) * 1000)
    return queries, took


def run() -> dict[str, float]:
    """Return queries and milliseconds, with one paper and with all."""
    now = timezone.now()
    mark = f"{time.time_ns()}"
    user = create_user(
        email=f"do{mark}@vi-du.vn", name="Đo tốc độ", password=None, by=SYSTEM, now=now, must_change=False
    )
    walk = Walk(None, user)  # type: ignore[arg-type]  # drafting asks nothing of the world
    name, subject = f"Chè xanh {mark} (tổng hợp)", f"Hợp tác xã {mark} (tổng hợp)"
    draft = walk.draft(Plan(name, subject, "cooperative", 11, "02287", day_of(now), 72, 4), evidence=False)
    kinds = list(EvidenceKind.objects.order_by("position"))

    def keep(number: int) -> None:
        content = f"%PDF-1.7\n1 0 obj<<>>endobj\n% {mark} {number}\ntrailer<<>>\n%%EOF\n".encode()
        stored = files.store(content, f"giay-{number}.pdf", now=now)
        kind = kinds[number % len(kinds)]
        add_evidence(subject=draft.subject, kind=kind, name=f"Giấy {number}", stored=stored, by=user, now=now)

    client, address = Client(headers={"host": "localhost"}), f"{draft.product.get_absolute_url()}san-sang/"
    client.force_login(user)
    keep(0)
    one_queries, one = look(client, address)
    for number in range(1, PAPERS):
        keep(number)
    queries, took = look(client, address)
    figures = {
        "papers": float(PAPERS),
        "queries": float(queries),
        "median_ms": statistics.median(took),
        "p95_ms": statistics.quantiles(took, n=20, method="inclusive")[-1],
        "one_queries": float(one_queries),
        "one_median_ms": statistics.median(one),
    }
    return {key: round(value, 1) for key, value in figures.items()}


if __name__ == "__main__":
    print(json.dumps(run()))
