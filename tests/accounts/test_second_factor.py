"""The second factor: asked of staff and members in production before anything else, optional in the sample province."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth

from ocop.accounts.models import Role

pytestmark = pytest.mark.django_db


def _code(secret: str) -> str:
    return auth.format_hotp_value(auth.hotp_value(secret, next(iter(auth.yield_hotp_counters_from_time()))))


def _set_up(client) -> tuple[str, list[str]]:
    """Set it up by the pages; returns the secret and the recovery codes."""
    page = client.get("/tai-khoan/xac-thuc/bat/").content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)[1]
    answer = client.post("/tai-khoan/xac-thuc/bat/", {"code": _code(secret)})
    assert answer["Location"] == "/tai-khoan/xac-thuc/du-phong/"
    codes = re.findall(r"<code>(\w+)</code>", client.get(answer["Location"]).content.decode())
    assert len(codes) == 10
    return secret, codes


def test_in_production_an_officer_sets_it_up_before_anything_else(client, make_user, sign_in, confirm, settings):
    settings.PRODUCTION = True
    sign_in(make_user(role=Role.PROVINCE_OFFICER))
    for page in ("/viec/", "/thong-bao/", "/tim/?q=a", "/tai-khoan/"):
        assert client.get(page)["Location"] == "/tai-khoan/xac-thuc/bat/"
    confirm()
    _set_up(client)
    assert client.get("/viec/").status_code == 200


def test_in_production_a_producer_may_do_without(client, make_user, sign_in, settings):
    settings.PRODUCTION = True
    sign_in(make_user())
    assert client.get("/viec/").status_code == 200


def test_the_sample_province_asks_nobody(client, make_user, sign_in):
    sign_in(make_user(role=Role.PROVINCE_OFFICER))
    assert client.get("/viec/").status_code == 200


def test_setting_it_up_asks_for_the_password_again(client, make_user, sign_in, confirm, ago):
    sign_in(make_user())
    assert client.get("/tai-khoan/xac-thuc/bat/").status_code == 200  # just signed in
    ago(10)
    assert client.get("/tai-khoan/xac-thuc/bat/")["Location"].startswith("/tai-khoan/xac-nhan/")
    confirm("không phải mật khẩu")
    assert client.get("/tai-khoan/xac-thuc/bat/").status_code == 302
    confirm()
    assert client.get("/tai-khoan/xac-thuc/bat/").status_code == 200


def test_a_wrong_code_sets_up_nothing(client, make_user, sign_in, confirm):
    sign_in(make_user())
    confirm()
    client.get("/tai-khoan/xac-thuc/bat/")
    assert "Mã chưa đúng" in client.post("/tai-khoan/xac-thuc/bat/", {"code": "000000"}).content.decode()
    assert not Authenticator.objects.exists()


def test_the_password_alone_then_opens_nothing_and_a_recovery_code_works_once(client, make_user, sign_in, confirm):
    user = make_user()
    sign_in(user)
    confirm()
    _, codes = _set_up(client)
    for code, lets_in in ((codes[0], True), (codes[0], False), (codes[1], True)):
        client.post("/dang-xuat/")
        assert sign_in(user)["Location"] == "/dang-nhap/ma/"
        assert client.get("/viec/")["Location"].startswith("/dang-nhap/")
        assert client.post("/dang-nhap/ma/", {"code": code}).status_code == (302 if lets_in else 200)
        assert client.get("/viec/").status_code == (200 if lets_in else 302)


def test_the_secret_is_sealed_in_the_database(client, make_user, sign_in, confirm):
    sign_in(make_user())
    confirm()
    secret, _ = _set_up(client)
    rows = list(Authenticator.objects.filter(type=Authenticator.Type.TOTP).values_list("data", flat=True))
    assert len(rows) == 1
    assert secret not in str(rows)


def test_wrong_codes_lock_too(client, make_user, sign_in, confirm):
    user = make_user()
    sign_in(user)
    confirm()
    secret, _ = _set_up(client)
    client.post("/dang-xuat/")
    sign_in(user)
    for _ in range(5):
        client.post("/dang-nhap/ma/", {"code": "000000"})
    assert "tạm khóa" in client.post("/dang-nhap/ma/", {"code": _code(secret)}).content.decode()
