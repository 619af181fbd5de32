"""Councils by decision, rules of work, sessions, interests, sheets, findings, conclusions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse

from ocop.accounts.models import Agency, Appointment, Level, Role, User
from ocop.documents.models import Document
from ocop.dossiers.models import Dossier, Filing, Grant, ResultNotice
from ocop.dossiers.rules import Step
from ocop.kernel.models import Blob
from ocop.kernel.time import in_force
from ocop.scorecards.models import Scorecard

from .rules import SEATS_2026, Part, Result, TeamPart

COUNCIL_STEPS = {Level.DISTRICT: Step.COUNCIL_DISTRICT, Level.PROVINCE: Step.COUNCIL_PROVINCE}


class CouncilRulesQuerySet(models.QuerySet["CouncilRules"]):
    def in_force_on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class CouncilRules(models.Model):
    """Quy chế hoạt động: the rules of work as dated data; never changed, the next one ends it.

    organ  the committee that issued its own by `decision`; None: the default of the law, from a reference file
    """

    level = models.CharField(max_length=10, choices=Level.choices)
    name = models.CharField("tên", max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    basis = models.CharField("căn cứ", max_length=500)
    body = models.JSONField("nội dung")
    organ = models.ForeignKey(Agency, models.PROTECT, null=True, verbose_name="cơ quan ban hành")
    decision = models.OneToOneField(Document, models.PROTECT, null=True, verbose_name="quyết định ban hành")

    objects = CouncilRulesQuerySet.as_manager()

    class Meta:
        verbose_name = "quy chế"
        constraints = [
            models.UniqueConstraint(
                fields=["level", "valid_from"], condition=Q(organ=None), name="council_rules_once_a_day"
            ),
            models.UniqueConstraint(fields=["organ", "valid_from"], name="own_rules_once_a_day"),
            models.UniqueConstraint(fields=["organ"], condition=Q(valid_to=None), name="own_rules_one_by_one"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("councils:rules", args=[self.pk])


class CouncilQuerySet(models.QuerySet["Council"]):
    def visible_to(self, user: User, day: date) -> Self:
        """Province staff and secretaries see all; a district officer the district's; a member, also of before, his."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            _seen_in_office(user, day) | Exists(Member.objects.filter(council=OuterRef("pk"), user=user))
        )

    def kept_by(self, user: User, day: date) -> Self:
        """Councils all of whose sessions the user sees: by office, or as the secretary of today."""
        if not user.is_authenticated:
            return self.none()
        writes = Member.objects.in_force_on(day).filter(council=OuterRef("pk"), user=user, part=Part.SECRETARY)
        return self.filter(_seen_in_office(user, day) | Exists(writes))


def _seen_in_office(user: User, day: date) -> Q:
    appointments = user.appointments_on(day)
    if {a.role for a in appointments} & {Role.PROVINCE_OFFICER, Role.LEADER}:
        return Q(pk__isnull=False)
    return Q(organ__in=[a.agency_id for a in appointments if a.role in (Role.SECRETARY, Role.DISTRICT_OFFICER)])


class Council(models.Model):
    """Hội đồng đánh giá, phân hạng, founded by a decision of its committee (UBND)."""

    name = models.CharField("tên", max_length=200)
    level = models.CharField("cấp", max_length=10, choices=Level.choices)
    organ = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan thành lập")
    decision = models.OneToOneField(Document, models.PROTECT, verbose_name="quyết định thành lập")
    rules = models.ForeignKey(CouncilRules, models.PROTECT, verbose_name="quy chế")
    founded_on = models.DateField("từ ngày")
    ended_on = models.DateField("đến ngày", null=True)
    term_decision = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name="quyết định về nhiệm kỳ"
    )

    objects = CouncilQuerySet.as_manager()

    class Meta:
        verbose_name = "hội đồng"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("councils:council", args=[self.pk])


class MembershipQuerySet(models.QuerySet[Any]):
    def in_force_on(self, day: date | OuterRef) -> Self:
        return self.filter(Q(last_day=None) | Q(last_day__gte=day), first_day__lte=day)


