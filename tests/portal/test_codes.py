"""The page behind a code: status first, spellings, unknown and misspelt codes, guessing, where a dossier is."""

from __future__ import annotations

import re
from datetime import date

import pytest

from ocop.certificates.services import revoke
from ocop.dossiers.services import return_dossier
from ocop.kernel import codes
from ocop.portal.limits import FAILED_CODES
from ocop.project.sample.walk import at

from .conftest import commune, recognised


def wrong(code: str) -> str:
    """The code with its last character changed: the check finds it."""
    return code[:-1] + ("0" if code[-1] != "0" else "1")


@pytest.mark.parametrize(
    ("moment", "title"),
    [
        ("2026-01-14 16:59:59", "Chưa có hiệu lực"),
        ("2026-01-14 17:00:00", "Còn hiệu lực"),  # 00:00 of the 15th in Vietnam
        ("2028-10-17 16:59:59", "Còn hiệu lực"),
        ("2028-10-17 17:00:00", "Sắp hết hạn: còn 89 ngày"),
        ("2029-01-15 16:59:59", "Sắp hết hạn: hôm nay là ngày cuối"),
        ("2029-01-15 17:00:00", "Hết hiệu lực"),
    ],
)
def test_the_status_stands_first_and_changes_with_the_vietnamese_day(page, today, moment, title):
    found = recognised("Chè Shan (mẫu)", since=date(2026, 1, 15))
    today.move_to(moment)
    text = page(f"/c/{found.code}")
    assert re.findall(r"<h1>([^<]*)</h1>", text) == [title]
    assert text.index(title) < text.index("Chè Shan (mẫu)</h2>")


def test_the_page_tells_decision_days_and_producer(page):
    found = recognised("Chè Shan (mẫu)", place=commune("02287"))
    text = page(f"/c/{found.code}")
    for words in ("321/QĐ-UBND", "15/01/2026 đến 15/01/2029", "Hợp tác xã Nà Ráo (mẫu)", "Xã Chiêm Hóa", "4 sao"):
        assert words in text
    assert codes.grouped(found.code) in text
    assert "không chứng minh hàng trong bao bì" in text
    assert "ocop.example.vn" in text


def test_without_a_day_of_issue_the_page_never_says_valid(page):
    found = recognised("Cá lăng (mẫu)", since=None, year=2021, source="Báo tỉnh (bao.example); dòng TQ001", decision="")
    text = page(f"/c/{found.code}")
    assert "<h1>Từng được công nhận</h1>" in text
    assert "còn hiệu lực đến" not in text.lower()
    assert "chưa rõ số, chưa rõ ngày" in text
    assert "Báo tỉnh (bao.example); dòng TQ001" in text
    assert "Hạng cũ: 4 sao" in text
    assert "Chưa rõ ngày cấp nên không tính là còn hiệu lực." in text


def test_a_replaced_recognition_leads_to_the_one_in_force(page):
    old = recognised("Chè Shan (mẫu)", since=date(2024, 5, 1), stars=3)
    new = recognised("", product=old.product, since=date(2026, 5, 1), stars=4)
    text = page(f"/c/{old.code}")
    assert "<h1>Hết hiệu lực</h1>" in text
    assert f'href="/c/{new.code}"' in text
    assert f'href="/c/{old.code}"' not in page(f"/c/{new.code}")


@pytest.mark.parametrize("door", ["c", "p"])
def test_other_spellings_go_to_the_plain_one_for_good(client, door):
    found = recognised("Chè Shan (mẫu)")
    code = found.code if door == "c" else found.product.code
    lower = code.lower().replace("0", "o").replace("1", "l")
    for spelling in (lower, "-".join([code[:4], code[4:]]), f"{code[:4]}%20{code[4:]}", f"{code}/"):
        if spelling == code:
            continue
        answer = client.get(f"/{door}/{spelling}?nguon=tem")
        assert (answer.status_code, answer["Location"]) == (308, f"/{door}/{code}?nguon=tem")
    assert client.get(f"/{door}/{code}").status_code == 200


