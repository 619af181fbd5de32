"""Dated ties between people or agencies and a subject."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from ocop.accounts.models import Agency, User

from .subjects import Subject


class TieKind(models.TextChoices):
    """Why a person or agency may not judge a subject."""

    LEGAL_REPRESENTATIVE = "legal_representative", "là đại diện pháp luật"
    MEMBER = "member", "làm việc cho chủ thể"
    RELATIVE = "relative", "người thân của chủ thể"
    SUPPORT = "support", "đã hỗ trợ chủ thể"
    ASSISTED = "assisted", "đã nhập hộ hồ sơ"
    ASSESSED = "assessed", "đã xem xét hồ sơ trước Hội đồng"


class TieQuerySet(models.QuerySet["Tie"]):
    def in_force_on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class Tie(models.Model):
    """A dated tie between a person (or an agency) and a subject, written down by the room that knows it."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="ties")
    kind = models.CharField(max_length=30, choices=TieKind.choices)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=200)

    objects = TieQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(agency__isnull=False), name="tie_names_a_person_or_agency"
            )
        ]
