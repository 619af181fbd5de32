"""./run manage first-admin EMAIL: the first administrator, who sets the password by a one-time link."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from ocop.accounts.models import Agency, Level, Role, User
from ocop.accounts.services import appoint, create_user
from ocop.areas.models import Area
from ocop.kernel.audit import SYSTEM
from ocop.kernel.time import day_of

NAME = "Ủy ban nhân dân tỉnh Tuyên Quang"


class Command(BaseCommand):
    help = "Tạo quản trị đầu tiên và in đường dẫn đặt mật khẩu, dùng một lần, trong 60 phút."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", default="Quản trị hệ thống", help="họ và tên")

    @transaction.atomic
    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        now = timezone.now()
        day = day_of(now)
        email = email.strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email!r} không phải địa chỉ thư điện tử.") from error
        user = User.objects.filter(email=email).first()
        if user is None:
            user = create_user(email=email, name=name, password=None, by=SYSTEM, now=now, must_change=False)
        if not user.is_active:
            raise CommandError(f"Tài khoản {email} đang ngừng dùng. Chọn địa chỉ khác.")
        if not user.has_role(Role.ADMIN, day):
            province = Area.objects.in_force_on(day).provinces().filter(name="Tuyên Quang").first()
            agency, _ = Agency.objects.filter(level=Level.PROVINCE, valid_to=None).get_or_create(
                name=NAME,
                defaults={
                    "symbol": "UBND", "level": Level.PROVINCE, "area": province,
                    "place": "Tuyên Quang", "valid_from": day,
                },
            )  # fmt: skip
            appoint(user=user, role=Role.ADMIN, agency=agency, valid_from=day, by=SYSTEM, now=now)
        key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
        scheme = "https" if settings.PRODUCTION else "http"
        self.stderr.write("Mở đường dẫn sau trong 60 phút để đặt mật khẩu (chỉ dùng được một lần):")
        self.stdout.write(f"{scheme}://{settings.OCOP_HOST}{reverse('account_reset_password_from_key', kwargs=key)}")
