"""A complaint against the result that was told: its days, its answer, a second panel that judges blind.

Days: the notice of 5/10/2026 gives 30 days, to 4/11/2026. Source: issue "Councils whose scores nobody can doubt" 10.
"""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils import timezone

from ocop.councils import services
from ocop.councils.models import Complaint, Conclusion, Council, Item, Session, Sheet
from ocop.councils.papers import result_notice
from ocop.councils.permissions import check_may_answer, first_panel
from ocop.councils.results import reading
from ocop.councils.services.founding import Seat
from ocop.dossiers.models import Dossier
from ocop.kernel.papers.word import to_docx
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at
from tests.factories import Sitting, Stage
from tests.ground import standing

from .conftest import signed_in
from .test_papers import _word

pytestmark = pytest.mark.django_db

HELD, TOLD, LAST = date(2026, 10, 1), date(2026, 10, 5), date(2026, 11, 4)
GROUNDS = "Tiêu chí 1.1 có hợp đồng liên kết trong hồ sơ, đề nghị xem lại."
ANSWER = "Hợp đồng có trong hồ sơ mà biên bản chưa nhắc tới."


@standing
def told(stage: Stage) -> Conclusion:
    """A conclusion of 4 stars, told on 5/10/2026."""
    walked = stage.ready()
    session = stage.walk.hold([walked], "province", HELD)
    services.send_notices(session=session, by=stage.world.officers[0], now=at(TOLD))
    return fresh()


def fresh() -> Conclusion:
    return Conclusion.objects.select_related("notice", "dossier__subject", "item__session__council").earliest("pk")


def complain(stage: Stage, made_on: date = TOLD, *, now: date | None = None, by: object = None) -> Complaint:
    return services.file_complaint(
        conclusion=fresh(), grounds=GROUNDS, made_on=made_on, files=[],
        by=by or stage.world.producers[0], now=at(now or made_on),
    )  # fmt: skip


def answer(stage: Stage, accepted: bool, day: date = date(2026, 10, 7)) -> None:
    services.answer_complaint(
        complaint=Complaint.objects.get(), accepted=accepted, reason=ANSWER, by=stage.world.officers[0], now=at(day)
    )


def second_panel(stage: Stage, users: list[object]) -> Council:
    """A provincial council of other people, with the seats of the law."""
    seats = stage.world.provincial_seats()
    others = iter(users)
    day = date(2026, 10, 8)
    new = [
        Seat(seat.user if seat.part == "secretary" else next(others), seat.unit, seat.part, seat.seat)  # type: ignore[arg-type]
        for seat in seats
    ]
    return services.found_council(
        organ=stage.world.province_on(day), level="province", name="Hội đồng đánh giá lại theo khiếu nại",
        number="900/QĐ-UBND", day=day, seats=new, by=stage.world.secretaries[0], now=at(day), ended_on=None,
    )  # fmt: skip


def strangers(stage: Stage) -> list[object]:
    """People who sat in no provincial council: those of the former districts."""
    return [user for district in stage.world.districts.values() for user in district.members]


@pytest.mark.parametrize("made_on", [TOLD, LAST])
def test_a_complaint_is_taken_from_the_notice_to_the_last_day(told: Conclusion, stage: Stage, made_on: date) -> None:
    assert re.fullmatch(r"[0-9A-Z]{8}", complain(stage, made_on).code)


def test_not_before_not_after_not_tomorrow_and_not_twice(told: Conclusion, stage: Stage) -> None:
    for made_on, now in ((date(2026, 10, 4), TOLD), (date(2026, 11, 5), None), (date(2026, 10, 7), date(2026, 10, 6))):
        with pytest.raises(Refusal, match="ngoài thời hạn khiếu nại"):
            complain(stage, made_on, now=now)
    complain(stage)
    with pytest.raises(Refusal, match="đã có khiếu nại"):
        complain(stage)


def test_what_came_in_time_may_be_written_down_by_the_office_later(told: Conclusion, stage: Stage) -> None:
    assert complain(stage, LAST, now=date(2026, 11, 6), by=stage.world.officers[0]).made_on == LAST


def test_no_stranger_complains_and_no_notice_no_complaint(told: Conclusion, stage: Stage) -> None:
    for user in (stage.world.producers[1], stage.world.members[3], stage.world.secretaries[0]):
        with pytest.raises(Forbidden):
            complain(stage, by=user)
    Conclusion.objects.update(notice=None)
    with pytest.raises(Refusal, match="Chưa có thông báo kết quả"):
        complain(stage)