class Membership(models.Model):
    """One person in one part, from the decision that names him to the one that replaces him; changed is a new row.

    last_day  None: as long as the body lasts; left_by  None: not left, or known when he came to be for some days
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="%(class)s_seats")
    unit = models.CharField("đơn vị", max_length=200)
    title = models.CharField("chức vụ", max_length=200, blank=True)
    first_day = models.DateField("từ ngày")
    last_day = models.DateField("đến ngày", null=True)
    came_by = models.ForeignKey(Document, models.PROTECT, related_name="came_%(class)s", verbose_name="theo văn bản")
    left_by = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="left_%(class)s", verbose_name="thôi theo văn bản"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.user.name

    def sits_on(self, day: date) -> bool:
        return in_force(self.first_day, self.last_day, day)


class Member(Membership):
    """Thành viên hội đồng with unit, seat and part, by the founding decision or a later one."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="members")
    seat = models.CharField("đại diện", max_length=30, choices=list(SEATS_2026.items()), blank=True)
    part = models.CharField("nhiệm vụ", max_length=10, choices=[(p.value, p.label) for p in Part])
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, verbose_name="cơ quan công tác")

    class Meta:
        verbose_name = "thành viên"
        constraints = [
            models.UniqueConstraint(fields=["council", "user"], condition=Q(last_day=None), name="one_seat_a_person"),
            models.UniqueConstraint(
                fields=["council"], condition=Q(part="chair", last_day=None), name="one_chair_a_council"
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="member_leaves_after_coming"),
        ]

    @property
    def scores(self) -> bool:
        """A secretary who is no member writes the minutes and scores nothing."""
        return self.part != Part.SECRETARY


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: User, day: date) -> Self:
        """Whoever keeps the council's sessions, and who was of the council on the session's day.

        Not the sittings whose product the user now judges anew, blind.
        """
        if not user.is_authenticated:
            return self.none()
        seat = Member.objects.in_force_on(OuterRef("held_on")).filter(council=OuterRef("council"), user=user)
        found = self.filter(Q(council__in=Council.objects.kept_by(user, day)) | Exists(seat))
        first = Item.objects.filter(closed=True, dossier__in=judged_blind(user))
        return found.exclude(pk__in=first.values("session"))


