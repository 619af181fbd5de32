"""The administrator's pages: accounts, one-time secrets, appointments, failed jobs; and the first administrator."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from ocop.accounts.models import Agency, Appointment, Notice, Role, User
from ocop.accounts.services import appoint, end_appointment, mark_read, notify, set_active
from ocop.kernel import audit
from ocop.kernel.models import Job
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.kernel.time import day_of

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db
ADMIN_PAGES = ["/quan-tri/nguoi-dung/", "/quan-tri/nguoi-dung/moi/", "/quan-tri/viec-nen/"]


@pytest.fixture
def as_admin(admin, sign_in, confirm) -> User:
    sign_in(admin)
    confirm()
    return admin


@pytest.fixture
def today() -> date:
    return day_of(timezone.now())


@pytest.mark.parametrize("page", ADMIN_PAGES)
def test_an_administrator_sees_the_page(client, as_admin, page):
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", ADMIN_PAGES)
@pytest.mark.parametrize("role", ["", Role.PROVINCE_OFFICER, Role.LEADER, Role.COMMUNE_OFFICER])
def test_nobody_else_finds_the_page(client, make_user, sign_in, confirm, page, role):
    sign_in(make_user(role=role))
    confirm()
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("page", ADMIN_PAGES)
def test_a_stranger_is_sent_to_sign_in(client, page):
    assert client.get(page)["Location"].startswith("/dang-nhap/?next=")


def test_a_former_administrator_finds_nothing_from_the_next_day_on(client, as_admin, today):
    Appointment.objects.filter(user=as_admin).update(valid_to=today)
    assert client.get("/quan-tri/nguoi-dung/").status_code == 200
    Appointment.objects.filter(user=as_admin).update(valid_to=today - timedelta(days=1))
    assert client.get("/quan-tri/nguoi-dung/").status_code == 404


def test_a_role_changes_hands_only_after_the_password_is_typed_again(client, admin, make_user, agency, sign_in, ago):
    user = make_user()
    sign_in(admin)
    ago(10)
    form = {"role": Role.SECRETARY, "agency": agency.pk, "valid_from": "01/10/2026", "valid_to": ""}
    page = client.post(f"/quan-tri/nguoi-dung/{user.pk}/", form)
    assert page.status_code == 422
    assert "Xác nhận là bạn" in page.content.decode()
    assert not Appointment.objects.filter(user=user).exists()
    client.post(f"/quan-tri/nguoi-dung/{user.pk}/", form | {"xac-nhan-password": PASSWORD})
    assert Appointment.objects.get(user=user).role == Role.SECRETARY


def test_a_new_account_signs_in_with_the_secret_shown_once(client, as_admin, sign_in):
    page = client.post("/quan-tri/nguoi-dung/moi/", {"name": "Ma Văn Sơn", "email": "Son@mau.vn", "once": "x1"})
    secret = re.search(r"<code>(\w{16})</code>", page.content.decode())[1]
    user = User.objects.get(email="son@mau.vn")
    assert user.must_change_password
    assert secret not in client.get(f"/quan-tri/nguoi-dung/{user.pk}/").content.decode()
    again = client.post("/quan-tri/nguoi-dung/moi/", {"name": "Ma Văn Sơn", "email": "khac@mau.vn", "once": "x1"})
    assert again.status_code == 422
    assert not User.objects.filter(email="khac@mau.vn").exists()
    client.post("/dang-xuat/")
    assert sign_in("son@mau.vn", secret).status_code == 302


def test_a_taken_address_keeps_what_was_typed(client, as_admin, make_user):
    make_user("lan")
    page = client.post("/quan-tri/nguoi-dung/moi/", {"name": "Ma Văn Sơn", "email": "lan@mau.vn"})
    assert page.status_code == 422
    assert "đã có tài khoản" in page.content.decode()
    assert "Ma Văn Sơn" in page.content.decode()


def test_an_appointment_gives_its_role_for_its_term_and_leaves_an_event(client, as_admin, make_user, agency):
    user = make_user()
    form = {"role": Role.SECRETARY, "agency": agency.pk, "valid_from": "01/10/2026", "valid_to": "31/12/2026"}
    assert client.post(f"/quan-tri/nguoi-dung/{user.pk}/", form).status_code == 302
    user = User.objects.get(pk=user.pk)
    assert not user.has_role(Role.SECRETARY, date(2026, 9, 30))
    assert user.has_role(Role.SECRETARY, date(2026, 10, 1))
    assert user.has_role(Role.SECRETARY, date(2026, 12, 31))
    assert not user.has_role(Role.SECRETARY, date(2027, 1, 1))
    last = audit.timeline(user)[-1]
    assert (last.kind, last.actor.id) == ("user.appointed", as_admin.pk)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"valid_to": "30/09/2026"}, "Ngày cuối đứng trước ngày đầu"),
        ({"role": "vua"}, "Hãy sửa"),
        ({"valid_from": "31/02/2026"}, "không có thật"),
        ({"agency": "999"}, "Hãy sửa"),
    ],
)
def test_a_wrong_appointment_is_refused_with_the_form_kept(client, as_admin, make_user, agency, change, sentence):
    user = make_user()
    form = {"role": Role.SECRETARY, "agency": agency.pk, "valid_from": "01/10/2026", "valid_to": ""} | change
    page = client.post(f"/quan-tri/nguoi-dung/{user.pk}/", form)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not Appointment.objects.filter(user=user).exists()


def test_the_same_appointment_twice_is_refused(admin, make_user, agency, now):
    user = make_user()
    term = {"user": user, "role": Role.SECRETARY, "agency": agency, "valid_from": date(2026, 10, 1)}
    appoint(**term, by=admin, now=now)
    with pytest.raises(Refusal, match="đã có vai trò này"):
        appoint(**term, by=admin, now=now)
    assert Appointment.objects.filter(user=user).count() == 1


def test_only_an_administrator_appoints(make_user, agency, now):
    officer = make_user("can-bo", Role.PROVINCE_OFFICER)
    with pytest.raises(Forbidden):
        appoint(user=officer, role=Role.ADMIN, agency=agency, valid_from=date(2026, 10, 1), by=officer, now=now)
    assert not officer.appointments.filter(role=Role.ADMIN).exists()


def test_an_appointment_ends_today_or_later(admin, make_user, now):
    appointment = Appointment.objects.get(user=make_user("can-bo", Role.PROVINCE_OFFICER))
    with pytest.raises(Refusal, match="từ hôm nay"):
        end_appointment(appointment=appointment, last_day=date(2026, 11, 23), by=admin, now=now)
    end_appointment(appointment=appointment, last_day=date(2026, 11, 24), by=admin, now=now)
    assert Appointment.objects.get(pk=appointment.pk).valid_to == date(2026, 11, 24)
    with pytest.raises(Refusal, match="kết thúc sớm hơn"):
        end_appointment(appointment=appointment, last_day=date(2026, 11, 25), by=admin, now=now)


def test_an_administrator_neither_ends_nor_stops_himself(admin, now):
    with pytest.raises(Refusal):
        end_appointment(appointment=admin.appointments.get(), last_day=date(2026, 12, 31), by=admin, now=now)
    with pytest.raises(Refusal):
        set_active(user=admin, active=False, by=admin, now=now)


def test_the_page_ends_an_appointment(client, as_admin, make_user, today):
    appointment = Appointment.objects.get(user=make_user("can-bo", Role.PROVINCE_OFFICER))
    page = f"/quan-tri/phan-cong/{appointment.pk}/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"last_day": today.strftime("%d/%m/%Y")}).status_code == 302
    assert Appointment.objects.get(pk=appointment.pk).valid_to == today


def test_stopping_and_resuming_an_account(client, as_admin, make_user):
    user = make_user()
    page = f"/quan-tri/nguoi-dung/{user.pk}/tinh-trang/"
    client.post(page, {"dang-dung": "0"})
    assert not User.objects.get(pk=user.pk).is_active
    client.post(page, {"dang-dung": "1"})
    assert User.objects.get(pk=user.pk).is_active
    assert [e.kind for e in audit.timeline(user)][1:] == ["user.stopped", "user.resumed"]


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_of_users_costs_the_same_whatever_its_length(
    client, as_admin, make_user, how_many, django_assert_max_num_queries
):
    for n in range(how_many):
        make_user(f"u{n}", Role.PROVINCE_OFFICER)
    with django_assert_max_num_queries(8):
        page = client.get("/quan-tri/nguoi-dung/").content.decode()
    assert page.count("Cơ quan tham mưu OCOP cấp tỉnh, Sở Nông nghiệp") == how_many


def test_the_list_is_searched_filtered_and_exported(client, as_admin, make_user):
    make_user("u1", Role.PROVINCE_OFFICER)
    make_user("u2")
    assert "u2@mau.vn" not in client.get("/quan-tri/nguoi-dung/?vai-tro=province_officer").content.decode()
    assert "u1@mau.vn" not in client.get("/quan-tri/nguoi-dung/?q=u2").content.decode()
    assert client.get("/quan-tri/nguoi-dung/?tai=xlsx")["Content-Type"].endswith("sheet")


def test_a_failed_job_is_shown_and_runs_again_once(client, as_admin, now):
    job = Job.objects.create(
        name="dossiers.tell", key="7", state=Job.FAILED, attempts=4, error="x", run_at=now, created_at=now, ended_at=now
    )
    assert "dossiers.tell" in client.get("/quan-tri/viec-nen/").content.decode()
    for _ in range(2):
        client.post(f"/quan-tri/viec-nen/{job.pk}/")
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.WAITING, 0)
    assert [e.kind for e in audit.timeline(job)] == ["job.again"]


def test_a_failed_job_does_not_run_beside_its_like(client, as_admin, now):
    same = {"name": "dossiers.tell", "key": "7", "run_at": now, "created_at": now}
    failed = Job.objects.create(**same, state=Job.FAILED)
    Job.objects.create(**same, state=Job.WAITING)
    client.post(f"/quan-tri/viec-nen/{failed.pk}/")
    failed.refresh_from_db()
    assert failed.state == Job.FAILED


def test_marking_read_touches_ones_own_notices_alone(make_user, now):
    one, other = make_user("a"), make_user("b")
    notify([one, other], "Hồ sơ đã nộp.", now=now)
    assert mark_read(user=one, now=now) == 1
    assert mark_read(user=one, now=now) == 0
    assert Notice.objects.get(user=other).read_at is None


def _first_admin(email: str, capsys) -> str:
    call_command("first-admin", email)
    out = capsys.readouterr()
    assert out.out.count("\n") == 1  # the link alone
    return out.out.strip()


def test_the_first_administrator_sets_the_password_by_a_link_that_works_once(client, db, sign_in, capsys):
    link = _first_admin("An@tuyenquang.vn", capsys)
    assert link.startswith("http://ocop.example.vn/dat-mat-khau/")
    path = link.removeprefix("http://ocop.example.vn")
    form = client.get(path)["Location"]
    client.post(form, {"password1": "suối reo đầu núi", "password2": "suối reo đầu núi"})
    assert sign_in("an@tuyenquang.vn", "suối reo đầu núi").status_code == 302
    assert client.get("/quan-tri/nguoi-dung/").status_code == 200
    client.post("/dang-xuat/")
    assert "Đường dẫn không dùng được" in client.get(path).content.decode()
    assert Agency.objects.get().name == "Ủy ban nhân dân tỉnh Tuyên Quang"


def test_asking_again_gives_a_new_link_and_no_second_account(db, capsys):
    _first_admin("an@tuyenquang.vn", capsys)
    _first_admin("an@tuyenquang.vn", capsys)
    assert User.objects.count() == Appointment.objects.count() == Agency.objects.count() == 1


def test_the_link_is_https_in_production(db, capsys, settings):
    settings.PRODUCTION = True
    assert _first_admin("an@tuyenquang.vn", capsys).startswith("https://ocop.example.vn/")


def test_a_wrong_address_makes_nothing(db):
    with pytest.raises(CommandError, match="không phải địa chỉ"):
        call_command("first-admin", "an")
    assert not User.objects.exists()
