"""The wallet of evidence (kho giấy tờ)."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from ocop.accounts.models import User
from ocop.kernel.models import Blob

from .products import Product
from .sites import Site
from .subjects import Subject
from .taxonomy import EvidenceKind


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User, day: date) -> Self:
        """The wallet belongs to the subject; officers read it where they see the subject."""
        return self.filter(subject__in=Subject.objects.visible_to(user, day))

    def heads(self) -> Self:
        """Papers as they stand: no version that another has replaced."""
        return self.filter(replaced_by=None)

    def with_file(self) -> Self:
        """Papers whose file is here: only these prove anything."""
        return self.filter(blob__isnull=False)

    def fitting(self, product: Product) -> Self:
        """Papers whose scope holds the product: the whole producer's, its own, those of a site that works for it."""
        scope = Evidence.products.through._default_manager.filter(evidence=OuterRef("pk"))
        sites = Site.objects.filter(products=product, ended_on=None)
        whole = Q(site=None) & ~Exists(scope)
        return self.filter(whole | Exists(scope.filter(product=product)) | Q(site__in=sites))

    def valid_on(self, day: date) -> Self:
        """Papers in force on that day, the last day included."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), Q(valid_from=None) | Q(valid_from__lte=day))


class Evidence(models.Model):
    """Minh chứng: a paper of one subject, reused by its dossiers until it lapses. A row never changes what it holds.

    blob  None: an office listed the paper, its file has not come; the version that brings it takes this one's place.
    A version with a file is never replaced by one without.
    products, site  what it is about (never both); neither: the whole producer
    replaced_by  the newest version of the paper, on every older one; None: this is it
    """

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="evidence", verbose_name="chủ thể")
    kind = models.ForeignKey(EvidenceKind, models.PROTECT, verbose_name="loại giấy tờ")
    name = models.CharField("tên giấy tờ", max_length=200)
    number = models.CharField("số", max_length=100, blank=True)
    issuer = models.CharField("nơi cấp", max_length=200, blank=True)
    valid_from = models.DateField("ngày cấp", null=True, blank=True)
    valid_until = models.DateField("ngày hết hạn", null=True, blank=True)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, verbose_name="tệp")
    file_name = models.CharField("tên tệp", max_length=150, blank=True)
    added_at = models.DateTimeField("đưa vào lúc")
    products = models.ManyToManyField(Product, related_name="papers", verbose_name="chỉ dùng cho sản phẩm")
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="papers", verbose_name="chỉ của cơ sở")
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="older", verbose_name="thay bằng")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "minh chứng"
        constraints = [
            models.CheckConstraint(
                name="evidence_lapses_after_issue",
                condition=Q(valid_until__gte=F("valid_from")),
                violation_error_message="Ngày hết hạn phải từ ngày cấp trở đi.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def file(self) -> Blob:
        """The bytes of a paper that is in use; :raises ValueError: it has none (see `with_file`)"""
        if self.blob is None:
            raise ValueError(f"paper {self.pk} has no file")
        return self.blob
