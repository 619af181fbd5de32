"""What moves a product from idea to registration: one page for each act, all of them by one view and one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from ocop.accounts.http import Request

from .. import services
from ..forms_ideas import (
    AppraisalForm,
    IdeaAgainForm,
    MoveForm,
    PackagingForm,
    PlanForm,
    RegisterForm,
    WithdrawForm,
)
from ..models import Product
from ..permissions import check_may_move
from ..rules import Move


@dataclass(frozen=True)
class Act:
    """One act: its button on the page of the product, its own page, its form, the service that does it.

    title  "{}" stands for the product; view  the name of its address; done  what is said afterwards
    """

    move: Move
    view: str
    label: str
    icon: str
    title: str
    submit: str
    done: str
    form: type[MoveForm]
    run: Callable[..., object]
    effect: str = ""
    tone: str = ""


# In the order of the buttons
ACTS = (
    Act(
        Move.APPRAISE,
        view="appraise_idea",
        label="Thẩm định",
        icon="list-checks",
        title="Thẩm định ý tưởng",
        submit="Ghi kết quả thẩm định",
        done="Đã ghi kết quả thẩm định.",
        form=AppraisalForm,
        run=services.appraise_idea,
        effect="Số liệu vùng nguyên liệu và lao động tại thời điểm thẩm định. Chủ thể được báo kết quả.",
    ),
    Act(
        Move.HAND_IN,
        view="hand_in_idea",
        label="Sửa và gửi lại",
        icon="send",
        title="Sửa ý tưởng được trả lại",
        submit="Gửi lại",
        done="Đã gửi lại ý tưởng, chờ xã thẩm định.",
        form=IdeaAgainForm,
        run=services.hand_in_idea,
    ),
    Act(
        Move.PLAN,
        view="plan",
        label="Nộp phương án",
        icon="clipboard-list",
        title="Phương án sản xuất kinh doanh",
        submit="Nộp phương án",
        done="Đã nộp phương án.",
        form=PlanForm,
        run=services.hand_in_plan,
        effect="Sản lượng là số nguyên; tiền tính bằng triệu đồng. Dòng không có số nào thì bỏ qua.",
    ),
    Act(
        Move.CONFIRM,
        view="confirm_potential",
        label="Xác nhận sản phẩm tiềm năng",
        icon="sprout",
        title="Xác nhận “{}” là sản phẩm tiềm năng?",
        submit="Xác nhận sản phẩm tiềm năng",
        done="Đã xác nhận sản phẩm tiềm năng.",
        form=MoveForm,
        run=services.confirm_potential,
        effect="Sản phẩm vào danh sách tiềm năng của xã. Nếu sau này dừng, ghi rút kèm lý do.",
    ),
    Act(
        Move.PACKAGE,
        view="record_packaging",
        label="Ghi bao bì, tem",
        icon="qr-code",
        title="Bao bì và tem truy xuất",
        submit="Ghi bao bì, tem",
        done="Đã ghi bao bì và tem truy xuất.",
        form=PackagingForm,
        run=services.record_packaging,
        effect="Sản phẩm tiềm năng có bao bì và tem được giới thiệu ở hội chợ, điểm bán trước khi có sao.",
    ),
    Act(
        Move.REGISTER,
        view="register_product",
        label="Đăng ký sản phẩm",
        icon="badge-check",
        title="Đăng ký sản phẩm",
        submit="Đăng ký sản phẩm",
        done="Đã đăng ký sản phẩm. Có thể lập hồ sơ đánh giá.",
        form=RegisterForm,
        run=services.register_product,
        effect="Sau khi đăng ký, bộ sản phẩm không đổi được.",
    ),
    Act(
        Move.WITHDRAW,
        view="withdraw_product",
        label="Rút",
        icon="x",
        title="Rút “{}”?",
        submit="Rút",
        done="Đã rút. Giai đoạn và lý do được giữ lại để thống kê.",
        form=WithdrawForm,
        run=services.withdraw_product,
        effect="Sản phẩm rời danh sách đang làm. Không hoàn tác; làm lại thì đăng ký ý tưởng mới.",
        tone="danger",
    ),
)
_BY_MOVE = {one.move: one for one in ACTS}


def idea_of(request: Request, code: str) -> Product:
    """A product that the user may see, with what its pages before registration show; else 404."""
    rows = Product.objects.visible_to(request.user, request.day, merged=True)
    return get_object_or_404(rows.select_related("subject", "product_set", "commune", "idea", "merged_into"), code=code)


def go_to(request: Request, product: Product) -> HttpResponse:
    """Go on to the page of the idea; the module that keeps drafts asks for the address as JSON."""
    address = reverse("registry:idea", args=[product.code])
    if request.accepts("text/html"):
        return HttpResponseRedirect(address)
    return JsonResponse({"go": address})


def act(request: Request, code: str, move: Move) -> HttpResponse:
    """Ask, check and carry out one act; a refused one keeps what was typed."""
    product, one = idea_of(request, code), _BY_MOVE[move]
    check_may_move(request.user, product, move, request.day)
    form = one.form(request.POST or None, product=product, day=request.day)

    def keep() -> HttpResponse:
        data = dict(form.cleaned_data)
        one.run(product=product, by=request.user, now=request.now, token=data.pop("once"), **data)
        messages.success(request, one.done)
        return go_to(request, product)

    if answer := form.carry_out(keep):
        return answer
    context = {"product": product, "act": one, "title": one.title.format(product), "form": form}
    return render(request, "registry/idea_act.html", context, status=form.status)
