"""The worker: runs due jobs until it is told to stop."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from ocop.kernel import jobs


class Command(BaseCommand):
    help = "Chạy các việc chờ; --once chạy hết việc đến hạn rồi dừng."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if once:
            count = jobs.run_due(timezone.now, limit=100_000)
            self.stdout.write(f"{count} việc đã chạy")
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            if not jobs.run_due(timezone.now):
                stop.wait(1.0)
