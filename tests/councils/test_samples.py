"""Samples: QĐ 26/2026/QĐ-TTg art. 6(2)d: five a product, none for services of tourism."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from ocop.councils import services
from ocop.councils.models import Sample, Session
from ocop.councils.papers import sample_list
from ocop.councils.samples import samples_due
from ocop.kernel.models import Event
from ocop.kernel.papers.tree import Table
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at

from .conftest import DAY, Hall, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def receive(hall: Hall, count: int = 5, **changes: object) -> list[Sample]:
    values = {
        "item": hall.item,
        "count": count,
        "received_on": DAY,
        "received_from": "UBND xã Chiêm Hóa",
        "by": hall.secretary,
        "now": at(DAY, 9),
    }
    return services.receive_samples(**{**values, **changes})  # type: ignore[arg-type]


def test_a_product_brings_five_samples_and_a_service_of_tourism_none() -> None:
    assert [samples_due(number) for number in (1, 25, 26)] == [5, 5, 0]


def test_codes_follow_each_other_without_a_gap(planned: Hall) -> None:
    """A hand-over that was refused takes no number, and a product that leaves the agenda keeps its own."""
    assert [sample.code for sample in receive(planned, 2)] == ["M01", "M02"]
    for wrong in ({"received_on": date(2026, 10, 2)}, {"received_from": " "}, {"count": 0}):
        with pytest.raises(Refusal):
            receive(planned, **wrong)
    with pytest.raises(Forbidden):
        receive(planned, by=planned.chair)
    services.remove_item(item=planned.item, reason="Chờ kết quả kiểm nghiệm", by=planned.secretary, now=at(DAY, 9))
    other = planned.stage.ready(name="Khác").dossier
    item = services.add_item(session=planned.session, dossier=other, by=planned.secretary, now=at(DAY, 9))
    assert [sample.code for sample in receive(planned, 3, item=item)] == ["M03", "M04", "M05"]
    assert list(planned.session.samples.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5]


def test_a_service_of_tourism_hands_in_no_sample(planned: Hall) -> None:
    dossier = planned.stage.ready(name="Bản du lịch", set_no=26).dossier
    item = services.add_item(session=planned.session, dossier=dossier, by=planned.secretary, now=at(DAY, 9))
    with pytest.raises(Refusal, match="Dịch vụ du lịch không có sản phẩm mẫu"):
        receive(planned, item=item)


def test_who_takes_a_sample_signs_for_it_himself_and_then_it_stays_his(planned: Hall) -> None:
    samples = receive(planned, 3)
    by, now = planned.secretary, at(DAY, 9)
    one, other = planned.members[1], planned.members[2]

    def hand(samples: list[Sample], to: object) -> int:
        return services.hand_over(session=planned.session, samples=samples, member=to, by=by, now=now)  # type: ignore[arg-type]

    hand(samples[:2], other)
    assert hand(samples[:2], one) == 2  # nobody has signed yet
    with pytest.raises(Refusal, match="Không có mẫu nào đang giao cho bạn"):
        services.sign_for_samples(session=planned.session, by=other.user, now=now)
    assert services.sign_for_samples(session=planned.session, by=one.user, now=now) == 2
    with pytest.raises(Refusal, match="Người khác vừa cập nhật"):
        hand(samples, other)
    assert hand(samples[2:], other) == 1
    with pytest.raises(Forbidden):
        services.sign_for_samples(session=planned.session, by=planned.officer, now=now)
    kinds = ["sample.received", "sample.handed", "sample.handed", "sample.signed", "sample.handed"]
    assert (
        list(Event.objects.about(planned.session).filter(kind__startswith="sample").values_list("kind", flat=True))
        == kinds
    )


def test_a_blind_session_tells_members_codes_alone_until_it_is_closed(planned: Hall) -> None:
    receive(planned)
    url = planned.session_url("mau/")
    product, giver = str(planned.item), "UBND xã Chiêm Hóa"

    def columns(**changes: object) -> list[int]:
        """How wide the paper is, and what the member and the secretary get."""
        Session.objects.filter(pk=planned.session.pk).update(**changes)
        session = Session.objects.get(pk=planned.session.pk)
        rows = list(session.samples.select_related("dossier__product", "dossier__subject", "handed_to__user"))
        table = next(block for block in sample_list(session, rows).body if isinstance(block, Table))
        return [len(table.columns)] + [_width(planned, who, url) for who in ("member", "secretary")]

    assert columns(blind=False) == [7, 8, 8]
    assert columns(blind=True) == [5, 5, 8]
    text = signed_in(planned.member).get(url).text
    assert "M01" in text
    assert product not in text
    assert giver not in text
    assert columns(state=Session.CLOSED) == [7, 8, 8]


def _width(hall: Hall, who: str, url: str) -> int:
    book = openpyxl.load_workbook(io.BytesIO(signed_in(getattr(hall, who)).get(f"{url}?tai=xlsx").content))
    return len(next(iter(book.worksheets[0].iter_rows())))


def test_samples_go_from_the_secretarys_page_to_the_members_signature(planned: Hall) -> None:
    secretary, member = signed_in(planned.secretary), signed_in(planned.member)
    body = {"item": planned.item.pk, "count": "5", "received_on": "01/10/2026", "received_from": "Chủ thể"}
    url = planned.session_url("mau/")
    assert member.post(f"{url}nhan/", body).status_code == 404
    assert "Hãy nhập bên giao." in secretary.post(f"{url}nhan/", {**body, "received_from": ""}).text
    secretary.post(f"{url}nhan/", body)
    assert "Đã nhận 5/5 mẫu" in secretary.get(url).text
    chosen = list(Sample.objects.order_by("number").values_list("pk", flat=True)[:2])
    secretary.post(f"{url}giao/", {"samples": chosen, "member": planned.members[1].pk})
    assert "Tôi đã nhận mẫu" in member.get(url).text
    member.post(f"{url}ky-nhan/")
    assert "Tôi đã nhận mẫu" not in member.get(url).text
    assert secretary.get(f"{url}?trang-thai=da-ky&trang-thai=chua-giao").context["listing"].total == 5
    assert secretary.get(f"{url}?trang-thai=da-ky").context["listing"].total == 2
    assert secretary.get(f"{url}danh-sach.docx").status_code == 200
    assert signed_in(planned.producer).get(url).status_code == 404
