"""Văn bản: official documents by organ, kind, number and day."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from ocop.accounts.models import Agency, User
from ocop.kernel.models import Blob
from ocop.kernel.time import vi_date


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: User, day: date) -> Self:
        """Staff see the register of documents; a producer reads a decision on the page of his own product."""
        return self.all() if user.is_authenticated and user.appointments_on(day) else self.none()


class Document(models.Model):
    """A paper of an organ. Its number comes from the organ's own register and is entered, never made here.

    Number, day or organ may be unknown for papers of other organs and times, known only from a public source.
    blob  the signed copy: a scan, or a PDF signed on a machine; services.attach_signed
    Source: NĐ 30/2020/NĐ-CP art. 15 (number once a year by organ and kind).
    """

    KINDS = [
        ("QĐ", "Quyết định"),
        ("TTr", "Tờ trình"),
        ("BB", "Biên bản"),
        ("TB", "Thông báo"),
        ("CV", "Công văn"),
        ("BC", "Báo cáo"),
        ("GM", "Giấy mời"),
        ("QC", "Quy chế"),
    ]

    organ = models.ForeignKey(Agency, models.PROTECT, null=True, verbose_name="cơ quan ban hành")
    organ_name = models.CharField("tên cơ quan trên văn bản", max_length=200, blank=True)
    kind = models.CharField("loại", max_length=4, choices=KINDS)
    number = models.CharField("số, ký hiệu", max_length=60, blank=True)
    day = models.DateField("ngày ban hành", null=True, blank=True)
    year = models.PositiveSmallIntegerField("năm", null=True, blank=True)
    summary = models.CharField("trích yếu", max_length=500, blank=True)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, verbose_name="tệp")
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="người vào sổ")
    recorded_at = models.DateTimeField("vào sổ lúc")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "văn bản"
        constraints = [
            models.UniqueConstraint(
                fields=["organ", "kind", "year", "number"],
                condition=~Q(number="") & Q(organ__isnull=False),
                name="number_once_a_year_by_organ_and_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number or 'chưa rõ số'} ngày {vi_date(self.day)}"

    def get_absolute_url(self) -> str:
        return reverse("documents:document", args=[self.pk])
