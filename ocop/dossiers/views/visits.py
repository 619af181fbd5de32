"""The advisory team: proposals by criterion beside the self-score, field visits with findings and photos."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from ocop.accounts.http import Request
from ocop.areas.queries import commune_filter
from ocop.kernel import files
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.refusal import allows
from ocop.kernel.text import fold
from ocop.scorecards.queries import card
from ocop.scorecards.rules import Criterion

from .. import checking, services
from ..forms import AdviceForm, AnswerForm, FindingForm, PhotoForm, VisitForm
from ..models import Advice, CommuneAssessment, Dossier, Visit
from ..permissions import check_may_advise, reads_checking
from ..queries import assessment_of
from ..rules import team_name
from .workspace import found, frame

PHOTO_SIDE = 1600  # pixels of a photo as pages show it: upright, without place and camera


def _office(request: Request, code: str) -> Dossier:
    """A dossier that the reader checks for an office, or nothing."""
    dossier = found(request, code)
    if not reads_checking(request.user, dossier, request.day):
        raise Http404
    return dossier


@require_GET
def compare(request: Request, code: str) -> HttpResponse:
    """Self-score, advisory team, findings and gaps side by side, above them the commune's four assessments."""
    dossier = _office(request, code)
    context = frame(request, dossier)
    assessment = assessment_of(dossier)
    names = {field.name: field.verbose_name for field in CommuneAssessment._meta.concrete_fields}
    context |= {
        "comparison": checking.comparison(dossier, context["sheet"], context["raised_gaps"]),
        "team": team_name(dossier.filed_on),
        "report": [(names[name], getattr(assessment, name)) for name in CommuneAssessment.CONTENTS]
        if assessment
        else [],
        "visits": dossier.visits.order_by("-held_on", "-pk"),
        "may_advise": allows(check_may_advise, request.user, dossier, request.day),
    }
    return render(request, "dossiers/compare.html", context)


def advise(request: Request, code: str, criterion: str) -> HttpResponse:
    """What the team proposes for one criterion; saved, the next one follows."""
    dossier = _office(request, code)
    check_may_advise(request.user, dossier, request.day)
    context = frame(request, dossier)
    line = context["sheet"].lines.get(criterion)
    if line is None:
        raise Http404
    row = Advice.objects.filter(dossier=dossier, criterion=criterion).first()
    shown = AnswerForm.shown(True, row.answer) if row else AnswerForm.shown(line.answered, line.answer)
    initial = {"answer": shown, "explanation": row.reason if row else "", "version": row.version if row else 0}
    form = AdviceForm(request.POST or None, criterion=line.criterion, case=line.case, initial=initial)

    def keep() -> HttpResponse:
        services.save_advice(
            dossier=dossier,
            criterion=criterion,
            answer=form.value,
            reason=form.cleaned_data["explanation"],
            version=form.cleaned_data["version"],
            by=request.user,
            now=request.now,
        )
        messages.success(request, f"Đã lưu đề xuất ở tiêu chí {criterion}.")
        after = context["sheet"].beside(criterion)[1]
        return redirect("dossiers:advise", code, after) if after else redirect("dossiers:compare", code)

    if answer := form.carry_out(keep):
        return answer
    before, after = context["sheet"].beside(criterion)
    context |= {
        "form": form,
        "line": line,
        "advice": row,
        "before": before,
        "after": after,
        "team": team_name(dossier.filed_on),
    }
    return render(request, "dossiers/advise.html", context, status=form.status)


# Field visits


def _search(rows: QuerySet[Visit], text: str) -> QuerySet[Visit]:
    words = Q()
    for word in fold(text).split():
        words &= Q(dossier__product__search__contains=word)
    return rows.filter(Q(dossier__number__iexact=text) | Q(place__icontains=text) | words)


@login_required
@require_GET
def listing(request: Request) -> HttpResponse:
    """Every field visit of the dossiers that one reads for an office."""
    rows = Visit.objects.visible_to(request.user, request.day)
    communes = rows.order_by().values_list("dossier__commune", flat=True).distinct()
    years = rows.order_by("-held_on__year").values_list("held_on__year", flat=True)
    listing: Listing[Visit] = Listing(
        request,
        rows.select_related("dossier__product", "dossier__subject", "dossier__commune"),
        columns=[
            Column("ngay", "Ngày khảo sát", lambda row: row.held_on, ("held_on",)),
            Column("so", "Số hồ sơ", lambda row: row.dossier.number, ("dossier__filed_on", "dossier__number")),
            Column("san-pham", "Sản phẩm", lambda row: row.dossier.product.name, ("dossier__product__search",)),
            Column("chu-the", "Chủ thể", lambda row: row.dossier.subject.name, ("dossier__subject__folded",)),
            Column("xa", "Xã, phường", lambda row: row.dossier.commune.full_name, ("dossier__commune__sort_key",)),
            Column("dia-diem", "Địa điểm", lambda row: row.place),
            Column("nguoi-ghi", "Người ghi", lambda row: row.entered_as),
        ],
        filters=[
            commune_filter(communes, "dossier__commune"),
            Filter(
                "nam",
                "Năm",
                [Option(str(year), str(year)) for year in dict.fromkeys(years)],
                lambda rows, values: rows.filter(held_on__year__in=values),
            ),
        ],
        search=_search,
        sort="-ngay",
    )
    if listing.wants_file:
        return listing.file("khao-sat")
    return render(request, "dossiers/visits.html", {"listing": listing})


