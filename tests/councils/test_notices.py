"""The result told to subject and commune: once, after the minutes, with the last day for a complaint.

Source: QĐ 26/2026/QĐ-TTg art. 7(3)g; BLDS 2015 art. 147 (first day not counted), 148 (a last day off moves on).
"""

from __future__ import annotations

from datetime import date

import pytest

from ocop.accounts.models import Notice
from ocop.councils import services
from ocop.councils.models import Conclusion, Session
from ocop.dossiers.models import ResultNotice
from ocop.dossiers.workspace import events
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at
from tests.factories import Stage
from tests.ground import standing

from .conftest import signed_in

pytestmark = pytest.mark.django_db

HELD = date(2026, 10, 1)


@standing
def told(stage: Stage) -> Session:
    """A closed session of two products, one of 4 stars and one below 3; nothing is told yet."""
    rows = [stage.ready(), stage.ready(name="Bánh gai (mẫu)", target=45, stars=2)]
    return stage.walk.hold(rows, "province", HELD)


def send(session: Session, stage: Stage, day: date = date(2026, 10, 5)) -> int:
    return services.send_notices(session=session, by=stage.world.officers[0], now=at(day))


def test_one_act_tells_every_product_of_the_session_once(told: Session, stage: Stage) -> None:
    assert send(told, stage) == 2
    assert list(Conclusion.objects.values_list("notice__sent_by__email", flat=True)) == ["tinh1@mau.ocop.vn"] * 2
    with pytest.raises(Refusal, match="Mọi kết quả của phiên đã được thông báo"):
        send(told, stage)
    assert ResultNotice.objects.count() == 2


def test_producer_and_commune_get_the_news_and_the_dossier_its_event(told: Session, stage: Stage) -> None:
    send(told, stage)
    dossier = Conclusion.objects.earliest("pk").dossier
    text = f"Có kết quả đánh giá Bánh khảo (mẫu) (hồ sơ {dossier.number})."
    people = set(Notice.objects.filter(text=text).values_list("user", flat=True))
    assert stage.world.producers[0].pk in people
    assert {user.pk for user in stage.world.communes["02287"].officers} <= people
    assert events(dossier)[0][0] == "Gửi thông báo kết quả"


@pytest.mark.parametrize(
    ("sent", "last"),
    [
        (date(2026, 10, 5), date(2026, 11, 4)),  # 30 days, the day of the notice not counted: a Wednesday
        (date(2026, 10, 8), date(2026, 11, 9)),  # 7/11 is a Saturday: Monday 9/11
    ],
)
def test_a_complaint_is_taken_for_thirty_days_to_a_working_day(
    told: Session, stage: Stage, sent: date, last: date
) -> None:
    send(told, stage, sent)
    assert set(ResultNotice.objects.values_list("complain_until", flat=True)) == {last}


def test_rules_of_work_without_complaints_give_no_day(told: Session, stage: Stage) -> None:
    Session.objects.update(rules_body=told.rules_body | {"complaint_days": 0})
    send(Session.objects.get(), stage)
    assert set(ResultNotice.objects.values_list("complain_until", flat=True)) == {None}


def test_nothing_is_told_before_the_session_ends_nor_by_a_member(told: Session, stage: Stage) -> None:
    with pytest.raises(Forbidden):
        services.send_notices(session=told, by=stage.world.members[3], now=at(date(2026, 10, 5)))
    Session.objects.update(state=Session.OPEN)
    with pytest.raises(Refusal, match="Kết thúc phiên"):
        send(Session.objects.get(), stage)
    assert not ResultNotice.objects.exists()


def test_a_notice_alone_that_ends_a_dossier_is_written_down_too(told: Session, stage: Stage) -> None:
    below = Conclusion.objects.get(result="below_3")
    services.announce(conclusion=below, by=stage.world.officers[0], now=at(date(2026, 10, 5)))
    assert ResultNotice.objects.get().dossier == below.dossier
    assert send(told, stage, date(2026, 10, 6)) == 1  # the other one


def test_the_producer_reads_points_stars_what_misses_and_until_when(told: Session, stage: Stage, clock: object) -> None:
    send(told, stage)
    first, second = Conclusion.objects.order_by("pk")
    client = signed_in(stage.world.producers[0])
    page = client.get(first.dossier.get_absolute_url()).text
    assert "Điểm bình quân của 9 phiếu: 72,11 điểm; hạng theo điểm: 4 sao." in page
    assert "Đề nghị công nhận 4 sao." in page
    assert "khiếu nại đến hết ngày 04/11/2026" in page
    page = client.get(second.dossier.get_absolute_url()).text
    assert "Chưa đạt 3 sao." in page
    assert "Sản phẩm không được cấp giấy chứng nhận" in page
    scorers = [m.user.name for m in told.council.members.select_related("user") if m.scores]
    assert not [name for name in scorers if name in page]


def test_who_judges_the_dossier_is_told_no_result_in_it(told: Session, stage: Stage, clock: object) -> None:
    """A grant opens the dossier to judge it: notice and the events of the result stay away."""
    send(told, stage)
    dossier = Conclusion.objects.earliest("pk").dossier
    page = signed_in(stage.world.members[3]).get(dossier.get_absolute_url()).text
    assert "Nộp hồ sơ" in page
    assert not [words for words in ("Thông báo kết quả", "Ghi kết luận", "72,11") if words in page]


def test_officer_sends_from_the_page_of_the_session(told: Session, stage: Stage, clock: object) -> None:
    client = signed_in(stage.world.officers[0])
    assert "Gửi thông báo kết quả" in client.get(told.get_absolute_url()).text
    assert client.post(f"{told.get_absolute_url()}thong-bao/").status_code == 302
    assert "Gửi thông báo kết quả</button>" not in client.get(told.get_absolute_url()).text
    assert signed_in(stage.world.members[3]).post(f"{told.get_absolute_url()}thong-bao/").status_code == 404
