"""Shapes of what is typed in a council's pages; whether it is allowed is the services' question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import time
from typing import Any

from django import forms
from django.urls import reverse_lazy

from ocop.accounts.models import Agency, Level, User
from ocop.dossiers.models import Dossier
from ocop.kernel import files
from ocop.kernel.files import UploadField
from ocop.kernel.pages.forms import ActForm, DateField, Form, ListedField, RowsField, VersionField
from ocop.scorecards.rules import Card

from .models import Council, Finding, Item, Member, Sample, Session
from .rules import OPTIONAL_SEATS, SEATS_2026, Part, TeamPart
from .samples import MOST_SAMPLES, SAMPLES
from .sheet_page import NO, NONE, YES, answer_of
from .timetable import DAY, Block, blocks_text, parse_blocks, per_day

CLOCK = re.compile(r"(\d{1,2})\s*[:hg]\s*(\d{2})?")


class HourField(forms.TimeField):
    """An hour as 8:00, 8h30 or 13h."""

    widget = forms.TimeInput(
        format="%H:%M", attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "08:00"}
    )

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        found = CLOCK.fullmatch(str(value).strip())
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
        if hour > 23 or minute > 59:
            raise forms.ValidationError("Nhập giờ như 08:00 hoặc 13h30.", "invalid")
        return time(hour, minute)


REASON = forms.Textarea(attrs={"rows": 3})


class CouncilForm(ActForm):
    """The head of a founding decision."""

    organ = forms.ModelChoiceField(Agency.objects.none(), label="Cơ quan thành lập", empty_label=None)
    name = forms.CharField(label="Tên hội đồng", max_length=200)
    number = forms.CharField(label="Số, ký hiệu quyết định", max_length=60, help_text="Ví dụ 321/QĐ-UBND")
    day = DateField(label="Ngày quyết định")
    ended_on = DateField(label="Kết thúc nhiệm kỳ", required=False)

    def __init__(self, *args: Any, organs: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organ"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Agency.objects.filter(pk__in=organs).order_by("name", "valid_from")


class TeamForm(CouncilForm):
    """The head of a decision that founds an advisory team."""

    name = forms.CharField(label="Tên Tổ", max_length=200)


class ChangeForm(ActForm):
    """A later decision: who leaves; who comes stands in seat lines."""

    number = forms.CharField(label="Số, ký hiệu quyết định", max_length=60, help_text="Ví dụ 400/QĐ-UBND")
    day = DateField(label="Ngày quyết định")
    valid_from = DateField(label="Có hiệu lực từ ngày")
    until = DateField(
        label="Chỉ đến hết ngày",
        required=False,
        help_text="Khi thay tạm cho một phiên: sau ngày này người thôi tham gia trở lại. Để trống nếu thay hẳn.",
    )
    leaving = forms.TypedMultipleChoiceField(
        label="Thôi tham gia", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, members: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["leaving"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = members


class TermForm(ActForm):
    """A decision on how long a council or team lasts."""

    number = forms.CharField(label="Số, ký hiệu quyết định", max_length=60, help_text="Ví dụ 401/QĐ-UBND")
    day = DateField(label="Ngày quyết định")
    last_day = DateField(label="Ngày cuối của nhiệm kỳ")


class PersonForm(Form):
    """One line of a decision: who, for which unit; an empty line is no line."""

    email = forms.EmailField(
        label="Thư điện tử",
        required=False,
        widget=forms.EmailInput(attrs={"list": "nguoi-dung", "autocomplete": "off"}),
    )
    unit = forms.CharField(label="Đơn vị", required=False, max_length=200)
    title = forms.CharField(label="Chức vụ", required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("email") and not data.get("unit"):
            self.add_error("unit", "Hãy nhập đơn vị.")
        return data


class SeatForm(PersonForm):
    """In which part and seat of a council."""

    part = forms.ChoiceField(label="Nhiệm vụ", choices=[(p.value, p.label) for p in Part], initial=Part.MEMBER)
    seat = forms.ChoiceField(label="Đại diện", required=False, choices=[("", "Không"), *SEATS_2026.items()])

    field_order = ("email", "part", "seat")


class TeamSeatForm(PersonForm):
    """In which part of an advisory team."""

    part = forms.ChoiceField(label="Nhiệm vụ", choices=[(p.value, p.label) for p in TeamPart], initial=TeamPart.MEMBER)

    field_order = ("email", "part")


LINES, CHANGED = 16, 6
# The seats of art. 7(3)b in the law's order, and the secretary: what the page offers to fill.
OFFERED = [
    {
        "part": Part.CHAIR if seat == "leader" else Part.MEMBER,
        "seat": seat,
        "unit": name if name.startswith("Sở") and seat not in OPTIONAL_SEATS else "",
    }
    for seat, name in SEATS_2026.items()
]
OFFERED.append({"part": Part.SECRETARY, "seat": "", "unit": ""})
SeatLines = forms.formset_factory(SeatForm, extra=LINES, max_num=LINES, validate_max=True)
ChangeLines = forms.formset_factory(SeatForm, extra=CHANGED, max_num=LINES, validate_max=True)
TeamLines = forms.formset_factory(TeamSeatForm, extra=CHANGED, max_num=LINES, validate_max=True)


class SittingForm(ActForm):
    """What is planned of a session. rounds  of its council's level, to choose from"""

    name = forms.CharField(label="Tên phiên", max_length=200, help_text="Ví dụ: Phiên chấm đợt 2 năm 2026")
    evaluation_round = ListedField(label="Đợt đánh giá", required=False, empty_label="Không thuộc đợt nào")
    held_on = DateField(label="Ngày họp")
    starts_at = HourField(label="Giờ họp", required=False)
    minutes_each = forms.IntegerField(
        label="Số phút một sản phẩm", required=False, min_value=1, max_value=240, help_text="Để tính giờ từng sản phẩm."
    )
    place = forms.CharField(label="Địa điểm", max_length=200)
    blind = forms.BooleanField(
        label="Giấu tên sản phẩm trên danh sách mẫu",
        required=False,
        help_text="Thành viên chỉ thấy mã mẫu đến khi kết thúc phiên.",
    )

    def __init__(self, *args: Any, rounds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["evaluation_round"]
        assert isinstance(field, ListedField)
        field.offer(rounds)


class SessionForm(SittingForm):
    council = forms.ModelChoiceField(Council.objects.none(), label="Hội đồng", empty_label=None)
    kind = forms.ChoiceField(
        label="Hình thức",
        choices=[(kind, name[0].upper() + name[1:]) for kind, name in Session.KINDS],
        help_text="Lấy ý kiến bằng văn bản chỉ cho hồ sơ đánh giá lại; ngày họp là hạn cuối ký phiếu.",
    )
    field_order = ("council", "kind")

    def __init__(self, *args: Any, councils: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["council"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = councils.order_by("-founded_on", "pk")


class ChangeSessionForm(SittingForm):
    version = VersionField()


class CapacityForm(Form):
    """How many sessions a round needs; sent by its address, so that it can be kept and passed on."""

    san_pham = forms.IntegerField(label="Số sản phẩm", min_value=1, max_value=1000)
    phut = forms.IntegerField(label="Số phút một sản phẩm", min_value=1, max_value=240, initial=20)
    khung = forms.CharField(
        label="Giờ làm việc trong ngày",
        max_length=100,
        initial=blocks_text(DAY),
        help_text="Các khung cách nhau bằng dấu phẩy; khoảng giữa là giờ nghỉ.",
    )
    ngay = DateField(label="Ngày đầu tiên")

    def clean_khung(self) -> tuple[Block, ...]:
        try:
            return parse_blocks(self.cleaned_data["khung"])
        except ValueError as error:
            raise forms.ValidationError("Nhập như 8:00-11:30, 13:30-17:00, từ sớm đến muộn.") from error

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("khung") and data.get("phut") and not per_day(data["phut"], data["khung"]):
            self.add_error("phut", "Không khung giờ nào đủ dài cho một sản phẩm.")
        return data


class AddItemForm(Form):
    dossier = RowsField(Dossier.objects.none(), label="Hồ sơ")

    def __init__(self, *args: Any, waiting: list[Dossier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["dossier"]
        assert isinstance(field, RowsField)
        field.queryset = Dossier.objects.filter(pk__in=[dossier.pk for dossier in waiting]).order_by("filed_on", "pk")


class AttendanceForm(Form):
    present = forms.TypedMultipleChoiceField(label="Có mặt", required=False, coerce=int)

    def __init__(self, *args: Any, members: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["present"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(member.pk, member.user.name) for member in members]


class ReasonForm(Form):
    reason = forms.CharField(label="Lý do", max_length=500, widget=REASON)


class InterestForm(Form):
    conflict = forms.TypedChoiceField(
        label="Xung đột lợi ích",
        choices=[("no", "Không có xung đột lợi ích"), ("yes", "Có xung đột lợi ích")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    detail = forms.CharField(label="Quan hệ với chủ thể, nếu có", required=False, max_length=500)


class DiscussionForm(Form):
    """What was said on each criterion that lay apart. apart  (code, name), the widest first; notes  as stored"""

    def __init__(
        self, data: Any = None, *, apart: Sequence[tuple[str, str]], notes: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(data, initial=notes)
        for code, name in apart:
            self.fields[code] = forms.CharField(
                label=f"{code} {name}",
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )


class FindingForm(Form):
    """A finding of the council; `about` is a criterion with its note, or empty for the whole dossier."""

    kind = forms.ChoiceField(label="Loại nhận định", choices=Finding.KINDS)
    criterion = forms.ChoiceField(label="Tiêu chí", required=False)
    stars = forms.TypedChoiceField(
        label="Hạng cao nhất đạt yêu cầu tối thiểu",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Không dùng"), *[(n, f"{n} sao") for n in (5, 4, 3, 2)]],
    )
    reason = forms.CharField(label="Căn cứ, lý do", max_length=1000, widget=REASON)

    def __init__(self, *args: Any, criteria: list[tuple[str, str]], minimums_2019: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind, name) for kind, name in Finding.KINDS if (kind == "minimum_2019") <= minimums_2019]
        choices = {"kind": kinds, "criterion": [("", "Cả hồ sơ"), *criteria]}
        for name, values in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = values
        if not minimums_2019:
            del self.fields["stars"]


ANSWER = r"\A(none|true|false|[0-9]{1,3})\Z"


class MarkForm(Form):
    """One mark as the page saves it; a total has no place here. seen  the stored mark that the page last saw"""

    criterion = forms.CharField(max_length=10)
    answer = forms.RegexField(ANSWER)
    reason = forms.CharField(required=False, max_length=1000)
    seen = forms.RegexField(ANSWER, required=False)
    seen_reason = forms.CharField(required=False, max_length=1000)


class SignForm(Form):
    version = VersionField()


class RoundForm(ActForm):
    """One more round: art. 5 asks for the Quy chế and for a plan."""

    level = forms.ChoiceField(
        label="Cấp đánh giá", choices=[(n.value, n.label.capitalize()) for n in (Level.PROVINCE, Level.MINISTRY)]
    )
    proposals_before = DateField(label="Nhận hồ sơ đề nghị trước ngày", help_text="Đề nghị đúng ngày này là muộn.")
    results_before = DateField(label="Có kết quả trước ngày")
    basis = forms.CharField(
        label="Quy chế quy định đợt này",
        max_length=300,
        help_text="Số, ngày của quyết định ban hành Quy chế, điều khoản.",
    )
    plan = forms.CharField(label="Kế hoạch của đợt", max_length=300, help_text="Số, ngày của kế hoạch.")


class RoundPlanForm(Form):
    plan = forms.CharField(label="Kế hoạch của đợt", max_length=300, help_text="Số, ngày của kế hoạch.")
    version = VersionField()


class MeetingForm(Form):
    """Products that leave written opinions, and the meeting that takes them."""

    items = RowsField(Item.objects.none(), label="Sản phẩm cần họp", widget=forms.CheckboxSelectMultiple)
    meeting = ListedField(label="Phiên họp")

    def __init__(self, *args: Any, session: Session, meetings: list[Session], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items, meeting = self.fields["items"], self.fields["meeting"]
        assert isinstance(items, RowsField)
        assert isinstance(meeting, ListedField)
        items.queryset = session.items.pending().select_related("session", "dossier").order_by("position", "pk")
        meeting.offer(meetings)


class ReceiveSamplesForm(ActForm):
    item = ListedField(label="Sản phẩm")
    count = forms.IntegerField(label="Số mẫu nhận", min_value=1, max_value=MOST_SAMPLES, initial=SAMPLES)
    received_on = DateField(label="Ngày nhận")
    received_from = forms.CharField(label="Bên giao", max_length=200, help_text="Ví dụ: UBND xã, chủ thể.")

    def __init__(self, *args: Any, items: list[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["item"]
        assert isinstance(field, ListedField)
        field.offer(items)


class HandOverForm(Form):
    samples = RowsField(Sample.objects.none(), label="Mẫu chưa ký nhận", widget=forms.CheckboxSelectMultiple)
    member = ListedField(label="Giao cho")

    def __init__(self, *args: Any, session: Session, members: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        samples, member = self.fields["samples"], self.fields["member"]
        assert isinstance(samples, RowsField)
        assert isinstance(member, ListedField)
        samples.queryset = session.samples.filter(signed_at=None).order_by("number")
        member.offer(members)


class KeyersForm(Form):
    """The two who key a paper sheet. people  who may"""

    first = ListedField(label="Người nhập thứ nhất", empty_label="Chọn người")
    second = ListedField(label="Người nhập thứ hai", empty_label="Chọn người")

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            field = self.fields[name]
            assert isinstance(field, ListedField)
            field.offer(people)


class ScanForm(Form):
    scan = files.UploadField(label="Bản chụp phiếu giấy (PDF hoặc ảnh)", allow=("pdf", *sorted(files.IMAGES)))


class CalibrationForm(ActForm):
    """A reference dossier: described in words, or an evaluated one by its number."""

    title = forms.CharField(label="Tên", max_length=200, help_text="Ví dụ: Hồ sơ hiệu chuẩn 1")
    number = forms.CharField(
        label="Số hồ sơ đã đánh giá, nếu dùng hồ sơ cũ", required=False, max_length=40, help_text="Ví dụ HS-2026-0005"
    )
    scorecard = ListedField(label="Bộ tiêu chí, nếu là hồ sơ giả định", required=False, empty_label="Chọn bộ tiêu chí")
    text = forms.CharField(
        label="Mô tả hồ sơ giả định",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Nguyên liệu, lao động, bao bì, giấy tờ, thị trường: đủ để chấm từng tiêu chí.",
    )

    def __init__(self, *args: Any, cards: Callable[[], Sequence[Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["scorecard"]
        assert isinstance(field, ListedField)
        field.offer(cards)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["dossier"] = None
        if not data.get("number") and not data.get("scorecard"):
            self.add_error("scorecard", "Hãy chọn bộ tiêu chí, hoặc nhập số một hồ sơ đã đánh giá.")
        return data

    def take(self, dossier: Dossier | None) -> None:
        """Take the dossier that was found under the number."""
        self.cleaned_data["dossier"] = dossier
        if dossier is None:
            self.add_error("number", "Không có hồ sơ đã đánh giá nào mang số này.")


class AnswersForm(Form):
    """A whole scorecard on one page, an option a criterion."""

    def __init__(self, data: Any = None, *, card: Card, cases: Mapping[str, str]) -> None:
        self.card = card
        super().__init__(data)
        for criterion in card.criteria:
            options: list[tuple[str, str]] = [
                (str(o.index), f"{o.text_vi} ({o.points} điểm)")
                for o in criterion.options_of(cases.get(criterion.code))
            ] or [(NO, "Không (0 điểm)"), (YES, f"Có ({criterion.max_points} điểm)")]
            if criterion.may_be_none(cases.get(criterion.code)):
                options.insert(0, (NONE, "Không mức nào phù hợp (0 điểm)"))
            self.fields[criterion.code] = forms.ChoiceField(
                label=f"{criterion.code} {criterion.name_vi}",
                choices=options,
                widget=forms.RadioSelect,
                error_messages={"required": "Hãy chọn một mức."},
            )

    @property
    def answers(self) -> dict[str, object]:
        """Criterion -> answer, as the rules take it."""
        return {code: answer_of(value) for code, value in self.cleaned_data.items()}


class ComplaintForm(ActForm):
    """A complaint of a subject; whoever writes it down for the subject also gives its day."""

    made_on = DateField(label="Ngày chủ thể khiếu nại", help_text="Ngày trên đơn, hoặc ngày dấu bưu điện nơi gửi.")
    grounds = forms.CharField(
        label="Căn cứ khiếu nại",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Tiêu chí nào không đồng ý, vì sao, giấy tờ nào trong hồ sơ chứng minh.",
    )
    papers = UploadField(
        label="Tài liệu kèm theo",
        required=False,
        many=True,
        to=reverse_lazy("uploads:begin"),
        help_text="Không bắt buộc. Chỉ chủ thể và cơ quan xử lý hồ sơ mở được.",
    )

    def __init__(self, *args: Any, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:
            del self.fields["made_on"]


class AnswerForm(ActForm):
    accepted = forms.TypedChoiceField(
        label="Trả lời",
        choices=[
            ("yes", "Chấp nhận: hội đồng gồm các thành viên khác đánh giá lại"),
            ("no", "Không chấp nhận: giữ kết quả đã thông báo"),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Lý do", max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))


class ClosingForm(Form):
    """What an officer found about a comment."""

    answer = forms.CharField(label="Ý kiến xử lý", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
