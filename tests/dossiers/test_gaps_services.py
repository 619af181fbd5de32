"""Gaps: asked by the office, answered one by one, settled one by one; late answers are taken and marked."""

from __future__ import annotations

from datetime import date

import pytest

from ocop.dossiers import services
from ocop.dossiers.checking import gaps_for
from ocop.dossiers.models import CommuneAssessment, Gap
from ocop.dossiers.rules import GAP_MOVES, GapAct, GapState, days_late, gap_state_after
from ocop.kernel.models import Event
from ocop.kernel.refusal import Refusal
from ocop.project.sample.walk import at
from tests.factories import Stage, reread

pytestmark = pytest.mark.django_db
DAY, DUE = date(2026, 9, 8), date(2026, 9, 14)  # Tuesday; the Monday after


class Office:
    """A dossier at the commune of Chiêm Hóa with its officers and its producer."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.dossier = stage, stage.filed().dossier
        self.officer, self.colleague = stage.world.communes["02287"].officers
        self.producer = stage.world.producers[0]

    def ask(self, criterion: str = "1.1", due_on: date = DUE, **more: object) -> Gap:
        text = "Hợp đồng liên kết thiếu trang ký, nộp bản có chữ ký"
        return services.ask_gap(
            dossier=self.dossier, criterion=criterion, text=text, due_on=due_on, by=self.officer, now=at(DAY), **more
        )  # type: ignore[arg-type]

    def give_back(self, reason: str = "", day: date = DAY) -> None:
        services.return_dossier(
            dossier=self.dossier, version=self.dossier.version, reason=reason, by=self.officer, now=at(day, 10)
        )

    def answer(self, gap: Gap, text: str = "Đã nộp bản có chữ ký", **more: object) -> None:
        gap = found(gap)
        services.answer_gap(
            gap=gap, version=gap.version, text=text, by=self.producer, now=at(date(2026, 9, 10)), **more
        )  # type: ignore[arg-type]

    def submit(self, day: date, hour: int = 9, minute: int = 0) -> None:
        self.dossier = reread(self.dossier)
        services.submit(dossier=self.dossier, version=self.dossier.version, by=self.producer, now=at(day, hour, minute))

    def close(self, gap: Gap) -> None:
        gap = found(gap)
        services.close_gap(gap=gap, version=gap.version, by=self.officer, now=at(date(2026, 9, 16)))


def found(gap: Gap) -> Gap:
    return Gap.objects.select_related("dossier__subject").get(pk=gap.pk)


@pytest.fixture
def office(stage: Stage) -> Office:
    return Office(stage)


def test_gaps_are_numbered_in_each_dossier_and_no_number_comes_back(office):
    first, second = office.ask(), office.ask("")
    services.withdraw_gap(gap=second, version=0, reason="Mẫu 02 đã đủ nội dung", by=office.officer, now=at(DAY))
    third = office.ask("1.2")
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert (first.where, second.where) == ("Tiêu chí 1.1", "Mẫu 01, 02")
    other = office.stage.filed(name="Cốm nếp (mẫu)").dossier
    gap = services.ask_gap(
        dossier=other, criterion="1.1", text="Thiếu giấy đăng ký", due_on=DUE, by=office.officer, now=at(DAY)
    )
    assert gap.number == 1
    assert gap.asked_as == f"{office.officer.name}, Cán bộ xã, Ủy ban nhân dân xã Chiêm Hóa"


@pytest.mark.parametrize(
    ("due_on", "kept"),
    [
        (DAY, DAY),  # today ends at 24:00
        (date(2026, 9, 11), date(2026, 9, 11)),
        (date(2026, 9, 12), date(2026, 9, 14)),  # Saturday
        (date(2026, 11, 24), date(2026, 11, 25)),  # Ngày Văn hóa Việt Nam
    ],
)
def test_a_deadline_on_a_day_off_moves_to_the_next_working_day(office, due_on, kept):
    assert office.ask(due_on=due_on).due_on == kept


def test_a_gap_is_pinned_to_a_page_of_a_paper_of_its_criterion(office):
    pin = office.dossier.pins.select_related("evidence__blob").get()
    pin.evidence.blob.pages = 3
    pin.evidence.blob.save(update_fields=["pages"])
    gap = office.ask(pin.criterion, evidence=pin.evidence, page=3)
    assert gap.where == f"Tiêu chí {pin.criterion}, {pin.evidence.name}, trang 3"
    for criterion, evidence, page, why in (
        (pin.criterion, pin.evidence, 4, "không có trang 4"),
        (pin.criterion, None, 1, "chưa chọn giấy tờ"),
        ("1.2", pin.evidence, 1, "không gắn ở tiêu chí này"),
        ("", pin.evidence, 1, "không gắn ở tiêu chí này"),
        ("9.9", None, None, "không có tiêu chí 9.9"),
    ):
        with pytest.raises(Refusal, match=why):
            office.ask(criterion, evidence=evidence, page=page)
    with pytest.raises(Refusal, match="đã qua"):
        office.ask(due_on=date(2026, 9, 7))
    assert office.dossier.gaps.count() == 1


def test_open_gaps_are_the_reason_of_a_return_with_the_first_day_as_its_day(office):
    office.ask(due_on=date(2026, 9, 18))
    office.ask("1.2", due_on=DUE)
    withdrawn = office.ask("1.3")
    services.withdraw_gap(gap=withdrawn, version=0, reason="Ghi nhầm tiêu chí", by=office.officer, now=at(DAY))
    assert gaps_for(office.producer, office.dossier, DAY) == []  # not sent yet
    assert len(gaps_for(office.colleague, office.dossier, DAY)) == 3
    office.give_back()
    dossier = reread(office.dossier)
    assert (dossier.step, dossier.return_reason, dossier.due_on) == ("returned", "Điểm thiếu số 1, 2.", DUE)
    assert "Điểm thiếu số 1, 2." in office.producer.notices.get().text
    assert [one.gap.number for one in gaps_for(office.producer, dossier, DAY)] == [1, 2]
    assert gaps_for(office.stage.world.members[2], dossier, DAY) == []


def test_a_return_without_open_gap_still_needs_words(office):
    with pytest.raises(Refusal, match="Lý do quá ngắn"):
        office.give_back()
    office.ask()
    office.give_back("Xem thêm hướng dẫn của xã.")
    assert reread(office.dossier).return_reason == "Xem thêm hướng dẫn của xã. Điểm thiếu số 1."


def test_filing_again_is_refused_while_a_gap_has_no_answer_and_names_it(office):
    first, second = office.ask(), office.ask("")
    office.give_back()
    office.answer(first)
    with pytest.raises(Refusal, match=r"Chưa trả lời điểm thiếu số 2\."):
        office.submit(date(2026, 9, 10))
    assert reread(office.dossier).filings.count() == 1
    office.answer(second, "Đã ghi lại lịch sử hình thành")
    office.submit(date(2026, 9, 10))
    assert reread(office.dossier).step == "at_commune"
    filing = office.dossier.filings.get(number=2)
    assert [(gap.state, gap.filing) for gap in office.dossier.gaps.order_by("number")] == [("answered", filing)] * 2


def test_an_answer_is_words_or_a_paper_and_the_paper_is_pinned_there(office):
    gap, of_forms = office.ask("1.2"), office.ask("")
    paper = office.dossier.pins.get().evidence
    office.give_back()
    with pytest.raises(Refusal, match="Chưa có lời giải trình"):
        office.answer(gap, " ​ ")
    with pytest.raises(Refusal, match="ở mẫu 01, 02"):
        office.answer(of_forms, evidence=paper)
    office.answer(gap, "", evidence=paper)
    assert office.dossier.pins.filter(criterion="1.2", evidence=paper).exists()
    office.answer(gap, "Nay ghi thêm lời", evidence=paper)  # until the filing it may be given again
    assert (found(gap).answer, found(gap).answer_evidence, found(gap).state) == ("Nay ghi thêm lời", paper, "answered")


@pytest.mark.parametrize(
    ("filed", "late"),
    [((DUE, 23, 59), 0), ((date(2026, 9, 15), 0, 0), 1), ((date(2026, 9, 15), 0, 1), 1), ((date(2026, 9, 18), 9), 4)],
)
def test_an_answer_a_minute_after_its_day_is_taken_and_marked_late(office, filed, late):
    gap = office.ask()
    office.give_back()
    office.answer(gap)
    office.submit(*filed)
    [shown] = gaps_for(office.officer, reread(office.dossier), date(2026, 9, 20))
    assert (shown.gap.state, shown.late) == ("answered", late)
    assert days_late(DUE, filed[0]) == late


def test_the_office_closes_one_by_one_before_the_dossier_goes_on(office):
    gap, more = office.ask(), office.ask("1.2")
    office.give_back()
    for one in (gap, more):
        office.answer(one)
    office.submit(date(2026, 9, 10))
    CommuneAssessment.objects.create(dossier=office.dossier, material="a", labour="b", idea_origin="c", identity="d")

    def propose() -> None:
        dossier = reread(office.dossier)
        services.propose(dossier=dossier, version=dossier.version, by=office.officer, now=at(date(2026, 9, 16)))

    with pytest.raises(Refusal, match="Điểm thiếu số 1, 2 chưa xử lý xong"):
        propose()
    office.close(gap)
    with pytest.raises(Refusal, match="Điểm thiếu số 2 chưa xử lý xong"):
        propose()
    office.close(more)
    propose()
    assert reread(office.dossier).step == "at_province"
    assert found(gap).closed_as.startswith(office.officer.name)


def test_of_two_officers_closing_one_gap_the_second_is_told_who_was_first(office):
    gap = office.ask()
    office.give_back()
    office.answer(gap)
    office.submit(date(2026, 9, 10))
    first, second = found(gap), found(gap)
    services.close_gap(gap=first, version=first.version, by=office.officer, now=at(date(2026, 9, 16), 9, 41))
    events = Event.objects.count()
    for stale in (second, found(gap)):  # before and after the page was read anew
        with pytest.raises(Refusal, match=r"Cán bộ xã, .* đã đóng điểm này lúc 09:41 ngày 16/09/2026") as refused:
            services.close_gap(gap=stale, version=stale.version, by=office.colleague, now=at(date(2026, 9, 16), 9, 42))
        assert office.officer.name in str(refused.value)
    assert Event.objects.count() == events


def test_a_gap_opened_again_has_a_reason_and_a_day_and_goes_back_with_the_dossier(office):
    gap = office.ask()
    office.give_back()
    office.answer(gap)
    office.submit(date(2026, 9, 10))
    office.close(gap)
    now = at(date(2026, 9, 16))
    shut = found(gap)
    with pytest.raises(Refusal, match="Lý do quá ngắn"):
        services.reopen_gap(gap=shut, version=shut.version, reason="chưa", due_on=DUE, by=office.officer, now=now)
    with pytest.raises(Refusal, match="đã qua"):
        services.reopen_gap(
            gap=shut, version=shut.version, reason="Trang ký vẫn mờ", due_on=DUE, by=office.officer, now=now
        )
    due = date(2026, 9, 21)
    services.reopen_gap(
        gap=shut, version=shut.version, reason="Trang ký vẫn mờ", due_on=due, by=office.officer, now=now
    )
    shut = found(gap)
    assert (shut.state, shut.again, shut.due_on, shut.sent_at, shut.closed_at) == (
        "open", "Trang ký vẫn mờ", due, None, None,
    )  # fmt: skip
    assert shut.answer == "Đã nộp bản có chữ ký"
    office.dossier = reread(office.dossier)
    office.give_back(day=date(2026, 9, 16))
    with pytest.raises(Refusal, match="Chưa trả lời điểm thiếu số 1"):
        office.submit(date(2026, 9, 17))
    assert reread(office.dossier).due_on == due


def test_a_gap_taken_back_while_the_producer_completes_stops_no_filing_and_is_told(office):
    gap = office.ask()
    office.give_back()
    sent = found(gap)
    services.withdraw_gap(
        gap=sent, version=sent.version, reason="Giấy đã có ở tiêu chí khác", by=office.officer, now=at(DAY, 11)
    )
    texts = list(office.producer.notices.order_by("pk").values_list("text", flat=True))
    assert texts[-1] == f"Hồ sơ {office.dossier.number}: không còn yêu cầu điểm thiếu số 1."
    office.submit(date(2026, 9, 10))
    assert reread(office.dossier).step == "at_commune"


def test_one_form_sent_twice_asks_one_gap(office):
    office.ask(token="g-1")
    with pytest.raises(Refusal, match="đã được gửi"):
        office.ask(token="g-1")
    assert office.dossier.gaps.count() == 1


def test_the_table_of_states_is_whole():
    steps = {(state, act): gap_state_after(state, act) for state in GapState for act in GapAct}
    assert {key: to for key, to in steps.items() if to} == GAP_MOVES
    assert all(gap_state_after(GapState.WITHDRAWN, act) is None for act in GapAct)
    assert gap_state_after(GapState.OPEN, GapAct.CLOSE) is None  # nothing was handed in
