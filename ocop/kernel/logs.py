"""System log: one line an event, control characters escaped (compliance.md section 5)."""

import logging

from django.core.exceptions import SuspiciousOperation


class OneLine(logging.Formatter):
    """What a stranger asks wrongly (a foreign Host) is told without a traceback: nothing of ours failed."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info and isinstance(record.exc_info[1], SuspiciousOperation):
            record = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None})
        return super().format(record).replace("\n", "\\n").replace("\r", "\\r")
