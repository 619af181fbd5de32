"""What is typed to adopt rules of work, and to try them."""

from __future__ import annotations

from typing import Any

from django import forms

from ocop.accounts.models import Agency
from ocop.kernel.pages.forms import ActForm, DateField, Form

from .rulebook import COUNTED, MARK_RULES, Trial
from .rules import RulesOfWork

YES_NO = [("yes", "Có"), ("no", "Không")]


def _number(label: str, least: int = 0, most: int = 366, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, **options)


def _tick(label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


class RulesForm(ActForm):
    """Every rule of work that a committee of today may choose; the seats are the law's, two sittings were of 2019."""

    organ = forms.ModelChoiceField(Agency.objects.none(), label="Cơ quan ban hành", empty_label=None)
    name = forms.CharField(label="Tên quy chế", max_length=200)
    number = forms.CharField(label="Số, ký hiệu quyết định", max_length=60, help_text="Ví dụ 350/QĐ-UBND")
    day = DateField(label="Ngày quyết định")
    valid_from = DateField(label="Có hiệu lực từ ngày", help_text="Phiên đã lập giữ quy chế của khi lập.")
    least_members = _number("Số thành viên chấm điểm ít nhất", 1, 50)
    quorum_top = _number("Có mặt ít nhất: tử số", 1, 100, help_text="3/4 thì nhập 3 ở tử số, 4 ở mẫu số")
    quorum_bottom = _number("Có mặt ít nhất: mẫu số", 1, 100)
    chair_present = _tick("Phải có Chủ tịch Hội đồng")
    notice_days = _number("Gửi giấy mời trước (ngày làm việc)", 0, 60)
    dossier_days = _number("Mở hồ sơ cho thành viên trước (ngày làm việc)", 0, 60)
    self_score_shown = _tick("Thành viên xem điểm tự chấm khi chấm")
    findings_shown = _tick("Thành viên xem ý kiến của xã và Tổ tư vấn khi chấm")
    reason_from = _number(
        "Phải ghi lý do khi khác điểm tự chấm từ (điểm)",
        1,
        100,
        required=False,
        help_text="Để trống nếu không bắt buộc",
    )
    reason_without_paper = _tick("Phải ghi lý do khi cho điểm ở tiêu chí không có minh chứng")
    deviation_limit = _number("Mức chênh lệch phải chấm lại (điểm)", 0, 100)
    deviation_from = forms.TypedChoiceField(
        label="Chấm lại khi chênh lệch",
        coerce=lambda value: value == "yes",
        choices=[("no", "quá mức trên"), ("yes", "từ mức trên")],
    )
    rounds = _number("Số vòng chấm nhiều nhất", 1, 5)
    counted = forms.ChoiceField(
        label="Phiếu được tính", choices=[(key, f"Tính {words}") for key, words in COUNTED.items()]
    )
    mark_rule = forms.ChoiceField(
        label="Mức tối thiểu theo sao đạt",
        required=False,
        choices=[(key, words[0].upper() + words[1:]) for key, words in MARK_RULES.items()],
    )
    secret = _tick("Phiếu kín: chỉ Chủ tịch và thư ký biết phiếu của ai")
    written = _tick("Đánh giá lại bằng ý kiến bằng văn bản")
    complaint_days = _number("Nhận khiếu nại sau thông báo kết quả (ngày)")
    comment_days = _number("Lấy ý kiến công khai về kết quả (ngày)", help_text="0 nếu không lấy ý kiến")

    def __init__(self, *args: Any, organs: list[int], trying: bool = False, **kwargs: Any) -> None:
        """trying  a draft on numbers: it has no decision yet"""
        super().__init__(*args, **kwargs)
        self.trying = trying
        field = self.fields["organ"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Agency.objects.filter(pk__in=organs).order_by("name", "-valid_from")

    def full_clean(self) -> None:
        head = [self.fields[name] for name in ("name", "number", "day", "valid_from")]
        for field in head:
            field.required = not self.trying
        super().full_clean()
        for field in head:  # the page goes on to say so
            field.required = True

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("quorum_top") and data.get("quorum_bottom") and data["quorum_top"] > data["quorum_bottom"]:
            self.add_error("quorum_top", "Tử số không lớn hơn mẫu số.")
        return data

    @staticmethod
    def typed(rules: RulesOfWork) -> dict[str, Any]:
        """Return rules as the form shows them."""
        top, bottom = rules.quorum
        start = {name: getattr(rules, name) for name in RulesOfWork.__dataclass_fields__}
        return start | {
            "quorum_top": top,
            "quorum_bottom": bottom,
            "deviation_from": "yes" if rules.deviation_from else "no",
        }

    def rules(self) -> RulesOfWork:
        """Return the rules as typed, without what is not the committee's to choose."""
        data = self.cleaned_data
        fields = set(RulesOfWork.__dataclass_fields__) - {"quorum", "seats_of_2026", "sittings"}
        quorum = (data["quorum_top"], data["quorum_bottom"])
        return RulesOfWork(quorum=quorum, **{name: data[name] for name in fields})


class NumbersField(forms.CharField):
    """Whole numbers between 0 and 100 with blanks, commas or semicolons between."""

    def clean(self, value: Any) -> tuple[int, ...]:
        words = super().clean(value).replace(",", " ").replace(";", " ").split()
        if not all(word.isdecimal() and len(word) < 4 and int(word) <= 100 for word in words) or len(words) > 50:
            raise forms.ValidationError("Nhập nhiều nhất 50 số nguyên từ 0 đến 100, cách nhau bằng dấu cách.")
        return tuple(int(word) for word in words)


class TrialForm(Form):
    """Numbers to try rules on."""

    members = _number("Số thành viên được chấm", 1, 50)
    present = _number("Số người có mặt", 0, 50)
    chair = forms.TypedChoiceField(
        label="Chủ tịch có mặt", coerce=lambda value: value == "yes", choices=YES_NO, initial="yes"
    )
    totals = NumbersField(label="Tổng điểm từng phiếu", required=False, help_text="Ví dụ 72 75 81")
    needed = _number("Mức tối thiểu ở một tiêu chí", 0, 100, required=False)
    points = NumbersField(
        label="Điểm từng phiếu ở tiêu chí đó", required=False, help_text="Cùng thứ tự với tổng điểm, ví dụ 3 2 3"
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if (data.get("present") or 0) > (data.get("members") or 50):
            self.add_error("present", "Số có mặt không lớn hơn số thành viên.")
        totals, points = data.get("totals") or (), data.get("points") or ()
        if points and len(points) != len(totals):
            self.add_error("points", "Nhập một điểm cho mỗi phiếu.")
        elif any(point > total for point, total in zip(points, totals, strict=False)):
            self.add_error("points", "Điểm của tiêu chí không lớn hơn tổng điểm của phiếu.")
        return data

    def trial(self) -> Trial:
        data = self.cleaned_data
        return Trial(**{**data, "needed": data["needed"] or 0})
