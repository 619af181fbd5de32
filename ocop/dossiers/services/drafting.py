"""Opening a dossier and filling it: answers, evidence, forms. Each write is one row and one event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from ocop.accounts.models import User
from ocop.areas.models import Area
from ocop.areas.queries import Undetermined, became
from ocop.kernel import audit, codes
from ocop.kernel.refusal import Forbidden, Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of, vi_date
from ocop.registry.models import Evidence, Product, Stage
from ocop.registry.rules import STAGE_NAMES
from ocop.scorecards.models import Scorecard
from ocop.scorecards.queries import card
from ocop.scorecards.rules import ONE_OF_CASES

from ..forms_data import fields_for
from ..models import Dossier, Pin, SelfScore
from ..permissions import check_may_open
from ..queries import scorecards_for
from ..rules import Kind
from ..wallet import sizes_in
from .carrying import carry_over
from .hands import as_writer, write

MAX_FILES, MAX_BYTES = 60, 200 * 1024 * 1024  # a dossier; compliance.md section 3


@transaction.atomic
def open_dossier(
    *,
    product: Product,
    kind: str,
    by: User,
    now: datetime,
    scorecard: Scorecard | None = None,
    refiled_from: Dossier | None = None,
) -> Dossier:
    """Start the dossier of a product (lập hồ sơ) on the scorecard in force today, filled from its last filing.

    scorecard  needed only where a set of 2019 had several; the day of filing decides in the end
    :raises Refusal: not the producer's product, no set, no scorecard, an open dossier
    """
    day = day_of(now)
    actor = check_may_open(by, product, day)
    subject = product.subject
    if subject is None or product.product_set is None or product.commune is None:
        raise Refusal("Chưa lập hồ sơ.", "Sản phẩm chưa có bộ sản phẩm hoặc xã.", "Bổ sung thông tin sản phẩm trước.")
    if product.stage != Stage.REGISTERED:
        stage = STAGE_NAMES[Stage(product.stage)]
        raise Refusal("Chưa lập hồ sơ.", f"Sản phẩm đang ở giai đoạn “{stage}”.", "Đăng ký sản phẩm trước.")
    if subject.kind.tourism_only and not product.product_set.is_tourism:
        raise Refusal(
            "Chưa lập hồ sơ.", f"{subject.kind} chỉ tham gia nhóm dịch vụ du lịch.", "Kiểm tra loại hình chủ thể."
        )
    fitting = scorecards_for(product.product_set, day)
    if scorecard is None and len(fitting) == 1:
        scorecard = fitting[0]
    if scorecard is None or scorecard not in fitting:
        raise Refusal(
            "Chưa lập hồ sơ.",
            f"Ngày {vi_date(day)} chưa xác định được bộ tiêu chí cho “{product.product_set}”.",
            "Chọn bộ tiêu chí, hoặc hỏi cơ quan tham mưu OCOP.",
        )
    commune = commune_on(product, day)
    try:
        with transaction.atomic():
            dossier = Dossier.objects.create(
                code=codes.new(codes.LONG),
                product=product,
                subject=subject,
                kind=Kind(kind),
                commune=commune,
                scorecard=scorecard,
                step_since=day,
                created_at=now,
                refiled_from=refiled_from,
                forms={"specification": product.specification} if product.specification else {},
            )
    except IntegrityError as error:
        raise Refusal("Chưa lập hồ sơ.", f"“{product}” đã có hồ sơ đang mở.", "Mở hồ sơ đó ở mục Hồ sơ.") from error
    who = as_writer(dossier, actor, by, now)
    told: dict[str, object] = {"kind": kind, "scorecard": scorecard.code}
    if filing := carry_over(dossier=dossier, day=day):
        told["carried_from"] = f"{filing.dossier.number}, lần nộp {filing.number}"
    audit.record("dossier.opened", dossier, by=who, at=now, after=told)
    return dossier


def commune_on(product: Product, day: date) -> Area:
    """Return the commune that handles a product on a day: what became of its commune.

    :raises Refusal: its commune was split and nobody has said which part
    """
    if product.commune is None:
        raise Refusal("Chưa xác định được xã.", "Sản phẩm chưa có xã, phường.", "Bổ sung thông tin sản phẩm trước.")
    found = became(product.commune, day)
    if isinstance(found, Undetermined):
        raise Refusal(
            "Chưa xác định được xã.", f"{product.commune}: {found}.", "Sửa xã, phường của sản phẩm theo nơi sản xuất."
        )
    return found


def _touch(dossier: Dossier, version: int | None) -> None:
    """Compare and set the version; None where a single row is written and the last answer may win."""
    same = Dossier.objects.filter(pk=dossier.pk, step=dossier.step)
    if version is not None:
        same = same.filter(version=version)
    if not same.update(version=F("version") + 1):
        raise Moved("Chưa lưu.")


@transaction.atomic
def save_answers(*, dossier: Dossier, answers: Mapping[str, tuple[object, str]], by: User, now: datetime) -> int:
    """Store self-scores. answers  criterion -> (answer, explanation). Returns how many.

    :raises Refusal: no right, filed, or an option that a criterion does not have; then none is stored
    """
    who = write(dossier, by, now)
    by_code = card(dossier.scorecard).by_code
    for criterion, (answer, _) in answers.items():
        found = by_code.get(criterion)
        if found is None:
            raise Refusal("Chưa lưu điểm tự chấm.", f"Bộ tiêu chí không có tiêu chí {criterion}.", "Mở lại trang.")
        if not found.accepts(answer, dossier.cases.get(criterion)):
            raise Refusal(
                "Chưa lưu điểm tự chấm.", f"Tiêu chí {criterion} không có mức này.", "Chọn một trong các mức in sẵn."
            )
    _touch(dossier, None)
    SelfScore.objects.bulk_create(
        [
            SelfScore(dossier=dossier, criterion=code, answer=answer, explanation=clean(text)[:2000])
            for code, (answer, text) in answers.items()
        ],
        update_conflicts=True,
        unique_fields=["dossier", "criterion"],
        update_fields=["answer", "explanation", "carried"],
    )
    audit.record(
        "dossier.self_scored", dossier, by=who, at=now, after={code: answer for code, (answer, _) in answers.items()}
    )
    dossier.refresh_from_db()
    return len(answers)


@transaction.atomic
def confirm_answers(*, dossier: Dossier, criteria: Collection[str], by: User, now: datetime) -> int:
    """Confirm answers taken over from the last filing as they stand; returns how many waited for it.

    :raises Refusal: no right, or none of these waits
    """
    who = write(dossier, by, now)
    waiting = dossier.self_scores.filter(carried=True, criterion__in=criteria)
    told = list(waiting.order_by("pk").values_list("criterion", flat=True))
    if not told:
        raise Refusal("Chưa xác nhận.", "Chưa chọn tiêu chí nào đang chờ xác nhận.", "Đánh dấu tiêu chí rồi xác nhận.")
    _touch(dossier, None)
    waiting.update(carried=False)
    audit.record("dossier.answers_confirmed", dossier, by=who, at=now, after={"tiêu chí": told})
    dossier.refresh_from_db()
    return len(told)


@transaction.atomic
def choose_case(*, dossier: Dossier, criterion: str, case: str, by: User, now: datetime) -> None:
    """Fix which case of a criterion with cases applies ("Lựa chọn một trong hai trường hợp"), for all later sheets."""
    who = write(dossier, by, now)
    found = card(dossier.scorecard).by_code.get(criterion)
    if found is None or found.kind != ONE_OF_CASES or case not in {known.code for known in found.cases}:
        raise Refusal("Chưa lưu.", f"Tiêu chí {criterion} không có trường hợp này.", "Mở lại trang rồi chọn lại.")
    cases = {**dossier.cases, criterion: case}
    _touch(dossier, dossier.version)
    Dossier.objects.filter(pk=dossier.pk).update(cases=cases)
    kept = {option.index for option in found.options if option.case == case}
    SelfScore.objects.filter(dossier=dossier, criterion=criterion).exclude(answer__in=kept).delete()
    audit.record("dossier.case_chosen", dossier, by=who, at=now, before=dossier.cases, after=cases)
    dossier.refresh_from_db()


@transaction.atomic
def save_forms(*, dossier: Dossier, values: Mapping[str, object], version: int, by: User, now: datetime) -> None:
    """Store the blanks of forms 01 and 02. Unknown names are refused."""
    who = write(dossier, by, now)
    known = {field.name: field for field in fields_for(dossier.kind)}
    if extra := set(values) - set(known):
        raise Refusal("Chưa lưu biểu mẫu.", f"Có mục lạ: {', '.join(sorted(extra))}.", "Mở lại trang.")
    forms = dict(dossier.forms)
    for name, value in values.items():
        forms[name] = clean(value)[:10_000] if isinstance(value, str) else value
    _touch(dossier, version)
    Dossier.objects.filter(pk=dossier.pk).update(forms=forms)
    audit.record("dossier.forms_saved", dossier, by=who, at=now, after={"mục": sorted(values)})
    dossier.refresh_from_db()


def check_room(sizes: Mapping[int, int], what: str) -> None:
    """Refuse more papers than a dossier takes. sizes  paper -> bytes"""
    if len(sizes) > MAX_FILES or sum(sizes.values()) > MAX_BYTES:
        raise Refusal(what, "Mỗi hồ sơ tối đa 60 tệp và 200 MB.", "Gỡ bớt tệp, hoặc gộp các trang vào một tệp.")


@transaction.atomic
def attach(*, dossier: Dossier, criterion: str, evidence: Evidence, by: User, now: datetime) -> Pin:
    """Pin a paper of the same subject to a criterion, in its newest version: a link with its hash, not a copy."""
    who = write(dossier, by, now)
    if criterion not in card(dossier.scorecard).by_code:
        raise Refusal("Chưa gắn minh chứng.", f"Bộ tiêu chí không có tiêu chí {criterion}.", "Mở lại trang.")
    if evidence.subject_id != dossier.subject_id:
        raise Forbidden("Chưa gắn minh chứng.", "Giấy tờ của chủ thể khác.", "Chọn giấy tờ trong kho của bạn.")
    evidence = evidence.replaced_by or evidence
    if evidence.blob is None:
        raise Refusal("Chưa gắn minh chứng.", f"“{evidence}” chưa có tệp.", "Thêm tệp ở kho giấy tờ rồi gắn.")
    _touch(dossier, None)
    check_room(sizes_in(dossier) | {evidence.pk: evidence.blob.size}, "Chưa gắn minh chứng.")
    known = dossier.pins.filter(Q(evidence=evidence) | Q(evidence__replaced_by=evidence), criterion=criterion).first()
    pin, made = (known, False) if known else (Pin(dossier=dossier, criterion=criterion, evidence=evidence), True)
    if made:
        pin.save(force_insert=True)
        audit.record("dossier.evidence_pinned", dossier, by=who, at=now, after={criterion: evidence.name})
    dossier.refresh_from_db()
    return pin


@transaction.atomic
def detach(*, pin: Pin, by: User, now: datetime) -> None:
    """Take a paper off a criterion; the paper stays in the wallet."""
    who = write(pin.dossier, by, now)
    _touch(pin.dossier, None)
    audit.record("dossier.evidence_unpinned", pin.dossier, by=who, at=now, before={pin.criterion: pin.evidence.name})
    pin.delete()


@transaction.atomic
def change_scorecard(*, dossier: Dossier, scorecard: Scorecard, by: User, now: datetime) -> None:
    """Move a draft to the scorecard in force now: answers start anew, evidence stays where the criterion exists."""
    day = day_of(now)
    who = write(dossier, by, now)
    product_set = dossier.product.product_set
    if dossier.filed_on or product_set is None or scorecard not in scorecards_for(product_set, day):
        raise Refusal("Chưa đổi bộ tiêu chí.", "Bộ này không áp dụng cho hồ sơ.", "Mở lại trang.")
    _touch(dossier, None)
    Dossier.objects.filter(pk=dossier.pk).update(scorecard=scorecard, cases={})
    dossier.self_scores.all().delete()
    dossier.pins.exclude(criterion__in=list(card(scorecard).by_code)).delete()
    audit.record(
        "dossier.scorecard_changed",
        dossier,
        by=who,
        at=now,
        before={"scorecard": dossier.scorecard.code},
        after={"scorecard": scorecard.code},
    )
    dossier.refresh_from_db()
