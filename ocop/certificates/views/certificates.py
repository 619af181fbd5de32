"""Certificates: the list, what waits to be issued, one certificate with its validity, print and QR, revocation."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from ocop.accounts.http import Request, confirmed
from ocop.accounts.models import Agency
from ocop.areas.models import Area
from ocop.areas.queries import commune_filter
from ocop.kernel import audit, codes, files, qr
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.refusal import Forbidden, allows
from ocop.kernel.text import fold

from .. import queries, services
from ..forms import ChosenForm, RevokeForm
from ..models import Certificate, Recognition
from ..permissions import check_may_issue, check_may_open, check_may_revoke
from ..rules import IN_FORCE, STATUS_NAMES, Status, status_of, status_words
from ..words import EVENT_NAMES

PRINT_STATES = {"waiting": "Đang chờ in", "running": "Đang in", "failed": "In hỏng, quản trị viên đã được báo"}

# What a row of the list names, or its status follows from.
SHOWN = (
    "code", "stars", "subject_name", "place_name", "valid_from", "valid_until", "ended_on", "end_kind",
    "product__name", "decision__number", "certificate__number",
)  # fmt: skip


@login_required
def certificate_list(request: Request) -> HttpResponse:
    """All recognitions with their status today; above them what this officer may issue."""
    day = request.day
    columns = (
        Column("san-pham", "Sản phẩm", lambda row: row.product.name, sort=("product__search",)),
        Column("chu-the", "Chủ thể", lambda row: row.subject_name),
        Column("xa", "Xã, phường", lambda row: row.place_name),
        Column("sao", "Hạng sao", lambda row: row.stars, sort=("stars",)),
        Column("quyet-dinh", "Quyết định", lambda row: row.decision.number, sort=("decision__number",)),
        Column("tu-ngay", "Từ ngày", lambda row: row.valid_from, sort=("valid_from",)),
        Column("den-ngay", "Đến hết ngày", lambda row: row.valid_until, sort=("valid_until",)),
        Column("trang-thai", "Trạng thái", lambda row: status_words(status_of(row, day), row.valid_until)),
        Column("giay", "Giấy chứng nhận", lambda row: row.certificate.number if hasattr(row, "certificate") else ""),
    )
    recognitions = Recognition.objects.visible_to(request.user, day)
    communes = Area.objects.filter(Exists(recognitions.filter(product__commune=OuterRef("pk"))))
    filters = (
        Filter(
            "trang-thai",
            "Trạng thái",
            [Option(status, name[0].upper() + name[1:]) for status, name in STATUS_NAMES.items()],
            lambda rows, chosen: _with_statuses(rows, chosen, request),
        ),
        Filter(
            "sao",
            "Hạng sao",
            [Option(str(stars), f"{stars} sao") for stars in (3, 4, 5)],
            lambda rows, chosen: rows.filter(stars__in=chosen),
        ),
        commune_filter(communes.values_list("pk", flat=True), "product__commune"),
    )
    listing = Listing(
        request,
        recognitions.select_related("product", "decision", "certificate").only(*SHOWN),
        columns,
        filters=filters,
        search=_search,
        sort="-tu-ngay",
    )
    if listing.wants_file:
        return listing.file("chung-nhan")
    unissued = list(queries.unissued(request.user, day))
    waiting = [row for row in unissued if row.decision.recorded_by_id != request.user.pk]
    context = {
        "listing": listing,
        "waiting": waiting,
        "own": len(unissued) - len(waiting),
        "form": ChosenForm([row.pk for row in waiting]),
    }
    return render(request, "certificates/certificates.html", context)


def _with_statuses(rows: QuerySet[Recognition], chosen: list[str], request: Request) -> QuerySet[Recognition]:
    all_rows = Recognition.objects.visible_to(request.user, request.day)
    found = Q(pk__in=[])
    for status in chosen:
        found |= Q(pk__in=all_rows.with_status(Status(status), request.day).values("pk"))
    return rows.filter(found)


def _search(rows: QuerySet[Recognition], q: str) -> QuerySet[Recognition]:
    """By words without accents, by our code, by the number of the decision or of the certificate."""
    numbers = Q(code=codes.plain(q)) | Q(decision__number__icontains=q) | Q(certificate__number__icontains=q)
    words = Q(pk__isnull=False)
    for word in fold(q).split():
        words &= Q(product__search__contains=word)
    return rows.filter(numbers | words)


@require_POST
@login_required
@confirmed
def issue(request: Request) -> HttpResponse:
    """Issue the chosen certificates, all or none."""
    possible = queries.unissued(request.user, request.day)
    form = ChosenForm([row.pk for row in possible], request.POST)
    if not form.is_valid():
        messages.error(request, "Chưa cấp giấy chứng nhận. Hãy chọn sản phẩm còn chờ cấp giấy.")
        return redirect("certificates:certificates")
    chosen = [row for row in possible if row.pk in form.cleaned_data["chosen"]]
    made = services.issue_certificates(
        recognitions=chosen, by=request.user, now=request.now, token=form.cleaned_data["once"]
    )
    messages.success(request, f"Đã cấp {len(made)} giấy chứng nhận. Bản in có sau ít phút.")
    return redirect(made[0].recognition if len(made) == 1 else "certificates:certificates")


def _recognition(request: Request, code: str) -> Recognition:
    """The recognition behind an office page. :raises Forbidden: a stranger, answered like an absent one"""
    found = Recognition.objects.visible_to(request.user, request.day).select_related(
        "product__product_set", "product__subject", "decision__organ", "end_decision", "dossier", "certificate__blob"
    )
    recognition = get_object_or_404(found, code=code)
    check_may_open(request.user, recognition, request.day)
    return recognition


def _certificate(recognition: Recognition) -> Certificate | None:
    return getattr(recognition, "certificate", None)


def certificate(request: Request, code: str) -> HttpResponse:
    """One recognition: stars, validity, decision, print, QR, events; buttons for who may issue or revoke."""
    recognition = _recognition(request, code)
    paper, day, user = _certificate(recognition), request.day, request.user
    events = audit.timeline(recognition) + (audit.timeline(paper) if paper else [])
    events.sort(key=lambda entry: entry.at, reverse=True)
    state = queries.print_state(paper) if paper else ""
    facts = [
        ("Số giấy chứng nhận", paper.number if paper else "chưa cấp"),
        ("Quyết định", recognition.decision),
        ("Cơ quan công nhận", recognition.organ_name),
        ("Chủ thể khi công nhận", recognition.subject_name),
        ("Địa bàn khi công nhận", recognition.place_name),
        ("Mã số sản phẩm", recognition.product.official_code or "chưa có"),
    ]
    if recognition.source:
        facts.append(("Nguồn", recognition.source))
    context = {
        "recognition": recognition,
        "certificate": paper,
        "printing": PRINT_STATES.get(state, ""),
        "facts": facts,
        "qr": mark_safe(qr.svg(queries.qr_text(recognition))),  # noqa: S308  drawn by us from our own address
        "public": queries.qr_text(recognition).removeprefix("https://"),
        "public_path": f"/c/{recognition.code}",
        "events": [(EVENT_NAMES[entry.kind], entry) for entry in events],
        "issue": ChosenForm([recognition.pk])
        if paper is None and allows(check_may_issue, user, recognition, day)
        else None,
        "may_revoke": _may_revoke(request, recognition),
    }
    return render(request, "certificates/certificate.html", context)


def certificate_file(request: Request, code: str) -> HttpResponse:
    """The printed certificate, once its job is done."""
    paper = _certificate(_recognition(request, code))
    if paper is None or paper.blob is None:
        raise Http404
    return files.serve(paper.blob, f"giay-chung-nhan-{paper.number.replace('/', '-')}.pdf")


def _may_revoke(request: Request, recognition: Recognition) -> bool:
    if status_of(recognition, request.day) not in IN_FORCE:
        return False
    organs: list[Agency | None] = [*queries.revokers(recognition, request.day)] or [None]
    return any(allows(check_may_revoke, request.user, recognition, organ, request.day) for organ in organs)


@confirmed
def revoke(request: Request, code: str) -> HttpResponse:
    """Revoke, with the ground, the public reason and the decision."""
    recognition = _recognition(request, code)
    if not _may_revoke(request, recognition):
        if status_of(recognition, request.day) == Status.REVOKED:
            messages.info(request, "Giấy chứng nhận đã thu hồi.")
            return redirect(recognition)
        raise Forbidden("Chưa thu hồi.", "Việc này của cơ quan tham mưu OCOP.", "Liên hệ cơ quan thường trực.")
    form = RevokeForm(queries.revokers(recognition, request.day), recognition.organ_name, request.POST or None)

    def keep() -> HttpResponse:
        data = form.cleaned_data
        services.revoke(
            recognition=recognition,
            organ=form.chosen_organ,
            number=data["number"],
            day=data["day"],
            ground=data["ground"],
            reason=data["reason"],
            by=request.user,
            now=request.now,
            token=data["once"],
        )
        messages.success(request, "Đã thu hồi. Trang công khai đã đổi.")
        return redirect(recognition)

    if answer := form.carry_out(keep):
        return answer
    context = {"recognition": recognition, "certificate": _certificate(recognition), "form": form}
    return render(request, "certificates/revoke.html", context, status=form.status)
