"""Moves: each names the dossier and the effect, asks once, and says what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ocop.accounts.http import Request
from ocop.kernel.codes import grouped
from ocop.kernel.pages.forms import Form
from ocop.kernel.refusal import Refusal
from ocop.kernel.templatetags.ocop import vi_datetime

from .. import services
from ..forms import AssessmentForm, MoveForm, ReasonForm, RefileForm, ReturnForm, ReturnGapsForm
from ..models import CommuneAssessment, Dossier
from ..permissions import check_may_assess, check_may_move, writer_of
from ..queries import assessment_of, route_for
from ..rules import FIRST_STOP, Move, Step
from .workspace import found, frame


@dataclass(frozen=True)
class Ask:
    """The words of one confirmation: title (names the object), effect, whether it can be undone, the button."""

    title: str
    effect: str
    undo: str
    submit: str
    tone: str = "primary"


def _confirm(
    request: Request, dossier: Dossier, move: Move, ask: Ask, form_class: type[Form], act: Callable[..., Any], done: str
) -> HttpResponse:
    """Ask on GET; on POST carry the move out, or show its refusal beside what was typed."""
    check_may_move(request.user, dossier, move, request.day)
    form = form_class(request.POST or None, initial={"version": dossier.version})

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        token = data.pop("once", None)
        extra = {} if token is None or move in (Move.WITHDRAW, Move.SEND_UP) else {"token": token}
        act(dossier=dossier, by=request.user, now=request.now, **data, **extra)
        messages.success(request, done.format(dossier=dossier, code=grouped(dossier.code), at=vi_datetime(request.now)))
        return redirect(dossier)

    if answer := form.carry_out(keep):
        return answer
    context = {**frame(request, dossier), "form": form, "ask": ask}
    return render(request, "dossiers/confirm.html", context, status=form.status)


def _holder(dossier: Dossier, request: Request) -> str:
    """To whom the dossier goes when it is filed now."""
    step = Step(dossier.returned_from) if dossier.step == Step.RETURNED else FIRST_STOP[route_for(request.day).route]
    if step == Step.AT_COMMUNE:
        name = dossier.commune.full_name
        return name[0].lower() + name[1:]
    if step == Step.AT_DISTRICT:
        return dossier.commune.parent.full_name if dossier.commune.parent else "cấp huyện"
    return "cơ quan tham mưu OCOP cấp tỉnh"


def submit(request: Request, code: str) -> HttpResponse:
    """File, or file again after completion."""
    dossier = found(request, code)
    again = "lại " if dossier.step == Step.RETURNED else ""
    ask = Ask(
        f"Nộp {again}hồ sơ cho {_holder(dossier, request)}?",
        "Sau đó chỉ sửa được khi bị trả lại. Mẫu 01, 02, điểm tự chấm và minh chứng được niêm phong bằng mã băm.",
        "Có thể rút hồ sơ trước khi hội đồng chấm.",
        f"Nộp {again}hồ sơ",
    )
    done = "Đã nộp lúc {at}. Số hồ sơ {dossier.number}, mã tra cứu {code}."
    return _confirm(request, dossier, Move.SUBMIT, ask, MoveForm, services.submit, done)


def withdraw(request: Request, code: str) -> HttpResponse:
    dossier = found(request, code)
    ask = Ask(
        f"Rút {dossier}?",
        "Hồ sơ đóng lại, không được xem xét nữa. Muốn tham gia lại thì lập hồ sơ mới.",
        "Không hoàn tác được.",
        "Rút hồ sơ",
        "danger",
    )
    return _confirm(request, dossier, Move.WITHDRAW, ask, ReasonForm, services.withdraw, "Đã rút hồ sơ.")


def send_back(request: Request, code: str) -> HttpResponse:
    dossier = found(request, code)
    numbers = ", ".join(map(str, dossier.gaps.to_send().order_by("number").values_list("number", flat=True)))
    ask = Ask(
        f"Trả lại hồ sơ {dossier.number} để bổ sung?",
        f"{dossier.subject} sửa được hồ sơ và nhận thông báo kèm "
        + (f"điểm thiếu số {numbers} với hạn của từng điểm." if numbers else "lý do."),
        "Chủ thể nộp lại thì hồ sơ quay về đây.",
        "Trả lại để bổ sung",
        "danger",
    )
    form = ReturnGapsForm if numbers else ReturnForm
    return _confirm(request, dossier, Move.RETURN, ask, form, services.return_dossier, "Đã trả hồ sơ cho chủ thể.")


def propose(request: Request, code: str) -> HttpResponse:
    dossier = found(request, code)
    ask = Ask(
        f"Đề nghị tỉnh đánh giá hồ sơ {dossier.number}?",
        "Báo cáo mẫu 03 và hồ sơ chuyển đến cơ quan tham mưu OCOP cấp tỉnh.",
        "Không hoàn tác được; tỉnh có thể trả lại để bổ sung.",
        "Đề nghị tỉnh đánh giá",
    )
    return _confirm(request, dossier, Move.PROPOSE, ask, MoveForm, services.propose, "Đã chuyển hồ sơ đến tỉnh.")


def accept(request: Request, code: str) -> HttpResponse:
    dossier = found(request, code)
    ask = Ask(
        f"Tiếp nhận hồ sơ {dossier.number}?",
        "Thành phần hồ sơ đã đủ; hồ sơ chờ đưa vào phiên chấm của hội đồng.",
        "Không hoàn tác được.",
        "Tiếp nhận hồ sơ",
    )
    return _confirm(request, dossier, Move.ACCEPT, ask, MoveForm, services.accept, "Đã tiếp nhận hồ sơ.")


def send_up(request: Request, code: str) -> HttpResponse:
    dossier = found(request, code)
    ask = Ask(
        f"Chuyển hồ sơ {dossier.number} lên hội đồng cấp tỉnh?",
        "Hồ sơ và biên bản của hội đồng cấp huyện chuyển đến tỉnh.",
        "Không hoàn tác được.",
        "Chuyển lên tỉnh",
    )
    return _confirm(request, dossier, Move.SEND_UP, ask, MoveForm, services.send_up, "Đã chuyển hồ sơ lên tỉnh.")


@require_POST
def refile(request: Request, code: str) -> HttpResponse:
    """Open an expired dossier again under the rules in force: one tick."""
    dossier = found(request, code)
    if writer_of(request.user, dossier, request.day) is None:
        raise Http404
    if not RefileForm(request.POST).is_valid():
        raise Refusal("Chưa nộp lại.", "Chưa đánh dấu đồng ý.", "Đánh dấu vào ô rồi gửi lại.")
    again = services.refile(dossier=dossier, by=request.user, now=request.now)
    messages.success(request, "Đã lập lại hồ sơ theo bộ tiêu chí đang có hiệu lực. Tự chấm rồi nộp.")
    return redirect(again)


def assess(request: Request, code: str) -> HttpResponse:
    """Mẫu số 03: the commune's four assessments."""
    dossier = found(request, code)
    check_may_assess(request.user, dossier, request.day)
    row = assessment_of(dossier) or CommuneAssessment(dossier=dossier)
    names = [*CommuneAssessment.CONTENTS, "meeting_held", "version"]
    form = AssessmentForm(request.POST or None, initial={name: getattr(row, name) for name in names})

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        services.save_assessment(
            dossier=dossier,
            version=data.pop("version"),
            meeting_held=data.pop("meeting_held"),
            contents=data,
            by=request.user,
            now=request.now,
        )
        messages.success(request, "Đã lưu mẫu 03. Xem lại, rồi đề nghị tỉnh đánh giá hoặc trả lại để bổ sung.")
        return redirect(dossier)

    if answer := form.carry_out(keep):
        return answer
    context = {**frame(request, dossier), "form": form}
    return render(request, "dossiers/assess.html", context, status=form.status)
