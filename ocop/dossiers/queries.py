"""Reading dossiers across tables: routes of a day, work lists, the mark of a self-score, what still misses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from ocop.accounts.models import Role, User
from ocop.registry.models import ProductSet, SetCrosswalk, reach
from ocop.scorecards.models import Scorecard
from ocop.scorecards.queries import card, regime_on, settings_on
from ocop.scorecards.rules import AnswerErrors, Marked, Settings, mark

from .models import Dossier, Filing, RouteRow, TransitionRow
from .rules import EVALUATED, Kind, Route, RouteRule, Step, TransitionRule, lapsed_on, route_on


def routes() -> list[RouteRule]:
    """The table of routes."""
    return [
        RouteRule(
            Route(row.route),
            row.valid_from,
            row.valid_to,
            row.council_sends_from,
            row.district_recognises,
            row.commune_report,
            row.commune_days,
            row.ministry_from,
            row.basis,
        )
        for row in RouteRow.objects.order_by("valid_from")
    ]


def route_rule(dossier: Dossier) -> RouteRule:
    """The route that a filed dossier keeps."""
    return next(rule for rule in routes() if rule.route == dossier.route)


def route_for(day: date) -> RouteRule:
    """The route of a dossier filed on that day. :raises LookupError: before the criteria existed"""
    return route_on(day, routes())


def transitions() -> list[TransitionRule]:
    return [
        TransitionRule(Kind(row.kind), row.in_force_from, row.last_day)
        for row in TransitionRow.objects.order_by("kind")
    ]


def lapsed(dossier: Dossier, day: date, table: Sequence[TransitionRule]) -> date | None:
    """Return the last day of evaluation that a dossier not yet evaluated has let pass (art. 12.2), else None.

    What the ministry gave back was evaluated in time.
    """
    if dossier.filed_on is None or dossier.step in EVALUATED or dossier.returned_from == Step.AT_MINISTRY:
        return None
    return lapsed_on(Kind(dossier.kind), dossier.filed_on, day, table)


def scorecards_for(product_set: ProductSet, day: date) -> list[Scorecard]:
    """Return the newest scorecards that fit a set on a day, by number; several where sets of 2019 were joined."""
    regime = regime_on(day)
    numbers = [product_set.number]
    if regime.code == "2019":
        crosswalk = SetCrosswalk.objects.filter(product_set=product_set)
        numbers = list(crosswalk.order_by("old_number").values_list("old_number", flat=True))
    return list(Scorecard.objects.newest().filter(regime_id=regime.code, set_no__in=numbers).order_by("set_no"))


def settings_of(dossier: Dossier) -> Settings:
    """The dated settings of scoring that a dossier keeps from its day of filing."""
    return settings_on(dossier.filed_on or dossier.step_since, dossier.scorecard.regime_id)


def answers_of(dossier: Dossier) -> dict[str, object]:
    """Return the self-score's answers by criterion."""
    return dict(dossier.self_scores.order_by("criterion").values_list("criterion", "answer"))


@dataclass(frozen=True)
class SelfMark:
    """What the self-score gives now. marked is None while answers miss; errors by criterion."""

    marked: Marked | None
    errors: Sequence[tuple[str, str]]


def self_mark(dossier: Dossier) -> SelfMark:
    """Return the self-score marked by the dossier's own scorecard, or every answer that misses."""
    settings = settings_of(dossier)
    try:
        return SelfMark(mark(card(dossier.scorecard), answers_of(dossier), settings=settings, cases=dossier.cases), ())
    except AnswerErrors as errors:
        return SelfMark(None, errors.errors)


def last_filing(dossier: Dossier) -> Filing | None:
    """The newest filing: what the council judges."""
    return dossier.filings.order_by("-number").first()


@dataclass(frozen=True)
class Work:
    """One thing that waits for a person. due is None where the law sets no day."""

    title: str
    detail: str
    path: str
    action: str
    due: date | None


def work_for(user: User, day: date) -> list[Work]:
    """What waits for the user in this room, nearest deadline first."""
    roles = {a.role for a in user.appointments_on(day)}
    mine = Q(subject__memberships__user=user, step__in=[Step.DRAFT, Step.RETURNED])
    theirs = Q(pk__in=[])
    if Role.COMMUNE_OFFICER in roles:
        theirs |= Q(step=Step.AT_COMMUNE) & reach(user, day, "commune")
    if Role.DISTRICT_OFFICER in roles:
        theirs |= Q(step__in=[Step.AT_DISTRICT, Step.CONCLUDED_DISTRICT]) & reach(user, day, "commune")
    if Role.PROVINCE_OFFICER in roles:
        theirs |= Q(step__in=[Step.AT_PROVINCE])
    rows = (
        Dossier.objects.visible_to(user, day)
        .filter(mine | theirs)
        .select_related("product", "subject")
        .order_by("due_on", "step_since", "pk")
        .distinct()[:100]
    )
    actions = {
        Step.DRAFT: ("Hoàn thành và nộp hồ sơ", "Mở hồ sơ"),
        Step.RETURNED: ("Bổ sung hồ sơ được trả lại", "Bổ sung"),
        Step.AT_COMMUNE: ("Đánh giá 4 nội dung, đề nghị tỉnh", "Đánh giá"),
        Step.AT_DISTRICT: ("Kiểm tra, tiếp nhận hồ sơ", "Kiểm tra"),
        Step.CONCLUDED_DISTRICT: ("Xử lý kết luận của hội đồng cấp huyện", "Xử lý"),
        Step.AT_PROVINCE: ("Kiểm tra, tiếp nhận hồ sơ", "Kiểm tra"),
    }
    return [
        Work(
            f"{actions[Step(row.step)][0]}: {row.product.name}",
            f"{row.number or 'Chưa nộp'}, {row.subject.name}",
            row.get_absolute_url(),
            actions[Step(row.step)][1],
            row.due_on,
        )
        for row in rows
    ]
