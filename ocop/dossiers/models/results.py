"""What a council told of its result, as the dossier's page shows it."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models

from ocop.accounts.models import User

from .core import Dossier, Grant


class ResultNoticeQuerySet(models.QuerySet["ResultNotice"]):
    def visible_to(self, user: User, day: date) -> Self:
        """Whoever reads the dossier, but for who reads it by a grant, to judge: a second panel judges blind."""
        judged = Grant.objects.in_force_on(day).filter(user=user) if user.is_authenticated else Grant.objects.none()
        return self.filter(dossier__in=Dossier.objects.visible_to(user, day)).exclude(
            dossier__in=judged.values("dossier")
        )


class ResultNotice(models.Model):
    """Thông báo kết quả to subject and commune, written down by the council that judged (art. 7(3)g).

    lines  sentences, never a mark of one member; path  where the result stands; complain_until  last day, None: no way
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="result_notices")
    lines = models.JSONField("nội dung")
    path = models.CharField(max_length=200)
    complain_until = models.DateField("khiếu nại đến hết ngày", null=True)
    sent_at = models.DateTimeField("gửi lúc")
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ResultNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "thông báo kết quả"
