"""Products, wallet and subjects: who sees and writes what, and what is handed in wrongly."""

from __future__ import annotations

import pytest
from django.test import Client

from ocop.registry import services
from ocop.registry.models import Evidence, EvidenceKind, Product, Subject, SubjectKind
from tests.dossiers.scene import NOW, PDF, WRONG, Scene, file, once_in, photo
from tests.dossiers.test_pages_uploads import send

EVERYBODY = (
    "producer", "other producer", "commune officer", "other commune's officer", "former district officer",
    "province officer", "secretary", "leader", "council member",
)  # fmt: skip
SEE = {"producer", "commune officer", "province officer", "secretary", "leader"}
KEEP = {"producer", "commune officer"}


def paper(scene: Scene) -> Evidence:
    return scene.stage.filed().dossier.pins.get().evidence


def reached(scene: Scene, address: str) -> set[str]:
    answers = {who: scene.client(who).get(address).status_code for who in EVERYBODY}
    assert set(answers.values()) <= {200, 404}
    return {who for who, status in answers.items() if status == 200}


def test_a_product_is_seen_by_its_subject_and_its_offices_and_written_by_who_keeps_it(scene: Scene) -> None:
    product = scene.product()
    assert reached(scene, product.get_absolute_url()) == SEE
    assert reached(scene, f"{product.get_absolute_url()}sua/") == KEEP
    assert reached(scene, f"{product.get_absolute_url()}doi-anh/") == KEEP
    form = {"name": "Tên khác", "version": product.version}
    for who in set(EVERYBODY) - KEEP:
        assert scene.client(who).post(f"{product.get_absolute_url()}sua/", form).status_code == 404
    assert Product.objects.get(pk=product.pk).name == product.name


def test_the_wallet_is_seen_by_its_subject_and_its_offices(scene: Scene) -> None:
    evidence = paper(scene)
    assert reached(scene, f"/giay-to/{evidence.pk}/") == SEE
    assert reached(scene, f"/giay-to/{evidence.pk}/tep/") == SEE
    assert reached(scene, f"/giay-to/{evidence.pk}/tep/trang/1/") == SEE


def test_a_paper_shows_its_pages(scene: Scene) -> None:
    evidence, officer = paper(scene), scene.client("commune officer")
    page = officer.get(f"/giay-to/{evidence.pk}/").content.decode()
    picture = f"/giay-to/{evidence.pk}/tep/trang/1/"
    assert f'<img src="{picture}" alt="Trang 1 của {evidence.name}" loading="lazy">' in page
    assert not WRONG.search(page)
    for address in (picture, f"{picture}?nho"):
        answer = officer.get(address)
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/webp", "no-store")
    for absent in (f"/giay-to/{evidence.pk}/tep/trang/0/", f"/giay-to/{evidence.pk}/tep/trang/2/"):
        assert officer.get(absent).status_code == 404


def test_a_subject_is_seen_by_itself_and_its_offices_and_written_by_who_keeps_it(scene: Scene) -> None:
    subject = scene.subject()
    assert reached(scene, f"/chu-the/{subject.pk}/") == SEE
    assert reached(scene, f"/chu-the/{subject.pk}/sua/") == KEEP


def test_new_subjects_are_entered_by_officers(scene: Scene) -> None:
    assert reached(scene, "/chu-the/them/") == {"commune officer", "other commune's officer", "province officer"}


@pytest.mark.parametrize("address", ["/san-pham-cua-toi/", "/giay-to/", "/chu-the/", "/giay-to/them/"])
def test_a_stranger_is_sent_to_sign_in_from_lists(scene: Scene, address: str) -> None:
    assert Client(headers={"host": "localhost"}).get(address)["Location"] == f"/dang-nhap/?next={address}"


def test_a_stranger_finds_no_object(scene: Scene) -> None:
    evidence, stranger = paper(scene), Client(headers={"host": "localhost"})
    product = Product.objects.get()
    tep = f"/giay-to/{evidence.pk}/tep/"
    for address in (product.get_absolute_url(), tep, f"{tep}trang/1/", f"/chu-the/{product.subject_id}/"):
        assert stranger.get(address).status_code == 404


