"""The scene that the pages of dossiers are tested in."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.dossiers.scene import NOW, Scene
from tests.factories import Stage


@pytest.fixture
def scene(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Requests come at one moment of September 2026."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return Scene(stage)
