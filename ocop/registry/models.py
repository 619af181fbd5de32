"""Taxonomy, producers (chủ thể), products, evidence, ties."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from ocop.accounts.models import Agency, Level, Role, User
from ocop.areas.models import Area
from ocop.kernel.models import Blob
from ocop.kernel.restricted import EncryptedTextField
from ocop.kernel.text import slug


class ProductGroup(models.Model):
    """Ngành on the papers of 2026 (6 groups). Source: QĐ 26/2026/QĐ-TTg art. 2(2), annex I."""

    code = models.CharField(max_length=20, unique=True)
    position = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField("tên", max_length=200)

    class Meta:
        verbose_name = "nhóm sản phẩm"

    def __str__(self) -> str:
        return self.name


class ProductSet(models.Model):
    """Bộ sản phẩm: one of the 26 sets, its number is the number of the scorecard. Sub-group (Nhóm on papers) inside."""

    number = models.PositiveSmallIntegerField("số", unique=True)
    group = models.ForeignKey(ProductGroup, models.PROTECT, related_name="sets", verbose_name="nhóm")
    subgroup_name = models.CharField("phân nhóm cấp hai", max_length=200)
    name = models.CharField("tên", max_length=200)
    printed_name = models.CharField("phân nhóm như in ở phụ lục I", max_length=200, blank=True)
    managing_ministry = models.CharField("bộ quản lý", max_length=200)

    class Meta:
        verbose_name = "bộ sản phẩm"

    TOURISM = 26

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"

    @property
    def is_tourism(self) -> bool:
        return self.number == self.TOURISM


class SetCrosswalk(models.Model):
    """2019 file number -> set of 2023/2026, or none. Own mapping by name; the subject confirms at the next filing."""

    old_number = models.PositiveSmallIntegerField(unique=True)
    product_set = models.ForeignKey(ProductSet, models.PROTECT, null=True)
    reason = models.CharField(max_length=300)


class SubjectKind(models.Model):
    """Loại hình chủ thể. Source: QĐ 26/2026/QĐ-TTg art. 2(3)."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField("tên", max_length=100)
    position = models.PositiveSmallIntegerField()
    tourism_only = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class SubjectQuerySet(models.QuerySet["Subject"]):
    def visible_to(self, user: User, day: date) -> Self:
        """One's own; a commune officer those of the commune; a district officer of the district; province staff all."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(pk__in=_subjects_of(user, day)) | reach(user, day, "commune"))

    def of(self, user: User, day: date) -> Self:
        """Those the user acts for."""
        return self.filter(pk__in=_subjects_of(user, day))

    def kept_by(self, user: User, day: date) -> Self:
        """Those the user may write for: one's own, and for a commune officer those of the commune (nhập hộ)."""
        return self.visible_to(user, day) if user.has_role(Role.COMMUNE_OFFICER, day) else self.of(user, day)


def serves_province(user: User, day: date, roles: Collection[str] = tuple(Role)) -> bool:
    """Return whether the user has one of these roles at an organ of the province: all of it is in reach."""
    over = {Role.PROVINCE_OFFICER, Role.SECRETARY, Role.LEADER} & set(roles)
    return any(a.role in over and a.agency.level == Level.PROVINCE for a in user.appointments_on(day))


def local_reach(user: User, day: date, field: str, roles: Collection[str] = tuple(Role)) -> Q:
    """Return the condition "in the commune or district of one of the user's appointments with these roles".

    field  the foreign key to the commune, e.g. "commune" or "product__commune"
    Rows of a commune that became wholly part of today's commune follow it; a split one follows when a person has said
    which part (that choice is the row's own `commune`).
    """
    found = [a for a in user.appointments_on(day) if a.role in roles and a.agency.area_id]
    scope = Q(pk__in=[])
    communes = [a.line for a in found if a.role == Role.COMMUNE_OFFICER]
    if communes:
        scope |= Q(**{f"{field}__in": frozenset().union(*communes)})
    of_district = {Role.DISTRICT_OFFICER, Role.SECRETARY}
    districts = [a.agency.area_id for a in found if a.role in of_district and a.agency.level == Level.DISTRICT]
    if districts:
        scope |= Q(**{f"{field}__parent__in": districts})
    return scope


def _subjects_of(user: User, day: date) -> models.QuerySet[Any, Any]:
    """Keys of the subjects that a user acts for: a subquery, so that no list needs to sort out doubles."""
    return SubjectMember.objects.in_force_on(day).filter(user=user).values("subject")


