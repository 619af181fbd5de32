"""Lists of products into the register and out again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ocop.accounts.models import User
from ocop.registry.models import Product
from ocop.registry.services import PRODUCT_FIELDS, NewProduct, add_products, change_products, remove_products

from ...models import Import, ImportRow, Verdict
from ...queries.products import stage_of
from .shared import Pairs, _as_written, _note, _read, _restore, _source, _split


def write(pairs: Pairs, found: Import, reason: str, by: User, now: datetime) -> None:
    new, changed = _split(pairs)
    rows = []
    for _, one in new:
        if one.subject is None:
            raise ValueError("a new product has its subject")
        values = one.row.values
        details = {code: values[code] for code in sorted(PRODUCT_FIELDS - {"name"}) if code in values}
        commune = one.commune or one.subject.commune
        rows.append(NewProduct(values["name"], one.subject, one.product_set, commune, stage_of(values), details))
    _note(new, add_products(rows=rows, by=by, now=now, reason=reason, source=_source(found)))
    changes = [(one.target, one.changes) for _, one in changed if isinstance(one.target, Product)]
    _note(changed, change_products(changes=changes, by=by, now=now, reason=reason))


def take_back(rows: Sequence[ImportRow], reason: str, by: User, now: datetime) -> dict[int, str]:
    there = _read(Product.objects.select_related("subject__commune", "commune"), rows)
    stay = remove_products(products=_as_written(rows, there, Verdict.NEW), by=by, now=now, reason=reason)
    return stay | _restore(
        rows,
        there,
        lambda values: values,
        lambda changes: change_products(changes=changes, by=by, now=now, reason=reason),
    )
