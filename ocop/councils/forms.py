"""Shapes of what is typed in a council's pages; whether it is allowed is the services' question."""

from __future__ import annotations

from typing import Any

from django import forms

from ocop.accounts.models import Agency
from ocop.dossiers.models import Dossier
from ocop.kernel.pages.forms import ActForm, DateField, Form, RowsField, VersionField

from .models import Council, Finding, Member
from .rules import OPTIONAL_SEATS, SEATS_2026, Part

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


class SeatForm(Form):
    """One line of the decision: who, for which unit, in which part; an empty line is no line."""

    email = forms.EmailField(
        label="Thư điện tử",
        required=False,
        widget=forms.EmailInput(attrs={"list": "nguoi-dung", "autocomplete": "off"}),
    )
    part = forms.ChoiceField(label="Nhiệm vụ", choices=[(p.value, p.label) for p in Part], initial=Part.MEMBER)
    seat = forms.ChoiceField(label="Đại diện", required=False, choices=[("", "Không"), *SEATS_2026.items()])
    unit = forms.CharField(label="Đơn vị", required=False, max_length=200)
    title = forms.CharField(label="Chức vụ", required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("email") and not data.get("unit"):
            self.add_error("unit", "Hãy nhập đơn vị.")
        return data


LINES = 16
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


class SessionForm(ActForm):
    council = forms.ModelChoiceField(Council.objects.none(), label="Hội đồng", empty_label=None)
    name = forms.CharField(label="Tên phiên", max_length=200, help_text="Ví dụ: Phiên chấm đợt 2 năm 2026")
    held_on = DateField(label="Ngày họp")
    place = forms.CharField(label="Địa điểm", max_length=200)

    def __init__(self, *args: Any, councils: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["council"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = councils.order_by("-founded_on", "pk")


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


class MarkForm(Form):
    """One mark as the page saves it; a total has no place here."""

    criterion = forms.CharField(max_length=10)
    answer = forms.RegexField(r"\A(none|true|false|[0-9]{1,3})\Z")
    reason = forms.CharField(required=False, max_length=1000)


class SignForm(Form):
    version = VersionField()
