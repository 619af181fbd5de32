"""The board of a session: which product is called, since when; a watcher is answered shortly while nothing changed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ocop.councils import services
from ocop.councils.models import Discussion, Session
from ocop.councils.queries import board, called, minutes_since, stamp_of, watched
from ocop.councils.results import reading
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at

from .conftest import DAY, Hall, signed_in

pytestmark = pytest.mark.usefixtures("clock")


def stamp(minute: int = 0) -> str:
    return stamp_of(watched(Session.objects.all()).get(), at(DAY, 10, minute))


def call(hall: Hall, by=None, minute=0) -> None:
    services.call_item(item=hall.item, by=by or hall.secretary, now=at(DAY, 9, minute))


def test_the_secretary_calls_a_product_and_its_minutes_are_counted(hall: Hall) -> None:
    for user in (hall.chair, hall.member, hall.officer):
        with pytest.raises(Forbidden):
            call(hall, user)
    assert called(board(hall.session, DAY)) is None
    call(hall, minute=5)
    item = called(board(hall.session, DAY))
    assert item == hall.item
    assert [minutes_since(item, at(DAY, 9, minute)) for minute in (5, 19)] == [0, 14]
    hall.sign_all(72)
    services.close_item(item=hall.item, by=hall.secretary, now=at(DAY, 11))
    assert called(board(hall.session, DAY)) is None
    with pytest.raises(Refusal, match="đã kết luận"):
        call(hall, minute=30)


def test_the_board_and_the_hall_name_the_called_product(hall: Hall) -> None:
    client = signed_in(hall.secretary)
    assert "Chưa bắt đầu sản phẩm nào." in client.get(hall.session_url()).text
    client.post(hall.item_url("bat-dau/"))
    assert "từ 10:00, đã 0 phút" in client.get(hall.session_url()).text
    assert "Đang đánh giá: <strong>Bánh khảo (mẫu)</strong>, 0 phút" in client.get(hall.session_url("hoi-truong/")).text
    Session.objects.update(minutes_each=20)
    assert "từ 10:00, đã 0/20 phút" in client.get(hall.session_url()).text


@pytest.mark.parametrize("page", ["", "hoi-truong/"])
def test_a_watcher_gets_a_new_board_when_something_happened_and_nothing_otherwise(hall: Hall, page: str) -> None:
    client, watching = signed_in(hall.member), {"HX-Request": "true"}
    address = f"{hall.session_url(page)}?ban={stamp()}"
    assert client.get(address, headers=watching).status_code == 204
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address, headers=watching).status_code == 204
    assert len(seen) <= 4, [query["sql"][:200] for query in seen]
    assert client.get(address).status_code == 200  # a page asked by hand is always whole
    hall.sign(hall.members[2].user, 72)
    answer = client.get(address, headers=watching)
    assert answer.status_code == 200
    assert "1/9" in answer.text


def test_every_step_that_the_board_shows_changes_its_stamp_and_a_mark_does_not(hall: Hall) -> None:
    stamps = [stamp()]

    def changed(minute: int = 0) -> bool:
        stamps.append(stamp(minute))
        return stamps[-1] != stamps[-2]

    hall.fill(hall.member, 72)
    assert not changed()
    hall.sign(hall.member, 72)
    assert changed()
    services.set_attendance(
        session=hall.session, present=[m.pk for m in hall.members[:8]], by=hall.secretary, now=at(DAY, 9)
    )
    assert changed()
    call(hall)
    assert changed()
    assert not changed()
    assert changed(minute=1)  # the clock of the called product
    services.declare_interest(item=hall.item, conflict=True, detail="Là anh em", by=hall.chair, now=at(DAY, 9))
    assert changed(minute=1)


def test_a_deviation_is_discussed_criterion_by_criterion_and_the_reading_tells_it(hall: Hall) -> None:
    secretary = signed_in(hall.secretary)
    assert "không ở vòng chấm lại" in secretary.post(hall.item_url("thao-luan/"), {}, follow=True).text
    hall.sign_all(76, 60)
    assert services.close_item(item=hall.item, by=hall.secretary, now=at(DAY, 10)) is None
    hall.item.refresh_from_db()
    code = hall.item.deviation[0][0]
    secretary.post(hall.item_url("thao-luan/"), {code: "Thống nhất chỉ tính hợp đồng còn hạn."})
    note = Discussion.objects.get()
    assert (note.round, note.criterion, note.note) == (1, code, "Thống nhất chỉ tính hợp đồng còn hạn.")
    with pytest.raises(Refusal, match=r"Tiêu chí 9\.9 không gây chênh lệch"):
        services.discuss(item=hall.item, notes={"9.9": "x"}, by=hall.secretary, now=at(DAY, 10))
    with pytest.raises(Forbidden):
        services.discuss(item=hall.item, notes={code: "x"}, by=hall.member, now=at(DAY, 10))
    assert note.note in signed_in(hall.member).get(hall.item_url()).text
    assert f"chấm lại: {code}" in secretary.get(hall.session_url()).text
    hall.sign_all(70)
    conclusion = services.close_item(item=hall.item, by=hall.secretary, now=at(DAY, 11))
    assert conclusion is not None
    first, second = reading(conclusion).history
    assert first.startswith(f"Vòng 1 chênh lệch quá mức của quy chế ở tiêu chí {code}")
    assert second == f"Thảo luận tiêu chí {code}: Thống nhất chỉ tính hợp đồng còn hạn."