def reach(user: User, day: date, field: str) -> Q:
    """Return the condition "in the area of one of the user's appointments": the one place where scope is written."""
    return Q(pk__isnull=False) if serves_province(user, day) else local_reach(user, day, field)


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


class ProductQuerySet(models.QuerySet["Product"]):
    def visible_to(self, user: User, day: date) -> Self:
        """Products of the subjects one may see."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(subject__in=_subjects_of(user, day)) | reach(user, day, "commune"))


class Stage(models.TextChoices):
    """How far a product is before it has stars: an idea, a potential product, a registered one."""

    IDEA = "idea", "Ý tưởng"
    POTENTIAL = "potential", "Sản phẩm tiềm năng"
    REGISTERED = "registered", "Sản phẩm đã đăng ký"


class Product(models.Model):
    """Sản phẩm. `code` is ours (7 characters and check); `official_code` is the law's T-X-STT-20YY."""

    code = models.CharField("mã", max_length=8, unique=True)
    official_code = models.CharField("mã số sản phẩm", max_length=40, blank=True)
    name = models.CharField("tên sản phẩm", max_length=200)
    search = models.CharField(max_length=700, editable=False)
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="products", verbose_name="chủ thể")
    product_set = models.ForeignKey(ProductSet, models.PROTECT, null=True, verbose_name="bộ sản phẩm")
    commune = models.ForeignKey(Area, models.PROTECT, null=True, verbose_name="xã, phường")
    stage = models.CharField("giai đoạn", max_length=10, choices=Stage.choices, default=Stage.REGISTERED)
    specification = models.CharField("quy cách", max_length=300, blank=True)
    description = models.TextField("mô tả", blank=True)
    story = models.TextField("câu chuyện sản phẩm", blank=True)
    photo = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, verbose_name="ảnh bao bì")
    is_sample = models.BooleanField("hư cấu (mẫu)", default=False)
    source = models.CharField("nguồn", max_length=300, blank=True)
    place_note = models.CharField("địa bàn theo nguồn", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = "sản phẩm"
        indexes = [models.Index(fields=["search"]), models.Index(fields=["stage", "product_set"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("registry:product", args=[self.code])

    @property
    def slug(self) -> str:
        """Folded name, hyphen, our code: the public address."""
        return f"{slug(self.name)}-{self.code}"


class EvidenceKind(models.Model):
    """Loại minh chứng: the table of Mẫu số 02, annex III of QĐ 26/2026/QĐ-TTg."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField("tên", max_length=200)
    position = models.PositiveSmallIntegerField()
    regimes = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User, day: date) -> Self:
        """The wallet belongs to the subject; officers read it where they see the subject."""
        return self.filter(subject__in=Subject.objects.visible_to(user, day))

    def valid_on(self, day: date) -> Self:
        """Papers in force on that day, the last day included."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), Q(valid_from=None) | Q(valid_from__lte=day))


class Evidence(models.Model):
    """Minh chứng: a paper of one subject, reused by its dossiers until it lapses."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="evidence", verbose_name="chủ thể")
    kind = models.ForeignKey(EvidenceKind, models.PROTECT, verbose_name="loại giấy tờ")
    name = models.CharField("tên giấy tờ", max_length=200)
    number = models.CharField("số", max_length=100, blank=True)
    issuer = models.CharField("nơi cấp", max_length=200, blank=True)
    valid_from = models.DateField("ngày cấp", null=True, blank=True)
    valid_until = models.DateField("ngày hết hạn", null=True, blank=True)
    blob = models.ForeignKey(Blob, models.PROTECT, verbose_name="tệp")
    file_name = models.CharField("tên tệp", max_length=150)
    added_at = models.DateTimeField("đưa vào lúc")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "minh chứng"
        constraints = [
            models.CheckConstraint(
                name="evidence_lapses_after_issue",
                condition=Q(valid_until__gte=F("valid_from")),
                violation_error_message="Ngày hết hạn phải từ ngày cấp trở đi.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class TieKind(models.TextChoices):
    """Why a person or agency may not judge a subject."""

    LEGAL_REPRESENTATIVE = "legal_representative", "là đại diện pháp luật"
    MEMBER = "member", "làm việc cho chủ thể"
    RELATIVE = "relative", "người thân của chủ thể"
    SUPPORT = "support", "đã hỗ trợ chủ thể"
    ASSESSED = "assessed", "đã đánh giá hồ sơ ở cấp xã"


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
