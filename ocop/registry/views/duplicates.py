"""Rows entered twice: shown before saving, side by side, merged with undo, or said to be two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from ocop.accounts.http import Request
from ocop.kernel.pages.forms import Form
from ocop.kernel.restricted import mask

from .. import queries, services
from ..forms_ideas import MergeForm, ReasonForm
from ..models import Merge, Product, Subject, Twin
from ..permissions import check_may_merge
from ..queries import Likeness
from ..words import in_words

SUBJECTS_MERGED = (
    "Sản phẩm, giấy tờ, cơ sở, hồ sơ đang làm và quyền thay mặt về bản được giữ. Bản kia rời danh sách; hồ sơ đã "
    "kết thúc giữ tên cũ. Bỏ gộp được khi mục đã chuyển chưa dùng tới."
)
PRODUCTS_MERGED = (
    "Hồ sơ, công nhận, giấy tờ, cơ sở về bản được giữ. Bản kia rời danh sách; mã đã in của bản kia mở sang bản được "
    "giữ. Bỏ gộp được khi bản được giữ chưa có thêm hồ sơ, công nhận."
)
Shown = list[tuple[Likeness, str]]  # with its address, or "" where the reader may not open it


def ask_apart(form: forms.Form, alike: Sequence[Likeness]) -> bool:
    """Return whether the form may go to the service: nothing alike, or the person said why it is another.

    What cannot be two goes on: the service refuses it with its own sentence.
    """
    if not alike or form.cleaned_data["apart"] or any(one.certain for one in alike):
        return True
    form.fields["apart"].required = True
    form.add_error("apart", "Xem bản đã có ở trên. Nếu vẫn là hai, ghi lý do.")
    return False


def with_links(request: Request, alike: Sequence[Likeness]) -> Shown:
    """Return rows that look alike with the address of each that the reader may open."""
    subjects = [one.row.pk for one in alike if isinstance(one.row, Subject)]
    products = [one.row.pk for one in alike if isinstance(one.row, Product)]
    user, day = request.user, request.day
    seen = {
        Subject: set(Subject.objects.visible_to(user, day).filter(pk__in=subjects).values_list("pk", flat=True)),
        Product: set(Product.objects.visible_to(user, day).filter(pk__in=products).values_list("pk", flat=True)),
    }
    return [(one, address_of(one.row) if one.row.pk in seen[type(one.row)] else "") for one in alike]


def address_of(row: Subject | Product) -> str:
    return row.get_absolute_url() if isinstance(row, Product) else reverse("registry:subject", args=[row.pk])


def page_of(row: Subject | Product) -> str:
    """The page that tells what is alike and what was merged into a row."""
    return reverse("registry:idea", args=[row.code]) if isinstance(row, Product) else address_of(row)


def subjects(request: Request, pk: int, other_pk: int) -> HttpResponse:
    """Two subjects side by side."""
    rows = Subject.objects.visible_to(request.user, request.day).select_related("kind", "commune")
    counted = rows.annotate(papers=Count("evidence", distinct=True), places=Count("sites", distinct=True))
    found = {row.pk: row for row in counted.prefetch_related("products").filter(Q(pk=pk) | Q(pk=other_pk))}
    if len(found) < 2:
        raise Http404
    one, other = found[pk], found[other_pk]
    check_may_merge(request.user, (one, other), request.day)
    facts = _beside(_subject_facts(one), _subject_facts(other))
    return _compare(request, one, other, facts, services.merge_subjects, SUBJECTS_MERGED)


def _beside(one: list[tuple[str, object]], other: list[tuple[str, object]]) -> list[tuple[str, object, object]]:
    """Facts of both, without those that neither has."""
    pairs = zip(one, other, strict=True)
    return [(label, left, right) for (label, left), (_, right) in pairs if left or right]


def _subject_facts(row: Any) -> list[tuple[str, object]]:
    return [
        ("Tên", row.name),
        ("Loại hình", row.kind),
        ("Xã, phường", row.commune or row.place_note),
        ("Địa chỉ", row.address),
        ("Mã số thuế", mask(row.tax_code)),
        ("Số giấy đăng ký", row.registration_number),
        ("Người đại diện", row.legal_representative),
        ("Điện thoại", row.phone),
        (
            "Sản phẩm",
            ", ".join(product.name for product in sorted(row.products.all(), key=lambda one: str(one.search))),
        ),
        ("Giấy tờ trong kho", row.papers),
        ("Cơ sở, vùng nguyên liệu", row.places),
        ("Việc đang làm", in_words(queries.resting_on(row))),
        ("Nguồn", row.source),
    ]


def products(request: Request, code: str, other: str) -> HttpResponse:
    """Two products side by side."""
    rows = Product.objects.visible_to(request.user, request.day).select_related("subject", "commune", "product_set")
    found = rows.in_bulk([code, other], field_name="code")
    if len(found) < 2:
        raise Http404
    first, second = found[code], found[other]
    check_may_merge(request.user, [row.subject for row in (first, second) if row.subject] or (None,), request.day)
    facts = _beside(_product_facts(first), _product_facts(second))
    return _compare(request, first, second, facts, services.merge_products, PRODUCTS_MERGED)


def _product_facts(row: Product) -> list[tuple[str, object]]:
    return [
        ("Tên", row.name),
        ("Mã", row.code),
        ("Mã số sản phẩm", row.official_code),
        ("Chủ thể", row.subject or "Chưa có"),
        ("Xã, phường", row.commune or row.place_note),
        ("Bộ sản phẩm", row.product_set),
        ("Giai đoạn", row.get_stage_display()),
        ("Quy cách", row.specification),
        ("Hồ sơ, công nhận", in_words(queries.resting_on(row))),
        ("Nguồn", row.source),
    ]


def _compare(
    request: Request, one: Any, other: Any, facts: list[tuple[str, Any, Any]], merge: Any, effect: str
) -> HttpResponse:
    """Merge them, one way or the other, or say that they are two (?viec=hai)."""
    apart = request.GET.get("viec") == "hai"
    choices = [(str(row.pk), f"Giữ “{row}”") for row in (one, other)]
    keep = max(one, other, key=lambda row: (bool(queries.resting_on(row)), -row.pk))  # what is used, what was first
    posted = request.POST or None
    merge_form = MergeForm(None if apart else posted, choices=choices, initial={"keep": str(keep.pk)})
    apart_form = ReasonForm(posted if apart else None, prefix="hai")
    form: Form = apart_form if apart else merge_form

    def settle() -> HttpResponse:
        reason = form.cleaned_data["reason"]
        kept, gone = (one, other) if apart or form.cleaned_data["keep"] == str(one.pk) else (other, one)
        if apart:
            services.keep_apart(one=one, other=other, reason=reason, by=request.user, now=request.now)
        else:
            token = form.cleaned_data["once"]
            merge(gone=gone, kept=kept, reason=reason, by=request.user, now=request.now, token=token)
        done = "Đã ghi: vẫn là hai." if apart else f"Đã gộp “{gone}” vào “{kept}”. Bỏ gộp được ở trang này."
        messages.success(request, done)
        return redirect(page_of(kept))

    if answer := form.carry_out(settle):
        return answer
    context = {
        "one": one, "other": other, "facts": facts, "merge_form": merge_form, "apart_form": apart_form,
        "back": page_of(one), "effect": effect,
    }  # fmt: skip
    return render(request, "registry/compare.html", context, status=form.status)


def undo(request: Request, pk: int) -> HttpResponse:
    """Put back what a merge moved."""
    merge = get_object_or_404(Merge, pk=pk, undone_at=None)
    model: Any = Subject if merge.table == Twin.SUBJECT else Product
    kept = get_object_or_404(model.objects.visible_to(request.user, request.day), pk=merge.kept)
    check_may_merge(request.user, [kept if isinstance(kept, Subject) else kept.subject], request.day)
    form = ReasonForm(request.POST or None)

    def put_back() -> HttpResponse:
        services.undo_merge(
            merge=merge,
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=request.now,
            token=form.cleaned_data["once"],
        )
        messages.success(request, "Đã bỏ gộp. Mọi thứ trở về như trước.")
        return redirect(page_of(kept))

    if answer := form.carry_out(put_back):
        return answer
    gone = queries.name_of_gone(merge)
    context = {"merge": merge, "kept": kept, "gone_name": gone, "form": form, "back": page_of(kept)}
    return render(request, "registry/undo_merge.html", context, status=form.status)


@require_POST
def report(request: Request, pk: int) -> HttpResponse:
    """Report a second entry to the offices of the first."""
    if not request.user.is_authenticated:
        raise Http404
    count = services.report_twice(
        subject_pk=pk,
        name=request.POST.get("name", ""),
        by=request.user,
        now=request.now,
        token=request.POST.get("once", ""),
    )
    messages.success(request, f"Đã báo trùng cho {count} cán bộ.")
    return redirect("registry:subjects")
