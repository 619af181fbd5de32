"""Recognitions of other organs and times as their sources tell; a newer recognition takes an older one's place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from ocop.accounts.models import User
from ocop.documents.models import Document
from ocop.documents.services import ForeignPaper, record_foreign_documents, remove_foreign_documents
from ocop.dossiers.models import extensions
from ocop.dossiers.rules import Extension
from ocop.dossiers.services import close_window, close_windows, open_windows
from ocop.kernel import audit, codes, public
from ocop.kernel.time import day_of
from ocop.kernel.usage import used
from ocop.registry.models import Product

from ..models import Recognition
from ..permissions import check_may_record
from ..rules import IN_FORCE, end_of, status

_AT_ONCE = 5000  # keys in one question


def replace_older(
    *, product: Product, day: date, decision: Document, by: audit.HasActor | audit.Actor, now: datetime
) -> None:
    """End what is in force on that day: the older recognition is over where the newer begins, without a gap."""
    for old in Recognition.objects.in_force_on(day).filter(product=product).order_by("pk"):
        Recognition.objects.filter(pk=old.pk).update(
            ended_on=day, end_kind="replaced", end_reason=f"Thay bằng {decision}", end_decision=decision
        )
        if old.valid_until:
            close_window(product=product, valid_until=old.valid_until)
        audit.record("recognition.replaced", old, by=by, at=now, after={"decision": decision.number, "on": day})


@dataclass(frozen=True)
class Recorded:
    """A recognition as its source tells it: unknown parts are None or empty."""

    product: Product
    stars: int | None
    level: str
    organ_name: str
    number: str
    decided_on: date | None
    year: int | None
    source: str


def record_recognition(
    *,
    product: Product,
    stars: int | None,
    level: str,
    organ_name: str,
    number: str,
    decided_on: date | None,
    year: int | None,
    source: str,
    by: audit.HasActor | audit.Actor,
    now: datetime,
) -> Recognition:
    """Record one recognition of another organ or time, see record_recognitions."""
    row = Recorded(product, stars, level, organ_name, number, decided_on, year, source)
    return record_recognitions(rows=[row], by=by, now=now)[0]


@transaction.atomic
def record_recognitions(
    *, rows: Sequence[Recorded], by: audit.HasActor | audit.Actor, now: datetime, reason: str = ""
) -> list[Recognition]:
    """Record recognitions of other organs or times as their sources tell, all or none: unknown parts stay unknown.

    rows  products with their subject and commune. Rows of one decision share its document.
    Without a day of issue one counts as ever recognised, never as in force. None prints a certificate. Sources come in
    any order: of two that overlap the one that began later goes on, the other ends there.
    :raises Refusal: a person who may not record
    """
    if isinstance(by, User):
        check_may_record(by, day_of(now))
    decisions = _decisions(rows, now)
    known, goes_on = _known(row.product.pk for row in rows), extensions()
    made: list[Recognition] = []
    ended: dict[int, Recognition] = {}  # by identity: what lay there before and ends now
    for row, decision in zip(rows, decisions, strict=True):
        others, day, later = known[row.product.pk], row.decided_on, None
        if day:
            for old in others:
                if _in_force(old, day, goes_on):
                    _end(old, day, decision)
                    ended[id(old)] = old
            later = _next(others, day, end_of(day))
        recognition = Recognition(
            code=codes.new(codes.LONG),
            product=row.product,
            basis=Recognition.RECORDED,
            decision=decision,
            level=row.level,
            organ_name=row.organ_name,
            stars=row.stars,
            year=row.year,
            valid_from=day,
            valid_until=end_of(day) if day else None,
            source=row.source[:300],
            subject_name=row.product.subject.name if row.product.subject else "",
            place_name=row.product.commune.full_name if row.product.commune else row.product.place_note,
        )
        if later and later.valid_from:
            _end(recognition, later.valid_from, later.decision)
        others.append(recognition)
        made.append(recognition)
    before = [old for old in ended.values() if old.pk]
    Recognition.objects.bulk_create(made)
    _write_ends(before)
    close_windows(ends=[(old.product_id, old.valid_until) for old in before if old.valid_until])
    open_windows(
        ends=[(one.product, one.valid_until, str(one.decision)) for one in made if one.valid_until and not one.ended_on]
    )
    audit.record_many(
        "recognition.replaced",
        [
            audit.Change(old, after={"decision": old.end_decision.number, "on": old.ended_on})
            for old in ended.values()
            if old.end_decision
        ],
        by=by,
        at=now,
    )
    audit.record_many(
        "recognition.recorded",
        [audit.Change(one, reason, after={"stars": one.stars, "source": one.source}) for one in made],
        by=by,
        at=now,
    )
    public.changed()
    return made


@transaction.atomic
def remove_recorded(*, recognitions: Sequence[Recognition], by: User, now: datetime, reason: str) -> dict[int, str]:
    """Take out recorded recognitions that were entered by mistake; returns key -> why, for those that stay.

    What they had replaced goes on as if they had never been there. One that was revoked, or that anything stands on,
    stays.
    :raises Refusal: no right; a recognition of ours, which only a decision ends
    """
    check_may_record(by, day_of(now))
    there = {
        one.pk: one
        for start in range(0, len(recognitions), _AT_ONCE)
        for one in Recognition.objects.filter(
            pk__in=[row.pk for row in recognitions[start : start + _AT_ONCE]], basis=Recognition.RECORDED
        ).select_related("decision", "product")
    }
    stay = {one.pk: "không còn trong hệ thống" for one in recognitions if one.pk not in there}
    stay |= {pk: "đã có quyết định thu hồi" for pk, one in there.items() if one.end_kind == "revoked"}
    stay |= used(Recognition, there.keys() - stay.keys())
    gone = {pk: one for pk, one in there.items() if pk not in stay}
    decisions = {one.decision_id for one in gone.values()}
    restored = []
    for others in _known(one.product_id for one in gone.values()).values():
        left = [one for one in others if one.pk not in gone]
        for one in left:
            if one.end_kind == "replaced" and one.end_decision_id in decisions and one.valid_from and one.valid_until:
                _end(one, None, None)
                if later := _next([other for other in left if other is not one], one.valid_from, one.valid_until):
                    _end(one, later.valid_from, later.decision)
                restored.append(one)
    _write_ends(restored)
    close_windows(ends=[(one.product_id, one.valid_until) for one in gone.values() if one.valid_until])
    open_windows(
        ends=[
            (one.product, one.valid_until, str(one.decision))
            for one in restored
            if one.valid_until and not one.ended_on
        ]
    )
    audit.record_many("recognition.restored", [audit.Change(one, reason) for one in restored], by=by, at=now)
    events = [
        audit.Change(one, reason, before={"code": one.code, "stars": one.stars, "decision": one.decision.number})
        for one in gone.values()
    ]
    audit.record_many("recognition.removed", events, by=by, at=now)
    keys = list(gone)
    for start in range(0, len(keys), _AT_ONCE):
        Recognition.objects.filter(pk__in=keys[start : start + _AT_ONCE]).delete()
    remove_foreign_documents(documents=list({one.decision_id: one.decision for one in gone.values()}.values()))
    public.changed()
    return stay


def _decisions(rows: Sequence[Recorded], now: datetime) -> list[Document]:
    """The document of each row, in their order: one for the rows that name the same number, day and organ."""
    papers = {
        place: ForeignPaper(row.organ_name, row.number, row.decided_on, row.year) for place, row in enumerate(rows)
    }
    shared = {paper if paper.number else (paper, place): paper for place, paper in papers.items()}
    made = record_foreign_documents(papers=list(shared.values()), kind="QĐ", summary="Công nhận sản phẩm OCOP", now=now)
    by_key = dict(zip(shared, made, strict=True))
    return [by_key[paper if paper.number else (paper, place)] for place, paper in papers.items()]


def _known(products: Iterable[int]) -> dict[int, list[Recognition]]:
    """Product -> its recognitions, oldest row first."""
    found: dict[int, list[Recognition]] = defaultdict(list)
    keys = sorted(set(products))
    for start in range(0, len(keys), _AT_ONCE):
        rows = Recognition.objects.filter(product__in=keys[start : start + _AT_ONCE])
        for one in rows.select_related("decision", "end_decision", "product").order_by("pk"):
            found[one.product_id].append(one)
    return found


def _in_force(one: Recognition, day: date, goes_on: Mapping[tuple[int, date], tuple[Extension, ...]]) -> bool:
    """As Recognition.objects.in_force_on. goes_on  what one question told of all that go on past their end"""
    if one.valid_until is None:
        return False
    extended = goes_on.get((one.product_id, one.valid_until), ())
    return status(one.valid_from, one.valid_until, one.ended_on, one.end_kind, day, extended) in IN_FORCE


def _next(others: Collection[Recognition], day: date, until: date) -> Recognition | None:
    """The first that began after a day and up to another."""
    newer = [one for one in others if one.valid_from and day < one.valid_from <= until]
    return min(newer, key=lambda one: one.valid_from or until, default=None)


def _end(one: Recognition, day: date | None, decision: Document | None) -> None:
    one.ended_on, one.end_decision = day, decision
    one.end_kind = "replaced" if day else ""
    one.end_reason = f"Thay bằng {decision}" if day else ""


def _write_ends(rows: Sequence[Recognition]) -> None:
    fields = ["ended_on", "end_kind", "end_reason", "end_decision"]
    Recognition.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)
