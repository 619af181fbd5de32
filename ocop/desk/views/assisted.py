"""Assisted entry (nhập hộ): whom an officer helps, consents, claim codes, slips; taking an account over."""

from __future__ import annotations

from typing import Any

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from ocop.accounts.http import Request
from ocop.accounts.services import count_attempt, forget_attempt
from ocop.dossiers.words import tone_of
from ocop.kernel import codes, files, qr
from ocop.kernel.pages.forms import ActForm
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.refusal import Refusal, allows
from ocop.kernel.text import fold
from ocop.registry import services
from ocop.registry.models import Subject
from ocop.registry.permissions import check_may_assist, check_may_withdraw_consent
from ocop.registry.rules import CONSENT_NOW, CONSENT_TEXTS

from .. import assisting
from ..forms import SCANS, ClaimForm, ConsentForm, NewAccountForm

WITH, WITHOUT = "co", "chua"


def _search(rows: QuerySet[Subject], text: str) -> QuerySet[Subject]:
    for word in fold(text).split():
        rows = rows.filter(folded__contains=word)
    return rows


@login_required
@require_GET
def listing(request: Request) -> HttpResponse:
    """The subjects of the officer's commune: consent, account, open dossiers."""
    user, day = request.user, request.day
    found: Listing[Subject] = Listing(
        request,
        assisting.subjects_here(Subject.objects.visible_to(user, day), user, day),
        columns=[
            Column("ten", "Chủ thể", lambda row: row.name, ("folded",)),
            Column("loai", "Loại hình", lambda row: row.kind.name, ("kind__position",)),
            Column("dien-thoai", "Điện thoại", lambda row: row.phone),
            Column("dong-y", "Đồng ý nhập hộ", lambda row: "có" if row.agreed else "chưa"),
            Column("tai-khoan", "Tài khoản", lambda row: "có" if row.has_account else "chưa"),
            Column("ho-so", "Hồ sơ đang làm", lambda row: row.underway, ("underway",), number=True),
        ],
        filters=[
            Filter(
                "dong-y",
                "Đồng ý nhập hộ",
                [Option(WITH, "Có"), Option(WITHOUT, "Chưa")],
                lambda rows, values: rows.filter(agreed__in=[value == WITH for value in values]),
            ),
            Filter(
                "tai-khoan",
                "Tài khoản",
                [Option(WITH, "Có"), Option(WITHOUT, "Chưa")],
                lambda rows, values: rows.filter(has_account__in=[value == WITH for value in values]),
            ),
        ],
        search=_search,
        sort="ten",
    )
    if found.wants_file:
        return found.file("nhap-ho")
    return render(request, "desk/assisted.html", {"listing": found})


def _subject(request: Request, pk: int) -> Subject:
    """A subject that the user may enter for; another is as good as absent."""
    rows = Subject.objects.visible_to(request.user, request.day).select_related("kind", "commune")
    found = get_object_or_404(rows, pk=pk)
    check_may_assist(request.user, found, request.day)
    return found


def _page(request: Request, found: Subject, form: ConsentForm | None = None, status: int = 200) -> HttpResponse:
    consent = assisting.consent_of(found)
    context: dict[str, Any] = {
        "subject": found,
        "consent": consent,
        "consent_text": CONSENT_TEXTS[consent.text_version if consent else CONSENT_NOW],
        "form": form or ConsentForm(initial={"given_by": found.legal_representative, "given_on": request.day}),
        "act": ActForm(),
        "code": assisting.open_code(found, request.now),
        "members": found.memberships.in_force_on(request.day).select_related("user").order_by("pk"),
        "products": assisting.products_of(found, request.user, request.day),
        "dossiers": [(row, *tone_of(row.step)) for row in assisting.dossiers_of(found, request.user, request.day)],
    }
    return render(request, "desk/assisted_subject.html", context, status=status)


@require_GET
def subject(request: Request, pk: int) -> HttpResponse:
    """One subject to help: its consent, its products and dossiers, its account."""
    return _page(request, _subject(request, pk))


