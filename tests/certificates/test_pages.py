"""The pages: what waits, entering a decision, issuing, one certificate, revoking; for whom they are."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ocop.certificates import services
from ocop.certificates.models import Approval, Certificate, Recognition
from ocop.documents.models import Document
from ocop.dossiers.rules import Step
from ocop.kernel import jobs
from ocop.kernel.text import fold
from ocop.project.sample.walk import at
from tests.factories import reread

from .conftest import DECIDED
from .test_deciding import answer, approve, potential, recognise
from .test_issuing import issue


def page(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return response.content.decode()


def once_of(html: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', html)
    assert found
    return found[1]


def decide_path(walked, act="cong-nhan") -> str:
    return f"/quyet-dinh/phien/{walked.conclusion.item.session.code}/{act}/"


FORM = {"number": "901/QĐ-UBND", "day": "12/10/2026"}


# what waits


def test_the_list_groups_what_waits_by_session_and_result(stage, visit):
    good = stage.concluded()
    low = stage.concluded(name="Kẹo lạc (mẫu)", target=44, stars=2)
    five = potential(stage)
    html = page(visit(stage.world.officers[0]), "/quyet-dinh/")
    for walked, act, words, button in (
        (good, "cong-nhan", "1 sản phẩm đề nghị công nhận", "Nhập quyết định công nhận"),
        (low, "thong-bao", "1 sản phẩm không được công nhận", "Thông báo kết quả"),
        (five, "phe-duyet", "1 sản phẩm tiềm năng 5 sao", "Nhập quyết định phê duyệt"),
    ):
        assert decide_path(walked, act) in html
        assert html.count(words) == html.count(button) == 1
    assert "Chưa có quyết định." in html


def test_fixed_addresses_send_a_stranger_to_sign_in_and_a_producer_finds_no_decisions(stage, visit):
    for path in ("/quyet-dinh/", "/chung-nhan/"):
        response = visit(None).get(path)
        assert (response.status_code, response.url.split("?")[0]) == (302, "/dang-nhap/")
    page(visit(stage.world.producers[0]), "/quyet-dinh/", status=404)


def test_pages_of_one_thing_answer_404_to_strangers_and_other_roles(stage, visit):
    walked = stage.concluded()
    [made] = recognise(stage, walked.conclusion)
    paths = [
        decide_path(walked),
        made.get_absolute_url(),
        f"{made.get_absolute_url()}thu-hoi/",
        f"{made.get_absolute_url()}giay.pdf",
        f"/quyet-dinh/{made.decision_id}/",
        f"/quyet-dinh/{made.decision_id}/van-ban/quyet-dinh.pdf",
    ]
    for user in (None, stage.world.producers[1]):
        client = visit(user)
        for path in paths:
            page(client, path, status=404)
    page(visit(stage.world.secretaries[0]), f"{made.get_absolute_url()}thu-hoi/", status=404)


def test_a_reader_without_the_right_sees_the_products_and_no_form(stage, visit):
    walked = stage.concluded()
    html = page(visit(stage.world.secretaries[0]), decide_path(walked))
    assert "Bánh khảo (mẫu)" in html
    assert "Ghi quyết định công nhận" not in html
    assert "Ghi quyết định công nhận" in page(visit(stage.world.officers[0]), decide_path(walked))


# entering a decision


def test_the_officer_enters_number_and_day_for_the_ticked_products(stage, visit):
    first, second = stage.concluded(), stage.concluded(name="Bánh gai (mẫu)")
    client = visit(stage.world.officers[0])
    page(client, decide_path(first))
    response = client.post(decide_path(first), {**FORM, "chosen": [first.conclusion.pk]})
    [made] = Recognition.objects.all()
    assert (response.status_code, response.url) == (302, f"/quyet-dinh/{made.decision_id}/")
    html = page(client, response.url)
    assert "Đã ghi Quyết định 901/QĐ-UBND ngày 12/10/2026 cho 1 sản phẩm." in html
    assert made.get_absolute_url() in html
    assert reread(second.dossier).step == Step.CONCLUDED_PROVINCE
    assert decide_path(second) in page(client, "/quyet-dinh/")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"number": ""}, "Hãy nhập số, ký hiệu quyết định."),
        ({"number": "901"}, "không đúng thể thức"),
        ({"day": "30/02/2026"}, "Ngày 30/02/2026 không có thật."),
        ({"day": "13/10/2026"}, "chưa tới"),
        ({"day": "30/09/2026"}, "trước ngày hội đồng kết luận"),
        ({"chosen": []}, "Hãy chọn ít nhất một sản phẩm."),
        ({"chosen": ["999999"]}, "999999"),
    ],
)
def test_a_wrong_entry_keeps_what_was_typed_and_writes_nothing(stage, visit, change, sentence):
    walked = stage.concluded()
    client = visit(stage.world.officers[0])
    sent = {**FORM, "chosen": [walked.conclusion.pk], **change}
    response = client.post(decide_path(walked), sent)
    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in html
    assert f'value="{sent["number"]}"' in html or not sent["number"]
    assert not Recognition.objects.exists()


def test_the_same_form_sent_again_does_no_harm(stage, visit):
    walked = stage.concluded()
    client = visit(stage.world.officers[0])
    sent = {**FORM, "chosen": [walked.conclusion.pk], "once": once_of(page(client, decide_path(walked)))}
    client.post(decide_path(walked), sent)
    response = client.post(decide_path(walked), sent)
    assert (response.status_code, response.url) == (302, "/quyet-dinh/")
    assert "Các kết luận này đã được xử lý." in page(client, "/quyet-dinh/")
    assert Recognition.objects.count() == 1


def test_an_officer_of_another_level_cannot_post(stage, visit):
    walked = stage.concluded()
    client = visit(stage.world.secretaries[0])
    response = client.post(decide_path(walked), {**FORM, "chosen": [walked.conclusion.pk]})
    assert response.status_code == 404
    assert not Recognition.objects.exists()


def test_results_without_decision_are_announced(stage, visit):
    low = stage.concluded(name="Kẹo lạc (mẫu)", target=44, stars=2)
    client = visit(stage.world.officers[0])
    assert "chưa đạt" in page(client, decide_path(low, "thong-bao")).lower()
    client.post(decide_path(low, "thong-bao"), {"chosen": [low.conclusion.pk]})
    assert reread(low.dossier).step == Step.BELOW_3


def test_potential_5_is_approved_and_the_answer_recorded(stage, visit):
    five = potential(stage)
    client = visit(stage.world.officers[0], date(2026, 11, 24))
    client.post(decide_path(five, "phe-duyet"), {**FORM, "chosen": [five.conclusion.pk]})
    approval = Approval.objects.get()
    path = f"/quyet-dinh/bo/{approval.pk}/"
    assert path in page(client, "/quyet-dinh/")
    assert "Công văn trình Bộ (Word)" in page(client, f"/quyet-dinh/{approval.decision_id}/")
    assert path in page(client, f"/quyet-dinh/{approval.decision_id}/")
    reader = visit(stage.world.secretaries[0], date(2026, 11, 24))
    for read in ("/quyet-dinh/", f"/quyet-dinh/{approval.decision_id}/"):
        html = page(reader, read)
        assert "Chờ Bộ đánh giá" in html
        assert path not in html, "a link that would end on an absent page"
    page(client, path)
    wrong = client.post(path, {"result": "5", "number": "77/QĐ-BNNMT", "day": "25/11/2026"})
    assert wrong.status_code == 422
    response = client.post(path, {"result": "5", "number": "77/QĐ-BNNMT", "day": "20/11/2026"})
    [made] = Recognition.objects.all()
    assert (response.url, made.stars, made.level) == (made.get_absolute_url(), 5, "ministry")
    assert "Cấp giấy chứng nhận" not in page(visit(stage.world.officers[1], date(2026, 11, 24)), response.url)
    assert client.get(path).status_code == 302


@pytest.mark.parametrize(("result", "stars"), [("4", 4), ("lai", None)])
def test_under_90_at_the_ministry_the_officer_chooses_what_the_province_does(stage, visit, result, stars):
    [approval] = approve(stage, potential(stage).conclusion)
    client = visit(stage.world.officers[0], date(2026, 11, 24))
    client.post(f"/quyet-dinh/bo/{approval.pk}/", {"result": result, "number": "950/QĐ-UBND", "day": "20/11/2026"})
    assert list(Recognition.objects.values_list("stars", flat=True)) == ([stars] if stars else [])
    step = Step.RECOGNISED if stars else Step.READY_PROVINCE
    assert reread(approval.conclusion.dossier).step == step


# issuing


def test_the_second_officer_issues_what_is_ticked_and_the_first_only_sees_it(stage, visit):
    first, second = recognise(stage, stage.concluded().conclusion, stage.concluded(name="Bánh gai (mẫu)").conclusion)
    own = page(visit(stage.world.officers[0]), "/chung-nhan/")
    assert "2 giấy chứng nhận theo quyết định bạn đã nhập" in own
    assert "Cấp giấy chứng nhận đã chọn" not in own
    client = visit(stage.world.officers[1])
    assert "2 giấy chứng nhận chờ cấp" in page(client, "/chung-nhan/")
    response = client.post("/chung-nhan/cap/", {"chosen": [first.pk, second.pk]})
    assert response.url == "/chung-nhan/"
    assert Certificate.objects.count() == 2
    again = client.post("/chung-nhan/cap/", {"chosen": [first.pk, second.pk]})
    assert again.status_code == 302
    assert Certificate.objects.count() == 2


def test_the_person_who_entered_the_decision_is_refused_with_the_reason(stage, visit):
    [made] = recognise(stage, stage.concluded().conclusion)
    client = visit(stage.world.officers[0])
    headers = {"referer": "http://testserver/chung-nhan/"}
    response = client.post("/chung-nhan/cap/", {"chosen": [made.pk]}, headers=headers)
    assert response.status_code == 303
    assert "Người nhập quyết định không tự cấp giấy chứng nhận." in page(client, "/chung-nhan/")
    assert not Certificate.objects.exists()


def test_the_page_says_that_the_print_waits_and_then_hands_it_out(stage, visit):
    [made] = recognise(stage, stage.concluded().conclusion)
    issue(stage, made)
    client = visit(stage.world.producers[0])  # the subject reads his own
    html = page(client, made.get_absolute_url())
    assert "Đang chờ in giấy chứng nhận số 0001/GCN-OCOP-2026." in html
    page(client, f"{made.get_absolute_url()}giay.pdf", status=404)
    jobs.run_due(lambda: at(DECIDED, 15))
    assert "Tải giấy chứng nhận (PDF)" in page(client, made.get_absolute_url())
    response = client.get(f"{made.get_absolute_url()}giay.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def test_one_certificate_shows_validity_decision_code_and_events(stage, visit):
    [made] = recognise(stage, stage.concluded().conclusion)
    issue(stage, made)
    html = page(visit(stage.world.officers[0]), made.get_absolute_url())
    for word in (
        "Còn hiệu lực",
        "12/10/2029",
        "901/QĐ-UBND",
        "0001/GCN-OCOP-2026",
        f"/c/{made.code}",
        "Công nhận",
        "4 sao",
        "Cấp giấy chứng nhận",
        "08-02287-01-2026",
        'aria-label="Mã QR"',
    ):
        assert word in html
    assert " style=" not in html


# the list


def test_the_list_finds_without_accents_and_filters(stage, visit):
    [cake] = recognise(stage, stage.concluded().conclusion)
    [sweet] = recognise(
        stage, stage.concluded(name="Kẹo dồi (mẫu)", target=60, stars=3).conclusion, number="902/QĐ-UBND"
    )
    client = visit(stage.world.officers[0])
    for query, found in [
        ("", {cake, sweet}),
        ("?q=banh+khao", {cake}),
        ("?q=902", {sweet}),
        (f"?q={cake.code}", {cake}),
        ("?sao=3", {sweet}),
        ("?trang-thai=con-hieu-luc", {cake, sweet}),
        ("?trang-thai=het-hieu-luc", set()),
        (f"?xa={cake.product.commune_id}", {cake, sweet}),
        ("?q=khong+co", set()),
    ]:
        html = page(client, f"/chung-nhan/{query}")
        assert {one for one in (cake, sweet) if f'href="{one.get_absolute_url()}"' in html} == found, query


def test_the_list_is_a_file_with_the_same_rows(stage, visit):
    recognise(stage, stage.concluded().conclusion)
    response = visit(stage.world.officers[0]).get("/chung-nhan/?tai=xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).active.values)
    assert rows[0][0] == "Sản phẩm"
    assert rows[1][0] == "Bánh khảo (mẫu)"
    assert rows[1][3] == 4
    assert rows[1][7] == "còn hiệu lực"


@pytest.mark.parametrize("path", ["/chung-nhan/", "/quyet-dinh/"])
def test_the_lists_ask_the_database_as_often_for_three_rows_as_for_one(stage, visit, path):
    def queries() -> int:
        client = visit(stage.world.officers[0])
        with CaptureQueriesContext(
            connection,
        ) as seen:
            page(client, path)
        return len(seen)

    recognise(stage, stage.concluded().conclusion)
    stage.concluded(name="A (mẫu)")
    one = queries()
    assert one <= 12  # architecture.md, Budgets
    for number in (2, 3):
        found = stage.concluded(name=f"Bánh {number} (mẫu)")
        recognise(stage, found.conclusion, number=f"{910 + number}/QĐ-UBND")
        stage.concluded(name=f"A{number} (mẫu)")
    assert queries() == one


# revoking


def test_the_revocation_page_names_the_certificate_and_what_follows(stage, visit):
    [made] = recognise(stage, stage.concluded().conclusion)
    issue(stage, made)
    html = page(visit(stage.world.officers[0]), f"{made.get_absolute_url()}thu-hoi/")
    assert "Thu hồi giấy chứng nhận số 0001/GCN-OCOP-2026?" in html
    assert "Trang công khai đổi ngay. Ghi rõ lý do và số quyết định." in html


def test_a_revocation_needs_its_ground_reason_and_decision(stage, visit):
    [made] = recognise(stage, stage.concluded().conclusion)
    day = DECIDED + timedelta(days=30)
    client = visit(stage.world.officers[0], day)
    path = f"{made.get_absolute_url()}thu-hoi/"
    sent = {
        "ground": "d",
        "reason": "Dùng nhãn hiệu OCOP cho sản phẩm khác",
        "organ": stage.world.province.pk,
        "number": "960/QĐ-UBND",
        "day": "10/11/2026",
    }
    for missing in ("ground", "reason", "number", "day"):
        response = client.post(path, {**sent, missing: ""})
        assert response.status_code == 422, missing
        assert "Chưa gửi được. Hãy sửa:" in response.content.decode()
    assert not Recognition.objects.exclude(ended_on=None).exists()
    response = client.post(path, sent)
    assert response.url == made.get_absolute_url()
    html = page(client, response.url)
    assert "Đã thu hồi" in html
    assert "Sử dụng nhãn hiệu OCOP không đúng quy định: Dùng nhãn hiệu OCOP cho sản phẩm khác" in html
    assert "Hạng cũ: 4 sao" in html
    assert client.get(path).status_code == 302  # a second browser is told that it is done
    made.refresh_from_db()
    assert "Bánh khảo (mẫu)" in page(client, f"/quyet-dinh/{made.end_decision_id}/")


def test_a_decision_and_a_revocation_ask_for_the_password_ten_minutes_after_signing_in(stage, visit):
    walked, user = stage.concluded(), stage.world.officers[0]
    user.set_password("suối reo đầu núi")
    user.save(update_fields=["password"])
    officer = visit(user)
    decide = decide_path(walked)
    page(officer, decide)
    session = officer.session
    session["ocop_began"] = at(DECIDED, 9, 50).isoformat()
    session.save()
    asked = f"/tai-khoan/xac-nhan/?next={decide}"
    assert officer.get(decide)["Location"] == asked
    answer = officer.post(decide, {"chosen": walked.conclusion.pk, "number": "900/QĐ-UBND", "day": "12/10/2026"})
    assert answer.status_code == 422
    assert '<input type="hidden" name="number" value="900/QĐ-UBND">' in answer.content.decode()
    assert not Document.objects.filter(number="900/QĐ-UBND").exists()
    assert "Xác nhận là bạn" in officer.post("/chung-nhan/cap/", {"chosen": 1}).content.decode()
    assert officer.get("/chung-nhan/CHUACO/thu-hoi/")["Location"].startswith("/tai-khoan/xac-nhan/")


def test_five_stars_are_revoked_in_the_ministry_s_name(stage, visit):
    [approval] = approve(stage, potential(stage).conclusion)
    made = answer(stage, approval, 5)
    client = visit(stage.world.officers[0], date(2026, 11, 24))
    path = f"{made.get_absolute_url()}thu-hoi/"
    assert "Bộ Nông nghiệp và Môi trường" in page(client, path)
    client.post(
        path,
        {
            "ground": "c",
            "reason": "Vi phạm an toàn thực phẩm",
            "organ": "",
            "number": "88/QĐ-BNNMT",
            "day": "24/11/2026",
        },
    )
    made.refresh_from_db()
    assert (made.end_kind, made.end_decision.organ) == ("revoked", None)


@pytest.mark.parametrize(("stars", "words"), [(4, "Hạng cũ: 4 sao"), (None, "Nguồn không nêu hạng")])
def test_an_unknown_day_is_said_and_no_validity_shown(stage, visit, stars, words):
    product = stage.concluded().dossier.product
    made = services.record_recognition(
        product=product,
        stars=stars,
        level="province",
        organ_name="UBND tỉnh",
        number="",
        decided_on=None,
        year=2021,
        source="Báo Tuyên Quang",
        by=stage.world.officers[0],
        now=at(DECIDED),
    )
    html = page(visit(stage.world.officers[0]), made.get_absolute_url())
    assert "Từng được công nhận năm 2021. Chưa rõ ngày cấp" in html
    assert words in html
    assert words in page(visit(stage.world.officers[0]), "/chung-nhan/")
    assert "Thu hồi" not in html
    assert fold("Báo Tuyên Quang") in fold(html)
