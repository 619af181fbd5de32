"""Workshops and raw-material areas: who enters them, what they hold, who sees where they lie."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from ocop.kernel import audit
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.registry import services
from ocop.registry.forms_ideas import NumberField, SiteForm
from ocop.registry.models import Product, Site
from ocop.registry.words import area_words
from tests.dossiers.scene import NOW, WRONG, Scene, once_in
from tests.factories import PLAN

EVERYBODY = (
    "producer", "other producer", "commune officer", "other commune's officer", "former district officer",
    "province officer", "secretary", "leader", "council member",
)  # fmt: skip
KEEP = {"producer", "commune officer"}
SEE = {*KEEP, "province officer", "secretary", "leader"}
SEE_POSITION = {*KEEP, "province officer"}
POSITION = "22.14701, 105.26302"


def saved(scene: Scene, who: str = "producer", site: Site | None = None, **changes: object) -> Site:
    subject = scene.subject()
    values = {
        "subject": subject, "kind": "workshop", "name": "Xưởng bánh (mẫu)", "commune": subject.commune,
        "products": [], "size": 600, "capacity": 200, "capacity_unit": "kg/ngày", "position": POSITION,
        "site": site, "version": site.version if site else 0,
    }  # fmt: skip
    return services.save_site(**{**values, "by": scene.person(who), "now": NOW, **changes})


def test_those_who_keep_a_subject_enter_its_sites_and_nobody_else(scene: Scene) -> None:
    for who in EVERYBODY:
        if who in KEEP:
            assert saved(scene, who).pk
        else:
            with pytest.raises(Forbidden, match="không thuộc quyền của bạn"):
                saved(scene, who)
    assert Site.objects.count() == 2


def test_a_site_says_what_it_is_and_its_capacity_has_a_unit(scene: Scene) -> None:
    for changes, words in (
        ({"name": " "}, "Chưa có tên"),
        ({"capacity": None}, "đi cùng nhau"),
        ({"capacity_unit": ""}, "đi cùng nhau"),
    ):
        with pytest.raises(Refusal, match=words):
            saved(scene, **changes)
    assert saved(scene, capacity=None, capacity_unit="").capacity is None
    assert saved(scene, capacity=0).capacity == 0


def test_a_site_serves_products_of_its_own_subject_alone(scene: Scene) -> None:
    mine = scene.product()
    foreign = scene.stage.filed(name="Chè (mẫu)", subject="Hợp tác xã khác (mẫu)").dossier.product
    with pytest.raises(Refusal, match="không phải của chủ thể này"):
        saved(scene, products=[mine, foreign])
    assert list(saved(scene, products=[mine]).products.all()) == [mine]


def test_a_change_from_an_old_page_is_refused_and_each_change_is_one_event(scene: Scene) -> None:
    site = saved(scene)
    saved(scene, site=Site.objects.get(pk=site.pk), size=42_500)
    with pytest.raises(Refusal, match="Người khác vừa cập nhật"):
        saved(scene, site=site)
    fresh = Site.objects.get(pk=site.pk)
    services.end_site(site=fresh, version=fresh.version, on=date(2026, 9, 8), by=scene.person("producer"), now=NOW)
    with pytest.raises(Refusal, match="Người khác vừa cập nhật"):
        services.end_site(site=fresh, version=fresh.version, on=date(2026, 9, 8), by=scene.person("producer"), now=NOW)
    kinds = [entry.kind for entry in audit.timeline(scene.subject())]
    assert kinds[-3:] == ["site.added", "site.changed", "site.ended"]


def test_the_position_is_sealed_in_its_column_and_kept_when_not_given(scene: Scene) -> None:
    site = saved(scene)
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM registry_site WHERE id = %s", [site.pk])
        column = cursor.fetchone()[0]
    assert "22.14701" not in column
    saved(scene, site=site, position=None)
    assert Site.objects.get(pk=site.pk).position == POSITION


@pytest.mark.parametrize("who", sorted(SEE))
def test_the_position_is_shown_to_named_roles_alone(scene: Scene, who: str) -> None:
    site = saved(scene)
    page = scene.client(who).get(f"/chu-the/{site.subject_id}/").content.decode()
    assert "Xưởng bánh (mẫu)" in page
    assert (POSITION in page) == (who in SEE_POSITION)


def test_no_public_page_knows_a_position(scene: Scene) -> None:
    scene.stage.walk.round([PLAN])
    product = Product.objects.get(name=PLAN.name)
    saved(scene, subject=product.subject, products=[product])
    for address in ("/", "/san-pham/", f"/san-pham/{product.slug}/"):
        page = Client(headers={"host": "localhost"}).get(address)
        assert page.status_code == 200
        assert "105.26302" not in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "places", "found"),
    [
        ("2,5", 4, 25_000), ("0,03", 4, 300), ("2.5", 4, 25_000), ("1.170,5", 4, 11_705_000), ("1.200", 0, 1200),
        ("1 200", 0, 1200), ("0", 0, 0), ("96,25", 3, 96_250),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(typed: str, places: int, found: int) -> None:
    assert NumberField(places=places).clean(typed) == found


@pytest.mark.parametrize("typed", ["-1", "1,2,3", "hai", "1e5", "1.20.300", "٣"])
def test_what_is_no_number_is_said(typed: str) -> None:
    with pytest.raises(Exception, match="không phải số"):
        NumberField(places=4).clean(typed)


def test_too_many_decimals_and_too_large_numbers_are_said() -> None:
    with pytest.raises(Exception, match="nhiều nhất 4 chữ số"):
        NumberField(places=4).clean("0,00001")
    with pytest.raises(Exception, match="chỉ nhận số nguyên"):
        NumberField().clean("1,5")
    assert NumberField(most=100).clean("100") == 100
    with pytest.raises(Exception, match="Số quá lớn"):
        NumberField(most=100).clean("101")


@pytest.mark.parametrize(
    ("size", "words"),
    [(None, "chưa rõ"), (0, "0 m²"), (999, "999 m²"), (1000, "0,1 ha"), (42_500, "4,25 ha"), (12_000_000, "1.200 ha")],
)
def test_an_area_is_said_in_metres_or_hectares(size: int | None, words: str) -> None:
    assert area_words(size) == words


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("22.14701,105.26302", POSITION), ("22.14701 105.26302", POSITION), ("8.4, 102.1", "8.40000, 102.10000")],
)
def test_a_position_lies_in_vietnam(scene: Scene, typed: str, kept: str) -> None:
    subject = scene.subject()
    data = {"kind": "workshop", "name": "X", "commune": subject.commune_id, "position": typed, "version": 0}
    form = SiteForm(data, subject=subject, day=date(2026, 9, 8))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["position"] == kept


@pytest.mark.parametrize("typed", ["105.26302, 22.14701", "8.3999, 102.1", "23.4, 109.51", "Nà Pàng", "22,14; 105,26"])
def test_a_position_elsewhere_is_refused(scene: Scene, typed: str) -> None:
    subject = scene.subject()
    data = {"kind": "workshop", "name": "X", "commune": subject.commune_id, "position": typed, "version": 0}
    assert "position" in SiteForm(data, subject=subject, day=date(2026, 9, 8)).errors


def test_the_pages_enter_change_and_end_a_site(scene: Scene) -> None:
    product, client = scene.product(), scene.client("producer")
    add = f"/chu-the/{product.subject_id}/co-so/them/"
    page = client.get(add).content.decode()
    assert WRONG.search(page) is None
    form = {
        "kind": "material", "name": "Vùng nếp (mẫu)", "commune": product.commune_id, "size": "4,25", "version": 0,
        "products": [product.pk], "once": once_in(page), "position": POSITION,
    }  # fmt: skip
    assert client.post(add, {**form, "size": "bốn"}).status_code == 422
    assert client.post(add, form).status_code == 302
    assert client.post(add, form).status_code == 422
    site = Site.objects.get()
    assert (site.size, list(site.products.all())) == (42_500, [product])
    own = f"/chu-the/{product.subject_id}/co-so/{site.pk}/"
    shown = client.get(own).content.decode()
    assert re.search(r'name="size" value="4,25"', shown)
    changed = {**form, "name": "Vùng nếp Nà Pàng (mẫu)", "once": once_in(shown)}
    assert client.post(own, changed).status_code == 302
    for who in set(EVERYBODY) - KEEP:
        assert scene.client(who).get(own).status_code == 404
        assert scene.client(who).post(f"{own}ngung/").status_code == 404
    assert client.post(f"{own}ngung/").status_code == 302
    assert Site.objects.get().ended_on == date(2026, 9, 8)
    assert client.get(own).status_code == 404


def test_the_list_holds_the_sites_of_the_subjects_that_one_sees(scene: Scene) -> None:
    saved(scene)
    for who in EVERYBODY:
        page = scene.client(who).get("/co-so/").content.decode()
        assert ("Xưởng bánh (mẫu)" in page) == (who in SEE), who
        assert (POSITION in page) == (who in SEE_POSITION), who
        assert WRONG.search(page) is None
    assert Client(headers={"host": "localhost"}).get("/co-so/")["Location"] == "/dang-nhap/?next=/co-so/"


def test_the_list_filters_and_is_found_without_accents(scene: Scene) -> None:
    saved(scene, products=[scene.product()], address="Thôn Bản Lằn")
    field = saved(scene, kind="material", name="Vùng nếp cái (mẫu)", size=42_500, capacity=None, capacity_unit="")
    services.end_site(site=field, version=field.version, on=date(2026, 9, 8), by=scene.person("producer"), now=NOW)
    client = scene.client("producer")
    for query, found in (
        ("", {"Xưởng bánh (mẫu)", "Vùng nếp cái (mẫu)"}),
        ("loai=material", {"Vùng nếp cái (mẫu)"}),
        ("trang-thai=dang-dung", {"Xưởng bánh (mẫu)"}),
        ("trang-thai=da-ngung", {"Vùng nếp cái (mẫu)"}),
        ("trang-thai=dang-dung&trang-thai=da-ngung", {"Xưởng bánh (mẫu)", "Vùng nếp cái (mẫu)"}),
        ("q=ban+lan", {"Xưởng bánh (mẫu)"}),
        ("q=nep+na+pang", {"Vùng nếp cái (mẫu)"}),
        ("q=khac", set()),
    ):
        assert {row.name for row in client.get(f"/co-so/?{query}").context["listing"].rows} == found, query


def test_the_file_has_a_row_a_site_and_positions_for_named_roles_alone(scene: Scene) -> None:
    saved(scene, products=[scene.product()], size=300)
    for who, position in (("province officer", POSITION), ("leader", None)):
        answer = scene.client(who).get("/co-so/?tai=xlsx")
        _, row = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
        assert row == (
            "Xưởng bánh (mẫu)", "Nơi sản xuất, chế biến", "Hợp tác xã Nà Pàng (mẫu)", scene.subject().commune.full_name,
            None, 0.03, 200, "kg/ngày", position, "Cốm nếp (mẫu)", None,
        )  # fmt: skip


def test_three_sites_cost_as_many_queries_as_one(scene: Scene, django_assert_num_queries) -> None:
    client = scene.client("producer")
    saved(scene, products=[scene.product()])
    client.get("/co-so/")
    with CaptureQueriesContext(connection) as one:
        client.get("/co-so/")
    for name in ("Xưởng hai", "Xưởng ba"):
        saved(scene, name=name, products=[scene.product()])
    with django_assert_num_queries(len(one)):
        assert len(client.get("/co-so/").context["listing"].rows) == 3


def test_who_came_from_the_list_goes_back_to_it_as_it_was(scene: Scene) -> None:
    site, client = saved(scene), scene.client("producer")
    page = client.get("/co-so/?loai=workshop&q=xuong").content.decode()
    edit = f"/chu-the/{site.subject_id}/co-so/{site.pk}/"
    asked = "?danh-sach=loai%3Dworkshop%26q%3Dxuong"
    assert f'href="{edit}{asked}"' in page
    shown = client.get(edit + asked).content.decode()
    assert 'href="/co-so/?loai=workshop&amp;q=xuong"' in shown
    form = {"kind": "workshop", "name": "Xưởng mới (mẫu)", "commune": site.commune_id, "version": site.version}
    once = once_in(shown)
    assert client.post(edit + asked, {**form, "once": once})["Location"] == "/co-so/?loai=workshop&q=xuong"
    again = {**form, "version": site.version + 1, "once": once_in(client.get(edit).content.decode())}
    assert client.post(edit, again)["Location"] == f"/chu-the/{site.subject_id}/"
    strange = client.get(f"{edit}?danh-sach=//vi-du.vn").content.decode()
    assert 'href="/co-so/?%2F%2Fvi-du.vn="' in strange
