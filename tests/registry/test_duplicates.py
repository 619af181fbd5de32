"""Rows entered twice: found before saving, merged with everything that belongs to them, put back exactly, or kept."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

from ocop.accounts.models import Notice
from ocop.certificates.models import Recognition
from ocop.dossiers import services as dossiers
from ocop.dossiers.models import Dossier
from ocop.kernel import audit, files
from ocop.kernel.audit import SYSTEM
from ocop.kernel.models import Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import Walk
from ocop.registry import services
from ocop.registry.models import (
    Evidence,
    EvidenceKind,
    Merge,
    Product,
    ProductSet,
    Stage,
    Subject,
    SubjectKind,
    SubjectMember,
    Tie,
    TieKind,
)  # fmt: skip
from ocop.registry.queries import alike_products, alike_subjects
from ocop.registry.rules import alike, own_words
from tests.dossiers.scene import NOW, PDF, WRONG, Scene, once_in
from tests.factories import PLAN

DAY = date(2026, 9, 8)
REASON = "Cùng một hợp tác xã, nhập hai lần"
EVERYBODY = (
    "producer", "other producer", "commune officer", "other commune's officer", "former district officer",
    "province officer", "secretary", "leader", "council member",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("HTX Chè Hồng Thái (mẫu)", ("che", "hong", "thai")),
        ("Hợp tác xã chè Hồng Thái", ("che", "hong", "thai")),
        ("Công ty TNHH MTV Nà Hang", ("na", "hang")),
        ("Hộ kinh doanh Bàn Thị Kim", ("ban", "thi", "kim")),
        ("Cơ sở sản xuất", ("co", "so", "san", "xuat")),
        ("Hoàng Thị Hộ", ("hoang", "thi")),
        ("", ()),
    ],
)
def test_kind_words_and_notes_do_not_tell_producers_apart(name: str, words: tuple[str, ...]) -> None:
    assert own_words(name) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HTX chè Hồng Thái", "Hợp tác xã Hồng Thái chè"),
        ("HTX Hồng Thái", "Hợp tác xã nông nghiệp Hồng Thái"),
        ("HTX Hồng Thái", "HTX Hồng Thai"),
        ("HTX Hồng Thái", "HTX Hồng Tái"),
        ("HTX Sen", "Hợp tác xã Sen"),
    ],
)
def test_other_spellings_are_alike(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HTX Nà Lừa (mẫu)", "HTX Nà Lăn (mẫu)"),
        ("HTX Sen", "HTX Sen Vàng"),
        ("HTX Bản Lằn", "HTX Khuổi Hóp"),
        ("", "HTX Sen"),
    ],
)
def test_other_names_are_not(one: str, other: str) -> None:
    assert not alike(one, other)
    assert not alike(other, one)


def twin(scene: Scene, name: str = "HTX Nà Pàng (mẫu)", **changes: object) -> Subject:
    """The subject of the plan, entered a second time by somebody else."""
    values = {"kind": SubjectKind.objects.get(code="cooperative"), "commune": scene.subject().commune}
    return services.add_subject(name=name, **{**values, "by": SYSTEM, "now": NOW, **changes})


def laden(scene: Scene) -> Subject:
    """A second entry with a product, a paper, a site, a member and a tie of its own."""
    gone, other, officer = twin(scene), scene.person("other producer"), scene.person("commune officer")
    services.add_member(subject=gone, user=other, valid_from=DAY, by=SYSTEM, now=NOW)
    product = services.add_product(
        subject=gone, name="Bánh chưng gù (mẫu)", product_set=ProductSet.objects.get(number=6), commune=gone.commune,
        by=SYSTEM, now=NOW,
    )  # fmt: skip
    services.add_evidence(
        subject=gone, kind=EvidenceKind.objects.order_by("position")[0], name="Giấy đăng ký", by=other, now=NOW,
        stored=files.store(PDF, "giay.pdf", now=NOW),
    )  # fmt: skip
    services.save_site(
        subject=gone, kind="workshop", name="Xưởng", commune=gone.commune, products=[product], by=other, now=NOW
    )
    services.tie(subject=gone, kind=TieKind.RELATIVE, user=officer, valid_from=DAY, source="Kê khai")
    return gone


def merged(scene: Scene, gone: Subject, kept: Subject, who: str = "commune officer") -> Merge:
    return services.merge_subjects(gone=gone, kept=kept, reason=REASON, by=scene.person(who), now=NOW)


def undone(scene: Scene, merge: Merge, who: str = "commune officer") -> None:
    services.undo_merge(merge=merge, reason="Thật ra là hai nơi khác nhau", by=scene.person(who), now=NOW)


def silent(words: str, act, kind: type[Refusal] = Refusal) -> None:
    """Refused, with nothing written."""
    events = Event.objects.count()
    with pytest.raises(kind, match=re.escape(words)):
        act()
    assert Event.objects.count() == events


def everything() -> list[object]:
    """Who owns what: what a merge may move and its undo must put back."""
    return [
        list(Product.objects.order_by("pk").values_list("pk", "subject", "search", "merged_into")),
        list(Evidence.objects.order_by("pk").values_list("pk", "subject")),
        list(Subject.objects.order_by("pk").values_list("pk", "merged_into")),
        sorted(SubjectMember.objects.order_by("pk").values_list("subject", "user", "valid_from")),
        sorted(Tie.objects.order_by("pk").values_list("subject", "user", "kind", "valid_from")),
        [(s.pk, s.subject_id, list(s.products.values_list("pk", flat=True))) for s in _sites()],
    ]


def _sites() -> list[object]:
    return [site for subject in Subject.objects.order_by("pk") for site in subject.sites.order_by("pk")]


# Found before saving


def test_a_subject_is_found_by_tax_code_anywhere_and_by_name_in_its_commune(scene: Scene) -> None:
    known, commune = scene.subject(), scene.subject().commune
    coded = twin(scene, "HTX Khuổi Phầy (mẫu)", tax_code="5000 112 233")
    elsewhere = scene.stage.filed(name="Chè (mẫu)", subject="HTX Nà Pàng (mẫu)", commune="02509").dossier.subject
    found = alike_subjects("HTX Nà Pang", commune, tax_code="5000112233")
    assert [(one.row, one.why, one.certain) for one in found] == [
        (coded, "cùng mã số thuế", True),
        (known, "tên gần giống", False),
    ]
    assert [one.why for one in alike_subjects("hop tac xa na pang (mau)", commune)] == ["cùng tên"]
    assert [one.row for one in alike_subjects("HTX Nà Pàng", elsewhere.commune)] == [elsewhere]
    assert alike_subjects("HTX Khác", commune) == []


def test_a_product_is_found_in_its_subject_and_among_those_that_a_source_gave_nobody(scene: Scene) -> None:
    product = scene.product()
    of_nobody = services.add_product(
        subject=None, name="Cốm nếp (mẫu)", product_set=None, commune=product.commune, by=SYSTEM, now=NOW
    )
    found = alike_products("Cốm nếp (mẫu)", product.subject, product.commune)
    assert {(one.row, one.certain) for one in found} == {(product, True), (of_nobody, False)}
    assert [one.row for one in alike_products("Nếp cốm", product.subject, product.commune)] == [product]
    assert [one.row for one in alike_products("Cốm nếp", product.subject, product.commune, but=product)] == [of_nobody]


def form_for(scene: Scene, name: str, **changes: object) -> dict[str, object]:
    kind = SubjectKind.objects.get(code="household").pk
    return {"name": name, "kind": kind, "commune": scene.subject().commune_id, **changes}


def test_the_form_shows_what_is_alike_and_asks_why_it_is_another(scene: Scene) -> None:
    known, client = scene.subject(), scene.client("commune officer")
    assert "Vẫn là hai" not in client.get("/chu-the/them/").content.decode()
    answer = client.post("/chu-the/them/", form_for(scene, "HTX Nà Pang"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="/chu-the/{known.pk}/"' in page
    assert "Vẫn là hai: lý do" in page
    assert Subject.objects.count() == 1
    assert client.post("/chu-the/them/", form_for(scene, "HTX Nà Pang", apart="Khác thôn")).status_code == 302
    made = Subject.objects.get(name="HTX Nà Pang")
    assert audit.timeline(made)[0].reason == "Khác thôn"


def test_a_reason_makes_no_second_subject_of_one_tax_code_but_reports_it(scene: Scene) -> None:
    twin(scene, "HTX chè Hồng Thái", tax_code="5000112233")
    known = Subject.objects.get(name="HTX chè Hồng Thái")
    client = scene.client("other commune's officer")
    world = scene.stage.world
    form = form_for(scene, "HTX khác", tax_code="5000112233", apart="Vẫn là hai nơi")
    form["commune"] = world.communes["02509"].organ.area_id
    answer = client.post("/chu-the/them/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Mã số thuế này đã có: HTX chè Hồng Thái. Mở hồ sơ chủ thể đó, hoặc báo trùng." in page
    assert f'href="/chu-the/{known.pk}/"' not in page
    report = f"/chu-the/{known.pk}/bao-trung/"
    assert report in page
    assert client.post(report, {"name": "HTX khác"}).status_code == 302
    told = set(Notice.objects.values_list("user", flat=True))
    assert told == {user.pk for user in [*world.communes["02287"].officers, *world.officers]}
    assert scene.client("producer").post(report, {"name": "x"}).status_code == 404


def test_the_product_form_asks_too_and_the_same_name_stays_refused(scene: Scene) -> None:
    product, client = scene.product(), scene.client("producer")
    add = "/san-pham-cua-toi/them/"
    form = {"subject": product.subject_id, "name": "Cốm nếp non (mẫu)", "product_set": 6, "commune": product.commune_id}
    form["product_set"] = product.product_set_id
    assert client.post(add, form).status_code == 422
    assert client.post(add, {**form, "apart": "Cốm khác mùa"}).status_code == 302
    same = client.post(add, {**form, "name": "CỐM NẾP (mẫu)", "apart": "Cốm khác mùa"})
    assert same.status_code == 422
    assert "Chủ thể đã có sản phẩm “Cốm nếp (mẫu)”." in same.content.decode()


def test_two_that_a_person_said_are_two_are_no_pair_any_more(scene: Scene) -> None:
    known, other = scene.subject(), twin(scene)
    assert [one.row for one in alike_subjects(known.name, known.commune, but=known)] == [other]
    silent("Lý do quá ngắn", lambda: services.keep_apart(
        one=known, other=other, reason="Khác", by=scene.person("commune officer"), now=NOW
    ))  # fmt: skip
    services.keep_apart(
        one=known, other=other, reason="Hai hợp tác xã ở hai thôn", by=scene.person("commune officer"), now=NOW
    )
    assert alike_subjects(known.name, known.commune, but=known) == []
    assert alike_subjects(other.name, other.commune, but=other) == []


# Merging subjects


def test_a_merge_moves_what_belongs_to_a_subject_and_undo_puts_back_exactly(scene: Scene) -> None:
    kept, gone = scene.subject(), laden(scene)
    before = everything()
    merge = merged(scene, gone, kept)
    assert gone.merged_into == kept
    assert {product.name for product in kept.products.all()} == {"Cốm nếp (mẫu)", "Bánh chưng gù (mẫu)"}
    assert "hop tac xa na pang" in Product.objects.get(name="Bánh chưng gù (mẫu)").search
    assert (kept.evidence.count(), kept.sites.count()) == (1, 1)
    members = {scene.person("producer").pk, scene.person("other producer").pk}
    assert set(kept.memberships.values_list("user", flat=True)) == members
    assert set(gone.memberships.values_list("user", flat=True)) == members
    assert kept.ties.filter(kind=TieKind.RELATIVE, user=scene.person("commune officer")).exists()
    assert [entry.kind for entry in audit.timeline(gone)][-1] == "subject.merged"
    undone(scene, merge)
    assert everything() == before
    assert [entry.kind for entry in audit.timeline(kept)][-1] == "subject.unmerged"
    silent("Người khác vừa cập nhật", lambda: undone(scene, merge))


def test_a_merged_subject_leaves_every_list_and_its_old_address_leads_on(scene: Scene) -> None:
    kept, gone = scene.subject(), laden(scene)
    merged(scene, gone, kept)
    officer = scene.person("commune officer")
    for rows in (
        Subject.objects.visible_to(officer, DAY),
        Subject.objects.kept_by(officer, DAY),
        Subject.objects.of(scene.person("other producer"), DAY),
    ):
        assert set(rows) == {kept}
    page = scene.client("commune officer").get(f"/chu-the/{gone.pk}/").content.decode()
    assert "Đã gộp vào chủ thể khác." in page
    assert f'href="/chu-the/{kept.pk}/"' in page
    silent("không thuộc quyền", lambda: services.change_subject(
        subject=gone, version=gone.version, name="Tên khác", by=officer, now=NOW
    ), Forbidden)  # fmt: skip


def test_old_papers_of_the_merged_subject_stay_as_they_are_and_readable(scene: Scene) -> None:
    """A dossier that ended keeps the subject it was filed by; whoever acts for the other reads it from now on."""
    kept = scene.subject()
    walk = Walk(scene.stage.world, scene.person("other producer"))
    dossier = walk.draft(replace(PLAN, name="Bánh gai (mẫu)", subject="HTX Nà Pàng (mẫu)"))
    gone = dossier.subject
    dossiers.withdraw(
        dossier=dossier, version=dossier.version, reason="Chủ thể nhập hai lần", by=walk.producer, now=NOW
    )
    assert not Dossier.objects.visible_to(scene.person("producer"), DAY).filter(pk=dossier.pk).exists()
    merged(scene, gone, kept)
    dossier.refresh_from_db()
    assert (dossier.subject, dossier.product.subject) == (gone, kept)
    assert Dossier.objects.visible_to(scene.person("producer"), DAY).filter(pk=dossier.pk).exists()
    late = scene.person("commune officer")
    services.add_member(subject=kept, user=late, valid_from=DAY, by=SYSTEM, now=NOW)
    assert gone.memberships.filter(user=late).exists()


def test_open_dossiers_go_over_with_their_subject_and_come_back(scene: Scene) -> None:
    """Also where both have some: they are one producer's now, who goes on with both."""
    mine = scene.draft()
    kept, gone = mine.subject, twin(scene)
    walk = Walk(scene.stage.world, scene.person("other producer"))
    theirs = walk.draft(replace(PLAN, name="Bánh gai (mẫu)", subject=gone.name))
    merge = merged(scene, Subject.objects.get(pk=gone.pk), kept)
    for dossier in (mine, theirs):
        dossier.refresh_from_db()
        assert (dossier.subject, dossier.product.subject) == (kept, kept)
    assert scene.client("producer").get(f"/ho-so/{theirs.code}/bieu-mau/").status_code == 200
    assert merge.moved["above"] == {"dossiers.dossier.subject": [theirs.pk]}
    undone(scene, merge)
    for dossier, subject in ((mine, kept), (theirs, gone)):
        dossier.refresh_from_db()
        assert (dossier.subject, dossier.product.subject) == (subject, subject)


