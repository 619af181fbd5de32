"""Papers of the wallet: versions that replace one another, what each is about."""

from __future__ import annotations

from datetime import date

import pytest

from ocop.dossiers import services as dossiers
from ocop.kernel import audit, files
from ocop.kernel.models import Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.registry import services
from ocop.registry.models import Evidence, EvidenceKind, Merge, Product
from tests.dossiers.scene import NOW, PDF, WRONG, Scene, file, once_in
from tests.registry.test_sites import saved


def stored(content: bytes = PDF, name: str = "giay.pdf") -> files.Stored:
    return files.store(content, name, now=NOW)


def paper(scene: Scene, **changes: object) -> Evidence:
    values = {
        "subject": scene.subject(), "kind": EvidenceKind.objects.get(code="test_report"), "name": "Phiếu kiểm nghiệm",
        "stored": stored(), "by": scene.person("producer"), "now": NOW,
    }  # fmt: skip
    return services.add_evidence(**{**values, **changes})


def replaced(scene: Scene, evidence: Evidence, who: str = "producer", **changes: object) -> Evidence:
    return services.replace_evidence(evidence=evidence, stored=stored(), by=scene.person(who), now=NOW, **changes)


def test_every_older_version_points_at_the_newest(scene: Scene) -> None:
    first = paper(scene, number="1/KN")
    second = replaced(scene, first, number="2/KN")
    third = replaced(scene, second, number="3/KN")
    rows = Evidence.objects.order_by("pk").values_list("number", "replaced_by")
    assert list(rows) == [("1/KN", third.pk), ("2/KN", third.pk), ("3/KN", None)]
    assert list(Evidence.objects.heads()) == [third]
    assert (third.kind, third.name) == (first.kind, "Phiếu kiểm nghiệm")
    assert Event.objects.about(first).filter(kind="evidence.replaced").count() == 1


def test_who_comes_second_is_told_and_nothing_is_kept(scene: Scene) -> None:
    first = paper(scene)
    seen_before = Evidence.objects.get(pk=first.pk)
    newest = replaced(scene, first)
    count = Evidence.objects.count()
    with pytest.raises(Refusal, match=r"đã được thay bằng bản khác lúc 09:41 ngày 08/09/2026"):
        replaced(scene, seen_before, "commune officer")
    assert Evidence.objects.count() == count
    assert Evidence.objects.get(pk=first.pk).replaced_by == newest


@pytest.mark.parametrize("who", ["other producer", "province officer", "council member", "other commune's officer"])
def test_those_who_do_not_keep_the_subject_replace_nothing(scene: Scene, who: str) -> None:
    first = paper(scene)
    with pytest.raises(Forbidden):
        replaced(scene, first, who)
    assert scene.client(who).get(f"/giay-to/{first.pk}/thay/").status_code == 404
    assert Evidence.objects.get().replaced_by is None


def test_a_paper_is_about_products_or_a_site_of_its_subject_and_never_both(scene: Scene) -> None:
    product, site = scene.product(), saved(scene)
    other = scene.stage.filed(name="Chè khác (mẫu)", subject="Hộ khác (mẫu)").dossier.product
    with pytest.raises(Refusal, match="cả sản phẩm và cơ sở"):
        paper(scene, products=[product], site=site)
    with pytest.raises(Refusal, match="không phải của chủ thể này"):
        paper(scene, products=[other])
    assert list(paper(scene, products=[product]).products.all()) == [product]
    assert paper(scene, site=site).site == site


def test_a_product_is_served_by_the_papers_whose_scope_holds_it(scene: Scene) -> None:
    mine, other = scene.product(), scene.product("Cốm khác (mẫu)")
    whole, of_mine, of_other = paper(scene), paper(scene, products=[mine]), paper(scene, products=[other])
    works_for_mine = paper(scene, site=saved(scene, name="Xưởng một", products=[mine]))
    works_for_none = paper(scene, site=saved(scene, name="Xưởng hai"))
    assert set(Evidence.objects.fitting(mine)) == {whole, of_mine, works_for_mine}
    assert set(Evidence.objects.fitting(other)) == {whole, of_other}
    assert works_for_none not in Evidence.objects.fitting(mine)


