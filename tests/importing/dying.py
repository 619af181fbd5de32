"""A process of ours that is killed in the middle: python -m tests.importing.dying ACT STATEMENT TIMES KEY.

ACT  "read" as the worker does, "confirm" as the button does. Before the statement of that beginning comes for the
given time it gets SIGKILL.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from ocop.importing import services  # noqa: E402
from ocop.importing.models import Import  # noqa: E402
from ocop.kernel import jobs  # noqa: E402
from tests.importing.conftest import NOW  # noqa: E402


def main(act: str, statement: str, times: int, key: int) -> None:
    seen = 0

    def die(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += sql.startswith(statement)
        if seen == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(die):
        if act == "read":
            jobs.run_due(lambda: NOW)
        else:
            found = Import.objects.select_related("office", "made_by").get(pk=key)
            services.confirm(found=found, version=found.version, skip_wrong=False, by=found.made_by, now=NOW)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
