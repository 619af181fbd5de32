"""The web server. One process imports everything and builds the application; its workers are forks of it."""

from __future__ import annotations

import gc
import multiprocessing
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

THREADS = 4  # of a worker, each with its own connection to the database
STOP_SECONDS = 5  # then a worker that has not stopped is killed


class Command(BaseCommand):
    help = "Chuẩn bị (xem prepare) rồi chạy máy chủ web ở 127.0.0.1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="cổng (mặc định %(default)s)")
        parser.add_argument("--workers", type=int, default=2, help="số tiến trình (mặc định %(default)s)")

    def handle(self, *args: Any, port: int, workers: int, **options: Any) -> None:
        multiprocessing.set_start_method("fork", force=True)
        connections.close_all()
        preparing = multiprocessing.Process(target=_prepare)
        preparing.start()
        preparing.join()
        if preparing.exitcode:
            sys.exit(1)
        application = get_wsgi_application()  # after prepare: it looks at the static files once
        get_resolver().url_patterns  # noqa: B018  every room's views, before the fork
        connections.close_all()
        gc.freeze()  # what is here now lives as long as the process: shared by the forks, never searched again
        Granian(
            settings.WSGI_APPLICATION,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            workers_kill_timeout=STOP_SECONDS,
            respawn_failed_workers=True,
            websockets=False,
            log_level=LogLevels.warning,
        ).serve(target_loader=lambda _: application)


def _prepare() -> None:
    """Prepare in a fork that ends: its sample papers are printed by threads of a library that a later fork, a worker,
    would inherit as dead, and wait for at its own first paper for ever."""
    try:
        call_command("prepare", stdout=sys.stderr)
    except CommandError as error:
        sys.exit(str(error))
