"""Who sees which page of a council: member, secretary, chair, officer; the producer and a stranger find none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ocop.councils.models import Conclusion, Finding, Sheet
from ocop.councils.services import close_item
from ocop.project.sample.walk import at

from .conftest import DAY, Hall, signed_in

pytestmark = pytest.mark.usefixtures("clock")

INSIDE = ["secretary", "chair", "member", "officer"]
OUTSIDE = ["producer", "stranger"]


def _pages(hall: Hall) -> list[str]:
    council = hall.council.get_absolute_url()
    return [hall.session_url(), hall.session_url("hoi-truong/"), hall.item_url(), council]


@pytest.mark.parametrize("who", INSIDE)
def test_those_of_the_council_and_the_agency_see_session_and_product(hall: Hall, who: str) -> None:
    client = signed_in(getattr(hall, who))
    for address in _pages(hall):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("who", OUTSIDE)
def test_producer_and_stranger_find_no_page_of_a_session(hall: Hall, who: str) -> None:
    client = signed_in(getattr(hall, who))
    closed = [hall.sheet_url(), hall.sheet_url("xem-lai/"), hall.session_url("bien-ban.pdf")]
    for address in _pages(hall) + closed:
        assert client.get(address).status_code == 404, address


def test_without_signing_in_objects_are_absent_and_lists_lead_to_sign_in(hall: Hall) -> None:
    client = Client(headers={"host": "localhost"})
    sheet = hall.sign(hall.member, 72)
    for address in [*_pages(hall), hall.sheet_url(), f"/phieu-da-ky/{sheet.pk}/"]:
        assert client.get(address).status_code == 404, address
    for address in ("/phien-cham/", "/hoi-dong/", "/ket-qua/", "/hoi-dong/moi/", "/phien-cham/moi/"):
        assert client.get(address)["Location"].startswith("/dang-nhap/")


@pytest.mark.parametrize(("who", "status"), [("member", 200), ("chair", 200), ("secretary", 404), ("officer", 404)])
def test_only_scoring_members_have_a_sheet(hall: Hall, who: str, status: int) -> None:
    assert signed_in(getattr(hall, who)).get(hall.sheet_url()).status_code == status


@pytest.mark.parametrize("act", ["moi-hop/", "mo/", "co-mat/", "nhac/", "ket-thuc/"])
def test_the_session_is_run_by_its_secretary_alone(hall: Hall, act: str) -> None:
    for other in ("chair", "member", "officer", "producer", "stranger"):
        assert signed_in(getattr(hall, other)).post(hall.session_url(act)).status_code == 404, other
    secretary = signed_in(hall.secretary)
    assert secretary.post(hall.session_url(act)).status_code != 404
    assert secretary.get(hall.session_url(act)).status_code == 405


def test_the_secretary_enters_a_finding_and_only_the_chair_confirms_it(hall: Hall) -> None:
    posted = {"kind": "reject", "criterion": "", "reason": "Hồ sơ giả mạo giấy chứng nhận"}
    assert signed_in(hall.member).post(hall.item_url("nhan-dinh/"), posted).status_code == 404
    assert signed_in(hall.secretary).post(hall.item_url("nhan-dinh/"), posted).status_code == 302
    finding = Finding.objects.get()
    confirm = hall.item_url(f"nhan-dinh/{finding.pk}/")
    assert signed_in(hall.secretary).post(confirm).status_code == 404
    assert signed_in(hall.chair).post(confirm).status_code == 302
    finding.refresh_from_db()
    assert finding.confirmed_by == hall.chair


def test_a_finding_with_a_short_reason_keeps_the_typed_text(hall: Hall) -> None:
    posted = {"kind": "reject", "criterion": "", "reason": "Giả mạo"}
    answer = signed_in(hall.secretary).post(hall.item_url("nhan-dinh/"), posted)
    assert answer.status_code == 422
    assert "Lý do quá ngắn." in answer.text
    assert "Giả mạo</textarea>" in answer.text
    assert Finding.objects.count() == 0


def test_the_chair_excuses_and_reopens_and_the_secretary_does_not(hall: Hall) -> None:
    absent, signer = hall.members[2], hall.members[1]
    hall.sign(signer.user, 72)
    excuse, reopen = hall.item_url(f"mien-phieu/{absent.pk}/"), hall.item_url(f"mo-lai/{signer.pk}/")
    reason = {"reason": "Đi công tác đột xuất theo lệnh"}
    for address in (excuse, reopen):
        assert signed_in(hall.secretary).post(address, reason).status_code == 404
        assert signed_in(hall.chair).post(address, reason).status_code == 302
    assert hall.item.excuses.get().member == absent
    assert Sheet.objects.get(member=signer).signed_at is None


def test_the_producer_reads_the_result_but_neither_sheets_nor_minutes(hall: Hall) -> None:
    hall.sign_all(72)
    close_item(item=hall.item, by=hall.secretary, now=at(DAY, 11))
    result = f"/ket-qua/{Conclusion.objects.get().pk}/"
    producer, secretary = signed_in(hall.producer), signed_in(hall.secretary)
    read = producer.get(result)
    assert "Vì sao có hạng này" in read.text
    assert hall.members[1].user.name not in read.text
    assert hall.members[1].user.name in secretary.get(result).text
    assert producer.get(result + "?tai=xlsx")["Content-Type"].startswith("text/html")
    assert secretary.get(result + "?tai=xlsx")["Content-Disposition"].endswith('.xlsx"')
    sheet = Sheet.objects.order_by("pk").first()
    assert sheet is not None
    assert producer.get(f"/phieu-da-ky/{sheet.pk}/").status_code == 404
    assert secretary.get(f"/phieu-da-ky/{sheet.pk}/").status_code == 200
    assert signed_in(hall.stranger).get(result).status_code == 404


def test_signing_and_reopening_ask_for_the_password_ten_minutes_after_signing_in(hall: Hall) -> None:
    for user, address in (
        (hall.member, hall.sheet_url("ky/")),
        (hall.chair, hall.item_url(f"mo-lai/{hall.members[1].pk}/")),
    ):
        user.set_password("suối reo đầu núi")
        user.save(update_fields=["password"])
        client = signed_in(user)
        client.get("/viec/")
        session = client.session
        session["ocop_began"] = (timezone.now() - timedelta(minutes=10)).isoformat()
        session.save()
        answer = client.post(address, {"version": "7", "reason": "Chấm nhầm dòng"})
        assert answer.status_code == 422
        assert "Xác nhận là bạn" in answer.content.decode()
        assert '<input type="hidden" name="reason" value="Chấm nhầm dòng">' in answer.content.decode()
