"""Pages of assisted entry and of taking an account over: who passes, what they say, what a wrong code tells."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from ocop.accounts.models import SignInFailure, User
from ocop.kernel import codes
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.kernel.restricted import lookup_hash
from ocop.registry import services
from ocop.registry.models import ClaimCode, Consent
from tests.factories import PLAN

pytestmark = pytest.mark.django_db
PASSWORD = "chín con trâu đi qua cầu"
WRONG_CODE = "Mã không đúng, đã dùng hoặc đã hết hạn."


@pytest.fixture
def subject(stage):
    return stage.walk.product(PLAN).subject


@pytest.fixture
def officer(stage) -> User:
    return stage.world.communes["02287"].officers[0]


def agree(subject, officer, **changes) -> Consent:
    now = timezone.now()
    values = {"means": "spoken", "given_by": "Ma Thị Hoa", "given_on": now.date(), "proof": "Trưởng thôn"} | changes
    return services.record_consent(subject=subject, by=officer, now=now, **values)


def typed(today, **changes) -> dict[str, object]:
    values = {"given_by": "Ma Thị Hoa", "given_on": f"{today:%d/%m/%Y}", "means": "paper", "read_out": "on"}
    return values | changes


def test_only_officers_of_the_commune_open_the_page_of_a_subject(client, stage, subject, officer):
    address = f"/nhap-ho/{subject.pk}/"
    for user, status in (
        (officer, 200), (stage.world.communes["02287"].officers[1], 200), (stage.world.producers[0], 404),
        (stage.world.communes["02509"].officers[0], 404), (stage.world.officers[0], 404), (stage.world.admin, 404),
    ):  # fmt: skip
        client.force_login(user)
        assert client.get(address).status_code == status
        assert client.get(f"{address}phieu/").status_code == status
        assert client.post(f"{address}ma/").status_code == status


def test_a_consent_keeps_its_words_day_means_and_scan(client, stage, subject, officer, today):
    client.force_login(officer)
    scan = SimpleUploadedFile("dong-y.pdf", b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    answer = client.post(f"/nhap-ho/{subject.pk}/dong-y/", typed(today, scan=scan))
    assert answer.status_code == 302
    consent = Consent.objects.get()
    assert (consent.text_version, consent.means, consent.given_on) == ("2026-11", "paper", today)
    assert consent.scan.restricted
    assert client.get(f"/nhap-ho/{subject.pk}/ban-dong-y/").status_code == 200
    client.force_login(stage.world.producers[0])
    assert client.get(f"/nhap-ho/{subject.pk}/ban-dong-y/").status_code == 200
    client.force_login(stage.world.officers[0])
    assert client.get(f"/nhap-ho/{subject.pk}/ban-dong-y/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"read_out": ""}, "Hãy đánh dấu"),
        ({"means": "phone"}, "Ghi người chứng kiến hoặc nơi lưu ghi âm."),
        ({"given_by": " "}, "Hãy nhập người đồng ý."),
        ({"given_on": "01/01/2099"}, "Ngày đồng ý chưa tới."),
        ({"means": "telepathy"}, "không nằm trong"),
    ],
)
def test_a_consent_without_its_evidence_is_not_recorded(client, subject, officer, today, changes, words):
    client.force_login(officer)
    answer = client.post(f"/nhap-ho/{subject.pk}/dong-y/", typed(today, **changes))
    assert answer.status_code == 422
    assert words in answer.content.decode() or changes.get("means") == "telepathy"
    assert not Consent.objects.exists()


def test_one_consent_is_in_force_and_a_member_of_the_subject_records_none(stage, subject, officer):
    agree(subject, officer)
    with pytest.raises(Refusal, match="đã có đồng ý"):
        agree(subject, officer)
    with pytest.raises(Forbidden):
        agree(subject, stage.world.producers[0])


def test_the_household_withdraws_at_once_and_a_stranger_does_not(client, stage, subject, officer):
    agree(subject, officer)
    client.force_login(stage.world.producers[1])
    assert client.post(f"/nhap-ho/{subject.pk}/rut-dong-y/").status_code == 404
    assert Consent.objects.in_force().count() == 1
    client.force_login(stage.world.producers[0])
    assert "Rút đồng ý nhập hộ" in client.get(f"/chu-the/{subject.pk}/").content.decode()
    assert client.post(f"/nhap-ho/{subject.pk}/rut-dong-y/")["Location"] == f"/chu-the/{subject.pk}/"
    assert not Consent.objects.in_force().exists()


def test_the_officer_gets_the_button_to_open_a_dossier_with_the_consent_alone(client, subject, officer):
    client.force_login(officer)
    page = f"/nhap-ho/{subject.pk}/"
    assert "/ho-so/lap/" not in client.get(page).content.decode()
    agree(subject, officer)
    assert "/ho-so/lap/" in client.get(page).content.decode()
    product = subject.products.get()
    assert client.get(f"/ho-so/lap/{product.code}/").status_code == 200
    answer = client.post(f"/ho-so/lap/{product.code}/", {"kind": "first"})
    assert answer.status_code == 302
    assert f"Nhập hộ: {officer.as_actor()}" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same_whatever_stands_in_it(client, stage, officer, how_many, django_assert_max_num_queries):
    for n in range(how_many):
        stage.draft(name=f"Bánh {n} (mẫu)", subject=f"Hộ {n} (mẫu)")
    client.force_login(officer)
    client.get("/nhap-ho/")
    with django_assert_max_num_queries(12):
        page = client.get("/nhap-ho/?tai-khoan=co").content.decode()
    assert page.count('href="/nhap-ho/') >= how_many
    assert client.get("/nhap-ho/?tai=xlsx").status_code == 200


# The code


def _code(client, subject, officer) -> str:
    client.force_login(officer)
    page = client.post(f"/nhap-ho/{subject.pk}/ma/").content.decode()
    client.logout()
    assert page.count('aria-label="Mã QR"') == 1  # of the address alone: the code is typed
    (code,) = re.findall(r"<code>([0-9A-Z ]+)</code>", page)
    return code


def new_account(code: str, **changes) -> dict[str, str]:
    return {"code": code, "name": "Ma Thị Hoa", "email": "hoa@mau.vn", "password": PASSWORD} | changes


def test_a_code_makes_an_account_that_acts_for_the_subject_once(client, subject, officer, today):
    code = _code(client, subject, officer)
    plain = codes.plain(code)
    assert codes.is_valid(plain, 16)
    assert [row.code_hash for row in ClaimCode.objects.all()] == [lookup_hash(plain)]  # the code itself is not kept
    assert plain not in client.get("/nhan-tai-khoan/").content.decode()
    answer = client.post("/nhan-tai-khoan/", new_account(code.lower().replace(" ", "-")))
    assert answer["Location"] == "/dang-nhap/"
    user = User.objects.get(email="hoa@mau.vn")
    assert subject.memberships.in_force_on(today).filter(user=user).exists()
    assert user.check_password(PASSWORD)
    again = client.post("/nhan-tai-khoan/", new_account(code, email="khac@mau.vn"))
    assert WRONG_CODE in again.content.decode()
    assert not User.objects.filter(email="khac@mau.vn").exists()


def test_wrong_used_replaced_and_old_codes_get_one_sentence(client, subject, officer):
    now = timezone.now()
    used, replaced = (services.make_claim_code(subject=subject, by=officer, now=now) for _ in range(2))
    old = services.make_claim_code(subject=subject, by=officer, now=now - timedelta(days=30))
    services.make_claim_code(subject=subject, by=officer, now=now)
    for code in (used, replaced, old, codes.new(16), "xyz"):
        answer = client.post("/nhan-tai-khoan/", new_account(code))
        assert answer.status_code == 422
        assert WRONG_CODE in answer.content.decode()
    assert not User.objects.filter(email="hoa@mau.vn").exists()


@pytest.mark.parametrize(("days", "opens"), [(timedelta(days=30, seconds=-1), True), (timedelta(days=30), False)])
def test_a_code_lives_30_days(subject, officer, days, opens):
    now = timezone.now()
    code = services.make_claim_code(subject=subject, by=officer, now=now - days)
    values = {"code": code, "now": now, "email": "hoa@mau.vn", "name": "Hoa", "password": PASSWORD}
    if opens:
        assert services.take_over(**values)[0] == subject
    else:
        with pytest.raises(Refusal, match="hết hạn"):
            services.take_over(**values)


def test_a_refused_account_leaves_the_code_unused(client, subject, officer):
    code = _code(client, subject, officer)
    assert client.post("/nhan-tai-khoan/", new_account(code, password="ngan")).status_code == 422
    assert client.post("/nhan-tai-khoan/", new_account(code, email=officer.email)).status_code == 422
    assert client.post("/nhan-tai-khoan/", new_account(code)).status_code == 302


def test_guessing_is_slowed_even_for_the_right_code(client, subject, officer):
    now = timezone.now()
    SignInFailure.objects.bulk_create(
        [SignInFailure(key=f"{n}", address="127.0.0.1", at=now - timedelta(minutes=5)) for n in range(100)]
    )
    code = _code(client, subject, officer)
    page = client.post("/nhan-tai-khoan/", new_account(code))
    assert page.status_code == 422
    assert "Mã sai quá nhiều lần." in page.content.decode()
    SignInFailure.objects.all().delete()
    assert client.post("/nhan-tai-khoan/", new_account(code)).status_code == 302
    assert not SignInFailure.objects.exists()


def test_a_known_account_takes_over_and_an_office_account_does_not(client, stage, subject, officer, today):
    code = _code(client, subject, officer)
    client.force_login(officer)
    assert client.post("/nhan-tai-khoan/", {"code": code}).status_code == 422
    other = stage.world.producers[1]
    client.force_login(other)
    assert client.post("/nhan-tai-khoan/", {"code": code})["Location"] == f"/chu-the/{subject.pk}/"
    assert subject.memberships.in_force_on(today).filter(user=other).exists()
    assert not subject.memberships.filter(user=officer).exists()
