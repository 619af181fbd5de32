"""Scenes that stand in the database under several tests: made once, and again when another test stood between.

A scene is a fixture by a function of the scenes below it. What it writes is kept in an open transaction while the next
tests ask for it as well; each test works in a savepoint above and gets the objects as they were made, in a copy of its
own. Under a test stand exactly the scenes that it asks for, so no test knows which one ran before it.
"""

from __future__ import annotations

import functools
import inspect
import pickle
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

Make = Callable[..., Any]
Objects = Callable[[], dict[str, Any]]


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Ground:
    """What stands in the database of this worker, one scene above the other."""

    def __init__(self) -> None:
        self._standing: list[tuple[Make, ExitStack, Objects]] = []

    def lay(self, *wanted: Make) -> dict[str, Any]:
        """Let exactly these scenes stand, each above those it is made of; return their objects by name."""
        here = [make for make, _, _ in self._standing]
        while here != list(wanted[: len(here)]):
            here.pop()
            _, stack, _ = self._standing.pop()
            stack.close()
        for make in wanted[len(here) :]:
            self._add(make)
        return self._objects()

    def _objects(self) -> dict[str, Any]:
        return self._standing[-1][2]() if self._standing else {}

    def _add(self, make: Make) -> None:
        assert self._standing or not connection.in_atomic_block, "a scene stands on nothing but scenes"
        objects = self._objects()
        with ExitStack() as stack:
            stack.enter_context(undone())
            objects[make.__name__] = make(**{name: objects[name] for name in inspect.signature(make).parameters})
            kept = pickle.dumps(objects) if make not in SHARED else None
            given = (lambda: dict(pickle.loads(kept))) if kept else (lambda: objects)
            self._standing.append((make, stack.pop_all(), given))


GROUND = Ground()
SHARED: set[Make] = set()


def standing(make: Make, *, shared: bool = False) -> Any:
    """Return the fixture of a scene. shared  all tests get the same objects, of which they change none"""
    if shared:
        SHARED.add(make)

    @functools.wraps(make)
    def given(ground: dict[str, Any], db: None, **below: Any) -> Any:
        return ground[make.__name__]

    names = ["ground", "db", *inspect.signature(make).parameters]
    parameters = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in names]
    vars(given).update(__signature__=inspect.Signature(parameters), makes=make)
    return pytest.fixture(given)


def asked_by(item: pytest.Item) -> list[Make]:
    """Return the scenes that a test asks for, itself or by its fixtures, each after those below it."""
    found: list[Make] = []
    fixtures = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]  # pytest has no public way

    def add(name: str) -> None:
        make = getattr(fixtures[name][-1].func, "makes", None) if name in fixtures else None
        if make is not None and make not in found:
            for below in inspect.signature(make).parameters:
                add(below)
            found.append(make)

    for name in item.fixturenames:  # type: ignore[attr-defined]
        add(name)
    return found
