"""Moves of a product on its way from idea to registration: a checked move, a dated row and one event each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Max

from ocop.accounts.models import User
from ocop.accounts.services import notify
from ocop.areas.models import Area
from ocop.kernel import audit, once
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of

from ..models import BusinessPlan, Packaging, PlanYear, Product, ProductSet, StageChange
from ..permissions import check_may_move
from ..queries import resting_on
from ..rules import MOVE_NAMES, Cause, Move
from ..words import in_words
from .products import _search

SHORTEST_REASON = 10  # characters: what a person can act upon
MOST_YEARS = 5


@transaction.atomic
def move_product(
    *,
    product: Product,
    move: Move,
    version: int,
    by: User,
    now: datetime,
    reason: str = "",
    cause: str = "",
    changes: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Carry out a checked move in the caller's transaction: compare-and-set, a dated row where the stage is new, one
    event.

    :raises Refusal: no right, the stage does not allow it, somebody moved it first
    """
    day = day_of(now)
    to = check_may_move(by, product, move, day).to
    before = product.stage
    same = Product.objects.filter(pk=product.pk, stage=before, version=version, merged_into=None)
    if not same.update(stage=to, version=F("version") + 1, **(changes or {})):
        raise Moved(f"Chưa {MOVE_NAMES[move]}.")
    if to != before:
        StageChange.objects.create(
            product=product, stage=to, before=before, day=day, reason=reason, cause=cause, actor=str(by.as_actor())
        )
    product.refresh_from_db()
    audit.record(
        f"product.{move}",
        product,
        by=by,
        at=now,
        reason=reason,
        before={"stage": before},
        after={"stage": to, **(after or {})},
    )


def tell_producers(product: Product, text: str, now: datetime) -> None:
    """Leave a notice for everyone who acts for the product's subject today."""
    if product.subject is not None:
        users = product.subject.memberships.in_force_on(day_of(now)).values_list("user_id", flat=True)
        notify(list(users), text, path=f"/y-tuong/{product.code}/", now=now)


def checked_reason(what: str, reason: str) -> str:
    """Return the cleaned reason. :raises Refusal: too short to act upon"""
    reason = clean(reason)
    if len(reason) < SHORTEST_REASON:
        raise Refusal(what, "Lý do quá ngắn.", f"Ghi rõ, từ {SHORTEST_REASON} ký tự.")
    return reason


@dataclass(frozen=True)
class YearFigures:
    """One year of a plan. output  whole units; revenue, capital  thousand dong; labour  people"""

    year: int
    output: int
    revenue: int
    capital: int
    labour: int


@transaction.atomic
def hand_in_plan(
    *,
    product: Product,
    version: int,
    years: Sequence[YearFigures],
    output_unit: str,
    technology: str,
    market: str,
    by: User,
    now: datetime,
    token: str = "",
) -> BusinessPlan:
    """Hand in the production and business plan; the first one moves an appraised idea on, later ones are versions.

    :raises Refusal: no right, not yet appraised or already registered, no figures, a year twice, no unit
    """
    once.claim(token, now=now)
    day = day_of(now)
    what = "Chưa nộp phương án."
    check_may_move(by, product, Move.PLAN, day)
    if not years or len(years) > MOST_YEARS or len({row.year for row in years}) < len(years):
        raise Refusal(what, f"Cần số liệu của 1 đến {MOST_YEARS} năm, mỗi năm một dòng.", "Kiểm tra lại các năm.")
    if not clean(output_unit):
        raise Refusal(what, "Chưa có đơn vị sản lượng.", "Ghi đơn vị, ví dụ: kg.")
    last = product.plans.aggregate(last=Max("number"))["last"] or 0
    plan = BusinessPlan.objects.create(
        product=product,
        number=last + 1,
        day=day,
        output_unit=clean(output_unit),
        technology=clean(technology),
        market=clean(market),
        actor=str(by.as_actor()),
    )
    PlanYear.objects.bulk_create(
        PlanYear(
            plan=plan, year=row.year, output=row.output, revenue=row.revenue, capital=row.capital, labour=row.labour
        )
        for row in years
    )
    move_product(product=product, move=Move.PLAN, version=version, by=by, now=now, after={"lần": plan.number})
    return plan


