"""Passwords of staff grow old, those of producers do not. compliance.md section 2, password age."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from ocop.accounts.models import Role, User

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "đèo gió sương trắng"


def aged(user: User, days: int) -> User:
    User.objects.filter(pk=user.pk).update(password_set_at=timezone.now() - timedelta(days=days))
    return user


@pytest.mark.parametrize("role", [Role.COMMUNE_OFFICER, Role.SECRETARY, Role.ADMIN])
def test_an_officers_password_is_changed_after_90_days_before_anything_else(client, make_user, sign_in, role):
    user = aged(make_user(role=role), 90)
    sign_in(user)
    for page in ("/viec/", "/ho-so/?tai=xlsx"):
        assert client.get(page)["Location"] == "/tai-khoan/mat-khau/"
    assert "từ 90 ngày trở lên" in client.get("/tai-khoan/mat-khau/").content.decode()
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/tai-khoan/mat-khau/", form)["Location"] == "/viec/"
    assert client.get("/viec/").status_code == 200


def test_the_same_password_is_no_change(client, make_user, sign_in):
    sign_in(aged(make_user(role=Role.SECRETARY), 90))
    form = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    assert "phải khác mật khẩu đang dùng" in client.post("/tai-khoan/mat-khau/", form).content.decode()
    assert client.get("/viec/").status_code == 302


def test_after_89_days_nothing_is_asked(client, make_user, sign_in):
    sign_in(aged(make_user(role=Role.SECRETARY), 89))
    assert client.get("/viec/").status_code == 200


def test_a_producer_is_never_asked(client, make_user, sign_in):
    sign_in(aged(make_user(), 4000))
    assert client.get("/viec/").status_code == 200


def test_a_password_older_than_the_rule_counts_from_the_account(client, make_user, sign_in):
    user = make_user(role=Role.SECRETARY)
    User.objects.filter(pk=user.pk).update(password_set_at=None, created_at=timezone.now() - timedelta(days=90))
    sign_in(user)
    assert client.get("/viec/")["Location"] == "/tai-khoan/mat-khau/"
