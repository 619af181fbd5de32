"""Products, from idea to registered."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from ocop.accounts.models import User
from ocop.areas.models import Area
from ocop.kernel.models import Blob
from ocop.kernel.text import slug

from ..rules import CAUSE_NAMES, STAGE_NAMES
from .reach import reach
from .subjects import Subject, subjects_of
from .taxonomy import ProductSet

STAGE_CHOICES = [(stage.value, name) for stage, name in STAGE_NAMES.items()]


class ProductQuerySet(models.QuerySet["Product"]):
    def visible_to(self, user: User, day: date, *, merged: bool = False) -> Self:
        """Products of the subjects one may see. merged  also those that were merged into another"""
        if not user.is_authenticated:
            return self.none()
        rows = self if merged else self.filter(merged_into=None)
        return rows.filter(Q(subject__in=subjects_of(user, day)) | reach(user, day, "commune"))


class Product(models.Model):
    """Sản phẩm. `code` is ours (7 characters and check); `official_code` is the law's T-X-STT-20YY."""

    code = models.CharField("mã", max_length=8, unique=True)
    official_code = models.CharField("mã số sản phẩm", max_length=40, blank=True)
    name = models.CharField("tên sản phẩm", max_length=200)
    search = models.CharField(max_length=700, editable=False)
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="products", verbose_name="chủ thể")
    product_set = models.ForeignKey(ProductSet, models.PROTECT, null=True, verbose_name="bộ sản phẩm")
    commune = models.ForeignKey(Area, models.PROTECT, null=True, verbose_name="xã, phường")
    stage = models.CharField("giai đoạn", max_length=10, choices=STAGE_CHOICES, default="registered")
    specification = models.CharField("quy cách", max_length=300, blank=True)
    description = models.TextField("mô tả", blank=True)
    story = models.TextField("câu chuyện sản phẩm", blank=True)
    photo = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, verbose_name="ảnh bao bì")
    is_sample = models.BooleanField("hư cấu (mẫu)", default=False)
    source = models.CharField("nguồn", max_length=300, blank=True)
    place_note = models.CharField("địa bàn theo nguồn", max_length=200, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", verbose_name="gộp vào")
    version = models.PositiveIntegerField(default=0)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = "sản phẩm"
        indexes = [models.Index(fields=["search"]), models.Index(fields=["stage", "product_set"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("desk:product", args=[self.code])

    @property
    def slug(self) -> str:
        """Folded name, hyphen, our code: the public address."""
        return f"{slug(self.name)}-{self.code}"


class StageChange(models.Model):
    """A product enters a stage on a day. The rows of a product are its way; a drop-out has its cause."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="stage_changes")
    stage = models.CharField("giai đoạn", max_length=10, choices=STAGE_CHOICES)
    before = models.CharField("từ giai đoạn", max_length=10, choices=STAGE_CHOICES, blank=True)
    day = models.DateField("ngày")
    cause = models.CharField(
        "nguyên nhân", max_length=10, blank=True, choices=[(cause.value, name) for cause, name in CAUSE_NAMES.items()]
    )
    reason = models.TextField("lý do", blank=True)
    actor = models.CharField("người thực hiện", max_length=600)

    class Meta:
        indexes = [models.Index(fields=["product", "day"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage="withdrawn") ^ Q(cause=""), name="a_drop_out_has_its_cause_and_nothing_else"
            )
        ]