@pytest.mark.parametrize("door", ["c", "p", "r"])
def test_a_misspelt_code_is_400_and_an_unknown_one_404(client, door):
    unknown = codes.new(codes.SHORT if door == "p" else codes.LONG)
    misspelt, missing = client.get(f"/{door}/{wrong(unknown)}"), client.get(f"/{door}/{unknown}")
    assert (misspelt.status_code, missing.status_code) == (400, 404)
    assert "<h1>Mã này sai</h1>" in misspelt.content.decode()
    assert "<h1>Không tìm thấy mã này</h1>" in missing.content.decode()
    assert missing["Cache-Control"] == "no-store"


@pytest.mark.parametrize("bad", ["UUUUUUUUUUUUUUUUU", "0", "Đ" * 17, "0" * 16, "%3Cb%3E", "a/b", "0" * 300])
def test_nonsense_is_400_and_shown_as_text(client, bad):
    answer = client.get(f"/c/{bad}")
    assert answer.status_code == 400
    assert "<b>" not in answer.content.decode()


def test_the_package_page_shows_the_current_recognition(page):
    old = recognised("Chè Shan (mẫu)", since=date(2024, 5, 1), stars=3)
    recognised("", product=old.product, since=date(2026, 5, 1), stars=4)
    text = page(f"/p/{old.product.code}")
    assert "<h1>Còn hiệu lực</h1>" in text
    assert "01/05/2026 đến 01/05/2029" in text


def test_a_product_without_recognition_has_no_package_page(stage, client):
    walked = stage.filed()
    assert client.get(f"/p/{walked.dossier.product.code}").status_code == 404


def test_guessing_codes_is_stopped_after_thirty_for_ten_minutes(client, today):
    found = recognised("Chè Shan (mẫu)")
    for _ in range(FAILED_CODES.most):
        assert client.get(f"/c/{codes.new(codes.LONG)}").status_code == 404
    answer = client.get(f"/c/{found.code}")
    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assert "Hãy thử lại sau 10 phút." in answer.content.decode()
    assert client.get("/kiem-tra/?ma=abc").status_code == 429
    assert client.get(f"/c/{found.code}", REMOTE_ADDR="198.51.100.7").status_code == 200
    today.move_to("2026-11-24 03:10:00")
    assert client.get(f"/c/{found.code}").status_code == 200


def test_good_look_ups_do_not_count(client):
    found = recognised("Chè Shan (mẫu)")
    for _ in range(FAILED_CODES.most + 1):
        assert client.get(f"/c/{found.code}").status_code == 200


# --- the form


def test_the_form_leads_to_the_page_of_the_code(client):
    found = recognised("Chè Shan (mẫu)")
    for typed in (found.code, codes.grouped(found.code).lower(), f"https://ocop.example.vn/c/{found.code}#abc"):
        answer = client.get("/kiem-tra/", {"ma": typed})
        assert (answer.status_code, answer["Location"]) == (302, f"/c/{found.code}")
    assert client.get("/kiem-tra/", {"ma": found.product.code})["Location"] == f"/p/{found.product.code}"


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(client):
    answer = client.get("/kiem-tra/", {"ma": "8938501234568"})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="8938501234568"' in text
    assert "Đây là số mã vạch." in text
    assert 'aria-describedby="ma-goi-y ma-loi"' in text
    assert "mã tra cứu 17 ký tự" in client.get("/kiem-tra/", {"ma": "HS-2026-0187"}).content.decode()


def test_the_form_says_what_a_check_proves(page):
    text = page("/kiem-tra/")
    for words in ("Kết quả chứng minh điều gì", "Không chứng minh hàng trong bao bì", "Đã thu hồi", "Tạm đình chỉ"):
        assert words in text


# --- where is my dossier


def test_a_dossier_code_tells_step_holder_since_and_due_day_alone(stage, client, today):
    walked = stage.filed()
    dossier = walked.dossier
    today.move_to("2026-09-02 03:00:00")
    answer = client.get(f"/r/{dossier.code}")
    text = answer.content.decode()
    assert "<h1>Xã đang xem xét</h1>" in text
    assert "Ủy ban nhân dân cấp xã" in text
    assert "01/09/2026" in text
    assert dossier.due_on is not None
    assert f"{dossier.due_on:%d/%m/%Y}" in text
    for secret in (dossier.number, dossier.product.name, dossier.subject.name, dossier.commune.name):
        assert secret not in text
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")