class Session(models.Model):
    """Phiên chấm: one sitting of a council on a day, with the rules of work frozen at its opening.

    Written opinions (art. 7(6)d) are a session without a meeting: held_on is the last day on which sheets are signed.
    """

    PLANNED, OPEN, CLOSED = "planned", "open", "closed"
    STATES = [(PLANNED, "đã lên lịch"), (OPEN, "đang họp"), (CLOSED, "đã kết thúc")]
    MEETING, WRITTEN = "meeting", "written"
    KINDS = [(MEETING, "họp trực tiếp"), (WRITTEN, "lấy ý kiến bằng văn bản")]

    council = models.ForeignKey(Council, models.PROTECT, related_name="sessions")
    code = models.CharField("mã", max_length=8, unique=True)
    name = models.CharField("tên phiên", max_length=200)
    held_on = models.DateField("ngày họp")
    place = models.CharField("địa điểm", max_length=200)
    state = models.CharField("trạng thái", max_length=10, choices=STATES, default=PLANNED)
    rules_body = models.JSONField("quy chế áp dụng")
    version = models.PositiveIntegerField(default=0)
    invited_at = models.DateTimeField("mời lúc", null=True)
    opened_at = models.DateTimeField("khai mạc lúc", null=True)  # null too in sessions held before it was kept
    closed_at = models.DateTimeField("kết thúc lúc", null=True)
    evaluation_round = models.ForeignKey(
        "EvaluationRound", models.PROTECT, null=True, related_name="sessions", verbose_name="đợt đánh giá"
    )
    starts_at = models.TimeField("giờ họp", null=True)
    minutes_each = models.PositiveSmallIntegerField("số phút một sản phẩm", null=True)
    short_notice = models.CharField("lý do mời gấp", max_length=500, blank=True)
    rechecked = models.PositiveSmallIntegerField("sản phẩm tính lại khớp", null=True)  # null too before it was done
    kind = models.CharField("hình thức", max_length=10, choices=KINDS, default=MEETING)
    blind = models.BooleanField("giấu tên sản phẩm trên danh sách mẫu", default=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "phiên chấm"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("councils:session", args=[self.code])

    @property
    def is_written(self) -> bool:
        return self.kind == self.WRITTEN

    @property
    def standing(self) -> str:
        """Its state in words, those of written opinions too."""
        return "đang lấy ý kiến" if self.is_written and self.state == self.OPEN else self.get_state_display()


class Attendance(models.Model):
    """Who is present at a session."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendance")
    member = models.ForeignKey(Member, models.PROTECT)
    present = models.BooleanField("có mặt", default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "member"], name="attendance_once")]


class ItemQuerySet(models.QuerySet["Item"]):
    def visible_to(self, user: User, day: date) -> Self:
        return self.filter(session__in=Session.objects.visible_to(user, day))

    def pending(self) -> Self:
        """Not concluded, and the dossier still with this council: the calendar may have taken it away."""
        here = Q(pk__in=[])
        for level, step in COUNCIL_STEPS.items():
            here |= Q(session__council__level=level, dossier__step=step)
        return self.filter(here, closed=False)


class Item(models.Model):
    """One product on a session's agenda. `round` counts the rounds of scoring of this product."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="items")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="council_items")
    position = models.PositiveSmallIntegerField("thứ tự")
    round = models.PositiveSmallIntegerField("vòng", default=1)
    closed = models.BooleanField("đã kết luận", default=False)
    deviation = models.JSONField("chênh lệch của vòng trước", default=list)
    called_at = models.DateTimeField("bắt đầu lúc", null=True)
    version = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField("vào phiên lúc", null=True)  # null too in sessions held before it was kept

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = "sản phẩm trong phiên"
        constraints = [models.UniqueConstraint(fields=["session", "dossier"], name="on_the_agenda_once")]

    def __str__(self) -> str:
        return self.dossier.product.name


class Interest(models.Model):
    """Kê khai lợi ích of one member for one product; no row means unknown, and unknown blocks."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="interests")
    member = models.ForeignKey(Member, models.PROTECT)
    conflict = models.BooleanField("có xung đột lợi ích")
    detail = models.CharField("nội dung", max_length=500, blank=True)
    declared_at = models.DateTimeField("kê khai lúc")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="declared_once")]


class SheetQuerySet(models.QuerySet["Sheet"]):
    def visible_to(self, user: User, day: date) -> Self:
        """One's own sheets; all of a product's only once its round is closed, to those who see the session."""
        if not user.is_authenticated:
            return self.none()
        own = Q(member__user=user)
        closed = Q(item__closed=True) | Q(round__lt=F("item__round"))
        return self.filter(own | (closed & Q(item__in=Item.objects.visible_to(user, day))))

    def with_self_score(self) -> Self:
        """Each with `self_score`: criterion -> answer as the newest filing sealed it, None before a filing."""
        filed = Filing.objects.filter(dossier=OuterRef("item__dossier")).order_by("-number")
        return self.annotate(self_score=Subquery(filed.values("snapshot__answers")[:1]))


class Sheet(models.Model):
    """Phiếu đánh giá: one member, one product, one round. Signed, it binds card, filing and answers by one hash."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="sheets")
    member = models.ForeignKey(Member, models.PROTECT, related_name="sheets")
    round = models.PositiveSmallIntegerField("vòng")
    scorecard = models.ForeignKey(Scorecard, models.PROTECT)
    signed_at = models.DateTimeField("ký lúc", null=True)
    total = models.PositiveSmallIntegerField("tổng điểm", null=True)
    sections = models.JSONField(default=dict)
    body = models.JSONField("nội dung đã ký", null=True)
    sha256 = models.CharField("mã băm", max_length=64, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = "phiếu chấm"
        constraints = [
            models.UniqueConstraint(fields=["item", "member", "round"], name="one_sheet_a_member_product_round"),
            models.CheckConstraint(
                condition=Q(signed_at=None, total=None, sha256="") | Q(signed_at__isnull=False, total__isnull=False),
                name="signed_sheets_have_a_total",
            ),
        ]


class SheetAnswer(models.Model):
    """One mark of a sheet, stored as soon as it is chosen."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="answers")
    criterion = models.CharField(max_length=10)
    answer = models.JSONField(null=True)
    reason = models.CharField("lý do", max_length=1000, blank=True)
    saved_at = models.DateTimeField("lưu lúc")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "criterion"], name="one_mark_a_criterion")]


class Excuse(models.Model):
    """The chair excuses a member from a sheet, with a reason."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="excuses")
    member = models.ForeignKey(Member, models.PROTECT)
    reason = models.CharField("lý do", max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="excused_once")]


class Finding(models.Model):
    """A finding of the council: rejection, stop, or (2019) the highest star whose minimum requirements are met.

    Entered by the secretary with a reason, confirmed by the chair, printed in the minutes.
    """

    KINDS = [("reject", "Loại"), ("stop", "Dừng đánh giá"), ("minimum_2019", "Yêu cầu tối thiểu (QĐ 781/QĐ-TTg)")]

    item = models.ForeignKey(Item, models.CASCADE, related_name="findings")
    kind = models.CharField("loại", max_length=15, choices=KINDS)
    criterion = models.CharField("tiêu chí", max_length=10, blank=True)
    stars = models.PositiveSmallIntegerField("sao cao nhất", null=True)
    reason = models.CharField("lý do", max_length=1000)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "kind", "criterion"], name="found_once")]


