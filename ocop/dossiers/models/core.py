"""Dossiers (hồ sơ), self-scores, pinned evidence, filings, commune assessments, grants, windows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from ocop.accounts.models import Role, User
from ocop.areas.models import Area
from ocop.kernel.memo import once_a_page
from ocop.registry.models import Evidence, Product, Subject, assisted_by, local_reach, serves_province
from ocop.registry.models.subjects import subjects_of
from ocop.scorecards.models import Scorecard

from ..rules import AT_DISTRICT_STEPS, FINAL, KIND_NAMES, MOST, STEP_NAMES, Extension, Kind, Step, extension
from .reach import BEYOND_COMMUNE, team_reach


class DossierQuerySet(models.QuerySet["Dossier"]):
    def visible_to(self, user: User, day: date) -> Self:
        """The producer's own; officers those filed in their area, from filing on; others by a dated grant.

        A draft is the producer's alone, and the officer's who may enter it for him (nhập hộ). The district sees what
        passes or passed through it, the province and its advisory team what has left the commune: not what the commune
        considers or has returned.
        """
        if not user.is_authenticated:
            return self.none()
        mine = Q(subject__in=subjects_of(user, day))
        if user.has_role(Role.COMMUNE_OFFICER, day):
            mine |= Q(subject__in=assisted_by(user, day))
        granted = Q(pk__in=Grant.objects.in_force_on(day).filter(user=user).values("dossier"))
        return self.filter(mine | granted | _in_office(user, day))

    def read_in_office(self, user: User, day: date) -> Self:
        """Those an official reads for his office: the checking is shown with them.

        Never one's own subject's, nor one that he has entered for it.
        """
        if not user.is_authenticated:
            return self.none()
        own = Q(subject__in=subjects_of(user, day))
        if user.all_appointments:
            own |= Q(pk__in=self.model.objects.filter(hands__user=user, hands__side="assisted").values("pk"))
        return self.filter(_in_office(user, day)).exclude(own)

    def unfinished(self) -> Self:
        """Those still on their way: whatever they stand on stays as it is (registry.queries.resting_on)."""
        return self.exclude(step__in=FINAL)

    def waiting_at(self, *steps: Step) -> Self:
        return self.filter(step__in=steps)

    def extending_on(self, day: date) -> Self:
        """Those for whose sake a certificate is in force on that day although it has ended, as rules.extension."""
        ended = Q(extends__lt=day, extends__gte=day - MOST, filed_on__lte=day)
        return self.filter(ended).exclude(step__in=FINAL, step_since__lte=day)


def _in_office(user: User, day: date) -> Q:
    staff = local_reach(user, day, "commune") | team_reach(user, day)
    if serves_province(user, day):
        staff |= BEYOND_COMMUNE
    return Q(filed_on__isnull=False) & staff


class Dossier(models.Model):
    """Hồ sơ of one product for one evaluation. Regime and route are those of the day of filing, for good."""

    code = models.CharField("mã tra cứu", max_length=17, unique=True)
    number = models.CharField("số hồ sơ", max_length=20, unique=True, null=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="dossiers", verbose_name="sản phẩm")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="dossiers", verbose_name="chủ thể")
    kind = models.CharField("loại đánh giá", max_length=15, choices=[(k.value, v) for k, v in KIND_NAMES.items()])
    commune = models.ForeignKey(Area, models.PROTECT, verbose_name="xã, phường")
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, verbose_name="bộ tiêu chí")
    route = models.CharField("đường đi", max_length=20, blank=True)
    step = models.CharField(
        "bước", max_length=20, choices=[(s.value, v) for s, v in STEP_NAMES.items()], default=Step.DRAFT
    )
    returned_from = models.CharField(max_length=20, blank=True)
    return_reason = models.TextField("lý do trả lại", blank=True)
    version = models.PositiveIntegerField(default=0)
    filed_on = models.DateField("ngày nộp", null=True)
    step_since = models.DateField("ở bước này từ")
    due_on = models.DateField("hạn", null=True)
    extends = models.DateField("kéo dài giấy chứng nhận hết hạn ngày", null=True)  # filed by art. 12.3
    cases = models.JSONField("trường hợp của tiêu chí", default=dict)
    forms = models.JSONField("nội dung mẫu 01, 02", default=dict)
    carried_from = models.ForeignKey("Filing", models.PROTECT, null=True, related_name="+")
    refiled_from = models.OneToOneField("self", models.PROTECT, null=True, related_name="refiled_as")
    created_at = models.DateTimeField()

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = "hồ sơ"
        constraints = [
            models.UniqueConstraint(
                fields=["product"],
                condition=~Q(step__in=["recognised", "below_3", "rejected", "withdrawn", "expired"]),
                name="one_open_dossier_a_product",
            ),
            models.CheckConstraint(
                condition=Q(step="draft", filed_on=None, number=None)
                | Q(filed_on__isnull=False, number__isnull=False)
                | Q(step="withdrawn", filed_on=None),
                name="filed_dossiers_have_number_and_day",
            ),
        ]
        indexes = [
            models.Index(fields=["step", "due_on"]),
            # Counting a list and its filters reads this index alone: the rows are wide with their forms.
            models.Index(fields=["commune", "step", "filed_on", "returned_from", "subject"]),
            models.Index(fields=["-step_since", "id"]),  # the officials' list
            models.Index(fields=["extends"], condition=Q(extends__isnull=False), name="dossiers_that_extend"),
        ]

    def __str__(self) -> str:
        return self.number or f"Bản thảo hồ sơ {self.product}"

    def get_absolute_url(self) -> str:
        return reverse("dossiers:detail", args=[self.code])

    # Django's own collect all choices anew at every call: twice a row of every list.

    def get_step_display(self) -> str:  # type: ignore[no-redef]
        return STEP_NAMES[Step(self.step)]

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        return KIND_NAMES[Kind(self.kind)]

    def get_check_url(self) -> str:
        return reverse("dossiers:check", args=[self.code])

    @property
    def at_district(self) -> bool:
        return self.step in AT_DISTRICT_STEPS


@once_a_page
def extensions() -> Mapping[tuple[int, date], tuple[Extension, ...]]:
    """Return (product, last day of its certificate) -> when it goes on past that day: one question for a whole page.

    A transitional rule of 2026 makes few of them, for ever. Source: QĐ 26/2026/QĐ-TTg art. 12.3.
    """
    found: dict[tuple[int, date], tuple[Extension, ...]] = {}
    rows = Dossier.objects.filter(extends__isnull=False, filed_on__isnull=False).order_by("pk")
    for product, ends, filed_on, step, since in rows.values_list(
        "product", "extends", "filed_on", "step", "step_since"
    ):
        if ends and filed_on and (days := extension(ends, filed_on, since if step in FINAL else None)):
            found[product, ends] = (*found.get((product, ends), ()), days)
    return found


class SelfScore(models.Model):
    """Tự chấm: the subject's answer to one criterion, with its explanation (part III of Mẫu số 02)."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="self_scores")
    criterion = models.CharField(max_length=10)
    answer = models.JSONField(null=True)  # index of the option, true/false, null = none fits
    explanation = models.TextField("mô tả", blank=True)
    carried = models.BooleanField("lấy từ lần nộp trước, chưa xác nhận", default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "criterion"], name="one_self_score_a_criterion")]


