"""Rounds of evaluation: the law's and the planned ones, what belongs to each, how far it is."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ocop.accounts.http import Request
from ocop.accounts.models import Level
from ocop.dossiers.models import Dossier
from ocop.dossiers.rules import KIND_NAMES, Step
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.refusal import allows
from ocop.kernel.text import fold

from .. import services
from ..forms import RoundForm, RoundPlanForm
from ..models import EvaluationRound, Session
from ..permissions import check_may_plan_rounds
from ..proposals import by_step, proposals_of
from ..rounds import owed, round_for, span_of, standing_counts, standings_of
from ..words import events

COLUMNS = [
    Column("dot", "Đợt", str, ("year", "number")),
    Column("cap", "Cấp", lambda row: row.get_level_display(), ("level",)),
    Column("de-nghi", "Đề nghị trước ngày", lambda row: row.proposals_before, ("proposals_before",)),
    Column("ket-qua", "Kết quả trước ngày", lambda row: row.results_before, ("results_before",)),
    Column("phien", "Phiên", lambda row: row.sittings, ("sittings",), number=True),
    Column("ke-hoach", "Kế hoạch", lambda row: row.plan),
    Column("can-cu", "Căn cứ", lambda row: row.basis),
]


@login_required
def listing(request: Request) -> HttpResponse:
    """Up to those of the next year: the law's go on for ever."""
    found = EvaluationRound.objects.filter(year__lte=request.day.year + 1).annotate(sittings=Count("sessions"))
    years = range(2026, request.day.year + 2)
    filters = [
        Filter(
            "cap",
            "Cấp",
            [Option(level.value, level.label.capitalize()) for level in (Level.PROVINCE, Level.MINISTRY)],
            lambda rows, values: rows.filter(level__in=values),
        ),
        Filter(
            "nam",
            "Năm",
            [Option(str(year), str(year)) for year in years],
            lambda rows, values: rows.filter(year__in=values),
        ),
    ]
    rows: Listing[EvaluationRound] = Listing(request, found, COLUMNS, filters, sort="de-nghi")
    if rows.wants_file:
        return rows.file("dot-danh-gia")
    may_add = allows(check_may_plan_rounds, request.user, request.day)
    return render(request, "councils/rounds.html", {"listing": rows, "may_add": may_add})


@login_required
def add(request: Request) -> HttpResponse:
    check_may_plan_rounds(request.user, request.day)
    form = RoundForm(request.POST or None)

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        row = services.add_round(token=data.pop("once"), by=request.user, now=request.now, **data)
        messages.success(request, f"Đã lập {row}.")
        return redirect(row)

    return form.carry_out(keep) or render(request, "councils/round_add.html", {"form": form}, status=form.status)


def _found(level: str, year: int, number: int) -> tuple[EvaluationRound, dict[str, list[EvaluationRound]]]:
    """Return a round, else 404, and all rounds by level: few rows, one question."""
    rounds: dict[str, list[EvaluationRound]] = {Level.PROVINCE: [], Level.MINISTRY: []}
    for row in EvaluationRound.objects.order_by("proposals_before"):
        rounds[row.level].append(row)
    one = next((r for r in rounds.get(level, ()) if (r.year, r.number) == (year, number)), None)
    if one is None:
        raise Http404
    return one, rounds


def _dossiers(request: Request, one: EvaluationRound, rounds: list[EvaluationRound]) -> Listing[Dossier]:
    """The dossiers of the round that the reader sees."""
    standings = standings_of(one.level)
    words = {step: name for name, steps in standings.values() for step in steps}

    def of_standing(rows: object, values: list[str]) -> object:
        return rows.filter(step__in=[step for value in values for step in standings[value][1]])  # type: ignore[attr-defined]

    seen = Dossier.objects.visible_to(request.user, request.day).select_related("product", "subject", "commune")
    return Listing(
        request,
        proposals_of(one, rounds, seen),
        [
            Column("so", "Số hồ sơ", lambda row: row.number, ("number",)),
            Column("san-pham", "Sản phẩm", lambda row: row.product.name, ("product__search",)),
            Column("chu-the", "Chủ thể", lambda row: row.subject.name, ("subject__folded",)),
            Column("xa", "Xã, phường", lambda row: row.commune.full_name, ("commune__sort_key",)),
            Column("loai", "Loại", lambda row: row.get_kind_display(), ("kind",)),
            Column("de-nghi", "Ngày đề nghị", lambda row: row.proposed_on, ("proposed_on",)),
            Column(
                "tinh-trang", "Tình trạng", lambda row: words.get(Step(row.step), row.get_step_display()), ("step",)
            ),
        ],
        [
            Filter(
                "trang-thai", "Tình trạng", [Option(key, name) for key, (name, _) in standings.items()], of_standing
            ),
            Filter(
                "loai",
                "Loại",
                [Option(kind.value, name) for kind, name in KIND_NAMES.items()],
                lambda rows, values: rows.filter(kind__in=values),
            ),
        ],
        search=lambda rows, q: rows.filter(product__search__contains=fold(q)),
        sort="de-nghi",
    )


def _page(
    request: Request, one: EvaluationRound, by_level: dict[str, list[EvaluationRound]], form: RoundPlanForm
) -> HttpResponse:
    rounds = by_level[one.level]
    listing = _dossiers(request, one, rounds)
    if listing.wants_file:
        return listing.file(f"dot-{one.number}-{one.year}")
    steps = by_step(proposals_of(one, rounds, Dossier.objects.visible_to(request.user, request.day)))
    first, last = span_of(one, rounds)
    context = {
        "round": one,
        "listing": listing,
        "total": sum(steps.values()),
        "counts": standing_counts(one.level, steps),
        "owed": owed(one, steps, request.day),
        "first": first,
        "last": last,
        "next": round_for(one.proposals_before, rounds),
        "ministry": round_for(one.results_before, by_level[Level.MINISTRY]) if one.level == Level.PROVINCE else None,
        "sessions": _sessions(request, one),
        "may_plan": allows(check_may_plan_rounds, request.user, request.day),
        "form": form,
        "events": events(one),
    }
    return render(request, "councils/round.html", context, status=form.status)


def _sessions(request: Request, one: EvaluationRound) -> list[Session]:
    found = Session.objects.visible_to(request.user, request.day).filter(evaluation_round=one)
    return list(found.annotate(products=Count("items")).order_by("held_on", "pk"))


@login_required
def evaluation_round(request: Request, level: str, year: int, number: int) -> HttpResponse:
    one, rounds = _found(level, year, number)
    return _page(request, one, rounds, RoundPlanForm(initial={"plan": one.plan, "version": one.version}))


@require_POST
@login_required
def plan(request: Request, level: str, year: int, number: int) -> HttpResponse:
    one, rounds = _found(level, year, number)
    check_may_plan_rounds(request.user, request.day)
    form = RoundPlanForm(request.POST)

    def keep() -> HttpResponse:
        services.set_plan(evaluation_round=one, by=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, "Đã ghi kế hoạch của đợt.")
        return redirect(one)

    return form.carry_out(keep) or _page(request, one, rounds, form)
