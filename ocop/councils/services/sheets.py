"""Scoring sheets: each mark stored as it is chosen; signing binds member, card, filing and answers by one hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

import rfc8785
from django.db import transaction
from django.db.models import F

from ocop.accounts.models import User
from ocop.dossiers.queries import last_filing, settings_of
from ocop.kernel import audit
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of
from ocop.scorecards.queries import card
from ocop.scorecards.rules import AnswerErrors, Card, mark

from ..models import Item, Sheet, SheetAnswer
from ..permissions import check_may_mark, check_may_score, member_of
from ..queries import findings_as_answers, rules_of
from ..reasons import reasons_due


@transaction.atomic
def start_sheet(*, item: Item, by: User, now: datetime) -> Sheet:
    """Return the member's sheet of the current round, made at the first call; a second round starts from the first."""
    item = Item.objects.select_related("session__council", "dossier__scorecard", "dossier__subject").get(pk=item.pk)
    member = member_of(by, item.session)
    found = item.sheets.filter(member=member, round=item.round).first()
    if found is not None:
        return found
    check_may_score(member, item, day_of(now))
    sheet, made = Sheet.objects.get_or_create(
        item=item, member=member, round=item.round, defaults={"scorecard": item.dossier.scorecard}
    )
    if not made:
        return sheet
    before = item.sheets.filter(member=member, round=item.round - 1).first()
    if before is not None:
        SheetAnswer.objects.bulk_create(
            [
                SheetAnswer(sheet=sheet, criterion=a.criterion, answer=a.answer, reason=a.reason, saved_at=now)
                for a in before.answers.order_by("criterion")
            ]
        )
    audit.record("sheet.started", sheet, by=by, at=now, after={"vòng": sheet.round})
    return sheet


@transaction.atomic
def save_marks(
    *,
    sheet: Sheet,
    marks: Mapping[str, tuple[object, str]],
    by: User,
    now: datetime,
    seen: Mapping[str, tuple[object, str] | None] | None = None,
) -> int:
    """Store marks of one's own open sheet; saying them again changes nothing more. Returns how many were stored.

    marks  criterion -> (answer, reason); answer  index of the option, true/false, or None (no option fits: needs a
      reason when signed)
    seen  criterion -> the stored mark that the sender last saw, None for none: a browser that was cut off may send an
      old choice late
    :raises Refusal: not one's own sheet, signed, conflict, or an answer that a criterion does not have; then none is
      stored. Moved: another mark than the one seen stands there
    """
    sheet = Sheet.objects.select_related(
        "item__session__council", "item__dossier__subject", "member__user", "scorecard"
    ).get(pk=sheet.pk)
    check_may_mark(by, sheet, day_of(now))
    if not Sheet.objects.filter(pk=sheet.pk, signed_at=None).update(version=F("version") + 1):
        raise Moved("Chưa lưu điểm.")
    marks = {code: (answer, clean(reason)[:1000]) for code, (answer, reason) in marks.items()}
    stored = {row.criterion: (row.answer, row.reason) for row in sheet.answers.filter(criterion__in=seen or ())}
    if any(stored.get(code) not in (was, marks[code]) for code, was in (seen or {}).items()):
        raise Moved("Chưa lưu điểm.")
    check_options(card(sheet.scorecard), sheet.item.dossier.cases, marks)
    store(sheet, marks, now)
    audit.record("sheet.marked", sheet, by=by, at=now, after={code: answer for code, (answer, _) in marks.items()})
    return len(marks)


def check_options(scorecard: Card, cases: Mapping[str, str], marks: Mapping[str, tuple[object, str]]) -> None:
    """Refuse answers that the criteria do not have."""
    for criterion, (answer, _) in marks.items():
        found = scorecard.by_code.get(criterion)
        if found is None:
            raise Refusal("Chưa lưu điểm.", f"Bộ tiêu chí không có tiêu chí {criterion}.", "Mở lại trang.")
        case = cases.get(criterion)
        if not found.accepts(answer, case) or (answer is None and not found.may_be_none(case)):
            raise Refusal(
                "Chưa lưu điểm.",
                f"Tiêu chí {criterion} không có mức này.",
                "Chọn một trong các mức in trong bộ tiêu chí.",
            )


