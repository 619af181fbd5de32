"""Gaps on their pages, as without a script: from the officer's form to the producer's phone photo and back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.utils import timezone

from ocop.dossiers import services
from ocop.dossiers.models import Dossier, Gap, Grant
from ocop.registry.models import Evidence, EvidenceKind
from tests.factories import reread

from .scene import NOW, WRONG, Scene, file, once_in, photo

TEXT = "Hợp đồng liên kết thiếu trang ký"


def said(answer: HttpResponse) -> str:
    return [str(message) for message in get_messages(answer.wsgi_request)][-1]  # type: ignore[attr-defined]


def ask(scene: Scene, dossier: Dossier, **change: object) -> HttpResponse:
    form = {"criterion": "1.1", "text": TEXT, "due_on": "14/09/2026", **change}
    answer: HttpResponse = scene.client("commune officer").post(f"{dossier.get_absolute_url()}diem-thieu/them/", form)
    return answer


def with_gap(scene: Scene, *, returned: bool = True) -> tuple[Dossier, Gap]:
    dossier = scene.stage.filed().dossier
    gap = services.ask_gap(
        dossier=dossier, criterion="1.1", text=TEXT, due_on=NOW.date() + timedelta(days=6),
        by=scene.person("commune officer"), now=NOW,
    )  # fmt: skip
    if returned:
        services.return_dossier(
            dossier=dossier, version=dossier.version, reason="", by=scene.person("commune officer"), now=NOW
        )
    return reread(dossier), Gap.objects.get(pk=gap.pk)


def later(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_an_officer_asks_and_returns_and_the_producer_sees_the_number_everywhere(scene: Scene) -> None:
    dossier = scene.stage.filed().dossier
    pin = dossier.pins.select_related("evidence").get()
    officer, producer = scene.client("commune officer"), scene.client("producer")
    page = officer.get(f"{dossier.get_absolute_url()}diem-thieu/them/?tieu-chi={pin.criterion}").content.decode()
    assert f'<option value="{pin.criterion}" selected>' in page
    assert 'value="22/09/2026"' in page  # ten working days after Tuesday 8/9
    sent = ask(scene, dossier, criterion=pin.criterion, evidence=pin.evidence_id, page="2", once=once_in(page))
    assert said(sent) == "Đã ghi điểm thiếu số 1. Chủ thể nhận khi hồ sơ được trả lại."
    assert TEXT not in producer.get(dossier.get_absolute_url()).content.decode()
    confirm = officer.get(f"{dossier.get_absolute_url()}tra-lai/").content.decode()
    assert "điểm thiếu số 1 với hạn của từng điểm" in confirm
    officer.post(f"{dossier.get_absolute_url()}tra-lai/", {"version": dossier.version, "reason": ""})
    address = dossier.get_absolute_url()
    overview = producer.get(address).content.decode()
    for words in ("Nộp lại (còn 1 điểm thiếu)", TEXT, f"Tiêu chí {pin.criterion}, {pin.evidence.name}, trang 2"):
        assert words in overview
    criterion = producer.get(f"{address}tieu-chi/{pin.criterion}/").content.decode()
    assert criterion.count("gap-number") >= 3  # beside the criterion in the list, on top, at the paper
    assert "trang 2</a>" in criterion
    gap = producer.get(f"{address}diem-thieu/1/").content.decode()
    assert f'href="{address}giay-to/{pin.evidence_id}/xem/#trang-2"' in gap


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"text": ""}, "Hãy nhập thiếu gì, cần nộp gì."),
        ({"text": "Thiếu"}, "Nội dung quá ngắn."),
        ({"due_on": "30/02/2026"}, "Ngày 30/02/2026 không có thật."),
        ({"due_on": "07/09/2026"}, "Hạn 07/09/2026 đã qua."),
        ({"page": "1"}, "Có số trang mà chưa chọn giấy tờ."),
        ({"page": "0"}, "Hãy bảo đảm"),
        ({"criterion": "9.9"}, "9.9"),
        ({"evidence": "999999"}, "error"),
    ],
)
def test_a_gap_that_does_not_add_up_is_sent_back_with_what_was_typed(
    scene: Scene, change: dict[str, str], why: str
) -> None:
    dossier = scene.stage.filed().dossier
    sent = ask(scene, dossier, **change)
    assert sent.status_code == 422
    text = sent.content.decode()
    assert why in text or 'class="error"' in text
    if "text" not in change:
        assert TEXT in text
    assert not dossier.gaps.exists()


def test_a_producer_answers_by_phone_photo_in_one_form(scene: Scene) -> None:
    dossier, gap = with_gap(scene)
    client, address = scene.client("producer"), f"{dossier.get_absolute_url()}diem-thieu/1/"
    page = client.get(address).content.decode()
    kind = EvidenceKind.objects.get(code="business_registration")
    form = {"version": gap.version, "once": once_in(page), "kind": kind.pk, "text": ""}
    sent = client.post(f"{address}tra-loi/", {**form, "file": file("hop-dong.jpg", photo())})
    assert said(sent) == "Đã trả lời điểm thiếu số 1. Đã trả lời hết, có thể nộp lại hồ sơ."
    gap.refresh_from_db()
    assert gap.answer_evidence is not None
    assert gap.answer_evidence.kind == kind
    assert dossier.pins.filter(criterion="1.1", evidence=gap.answer_evidence).exists()
    papers = Evidence.objects.count()
    again = client.post(f"{address}tra-loi/", {**form, "file": file("hop-dong.jpg", photo())})
    assert again.status_code == 422
    assert "đã được gửi" in again.content.decode()
    assert Evidence.objects.count() == papers
    assert "Nộp lại hồ sơ" in client.get(dossier.get_absolute_url()).content.decode()


def test_an_empty_answer_is_refused_beside_its_field(scene: Scene) -> None:
    dossier, gap = with_gap(scene)
    client = scene.client("producer")
    sent = client.post(f"{dossier.get_absolute_url()}diem-thieu/1/tra-loi/", {"version": gap.version, "text": " "})
    assert sent.status_code == 422
    assert "Hãy ghi giải trình hoặc gắn giấy tờ." in sent.content.decode()
    refused = client.post(f"{dossier.get_absolute_url()}nop/", {"version": dossier.version})
    assert refused.status_code == 422
    assert "Chưa trả lời điểm thiếu số 1." in refused.content.decode()


def test_an_answer_after_its_day_is_taken_and_said_to_be_late(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier, gap = with_gap(scene)
    later(monkeypatch, datetime.fromisoformat("2026-09-15T00:01:00+07:00"))
    client, address = scene.client("producer"), dossier.get_absolute_url()
    page = client.get(f"{address}diem-thieu/1/").content.decode()
    assert "Đã quá hạn 1 ngày. Bạn vẫn nộp được; câu trả lời được nhận và ghi là muộn." in page
    client.post(f"{address}diem-thieu/1/tra-loi/", {"version": gap.version, "text": "Đã bổ sung trang ký"})
    client.post(f"{address}nop/", {"version": reread(dossier).version})
    assert reread(dossier).step == "at_commune"
    assert "Trả lời muộn 1 ngày" in scene.client("commune officer").get(f"{address}diem-thieu/1/").content.decode()


def test_the_second_officer_to_close_a_gap_reads_who_closed_it(scene: Scene) -> None:
    dossier, gap = with_gap(scene)
    address = dossier.get_absolute_url()
    producer, officer = scene.client("producer"), scene.client("commune officer")
    producer.post(f"{address}diem-thieu/1/tra-loi/", {"version": gap.version, "text": "Đã bổ sung trang ký"})
    producer.post(f"{address}nop/", {"version": reread(dossier).version})
    gap.refresh_from_db()
    assert "Đóng điểm thiếu" in officer.get(f"{address}diem-thieu/1/").content.decode()
    first = officer.post(f"{address}diem-thieu/1/dong/", {"version": gap.version})
    assert said(first) == "Đã đóng điểm thiếu số 1."
    second = officer.post(f"{address}diem-thieu/1/dong/", {"version": gap.version})
    assert second.status_code == 409
    assert "đã đóng điểm này lúc 09:41 ngày 08/09/2026" in second.content.decode()
    gap.refresh_from_db()
    reopened = officer.post(
        f"{address}diem-thieu/1/mo-lai/",
        {"version": gap.version, "reason": "Trang ký vẫn mờ, chụp lại", "due_on": "18/09/2026"},
    )
    assert "Đã mở lại điểm thiếu số 1." in said(reopened)


PAGES = ("kiem-tra/", "doi-chieu/", "diem-thieu/1/", "lan-nop/1/phieu-tiep-nhan.pdf")


def test_the_pages_of_checking_are_the_offices_alone(scene: Scene) -> None:
    dossier, _ = with_gap(scene, returned=False)
    address, pin = dossier.get_absolute_url(), dossier.pins.get()
    Grant.objects.create(
        dossier=dossier, user=scene.person("council member"), valid_from=NOW.date(), valid_to=None, reason="Phiên chấm"
    )
    seen = {
        "commune officer": {*PAGES, f"lan-nop/1/giay-to/{pin.evidence_id}/"},
        "producer": {"lan-nop/1/phieu-tiep-nhan.pdf"},
        "council member": {"lan-nop/1/phieu-tiep-nhan.pdf"},
        "other commune's officer": set(),
        "province officer": set(),  # the commune has not sent it yet
    }
    for who, pages in seen.items():
        client = scene.client(who)
        found = {
            page
            for page in (*PAGES, f"lan-nop/1/giay-to/{pin.evidence_id}/")
            if client.get(f"{address}{page}").status_code == 200
        }
        assert found == pages, who
    member = scene.client("council member")
    for page in ("", "tieu-chi/1.1/", "toan-bo/"):
        assert TEXT not in member.get(f"{address}{page}").content.decode()


def test_the_officer_is_shown_what_changed_and_the_whole_is_one_click_away(scene: Scene) -> None:
    dossier, gap = with_gap(scene)
    address = dossier.get_absolute_url()
    producer, officer = scene.client("producer"), scene.client("commune officer")
    assert "Lần nộp đầu tiên" in officer.get(f"{address}kiem-tra/").content.decode()
    producer.post(f"{address}tieu-chi/1.1/", {"answer": "0", "explanation": "Nguyên liệu mua ngoài tỉnh"})
    producer.post(f"{address}diem-thieu/1/tra-loi/", {"version": gap.version, "text": "Đã sửa tiêu chí 1.1"})
    producer.post(f"{address}nop/", {"version": reread(dossier).version})
    page = officer.get(f"{address}kiem-tra/").content.decode()
    assert "Thay đổi từ lần nộp 1" in page
    assert "Nguyên liệu mua ngoài tỉnh" in page
    assert f'href="{address}toan-bo/"' in page
    assert "Tiêu chí 1.2" not in page
    work = officer.get("/viec/").content.decode()
    assert f'href="{address}kiem-tra/"' in work


def test_the_clock_shows_the_unpaused_day_beside_the_paused_one(scene: Scene) -> None:
    """Filed 1/9, returned on Tuesday 8/9 with 4 of 15 days used."""
    dossier, _ = with_gap(scene)
    page = scene.client("commune officer").get(f"{dossier.get_absolute_url()}kiem-tra/").content.decode()
    assert "15 ngày làm việc, đã dùng 4" in page
    assert "còn 11 ngày làm việc khi chủ thể nộp lại" in page
    assert "Nếu không dừng</dt><dd>Hết ngày 23/09/2026" in page
    assert "chờ cơ quan tham mưu xác nhận" in page


def test_pages_of_checking_carry_no_inline_style_or_script(scene: Scene) -> None:
    dossier, _ = with_gap(scene, returned=False)
    client = scene.client("commune officer")
    for page in ("kiem-tra/", "doi-chieu/", "diem-thieu/1/", "diem-thieu/them/", ""):
        text = client.get(f"{dossier.get_absolute_url()}{page}").content.decode()
        assert WRONG.search(text) is None, page


def test_a_page_asks_as_many_questions_for_three_gaps_as_for_one(scene: Scene, django_assert_max_num_queries) -> None:
    dossier, _ = with_gap(scene, returned=False)
    client, address = scene.client("commune officer"), f"{dossier.get_absolute_url()}kiem-tra/"
    client.get(address)
    with django_assert_max_num_queries(12) as one:
        client.get(address)
    for _ in range(2):
        ask(scene, dossier)
    with django_assert_max_num_queries(12) as three:
        page = client.get(address).content.decode()
    assert page.count(TEXT) == 3
    assert len(one.captured_queries) == len(three.captured_queries)


# The list of all open gaps


def test_the_list_of_gaps_shows_each_reader_what_the_dossier_shows_him(scene: Scene) -> None:
    with_gap(scene, returned=False)
    seen = {"commune officer"}
    for who in ("commune officer", "other commune's officer", "producer", "other producer", "province officer"):
        page = scene.client(who).get("/ho-so/diem-thieu/").content.decode()
        assert (TEXT in page) == (who in seen), who
        assert f"{int(who in seen)} điểm thiếu đang mở" in page
    assert "Chưa gửi chủ thể" in scene.client("commune officer").get("/ho-so/diem-thieu/").content.decode()


def test_what_was_sent_is_on_the_producer_s_list_until_it_is_settled(scene: Scene) -> None:
    dossier, gap = with_gap(scene)
    producer, officer = scene.client("producer"), scene.client("commune officer")
    row = " ".join(producer.get("/ho-so/diem-thieu/").content.decode().split())
    for words in ("14/09/2026", "Còn 6 ngày", TEXT, "Tiêu chí 1.1", "Còn thiếu", str(dossier.number)):
        assert words in row
    producer.post(f"{gap.get_absolute_url()}tra-loi/", {"version": gap.version, "text": "Đã nộp trang ký"})
    assert "Đã trả lời" in producer.get("/ho-so/diem-thieu/").content.decode()
    producer.post(f"{dossier.get_absolute_url()}nop/", {"version": reread(dossier).version})
    assert "1 điểm thiếu đang mở" in officer.get("/ho-so/diem-thieu/").content.decode()
    officer.post(f"{gap.get_absolute_url()}dong/", {"version": reread_gap(gap).version})
    for client in (producer, officer):
        assert "Không có điểm thiếu nào đang mở." in client.get("/ho-so/diem-thieu/").content.decode()


def reread_gap(gap: Gap) -> Gap:
    return Gap.objects.get(pk=gap.pk)


def test_an_ended_dossier_waits_for_nobody(scene: Scene) -> None:
    dossier, _ = with_gap(scene)
    producer = scene.client("producer")
    producer.post(f"{dossier.get_absolute_url()}rut/", {"version": dossier.version, "reason": "Không sản xuất nữa"})
    assert reread(dossier).step == "withdrawn"
    assert "0 điểm thiếu đang mở" in producer.get("/ho-so/diem-thieu/").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("trang-thai=chua-gui", 0),
        ("trang-thai=con-thieu", 1),
        ("trang-thai=chua-gui&trang-thai=con-thieu", 1),
        ("trang-thai=da-tra-loi", 0),
        ("han=7-ngay", 1),  # due on 14/9, six days on
        ("han=qua-han", 0),
        ("han=qua-han&han=7-ngay", 1),
        ("q=trang+k%C3%BD", 1),
        ("q=HS-2026-0001", 1),
        ("q=khong+co", 0),
    ],
)
def test_the_list_of_gaps_is_narrowed(scene: Scene, query: str, found: int) -> None:
    with_gap(scene)
    page = scene.client("producer").get(f"/ho-so/diem-thieu/?{query}").content.decode()
    assert f"{found} điểm thiếu đang mở" in page


def test_a_gap_past_its_day_is_late_on_the_list(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with_gap(scene)
    for days, words, late in ((6, "Hôm nay là hạn cuối", 0), (7, "Quá hạn 1 ngày", 1)):
        later(monkeypatch, NOW + timedelta(days=days))
        client = scene.client("producer")
        assert words in client.get("/ho-so/diem-thieu/").content.decode()
        assert f"{late} điểm thiếu" in client.get("/ho-so/diem-thieu/?han=qua-han").content.decode()


def test_whoever_comes_from_the_list_goes_back_to_it_as_it_was(scene: Scene) -> None:
    dossier, gap = with_gap(scene)
    producer = scene.client("producer")
    page = producer.get("/ho-so/diem-thieu/?han=7-ngay&xep=-han").content.decode()
    opened = f"{gap.get_absolute_url()}?tu=han%3D7-ngay%26xep%3D-han"
    assert f'href="{opened}"' in page
    page = producer.get(opened).content.decode()
    assert 'href="/ho-so/diem-thieu/?han=7-ngay&amp;xep=-han"' in page
    form = {"version": gap.version, "text": "Đã nộp trang ký"}
    sent = producer.post(f"{gap.get_absolute_url()}tra-loi/?tu=han%3D7-ngay%26xep%3D-han", form)
    assert sent["Location"] == "/ho-so/diem-thieu/?han=7-ngay&xep=-han"
    straight = producer.post(f"{gap.get_absolute_url()}tra-loi/", {**form, "version": reread_gap(gap).version})
    assert straight["Location"] == dossier.get_absolute_url()
    elsewhere = producer.get(f"{gap.get_absolute_url()}?tu=https%3A%2F%2Fx.example%2F").content.decode()
    assert 'href="/ho-so/diem-thieu/?https%3A%2F%2Fx.example%2F="' in elsewhere  # words of a list, never an address


def test_the_list_of_gaps_asks_no_more_for_three(scene: Scene, django_assert_max_num_queries) -> None:
    dossier, _ = with_gap(scene, returned=False)
    client = scene.client("commune officer")
    client.get("/ho-so/diem-thieu/")
    with django_assert_max_num_queries(20) as one:
        client.get("/ho-so/diem-thieu/")
    pin = dossier.pins.select_related("evidence").get()
    for text in ("Hợp đồng thiếu phụ lục", "Giấy tờ mờ trang hai"):
        services.ask_gap(
            dossier=dossier, criterion=pin.criterion, evidence=pin.evidence, text=text,
            due_on=NOW.date() + timedelta(days=6), by=scene.person("commune officer"), now=NOW,
        )  # fmt: skip
    with django_assert_max_num_queries(20) as three:
        page = client.get("/ho-so/diem-thieu/").content.decode()
    assert "3 điểm thiếu đang mở" in page
    assert len(one.captured_queries) == len(three.captured_queries)


def test_the_list_of_gaps_is_downloaded_and_opened_from_the_dossiers(scene: Scene) -> None:
    with_gap(scene)
    producer = scene.client("producer")
    assert producer.get("/ho-so/diem-thieu/?tai=xlsx").content.startswith(b"PK")
    assert 'href="/ho-so/diem-thieu/"' in producer.get("/ho-so/").content.decode()
    assert WRONG.search(producer.get("/ho-so/diem-thieu/").content.decode()) is None
