"""Forms of decisions, certificates and revocation: the shape of the input; services decide."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms

from ocop.accounts.models import Agency
from ocop.kernel import files
from ocop.kernel.pages.forms import ActForm, DateField

from .rules import REVOCATION_GROUNDS

NUMBER_HINT = "Như trên văn bản đã ký, ví dụ 321/QĐ-UBND"


class ChosenForm(ActForm):
    """Some of the rows that the page shows, by primary key. The page draws the boxes, in its table."""

    chosen = forms.TypedMultipleChoiceField(
        coerce=int, label="Sản phẩm", error_messages={"required": "Hãy chọn ít nhất một sản phẩm."}
    )

    def __init__(self, possible: Collection[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["chosen"]
        assert isinstance(chosen, forms.TypedMultipleChoiceField)
        chosen.choices = [(pk, str(pk)) for pk in possible]

    @property
    def ticked(self) -> set[str]:
        """The boxes to tick: as sent, or all of them on a fresh page."""
        chosen = self["chosen"]
        return {str(pk) for pk in (chosen.value() or ())} if self.is_bound else {k for k, _ in self._possible()}

    def _possible(self) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in self.fields["chosen"].choices]  # type: ignore[attr-defined]


class DecisionForm(ChosenForm):
    """Number and day of a signed decision, and the products it is about."""

    number = forms.CharField(label="Số, ký hiệu quyết định", max_length=60, help_text=NUMBER_HINT)
    day = DateField(label="Ngày ký", help_text="Ngày/tháng/năm")


class NumberForm(ActForm):
    """Number and day of a paper that was signed and entered in the organ's register."""

    number = forms.CharField(label="Số, ký hiệu", max_length=60, help_text="Như trên văn bản đã ký, ví dụ 45/TTr-SNNMT")
    day = DateField(label="Ngày ký", help_text="Ngày/tháng/năm")


class WordingForm(ActForm):
    """A Word file for one kind of paper, and from when."""

    file = files.UploadField(
        label="Mẫu Word", allow=("docx",), required=False, help_text="Để trống: dùng lại mẫu của hệ thống từ ngày này"
    )
    valid_from = DateField(label="Dùng từ ngày", help_text="Từ hôm nay trở đi; văn bản đã ban hành giữ mẫu cũ")


class AnswerForm(ActForm):
    """What came back from the ministry."""

    AGAIN = "lai"

    result = forms.ChoiceField(
        label="Kết quả",
        widget=forms.RadioSelect,
        choices=[
            ("5", "Bộ công nhận 5 sao"),
            ("4", "Dưới 90 điểm, tỉnh công nhận 4 sao theo kết quả của Hội đồng cấp trung ương"),
            ("3", "Dưới 90 điểm, tỉnh công nhận 3 sao theo kết quả của Hội đồng cấp trung ương"),
            (AGAIN, "Dưới 90 điểm, tỉnh tổ chức đánh giá lại theo thẩm quyền"),
        ],
    )
    number = forms.CharField(
        label="Số, ký hiệu văn bản",
        max_length=60,
        help_text="5 sao: quyết định của Bộ. 3, 4 sao: quyết định của tỉnh. Đánh giá lại: thông báo của Bộ",
    )
    day = DateField(label="Ngày ký", help_text="Ngày/tháng/năm")

    @property
    def stars(self) -> int | None:
        result = self.cleaned_data["result"]
        return None if result == self.AGAIN else int(result)


class RevokeForm(ActForm):
    """Why, and by which decision."""

    ground = forms.ChoiceField(
        label="Trường hợp thu hồi (điều 8)",
        widget=forms.RadioSelect,
        choices=[(letter, f"{letter}) {text}") for letter, text in REVOCATION_GROUNDS.items()],
    )
    reason = forms.CharField(
        label="Lý do công khai",
        min_length=10,
        max_length=350,
        widget=forms.Textarea,
        help_text="Người dân đọc được trên trang kiểm tra mã. Không ghi dữ liệu cá nhân",
        error_messages={"min_length": "Hãy ghi rõ lý do, ít nhất 10 ký tự."},
    )
    organ = forms.ChoiceField(label="Cơ quan ban hành quyết định")
    number = forms.CharField(label="Số, ký hiệu quyết định", max_length=60, help_text=NUMBER_HINT)
    day = DateField(label="Ngày ký", help_text="Ngày/tháng/năm")

    def __init__(self, organs: Sequence[Agency], ministry: str, *args: Any, **kwargs: Any) -> None:
        """organs  the committees that may; none: the ministry alone, by its name."""
        super().__init__(*args, **kwargs)
        self.organs = {str(organ.pk): organ for organ in organs}
        choices = [(pk, organ.name) for pk, organ in self.organs.items()] or [("", ministry)]
        field = self.fields["organ"]
        assert isinstance(field, forms.ChoiceField)
        field.choices, field.required = choices, bool(organs)

    @property
    def chosen_organ(self) -> Agency | None:
        return self.organs.get(self.cleaned_data["organ"])
