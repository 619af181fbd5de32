"""Shapes of input of dossiers; whether a move is allowed is the services' question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from ocop.kernel.files import IMAGES, UploadField
from ocop.kernel.pages.forms import ActForm, DateField, Form, ListedField, RowsField, VersionField
from ocop.registry.models import Evidence, EvidenceKind
from ocop.scorecards.models import Scorecard
from ocop.scorecards.rules import YES_NO, Criterion

from .carried import Waiting
from .forms_data import Field, fields_for
from .models import CommuneAssessment
from .rules import KIND_NAMES, Kind

NONE_FITS = "khong-muc-nao"
YES, NO = "co", "khong"


class LaterField(forms.CharField):
    """Asked for before filing; a draft may leave it blank, so it is no error here and not called optional."""

    def validate(self, value: Any) -> None:
        """Accept blank text."""


class OpenForm(ActForm):
    """Kind of evaluation and, where sets of 2019 were joined, the scorecard."""

    kind = forms.ChoiceField(
        label="Lần đăng ký đánh giá",
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Lần đăng ký này không hợp với giấy chứng nhận của sản phẩm. Chọn lần khác."},
    )
    scorecard = ListedField(label="Bộ tiêu chí", widget=forms.RadioSelect)

    def __init__(self, *args: Any, kinds: Mapping[Kind, str], scorecards: list[Scorecard], **kwargs: Any) -> None:
        """kinds  those that fit the product's recognition, each with the words for when it may be filed"""
        super().__init__(*args, **kwargs)
        choices = [(kind.value, f"{KIND_NAMES[kind]}: {when}") for kind, when in kinds.items()]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("kind", next(iter(kinds), None))
        if len(scorecards) > 1:
            self.fields["scorecard"].offer(scorecards)  # type: ignore[attr-defined]
        else:
            del self.fields["scorecard"]


