"""At most 12 queries a page, whatever stands on it (architecture.md, Budgets)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from ocop.dossiers.models import Dossier
from ocop.dossiers.rules import Step

from .doors import DOORS, SIGNED_IN
from .province import Province, one_request, province

__all__ = ["province"]

pytestmark = pytest.mark.django_db

MOST = 12
OF_A_SESSION = {"councils:minutes", "certificates:paper"}
MOST_OF_A_SESSION = 15  # a paper over all tables of a session, not a page that people wait on


@contextmanager
def questions() -> Iterator[list[str]]:
    """Collect what the database is asked: everything but the borders of transactions."""
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def too_much(province: Province, role: str, url: str, most: int = MOST) -> str:
    """What is wrong with a page of this role, or nothing.

    It is read twice: what the law lists is read once a process, the rule for passwords once a session.
    """
    client = province.clients[role]
    with one_request():
        client.get(url)
        with questions() as seen:
            response = client.get(url)
            if response.streaming:
                b"".join(response.streaming_content)
    return f"{role}: {len(seen)} at {url}" if len(seen) > most else ""


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.post is None])
def test_a_page_asks_at_most_12_queries_of_the_database(province: Province, name: str) -> None:
    """Every address to read, for every role that may, with session, user, rights, menu and bell."""
    url = reverse(name, args=province.args[DOORS[name].args])
    most = MOST_OF_A_SESSION if name in OF_A_SESSION else MOST
    assert [found for role in sorted(DOORS[name].who) if (found := too_much(province, role, url, most))] == []


@pytest.mark.parametrize("step", Step)
def test_so_does_a_dossier_at_every_step(province: Province, step: Step) -> None:
    """Its overview, the whole of it, the page of its checking and one criterion."""
    wrong = []
    for dossier in Dossier.objects.filter(step=step).order_by("-pk")[:2]:
        for name in ("detail", "whole", "check", "criterion"):
            url = reverse(f"dossiers:{name}", args=[dossier.code, *(["1.1"] if name == "criterion" else [])])
            wrong += [found for role in sorted(SIGNED_IN) if (found := too_much(province, role, url))]
    assert wrong == []
