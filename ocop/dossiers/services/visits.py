"""The advisory team (Tổ tư vấn): proposals by criterion, field visits with findings and photos. One event an act."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from ocop.accounts.models import User
from ocop.kernel import audit, once
from ocop.kernel.files import Stored
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of, vi_date
from ocop.scorecards.queries import card

from ..models import Advice, Dossier, SelfScore, Visit, VisitFinding, VisitPhoto
from ..permissions import check_may_advise
from ..rules import team_name
from .gaps import printed
from .hands import assessed

MOST_PHOTOS = 30  # of one visit


@transaction.atomic
def save_advice(
    *, dossier: Dossier, criterion: str, answer: object, reason: str, version: int, by: User, now: datetime
) -> Advice:
    """Store what the team proposes for one criterion; a reason wherever it is not what the producer scored.

    version  0 for the first proposal
    :raises Refusal: no right, an option that the criterion does not have, no reason, somebody was faster
    """
    check_may_advise(by, dossier, day_of(now))
    what = f"Chưa lưu đề xuất ở tiêu chí {criterion}."
    found = card(dossier.scorecard).by_code.get(criterion)
    if found is None:
        raise Refusal(what, "Bộ tiêu chí không có tiêu chí này.", "Mở lại trang.")
    if not found.accepts(answer, dossier.cases.get(criterion)):
        raise Refusal(what, "Tiêu chí không có mức này.", "Chọn một trong các mức in sẵn.")
    reason = clean(reason)[:2000]
    own = SelfScore.objects.filter(dossier=dossier, criterion=criterion).first()
    if not reason and (own is None or own.answer != answer):
        raise Refusal(what, "Đề xuất khác điểm tự chấm mà chưa có lý do.", "Ghi lý do rồi lưu lại.")
    row, made = Advice.objects.get_or_create(
        dossier=dossier,
        criterion=criterion,
        defaults={"answer": answer, "reason": reason, "given_by": by, "given_as": printed(by)[:500], "at": now},
    )
    before = None if made else {criterion: row.answer, "lý do": row.reason}
    if not made:
        same = Advice.objects.filter(pk=row.pk, version=version)
        values = {"answer": answer, "reason": reason, "given_by": by, "given_as": printed(by)[:500], "at": now}
        if not same.update(**values, version=F("version") + 1):
            raise Moved(what)
        row.refresh_from_db()
    assessed(dossier, by, now, f"Ý kiến của {team_name(dossier.filed_on)}")
    audit.record("dossier.advised", dossier, by=by, at=now, before=before, after={criterion: answer, "lý do": reason})
    return row


@transaction.atomic
def record_visit(
    *,
    dossier: Dossier,
    held_on: date,
    place: str,
    people: str,
    summary: str,
    by: User,
    now: datetime,
    token: str = "",
) -> Visit:
    """Write down a field visit; findings and photos follow one by one.

    :raises Refusal: no right, a day before the filing or after today
    """
    once.claim(token, now=now)
    day = day_of(now)
    check_may_advise(by, dossier, day)
    if not (dossier.filed_on or day) <= held_on <= day:
        first = vi_date(dossier.filed_on or day)
        raise Refusal(
            "Chưa ghi khảo sát.", f"Ngày {vi_date(held_on)} không hợp lệ.", f"Chọn ngày từ {first} đến hôm nay."
        )
    visit = Visit.objects.create(
        dossier=dossier,
        held_on=held_on,
        place=clean(place)[:300],
        people=clean(people)[:2000],
        summary=clean(summary)[:5000],
        entered_by=by,
        entered_as=printed(by)[:500],
        at=now,
    )
    assessed(dossier, by, now, f"Khảo sát của {team_name(dossier.filed_on)}")
    after = {"ngày": held_on, "địa điểm": visit.place, "thành phần": visit.people, "kết quả": visit.summary}
    audit.record("dossier.visited", dossier, by=by, at=now, after=after)
    return visit


@transaction.atomic
def add_finding(*, visit: Visit, criterion: str, text: str, by: User, now: datetime, token: str = "") -> VisitFinding:
    """Pin what was found on the spot to a criterion."""
    once.claim(token, now=now)
    dossier, text = visit.dossier, clean(text)[:2000]
    check_may_advise(by, dossier, day_of(now))
    _check_criterion(dossier, criterion, "Chưa ghi nhận.")
    if not text:
        raise Refusal("Chưa ghi nhận.", "Chưa có nội dung.", "Ghi điều thấy tại chỗ.")
    row = VisitFinding.objects.create(visit=visit, criterion=criterion, text=text)
    audit.record("dossier.visit_found", dossier, by=by, at=now, after={"khảo sát": visit.pk, criterion: text})
    return row


@transaction.atomic
def add_photo(
    *, visit: Visit, stored: Stored, place: str, criterion: str, by: User, now: datetime, token: str = ""
) -> VisitPhoto:
    """Keep a photo of the visit with its place in words; the bytes stored before. criterion  "" for none"""
    once.claim(token, now=now)
    dossier, what = visit.dossier, "Chưa nhận ảnh."
    check_may_advise(by, dossier, day_of(now))
    if criterion:
        _check_criterion(dossier, criterion, what)
    if not stored.blob.mime.startswith("image/"):
        raise Refusal(what, "Tệp không phải ảnh.", "Chọn ảnh JPG, PNG hoặc WEBP.")
    if visit.photos.count() >= MOST_PHOTOS:
        raise Refusal(what, f"Mỗi lần khảo sát tối đa {MOST_PHOTOS} ảnh.", "Bỏ bớt ảnh rồi tải lên.")
    row = VisitPhoto.objects.create(
        visit=visit, blob=stored.blob, file_name=stored.name, place=clean(place)[:200], criterion=criterion
    )
    after = {"khảo sát": visit.pk, "ảnh": stored.name, "nơi chụp": row.place, "sha256": stored.blob.sha256}
    audit.record("dossier.visit_photographed", dossier, by=by, at=now, after=after)
    return row


def _check_criterion(dossier: Dossier, criterion: str, what: str) -> None:
    if criterion not in card(dossier.scorecard).by_code:
        raise Refusal(what, f"Bộ tiêu chí không có tiêu chí {criterion}.", "Chọn lại tiêu chí.")


@transaction.atomic
def drop_finding(*, finding: VisitFinding, by: User, now: datetime) -> None:
    """Take back a finding that was entered by mistake; the event keeps its words."""
    dossier = finding.visit.dossier
    check_may_advise(by, dossier, day_of(now))
    before = {"khảo sát": finding.visit_id, finding.criterion: finding.text}
    audit.record("dossier.visit_finding_dropped", dossier, by=by, at=now, before=before)
    finding.delete()


@transaction.atomic
def drop_photo(*, photo: VisitPhoto, by: User, now: datetime) -> None:
    """Take a photo off a visit; the event keeps its name and hash."""
    dossier = photo.visit.dossier
    check_may_advise(by, dossier, day_of(now))
    before = {"khảo sát": photo.visit_id, "ảnh": photo.file_name, "sha256": photo.blob.sha256}
    audit.record("dossier.visit_photo_dropped", dossier, by=by, at=now, before=before)
    photo.delete()