class Pin(models.Model):
    """Evidence pinned to a criterion: a link with the hash, not a copy. Frozen when the dossier is filed."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="pins")
    criterion = models.CharField(max_length=10)
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="pins")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "criterion", "evidence"], name="pinned_once")]

    @property
    def newest(self) -> Evidence:
        """The newest version of the paper: what a dossier that is still written reads. A sealed one has `evidence`."""
        return self.evidence.replaced_by or self.evidence


class Filing(models.Model):
    """One filing (lần nộp): a sealed snapshot of forms, answers and file hashes with its Merkle root (proof.md 6)."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="filings")
    number = models.PositiveSmallIntegerField("lần nộp")
    at = models.DateTimeField("nộp lúc")
    root = models.CharField("mã gốc", max_length=64)
    snapshot = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="filing_number_once")]


class CommuneAssessment(models.Model):
    """Mẫu số 03: the commune's report on four contents and its proposal. Source: art. 7(2)a."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="assessment")
    material = models.TextField("1. Sử dụng nguyên liệu địa phương", blank=True)
    labour = models.TextField("2. Sử dụng lao động địa phương", blank=True)
    idea_origin = models.TextField("3. Nguồn gốc ý tưởng sản phẩm", blank=True)
    identity = models.TextField("4. Bản sắc, trí tuệ địa phương", blank=True)
    meeting_held = models.BooleanField("có họp lấy ý kiến", default=False)
    version = models.PositiveIntegerField(default=0)

    CONTENTS = ("material", "labour", "idea_origin", "identity")


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force_on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class Grant(models.Model):
    """A right to read one dossier for a time, written down by a higher room (a council's member)."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="grants")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    reason = models.CharField(max_length=200)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "user", "valid_from"], name="granted_once_a_day")]


class WindowNotice(models.Model):
    """That a window was told of: once a product, end of its certificate and kind, whatever the calendar job repeats."""

    OPENS, CLOSES = "opens", "closes"

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    valid_until = models.DateField()
    kind = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "valid_until", "kind"], name="told_once_a_window"),
        ]


class Window(models.Model):
    """When a re-evaluation or upgrade of a product may be filed, written down by certificates."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="windows")
    opens_on = models.DateField()
    closes_on = models.DateField()
    valid_until = models.DateField("giấy chứng nhận hết hạn")
    based_on = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "valid_until"], name="one_window_a_certificate_end"),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="window_closes_after_opening"),
        ]