def test_papers_about_a_product_go_with_it_when_it_is_merged_and_come_back(scene: Scene) -> None:
    gone, kept = scene.product("Cốm viết sai (mẫu)"), scene.product()
    about = paper(scene, products=[gone])
    officer = scene.person("commune officer")
    services.merge_products(gone=gone, kept=kept, reason="Nhập hai lần", by=officer, now=NOW)
    assert about in Evidence.objects.fitting(kept)
    services.undo_merge(merge=Merge.objects.get(), reason="Hai sản phẩm khác nhau", by=officer, now=NOW)
    assert about not in Evidence.objects.fitting(Product.objects.get(pk=kept.pk))


def test_a_merge_of_subjects_is_not_undone_once_a_moved_paper_was_replaced(scene: Scene) -> None:
    gone = scene.subject()
    kept = services.add_subject(
        name="Hợp tác xã còn lại (mẫu)", kind=gone.kind, commune=gone.commune, by=scene.person("commune officer"),
        now=NOW,
    )  # fmt: skip
    first, officer = paper(scene), scene.person("commune officer")
    services.merge_subjects(gone=gone, kept=kept, reason="Nhập hai lần", by=officer, now=NOW)
    moved = Evidence.objects.get(pk=first.pk)
    services.replace_evidence(evidence=moved, stored=stored(), by=officer, now=NOW)
    with pytest.raises(Refusal, match="Phiếu kiểm nghiệm"):
        services.undo_merge(merge=Merge.objects.get(), reason="Hai sản phẩm khác nhau", by=officer, now=NOW)
    assert Evidence.objects.get(pk=first.pk).subject == kept


def test_the_list_shows_newest_versions_and_a_paper_its_versions(scene: Scene) -> None:
    client, first = scene.client("producer"), paper(scene, number="1/KN", valid_until=date(2026, 9, 30))
    address = f"/giay-to/{first.pk}/thay/"
    form = {"file": file("moi.pdf"), "number": "2/KN", "once": once_in(client.get(address).content.decode())}
    answer = client.post(address, form)
    newest = Evidence.objects.heads().get()
    assert answer["Location"] == f"/giay-to/{newest.pk}/"
    listed = client.get("/giay-to/").content.decode()
    assert "2/KN" in listed
    assert "1/KN" not in listed
    page = client.get(f"/giay-to/{first.pk}/").content.decode()
    assert "Đây là bản cũ." in page
    assert f'href="/giay-to/{newest.pk}/"' in page
    assert "Bản 1, đang xem" in page
    assert str(scene.person("producer")) in page
    assert not WRONG.search(page)
    assert client.get(address)["Location"] == f"/giay-to/{newest.pk}/thay/"
    assert client.post(address, {**form, "once": "x"}).status_code == 422


def test_the_form_asks_what_a_paper_is_about_and_the_list_filters_by_it(scene: Scene) -> None:
    product, client = scene.product(), scene.client("producer")
    page = client.get(f"/giay-to/them/?san-pham={product.code}&loai=test_report").content.decode()
    assert f'value="{product.pk}" id="id_products_0" checked' in page.replace(" class", "")
    kind = EvidenceKind.objects.get(code="test_report")
    form = {"subject": scene.subject().pk, "kind": kind.pk, "name": "Của riêng cốm", "products": [product.pk]}
    assert client.post("/giay-to/them/", {**form, "file": file()}).status_code == 302
    paper(scene, name="Của cả hợp tác xã")
    client.get("/giay-to/")  # shows what was said last
    shown = {value: client.get(f"/giay-to/?pham-vi={value}").content.decode() for value in ("chu-the", "san-pham")}
    assert "Của cả hợp tác xã" in shown["chu-the"]
    assert "Của riêng cốm" not in shown["chu-the"]
    assert "Của riêng cốm" in shown["san-pham"]
    assert "Của cả hợp tác xã" not in shown["san-pham"]


