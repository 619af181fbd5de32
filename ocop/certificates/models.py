"""Recognitions, certificates, revocations. A status is derived from days and decisions, never stored."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from ocop.accounts.models import Agency, Level, User
from ocop.councils.models import Conclusion, Session
from ocop.documents.models import Document
from ocop.dossiers.models import Dossier, extensions
from ocop.dossiers.rules import MOST, Extension
from ocop.kernel.models import Blob
from ocop.registry.models import Product

from .rules import WARN_DAYS, Status


class RecognitionQuerySet(models.QuerySet["Recognition"]):
    def visible_to(self, user: User, day: date) -> Self:
        """Recognitions are public."""
        return self.all()

    def in_force_on(self, day: date) -> Self:
        """Còn hiệu lực on that day, the last day included; without a day of issue never.

        Past its last day one is in force for the re-evaluation that it waits for (art. 12.3).
        """
        going = Q(valid_until__gte=day) | _extended_on(day)
        alive = Q(ended_on=None) | Q(ended_on__gt=day)
        return self.filter(going, alive, valid_from__lte=day, valid_until__gte=day - MOST)

    def with_status(self, status: str, day: date) -> Self:
        """Those with a status on that day, by the same edges as rules.status."""
        soon = Q(valid_until__gte=day, valid_until__lt=day + WARN_DAYS)
        past = Q(valid_until__lt=day)
        alive = self.filter(Q(ended_on=None) | Q(ended_on__gt=day))
        match status:
            case Status.REVOKED:
                return self.filter(ended_on__lte=day, end_kind="revoked")
            case Status.NOT_YET:
                return alive.filter(valid_from__gt=day)
            case Status.EXPIRING:
                return self.in_force_on(day).filter(soon)
            case Status.VALID:
                return self.in_force_on(day).exclude(soon | past)
            case Status.EXTENDED:
                return self.in_force_on(day).filter(past)
            case Status.EXPIRED:
                over = past & (Q(ended_on=None) | Q(ended_on__gt=day)) & ~_extended_on(day)
                return self.filter(over | Q(ended_on__lte=day, end_kind="replaced"))
            case _:
                return self.none()


def _extended_on(day: date) -> Q:
    """The condition "goes on past its end on that day", as Recognition.extensions tells of one."""
    waiting = Dossier.objects.extending_on(day)
    return Q(Exists(waiting.filter(product=OuterRef("product"), extends=OuterRef("valid_until"))))


class Recognition(models.Model):
    """Công nhận: stars of a product on one basis.

    Basis: a conclusion of ours with its decision, or a recorded decision of another organ or time. Without a day of
    issue it counts as ever recognised, never as in force. Who recognised is stored with each.
    """

    OURS, RECORDED = "ours", "recorded"

    code = models.CharField("mã chứng nhận", max_length=17, unique=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="recognitions")
    basis = models.CharField(max_length=10, choices=[(OURS, "kết luận và quyết định"), (RECORDED, "ghi lại từ nguồn")])
    conclusion = models.OneToOneField(Conclusion, models.PROTECT, null=True, related_name="recognition")
    dossier = models.OneToOneField(Dossier, models.PROTECT, null=True, related_name="recognition")
    decision = models.ForeignKey(Document, models.PROTECT, related_name="recognitions", verbose_name="quyết định")
    level = models.CharField("cấp công nhận", max_length=10, choices=Level.choices)
    organ_name = models.CharField("cơ quan công nhận", max_length=200)
    stars = models.PositiveSmallIntegerField("hạng sao", null=True)
    year = models.PositiveSmallIntegerField("năm", null=True)
    valid_from = models.DateField("từ ngày", null=True)
    valid_until = models.DateField("đến ngày", null=True)
    ended_on = models.DateField("chấm dứt từ ngày", null=True)
    end_kind = models.CharField(max_length=10, blank=True, choices=[("revoked", "thu hồi"), ("replaced", "thay thế")])
    end_reason = models.CharField("lý do công khai", max_length=500, blank=True)
    end_decision = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    source = models.CharField("nguồn", max_length=300, blank=True)
    subject_name = models.CharField("chủ thể khi công nhận", max_length=200, blank=True)
    place_name = models.CharField("địa bàn khi công nhận", max_length=300, blank=True)

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        verbose_name = "công nhận"
        constraints = [
            models.CheckConstraint(
                condition=Q(basis="recorded", conclusion=None)
                | Q(basis="ours", conclusion__isnull=False, stars__gte=3),
                name="ours_has_a_conclusion",
            ),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="recognition_ends_after_start"),
            models.CheckConstraint(
                condition=Q(ended_on=None, end_kind="") | Q(ended_on__isnull=False) & ~Q(end_kind=""),
                name="an_end_has_its_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["valid_until"]),
            models.Index(fields=["product", "valid_from"]),
            models.Index(fields=["-valid_from", "id"]),  # the officials' list
            models.Index(fields=["basis", "level", "valid_until", "ended_on", "valid_from"]),  # certificates to issue
        ]

    def get_absolute_url(self) -> str:
        return reverse("certificates:certificate", args=[self.code])

    @property
    def extensions(self) -> tuple[Extension, ...]:
        """When it goes on past its end: what the room of dossiers tells of this product and this end."""
        return extensions().get((self.product_id, self.valid_until), ()) if self.valid_until else ()


class Certificate(models.Model):
    """Giấy chứng nhận: printed from a recognition of ours alone."""

    recognition = models.OneToOneField(Recognition, models.PROTECT, related_name="certificate")
    number = models.CharField("số", max_length=40, unique=True)
    issued_on = models.DateField("ngày cấp")
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, verbose_name="bản in")

    class Meta:
        verbose_name = "giấy chứng nhận"


class Approval(models.Model):
    """Phê duyệt kết quả of a potential 5-star product: no stars until the ministry's answer (art. 7(3)e)."""

    conclusion = models.OneToOneField(Conclusion, models.PROTECT, related_name="approval")
    decision = models.ForeignKey(Document, models.PROTECT, related_name="+")
    answered_on = models.DateField("Bộ trả lời ngày", null=True)
    answer_stars = models.PositiveSmallIntegerField("hạng sao Bộ công nhận", null=True)

    class Meta:
        verbose_name = "phê duyệt kết quả"


