"""Life of a recognition: its last day, its status on both sides of every edge, who may end it.

Expected values by hand from QĐ 26/2026/QĐ-TTg art. 4(3), 8; BLDS 2015 art. 148(3); compliance.md section 7.
"""

from __future__ import annotations

from datetime import date

import pytest

from ocop.certificates.rules import ACTS, REVOCATION_GROUNDS, REVOKERS, Act, Status, end_of, ministry_on, status
from ocop.certificates.templatetags.certificates import status_badge
from ocop.councils.rules import Result

FROM, UNTIL = date(2024, 5, 20), date(2027, 5, 20)


@pytest.mark.parametrize(
    ("issued", "last"),
    [
        (date(2024, 2, 29), date(2027, 2, 28)),  # no 29 February in 2027: the last day of the month
        (date(2024, 2, 28), date(2027, 2, 28)),
        (date(2026, 8, 31), date(2029, 8, 31)),
        (date(2025, 11, 30), date(2028, 11, 30)),
        (date(2025, 2, 28), date(2028, 2, 28)),  # not moved to the 29th of a leap year
    ],
)
def test_a_certificate_ends_on_the_same_day_36_months_later_or_on_the_last_of_that_month(issued, last):
    assert end_of(issued) == last


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2024, 5, 19), Status.NOT_YET),  # the day before
        (date(2024, 5, 20), Status.VALID),  # the first day counts
        (date(2027, 2, 19), Status.VALID),  # 90 days before the end
        (date(2027, 2, 20), Status.EXPIRING),  # 89 days before: with today 90 days are left
        (date(2027, 5, 20), Status.EXPIRING),  # valid to 24:00 of the last day
        (date(2027, 5, 21), Status.EXPIRED),
    ],
)
def test_the_status_changes_at_midnight_of_its_edges(day, found):
    assert status(FROM, UNTIL, None, "", day) == found


@pytest.mark.parametrize(
    ("day", "found"), [(date(2026, 1, 14), Status.VALID), (date(2026, 1, 15), Status.REVOKED), (UNTIL, Status.REVOKED)]
)
def test_a_revoked_certificate_is_over_from_the_day_of_the_decision_on(day, found):
    assert status(FROM, UNTIL, date(2026, 1, 15), "revoked", day) == found


def test_a_revocation_stays_a_revocation_after_the_certificate_would_have_ended():
    assert status(FROM, UNTIL, date(2026, 1, 15), "revoked", date(2030, 1, 1)) == Status.REVOKED


@pytest.mark.parametrize(("day", "found"), [(date(2026, 1, 14), Status.VALID), (date(2026, 1, 15), Status.EXPIRED)])
def test_a_replaced_certificate_is_over_without_blame(day, found):
    assert status(FROM, UNTIL, date(2026, 1, 15), "replaced", day) == found


def test_without_a_day_of_issue_there_is_no_status_unless_it_was_revoked():
    assert status(None, None, None, "", FROM) is None
    assert status(None, None, date(2026, 1, 15), "revoked", date(2026, 1, 15)) == Status.REVOKED


def test_article_8_has_six_grounds_in_the_letters_of_the_law():
    assert "".join(REVOCATION_GROUNDS) == "abcdđe"


def test_the_province_revokes_three_and_four_stars_the_minister_five():
    assert REVOKERS["province"] == {"province"}
    assert REVOKERS["ministry"] == {"ministry"}
    assert REVOKERS["district"] == {"district", "province"}  # the districts ended on 30/6/2025


def test_only_three_and_four_stars_are_recognised_here():
    assert {result for result, act in ACTS.items() if act == Act.RECOGNISE} == {Result.RECOGNISED}
    assert {result for result, act in ACTS.items() if act == Act.ANNOUNCE} == {Result.BELOW_3, Result.REJECTED}
    assert Result.SEND_UP not in ACTS  # a district sends it up: nothing is decided


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2025, 2, 28), "Bộ Nông nghiệp và Phát triển nông thôn"),
        (date(2025, 3, 1), "Bộ Nông nghiệp và Môi trường"),
    ],
)
def test_the_ministry_has_the_name_of_the_day(day, name):
    assert ministry_on(day) == name


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Status.NOT_YET, "Chưa có hiệu lực"),
        (Status.VALID, "Còn hiệu lực"),
        (Status.EXPIRING, "Sắp hết hạn"),
        (Status.EXTENDED, "Còn hiệu lực (kéo dài)"),
        (Status.EXPIRED, "Hết hiệu lực"),
        (Status.SUSPENDED, "Tạm đình chỉ"),
        (Status.REVOKED, "Đã thu hồi"),
        (None, "Chưa rõ ngày cấp"),
    ],
)
def test_a_status_is_an_icon_and_words(found, words):
    shown = status_badge(found)
    assert f"{words}</span>" in shown
    assert shown.count("<svg") == 1
