"""The public comments on proposed ranks: a window after the notice, private to officers, each closed with a reason."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from ocop.councils import services
from ocop.councils.models import Comment, Conclusion, Session
from ocop.councils.queries import running_windows
from ocop.dossiers.models import Dossier
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at
from tests.factories import Stage
from tests.ground import standing

from .conftest import signed_in

pytestmark = pytest.mark.django_db

TOLD, LAST = date(2026, 10, 5), date(2026, 10, 12)
TEXT = "Bánh này làm ở xã Chiêm Hóa từ lâu, tôi đồng ý."


@standing
def asked(stage: Stage) -> Conclusion:
    """Told on 5/10/2026 under rules that ask the public for 7 days: to Monday 12/10/2026. One of two is below 3."""
    rows = [stage.ready(), stage.ready(name="Bánh gai (mẫu)", target=45, stars=2)]
    session = stage.walk.hold(rows, "province", date(2026, 10, 1))
    Session.objects.update(rules_body=session.rules_body | {"comment_days": 7})
    services.send_notices(session=Session.objects.get(), by=stage.world.officers[0], now=at(TOLD))
    return Conclusion.objects.select_related("notice", "dossier__product").get(result="recognised")


def send(conclusion: Conclusion, day: date) -> Comment:
    return services.send_comment(conclusion=conclusion, name="Bà Hoa", contact="0900000000", text=TEXT, now=at(day))


@pytest.mark.parametrize("day", [TOLD, LAST])
def test_anybody_comments_until_the_last_day(asked: Conclusion, day: date) -> None:
    assert send(asked, day).state == Comment.OPEN


def test_not_after_it_nor_on_what_was_not_proposed(asked: Conclusion) -> None:
    with pytest.raises(Refusal, match="không trong thời gian lấy ý kiến"):
        send(asked, date(2026, 10, 13))
    with pytest.raises(Refusal, match="không trong thời gian lấy ý kiến"):
        send(Conclusion.objects.get(result="below_3"), TOLD)
    Dossier.objects.update(step="ready_province")  # a second panel is to judge
    with pytest.raises(Refusal, match="không trong thời gian lấy ý kiến"):
        send(asked, TOLD)


def test_rules_of_work_that_ask_nobody_open_no_window(stage: Stage) -> None:
    session = stage.walk.hold([stage.ready()], "province", date(2026, 10, 1))
    services.send_notices(session=session, by=stage.world.officers[0], now=at(TOLD))
    assert not Conclusion.objects.open_to_comments(TOLD).exists()


def test_officers_alone_read_who_wrote_what_and_close_it_once(asked: Conclusion, stage: Stage) -> None:
    comment, world = send(asked, TOLD), stage.world
    readers = {"officer": world.officers[0], "secretary": world.secretaries[0], "leader": world.leader}
    others = {"producer": world.producers[0], "member": world.members[3], "stranger": world.producers[1]}
    seen = {name for name, user in {**readers, **others}.items() if Comment.objects.visible_to(user, TOLD).exists()}
    assert seen == set(readers)

    def close(user: object, answer: str = "Đã xem xét, không đổi kết quả") -> None:
        services.close_comment(comment=comment, answer=answer, by=user, now=at(TOLD))  # type: ignore[arg-type]

    with pytest.raises(Forbidden):
        close(world.members[3])
    with pytest.raises(Refusal, match="quá ngắn"):
        close(world.officers[0], "Rồi")
    close(world.officers[0])
    with pytest.raises(Refusal):
        close(world.officers[0])


def test_the_decision_is_warned_while_something_runs(asked: Conclusion) -> None:
    send(asked, TOLD)
    asked.refresh_from_db()
    assert running_windows([asked], LAST) == [
        "Đang lấy ý kiến công khai đến hết ngày 12/10/2026.",
        "Còn 1 ý kiến chưa xem xét.",
        "Chủ thể còn được khiếu nại đến hết ngày 04/11/2026.",
    ]
    Comment.objects.update(state=Comment.CLOSED)
    assert running_windows([asked], date(2026, 11, 5)) == []


def test_the_public_page_takes_five_comments_an_hour_and_tells_no_mark(
    asked: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: at(TOLD, 9))
    cache.clear()
    client = Client(headers={"host": "localhost"})
    page = client.get("/gop-y/").text
    assert "Bánh khảo (mẫu)" in page
    assert "Bánh gai (mẫu)" not in page  # below 3 stars
    assert "72,11" not in page
    address = f"/gop-y/{asked.dossier.product.code}/"
    assert client.post(address, {"name": "", "text": TEXT}).status_code == 422
    body = {"name": "Bà Hoa", "text": "Ba\u0301nh này làm ở xã từ lâu"}
    for _ in range(5):
        assert "Đã nhận ý kiến" in client.post(address, body).text
    assert client.post(address, body).status_code == 422
    assert Comment.objects.count() == 5
    assert Comment.objects.earliest("pk").text == "Bánh này làm ở xã từ lâu"
    assert "Bà Hoa" not in client.get(address).text
    monkeypatch.setattr(timezone, "now", lambda: at(date(2026, 10, 13), 9))
    assert client.get(address).status_code == 404


def test_an_officer_closes_it_from_its_page(asked: Conclusion, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: at(TOLD, 9))
    comment = send(asked, TOLD)
    officer = signed_in(stage.world.officers[0])
    assert comment.code in officer.get("/y-kien/").text
    address = comment.get_absolute_url()
    assert officer.post(address, {"answer": "Đã xem xét, giữ kết quả"}).status_code == 302
    assert "Đã xem xét, giữ kết quả" in officer.get(address).text
    assert signed_in(stage.world.producers[0]).get(address).status_code == 404
