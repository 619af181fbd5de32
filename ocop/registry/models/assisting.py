"""Assisted entry (nhập hộ): consents of subjects, and codes with which a household takes its account over."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from ocop.accounts.models import Role, User
from ocop.kernel.models import Blob

from .reach import local_reach
from .subjects import Subject


class Means(models.TextChoices):
    """How a person consented (compliance.md section 6: text version, time and means are kept as evidence)."""

    PAPER = "paper", "Bản giấy có chữ ký"
    SPOKEN = "spoken", "Nói trực tiếp, có người chứng kiến"
    PHONE = "phone", "Điện thoại có ghi âm"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def in_force(self) -> Self:
        """Those not withdrawn: a consent ends when its giver says so, not by a date."""
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """Đồng ý nhập hộ: a subject lets the officers of its commune enter and file its dossiers, for this purpose alone.

    text_version  a key of rules.CONSENT_TEXTS; proof  who was witness, or where the recording is kept
    scan  of the signed paper, encrypted at rest
    """

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="consents")
    text_version = models.CharField("bản lời đồng ý", max_length=20)
    means = models.CharField("cách đồng ý", max_length=10, choices=Means.choices)
    given_by = models.CharField("người đồng ý", max_length=200)
    given_on = models.DateField("ngày đồng ý")
    proof = models.CharField("người chứng kiến, nơi lưu ghi âm", max_length=300, blank=True)
    scan = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = "đồng ý nhập hộ"
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=Q(withdrawn_at=None), name="one_consent_in_force_a_subject"
            )
        ]


class ClaimCodeQuerySet(models.QuerySet["ClaimCode"]):
    def open_at(self, now: datetime) -> Self:
        """Those that still open an account."""
        return self.filter(used_at=None, ends_at__gt=now, subject__merged_into=None)


class ClaimCode(models.Model):
    """Mã nhận tài khoản: of use once, for 30 days; only its keyed hash is kept."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="claim_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = ClaimCodeQuerySet.as_manager()

    class Meta:
        verbose_name = "mã nhận tài khoản"


def assisted_by(user: User, day: date) -> models.QuerySet[Any, Any]:
    """Keys of the subjects for which the user may enter and file: of the officer's commune, with a consent in force."""
    if not user.has_role(Role.COMMUNE_OFFICER, day):
        return Subject.objects.none().values("pk")
    here = local_reach(user, day, "commune", (Role.COMMUNE_OFFICER,))
    agreed = Consent.objects.in_force().values("subject")
    return Subject.objects.filter(here, pk__in=agreed, merged_into=None).values("pk")
