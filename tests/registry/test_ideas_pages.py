"""Pages of ideas: who sees and moves them, what the forms take, the backlog with its counts and its file."""

from __future__ import annotations

import io
import re

import pypdfium2
import pytest
from django.test import Client
from openpyxl import load_workbook

from ocop.kernel import audit
from ocop.registry.models import Product, Subject, SubjectKind
from tests.dossiers.scene import WRONG, Scene, once_in

from .test_ideas import BOTH, EVERYBODY, appraised, idea, planned, standing, withdrawn

SEE = {*BOTH, "province officer", "secretary", "leader"}
PAGES = {
    "tham-dinh": ("idea", {"commune officer"}),
    "gui-lai": ("returned", BOTH),
    "phuong-an": ("appraised", BOTH),
    "xac-nhan": ("planned", {"commune officer"}),
    "bao-bi": ("potential", {"commune officer"}),
    "dang-ky": ("packaged", BOTH),
    "rut": ("idea", BOTH),
}


def form_for(scene: Scene, page: str, **changes: object) -> dict[str, object]:
    subject = scene.subject()
    values = {
        "subject": subject.pk, "name": "Trà lá sen (mẫu)", "materials": "Lá sen, 2 ha", "scale": "none",
        "commune": subject.commune_id, "once": once_in(page),
    }  # fmt: skip
    return {**values, **changes}


@pytest.mark.parametrize("address", ["/y-tuong/", "/y-tuong/them/", "/dang-ky-y-tuong/"])
def test_a_stranger_is_sent_to_sign_in(db: None, address: str) -> None:
    assert Client(headers={"host": "localhost"}).get(address)["Location"] == f"/dang-nhap/?next={address}"


@pytest.mark.parametrize("address", ["/y-tuong/them/", "/dang-ky-y-tuong/"])
def test_a_producer_registers_an_idea_and_a_form_sent_twice_registers_one(scene: Scene, address: str) -> None:
    scene.subject()
    client = scene.client("producer")
    form = form_for(scene, client.get(address).content.decode())
    assert client.post(address, {**form, "materials": ""}).status_code == 422
    answer = client.post(address, form)
    product = Product.objects.get(stage="idea")
    assert answer["Location"] == f"/y-tuong/{product.code}/"
    page = client.get(f"/y-tuong/{product.code}/").content.decode()
    assert "Số phiếu YT-2026-0001, chờ xã thẩm định." in page
    assert client.post(address, form).status_code == 422
    assert Product.objects.filter(stage="idea").count() == 1


def test_the_module_that_keeps_drafts_is_told_where_to_go(scene: Scene) -> None:
    scene.subject()
    client = scene.client("producer")
    page = client.get("/y-tuong/them/").content.decode()
    assert f'data-draft="{scene.person("producer").pk}"' in page
    answer = client.post("/y-tuong/them/", form_for(scene, page), headers={"accept": "application/json"})
    assert answer.json() == {"go": f"/y-tuong/{Product.objects.get(stage='idea').code}/"}


def test_an_account_without_a_subject_is_told_whom_to_see(scene: Scene) -> None:
    page = scene.client("other producer").get("/dang-ky-y-tuong/").content.decode()
    assert "Gặp cán bộ xã" in page
    assert "<textarea" not in page


def newcomer_form(scene: Scene, page: str, **changes: object) -> dict[str, object]:
    """What an officer types on a phone for a household that is in no list."""
    values = {
        "newcomer": "Hộ Ma Thị Lan (mẫu)", "kind": SubjectKind.objects.get(code="household").pk, "phone": "0912000111",
    }  # fmt: skip
    return form_for(scene, page, subject="", **{**values, **changes})


