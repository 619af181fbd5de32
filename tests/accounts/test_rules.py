"""When an account is shut, how old a password may be: both sides of every edge. compliance.md section 2."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ocop.accounts.rules import Shut, attempt_key, is_old, shut

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def at(*minutes: float) -> list[datetime]:
    return [START + timedelta(minutes=m) for m in minutes]


def is_shut(failures: list[datetime], minute: float) -> bool:
    return shut(failures, START + timedelta(minutes=minute)) is not None


def test_nobody_is_shut_after_four_mistakes_or_none():
    assert shut([], START) is None
    assert not is_shut(at(0, 1, 2, 3), 3.1)


def test_five_within_15_minutes_shut_for_15_minutes_from_the_fifth():
    assert shut(at(0, 1, 2, 3, 14.99), START + timedelta(minutes=15)) == Shut(START + timedelta(minutes=29.99))
    assert is_shut(at(0, 1, 2, 3, 4), 18.99)
    assert not is_shut(at(0, 1, 2, 3, 4), 19)


def test_five_over_15_minutes_do_not():
    assert not is_shut(at(0, 1, 2, 3, 15), 15.1)


def test_a_sixth_mistake_after_the_lock_begins_anew():
    assert not is_shut(at(0, 1, 2, 3, 4, 19.5), 19.6)
    assert is_shut(at(0, 1, 2, 3, 4, 20, 21, 22, 23, 24), 24.1)


def test_ten_within_24_hours_shut_for_good():
    nine_and = [0, 1, 2, 3, 100, 101, 102, 103, 200]
    for_good = at(*nine_and, 24 * 60 - 0.01)
    assert shut(for_good, START + timedelta(days=400)) == Shut(None)
    assert shut(at(*nine_and, 24 * 60), START + timedelta(days=2)) is None


def test_an_address_has_one_key_in_whatever_letters():
    assert attempt_key(" Lan@mau.VN ") == attempt_key("lan@mau.vn") != attempt_key("lan@mau.v")


@pytest.mark.parametrize(
    ("days", "age", "old"),
    [
        (90, timedelta(days=89, hours=23, minutes=59), False),
        (90, timedelta(days=90), True),
        (0, timedelta(days=4000), False),
    ],
)
def test_a_password_is_old_from_its_last_day_on(days, age, old):
    assert is_old(START, days, START + age) is old