class ConclusionQuerySet(models.QuerySet["Conclusion"]):
    def visible_to(self, user: User, day: date) -> Self:
        """Whoever sees the session; what is in effect, also whoever sees the dossier it concludes.

        Never who now judges it anew, blind.
        """
        items = Q(item__in=Item.objects.visible_to(user, day))
        dossiers = Q(superseded_at=None, dossier__in=Dossier.objects.visible_to(user, day))
        return self.filter(items | dossiers).exclude(dossier__in=judged_blind(user))

    def in_effect(self) -> Self:
        """Without those whose product the chair opened again, or a later conclusion replaced."""
        return self.filter(superseded_at=None)

    def open_to_comments(self, day: date) -> Self:
        """Proposed results that anybody may comment on that day; not while a second panel judges, nor superseded."""
        judged = [Step.READY_DISTRICT, Step.READY_PROVINCE, *COUNCIL_STEPS.values()]
        found = self.filter(comments_until__gte=day, superseded_at=None)
        return found.exclude(dossier__step__in=judged)


class Conclusion(models.Model):
    """Kết luận of a council on one product: sum and count (never rounded), band, marks missed, final stars, reasons.

    round  whose sheets it rests on; notice  sent to subject and commune, once
    superseded_at  the chair opened the product again, or a later conclusion at its level took its place: both stay
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="conclusions")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="conclusions")
    level = models.CharField(max_length=10, choices=Level.choices)
    round = models.PositiveSmallIntegerField("vòng")
    points = models.PositiveIntegerField("tổng điểm các phiếu")
    sheets = models.PositiveSmallIntegerField("số phiếu")
    band = models.PositiveSmallIntegerField("hạng theo điểm", null=True)
    marks_missed = models.JSONField(default=dict)
    stars = models.PositiveSmallIntegerField("hạng sao", null=True)
    result = models.CharField("kết quả", max_length=15, choices=[(r.value, r.label) for r in Result])
    reasons = models.JSONField(default=list)
    deviation_stands = models.BooleanField("còn chênh lệch sau vòng cuối", default=False)
    concluded_at = models.DateTimeField("kết luận lúc")
    superseded_at = models.DateTimeField("được thay lúc", null=True)
    superseded_reason = models.CharField("lý do mở lại", max_length=500, blank=True)
    notice = models.OneToOneField(ResultNotice, models.PROTECT, null=True, verbose_name="thông báo")
    comments_until = models.DateField("lấy ý kiến đến hết ngày", null=True)  # where the rules of work ask the public

    objects = ConclusionQuerySet.as_manager()

    class Meta:
        verbose_name = "kết luận"
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(superseded_at=None), name="one_conclusion_in_effect_a_product"
            ),
            models.UniqueConstraint(fields=["item", "round"], name="one_conclusion_a_round"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("councils:result", args=[self.pk])

    @property
    def set_aside(self) -> Conclusion | None:
        """The first panel's conclusion that this one replaces in effect, after a complaint; None: it is the first."""
        first = Conclusion.objects.filter(dossier=self.dossier_id, complaint__state=Complaint.ACCEPTED)
        return first.exclude(pk=self.pk).select_related("item__session").first()


