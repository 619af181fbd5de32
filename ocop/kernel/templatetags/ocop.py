"""Tags and filters of every page: Vietnamese days, numbers and words; icons, drawings, query strings, form tokens.

All names are built in (settings TEMPLATES), so templates need no `load`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from html import escape

from django import template
from django.http import QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ocop.kernel import codes
from ocop.kernel import time as days
from ocop.kernel.pages.listing import Facet

register = template.Library()

FLOORS = ((30, 2), (50, 3), (70, 4), (90, 5))  # lowest points of each star, QĐ 26/2026 art. 3
AMBER_DAYS, RED_DAYS, MONTHS_FROM = (
    90,
    30,
    180,
)  # validity line: ui.md section 5; 90 days, today among them (proof.md 2)

# Product set (bộ sản phẩm) -> drawing, words after "Hình minh họa nhóm"
DRAWINGS = {
    1: ("fruit", "rau, củ, quả, hạt tươi"),
    2: ("meat", "thịt, thủy sản, trứng, sữa tươi"),
    3: ("rice", "gạo, ngũ cốc, hạt sơ chế"),
    4: ("honey", "mật ong và nông sản khác"),
    5: ("cake", "đồ ăn nhanh"),
    6: ("noodle", "chế biến từ gạo, ngũ cốc"),
    7: ("preserve", "chế biến từ rau, củ, quả, hạt"),
    8: ("meat", "chế biến từ thịt, thủy sản, trứng, sữa, mật ong"),
    9: ("sauce", "tương, nước mắm, gia vị lỏng"),
    10: ("spice", "gia vị khác"),
    11: ("tea", "chè"),
    12: ("tea", "trà từ thực vật khác"),
    13: ("coffee", "cà phê, ca cao"),
    14: ("spirit", "rượu trắng"),
    15: ("spirit", "đồ uống có cồn khác"),
    16: ("water", "nước khoáng, nước uống đóng chai"),
    17: ("water", "đồ uống không cồn khác"),
    18: ("medicine", "thực phẩm chức năng, thuốc dược liệu"),
    19: ("cosmetic", "mỹ phẩm từ dược liệu"),
    20: ("herb", "tinh dầu và dược liệu khác"),
    21: ("basket", "thủ công mỹ nghệ"),
    22: ("textile", "vải, may mặc"),
    23: ("flower", "hoa"),
    24: ("bonsai", "cây cảnh"),
    25: ("animal", "động vật cảnh"),
    26: ("homestay", "du lịch cộng đồng, du lịch sinh thái"),
}
NO_DRAWING = ("generic", "sản phẩm")


@register.filter
def vi_date(day: date | datetime | None) -> str:
    """dd/mm/yyyy of the Vietnamese day, or 'chưa rõ'."""
    return days.vi_date(days.day_of(day) if isinstance(day, datetime) else day)


@register.filter
def vi_datetime(moment: datetime | None) -> str:
    """'09:41 ngày 15/10/2025', or 'chưa rõ'."""
    return f"{moment.astimezone(days.VIETNAM):%H:%M ngày %d/%m/%Y}" if moment else "chưa rõ"


@register.filter
def vi_weekday(day: date) -> str:
    """'Thứ Tư, 15/10/2025'."""
    return f"{days.WEEKDAYS[day.weekday()]}, {days.vi_date(day)}"


@register.filter
def days_left(last: date | None, today: date) -> str:
    """'Còn 56 ngày', 'Hôm nay là hạn cuối', 'Quá hạn 3 ngày'; nothing without a last day."""
    if last is None:
        return ""
    left = (last - today).days
    if left == 0:
        return "Hôm nay là hạn cuối"
    return f"Còn {left} ngày" if left > 0 else f"Quá hạn {-left} ngày"


@register.filter
def points(value: int | None) -> str:
    """Whole points; a dash where nobody scored."""
    return "–" if value is None else str(int(value))


def _decimal(units: int, places: int) -> str:
    """Vietnamese writing of a whole number of 10^-places: dot for thousands, comma for decimals."""
    whole, part = divmod(abs(units), 10**places)
    text = f"{whole:,}".replace(",", ".")
    return ("-" if units < 0 else "") + text + (f",{part:0{places}d}" if places else "")


def _rounded(top: int, bottom: int) -> int:
    """top/bottom to the nearest whole number, halves away from zero, without floats."""
    sign = -1 if top < 0 else 1
    return sign * ((2 * abs(top) + bottom) // (2 * bottom))


@register.filter
def mean(total: int | None, count: int) -> str:
    """'82,33': a mean for the eye only, from its sum and count; rules compare the sum, never this."""
    return "–" if total is None or not count else _decimal(_rounded(100 * total, count), 2)


@register.filter
def number(value: int | float | Decimal | None) -> str:
    """1234.5 -> '1.234,5', as many decimals as the value has."""
    if value is None:
        return "–"
    exact = Decimal(str(value))
    places = max(0, -int(exact.normalize().as_tuple().exponent))
    return _decimal(int(exact.scaleb(places)), places)


@register.filter
def million(thousand_dong: int | None) -> str:
    """Thousand dong -> million dong with one decimal: 51380000 -> '51.380,0'."""
    return "–" if thousand_dong is None else _decimal(_rounded(thousand_dong, 100), 1)


@register.filter
def grouped(code: str) -> str:
    """A code in groups of four, as people read it."""
    return codes.grouped(code)


@register.simple_tag
@cache
def sprite() -> str:
    """The address of icons.svg, for components that draw with it: a process reads its build once."""
    return static("icons.svg")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing of icons.svg. Without label it is decoration beside words; with label it stands alone."""
    if not label:
        return _decoration(name)
    words = '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>'
    return format_html(words, label, sprite(), name)