@transaction.atomic
def confirm_potential(*, product: Product, version: int, by: User, now: datetime, token: str = "") -> None:
    """The commune confirms a product with a plan as a potential product (sản phẩm tiềm năng)."""
    once.claim(token, now=now)
    move_product(product=product, move=Move.CONFIRM, version=version, by=by, now=now)
    tell_producers(product, f"Xã đã xác nhận “{product}” là sản phẩm tiềm năng.", now)


@transaction.atomic
def record_packaging(
    *,
    product: Product,
    version: int,
    pack: str,
    stamp: str,
    from_day: date,
    by: User,
    now: datetime,
    token: str = "",
) -> Packaging:
    """Record pack and trace stamp of a potential product; from then on it may join fairs and shops.

    :raises Refusal: no right, wrong stage, pack or stamp not described, a day to come
    """
    once.claim(token, now=now)
    what = "Chưa ghi bao bì, tem."
    pack, stamp = clean(pack), clean(stamp)
    if not (pack and stamp):
        raise Refusal(what, "Cần cả bao bì và tem truy xuất nguồn gốc.", "Ghi loại bao bì, loại tem và đơn vị cấp.")
    if from_day > day_of(now):
        raise Refusal(what, "Ngày có bao bì, tem chưa tới.", "Kiểm tra lại ngày.")
    move_product(product=product, move=Move.PACKAGE, version=version, by=by, now=now)
    row = Packaging.objects.create(product=product, day=from_day, pack=pack, stamp=stamp, actor=str(by.as_actor()))
    tell_producers(product, f"“{product}” được ghi nhận có bao bì và tem truy xuất.", now)
    return row


@transaction.atomic
def register_product(
    *,
    product: Product,
    version: int,
    product_set: ProductSet,
    commune: Area,
    by: User,
    now: datetime,
    token: str = "",
) -> None:
    """Register a potential product, so that a dossier can be opened: its set and commune stand from then on.

    :raises Refusal: no right, wrong stage, no subject, or the set is known to be another
    """
    once.claim(token, now=now)
    what = "Chưa đăng ký sản phẩm."
    check_may_move(by, product, Move.REGISTER, day_of(now))
    if product.subject is None:
        raise Refusal(what, "Sản phẩm chưa có chủ thể.", "Gắn chủ thể trước.")
    if product.product_set not in (None, product_set):
        raise Refusal(what, f"Sản phẩm đã thuộc bộ {product.product_set}.", "Đăng ký sản phẩm mới cho bộ khác.")
    changes = {
        "product_set": product_set,
        "commune": commune,
        "search": _search(product.name, product.subject, commune),
    }
    move_product(
        product=product,
        move=Move.REGISTER,
        version=version,
        by=by,
        now=now,
        changes=changes,
        after={"set": product_set.number, "commune": commune.pk},
    )


@transaction.atomic
def withdraw_product(
    *, product: Product, version: int, cause: str, reason: str, by: User, now: datetime, token: str = ""
) -> None:
    """Withdraw a product at whatever stage; its row stays, with the stage it left, the cause and the reason.

    :raises Refusal: no right, withdrawn before, no reason, or papers of it are under way
    """
    once.claim(token, now=now)
    check_may_move(by, product, Move.WITHDRAW, day_of(now))
    what = "Chưa rút sản phẩm."
    reason = checked_reason(what, reason)
    if held := resting_on(product):
        raise Refusal(what, f"Sản phẩm đang có {in_words(held)}.", "Rút hồ sơ trước; sản phẩm có sao thì thu hồi.")
    move_product(
        product=product,
        move=Move.WITHDRAW,
        version=version,
        by=by,
        now=now,
        reason=reason,
        cause=Cause(cause),
        after={"cause": cause},
    )
