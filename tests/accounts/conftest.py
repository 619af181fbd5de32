from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from django.utils import timezone

from ocop.accounts.models import Agency, Level, Role, User
from ocop.accounts.services import appoint, create_user
from ocop.kernel.audit import SYSTEM

PASSWORD = "suối reo đầu núi"


@pytest.fixture
def agency(db) -> Agency:
    return Agency.objects.create(
        name="Sở Nông nghiệp và Môi trường", symbol="SNNMT", level=Level.PROVINCE, place="Tuyên Quang",
        valid_from=date(2025, 7, 1),
    )  # fmt: skip


@pytest.fixture
def make_user(agency):
    def make(name: str = "lan", role: str = "", password: str | None = PASSWORD, **more) -> User:
        more = {"must_change": False, **more}
        user = create_user(
            email=f"{name}@mau.vn", name="Nông Thị Lan", password=password, by=SYSTEM, now=timezone.now(), **more
        )
        if role:
            appoint(user=user, role=role, agency=agency, valid_from=date(2025, 7, 1), by=SYSTEM, now=timezone.now())
        return user

    return make


@pytest.fixture
def admin(make_user) -> User:
    return make_user("quantri", Role.ADMIN)


@pytest.fixture
def sign_in(client):
    """Sign in by the page; returns the answer."""

    def post(user: User | str, password: str = PASSWORD, **more):
        login = user if isinstance(user, str) else user.email
        return client.post("/dang-nhap/", {"login": login, "password": password, **more})

    return post


@pytest.fixture
def confirm(client):
    """Type the password again, as sensitive pages ask."""

    def post(password: str = PASSWORD):
        return client.post("/tai-khoan/xac-nhan/", {"password": password, "next": "/viec/"})

    return post


@pytest.fixture
def ago(client):
    """Let the session have begun, been confirmed and been used so many minutes ago."""

    def age(minutes: float, *names: str) -> None:
        session = client.session
        for name in names or ("ocop_began", "ocop_seen"):
            session[name] = (timezone.now() - timedelta(minutes=minutes)).isoformat()
        for record in session.get("account_authentication_methods", []):
            record["at"] = time.time() - minutes * 60
        session.save()

    return age


@pytest.fixture
def later(monkeypatch):
    """Let the clock of the house stand so many seconds ahead."""
    now = timezone.now

    def set_clock(seconds: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(seconds=seconds))

    return set_clock