class Discussion(models.Model):
    """What the council said on a criterion whose marks lay too far apart in a round; the minutes print it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="discussions")
    round = models.PositiveSmallIntegerField("vòng")
    criterion = models.CharField("tiêu chí", max_length=10)
    note = models.CharField("nội dung thảo luận", max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "round", "criterion"], name="one_note_a_criterion")]


class EvaluationRound(models.Model):
    """Đợt đánh giá of one level: the law's of every year (reference/settings/evaluation-rounds.yaml), and more by plan.

    proposals_before, results_before  the named day itself is late. Source: QĐ 26/2026/QĐ-TTg art. 5.
    """

    level = models.CharField("cấp", max_length=10, choices=Level.choices)
    year = models.PositiveSmallIntegerField("năm")
    number = models.PositiveSmallIntegerField("đợt")
    proposals_before = models.DateField("đề nghị trước ngày")
    results_before = models.DateField("có kết quả trước ngày")
    basis = models.CharField("căn cứ", max_length=300)
    plan = models.CharField("kế hoạch", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "đợt đánh giá"
        constraints = [
            models.UniqueConstraint(fields=["level", "year", "number"], name="one_round_a_number"),
            models.CheckConstraint(
                condition=Q(results_before__gt=F("proposals_before")), name="results_come_after_proposals"
            ),
        ]

    def __str__(self) -> str:
        return f"Đợt {self.number} năm {self.year}, {self.get_level_display()}"

    def get_absolute_url(self) -> str:
        return reverse("councils:round", args=[self.level, self.year, self.number])

    @property
    def last_result_day(self) -> date:
        return self.results_before - timedelta(days=1)


class MeetingRequest(models.Model):
    """A member asks to talk about a product that the council decides by written opinions: its matter is complex."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="meeting_requests")
    member = models.ForeignKey(Member, models.PROTECT)
    reason = models.CharField("nội dung cần thảo luận", max_length=500)
    asked_at = models.DateTimeField("đề nghị lúc")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="asked_once")]


class SampleQuerySet(models.QuerySet["Sample"]):
    def visible_to(self, user: User, day: date) -> Self:
        return self.filter(session__in=Session.objects.visible_to(user, day))


class Sample(models.Model):
    """Sản phẩm mẫu: one piece, its code in the session, who received it and which member signed for it.

    It stays when its product leaves the agenda, so the codes of a session have no gap. Source: art. 6(2)d.
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="samples")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="samples", verbose_name="hồ sơ")
    number = models.PositiveSmallIntegerField("số thứ tự")
    received_on = models.DateField("ngày nhận")
    received_from = models.CharField("bên giao", max_length=200)
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người nhận")
    handed_to = models.ForeignKey(Member, models.PROTECT, null=True, related_name="samples", verbose_name="giao cho")
    handed_at = models.DateTimeField("giao lúc", null=True)
    signed_at = models.DateTimeField("ký nhận lúc", null=True)

    objects = SampleQuerySet.as_manager()

    class Meta:
        verbose_name = "mẫu sản phẩm"
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="one_sample_a_number"),
            models.CheckConstraint(
                condition=Q(signed_at=None) | Q(handed_to__isnull=False), name="who_signs_was_handed_the_sample"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """M07: it tells nothing of the product."""
        return f"M{self.number:02d}"


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User, day: date) -> Self:
        """As a council: by office; and to whoever is or was of the team."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            _seen_in_office(user, day) | Exists(TeamMember.objects.filter(team=OuterRef("pk"), user=user))
        )