def test_undo_is_refused_with_the_list_of_what_was_used_or_changed(scene: Scene) -> None:
    kept, gone = scene.subject(), laden(scene)
    merge = merged(scene, gone, kept)
    product = Product.objects.get(name="Bánh chưng gù (mẫu)")
    producer = scene.person("producer")
    dossier = dossiers.open_dossier(product=product, kind="first", by=producer, now=NOW)
    evidence = Evidence.objects.get(name="Giấy đăng ký")
    dossiers.attach(dossier=dossier, criterion="1.1", evidence=evidence, by=producer, now=NOW)
    kept.sites.update(version=7)
    silent(
        "Đã dùng hoặc sửa sau khi gộp: “Bánh chưng gù (mẫu)”; “Giấy đăng ký”; “Xưởng”.", lambda: undone(scene, merge)
    )
    assert Subject.objects.get(pk=gone.pk).merged_into == kept


def test_undo_waits_for_the_undo_of_a_later_merge(scene: Scene) -> None:
    kept, first, second = scene.subject(), twin(scene), twin(scene, "HTX Nà Pàng Hai (mẫu)")
    one = merged(scene, second, first)
    two = merged(scene, Subject.objects.get(pk=first.pk), kept)
    silent("đã gộp tiếp vào", lambda: undone(scene, one))
    undone(scene, two)
    undone(scene, one)
    assert not Subject.objects.exclude(merged_into=None).exists()


