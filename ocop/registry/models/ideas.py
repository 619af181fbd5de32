"""What is known of a product before it is registered: registration slip, appraisal, plan, packaging."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ..rules import SCALE_NAMES
from .products import Product

SCALE_CHOICES = [(scale.value, name) for scale, name in SCALE_NAMES.items()]


class IdeaRegistration(models.Model):
    """Phiếu đăng ký ý tưởng: our own gapless number and the few facts of an idea."""

    product = models.OneToOneField(Product, models.CASCADE, related_name="idea")
    number = models.CharField("số phiếu", max_length=20, unique=True)
    registered_on = models.DateField("ngày đăng ký")
    materials = models.TextField("nguyên liệu chính và nơi lấy")
    scale = models.CharField(
        "hiện trạng",
        max_length=5,
        default="none",
        choices=[(scale.value, name) for scale, name in SCALE_NAMES.items()],
    )
    needs = models.TextField("cần hỗ trợ", blank=True)

    class Meta:
        verbose_name = "phiếu đăng ký ý tưởng"

    def __str__(self) -> str:
        return self.number


class Appraisal(models.Model):
    """Thẩm định of an idea by its commune. An idea that was returned is appraised again: another row.

    material_area  square metres; local_share  per cent of the material from the commune; workers  people
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="appraisals")
    day = models.DateField("ngày thẩm định")
    passed = models.BooleanField("đạt")
    material_area = models.PositiveBigIntegerField("diện tích vùng nguyên liệu (m²)")
    local_share = models.PositiveSmallIntegerField("nguyên liệu địa phương (%)")
    workers = models.PositiveIntegerField("lao động")
    local_workers = models.PositiveIntegerField("lao động địa phương")
    opinion = models.TextField("ý kiến thẩm định")
    actor = models.CharField("người thẩm định", max_length=600)

    class Meta:
        verbose_name = "thẩm định"
        constraints = [
            models.CheckConstraint(condition=Q(local_share__lte=100), name="local_share_is_a_percentage"),
            models.CheckConstraint(condition=Q(local_workers__lte=F("workers")), name="local_workers_are_workers"),
        ]


class BusinessPlan(models.Model):
    """Phương án sản xuất kinh doanh: one version as it was handed in; the highest number counts."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="plans")
    number = models.PositiveSmallIntegerField("lần")
    day = models.DateField("ngày nộp")
    output_unit = models.CharField("đơn vị sản lượng", max_length=30)
    technology = models.TextField("quy trình, công nghệ, thiết bị")
    market = models.TextField("thị trường tiêu thụ")
    actor = models.CharField("người nộp", max_length=600)

    class Meta:
        verbose_name = "phương án sản xuất kinh doanh"
        constraints = [models.UniqueConstraint(fields=["product", "number"], name="plan_number_once")]


class PlanYear(models.Model):
    """Figures of one year of a plan. output  whole units; revenue, capital  thousand dong; labour  people"""

    plan = models.ForeignKey(BusinessPlan, models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField("năm")
    output = models.PositiveBigIntegerField("sản lượng")
    revenue = models.PositiveBigIntegerField("doanh thu (nghìn đồng)")
    capital = models.PositiveBigIntegerField("vốn (nghìn đồng)")
    labour = models.PositiveIntegerField("lao động")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "year"], name="one_row_a_plan_year")]


class Packaging(models.Model):
    """Pack and trace stamp that made a potential product one that may join fairs and shops."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="packagings")
    day = models.DateField("từ ngày")
    pack = models.CharField("bao bì, nhãn", max_length=300)
    stamp = models.CharField("tem truy xuất nguồn gốc", max_length=300)
    actor = models.CharField("người ghi", max_length=600)

    class Meta:
        verbose_name = "bao bì, tem truy xuất"
