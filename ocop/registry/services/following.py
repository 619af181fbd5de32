"""Rows of the rooms above that follow a merge: they point at the row that stays, and back after an undo.

No room above is named here: Django knows who points at a table (`queries.from_above`), and the keys that were moved are
written into the merge.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet, UniqueConstraint

from ..models import Product, Subject
from ..queries import from_above


def follow(gone: Subject | Product, kept: Subject | Product, *, ended_too: bool) -> dict[str, list[int]]:
    """Point what the rooms above keep on one row at the other; returns the keys by "room.model.field".

    ended_too  whether what came to an end follows as well, or keeps the name it was made with
    """
    moved = {}
    for relation in from_above(type(gone)):
        model, name = relation.related_model, relation.field.name
        rows = model._default_manager.filter(**{name: gone})
        if not ended_too:
            rows = rows.unfinished() if hasattr(rows, "unfinished") else rows.none()
        keys = list(_without_doubles(rows, name, kept).order_by("pk").values_list("pk", flat=True))
        if keys:
            model._default_manager.filter(pk__in=keys).update(**{name: kept})
            moved[f"{model._meta.label_lower}.{name}"] = keys
    return moved


def lead_back(moved: Mapping[str, list[int]], gone: Subject | Product) -> None:
    """Point what had followed at the row again that it came from."""
    for label, keys in moved.items():
        room, model, name = label.split(".")
        apps.get_model(room, model)._default_manager.filter(pk__in=keys).update(**{name: gone})


def _without_doubles(rows: QuerySet[Product], name: str, kept: Subject | Product) -> QuerySet[Product]:
    """Leave out what would say twice of the row that stays what its table holds once (a window, a notice of it)."""
    for one in rows.model._meta.constraints:
        if isinstance(one, UniqueConstraint) and name in one.fields and one.condition is None:
            same = {other: OuterRef(other) for other in one.fields if other != name}
            rows = rows.filter(~Exists(rows.model._default_manager.filter(**same, **{name: kept})))
    return rows
