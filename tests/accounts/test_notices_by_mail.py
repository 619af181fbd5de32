"""Notices by e-mail: once, with their page, and only to who takes mail."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client

from ocop.accounts.models import Notice, User
from ocop.accounts.services import create_user, mail_notice, notify, want_mail
from ocop.kernel.audit import SYSTEM
from ocop.kernel.models import Job

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def user(db: None) -> User:
    return create_user(email="mai@example.vn", name="Mai (mẫu)", password=None, by=SYSTEM, now=NOW, must_change=False)


def notice(user: User) -> Notice:
    notify([user], "Giấy tờ hết hạn\n12/01/2027.", path="/giay-to/1/", now=NOW, mail=True)
    return Notice.objects.select_related("user").latest("pk")


def test_a_notice_is_mailed_once_with_its_page(user: User) -> None:
    found = notice(user)
    assert Job.objects.filter(name="accounts.mail", key=str(found.pk)).count() == 1
    assert mail_notice(notice=found, now=NOW)
    assert not mail_notice(notice=found, now=NOW)
    [sent] = mail.outbox
    assert sent.to == ["mai@example.vn"]
    assert sent.subject == "OCOP Tuyên Quang: Giấy tờ hết hạn 12/01/2027."
    assert "/giay-to/1/" in sent.body
    assert "/tai-khoan/" in sent.body


def test_a_notice_without_mail_wants_no_job(user: User) -> None:
    notify([user], "Tin", now=NOW)
    assert not Job.objects.filter(name="accounts.mail").exists()


def test_who_stopped_mail_gets_none_and_takes_it_again(user: User) -> None:
    want_mail(user=user, wanted=False, now=NOW)
    assert not mail_notice(notice=notice(user), now=NOW)
    want_mail(user=user, wanted=True, now=NOW)
    assert mail_notice(notice=notice(user), now=NOW)
    assert len(mail.outbox) == 1


def test_the_account_page_stops_and_starts_mail(user: User) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    for value, words, stopped in (("khong", "Nhận qua thư", True), ("co", "Thôi nhận thư", False)):
        assert client.post("/tai-khoan/thu/", {"thu": value})["Location"] == "/tai-khoan/"
        assert (User.objects.get(pk=user.pk).no_mail_since is not None) == stopped
        assert words in client.get("/tai-khoan/").content.decode()
    assert client.get("/tai-khoan/thu/").status_code == 405
