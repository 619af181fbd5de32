"""Does a scorecard file add up? Every error and warning with its place, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any

from .cards import COMPLETE, ONE_OF_CASES, PARTIAL, REJECT, SINGLE_CHOICE, STARS, STOP, YES_NO, Regime

Problem = tuple[str, str]  # place in the file, Vietnamese sentence
Kind = Callable[[object], bool]
Level = tuple[Mapping[str, Kind], Mapping[str, Kind]]


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _whole(value: object) -> bool:
    return type(value) is int and value >= 0


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _day(value: object) -> bool:
    return type(value) is date


def _table(value: object) -> bool:
    return isinstance(value, dict)


def _tables(value: object) -> bool:
    return isinstance(value, list) and all(map(_table, value))


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_text, value))


_NAMES: dict[Kind, str] = {
    _text: "chữ, không để trống",
    _whole: "số nguyên từ 0",
    _flag: "true hoặc false",
    _day: "một ngày",
    _table: "một bảng",
    _tables: "danh sách các bảng",
    _texts: "danh sách chữ",
}
# Each level: fields that must be there, fields that may be there. Any other name is a slip of the pen.
_NAMED: dict[str, Kind] = {"code": _text, "name_vi": _text, "name_en": _text}
_FILE: Level = (
    {
        **_NAMED,
        "schema": _text,
        "regime": _text,
        "set_no": _whole,
        "group": _table,
        "legal": _table,
        "source": _text,
        "status": _text,
        "total_max": _whole,
        "parts": _tables,
    },
    {
        "subgroup_vi": _text,
        "managing_ministry": _text,
        "certainty": _text,
        "samples_required": _whole,
        "scored_site_visit": _flag,
        "reject_when_vi": _texts,
        "star_minimum_marks": _table,
        "corrections": _texts,
    },
)
_LEGAL: Level = (
    {"decision": _text, "effective_from": _day},
    {"amended_by": _text, "date": _day, "annex": _text, "effective_to": _day},
)
_PART: Level = ({**_NAMED, "max": _whole, "sections": _tables}, {})
_SECTION: Level = ({**_NAMED, "max": _whole, "criteria": _tables}, {"notes_vi": _texts})
_CRITERION: Level = (
    {**_NAMED, "max": _whole, "kind": _text, "options": _tables, "evidence": _texts},
    {
        "cases": _tables,
        "criterion_star_mark": _whole,
        "equal_points_ok": _flag,
        "heading": _table,
        "knockout": _text,
        "notes_vi": _texts,
    },
)
_OPTION: Level = ({"points": _whole, "text_vi": _text}, {"case": _text, "min_for_star": _whole})
_CASE: Level = ({"code": _text}, {"text_vi": _text})
_HEADING: Level = (_NAMED, {"max": _whole})


def problems(
    data: object, *, regimes: Mapping[str, Regime], evidence: Collection[str]
) -> tuple[list[Problem], list[Problem]]:
    """Return (errors, warnings) of one scorecard file; a file with errors is refused as a whole.

    data  as read from YAML; regimes  code -> regime; evidence  the known evidence codes
    complete  everything must add up; partial  sums, options and marks that do not are warnings
    """
    errors = list(_shape(data))
    if errors or not isinstance(data, dict):
        return errors, []
    warnings: list[Problem] = []
    soft = warnings if data["status"] == PARTIAL else errors
    errors += _against_regime(data, regimes.get(data["regime"]))
    soft += _sums(data)
    marks: dict[int, list[str]] = {star: [] for star in STARS}
    seen: set[str] = set()
    for criterion in _criteria(data):
        code, place = criterion["code"], f"tiêu chí {criterion['code']}"
        if code in seen:
            errors.append((place, "mã bị trùng"))
        seen.add(code)
        errors += [(place, f"không có loại minh chứng {e}") for e in criterion["evidence"] if e not in evidence]
        errors += [(place, sentence) for sentence in _wrong_kind(criterion)]
        soft += [(place, sentence) for sentence in _wrong_options(criterion)]
        for star in [criterion.get("criterion_star_mark"), *(o.get("min_for_star") for o in criterion["options"])]:
            if star in marks:
                marks[star].append(code)
            elif star is not None:
                soft.append((place, f"dấu tối thiểu phải là 3, 4 hoặc 5 sao, không phải {star}"))
    if data.get("star_minimum_marks", marks) != marks:
        errors.append(("star_minimum_marks", "không khớp với dấu sao ở các phương án"))
    return errors, warnings


def _criteria(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for part in data["parts"]:
        for section in part["sections"]:
            yield from section["criteria"]


def _shape(data: object) -> Iterator[Problem]:
    """Yield what is missing, of a wrong type or unknown: nothing can be added up before this is right."""
    errors = list(_fields(data, _FILE, "tệp"))
    yield from errors
    if errors or not isinstance(data, dict):
        return
    yield from _fields(data["legal"], _LEGAL, "legal")
    for part in data["parts"]:
        yield from (errors := list(_fields(part, _PART, f"phần {part.get('code')}")))
        for section in () if errors else part["sections"]:
            place = f"mục {section.get('code')}"
            yield from (errors := list(_fields(section, _SECTION, place)))
            if not errors and not section["criteria"]:
                yield place, "không có tiêu chí"
            for criterion in () if errors else section["criteria"]:
                yield from _criterion_shape(criterion)


def _criterion_shape(criterion: Mapping[str, Any]) -> Iterator[Problem]:
    place = f"tiêu chí {criterion.get('code')}"
    errors = list(_fields(criterion, _CRITERION, place))
    yield from errors
    if errors:
        return
    for option in criterion["options"]:
        yield from _fields(option, _OPTION, place)
    for case in criterion.get("cases") or ():
        yield from _fields(case, _CASE, place)
    if criterion.get("heading"):
        yield from _fields(criterion["heading"], _HEADING, place)


def _fields(data: object, level: Level, place: str) -> Iterator[Problem]:
    if not isinstance(data, dict):
        yield place, "không phải một bảng"
        return
    must, may = level
    for name, right in must.items():
        if not right(data.get(name)):
            yield place, f"trường {name} phải là {_NAMES[right]}"
    for name, value in data.items():
        if name in may and value is not None and not may[name](value):
            yield place, f"trường {name} phải là {_NAMES[may[name]]}"
        elif name not in must and name not in may:
            yield place, f"không có trường nào tên {name}"


def _against_regime(data: Mapping[str, Any], regime: Regime | None) -> Iterator[Problem]:
    maxima = {part["code"]: part["max"] for part in data["parts"]}
    if regime is None:
        yield "regime", f"không có bộ quy định {data['regime']}"
    else:
        if maxima != regime.part_maxima:
            wanted = ", ".join(f"{code} {points}" for code, points in regime.part_maxima.items())
            yield "parts", f"điểm tối đa các phần phải là {wanted}"
        if regime.star_minimums_printed != ("star_minimum_marks" in data):
            yield "star_minimum_marks", "thiếu, hoặc thừa với quy định này"
    if data["status"] not in (COMPLETE, PARTIAL):
        yield "status", f"không có trạng thái {data['status']}"
    if data["total_max"] != 100 or sum(maxima.values()) != 100:
        yield "total_max", "tổng điểm tối đa phải là 100"


def _sums(data: Mapping[str, Any]) -> Iterator[Problem]:
    for part in data["parts"]:
        total = sum(section["max"] for section in part["sections"])
        if total != part["max"]:
            yield f"phần {part['code']}", f"các mục cộng lại {total} điểm, không phải {part['max']}"
        for section in part["sections"]:
            total = sum(criterion["max"] for criterion in section["criteria"])
            if total != section["max"]:
                yield f"mục {section['code']}", f"các tiêu chí cộng lại {total} điểm, không phải {section['max']}"


def _wrong_kind(criterion: Mapping[str, Any]) -> Iterator[str]:
    kind, options = criterion["kind"], criterion["options"]
    cases = {option.get("case") for option in options}
    if kind not in (SINGLE_CHOICE, ONE_OF_CASES, YES_NO):
        yield f"không có kiểu tiêu chí {kind}"
    if criterion.get("knockout") not in (REJECT, STOP, None):
        yield f"knockout phải là reject hoặc stop, không phải {criterion['knockout']}"
    if kind == YES_NO and options:
        yield "tiêu chí có/không thì không ghi phương án"
    if options and (kind == ONE_OF_CASES) != (len(cases) > 1):
        yield "kiểu tiêu chí và các trường hợp không khớp"
    if kind == ONE_OF_CASES and {case["code"] for case in criterion.get("cases") or ()} != cases:
        yield "mã các trường hợp không khớp"
    if any("min_for_star" in option and not option["points"] for option in options):
        yield "dấu sao ở phương án 0 điểm thì sản phẩm nào cũng đạt"


def _wrong_options(criterion: Mapping[str, Any]) -> Iterator[str]:
    options = criterion["options"]
    if criterion["kind"] == YES_NO:
        return
    if not options:
        yield "không có phương án nào"
        return
    best = max(option["points"] for option in options)
    if best != criterion["max"]:
        yield f"phương án cao nhất {best} điểm, điểm tối đa ghi {criterion['max']}"
    for case in dict.fromkeys(option.get("case") for option in options):
        group = [option for option in options if option.get("case") == case]
        points = [option["points"] for option in group]
        if points != sorted(points if criterion.get("equal_points_ok") else set(points)):
            yield f"điểm các phương án không tăng dần hoặc bị trùng: {points}"
        stars = [option["min_for_star"] for option in group if "min_for_star" in option]
        if stars != sorted(set(stars)):
            yield f"dấu sao không tăng dần theo điểm: {stars}"
