"""How a council's members judged: tables and plots for its secretary and chair alone."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from ocop.accounts.http import Request
from ocop.kernel.pages import export
from ocop.kernel.pages.listing import Column
from ocop.kernel.templatetags.ocop import mean

from ..judging import Judging, concluded_by, judging_of
from ..models import Council
from ..permissions import is_chair, is_secretary
from ..quality import Severity

SHOWN = 15  # lines of a table on the page; the file holds all
MEMBERS = [
    Column("thanh-vien", "Thành viên", lambda row: row[0]),
    Column("san-pham", "Số sản phẩm", lambda row: row[1].products),
    Column("lech", "Lệch bình quân", lambda row: signed(row[1].mean)),
    Column("thap", "Lệch thấp nhất", lambda row: signed(row[1].low)),
    Column("cao", "Lệch cao nhất", lambda row: signed(row[1].high)),
]
CRITERIA = [
    Column("tieu-chi", "Tiêu chí", lambda row: row[0]),
    Column("san-pham", "Số sản phẩm", lambda row: row[1].products),
    Column("khac", "Số sản phẩm các phiếu khác nhau", lambda row: row[1].apart),
    Column("khoang", "Khoảng cách bình quân", lambda row: said(row[1].spread)),
]
MARKS = [
    Column("tieu-chi", "Tiêu chí", lambda row: row[0]),
    Column("sao", "Hạng sao", lambda row: row[1]),
    Column("san-pham", "Số sản phẩm", lambda row: row[2].products),
    Column("chua-dat", "Chưa đạt", lambda row: row[2].missed),
]


def said(value: Fraction) -> str:
    """'1,67': a fraction for the eye."""
    return mean(value.numerator, value.denominator)


def signed(value: Fraction) -> str:
    """'+3,56' or '-0,44'."""
    return ("+" if value > 0 else "") + said(value)


def quality(request: Request, pk: int) -> HttpResponse:
    found = Council.objects.visible_to(request.user, request.day).select_related("organ")
    council = get_object_or_404(found, pk=pk)
    if not (is_secretary(request.user, council, request.day) or is_chair(request.user, council, request.day)):
        raise Http404
    conclusions = concluded_by(council)
    years = sorted({one.item.session.held_on.year for one in conclusions}, reverse=True)
    asked = request.GET.get("nam", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else None
    judged = judging_of([one for one in conclusions if year in (None, one.item.session.held_on.year)])
    if request.GET.get("tai") == "xlsx":
        return _file(judged, request.GET.get("bang", ""))
    widest = max((max(-one.low, one.high) for _, one in judged.members), default=Fraction(0)) or Fraction(1)
    context = {
        "council": council,
        "years": years,
        "year": year,
        "judged": judged,
        "agreement": None if judged.agreement is None else said(judged.agreement),
        "members": [(name, one, signed(one.mean), _places(one, widest)) for name, one in judged.members],
        "widest": said(widest),
        "criteria": [
            (name, one, said(one.spread), 100 * one.apart // one.products) for name, one in judged.criteria[:SHOWN]
        ],
        "marks": [
            (name, star, one, 100 * one.missed // one.products)
            for name, star, one in judged.marks[:SHOWN]
            if one.missed
        ],
    }
    return render(request, "councils/quality.html", context)


def _places(one: Severity, widest: Fraction) -> dict[str, int]:
    """Where a member's lowest, mean and highest difference stand on the plot, in per cent of its width."""
    return {name: 50 + int(48 * getattr(one, name) / widest) for name in ("low", "mean", "high")}


def _file(judged: Judging, table: str) -> HttpResponse:
    tables: dict[str, tuple[Sequence[Column], Sequence[object]]] = {
        "thanh-vien": (MEMBERS, judged.members),
        "tieu-chi": (CRITERIA, judged.criteria),
        "muc-toi-thieu": (MARKS, judged.marks),
    }
    if table not in tables:
        raise Http404
    return export.xlsx(f"chat-luong-cham-{table}", *tables[table])
