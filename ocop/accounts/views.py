"""One's own account, and the pages of the administrator: users, appointments, background jobs."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter as second_factor
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ocop.kernel import audit
from ocop.kernel.models import Job
from ocop.kernel.pages.listing import Column, Filter, Listing, Option
from ocop.kernel.reference import all_warnings

from . import queries, rules, services
from .forms import AppointmentForm, EndForm, UserForm
from .http import Request, confirmed
from .models import Appointment, Role, User
from .permissions import check_may_manage_users
from .words import EVENT_NAMES


@login_required
def account(request: Request) -> HttpResponse:
    """One's own name, address, appointments, password and second factor."""
    return render(
        request,
        "accounts/account.html",
        {
            "appointments": request.user.appointments_on(request.day),
            "second_factor": second_factor().is_mfa_enabled(request.user),
            "events": _events(request.user),
            "mail_text": rules.MAIL_TEXTS[rules.MAIL_NOW],
        },
    )


@login_required
@require_POST
def want_mail(request: Request) -> HttpResponse:
    """Agree to reminders by e-mail by ticking their box, or end that."""
    if request.POST.get("thu") == "thoi":
        services.withdraw_mail(user=request.user, now=request.now)
        messages.success(request, "Từ nay không nhắc hạn qua thư.")
    elif request.POST.get("dong_y"):
        services.agree_to_mail(user=request.user, means="ô ở trang Tài khoản", now=request.now)
        messages.success(request, f"Đã ghi đồng ý. Nhắc hạn được gửi tới {request.user.email}.")
    else:
        messages.error(request, "Chưa ghi. Đánh dấu ô đồng ý nếu bạn muốn nhận nhắc hạn qua thư.")
    return redirect("accounts:account")


def _events(user: User) -> list[tuple[str, audit.Entry]]:
    return [(EVENT_NAMES.get(entry.kind, entry.kind), entry) for entry in reversed(audit.timeline(user))]


def _roles_on(user: User, request: Request) -> str:
    return "; ".join(f"{a.get_role_display()}, {a.agency}" for a in user.appointments_on(request.day))


@login_required
def users(request: Request) -> HttpResponse:
    """Every account with its roles of today."""
    check_may_manage_users(request.user, request.day)

    def search(rows: QuerySet[User], q: str) -> QuerySet[User]:
        return rows.filter(Q(name__icontains=q) | Q(email__icontains=q))

    def of_role(rows: QuerySet[User], roles: list[str]) -> QuerySet[User]:
        held = Appointment.objects.filter(Q(valid_to=None) | Q(valid_to__gte=request.day), valid_from__lte=request.day)
        return rows.filter(pk__in=held.filter(role__in=roles).values("user"))

    listing = Listing(
        request,
        User.objects.visible_to(request.user, request.day).with_appointments(),
        [
            Column("ten", "Họ và tên", lambda user: user.name, sort=("name",)),
            Column("thu", "Thư điện tử", lambda user: user.email, sort=("email",)),
            Column("vai-tro", "Vai trò hôm nay", lambda user: _roles_on(user, request)),
            Column("dang-nhap", "Đăng nhập gần nhất", lambda user: user.last_login, sort=("last_login",)),
            Column("dang-dung", "Tình trạng", lambda user: "đang dùng" if user.is_active else "đã ngừng"),
        ],
        filters=[Filter("vai-tro", "Vai trò", [Option(value, label) for value, label in Role.choices], of_role)],
        search=search,
        sort="ten",
    )
    if listing.wants_file:
        return listing.file("nguoi-dung")
    for user in listing.rows:
        user.roles_today = user.appointments_on(request.day)
    return render(request, "accounts/users.html", {"listing": listing})


@login_required
@confirmed
def new_user(request: Request) -> HttpResponse:
    """Make an account; its one-time secret is shown on this one answer and nowhere else."""
    check_may_manage_users(request.user, request.day)
    form = UserForm(request.POST or None)

    def make() -> HttpResponse:
        secret = services.new_secret()
        user = services.create_user(
            email=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            password=secret,
            by=request.user,
            now=request.now,
            token=form.cleaned_data["once"],
        )
        return render(request, "accounts/secret.html", {"account": user, "secret": secret})

    return form.carry_out(make) or render(request, "accounts/new_user.html", {"form": form}, status=form.status)


