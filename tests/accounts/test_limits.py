"""Attempts and exports are counted in the database, with the moment passed in. compliance.md section 2."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ocop.accounts.loading import load
from ocop.accounts.models import AccountRules, Role, SignInFailure
from ocop.accounts.queries import account_rules, shut
from ocop.accounts.services import count_attempt, drop_old_attempts, forget_attempt, open_account, record_export
from ocop.kernel import audit
from ocop.kernel.reference import BadReference
from ocop.kernel.refusal import Forbidden, Refusal

pytestmark = pytest.mark.django_db


def fail(now, minutes: float, email: str = "lan@mau.vn", address: str = "10.0.0.1") -> SignInFailure:
    return count_attempt(email=email, address=address, now=now + timedelta(minutes=minutes))


def test_a_right_password_uses_up_nothing(now):
    for minute in range(20):
        forget_attempt(fail(now, minute))
    assert not SignInFailure.objects.exists()


def test_an_attempt_counts_until_it_is_known_to_be_right(now):
    """Six at once cannot all be tried: each counts before its password is looked at."""
    running = [fail(now, 0) for _ in range(5)]
    with pytest.raises(Refusal, match="tạm khóa"):
        fail(now, 0)
    forget_attempt(running[0])
    fail(now, 0.1)


def test_attempts_at_a_shut_account_are_not_counted(now):
    for minute in range(5):
        fail(now, minute)
    for minute in (5, 10, 18.9):
        with pytest.raises(Refusal, match="10:19"):  # ten o'clock in Vietnam, and 4 + 15 minutes
            fail(now, minute)
    assert SignInFailure.objects.count() == 5
    fail(now, 19)


def test_a_hundred_mistakes_an_hour_shut_a_network(now):
    for n in range(100):
        fail(now, n / 10, email=f"ai{n}@mau.vn")
    with pytest.raises(Refusal, match="Mạng này"):
        fail(now, 59.9)
    fail(now, 59.9, address="10.0.0.2")
    fail(now, 60)


def test_old_failures_are_dropped_but_those_that_shut_for_good(now):
    for n in range(10):
        fail(now, 20 * n, email="khoa@mau.vn")
    fail(now, 0)
    assert drop_old_attempts(now=now + timedelta(hours=23, minutes=59)) == 0
    assert drop_old_attempts(now=now + timedelta(hours=24)) == 1
    assert shut("khoa@mau.vn", now + timedelta(days=30))


def test_only_an_administrator_opens_and_only_what_is_shut(admin, make_user, now):
    user, officer = make_user(), make_user("can-bo", Role.PROVINCE_OFFICER)
    with pytest.raises(Refusal, match="không bị khóa"):
        open_account(user=user, by=admin, now=now)
    for n in range(5):
        fail(now, n)
    with pytest.raises(Forbidden):
        open_account(user=user, by=officer, now=now)
    open_account(user=user, by=admin, now=now + timedelta(minutes=5))
    assert shut(user.email, now + timedelta(minutes=5)) is None


def take(user, now, minutes: float) -> None:
    record_export(user=user, path="/ho-so/?tai=xlsx", now=now + timedelta(minutes=minutes))


def test_a_user_takes_five_lists_an_hour_and_each_leaves_an_event(make_user, now):
    one, other = make_user("a"), make_user("b")
    for minute in (0, 10, 20, 30, 40):
        take(one, now, minute)
    with pytest.raises(Refusal, match=r"nhiều nhất 5 danh sách.*từ 11:00"):
        take(one, now, 59.9)
    take(other, now, 59.9)
    take(one, now, 60)
    with pytest.raises(Refusal, match="từ 11:10"):
        take(one, now, 60.1)
    taken = [entry for entry in audit.timeline(one) if entry.kind == "user.exported"]
    assert [entry.after["path"] for entry in taken] == ["/ho-so/?tai=xlsx"] * 6


def test_the_rules_of_a_day(db):
    found = account_rules(date(2026, 11, 24))
    assert (found.password_days, found.exports_an_hour) == (90, 5)
    with pytest.raises(AccountRules.DoesNotExist):
        account_rules(date(2019, 8, 20))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("password_days: -1\n    exports_an_hour: 5", "password_days"),
        ("password_days: 90.5\n    exports_an_hour: 5", "password_days"),
        ("password_days: 90\n    exports_an_hour: 0", "exports_an_hour"),
        ("password_days: 90", "exports_an_hour"),
    ],
)
def test_impossible_rules_are_refused_whole(tmp_path, now, line, sentence):
    (tmp_path / "settings").mkdir()
    text = f"account_rules:\n  - valid_from: 2027-01-01\n    valid_to: null\n    basis: thử\n    {line}\n"
    (tmp_path / "settings/account-rules.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadReference, match=sentence):
        load(tmp_path, now=now)
    assert AccountRules.objects.count() == 1