def record(request: Request, code: str) -> HttpResponse:
    """Write down a field visit."""
    dossier = _office(request, code)
    check_may_advise(request.user, dossier, request.day)
    form = VisitForm(request.POST or None, initial={"held_on": request.day})

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        visit = services.record_visit(dossier=dossier, token=data.pop("once"), by=request.user, now=request.now, **data)
        messages.success(request, "Đã ghi buổi khảo sát. Thêm ghi nhận theo tiêu chí và ảnh.")
        return redirect(visit)

    if answer := form.carry_out(keep):
        return answer
    context = {**frame(request, dossier), "form": form, "team": team_name(dossier.filed_on)}
    return render(request, "dossiers/visit_new.html", context, status=form.status)


def _visit(request: Request, code: str, visit: int) -> tuple[Dossier, Visit]:
    dossier = _office(request, code)
    row = get_object_or_404(dossier.visits, pk=visit)
    row.dossier = dossier
    return dossier, row


def _criteria(dossier: Dossier) -> list[Criterion]:
    return list(card(dossier.scorecard).criteria)


def _visit_page(
    request: Request,
    dossier: Dossier,
    visit: Visit,
    *,
    finding_form: FindingForm | None = None,
    photo_form: PhotoForm | None = None,
    status: int = 200,
) -> HttpResponse:
    names = card(dossier.scorecard).by_code
    context: dict[str, Any] = {
        **frame(request, dossier),
        "visit": visit,
        "team": team_name(dossier.filed_on),
        "findings": [(row, names[row.criterion].name_vi) for row in visit.findings.order_by("pk")],
        "photos": visit.photos.order_by("pk"),
    }
    if allows(check_may_advise, request.user, dossier, request.day):
        criteria = _criteria(dossier)
        context["finding_form"] = finding_form or FindingForm(criteria=criteria, prefix="ghi")
        context["photo_form"] = photo_form or PhotoForm(criteria=criteria, prefix="anh")
    return render(request, "dossiers/visit.html", context, status=status)


@require_GET
def visit(request: Request, code: str, visit: int) -> HttpResponse:
    return _visit_page(request, *_visit(request, code, visit))


@require_POST
def find(request: Request, code: str, visit: int) -> HttpResponse:
    """Pin a finding to a criterion."""
    dossier, row = _visit(request, code, visit)
    check_may_advise(request.user, dossier, request.day)
    form = FindingForm(request.POST, criteria=_criteria(dossier), prefix="ghi")

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        services.add_finding(visit=row, token=data.pop("once"), by=request.user, now=request.now, **data)
        messages.success(request, f"Đã ghi nhận ở tiêu chí {data['criterion']}.")
        return redirect(row)

    return form.carry_out(keep) or _visit_page(request, dossier, row, finding_form=form, status=form.status)


@require_POST
def add_photo(request: Request, code: str, visit: int) -> HttpResponse:
    """Keep a photo of the visit."""
    dossier, row = _visit(request, code, visit)
    check_may_advise(request.user, dossier, request.day)
    form = PhotoForm(request.POST, request.FILES, criteria=_criteria(dossier), prefix="anh")

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        stored = files.take(data.pop("file"), by=request.user, now=request.now, allow=files.IMAGES)[0]
        services.add_photo(visit=row, stored=stored, token=data.pop("once"), by=request.user, now=request.now, **data)
        messages.success(request, "Đã thêm ảnh khảo sát.")
        return redirect(row)

    return form.carry_out(keep) or _visit_page(request, dossier, row, photo_form=form, status=form.status)


@require_GET
def photo(request: Request, code: str, visit: int, photo: int) -> HttpResponse:
    """A photo as pages show it: upright, reduced, without place and camera."""
    _, row = _visit(request, code, visit)
    found = get_object_or_404(row.photos.select_related("blob"), pk=photo)
    if not found.blob.is_publishable:
        raise Http404
    content = files.public_image(found.blob, side=PHOTO_SIDE)
    return HttpResponse(
        content,
        content_type=files.PUBLIC_IMAGE_MIME,
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"},
    )


@require_POST
def drop_finding(request: Request, code: str, visit: int, finding: int) -> HttpResponse:
    _, row = _visit(request, code, visit)
    found = get_object_or_404(row.findings.select_related("visit__dossier"), pk=finding)
    services.drop_finding(finding=found, by=request.user, now=request.now)
    messages.success(request, "Đã bỏ ghi nhận. Nhật ký giữ nội dung cũ.")
    return redirect(row)


@require_POST
def drop_photo(request: Request, code: str, visit: int, photo: int) -> HttpResponse:
    _, row = _visit(request, code, visit)
    found = get_object_or_404(row.photos.select_related("visit__dossier", "blob"), pk=photo)
    services.drop_photo(photo=found, by=request.user, now=request.now)
    messages.success(request, "Đã bỏ ảnh. Nhật ký giữ tên và mã băm của ảnh.")
    return redirect(row)
