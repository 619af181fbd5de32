"""The dated tree of areas (địa bàn) and what became of them. Public facts, loaded from reference/areas."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q


class AreaQuerySet(models.QuerySet["Area"]):
    def in_force_on(self, day: date) -> Self:
        """Areas of that day, both ends included. A first day that is not exact means "also before".

        One version of a code at most: the loader lets only the first version have a day that is not exact.
        """
        begun = Q(valid_from__lte=day) | Q(valid_from_exact=False)
        return self.filter(begun, Q(valid_to=None) | Q(valid_to__gte=day))

    def provinces(self) -> Self:
        return self.filter(level=Area.PROVINCE)

    def districts(self) -> Self:
        return self.filter(level=Area.DISTRICT)

    def communes(self) -> Self:
        return self.filter(level=Area.COMMUNE)

    def visible_to(self, user: object, day: date) -> Self:
        """All: areas are public facts."""
        return self.all()


class Area(models.Model):
    """One version of a province, district or commune: its name, kind and place in the tree for a time.

    Codes are used again for other areas (02215 is Ỷ La, from 1/7/2025 Minh Xuân), so the key is code and first day.
    """

    PROVINCE, DISTRICT, COMMUNE = "province", "district", "commune"
    LEVELS = [(PROVINCE, "cấp tỉnh"), (DISTRICT, "cấp huyện"), (COMMUNE, "cấp xã")]

    code = models.CharField("mã", max_length=5)
    level = models.CharField("cấp", max_length=8, choices=LEVELS)
    type = models.CharField("loại", max_length=20)  # tỉnh, thành phố, huyện, xã, phường, thị trấn
    name = models.CharField("tên", max_length=100)
    full_name = models.CharField("tên đầy đủ", max_length=120)
    variants = models.CharField("cách viết khác", max_length=300, blank=True)
    folded = models.CharField(max_length=600)  # every spelling without accents, each between bars: |xa kim phu|kim phu|
    sort_key = models.CharField(max_length=320)  # the Vietnamese order of name, in any collation
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name="thuộc")
    province_code = models.CharField("mã tỉnh", max_length=2)
    valid_from = models.DateField("từ ngày")
    valid_from_exact = models.BooleanField("ngày bắt đầu biết chắc", default=True)
    valid_to = models.DateField("đến hết ngày", null=True)
    latitude = models.DecimalField("vĩ độ", max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField("kinh độ", max_digits=8, decimal_places=5, null=True)
    area_km2 = models.DecimalField("diện tích (km²)", max_digits=9, decimal_places=3, null=True)
    note = models.CharField("ghi chú", max_length=300, blank=True)
    source = models.CharField("tệp nguồn", max_length=100)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = "địa bàn"
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="one_area_a_code_and_first_day"),
            models.CheckConstraint(
                name="area_ends_after_its_start", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            ),
        ]
        indexes = [models.Index(fields=["level", "valid_from"])]

    def __str__(self) -> str:
        return self.full_name


class AreaChange(models.Model):
    """What became of an area on a day: the whole of it, or a part, is in the new one from that day on."""

    UNCHANGED, RENAMED, MOVED, MERGED = "unchanged", "renamed", "moved", "merged"
    SPLIT, CEDED = "split", "ceded"  # only a part: the old area ended in several, or it gave a part away and goes on
    RELATIONS = [
        (UNCHANGED, "giữ nguyên"),
        (RENAMED, "đổi tên hoặc đổi loại"),
        (MOVED, "chuyển huyện"),
        (MERGED, "nhập toàn bộ"),
        (SPLIT, "tách một phần"),
        (CEDED, "giao một phần"),
    ]

    old = models.ForeignKey(Area, models.PROTECT, related_name="outcomes", verbose_name="địa bàn cũ")
    new = models.ForeignKey(Area, models.PROTECT, related_name="origins", verbose_name="địa bàn mới")
    relation = models.CharField("quan hệ", max_length=10, choices=RELATIONS)
    is_default = models.BooleanField("nơi nhận chính khi tách", default=False)
    day = models.DateField("từ ngày")
    note = models.CharField("ghi chú", max_length=300, blank=True)
    source = models.CharField("tệp nguồn", max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["old", "new", "day"], name="one_change_a_pair_and_day")]
