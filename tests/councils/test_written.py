"""Written opinions on re-evaluations: QĐ 26/2026/QĐ-TTg art. 7(6)d, g."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from ocop.councils import papers, services
from ocop.councils.models import Item, Session
from ocop.councils.queries import board_of
from ocop.dossiers.models import Dossier
from ocop.kernel.models import Event
from ocop.kernel.papers.tree import Paragraph, Table
from ocop.kernel.refusal import Forbidden, Moved, Refusal
from ocop.project.sample.walk import at
from tests.factories import Sitting, Stage
from tests.ground import standing

from .conftest import signed_in

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 1)
LAST = date(2026, 10, 8)


def again(dossier: Dossier) -> Dossier:
    Dossier.objects.filter(pk=dossier.pk).update(kind="re_evaluation")
    return Dossier.objects.get(pk=dossier.pk)


def plan(stage: Stage, kind: str, day: date, name: str = "P") -> Session:
    council, by = stage.walk.council("province", DAY), stage.world.secretaries[0]
    return services.plan_session(council=council, name=name, held_on=day, place="P", kind=kind, by=by, now=at(DAY, 7))


@standing
def written(stage: Stage) -> Sitting:
    """Sent to nine members on 1/10 until the end of 8/10; everybody has declared, nobody has signed."""
    session, by = plan(stage, Session.WRITTEN, LAST), stage.world.secretaries[0]
    item = services.add_item(session=session, dossier=again(stage.ready().dossier), by=by, now=at(DAY, 7))
    services.invite(session=session, by=by, now=at(DAY, 7))
    members = [m for m in session.council.members.select_related("user", "council").order_by("pk") if m.scores]
    sitting = Sitting(stage, session.council, session, item, members, by, DAY)
    sitting.declare()
    services.open_session(session=session, by=by, now=at(DAY, 8))
    sitting.reread()
    return sitting


def test_only_re_evaluations_are_decided_in_writing_and_in_a_meeting_all(stage: Stage) -> None:
    first, second = stage.ready(name="A").dossier, again(stage.ready(name="B").dossier)
    session, meeting = plan(stage, Session.WRITTEN, LAST), plan(stage, Session.MEETING, LAST)
    by = stage.world.secretaries[0]
    with pytest.raises(Refusal, match="Chỉ đánh giá lại được lấy ý kiến bằng văn bản"):
        services.add_item(session=session, dossier=first, by=by, now=at(DAY))
    services.add_item(session=session, dossier=second, by=by, now=at(DAY))
    services.add_item(session=meeting, dossier=first, by=by, now=at(DAY))


def test_rules_of_before_the_decree_know_no_written_opinions(stage: Stage) -> None:
    day = date(2026, 5, 4)
    council, by = stage.walk.council("province", day), stage.world.secretaries[0]
    with pytest.raises(Refusal, match="Quy chế không cho lấy ý kiến bằng văn bản"):
        services.plan_session(
            council=council, name="P", held_on=day, place="P", kind=Session.WRITTEN, by=by, now=at(day)
        )


def test_sheets_are_signed_until_the_end_of_the_last_day_without_any_attendance(written: Sitting) -> None:
    with pytest.raises(Refusal, match="không họp"):
        written.attend(*written.members)
    written.sign(written.members[1], 72)
    replace(written, day=LAST).sign(written.members[2], 72)
    with pytest.raises(Refusal, match="Hạn gửi ý kiến là hết ngày 08/10/2026"):
        replace(written, day=LAST + timedelta(days=1)).sign(written.members[3], 72)


def test_the_quorum_is_the_sheets_received(written: Sitting) -> None:
    """Nine members: 3/4 is seven sheets, the chair's among them. Until the last day everybody is waited for."""
    late = replace(written, day=LAST + timedelta(days=1))
    for member in written.members[:6]:
        written.sign(member, 72)
    row = board_of(written.item, LAST)
    assert (row.present, row.least_present, row.quorum, len(row.waiting)) == (6, 7, False, 3)
    row = board_of(written.item, LAST + timedelta(days=1))
    assert (row.present, row.quorum, [duty.state for duty in row.duties[6:]]) == (6, False, ["absent"] * 3)
    with pytest.raises(Refusal, match="đã gửi phiếu 6/9, cần từ 7"):
        late.close()
    written.sign(written.members[6], 72)
    with pytest.raises(Refusal, match="Còn phiếu chưa ký"):
        replace(written, day=LAST).close()
    assert late.conclude().sheets == 7


def test_without_the_chairs_sheet_there_is_no_quorum(written: Sitting) -> None:
    for member in written.members[1:]:
        written.sign(member, 72)
    with pytest.raises(Refusal, match=r"đã gửi phiếu 8/9, cần từ 7\. Chủ tịch Hội đồng vắng mặt"):
        replace(written, day=LAST + timedelta(days=1)).close()


def test_equal_opinions_conclude_and_the_minutes_tell_how(written: Sitting) -> None:
    written.sign_all(72)
    assert written.conclude().stars == 4
    services.close_session(session=written.session, by=written.secretary, now=written.at(17))
    body = papers.minutes(Session.objects.get(pk=written.session.pk)).body
    said = [block.text for block in body if isinstance(block, Paragraph)]
    assert "Thời gian: lấy ý kiến bằng văn bản đến hết ngày 08 tháng 10 năm 2026." in said
    table = next(block for block in body if isinstance(block, Table))
    assert [row[-1] for row in table.rows].count("Có phiếu") == 9


