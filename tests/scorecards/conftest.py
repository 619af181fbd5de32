"""The 77 reference files, read once; answers that score highest."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from ocop.scorecards import rules

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
FILES = REFERENCE / "scorecards"
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
DATA: dict[str, dict[str, Any]] = {
    path.stem: yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) for path in sorted(FILES.glob("20*.yaml"))
}
CARDS = {code: rules.parse(data) for code, data in DATA.items()}


def best(code: str, changes: dict[str, Any] | None = None, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Answers with the highest points everywhere, then the changes, then without some."""
    answers: dict[str, Any] = {}
    for criterion in CARDS[code].criteria:
        if criterion.kind == rules.YES_NO:
            answers[criterion.code] = True
        else:
            answers[criterion.code] = max(criterion.options, key=lambda option: option.points).index
    answers.update(changes or {})
    return {key: answer for key, answer in answers.items() if key not in without}


@pytest.fixture
def tea() -> rules.Card:
    return CARDS["2026-11-tea"]


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """A reference folder of one's own, with the settings and four scorecards, to load and to break."""
    (tmp_path / "settings").mkdir()
    (tmp_path / "scorecards").mkdir()
    for name in ("settings/regimes.yaml", "settings/scorecards.yaml", "scorecards/evidence.yaml"):
        shutil.copy(REFERENCE / name, tmp_path / name)
    for code in ("2019-12-tea", "2023-11-tea", "2026-11-tea", "2026-26-tourism"):
        shutil.copy(FILES / f"{code}.yaml", tmp_path / "scorecards")
    return tmp_path
