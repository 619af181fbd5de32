"""Recalculation by an independent path: from the signed sheets and the scorecard files, by arithmetic of its own.

Nothing here calls the rules that marked and concluded: two ways must lead to one result, else somebody or something
changed a figure. `./run manage recheck SESSION` prints it; a session ends only when it agrees.
Source: QĐ 26/2026/QĐ-TTg art. 3 and the notes under each table of annex II; QĐ 781/QĐ-TTg for 2019.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import rfc8785
import yaml
from django.conf import settings

from ocop.dossiers.models import Dossier, RouteRow
from ocop.kernel import audit
from ocop.kernel.text import cut
from ocop.scorecards.models import Scorecard, ScoringSetting

from .models import Conclusion, Finding, Item, Session, Sheet

STARS = (3, 4, 5)


@dataclass(frozen=True)
class Figures:
    """What a conclusion says in figures, as stored or as found again."""

    points: int
    sheets: int
    band: int | None
    missed: Mapping[str, list[str]]
    stars: int | None
    result: str
    deviation_stands: bool

    NAMES = {
        "points": "tổng điểm",
        "sheets": "số phiếu",
        "band": "hạng theo điểm",
        "missed": "mức tối thiểu chưa đạt",
        "stars": "hạng sao",
        "result": "kết quả",
        "deviation_stands": "còn chênh lệch",
    }


@dataclass(frozen=True)
class Checked:
    """One closed product: its conclusion in effect, and every difference that was found, in Vietnamese."""

    item: Item
    conclusion: Conclusion | None
    differences: tuple[str, ...]


def recheck(session: Session) -> list[Checked]:
    """Return every closed product of a session, checked again, in the order of the agenda: a constant number of
    queries."""
    items = list(session.items.filter(closed=True).select_related("dossier__scorecard__regime", "dossier__product"))
    items.sort(key=lambda item: (item.position, item.pk))
    rows = Conclusion.objects.in_effect().filter(item__in=items).order_by("pk")
    conclusions = {conclusion.item_id: conclusion for conclusion in rows}
    sheets: dict[tuple[int, int], list[Sheet]] = defaultdict(list)
    signed = Sheet.objects.filter(item__in=items, signed_at__isnull=False)
    for sheet in signed.select_related("scorecard", "member__user").order_by("pk"):
        sheets[sheet.item_id, sheet.round].append(sheet)
    findings: dict[int, list[Finding]] = defaultdict(list)
    for finding in Finding.objects.filter(item__in=items, confirmed_at__isnull=False).order_by("pk"):
        findings[finding.item_id].append(finding)
    log = audit.histories([one for some in sheets.values() for one in some], without=("sheet.marked",))
    law = _law()
    checked = []
    for item in items:
        conclusion = conclusions.get(item.pk)
        if conclusion is None:
            checked.append(Checked(item, None, ("sản phẩm đã đóng vòng nhưng không có kết luận",)))
            continue
        counted = sheets[item.pk, conclusion.round]
        differences = [fault for sheet in counted for fault in _faults(sheet, item, findings[item.pk], log)]
        if all(isinstance(sheet.body, dict) for sheet in counted):
            found = _figures(item, session, counted, findings[item.pk], law)
            differences += _different(conclusion, found)
        checked.append(Checked(item, conclusion, tuple(differences)))
    return checked


def _different(conclusion: Conclusion, found: Figures) -> list[str]:
    stored = Figures(
        conclusion.points,
        conclusion.sheets,
        conclusion.band,
        {star: list(codes) for star, codes in conclusion.marks_missed.items()},
        conclusion.stars,
        conclusion.result,
        conclusion.deviation_stands,
    )
    return [
        f"{words}: kết luận ghi {_said(getattr(stored, name))}, tính lại được {_said(getattr(found, name))}"
        for name, words in Figures.NAMES.items()
        if getattr(stored, name) != getattr(found, name)
    ]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, Mapping):
        return "; ".join(f"{star} sao {', '.join(codes)}" for star, codes in value.items() if codes) or "không có"
    return "không có" if value is None else str(value)


def _faults(sheet: Sheet, item: Item, findings: list[Finding], log: Mapping[int, list[audit.Entry]]) -> list[str]:
    """What speaks against a signed sheet itself."""
    body, who = sheet.body, f"phiếu của {sheet.member.user.name}"
    if not isinstance(body, dict):
        return [f"{who}: mất nội dung đã ký"]
    # Signed under the findings confirmed by then: the first so many, whatever the clock said.
    sums = [_mark(_file(sheet.scorecard), body, findings[:count]).total for count in range(len(findings) + 1)]
    told = [entry.after["sha256"] for entry in log.get(sheet.pk, ()) if "sha256" in entry.after]
    right = {
        "mã băm không khớp nội dung đã ký": hashlib.sha256(rfc8785.dumps(body)).hexdigest() == sheet.sha256,
        "mã băm khác nhật ký lúc ký": told[-1:] == [sheet.sha256],
        "phiếu ký cho hồ sơ khác hoặc vòng khác": (body["dossier"], body["round"]) == (item.dossier.code, sheet.round),
        "bộ tiêu chí khác bản đã ký": (body["scorecard"], body["scorecard_sha256"])
        == (sheet.scorecard.code, sheet.scorecard.sha256),
        "tổng điểm khác nội dung đã ký": body["total"] == sheet.total,
        "tổng điểm cộng lại không khớp": sheet.total in sums,
    }
    return [f"{who}: {words}" for words, so in right.items() if not so]


# Law, read as it stands in files and tables


def _file(scorecard: Scorecard) -> dict[str, Any]:
    """The scorecard's file with these very bytes; the published copy where the file has since been corrected."""
    path = _paths().get(scorecard.sha256)
    return json.loads(scorecard.body) if path is None else _read(path)


