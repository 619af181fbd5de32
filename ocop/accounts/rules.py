"""When an account is shut for a while, and how old a password may be: arithmetic of moments.

Source: compliance.md section 2 (failed log-ins, password age); TCVN 11930:2017 for level 3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FEW, FEW_WITHIN, SHUT_FOR = 5, timedelta(minutes=15), timedelta(minutes=15)
MANY, MANY_WITHIN = 10, timedelta(hours=24)
FROM_ONE_ADDRESS, ADDRESS_WITHIN = 100, timedelta(hours=1)


@dataclass(frozen=True)
class Shut:
    """An account that takes no password. until  when it opens by itself; None: by a reset or an administrator alone"""

    until: datetime | None


def shut(failures: Sequence[datetime], now: datetime) -> Shut | None:
    """Return whether an account is shut now, by the failures that were counted, oldest first.

    Attempts while it is shut are refused unread and not counted, so nobody can push the end further away:
    five within 15 minutes shut for 15 minutes from the fifth; ten within 24 hours shut for good.
    """
    if len(failures) >= MANY and failures[-1] - failures[-MANY] < MANY_WITHIN:
        return Shut(None)
    if len(failures) >= FEW and failures[-1] - failures[-FEW] < FEW_WITHIN:
        end = failures[-1] + SHUT_FOR
        return Shut(end) if now < end else None
    return None


def attempt_key(email: str) -> str:
    """Return the name under which failures of an address are kept: known and unknown accounts look alike."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def is_old(set_at: datetime, days: int, now: datetime) -> bool:
    """Return whether a password must be changed. days  its longest age; 0: it may grow as old as it likes"""
    return bool(days) and now - set_at >= timedelta(days=days)


# Words to which a person agrees before reminders go by mail, by version (compliance.md section 6).
MAIL_TEXTS = {
    "2026-11": (
        "Tôi đồng ý nhận lời nhắc hạn (giấy tờ sắp hết hạn, việc sắp tới hạn) qua thư điện tử của tài khoản này. "
        "Địa chỉ không dùng cho việc khác, không chuyển cho ai. Tôi thôi nhận bất cứ lúc nào ở trang này, "
        "có hiệu lực ngay."
    ),
}
MAIL_NOW = "2026-11"