class PaperNumber(models.Model):
    """The number and day that one paper of a session got in the organ's register. name  of the paper, see round.py"""

    session = models.ForeignKey(Session, models.PROTECT, related_name="paper_numbers")
    name = models.CharField(max_length=60)
    document = models.OneToOneField(Document, models.PROTECT, related_name="+", verbose_name="văn bản")

    class Meta:
        verbose_name = "số của giấy tờ"
        constraints = [models.UniqueConstraint(fields=["session", "name"], name="one_number_a_paper")]


class BundleQuerySet(models.QuerySet["Bundle"]):
    def visible_to(self, user: User, day: date) -> Self:
        """One's own, of sessions that one still sees: what stands in it depends on the reader."""
        return self.filter(made_by_id=user.pk, session__in=Session.objects.visible_to(user, day))


class Bundle(models.Model):
    """All papers of a session, or what goes to the ministry with an approval, as one ZIP for one reader.

    decision  the approval that goes to the ministry; None: all papers of the session
    blob None: not made yet; why: it could not be made, and why not
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="+", verbose_name="phiên")
    decision = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", verbose_name="phê duyệt")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người yêu cầu")
    wanted_at = models.DateTimeField("yêu cầu lúc")
    done_files = models.PositiveIntegerField(default=0)
    all_files = models.PositiveIntegerField(default=0)
    why = models.CharField("vì sao không tạo được", max_length=500, blank=True)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+", verbose_name="tệp")
    made_at = models.DateTimeField("tạo xong lúc", null=True)

    objects = BundleQuerySet.as_manager()

    class Meta:
        verbose_name = "bộ giấy tờ"
        indexes = [models.Index(fields=["wanted_at"])]


class Wording(models.Model):
    """Mẫu văn bản: an organ's own Word file for one kind of paper, from a day on; a change is a new version.

    kind  a key of wording.KINDS; blob None: from that day on the built-in form again
    """

    organ = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="cơ quan")
    kind = models.CharField("giấy tờ", max_length=20)
    version = models.PositiveIntegerField("bản")
    valid_from = models.DateField("dùng từ ngày")
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+", verbose_name="tệp")
    file_name = models.CharField("tên tệp", max_length=150, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người đưa vào")
    added_at = models.DateTimeField("đưa vào lúc")

    class Meta:
        verbose_name = "mẫu văn bản"
        constraints = [models.UniqueConstraint(fields=["organ", "kind", "version"], name="one_wording_a_version")]

    def __str__(self) -> str:
        return f"Bản {self.version}, từ ngày {self.valid_from:%d/%m/%Y}"
