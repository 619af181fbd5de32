"""Reading over many rooms: who the user is, what waits, where things stand, search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Case, Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from ocop.accounts.models import Notice, Role, User
from ocop.certificates import queries as certificates
from ocop.certificates.models import Recognition
from ocop.certificates.rules import IN_FORCE, Status, status_of
from ocop.councils import queries as councils
from ocop.councils.models import Member
from ocop.dossiers import queries as dossiers
from ocop.dossiers.models import Dossier
from ocop.dossiers.queries import SelfMark
from ocop.dossiers.rules import FINAL, STEP_NAMES, Step, Stop
from ocop.dossiers.whereabouts import way
from ocop.importing import queries as importing
from ocop.kernel.memo import tell
from ocop.kernel.text import fold
from ocop.kernel.time import LAST_DAY
from ocop.registry import queries as registry
from ocop.registry.models import Product, Stage, Subject, SubjectMember
from ocop.registry.permissions import held_by
from ocop.registry.queries import Work

from . import rules

SHOWN = 5  # products, dossiers beside the work list
FOUND = 20  # of each kind in the search


@dataclass(frozen=True)
class Standing:
    """Who a signed-in user is today.

    parts  role (by appointment, producer, member) and its words; part  the one chosen at the switch, or all: ""
    """

    parts: dict[str, str]
    unread: int
    has_second_factor: bool
    part: str = ""

    @property
    def who(self) -> frozenset[str]:
        return frozenset(self.parts)

    @property
    def shown(self) -> frozenset[str]:
        """The roles whose menu and desk are shown. Rights do not change with it."""
        return frozenset({self.part}) if self.part else self.who

    @property
    def words(self) -> str:
        """What stands under the name."""
        return self.parts.get(self.part) or next(iter(self.parts.values()), "Chưa có vai trò")

    @property
    def on_duty(self) -> bool:
        """Staff and members of councils: a second factor is asked of them in production."""
        return bool(self.who - {rules.PRODUCER})

    @property
    def privileged(self) -> bool:
        """Administrators and members of councils: a shorter idle time."""
        return bool(self.who & {Role.ADMIN, rules.MEMBER})


def standing(user: User, day: date, part: str = "") -> Standing:
    """Return the user's standing: one query, which brings his appointments along (a row each, one if there is none).

    part  the role chosen at the switch; one that the user no longer has counts as none
    """
    acts_for = SubjectMember.objects.in_force_on(day).filter(user=OuterRef("pk"), subject__merged_into=None)
    sits = Member.objects.in_force_on(day).filter(
        Q(council__ended_on=None) | Q(council__ended_on__gte=day), user=OuterRef("pk")
    )
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    unread = Notice.objects.filter(user=OuterRef("pk"), read_at=None).order_by().values("user")
    rows: QuerySet[Any] = (
        User.objects.filter(pk=user.pk)
        .annotate(
            acts_for=acts_for.order_by("pk").values("subject__name")[:1],
            sits=Exists(sits),
            factor=Exists(factor),
            unread=Coalesce(Subquery(unread.annotate(n=Count("pk")).values("n")), 0),
            appointment=FilteredRelation("appointments"),
        )
        .select_related("appointment__agency__area")
        .order_by("appointment__id")
    )
    row, *_ = found = list(rows)
    user.all_appointments = [one.appointment for one in found if hasattr(one, "appointment")]
    parts: dict[str, str] = {}
    for a in user.appointments_on(day):
        parts.setdefault(a.role, f"{a.get_role_display()}, {a.agency}")
    if row.acts_for is None:
        tell(frozenset(), held_by, user, day)
    else:
        parts[rules.PRODUCER] = f"Chủ thể, {row.acts_for}"
    if row.sits:
        parts[rules.MEMBER] = "Thành viên hội đồng"
    return Standing(parts, row.unread, row.factor, part if part in parts else "")


@dataclass(frozen=True)
class Due:
    """A piece of work as the list shows it."""

    work: Work
    tone: str


@dataclass(frozen=True)
class Worklist:
    """What waits, nearest day first, under headings."""

    groups: list[tuple[str, list[Due]]]
    total: int
    late: int
    soon: int


def worklist(user: User, day: date) -> Worklist:
    """Gather what waits for the user in every room."""
    rooms = (registry, dossiers, councils, certificates, importing)
    work = [one for room in rooms for one in room.work_for(user, day)]
    work.sort(key=lambda one: one.due or LAST_DAY)
    groups = [
        (heading, [Due(one, rules.tone(one.due, day)) for one in ones])
        for heading, ones in groupby(work, lambda one: rules.group(one.due, day))
    ]
    late = sum(one.due is not None and one.due < day for one in work)
    soon = sum(one.due is not None and 0 <= (one.due - day).days <= rules.RED_DAYS for one in work)
    return Worklist(groups, len(work), late, soon)


@dataclass(frozen=True)
class Held:
    """A product of one's own with its newest recognition, if any."""

    product: Product
    recognition: Recognition | None
    status: Status | None

    @property
    def in_force(self) -> bool:
        return self.status in IN_FORCE

    @property
    def lapsed(self) -> bool:
        """No gold for stars that are over, or whose day of issue nobody knows."""
        return not self.in_force and self.status is not Status.NOT_YET


