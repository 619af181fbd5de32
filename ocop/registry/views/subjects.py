"""Subjects (chủ thể): list, page, entry by officers, who acts for them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, FilteredRelation, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from ocop.accounts.http import Request
from ocop.accounts.models import User
from ocop.areas.queries import commune_filter
from ocop.kernel import audit
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.refusal import allows
from ocop.kernel.restricted import mask
from ocop.kernel.text import fold
from ocop.kernel.time import vi_date

from .. import queries, services
from ..forms import MemberForm, SubjectForm, SubjectTextForm
from ..models import Subject, Twin
from ..permissions import (
    check_may_keep,
    check_may_merge,
    check_may_register,
    check_may_see_position,
    check_may_withdraw_consent,
    members_of,
)
from ..words import EVENT_NAMES
from .duplicates import ask_apart, with_links
from .sites import site_facts

TEXTS = [name for name in SubjectTextForm.base_fields if name not in ("ethnic_group", "version")]


def _found(request: Request, pk: int) -> Subject:
    rows = Subject.objects.visible_to(request.user, request.day, merged=True)
    agreed = FilteredRelation("consents", condition=Q(consents__withdrawn_at=None))  # one at most
    related = ("kind", "commune", "merged_into", "agreed")
    return get_object_or_404(rows.annotate(agreed=agreed).select_related(*related), pk=pk)


def _search(rows: QuerySet[Subject], text: str) -> QuerySet[Subject]:
    for word in fold(text).split():
        rows = rows.filter(folded__contains=word)
    return rows


@login_required
@require_GET
def listing(request: Request) -> HttpResponse:
    """Subjects of one's own, or of one's area."""
    rows = Subject.objects.visible_to(request.user, request.day)
    kinds = [Option(kind.code, kind.name) for kind in queries.subject_kinds()]
    communes = rows.order_by().values_list("commune", flat=True).distinct()
    found: Listing[Subject] = Listing(
        request,
        rows.select_related("kind", "commune").annotate(product_count=Count("products", distinct=True)),
        columns=[
            Column("ten", "Chủ thể", lambda row: row.name, ("folded",)),
            Column("loai", "Loại hình", lambda row: row.kind.name, ("kind__position",)),
            Column("xa", "Xã, phường", lambda row: row.commune and row.commune.full_name, ("commune__sort_key",)),
            Column("dai-dien", "Người đại diện", lambda row: row.legal_representative),
            Column("dien-thoai", "Điện thoại", lambda row: row.phone),
            Column("san-pham", "Sản phẩm", lambda row: row.product_count, ("product_count",), number=True),
        ],
        filters=[
            Filter("loai", "Loại hình", kinds, lambda rows, values: rows.filter(kind__code__in=values)),
            commune_filter(communes),
        ],
        search=_search,
        sort="ten",
    )
    if found.wants_file:
        return found.file("chu-the")
    may_add = allows(check_may_register, request.user, request.day)
    return render(request, "registry/subjects.html", {"listing": found, "may_add": may_add})


@login_required
def add(request: Request) -> HttpResponse:
    """Enter a subject (nhập hộ)."""
    check_may_register(request.user, request.day)
    form = SubjectForm(request.POST or None, user=request.user, day=request.day)
    alike: list[queries.Likeness] = []

    def enter() -> HttpResponse | None:
        data = form.cleaned_data
        alike.extend(queries.alike_subjects(data["name"], data["commune"], tax_code=data["tax_code"]))
        if not ask_apart(form, alike):
            return None
        subject = services.add_subject(by=request.user, now=request.now, **data)
        messages.success(request, f"Đã nhập chủ thể “{subject}”.")
        return redirect("registry:subject", subject.pk)

    if answer := form.carry_out(enter):
        return answer
    if not alike:
        del form.fields["apart"]
    shown = with_links(request, alike)
    context = {"form": form, "alike": shown, "typed": str(form["name"].value() or "")}
    return render(request, "registry/subject_form.html", context, status=form.status)


def _page(request: Request, found: Subject, form: MemberForm | None, status: int = 200) -> HttpResponse:
    facts: list[tuple[str, object]] = [
        ("Loại hình", found.kind),
        ("Địa chỉ", found.address or None),
        ("Xã, phường", found.commune or found.place_note or None),
        ("Điện thoại", found.phone or None),
        ("Thư điện tử", found.email or None),
        ("Người đại diện", found.legal_representative or None),
        ("Chức vụ", found.representative_title or None),
        ("Giới tính", found.get_representative_sex_display() or None),
        ("Dân tộc", mask(found.ethnic_group) or None),
        ("Mã số thuế", mask(found.tax_code) or None),
        ("Số giấy đăng ký", found.registration_number or None),
        ("Ngày thành lập", vi_date(found.founded_on)),
        *([("Nguồn", found.source)] if found.source else []),
    ]
    day, user = request.day, request.user
    merging = allows(check_may_merge, user, (found,), day) and found.merged_into is None
    sites = list(found.sites.select_related("commune").prefetch_related("products").order_by("ended_on", "kind", "pk"))
    context: dict[str, Any] = {
        "subject": found,
        "facts": facts,
        "products": found.products.filter(merged_into=None).select_related("product_set").order_by("search", "pk"),
        "sites": [(site, site_facts(site, allows(check_may_see_position, user, found, day))) for site in sites],
        "alike": queries.alike_subjects(found.name, found.commune, but=found) if merging else [],
        "merges": queries.merges_into(Twin.SUBJECT, found.pk) if merging else [],
        "members": members_of(found, day),
        "kept": allows(check_may_keep, request.user, found, request.day),
        "member_form": form,
        "consent": getattr(found, "agreed", None),
        "may_withdraw": allows(check_may_withdraw_consent, user, found, day),
        "events": [(EVENT_NAMES[entry.kind], entry) for entry in reversed(audit.timeline(found))],
    }
    return render(request, "registry/subject.html", context, status=status)


@require_GET
def subject(request: Request, pk: int) -> HttpResponse:
    """One subject. Restricted facts are masked."""
    found = _found(request, pk)
    may_add = allows(check_may_register, request.user, request.day)
    return _page(request, found, MemberForm() if may_add else None)


def edit(request: Request, pk: int) -> HttpResponse:
    """Change what a subject says of itself; a restricted fact is never shown again, only replaced."""
    found = _found(request, pk)
    if not allows(check_may_keep, request.user, found, request.day):
        raise Http404
    initial = {name: getattr(found, name) for name in [*TEXTS, "version"]}
    form = SubjectTextForm(request.POST or None, initial=initial)

    def keep() -> HttpResponse:
        values = dict(form.cleaned_data)
        if not values["ethnic_group"]:
            del values["ethnic_group"]
        services.change_subject(subject=found, by=request.user, now=request.now, **values)
        messages.success(request, "Đã lưu thông tin chủ thể.")
        return redirect("registry:subject", found.pk)

    return form.carry_out(keep) or render(
        request, "registry/subject_form.html", {"form": form, "subject": found}, status=form.status
    )


@require_POST
def add_member(request: Request, pk: int) -> HttpResponse:
    """Let an account act for the subject from today on."""
    found = _found(request, pk)
    check_may_register(request.user, request.day)
    form = MemberForm(request.POST)
    if form.is_valid():
        user = User.objects.filter(email=form.cleaned_data["email"].lower(), is_active=True).first()
        if user is None:
            form.add_error("email", "Chưa có tài khoản với địa chỉ này. Nhờ quản trị hệ thống tạo tài khoản trước.")
        elif found.memberships.in_force_on(request.day).filter(user=user).exists():
            form.add_error("email", f"{user} đã thay mặt chủ thể này.")
        else:
            services.add_member(subject=found, user=user, valid_from=request.day, by=request.user, now=request.now)
            messages.success(request, f"{user} đã có thể thay mặt “{found}”.")
            return redirect("registry:subject", found.pk)
    return _page(request, found, form, status=422)
