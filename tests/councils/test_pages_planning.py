"""Pages of planning: sessions of a round, hours of the agenda, the chair's reason, the calendar file."""

from __future__ import annotations

import pytest

from ocop.councils.models import EvaluationRound, Session
from tests.factories import Stage

from .conftest import Hall, signed_in

pytestmark = pytest.mark.usefixtures("clock")


def test_capacity_counts_days_and_leads_to_planning(hall: Hall) -> None:
    """9 products of 50 minutes, 8 a day, from Friday 2/10/2026: the second day is Monday."""
    client = signed_in(hall.secretary)
    query = "?san_pham=9&phut=50&khung=8:00-11:30,13:30-17:00&ngay=02/10/2026"
    page = client.get(f"/phien-cham/tinh-so-phien/{query}")
    assert [(f"{day:%d/%m}", len(turns)) for day, turns in page.context["days"]] == [("02/10", 8), ("05/10", 1)]
    assert not page.context["too_late"]
    one = EvaluationRound.objects.get(level="province", year=2026, number=2)
    assert f"/phien-cham/moi/?dot={one.pk}&amp;ngay=05/10/2026&amp;gio=08:00&amp;phut=50" in page.text
    late = client.get(f"/phien-cham/tinh-so-phien/{query.replace('02/10/2026', '29/12/2026')}")
    assert "Không kịp ngày phải có kết quả." in late.text  # its second day is 30/12
    wrong = client.get("/phien-cham/tinh-so-phien/?san_pham=9&phut=240&khung=8:00-11:30&ngay=02/10/2026")
    assert "Không khung giờ nào đủ dài cho một sản phẩm." in wrong.text


def test_a_planned_session_has_its_round_and_its_hour(hall: Hall) -> None:
    client = signed_in(hall.secretary)
    one = EvaluationRound.objects.get(level="province", year=2026, number=2)
    shown = client.get(f"/phien-cham/moi/?dot={one.pk}&ngay=05/10/2026&gio=08:00&phut=50").text
    assert f'<option value="{one.pk}" selected>' in shown
    body = {
        "council": hall.council.pk,
        "name": "Phiên hai",
        "evaluation_round": one.pk,
        "held_on": "05/10/2026",
        "starts_at": "8h30",
        "minutes_each": "50",
        "place": "Phòng 2",
        "kind": "meeting",
    }
    assert "Nhập giờ như 08:00 hoặc 13h30." in client.post("/phien-cham/moi/", {**body, "starts_at": "25h"}).text
    assert client.post("/phien-cham/moi/", body).status_code == 302
    made = Session.objects.get(name="Phiên hai")
    assert (made.evaluation_round, f"{made.starts_at:%H:%M}", made.minutes_each) == (one, "08:30", 50)
    assert client.post(f"/phien-cham/{made.code}/sua/", {**body, "place": "Phòng 3", "version": "0"}).status_code == 302
    made.refresh_from_db()
    assert made.place == "Phòng 3"


def test_the_agenda_tells_the_hour_of_each_product_and_members_cannot_move_it(hall: Hall) -> None:
    Session.objects.filter(pk=hall.session.pk).update(starts_at="08:00", minutes_each=40)
    page = signed_in(hall.member).get(hall.session_url("chuan-bi/"))
    assert "08:00–<wbr>08:40" in page.text
    assert "Xếp theo bộ sản phẩm" not in page.text
    assert signed_in(hall.member).post(hall.session_url("xep-theo-bo/")).status_code == 404
    assert signed_in(hall.secretary).post(hall.session_url("xep-theo-bo/")).status_code == 302


def test_a_late_invitation_is_told_to_the_chair_who_writes_the_reason(planned: Hall) -> None:
    rules = {**planned.session.rules_body, "notice_days": 3}
    Session.objects.filter(pk=planned.session.pk).update(rules_body=rules)
    chair, secretary = signed_in(planned.chair), signed_in(planned.secretary)
    told = secretary.post(planned.session_url("moi-hop/"), follow=True).text
    assert "Giấy mời gửi ngày 01/10/2026; quy chế cần trước phiên 3 ngày làm việc, chậm nhất ngày 28/09/2026." in told
    assert "Lý do họp gấp" in chair.get(planned.session_url("chuan-bi/")).text
    assert 'name="reason"' not in secretary.get(planned.session_url("chuan-bi/")).text
    chair.post(planned.session_url("hop-gap/"), {"reason": "Kịp ngày có kết quả"})
    assert "Chủ tịch đã cho họp gấp." in secretary.get(planned.session_url("chuan-bi/")).text


def test_the_calendar_file_keeps_its_name_and_tells_the_hours(planned: Hall) -> None:
    Session.objects.filter(pk=planned.session.pk).update(starts_at="08:00", minutes_each=40)
    answer = signed_in(planned.member).get(planned.session_url("lich-hop.ics"))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"UID:phien-cham-{planned.session.code}@" in answer.text
    assert "DTSTART;TZID=Asia/Ho_Chi_Minh:20261001T080000" in answer.text
    assert "DTEND;TZID=Asia/Ho_Chi_Minh:20261001T084000" in answer.text
    assert signed_in(planned.producer).get(planned.session_url("lich-hop.ics")).status_code == 404


def test_three_products_ask_as_many_queries_as_one(stage: Stage, hall: Hall, django_assert_max_num_queries) -> None:
    client = signed_in(hall.secretary)
    client.get(hall.session_url("chuan-bi/"))
    for name in ("A", "B"):
        client.post(hall.session_url("them/"), {"dossier": [stage.ready(name=name).dossier.pk]})
    with django_assert_max_num_queries(12):
        assert len(client.get(hall.session_url("chuan-bi/")).context["agenda"]) == 3