def own_products(user: User, day: date) -> tuple[list[Held], int]:
    """Return products of the subjects the user acts for, the one that lapses first on top, and how many there are."""
    rows: QuerySet[Any] = (
        Product.objects.filter(subject__in=Subject.objects.of(user, day), merged_into=None)
        .exclude(stage=Stage.WITHDRAWN)
        .annotate(recognition=FilteredRelation("recognitions"))  # all are public
        .select_related("product_set", "recognition")  # type: ignore[misc]  # the relation above
        .order_by("pk", F("recognition__valid_from").asc(nulls_first=True), "recognition__pk")
    )
    held = []
    for product in {row.pk: row for row in rows}.values():  # the last row of a product holds its newest
        found: Recognition | None = getattr(product, "recognition", None)
        held.append(Held(product, found, status_of(found, day) if found else None))
    held.sort(key=lambda one: (not one.in_force, one.recognition is None, _until(one), one.product.pk))
    return held[:SHOWN], len(held)


def _until(one: Held) -> date:
    return (one.recognition.valid_until if one.recognition else None) or LAST_DAY


@dataclass(frozen=True)
class Underway:
    """An open dossier of one's own and its way."""

    dossier: Dossier
    stops: list[Stop]


def own_dossiers(user: User, day: date) -> list[Underway]:
    """Return the open dossiers of the subjects the user acts for: returned, drafts, then what moved last."""
    mine_first = Case(When(step=Step.RETURNED, then=0), When(step=Step.DRAFT, then=1), default=2)
    rows = list(
        Dossier.objects.visible_to(user, day)
        .filter(subject__in=Subject.objects.of(user, day))
        .exclude(step__in=FINAL)
        .select_related("product__product_set", "subject", "scorecard")
        .order_by(mine_first, "-step_since", "-pk")[:SHOWN]
    )
    return [Underway(row, way(row, day)) for row in rows]


def to_fill(underway: Iterable[Underway]) -> tuple[Dossier, SelfMark] | None:
    """Return the first dossier that its producer still writes, with its self-score."""
    for one in underway:
        if one.dossier.step in (Step.DRAFT, Step.RETURNED):
            return one.dossier, dossiers.self_mark(one.dossier)
    return None


def dossiers_by_step(user: User, day: date) -> list[tuple[Step, str, int]]:
    """Return how many open dossiers an official sees at each step, in the order of the way."""
    counts = dict(
        Dossier.objects.visible_to(user, day)
        .exclude(step__in=FINAL | {Step.DRAFT})
        .order_by("step")
        .values_list("step")
        .annotate(Count("pk"))
    )
    return [(step, STEP_NAMES[step], counts[step]) for step in Step if step in counts]


@dataclass(frozen=True)
class Found:
    """What the search of offices found, at most 20 of each kind."""

    products: list[Product]
    dossiers: list[Dossier]
    subjects: list[Subject]

    @property
    def total(self) -> int:
        return len(self.products) + len(self.dossiers) + len(self.subjects)


def search(user: User, day: date, q: str) -> Found:
    """Find products, dossiers and subjects the user may see, accents or not; every word must occur."""
    words = fold(q).split()
    if not words:
        return Found([], [], [])
    typed = q.strip().upper()
    by_number = Q(number__contains=typed) | Q(code=typed)
    products = Product.objects.visible_to(user, day).filter(_all("search", words))
    subjects = Subject.objects.visible_to(user, day).filter(_all("folded", words))
    cases = Dossier.objects.visible_to(user, day).filter(_all("product__search", words) | by_number)
    return Found(
        list(products.select_related("subject", "commune", "product_set").order_by("name", "pk")[:FOUND]),
        list(cases.select_related("product", "subject").order_by("-filed_on", "-pk").distinct()[:FOUND]),
        list(subjects.select_related("commune", "kind").order_by("name", "pk")[:FOUND]),
    )


def _all(field: str, words: list[str]) -> Q:
    condition = Q()
    for word in words:
        condition &= Q(**{f"{field}__contains": word})
    return condition
