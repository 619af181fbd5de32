"""Mẫu văn bản: which papers the office words itself, their fields, versions, and a print with sample words."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.accounts.models import Agency
from ocop.kernel import files
from ocop.kernel.pages.printing import download
from ocop.kernel.papers.template import filled

from .. import services
from ..forms import WordingForm
from ..models import Wording
from ..permissions import organ_of_wordings
from ..queries import wording_on, wordings_of
from ..wording import FIELDS, KINDS, ROWS, SAMPLE, SAMPLE_ROWS, Kind, starter


def _organ(request: Request) -> Agency:
    organ = organ_of_wordings(request.user, request.day)
    if organ is None:
        raise Http404
    return organ


def _kind(code: str) -> Kind:
    if code not in KINDS:
        raise Http404
    return KINDS[code]


@login_required
def wordings(request: Request) -> HttpResponse:
    """The papers that may have a wording of the organ's own, with what is in force."""
    organ = _organ(request)
    rows = wordings_of(organ)
    lines = [(code, kind, wording_on(rows, code, request.day)) for code, kind in KINDS.items()]
    return render(request, "certificates/wordings.html", {"organ": organ, "lines": lines})


@login_required
def wording(request: Request, code: str) -> HttpResponse:
    """One kind of paper: its fields, its versions; a post takes a new version into use."""
    organ, kind = _organ(request), _kind(code)
    form = WordingForm(request.POST or None, request.FILES or None, initial={"valid_from": request.day})

    def keep() -> HttpResponse:
        data = form.cleaned_data
        sent = data["file"]
        stored = files.store(sent, sent.name, now=request.now, allow=("docx",)) if sent else None
        made = services.adopt_wording(
            organ=organ,
            kind=code,
            stored=stored,
            valid_from=data["valid_from"],
            by=request.user,
            now=request.now,
            token=data["once"],
        )
        messages.success(request, f"Đã nhận {str(made).lower()}. Xem thử bản Word trước khi dùng.")
        return redirect("certificates:wording", code)

    if answer := form.carry_out(keep):
        return answer
    rows = [row for row in wordings_of(organ) if row.kind == code]
    spec = kind.spec
    context = {
        "organ": organ,
        "code": code,
        "kind": kind,
        "rows": rows,
        "current": wording_on(rows, code, request.day),
        "fields": [(_braced(name), text, name in spec.required) for name, text in FIELDS.items()],
        "row_fields": [(_braced(name), text) for name, text in ROWS.items()],
        "signs": [", ".join(lines) for lines in spec.signs],
        "form": form,
    }
    return render(request, "certificates/wording.html", context, status=form.status)


def _braced(name: str) -> str:
    return f"{{{{{name}}}}}"


@require_GET
@login_required
def starter_file(request: Request, code: str) -> HttpResponse:
    """A Word file with all fields in their places, to begin from."""
    _organ(request)
    return download(starter(_kind(code), request.day), f"mau-{code}.docx")


@require_GET
@login_required
def version(request: Request, code: str, number: int, name: str) -> HttpResponse:
    """One version as it was uploaded (mau), or filled with sample words (xem-thu)."""
    organ = _organ(request)
    rows = [row for row in wordings_of(organ) if (row.kind, row.version) == (code, number) and row.blob]
    if not rows or name not in ("mau", "xem-thu"):
        raise Http404
    found: Wording = rows[0]
    assert found.blob is not None
    content = files.open_blob(found.blob)
    if name == "xem-thu":
        content = filled(content, SAMPLE, SAMPLE_ROWS)
    return download(content, f"{name}-{code}-{number}.docx")