@cache
def _paths() -> Mapping[str, Path]:
    """Hash of the bytes -> scorecard file."""
    files = sorted((settings.REFERENCE / "scorecards").glob("[0-9]*.yaml"))
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files}


@cache
def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(path.read_bytes(), yaml.CSafeLoader)
    return found


@dataclass(frozen=True)
class _Law:
    """Dated settings and routes, as their tables hold them."""

    settings: list[ScoringSetting]
    routes: Mapping[str, RouteRow]

    def setting(self, name: str, day: date) -> Any:
        return next(
            row.value
            for row in self.settings
            if row.name == name and (row.valid_from or date.min) <= day <= (row.valid_to or date.max)
        )


def _law() -> _Law:
    routes = {row.route: row for row in RouteRow.objects.order_by("valid_from")}
    return _Law(list(ScoringSetting.objects.order_by("name", "valid_from")), routes)


# Arithmetic


@dataclass(frozen=True)
class _Marked:
    """One sheet. points  by criterion; least  criterion -> star -> least points that its case asks for"""

    points: Mapping[str, int]
    least: Mapping[str, Mapping[int, int]]

    @property
    def total(self) -> int:
        return sum(self.points.values())


def _mark(data: Mapping[str, Any], body: Mapping[str, Any], findings: Sequence[Finding]) -> _Marked:
    """Mark one sheet; nothing counts after a stop, nothing of the story's section without a story."""
    stops = {finding.criterion for finding in findings if finding.kind == "stop"}
    points: dict[str, int] = {}
    least: dict[str, dict[int, int]] = {}
    stopped = untold = False
    for part in data["parts"]:
        for section in part["sections"]:
            story = section["code"] == "5" and data["set_no"] != 26  # tourism has no story
            for place, criterion in enumerate(section["criteria"]):
                code, options = criterion["code"], criterion["options"]
                answer, case = body["answers"].get(code), body["cases"].get(code)
                points[code] = 0
                if not (stopped or (story and place and untold)):
                    if not options:
                        points[code] = criterion["max"] if answer is True else 0
                    elif answer is not None:
                        points[code], case = options[answer]["points"], options[answer].get("case")
                    untold = untold or (story and not place and not points[code])
                    stopped = code in stops
                star = criterion.get("criterion_star_mark")
                least[code] = {star: 1} if star else {}
                for option in options:
                    star = option.get("min_for_star")
                    if star and (case is None or option.get("case") in (None, case)):
                        least[code][star] = max(least[code].get(star, 0), option["points"])
    return _Marked(points, least)


