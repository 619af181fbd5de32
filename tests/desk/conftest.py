from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from ocop.kernel.time import day_of


@pytest.fixture
def today() -> date:
    return day_of(timezone.now())


@pytest.fixture
def last_week(today) -> date:
    return today - timedelta(days=7)
