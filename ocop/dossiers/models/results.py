"""What a council told of its result, as the dossier's page shows it."""

from __future__ import annotations

from django.db import models

from ocop.accounts.models import User

from .core import Dossier


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

    class Meta:
        verbose_name = "thông báo kết quả"