def scoped(scene: Scene, evidence: Evidence, who: str = "producer", **changes: object) -> Evidence:
    return services.change_scope(evidence=evidence, by=scene.person(who), now=NOW, **changes)


def test_a_new_scope_is_a_version_with_the_same_file_and_one_event(scene: Scene) -> None:
    mine, site = scene.product(), saved(scene)
    first = paper(scene, number="1/KN", issuer="Trung tâm kiểm nghiệm", valid_until=date(2027, 9, 30))
    second = scoped(scene, first, products=[mine])
    assert (second.blob, second.number, second.issuer, second.valid_until) == (
        first.blob, "1/KN", "Trung tâm kiểm nghiệm", date(2027, 9, 30)
    )  # fmt: skip
    assert (list(first.products.all()), list(second.products.all())) == ([], [mine])
    third = scoped(scene, second, "commune officer", site=site)
    assert (list(third.products.all()), third.site) == ([], site)
    assert [(entry.before, entry.after) for entry in audit.timeline(third) if entry.kind == "evidence.scoped"] == [
        ({"dùng cho": "Cốm nếp (mẫu)"}, {"dùng cho": "Xưởng bánh (mẫu)"})
    ]
    with pytest.raises(Refusal, match="đã được thay bằng bản khác"):
        scoped(scene, Evidence.objects.get(pk=first.pk), site=site)
    with pytest.raises(Refusal, match="vẫn dùng cho: Xưởng bánh"):
        scoped(scene, third, site=site)
    with pytest.raises(Forbidden):
        scoped(scene, third, "province officer")


def test_open_dossiers_go_by_the_new_scope_and_sealed_ones_keep_theirs(scene: Scene) -> None:
    walked = scene.stage.filed()
    sealed, other = walked.dossier, scene.product("Cốm khác (mẫu)")
    before = sealed.filings.get().root
    evidence = Evidence.objects.get(subject=sealed.subject)
    scoped(scene, evidence, products=[other])
    sealed.refresh_from_db()
    assert sealed.pins.get().evidence == evidence
    assert sealed.filings.get().root == before
    open_one = scene.stage.draft(name="Bánh gai (mẫu)")
    held = open_one.pins.get()
    narrowed = scoped(scene, held.evidence, products=[other])
    with pytest.raises(Refusal, match=r"ở tiêu chí \S+ không dùng cho sản phẩm này: phạm vi đã đổi"):
        dossiers.submit(dossier=open_one, version=open_one.version, by=scene.person("producer"), now=NOW)
    assert narrowed not in Evidence.objects.fitting(open_one.product)
    scoped(scene, narrowed, products=[other, open_one.product])
    open_one.refresh_from_db()
    assert dossiers.submit(dossier=open_one, version=open_one.version, by=scene.person("producer"), now=NOW).number == 1


def test_the_page_of_the_scope_is_for_those_who_keep_the_subject(scene: Scene) -> None:
    mine, evidence = scene.product(), paper(scene)
    address = f"/giay-to/{evidence.pk}/pham-vi/"
    for who, status in (("producer", 200), ("commune officer", 200), ("province officer", 404), ("leader", 404)):
        answer = scene.client(who).get(address)
        assert answer.status_code == status, who
        assert WRONG.search(answer.content.decode()) is None
    client = scene.client("producer")
    form = {"products": [mine.pk], "once": once_in(client.get(address).content.decode())}
    newest = client.post(address, form)["Location"]
    assert newest == f"/giay-to/{Evidence.objects.heads().get().pk}/"
    assert "nay dùng cho: Cốm nếp (mẫu)" in client.get(newest).content.decode()
    assert client.get(address)["Location"] == f"{newest}pham-vi/"
    assert client.post(address, {**form, "products": []}).status_code == 422
