"""The scene of the page tests."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.factories import Stage

from .scene import NOW, Scene


@pytest.fixture
def scene(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Requests come at one moment of September 2026."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return Scene(stage)
