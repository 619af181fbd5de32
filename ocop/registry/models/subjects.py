"""Producers (chủ thể) and the people who act for them."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from ocop.accounts.models import Role, User
from ocop.areas.models import Area
from ocop.kernel.restricted import EncryptedTextField

from .reach import reach
from .taxonomy import SubjectKind


class SubjectQuerySet(models.QuerySet["Subject"]):
    def visible_to(self, user: User, day: date, *, merged: bool = False) -> Self:
        """One's own; a commune officer those of the commune; a district officer of the district; province staff all.

        merged  also those that were merged into another: an old link still opens
        """
        if not user.is_authenticated:
            return self.none()
        rows = self if merged else self.filter(merged_into=None)
        return rows.filter(Q(pk__in=subjects_of(user, day)) | reach(user, day, "commune"))

    def of(self, user: User, day: date) -> Self:
        """Those the user acts for."""
        return self.filter(pk__in=subjects_of(user, day), merged_into=None)

    def kept_by(self, user: User, day: date) -> Self:
        """Those the user may write for: one's own, and for a commune officer those of the commune (nhập hộ)."""
        return self.visible_to(user, day) if user.has_role(Role.COMMUNE_OFFICER, day) else self.of(user, day)


class Subject(models.Model):
    """Chủ thể OCOP: one record a legal person or household.

    A household's tax code equals the owner's ID number: restricted, encrypted, compared by keyed hash.
    """

    name = models.CharField("tên chủ thể", max_length=200)
    folded = models.CharField(max_length=250, editable=False)
    kind = models.ForeignKey(SubjectKind, models.PROTECT, verbose_name="loại hình")
    commune = models.ForeignKey(Area, models.PROTECT, null=True, verbose_name="xã, phường")
    place_note = models.CharField("địa bàn theo nguồn", max_length=200, blank=True)
    address = models.CharField("địa chỉ", max_length=300, blank=True)
    phone = models.CharField("điện thoại", max_length=30, blank=True)
    email = models.EmailField("thư điện tử", blank=True)
    legal_representative = models.CharField("người đại diện pháp luật", max_length=200, blank=True)
    representative_title = models.CharField("chức vụ", max_length=100, blank=True)
    representative_sex = models.CharField("giới tính", max_length=3, blank=True, choices=[("nam", "Nam"), ("nữ", "Nữ")])
    ethnic_group = EncryptedTextField("dân tộc", blank=True, default="")
    tax_code = EncryptedTextField("mã số thuế", blank=True, default="")
    tax_code_hash = models.CharField(max_length=64, blank=True, editable=False)
    registration_number = models.CharField("số giấy đăng ký", max_length=60, blank=True)
    founded_on = models.DateField("ngày thành lập, đăng ký", null=True, blank=True)
    is_sample = models.BooleanField("hư cấu (mẫu)", default=False)
    source = models.CharField("nguồn", max_length=300, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", verbose_name="gộp vào")
    version = models.PositiveIntegerField(default=0)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = "chủ thể"
        constraints = [
            models.UniqueConstraint(
                fields=["tax_code_hash"], condition=~Q(tax_code_hash=""), name="one_subject_a_tax_code"
            )
        ]
        indexes = [models.Index(fields=["folded"])]

    def __str__(self) -> str:
        return self.name


class SubjectMemberQuerySet(models.QuerySet["SubjectMember"]):
    def in_force_on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class SubjectMember(models.Model):
    """A user who acts for a subject, for a term."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="subject_memberships")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = SubjectMemberQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "user", "valid_from"], name="member_once")]


def subjects_of(user: User, day: date) -> models.QuerySet[Any, Any]:
    """Keys of the subjects that a user acts for: a subquery, so that no list needs to sort out doubles."""
    return SubjectMember.objects.in_force_on(day).filter(user=user).values("subject")