def test_an_officer_notes_an_idea_of_a_household_that_is_in_no_list(scene: Scene) -> None:
    scene.subject()
    client = scene.client("commune officer")
    page = client.get("/y-tuong/them/").content.decode()
    form = newcomer_form(scene, page)
    both = client.post("/y-tuong/them/", {**form, "subject": scene.subject().pk})
    assert "Chọn chủ thể trong danh sách, hoặc ghi tên mới, không cả hai." in both.content.decode()
    neither = client.post("/y-tuong/them/", {**form, "newcomer": ""})
    assert "Hãy chọn chủ thể, hoặc ghi tên hộ, cơ sở chưa có trong danh sách." in neither.content.decode()
    assert "Hãy chọn loại hình." in client.post("/y-tuong/them/", {**form, "kind": ""}).content.decode()
    assert not Product.objects.filter(stage="idea").exists()
    assert client.post("/y-tuong/them/", form).status_code == 302
    product = Product.objects.select_related("subject__kind", "subject__commune").get(stage="idea")
    household = product.subject
    assert household is not None
    assert (household.name, household.kind.code, household.phone) == ("Hộ Ma Thị Lan (mẫu)", "household", "0912000111")
    assert household.commune == product.commune
    assert not household.memberships.exists()
    assert client.post("/y-tuong/them/", form).status_code == 422
    assert Subject.objects.filter(name__startswith="Hộ Ma").count() == 1


def test_a_newcomer_is_asked_for_of_officers_in_their_own_commune_alone(scene: Scene) -> None:
    scene.subject()
    for who, asked in (("producer", False), ("commune officer", True)):
        assert (
            "Hoặc hộ, cơ sở chưa có trong danh sách" in scene.client(who).get("/y-tuong/them/").content.decode()
        ) == asked, who
    producer, abroad = scene.client("producer"), scene.client("other commune's officer")
    page = producer.get("/y-tuong/them/").content.decode()
    assert producer.post("/y-tuong/them/", newcomer_form(scene, page)).status_code == 422
    page = abroad.get("/y-tuong/them/").content.decode()
    refused = abroad.post("/y-tuong/them/", newcomer_form(scene, page))
    assert "không thuộc địa bàn của bạn" in refused.content.decode()
    assert "Gặp cán bộ xã" in scene.client("province officer").get("/y-tuong/them/").content.decode()
    assert not Subject.objects.filter(name__startswith="Hộ Ma").exists()


def test_a_newcomer_like_a_known_subject_is_shown_before_saving(scene: Scene) -> None:
    known, client = scene.subject(), scene.client("commune officer")
    page = client.get("/y-tuong/them/").content.decode()
    form = newcomer_form(scene, page, newcomer="HTX Nà Pang")
    answer = client.post("/y-tuong/them/", form)
    assert answer.status_code == 422
    assert f'href="/chu-the/{known.pk}/"' in answer.content.decode()
    assert "chọn chủ thể đó ở ô Chủ thể đã có" in answer.content.decode()
    assert client.post("/y-tuong/them/", {**form, "apart": "Hộ khác, ở thôn khác"}).status_code == 302
    made = Subject.objects.get(name="HTX Nà Pang")
    assert audit.timeline(made)[0].reason == "Hộ khác, ở thôn khác"


def test_the_slip_of_an_idea_is_printed_for_whoever_sees_it(scene: Scene) -> None:
    product = idea(scene)
    appraised(scene, product, passed=False, opinion="Ghi rõ số hộ tham gia")
    address = f"/y-tuong/{product.code}/phieu/"
    for who in EVERYBODY:
        assert scene.client(who).get(address).status_code == (200 if who in SEE else 404), who
    answer = scene.client("commune officer").get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="phieu-yt-2026-0001.pdf"'
    text = " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content))
    for words in ("PHIẾU ĐĂNG KÝ Ý TƯỞNG", "YT-2026-0001", "Trà lá sen (mẫu)", "Ghi rõ số hộ tham gia", "08/09/2026"):
        assert words in text, words
    assert f'href="{address}"' in scene.client("commune officer").get(f"/y-tuong/{product.code}/").content.decode()
    unnumbered = standing(scene, "potential", "Tinh bột nghệ (mẫu)")
    assert scene.client("commune officer").get(f"/y-tuong/{unnumbered.code}/phieu/").status_code == 404