@pytest.mark.parametrize("step", ["recognised", "at_ministry"])
def test_a_signed_decision_leaves_the_general_law(told: Conclusion, stage: Stage, step: str) -> None:
    Dossier.objects.update(step=step)
    with pytest.raises(Refusal, match="Luật Khiếu nại 2011"):
        complain(stage)


def test_refused_the_result_stands(told: Conclusion, stage: Stage) -> None:
    complain(stage)
    answer(stage, accepted=False)
    assert fresh().dossier.step == "concluded_province"
    with pytest.raises(Refusal):
        answer(stage, accepted=True)
    assert Complaint.objects.get().state == Complaint.REFUSED


def test_nobody_answers_who_sat_in_the_council_complained_of(told: Conclusion, stage: Stage) -> None:
    with pytest.raises(Forbidden):
        check_may_answer(stage.world.producers[0], told, TOLD)
    told.item.session.council.members.filter(user=stage.world.members[3]).update(user=stage.world.officers[0])
    with pytest.raises(Refusal, match="thành viên của hội đồng bị khiếu nại"):
        check_may_answer(stage.world.officers[0], told, TOLD)


@pytest.mark.parametrize("step", ["below_3", "rejected"])
def test_a_refused_rank_comes_back_unless_a_new_dossier_is_open(told: Conclusion, stage: Stage, step: str) -> None:
    Dossier.objects.update(step=step)
    complain(stage)
    new = stage.draft()
    with pytest.raises(Refusal, match="hồ sơ mới đang làm"):
        answer(stage, accepted=True)
    new.delete()
    answer(stage, accepted=True)
    assert fresh().dossier.step == "ready_province"


@standing
def again(told: Conclusion, stage: Stage) -> Sitting:
    """The second panel sits on 15/10/2026, everybody present; the first sheets had 72 points, these have 80."""
    complain(stage)
    answer(stage, accepted=True)
    council = second_panel(stage, strangers(stage))
    stage.walk.councils["province", 1, True] = council
    return stage.sitting(Dossier.objects.get(), day=date(2026, 10, 15))


def test_the_council_that_judged_cannot_judge_again(told: Conclusion, stage: Stage) -> None:
    complain(stage)
    answer(stage, accepted=True)
    with pytest.raises(Refusal, match="đã chấm lần đầu"):
        stage.sitting(Dossier.objects.get(), day=date(2026, 10, 15))


def test_a_late_substitute_who_scored_the_first_time_may_not_mark(again: Sitting) -> None:
    late = again.members[2]
    late.user = first_panel(again.item.dossier).earliest("pk")
    late.save()
    with pytest.raises(Refusal, match="đã chấm sản phẩm này lần đầu"):
        services.start_sheet(item=again.item, by=late.user, now=again.at())


def test_the_second_panel_sees_nothing_of_the_first_until_it_has_concluded(again: Sitting) -> None:
    """Even who sees every session by his office is blind for this one while he judges."""
    first, judge = fresh(), again.members[3].user
    leader = again.stage.world.leader
    again.members[4].user = leader
    again.members[4].save()
    for user in (judge, leader):
        assert not Conclusion.objects.visible_to(user, again.day).exists()
        assert not Sheet.objects.visible_to(user, again.day).exists()
        assert not Complaint.objects.visible_to(user, again.day).exists()
        assert list(Session.objects.visible_to(user, again.day)) == [again.session]
    assert Conclusion.objects.visible_to(again.secretary, again.day).filter(pk=first.pk).exists()


def test_its_pages_name_neither_marks_nor_people_of_the_first(again: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: again.at(9, 30))
    client = signed_in(again.members[3].user)
    item = again.item
    names = list(first_panel(item.dossier).values_list("name", flat=True))
    assert len(names) == 9
    pages = [
        f"/phien-cham/{again.session.code}/", f"/phien-cham/{again.session.code}/{item.pk}/", "/ket-qua/", "/viec/",
        "/phien-cham/", "/ket-qua/?tai=xlsx", "/khieu-nai/", f"/phieu-cham/{again.session.code}/{item.pk}/",
        item.dossier.get_absolute_url(), f"{item.dossier.get_absolute_url()}toan-bo/",
    ]  # fmt: skip
    for page in pages:
        seen = client.get(page)
        assert seen.status_code in (200, 302), page
        text = seen.content.decode(errors="replace")
        assert not [told for told in ("72,11", "Đề nghị công nhận 4 sao", "Ghi kết luận") if told in text], page
        assert not [name for name in names if name in text], page
    for page in (f"/ket-qua/{fresh().pk}/", f"/ket-qua/{fresh().pk}/thong-bao.pdf"):
        assert client.get(page).status_code == 404


