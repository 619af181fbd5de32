"""Filing (nộp hồ sơ): the day decides regime and route, the snapshot is sealed."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models.functions import Coalesce

from ocop.accounts.models import User
from ocop.kernel import audit, once, public, series
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.seal import dossier_root
from ocop.kernel.time import day_of, vi_date
from ocop.registry.models import Evidence
from ocop.scorecards.queries import card
from ocop.scorecards.rules import ONE_OF_CASES

from ..forms_data import fields_for
from ..models import Dossier, Filing, Pin
from ..permissions import check_kind, check_may_move, is_producer, late_opening
from ..queries import route_for, scorecards_for, self_mark, snapshot_of
from ..rules import FIRST_STOP, RESPONSIBLE, Kind, Move, Step, extension_words, latest_end
from ..wallet import sizes_in
from .clocks import enter_step
from .drafting import check_room, commune_on
from .gaps import check_answered, hand_in_answers
from .hands import write
from .notices import tell_subject
from .slips import give_slip


def _check_complete(dossier: Dossier) -> None:
    """Refuse while a required blank or an answer misses, naming each."""
    blank = [f.label for f in fields_for(dossier.kind) if f.required and not dossier.forms.get(f.name)]
    if blank:
        raise Refusal("Chưa nộp hồ sơ.", f"Còn trống: {'; '.join(blank)}.", "Điền đủ mẫu 01, 02 rồi nộp.")
    undecided = [
        c.code for c in card(dossier.scorecard).criteria if c.kind == ONE_OF_CASES and c.code not in dossier.cases
    ]
    if undecided:
        raise Refusal(
            "Chưa nộp hồ sơ.",
            f"Chưa chọn trường hợp áp dụng ở tiêu chí {', '.join(undecided)}.",
            "Chọn trường hợp rồi nộp: các phiếu chấm theo trường hợp này.",
        )
    carried = list(dossier.self_scores.filter(carried=True).order_by("pk").values_list("criterion", flat=True))
    if carried:
        raise Refusal(
            "Chưa nộp hồ sơ.",
            f"Còn {len(carried)} tiêu chí lấy từ lần nộp trước chưa xác nhận: {', '.join(carried[:8])}.",
            "Xác nhận từng tiêu chí hoặc cả mục rồi nộp.",
        )
    found = self_mark(dossier)
    if found.marked is None:
        first = ", ".join(code for code, _ in found.errors[:8])
        raise Refusal(
            "Chưa nộp hồ sơ.",
            f"Còn {len(found.errors)} tiêu chí chưa tự chấm đúng: {first}.",
            "Chấm đủ các tiêu chí rồi nộp.",
        )
    unexplained = [
        row.criterion
        for row in dossier.self_scores.order_by("criterion")
        if row.answer is None and not row.explanation and row.criterion not in found.marked.skipped
    ]
    if unexplained:
        raise Refusal(
            "Chưa nộp hồ sơ.",
            f"Tiêu chí {', '.join(unexplained)} chọn “không mức nào phù hợp” nhưng chưa có lý do.",
            "Ghi lý do rồi nộp.",
        )


def _move_to_newest(dossier: Dossier) -> None:
    """Pin what was read: from here on a later version of a paper changes nothing in this dossier."""
    check_room(sizes_in(dossier), "Chưa nộp hồ sơ.")
    _check_scope(dossier)
    pins = list(dossier.pins.select_related("evidence").order_by("pk"))
    held = {(pin.criterion, pin.evidence_id) for pin in pins}
    moved: list[Pin] = []
    double: list[Pin] = []
    for pin in pins:
        newest = pin.evidence.replaced_by_id
        if newest is not None:
            (double if (pin.criterion, newest) in held else moved).append(pin)
            held.add((pin.criterion, newest))
            pin.evidence_id = newest
    Pin.objects.filter(pk__in=[pin.pk for pin in double]).delete()
    Pin.objects.bulk_update(moved, ["evidence"])


def _check_scope(dossier: Dossier) -> None:
    """Refuse a paper that by its scope of today is about other products, or a site that does not work for this one."""
    fitting = Evidence.objects.filter(subject=dossier.subject_id).fitting(dossier.product)
    pins = dossier.pins.annotate(version=Coalesce("evidence__replaced_by", "evidence")).exclude(version__in=fitting)
    if found := pins.select_related("evidence").order_by("criterion", "pk").first():
        raise Refusal(
            "Chưa nộp hồ sơ.",
            f"“{found.evidence}” ở tiêu chí {found.criterion} không dùng cho sản phẩm này: phạm vi đã đổi.",
            "Gỡ giấy tờ khỏi tiêu chí, hoặc đổi lại phạm vi ở Kho giấy tờ.",
        )


def _seal(dossier: Dossier, now: datetime) -> Filing:
    """Freeze forms, answers and file hashes, with the Merkle root of proof.md section 6."""
    number, shot = dossier.filings.count() + 1, snapshot_of(dossier)
    files = [(file["name"], file["sha256"], file["size"]) for file in shot["files"]]
    root, _ = dossier_root(dossier.code, number, now, files)
    return Filing.objects.create(dossier=dossier, number=number, at=now, root=root, snapshot=shot)


@transaction.atomic
def submit(*, dossier: Dossier, version: int, by: User, now: datetime, token: str = "") -> Filing:
    """File a dossier, or file it again after it was returned.

    The first filing fixes number, day, regime and route; every filing is a sealed snapshot.
    :raises Refusal: no right, wrong step, a blank or an answer misses, a gap without answer, another scorecard in
      force, outside the window
    """
    once.claim(token, now=now)
    day = day_of(now)
    check_may_move(by, dossier, Move.SUBMIT, day)
    who = write(dossier, by, now)
    check_answered(dossier)
    _check_complete(dossier)
    changes: dict[str, object] = {
        "step_since": day, "due_on": None, "version": version + 1, "return_reason": "", "returned_from": "",
    }  # fmt: skip
    if dossier.filed_on is None:
        check_kind(dossier.product, Kind(dossier.kind), day, again=dossier.refiled_from_id is not None)
        product_set = dossier.product.product_set
        if product_set is None or dossier.scorecard not in scorecards_for(product_set, day):
            raise Refusal(
                "Chưa nộp hồ sơ.",
                f"Ngày {vi_date(day)} áp dụng bộ tiêu chí khác với bản nháp này.",
                "Chuyển bản nháp sang bộ tiêu chí đang có hiệu lực rồi nộp.",
            )
        route = route_for(day)
        step = FIRST_STOP[route.route]
        number = f"HS-{day.year}-{series.take(f'dossier-{day.year}'):04d}"
        changes |= {
            "number": number,
            "filed_on": day,
            "route": route.route,
            "commune": commune_on(dossier.product, day),
        }
        if dossier.kind == Kind.RE_EVALUATION and (late := late_opening(dossier.product, day)):
            changes |= {"extends": late.valid_until}
    else:
        step = Step(dossier.returned_from)
    changes |= {"step": step}
    same = Dossier.objects.filter(pk=dossier.pk, version=version, step=dossier.step)
    if not same.update(**changes):
        raise Moved("Chưa nộp hồ sơ.")
    before = dossier.step
    dossier.refresh_from_db()
    enter_step(dossier=dossier, step=step, day=day)
    give_slip(dossier=dossier, step=step, day=day)
    _move_to_newest(dossier)
    filing = _seal(dossier, now)
    hand_in_answers(dossier, filing)
    told = _extend(dossier, dossier.extends, now) if dossier.extends and "extends" in changes else {}
    audit.record(
        "dossier.submitted",
        dossier,
        by=who,
        at=now,
        before={"step": before},
        after={"step": step, "filing": filing.number, "root": filing.root, **told},
    )
    if not is_producer(by, dossier, day):
        tell_subject(dossier, f"Cán bộ xã đã nộp hộ hồ sơ {dossier.number} về sản phẩm {dossier.product}.", now)
    return filing


def _extend(dossier: Dossier, ends: date, now: datetime) -> dict[str, object]:
    """Tell everybody that a certificate goes on past its end for this filing; returns what the event says of it."""
    public.changed()
    what = f"Giấy chứng nhận hết hạn {vi_date(ends)} của {dossier.product} {extension_words(ends)}. {RESPONSIBLE}"
    tell_subject(dossier, what, now)
    return {"giấy chứng nhận hết hạn": ends, "kéo dài chậm nhất": latest_end(ends)}


@transaction.atomic
def withdraw(*, dossier: Dossier, version: int, reason: str, by: User, now: datetime) -> None:
    """Withdraw a dossier (rút hồ sơ) before a council has it; the reason is kept."""
    day = day_of(now)
    transition = check_may_move(by, dossier, Move.WITHDRAW, day)
    if len(reason.strip()) < 5:
        raise Refusal("Chưa rút hồ sơ.", "Chưa có lý do.", "Ghi lý do rút hồ sơ.")
    same = Dossier.objects.filter(pk=dossier.pk, version=version, step=dossier.step)
    if not same.update(step=transition.to, step_since=day, due_on=None, version=version + 1):
        raise Moved("Chưa rút hồ sơ.")
    before = dossier.step
    dossier.refresh_from_db()
    enter_step(dossier=dossier, step=Step(dossier.step), day=day)
    audit.record(
        "dossier.withdrawn",
        dossier,
        by=by,
        at=now,
        reason=reason,
        before={"step": before},
        after={"step": dossier.step},
    )