class Team(models.Model):
    """Tổ tư vấn (Tổ giúp việc before 22/5/2026) of a council, founded by a decision of its committee."""

    name = models.CharField("tên", max_length=200)
    organ = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan thành lập")
    decision = models.OneToOneField(Document, models.PROTECT, verbose_name="quyết định thành lập")
    founded_on = models.DateField("từ ngày")
    ended_on = models.DateField("đến ngày", null=True)
    term_decision = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name="quyết định về nhiệm kỳ"
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = "tổ tư vấn"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("councils:team", args=[self.pk])


class TeamMember(Membership):
    """Thành viên Tổ tư vấn. appointment  the role of these days that the decision gives: by it he reads dossiers"""

    team = models.ForeignKey(Team, models.PROTECT, related_name="members")
    part = models.CharField("nhiệm vụ", max_length=10, choices=[(p.value, p.label) for p in TeamPart])
    appointment = models.OneToOneField(Appointment, models.PROTECT, verbose_name="phân công")

    class Meta:
        verbose_name = "thành viên Tổ tư vấn"
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], condition=Q(last_day=None), name="one_part_a_person"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="team_member_leaves_after_coming"),
        ]


class PaperSheetQuerySet(models.QuerySet["PaperSheet"]):
    def visible_to(self, user: User, day: date) -> Self:
        """The two who key it; its scan too, once its round is closed, to those who see the session."""
        if not user.is_authenticated:
            return self.none()
        closed = Q(item__closed=True) & Q(item__in=Item.objects.visible_to(user, day))
        return self.filter(Q(pk__in=Keying.objects.filter(user=user).values("paper")) | closed)


class PaperSheet(models.Model):
    """Phiếu giấy of a member who scores on paper: two persons whom the chair names key it, each alone."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="paper_sheets")
    member = models.ForeignKey(Member, models.PROTECT, related_name="paper_sheets")
    round = models.PositiveSmallIntegerField("vòng")
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    named_at = models.DateTimeField("giao lúc")
    scan = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+", verbose_name="bản chụp")
    scan_name = models.CharField("tên bản chụp", max_length=150, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = PaperSheetQuerySet.as_manager()

    class Meta:
        verbose_name = "phiếu giấy"
        constraints = [
            models.UniqueConstraint(fields=["item", "member", "round"], name="one_paper_sheet_a_member_product_round")
        ]

    def __str__(self) -> str:
        return f"Phiếu giấy của {self.member}: {self.item}"

    def get_absolute_url(self) -> str:
        return reverse("councils:paper", args=[self.pk])


class Keying(models.Model):
    """What one of the two keyed. marks  criterion -> [answer, reason]; done_at  once nothing misses"""

    paper = models.ForeignKey(PaperSheet, models.CASCADE, related_name="keyings")
    user = models.ForeignKey(User, models.PROTECT, related_name="keyings")
    marks = models.JSONField(default=dict)
    done_at = models.DateTimeField("nhập xong lúc", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "user"], name="keyed_once_a_person")]


class Calibration(models.Model):
    """Hồ sơ hiệu chuẩn of a session: a made-up or past dossier with reference answers, scored as practice before it.

    answers  of the reference, by criterion; empty until chair or secretary has set them
    """

    session = models.ForeignKey(Session, models.CASCADE, related_name="calibrations")
    title = models.CharField("tên", max_length=200)
    text = models.TextField("mô tả hồ sơ", blank=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, related_name="+", verbose_name="hồ sơ cũ")
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="+", verbose_name="bộ tiêu chí")
    answers = models.JSONField("điểm chuẩn", default=dict)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "hồ sơ hiệu chuẩn"
        constraints = [models.UniqueConstraint(fields=["session", "title"], name="one_calibration_a_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("councils:calibration", args=[self.session.code, self.pk])


class CalibrationSheet(models.Model):
    """One member's practice on a calibration; his own to read, never counted anywhere."""

    calibration = models.ForeignKey(Calibration, models.CASCADE, related_name="sheets")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    answers = models.JSONField()
    done_at = models.DateTimeField("xong lúc")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calibration", "member"], name="practised_once")]


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, user: User, day: date) -> Self:
        """The subject, who enters for it, and the offices of its dossier; never who judges it by a grant, or blind."""
        if not user.is_authenticated:
            return self.none()
        judged = Grant.objects.in_force_on(day).filter(user=user).values("dossier")
        found = self.filter(conclusion__dossier__in=Dossier.objects.visible_to(user, day))
        return found.exclude(conclusion__dossier__in=judged).exclude(conclusion__dossier__in=judged_blind(user))


