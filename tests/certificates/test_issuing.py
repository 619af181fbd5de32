"""Certificates: who issues, once, what is printed; the print is read back."""

from __future__ import annotations

from datetime import date

import pypdfium2
import pytest
import zxingcpp

from ocop.certificates import services
from ocop.certificates.models import Certificate, Recognition
from ocop.certificates.queries import print_state, qr_text, unissued, waiting_for_certificate
from ocop.kernel import files, jobs
from ocop.kernel.models import Counter, Job
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at

from .conftest import DECIDED
from .test_deciding import answer, approve, potential, recognise


def issue(stage, recognition, *, by=None, day=DECIDED):
    return services.issue_certificate(recognition=recognition, by=by or stage.world.officers[1], now=at(day, 14))


def text_of(pdf: bytes) -> str:
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


def test_who_entered_the_decision_does_not_issue_the_certificate(stage):
    [made] = recognise(stage, stage.concluded().conclusion)
    with pytest.raises(Refusal, match="Người nhập quyết định không tự cấp"):
        issue(stage, made, by=stage.world.officers[0])
    assert not Certificate.objects.exists()
    assert issue(stage, made, by=stage.world.officers[1]).number == "0001/GCN-OCOP-2026"


def test_the_desk_shows_each_officer_what_he_may_issue(stage):
    [made] = recognise(stage, stage.concluded().conclusion)
    first, second = stage.world.officers
    assert list(waiting_for_certificate(first, DECIDED)) == []
    assert list(unissued(first, DECIDED)) == [made]
    assert list(waiting_for_certificate(second, DECIDED)) == [made]
    for other in (stage.world.secretaries[0], stage.world.communes["02287"].officers[0]):
        assert list(unissued(other, DECIDED)) == []


def test_only_an_officer_of_the_level_issues(stage):
    [made] = recognise(stage, stage.concluded().conclusion)
    for other in (stage.world.districts["073"].officers[0], stage.world.leader, stage.world.producers[0]):
        with pytest.raises(Forbidden):
            issue(stage, made, by=other)


def test_a_certificate_is_issued_once_and_numbers_have_no_gap(stage):
    first, second = recognise(stage, stage.concluded().conclusion, stage.concluded(name="Bánh gai (mẫu)").conclusion)
    assert issue(stage, first).number == "0001/GCN-OCOP-2026"
    with pytest.raises(Refusal, match="Giấy chứng nhận đã cấp"):
        issue(stage, first)
    assert issue(stage, second).number == "0002/GCN-OCOP-2026"
    assert Counter.objects.get(series="certificate-2026").last == 2


def test_several_are_issued_together_or_not_at_all(stage):
    first, second = recognise(stage, stage.concluded().conclusion, stage.concluded(name="Bánh gai (mẫu)").conclusion)
    issue(stage, second)
    by, now = stage.world.officers[1], at(DECIDED, 15)
    with pytest.raises(Refusal, match="đã cấp"):
        services.issue_certificates(recognitions=[first, second], by=by, now=now)
    assert Certificate.objects.get().recognition == second
    with pytest.raises(Refusal, match="Chưa chọn"):
        services.issue_certificates(recognitions=[], by=by, now=now)
    assert len(services.issue_certificates(recognitions=[first], by=by, now=now, token="x")) == 1
    with pytest.raises(Refusal, match="đã được gửi"):
        services.issue_certificates(recognitions=[first], by=by, now=now, token="x")


def test_a_recorded_recognition_prints_no_certificate(stage):
    product = stage.concluded().dossier.product
    made = services.record_recognition(
        product=product,
        stars=4,
        level="province",
        organ_name="UBND tỉnh",
        number="12/QĐ-UBND",
        decided_on=date(2026, 1, 5),
        year=2026,
        source="Báo",
        by=stage.world.officers[0],
        now=at(DECIDED),
    )
    with pytest.raises(Refusal, match="ghi lại từ nguồn"):
        issue(stage, made)
    assert list(unissued(stage.world.officers[1], DECIDED)) == []


def test_the_ministry_issues_the_certificate_of_its_five_stars(stage):
    [approval] = approve(stage, potential(stage).conclusion)
    made = answer(stage, approval, 5)
    with pytest.raises(Refusal, match="Bộ công nhận 5 sao và cấp giấy"):
        issue(stage, made, day=date(2026, 11, 24))
    assert list(unissued(stage.world.officers[1], date(2026, 11, 24))) == []


@pytest.mark.parametrize(("day", "allowed"), [(date(2029, 10, 12), True), (date(2029, 10, 13), False)])
def test_nothing_is_issued_after_the_last_valid_day(stage, day, allowed):
    [made] = recognise(stage, stage.concluded().conclusion)
    if allowed:
        assert issue(stage, made, day=day)
    else:
        with pytest.raises(Refusal, match="không còn hiệu lực"):
            issue(stage, made, day=day)


def test_the_print_says_what_the_rows_say_and_its_code_leads_to_the_page(stage):
    walked = stage.concluded()
    [made] = recognise(stage, walked.conclusion)
    certificate = issue(stage, made)
    assert print_state(certificate) == Job.WAITING
    assert jobs.run_due(lambda: at(DECIDED, 15)) >= 1
    certificate = Certificate.objects.select_related("blob", "recognition").get()
    assert print_state(certificate) == Job.DONE
    pdf = files.open_blob(certificate.blob)
    text = " ".join(text_of(pdf).split())
    for word in (
        "Bánh khảo (mẫu)",
        "Hợp tác xã Nà Pàng (mẫu)",
        "HẠNG 4 SAO",
        "901/QĐ-UBND",
        "0001/GCN-OCOP-2026",
        "từ ngày 12 tháng 10 năm 2026 đến hết ngày 12 tháng 10 năm 2029",
        "CHỦ TỊCH",
    ):
        assert word in text
    [read] = zxingcpp.read_barcodes(pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil())
    assert read.text == qr_text(made) == f"https://ocop.example.vn/c/{made.code}"
    assert services.print_certificate(certificate, now=at(DECIDED, 16)) == pdf


def test_a_rehearsal_says_so_on_the_certificate(stage, settings):
    [made] = recognise(stage, stage.concluded().conclusion)
    certificate = issue(stage, made)
    assert "DIỄN TẬP" not in text_of(services.print_certificate(certificate, now=at(DECIDED, 15)))
    settings.REHEARSAL = True
    assert "DIỄN TẬP" in text_of(services.print_certificate(certificate, now=at(DECIDED, 15)))


def test_a_certificate_before_the_decision_cannot_be(stage):
    stage.concluded()
    assert not Recognition.objects.exists()
    assert list(unissued(stage.world.officers[1], DECIDED)) == []