def test_only_offices_of_both_communes_merge(scene: Scene) -> None:
    kept, gone = scene.subject(), twin(scene)
    allowed = {"commune officer", "province officer"}
    for who in EVERYBODY:
        if who not in allowed:
            silent("Không phải tất cả đều thuộc địa bàn", lambda who=who: merged(scene, gone, kept, who), Forbidden)
    abroad = scene.stage.filed(name="Chè (mẫu)", subject="HTX Nà Pàng Ba (mẫu)", commune="02509").dossier.subject
    silent("Không phải tất cả", lambda: merged(scene, gone, abroad), Forbidden)
    unplaced = twin(scene, "HTX Nà Pàng Bốn (mẫu)", commune=None)
    silent("Không phải tất cả", lambda: merged(scene, unplaced, kept), Forbidden)
    merged(scene, unplaced, kept, "province officer")
    merge = merged(scene, gone, kept)
    silent("Không phải tất cả", lambda: undone(scene, merge, "other commune's officer"), Forbidden)
    undone(scene, merge, "province officer")


def test_a_subject_is_merged_once_into_another(scene: Scene) -> None:
    kept, gone = scene.subject(), twin(scene)
    silent("Hai bản là một", lambda: merged(scene, kept, kept))
    silent("Lý do quá ngắn", lambda: services.merge_subjects(
        gone=gone, kept=kept, reason="Trùng", by=scene.person("commune officer"), now=NOW
    ))  # fmt: skip
    stale = Subject.objects.get(pk=gone.pk)
    merged(scene, gone, kept)
    silent("Người khác vừa cập nhật", lambda: merged(scene, stale, kept))
    silent("đã gộp vào bản khác", lambda: merged(scene, gone, kept))


