"""The evidence wallet (kho giấy tờ): one paper serves many criteria and products.

The page of one paper is in dossiers, which knows where it is used."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.kernel import files
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.refusal import allows
from ocop.kernel.text import clean

from .. import services
from ..forms import ReplaceForm, ScopeForm, WalletForm
from ..models import Evidence, Product, Subject
from ..permissions import check_may_keep
from ..queries import evidence_kinds
from ..words import LAPSING, named, scope_of, state_of

STATES = [Option("con-han", "Còn hạn"), Option("sap-het-han", "Sắp hết hạn"), Option("het-han", "Hết hạn")]
FILES = [Option("co", "Đã có tệp"), Option("chua", "Chưa có tệp")]
SCOPES = [Option("chu-the", "Cả chủ thể"), Option("san-pham", "Một số sản phẩm"), Option("co-so", "Một cơ sở")]


def _found(request: Request, pk: int) -> Evidence:
    rows = Evidence.objects.visible_to(request.user, request.day)
    return get_object_or_404(rows.select_related("subject", "kind", "blob"), pk=pk)


def _with_file(request: Request, pk: int) -> Evidence:
    found = _found(request, pk)
    if found.blob is None:
        raise Http404
    return found


def _by_state(day: date, rows: QuerySet[Evidence], values: list[str]) -> QuerySet[Evidence]:
    lapsed = Q(valid_until__lt=day)
    lapsing = Q(valid_until__gte=day, valid_until__lte=day + LAPSING)
    chosen = Q(pk__in=[])
    for value in values:
        chosen |= {"het-han": lapsed, "sap-het-han": lapsing}.get(value, ~lapsed | Q(valid_until=None))
    return rows.filter(chosen)


def _by_scope(rows: QuerySet[Evidence], values: list[str]) -> QuerySet[Evidence]:
    listed = Q(pk__in=Evidence.products.through._default_manager.values("evidence"))
    found = {"san-pham": listed, "co-so": Q(site__isnull=False), "chu-the": ~listed & Q(site=None)}
    chosen = Q(pk__in=[])
    for value in values:
        chosen |= found[value]
    return rows.filter(chosen)


def _by_file(rows: QuerySet[Evidence], values: list[str]) -> QuerySet[Evidence]:
    return rows if len(values) > 1 else rows.filter(blob__isnull=values == ["chua"])


def _search(rows: QuerySet[Evidence], text: str) -> QuerySet[Evidence]:
    return rows.filter(Q(name__icontains=text) | Q(number__icontains=text) | Q(file_name__icontains=text))


@login_required
@require_GET
def listing(request: Request) -> HttpResponse:
    """Papers of one's subjects, or of the subjects of one's area."""
    day = request.day
    kinds = [Option(kind.code, kind.name) for kind in evidence_kinds()]
    found: Listing[Evidence] = Listing(
        request,
        Evidence.objects.visible_to(request.user, day)
        .heads()
        .select_related("subject__commune", "kind", "blob", "site")
        .prefetch_related("products"),
        columns=[
            Column("ten", "Giấy tờ", lambda row: row.name, ("name",)),
            Column("loai", "Loại", lambda row: row.kind.name, ("kind__position",)),
            Column("so", "Số, ký hiệu", lambda row: row.number),
            Column("noi-cap", "Nơi cấp", lambda row: row.issuer),
            Column("cap", "Ngày cấp", lambda row: row.valid_from, ("valid_from",)),
            Column("han", "Hiệu lực", lambda row: row.valid_until, ("valid_until",)),
            Column("chu-the", "Chủ thể", lambda row: row.subject.name, ("subject__folded",)),
            Column("xa", "Xã, phường", lambda row: str(row.subject.commune or "")),
            Column("dung-cho", "Dùng cho", scope_of),
            Column("tep", "Tệp", lambda row: row.file_name),
        ],
        filters=[
            Filter("trang-thai", "Hiệu lực", STATES, lambda rows, values: _by_state(day, rows, values)),
            Filter("loai", "Loại giấy tờ", kinds, lambda rows, values: rows.filter(kind__code__in=values)),
            Filter("pham-vi", "Dùng cho", SCOPES, _by_scope),
            Filter("tep", "Tệp", FILES, _by_file),
        ],
        search=_search,
        sort="loai",
    )
    if found.wants_file:
        return found.file("giay-to")
    states = [state_of(row, day) for row in found.rows]
    for row, state in zip(found.rows, states, strict=True):
        row.state = state  # type: ignore[attr-defined]  # for the row's template
        row.scope = scope_of(row)  # type: ignore[attr-defined]
    may_add = Subject.objects.kept_by(request.user, day).exists()
    return render(request, "registry/papers.html", {"listing": found, "may_add": may_add})


@login_required
def add(request: Request) -> HttpResponse:
    """Take a paper into the wallet: the bytes first, then the row and its event.

    ?chu-the=, ?san-pham= and ?loai= choose subject, product and kind beforehand.
    """
    subjects = Subject.objects.kept_by(request.user, request.day).order_by("folded")
    asked = clean(request.GET.get("san-pham", ""))
    product = Product.objects.visible_to(request.user, request.day).filter(code=asked).first() if asked else None
    form = WalletForm(
        request.POST or None,
        request.FILES or None,
        subjects=subjects,
        kinds=[clean(code) for code in request.GET.getlist("loai")],
        initial={
            "subject": product.subject_id if product else clean(request.GET.get("chu-the", "")),
            "products": [product.pk] if product else [],
        },
    )

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        papers = files.take(data.pop("file"), by=request.user, now=request.now)
        made = services.add_papers(papers=papers, by=request.user, now=request.now, token=data.pop("once"), **data)
        messages.success(request, f"Đã đưa {named(made)} vào kho giấy tờ.")
        return redirect("registry:papers")

    return form.carry_out(keep) or render(request, "registry/paper_form.html", {"form": form}, status=form.status)


def _newest(request: Request, pk: int, address: str) -> Evidence | HttpResponse:
    """The paper of an act on its newest version; whoever only reads it finds nothing here."""
    found = _found(request, pk)
    if not allows(check_may_keep, request.user, found.subject, request.day):
        raise Http404
    if found.replaced_by_id is not None and request.method != "POST":
        return redirect(address, found.replaced_by_id)
    return found


def replace(request: Request, pk: int) -> HttpResponse:
    """Take in the next version of a paper."""
    found = _newest(request, pk, "registry:replace_paper")
    if isinstance(found, HttpResponse):
        return found
    form = ReplaceForm(request.POST or None, request.FILES or None, paper=found)

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        [stored] = files.take(data.pop("file"), by=request.user, now=request.now)
        newest = services.replace_evidence(
            evidence=found, stored=stored, by=request.user, now=request.now, token=data.pop("once"), **data
        )
        said = f"Đã thay “{newest}”. Hồ sơ chưa nộp dùng bản mới; hồ sơ đã nộp giữ bản cũ."
        messages.success(request, said if found.blob else f"“{newest}” đã có tệp, dùng được cho hồ sơ.")
        return redirect("dossiers:wallet_paper", newest.pk)

    return form.carry_out(keep) or render(
        request, "registry/paper_form.html", {"form": form, "paper": found}, status=form.status
    )


def scope(request: Request, pk: int) -> HttpResponse:
    """Say anew which products, which site a paper is about."""
    found = _newest(request, pk, "registry:paper_scope")
    if isinstance(found, HttpResponse):
        return found
    form = ScopeForm(request.POST or None, paper=found)

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        newest = services.change_scope(evidence=found, by=request.user, now=request.now, token=data.pop("once"), **data)
        told = f"“{newest}” nay dùng cho: {scope_of(newest)}."
        messages.success(request, f"{told} Hồ sơ chưa nộp theo phạm vi mới; hồ sơ đã nộp giữ nguyên.")
        return redirect("dossiers:wallet_paper", newest.pk)

    return form.carry_out(keep) or render(
        request, "registry/paper_scope.html", {"form": form, "paper": found}, status=form.status
    )


@require_GET
def file(request: Request, pk: int) -> HttpResponse:
    """The very bytes that were handed in; ?xem=1 shows them in a tab."""
    found = _with_file(request, pk)
    part = request.headers.get("Range", "")
    return files.serve(found.file, found.file_name, inline_preview="xem" in request.GET, part=part)


@require_GET
def file_page(request: Request, pk: int, number: int) -> HttpResponse:
    """One page of a paper as a picture, numbered from 1; ?nho a small one."""
    return files.serve_page(_with_file(request, pk).file, number, small="nho" in request.GET)
