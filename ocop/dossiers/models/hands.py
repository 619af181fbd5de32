"""Whose side an officer of the commune took in a dossier: he who entered it does not judge it."""

from __future__ import annotations

from django.db import models

from ocop.accounts.models import User

from .core import Dossier


class Side(models.TextChoices):
    ASSISTED = "assisted", "nhập hộ"
    CHECKED = "checked", "xem xét ở cấp xã"


class Hand(models.Model):
    """One officer's side in one dossier, for good: the constraint keeps entering and judging two persons.

    printed  name, role and organ at that moment. Source: compliance.md section 4.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="hands")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side.choices)
    printed = models.CharField(max_length=500)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "user"], name="one_side_a_dossier")]
