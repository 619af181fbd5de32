"""A council under load: python -m bench.councils [MEMBERS] [PRODUCTS] [CONCLUDED] [PAPERS].

Members save and sign sheets in several processes at once, through the services as the page's saves do, each save sent
twice as a cut line does; then products are concluded and the papers of a round drawn. Services, without a web server.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import login  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import OperationalError, connections  # noqa: E402
from django.http import HttpRequest  # noqa: E402

from ocop.accounts.models import User  # noqa: E402
from ocop.councils import papers, services  # noqa: E402
from ocop.councils.models import Attendance, Conclusion, Interest, Item, Member, Session, Sheet, SheetAnswer  # noqa: E402
from ocop.councils.rules import Part  # noqa: E402
from ocop.councils.services.founding import Seat  # noqa: E402
from ocop.dossiers import services as dossiers  # noqa: E402
from ocop.kernel.papers.pdf import to_pdf  # noqa: E402
from ocop.kernel.papers.word import to_docx  # noqa: E402
from ocop.project.sample.answers import answers_for  # noqa: E402
from ocop.project.sample.plans import Plan  # noqa: E402
from ocop.project.sample.walk import Walk, Walked, at  # noqa: E402
from ocop.project.sample.world import make_world  # noqa: E402
from ocop.scorecards.queries import card  # noqa: E402

FILED, HELD = date(2026, 9, 1), date(2026, 10, 1)
WRITERS, SAVES = 8, 6  # processes at once; saves a sheet, one a group of criteria
PLAN = Plan("Bánh khảo (tổng hợp)", "Hợp tác xã Nà Pàng (tổng hợp)", "cooperative", 6, "02287", FILED, 72, 4)


def ready(walk: Walk, count: int, name: str) -> list[Walked]:
    """Dossiers that wait for the provincial council."""
    rows = []
    for n in range(count):
        walked = walk.file(replace(PLAN, name=f"{name} số {n} (tổng hợp)"), evidence=False)
        walk.assess(walked, FILED + timedelta(days=7))
        dossiers.accept(
            dossier=walked.dossier,
            version=walked.dossier.version,
            by=walk.world.officers[0],
            now=at(FILED + timedelta(days=14)),
        )
        rows.append(walked)
    return rows


def crowd(walk: Walk, members: int, rows: Sequence[Walked]) -> Session:
    """An open session of a council with so many members, all present and without a conflict."""
    world, before = walk.world, HELD - timedelta(days=5)
    users = User.objects.bulk_create(
        User(email=f"dong{n}@tonghop.vn", name=f"Thành viên {n} (tổng hợp)", created_at=at(before), is_sample=True)
        for n in range(members - len(world.members))
    )
    by = world.secretaries[0]
    council = services.found_council(
        organ=world.province,
        level="province",
        name="Hội đồng đông người (tổng hợp)",
        number="9001/QĐ-UBND",
        day=before,
        seats=[*world.provincial_seats(), *(Seat(user, "Đơn vị (tổng hợp)", Part.MEMBER) for user in users)],
        by=by,
        now=at(before),
        ended_on=None,
    )
    session = services.plan_session(
        council=council, name="Phiên đông người", held_on=HELD, place="Hội trường", by=by, now=at(HELD, 7)
    )
    services.add_items(session=session, dossiers=[one.dossier for one in rows], by=by, now=at(HELD, 7))
    services.invite(session=session, by=by, now=at(HELD, 7))
    scorers = [member for member in council.members.order_by("pk") if member.scores]
    Attendance.objects.filter(session=session).update(present=True)
    Interest.objects.bulk_create(
        Interest(item=item, member=member, conflict=False, declared_at=at(HELD, 7))
        for item in session.items.order_by("pk")
        for member in scorers
    )
    session.refresh_from_db()
    services.open_session(session=session, by=by, now=at(HELD, 8))
    return session


def score(seats: Sequence[int], items: Sequence[int], out: Connection) -> None:
    """One process: its members score every product; sends the seconds of each save and each signature."""
    saves, signs = [], []
    try:
        for item in Item.objects.filter(pk__in=items).select_related("dossier__scorecard").order_by("pk"):
            measure, cases = card(item.dossier.scorecard), item.dossier.cases
            answers = list(answers_for(measure, 72, stars=4, cases=cases).items())
            for seat in Member.objects.filter(pk__in=seats).select_related("user").order_by("pk"):
                _timed(services.start_sheet, item=item, by=seat.user)
                sheet = Sheet.objects.get(item=item, member=seat)
                for n in range(SAVES):
                    marks = {code: (answer, "Không mức nào đúng") for code, answer in answers[n::SAVES]}
                    for _ in (1, 2):  # the answer was lost: sent again
                        saves.append(_timed(services.save_marks, sheet=sheet, marks=marks, by=seat.user))
                signs.append(_timed(services.sign_sheet, sheet=sheet, by=seat.user))
        out.send((saves, signs))
    except BaseException as error:
        out.send(f"{type(error).__name__}: {error}")
        raise


def _timed(act: Callable[..., object], **words: Any) -> float:
    """Seconds until it is done: what a busy table refuses is sent again, as the page does."""
    began = time.perf_counter()
    while True:
        try:
            act(now=at(HELD, 9, 30), **words)
        except OperationalError:
            continue
        return time.perf_counter() - began


def saved_and_signed(session: Session) -> dict[str, float]:
    """Let all members score at once. lost  sheets or marks that are not there; doubled  that are there twice"""
    seats = [member.pk for member in session.council.members.order_by("pk") if member.scores]
    items = list(session.items.order_by("pk").values_list("pk", flat=True))
    fork, running = get_context("fork"), []
    connections.close_all()
    began = time.perf_counter()
    for n in range(WRITERS):
        here, there = fork.Pipe(duplex=False)
        process = fork.Process(target=score, args=(seats[n::WRITERS], items, there))
        process.start()
        running.append((process, here))
    answers = [here.recv() for _, here in running]
    for process, _ in running:
        process.join()
    took = time.perf_counter() - began
    if wrong := [answer for answer in answers if isinstance(answer, str)]:
        raise RuntimeError(wrong[0])
    saves = [one for mine, _ in answers for one in mine]
    signs = [one for _, mine in answers for one in mine]
    signed = Sheet.objects.filter(item__in=items, signed_at__isnull=False)
    marks = SheetAnswer.objects.filter(sheet__in=signed)
    wanted = len(seats) * len(items)
    per_sheet = sum(len(card(i.dossier.scorecard).criteria) for i in session.items.all()) / len(items)
    missing = wanted * per_sheet - marks.count()
    return {
        "members": len(seats),
        "products": len(items),
        "lost": wanted - signed.count() + max(0, missing),
        "doubled": signed.count() - signed.values("item", "member").distinct().count() + max(0, -missing),
        "save_p95_ms": _p95(saves),
        "sign_p95_ms": _p95(signs),
        "sheets_per_second": len(signs) / took,
    }


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1] * 1000


def concluded(walk: Walk, count: int, printed: int) -> dict[str, float]:
    """Close so many products of nine sheets each; draw the papers of a round of so many as Word and PDF."""
    rows = ready(walk, count, "Bánh khảo")
    took = 0.0
    close = services.close_item

    def closing(**words: Any) -> Any:
        nonlocal took
        began = time.perf_counter()
        found = close(**words)
        took += time.perf_counter() - began
        return found

    services.close_item = closing  # what the walk calls; the rest of the session is no conclusion
    try:
        first = walk.hold(rows[:printed], "province", HELD)
        if rows[printed:]:
            walk.hold(rows[printed:], "province", HELD)
    finally:
        services.close_item = close
    began, pages = time.perf_counter(), 0
    conclusions = Conclusion.objects.filter(item__session=first).select_related(
        "item__session__council__organ", "dossier__product__product_set", "dossier__subject", "dossier__commune"
    )
    drawn = [papers.minutes(first), *(papers.result_notice(one) for one in conclusions.order_by("pk"))]
    drawn += [papers.invitation(first, seat) for seat in first.council.members.select_related("user").order_by("pk")]
    for paper in drawn:
        to_docx(paper)
        to_pdf(paper)
        pages += 1
    return {
        "concluded": count,
        "conclusion_ms": took / count * 1000,
        "conclusions_s": took,
        "papers": pages,
        "papers_s": time.perf_counter() - began,
    }


def signed_in(user: User) -> str:
    """The key of a session that is signed in, for the watchers of the board."""
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    return str(request.session.session_key)


def run(members: int, products: int, count: int, printed: int) -> dict[str, Any]:
    world = make_world(now=at(date(2019, 8, 21)), password=None)
    walk = Walk(world, world.producers[0])
    figures: dict[str, Any] = concluded(walk, count, min(printed, count)) if count else {}
    session = crowd(walk, members, ready(walk, products, "Bánh gai"))
    figures |= saved_and_signed(session)
    figures = {key: round(value, 1) for key, value in figures.items()}
    return figures | {"board": session.get_absolute_url(), "watcher": signed_in(world.officers[0])}


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    print(json.dumps(run(*(words + [1000, 5, 300, 100][len(words) :]))))
