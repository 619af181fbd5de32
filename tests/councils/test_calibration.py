"""Calibration before a session: reference answers first, then each member privately sees his own distance."""

from __future__ import annotations

import pytest

from ocop.councils import services
from ocop.councils.calibration import distances
from ocop.councils.models import Calibration, CalibrationSheet, Session
from ocop.dossiers.models import Dossier
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at

from .conftest import DAY, Hall, signed_in

pytestmark = pytest.mark.usefixtures("clock")
TEXT = "Bánh khảo làm từ nếp trong xã, có công bố chất lượng, bán ở năm đại lý."


def plan(hall: Hall, title: str = "Hồ sơ 1", **changes) -> Calibration:
    values = {"text": TEXT, "scorecard": hall.item.dossier.scorecard, "by": hall.secretary, "now": at(DAY, 8)}
    return services.plan_calibration(session=hall.session, title=title, **{**values, **changes})


@pytest.fixture
def ready(planned: Hall) -> Calibration:
    """A made-up dossier whose reference is 72 points, set by the secretary."""
    row = plan(planned)
    services.set_reference(calibration=row, answers=planned.answers(72), by=planned.secretary, now=at(DAY, 8))
    return row


def test_secretary_or_chair_plan_it_and_set_the_reference_whole(planned: Hall) -> None:
    for user in (planned.member, planned.officer):
        with pytest.raises(Forbidden):
            plan(planned, by=user)
    with pytest.raises(Refusal, match="Chưa có mô tả"):
        plan(planned, text="Ngắn")
    row = plan(planned, by=planned.chair)
    with pytest.raises(Refusal, match="Tên này đã có"):
        plan(planned)
    answers = planned.answers(72)
    del answers["1.1"]
    with pytest.raises(Refusal, match=r"ở tiêu chí 1\.1"):
        services.set_reference(calibration=row, answers=answers, by=planned.secretary, now=at(DAY, 8))
    with pytest.raises(Refusal, match="chưa có điểm chuẩn"):
        services.practise(calibration=row, answers=planned.answers(72), by=planned.member, now=at(DAY, 8))


def test_a_past_dossier_opens_to_the_members_until_the_day_of_the_session(planned: Hall) -> None:
    past = planned.stage.filed(name="Mật ong (mẫu)").dossier
    assert not Dossier.objects.visible_to(planned.member, DAY).contains(past)
    plan(planned, text="", dossier=past)
    assert Dossier.objects.visible_to(planned.member, DAY).contains(past)
    assert not Dossier.objects.visible_to(planned.member, DAY.replace(day=2)).contains(past)


def test_a_member_practises_once_and_the_reference_then_stands(planned: Hall, ready: Calibration) -> None:
    answers = planned.answers(76)
    services.practise(calibration=ready, answers=answers, by=planned.member, now=at(DAY, 8))
    with pytest.raises(Refusal, match="đã chấm thử"):
        services.practise(calibration=ready, answers=answers, by=planned.member, now=at(DAY, 8))
    with pytest.raises(Refusal, match="Đã có thành viên chấm thử"):
        services.set_reference(calibration=ready, answers=answers, by=planned.chair, now=at(DAY, 8))
    with pytest.raises(Forbidden):
        services.practise(calibration=ready, answers=answers, by=planned.officer, now=at(DAY, 8))
    Session.objects.update(state=Session.CLOSED)
    ready.session.refresh_from_db()
    with pytest.raises(Refusal, match="Phiên đã kết thúc"):
        services.practise(calibration=ready, answers=answers, by=planned.chair, now=at(DAY, 8))
    assert CalibrationSheet.objects.count() == 1


def test_the_chair_who_set_the_reference_does_not_practise_on_it(planned: Hall) -> None:
    row = plan(planned)
    services.set_reference(calibration=row, answers=planned.answers(72), by=planned.chair, now=at(DAY, 8))
    with pytest.raises(Refusal, match="người đặt điểm chuẩn"):
        services.practise(calibration=row, answers=planned.answers(72), by=planned.chair, now=at(DAY, 8))


def test_distances_are_points_less_the_reference_criterion_by_criterion(planned: Hall, ready: Calibration) -> None:
    found = distances(ready, [planned.answers(76), planned.answers(74)])
    assert sum(one.reference for one in found) == 72
    assert sum(one.apart for one in found) == (76 - 72) + (74 - 72)
    assert all(one.apart == one.points - 2 * one.reference for one in found)


def test_a_member_sees_his_own_distance_and_the_secretary_a_summary_without_names(
    planned: Hall, ready: Calibration
) -> None:
    member, address = signed_in(planned.member), ready.get_absolute_url()
    form = {code: "none" if answer is None else str(answer).lower() for code, answer in planned.answers(76).items()}
    before = member.get(address).text
    assert "Phiếu chấm thử" in before
    assert "Điểm chuẩn" not in before
    missing = member.post(address, {**form, "1.1": ""})
    assert (missing.status_code, "Hãy chọn một mức." in missing.text) == (422, True)
    assert "Độ lệch của tôi" in member.post(address, form, follow=True).text
    other = signed_in(planned.members[2].user)
    assert "Độ lệch của tôi" not in other.get(address).text
    secretary = signed_in(planned.secretary)
    page = secretary.get(address).text
    assert f"{planned.members[1]}: đã chấm thử" in page
    assert "Cả hội đồng so với điểm chuẩn" not in page  # one sheet would be somebody's
    for seat in planned.members[2:4]:
        services.practise(calibration=ready, answers=planned.answers(72), by=seat.user, now=at(DAY, 8))
    assert "Cả hội đồng so với điểm chuẩn" in secretary.get(address).text
    assert "Cả hội đồng so với điểm chuẩn" not in member.get(address).text
    assert signed_in(planned.officer).get(address).status_code == 404


def test_it_is_added_on_the_page_by_words_or_by_the_number_of_an_evaluated_dossier(planned: Hall) -> None:
    secretary, address = signed_in(planned.secretary), planned.session_url("hieu-chuan/")
    card = planned.item.dossier.scorecard
    answer = secretary.post(address, {"title": "Hồ sơ 1", "text": TEXT, "scorecard": card.pk, "once": "a"}, follow=True)
    assert "Đã thêm hồ sơ hiệu chuẩn" in answer.text
    assert "Không có hồ sơ đã đánh giá" in secretary.post(address, {"title": "B", "number": "HS-0"}).text
    past = planned.stage.filed(name="Mật ong (mẫu)").dossier
    Dossier.objects.filter(pk=past.pk).update(step="recognised")
    secretary.post(address, {"title": "Hồ sơ 2", "number": past.number, "once": "b"})
    assert [row.dossier_id for row in Calibration.objects.order_by("pk")] == [None, past.pk]
    assert signed_in(planned.member).post(address, {"title": "C"}).status_code == 404