class ScorecardForm(Form):
    scorecard = ListedField(label="Bộ tiêu chí đang có hiệu lực", widget=forms.RadioSelect)

    def __init__(self, *args: Any, scorecards: list[Scorecard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scorecard"].offer(scorecards)  # type: ignore[attr-defined]
        if len(scorecards) == 1:
            self.initial["scorecard"] = scorecards[0]


class PaperFormsForm(Form):
    """The blanks of Mẫu số 01 and 02 for one kind of evaluation."""

    version = VersionField()

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for blank in fields_for(kind):
            self.fields[blank.name] = _field(blank)
        self.order_fields([blank.name for blank in fields_for(kind)])


def _field(blank: Field) -> forms.Field:
    if blank.kind == "tick":
        return forms.BooleanField(label=blank.label, help_text=blank.hint, required=False)
    if blank.kind == "number":
        return forms.IntegerField(label=blank.label, help_text=blank.hint, required=False, min_value=0, max_value=1000)
    widget = forms.Textarea() if blank.kind == "long" else forms.TextInput()
    make = LaterField if blank.required else forms.CharField
    return make(label=blank.label, help_text=blank.hint, required=blank.required, max_length=10_000, widget=widget)


class ConfirmForm(Form):
    """Ticks at criteria that were taken over, or the button of a whole section."""

    criteria = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": "Tiêu chí %(value)s không chờ xác nhận. Mở lại trang."}
    )
    section = forms.ChoiceField(required=False, error_messages={"invalid_choice": "Mục này không chờ xác nhận."})

    def __init__(self, *args: Any, waiting: Sequence[Waiting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = {one.section.code: [line.criterion.code for line in one.lines] for one in waiting}
        codes = [code for codes in self.waiting.values() for code in codes]
        self.fields["criteria"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
        self.fields["section"].choices = [(code, code) for code in self.waiting]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not data.get("section") and not data.get("criteria"):
            raise forms.ValidationError("Chưa đánh dấu tiêu chí nào. Đánh dấu các tiêu chí còn đúng rồi xác nhận.")
        return data

    @property
    def criteria_chosen(self) -> list[str]:
        """The codes to confirm."""
        section = self.cleaned_data["section"]
        return self.waiting[section] if section else list(self.cleaned_data["criteria"])


class AnswerForm(Form):
    """The self-score of one criterion: an option, yes or no, or that none fits (then with a reason)."""

    answer = forms.ChoiceField(label="Mức điểm", widget=forms.RadioSelect)
    explanation = forms.CharField(
        label="Mô tả, giải trình",
        required=False,
        max_length=2000,
        widget=forms.Textarea,
        help_text="Nêu số liệu, giấy tờ chứng minh cho mức đã chọn (mẫu 02, phần III).",
    )

    def __init__(self, *args: Any, criterion: Criterion, case: str | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers: dict[str, object]
        if criterion.kind == YES_NO:
            self.answers = {YES: True, NO: False}
            words = {YES: "Có", NO: "Không"}
        else:
            options = criterion.options_of(case)
            self.answers = {str(option.index): option.index for option in options}
            words = {str(option.index): option.text_vi for option in options}
            if criterion.may_be_none(case):
                self.answers[NONE_FITS] = None
                words[NONE_FITS] = "Không mức nào phù hợp"
        self.fields["answer"].choices = list(words.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("answer") == NONE_FITS and not data.get("explanation"):
            self.add_error("explanation", "Ghi lý do vì sao không mức nào phù hợp.")
        return data

    @property
    def value(self) -> object:
        """The chosen answer as the scorecard counts it."""
        return self.answers[self.cleaned_data["answer"]]

    @staticmethod
    def shown(answered: bool, answer: object) -> str:
        """Return the form's word for a stored answer."""
        if not answered:
            return ""
        if answer is None:
            return NONE_FITS
        return (YES if answer else NO) if isinstance(answer, bool) else str(answer)


class CaseForm(Form):
    """Which case of a criterion applies."""

    case = forms.ChoiceField(label="Trường hợp", widget=forms.RadioSelect)

    def __init__(self, *args: Any, criterion: Criterion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(case.code, case.text_vi or f"Trường hợp {case.code}") for case in criterion.cases]
        self.fields["case"].choices = names  # type: ignore[attr-defined]


class AttachForm(Form):
    """Papers of the wallet for one criterion."""

    evidence = RowsField(Evidence.objects.none(), label="Giấy tờ trong kho", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, wallet: QuerySet[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].queryset = wallet  # type: ignore[attr-defined]


class MoveForm(ActForm):
    """A move that needs no words."""

    version = VersionField()


class ReasonForm(ActForm):
    """A move with its reason."""

    reason = forms.CharField(label="Lý do", widget=forms.Textarea, max_length=2000)
    version = VersionField()


class ReturnForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "Lý do trả lại, việc cần bổ sung"
        self.fields["reason"].help_text = "Ghi rõ tiêu chí, giấy tờ nào thiếu và cần nộp gì."


class ReturnGapsForm(ReturnForm):
    """Gaps are the reason; more words may be added."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].label = "Nhắn thêm với chủ thể"
        self.fields["reason"].help_text = "Các điểm thiếu đang mở được gửi kèm, không cần chép lại."


class RefileForm(Form):
    agree = forms.BooleanField(label="Nộp lại theo bộ tiêu chí đang có hiệu lực, giữ nội dung mẫu 01, 02 đã điền")


class AssessmentForm(Form):
    """The four assessments of Mẫu số 03."""

    HINTS = {
        "material": "Mô tả của chủ thể và tình hình sử dụng nguyên liệu thực tế trên địa bàn xã.",
        "labour": "Mô tả của chủ thể và tình hình sử dụng lao động thực tế trên địa bàn xã.",
        "idea_origin": "Sản phẩm truyền thống hay sản phẩm mới, dựa trên thực tế của địa phương.",
        "identity": "Giá trị văn hóa, tri thức bản địa, kinh nghiệm và phương thức sản xuất tạo nên sự khác biệt.",
    }
    meeting_held = forms.BooleanField(label="Đã họp các bộ phận liên quan để lấy ý kiến", required=False)
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {field.name: str(field.verbose_name) for field in CommuneAssessment._meta.concrete_fields}
        for name in CommuneAssessment.CONTENTS:
            self.fields[name] = LaterField(
                label=names[name], help_text=self.HINTS[name], max_length=5000, widget=forms.Textarea
            )
        self.order_fields([*CommuneAssessment.CONTENTS, "meeting_held", "version"])


FORMS = "mau-01-02"  # a gap of the forms, not of a criterion


class GapForm(ActForm):
    """One thing that misses: where, what to hand in, until when."""

    criterion = forms.ChoiceField(label="Ở đâu")
    evidence = ListedField(
        label="Giấy tờ",
        required=False,
        empty_label="Không chọn",
        help_text="Chọn khi điểm thiếu nằm ở một giấy tờ đã gắn vào tiêu chí này.",
    )
    page = forms.IntegerField(label="Trang", required=False, min_value=1, max_value=10_000)
    text = forms.CharField(
        label="Thiếu gì, cần nộp gì",
        max_length=2000,
        widget=forms.Textarea,
        help_text="Mỗi điểm một việc, để chủ thể trả lời từng điểm.",
    )
    due_on = DateField(label="Hạn trả lời", help_text="Rơi vào ngày nghỉ thì chuyển sang ngày làm việc tiếp theo.")

    def __init__(self, *args: Any, criteria: Sequence[Criterion], papers: Sequence[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(FORMS, "Mẫu 01, 02"), *((one.code, f"{one.code} {one.name_vi}") for one in criteria)]
        self.fields["criterion"].choices = choices  # type: ignore[attr-defined]
        self.fields["evidence"].offer(papers)  # type: ignore[attr-defined]

    def clean_criterion(self) -> str:
        """Return the code of the criterion, "" for the forms."""
        return str(self.cleaned_data["criterion"]).removeprefix(FORMS)


class AnswerGapForm(ActForm):
    """The producer's answer: words, a paper of the wallet, or a new one by phone."""

    text = forms.CharField(label="Trả lời, giải trình", required=False, max_length=2000, widget=forms.Textarea)
    file = UploadField(label="Chụp hoặc chọn giấy tờ mới", required=False)
    kind = ListedField(label="Loại giấy tờ mới", required=False, empty_label="---------")
    evidence = ListedField(label="Hoặc lấy từ kho giấy tờ", required=False, empty_label="Không chọn")
    version = VersionField()

    def __init__(
        self, *args: Any, kinds: Sequence[EvidenceKind], wallet: Sequence[Evidence], to: str, **kwargs: Any
    ) -> None:
        """kinds  those that fit the criterion first; to  where pieces of a file go"""
        super().__init__(*args, **kwargs)
        self.fields["file"].to = to  # type: ignore[attr-defined]
        self.fields["kind"].offer(kinds)  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds[0]
        self.fields["evidence"].offer(wallet)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("file") and not data.get("kind"):
            self.add_error("kind", "Hãy chọn loại giấy tờ mới.")
        if not (data.get("text") or data.get("file") or data.get("evidence")) and not self.errors:
            self.add_error("text", "Hãy ghi giải trình hoặc gắn giấy tờ.")
        return data


class CloseGapForm(Form):
    version = VersionField()


class WithdrawGapForm(Form):
    reason = forms.CharField(label="Vì sao bỏ yêu cầu này", widget=forms.Textarea, max_length=2000)
    version = VersionField()


class ReopenGapForm(Form):
    reason = forms.CharField(label="Còn thiếu gì", widget=forms.Textarea, max_length=2000)
    due_on = DateField(label="Hạn trả lời mới")
    version = VersionField()


class AdviceForm(AnswerForm):
    """What the advisory team proposes for one criterion."""

    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].label = "Mức đề xuất"
        self.fields["explanation"].label = "Lý do"
        self.fields["explanation"].help_text = "Bắt buộc khi khác mức chủ thể tự chấm."


class VisitForm(ActForm):
    held_on = DateField(label="Ngày khảo sát")
    place = forms.CharField(label="Địa điểm", max_length=300)
    people = forms.CharField(
        label="Thành phần tham gia", widget=forms.Textarea, max_length=2000, help_text="Họ tên, chức vụ, cơ quan."
    )
    summary = forms.CharField(label="Kết quả chung", widget=forms.Textarea, max_length=5000, required=False)


class _AtCriterion(ActForm):
    criterion = forms.ChoiceField(label="Tiêu chí")

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.code, f"{one.code} {one.name_vi}") for one in criteria]
        if not self.fields["criterion"].required:
            choices.insert(0, ("", "Không gắn tiêu chí"))
        self.fields["criterion"].choices = choices  # type: ignore[attr-defined]


class FindingForm(_AtCriterion):
    text = forms.CharField(label="Ghi nhận tại chỗ", widget=forms.Textarea, max_length=2000)


class PhotoForm(_AtCriterion):
    file = UploadField(label="Ảnh", allow=IMAGES)
    place = forms.CharField(label="Nơi chụp", max_length=200, help_text="Ví dụ: kho nguyên liệu, thôn Nà Pàng.")
    criterion = forms.ChoiceField(label="Tiêu chí", required=False)

    field_order = ("file", "place", "criterion")