def test_restricted_facts_are_masked_and_only_replaced(scene: Scene) -> None:
    subject, officer = scene.subject(), scene.client("commune officer")
    address = f"/chu-the/{subject.pk}/"
    form = {"name": subject.name, "ethnic_group": "Tày", "phone": "0912 345 678", "version": subject.version}
    assert officer.post(f"{address}sua/", form).status_code == 302
    for page in (officer.get(address), officer.get(f"{address}sua/")):
        assert "Tày" not in page.content.decode()
    assert "••••" in officer.get(address).content.decode()
    again = {"name": subject.name, "ethnic_group": "", "version": subject.version + 1}
    assert officer.post(f"{address}sua/", again).status_code == 302
    assert Subject.objects.get(pk=subject.pk).ethnic_group == "Tày"


def test_the_tax_code_shows_four_characters_and_is_one_subjects_alone(scene: Scene) -> None:
    officer, subject = scene.client("commune officer"), scene.subject()
    form = {
        "name": "Hộ kinh doanh Khuổi Cằn (mẫu)", "kind": SubjectKind.objects.get(code="household").pk,
        "commune": subject.commune_id, "tax_code": "001 088 012 345",
    }  # fmt: skip
    assert officer.post("/chu-the/them/", form).status_code == 302
    made = Subject.objects.get(name=form["name"])
    page = officer.get(f"/chu-the/{made.pk}/").content.decode()
    assert "••••2345" in page
    assert "001088012345" not in page
    twice = officer.post("/chu-the/them/", {**form, "name": "Hộ khác (mẫu)"})
    assert twice.status_code == 422
    assert "Mã số thuế này đã có: Hộ kinh doanh Khuổi Cằn (mẫu)." in twice.content.decode()


def test_a_communes_officer_enters_no_subject_of_another_commune(scene: Scene) -> None:
    form = {
        "name": "Hộ ở xã bên (mẫu)", "kind": SubjectKind.objects.get(code="household").pk,
        "commune": scene.subject().commune_id,
    }  # fmt: skip
    assert scene.client("other commune's officer").post("/chu-the/them/", form).status_code == 422
    assert scene.client("province officer").post("/chu-the/them/", form).status_code == 302


def test_an_account_is_let_act_for_a_subject_by_an_officer_alone(scene: Scene) -> None:
    subject, other = scene.subject(), scene.person("other producer")
    address = f"/chu-the/{subject.pk}/nguoi/"
    assert scene.client("producer").post(address, {"email": other.email}).status_code == 404
    officer = scene.client("commune officer")
    unknown = officer.post(address, {"email": "khong-co@example.vn"})
    assert unknown.status_code == 422
    assert "Chưa có tài khoản với địa chỉ này." in unknown.content.decode()
    assert officer.post(address, {"email": other.email.upper()}).status_code == 302
    assert scene.client("other producer").get(f"/chu-the/{subject.pk}/").status_code == 200
    assert officer.post(address, {"email": other.email}).status_code == 422


def test_a_product_is_changed_once_for_each_version(scene: Scene) -> None:
    product, client = scene.product(), scene.client("producer")
    address = f"{product.get_absolute_url()}sua/"
    form = {"name": "Cốm nếp non (mẫu)", "story": "Chuyện mùa gặt", "version": product.version}
    assert client.post(address, form).status_code == 302
    late = client.post(address, {**form, "name": "Cốm khác (mẫu)"})
    assert late.status_code == 422
    assert "Người khác vừa cập nhật" in late.content.decode()
    assert 'value="Cốm khác (mẫu)"' in late.content.decode()
    assert Product.objects.get(pk=product.pk).name == "Cốm nếp non (mẫu)"


def test_a_product_sent_twice_is_entered_once(scene: Scene) -> None:
    old, client = scene.product(), scene.client("producer")
    token = once_in(client.get("/san-pham-cua-toi/them/").content.decode())
    form = {
        "subject": old.subject_id, "name": "Xôi ngũ sắc (mẫu)", "product_set": old.product_set_id,
        "commune": old.commune_id, "once": token,
    }  # fmt: skip
    assert client.post("/san-pham-cua-toi/them/", form).status_code == 302
    assert client.post("/san-pham-cua-toi/them/", form).status_code == 422
    assert Product.objects.filter(name="Xôi ngũ sắc (mẫu)").count() == 1


