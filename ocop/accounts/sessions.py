"""How long a session lives: idle limits, an absolute limit, when its user was last asked who he is.

Source: compliance.md section 2; WCAG 2.2, 2.2.1 (a warning two minutes ahead, ui.md section 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

IDLE = timedelta(minutes=30)
IDLE_PRIVILEGED = timedelta(minutes=15)  # administrators, members of councils
ABSOLUTE = timedelta(hours=12)
FRESH = timedelta(minutes=10)  # a password typed so long ago still counts for a sensitive act
STEP = timedelta(seconds=60)  # a session is written at most once a minute
_BEGAN, _SEEN = "ocop_began", "ocop_seen"


@dataclass(frozen=True)
class Life:
    """What is left of a session. seconds  until it ends unless its user stays; final  staying does not help"""

    seconds: int
    final: bool


def begin(session: SessionBase, now: datetime) -> None:
    """Start counting at sign-in."""
    session[_BEGAN] = session[_SEEN] = now.isoformat()


def just_began(session: SessionBase, now: datetime) -> bool:
    """Whether the user signed in so lately that a sensitive act asks no second time."""
    return _BEGAN in session and now - _moment(session, _BEGAN, now) < FRESH


def why_over(session: SessionBase, now: datetime, *, privileged: bool) -> str:
    """Return the sentence that ends the session of a signed-in user, or nothing while it lives."""
    idle = IDLE_PRIVILEGED if privileged else IDLE
    seen, began = _moment(session, _SEEN, now), _moment(session, _BEGAN, now)
    if now - seen > idle:
        return f"Phiên đã kết thúc sau {idle.seconds // 60} phút không thao tác. Đăng nhập lại để làm tiếp."
    if now - began > ABSOLUTE:
        return "Phiên đã kết thúc sau 12 giờ. Đăng nhập lại để làm tiếp."
    return ""


def life(session: SessionBase, now: datetime, *, privileged: bool) -> Life:
    """Return how long a living session has left."""
    idle_end = _moment(session, _SEEN, now) + (IDLE_PRIVILEGED if privileged else IDLE)
    last_end = _moment(session, _BEGAN, now) + ABSOLUTE
    return Life(int((min(idle_end, last_end) - now).total_seconds()), final=last_end <= idle_end)


def touch(session: SessionBase, now: datetime) -> None:
    """Note that the user is here; the first time also when the session began."""
    if _BEGAN not in session:
        session[_BEGAN] = now.isoformat()
    if _SEEN not in session or now - _moment(session, _SEEN, now) >= STEP:
        session[_SEEN] = now.isoformat()


def _moment(session: SessionBase, name: str, now: datetime) -> datetime:
    text = session.get(name)
    return datetime.fromisoformat(text) if text else now
