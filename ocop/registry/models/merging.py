"""Rows that were entered twice: merges with all that they moved, and pairs that a person said are two."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Twin(models.TextChoices):
    """What may be entered twice."""

    SUBJECT = "subject", "chủ thể"
    PRODUCT = "product", "sản phẩm"


class Merge(models.Model):
    """One merge: `gone` points at `kept` from then on. moved  what undo puts back, by table (services.merging)."""

    table = models.CharField(max_length=10, choices=Twin.choices)
    gone = models.BigIntegerField()
    kept = models.BigIntegerField()
    reason = models.CharField("lý do", max_length=500)
    actor = models.CharField("người gộp", max_length=600)
    at = models.DateTimeField("gộp lúc")
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField("bỏ gộp lúc", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "gone"], condition=Q(undone_at=None), name="merged_once"),
            models.CheckConstraint(condition=~Q(gone=F("kept")), name="merged_into_another"),
        ]


class KeptApart(models.Model):
    """A person looked at two alike rows and said "vẫn là hai"; they are not shown as a pair again. low < high"""

    table = models.CharField(max_length=10, choices=Twin.choices)
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    reason = models.CharField("lý do", max_length=500)
    actor = models.CharField("người xác nhận", max_length=600)
    day = models.DateField("ngày")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "low", "high"], name="kept_apart_once"),
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="a_pair_in_order"),
        ]
