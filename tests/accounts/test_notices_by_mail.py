"""Notices by e-mail: once, with their page, and only to who takes mail."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client

from ocop.accounts.models import Notice, User
from ocop.accounts.rules import MAIL_TEXTS
from ocop.accounts.services import agree_to_mail, create_user, mail_notice, notify, withdraw_mail
from ocop.kernel import audit
from ocop.kernel.audit import SYSTEM
from ocop.kernel.models import Job

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def user(db: None) -> User:
    return create_user(email="mai@example.vn", name="Mai (mẫu)", password=None, by=SYSTEM, now=NOW, must_change=False)


def notice(user: User) -> Notice:
    notify([user], "Giấy tờ hết hạn\n12/01/2027.", path="/giay-to/1/", now=NOW, mail=True)
    return Notice.objects.select_related("user").latest("pk")


def test_mail_goes_to_who_agreed_alone_and_nobody_has_until_he_says_so(user: User) -> None:
    assert not mail_notice(notice=notice(user), now=NOW)
    agree_to_mail(user=user, means="ô ở trang Tài khoản", now=NOW)
    assert mail_notice(notice=notice(user), now=NOW)
    withdraw_mail(user=user, now=NOW)
    assert not mail_notice(notice=notice(user), now=NOW)
    assert len(mail.outbox) == 1


def test_a_consent_keeps_its_words_moment_and_means(user: User) -> None:
    for _ in range(2):  # a second tick changes nothing
        agree_to_mail(user=user, means="ô ở trang Tài khoản", now=NOW)
    for _ in range(2):
        withdraw_mail(user=user, now=NOW)
    events = [(entry.kind, entry.at, entry.after) for entry in audit.timeline(user) if "mail" in entry.kind]
    assert events == [
        ("user.mail_wanted", NOW, {"bản": "2026-11", "cách": "ô ở trang Tài khoản"}),
        ("user.mail_stopped", NOW, {}),
    ]
    assert "thôi nhận bất cứ lúc nào" in MAIL_TEXTS["2026-11"]


def test_a_notice_is_mailed_once_with_its_page(user: User) -> None:
    agree_to_mail(user=user, means="ô ở trang Tài khoản", now=NOW)
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


def test_the_account_page_asks_with_an_empty_box_and_takes_it_back(user: User) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    page = client.get("/tai-khoan/").content.decode()
    assert '<input type="checkbox" name="dong_y" value="1" id="id_dong_y">' in page
    for data, words, agreed in (
        ({}, "Đánh dấu ô đồng ý", False),
        ({"dong_y": "1"}, "Thôi nhận thư", True),
        ({"thu": "thoi"}, "Ghi đồng ý", False),
    ):
        shown = client.post("/tai-khoan/thu/", data, follow=True)
        assert shown.redirect_chain == [("/tai-khoan/", 302)]
        assert words in shown.content.decode()
        assert (User.objects.get(pk=user.pk).mail_agreed_at is not None) == agreed
    assert client.get("/tai-khoan/thu/").status_code == 405