@cache
def _decoration(name: str) -> SafeString:
    """A page holds up to a hundred of the few."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', sprite(), name)


@register.simple_tag
def badge(tone: str, icon: str, text: object) -> SafeString:
    """Words with a drawing. tone  ok, info, warning, danger, neutral. Not a template: every row of a list has one."""
    return format_html('<span class="badge {}">{}{}</span>', tone, _decoration(icon), text)


@register.simple_tag
@cache
def stars(count: int | None, lapsed: bool = False) -> SafeString:
    """The rank. count  1-5, None: the source names none; lapsed  no gold, only words. Not a template, as a badge."""
    if count and not lapsed:
        row = '<svg class="stars-row" aria-hidden="true"><use href="{}#stars-{}"/></svg>'
        return format_html('<span class="stars">{}{} sao</span>', format_html(row, sprite(), count), count)
    words = f"Hạng cũ: {count} sao" if count else "Nguồn không nêu hạng" if lapsed else "Chưa có hạng"
    return format_html('<span class="stars stars-lapsed">{}</span>', words)


@register.simple_tag
def ticks(facet: Facet) -> SafeString:
    """One tick box an option of a filter. Not a template: a list by commune has hundreds of them on every page."""
    start = f'<label><input type="checkbox" name="{escape(facet.name)}" value="'
    boxes = []
    for option, chosen in facet.options:
        count = "" if option.count is None else f'<span class="facet-count">{number(option.count)}</span>'
        mark = " checked" if chosen else ""
        boxes.append(f'{start}{escape(option.value)}"{mark}><span>{escape(option.label)}</span>{count}</label>')
    return SafeString("".join(boxes))


@register.simple_tag
def illustration(set_no: int | None, eager: bool = False) -> SafeString:
    """The drawing of a product set, labelled as such (no photo of the product)."""
    drawing, words = DRAWINGS.get(set_no or 0, NO_DRAWING)
    return format_html(
        '<img class="art" src="{}" alt="Hình minh họa nhóm {}" width="280" height="170" loading="{}">',
        static(f"illustrations/{drawing}.svg"),
        words,
        "eager" if eager else "lazy",
    )


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """The page's query string with changes: {% query trang=2 %}; None takes a name away. Always starts with '?'."""
    data: QueryDict = context["request"].GET.copy()
    data.pop("tai", None)
    for name, value in changes.items():
        if value is None:
            data.pop(name, None)
        else:
            data[name] = str(value)
    return f"?{data.urlencode()}"


@register.simple_tag
def once_token() -> SafeString:
    """The hidden token by which a form that is sent twice acts once (kernel.once)."""
    return format_html('<input type="hidden" name="once" value="{}">', secrets.token_urlsafe(16))


@dataclass(frozen=True)
class Validity:
    """What the validity line shows. used  share of the time gone, 0..100 per cent"""

    granted: date
    until: date
    words: str
    tone: str
    used: int


@register.simple_tag(name="validity_of")
def validity_of(granted: date, until: date, today: date) -> Validity:
    """Words, tone and bar of a validity whose last day counts in full."""
    left = (until - today).days
    used = max(0, min(100, 100 * (today - granted).days // max(1, (until - granted).days)))
    tone = "danger" if left <= RED_DAYS else "warning" if left < AMBER_DAYS else "ok"
    if left < 0:
        words = f"Hết hiệu lực từ {days.vi_date(date.fromordinal(until.toordinal() + 1))}"
    elif today < granted:
        words = "Chưa có hiệu lực"
    elif left == 0:
        words = "Hôm nay là ngày cuối"
    elif left <= MONTHS_FROM:
        words = f"Còn {left} ngày"
    else:
        words = _months_and_days(today, until)
    return Validity(granted, until, words, tone, used)


def _months_and_days(first: date, last: date) -> str:
    months = (last.year - first.year) * 12 + last.month - first.month
    if days.add_months(first, months) > last:
        months -= 1
    rest = (last - days.add_months(first, months)).days
    return f"Còn {months} tháng" + (f" {rest} ngày" if rest else "")


@register.inclusion_tag("components/scale.html")
def scale(value: int, label: str = "Tự chấm") -> dict[str, object]:
    """The readiness scale 0-100 with the floors of the stars and a mark at value (whole points)."""
    anchor = "start" if value < 4 else "end" if value > 96 else "middle"
    missing = next(({"points": floor - value, "stars": stars} for floor, stars in FLOORS if value < floor), None)
    bands = [(low, high - low) for low, high in zip((0, 30, 50, 70, 90), (30, 50, 70, 90, 100), strict=True)]
    return {"value": value, "label": label, "anchor": anchor, "missing": missing, "floors": FLOORS, "bands": bands}
