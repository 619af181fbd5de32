"""From a product to the council's door through the pages alone, as without a script."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client

from ocop.dossiers.forms_data import fields_for
from ocop.dossiers.models import Dossier, Filing
from ocop.dossiers.rules import Step
from ocop.dossiers.services import open_window
from ocop.project.sample.answers import answers_for
from ocop.registry.models import EvidenceKind, Product
from ocop.scorecards.queries import card
from tests.factories import PLAN, reread

from .scene import PDF, Scene, file, once_in


def said(answer: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]  # type: ignore[attr-defined]


def fill(client: Client, dossier: Dossier, target: int = 72) -> None:
    """Forms and answers as a producer without script sends them."""
    address = dossier.get_absolute_url()
    blanks = {field.name: "Theo tài liệu của chủ thể" for field in fields_for("first") if field.required}
    sent = client.post(f"{address}bieu-mau/", {**blanks, "samples": "5", "version": reread(dossier).version})
    assert sent.status_code == 302
    for code, answer in answers_for(card(dossier.scorecard), target, stars=PLAN.stars, cases={}).items():
        word = {True: "co", False: "khong"}[answer] if isinstance(answer, bool) else answer
        sent = client.post(f"{address}tieu-chi/{code}/", {"answer": word, "explanation": "Theo minh chứng"})
        assert sent.status_code == 302, code


def test_a_producer_registers_a_product_and_files_its_dossier_page_by_page(scene: Scene) -> None:
    subject, client = scene.subject(), scene.client("producer")
    old = scene.product()
    sent = client.post(
        "/san-pham-cua-toi/them/",
        {
            "subject": subject.pk, "name": "Bánh trứng kiến (mẫu)", "product_set": old.product_set_id,
            "commune": old.commune_id, "specification": "Hộp 10 chiếc",
        },
    )  # fmt: skip
    product = Product.objects.get(name="Bánh trứng kiến (mẫu)")
    assert sent["Location"] == product.get_absolute_url()
    sent = client.post(f"/ho-so/lap/{product.code}/", {"kind": "first"})
    dossier = Dossier.objects.get(product=product)
    assert sent["Location"] == dossier.get_absolute_url()
    assert dossier.forms == {"specification": "Hộp 10 chiếc"}
    assert "Mẫu 01, 02: 4 mục chưa điền" in client.get(dossier.get_absolute_url()).content.decode()
    fill(client, dossier)
    kind = EvidenceKind.objects.get(code="business_registration")
    upload = {"tep-file": file("Giấy ĐKKD.pdf"), "tep-kind": kind.pk, "tep-number": "0012"}
    client.post(f"{dossier.get_absolute_url()}tieu-chi/1.1/tai-len/", upload)

    page = client.get(f"{dossier.get_absolute_url()}nop/").content.decode()
    assert "Nộp hồ sơ cho xã Chiêm Hóa?" in page
    form = {"version": reread(dossier).version, "once": once_in(page)}
    sent = client.post(f"{dossier.get_absolute_url()}nop/", form)
    dossier = reread(dossier)
    assert (dossier.step, dossier.number) == (Step.AT_COMMUNE, "HS-2026-0001")
    assert str(dossier.due_on) == "2026-09-29"  # 15 working days after Tuesday 8 September
    code = " ".join(dossier.code[i : i + 4] for i in range(0, 17, 4))
    assert said(sent)[-1] == f"Đã nộp lúc 09:41 ngày 08/09/2026. Số hồ sơ HS-2026-0001, mã tra cứu {code}."
    assert [row["sha256"] for row in Filing.objects.get().snapshot["files"]] == [
        dossier.pins.get().evidence.blob.sha256
    ]

    again = client.post(f"{dossier.get_absolute_url()}nop/", form)
    assert again.status_code == 409
    assert "Hồ sơ đang ở bước “Xã đang xem xét”." in again.content.decode()
    assert Filing.objects.count() == 1


def test_commune_and_province_carry_a_dossier_to_the_council(scene: Scene) -> None:
    dossier = scene.stage.filed().dossier
    address, officer = dossier.get_absolute_url(), scene.client("commune officer")
    three = {"material": "Nguyên liệu của xã", "labour": "Lao động của xã", "idea_origin": "Truyền thống"}
    assert officer.post(f"{address}mau-03/", {**three, "version": 0}).status_code == 302
    refused = officer.post(f"{address}de-nghi/", {"version": reread(dossier).version})
    assert refused.status_code == 422
    assert "Chưa đánh giá: 4. Bản sắc, trí tuệ địa phương." in refused.content.decode()
    assert reread(dossier).step == Step.AT_COMMUNE
    stale = officer.post(f"{address}mau-03/", {**three, "material": "Chữ vừa gõ", "version": 0})
    assert stale.status_code == 422
    assert "Người khác vừa cập nhật" in stale.content.decode()
    assert "Chữ vừa gõ" in stale.content.decode()
    officer.post(f"{address}mau-03/", {**three, "identity": "Kinh nghiệm của cộng đồng", "version": 1})
    officer.post(f"{address}de-nghi/", {"version": reread(dossier).version})
    assert reread(dossier).step == Step.AT_PROVINCE
    province = scene.client("province officer")
    assert "Kinh nghiệm của cộng đồng" in province.get(f"{address}toan-bo/").content.decode()
    sent = province.post(f"{address}tiep-nhan/", {"version": reread(dossier).version})
    assert said(sent)[-1] == "Đã tiếp nhận hồ sơ."
    assert reread(dossier).step == Step.READY_PROVINCE


def test_a_returned_dossier_shows_why_and_goes_back_to_who_returned_it(scene: Scene) -> None:
    dossier = scene.stage.proposed().dossier
    address, province, client = dossier.get_absolute_url(), scene.client("province officer"), scene.client("producer")
    short = province.post(f"{address}tra-lai/", {"version": dossier.version, "reason": "Thiếu"})
    assert short.status_code == 422
    assert "Lý do quá ngắn." in short.content.decode()
    province.post(f"{address}tra-lai/", {"version": dossier.version, "reason": "Phiếu kiểm nghiệm đã hết hạn"})
    page = client.get(address).content.decode()
    assert "Phiếu kiểm nghiệm đã hết hạn" in page
    assert "Nộp lại hồ sơ" in page
    assert "Nộp lại hồ sơ cho cơ quan tham mưu OCOP cấp tỉnh?" in client.get(f"{address}nop/").content.decode()
    client.post(f"{address}nop/", {"version": reread(dossier).version})
    assert reread(dossier).step == Step.AT_PROVINCE
    assert "Phiếu kiểm nghiệm đã hết hạn" in client.get(address).content.decode()  # stays in the timeline


def test_while_a_dossier_is_back_its_officers_see_what_was_filed(scene: Scene) -> None:
    dossier = scene.returned()
    address = f"{dossier.get_absolute_url()}tieu-chi/1.1/"
    producer, officer = scene.client("producer"), scene.client("commune officer")
    producer.post(address, {"answer": "0", "explanation": "Bản đang sửa"})
    kind = EvidenceKind.objects.get(code="story")
    producer.post(f"{address}tai-len/", {"tep-file": file("moi.pdf", PDF + b"%%EOF"), "tep-kind": kind.pk})
    new = dossier.pins.order_by("-pk")[0].evidence_id
    assert "Bản đang sửa" in producer.get(address).content.decode()
    shown = officer.get(address).content.decode()
    assert "Bản đang sửa" not in shown
    assert "Theo minh chứng kèm theo" in shown
    assert officer.get(f"{dossier.get_absolute_url()}giay-to/{new}/").status_code == 404
    assert producer.get(f"{dossier.get_absolute_url()}giay-to/{new}/").status_code == 200


def test_an_unfinished_draft_is_not_filed_and_says_what_misses(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    refused = client.post(f"{dossier.get_absolute_url()}nop/", {"version": dossier.version})
    assert refused.status_code == 422
    assert "Còn trống: Mô tả về quy cách sản phẩm, tiêu chuẩn" in refused.content.decode()
    page = client.get(dossier.get_absolute_url()).content.decode()
    assert "Mẫu 01, 02: 5 mục chưa điền" in page
    assert "Mục 1. Tổ chức sản xuất: 7 tiêu chí chưa tự chấm" in page
    assert reread(dossier).filed_on is None


def test_a_dossier_is_withdrawn_with_a_reason(scene: Scene) -> None:
    dossier, client = scene.stage.filed().dossier, scene.client("producer")
    address = f"{dossier.get_absolute_url()}rut/"
    assert client.post(address, {"version": dossier.version, "reason": ""}).status_code == 422
    assert client.post(address, {"version": dossier.version, "reason": "Đổi quy cách sản phẩm"}).status_code == 302
    assert reread(dossier).step == Step.WITHDRAWN


def test_of_two_moves_at_once_the_second_is_told(scene: Scene) -> None:
    dossier = scene.stage.proposed().dossier
    first, second = scene.client("province officer"), scene.client("province officer")
    address, version = dossier.get_absolute_url(), dossier.version
    first.post(f"{address}tiep-nhan/", {"version": version})
    late = second.post(f"{address}tra-lai/", {"version": version, "reason": "Thiếu trang ký của hợp đồng"})
    assert late.status_code == 409
    assert "Chờ hội đồng cấp tỉnh" in late.content.decode()
    assert reread(dossier).step == Step.READY_PROVINCE


@pytest.mark.parametrize(
    ("valid_until", "kinds"),
    [
        (None, {"first"}),  # never recognised
        (date(2026, 5, 21), {"first"}),  # lapsed before the decree
        (date(2026, 9, 7), {"first", "re_evaluation"}),  # lapsed yesterday: could not meet its window, art. 12.3
        (date(2026, 9, 8), {"upgrade", "re_evaluation"}),  # its last day, the same
        (date(2026, 9, 19), {"upgrade"}),  # the first end that could meet the window of art. 7(6)a, now over
        (date(2027, 1, 5), {"upgrade"}),  # the window closed on Monday 7/9/2026, 120 days before the end
        (date(2027, 1, 6), {"upgrade", "re_evaluation"}),  # it closes today
        (date(2028, 1, 6), {"upgrade", "re_evaluation"}),  # may be prepared before the window opens
    ],
)
def test_only_kinds_that_fit_the_recognition_can_be_opened(
    scene: Scene, valid_until: date | None, kinds: set[str]
) -> None:
    product = scene.product()
    if valid_until:
        open_window(product=product, valid_until=valid_until, based_on="QĐ 01/QĐ-UBND")
    client, address = scene.client("producer"), f"/ho-so/lap/{product.code}/"
    page = client.get(address).content.decode()
    assert {kind for kind in ("first", "upgrade", "re_evaluation") if f'value="{kind}"' in page} == kinds
    for kind in {"first", "upgrade", "re_evaluation"} - kinds:
        refused = client.post(address, {"kind": kind})
        assert refused.status_code == 422
        assert "không hợp với giấy chứng nhận" in refused.content.decode()
    assert not Dossier.objects.exists()


@pytest.mark.parametrize(("valid_until", "taken"), [(date(2027, 1, 6), True), (date(2027, 1, 5), False)])
def test_a_reevaluation_is_filed_on_the_last_day_of_its_window_and_not_a_day_after(
    scene: Scene, valid_until: date, taken: bool
) -> None:
    """Today, 08/09/2026, is 120 days before 06/01/2027; the window before closed yesterday."""
    open_window(product=scene.stage.walk.product(PLAN), valid_until=valid_until, based_on="QĐ 01/QĐ-UBND")
    dossier = scene.stage.draft(dossier_kind="re_evaluation", filed_on=date(2026, 9, 7))
    client, address = scene.client("producer"), f"{dossier.get_absolute_url()}nop/"
    answer = client.post(address, {"version": dossier.version, "once": once_in(client.get(address).content.decode())})
    if taken:
        assert answer.status_code == 302
        assert reread(dossier).step == Step.AT_COMMUNE
    else:
        page = answer.content.decode()
        assert answer.status_code in (409, 422)
        assert "không sớm hơn 180 ngày, không muộn hơn 120 ngày trước khi hết hạn" in page
        assert "từ 09/07/2026 đến 07/09/2026" in page
        assert reread(dossier).step == Step.DRAFT


def test_a_product_has_one_open_dossier(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    refused = client.post(f"/ho-so/lap/{dossier.product.code}/", {"kind": "first"})
    assert refused.status_code == 422
    assert "đã có hồ sơ đang mở" in refused.content.decode()


def test_nobody_opens_a_dossier_for_the_product_of_another(scene: Scene) -> None:
    product = scene.product()
    address = f"/ho-so/lap/{product.code}/"
    assert scene.client("producer").get(address).status_code == 200
    for who in ("other producer", "commune officer", "province officer"):
        assert scene.client(who).get(address).status_code == 404
        assert scene.client(who).post(address, {"kind": "first"}).status_code == 404
    assert not Dossier.objects.exists()


def test_a_script_saves_forms_in_the_background_and_learns_the_next_version(scene: Scene) -> None:
    dossier, client = scene.draft(), scene.client("producer")
    address = f"{dossier.get_absolute_url()}bieu-mau/"
    sent = client.post(address, {"history": "Lập năm 2019", "version": 0}, headers={"accept": "application/json"})
    assert json.loads(sent.content) == {"saved": "09:41:00", "version": 1}
    stale = client.post(address, {"history": "Khác", "version": 0}, headers={"accept": "application/json"})
    assert stale.status_code == 409
    assert json.loads(stale.content)["why"] == "Người khác vừa cập nhật mục này."
    assert reread(dossier).forms["history"] == "Lập năm 2019"
