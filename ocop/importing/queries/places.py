"""Communes as lists name them: today's, or one of before 1/7/2025 with its district, which became one of today's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from ocop.areas.models import Area
from ocop.areas.queries import Undetermined, became_each, communes_on
from ocop.areas.rules import typed_name

LAST_OF_DISTRICTS = date(2025, 6, 30)  # NQ 202/2025/QH15: no districts from 1/7/2025


class Places:
    """Finds communes by name, with the few queries of its making."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._now = _by_spelling(communes_on(day))
        self._old = _by_spelling(communes_on(LAST_OF_DISTRICTS)) if day > LAST_OF_DISTRICTS else {}
        olds = {area.pk: area for areas in self._old.values() for area in areas}
        found = became_each([(area, None) for area in olds.values()], day)
        self._today: dict[int, Area | Undetermined] = dict(zip(olds, found, strict=True))

    def find(self, commune: str, district: str) -> Area | str:
        """Return today's commune, or the sentence that says what is wrong.

        commune  "xã Hùng Đức", "Hùng Đức", "Hùng Đức, huyện Hàm Yên"; district  "" where the list has none
        """
        parts = [part.strip() for part in commune.split(",") if part.strip()] or [""]
        if len(parts) > 1 and not district:
            district = parts[1]
        name, within = typed_name(parts[0]), typed_name(district)
        if within and self._old:
            named = self._old.get(name, [])
            inside = [area for area in named if f"|{within}|" in _around(area)]
            if inside:
                return self._one(inside, parts[0])
            here = [area for area in self._now.get(name, []) if f"|{within}|" in _around(area)]
            if here:
                return self._one(here, parts[0])
            if named or name in self._now:
                return f"{_lower(parts[0])} không thuộc {_lower(district)}."
            return f"không có {_lower(parts[0])} trong danh mục địa bàn."
        areas = self._now.get(name) or self._old.get(name, [])
        if not areas:
            return f"không có {_lower(parts[0])} trong danh mục địa bàn."
        return self._one(areas, parts[0])

    def today(self, areas: Iterable[Area]) -> dict[int, int | None]:
        """Key of each area -> key of the commune that it is today, None where that is not certain. Few queries."""
        distinct = {area.pk: area for area in areas}
        missing = [area for pk, area in distinct.items() if pk not in self._today]
        self._today |= dict(
            zip((area.pk for area in missing), became_each([(area, None) for area in missing], self.day), strict=True)
        )
        found = {pk: self._today[pk] for pk in distinct}
        return {pk: None if isinstance(area, Undetermined) else area.pk for pk, area in found.items()}

    def _one(self, areas: list[Area], typed: str) -> Area | str:
        today = {}
        for area in areas:
            found = self._today.get(area.pk, area)
            if isinstance(found, Undetermined):
                names = " hoặc ".join(one.full_name for one in found.candidates)
                return f"{_lower(typed)} đã tách, nay là {names}. Ghi tên xã hiện nay."
            today[found.pk] = found
        if len(today) > 1:
            names = "; ".join(f"{area.full_name}, {area.parent}" for area in areas)
            return f"có {len(today)} nơi tên {typed} ({names}). Thêm cột huyện."
        return next(iter(today.values()))


def _by_spelling(areas: Iterable[Area]) -> dict[str, list[Area]]:
    found: dict[str, list[Area]] = defaultdict(list)
    for area in areas:
        for spelling in set(area.folded.strip("|").split("|")):
            found[spelling].append(area)
    return found


def _around(area: Area) -> str:
    """Spellings of the district and the province around."""
    parent = area.parent
    return "" if parent is None else parent.folded + (parent.parent.folded if parent.parent else "")


def _lower(text: str) -> str:
    """ "Xã Hùng Đức" inside a sentence."""
    first, _, rest = text.partition(" ")
    return f"{first.lower()} {rest}" if rest else f"xã {text}"
