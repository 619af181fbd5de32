"""A certificate that goes on past its end (art. 12.3), as everybody sees it: code, product, register, counts, data."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date

import pytest

from ocop.certificates.models import Recognition
from ocop.certificates.services import record_recognition
from ocop.dossiers.services import withdraw
from ocop.project.sample.walk import at
from tests.factories import PLAN, Stage

WHY = "còn hiệu lực đến khi có kết quả đánh giá lại, chậm nhất 26/02/2027 (khoản 3 Điều 12 Quyết định 26/2026/QĐ-TTg)."


@pytest.fixture
def found(stage: Stage) -> Recognition:
    """Until 30/08/2026; filed for re-evaluation on 03/09/2026."""
    made = record_recognition(
        product=stage.walk.product(PLAN), stars=3, level="province", organ_name="Ủy ban nhân dân tỉnh Tuyên Quang",
        number="321/QĐ-UBND", decided_on=date(2023, 8, 30), year=2023, source="", by=stage.world.officers[0],
        now=at(date(2026, 5, 25)),
    )  # fmt: skip
    stage.walk.file(replace(PLAN, dossier_kind="re_evaluation", filed_on=date(2026, 9, 3)))
    return made


@pytest.mark.parametrize(
    ("moment", "title", "sentence"),
    [
        ("2026-08-30 16:59:59", "Sắp hết hạn: hôm nay là ngày cuối", "có hiệu lực đến hết ngày 30/08/2026."),
        ("2026-08-30 17:00:00", "Hết hiệu lực", "Hết hạn ngày 30/08/2026. Hiện không phải"),
        ("2026-09-02 16:59:59", "Hết hiệu lực", "Hết hạn ngày 30/08/2026. Hiện không phải"),
        ("2026-09-02 17:00:00", "Còn hiệu lực (kéo dài)", f"Sản phẩm đạt 3 sao, {WHY}"),
        ("2027-02-26 16:59:59", "Còn hiệu lực (kéo dài)", WHY),
        ("2027-02-26 17:00:00", "Hết hiệu lực", "Hết hạn ngày 30/08/2026, kéo dài đến hết ngày 26/02/2027."),
    ],
)
def test_the_code_of_the_certificate_and_of_the_package_say_the_same(page, today, found, moment, title, sentence):
    today.move_to(moment)
    for address in (f"/c/{found.code}", f"/p/{found.product.code}"):
        text = page(address)
        assert re.findall(r"<h1>([^<]*)</h1>", text) == [title]
        assert sentence in text
        assert "30/08/2023 đến 30/08/2026" in text


def test_product_list_counts_map_and_data_count_it_as_in_force(page, today, client, found):
    product = f"/san-pham/{found.product.slug}/"
    assert WHY in page(product)
    assert "Còn hiệu lực (kéo dài)" in page(product)
    assert "Hạng cũ" not in page(product)
    assert "Kéo dài, chậm nhất 26/02/2027" in page("/san-pham/?trang-thai=keo-dai")
    assert found.product.name not in page("/san-pham/?trang-thai=het-hieu-luc")
    assert "<strong>1</strong> sản phẩm đang còn hiệu lực" in page("/")
    link = re.search(r'href="(/san-pham/\?trang-thai=[^"]*)"', page("/"))
    assert link is not None
    assert found.product.name in page(link[1].replace("&amp;", "&"))
    [row] = client.get("/api/v1/san-pham?trang-thai=keo-dai").json()["san_pham"]
    assert (row["trang_thai"], row["den_ngay"], row["keo_dai_den"]) == ("keo-dai", "2026-08-30", "2027-02-26")
    [line] = csv.DictReader(io.StringIO(page("/du-lieu-mo/san-pham-ocop.csv").removeprefix("\ufeff")))
    assert (line["trang_thai"], line["keo_dai_den"]) == ("keo-dai", "2027-02-26")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("2026-08-30", "Sắp hết hạn"),
        ("2026-08-31", "Hết hiệu lực"),
        ("2026-09-02", "Hết hiệu lực"),
        ("2026-09-03", "Còn hiệu lực (kéo dài)"),
        ("2026-11-24", "Còn hiệu lực (kéo dài)"),
    ],
)
def test_the_register_of_a_day_tells_how_it_stood(page, found, asked, status):
    assert re.findall(r'<span class="badge[^>]*>.*?</svg>([^<]*)</span>', page(f"/san-pham/?ngay={asked}")) == [status]


def test_a_result_changes_every_kept_page_at_once(page, stage, found):
    addresses = (f"/c/{found.code}", f"/san-pham/{found.product.slug}/", "/san-pham/")
    assert all("Còn hiệu lực (kéo dài)" in page(address) for address in addresses)
    dossier = found.product.dossiers.get()
    withdraw(
        dossier=dossier, version=dossier.version, reason="Ngừng sản xuất", by=stage.world.producers[0],
        now=at(date(2026, 11, 24)),
    )  # fmt: skip
    for address in addresses:
        assert "Hết hiệu lực" in page(address)
    assert "kéo dài đến hết ngày 23/11/2026" in page(addresses[0])
