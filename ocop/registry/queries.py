"""Reading the register across tables: work that waits, the funnel, rows that look alike, what rests on a row."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, FilteredRelation, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ocop.accounts.models import Role, User
from ocop.areas.models import Area
from ocop.areas.queries import line_of
from ocop.kernel.memo import once_a_page
from ocop.kernel.reference import known
from ocop.kernel.restricted import lookup_hash
from ocop.kernel.text import fold

from .models import (
    BusinessPlan,
    EvidenceKind,
    KeptApart,
    Merge,
    PlanYear,
    Product,
    ProductSet,
    SetCrosswalk,
    StageChange,
    Subject,
    SubjectKind,
    Twin,
    local_reach,
    subjects_of,
)
from .rules import WAY, Cause, Stage, alike

MOST_WORK = 100
SAME_NAME = "cùng tên"


@dataclass(frozen=True)
class Work:
    """One thing that waits for a person. due is None where the law sets no day."""

    title: str
    detail: str
    path: str
    action: str
    due: date | None


_FOR_PRODUCER = {
    Stage.RETURNED: ("Sửa ý tưởng được trả lại", "Sửa và gửi lại"),
    Stage.APPRAISED: ("Nộp phương án sản xuất kinh doanh", "Nộp phương án"),
}
_FOR_COMMUNE = {
    Stage.IDEA: ("Thẩm định ý tưởng", "Thẩm định"),
    Stage.PLANNED: ("Xem phương án, xác nhận sản phẩm tiềm năng", "Xem phương án"),
}


def work_for(user: User, day: date) -> list[Work]:
    """What waits for the user in this room, oldest first: ideas to appraise or mend, plans to hand in or confirm."""
    mine = Q(subject__in=subjects_of(user, day))
    waiting = mine & Q(stage__in=_FOR_PRODUCER)
    if user.has_role(Role.COMMUNE_OFFICER, day):
        waiting |= ~mine & local_reach(user, day, "commune", (Role.COMMUNE_OFFICER,)) & Q(stage__in=_FOR_COMMUNE)
    rows = Product.objects.filter(waiting, merged_into=None).select_related("subject", "idea").order_by("pk")
    words = {**_FOR_PRODUCER, **_FOR_COMMUNE}
    return [
        Work(
            f"{words[Stage(row.stage)][0]}: {row.name}",
            row.subject.name if row.subject else "Chưa có chủ thể",
            f"/y-tuong/{row.code}/",
            words[Stage(row.stage)][1],
            None,
        )
        for row in rows[:MOST_WORK]
    ]


@dataclass(frozen=True)
class Funnel:
    """Products on a day. now, ever  by stage in the order of the way: there now, ever there; dropped  by stage left
    and cause"""

    now: dict[Stage, int]
    ever: dict[Stage, int]
    dropped: dict[tuple[Stage, Cause], int]


def funnel(user: User, day: date) -> Funnel:
    """Count the products that a user may see by the stage of that day, and what dropped out until then and why."""
    seen = Product.objects.visible_to(user, day)
    until = StageChange.objects.filter(day__lte=day)
    last = until.filter(product=OuterRef("pk")).order_by("-day", "-pk")
    of_day = seen.annotate(last=Subquery(last.values("pk")[:1]), at=Subquery(last.values("stage")[:1]))
    now = dict(of_day.exclude(at=None).order_by("at").values_list("at").annotate(Count("pk", distinct=True)))
    ever = dict(
        until.filter(product__in=seen).order_by("stage").values_list("stage").annotate(Count("product", distinct=True))
    )
    left = StageChange.objects.filter(pk__in=of_day.filter(at=Stage.WITHDRAWN).values("last"))
    dropped = left.order_by("before", "cause").values_list("before", "cause").annotate(Count("pk"))
    return Funnel(
        {stage: now.get(stage, 0) for stage in Stage},
        {stage: ever.get(stage, 0) for stage in WAY},
        {(Stage(before), Cause(cause)): count for before, cause, count in dropped},
    )


def resting_on(row: Model) -> list[tuple[str, int]]:
    """Return what tables of the rooms above keep on a row, as words and count.

    A table whose rows come to an end says which have not (`unfinished` of its queryset); any other counts whole.
    One query, remembered while a page is built.
    """
    return _resting(type(row), row.pk)


@once_a_page
def _resting(model: type[Model], pk: int) -> list[tuple[str, int]]:
    counts = {}
    relations = from_above(model)
    for number, relation in enumerate(relations):
        rows = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
        open_rows = rows.unfinished() if hasattr(rows, "unfinished") else rows
        counted = open_rows.order_by().values(relation.field.name).annotate(n=Count("pk")).values("n")
        counts[f"n{number}"] = Coalesce(Subquery(counted), 0)
    row = model._default_manager.filter(pk=pk).values(**counts).get() if counts else {}
    found: dict[str, int] = {}
    for relation, count in zip(relations, row.values(), strict=True):
        if count:
            words = str(relation.related_model._meta.verbose_name)
            found[words] = found.get(words, 0) + count
    return list(found.items())


def counts_above(model: type[Model], keys: Collection[int]) -> dict[int, int]:
    """Return how many rows of the rooms above point at each of these rows: one query a table."""
    found = dict.fromkeys(keys, 0)
    for relation in from_above(model):
        name = relation.field.name
        rows = relation.related_model._default_manager.filter(**{f"{name}__in": keys}).order_by(name)
        for key, count in rows.values_list(name).annotate(Count("pk")):
            found[key] += count
    return found


def alive_above(row: Model, day: date) -> list[tuple[str, int]]:
    """Return what tables of the rooms above keep on a row that has not come to an end that day, as words and count.

    A table says so itself: `unfinished` or `in_force_on` of its queryset; one that says neither keeps nothing alive.
    """
    found: list[tuple[str, int]] = []
    for relation in from_above(type(row)):
        rows = relation.related_model._default_manager.filter(**{relation.field.name: row})
        if hasattr(rows, "unfinished"):
            rows = rows.unfinished()
        elif hasattr(rows, "in_force_on"):
            rows = rows.in_force_on(day)
        else:
            continue
        if count := rows.count():
            found.append((str(relation.related_model._meta.verbose_name), count))
    return found


def from_above(model: type[Model]) -> list[Any]:
    """Foreign keys of other rooms to a table, as Django's own deletion finds them: no room above is named here."""
    return [one for one in model._meta.related_objects if one.related_model._meta.app_label != model._meta.app_label]