# Differing opinions, or a complex matter: a meeting


def meeting_of(written: Sitting) -> Session:
    return plan(written.stage, Session.MEETING, DAY + timedelta(days=2), "Phiên họp")


def test_sheets_that_deviate_are_not_concluded_in_writing(written: Sitting) -> None:
    """10 points apart is not more than 10, 11 is; no second round begins without a meeting."""
    written.sign_all(72, 83)
    with pytest.raises(Refusal, match="chênh lệch quá mức nên phải họp trực tiếp"):
        written.close()
    written.reread()
    assert (written.item.round, written.item.closed) == (1, False)


def test_a_deviation_at_the_limit_is_concluded(written: Sitting) -> None:
    written.sign_all(72, 82)
    assert written.conclude().sheets == 9


def test_a_member_who_asks_for_a_meeting_with_a_reason_gets_one(written: Sitting) -> None:
    """The product goes into the meeting with its sheets, and is concluded there."""
    member = written.members[2].user
    with pytest.raises(Refusal, match="quá ngắn"):
        services.ask_meeting(item=written.item, reason="Họp", by=member, now=written.at())
    with pytest.raises(Forbidden):
        services.ask_meeting(
            item=written.item, reason="Bao bì khác mẫu đã công nhận", by=written.secretary, now=written.at()
        )
    services.ask_meeting(item=written.item, reason="Bao bì khác mẫu đã công nhận", by=member, now=written.at())
    with pytest.raises(Refusal, match="đã đề nghị họp"):
        services.ask_meeting(item=written.item, reason="Bao bì khác mẫu đã công nhận", by=member, now=written.at())
    written.sign_all(72)
    with pytest.raises(Refusal, match=rf"đề nghị họp trực tiếp: {re.escape(member.name)}\."):
        written.close()

    meeting = meeting_of(written)
    take = {"items": [written.item], "meeting": meeting, "by": written.secretary, "now": written.at(12)}
    with pytest.raises(Forbidden):
        services.take_to_meeting(**{**take, "by": written.chair})
    with pytest.raises(Refusal, match="không phải phiên họp"):
        services.take_to_meeting(**{**take, "meeting": written.session})
    assert services.take_to_meeting(**take) == 1
    with pytest.raises(Refusal, match="không đang được hội đồng này lấy ý kiến"):
        services.take_to_meeting(**{**take, "items": [Item.objects.select_related("session", "dossier").get()]})
    with pytest.raises(Moved):
        services.take_to_meeting(**take)  # as an old page knows it
    assert Event.objects.about(meeting).filter(kind="session.item_joined").count() == 1
    services.close_session(session=Session.objects.get(pk=written.session.pk), by=written.secretary, now=written.at(13))

    held = replace(written, day=DAY + timedelta(days=2))
    services.invite(session=meeting, by=written.secretary, now=held.at(7))
    services.set_attendance(
        session=meeting, present=[m.pk for m in written.members], by=written.secretary, now=held.at(8)
    )
    services.open_session(session=meeting, by=written.secretary, now=held.at(8))
    assert held.conclude().sheets == 9


def test_the_page_tells_the_45_days_the_requests_and_the_way_into_a_meeting(
    written: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: written.at(10))
    url = f"/phien-cham/{written.session.code}/chuan-bi/"
    Dossier.objects.filter(pk=written.item.dossier_id).update(due_on=LAST)
    member, secretary = signed_in(written.members[2].user), signed_in(written.secretary)
    board = secretary.get(written.session.get_absolute_url()).text
    assert "Đang lấy ý kiến" in board
    assert "Chưa đủ số phiếu" in board
    assert "Ghi có mặt" not in board
    page = member.get(url).text
    assert "Hạn 45 ngày: 08/10/2026, còn 7 ngày" in page
    assert "Chuyển sang phiên họp" not in page
    Dossier.objects.filter(pk=written.item.dossier_id).update(due_on=LAST - timedelta(days=1))
    assert "phiên đến 08/10/2026 là muộn" in member.get(url).text
    ask = f"/phien-cham/{written.session.code}/{written.item.pk}/de-nghi-hop/"
    member.post(ask, {"reason": "Bao bì khác mẫu đã công nhận"})
    page = secretary.get(url).text
    assert "Bao bì khác mẫu đã công nhận" in page
    assert "Hội đồng chưa có phiên họp nào còn mở." in page
    meeting = meeting_of(written)
    assert "Hội đồng chưa có phiên họp nào còn mở." not in secretary.get(url).text
    body = {"items": [written.item.pk], "meeting": meeting.pk}
    take = f"/phien-cham/{written.session.code}/chuyen-sang-hop/"
    assert member.post(take, body).status_code == 404
    assert "Hãy chọn phiên họp." in secretary.post(take, {**body, "meeting": ""}).text
    assert secretary.post(take, body)["Location"] == meeting.get_absolute_url()
    assert meeting.items.get().pk == written.item.pk
