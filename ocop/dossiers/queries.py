"""Reading dossiers across tables: routes of a day, work lists, the mark of a self-score, what still misses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from ocop.accounts.models import Appointment, Level, Role, User
from ocop.areas.models import Area
from ocop.kernel import files
from ocop.kernel.calendar import holidays
from ocop.kernel.memo import once_a_page
from ocop.kernel.reference import known
from ocop.registry.models import Evidence, ProductSet, assisted_by, reach
from ocop.registry.models.subjects import subjects_of
from ocop.registry.queries import Work, old_sets
from ocop.scorecards.models import Scorecard
from ocop.scorecards.queries import card, newest_cards, regime_on, settings_on
from ocop.scorecards.rules import AnswerErrors, Marked, Settings, mark

from . import wallet
from .models import (
    CheckingRow,
    CommuneAssessment,
    Dossier,
    Filing,
    Hand,
    RouteRow,
    Side,
    Stay,
    TransitionRow,
    team_reach,
)
from .permissions import writer_of
from .rules import (
    CHECKING,
    EVALUATED,
    TEAM_STEPS,
    WRITTEN,
    CheckingRule,
    Clock,
    Kind,
    Route,
    RouteRule,
    Step,
    TransitionRule,
    checking_on,
    clock_on,
    commune_term,
    lapsed_on,
    province_term,
    route_on,
    spans_at,
)


def whole_dossiers(rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """With every row that its pages name: product, subject, commune, scorecard, form 03, what it was filled from.

    Bodies of scorecards are parsed once a process (scorecards.queries.card) and stay behind.
    """
    return rows.select_related(
        "product__product_set__group",
        "subject__kind",
        "commune__parent",
        "scorecard__regime",
        "assessment",
        "carried_from__dossier__scorecard",
    ).defer("scorecard__body", "carried_from__dossier__scorecard__body", "carried_from__dossier__forms")


def assessment_of(dossier: Dossier) -> CommuneAssessment | None:
    """Form 03, if the commune has begun it."""
    found: CommuneAssessment | None = getattr(dossier, "assessment", None)
    return found


def papers_seen_by(user: User, dossier: Dossier, day: date) -> QuerySet[Evidence]:
    """Return the papers of a dossier that its reader may see: who writes it what is pinned now, others what was filed.

    While a dossier is back for completion the two differ; else they are the same. Its producer then also reads the
    version that was filed, at which a gap may point.
    """
    if dossier.step == Step.RETURNED and writer_of(user, dossier, day) is None:
        filing = last_filing(dossier)
        filed = filing.snapshot["files"] if filing else []
        return Evidence.objects.filter(pk__in=[file["evidence"] for file in filed])
    pinned = Q(pk__in=dossier.pins.values("evidence"))
    if dossier.step in WRITTEN:
        pinned |= Q(pk__in=dossier.pins.values("evidence__replaced_by"))
    return Evidence.objects.filter(pinned)


@known
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


@known
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


@known
def checking_rules() -> list[CheckingRule]:
    """The dated settings of checking."""
    fields = (
        "valid_from", "valid_to", "pause_while_returned", "warn_days", "answer_days", "reevaluation_days", "basis",
    )  # fmt: skip
    return [CheckingRule(*row) for row in CheckingRow.objects.order_by("valid_from").values_list(*fields)]


def checking_rule(dossier: Dossier) -> CheckingRule:
    """The dated setting of checking that a filed dossier keeps from its day of filing."""
    return checking_on(dossier.filed_on or dossier.step_since, checking_rules())


@dataclass(frozen=True)
class Laws:
    """What clocks count by. days  holidays and swapped days"""

    days: Mapping[date, bool]
    checking: Sequence[CheckingRule]
    routes: Sequence[RouteRule]


@once_a_page
def laws() -> Laws:
    """What clocks count by, read once."""
    return Laws(holidays(), checking_rules(), routes())


def clocks_of(dossier: Dossier, day: date, by: Laws) -> list[Clock]:
    """Return the clocks that run or ran until that day, in the order of the way; none where the law sets no time."""
    if dossier.filed_on is None:
        return []
    rule, terms = checking_on(dossier.filed_on, by.checking), []
    route = next(one for one in by.routes if one.route == dossier.route)
    if route.commune_report:
        terms.append(commune_term(route.commune_days))
    if rule.reevaluation_days is not None and dossier.kind == Kind.RE_EVALUATION:
        terms.append(province_term(rule.reevaluation_days))
    stays = stays_of(dossier) if terms else []
    way = [(Step(stay.step), stay.since, stay.until) for stay in stays]
    clocks = (clock_on(day, spans_at(one.steps, way), one, by.days, pause=rule.pause_while_returned) for one in terms)
    return [clock for clock in clocks if clock is not None]


@once_a_page
def stays_of(dossier: Dossier) -> list[Stay]:
    """Where the dossier stood, in order of time."""
    return sorted(dossier.stays.all(), key=lambda stay: stay.pk)


def running(clocks: Iterable[Clock]) -> Clock | None:
    """Return the clock of the office that holds the dossier, or that has sent it back."""
    return next((clock for clock in clocks if clock.held or clock.paused), None)


def officers_of(commune: Area, day: date) -> list[User]:
    """Return who serves the commune on that day, also where it has wholly become another one."""
    found = _appointed(Role.COMMUNE_OFFICER, day)
    return [one.user for one in found if commune.pk in one.line]


def advisory_agency(day: date) -> list[User]:
    """Return the officers of the province's advisory agency: the superior of a commune's office in this procedure."""
    return [one.user for one in _appointed(Role.PROVINCE_OFFICER, day) if one.agency.level == Level.PROVINCE]


def province_leaders(day: date) -> list[User]:
    """Return the leaders of the province's committee: the superior of its advisory agency and of its council."""
    return [one.user for one in _appointed(Role.LEADER, day) if one.agency.level == Level.PROVINCE]


