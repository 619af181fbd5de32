"""The signed copy of a document: who attaches it, what is kept of it, what takes its place.

Source: issue "Councils whose scores nobody can doubt" 11: a signed scan or signed PDF is attached and its hash kept.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from ocop.accounts.models import User
from ocop.documents.models import Document
from ocop.documents.services import attach_signed, record_document, record_foreign_document
from ocop.kernel import audit, files
from ocop.kernel.refusal import Refusal
from tests.dossiers.scene import once_in, photo
from tests.factories import Stage

from .test_services import DAY, agency


@pytest.fixture
def officer(stage: Stage) -> User:
    return stage.world.officers[0]


@pytest.fixture
def document(stage: Stage, officer: User, now: datetime) -> Document:
    organ = stage.world.province
    return record_document(
        organ=organ, kind="QĐ", number="321/QĐ-UBND", day=DAY, summary="Công nhận", by=officer, now=now
    )


@pytest.fixture
def office(officer: User, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(timezone, "now", lambda: now)
    client = Client()
    client.force_login(officer)
    return client


def scan(colour: str, now) -> files.Stored:
    return files.store(photo(colour), f"{colour}.jpg", now=now)


def test_a_signed_copy_is_kept_with_its_hash_and_served_as_it_came(document, office, now):
    page = office.get(f"/van-ban/{document.pk}/").content.decode()
    assert "Chưa có bản đã ký" in page
    sent = {"file": SimpleUploadedFile("qd.jpg", photo("red")), "once": once_in(page)}
    assert office.post(f"/van-ban/{document.pk}/", sent).status_code == 302
    document.refresh_from_db()
    assert document.blob is not None
    page = office.get(f"/van-ban/{document.pk}/").content.decode()
    served = office.get(f"/van-ban/{document.pk}/ban-ky/").content
    assert hashlib.sha256(served).hexdigest() == document.blob.sha256
    assert document.blob.sha256 in page
    assert "Gắn bản đã ký" in page
    assert audit.timeline(document)[-1].after["mã băm"] == document.blob.sha256


def test_another_copy_needs_a_reason_and_leaves_both_hashes(document, officer, now):
    first, second = scan("red", now), scan("blue", now)
    attach_signed(document=document, stored=first, by=officer, now=now)
    document.refresh_from_db()
    with pytest.raises(Refusal, match="Ghi rõ lý do"):
        attach_signed(document=document, stored=second, by=officer, now=now)
    with pytest.raises(Refusal, match="chính là bản đang gắn"):
        attach_signed(document=document, stored=first, reason="Gắn nhầm bản quét", by=officer, now=now)
    attach_signed(document=document, stored=second, reason="Bản trước thiếu trang hai", by=officer, now=now)
    event = audit.timeline(document)[-1]
    assert (event.before["mã băm"], event.after["mã băm"]) == (first.blob.sha256, second.blob.sha256)
    assert event.reason == "Bản trước thiếu trang hai"


def test_two_who_attach_at_once_the_later_reads_what_the_first_attached(document, officer, now):
    stale = Document.objects.get(pk=document.pk)
    attach_signed(document=document, stored=scan("red", now), by=officer, now=now)
    with pytest.raises(Refusal, match="Người khác vừa cập nhật"):
        attach_signed(document=stale, stored=scan("blue", now), by=officer, now=now)


def test_only_the_organ_that_issued_a_paper_attaches_to_it(officer, now):
    other = agency("Ủy ban nhân dân tỉnh khác (mẫu)")
    theirs = Document.objects.create(organ=other, organ_name=other.name, kind="QĐ", number="1/QĐ-UBND", recorded_at=now)
    source = record_foreign_document(
        organ_name="UBND huyện cũ", kind="QĐ", number="5/QĐ-UBND", day=DAY, year=2026, summary="", now=now
    )
    for document in (theirs, source):
        with pytest.raises(Refusal):
            attach_signed(document=document, stored=scan("red", now), by=officer, now=now)


def test_what_is_no_paper_is_refused_beside_the_field(document, office):
    sent = {"file": SimpleUploadedFile("qd.pdf", b"MZ\x90 not a paper")}
    answer = office.post(f"/van-ban/{document.pk}/", sent)
    assert answer.status_code == 422
    assert "chương trình máy tính" in answer.content.decode()