@require_POST
def record_consent(request: Request, pk: int) -> HttpResponse:
    """Write down what the subject said."""
    found = _subject(request, pk)
    form = ConsentForm(request.POST, request.FILES)

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        del data["read_out"]
        upload, token = data.pop("scan"), data.pop("once")
        scan = files.take(upload, by=request.user, now=request.now, restricted=True, allow=SCANS)[0] if upload else None
        services.record_consent(subject=found, by=request.user, now=request.now, scan=scan, token=token, **data)
        messages.success(request, "Đã ghi đồng ý. Từ bây giờ xã lập, điền, nộp được hồ sơ thay chủ thể.")
        return redirect("desk:assisted_subject", found.pk)

    return form.carry_out(keep) or _page(request, found, form, status=form.status)


@require_POST
def withdraw_consent(request: Request, pk: int) -> HttpResponse:
    """End the consent at once."""
    found = get_object_or_404(Subject.objects.visible_to(request.user, request.day), pk=pk)
    check_may_withdraw_consent(request.user, found, request.day)
    services.withdraw_consent(subject=found, by=request.user, now=request.now)
    messages.success(request, f"Đã rút đồng ý nhập hộ của {found}.")
    if allows(check_may_assist, request.user, found, request.day):
        return redirect("desk:assisted_subject", found.pk)
    return redirect("registry:subject", found.pk)


@require_GET
def consent_scan(request: Request, pk: int) -> HttpResponse:
    """The signed paper, for the subject and its commune alone."""
    found = get_object_or_404(Subject.objects.visible_to(request.user, request.day), pk=pk)
    check_may_withdraw_consent(request.user, found, request.day)
    consent = assisting.consent_of(found)
    if consent is None or consent.scan is None:
        raise Http404
    return files.serve(consent.scan, f"dong-y-nhap-ho-{found.pk}.{assisting.ending(consent.scan)}")


@require_POST
@never_cache
def claim_code(request: Request, pk: int) -> HttpResponse:
    """Make a code; this one answer shows it, to be printed."""
    found = _subject(request, pk)
    form = ActForm(request.POST)
    token = form.cleaned_data["once"] if form.is_valid() else ""
    code = services.make_claim_code(subject=found, by=request.user, now=request.now, token=token)
    address = f"https://{settings.OCOP_HOST}{reverse('desk:claim')}"
    context = {
        "subject": found,
        "code": code,
        "until": request.now + services.CODE_LIFE,
        "address": address.removeprefix("https://"),
        "qr": mark_safe(qr.svg(address)),  # noqa: S308  drawn by us from our own address
    }
    return render(request, "desk/claim_code.html", context)


@require_GET
def slip(request: Request, pk: int) -> HttpResponse:
    """News of the dossiers as a paper to hand over: for a household without an account."""
    found = _subject(request, pk)
    rows = assisting.dossiers_of(found, request.user, request.day)
    return render(request, "desk/assisted_slip.html", {"subject": found, "dossiers": rows})


@sensitive_post_parameters("password", "code")
@never_cache
def claim(request: Request) -> HttpResponse:
    """Take a subject over with the code of its commune: with one's account, or by making one."""
    known = request.user if request.user.is_authenticated else None
    form = (ClaimForm if known else NewAccountForm)(request.POST or None)

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        del data["once"]
        found = _take_over(request, data)
        if known:
            messages.success(request, f"Bạn đã thay mặt {found}.")
            return redirect("registry:subject", found.pk)
        messages.success(request, f"Đã tạo tài khoản thay mặt {found}. Đăng nhập để tiếp tục.")
        return redirect("account_login")

    return form.carry_out(keep) or render(
        request, "desk/claim.html", {"form": form, "known": known}, status=form.status
    )


def _take_over(request: Request, data: dict[str, Any]) -> Subject:
    """Count the try before the code is compared, so that guessing is slowed; a right one uses up nothing."""
    try:
        tried = count_attempt(email=f"code {codes.plain(data['code'])}", address=get_ip(request), now=request.now)
    except Refusal as refusal:
        raise Refusal(
            "Chưa nhận được tài khoản.", "Mã sai quá nhiều lần.", "Thử lại sau một giờ, hoặc xin mã mới ở UBND xã."
        ) from refusal
    user = request.user if request.user.is_authenticated else None
    found, _ = services.take_over(user=user, now=request.now, **data)
    forget_attempt(tried)
    return found