# Merging products


def test_a_product_merges_into_another_of_its_subject_and_back(scene: Scene) -> None:
    kept = scene.product()
    gone = services.add_product(
        subject=kept.subject, name="Nếp cốm (mẫu)", product_set=None, commune=kept.commune, by=SYSTEM, now=NOW,
        stage=Stage.POTENTIAL,
    )  # fmt: skip
    services.save_site(
        subject=kept.subject, kind="workshop", name="Xưởng", commune=kept.commune, products=[gone],
        by=scene.person("producer"), now=NOW,
    )  # fmt: skip
    before = everything()
    officer = scene.person("commune officer")
    merge = services.merge_products(gone=gone, kept=kept, reason=REASON, by=officer, now=NOW)
    assert list(kept.sites.values_list("name", flat=True)) == ["Xưởng"]
    assert set(Product.objects.visible_to(officer, DAY)) == {kept}
    assert "Đã gộp vào sản phẩm khác." in scene.client("producer").get(gone.get_absolute_url()).content.decode()
    silent("đã gộp vào", lambda: services.withdraw_product(
        product=gone, version=gone.version, cause="other", reason="Không còn làm nữa", by=officer, now=NOW
    ))  # fmt: skip
    undone(scene, merge)
    assert everything() == before


def recognised(scene: Scene, *names: str, filed_on: date = date(2026, 6, 10)) -> list[Product]:
    """Products of the producer's subject with a recognition in force at NOW."""
    walked = scene.stage.walk.round([replace(PLAN, name=name, filed_on=filed_on) for name in names])
    return [one.dossier.product for one in walked]


