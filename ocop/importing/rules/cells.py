"""One cell as offices write it -> the value that is stored, or what is wrong with it. Days come as ISO text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from ocop.kernel.text import clean, cut, fold
from ocop.kernel.time import vi_date

from .fields import Field

UNKNOWN = frozenset({"chua ro", "khong ro", "chua xac dinh", "khong co", "chua co", "khong", "null", "none", "n a"})
_LONGEST_UNKNOWN = 20  # signs, with accents and dots
_NOTHING = re.compile(r"[-–—./…?\s]*")  # what stands in a cell that is left open
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
_DAY = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})")
_LONG_DAY = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(:00)?)?")
_YEAR = re.compile(r"(?:nam )?((?:19|20)\d\d)")
_NUMBER_OF_DECISION = re.compile(r"\d{1,5}[a-zđ]?\s*(?:/\s*\d{4}\s*)?/\s*[A-ZĐ][\wĐđ.]*(?:\s*-\s*[\wĐđ.]+)*")
_OPEN = re.compile(r"(vo thoi han|khong (xac dinh )?(thoi )?han|khong ghi( thoi han)?|lau dai|dai han)")
_FOR = re.compile(r"(\d{1,2}) (nam|thang)")
_EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)  # days from 1954 to 2119
_STAR_WORDS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5}
OLDEST = 1900  # year
LONGEST = 100  # years that a paper may still run


@dataclass(frozen=True)
class Read:
    """What a cell gives. value  text, whole number, ISO day or None (empty, unknown); error, warning  sentences

    more  values for other fields that stood in the same cell
    """

    value: Any = None
    error: str = ""
    warning: str = ""
    more: tuple[tuple[str, Any], ...] = ()


def text_of(value: Any) -> str:
    """Return a cell's value as a person reads it: whole numbers without ".0", days as dd/mm/yyyy."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}".replace(".", ",")
    if isinstance(value, datetime):
        return vi_date(value.date()) if value.time() == time.min else f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return vi_date(value)
    return str(value)


def read(field: Field, value: Any, today: date) -> Read:
    """Read a cell for a field. today  no day of a paper lies after it"""
    if value == "":
        return Read()
    if value in _ERRORS:
        return Read(error=f"Ô báo lỗi {value} trong Excel. Sửa công thức hoặc gõ giá trị.")
    text = text_of(value)
    if len(text) <= _LONGEST_UNKNOWN and (_NOTHING.fullmatch(text) or fold(text) in UNKNOWN):
        return Read()
    found = _READERS[field.how](text, value, today)
    if isinstance(found.value, str) and len(found.value) > field.longest:
        return Read(error=f"{field.label} dài {len(found.value)} ký tự, tối đa {field.longest}. Viết gọn lại.")
    return found


def number(text: str) -> Decimal | None:
    """Return a number in Vietnamese writing ("1.170,5": dots for thousands, comma for decimals), or None."""
    plain = text.replace(" ", "").replace("\u00a0", "")
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?", plain):
        plain = plain.replace(".", "")
    try:
        found = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def day(text: str, value: Any) -> tuple[date | None, str]:
    """Return the day that a cell holds and a warning, or None and the error."""
    if isinstance(value, datetime):
        return value.date(), ""
    if isinstance(value, date):
        return value, ""
    if isinstance(value, float | int) and not isinstance(value, bool) and int(value) in _SERIALS:
        found = _EXCEL_EPOCH + timedelta(days=int(value))
        return found, f"Ô là số {text}, hiểu là ngày {vi_date(found)}."
    if match := _ISO.fullmatch(text):
        year, month, number_ = match.group(1, 2, 3)
    elif match := _DAY.fullmatch(re.sub(r"^ngày\s+", "", text, flags=re.IGNORECASE)) or _LONG_DAY.fullmatch(fold(text)):
        number_, month, year = match.groups()
    else:
        return None, f"“{cut(text, 30)}” không phải ngày. Ghi ngày/tháng/năm, ví dụ 15/10/2025."
    warning = f"Năm viết hai chữ số, hiểu là 20{year}." if len(year) == 2 else ""
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(number_)), warning
    except ValueError:
        return None, f"Ngày {int(number_):02d}/{int(month):02d}/{year} không có thật."


def _text(text: str, value: Any, today: date) -> Read:
    return Read(" ".join(text.split()))


def _long(text: str, value: Any, today: date) -> Read:
    return Read(text)


def _code(text: str, value: Any, today: date) -> Read:
    """Numbers of papers: letters, digits and a few signs; a number that lost its first zero in Excel is said."""
    text = re.sub(r"\s+", "", text).lstrip("'")
    if not isinstance(value, str) and text.isdigit() and len(text) in (9, 11):
        return Read(f"0{text}", warning=f"Ô là số {text}: Excel đã bỏ số 0 ở đầu, hiểu là 0{text}.")
    if isinstance(value, float) and ("," in text or "e" in text):
        return Read(error=f"“{cut(text, 30)}” không phải mã số. Định dạng ô là văn bản rồi gõ lại.")
    return Read(text)


