"""The register: who may write what, nothing twice, restricted facts sealed, everything found again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from ocop.areas.models import Area
from ocop.kernel import audit, files
from ocop.kernel.audit import SYSTEM
from ocop.kernel.models import Event, EventBody
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at
from ocop.registry import services
from ocop.registry.models import Evidence, EvidenceKind, Product, ProductSet, Stage, Subject, SubjectKind, Tie, TieKind
from tests.factories import PLAN

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 1)
NOW = at(DAY)
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def product(stage):
    """Bánh khảo of Nà Pàng in Chiêm Hóa, kept by the first producer."""
    return stage.walk.product(PLAN)


def commune(code, day=DAY):
    return Area.objects.in_force_on(day).communes().get(code=code)


def add_subject(**changes):
    values = {
        "name": "HTX Khuổi Phầy (mẫu)",
        "kind": SubjectKind.objects.get(code="cooperative"),
        "commune": commune("02287"),
        "by": SYSTEM,
        "now": NOW,
    }
    return services.add_subject(**{**values, **changes})


def silent(words, act, kind=Refusal):
    """Refused without an event."""
    events = Event.objects.count()
    with pytest.raises(kind, match=re.escape(words)):
        act()
    assert Event.objects.count() == events


# Subjects


def test_officers_enter_subjects_of_their_commune_and_the_province_of_any(stage):
    world = stage.world
    mine, other = world.communes["02287"].officers[0], world.communes["02509"].officers[0]
    assert add_subject(by=mine).commune.code == "02287"
    silent("không thuộc địa bàn của bạn", lambda: add_subject(by=other), Forbidden)
    assert add_subject(by=world.officers[0], name="HTX khác (mẫu)").pk
    for user in (world.producers[0], world.members[0], world.leader, world.secretaries[0], world.admin):
        silent("Chỉ cán bộ xã hoặc cơ quan tham mưu", lambda user=user: add_subject(by=user), Forbidden)
    assert Subject.objects.count() == 2


def test_a_subject_needs_a_name_and_keeps_it_in_one_spelling():
    with pytest.raises(Refusal, match="Chưa có tên"):
        add_subject(name=" \u200b ")
    assert add_subject(name="HTX  Khuổi\u200b Phầy").name == "HTX Khuổi Phầy"


def test_a_tax_code_is_sealed_in_the_store_and_one_subjects_alone():
    first = add_subject(tax_code="5000 123 456")
    assert Subject.objects.get(pk=first.pk).tax_code == "5000123456"
    with connection.cursor() as cursor:
        cursor.execute("SELECT tax_code, tax_code_hash FROM registry_subject WHERE id = %s", [first.pk])
        stored = cursor.fetchone()
    assert "5000123456" not in "".join(stored)
    silent("Mã số thuế này đã có: HTX Khuổi Phầy", lambda: add_subject(name="B", tax_code="5000-123-456"))
    assert not EventBody.objects.filter(body__contains="5000123456").exists()
    add_subject(name="Không mã 1")
    add_subject(name="Không mã 2")  # none is not the same as none


def test_a_change_names_the_fields_and_not_their_values(stage, product):
    subject, by = product.subject, stage.world.producers[0]
    services.change_subject(
        subject=subject, version=0, by=by, now=NOW, phone="0912 345 678", legal_representative="Hoàng Thị Mận"
    )
    entry = audit.timeline(subject)[-1]
    assert (entry.kind, entry.after) == ("subject.changed", {"mục": ["legal_representative", "phone"]})
    silent("vừa cập nhật", lambda: services.change_subject(subject=subject, version=0, by=by, now=NOW, phone="0"))
    silent("Chưa có tên", lambda: services.change_subject(subject=subject, version=1, by=by, now=NOW, name=" "))
    with pytest.raises(ValueError):
        services.change_subject(subject=subject, version=1, by=by, now=NOW, tax_code="1")
    assert Subject.objects.get(pk=subject.pk).phone == "0912 345 678"


def test_who_keeps_a_subject(stage, product):
    world, subject = stage.world, product.subject
    allowed = {"producer": world.producers[0], "officer of the commune": world.communes["02287"].officers[1]}
    refused = {
        "other producer": world.producers[1],
        "officer of another commune": world.communes["02509"].officers[0],
        "province": world.officers[0],
        "secretary": world.secretaries[0],
        "member": world.members[1],
    }
    for version, user in enumerate(allowed.values()):
        services.change_subject(subject=subject, version=version, by=user, now=NOW, phone=str(version))
    for user in refused.values():
        silent(
            "không thuộc quyền của bạn",
            lambda user=user: services.change_subject(subject=subject, version=2, by=user, now=NOW, phone="9"),
            Forbidden,
        )


def test_products_are_found_by_the_new_name_of_their_subject(stage, product):
    services.change_subject(
        subject=product.subject, version=0, by=stage.world.producers[0], now=NOW, name="HTX Nà Lừa (mẫu)"
    )
    found = Product.objects.get(pk=product.pk).search
    assert "na lua" in found
    assert "na pang" not in found
    assert "banh khao" in found


def test_a_person_acts_for_a_subject_from_his_first_day_and_is_tied_to_it(stage, product):
    user = stage.world.producers[1]
    officer, other = stage.world.communes["02287"].officers[0], stage.world.communes["02509"].officers[0]

    def let(by):
        services.add_member(subject=product.subject, user=user, valid_from=date(2026, 9, 5), by=by, now=NOW)

    silent("không thuộc địa bàn", lambda: let(other), Forbidden)
    silent("Chỉ cán bộ xã", lambda: let(stage.world.producers[0]), Forbidden)
    let(officer)
    assert not Subject.objects.of(user, date(2026, 9, 4)).exists()
    assert Subject.objects.of(user, date(2026, 9, 5)).get() == product.subject
    tie = Tie.objects.get(user=user)
    assert (tie.kind, tie.valid_from, tie.valid_to) == (TieKind.MEMBER, date(2026, 9, 5), None)


# Products


def add_product(stage, product, **changes):
    values = {
        "subject": product.subject,
        "name": "Cốm nếp (mẫu)",
        "product_set": ProductSet.objects.get(number=6),
        "commune": product.commune,
        "by": stage.world.producers[0],
        "now": NOW,
    }
    return services.add_product(**{**values, **changes})


def test_a_product_has_a_code_and_is_found_without_accents(stage, product):
    found = add_product(stage, product)
    assert len(found.code) == 8
    assert "com nep mau hop tac xa na pang mau xa chiem hoa" in found.search
    assert found.stage == Stage.REGISTERED


def test_a_subject_has_a_name_once(stage, product):
    silent("đã có sản phẩm “Bánh khảo (mẫu)”", lambda: add_product(stage, product, name="BÁNH KHẢO (mẫu)"))
    other = add_product(stage, product)
    silent(
        "đã có sản phẩm “Bánh khảo (mẫu)”",
        lambda: services.change_product(
            product=other, version=0, by=stage.world.producers[0], now=NOW, name="Bánh khảo (mẫu)"
        ),
    )
    services.change_product(
        product=other, version=0, by=stage.world.producers[0], now=NOW, name="CỐM NẾP (mẫu)"
    )  # its own name in other letters
    elsewhere = add_subject()
    assert add_product(stage, product, subject=elsewhere, by=SYSTEM, name="Bánh khảo (mẫu)").pk


def test_only_who_keeps_the_subject_enters_its_products(stage, product):
    for user in (stage.world.producers[1], stage.world.communes["02509"].officers[0], stage.world.officers[0]):
        silent("không thuộc quyền", lambda user=user: add_product(stage, product, by=user), Forbidden)
    silent("chưa có chủ thể", lambda: add_product(stage, product, subject=None))
    assert add_product(stage, product, by=stage.world.communes["02287"].officers[0]).subject == product.subject


def test_one_form_sent_twice_enters_one_product(stage, product):
    add_product(stage, product, token="sp-1")
    silent("đã được gửi", lambda: add_product(stage, product, token="sp-1", name="Khác (mẫu)"))
    assert product.subject.products.count() == 2


def test_a_change_from_an_old_copy_is_refused(stage, product):
    by = stage.world.producers[0]
    services.change_product(product=product, version=0, by=by, now=NOW, story="Từ đời cụ")
    silent("vừa cập nhật", lambda: services.change_product(product=product, version=0, by=by, now=NOW, story="Khác"))
    entry = audit.timeline(product)[-1]
    assert (entry.before, entry.after) == ({"story": ""}, {"story": "Từ đời cụ"})


def test_a_known_set_stays(stage, product):
    silent(
        "đã thuộc bộ 6",
        lambda: services.place_product(
            product=product,
            version=0,
            product_set=ProductSet.objects.get(number=7),
            commune=product.commune,
            by=stage.world.producers[0],
            now=NOW,
        ),
    )


def test_a_person_says_which_part_of_a_split_commune(stage):
    """Xã Kim Phú went to phường Minh Xuân and, for the most part, to phường Mỹ Lâm (02509) on 1/7/2025."""
    product = stage.walk.product(replace(PLAN, commune="02497", filed_on=date(2024, 3, 12)))
    by, my_lam, far = stage.world.producers[0], commune("02509"), commune("02287")

    def place(where):
        services.place_product(
            product=product, version=product.version, product_set=product.product_set, commune=where, by=by, now=NOW
        )

    silent("không nhận phần nào của Xã Kim Phú", lambda: place(far))
    place(my_lam)
    assert product.commune == my_lam
    assert "phuong my lam" in product.search


def test_the_laws_code_is_given_once_by_commune_and_year(stage, product):
    other = add_product(stage, product)
    first = services.give_official_code(product=product, year=2026)
    assert first == "08-02287-01-2026"
    assert services.give_official_code(product=other, year=2026) == "08-02287-02-2026"
    assert services.give_official_code(product=product, year=2027) == first
    third = add_product(stage, product, name="Thứ ba (mẫu)")
    assert services.give_official_code(product=third, year=2027) == "08-02287-01-2027"


# Evidence


def paper(stage, product, **changes):
    values = {
        "subject": product.subject,
        "kind": EvidenceKind.objects.get(code="business_registration"),
        "name": "Giấy đăng ký",
        "stored": files.store(PDF, "giay.pdf", now=NOW),
        "by": stage.world.producers[0],
        "now": NOW,
    }
    return services.add_evidence(**{**values, **changes})


def test_evidence_is_kept_by_its_subject_with_the_hash_in_the_event(stage, product):
    evidence = paper(stage, product)
    assert audit.timeline(evidence)[-1].after["sha256"] == evidence.blob.sha256
    for user in (stage.world.producers[1], stage.world.officers[0], stage.world.communes["02509"].officers[0]):
        silent("không thuộc quyền", lambda user=user: paper(stage, product, by=user), Forbidden)


def test_evidence_does_not_lapse_before_it_was_issued(stage, product):
    silent(
        "trước ngày cấp",
        lambda: paper(stage, product, valid_from=date(2026, 1, 2), valid_until=date(2026, 1, 1)),
    )
    assert paper(stage, product, valid_from=date(2026, 1, 2), valid_until=date(2026, 1, 2)).pk


def test_evidence_is_valid_from_its_first_to_its_last_day(stage, product):
    evidence = paper(stage, product, valid_from=date(2026, 1, 2), valid_until=date(2026, 12, 31))
    assert [
        day.isoformat()
        for day in (date(2026, 1, 1), date(2026, 1, 2), date(2026, 12, 31), date(2027, 1, 1))
        if Evidence.objects.valid_on(day).contains(evidence)
    ] == ["2026-01-02", "2026-12-31"]


def test_who_sees_the_wallet(stage, product):
    evidence, world = paper(stage, product), stage.world

    def sees(user):
        return Evidence.objects.visible_to(user, DAY).contains(evidence)

    assert all(map(sees, (world.producers[0], world.communes["02287"].officers[0], world.officers[0])))
    assert not any(map(sees, (world.producers[1], world.communes["02509"].officers[0], world.members[2], world.admin)))


# Ties


def test_a_tie_written_again_is_one_row_from_the_earlier_day(product, stage):
    user = stage.world.members[2]

    def tie(day):
        return services.tie(
            subject=product.subject, kind=TieKind.SUPPORT, user=user, valid_from=day, source="Hợp đồng hỗ trợ"
        )

    first = tie(date(2026, 3, 1))
    assert tie(date(2026, 5, 1)) == tie(date(2024, 1, 1)) == first
    row = Tie.objects.get(user=user)
    assert row.valid_from == date(2024, 1, 1)
    assert Tie.objects.in_force_on(date(2025, 1, 1)).contains(row)