def test_a_receipt_shows_the_days_left_late_or_standing_still_and_the_seal(stage, page, today):
    """Filed 1/9/2026: 15 working days end on Wednesday 23/9; 1 and 2 September are off."""
    dossier = stage.filed().dossier
    today.move_to("2026-09-08 03:00:00")
    text = " ".join(page(f"/r/{dossier.code}").split())
    assert "Còn lại</dt><dd><strong> 11 ngày làm việc" in text
    assert "Hết ngày 23/09/2026, 15 ngày làm việc của xã" in text
    assert "Lần 1</dt><dd>09:00 ngày 01/09/2026" in text
    for stop in ("Chủ thể nộp", "Xã đánh giá", "Tỉnh kiểm tra", "Hội đồng cấp tỉnh chấm"):
        assert f"<p>{stop}</p>" in text
    root = dossier.filings.get().root
    assert " ".join(root[i : i + 4] for i in range(0, 64, 4)) in text
    today.move_to("2026-09-23 16:59:00")  # 23:59 in Vietnam
    assert " 0 ngày làm việc" in " ".join(page(f"/r/{dossier.code}").split())
    today.move_to("2026-09-23 17:01:00")
    assert "Quá hạn</span> muộn 1 ngày làm việc" in " ".join(page(f"/r/{dossier.code}").split())
    officer = stage.world.communes["02287"].officers[0]
    return_dossier(
        dossier=dossier,
        version=dossier.version,
        reason="Thiếu phiếu kiểm nghiệm",
        by=officer,
        now=at(date(2026, 9, 10)),
    )
    today.move_to("2026-09-11 03:00:00")
    text = " ".join(page(f"/r/{dossier.code}").split())
    assert "Đang dừng</span> còn 9 ngày làm việc khi chủ thể nộp lại" in text
    assert "Nếu không dừng</dt><dd>Hết ngày 23/09/2026" in text
    assert "Chủ thể đang giữ, từ ngày 10/09/2026" in text


def test_a_dossier_page_is_new_after_each_move(stage, client, page):
    walked = stage.filed()
    assert "<h1>Xã đang xem xét</h1>" in page(f"/r/{walked.dossier.code}")
    stage.walk.assess(walked, date(2026, 9, 8))
    assert "<h1>Tỉnh đang kiểm tra</h1>" in page(f"/r/{walked.dossier.code}")


def test_a_number_of_a_dossier_and_a_draft_tell_nothing(stage, client):
    filed = stage.filed().dossier
    assert client.get(f"/r/{filed.number}").status_code == 400
    assert client.get(f"/r/{filed.number.replace('-', '')}").status_code == 400
    type(filed).objects.filter(pk=filed.pk).update(step="draft", number=None, filed_on=None)
    assert client.get(f"/r/{filed.code}").status_code == 404


def test_the_form_knows_a_receipt(stage, client):
    dossier = stage.filed().dossier
    assert client.get("/kiem-tra/", {"ma": dossier.code})["Location"] == f"/r/{dossier.code}"
    assert client.get(f"/c/{dossier.code}").status_code == 404


def test_a_concluded_dossier_tells_no_points_and_no_stars(stage, page):
    walked = stage.concluded()
    text = page(f"/r/{walked.dossier.code}")
    assert "<h1>Hội đồng cấp tỉnh đã kết luận</h1>" in text
    assert not re.search(r"\d điểm|\d sao", text)


# --- revocation


def test_a_revocation_is_public_at_once_with_its_reason(stage, client, page, today):
    walked = stage.concluded()
    stage.walk.decide([walked], date(2026, 10, 15))
    found = walked.dossier.product.recognitions.get()
    today.move_to("2026-11-24 03:00:00")
    assert "<h1>Còn hiệu lực</h1>" in page(f"/c/{found.code}")
    day = date(2026, 11, 24)
    revoke(
        recognition=found, organ=stage.world.province_on(day), number="988/QĐ-UBND", day=day, ground="c",
        reason="Không khắc phục sai phạm về ghi nhãn.", by=stage.world.officers[0], now=at(day),
    )  # fmt: skip
    text = page(f"/c/{found.code}")
    assert "<h1>Đã thu hồi</h1>" in text
    assert "Không khắc phục sai phạm về ghi nhãn" in text
    assert "988/QĐ-UBND" in text
    assert "Hạng cũ: 4 sao" in text
