"""Shapes of input of imports; what is allowed is the services' question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.urls import reverse_lazy

from ocop.kernel.files import UploadField
from ocop.kernel.pages.forms import ActForm, Form, VersionField
from ocop.kernel.templatetags.ocop import number

from .rules.fields import FIELDS, KIND_NAMES, Kind
from .rules.fonts import Font

FONTS = [
    (Font.TCVN3.value, "TCVN3 (phông .VnTime): chuyển sang Unicode"),
    (Font.VNI.value, "VNI (phông VNI-Times): chuyển sang Unicode"),
    (Font.UNICODE.value, "Unicode: giữ nguyên"),
]


class UploadForm(ActForm):
    """A list and what it is of."""

    kind = forms.ChoiceField(label="Danh sách", widget=forms.RadioSelect)
    file = UploadField(
        label="Tệp Excel",
        allow=("xlsx",),
        to=reverse_lazy("uploads:begin"),
        help_text="Tệp .xlsx tối đa 20 MB, 50.000 dòng, 200 cột.",
    )

    def __init__(self, *args: Any, kinds: Sequence[Kind], **kwargs: Any) -> None:
        """kinds  what the user may bring in"""
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, KIND_NAMES[kind]) for kind in kinds]  # type: ignore[attr-defined]


class KindForm(ActForm):
    """The same file as another kind of list."""

    kind = forms.ChoiceField(label="Danh sách", choices=[(kind.value, name) for kind, name in KIND_NAMES.items()])


class HeadForm(Form):
    """Where the head stands: which sheets, and rows as Excel counts them."""

    sheets = forms.MultipleChoiceField(label="Trang tính", widget=forms.CheckboxSelectMultiple)
    first = forms.IntegerField(label="Dòng tiêu đề đầu tiên", min_value=1, max_value=1000)
    depth = forms.IntegerField(label="Số dòng tiêu đề", min_value=1, max_value=5)

    def __init__(self, *args: Any, names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheets"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]


class ColumnsForm(Form):
    """One choice a head, and how the text is read."""

    version = VersionField()

    def __init__(
        self,
        *args: Any,
        kind: Kind,
        heads: Sequence[str],
        columns: Mapping[str, str],
        font: str,
        asks: bool,
        **kwargs: Any,
    ) -> None:
        """asks  the text looks typed in an old font: the answer is then required"""
        super().__init__(*args, **kwargs)
        choices = [("", "Không nhập"), *((field.code, field.label) for field in FIELDS[kind])]
        self.heads = list(heads)
        for place, head in enumerate(self.heads):
            self.fields[f"cot-{place}"] = forms.ChoiceField(
                label=head, choices=choices, required=False, initial=columns.get(head, "")
            )
        self.fields["font"] = forms.ChoiceField(
            label="Chữ trong tệp gõ bằng",
            choices=FONTS,
            widget=forms.RadioSelect,
            required=asks,
            initial=font,
            error_messages={"required": "Hãy chọn chữ trong tệp gõ bằng gì."},
        )
        self.fields["with_hidden"] = forms.BooleanField(label="Đọc cả các dòng đang ẩn", required=False, initial=True)

    @property
    def chosen(self) -> dict[str, str]:
        """Head -> code of its field, "" for none."""
        return {head: self.cleaned_data[f"cot-{place}"] for place, head in enumerate(self.heads)}


class ConfirmForm(ActForm):
    """Write the list; with wrong rows the reader says that they are left out."""

    version = VersionField()
    skip_wrong = forms.BooleanField(required=False)

    def __init__(self, *args: Any, wrong: int = 0, left: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if wrong:
            self.fields["skip_wrong"].required = True
            self.fields["skip_wrong"].label = f"Bỏ {number(wrong)} dòng sai và nhập {number(left)} dòng còn lại"
            self.fields["skip_wrong"].error_messages["required"] = "Hãy đánh dấu vào ô bỏ các dòng sai."
        else:
            del self.fields["skip_wrong"]


class UndoForm(ActForm):
    """Take a list back; where rows were used since, the reader says that they stay."""

    reason = forms.CharField(label="Lý do hoàn tác", widget=forms.Textarea, min_length=10, max_length=500)
    leave_used = forms.BooleanField(required=False, widget=forms.HiddenInput)
    version = VersionField()

    def __init__(self, *args: Any, used: int = 0, rest: int = 0, **kwargs: Any) -> None:
        """used, rest  rows that were used since, and the others: asked whether the former may stay"""
        super().__init__(*args, **kwargs)
        if used and rest:
            self.fields["leave_used"].widget = forms.CheckboxInput()
            self.fields["leave_used"].label = f"Giữ {number(used)} dòng đã dùng và hoàn tác {number(rest)} dòng còn lại"


class VersionForm(Form):
    version = VersionField()