def store(sheet: Sheet, marks: Mapping[str, tuple[object, str]], now: datetime) -> None:
    """Write marks over those that stand there. In the caller's transaction."""
    SheetAnswer.objects.bulk_create(
        [
            SheetAnswer(sheet=sheet, criterion=code, answer=answer, reason=reason, saved_at=now)
            for code, (answer, reason) in marks.items()
        ],
        update_conflicts=True,
        unique_fields=["sheet", "criterion"],
        update_fields=["answer", "reason", "saved_at"],
    )


@transaction.atomic
def sign_sheet(*, sheet: Sheet, by: User, now: datetime, version: int | None = None) -> Sheet:
    """Sign one's sheet: answers are read from the store, marked by the rules, and bound by one hash.

    version  of the sheet that the signer reviewed; a mark stored since then refuses
    :raises Refusal: no right, conflict, signed already, answers or reasons miss, the dossier changed
    """
    sheet = Sheet.objects.select_related(
        "item__session__council", "item__dossier__scorecard", "item__dossier__subject", "member__user", "scorecard"
    ).get(pk=sheet.pk)
    check_may_mark(by, sheet, day_of(now))
    if version is not None and version != sheet.version:
        raise Moved("Chưa ký phiếu.")
    return seal(sheet=sheet, by=by, now=now)


@transaction.atomic
def seal(*, sheet: Sheet, by: User, now: datetime, **more: object) -> Sheet:
    """Mark the stored answers by the rules and bind them by one hash. For whoever has checked that they may be signed.

    more  what else the signed body says
    """
    rows = {row.criterion: row for row in sheet.answers.order_by("criterion")}
    dossier = sheet.item.dossier
    scorecard, settings = card(sheet.scorecard), settings_of(dossier)
    answers = {code: row.answer for code, row in rows.items()}
    filing = last_filing(dossier)
    if filing is None:
        raise Refusal("Chưa ký phiếu.", "Hồ sơ chưa nộp.", "Báo thư ký hội đồng.")
    findings = findings_as_answers(list(sheet.item.findings.order_by("pk")), scorecard)
    try:
        result = mark(scorecard, {**answers, **findings}, settings=settings, cases=dossier.cases)
    except AnswerErrors as error:
        codes = ", ".join(code for code, _ in error.errors[:10])
        raise Refusal(
            "Chưa ký phiếu.", f"Còn {len(error.errors)} tiêu chí chưa chấm: {codes}.", "Chấm đủ các tiêu chí rồi ký."
        ) from error
    due = reasons_due(
        {code: points for code, points in result.points.items() if code in rows and code not in result.skipped},
        none=[code for code, answer in answers.items() if answer is None],
        own=mark(scorecard, filing.snapshot["answers"], settings=settings, cases=filing.snapshot["cases"]).points,
        papered={pin.criterion for pin in dossier.pins.order_by("pk")},
        rules=rules_of(sheet.item.session),
    )
    silent = [f"{code} ({why})" for code, why in due.items() if not rows[code].reason]
    if silent:
        raise Refusal("Chưa ký phiếu.", f"Tiêu chí chưa có lý do: {', '.join(silent)}.", "Ghi lý do rồi ký.")
    body = {
        "member": sheet.member.user.name,
        "unit": sheet.member.unit,
        "product": dossier.product.name,
        "dossier": dossier.code,
        "filing": filing.number,
        "root": filing.root,
        "round": sheet.round,
        "scorecard": sheet.scorecard.code,
        "scorecard_version": sheet.scorecard.version,
        "scorecard_sha256": sheet.scorecard.sha256,
        "cases": dossier.cases,
        "answers": answers,
        "reasons": {code: row.reason for code, row in rows.items() if row.reason},
        "total": result.total,
        "signed_at": now.isoformat(),
        **more,
    }
    digest = hashlib.sha256(rfc8785.dumps(body)).hexdigest()
    same = Sheet.objects.filter(pk=sheet.pk, version=sheet.version, signed_at=None)
    if not same.update(
        signed_at=now,
        total=result.total,
        sections=dict(result.sections),
        body=body,
        sha256=digest,
        version=sheet.version + 1,
    ):
        raise Moved("Chưa ký phiếu.")
    sheet.refresh_from_db()
    audit.record("sheet.signed", sheet, by=by, at=now, after={"sha256": digest, "vòng": sheet.round, **more})
    return sheet