def test_the_second_result_takes_effect_and_both_are_kept_and_printed(again: Sitting) -> None:
    again.sign_all(80)
    second = again.conclude()
    first = fresh()
    assert (first.superseded_at, second.superseded_at) == (again.at(10), None)
    assert (first.points, first.sheets, second.points, second.sheets) == (649, 9, 720, 9)
    assert second.set_aside == first
    assert first.set_aside is None
    services.close_session(session=Session.objects.get(pk=again.session.pk), by=again.secretary, now=again.at(11))
    session = Session.objects.get(pk=again.session.pk)
    services.send_notices(session=session, by=again.stage.world.officers[0], now=again.at(12))
    told = Conclusion.objects.get(pk=second.pk)
    assert told.notice
    assert told.notice.complain_until is None  # no third panel
    text = _word(to_docx(result_notice(told)))
    assert "80,00 điểm" in text
    assert "thay kết quả lần đầu ngày 01/10/2026 (72,11 điểm" in text
    assert reading(first).sheets  # the first sheets stay with their marks


def test_scores_of_single_members_reach_neither_producer_nor_public(
    told: Conclusion, stage: Stage, clock: object
) -> None:
    """Pages, list, Excel, timeline, open data and API: no sheet, no name of who scored, no total of one."""
    scorers = [m.user.name for m in told.item.session.council.members.select_related("user") if m.scores]
    sheet = Sheet.objects.earliest("pk")
    dossier = told.dossier
    pages = [
        f"/ket-qua/{told.pk}/", "/ket-qua/", "/ket-qua/?tai=xlsx", f"/ket-qua/{told.pk}/?tai=xlsx",
        f"/ket-qua/{told.pk}/thong-bao.docx", dossier.get_absolute_url(), "/viec/", "/thong-bao/", "/khieu-nai/",
    ]  # fmt: skip
    producer = signed_in(stage.world.producers[0])
    complaint = complain(stage)
    texts = {
        page: producer.get(page).content.decode(errors="replace") for page in [*pages, complaint.get_absolute_url()]
    }
    public = signed_in(stage.world.producers[0]).__class__(headers={"host": "localhost"})
    for page in ("/du-lieu-mo/san-pham-ocop.csv", "/api/v1/products", f"/r/{dossier.code}", "/san-pham/"):
        texts[page] = public.get(page).content.decode(errors="replace")
    assert [(page, name) for page, text in texts.items() for name in [*scorers, sheet.sha256] if name in text] == []
    assert producer.get(f"/phieu-da-ky/{sheet.pk}/").status_code == 404
    assert producer.get(f"/ket-qua/{told.pk}/?tai=xlsx").headers["Content-Type"].startswith("text/html")
    assert not Sheet.objects.visible_to(stage.world.producers[0], TOLD).exists()


def test_the_producer_complains_from_his_result_and_the_office_answers(
    told: Conclusion, stage: Stage, clock: object
) -> None:
    producer, officer = signed_in(stage.world.producers[0]), signed_in(stage.world.officers[0])
    address = f"/ket-qua/{told.pk}/khieu-nai/"
    assert address in producer.get(f"/ket-qua/{told.pk}/").text
    Conclusion.objects.get().notice.__class__.objects.update(sent_at=at(HELD, 9))  # the clock stands on 1/10/2026
    assert producer.post(address, {"grounds": "ngắn"}).status_code == 422
    sent = producer.post(address, {"grounds": GROUNDS})
    assert sent.status_code == 302
    assert GROUNDS in officer.get(sent.url).text
    assert "Gửi trả lời" not in producer.get(sent.url).text
    assert producer.post(sent.url, {"accepted": "yes", "reason": ANSWER}).status_code == 404
    assert officer.post(sent.url, {"accepted": "yes", "reason": ANSWER}).status_code == 302
    assert ANSWER in producer.get(sent.url).text
    assert Item.objects.get().dossier.step == "ready_province"
