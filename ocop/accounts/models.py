"""Users, agencies, appointments (role x agency x term), notices; rules for passwords and exports, failed sign-ins."""

from __future__ import annotations

import unicodedata
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Prefetch, Q
from django.db.models.functions import Lower
from django.utils import timezone

from ocop.areas.models import Area
from ocop.areas.queries import line_of
from ocop.kernel.audit import Actor
from ocop.kernel.text import clean
from ocop.kernel.time import LAST_DAY


class Level(models.TextChoices):
    """Cấp of an organ, a council, a recognition."""

    COMMUNE = "commune", "cấp xã"
    DISTRICT = "district", "cấp huyện"
    PROVINCE = "province", "cấp tỉnh"
    MINISTRY = "ministry", "cấp trung ương"


class Role(models.TextChoices):
    """Roles by appointment. A producer's right comes from registry, a council part from its decision."""

    COMMUNE_OFFICER = "commune_officer", "Cán bộ xã"
    DISTRICT_OFFICER = "district_officer", "Cán bộ huyện"
    PROVINCE_OFFICER = "province_officer", "Cơ quan tham mưu OCOP cấp tỉnh"
    ADVISORY_TEAM = "advisory_team", "Tổ tư vấn"
    SECRETARY = "secretary", "Thư ký hội đồng"
    LEADER = "leader", "Lãnh đạo tỉnh"
    ADMIN = "admin", "Quản trị hệ thống"


class Agency(models.Model):
    """Cơ quan: an organ with its term; old papers keep the name of their time."""

    name = models.CharField("tên", max_length=200)
    parent_name = models.CharField("cơ quan cấp trên", max_length=200, blank=True)
    symbol = models.CharField("ký hiệu trên văn bản", max_length=30)
    level = models.CharField("cấp", max_length=10, choices=Level.choices)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name="địa bàn")
    place = models.CharField("địa danh trên văn bản", max_length=100)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến ngày", null=True, blank=True)

    class Meta:
        verbose_name = "cơ quan"
        constraints = [
            models.UniqueConstraint(fields=["name", "valid_from"], name="agency_once_a_term"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="agency_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User, day: date) -> Self:
        """An administrator sees every account, anybody else his own."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.has_role(Role.ADMIN, day) else self.filter(pk=user.pk)

    def with_appointments(self) -> Self:
        """Fill `all_appointments` of every row with one more query."""
        rows = Appointment.objects.select_related("agency__area").order_by("id")
        return self.prefetch_related(Prefetch("appointments", rows, to_attr="listed_appointments"))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> User:
        found: User = self.get(email__iexact=username)
        return found


class User(AbstractBaseUser):
    """A person who signs in. Rights come from appointments and memberships, never from the account itself."""

    email = models.EmailField("thư điện tử", unique=True)
    name = models.CharField("họ và tên", max_length=200)
    is_active = models.BooleanField("đang dùng", default=True)
    must_change_password = models.BooleanField("phải đổi mật khẩu", default=False)
    secret_until = models.DateTimeField("mật khẩu một lần dùng được đến", null=True)
    password_set_at = models.DateTimeField("đặt mật khẩu lúc", null=True)
    mail_agreed_at = models.DateTimeField("đồng ý nhận nhắc hạn qua thư lúc", null=True)
    is_sample = models.BooleanField("người dùng mẫu", default=False)
    created_at = models.DateTimeField("tạo lúc", default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = "người dùng"
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="email_lower")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.email, self.name = self.email.strip().lower(), clean(self.name)

    def set_password(self, raw_password: str | None) -> None:
        """Passwords are kept in one spelling (NFC), whatever keyboard typed them."""
        super().set_password(raw_password and unicodedata.normalize("NFC", raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(raw_password and unicodedata.normalize("NFC", raw_password))

    @cached_property
    def all_appointments(self) -> list[Appointment]:
        """Every appointment with its agency, once a request: rights change with the next request."""
        listed: list[Appointment] | None = getattr(self, "listed_appointments", None)  # with_appointments
        return list(self.appointments.select_related("agency__area").order_by("id")) if listed is None else listed

    def appointments_on(self, day: date) -> list[Appointment]:
        """Appointments in force on that day."""
        return [a for a in self.all_appointments if a.valid_from <= day <= (a.valid_to or LAST_DAY)]

    def has_role(self, role: str, day: date) -> bool:
        return any(a.role == role for a in self.appointments_on(day))

    def as_actor(self) -> Actor:
        """Name, role and organ as an event prints them (the newest appointment; a producer has none)."""
        last = self.all_appointments[-1] if self.all_appointments else None
        return Actor(self.pk, self.name, last.get_role_display() if last else "", last.agency.name if last else "")

    # What Django's own machinery asks of a user; there is no superuser and no model permission here.
    is_staff = False
    is_superuser = False

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, user: User, day: date) -> Self:
        return self.filter(user__in=User.objects.visible_to(user, day))


class Appointment(models.Model):
    """Bổ nhiệm, phân công: a role in an agency for a term."""

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments", verbose_name="người")
    role = models.CharField("vai trò", max_length=20, choices=Role.choices)
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan")
    title = models.CharField("chức danh", max_length=200, blank=True)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến ngày", null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "phân công"
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="appointment_ends_after_start"),
            models.UniqueConstraint(fields=["user", "role", "agency", "valid_from"], name="appointment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.agency}"

    @cached_property
    def line(self) -> frozenset[int]:
        """The area of the agency and every earlier one that wholly became it: what the office answers for."""
        return line_of(self.agency.area_id) if self.agency.area_id else frozenset()


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User, day: date) -> Self:
        """One's own notices alone."""
        return self.filter(user_id=user.pk)


class Notice(models.Model):
    """Thông báo: one sentence for one person, with the page it is about."""

    user = models.ForeignKey(User, models.PROTECT, related_name="notices")
    text = models.CharField("nội dung", max_length=500)
    path = models.CharField("trang", max_length=200, blank=True)
    at = models.DateTimeField("lúc")
    read_at = models.DateTimeField("đã đọc lúc", null=True)
    mailed_at = models.DateTimeField("gửi thư lúc", null=True)

    objects = NoticeQuerySet.as_manager()


class AccountRulesQuerySet(models.QuerySet["AccountRules"]):
    def in_force_on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class AccountRules(models.Model):
    """Quy định về tài khoản: dated settings that the owner's security unit confirms (compliance.md section 2).

    password_days  longest age of a password of staff and council members, 0 for none; exports_an_hour  of one user
    """

    valid_from = models.DateField("từ ngày", unique=True)
    valid_to = models.DateField("đến ngày", null=True, blank=True)
    basis = models.CharField("căn cứ", max_length=500)
    password_days = models.PositiveSmallIntegerField("tuổi mật khẩu (ngày)")
    exports_an_hour = models.PositiveSmallIntegerField("số lần tải danh sách một giờ")

    objects = AccountRulesQuerySet.as_manager()

    class Meta:
        verbose_name = "quy định về tài khoản"
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="account_rules_end_after_start")
        ]


class SignInFailure(models.Model):
    """A password or code that was wrong, or is being tried. key  rules.attempt_key: the address itself is not kept"""

    key = models.CharField(max_length=64)
    address = models.CharField(max_length=45)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "id"]), models.Index(fields=["address", "at"])]