def _appointed(role: Role, day: date) -> list[Appointment]:
    in_force = Q(valid_to=None) | Q(valid_to__gte=day)
    rows = Appointment.objects.filter(in_force, role=role, valid_from__lte=day, user__is_active=True)
    return list(rows.select_related("user", "agency").order_by("pk"))


def scorecards_for(product_set: ProductSet, day: date) -> list[Scorecard]:
    """Return the newest scorecards that fit a set on a day, by number; several where sets of 2019 were joined."""
    regime, numbers = regime_on(day).code, {product_set.number}
    if regime == "2019":
        numbers = {old for old, became in old_sets() if became == product_set.pk}
    return [row for row in newest_cards() if row.regime_id == regime and row.set_no in numbers]


def settings_of(dossier: Dossier) -> Settings:
    """The dated settings of scoring that a dossier keeps from its day of filing."""
    return settings_on(dossier.filed_on or dossier.step_since, dossier.scorecard.regime_id)


def answers_of(dossier: Dossier) -> dict[str, object]:
    """Return the self-score's answers by criterion."""
    return dict(dossier.self_scores.order_by("criterion").values_list("criterion", "answer"))


def snapshot_of(dossier: Dossier) -> dict[str, Any]:
    """Return what a filing would seal now: forms, answers, cases, papers in their newest version, the scorecard."""
    papers: dict[int, dict[str, Any]] = {}
    related = ("evidence__blob", "evidence__replaced_by__blob")
    for pin in dossier.pins.select_related(*related).order_by("criterion", "evidence_id"):
        found = pin.newest
        paper = papers.setdefault(
            found.pk,
            {
                "name": f"{found.pk}-{found.file_name}",
                "sha256": found.file.sha256,
                "size": found.file.size,
                "evidence": found.pk,
                "title": found.name,
                "criteria": [],
            },
        )
        if pin.criterion not in paper["criteria"]:
            paper["criteria"].append(pin.criterion)
    return {
        "forms": dossier.forms,
        "answers": answers_of(dossier),
        "cases": dossier.cases,
        "files": sorted(papers.values(), key=lambda paper: str(paper["name"]).encode()),
        "explanations": dict(dossier.self_scores.order_by("criterion").values_list("criterion", "explanation")),
        "scorecard": dossier.scorecard.code,
        "scorecard_version": dossier.scorecard.version,
        "scorecard_sha256": dossier.scorecard.sha256,
    }


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


