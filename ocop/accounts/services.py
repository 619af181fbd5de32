"""Users, agencies, appointments and notices: the writing side."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.urls import reverse

from ocop.kernel import audit, jobs, once
from ocop.kernel.models import Event, Job
from ocop.kernel.refusal import Refusal
from ocop.kernel.text import cut
from ocop.kernel.time import VIETNAM, day_of

from . import queries, rules
from .models import Agency, Appointment, Notice, Role, SignInFailure, User
from .permissions import check_may_manage_users

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"
SECRET_LIFE = timedelta(hours=24)  # compliance.md section 2, first log-in


def new_secret(length: int = 16) -> str:
    """Return a random one-time password without easily confused characters."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _check_manager(by: audit.HasActor | audit.Actor, now: datetime) -> None:
    """A person needs the right to manage users; the system (first administrator, sample province) has it."""
    if isinstance(by, User):
        check_may_manage_users(by, day_of(now))


@transaction.atomic
def create_user(
    *,
    email: str,
    name: str,
    password: str | None,
    by: audit.HasActor | audit.Actor,
    now: datetime,
    must_change: bool = True,
    is_sample: bool = False,
    token: str = "",
) -> User:
    """Make an account; password None leaves it without one until its reset link is used.

    A password that must be changed opens the door for 24 hours.
    :raises Refusal: the address is taken, or the password is too weak
    """
    _check_manager(by, now)
    once.claim(token, now=now)
    user = User(email=email, name=name, created_at=now, must_change_password=must_change, is_sample=is_sample)
    user.clean()
    if User.objects.filter(email=user.email).exists():
        raise Refusal("Chưa tạo tài khoản.", f"Địa chỉ {user.email} đã có tài khoản.", "Dùng địa chỉ khác.")
    if password is None:
        user.set_unusable_password()
    else:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise Refusal("Chưa tạo tài khoản.", " ".join(error.messages), "Chọn mật khẩu khác.") from error
        user.set_password(password)
        user.secret_until = now + SECRET_LIFE if must_change else None
        user.password_set_at = now
    user.save(force_insert=True)
    audit.record("user.created", user, by=by, at=now, after={"name": user.name})
    return user


def share_password(users: Sequence[User], password: str) -> None:
    """Give sample users one password with one hash: 60 slow hashes of the same word would make the first start long.

    :raises ValueError: a user who is no sample
    """
    if not all(user.is_sample for user in users):
        raise ValueError("only sample users share a password")
    User.objects.filter(pk__in=[user.pk for user in users]).update(password=make_password(password))


@transaction.atomic
def renew_secret(*, user: User, by: User, now: datetime, token: str = "") -> str:
    """Replace a password by a one-time one of 24 hours and return it; open sessions and a lock of the account end."""
    _check_manager(by, now)
    once.claim(token, now=now)
    secret = new_secret()
    user.must_change_password, user.secret_until = True, now + SECRET_LIFE
    _set_password(user, secret, now)
    audit.record("user.secret_renewed", user, by=by, at=now)
    return secret


def _set_password(user: User, password: str, now: datetime) -> None:
    """Store a password with its moment; whoever holds it is let in, however often somebody else guessed."""
    user.set_password(password)
    user.password_set_at = now
    user.save(update_fields=["password", "password_set_at", "must_change_password", "secret_until"])
    SignInFailure.objects.filter(key=rules.attempt_key(user.email)).delete()


@transaction.atomic
def set_own_password(*, user: User, password: str, now: datetime) -> None:
    """Store the password that its owner chose; forms have checked it."""
    user.must_change_password, user.secret_until = False, None
    _set_password(user, password, now)
    audit.record("user.password_changed", user, by=user, at=now)


@transaction.atomic
def set_active(*, user: User, active: bool, by: User, now: datetime) -> None:
    """Stop or resume an account; a stopped one is signed out at its next request.

    :raises Refusal: one's own account
    """
    _check_manager(by, now)
    if user.pk == by.pk:
        raise Refusal("Chưa ngừng tài khoản.", "Đây là tài khoản của chính bạn.", "Nhờ một quản trị khác.")
    if not User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
        raise Refusal("Chưa thay đổi.", "Tài khoản đã ở trạng thái này.", "Mở lại trang để xem.")
    audit.record("user.resumed" if active else "user.stopped", user, by=by, at=now)


@transaction.atomic
def appoint(
    *,
    user: User,
    role: str,
    agency: Agency,
    valid_from: date,
    valid_to: date | None = None,
    title: str = "",
    by: audit.HasActor | audit.Actor,
    now: datetime,
) -> Appointment:
    """Give a role in an agency for a term.

    :raises Refusal: the term ends before it starts, or the user has this role there from that day
    """
    _check_manager(by, now)
    if valid_to is not None and valid_to < valid_from:
        raise Refusal("Chưa phân công.", "Ngày cuối đứng trước ngày đầu.", "Sửa lại thời hạn.")
    try:
        with transaction.atomic():
            appointment = Appointment.objects.create(
                user=user, role=role, agency=agency, title=title, valid_from=valid_from, valid_to=valid_to
            )
    except IntegrityError as error:
        raise Refusal(
            "Chưa phân công.", "Người này đã có vai trò này ở cơ quan này từ ngày đó.", "Xem lại danh sách phân công."
        ) from error
    audit.record(
        "user.appointed", user, by=by, at=now,
        after={"role": role, "agency": agency.name, "from": valid_from, "to": valid_to},
    )  # fmt: skip
    return appointment


