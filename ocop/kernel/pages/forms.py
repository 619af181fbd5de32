"""Forms of every room: text in one spelling, Vietnamese sentences, days as people write them, sent twice acts once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpResponse
from django.utils.datastructures import MultiValueDict

from ocop.kernel.refusal import Forbidden, Refusal
from ocop.kernel.text import clean

VI_DAY = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")
LONGEST_NUMBER = 18  # digits of a row's number; beyond 64 bits the databases answer with an error
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class Form(forms.Form):
    """Base of all forms: typed text is cleaned (NFC, blanks, no invisible marks) before any field checks it.

    Fields with strip=False (passwords) keep every sign. Sentences say what to do: "Hãy nhập lý do."
    """

    use_required_attribute = False  # the browser's own messages speak its language, ours speak Vietnamese

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _please(field, name)

    def full_clean(self) -> None:
        if self.is_bound:
            self.data = self._cleaned_data()
        super().full_clean()

    def carry_out(self, act: Callable[[], HttpResponse | None]) -> HttpResponse | None:
        """Do what a right form asks for and return the answer.

        None  it was not sent, or has mistakes, or the rules refuse the act, or the act asked something more of the
        form: then it says so beside what was typed
        :raises Forbidden: who may not do this at all gets no form to try again
        """
        if not self.is_valid():
            return None
        try:
            return act()
        except Forbidden:
            raise
        except Refusal as refusal:
            self.add_error(None, str(refusal))
            return None

    @property
    def status(self) -> int:
        """Of the page that shows the form: 422 when it was sent and came back, else 200."""
        return 422 if self.is_bound else 200

    def _cleaned_data(self) -> MultiValueDict[str, Any]:
        data = MultiValueDict(dict(self.data.lists()) if hasattr(self.data, "lists") else _lists(self.data))
        for name, field in self.fields.items():
            key = self.add_prefix(name)
            if key in data and getattr(field, "strip", True):
                data.setlist(key, [clean(v) if isinstance(v, str) else v for v in data.getlist(key)])
        return data


def _lists(data: Any) -> dict[str, list[Any]]:
    return {key: list(value) if isinstance(value, list | tuple) else [value] for key, value in data.items()}


def _please(field: forms.Field, name: str) -> str:
    """'Hãy nhập lý do.' from the label 'Lý do'; an abbreviation such as HTX keeps its capitals."""
    label = str(field.label or name.replace("_", " "))
    if len(label) > 1 and not label[1].isupper():
        label = label[0].lower() + label[1:]
    if isinstance(field, forms.FileField):
        verb = "chọn tệp cho"
    elif isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        verb = "chọn"
    else:
        verb = "đánh dấu" if isinstance(field, forms.BooleanField) else "nhập"
    return f"Hãy {verb} {label}."


class DateField(forms.DateField):
    """A day as 15/10/2025, 5/3/2025 or 2025-10-15; shown as dd/mm/yyyy."""

    widget = forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime | date):
            return super().to_python(value)
        text = str(value).strip()
        if found := VI_DAY.fullmatch(text):
            day, month, year = map(int, found.groups())
        elif found := ISO_DAY.fullmatch(text):
            year, month, day = map(int, found.groups())
        else:
            raise ValidationError(f"“{text[:30]}” không phải ngày. Nhập ngày/tháng/năm, ví dụ 15/10/2025.", "invalid")
        try:
            return date(year, month, day)
        except ValueError as error:
            shown = f"{day:02d}/{month:02d}/{year:04d}"
            raise ValidationError(f"Ngày {shown} không có thật. Nhập ngày/tháng/năm.", "invalid") from error


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic only in its stubs
    """Some rows of a query by number. A number that no table can hold is an unknown choice like any other."""

    def clean(self, value: Any) -> Any:
        for one in value or ():
            if len(str(one)) > LONGEST_NUMBER:
                raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": str(one)[:30]})
        return super().clean(value)


class ListedField(forms.ChoiceField):
    """One row, by number, of a list that is at hand: no query to show it, none to take a choice.

    rows  what reads the list when it is needed, or the list itself; clean gives the row, None for no choice
    """

    default_error_messages = {"invalid_choice": forms.ModelChoiceField.default_error_messages["invalid_choice"]}

    def __init__(
        self, rows: Callable[[], Sequence[Model]] = list, *, empty_label: str | None = None, **kwargs: Any
    ) -> None:
        self.empty_label = empty_label
        super().__init__(**kwargs)
        self.offer(rows)

    def __deepcopy__(self, memo: dict[int, Any]) -> ListedField:
        found: ListedField = super().__deepcopy__(memo)
        found.offer(self.rows)
        return found

    def offer(self, rows: Callable[[], Sequence[Model]] | Sequence[Model]) -> None:
        """Set the list to choose from."""
        self.rows = rows if callable(rows) else lambda: rows
        self.choices = self._listed

    def _listed(self) -> list[tuple[object, str]]:
        empty = [("", self.empty_label)] if self.empty_label is not None else []
        return [*empty, *((row.pk, str(row)) for row in self.rows())]

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Model) else value

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        return next((row for row in self.rows() if str(row.pk) == chosen), None)


class VersionField(forms.IntegerField):
    """Hidden: the version that the page showed. The service compares it before it writes."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        stale = "Biểu mẫu đã cũ. Mở lại trang rồi thử lại."
        super().__init__(
            min_value=0, error_messages={"required": stale, "invalid": stale, "min_value": stale}, **kwargs
        )


class OnceField(forms.CharField):
    """Hidden: a fresh random token; a service claims it (kernel.once), so a form sent twice acts once."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=64, initial=_token, **kwargs)


def _token() -> str:
    return secrets.token_urlsafe(16)


class ActForm(Form):
    """A form that changes something: carries `once`."""

    once = OnceField()