def _missed(sheets: Sequence[_Marked], rule: str) -> dict[str, list[str]]:
    """Star -> criteria whose least points the council does not meet by its rule."""
    found: dict[str, list[str]] = {str(star): [] for star in STARS}
    for code in sheets[0].points:
        given = [sheet.points[code] for sheet in sheets]
        for star in STARS:
            least = [sheet.least[code].get(star, 0) for sheet in sheets]
            reached = sum(point >= bottom for point, bottom in zip(given, least, strict=True))
            met = {
                "majority": 2 * reached > len(given),
                "every": reached == len(given),
                "mean": sum(given) >= max(least) * len(given),
            }[rule]
            if not met:
                found[str(star)].append(code)
    return found


def _figures(item: Item, session: Session, sheets: list[Sheet], findings: list[Finding], law: _Law) -> Figures:
    """The conclusion on one product, from its signed sheets, the confirmed findings and the rules of the session."""
    dossier: Dossier = item.dossier
    rules, day = session.rules_body, dossier.filed_on or dossier.step_since
    marked = [_mark(_file(sheet.scorecard), sheet.body or {}, findings) for sheet in sheets]
    if not marked:
        return Figures(0, 0, None, {}, 0, "rejected", False)
    totals = sorted(sheet.total for sheet in marked)
    spread, limit = totals[-1] - totals[0], rules.get("deviation_limit", 10)
    apart = spread >= limit if rules.get("deviation_from") else spread > limit
    rejected = any(finding.kind == "reject" for finding in findings)
    if rules.get("counted") == "trimmed" and len(marked) > 2:
        marked = sorted(marked, key=lambda sheet: (sheet.total, *sheet.points.values()))[1:-1]
    total, count = sum(sheet.total for sheet in marked), len(marked)
    mean = Fraction(total, count)
    band = next(stars for lowest, stars in dossier.scorecard.regime.floors if mean >= lowest)
    missed = _missed(marked, rules.get("mark_rule") or law.setting("council_mark_rule", day))
    if dossier.scorecard.regime.star_minimums_printed:
        stars = min(band, 2)
        for star in (star for star in STARS if star <= band):
            if not missed[str(star)]:
                stars = star
            elif law.setting("lower_marks_bind", day):
                break
    else:
        stars = min(band, next((finding.stars or 0 for finding in findings if finding.kind == "minimum_2019"), 0))
    route = law.routes[dossier.route]
    up = route.council_sends_from if session.council.level == "district" else None
    final: int | None = min(stars, 4)
    if rejected:
        final, result = 0, "rejected"
    elif up is not None and mean >= up:
        final, result = None, "send_up"
    elif (
        session.council.level == "province"
        and mean >= route.ministry_from
        and (law.setting("potential_5_by_points_alone", day) or stars == 5)
    ):
        final, result = None, "potential_5"
    else:
        result = "recognised" if min(stars, 4) >= 3 else "below_3"
    return Figures(total, count, band, missed, final, result, apart and not rejected)


def words_of(checked: Sequence[Checked]) -> str:
    """'khớp 3/3 sản phẩm', and what differs, for a refusal or a command."""
    wrong = [one for one in checked if one.differences]
    said = f"khớp {len(checked) - len(wrong)}/{len(checked)} sản phẩm"
    return "; ".join([said, *(f"{one.item}: {cut('; '.join(one.differences), 400)}" for one in wrong)])
