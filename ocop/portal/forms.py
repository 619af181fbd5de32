"""The day and the map that a list is asked about, as people and links write them; a comment on a proposed result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from ocop.kernel.pages.forms import ActForm, DateField
from ocop.kernel.text import clean
from ocop.kernel.time import vi_date

from .rules import FIRST_DAY, FIRST_MAP, MAP_2021, MAP_OF_2021, MAP_TODAY, AsOf

DAY, MAP = "ngay", "dia-gioi"  # names in the query string
PROGRAMME = f"Chương trình OCOP bắt đầu từ ngày {vi_date(FIRST_DAY)}."
TREE = f"Dữ liệu địa giới bắt đầu từ ngày {vi_date(FIRST_MAP)}."


def as_of(asked: Mapping[str, str], today: date) -> tuple[AsOf, dict[str, str]]:
    """Read "ngay" (dd/mm/yyyy, yyyy-mm-dd) and "dia-gioi" ("2021", "hien-nay", a day); nothing asked is today.

    Returns what is asked, and by name a sentence for each that cannot be (it is today then).
    """
    problems: dict[str, str] = {}

    def read(name: str, first: date, why: str) -> date:
        try:
            return _day(asked.get(name, ""), first, why, today)
        except ValidationError as error:
            problems[name] = error.messages[0]
            return today

    named = {MAP_OF_2021: MAP_2021, MAP_TODAY: today}
    day = read(DAY, FIRST_DAY, PROGRAMME)
    map_day = named.get(clean(asked.get(MAP, ""))) or read(MAP, FIRST_MAP, TREE)
    return AsOf(today, day, map_day), problems


def _day(typed: str, first: date, why: str, today: date) -> date:
    day = DateField(required=False).clean(clean(typed)) or today
    span = f"Nhập một ngày từ {vi_date(first)} đến hôm nay, {vi_date(today)}."
    if day > today:
        raise ValidationError(f"Ngày {vi_date(day)} chưa tới. {span}", "future")
    if day < first:
        raise ValidationError(f"{why} {span}", "early")
    return day


class CommentForm(ActForm):
    """A comment of anybody; his name and how to reach him are for officers alone."""

    name = forms.CharField(label="Họ và tên", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    contact = forms.CharField(
        label="Điện thoại hoặc thư điện tử",
        max_length=200,
        required=False,
        help_text="Không bắt buộc, để cán bộ hỏi lại. Họ tên và liên hệ chỉ cán bộ xử lý xem được.",
    )
    text = forms.CharField(label="Nội dung góp ý", max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))