def test_an_idea_is_seen_by_its_subject_and_its_offices(scene: Scene) -> None:
    product = idea(scene)
    for who in EVERYBODY:
        status = scene.client(who).get(f"/y-tuong/{product.code}/").status_code
        assert status == (200 if who in SEE else 404), who
    assert Client(headers={"host": "localhost"}).get(f"/y-tuong/{product.code}/").status_code == 404


@pytest.mark.parametrize(("page", "at_stage", "may"), [(page, *rest) for page, rest in PAGES.items()])
def test_each_move_has_a_page_for_its_actors_alone(scene: Scene, page: str, at_stage: str, may: set[str]) -> None:
    product = standing(scene, at_stage)
    address = f"/y-tuong/{product.code}/{page}/"
    for who in EVERYBODY:
        answer = scene.client(who).get(address)
        assert answer.status_code == (200 if who in may else 404), who
        shown = scene.client(who).get(f"/y-tuong/{product.code}/")
        assert (f'href="{address}"' in shown.content.decode()) == (who in may), who
        if who in may:
            assert WRONG.search(answer.content.decode()) is None


def test_a_page_of_another_stage_says_where_the_product_stands(scene: Scene) -> None:
    product = idea(scene)
    answer = scene.client("commune officer").get(f"/y-tuong/{product.code}/xac-nhan/")
    assert answer.status_code == 409
    assert "Sản phẩm đang ở giai đoạn “Ý tưởng chờ thẩm định”." in answer.content.decode()


def test_the_whole_way_by_forms(scene: Scene) -> None:
    product, officer, producer = idea(scene), scene.client("commune officer"), scene.client("producer")
    own = f"/y-tuong/{product.code}/"

    def act(client: Client, page: str, status: int = 302, **data: object) -> str:
        shown = client.get(f"{own}{page}/").content.decode()
        version = re.search(r'name="version" value="(\d+)"', shown)
        assert version
        answer = client.post(f"{own}{page}/", {"version": version[1], "once": once_in(shown), **data})
        assert answer.status_code == status, answer.content.decode()
        return answer.content.decode()

    figures = {"material_area": "2,5", "local_share": "80", "workers": "12", "local_workers": "10"}
    refused = act(officer, "tham-dinh", 422, **figures, opinion="Đủ vùng nguyên liệu")
    assert "Hãy chọn kết quả." in refused
    assert "Đủ vùng nguyên liệu" in refused
    act(officer, "tham-dinh", **figures, passed="tra-lai", opinion="Ghi rõ số hộ tham gia")
    assert "Ghi rõ số hộ tham gia" in producer.get(own).content.decode()
    act(producer, "gui-lai", name="Trà sen (mẫu)", materials="Lá sen 2 ha, 14 hộ", scale="trial", needs="")
    act(officer, "tham-dinh", **figures, passed="dat", opinion="Đủ vùng nguyên liệu, lao động")
    years = {
        **{f"nam{n}-year": 2026 + n for n in range(5)},
        "nam0-output": "1.200", "nam0-revenue": "96,5", "nam0-capital": "150", "nam0-labour": "6",
    }  # fmt: skip
    half = act(producer, "phuong-an", 422, output_unit="kg", **years, **{"nam1-output": "5"})
    assert "Ghi số, không có thì ghi 0." in half
    act(producer, "phuong-an", output_unit="kg", **years)
    shown = producer.get(own).content.decode()
    assert '<td class="number">96,5</td>' in shown
    assert '<td class="number">1.200</td>' in shown
    act(officer, "xac-nhan")
    act(officer, "bao-bi", pack="Túi 200 g", stamp="Tem QR", from_day="08/09/2026")
    act(producer, "dang-ky", product_set=scene.product().product_set_id, commune=product.commune_id)
    product.refresh_from_db()
    assert (product.name, product.stage) == ("Trà sen (mẫu)", "registered")
    row = product.plans.get().years.get()
    assert (row.year, row.output, row.revenue, row.capital, row.labour) == (2026, 1200, 96_500, 150_000, 6)
    assert "Lập hồ sơ" in producer.get(product.get_absolute_url()).content.decode()


