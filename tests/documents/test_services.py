"""The register of documents: number and day come from the organ's own register and are checked, never made.

Source: NĐ 30/2020/NĐ-CP art. 15, annex I.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from ocop.accounts.models import Agency, Level, Role, User
from ocop.accounts.services import appoint, create_user
from ocop.documents.models import Document
from ocop.documents.services import record_document, record_foreign_document
from ocop.kernel.audit import SYSTEM
from ocop.kernel.models import Event
from ocop.kernel.refusal import Refusal

DAY = date(2026, 11, 24)


def agency(name: str, last: date | None = None) -> Agency:
    return Agency.objects.create(
        name=name, symbol="UBND", level=Level.PROVINCE, place="Tuyên Quang", valid_from=date(2025, 7, 1), valid_to=last
    )


@pytest.fixture
def organ(db: None) -> Agency:
    return agency("Ủy ban nhân dân tỉnh (mẫu)")


@pytest.fixture
def officer(organ, now) -> User:
    user = create_user(email="tinh@mau.vn", name="Nguyễn Thị Chi (mẫu)", password=None, by=SYSTEM, now=now)
    appoint(user=user, role=Role.PROVINCE_OFFICER, agency=organ, valid_from=organ.valid_from, by=SYSTEM, now=now)
    return user


def record(organ, officer, now, number="321/QĐ-UBND", day=DAY, kind="QĐ"):
    return record_document(organ=organ, kind=kind, number=number, day=day, summary="Công nhận", by=officer, now=now)


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("321/QĐ-UBND", "321/QĐ-UBND"),
        ("5/QĐ-UBND", "05/QĐ-UBND"),  # numbers below 10 are padded
        ("05/QĐ-UBND", "05/QĐ-UBND"),
        ("12a/QĐ-UBND", "12a/QĐ-UBND"),
        ("26/2026/QĐ-TTg", "26/2026/QĐ-TTg"),
        ("12/UBND-NLN", "12/UBND-NLN"),
    ],
)
def test_a_number_is_kept_as_official_papers_write_it(organ, officer, now, number, kept):
    assert record(organ, officer, now, number).number == kept


@pytest.mark.parametrize("number", ["", "321", "QĐ-UBND", "321 /QĐ-UBND", "321/QĐ - UBND", "321/qđ-ubnd", "1/2/3/QĐ"])
def test_a_number_that_is_none_is_refused(organ, officer, now, number):
    with pytest.raises(Refusal, match="không đúng thể thức"):
        record(organ, officer, now, number)
    assert not Document.objects.exists()


def test_a_number_stands_once_by_organ_kind_and_year(organ, officer, now):
    record(organ, officer, now)
    with pytest.raises(Refusal, match="đã có quyết định số 321/QĐ-UBND năm 2026"):
        record(organ, officer, now, day=date(2026, 1, 2))
    record(organ, officer, now, day=date(2025, 12, 31))  # another year
    record(organ, officer, now, kind="TB")  # another kind
    record(agency("Sở (mẫu)"), officer, now)  # another organ
    assert Document.objects.count() == 4


@pytest.mark.parametrize(
    ("day", "allowed"),
    [(date(2026, 11, 24), True), (date(2026, 11, 25), False), (date(2025, 7, 1), True), (date(2025, 6, 30), False)],
)
def test_the_day_lies_in_the_organ_s_term_and_not_in_the_future(organ, officer, now, day, allowed):
    if allowed:
        assert record(organ, officer, now, day=day).year == day.year
    else:
        with pytest.raises(Refusal, match=r"chưa tới|không hoạt động"):
            record(organ, officer, now, day=day)


@pytest.mark.parametrize(("day", "allowed"), [(date(2026, 1, 31), True), (date(2026, 2, 1), False)])
def test_an_organ_signs_nothing_after_its_end(officer, now, day, allowed):
    ended = agency("Ủy ban (mẫu)", last=date(2026, 1, 31))
    if allowed:
        assert record(ended, officer, now, day=day)
    else:
        with pytest.raises(Refusal, match="không hoạt động ngày 01/02/2026"):
            record(ended, officer, now, day=day)


def test_entering_writes_one_event(organ, officer, now):
    before = Event.objects.count()
    record(organ, officer, now)
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)[before:]) == ["document.recorded"]


def test_a_foreign_paper_keeps_what_is_unknown_unknown(db, now):
    paper = record_foreign_document(
        organ_name="UBND tỉnh", kind="QĐ", number="", day=None, year=2021, summary="Công nhận", now=now
    )
    assert (paper.organ, paper.day, paper.year) == (None, None, 2021)
    assert str(paper) == "Quyết định chưa rõ số ngày chưa rõ"


def test_only_staff_read_the_register(organ, officer, now):
    record(organ, officer, now)
    producer = create_user(email="chuthe@mau.vn", name="Chủ thể (mẫu)", password=None, by=SYSTEM, now=now)
    assert Document.objects.visible_to(officer, DAY).count() == 1
    assert not Document.objects.visible_to(producer, DAY).exists()
    assert not Document.objects.visible_to(AnonymousUser(), DAY).exists()
