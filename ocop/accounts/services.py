"""Users, appointments and notices: the writing side."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from ocop.kernel import audit
from ocop.kernel.refusal import Refusal

from .models import Agency, Appointment, Notice, User

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"


def new_secret(length: int = 16) -> str:
    """Return a random one-time password without easily confused characters."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


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
) -> User:
    """Make an account; password None leaves it without one until its reset link is used.

    :raises Refusal: the address is taken, or the password is too weak
    """
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
    user.save(force_insert=True)
    audit.record("user.created", user, by=by, at=now, after={"name": user.name})
    return user


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
    """Give a role in an agency for a term."""
    appointment = Appointment.objects.create(
        user=user, role=role, agency=agency, title=title, valid_from=valid_from, valid_to=valid_to
    )
    audit.record("user.appointed", user, by=by, at=now, after={"role": role, "agency": agency.name, "from": valid_from})
    return appointment


def notify(users: Iterable[User | int], text: str, *, path: str = "", now: datetime) -> int:
    """Leave a notice for each person once; called in the transaction of the news. Returns how many."""
    ids = sorted({user.pk if isinstance(user, User) else user for user in users})
    Notice.objects.bulk_create([Notice(user_id=pk, text=text[:500], path=path, at=now) for pk in ids])
    return len(ids)
