"""Workshops and raw-material areas of a subject."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Value

from ocop.accounts.models import Role, User
from ocop.areas.models import Area
from ocop.kernel.restricted import EncryptedTextField

from .products import Product
from .reach import serves_province
from .subjects import Subject


class SiteKind(models.TextChoices):
    WORKSHOP = "workshop", "Nơi sản xuất, chế biến"
    MATERIAL_AREA = "material", "Vùng nguyên liệu"
    SALES_POINT = "sales", "Điểm giới thiệu và bán sản phẩm"


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, user: User, day: date) -> Self:
        """Sites of the subjects one may see."""
        return self.filter(subject__in=Subject.objects.visible_to(user, day))

    def with_right_to_position(self, user: User, day: date) -> Self:
        """Annotate `shows_position`: whether permissions.check_may_see_position lets the user read where it lies."""
        if serves_province(user, day, (Role.PROVINCE_OFFICER,)):
            return self.annotate(shows_position=Value(True))
        kept = Subject.objects.kept_by(user, day).filter(pk=OuterRef("subject"))
        return self.annotate(shows_position=Exists(kept))


class Site(models.Model):
    """A place where a subject works. size  square metres; position  sealed "lat, lon": sensitive, never public."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="sites", verbose_name="chủ thể")
    kind = models.CharField("loại", max_length=10, choices=SiteKind.choices)
    name = models.CharField("tên", max_length=200)
    folded = models.CharField(max_length=500, editable=False, default="")
    commune = models.ForeignKey(Area, models.PROTECT, verbose_name="xã, phường")
    address = models.CharField("thôn, địa chỉ", max_length=300, blank=True)
    size = models.PositiveBigIntegerField("diện tích (m²)", null=True)
    capacity = models.PositiveBigIntegerField("công suất", null=True)
    capacity_unit = models.CharField("đơn vị công suất", max_length=30, blank=True)
    position = EncryptedTextField("tọa độ", blank=True, default="")
    products = models.ManyToManyField(Product, related_name="sites", verbose_name="dùng cho sản phẩm")
    ended_on = models.DateField("ngừng dùng từ ngày", null=True)
    version = models.PositiveIntegerField(default=0)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = "cơ sở"
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity=None, capacity_unit="") | Q(capacity__isnull=False) & ~Q(capacity_unit=""),
                name="a_capacity_has_its_unit",
            )
        ]

    def __str__(self) -> str:
        return self.name