@login_required
@confirmed
def renew_secret(request: Request, pk: int) -> HttpResponse:
    """Ask, then replace the password by a one-time one."""
    check_may_manage_users(request.user, request.day)
    user = get_object_or_404(User.objects.visible_to(request.user, request.day), pk=pk)
    if request.method != "POST":
        return render(request, "accounts/renew_secret.html", {"account": user})
    secret = services.renew_secret(user=user, by=request.user, now=request.now, token=request.POST.get("once", ""))
    return render(request, "accounts/secret.html", {"account": user, "secret": secret})


@login_required
@confirmed
def user(request: Request, pk: int) -> HttpResponse:
    """One account: appointments with their terms, a form for the next one, what happened."""
    check_may_manage_users(request.user, request.day)
    found = get_object_or_404(User.objects.visible_to(request.user, request.day), pk=pk)
    form = AppointmentForm(request.POST or None, initial={"valid_from": request.day})

    def appoint() -> HttpResponse:
        services.appoint(user=found, by=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, "Đã phân công.")
        return redirect("accounts:user", pk)

    if answer := form.carry_out(appoint):
        return answer
    context = {
        "account": found,
        "shut": queries.shut(found.email, request.now),
        "appointments": found.all_appointments,
        "form": form,
        "events": _events(found),
    }
    return render(request, "accounts/user.html", context, status=form.status)


@login_required
@confirmed
def end_appointment(request: Request, pk: int) -> HttpResponse:
    """Ask for the last day of an appointment."""
    check_may_manage_users(request.user, request.day)
    mine = Appointment.objects.visible_to(request.user, request.day).select_related("user", "agency")
    appointment = get_object_or_404(mine, pk=pk)
    form = EndForm(request.POST or None, initial={"last_day": request.day})

    def end() -> HttpResponse:
        services.end_appointment(appointment=appointment, by=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, "Đã đặt ngày kết thúc phân công.")
        return redirect("accounts:user", appointment.user_id)

    context = {"appointment": appointment, "form": form}
    return form.carry_out(end) or render(request, "accounts/end_appointment.html", context, status=form.status)


@login_required
@require_POST
@confirmed
def set_active(request: Request, pk: int) -> HttpResponse:
    """Stop an account, or let it be used again."""
    check_may_manage_users(request.user, request.day)
    found = get_object_or_404(User.objects.visible_to(request.user, request.day), pk=pk)
    active = request.POST.get("dang-dung") == "1"
    services.set_active(user=found, active=active, by=request.user, now=request.now)
    messages.success(request, "Tài khoản dùng lại được." if active else "Đã ngừng tài khoản.")
    return redirect("accounts:user", pk)


@login_required
@require_POST
@confirmed
def open_account(request: Request, pk: int) -> HttpResponse:
    """Let an account that wrong passwords have shut take one again."""
    check_may_manage_users(request.user, request.day)
    found = get_object_or_404(User.objects.visible_to(request.user, request.day), pk=pk)
    services.open_account(user=found, by=request.user, now=request.now)
    messages.success(request, "Đã mở khóa đăng nhập.")
    return redirect("accounts:user", pk)


@login_required
def jobs(request: Request) -> HttpResponse:
    """Jobs that failed or wait, and the warnings of the reference files."""
    check_may_manage_users(request.user, request.day)
    waiting = Job.objects.filter(state__in=[Job.WAITING, Job.RUNNING]).count()
    context = {
        "failed": Job.objects.filter(state=Job.FAILED).order_by("-ended_at", "-pk")[:100],
        "waiting": waiting,
        "warnings": all_warnings(),
    }
    return render(request, "accounts/jobs.html", context)


@login_required
@require_POST
def run_job_again(request: Request, pk: int) -> HttpResponse:
    check_may_manage_users(request.user, request.day)
    job = get_object_or_404(Job, pk=pk)
    services.run_job_again(job=job, by=request.user, now=request.now)
    messages.success(request, "Việc sẽ chạy lại trong ít phút.")
    return redirect("accounts:jobs")
