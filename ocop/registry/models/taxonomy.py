"""Groups, sets, kinds of subjects and of evidence: what the law lists."""

from __future__ import annotations

from django.db import models


class ProductGroup(models.Model):
    """Ngành on the papers of 2026 (6 groups). Source: QĐ 26/2026/QĐ-TTg art. 2(2), annex I."""

    code = models.CharField(max_length=20, unique=True)
    position = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField("tên", max_length=200)

    class Meta:
        verbose_name = "nhóm sản phẩm"

    def __str__(self) -> str:
        return self.name


class ProductSet(models.Model):
    """Bộ sản phẩm: one of the 26 sets, its number is the number of the scorecard. Sub-group (Nhóm on papers) inside."""

    number = models.PositiveSmallIntegerField("số", unique=True)
    group = models.ForeignKey(ProductGroup, models.PROTECT, related_name="sets", verbose_name="nhóm")
    subgroup_name = models.CharField("phân nhóm cấp hai", max_length=200)
    name = models.CharField("tên", max_length=200)
    printed_name = models.CharField("phân nhóm như in ở phụ lục I", max_length=200, blank=True)
    managing_ministry = models.CharField("bộ quản lý", max_length=200)

    class Meta:
        verbose_name = "bộ sản phẩm"

    TOURISM = 26

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"

    @property
    def is_tourism(self) -> bool:
        return self.number == self.TOURISM


class SetCrosswalk(models.Model):
    """2019 file number -> set of 2023/2026, or none. Own mapping by name; the subject confirms at the next filing."""

    old_number = models.PositiveSmallIntegerField(unique=True)
    product_set = models.ForeignKey(ProductSet, models.PROTECT, null=True)
    reason = models.CharField(max_length=300)


class SubjectKind(models.Model):
    """Loại hình chủ thể. Source: QĐ 26/2026/QĐ-TTg art. 2(3)."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField("tên", max_length=100)
    position = models.PositiveSmallIntegerField()
    tourism_only = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class EvidenceKind(models.Model):
    """Loại minh chứng: the table of Mẫu số 02, annex III of QĐ 26/2026/QĐ-TTg."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField("tên", max_length=200)
    position = models.PositiveSmallIntegerField()
    regimes = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name
