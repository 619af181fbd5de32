from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ocop.areas import loading
from ocop.areas.models import Area, AreaChange
from ocop.kernel.models import ReferenceFile

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
REFERENCE = Path(__file__).resolve().parents[2] / "reference"


@pytest.fixture
def tree(db):
    """The real tree of reference/areas."""
    loading.load(REFERENCE, now=NOW)


@pytest.fixture
def empty(db):
    """No area at all, whatever the template database holds."""
    AreaChange.objects.all().delete()
    Area.objects.update(parent=None)
    Area.objects.all().delete()
    ReferenceFile.objects.filter(name__startswith="areas/").delete()


def area(code: str, day: date) -> Area:
    return Area.objects.in_force_on(day).get(code=code)
