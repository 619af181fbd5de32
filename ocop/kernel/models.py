"""Tables that know no OCOP word: events, files, uploads, jobs, holidays, loaded reference files."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, obj: models.Model) -> Self:
        """Events of one object, oldest first, with their bodies."""
        return self.filter(object_kind=obj._meta.label_lower, object_id=obj.pk).select_related("body").order_by("id")


class Event(models.Model):
    """One change: number, time, kind, object, commitment to its body. Triggers refuse UPDATE and DELETE.

    Source: proof.md section 5; compliance.md section 5.
    """

    at = models.DateTimeField("lúc")
    kind = models.CharField("việc", max_length=60)
    object_kind = models.CharField("loại đối tượng", max_length=60)
    object_id = models.BigIntegerField("số đối tượng")
    c = models.CharField("cam kết", max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["object_kind", "object_id", "id"]), models.Index(fields=["kind", "id"])]


class EventBody(models.Model):
    """What an event says, beside its salt. A trigger allows only setting both to null (erasure)."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="body")
    body = models.TextField("nội dung (JCS)", null=True)
    salt = models.BinaryField("muối", max_length=32, null=True)


class Look(models.Model):
    """Who looked at restricted things: a second stream, written outside the transaction of any change."""

    at = models.DateTimeField("lúc")
    actor_id = models.BigIntegerField("người xem")
    actor_name = models.CharField("tên", max_length=200)
    object_kind = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    why = models.CharField("lý do", max_length=300, blank=True)


class Blob(models.Model):
    """A stored file, named by the SHA-256 of its content; the bytes lie outside the web root."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField("số byte")
    mime = models.CharField(max_length=100)
    restricted = models.BooleanField("mã hóa khi lưu", default=False)
    pages = models.PositiveIntegerField("số trang", null=True)  # null: not counted, 0: its pages cannot be shown
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "tệp"

    @property
    def is_publishable(self) -> bool:
        """A picture that nobody handed in as restricted: the same bytes may have been both."""
        return not self.restricted and self.mime.startswith("image/")


class UploadQuerySet(models.QuerySet["Upload"]):
    def of(self, owner: int) -> Self:
        """What one account sends; nobody else sees it or sends on."""
        return self.filter(owner_id=owner)


class Upload(models.Model):
    """A file that comes in pieces, until a form takes it. Its bytes lie in OCOP_DATA/uploads under its code.

    owner_id  the sending account; place  what it is meant for, in the words of the room that counts its files
    """

    ARRIVING, WAITING, READY, REFUSED = "arriving", "waiting", "ready", "refused"
    STATES = [(ARRIVING, "đang tải"), (WAITING, "chờ quét vi-rút"), (READY, "đã nhận"), (REFUSED, "không nhận")]

    code = models.CharField(max_length=40, unique=True)
    owner_id = models.BigIntegerField("người gửi")
    place = models.CharField("gửi vào", max_length=100, blank=True)
    name = models.CharField("tên tệp", max_length=150)
    size = models.PositiveBigIntegerField("số byte")
    sha256 = models.CharField(max_length=64)
    allow = models.CharField("loại được nhận", max_length=100)
    state = models.CharField(max_length=10, choices=STATES, default=ARRIVING)
    why = models.TextField("lý do không nhận", blank=True)
    since = models.DateTimeField("ở tình trạng này từ")
    taken_at = models.DateTimeField("biểu mẫu đã lấy lúc", null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp đang tải"
        indexes = [models.Index(fields=["owner_id", "place"]), models.Index(fields=["since"])]


class Holiday(models.Model):
    """A day off or a swapped working day. Source of each row: reference/holidays-vn.csv."""

    day = models.DateField("ngày", unique=True)
    name = models.CharField("tên", max_length=200)
    working = models.BooleanField("ngày làm việc hoán đổi")
    basis = models.CharField("căn cứ", max_length=500)


class ReferenceFile(models.Model):
    """A reference file as it was loaded: an unchanged hash is not parsed again."""

    name = models.CharField(max_length=200, unique=True)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    warnings = models.JSONField(default=list)


class Once(models.Model):
    """A token of a form that was used: the same form sent twice changes nothing the second time."""

    token = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()


class Counter(models.Model):
    """A gapless series of our own (receipts, slips, certificates): taken inside the transaction that uses it."""

    series = models.CharField(max_length=100, unique=True)
    last = models.PositiveIntegerField(default=0)


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, now: datetime) -> Self:
        """Jobs to start: waiting and due, or running with a lapsed lease (their worker died)."""
        waiting = Q(state=Job.WAITING, run_at__lte=now)
        return self.filter(waiting | Q(state=Job.RUNNING, lease_until__lt=now)).order_by("run_at", "id")


class Job(models.Model):
    """Later work, started by our own name, never by a Python path. Written in the transaction that wants it."""

    WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
    STATES = [(WAITING, "chờ"), (RUNNING, "đang chạy"), (DONE, "xong"), (FAILED, "hỏng")]

    name = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=STATES, default=WAITING)
    run_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_steps = models.PositiveIntegerField(default=0)
    all_steps = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "key"], condition=Q(state__in=["waiting", "running"]), name="one_open_job_a_key"
            )
        ]
        indexes = [models.Index(fields=["state", "run_at"])]


class Schedule(models.Model):
    """When a regular job runs next."""

    name = models.CharField(max_length=100, unique=True)
    next_at = models.DateTimeField()