def one_product(scene: Scene, gone: Product, kept: Product) -> Merge:
    gone, kept = (Product.objects.select_related("subject").get(pk=row.pk) for row in (gone, kept))
    return services.merge_products(gone=gone, kept=kept, reason=REASON, by=scene.person("commune officer"), now=NOW)


@pytest.mark.parametrize("way", ["the recognised one stays", "the other stays"])
def test_dossiers_and_recognitions_of_one_product_come_together_and_go_back(scene: Scene, way: str) -> None:
    """A recognition stands on one entry, the dossier of the next evaluation was opened on the other."""
    [starred] = recognised(scene, "Bánh khảo (mẫu)")
    opened = scene.draft("Bánh khảo nhân lạc (mẫu)").product
    gone, kept = (opened, starred) if way == "the recognised one stays" else (starred, opened)
    code = Product.objects.get(pk=starred.pk).official_code
    before = everything(), papers_above()
    old = f"/san-pham/{starred.slug}/"
    stranger = Client(headers={"host": "localhost"})
    assert stranger.get(old).status_code == 200
    merge = one_product(scene, gone, kept)
    assert (
        f'href="/gop/{merge.pk}/bo/"' in scene.client("commune officer").get(f"/y-tuong/{kept.code}/").content.decode()
    )
    assert {pk for _, pk in papers_above()} == {kept.pk}
    assert code.endswith("-2026")
    assert Product.objects.get(pk=kept.pk).official_code == code
    page = stranger.get(old, follow=True)
    assert page.status_code == 200
    assert page.redirect_chain == ([] if kept == starred else [(f"/san-pham/{kept.slug}/", 308)])
    assert stranger.get(f"/p/{starred.code}").status_code == 200
    undone(scene, merge)
    assert (everything(), papers_above()) == before
    assert [Product.objects.get(pk=row.pk).official_code for row in (starred, opened)] == [code, ""]
    assert stranger.get(old).status_code == 200