@transaction.atomic
def appoint_by_decision(
    *,
    users: Sequence[User],
    role: str,
    agency: Agency,
    valid_from: date,
    valid_to: date | None,
    by: User,
    now: datetime,
) -> list[Appointment]:
    """Give people a role that a decision gives. The higher room that keeps the decision has asked whether `by` may.

    :raises Refusal: one of them has this role there from that day
    """
    terms = [Appointment(user=u, role=role, agency=agency, valid_from=valid_from, valid_to=valid_to) for u in users]
    try:
        with transaction.atomic():
            found = Appointment.objects.bulk_create(terms)
    except IntegrityError as error:
        raise Refusal(
            "Chưa phân công.", "Có người đã có vai trò này ở cơ quan này từ ngày đó.", "Xem lại danh sách phân công."
        ) from error
    after = {"role": role, "agency": agency.name, "from": valid_from, "to": valid_to}
    audit.record_many("user.appointed", [audit.Change(user, after=after) for user in users], by=by, at=now)
    return found


@transaction.atomic
def set_last_day_by_decision(
    *, appointments: Sequence[Appointment], last_day: date | None, by: User, now: datetime
) -> None:
    """Let roles that a decision gave end, or go on, as a later decision says; see appoint_by_decision."""
    Appointment.objects.filter(pk__in=[one.pk for one in appointments]).update(valid_to=last_day)
    changes = [audit.Change(one.user, before={"role": one.role}, after={"to": last_day}) for one in appointments]
    audit.record_many("user.appointment_ended", changes, by=by, at=now)


@transaction.atomic
def end_appointment(*, appointment: Appointment, last_day: date, by: User, now: datetime) -> None:
    """Set the last day of an appointment: today or later, or its first day where it has not begun.

    :raises Refusal: one's own administration, an earlier day, or a term that ends before
    """
    _check_manager(by, now)
    if appointment.user_id == by.pk and appointment.role == Role.ADMIN:
        raise Refusal("Chưa kết thúc.", "Bạn không tự kết thúc vai trò quản trị của mình.", "Nhờ một quản trị khác.")
    if last_day < max(appointment.valid_from, day_of(now)):
        raise Refusal("Chưa kết thúc.", "Ngày cuối phải từ hôm nay và từ ngày đầu trở đi.", "Chọn ngày khác.")
    if appointment.valid_to is not None and appointment.valid_to <= last_day:
        raise Refusal("Chưa kết thúc.", "Phân công này kết thúc sớm hơn ngày đã chọn.", "Chọn ngày sớm hơn.")
    before = appointment.valid_to
    appointment.valid_to = last_day
    appointment.save(update_fields=["valid_to"])
    audit.record(
        "user.appointment_ended", appointment.user, by=by, at=now,
        before={"role": appointment.role, "to": before}, after={"to": last_day},
    )  # fmt: skip


@transaction.atomic
def run_job_again(*, job: Job, by: User, now: datetime) -> None:
    """Start a failed job anew. :raises Refusal: it is no longer failed, or the same job waits already"""
    _check_manager(by, now)
    if not jobs.again(job.pk, now=now):
        raise Refusal("Chưa chạy lại.", "Việc này không còn ở trạng thái hỏng.", "Mở lại trang để xem.")
    audit.record("job.again", job, by=by, at=now)


MAIL_JOB = "accounts.mail"


def notify(users: Iterable[User | int], text: str, *, path: str = "", now: datetime, mail: bool = False) -> int:
    """Leave a notice for each person once; called in the transaction of the news. Returns how many.

    mail  also by e-mail, as a job, to those who agreed to it: a reminder. What an authority tells (a return, a result,
    a decision) stands on the desk and goes the official way, whatever somebody agreed to
    """
    ids = sorted({user.pk if isinstance(user, User) else user for user in users})
    notices = Notice.objects.bulk_create([Notice(user_id=pk, text=text[:500], path=path, at=now) for pk in ids])
    for notice in notices if mail else ():
        jobs.later(MAIL_JOB, notice.pk, now=now)
    return len(ids)


@transaction.atomic
def mail_notice(*, notice: Notice, now: datetime) -> bool:
    """Send a notice by e-mail, once; returns whether it went. A mail that fails leaves it unsent, for the next try.

    Nothing goes to an account that is stopped, or whose owner has not agreed by then, or no longer does.
    """
    user = notice.user
    if not user.is_active or user.mail_agreed_at is None:
        return False
    if not Notice.objects.filter(pk=notice.pk, mailed_at=None).update(mailed_at=now):
        return False
    page = f"https://{settings.OCOP_HOST}{notice.path}" if notice.path else ""
    stop = f"https://{settings.OCOP_HOST}{reverse('accounts:account')}"
    body = [f"Kính gửi {user.name},", notice.text, page, f"Thôi nhận thư này: mở {stop}, mục Nhắc hạn qua thư."]
    subject = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{cut(' '.join(notice.text.split()), 70)}"
    EmailMessage(subject, "\n\n".join(part for part in body if part), to=[user.email]).send()
    return True


