from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ocop.kernel import calendar
from ocop.kernel.models import Holiday, ReferenceFile
from ocop.kernel.reference import BadReference
from ocop.kernel.time import act_deadline, add_working_days, is_working_day

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
REFERENCE = Path(__file__).resolve().parents[2] / "reference"
HEAD = "day,name_vi,kind,basis,source,certainty\n"


@pytest.fixture(autouse=True)
def empty(db):
    """No holiday, whatever the template database holds."""
    Holiday.objects.all().delete()
    ReferenceFile.objects.filter(name="holidays-vn.csv").delete()


def write(folder: Path, rows: str) -> Path:
    (folder / "holidays-vn.csv").write_text(HEAD + rows, encoding="utf-8")
    return folder


def test_the_table_loads_and_a_second_time_changes_nothing():
    assert calendar.load(REFERENCE, now=NOW) == 1
    before = list(Holiday.objects.order_by("pk").values())
    assert len(before) == 132
    assert sum(row["working"] for row in before) == 6
    assert calendar.load(REFERENCE, now=NOW) == 0
    assert list(Holiday.objects.order_by("pk").values()) == before


def test_a_corrected_file_replaces_the_table(tmp_path):
    calendar.load(write(tmp_path, "2026-01-01,Tết Dương lịch,lễ,a,b,luật\n"), now=NOW)
    calendar.load(write(tmp_path, "2027-01-01,Tết Dương lịch,lễ,a,b,luật\n"), now=NOW)
    assert calendar.holidays() == {date(2027, 1, 1): False}


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 5, 4), True),  # Saturday for Monday 29/4/2024
        (date(2024, 4, 29), False),
        (date(2025, 4, 26), True),  # Saturday for Friday 2/5/2025
        (date(2025, 5, 2), False),
        (date(2026, 1, 10), True),  # Saturday for Friday 2/1/2026
        (date(2026, 1, 2), False),
        (date(2026, 8, 22), True),  # Saturday for Monday 31/8/2026
        (date(2026, 8, 31), False),
        (date(2026, 8, 29), False),  # any other Saturday
        (date(2026, 2, 13), True),  # Friday before Tết
        (date(2026, 2, 16), False),
        (date(2026, 2, 20), False),
        (date(2026, 2, 23), True),  # Monday after
        (date(2025, 11, 24), True),  # the day of culture is off from 2026 on
        (date(2026, 11, 24), False),
    ],
)
def test_days_off_and_swapped_days_of_the_real_table(day, works):
    calendar.load(REFERENCE, now=NOW)
    assert is_working_day(day, calendar.holidays()) is works


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (date(2026, 4, 15), date(2026, 5, 11)),
        (date(2026, 8, 17), date(2026, 9, 9)),
        (date(2025, 1, 20), date(2025, 2, 17)),  # Tết 27/1 to 31/1/2025
    ],
)
def test_the_15_working_days_of_the_commune_leave_out_holidays(received, last):
    calendar.load(REFERENCE, now=NOW)
    assert add_working_days(received, 15, calendar.holidays()) == last


def test_the_30_days_of_the_transition_end_on_the_monday():
    calendar.load(REFERENCE, now=NOW)
    assert act_deadline(date(2026, 6, 21), calendar.holidays()) == date(2026, 6, 22)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("2026-02-30,Tết,tết,a,b,luật\n", "holidays-vn.csv: dòng 2: ngày '2026-02-30' không có thật"),
        (
            "2026-08-22,Bù,hoán đổi-làm bù,a,b,c\n2026-08-22,Nghỉ,lễ,a,b,c\n",
            "dòng 3: ngày 2026-08-22 vừa nghỉ vừa làm bù",
        ),
    ],
)
def test_a_table_that_does_not_add_up_is_refused_and_the_old_one_stays(tmp_path, rows, sentence):
    calendar.load(write(tmp_path, "2026-01-01,Tết Dương lịch,lễ,a,b,luật\n"), now=NOW)
    with pytest.raises(BadReference, match=sentence):
        calendar.load(write(tmp_path, rows), now=NOW)
    assert calendar.holidays() == {date(2026, 1, 1): False}


def test_a_missing_table_is_refused(tmp_path):
    with pytest.raises(BadReference, match="không đọc được"):
        calendar.load(tmp_path, now=NOW)
