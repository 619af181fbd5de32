"""./run bench: the speed of our pages beside a floor, on synthetic products, in one run. See README.md here."""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import platform
import resource
import shutil
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pysqlite3

from .load import Client, Measured, measure
from .pages import POOL, Page, Target, pages, targets
from .servers import HOME, WORKERS, Server, python, server

MARK = "(tổng hợp)".encode()
PAUSE = 0.1  # seconds between two loads
EVENTS = 5
MOST_USERS = 16  # as many officials are signed in
SCORING, REHEARSAL, IMPORTS, ARCHIVES, READINESS = "sheets", "rehearse", "imports", "archives", "readiness"
COUNCILS = "councils"
WATCHERS, LOOK = 200, 5.0  # at the board of a session; seconds between two looks of each
BESIDE = (SCORING, REHEARSAL, IMPORTS, ARCHIVES, READINESS, COUNCILS)  # what is no load of pages
PAGES = ("list", "product", "search", "qr", "dossiers", "certificates")
TARGETS = ("first", "again", "ours", "floor", "kept_floor")
# Ratios of a row: what over what.
RATIOS = (("first", "floor"), ("again", "floor"), ("again", "kept_floor"), ("ours", "floor"))


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def machine() -> dict[str, str]:
    cpu = platform.processor() or "?"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    cores = sum(line.startswith("processor") for line in Path("/proc/cpuinfo").read_text().splitlines())
    return {
        "day": f"{datetime.now():%Y-%m-%d}",
        "load": f"{os.getloadavg()[0]:.1f}",
        "cores": str(cores),
        "cpu": cpu,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "django": version("django"),
        "sqlite": pysqlite3.sqlite_version,
        "granian": f"{version('granian')}, {WORKERS} workers",
    }