def newest_plan(product: Product) -> tuple[BusinessPlan | None, list[PlanYear]]:
    """Return the plan that counts with its years: one query, a row a year."""
    newest = product.plans.order_by("-number").values("pk")[:1]
    rows = BusinessPlan.objects.filter(pk=Subquery(newest)).annotate(row=FilteredRelation("years"))
    found = list(rows.select_related("row").order_by("row__year"))  # type: ignore[misc]  # the relation above
    return next(iter(found), None), [plan.row for plan in found if hasattr(plan, "row")]


# What the law lists


@known
def product_sets() -> list[ProductSet]:
    """Return the 26 sets."""
    return list(ProductSet.objects.order_by("number"))


@known
def subject_kinds() -> list[SubjectKind]:
    return list(SubjectKind.objects.order_by("position"))


@known
def evidence_kinds() -> list[EvidenceKind]:
    return list(EvidenceKind.objects.order_by("position"))


@known
def old_sets() -> list[tuple[int, int | None]]:
    """Return (number of a set of 2019, key of the set that it became)."""
    return list(SetCrosswalk.objects.order_by("old_number").values_list("old_number", "product_set"))


# Rows that look alike


@dataclass(frozen=True)
class Likeness:
    """A row that may be the same. why  in words; certain  one tax code, or one name of one subject: cannot be two"""

    row: Subject | Product
    why: str
    certain: bool = False


