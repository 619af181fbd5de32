"""Situations of this room: products that a council has concluded, made by the walk that the sample province takes."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from ocop.accounts.models import User
from ocop.project.sample.walk import at

DECIDED = date(2026, 10, 12)  # some days after the council of the plan's round: 01/10/2026


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch):
    """Return a browser for a user, on a day at 10:00: visit(user, day)."""

    def browser(user: User | None, day: date = DECIDED) -> Client:
        monkeypatch.setattr("django.utils.timezone.now", lambda: at(day, 10))
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return browser
