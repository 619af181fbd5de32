"""Results: what a council concluded, and why."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from ocop.accounts.http import Request
from ocop.kernel.pages import export
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.refusal import allows
from ocop.kernel.templatetags.ocop import mean
from ocop.scorecards.rules import Marked

from ..models import Complaint, Conclusion, Session
from ..permissions import check_may_complain
from ..queries import rules_of, sees_names
from ..results import Compared, Reading, band_words, reading
from ..rules import Result
from ..services.complaints import DECIDED

COLUMNS = [
    Column("san-pham", "Sản phẩm", lambda row: row.dossier.product.name, ("dossier__product__search",)),
    Column("chu-the", "Chủ thể", lambda row: row.dossier.subject.name, ("dossier__subject__folded",)),
    Column("ho-so", "Hồ sơ", lambda row: row.dossier.number, ("dossier__number",)),
    Column("cap", "Hội đồng", lambda row: row.get_level_display()),
    Column("diem", "Điểm bình quân", lambda row: mean(row.points, row.sheets), number=True),
    Column("phieu", "Số phiếu", lambda row: row.sheets, ("sheets",), number=True),
    Column("sao", "Hạng sao", lambda row: row.stars, ("stars",), number=True),
    Column("ket-qua", "Kết quả", lambda row: row.get_result_display(), ("result",)),
    Column("ngay", "Kết luận", lambda row: row.concluded_at, ("concluded_at",)),
]


@login_required
def listing(request: Request) -> HttpResponse:
    found = (
        Conclusion.objects.visible_to(request.user, request.day)
        .in_effect()
        .select_related("dossier__product", "dossier__subject")
    )
    kinds = Filter(
        "trang-thai",
        "Kết quả",
        [Option(result.value, result.label) for result in Result],
        lambda rows, values: rows.filter(result__in=values),
    )
    stars = Filter(
        "sao",
        "Hạng sao",
        [Option(str(n), f"{n} sao") for n in (4, 3, 2, 1)],
        lambda rows, values: rows.filter(stars__in=values),
    )
    rows = Listing(
        request,
        found,
        COLUMNS,
        [kinds, stars],
        search=lambda rows, q: rows.filter(dossier__product__name__icontains=q),
        sort="-ngay",
    )
    if rows.wants_file:
        return rows.file("ket-qua")
    return render(request, "councils/results.html", {"listing": rows})


def conclusion_of(request: Request, pk: int) -> Conclusion:
    """Return a conclusion that the reader may see, else 404."""
    found = Conclusion.objects.visible_to(request.user, request.day).select_related(
        "item__session__council__organ",
        "dossier__product__product_set",
        "dossier__subject",
        "dossier__scorecard",
        "notice",
    )
    return get_object_or_404(found, pk=pk)


def result(request: Request, pk: int) -> HttpResponse:
    """The result; sheets and minutes only for those who see the session, not for the subject."""
    row = conclusion_of(request, pk)
    read = reading(row)
    inside = Session.objects.visible_to(request.user, request.day).filter(pk=row.item.session_id).exists()
    rules = rules_of(row.item.session)
    named = inside and sees_names(request.user, row.item.session, request.day)
    if inside and request.GET.get("tai") == "xlsx":
        return _table(read, named=named)
    context = {
        "conclusion": row,
        "read": read,
        "dossier": row.dossier,
        "session": row.item.session,
        "inside": inside,
        "named": named,
        "lines": read.lines(named=named) if inside else [],
        "parts": [
            (part, points, 100 * points // (part.max_points * max(1, row.sheets))) for part, points in read.parts
        ],
        "band": band_words(row.band, read.floors) if row.band else "",
        "rules": rules,
        "steps": _steps(row),
        "complaint": Complaint.objects.visible_to(request.user, request.day).filter(conclusion=row).first()
        if row.notice
        else None,
        "may_complain": _may_complain(request, row),
        "results": list(
            Conclusion.objects.visible_to(request.user, request.day)
            .filter(dossier=row.dossier_id, level=row.level)
            .order_by("pk")
        ),
    }
    return render(request, "councils/result.html", context)


def _may_complain(request: Request, row: Conclusion) -> bool:
    """Whether the page offers a complaint: in its days, before a decision, to who may bring one."""
    last = row.notice.complain_until if row.notice else None
    open_now = last is not None and request.day <= last and row.dossier.step not in DECIDED
    return open_now and allows(check_may_complain, request.user, row.dossier, request.day)


def _table(read: Reading, *, named: bool) -> HttpResponse:
    """Bảng điểm: every criterion with each sheet, as a file. named  with the members' names"""
    columns = [
        Column("ma", "Tiêu chí", lambda row: row.criterion.code),
        Column("ten", "Nội dung", lambda row: row.criterion.name_vi),
        Column("toi-da", "Tối đa", lambda row: row.criterion.max_points),
        Column("tu-cham", "Tự chấm", lambda row: row.own),
        *[
            Column(
                f"phieu{n}",
                (sheet.member.user.name if named else f"Phiếu {n + 1}") + ("" if counts else " (không tính)"),
                partial(_points, marks),
            )
            for n, (sheet, marks, counts) in enumerate(read.lines(named=named))
        ],
        Column("tong", "Tổng", lambda row: row.points),
    ]
    return export.xlsx(f"bang-diem-{read.conclusion.dossier.number}", columns, read.compared)


def _points(marks: Marked, row: Compared) -> int:
    return marks.points[row.criterion.code]


def _steps(row: Conclusion) -> list[dict[str, str]]:
    """What follows a conclusion, by its result; done once the dossier has left this council."""
    label, note = {
        Result.RECOGNISED: ("Quyết định công nhận", "Chủ tịch UBND ký; giấy chứng nhận 36 tháng cấp theo quyết định"),
        Result.POTENTIAL_5: ("Quyết định phê duyệt kết quả", "Trình Bộ đánh giá 5 sao"),
        Result.BELOW_3: ("Thông báo kết quả", "Không có quyết định, giấy chứng nhận"),
        Result.REJECTED: ("Thông báo kết quả", "Không có quyết định, giấy chứng nhận"),
        Result.SEND_UP: ("Chuyển hội đồng cấp tỉnh", ""),
    }[Result(row.result)]
    ended = row.item.session.state == Session.CLOSED
    here = row.dossier.step in (f"council_{row.level}", f"concluded_{row.level}")
    return [
        {"label": "Kết luận sản phẩm", "note": "", "state": "done"},
        {"label": "Kết thúc phiên, ký biên bản", "note": "", "state": "done" if ended else "now"},
        {"label": label, "note": note, "state": "next" if not ended else "now" if here else "done"},
    ]
