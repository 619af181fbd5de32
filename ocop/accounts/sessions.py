"""How long a session lives: idle limits, an absolute limit. Source: compliance.md section 2."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

IDLE = timedelta(minutes=30)
IDLE_PRIVILEGED = timedelta(minutes=15)  # administrators, members of councils
ABSOLUTE = timedelta(hours=12)
STEP = timedelta(seconds=60)  # a session is written at most once a minute
_BEGAN, _SEEN = "ocop_began", "ocop_seen"


def why_over(session: SessionBase, now: datetime, *, privileged: bool) -> str:
    """Return the sentence that ends the session of a signed-in user, or nothing while it lives."""
    idle = IDLE_PRIVILEGED if privileged else IDLE
    seen, began = _moment(session, _SEEN, now), _moment(session, _BEGAN, now)
    if now - seen > idle:
        return f"Phiên đã kết thúc sau {idle.seconds // 60} phút không thao tác. Đăng nhập lại để làm tiếp."
    if now - began > ABSOLUTE:
        return "Phiên đã kết thúc sau 12 giờ. Đăng nhập lại để làm tiếp."
    return ""


def touch(session: SessionBase, now: datetime) -> None:
    """Note that the user is here; the first time also when the session began."""
    if _BEGAN not in session:
        session[_BEGAN] = now.isoformat()
    if _SEEN not in session or now - _moment(session, _SEEN, now) >= STEP:
        session[_SEEN] = now.isoformat()


def _moment(session: SessionBase, name: str, now: datetime) -> datetime:
    text = session.get(name)
    return datetime.fromisoformat(text) if text else now
