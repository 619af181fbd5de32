"""Ideas and their way to registration: backlog, registration, page of one. What moves them on: acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.accounts.models import Role
from ocop.areas.queries import commune_filter
from ocop.kernel import audit
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.pages.printing import printed
from ocop.kernel.refusal import Refusal, allows
from ocop.kernel.text import fold, slug
from ocop.kernel.time import vi_date

from .. import queries, services
from ..forms_ideas import NEWCOMER, IdeaForm
from ..models import Product, StageChange, Subject, Twin
from ..papers import idea_slip
from ..permissions import check_may_merge, check_may_move
from ..rules import CAUSE_NAMES, STAGE_NAMES, WAY, Move, Stage
from ..words import EVENT_NAMES, area_words
from .acts import ACTS, go_to, idea_of
from .duplicates import ask_apart, with_links

CHOOSE_KNOWN = "Nếu là một, chọn chủ thể đó ở ô Chủ thể đã có và bỏ trống tên mới."
UNREGISTERED = [stage for stage in Stage if stage != Stage.REGISTERED]
TILES = (
    (Stage.IDEA, "Chờ thẩm định"),
    (Stage.APPRAISED, "Đã thẩm định"),
    (Stage.PLANNED, "Có phương án"),
    (Stage.POTENTIAL, "Tiềm năng"),
    (Stage.PACKAGED, "Có bao bì, tem"),
)


def _search(rows: QuerySet[Product], text: str) -> QuerySet[Product]:
    for word in fold(text).split():
        rows = rows.filter(search__contains=word)
    return rows


def _since(row: Product) -> object:
    return row.since  # type: ignore[attr-defined]  # annotated by the list


@login_required
@require_GET
def listing(request: Request) -> HttpResponse:
    """Ideas and potential products of one's subjects, or of one's commune: the backlog."""
    seen = Product.objects.visible_to(request.user, request.day)
    rows = seen.filter(stage__in=UNREGISTERED)
    funnel = queries.funnel(request.user, request.day)
    stages = [Option(stage, STAGE_NAMES[stage], funnel.now[stage]) for stage in UNREGISTERED]
    communes = rows.order_by().values_list("commune", flat=True).distinct()
    last = StageChange.objects.filter(product=OuterRef("pk")).order_by("-day", "-pk")
    found: Listing[Product] = Listing(
        request,
        rows.select_related("subject", "commune", "idea", "product_set").annotate(
            since=Subquery(last.values("day")[:1])
        ),
        columns=[
            Column("ten", "Ý tưởng, sản phẩm", lambda row: row.name, ("search",)),
            Column("phieu", "Số phiếu", lambda row: row.idea.number if hasattr(row, "idea") else ""),
            Column("chu-the", "Chủ thể", lambda row: row.subject and row.subject.name, ("subject__folded",)),
            Column("xa", "Xã, phường", lambda row: row.commune and row.commune.full_name, ("commune__sort_key",)),
            Column("giai-doan", "Giai đoạn", lambda row: row.get_stage_display(), ("stage",)),
            Column("tu-ngay", "Từ ngày", _since, ("since",)),
        ],
        filters=[
            Filter("trang-thai", "Giai đoạn", stages, lambda rows, values: rows.filter(stage__in=values)),
            commune_filter(communes),
        ],
        search=_search,
        sort="-tu-ngay",
    )
    if found.wants_file:
        return found.file("y-tuong")
    for row in found.rows:
        row.tone, row.icon = TONES[Stage(row.stage)]  # type: ignore[attr-defined]  # for the row's template
    context = {
        "listing": found,
        "tiles": [(label, stage, funnel.now[stage]) for stage, label in TILES],
        "dropped": [
            (STAGE_NAMES[stage], CAUSE_NAMES[cause], count) for (stage, cause), count in funnel.dropped.items()
        ],
        "may_add": _may_add(request),
    }
    return render(request, "registry/ideas.html", context)


TONES = {
    Stage.IDEA: ("info", "lightbulb"),
    Stage.RETURNED: ("warning", "undo-2"),
    Stage.APPRAISED: ("info", "file-check"),
    Stage.PLANNED: ("info", "clipboard-list"),
    Stage.POTENTIAL: ("ok", "sprout"),
    Stage.PACKAGED: ("ok", "qr-code"),
    Stage.REGISTERED: ("ok", "badge-check"),
    Stage.WITHDRAWN: ("neutral", "x"),
}


def _may_add(request: Request) -> bool:
    """Whether the user has someone to register ideas for: a subject, or as an officer the households of a commune."""
    user, day = request.user, request.day
    return user.has_role(Role.COMMUNE_OFFICER, day) or Subject.objects.of(user, day).exists()


@login_required
def add(request: Request) -> HttpResponse:
    """Register an idea: by a producer on a phone, or for him by the commune's officer, whether in a list or not."""
    form = IdeaForm(request.POST or None, user=request.user, day=request.day)
    alike: list[queries.Likeness] = []
    register: Callable[..., Product]
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = {name: value for name, value in form.cleaned_data.items() if name not in NEWCOMER}
            if newcomer := form.cleaned_data.get("newcomer"):
                del data["subject"]
                data |= {name: form.cleaned_data[name] for name in NEWCOMER}
                alike = queries.alike_subjects(newcomer, data["commune"])
                register = services.register_idea_of_newcomer
            else:
                alike = queries.alike_products(data["name"], data["subject"], data["commune"])
                register = services.register_idea
            if ask_apart(form, alike):
                try:
                    product = register(by=request.user, now=request.now, token=data.pop("once"), **data)
                except Refusal as refusal:
                    form.add_error(None, str(refusal))
                else:
                    number = product.idea.number
                    messages.success(request, f"Đã đăng ký ý tưởng “{product}”. Số phiếu {number}, chờ xã thẩm định.")
                    return go_to(request, product)
    if not alike:
        del form.fields["apart"]
    shown = with_links(request, alike)
    same = CHOOSE_KNOWN if any(isinstance(one.row, Subject) for one in alike) else ""
    context = {"form": form, "alike": shown, "same": same, "may_add": _may_add(request)}
    return render(request, "registry/idea_form.html", context, status=status)


