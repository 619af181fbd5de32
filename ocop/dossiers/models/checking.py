"""Checking a dossier: numbered gaps, stays at each step, what the clocks have told, the advisory team, field visits."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from ocop.accounts.models import User
from ocop.kernel.models import Blob
from ocop.registry.models import Evidence, assisted_by, subjects_of

from ..rules import GAP_STATE_NAMES, LEVEL_NAMES, STEP_NAMES, GapState
from .core import Dossier, Filing


class GapQuerySet(models.QuerySet["Gap"]):
    def visible_to(self, user: User, day: date) -> Self:
        """An office all of its dossiers; the producer and who enters for it those that were sent; a judge none."""
        if not user.is_authenticated:
            return self.none()
        office = Q(dossier__in=Dossier.objects.read_in_office(user, day))
        theirs = Q(dossier__subject__in=subjects_of(user, day)) | Q(dossier__subject__in=assisted_by(user, day))
        return self.filter(office | theirs & (Q(sent_at__isnull=False) | Q(answered_at__isnull=False)))

    def pending(self) -> Self:
        """What the office that holds the dossier has not settled yet."""
        return self.filter(state__in=[GapState.OPEN, GapState.ANSWERED])

    def to_send(self) -> Self:
        """What goes back with the dossier."""
        return self.filter(state=GapState.OPEN)

    def unanswered(self) -> Self:
        """What the producer was told and has not answered: these stop a filing."""
        return self.filter(state=GapState.OPEN, sent_at__isnull=False)


class Gap(models.Model):
    """Điểm thiếu: one thing to complete, pinned to a criterion ("" for the forms), perhaps to a page of a paper.

    sent_at  when the dossier went back with it: before that only offices see it
    filing   the filing that brought the answer; due_on is compared with its day (late answers are taken and marked)
    asked_as, closed_as  name, role and organ as printed at that moment
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="gaps")
    number = models.PositiveSmallIntegerField("số")
    criterion = models.CharField("tiêu chí", max_length=10, blank=True)
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+", verbose_name="giấy tờ")
    page = models.PositiveSmallIntegerField("trang", null=True)
    text = models.TextField("thiếu gì, cần nộp gì")
    step = models.CharField("bước", max_length=20, choices=[(s.value, name) for s, name in STEP_NAMES.items()])
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_as = models.CharField("người ghi", max_length=500)
    asked_at = models.DateTimeField("ghi lúc")
    due_on = models.DateField("hạn")
    sent_at = models.DateTimeField("gửi chủ thể lúc", null=True)
    state = models.CharField(
        max_length=10, choices=[(s.value, name) for s, name in GAP_STATE_NAMES.items()], default=GapState.OPEN.value
    )
    again = models.TextField("lý do mở lại", blank=True)
    answer = models.TextField("trả lời", blank=True)
    answer_evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("trả lời lúc", null=True)
    filing = models.ForeignKey(Filing, models.PROTECT, null=True, related_name="answered_gaps")
    closed_as = models.CharField("người đóng", max_length=500, blank=True)
    closed_at = models.DateTimeField("đóng lúc", null=True)
    version = models.PositiveIntegerField(default=0)

    objects = GapQuerySet.as_manager()

    class Meta:
        verbose_name = "điểm thiếu"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="gap_number_once"),
            models.CheckConstraint(condition=Q(page=None) | Q(evidence__isnull=False, page__gte=1), name="gap_page_of"),
        ]

    def __str__(self) -> str:
        return f"Điểm thiếu số {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("dossiers:gap", args=[self.dossier.code, self.number])

    @property
    def standing(self) -> str:
        """Its state in words, as an office reads it."""
        unsent = self.state == GapState.OPEN and self.sent_at is None
        return "Chưa gửi chủ thể" if unsent else self.get_state_display()

    @property
    def where(self) -> str:
        """Where it is mended, in words."""
        place = f"Tiêu chí {self.criterion}" if self.criterion else "Mẫu 01, 02"
        if self.evidence is None:
            return place
        return f"{place}, {self.evidence.name}" + (f", trang {self.page}" if self.page else "")


class Stay(models.Model):
    """How long a filed dossier stood at a step: dated rows, written by every move. until None: it stands there now."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="stays")
    step = models.CharField(max_length=20, choices=[(s.value, name) for s, name in STEP_NAMES.items()])
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(until=None), name="one_open_stay_a_dossier"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="stay_ends_after_start"),
        ]


class ClockNotice(models.Model):
    """That a clock was told of: once a dossier, kind and last day, whatever the calendar job repeats."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10)
    due_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "kind", "due_on"], name="told_once_a_clock")]


class ExpiryNotice(models.Model):
    """That the end of a paper was told of: once a paper and mark (rules.expiry), whatever the daily job repeats."""

    goes_with = "evidence"  # kernel.usage: a listed paper that was told of may still be taken back

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="+")
    mark = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evidence", "mark"], name="told_once_a_mark")]


class Slip(models.Model):
    """Phiếu số of the receipt boxes of Mẫu số 01: given by the commune, and again by the province. Never taken back."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="slips")
    level = models.CharField("cấp", max_length=10, choices=list(LEVEL_NAMES.items()))
    number = models.CharField("phiếu số", max_length=40)
    received_on = models.DateField("ngày nhận")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "number"], name="slip_number_once"),
            models.UniqueConstraint(fields=["dossier", "level"], name="one_slip_a_level"),
        ]


class Advice(models.Model):
    """What the advisory team proposes for one criterion, beside the self-score. answer  as in SelfScore"""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="advice")
    criterion = models.CharField(max_length=10)
    answer = models.JSONField(null=True)
    reason = models.TextField("lý do", blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_as = models.CharField(max_length=500)
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "criterion"], name="one_advice_a_criterion")]


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User, day: date) -> Self:
        """Of the dossiers that the user reads in an office: not the producer, not who reads by a grant alone."""
        return self.filter(dossier__in=Dossier.objects.read_in_office(user, day))


class Visit(models.Model):
    """Khảo sát thực tế: the advisory team on the spot."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="visits", verbose_name="hồ sơ")
    held_on = models.DateField("ngày khảo sát")
    place = models.CharField("địa điểm", max_length=300)
    people = models.TextField("thành phần tham gia")
    summary = models.TextField("kết quả chung", blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_as = models.CharField("người ghi", max_length=500)
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = "khảo sát thực tế"

    def __str__(self) -> str:
        return f"Khảo sát ngày {self.held_on:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("dossiers:visit", args=[self.dossier.code, self.pk])


class VisitFinding(models.Model):
    """What the team found on the spot, pinned to a criterion."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="findings")
    criterion = models.CharField("tiêu chí", max_length=10)
    text = models.TextField("ghi nhận")


class VisitPhoto(models.Model):
    """A photo of a visit. place  where it was taken, in words: coordinates in the file are never shown."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="photos")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=150)
    place = models.CharField("nơi chụp", max_length=200)
    criterion = models.CharField("tiêu chí", max_length=10, blank=True)