def children_cpu() -> float:
    """Seconds of CPU of the processes that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def look(target: Target) -> None:
    """Ask each address once over several connections: both workers are warm, and the answers are the pages we mean.

    :raises RuntimeError: another answer, e.g. a sign-in page
    """
    asked = POOL if target.key == "again" else 2
    for connection in range(8):
        client = Client(target.server.port, target.cookies[0] if target.cookies else "")
        for n in range(asked):
            address = target.address(n + asked * connection)
            head, body = client.get(address)
            if MARK not in (gzip.decompress(body) if b"content-encoding: gzip" in head.lower() else body):
                raise RuntimeError(f"{address}: the page names no synthetic product")
        client.close()


def after_event(ours: Server, floor: Server) -> float:
    """Return the milliseconds of the first public list after a public event: the register is read anew."""
    took = []
    for _ in range(EVENTS):
        other, client = Client(floor.port), Client(ours.port)
        other.get("/event")
        began = time.perf_counter()
        client.get("/san-pham/?sao=4")
        took.append((time.perf_counter() - began) * 1000)
        other.close()
        client.close()
    return statistics.median(took)


def load(
    chosen: Sequence[Page], sessions: Sequence[str], users: Sequence[int], rounds: int, seconds: float, think: float
) -> dict[str, Any]:
    """Load ours and the floor by turns; return rows (page x users) with the medians of each target."""
    cookies = [f"ocop={key}" for key in sessions]
    starts = itertools.count(1_000_000, 1_000_000)  # numbers of requests: no two loads share one
    found: dict[tuple[str, int, str], list[Measured]] = {}
    with server("ocop.project.settings") as ours, server("bench.settings") as floor:
        plan = [(page, target) for page in chosen for target in targets(page, ours, floor, cookies)]
        event = after_event(ours, floor)
        for _, target in plan:
            look(target)
        for turn in range(1, rounds + 1):
            for count in users:
                say(f"round {turn} of {rounds}, {count} user{'s' if count > 1 else ''}")
                for page, target in plan:
                    one = measure(target, users=count, seconds=seconds, think=think, first=next(starts))
                    found.setdefault((page.key, count, target.key), []).append(one)
                    time.sleep(PAUSE)
    rows: list[dict[str, Any]] = []
    for page, count in itertools.product(chosen, users):
        row: dict[str, Any] = {"page": page.name, "users": count}
        for key in TARGETS:
            if results := found.get((page.key, count, key)):
                row[key] = {
                    "rate": round(statistics.median(one.rate for one in results), 1),
                    "p95_ms": round(statistics.median(one.p95 for one in results), 1),
                    "cpu_ms": round(statistics.median(one.cpu for one in results), 2),
                }
        row["ratios"] = {
            f"{a}/{b}": round(row[a]["rate"] / row[b]["rate"], 2) for a, b in RATIOS if a in row and b in row
        }
        rows.append(row)
    return {"first_page_after_event_ms": round(event, 1), "pages": rows}


def sat(size: Sequence[int], seconds: float) -> dict[str, Any]:
    """Return how a council scores, concludes and prints, and its board under many watchers beside the smallest view.

    On SQLite; scoring also on PostgreSQL where BENCH_POSTGRES names an empty database of its own.
    size  members, products that they score, products concluded, products of the round whose papers are drawn
    """
    words = [str(number) for number in size]
    found: dict[str, Any] = json.loads(python("bench.councils", *words))
    if url := os.environ.get("BENCH_POSTGRES"):
        python("django", "prepare", "--no-sample", DATABASE_URL=url)
        found["postgres"] = json.loads(python("bench.councils", *words[:2], "0", "0", DATABASE_URL=url))
    with server("ocop.project.settings") as ours, server("bench.settings") as floor:
        cookies = [f"ocop={found.pop('watcher')}"] * WATCHERS
        board = found.pop("board")
        for target in (
            Target("board", ours, lambda n: board, cookies, fragment=True),
            Target("board_floor", floor, lambda n: "/kept"),
        ):
            one = measure(target, users=WATCHERS, seconds=max(seconds, 4 * LOOK), think=LOOK, first=0)
            found[target.key] = {"p95_ms": round(one.p95, 1), "cpu_ms": round(one.cpu, 2)}
    return found


def sat_words(found: Mapping[str, Any]) -> str:
    engines = [("SQLite", found), *([("PostgreSQL", found["postgres"])] if "postgres" in found else [])]
    scored = "; ".join(
        f"{name}: lost {one['lost']:.0f}, doubled {one['doubled']:.0f}, p95 of a save {one['save_p95_ms']:.0f} ms, of "
        f"a signature {one['sign_p95_ms']:.0f} ms, {one['sheets_per_second']:.1f} sheets a second"
        for name, one in engines
    )
    board, floor = found["board"], found["board_floor"]
    return (
        f"Council of {found['members']:.0f} members x {found['products']:.0f} products, every save sent twice, "
        f"{scored}. {found['concluded']:.0f} conclusions: {found['conclusions_s']:.1f} s, {found['conclusion_ms']:.0f} "
        f"ms each. {found['papers']:.0f} papers of a round, Word and PDF: {found['papers_s']:.1f} s. Board under "
        f"{WATCHERS} watchers who look every {LOOK:g} s: p95 {board['p95_ms']:.1f} ms, {board['cpu_ms']:.2f} ms of "
        f"CPU, {board['cpu_ms'] / floor['cpu_ms']:.1f} times the smallest view ({floor['p95_ms']:.1f} ms; "
        f"{floor['cpu_ms']:.2f} ms)."
    )


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as a Markdown table; a cell is requests/s (p95; CPU of the server an answer, both in ms)."""
    head = "| page | users | ours, built | ours, kept | floor: same query | floor: kept bytes |"
    head += " built ÷ query | kept ÷ query | kept ÷ kept bytes |"
    lines = [head, "|---|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for row in rows:
        ratios = row["ratios"]
        first = "first" if "first" in row else "ours"
        cells = [
            row["page"],
            str(row["users"]),
            *(_cell(row.get(key)) for key in (first, "again", "floor", "kept_floor")),
        ]
        cells += [_ratio(ratios.get(f"{a}/{b}")) for a, b in ((first, "floor"), *RATIOS[1:3])]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(figure: Mapping[str, float] | None) -> str:
    return f"{figure['rate']:,.0f} ({figure['p95_ms']:.1f}; {figure['cpu_ms']:.1f})" if figure else "-"


def _ratio(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.2, help="of one load (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of all loads; figures are medians (default %(default)s)")
    parser.add_argument(
        "--users", type=int, nargs="+", default=[1, 8], help=f"at once, {MOST_USERS} at most (default 1 8)"
    )
    parser.add_argument("--products", type=int, default=5000, help="how many (default %(default)s)")
    parser.add_argument(
        "--think", type=float, default=0.0, metavar="SECONDS",
        help="that a user reads a page, a half more or less, before asking again (default: asks again at once); "
        "--seconds should be several times as long",
    )  # fmt: skip
    parser.add_argument("--only", nargs="+", choices=(*PAGES, *BESIDE), help="measure these alone")
    parser.add_argument(
        "--sitting", type=int, nargs=4, default=[1000, 5, 300, 100], metavar="N",
        help="members, products scored, products concluded, products printed (default 1000 5 300 100)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    asked = parser.parse_args()
    if not all(1 <= count <= MOST_USERS for count in asked.users):
        parser.error(f"--users: 1 to {MOST_USERS}")
    if not 0 <= asked.think <= asked.seconds / 2:
        parser.error("--think: half of --seconds at most, or hardly anybody asks twice")
    only = asked.only or (*PAGES, *BESIDE)

    shutil.rmtree(HOME, ignore_errors=True)
    (HOME / "data").mkdir(parents=True)
    say("preparing tables, reference facts and synthetic products")
    python("django", "prepare", "--no-sample")
    made = json.loads(python("bench.data", str(asked.products)))
    figures: dict[str, Any] = {"machine": machine() | {"products": f"{asked.products:,}"}}
    if SCORING in only:
        say("scoring sheets")
        figures[SCORING] = json.loads(python("bench.sheets"))
    if IMPORTS in only:
        say("bringing in a list of 20,000 rows")
        figures[IMPORTS] = json.loads(python("bench.imports"))
    if ARCHIVES in only:
        say("keeping a dossier of 60 files, 200 MB")
        figures[ARCHIVES] = json.loads(python("bench.archives"))
    if READINESS in only:
        say("looking at the readiness of a product with 300 papers")
        figures[READINESS] = json.loads(python("bench.readiness"))
    if COUNCILS in only:
        say("seating a council")
        figures[COUNCILS] = sat(asked.sitting, asked.seconds)
    if REHEARSAL in only:
        say("rehearsing")
        began, cpu = time.monotonic(), children_cpu()
        python("django", "rehearse", "--out", str(HOME / "rehearsal"))
        took = {"seconds": time.monotonic() - began, "cpu_seconds": children_cpu() - cpu}
        figures[REHEARSAL] = {key: round(value, 1) for key, value in took.items()}
    if chosen := [page for page in pages(made) if page.key in only]:
        figures |= {"think": asked.think}
        figures |= load(chosen, made["sessions"], asked.users, asked.rounds, asked.seconds, asked.think)
    print(json.dumps(figures, indent=2) if asked.json else report(figures))


def report(figures: Mapping[str, Any]) -> str:
    about = figures["machine"]
    parts = [
        f"{about['day']}, {about['cores']} cores of {about['cpu']}, {about['system']}, Python {about['python']}, "
        f"Django {about['django']}, SQLite {about['sqlite']}, Granian {about['granian']}, "
        f"{about['products']} products; load average before the run {about['load']}"
    ]
    if rows := figures.get("pages"):
        think = figures["think"]
        asks = f"after reading the page for about {think:g} s" if think else "at once"
        parts += [
            f"Requests/s; in brackets p95 and the CPU of the server an answer, in ms. A user asks again {asks}.\n\n"
            + table(rows),
            f"First public list after a public event: {figures['first_page_after_event_ms']:.0f} ms.",
        ]
    if sheets := figures.get(SCORING):
        parts.append(
            f"Scoring: {sheets['sheets_per_cpu_second']:,.0f} sheets per second of CPU, over {sheets['scorecards']} "
            f"scorecards of {sheets['criteria_per_sheet']:.0f} criteria on average."
        )
    if lists := figures.get(IMPORTS):
        parts.append(
            f"Excel list of {lists['rows']:,.0f} rows: plain calamine reads it in {lists['plain_reading']:.2f} s; "
            f"products: preview {lists['san-pham_preview']:.1f} s ({lists['rows'] / lists['san-pham_preview']:,.0f} "
            f"rows/s, "
            f"{lists['san-pham_preview'] / lists['plain_reading']:.0f} times plain reading), import "
            f"{lists['san-pham_import']:.1f} s, undo {lists['san-pham_undo']:.1f} s; "
            f"its 10,000 subjects: preview {lists['chu-the_preview']:.1f} s, import {lists['chu-the_import']:.1f} s."
        )
    if kept := figures.get(ARCHIVES):
        parts.append(
            f"Archive of {kept['files']:.0f} files, {kept['mb']:.0f} MB: {kept['archive']:.1f} s, {kept['ratio']:.1f} "
            f"times plain zipfile, {kept['grown_mb']:.0f} MB of memory; read back in {kept['download']:.1f} s."
        )
    if found := figures.get(READINESS):
        parts.append(
            f"Readiness page over {found['papers']:.0f} papers: {found['queries']:.0f} queries, median "
            f"{found['median_ms']:.0f} ms, p95 {found['p95_ms']:.0f} ms; over one: {found['one_queries']:.0f} queries, "
            f"median {found['one_median_ms']:.0f} ms."
        )
    if council := figures.get(COUNCILS):
        parts.append(sat_words(council))
    if rehearsal := figures.get(REHEARSAL):
        parts.append(f"Rehearsal: {rehearsal['seconds']:.0f} s, of them {rehearsal['cpu_seconds']:.0f} s of CPU.")
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