def papers_above() -> list[tuple[str, int]]:
    """Which product each dossier and recognition is of."""
    dossiers_ = Dossier.objects.order_by("pk").values_list("code", "product")
    return [*dossiers_, *Recognition.objects.order_by("pk").values_list("code", "product")]


def test_two_that_are_alive_at_once_are_not_one_product_yet(scene: Scene) -> None:
    one, other = recognised(scene, "Bánh khảo (mẫu)", "Bánh chưng (mẫu)")
    silent("đều đang có công nhận", lambda: one_product(scene, one, other))
    drafts = [scene.draft(name) for name in ("Cốm nếp (mẫu)", "Cốm tẻ (mẫu)")]
    silent("đều đang có hồ sơ", lambda: one_product(scene, drafts[0].product, drafts[1].product))
    Recognition.objects.filter(product=one).update(ended_on=DAY, end_kind="revoked")
    assert one_product(scene, one, other).pk
    dossiers.withdraw(dossier=drafts[0], version=0, reason="Lập nhầm hai lần", by=scene.person("producer"), now=NOW)
    assert one_product(scene, drafts[0].product, drafts[1].product).pk


def test_papers_above_stay_with_a_product_that_is_registered(scene: Scene) -> None:
    filed = scene.draft().product
    early = services.add_product(
        subject=filed.subject, name="Nếp cốm (mẫu)", product_set=None, commune=filed.commune, by=SYSTEM, now=NOW,
        stage=Stage.PACKAGED,
    )  # fmt: skip
    silent(f"giữ “{filed}”", lambda: one_product(scene, filed, early))
    assert one_product(scene, early, filed).pk


def test_a_merge_of_products_is_not_undone_once_more_papers_stand_on_the_one_that_stayed(scene: Scene) -> None:
    opened, [starred] = scene.draft().product, recognised(scene, "Bánh khảo (mẫu)")
    merge = one_product(scene, starred, opened)
    dossier = Dossier.objects.get(product=opened, step="draft")
    dossiers.withdraw(
        dossier=dossier, version=dossier.version, reason="Lập lại từ đầu", by=scene.person("producer"), now=NOW
    )
    scene.draft()
    silent("đã có thêm hồ sơ, công nhận sau khi gộp", lambda: undone(scene, merge))


