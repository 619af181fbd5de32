"""Loading of reference/areas: the dated tree, then what became of what. Whole or not at all."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path

from django.db import transaction

from ocop.kernel import reference
from ocop.kernel.reference import BadReference
from ocop.kernel.text import clean
from ocop.kernel.time import vi_date

from .models import Area, AreaChange
from .queries import became
from .rules import sort_key, spellings

AREA_FILES = ("areas-2021.csv", "areas-2021-other-versions.csv", "areas-hagiang-2021.csv", "areas-2025.csv")
CHANGE_FILES = ("area-changes-2021-2024.csv", "area-changes-2025.csv")
PROVINCE_FILE = "provinces-2021.csv"

_LEVELS = {2: Area.PROVINCE, 3: Area.DISTRICT, 5: Area.COMMUNE}  # by the length of the statistical code
_TYPES = {
    Area.PROVINCE: {"tỉnh", "thành phố"},
    Area.DISTRICT: {"huyện", "thành phố", "thị xã"},
    Area.COMMUNE: {"xã", "phường", "thị trấn"},
}
_RELATIONS = {label: key for key, label in AreaChange.RELATIONS}
_SHORTCUT = "qua Hồng Sơn"  # from 2021 straight to 2025: says nothing new, but has to agree with the chain
_ONE_DAY = timedelta(days=1)


def load(folder: Path, *, now: datetime) -> int:
    """Load reference/areas under folder; returns how many files were parsed, 0 where nothing changed.

    :raises BadReference: a file is missing or does not add up; nothing was written
    """
    with transaction.atomic():
        parsed = [load_areas(folder / "areas" / name, now=now) for name in AREA_FILES]
        parsed += [load_changes(folder / "areas" / name, now=now) for name in CHANGE_FILES]
        parsed.append(load_provinces(folder / "areas" / PROVINCE_FILE, now=now))
    return sum(parsed)


def load_areas(path: Path, *, now: datetime) -> bool:
    """Load one file of areas (columns: README of reference). The parents come before their children.

    :raises BadReference: an unknown parent, two versions of a code on one day, a loaded area that the file lost
    """

    def parse(content: bytes) -> list[str]:
        rows = [_area(row, place, path.name) for place, row in _rows(content)]
        _keep_what_was_loaded([area for area, _, _ in rows], path.name)
        for level, _ in Area.LEVELS:
            _store(level, [row for row in rows if row[0].level == level])
        _check_versions({area.code for area, _, _ in rows})
        return []

    return reference.load_file(path, f"areas/{path.name}", parse, now=now)


def load_changes(path: Path, *, now: datetime) -> bool:
    """Load one file of changes; the areas on both sides are loaded before.

    :raises BadReference: an unknown area or another name, a commune that ended without an outcome, a split that does
        not say its main part
    """

    def parse(content: bytes) -> list[str]:
        versions = _versions()
        changes: list[AreaChange] = []
        shortcuts: list[tuple[str, Area, Area]] = []
        for place, row in _rows(content):
            day = _day(row["effective_date"], place)
            new = _version(versions, row["new_code"], day, row["new_name"], place)
            if row["relation"] == _SHORTCUT:
                named = [area for area in versions[row["old_code"]] if area.full_name == clean(row["old_name"])]
                if not named:
                    raise BadReference(place, f"không có {row['old_name']} (mã {row['old_code']})")
                shortcuts.append((place, named[0], new))
                continue
            if row["relation"] not in _RELATIONS:
                raise BadReference(place, f"quan hệ {row['relation']!r} không có trong danh mục")
            relation = _RELATIONS[row["relation"]]
            old = _version(versions, row["old_code"], day - _ONE_DAY, row["old_name"], place)
            if (old.valid_to == day - _ONE_DAY) == (relation == AreaChange.CEDED):
                raise BadReference(place, f"{old.full_name}: quan hệ không khớp với ngày hết hiệu lực của địa bàn cũ")
            changes.append(
                AreaChange(
                    old=old,
                    new=new,
                    relation=relation,
                    is_default=row["is_default_for_split"] == "1",
                    day=day,
                    note=row["note"],
                    source=path.name,
                )
            )
        _check_outcomes(changes, versions)
        AreaChange.objects.filter(source=path.name).delete()
        AreaChange.objects.bulk_create(changes)
        _check_shortcuts(shortcuts)
        return []

    return reference.load_file(path, f"areas/{path.name}", parse, now=now)


def load_provinces(path: Path, *, now: datetime) -> bool:
    """Load which old provinces became those of our tree; the other provinces of the country are left out.

    :raises BadReference: an old province of ours is not loaded
    """

    def parse(content: bytes) -> list[str]:
        versions = _versions()
        changes: list[AreaChange] = []
        for place, row in _rows(content):
            if row["new_code_2025"] not in versions:
                continue
            last = _day(row["valid_to"], place)
            old = _version(versions, row["code"], last, row["full_name"], place)
            new = _version(versions, row["new_code_2025"], last + _ONE_DAY, None, place)
            changes.append(
                AreaChange(old=old, new=new, relation=AreaChange.MERGED, day=last + _ONE_DAY, source=path.name)
            )
        AreaChange.objects.filter(source=path.name).delete()
        AreaChange.objects.bulk_create(changes)
        return []

    return reference.load_file(path, f"areas/{path.name}", parse, now=now)


def _rows(content: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    for number, row in enumerate(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))), 2):
        if None in row or None in row.values():
            raise BadReference(f"dòng {number}", "số cột không khớp với dòng đầu bảng")
        yield f"dòng {number}", row


def _day(text: str, place: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadReference(place, f"ngày {text!r} không có thật") from error


def _decimal(text: str, place: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation as error:
        raise BadReference(place, f"{text!r} không phải là số") from error


def _area(row: dict[str, str], place: str, source: str) -> tuple[Area, str, str]:
    """One row as an area without parent, the code of its parent, and its place in the file."""
    level = _LEVELS.get(len(row["code"])) if row["code"].isdecimal() else None
    if level is None:
        raise BadReference(place, f"mã {row['code']!r} phải có 2, 3 hoặc 5 chữ số")
    if row["type"] not in _TYPES[level]:
        raise BadReference(place, f"loại {row['type']!r} không có ở {dict(Area.LEVELS)[level]}")
    if (level == Area.PROVINCE) != (row["parent_code"] == ""):
        raise BadReference(place, "cấp huyện và cấp xã phải ghi mã cấp trên, cấp tỉnh thì không")
    valid_from = _day(row["valid_from"], place)
    valid_to = _day(row["valid_to"], place) if row["valid_to"] else None
    if valid_to and valid_to < valid_from:
        raise BadReference(place, f"hết hiệu lực {vi_date(valid_to)} trước khi có hiệu lực {vi_date(valid_from)}")
    name, full_name, variants = clean(row["name"]), clean(row["full_name"]), clean(row.get("name_variants", ""))
    area = Area(
        code=row["code"],
        level=level,
        type=row["type"],
        name=name,
        full_name=full_name,
        variants=variants,
        folded=spellings(row["type"], name, full_name, variants.split(";")),
        sort_key=sort_key(name),
        valid_from=valid_from,
        valid_from_exact=row.get("valid_from_exact", "1") == "1",
        valid_to=valid_to,
        latitude=_decimal(row.get("centroid_lat", ""), place),
        longitude=_decimal(row.get("centroid_lon", ""), place),
        area_km2=_decimal(row.get("area_km2", ""), place),
        note=row.get("change_note", ""),
        source=source,
    )
    return area, row["parent_code"], place


def _versions() -> dict[str, list[Area]]:
    found: dict[str, list[Area]] = defaultdict(list)
    for area in Area.objects.order_by("code", "valid_from"):
        found[area.code].append(area)
    return found


def _holds(area: Area, first: date, last: date) -> bool:
    begun = not area.valid_from_exact or area.valid_from <= first
    return begun and last <= (area.valid_to or date.max)


def _version(versions: dict[str, list[Area]], code: str, day: date, name: str | None, place: str) -> Area:
    area = next((area for area in versions.get(code, []) if _holds(area, day, day)), None)
    if area is None:
        raise BadReference(place, f"mã {code} chưa có địa bàn vào ngày {vi_date(day)}; hãy nạp tệp địa bàn trước")
    if name is not None and area.full_name != clean(name):
        raise BadReference(place, f"mã {code} ngày {vi_date(day)} là {area.full_name}, không phải {name}")
    return area


def _keep_what_was_loaded(areas: Iterable[Area], source: str) -> None:
    """Refuse a file that lists an area twice, takes one of another file, or lost one: facts end, they do not vanish."""
    loaded = {(area.code, area.valid_from): area.source for area in Area.objects.all()}
    seen: set[tuple[str, date]] = set()
    for area in areas:
        key = (area.code, area.valid_from)
        if key in seen or loaded.get(key, source) != source:
            raise BadReference(f"mã {area.code}", f"phiên bản từ {vi_date(area.valid_from)} đã có")
        seen.add(key)
    lost = [key for key, file in loaded.items() if file == source and key not in seen]
    for code, day in sorted(lost):
        raise BadReference(f"mã {code}", f"phiên bản từ {vi_date(day)} đã nạp trước đây, nay không còn trong tệp")


def _store(level: str, rows: list[tuple[Area, str, str]]) -> None:
    versions = _versions()
    for area, parent_code, place in rows:
        if level == Area.PROVINCE:
            area.province_code = area.code
            continue
        first = area.valid_from if area.valid_from_exact else date.min
        last = area.valid_to or date.max
        area.parent = next((p for p in versions.get(parent_code, []) if _holds(p, first, last)), None)
        if area.parent is None or area.parent.level == level:
            raise BadReference(
                place, f"mã cấp trên {parent_code} chưa có trong suốt thời gian của {area.full_name}; hãy nạp trước"
            )
        area.province_code = area.parent.province_code
    fields = [field.name for field in Area._meta.fields if field.name not in ("id", "code", "valid_from")]
    Area.objects.bulk_create(
        [area for area, _, _ in rows],
        update_conflicts=True,
        unique_fields=["code", "valid_from"],
        update_fields=fields,
    )


def _check_versions(codes: set[str]) -> None:
    """Refuse two versions of a code on one day; only the first version may also have begun before its first day."""
    for code, versions in _versions().items():
        if code not in codes:
            continue
        for earlier, later in pairwise(versions):
            if _holds(earlier, later.valid_from, later.valid_from) or not later.valid_from_exact:
                raise BadReference(
                    f"mã {code}", f"{earlier.full_name} và {later.full_name} trùng ngày {vi_date(later.valid_from)}"
                )


def _check_outcomes(changes: list[AreaChange], versions: dict[str, list[Area]]) -> None:
    """Refuse a change that leaves a commune of that day without an outcome, or a split without one main part."""
    outcomes: dict[tuple[int, date], list[AreaChange]] = defaultdict(list)
    for change in changes:
        if change.relation != AreaChange.CEDED:
            outcomes[change.old.pk, change.day].append(change)
    for parts in outcomes.values():
        whole = [part for part in parts if part.relation != AreaChange.SPLIT]
        name = f"{parts[0].old.full_name} ({parts[0].old.code})"
        if whole and len(parts) > 1:
            raise BadReference(name, "không tách mà có nhiều nơi nhận")
        if not whole and (len(parts) < 2 or sum(part.is_default for part in parts) != 1):
            raise BadReference(name, "tách thì phải có từ hai nơi nhận và đúng một nơi nhận chính")
    ended = {(change.day - _ONE_DAY) for change in changes}
    for area in (area for areas in versions.values() for area in areas):
        if (
            area.level == Area.COMMUNE
            and area.valid_to in ended
            and (area.pk, area.valid_to + _ONE_DAY) not in outcomes
        ):
            raise BadReference(f"mã {area.code}", f"{area.full_name} hết hiệu lực mà không ghi nhập vào đâu")


def _check_shortcuts(shortcuts: list[tuple[str, Area, Area]]) -> None:
    for place, old, new in shortcuts:  # two rows
        if became(old, new.valid_from) != new:
            raise BadReference(place, f"các lần thay đổi đã nạp không dẫn từ {old.full_name} tới {new.full_name}")