def last_try(dossier: Dossier) -> Filing | None:
    """The newest filing of the product by the same subject, in another dossier: what a new one is filled from."""
    rows = Filing.objects.filter(dossier__product=dossier.product_id, dossier__subject=dossier.subject_id)
    return rows.exclude(dossier=dossier).select_related("dossier__scorecard").order_by("-at", "-pk").first()


def work_for(user: User, day: date) -> list[Work]:
    """What waits for the user in this room, nearest deadline first."""
    roles = {a.role for a in user.appointments_on(day)}
    mine = Q(subject__in=subjects_of(user, day), step__in=WRITTEN)
    theirs = Q(pk__in=[])
    if Role.COMMUNE_OFFICER in roles:
        entered, judged = (
            Q(pk__in=Hand.objects.filter(user=user, side=s).values("dossier")) for s in (Side.ASSISTED, Side.CHECKED)
        )
        mine |= Q(subject__in=assisted_by(user, day), step__in=[Step.DRAFT, Step.RETURNED]) & ~judged
        theirs |= Q(step=Step.AT_COMMUNE) & reach(user, day, "commune") & ~entered
    if Role.DISTRICT_OFFICER in roles:
        theirs |= Q(step__in=[Step.AT_DISTRICT, Step.CONCLUDED_DISTRICT]) & reach(user, day, "commune")
    if Role.PROVINCE_OFFICER in roles:
        theirs |= Q(step__in=[Step.AT_PROVINCE])
    if Role.ADVISORY_TEAM in roles:
        theirs |= Q(step__in=TEAM_STEPS["province"] | TEAM_STEPS["district"]) & team_reach(user, day)
    rows = (
        Dossier.objects.visible_to(user, day)
        .filter(mine | theirs)
        .select_related("product", "subject")
        .only("code", "number", "step", "due_on", "product__name", "subject__name")
        .order_by("due_on", "step_since", "pk")[:100]
    )
    actions = {
        Step.DRAFT: ("Hoàn thành và nộp hồ sơ", "Mở hồ sơ"),
        Step.RETURNED: ("Bổ sung hồ sơ được trả lại", "Bổ sung"),
        Step.AT_COMMUNE: ("Đánh giá 4 nội dung, đề nghị tỉnh", "Đánh giá"),
        Step.AT_DISTRICT: ("Kiểm tra, tiếp nhận hồ sơ", "Kiểm tra"),
        Step.CONCLUDED_DISTRICT: ("Xử lý kết luận của hội đồng cấp huyện", "Xử lý"),
        Step.AT_PROVINCE: ("Kiểm tra, tiếp nhận hồ sơ", "Kiểm tra"),
        Step.READY_DISTRICT: ("Thẩm tra, khảo sát trước phiên chấm", "Thẩm tra"),
        Step.READY_PROVINCE: ("Thẩm tra, khảo sát trước phiên chấm", "Thẩm tra"),
    }
    checked = CHECKING | TEAM_STEPS["province"] | TEAM_STEPS["district"]
    return wallet.work_for(user, day) + [
        Work(
            f"{actions[Step(row.step)][0]}: {row.product.name}",
            f"{row.number or 'Chưa nộp'}, {row.subject.name}",
            row.get_check_url() if row.step in checked else row.get_absolute_url(),
            actions[Step(row.step)][1],
            row.due_on,
        )
        for row in rows
    ]


def room_left(dossier: Dossier) -> files.Room:
    """Return what a dossier still takes: 60 files, 200 MB in all (compliance.md section 3)."""
    sizes = wallet.sizes_in(dossier)
    return files.Room(
        place=f"dossier:{dossier.code}",
        files=files.MOST_FILES - len(sizes),
        size=files.MOST_BYTES - sum(sizes.values()),
    )
