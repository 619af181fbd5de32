"""Ideas: registered by a producer or for him by the commune's officer, appraised by the commune."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from ocop.accounts.models import User
from ocop.areas.models import Area
from ocop.kernel import once, series
from ocop.kernel.refusal import Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of

from ..models import Appraisal, IdeaRegistration, Product, ProductSet, Stage, Subject, SubjectKind
from ..permissions import check_may_move
from ..rules import Move, Scale
from .products import _check_new_name, _search, add_product, alive
from .stages import checked_reason, move_product, tell_producers
from .subjects import add_subject


@transaction.atomic
def register_idea(
    *,
    subject: Subject,
    name: str,
    commune: Area,
    materials: str,
    by: User,
    now: datetime,
    product_set: ProductSet | None = None,
    description: str = "",
    scale: str = Scale.NONE,
    needs: str = "",
    token: str = "",
    apart: str = "",
    is_sample: bool = False,
) -> Product:
    """Register a product idea (đăng ký ý tưởng); it gets the next number of our registration slips of the year.

    :raises Refusal: no right, no name, no material, the subject has a product of the same name, sent twice
    """
    product = add_product(
        subject=subject,
        name=name,
        product_set=product_set,
        commune=commune,
        by=by,
        now=now,
        stage=Stage.IDEA,
        token=token,
        apart=apart,
        is_sample=is_sample,
        description=description,
    )
    day = day_of(now)
    IdeaRegistration.objects.create(
        product=product,
        number=f"YT-{day.year}-{series.take(f'idea-{day.year}'):04d}",
        registered_on=day,
        **_facts(materials, scale, needs),
    )
    return product


@transaction.atomic
def register_idea_of_newcomer(
    *,
    newcomer: str,
    kind: SubjectKind,
    phone: str,
    commune: Area,
    by: User,
    now: datetime,
    apart: str = "",
    token: str = "",
    **idea: Any,
) -> Product:
    """Register an idea that somebody in no list left with the commune: the subject is entered by name, then its idea.

    apart  why it is another subject than those alike; idea  the rest of what `register_idea` takes
    :raises Refusal: see `add_subject` and `register_idea`
    """
    once.claim(token, now=now)
    subject = add_subject(name=newcomer, kind=kind, commune=commune, phone=clean(phone), apart=apart, by=by, now=now)
    return register_idea(subject=subject, commune=commune, by=by, now=now, **idea)


def _facts(materials: str, scale: str, needs: str) -> dict[str, str]:
    materials = clean(materials)
    if not materials:
        raise Refusal("Chưa gửi ý tưởng.", "Chưa ghi nguyên liệu chính.", "Ghi nguyên liệu và nơi lấy.")
    return {"materials": materials, "scale": Scale(scale), "needs": clean(needs)}


@transaction.atomic
def hand_in_idea(
    *,
    product: Product,
    version: int,
    name: str,
    description: str,
    materials: str,
    scale: str,
    needs: str,
    by: User,
    now: datetime,
    token: str = "",
) -> None:
    """Mend a returned idea and hand it in again.

    :raises Refusal: no right, not returned, no material, another product has the name, somebody moved it first
    """
    once.claim(token, now=now)
    check_may_move(by, product, Move.HAND_IN, day_of(now))
    name = clean(name)
    if not name:
        raise Refusal("Chưa gửi ý tưởng.", "Chưa có tên.", "Nhập tên ý tưởng sản phẩm.")
    if product.subject is not None:
        _check_new_name(alive(product.subject).exclude(pk=product.pk), name)
    IdeaRegistration.objects.filter(product=product).update(**_facts(materials, scale, needs))
    changes = {
        "name": name,
        "description": clean(description),
        "search": _search(name, product.subject, product.commune),
    }
    move_product(product=product, move=Move.HAND_IN, version=version, by=by, now=now, changes=changes)


@transaction.atomic
def appraise_idea(
    *,
    product: Product,
    version: int,
    passed: bool,
    material_area: int,
    local_share: int,
    workers: int,
    local_workers: int,
    opinion: str,
    by: User,
    now: datetime,
    token: str = "",
) -> Appraisal:
    """Appraise an idea (thẩm định): passed, or returned with the opinion as its reason.

    material_area  square metres; local_share  per cent; workers  people
    :raises Refusal: no right, wrong stage, figures that contradict each other, no opinion
    """
    once.claim(token, now=now)
    what = "Chưa thẩm định."
    move = Move.APPRAISE if passed else Move.RETURN
    check_may_move(by, product, move, day_of(now))
    opinion = checked_reason(what, opinion)
    if not 0 <= local_share <= 100:
        raise Refusal(what, "Tỷ lệ nguyên liệu địa phương phải từ 0 đến 100 %.", "Sửa lại tỷ lệ.")
    if local_workers > workers:
        raise Refusal(what, "Lao động địa phương nhiều hơn tổng lao động.", "Sửa lại số lao động.")
    row = Appraisal.objects.create(
        product=product,
        day=day_of(now),
        passed=passed,
        material_area=material_area,
        local_share=local_share,
        workers=workers,
        local_workers=local_workers,
        opinion=opinion,
        actor=str(by.as_actor()),
    )
    move_product(product=product, move=move, version=version, by=by, now=now, reason="" if passed else opinion)
    words = "đã thẩm định đạt, hãy nộp phương án" if passed else f"được trả lại: {opinion}"
    tell_producers(product, f"Ý tưởng “{product}” {words}.", now)
    return row
