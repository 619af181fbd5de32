"""Everything in reference/, in the order in which rooms build on each other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ocop.accounts import loading as accounts
from ocop.areas import loading as areas
from ocop.councils import loading as councils
from ocop.dossiers import loading as dossiers
from ocop.kernel import calendar
from ocop.registry import loading as registry
from ocop.scorecards import loading as scorecards

LOADERS = (
    calendar.load,
    areas.load,
    accounts.load,
    registry.load,
    scorecards.load,
    dossiers.load,
    councils.load,
    councils.load_rounds,
)


def load_all(folder: Path, *, now: datetime) -> int:
    """Load every reference file; returns how many changed. :raises BadReference: the first that does not add up"""
    return sum(load(folder, now=now) for load in LOADERS)