@transaction.atomic
def agree_to_mail(*, user: User, means: str, now: datetime) -> None:
    """Write down that a person agrees to reminders by e-mail, in the words in force now (compliance.md section 6).

    means  the page where he said so; version of the words, moment and means stand in the event
    """
    if User.objects.filter(pk=user.pk, mail_agreed_at=None).update(mail_agreed_at=now):
        audit.record("user.mail_wanted", user, by=user, at=now, after={"bản": rules.MAIL_NOW, "cách": means})


@transaction.atomic
def withdraw_mail(*, user: User, now: datetime) -> None:
    """End that consent at once."""
    if User.objects.filter(pk=user.pk).exclude(mail_agreed_at=None).update(mail_agreed_at=None):
        audit.record("user.mail_stopped", user, by=user, at=now)


def mark_read(*, user: User, notice: Notice | None = None, now: datetime) -> int:
    """Mark one notice, or all, of the user as read; returns how many were unread. No event: it changes no right."""
    mine = Notice.objects.filter(user=user, read_at=None)
    return (mine.filter(pk=notice.pk) if notice else mine).update(read_at=now)


# Failed sign-ins (compliance.md section 2)


def count_attempt(*, email: str, address: str, now: datetime) -> SignInFailure:
    """Count an attempt as failed before anything is compared, so that many at once cannot pass the limits.

    The caller forgets it (`forget_attempt`) when the password or code was right. address  of the network
    :raises Refusal: the account or the network address is shut; the attempt is not counted then
    """
    key = rules.attempt_key(email)
    attempt = SignInFailure.objects.create(key=key, address=address, at=now)
    since = now - rules.ADDRESS_WITHIN
    before = SignInFailure.objects.filter(pk__lt=attempt.pk)
    why = next = ""
    if shut := queries.shut(email, now, before=attempt.pk):
        if shut.until is None:
            why = f"Tài khoản bị khóa vì nhập sai {rules.MANY} lần trong 24 giờ."
            next = "Đặt lại mật khẩu hoặc liên hệ quản trị để mở."
        else:
            why = f"Tài khoản tạm khóa đến {shut.until.astimezone(VIETNAM):%H:%M} vì nhập sai {rules.FEW} lần."
            next = "Thử lại từ giờ đó, hoặc đặt lại mật khẩu để vào ngay."
    elif before.filter(address=address, at__gt=since).count() >= rules.FROM_ONE_ADDRESS:
        why = "Mạng này tạm khóa vì nhập sai quá nhiều lần trong một giờ."
        next = "Thử lại sau, hoặc đặt lại mật khẩu để vào ngay."
    if why:
        attempt.delete()
        raise Refusal("Chưa đăng nhập được.", why, next)
    return attempt


def forget_attempt(attempt: SignInFailure) -> None:
    """Right after all: it uses up nothing."""
    attempt.delete()


def drop_old_attempts(*, now: datetime) -> int:
    """Delete failures older than every span, but those that keep an account shut; returns how many."""
    counts = SignInFailure.objects.values("key").annotate(n=Count("pk"))
    old = SignInFailure.objects.filter(at__lte=now - rules.MANY_WITHIN)
    return old.filter(key__in=counts.filter(n__lt=rules.MANY).values("key")).delete()[0]


@transaction.atomic
def open_account(*, user: User, by: User, now: datetime) -> None:
    """Let an account that wrong passwords have shut take one again. :raises Refusal: it is not shut"""
    _check_manager(by, now)
    if queries.shut(user.email, now) is None:
        raise Refusal("Chưa mở khóa.", "Tài khoản không bị khóa.", "Mở lại trang để xem.")
    SignInFailure.objects.filter(key=rules.attempt_key(user.email)).delete()
    audit.record("user.opened", user, by=by, at=now)


# Lists taken out of the system


@transaction.atomic
def record_export(*, user: User, path: str, now: datetime) -> None:
    """Note that the user takes a list out of the system, and count it (compliance.md section 2: 5 an hour).

    :raises Refusal: as many as the rules of the day allow were taken within the last hour
    """
    User.objects.select_for_update().get(pk=user.pk)  # two at once are counted one after the other
    most = queries.account_rules(day_of(now)).exports_an_hour
    hour = Event.objects.about(user).filter(kind="user.exported", at__gt=now - timedelta(hours=1))
    taken = list(hour.values_list("at", flat=True))
    if len(taken) >= most:
        again = (taken[-most] + timedelta(hours=1)).astimezone(VIETNAM)
        raise Refusal(
            "Chưa tải danh sách.", f"Mỗi người tải nhiều nhất {most} danh sách trong một giờ.",
            f"Tải tiếp được từ {again:%H:%M}.",
        )  # fmt: skip
    audit.record("user.exported", user, by=user, at=now, after={"path": path[:300]})
