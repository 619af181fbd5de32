"""Regimes, published scorecards, dated settings of scoring."""

from __future__ import annotations

import json
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from . import rules


class Regime(models.Model):
    """A legal regime of scoring (1048, 148, 26): its period, part maxima and star bands."""

    code = models.CharField("mã", max_length=10, primary_key=True)
    decision = models.CharField("quyết định", max_length=50)
    valid_from = models.DateField("từ ngày", unique=True)
    valid_to = models.DateField("đến ngày", null=True)
    part_maxima = models.JSONField("điểm tối đa các phần")
    floors = models.JSONField("mức điểm của hạng sao")
    star_minimums_printed = models.BooleanField("in mức tối thiểu theo sao")

    class Meta:
        verbose_name = "bộ quy định"
        ordering = ["valid_from"]

    def __str__(self) -> str:
        return f"Quyết định {self.decision}"

    def as_rule(self) -> rules.Regime:
        return rules.Regime(
            code=self.code,
            decision=self.decision,
            part_maxima=self.part_maxima,
            floors=tuple((lowest, stars) for lowest, stars in self.floors),
            star_minimums_printed=self.star_minimums_printed,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )


class ScorecardQuerySet(models.QuerySet["Scorecard"]):
    def newest(self) -> Self:
        """The newest version of each scorecard. Scorecards are law: everyone may see them."""
        newer = Scorecard.objects.filter(code=OuterRef("code"), version__gt=OuterRef("version"))
        return self.filter(~Exists(newer))


class Scorecard(models.Model):
    """A published version of a scorecard (bộ tiêu chí). Triggers refuse UPDATE and DELETE: a correction is a version.

    body  the whole file as JSON text; sha256  of the file's bytes
    warnings  [[place, sentence], ...] of a partial file
    """

    code = models.CharField("mã", max_length=60)
    version = models.PositiveIntegerField("phiên bản")
    regime = models.ForeignKey(Regime, models.PROTECT, verbose_name="bộ quy định", related_name="scorecards")
    set_no = models.PositiveSmallIntegerField("số bộ sản phẩm")
    name = models.CharField("tên", max_length=300)
    status = models.CharField(
        "tình trạng", max_length=10, choices=[(rules.COMPLETE, "đầy đủ"), (rules.PARTIAL, "chưa đầy đủ")]
    )
    sha256 = models.CharField(max_length=64)
    body = models.TextField("nội dung (JSON)")  # text: 28 kB that most readers never parse
    warnings = models.JSONField("cảnh báo", default=list)
    effective_from = models.DateField("hiệu lực từ")
    effective_to = models.DateField("hiệu lực đến", null=True)
    published_at = models.DateTimeField("lúc công bố")

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        verbose_name = "bộ tiêu chí"
        ordering = ["regime", "set_no", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_scorecard_a_version"),
            models.UniqueConstraint(fields=["regime", "set_no", "version"], name="one_scorecard_a_set"),
        ]

    def __str__(self) -> str:
        return f"Bộ tiêu chí số {self.set_no}: {self.name}"

    @property
    def data(self) -> dict[str, Any]:
        """The whole file as it was read, days as ISO text."""
        found: dict[str, Any] = json.loads(self.body)
        return found


class ScoringSetting(models.Model):
    """One value of what the law leaves open, over a period. name  a field of rules.Settings; valid_from None: ever."""

    name = models.CharField("tên", max_length=50)
    value = models.JSONField("giá trị")
    basis = models.CharField("căn cứ", max_length=500)
    valid_from = models.DateField("từ ngày", null=True)
    valid_to = models.DateField("đến ngày", null=True)

    class Meta:
        verbose_name = "cấu hình chấm điểm"
        ordering = ["name", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["name", "valid_from"], name="one_scoring_setting_a_day"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="scoring_setting_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.name
