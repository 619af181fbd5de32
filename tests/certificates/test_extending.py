"""Past its end a certificate is in force for the re-evaluation it waits for, 180 days at most (art. 12.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ocop.certificates import services
from ocop.certificates.models import Recognition
from ocop.certificates.rules import IN_FORCE, Status, status_of, status_words
from ocop.dossiers import services as dossiers
from ocop.dossiers.models import Dossier
from ocop.kernel import public
from ocop.project.sample.walk import at
from tests.factories import PLAN, Stage

ENDS, FILED, LATEST = date(2026, 8, 30), date(2026, 9, 1), date(2027, 2, 26)
LATE = replace(PLAN, dossier_kind="re_evaluation", filed_on=FILED)


def certificate(stage: Stage, ends: date = ENDS) -> Recognition:
    """Recognised 36 months before its end, as an office recorded it."""
    return services.record_recognition(
        product=stage.walk.product(PLAN),
        stars=3,
        level="district",
        organ_name="Ủy ban nhân dân huyện Chiêm Hóa",
        number="71/QĐ-UBND",
        decided_on=ends.replace(year=ends.year - 3),
        year=ends.year - 3,
        source="Quyết định",
        by=stage.world.officers[0],
        now=at(date(2026, 5, 25)),
    )


def statuses(made: Recognition, *days: date) -> list[Status | None]:
    """The status on each day: the rule and the register say the same."""
    found = []
    made = Recognition.objects.get(pk=made.pk)
    for day in days:
        [one] = [status for status in Status if Recognition.objects.with_status(status, day).filter(pk=made.pk)]
        assert one == status_of(made, day)
        assert (one in IN_FORCE) == Recognition.objects.in_force_on(day).filter(pk=made.pk).exists()
        found.append(one)
    return found


def test_it_is_in_force_from_the_filing_to_the_180th_day(stage):
    made = certificate(stage)
    assert statuses(made, ENDS, FILED, LATEST) == [Status.EXPIRING, Status.EXPIRED, Status.EXPIRED]
    stage.walk.file(LATE)
    days = (ENDS, date(2026, 8, 31), FILED, LATEST, date(2027, 2, 27))
    assert statuses(made, *days) == [
        Status.EXPIRING,
        Status.EXPIRED,
        Status.EXTENDED,
        Status.EXTENDED,
        Status.EXPIRED,
    ]
    made.refresh_from_db()
    assert made.valid_until == ENDS  # the paper stays as it was printed


def test_filed_before_its_end_it_goes_on_without_a_gap(stage):
    made = certificate(stage)
    stage.walk.file(replace(LATE, filed_on=date(2026, 8, 3)))
    assert statuses(made, date(2026, 8, 29), ENDS, date(2026, 8, 31)) == [
        Status.EXPIRING,
        Status.EXPIRING,
        Status.EXTENDED,
    ]


@pytest.mark.parametrize(("ends", "goes_on"), [(date(2026, 9, 18), True), (date(2026, 9, 19), False)])
def test_one_that_could_meet_its_window_does_not_go_on(stage, ends, goes_on):
    made = certificate(stage, ends)
    stage.walk.file(replace(LATE, filed_on=date(2026, 5, 22)))
    assert statuses(made, date(2026, 9, 20)) == [Status.EXTENDED if goes_on else Status.EXPIRED]


def test_recognised_anew_it_is_replaced_on_that_day_without_a_gap(stage):
    made = certificate(stage)
    [walked] = stage.walk.round([LATE])
    new, day = walked.recognition, walked.recognition.valid_from
    made.refresh_from_db()
    assert (made.ended_on, made.end_kind) == (day, "replaced")
    eve = day - timedelta(days=1)
    assert statuses(made, eve, day) == [Status.EXTENDED, Status.EXPIRED]
    assert [Recognition.objects.in_force_on(one).get() for one in (eve, day)] == [made, new]


def test_below_3_stars_it_is_over_on_the_day_of_the_result(stage):
    made, before = certificate(stage), public.count()
    stage.walk.round([replace(LATE, target=44, stars=2)])
    closed = Dossier.objects.get()
    assert closed.step == "below_3"
    assert public.count() > before + 1
    eve = closed.step_since - timedelta(days=1)
    assert statuses(made, FILED, eve, closed.step_since) == [Status.EXTENDED, Status.EXTENDED, Status.EXPIRED]


def test_returned_for_completion_it_goes_on_and_withdrawn_it_is_over(stage):
    made, dossier = certificate(stage), stage.walk.file(LATE).dossier
    officer, by = stage.world.communes["02287"].officers[0], stage.world.producers[0]
    dossiers.return_dossier(
        dossier=dossier, version=dossier.version, reason="Thiếu phiếu kiểm nghiệm mới", by=officer,
        now=at(date(2026, 9, 3)),
    )  # fmt: skip
    assert statuses(made, date(2026, 9, 3), LATEST) == [Status.EXTENDED, Status.EXTENDED]
    dossiers.withdraw(
        dossier=dossier, version=dossier.version, reason="Ngừng sản xuất", by=by, now=at(date(2026, 9, 10))
    )
    assert statuses(made, date(2026, 9, 9), date(2026, 9, 10)) == [Status.EXTENDED, Status.EXPIRED]


def test_while_it_goes_on_it_may_be_revoked(stage):
    made, day = certificate(stage), date(2026, 9, 7)
    stage.walk.file(LATE)
    services.revoke(
        recognition=made, organ=stage.world.province, number="960/QĐ-UBND", day=day, ground="đ",
        reason="Sản phẩm không còn sản xuất tại địa phương", by=stage.world.officers[0], now=at(day),
    )  # fmt: skip
    assert statuses(made, date(2026, 9, 6), day, LATEST) == [Status.EXTENDED, Status.REVOKED, Status.REVOKED]


def test_a_newer_one_that_is_recorded_takes_its_place(stage):
    made = certificate(stage)
    stage.walk.file(LATE)
    services.record_recognition(
        product=made.product, stars=5, level="ministry", organ_name="Bộ Nông nghiệp và Môi trường",
        number="88/QĐ-BNNMT", decided_on=date(2026, 9, 15), year=2026, source="Văn bản của Bộ",
        by=stage.world.officers[0], now=at(date(2026, 9, 20)),
    )  # fmt: skip
    assert statuses(made, date(2026, 9, 14), date(2026, 9, 15)) == [Status.EXTENDED, Status.EXPIRED]
    assert Recognition.objects.in_force_on(date(2026, 9, 15)).get().stars == 5


def test_the_words_of_its_status_give_the_day_and_the_article():
    assert status_words(Status.EXTENDED, ENDS) == (
        "còn hiệu lực đến khi có kết quả đánh giá lại, chậm nhất 26/02/2027 (khoản 3 Điều 12 Quyết định 26/2026/QĐ-TTg)"
    )
    assert status_words(Status.EXPIRED, ENDS) == "hết hiệu lực"
    assert status_words(None, None) == "từng được công nhận, chưa rõ ngày cấp"


def test_pages_and_file_of_the_office_say_why_it_is_in_force(stage, visit):
    made = certificate(stage)
    stage.walk.file(LATE)
    words = "chậm nhất 26/02/2027 (khoản 3 Điều 12 Quyết định 26/2026/QĐ-TTg)"
    office, producer = (visit(user, date(2026, 11, 24)) for user in (stage.world.officers[0], stage.world.producers[0]))
    for client, address in (
        (office, f"/chung-nhan/{made.code}/"),
        (office, "/chung-nhan/?trang-thai=keo-dai"),
        (office, "/chung-nhan/?trang-thai=keo-dai&tai=csv"),
        (producer, made.product.get_absolute_url()),
        (producer, f"/chung-nhan/{made.code}/"),
        (producer, "/viec/"),
    ):
        text = client.get(address).content.decode()
        assert words in text, address
        assert "Hết hiệu lực từ" not in text
    assert words not in office.get("/chung-nhan/?trang-thai=het-hieu-luc").content.decode()
