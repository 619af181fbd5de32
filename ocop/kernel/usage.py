"""Which rows other rows stand on: asked before a row that was entered by mistake is taken out again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import models


def used(
    model: type[models.Model], keys: Collection[int], *, parts: Sequence[type[models.Model]] = ()
) -> dict[int, str]:
    """Return key -> what points at the row, in Vietnamese words, for those that something points at.

    parts  tables whose rows belong to the row and go with it: they do not count. A room above says so of a table of
    its own by `goes_with`, the name of the column that points here.
    One query for each table that may point here; rooms above count without being named.
    """
    found: dict[int, str] = {}
    if not keys:
        return found
    first, last, wanted = min(keys), max(keys), set(keys)
    for relation in model._meta.related_objects:
        pointing: Any = relation.related_model
        name = relation.field.name
        if pointing in parts or getattr(pointing, "goes_with", "") == name:
            continue
        between = pointing._base_manager.filter(**{f"{name}__gte": first, f"{name}__lte": last})
        for key in between.order_by().values_list(name, flat=True).distinct():
            if key in wanted:
                words = str(pointing._meta.verbose_name)
                found.setdefault(key, "việc khác trong hệ thống" if words.isascii() else words)
    return found