def alike_subjects(
    name: str, commune: Area | None, *, tax_code: str = "", but: Subject | None = None
) -> list[Likeness]:
    """Return the subjects that a new or known one may be: the same tax code anywhere, the same name without accents or
    another spelling of it in the commune and the earlier communes that became it, or where the commune is unknown."""
    rows = Subject.objects.filter(merged_into=None).select_related("commune", "kind")
    if but is not None:
        rows = rows.exclude(pk=but.pk).exclude(_apart(Twin.SUBJECT, but.pk))
    found: dict[int, Likeness] = {}
    if tax_code:
        same = Subject.objects.filter(tax_code_hash=lookup_hash(tax_code)).select_related("merged_into")
        for row in same.order_by("pk"):
            if row != but:
                held = row.merged_into or row
                found[held.pk] = Likeness(held, "cùng mã số thuế", certain=True)
    here = line_of(commune.pk) if commune else frozenset()
    near = rows.filter(Q(commune__in=here) | Q(commune=None)) if commune else rows.filter(folded=fold(name)[:250])
    for row in near.order_by("folded", "pk"):
        if row.pk not in found and (why := _why(row.name, name)):
            found[row.pk] = Likeness(row, why)
    return list(found.values())


def alike_products(name: str, subject: Subject, commune: Area | None, *, but: Product | None = None) -> list[Likeness]:
    """Return the products that a new or known one may be: alike names of the subject, and in the commune the same name
    of a source that names no subject."""
    rows = Product.objects.filter(merged_into=None).exclude(stage=Stage.WITHDRAWN).select_related("subject", "commune")
    if but is not None:
        rows = rows.exclude(pk=but.pk).exclude(_apart(Twin.PRODUCT, but.pk))
    nobody = Q(subject=None, commune__in=line_of(commune.pk)) if commune else Q(subject=None, commune=None)
    near = rows.filter(Q(subject=subject) | nobody & Q(search__contains=fold(name)))
    return [
        Likeness(row, why, certain=row.subject_id == subject.pk and why == SAME_NAME)
        for row in near.order_by("search", "pk")
        if (why := _why(row.name, name))
    ]


def _why(known: str, name: str) -> str:
    if fold(known) == fold(name):
        return SAME_NAME
    return "tên gần giống" if alike(known, name) else ""


def _apart(table: str, pk: int) -> Exists:
    """The condition that a person said the row is not the same as this one."""
    pair = Q(low=pk, high=OuterRef("pk")) | Q(high=pk, low=OuterRef("pk"))
    return Exists(KeptApart.objects.filter(pair, table=table))


def line_of_subject(subjects: Iterable[Subject]) -> list[Subject]:
    """Return these subjects and every one that was merged into them, over all steps."""
    found = {subject.pk: subject for subject in subjects}
    step = set(found)
    while step:
        more = Subject.objects.filter(merged_into__in=step).order_by("pk")
        step = {row.pk for row in more if row.pk not in found}
        found |= {row.pk: row for row in more}
    return list(found.values())


def merges_into(table: str, pk: int) -> list[tuple[Merge, str]]:
    """Return the merges in force into a row with the name of what went into it, newest first."""
    rows = Merge.objects.filter(table=table, kept=pk, undone_at=None).annotate(name=Subquery(_names(table)))
    return [(row, row.name) for row in rows.order_by("-at", "-pk")]


def codes_of_merged() -> dict[str, int]:
    """Return the code of every product that was merged away with the key of the one that stands for it, over all steps.

    A code that was printed leads on.
    """
    rows = list(Product.objects.exclude(merged_into=None).order_by("pk"))
    into = {row.pk: row for row in rows}
    found = {}
    for row in rows:
        last = row
        while last.merged_into_id in into:
            last = into[last.merged_into_id]
        found[row.code] = last.merged_into_id or 0
    return found


def name_of_gone(merge: Merge) -> str:
    """Return the name of what a merge took away."""
    return str(Merge.objects.filter(pk=merge.pk).values_list(Subquery(_names(merge.table)), flat=True).get())


def _names(table: str) -> QuerySet[Any, Any]:
    model = Subject if table == Twin.SUBJECT else Product
    return model._default_manager.filter(pk=OuterRef("gone")).values("name")
