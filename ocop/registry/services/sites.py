"""Writing workshops, raw-material areas and points of sale of a subject."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from ocop.accounts.models import User
from ocop.areas.models import Area
from ocop.kernel import audit, once
from ocop.kernel.refusal import Moved, Refusal
from ocop.kernel.text import clean, fold
from ocop.kernel.time import day_of

from ..models import Product, Site, Subject
from ..permissions import check_may_keep


@transaction.atomic
def save_site(
    *,
    subject: Subject,
    kind: str,
    name: str,
    commune: Area,
    products: Iterable[Product],
    by: User,
    now: datetime,
    site: Site | None = None,
    version: int = 0,
    address: str = "",
    size: int | None = None,
    capacity: int | None = None,
    capacity_unit: str = "",
    position: str | None = None,
    token: str = "",
) -> Site:
    """Enter a site, or change a known one. size  square metres; position  "lat, lon" (None: as it is, "": take away)

    :raises Refusal: no right, no name, a capacity without its unit, products of another subject, changed meanwhile
    """
    once.claim(token, now=now)
    check_may_keep(by, subject, day_of(now))
    what = "Chưa lưu cơ sở."
    products = list(products)
    name, capacity_unit = clean(name), clean(capacity_unit)
    if not name:
        raise Refusal(what, "Chưa có tên.", "Nhập tên cơ sở, vùng nguyên liệu.")
    if (capacity is None) != (not capacity_unit):
        raise Refusal(what, "Công suất và đơn vị phải đi cùng nhau.", "Ghi cả hai, ví dụ: 200 và kg/ngày.")
    if any(product.subject_id != subject.pk for product in products):
        raise Refusal(what, "Có sản phẩm không phải của chủ thể này.", "Chọn lại sản phẩm.")
    values: dict[str, object] = {
        "kind": kind,
        "name": name,
        "folded": fold(f"{name} {clean(address)}")[:500],
        "commune": commune,
        "address": clean(address),
        "size": size,
        "capacity": capacity,
        "capacity_unit": capacity_unit,
    }
    if position is not None:
        values["position"] = clean(position)
    if site is None:
        site = Site.objects.create(subject=subject, **values)
        happened = "site.added"
    else:
        if not Site.objects.filter(pk=site.pk, subject=subject, version=version).update(
            **values, version=F("version") + 1
        ):
            raise Moved(what)
        site.refresh_from_db()
        happened = "site.changed"
    site.products.set(products)
    audit.record(happened, subject, by=by, at=now, after={"cơ sở": name, "loại": kind})
    return site


@transaction.atomic
def end_site(*, site: Site, version: int, on: date, by: User, now: datetime) -> None:
    """Write down that a site is no longer used from a day on; its row stays.

    :raises Refusal: no right, ended before, changed meanwhile
    """
    check_may_keep(by, site.subject, day_of(now))
    same = Site.objects.filter(pk=site.pk, version=version, ended_on=None)
    if not same.update(ended_on=on, version=F("version") + 1):
        raise Moved("Chưa ghi ngừng dùng.")
    audit.record("site.ended", site.subject, by=by, at=now, after={"cơ sở": site.name, "từ ngày": on})
    site.refresh_from_db()