class Complaint(models.Model):
    """Khiếu nại of a subject against the result it was told: one a result. Accepted, a second panel judges blind.

    made_on  day on which the subject made it, also where an officer wrote it down for the subject
    """

    RECEIVED, ACCEPTED, REFUSED = "received", "accepted", "refused"
    STATES = [(RECEIVED, "chờ trả lời"), (ACCEPTED, "được chấp nhận, đánh giá lại"), (REFUSED, "không được chấp nhận")]

    code = models.CharField("mã biên nhận", max_length=17, unique=True)
    conclusion = models.OneToOneField(Conclusion, models.PROTECT, related_name="complaint")
    grounds = models.TextField("căn cứ")
    made_on = models.DateField("ngày khiếu nại")
    filed_at = models.DateTimeField("nhận lúc")
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    state = models.CharField("trạng thái", max_length=10, choices=STATES, default=RECEIVED)
    answer = models.TextField("trả lời", blank=True)
    answered_at = models.DateTimeField("trả lời lúc", null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = "khiếu nại"

    def get_absolute_url(self) -> str:
        return reverse("councils:complaint", args=[self.code])


class ComplaintFile(models.Model):
    """A paper handed in with a complaint."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="files")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    name = models.CharField("tên tệp", max_length=255)


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: User, day: date) -> Self:
        """The offices of the dossier; never its subject, nor who judges it blind: who wrote stays with the officers."""
        if not user.is_authenticated:
            return self.none()
        found = self.filter(conclusion__dossier__in=Dossier.objects.read_in_office(user, day))
        return found.exclude(conclusion__dossier__in=judged_blind(user))


class Comment(models.Model):
    """Ý kiến of anybody on a proposed result, within its window; private to officers, who close it with a reason."""

    OPEN, CLOSED = "open", "closed"
    STATES = [(OPEN, "chờ xem xét"), (CLOSED, "đã xem xét")]

    code = models.CharField("mã biên nhận", max_length=17, unique=True)
    conclusion = models.ForeignKey(Conclusion, models.PROTECT, related_name="comments")
    name = models.CharField("người góp ý", max_length=100)
    contact = models.CharField("liên hệ", max_length=200, blank=True)
    text = models.TextField("nội dung")
    sent_at = models.DateTimeField("gửi lúc")
    state = models.CharField("trạng thái", max_length=10, choices=STATES, default=OPEN)
    answer = models.TextField("ý kiến xử lý", blank=True)
    closed_at = models.DateTimeField("xử lý lúc", null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = "ý kiến góp ý"

    def get_absolute_url(self) -> str:
        return reverse("councils:comment", args=[self.code])


def judged_blind(user: User) -> models.QuerySet[Any, Any]:
    """Keys of the dossiers that the user judges anew after a complaint: until that panel has concluded, he is shown
    nothing of the first one.
    """
    if not user.is_authenticated:
        return Item.objects.none().values("dossier")
    seats = Member.objects.filter(user=user).exclude(part=Part.SECRETARY)
    again = Complaint.objects.filter(state=Complaint.ACCEPTED).values("conclusion__dossier")
    return Item.objects.filter(closed=False, session__council__in=seats.values("council"), dossier__in=again).values(
        "dossier"
    )
