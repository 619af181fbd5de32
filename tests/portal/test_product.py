"""The page of one product, its photo, and what every public page keeps to."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime

import pytest
from PIL import Image

from ocop.accounts.models import User
from ocop.kernel import files
from ocop.kernel.audit import SYSTEM
from ocop.registry.models import Product
from ocop.registry.services import add_member, change_product, change_subject, set_photo

from .conftest import PERSONAL, commune, product_named, recognised

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
def tea() -> Product:
    old = commune("02287", date(2021, 7, 1))
    found = recognised("Chè Shan tuyết (mẫu)", since=date(2022, 5, 10), stars=3, place=old)
    recognised("", product=found.product, since=date(2025, 6, 1), stars=4, decision="777/QĐ-UBND")
    return found.product


@pytest.fixture
def producer(tea: Product) -> User:
    user = User.objects.create(email="chuthe@example.vn", name="Bàn Thị Lụa")
    assert tea.subject
    add_member(subject=tea.subject, user=user, valid_from=date(2020, 1, 1), by=SYSTEM, now=NOW)
    return user


def address(product: Product) -> str:
    return f"/san-pham/{product.slug}/"


def test_a_product_has_one_address(client, tea):
    assert address(tea) == f"/san-pham/che-shan-tuyet-mau-{tea.code}/"
    assert client.get(address(tea)).status_code == 200
    other = client.get(f"/san-pham/ten-cu-{tea.code}/")
    assert (other.status_code, other["Location"]) == (308, address(tea))
    assert client.get("/san-pham/che-shan-tuyet-mau-00000000/").status_code == 404


def test_a_product_that_was_never_recognised_is_absent(client):
    product = product_named("Bánh gai (mẫu)")
    assert client.get(address(product)).status_code == 404


def test_the_page_shows_the_recognition_in_force_and_all_before(page, tea):
    text = page(address(tea))
    for words in ("777/QĐ-UBND, 01/06/2025", "Có hiệu lực đến hết<strong>01/06/2028</strong>", "Còn hiệu lực"):
        assert words in text
    history = text[text.index("Lịch sử hạng sao") :]
    assert history.index("01/06/2025") < history.index("10/05/2022")


def test_the_place_has_its_name_of_today_and_of_then(page, tea):
    text = page(address(tea))
    assert "<dd>Xã Chiêm Hóa" in text
    assert "Khi công nhận: " in text


def test_a_recorded_recognition_names_its_source_and_what_is_unknown(page):
    found = recognised("Cá lăng (mẫu)", since=None, year=2021, stars=None, subject=None, number=None, decision="",
                       source="Báo tỉnh (bao.example); dòng TQ001")  # fmt: skip
    text = page(address(found.product))
    assert "<dt>Theo nguồn</dt><dd>Báo tỉnh (bao.example); dòng TQ001</dd>" in text
    assert "chưa rõ số, chưa rõ ngày" in text
    assert "Nguồn không nêu hạng" in text
    assert "<dt>Chủ thể</dt><dd><strong>chưa rõ</strong>" in text


def test_who_recognised_is_said_only_where_a_source_names_it(client, page):
    named = recognised("Bánh gai (mẫu)")
    unnamed = recognised("Cá lăng (mẫu)", since=None, year=2021, decision="", organ="", source="Báo tỉnh; dòng TQ001")
    organ = "<dt>Cơ quan công nhận</dt><dd>"
    assert f"{organ}Ủy ban nhân dân tỉnh Tuyên Quang (cấp tỉnh)</dd>" in page(address(named.product))
    text = page(address(unnamed.product))
    assert f"{organ}chưa rõ</dd>" in text
    assert "cấp tỉnh" not in text.lower()
    told = {one["ten_san_pham"]: one["cap_cong_nhan"] for one in client.get("/api/v1/san-pham").json()["san_pham"]}
    assert told == {"Bánh gai (mẫu)": "cấp tỉnh", "Cá lăng (mẫu)": ""}


def test_a_new_name_shows_at_once_and_the_old_address_leads_on(client, page, tea, producer):
    old = address(tea)
    page("/san-pham/")
    change_product(product=tea, version=tea.version, by=producer, now=NOW, name="Chè cổ thụ (mẫu)")
    assert "Chè cổ thụ (mẫu)" in page("/san-pham/?q=co+thu")
    assert client.get(old)["Location"] == address(tea)


def test_a_new_story_shows_at_once_as_text(page, tea, producer):
    assert "Chủ thể chưa viết câu chuyện" in page(address(tea))
    change_product(product=tea, version=tea.version, by=producer, now=NOW, story="Búp <b>chè</b> một tôm.\n\nSao tay.")
    text = page(address(tea))
    assert "<p>Búp &lt;b&gt;chè&lt;/b&gt; một tôm.</p>" in text
    assert "<p>Sao tay.</p>" in text


def test_a_new_name_of_the_producer_shows_at_once(page, tea, producer):
    page("/san-pham/")
    change_subject(
        subject=tea.subject, version=tea.subject.version, by=producer, now=NOW, name="Hợp tác xã Nà Mò (mẫu)"
    )
    assert "Hợp tác xã Nà Mò (mẫu)" in page("/san-pham/?q=na+mo")


def test_the_photo_is_published_small_and_for_recognised_products_alone(client, page, tea, producer):
    content = io.BytesIO()
    Image.new("RGB", (2000, 1500), "green").save(content, "JPEG")
    set_photo(product=tea, stored=files.store(content.getvalue(), "bao-bi.jpg", now=NOW), by=producer, now=NOW)
    source = re.search(r'src="(/anh/[^"]+\.webp)"', page(address(tea)))
    assert source
    answer = client.get(source[1])
    assert answer["Content-Type"] == "image/webp"
    assert max(Image.open(io.BytesIO(answer.content)).size) == 1200
    assert client.get(source[1].replace(".webp", "0.webp")).status_code == 404
    assert client.get(source[1].replace(tea.code, "00000000")).status_code == 404
    hidden = product_named("Bánh gai (mẫu)")
    Product.objects.filter(pk=hidden.pk).update(photo=tea.photo)
    assert client.get(source[1].replace(tea.code, hidden.code)).status_code == 404


# --- what every public page keeps to


@pytest.fixture
def addresses(tea: Product) -> list[str]:
    recognition = tea.recognitions.latest("pk")
    return [
        "/", "/san-pham/", "/san-pham/?q=che&sao=4", "/san-pham/?q=zzz", address(tea), f"/c/{recognition.code}",
        f"/p/{tea.code}", "/kiem-tra/", "/du-lieu-mo/",
    ]  # fmt: skip


def test_pages_hold_no_script_no_style_and_no_other_host(page, addresses):
    for one in addresses:
        text = page(one)
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", text), one
        assert not re.search(r'(?:src|href|action|data)="(?:https?:)?//', text), one
        assert len(re.findall(r"<h1[ >]", text)) == 1, one
        assert re.search(r'<html lang="vi">', text), one


def test_pages_name_no_personal_fact(page, addresses):
    for one in addresses:
        text = page(one)
        for secret in PERSONAL:
            assert secret not in text, (one, secret)


def test_pages_touch_no_session(client, addresses):
    for one in addresses:
        answer = client.get(one)
        assert not answer.cookies, one
        assert answer["Cache-Control"] == "public, max-age=60", one


def test_the_page_behind_a_code_weighs_less_than_30_kb_and_a_full_list_less_than_100(client, addresses):
    for number in range(24):
        recognised(f"Chè số {number} (mẫu)", place=commune("02287"))
    for one in addresses:
        content = client.get(one).content
        assert len(content) < (30_000 if one.startswith("/c/") else 100_000), one
        assert len(client.get(one, headers={"accept-encoding": "gzip"}).content) < 20_000, one


def test_a_rehearsal_says_so(page, settings, tea):
    assert "DIỄN TẬP" not in page(f"/c/{tea.recognitions.latest('pk').code}")
    settings.REHEARSAL = True
    assert "DIỄN TẬP" in page(f"/c/{tea.recognitions.latest('pk').code}?dien-tap")
