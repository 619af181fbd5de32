"""The page of a product tells at once what it is worth today, and everything that leads on from there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from ocop.certificates.services import record_recognition
from ocop.dossiers.services import withdraw
from ocop.kernel.audit import SYSTEM
from ocop.kernel.time import add_months, vi_date
from tests.factories import PLAN

pytestmark = pytest.mark.django_db


def _page(client, user, product, *, status: int = 200) -> str:
    client.force_login(user)
    answer = client.get(product.get_absolute_url())
    assert answer.status_code == status
    return answer.content.decode()


def _recorded(product, decided_on, *, number: str = "321/QĐ-UBND"):
    return record_recognition(
        product=product, stars=4, level="province", organ_name="UBND tỉnh Tuyên Quang", number=number,
        decided_on=decided_on, year=decided_on.year, source="Báo Tuyên Quang", by=SYSTEM, now=timezone.now(),
    )  # fmt: skip


def test_without_recognition_the_stage_stands_at_the_title(client, stage):
    page = _page(client, stage.world.producers[0], stage.walk.product(PLAN))
    assert "Sản phẩm đã đăng ký</span>" in page
    assert "Chưa có hồ sơ đánh giá." in page
    assert "Lập hồ sơ" in page
    assert "Mã QR" not in page


def test_a_dossier_is_opened_from_here_while_none_is_on_its_way(client, stage):
    dossier, by = stage.draft(), stage.world.producers[0]
    assert "Lập hồ sơ" not in _page(client, by, dossier.product)
    withdraw(dossier=dossier, version=dossier.version, reason="Chọn nhầm loại", by=by, now=timezone.now())
    assert "Lập hồ sơ" in _page(client, by, dossier.product)


def test_recognised_it_shows_stars_days_left_decision_and_its_public_doors(client, stage, today):
    product = stage.walk.product(PLAN)
    recognition = _recorded(product, add_months(today + timedelta(days=150), -36))
    page = _page(client, stage.world.producers[0], product)
    assert "#stars-4" in page
    assert "Còn hiệu lực" in page
    assert "Sản phẩm đã đăng ký</span>" not in page
    assert f"Còn {(recognition.valid_until - today).days} ngày" in page
    assert "321/QĐ-UBND" in page
    assert f'href="/c/{recognition.code}"' in page
    assert f'href="/san-pham/banh-khao-mau-{product.code}/"' in page
    window = product.windows.get()
    assert f"nộp từ {vi_date(window.opens_on)} đến " in page
    assert client.get(f"/san-pham/banh-khao-mau-{product.code}/").status_code == 200
    assert client.get(f"/c/{recognition.code}").status_code == 200


def test_over_it_shows_no_gold_and_no_window(client, stage, today):
    product = stage.walk.product(PLAN)
    _recorded(product, add_months(today - timedelta(days=1), -36))
    page = _page(client, stage.world.producers[0], product)
    assert "Hạng cũ: 4 sao" in page
    assert "Hết hiệu lực" in page
    assert "#stars-4" not in page
    assert "Hồ sơ đánh giá lại nộp từ" not in page


def test_of_two_the_one_in_force_is_shown_and_the_other_named(client, stage, today):
    product = stage.walk.product(PLAN)
    _recorded(product, today - timedelta(days=900), number="12/QĐ-UBND")
    _recorded(product, today - timedelta(days=10), number="99/QĐ-UBND")
    page = _page(client, stage.world.officers[0], product)
    assert page.index("99/QĐ-UBND") < page.index(f"4 sao, từ {vi_date(today - timedelta(days=900))}")


def test_each_reader_finds_the_dossiers_that_he_may_read(client, stage, last_week, today):
    walked = stage.filed(filed_on=last_week)
    product, number = walked.dossier.product, walked.dossier.number
    for user in (stage.world.producers[0], stage.world.communes["02287"].officers[0]):
        page = _page(client, user, product)
        assert number in page
        assert "Xã đang xem xét" in page
    assert number not in _page(client, stage.world.officers[0], product)  # not yet with the province
    _page(client, stage.world.producers[1], product, status=404)
    _page(client, stage.world.communes["02509"].officers[0], product, status=404)


def test_whoever_does_not_file_for_the_subject_gets_no_button(client, stage):
    product = stage.walk.product(PLAN)
    assert "/ho-so/lap/" in _page(client, stage.world.producers[0], product)
    assert "/ho-so/lap/" not in _page(client, stage.world.officers[0], product)


@pytest.mark.parametrize("how_many", [1, 3])
def test_it_costs_at_most_12_queries_whatever_was_decided(
    client, stage, today, how_many, django_assert_max_num_queries
):
    product = stage.walk.product(replace(PLAN, filed_on=today - timedelta(days=3)))
    for n in range(how_many):
        _recorded(product, today - timedelta(days=300 * (how_many - n)), number=f"{n + 1}/QĐ-UBND")
    officer = stage.world.communes["02287"].officers[0]
    for user in (stage.world.producers[0], stage.world.officers[0], officer):
        client.force_login(user)
        client.get(product.get_absolute_url())
        with django_assert_max_num_queries(12):
            assert client.get(product.get_absolute_url()).status_code == 200