def test_a_product_is_entered_for_ones_own_subject_alone(scene: Scene) -> None:
    old = scene.product()
    form = {"subject": old.subject_id, "name": "Lạ (mẫu)", "product_set": old.product_set_id, "commune": old.commune_id}
    for who in ("other producer", "other commune's officer", "province officer"):
        assert scene.client(who).post("/san-pham-cua-toi/them/", form).status_code == 422
    assert not Product.objects.filter(name="Lạ (mẫu)").exists()


def test_set_and_commune_are_entered_where_a_source_left_them_open(scene: Scene) -> None:
    known = scene.product()
    open_one = services.add_product(
        subject=known.subject,
        name="Măng khô (mẫu)",
        product_set=None,
        commune=None,
        by=scene.person("producer"),
        now=NOW,
    )
    client = scene.client("producer")
    assert "Chưa lập được hồ sơ." in client.get(open_one.get_absolute_url()).content.decode()
    address = f"{open_one.get_absolute_url()}noi-san-xuat/"
    form = {"product_set": known.product_set_id, "commune": known.commune_id, "version": 0}
    assert scene.client("other producer").post(address, form).status_code == 404
    assert client.post(address, form).status_code == 302
    assert "Lập hồ sơ" in client.get(open_one.get_absolute_url()).content.decode()
    other_set = {**form, "product_set": scene.product("Trà dây (mẫu)", 12).product_set_id, "version": 1}
    refused = client.post(address, other_set)
    assert refused.status_code == 422
    assert "Sản phẩm đã thuộc bộ 6." in refused.content.decode()


def test_a_photo_is_shown_as_a_clean_copy_and_only_pictures_are_taken(scene: Scene) -> None:
    product, client = scene.product(), scene.client("producer")
    address = product.get_absolute_url()
    assert client.get(f"{address}anh/").status_code == 404
    refused = client.post(f"{address}doi-anh/", {"photo": file("giay.pdf")})
    assert refused.status_code == 422
    assert "Loại tệp này không được nhận." in refused.content.decode()
    assert client.post(f"{address}doi-anh/", {"photo": file("bao-bi.jpg", photo())}).status_code == 302
    shown = client.get(f"{address}anh/")
    assert shown["Content-Type"] == "image/webp"
    assert scene.client("other producer").get(f"{address}anh/").status_code == 404


def wallet_form(scene: Scene, **changes: object) -> dict[str, object]:
    kind = EvidenceKind.objects.get(code="test_report")
    return {"subject": scene.subject().pk, "kind": kind.pk, "name": "Phiếu kiểm nghiệm", "file": file(), **changes}


def test_a_paper_is_taken_into_the_wallet_and_comes_out_unchanged(scene: Scene) -> None:
    client = scene.client("producer")
    form = wallet_form(scene, valid_from="1/2/2026", valid_until="31/01/2027", file=file("Kết quả/phiếu số 3.pdf"))
    assert client.post("/giay-to/them/", form)["Location"] == "/giay-to/"
    evidence = Evidence.objects.get()
    assert (evidence.file_name, str(evidence.valid_until)) == ("phiếu số 3.pdf", "2027-01-31")
    assert client.get(f"/giay-to/{evidence.pk}/tep/").content == PDF
    assert "Đến 31/01/2027" in client.get("/giay-to/").content.decode()


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (("to.pdf", b"%PDF-1.7" + b"\0" * (25 * 1024 * 1024)), "Tệp nặng 25,1 MB, tối đa 20 MB."),
        (("hop-dong.pdf", b"MZ" + b"\0" * 99), "chương trình máy tính (exe)"),
        (("trong.pdf", b""), "Tệp rỗng, không có nội dung."),
    ],
    ids=["25 MB", "exe", "empty"],
)
def test_a_wrong_file_is_refused_and_the_text_stays(scene: Scene, upload: tuple[str, bytes], sentence: str) -> None:
    refused = scene.client("producer").post("/giay-to/them/", wallet_form(scene, file=file(*upload), number="3/KN"))
    page = refused.content.decode()
    assert refused.status_code == 422
    assert sentence in page
    assert 'value="3/KN"' in page
    assert not Evidence.objects.exists()


def test_a_day_that_never_was_is_refused(scene: Scene) -> None:
    refused = scene.client("producer").post("/giay-to/them/", wallet_form(scene, valid_from="30/02/2026"))
    assert "Ngày 30/02/2026 không có thật. Nhập ngày/tháng/năm." in refused.content.decode()
    assert not Evidence.objects.exists()


