"""Sensitive acts ask who one is, once in ten minutes, and keep what was typed. compliance.md section 2."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from ocop.accounts.models import Role, SignInFailure, User
from ocop.kernel import audit

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db
PAGE = "/quan-tri/nguoi-dung/moi/"
TYPED = {"name": "Ma Văn “Sơn”", "email": "son@mau.vn", "once": "x1"}


@pytest.fixture(autouse=True)
def as_admin(admin, sign_in) -> User:
    sign_in(admin)
    return admin


def test_signing_in_counts_for_ten_minutes(client, ago):
    assert client.get(PAGE).status_code == 200
    ago(9.9)
    assert client.get(PAGE).status_code == 200
    ago(10)
    assert client.get(PAGE)["Location"] == "/tai-khoan/xac-nhan/?next=/quan-tri/nguoi-dung/moi/"


def test_the_password_leads_back_and_counts_for_ten_minutes(client, ago):
    ago(14)
    answer = client.post("/tai-khoan/xac-nhan/", {"password": PASSWORD, "next": PAGE})
    assert answer["Location"] == PAGE
    assert client.get(PAGE).status_code == 200
    ago(10)
    assert client.get(PAGE).status_code == 302


def test_a_form_that_comes_too_late_is_kept_until_the_password_is_right(client, ago):
    ago(10)
    page = client.post(PAGE, TYPED)
    assert page.status_code == 422
    body = page.content.decode()
    for name, value in TYPED.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in body
    assert not User.objects.filter(email="son@mau.vn").exists()
    wrong = client.post(PAGE, TYPED | {"xac-nhan-password": "không phải"})
    assert wrong.status_code == 422
    assert 'value="Ma Văn “Sơn”"' in wrong.content.decode()
    assert "không phải" not in wrong.content.decode()
    assert not User.objects.filter(email="son@mau.vn").exists()
    made = client.post(PAGE, TYPED | {"xac-nhan-password": PASSWORD})
    assert re.search(r"<code>(\w{16})</code>", made.content.decode())
    assert User.objects.get(email="son@mau.vn").name == TYPED["name"]
    assert client.get(PAGE).status_code == 200  # for the next ten minutes


def test_a_refusal_after_the_password_leads_back_to_the_page_of_the_form(client, make_user, ago):
    user = make_user()
    form = f"/quan-tri/nguoi-dung/{user.pk}/"
    ago(10)
    first = client.post(f"{form}mo-khoa/", headers={"referer": f"http://testserver{form}"})
    came_from = re.search(r'name="xac-nhan-tu" value="([^"]*)"', first.content.decode())[1]
    sent = {"xac-nhan-password": PASSWORD, "xac-nhan-tu": came_from}
    answer = client.post(f"{form}mo-khoa/", sent, headers={"referer": f"http://testserver{form}mo-khoa/"})
    assert (answer.status_code, answer["Location"]) == (303, form)
    assert "Tài khoản không bị khóa" in client.get(form).content.decode()


def test_it_leads_to_no_other_site(client, make_user, ago):
    page = f"/quan-tri/nguoi-dung/{make_user().pk}/mo-khoa/"
    ago(10)
    answer = client.post(page, {"xac-nhan-password": PASSWORD, "xac-nhan-tu": "https://xau.example/"})
    assert answer.status_code == 409
    assert not answer.has_header("Location")


def test_wrong_passwords_lock_here_too(client, ago):
    ago(10)
    for _ in range(5):
        client.post(PAGE, TYPED | {"xac-nhan-password": "không phải"})
    assert "tạm khóa" in client.post(PAGE, TYPED | {"xac-nhan-password": PASSWORD}).content.decode()
    assert SignInFailure.objects.count() == 5


def test_a_stranger_and_a_wrong_role_get_what_they_always_get(client, make_user, sign_in, ago):
    client.post("/dang-xuat/")
    assert client.get(PAGE)["Location"].startswith("/dang-nhap/")
    sign_in(make_user(role=Role.PROVINCE_OFFICER))
    assert client.post(PAGE, TYPED).status_code == 404


LIST = "/quan-tri/nguoi-dung/?vai-tro=admin&tai=xlsx"


def test_an_officer_takes_a_list_out_only_after_the_password(client, ago, as_admin):
    assert client.get(LIST)["Content-Type"].endswith("sheet")
    ago(10)
    answer = client.get(LIST)
    assert answer["Location"] == "/tai-khoan/xac-nhan/?next=/quan-tri/nguoi-dung/%3Fvai-tro%3Dadmin"
    assert "bấm tải danh sách lần nữa" in client.get(answer["Location"]).content.decode()
    assert [e.kind for e in audit.timeline(as_admin)].count("user.exported") == 1


def test_a_producer_takes_ones_own_list_without_it(client, make_user, sign_in, ago):
    client.post("/dang-xuat/")
    sign_in(make_user())
    ago(20)
    assert client.get("/thong-bao/?tai=xlsx")["Content-Type"].endswith("sheet")


def test_the_sixth_list_within_an_hour_is_refused_with_the_time(client):
    for _ in range(5):
        assert client.get(LIST).status_code == 200
    answer = client.get(LIST)
    assert answer.status_code == 429
    again = f"{timezone.localtime(timezone.now() + timedelta(hours=1)):%H:%M}"
    assert f"Tải tiếp được từ {again}." in answer.content.decode()
    assert client.get("/quan-tri/nguoi-dung/").status_code == 200
