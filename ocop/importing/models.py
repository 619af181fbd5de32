"""Imports, their staged rows (outside the live tables), and how an office names its columns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db import models
from django.urls import reverse

from ocop.accounts.models import Agency, Role, User
from ocop.kernel.models import Blob
from ocop.kernel.restricted import EncryptedTextField, mask
from ocop.kernel.text import cut
from ocop.kernel.time import vi_date

from .rules.fields import FIELDS, KIND_NAMES, Field, Kind

OFFICERS = (Role.COMMUNE_OFFICER, Role.PROVINCE_OFFICER)


def offices_of(user: User, day: date) -> list[int]:
    """Keys of the agencies in which the user is an officer of the programme that day, first appointed first."""
    if not user.is_authenticated:
        return []
    return [a.agency_id for a in user.appointments_on(day) if a.role in OFFICERS]


def offices_seen(user: User, day: date) -> list[int] | None:
    """Keys of the agencies whose imports the user sees; None: of all (officers of the province)."""
    everywhere = user.is_authenticated and user.has_role(Role.PROVINCE_OFFICER, day)
    return None if everywhere else offices_of(user, day)


class Step(models.TextChoices):
    """Where an import stands."""

    WAITING = "waiting", "Đang đọc tệp"
    REFUSED = "refused", "Không đọc được"
    UNMATCHED = "unmatched", "Chờ đối chiếu cột"
    CHECKED = "checked", "Chờ xác nhận"
    WRITTEN = "written", "Đã nhập"
    UNDONE = "undone", "Đã hoàn tác"


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: User, day: date) -> Self:
        """Imports of one's own office; officers of the province see all."""
        offices = offices_seen(user, day)
        return self.all() if offices is None else self.filter(office__in=offices)

    def staged(self) -> Self:
        """Imports whose rows stand here."""
        return self.filter(staged_at__isnull=False)


class Import(models.Model):
    """One list that an office brings in Excel: what was read, what would happen, what was done.

    layout  {"tables": [[sheet, first row, last row of its head], ...], "columns": {head: field}}, rows from 0
    font  how the text was typed, once a person confirmed it; told  {"said": sentences,
    "font", "example": a suspected old font}
    staged_at  since when its rows stand here; None: not read yet, or dropped after their time (told["counts"] keeps
    how many had each verdict)
    version  grows with every new reading: a job of an older one stops
    """

    kind = models.CharField(
        "loại danh sách", max_length=10, choices=[(kind.value, name) for kind, name in KIND_NAMES.items()]
    )
    office = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="cơ quan")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người nhập")
    made_at = models.DateTimeField("tải lên lúc")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+", verbose_name="tệp")
    file_name = models.CharField("tên tệp", max_length=150)
    step = models.CharField("bước", max_length=10, choices=Step.choices, default=Step.WAITING)
    why = models.CharField("vì sao không đọc được", max_length=500, blank=True)
    layout = models.JSONField(default=dict)
    font = models.CharField(max_length=10, blank=True)
    with_hidden = models.BooleanField("đọc cả dòng ẩn", default=True)
    told = models.JSONField(default=dict)
    done_rows = models.PositiveIntegerField(default=0)
    all_rows = models.PositiveIntegerField(default=0)
    staged_at = models.DateTimeField("đọc xong lúc", null=True)
    written_at = models.DateTimeField("ghi lúc", null=True)
    undone_at = models.DateTimeField("hoàn tác lúc", null=True)
    undo_reason = models.CharField("lý do hoàn tác", max_length=500, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = "lần nhập từ Excel"

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("importing:import", args=[self.pk])

    @property
    def in_sheets(self) -> bool:
        """Whether its rows stand on several sheets."""
        return len(self.layout.get("tables", [])) > 1

    @property
    def fields(self) -> list[Field]:
        """The fields that its columns hold, in the order of the kind."""
        read = set(self.layout.get("columns", {}).values())
        return [field for field in FIELDS[Kind(self.kind)] if field.code in read]


class Verdict(models.TextChoices):
    """What a row means for the register."""

    NEW = "new", "Mới"
    CHANGED = "changed", "Thay đổi"
    SAME = "same", "Đã có, giống hệt"
    REPEAT = "repeat", "Lặp trong tệp"
    WRONG = "wrong", "Sai"


@dataclass(frozen=True)
class Cell:
    """One cell of the preview. old  what the register says today where the row changes it; problems  sentences"""

    text: str
    old: str | None
    errors: list[str]
    warnings: list[str]


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def visible_to(self, user: User, day: date) -> Self:
        return self.filter(of__in=Import.objects.visible_to(user, day))


class ImportRow(models.Model):
    """One staged row. values and before are encrypted: lists hold tax codes, which are ID numbers of people.

    values  {field: value}; before  {field: old value} of what changes; places  {field: "D17"}
    problems  [[cell, sentence, is_error], ...]
    target  key of the subject, product, recognition or paper; target_version  its version once written, for the undo
    kept  why the undo left it
    """

    of = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField()  # order in the file
    sheet = models.CharField("trang tính", max_length=100)
    number = models.PositiveIntegerField("dòng")
    verdict = models.CharField("tình trạng", max_length=8, choices=Verdict.choices)
    values_sealed = EncryptedTextField(default="")
    before_sealed = EncryptedTextField(blank=True, default="")
    places = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    target = models.BigIntegerField(null=True)
    target_version = models.PositiveIntegerField(null=True)
    undone = models.BooleanField(default=False)
    kept = models.CharField("vì sao giữ lại", max_length=100, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = "dòng nhập từ Excel"
        constraints = [models.UniqueConstraint(fields=["of", "place"], name="one_row_a_place_of_an_import")]
        indexes = [models.Index(fields=["of", "verdict", "place"])]

    @property
    def values(self) -> dict[str, Any]:
        return dict(json.loads(self.values_sealed))

    @property
    def before(self) -> dict[str, Any]:
        return dict(json.loads(self.before_sealed or "{}"))

    @property
    def cells(self) -> list[Cell]:
        """Its cells as the preview shows them, one for each field of the import; numbers of people are masked."""
        values, before = self.values, self.before
        return [
            Cell(
                _shown(field, values.get(field.code)),
                _shown(field, before[field.code]) or "trống" if field.code in before else None,
                [text for cell, text, is_error in self.problems if is_error and cell == self.places.get(field.code)],
                [
                    text
                    for cell, text, is_error in self.problems
                    if not is_error and cell == self.places.get(field.code)
                ],
            )
            for field in self.of.fields
        ]

    @property
    def elsewhere(self) -> list[tuple[str, bool]]:
        """Sentences about cells that the preview has no column for, and whether each is a mistake."""
        shown = {self.places.get(field.code) for field in self.of.fields}
        return [(text, is_error) for cell, text, is_error in self.problems if cell not in shown]

    @property
    def sentences(self) -> str:
        """Everything that is said about the row, with its cells."""
        return " ".join(f"{cell}: {text}" for cell, text, _ in self.problems)


def _shown(field: Field, value: Any) -> str:
    if value is None or value == "":
        return ""
    if field.how in ("day", "term"):
        return vi_date(date.fromisoformat(value))
    return mask(str(value)) if field.code in ("tax_code", "ethnic_group") else cut(str(value), 200)


class ColumnChoice(models.Model):
    """How an office named a column before: the folded head and the field it chose ("" to leave it out)."""

    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    head = models.CharField(max_length=200)
    field = models.CharField(max_length=30, blank=True)

    class Meta:
        verbose_name = "cách đặt tên cột"
        constraints = [models.UniqueConstraint(fields=["office", "kind", "head"], name="one_choice_a_head")]
