"""Signing in: one answer for every mistake, limits, one-time secrets, sessions that end. compliance.md section 2."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from ocop.accounts.models import Role, User
from ocop.accounts.services import renew_secret
from ocop.kernel import audit

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "đèo gió sương trắng"


def test_the_right_password_leads_to_the_desk_and_the_wrong_one_does_not(client, make_user, sign_in):
    user = make_user()
    assert sign_in(user, PASSWORD + "x").status_code == 200
    assert "_auth_user_id" not in client.session
    answer = sign_in(user)
    assert (answer.status_code, answer["Location"]) == (302, "/viec/")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_known_and_an_unknown_account_get_the_same_answer(make_user, sign_in):
    user = make_user()
    stopped = make_user("ngung")
    User.objects.filter(pk=stopped.pk).update(is_active=False)
    known = sign_in(user, "sai mật khẩu rồi")
    others = [sign_in("khong-co@mau.vn", "sai mật khẩu rồi"), sign_in(stopped)]
    sentence = "Thư điện tử hoặc mật khẩu chưa đúng."
    for other in others:
        assert sentence in other.content.decode()
        assert other.status_code == known.status_code == 200
    assert sentence in known.content.decode()


def test_the_address_is_found_in_capitals_too(make_user, sign_in):
    make_user()
    assert sign_in("LAN@mau.vn").status_code == 302


def test_a_password_typed_with_separate_accents_is_the_same(make_user, sign_in):
    import unicodedata

    user = make_user()
    assert sign_in(user, unicodedata.normalize("NFD", PASSWORD)).status_code == 302


@pytest.mark.parametrize("where", ["/ho-so/?trang=2", "/viec/"])
def test_next_leads_back_to_our_page(make_user, sign_in, where):
    assert sign_in(make_user(), next=where)["Location"] == where


@pytest.mark.parametrize(
    "where", ["https://xau.example/", "//xau.example/", "javascript:alert(1)", "https:///xau.example"]
)
def test_next_never_leads_to_another_site(make_user, sign_in, where):
    assert sign_in(make_user(), next=where)["Location"] == "/viec/"


def test_the_fifth_mistake_is_answered_then_the_account_is_locked_for_15_minutes(make_user, sign_in, later):
    user = make_user()
    for _ in range(4):
        assert "chưa đúng" in sign_in(user, "sai mật khẩu rồi").content.decode()
    fifth = sign_in(user, "sai mật khẩu rồi").content.decode()
    assert "chưa đúng" in fifth
    until = f"{timezone.localtime(timezone.now() + timedelta(minutes=15)):%H:%M}"
    assert f"Tài khoản tạm khóa đến {until} vì nhập sai 5 lần." in sign_in(user).content.decode()
    later(14 * 60)
    assert sign_in(user).status_code == 200  # the right password, and it does not push the end away
    later(15 * 60 + 1)
    assert sign_in(user).status_code == 302


def test_four_mistakes_lock_nobody(make_user, sign_in):
    user = make_user()
    for _ in range(4):
        sign_in(user, "sai mật khẩu rồi")
    assert sign_in(user).status_code == 302


@pytest.fixture
def shut_for_good(make_user, sign_in, later) -> User:
    """An account after ten mistakes within 24 hours, two days later."""
    user = make_user()
    for minutes in (0, 16):
        later(minutes * 60)
        for _ in range(5):
            sign_in(user, "sai mật khẩu rồi")
    later(48 * 3600)
    return user


def test_ten_mistakes_in_a_day_lock_until_a_reset(client, shut_for_good, sign_in):
    assert "bị khóa vì nhập sai 10 lần trong 24 giờ" in sign_in(shut_for_good).content.decode()
    form = client.get(_reset(client, shut_for_good))["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})
    client.post("/dang-xuat/")
    assert sign_in(shut_for_good, NEW).status_code == 302


def test_an_administrator_opens_a_locked_account(client, shut_for_good, admin, sign_in):
    sign_in(admin)
    page = f"/quan-tri/nguoi-dung/{shut_for_good.pk}/"
    assert "Đang khóa đăng nhập" in client.get(page).content.decode()
    assert client.post(f"{page}mo-khoa/")["Location"] == page
    assert "Đang khóa đăng nhập" not in client.get(page).content.decode()
    client.post("/dang-xuat/")
    assert sign_in(shut_for_good).status_code == 302
    assert [entry.kind for entry in audit.timeline(shut_for_good)][-1] == "user.opened"


def test_an_unknown_account_locks_like_a_known_one(sign_in):
    for _ in range(5):
        sign_in("khong-co@mau.vn", "sai mật khẩu rồi")
    assert "tạm khóa" in sign_in("khong-co@mau.vn", "sai mật khẩu rồi").content.decode()


def test_the_hundredth_and_first_mistake_from_one_address_is_refused_whoever_it_names(make_user, sign_in, later):
    user = make_user()
    for n in range(100):
        sign_in(f"ai{n}@mau.vn", "sai mật khẩu rồi")
    assert "tạm khóa" in sign_in(user).content.decode()
    later(3601)
    assert sign_in(user).status_code == 302


def test_right_passwords_use_up_nothing(client, make_user, sign_in):
    user = make_user()
    for _ in range(8):
        assert sign_in(user).status_code == 302
        client.post("/dang-xuat/")


def _link(text: str) -> str:
    return re.search(r"https?://[^/]+(/dat-mat-khau/\S+)", text)[1]


def _reset(client, user: User) -> str:
    client.post("/quen-mat-khau/", {"email": user.email})
    return _link(mail.outbox[-1].body)


def test_a_reset_opens_a_locked_account_and_works_once(client, make_user, sign_in):
    user = make_user()
    for _ in range(5):
        sign_in(user, "sai mật khẩu rồi")
    link = _reset(client, user)
    form = client.get(link)["Location"]
    assert "Đặt mật khẩu mới" in client.get(form).content.decode()
    assert client.post(form, {"password1": NEW, "password2": NEW})["Location"] == "/viec/"
    assert client.get("/viec/").status_code == 200
    client.post("/dang-xuat/")
    assert sign_in(user, NEW).status_code == 302
    client.post("/dang-xuat/")
    assert "Đường dẫn không dùng được" in client.get(link).content.decode()


def test_who_passes_a_reset_is_in_though_his_network_is_shut(client, make_user, sign_in):
    user = make_user()
    for n in range(100):
        sign_in(f"ai{n}@mau.vn", "sai mật khẩu rồi")
    assert "Mạng này tạm khóa" in sign_in(user).content.decode()
    form = client.get(_reset(client, user))["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})
    assert client.get("/viec/").status_code == 200


def test_a_reset_link_ends_after_60_minutes(client, make_user, monkeypatch):
    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    link = _reset(client, make_user())
    now = PasswordResetTokenGenerator._now
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now(self) + timedelta(minutes=61))
    assert "Đường dẫn không dùng được" in client.get(link).content.decode()
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now(self) + timedelta(minutes=59))
    assert client.get(link).status_code == 302


def test_asking_for_a_reset_answers_the_same_and_writes_to_nobody_unknown(client, make_user):
    known = client.post("/quen-mat-khau/", {"email": make_user().email})
    unknown = client.post("/quen-mat-khau/", {"email": "khong-co@mau.vn"})
    assert (
        (known.status_code, known["Location"])
        == (unknown.status_code, unknown["Location"])
        == (302, "/quen-mat-khau/da-gui/")
    )
    assert [message.to for message in mail.outbox] == [["lan@mau.vn"]]


def test_a_one_time_secret_must_be_changed_before_anything_else(client, make_user, sign_in):
    user = make_user(must_change=True)
    sign_in(user)
    assert client.get("/viec/")["Location"] == "/tai-khoan/mat-khau/"
    assert client.get("/quan-tri/nguoi-dung/")["Location"] == "/tai-khoan/mat-khau/"
    answer = client.post("/tai-khoan/mat-khau/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert answer["Location"] == "/viec/"
    assert client.get("/viec/").status_code == 200
    assert [entry.kind for entry in audit.timeline(user)] == ["user.created", "user.password_changed"]


def test_a_one_time_secret_is_dead_after_24_hours(make_user, sign_in):
    user = make_user(must_change=True)
    made = user.created_at
    assert user.secret_until == made + timedelta(hours=24)
    User.objects.filter(pk=user.pk).update(secret_until=timezone.now() - timedelta(seconds=1))
    assert "chưa đúng" in sign_in(user).content.decode()
    User.objects.filter(pk=user.pk).update(secret_until=timezone.now() + timedelta(minutes=1))
    assert sign_in(user).status_code == 302


def test_changing_asks_for_the_current_password(client, make_user, sign_in):
    user = make_user()
    sign_in(user)
    answer = client.post("/tai-khoan/mat-khau/", {"oldpassword": "không phải", "password1": NEW, "password2": NEW})
    assert "Mật khẩu hiện tại chưa đúng" in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_changing_a_password_ends_the_other_sessions(client, make_user, sign_in):
    from django.test import Client

    user, other = make_user(), Client()
    other.force_login(user)
    sign_in(user)
    client.post("/tai-khoan/mat-khau/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert client.get("/viec/").status_code == 200
    assert other.get("/viec/")["Location"].startswith("/dang-nhap/")


def test_a_stopped_account_is_out_at_its_next_request(client, make_user, sign_in):
    user = make_user()
    sign_in(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/viec/")["Location"].startswith("/dang-nhap/")


def test_a_new_secret_by_the_administrator_unlocks_and_ends_sessions(client, make_user, admin, sign_in, confirm):
    user = make_user()
    for _ in range(5):
        sign_in(user, "sai mật khẩu rồi")
    sign_in(admin)
    confirm()
    page = client.post(f"/quan-tri/nguoi-dung/{user.pk}/mat-khau/", {"once": "a"}).content.decode()
    secret = re.search(r"<code>(\w{16})</code>", page)[1]
    client.post("/dang-xuat/")
    assert sign_in(user, secret).status_code == 302


def test_signing_out_needs_a_form(client, make_user, sign_in):
    sign_in(make_user())
    assert client.get("/dang-xuat/").status_code == 200
    assert client.get("/viec/").status_code == 200
    client.post("/dang-xuat/")
    assert client.get("/viec/")["Location"].startswith("/dang-nhap/")


@pytest.mark.parametrize(
    ("role", "minutes", "alive"),
    [
        ("", 29, True),
        ("", 31, False),
        (Role.PROVINCE_OFFICER, 29, True),
        (Role.ADMIN, 14, True),
        (Role.ADMIN, 16, False),
    ],
)
def test_an_idle_session_ends(client, make_user, sign_in, ago, role, minutes, alive):
    sign_in(make_user(role=role))
    client.get("/viec/")
    ago(minutes, "ocop_seen")
    answer = client.get("/viec/?a=1")
    if alive:
        assert answer.status_code == 200
    else:
        assert answer["Location"] == "/dang-nhap/?next=%2Fviec%2F%3Fa%3D1"
        assert "phút không thao tác" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(("minutes", "alive"), [(12 * 60 - 1, True), (12 * 60 + 1, False)])
def test_a_session_ends_after_12_hours_whatever_its_user_does(client, make_user, sign_in, ago, minutes, alive):
    sign_in(make_user())
    client.get("/viec/")
    ago(minutes, "ocop_began")
    assert client.get("/viec/").status_code == (200 if alive else 302)


def test_an_idle_fragment_sends_its_whole_page_to_sign_in(client, make_user, sign_in, ago):
    sign_in(make_user())
    client.get("/viec/")
    ago(31, "ocop_seen")
    answer = client.post("/thong-bao/da-doc/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/dang-nhap/?next=%2Fviec%2F")


def test_the_session_gets_a_new_key_at_sign_in(client, make_user, sign_in):
    client.get("/dang-nhap/")
    session = client.session
    session["a"] = 1
    session.save()
    before = session.session_key
    client.cookies["ocop"] = before
    sign_in(make_user())
    assert client.session.session_key != before


def test_renewing_a_secret_is_for_administrators(make_user, admin):
    from ocop.kernel.refusal import Forbidden

    user, officer = make_user(), make_user("can-bo", Role.PROVINCE_OFFICER)
    with pytest.raises(Forbidden):
        renew_secret(user=user, by=officer, now=timezone.now())
    assert len(renew_secret(user=user, by=admin, now=timezone.now())) == 16