def test_a_withdrawn_product_says_when_where_and_why(scene: Scene) -> None:
    product, client = idea(scene), scene.client("producer")
    address = f"/y-tuong/{product.code}/rut/"
    page = client.get(address).content.decode()
    form = {"version": product.version, "cause": "market", "reason": "Chưa có nơi bán", "once": once_in(page)}
    assert client.post(address, {**form, "cause": ""}).status_code == 422
    assert client.post(address, form).status_code == 302
    shown = client.get(f"/y-tuong/{product.code}/").content.decode()
    assert "Đã rút ngày 08/09/2026 khi ở giai đoạn “Ý tưởng chờ thẩm định”." in shown
    assert "Chưa có đầu ra: Chưa có nơi bán" in shown


def test_the_backlog_counts_filters_and_is_downloaded(scene: Scene) -> None:
    first, second = idea(scene), idea(scene, name="Măng ớt (mẫu)")
    appraised(scene, first)
    withdrawn(scene, second, cause="material")
    standing(scene, "potential", "Tinh bột nghệ (mẫu)")
    standing(scene, "registered", "Bánh khảo (mẫu)")
    client = scene.client("commune officer")
    page = client.get("/y-tuong/").content.decode()
    assert "3 ý tưởng, sản phẩm chưa đăng ký" in page
    assert "Bánh khảo" not in page
    assert "Thiếu vùng nguyên liệu" in page
    assert WRONG.search(page) is None
    one = client.get("/y-tuong/?trang-thai=appraised").content.decode()
    assert "1 ý tưởng, sản phẩm chưa đăng ký" in one
    assert "1 ý tưởng" in client.get("/y-tuong/?q=tinh+bot+nghe").content.decode()
    sheet = load_workbook(io.BytesIO(client.get("/y-tuong/?xep=ten&tai=xlsx").content)).active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    found = [row for row in rows if "YT-2026-0001" in row]
    assert found[0][:3] == ["Trà lá sen (mẫu)", "YT-2026-0001", "Hợp tác xã Nà Pàng (mẫu)"]
    assert "0 ý tưởng" in scene.client("other commune's officer").get("/y-tuong/").content.decode()


def test_the_backlog_asks_as_many_questions_for_three_rows_as_for_one(
    scene: Scene, django_assert_max_num_queries
) -> None:
    appraised(scene, idea(scene))
    client = scene.client("commune officer")
    client.get("/y-tuong/")
    with django_assert_max_num_queries(12) as one:
        client.get("/y-tuong/")
    for name in ("Măng (mẫu)", "Nghệ (mẫu)"):
        product = idea(scene, name=name)
        appraised(scene, product)
        planned(scene, product)
    with django_assert_max_num_queries(12) as three:
        client.get("/y-tuong/")
    assert len(one.captured_queries) == len(three.captured_queries)


def test_work_on_the_desk_leads_to_the_idea(scene: Scene) -> None:
    product = idea(scene)
    page = scene.client("commune officer").get("/viec/").content.decode()
    assert "Thẩm định ý tưởng: Trà lá sen (mẫu)" in page
    assert f'href="/y-tuong/{product.code}/"' in page
    assert 'href="/y-tuong/"' in page


def test_a_product_page_before_registration_leads_to_its_way_and_opens_no_dossier(scene: Scene) -> None:
    product = idea(scene)
    page = scene.client("producer").get(product.get_absolute_url()).content.decode()
    assert f'href="/y-tuong/{product.code}/"' in page
    assert "Lập hồ sơ" not in page
    registered = scene.client("producer").get(scene.product().get_absolute_url()).content.decode()
    assert "Lập hồ sơ" in registered


def test_a_name_like_anothers_is_shown_before_saving(scene: Scene) -> None:
    scene.product()
    client = scene.client("producer")
    page = client.get("/y-tuong/them/").content.decode()
    form = form_for(scene, page, name="Cốm nếp non (mẫu)")
    answer = client.post("/y-tuong/them/", form)
    assert answer.status_code == 422
    assert "Có thể đã có trong hệ thống" in answer.content.decode()
    assert client.post("/y-tuong/them/", {**form, "apart": "Cốm mùa khác"}).status_code == 302
