"""Archives of a dossier that somebody asked for: made by a job, kept for some days."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models

from ocop.accounts.models import User
from ocop.kernel.models import Blob

from .core import Dossier


class ArchiveQuerySet(models.QuerySet["Archive"]):
    def visible_to(self, user: User, day: date) -> Self:
        """One's own, of dossiers that one still reads: what stands in it depends on the reader."""
        return self.filter(made_by_id=user.pk, dossier__in=Dossier.objects.visible_to(user, day))


class Archive(models.Model):
    """Bản lưu trọn hồ sơ: one ZIP for one reader. blob None: not made yet; why: it could not be made, and why not."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="archives", verbose_name="hồ sơ")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người yêu cầu")
    wanted_at = models.DateTimeField("yêu cầu lúc")
    filing = models.PositiveSmallIntegerField("đến lần nộp")
    done_files = models.PositiveSmallIntegerField(default=0)
    all_files = models.PositiveSmallIntegerField(default=0)
    why = models.CharField("vì sao không tạo được", max_length=500, blank=True)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+", verbose_name="tệp")
    made_at = models.DateTimeField("tạo xong lúc", null=True)

    objects = ArchiveQuerySet.as_manager()

    class Meta:
        verbose_name = "bản lưu hồ sơ"
        indexes = [models.Index(fields=["wanted_at"])]