def _phone(text: str, value: Any, today: date) -> Read:
    digits = re.sub(r"\D", "", text)
    if not isinstance(value, str) and len(digits) == 9:
        return Read(f"0{digits}", warning=f"Ô là số {digits}: Excel đã bỏ số 0 ở đầu, hiểu là 0{digits}.")
    if not 8 <= len(digits) <= 24:
        return Read(error=f"“{cut(text, 30)}” không phải số điện thoại.")
    return Read(" ".join(text.split()))


def _email(text: str, value: Any, today: date) -> Read:
    text = text.replace(" ", "").lower()
    if not re.fullmatch(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+", text):
        return Read(error=f"“{cut(text, 40)}” không phải địa chỉ thư điện tử.")
    return Read(text)


def _day(text: str, value: Any, today: date) -> Read:
    year = _YEAR.fullmatch(fold(text))
    if year:
        return Read(warning="Chỉ ghi năm: ngày để chưa rõ.", more=(("year", int(year.group(1))),))
    found, said = day(text, value)
    if found is None:
        return Read(error=said)
    if found.year < OLDEST or found > today:
        return Read(error=f"Ngày {vi_date(found)} {'chưa tới' if found > today else 'quá xa'}. Kiểm tra lại.")
    return Read(found.isoformat(), warning=said)


def _term(text: str, value: Any, today: date) -> Read:
    """A day of a paper, past or to come; "Không thời hạn" is no day; "36 tháng" waits for its first day."""
    if _OPEN.fullmatch(fold(text)):
        return Read()
    if length := _FOR.fullmatch(fold(text)):
        months = int(length[1]) * (12 if length[2] == "nam" else 1)
        return Read(more=(("months", months),) if months else (), error="" if months else f"“{text}” không phải ngày.")
    found, said = day(text, value)
    if found is None:
        return Read(error=said)
    if not OLDEST <= found.year <= today.year + LONGEST:
        return Read(error=f"Ngày {vi_date(found)} quá xa. Kiểm tra lại.")
    return Read(found.isoformat(), warning=said)


def _decision(text: str, value: Any, today: date) -> Read:
    """Number of a decision, alone or as "Quyết định số 321/QĐ-UBND ngày 12/12/2023 của UBND tỉnh"."""
    match = _NUMBER_OF_DECISION.search(text)
    if match is None:
        plain = re.sub(r"^(quyết định|qđ)?\s*số:?\s*", "", text, flags=re.IGNORECASE)
        return Read(plain, warning="" if plain.isdigit() else "Số quyết định không đúng thể thức, ghi như trong tệp.")
    number_ = re.sub(r"\s+", "", match.group())
    rest, more = text[match.end() :], list[tuple[str, Any]]()
    if found := re.search(_DAY.pattern, rest):
        on, said = day(found.group(), found.group())
        if on is None or on > today:
            return Read(error=said or f"Ngày {vi_date(on)} chưa tới. Kiểm tra lại.")
        more.append(("decided_on", on.isoformat()))
    if found := re.search(r"\bcủa\s+(.+)$", rest):
        more.append(("organ_name", " ".join(found.group(1).split())[:200]))
    return Read(number_, more=tuple(more))


def _stars(text: str, value: Any, today: date) -> Read:
    plain = fold(text).removesuffix(" ocop").removesuffix(" sao").removeprefix("hang ").removeprefix("dat ").strip()
    count = text.count("*") + text.count("★") + text.count("⭐")
    whole = number(plain) if plain else None
    found = _STAR_WORDS.get(plain) or (int(whole) if whole is not None and whole == int(whole) else count)
    if not 1 <= found <= 5:
        return Read(error=f"“{cut(text, 30)}” không phải hạng sao. Ghi từ 3 đến 5.")
    if found < 3:
        return Read(error=f"{found} sao không có quyết định công nhận. Chỉ nhập từ 3 đến 5 sao.")
    return Read(found)


def _year(text: str, value: Any, today: date) -> Read:
    match = _YEAR.fullmatch(fold(text))
    if match is None:
        return Read(error=f"“{cut(text, 30)}” không phải năm.")
    if int(match.group(1)) > today.year:
        return Read(error=f"Năm {match.group(1)} chưa tới.")
    return Read(int(match.group(1)))


def _sex(text: str, value: Any, today: date) -> Read:
    found = {"nam": "nam", "nu": "nữ", "ong": "nam", "ba": "nữ"}.get(fold(text))
    return Read(found) if found else Read(error=f"“{cut(text, 20)}”: ghi nam hoặc nữ.")


_READERS: dict[str, Callable[[str, Any, date], Read]] = {
    "text": _text, "long": _long, "word": _text, "code": _code, "phone": _phone, "email": _email, "day": _day,
    "term": _term, "decision": _decision, "stars": _stars, "year": _year, "sex": _sex,
}  # fmt: skip
