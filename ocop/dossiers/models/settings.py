"""Dated settings of this room, loaded from reference/settings/."""

from __future__ import annotations

from django.db import models


class RouteRow(models.Model):
    """The table of routes, loaded from reference/settings/routes.yaml."""

    route = models.CharField(max_length=20, unique=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    council_sends_from = models.PositiveSmallIntegerField(null=True)
    district_recognises = models.BooleanField()
    commune_report = models.BooleanField()
    commune_days = models.PositiveSmallIntegerField()
    ministry_from = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=500)


class TransitionRow(models.Model):
    """Transitional deadlines (dated setting: the law gives a number of days, the last day is to be confirmed)."""

    kind = models.CharField(max_length=15, unique=True)
    in_force_from = models.DateField()
    last_day = models.DateField()
    basis = models.CharField(max_length=500)


class LateRow(models.Model):
    """Re-evaluations that could not meet their window when the decree came: art. 12.3 of QĐ 26/2026/QĐ-TTg.

    ends_from, ends_to  last days of the certificates concerned, the first the day on which the decree came
    last_day  of filing (dated setting, to be confirmed)
    """

    ends_from = models.DateField()
    ends_to = models.DateField()
    last_day = models.DateField()
    basis = models.CharField(max_length=500)


class CheckingRow(models.Model):
    """How offices check (dated setting; reevaluation_days is law): loaded from reference/settings/checking.yaml."""

    valid_from = models.DateField(unique=True)
    valid_to = models.DateField(null=True)
    pause_while_returned = models.BooleanField()
    warn_days = models.PositiveSmallIntegerField()
    answer_days = models.PositiveSmallIntegerField()
    reevaluation_days = models.PositiveSmallIntegerField(null=True)
    basis = models.CharField(max_length=500)