def test_products_of_two_subjects_are_not_merged_but_one_of_nobody_is(scene: Scene) -> None:
    kept, officer = scene.product(), scene.person("commune officer")
    foreign = services.add_product(
        subject=twin(scene), name="Cốm nếp (mẫu)", product_set=None, commune=kept.commune, by=SYSTEM, now=NOW
    )
    of_nobody = services.add_product(
        subject=None, name="Cốm nếp (mẫu)", product_set=None, commune=kept.commune, by=SYSTEM, now=NOW
    )
    silent("Hai sản phẩm của hai chủ thể", lambda: services.merge_products(
        gone=foreign, kept=kept, reason=REASON, by=officer, now=NOW
    ))  # fmt: skip
    assert services.merge_products(gone=of_nobody, kept=kept, reason=REASON, by=officer, now=NOW).pk


# Pages


def test_the_page_compares_merges_and_undoes(scene: Scene) -> None:
    kept, gone, client = scene.subject(), laden(scene), scene.client("commune officer")
    address = f"/chu-the/{kept.pk}/trung/{gone.pk}/"
    assert address in client.get(f"/chu-the/{kept.pk}/").content.decode()
    page = client.get(address).content.decode()
    assert WRONG.search(page) is None
    form = {"keep": str(kept.pk), "reason": REASON, "once": once_in(page)}
    assert client.post(f"{address}?viec=gop", {**form, "reason": "Trùng"}).status_code == 422
    assert client.post(f"{address}?viec=gop", form).status_code == 302
    merge = Merge.objects.get()
    assert (merge.gone, merge.kept) == (gone.pk, kept.pk)
    undo = f"/gop/{merge.pk}/bo/"
    shown = client.get(f"/chu-the/{kept.pk}/").content.decode()
    assert undo in shown
    assert "Đã gộp “HTX Nà Pàng (mẫu)”" in shown
    for who in set(EVERYBODY) - {"commune officer", "province officer"}:
        assert scene.client(who).get(undo).status_code == 404
        assert scene.client(who).get(address).status_code == 404
    confirm = client.get(undo).content.decode()
    assert WRONG.search(confirm) is None
    assert client.post(undo, {"reason": "Thật ra là hai nơi", "once": once_in(confirm)}).status_code == 302
    assert Subject.objects.get(pk=gone.pk).merged_into is None
    assert client.get(undo).status_code == 404


def test_the_page_proposes_what_is_used_and_else_what_was_first_and_shows_no_empty_line(scene: Scene) -> None:
    first, client = scene.subject(), scene.client("commune officer")
    second = twin(scene)
    for address in (f"/chu-the/{first.pk}/trung/{second.pk}/", f"/chu-the/{second.pk}/trung/{first.pk}/"):
        page = client.get(address)
        assert page.context["merge_form"].initial["keep"] == str(first.pk)
        assert [label for label, _, _ in page.context["facts"]] == ["Tên", "Loại hình", "Xã, phường", "Sản phẩm"]
    Walk(scene.stage.world, scene.person("other producer")).draft(
        replace(PLAN, name="Bánh gai (mẫu)", subject=second.name)
    )
    assert client.get(address).context["merge_form"].initial["keep"] == str(second.pk)


def test_the_page_says_that_two_are_two(scene: Scene) -> None:
    product, client = scene.product(), scene.client("commune officer")
    other = services.add_product(
        subject=product.subject, name="Nếp cốm (mẫu)", product_set=None, commune=product.commune, by=SYSTEM, now=NOW
    )
    address = f"{product.get_absolute_url()}trung/{other.code}/"
    assert address in client.get(f"/y-tuong/{product.code}/").content.decode()
    assert client.post(f"{address}?viec=hai", {"hai-reason": "Hai loại cốm khác mùa"}).status_code == 302
    assert address not in client.get(f"/y-tuong/{product.code}/").content.decode()
    assert Merge.objects.count() == 0