@dataclass(frozen=True)
class Step:
    """A stop of the stepper."""

    label: str
    state: str
    note: str = ""


# What is done when a product enters a stage, as the stepper says it
DONE = {
    Stage.IDEA: "Đăng ký ý tưởng",
    Stage.APPRAISED: "Thẩm định",
    Stage.PLANNED: "Phương án sản xuất kinh doanh",
    Stage.POTENTIAL: "Sản phẩm tiềm năng",
    Stage.PACKAGED: "Bao bì, tem truy xuất",
    Stage.REGISTERED: "Đăng ký sản phẩm",
}


def _steps(product: Product, changes: Sequence[StageChange]) -> list[Step]:
    """The way of the product: stages entered with their days, what is to be done now, what comes next."""
    at = Stage(product.stage)
    entered = {Stage(change.stage): vi_date(change.day) for change in changes}
    done = [Step(DONE[stage], "done", entered[stage]) for stage in WAY if stage in entered]
    if at == Stage.WITHDRAWN:
        return [*done, Step("Đã rút", "now", entered[at])]
    if at == Stage.RETURNED:
        done.append(Step("Sửa và gửi lại ý tưởng", "now", f"Trả lại {entered[at]}"))
    ahead = WAY[WAY.index(Stage.IDEA if at == Stage.RETURNED else at) + 1 :]
    waits = at != Stage.RETURNED
    return done + [Step(DONE[stage], "now" if waits and n == 0 else "next") for n, stage in enumerate(ahead)]


SIDE = (Move.PLAN, Move.WITHDRAW)  # not what moves a product on, once its plan is there


@require_GET
def idea(request: Request, code: str) -> HttpResponse:
    """One product before its registration: slip, appraisal, plan, packaging, its way."""
    found = idea_of(request, code)
    day = request.day
    changes = list(found.stage_changes.order_by("day", "pk"))
    actions = [one for one in ACTS if allows(check_may_move, request.user, found, one.move, day)]
    plan, years = queries.newest_plan(found)
    dropped = next((row for row in reversed(changes) if row.stage == Stage.WITHDRAWN), None)
    returned = next((row for row in reversed(changes) if row.stage == Stage.RETURNED), None)
    owner = found.subject if found.merged_into is None else None
    merging = owner is not None and allows(check_may_merge, request.user, (owner,), day)
    alike = queries.alike_products(found.name, owner, found.commune, but=found) if merging and owner else []
    context: dict[str, Any] = {
        "product": found,
        "tone": TONES[Stage(found.stage)][0],
        "icon": TONES[Stage(found.stage)][1],
        "facts": _facts(found),
        "steps": _steps(found, changes),
        "actions": actions,
        "first_action": next((one for one in actions if one.move not in SIDE or found.stage == Stage.APPRAISED), None),
        "appraisals": [(row, _appraised(row)) for row in found.appraisals.order_by("-day", "-pk")],
        "plan": plan,
        "plan_years": years,
        "packaging": found.packagings.order_by("-day", "-pk").first(),
        "dropped": dropped,
        "returned": returned if found.stage == Stage.RETURNED else None,
        "alike": alike,
        "merges": queries.merges_into(Twin.PRODUCT, found.pk) if merging else [],
        "events": [(EVENT_NAMES[entry.kind], entry) for entry in reversed(audit.timeline(found))],
    }
    return render(request, "registry/idea.html", context)


@require_GET
def slip(request: Request, code: str) -> HttpResponse:
    """The registration slip as a paper to hand over: for whoever has no phone."""
    found = idea_of(request, code)
    if not hasattr(found, "idea"):
        raise Http404
    paper = idea_slip(found, day=request.day, rehearsal=settings.REHEARSAL)
    return printed(paper, f"phieu-{slug(found.idea.number)}", "pdf")


def _facts(product: Product) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = []
    if hasattr(product, "idea"):
        slip = product.idea
        facts = [
            ("Số phiếu", slip.number),
            ("Ngày đăng ký", vi_date(slip.registered_on)),
            ("Nguyên liệu chính", slip.materials),
            ("Hiện trạng", slip.get_scale_display()),
            ("Cần hỗ trợ", slip.needs or "Không ghi"),
        ]
    return [
        *facts,
        ("Mô tả", product.description or None),
        ("Bộ sản phẩm", product.product_set),
        ("Nơi sản xuất", product.commune or product.place_note or None),
        *([("Nguồn", product.source)] if product.source else []),
    ]


def _appraised(row: Any) -> list[tuple[str, object]]:
    return [
        ("Vùng nguyên liệu", area_words(row.material_area)),
        ("Nguyên liệu địa phương", f"{row.local_share} %"),
        ("Lao động", f"{row.workers} người, trong đó {row.local_workers} người địa phương"),
    ]