def test_nobody_fills_the_wallet_of_another(scene: Scene) -> None:
    form = wallet_form(scene)
    for who in ("other producer", "other commune's officer", "province officer"):
        assert scene.client(who).post("/giay-to/them/", {**form, "file": file()}).status_code == 422
    assert scene.client("commune officer").post("/giay-to/them/", {**form, "file": file()}).status_code == 302
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(
    ("last", "state", "words"),
    [
        ("07/09/2026", "het-han", "Hết hạn 07/09/2026"),
        ("08/09/2026", "sap-het-han", "Còn 0 ngày"),
        ("07/12/2026", "sap-het-han", "Còn 90 ngày"),
        ("08/12/2026", "con-han", "Đến 08/12/2026"),
    ],
)
def test_a_paper_counts_its_last_day_and_warns_90_days_before(scene: Scene, last: str, state: str, words: str) -> None:
    client = scene.client("producer")
    client.post("/giay-to/them/", wallet_form(scene, valid_until=last))
    assert words in client.get(f"/giay-to/?trang-thai={state}").content.decode()
    if state == "het-han":
        assert words not in client.get("/giay-to/?trang-thai=con-han").content.decode()


@pytest.mark.parametrize("address", ["/san-pham-cua-toi/", "/giay-to/", "/chu-the/"])
def test_lists_ask_as_many_questions_for_three_rows_as_for_one(
    scene: Scene, address: str, django_assert_max_num_queries
) -> None:
    scene.stage.filed()
    client = scene.client("commune officer")
    client.get(address)
    with django_assert_max_num_queries(12) as one:
        client.get(address)
    for number in (1, 2):
        scene.stage.filed(name=f"Bánh {number} (mẫu)", subject=f"Hợp tác xã {number} (mẫu)")
    with django_assert_max_num_queries(12) as three:
        client.get(address)
    assert len(one.captured_queries) == len(three.captured_queries)


def test_lists_are_found_without_accents_filtered_and_downloaded(scene: Scene) -> None:
    scene.product()
    scene.product("Trà dây (mẫu)", 12)
    client = scene.client("commune officer")
    assert "2 sản phẩm" in client.get("/san-pham-cua-toi/?q=na+pang").content.decode()
    assert "1 sản phẩm" in client.get("/san-pham-cua-toi/?q=tra+day").content.decode()
    assert "1 sản phẩm" in client.get("/san-pham-cua-toi/?bo=12").content.decode()
    for address in ("/san-pham-cua-toi/?tai=xlsx", "/chu-the/?tai=xlsx", "/giay-to/?tai=xlsx"):
        assert client.get(address).content.startswith(b"PK")


def test_pages_carry_no_inline_style_or_script(scene: Scene) -> None:
    evidence, client = paper(scene), scene.client("commune officer")
    product = Product.objects.get()
    own, subject = product.get_absolute_url(), f"/chu-the/{product.subject_id}/"
    addresses = (
        "/san-pham-cua-toi/", "/san-pham-cua-toi/them/", own, f"{own}sua/", f"{own}noi-san-xuat/", "/giay-to/",
        "/giay-to/them/", f"/giay-to/{evidence.pk}/", "/chu-the/", "/chu-the/them/", subject, f"{subject}sua/",
    )  # fmt: skip
    for address in addresses:
        page = client.get(address)
        assert page.status_code == 200, address
        assert WRONG.search(page.content.decode()) is None, address


def test_a_photo_that_came_in_pieces_is_taken_once_whole_and_a_picture(scene: Scene) -> None:
    product, client = scene.product(), scene.client("producer")
    address = f"{product.get_absolute_url()}doi-anh/"
    assert 'data-upload="/tai-len/"' in client.get(address).content.decode()
    paper = client.post(address, {"photo": send(client, "/tai-len/", PDF, "giay.pdf")})
    assert paper.status_code == 422
    assert "Loại tệp này không được nhận." in paper.content.decode()
    foreign = send(scene.client("other producer"), "/tai-len/", photo(), "bao-bi.jpg")
    assert client.post(address, {"photo": foreign}).status_code == 422
    assert client.post(address, {"photo": send(client, "/tai-len/", photo(), "bao-bi.jpg")}).status_code == 302
    assert client.get(f"{product.get_absolute_url()}anh/")["Content-Type"] == "image/webp"
