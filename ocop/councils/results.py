"""Reading a conclusion: why this star, criterion by criterion, from the counted sheets; only after the round closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ocop.dossiers.models import Filing
from ocop.dossiers.queries import settings_of
from ocop.kernel.templatetags.ocop import mean
from ocop.kernel.time import day_of, vi_date
from ocop.scorecards.queries import card
from ocop.scorecards.rules import STARS, Card, Criterion, Floors, Marked, Part, mark

from .models import Conclusion, Discussion, Finding, Sheet
from .queries import findings_as_answers, rules_of
from .rules import Result, causes


@dataclass(frozen=True)
class Condition:
    """One line of the reasoning. result  the words of its badge"""

    met: bool
    label: str
    evidence: str
    result: str


@dataclass(frozen=True)
class Compared:
    """A criterion as the subject and the council gave it. own  None without a self-score; points  sum over sheets"""

    criterion: Criterion
    own: int | None
    points: int
    sheets: int

    @property
    def difference(self) -> int:
        """Council less self-score, times the number of sheets."""
        return self.points - (self.own or 0) * self.sheets

    @property
    def words(self) -> str:
        """'-0,89': the mean difference for the eye."""
        return ("+" if self.difference > 0 else "") + mean(self.difference, self.sheets)


@dataclass(frozen=True)
class Spread:
    """How far the counted sheets lie apart on a criterion, a part, or the whole. points  sum over the sheets

    marks  star, least points, on how many sheets they are met
    """

    code: str
    name: str
    most: int
    low: int
    high: int
    points: int
    marks: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Reading:
    """A conclusion with what it rests on. sheets and marks go together, in the order of signing seats.

    history  sentences on the rounds before: what lay apart, what was said on it, what the chair opened again
    """

    conclusion: Conclusion
    card: Card
    sheets: list[Sheet]
    marks: list[Marked]
    findings: list[Finding]
    floors: Floors
    compared: list[Compared]
    history: list[str]

    @property
    def counted(self) -> list[Marked]:
        """The sheets that count by the rules of work of the session."""
        return rules_of(self.conclusion.item.session).counting(self.marks)

    def lines(self, *, named: bool) -> list[tuple[Sheet, Marked, bool]]:
        """Each sheet with its marks and whether it counts. named  by seats; else in an order that tells nobody's"""
        counted = {id(marks) for marks in self.counted}
        found = [(s, marks, id(marks) in counted) for s, marks in zip(self.sheets, self.marks, strict=True)]
        return found if named else sorted(found, key=lambda line: line[0].sha256)

    @property
    def parts(self) -> list[tuple[Part, int]]:
        """Each part with its points over all counted sheets."""
        return [(part, sum(m.parts[part.code] for m in self.counted)) for part in self.card.parts]

    @property
    def spread(self) -> tuple[int, int] | None:
        """Lowest and highest total of all sheets: between them the deviation is measured."""
        totals = [m.total for m in self.marks]
        return (min(totals), max(totals)) if totals else None

    @property
    def spreads(self) -> list[tuple[Spread, list[Spread]]]:
        """Each part and its criteria, lowest to highest; nothing without a counted sheet."""
        return [(self._spread_of_part(part), self._criteria_of(part)) for part in self.card.parts if self.marks]

    def _spread_of_part(self, part: Part) -> Spread:
        given = [m.parts[part.code] for m in self.marks]
        return Spread(part.code, part.name_vi, part.max_points, min(given), max(given), sum(given))

    def _criteria_of(self, part: Part) -> list[Spread]:
        rows: list[Spread] = []
        for criterion in (c for section in part.sections for c in section.criteria):
            code, given = criterion.code, [m.points[criterion.code] for m in self.marks]
            least = {star: max(m.minimums[star].get(code, 0) for m in self.marks) for star in STARS}
            marks = tuple((star, bottom, sum(g >= bottom for g in given)) for star, bottom in least.items() if bottom)
            name, most = criterion.name_vi, criterion.max_points
            rows.append(Spread(code, name, most, min(given), max(given), sum(given), marks))
        return rows

    @property
    def differing(self) -> list[Compared]:
        """Criteria on which council and self-score differ, the widest first."""
        found = [row for row in self.compared if row.own is not None and row.difference]
        return sorted(found, key=lambda row: -abs(row.difference))

    @property
    def sentence(self) -> str:
        """The answer in one line."""
        reasons = self.conclusion.reasons
        if self.conclusion.result == Result.REJECTED:
            return f"Hội đồng loại sản phẩm: {'; '.join(reasons)}."
        if reasons:
            text = "; ".join(reasons)
            return f"{text[0].upper()}{text[1:]}."
        stars = self.conclusion.stars
        if self.conclusion.band != stars:  # 5 stars are the ministry's
            return f"Hội đồng đề nghị {stars} sao."
        return f"Điểm đạt {stars} sao và đạt đủ mức tối thiểu: xếp {stars} sao."

    @property
    def conditions(self) -> list[Condition]:
        lines = [
            Condition(False, f"Loại theo {f'tiêu chí {f.criterion}' if f.criterion else 'hồ sơ'}", f.reason, "Bị loại")
            for f in self.findings
            if f.kind == "reject"
        ]
        band = self.conclusion.band
        if band is None:
            return lines
        points, sheets = self.conclusion.points, self.conclusion.sheets
        evidence = f"{mean(points, sheets)} điểm: tổng {points} điểm của {sheets} phiếu"
        lines.append(
            Condition(
                band >= STARS[0], f"Điểm bình quân {band_words(band, self.floors)}", evidence, f"Cho phép {band} sao"
            )
        )
        for star in STARS if self.card.star_minimums_printed else ():
            if star <= band:
                lines += self._minimums(star)
        lines += [
            Condition(
                (f.stars or 0) >= band,
                "Yêu cầu tối thiểu theo QĐ 781/QĐ-TTg",
                f.reason,
                f"Hội đồng nhận định {f.stars} sao",
            )
            for f in self.findings
            if f.kind == "minimum_2019"
        ]
        return lines

    def _minimums(self, star: int) -> list[Condition]:
        missed = self.conclusion.marks_missed.get(str(star), [])
        bound = {code for m in self.counted for code in m.minimums[star]}
        if not missed:
            return [Condition(True, f"Mức tối thiểu {star} sao", f"Đủ {len(bound)}/{len(bound)} tiêu chí", "Đạt")]
        return [self._missed(star, code) for code in missed]

    def _missed(self, star: int, code: str) -> Condition:
        counted = self.counted
        least = max(m.minimums[star].get(code, 0) for m in counted)
        reached = sum(m.points[code] >= least for m in counted)
        name = self.card.by_code[code].name_vi
        return Condition(
            False,
            f"Mức tối thiểu {star} sao: {code} {name}",
            f"Cần từ {least} điểm; {reached}/{len(counted)} phiếu đạt mức này",
            f"Chưa đạt {star} sao",
        )

    @property
    def way_up(self) -> str:
        """What the next star takes, or nothing where no next star is ours to give."""
        stars, band = self.conclusion.stars, self.conclusion.band
        if (
            self.conclusion.result not in (Result.RECOGNISED, Result.BELOW_3)
            or stars is None
            or band is None
            or stars > 3
        ):
            return ""
        aim = max(stars + 1, STARS[0])
        floor = next(lowest for lowest, star in self.floors if star == aim)
        lacking = floor * self.conclusion.sheets - self.conclusion.points
        needs = [f"thêm {mean(lacking, self.conclusion.sheets)} điểm bình quân"] if lacking > 0 else []
        codes = [code for star in STARS if star <= aim for code in self.conclusion.marks_missed.get(str(star), [])]
        if codes:
            needs.append(f"đạt mức tối thiểu ở tiêu chí {', '.join(dict.fromkeys(codes))}")
        return f"Để đạt {aim} sao: {'; '.join(needs)}." if needs else ""


def band_words(stars: int, floors: Floors) -> str:
    """'từ 70 đến dưới 90' for a band of the regime."""
    lowest = next(low for low, star in floors if star == stars)
    above = min((low for low, _ in floors if low > lowest), default=None)
    return f"từ {lowest}" if above is None else f"từ {lowest} đến dưới {above}" if lowest else f"dưới {above}"


def reading(conclusion: Conclusion) -> Reading:
    """Return a conclusion with its counted sheets, marked again by the rules."""
    return readings([conclusion])[conclusion.item_id]


def readings(conclusions: Sequence[Conclusion]) -> dict[int, Reading]:
    """Return the readings of conclusions by item, at most one of each: three queries, however many, and two for further
    rounds."""
    findings: dict[int, list[Finding]] = defaultdict(list)
    items = [conclusion.item_id for conclusion in conclusions]
    for finding in Finding.objects.filter(item__in=items, confirmed_by__isnull=False).order_by("pk"):
        findings[finding.item_id].append(finding)
    sheets: dict[tuple[int, int], list[Sheet]] = defaultdict(list)
    signed = Sheet.objects.filter(item__in=items, signed_at__isnull=False)
    for sheet in signed.select_related("member__user").order_by("member_id"):
        sheets[sheet.item_id, sheet.round].append(sheet)
    notes, opened = _before(conclusions)
    dossiers = [conclusion.dossier_id for conclusion in conclusions]
    filings = {row.dossier_id: row for row in Filing.objects.filter(dossier__in=dossiers).order_by("number")}
    found: dict[int, Reading] = {}
    for one in conclusions:
        rounds = [sheets[one.item_id, number] for number in range(1, one.round + 1)]
        said = (notes[one.item_id], opened[one.item_id])
        found[one.item_id] = _reading(one, findings[one.item_id], rounds, filings.get(one.dossier_id), *said)
    return found


def _before(
    conclusions: Sequence[Conclusion],
) -> tuple[dict[int, list[Discussion]], dict[int, dict[int, Conclusion]]]:
    """Notes of discussions, and conclusions by round that were opened again, of products with more than one round."""
    items = [one.item_id for one in conclusions if one.round > 1]
    notes: dict[int, list[Discussion]] = defaultdict(list)
    opened: dict[int, dict[int, Conclusion]] = defaultdict(dict)
    if items:
        for note in Discussion.objects.filter(item__in=items).order_by("round", "pk"):
            notes[note.item_id].append(note)
        for old in Conclusion.objects.filter(item__in=items, superseded_at__isnull=False).order_by("round"):
            opened[old.item_id][old.round] = old
    return notes, opened


def _reading(
    conclusion: Conclusion,
    findings: list[Finding],
    rounds: list[list[Sheet]],
    filing: Filing | None,
    notes: list[Discussion],
    opened: Mapping[int, Conclusion],
) -> Reading:
    dossier, sheets = conclusion.dossier, rounds[-1]
    scorecard, settings = card(dossier.scorecard), settings_of(dossier)
    stops = findings_as_answers(findings, scorecard)

    def marks_of(some: list[Sheet]) -> list[Marked]:
        return [
            mark(scorecard, {**sheet.body["answers"], **stops}, settings=settings, cases=sheet.body["cases"])
            for sheet in some
            if sheet.body
        ]

    marks = marks_of(sheets)
    own = (
        mark(scorecard, filing.snapshot["answers"], settings=settings, cases=filing.snapshot["cases"]).points
        if filing
        else {}
    )
    history: list[str] = []
    for number, some in enumerate(rounds[:-1], 1):
        old = opened.get(number)
        if old is not None and old.superseded_at:
            history.append(
                f"Vòng {number} kết luận “{old.get_result_display()}”; Chủ tịch Hội đồng mở lại "
                f"ngày {vi_date(day_of(old.superseded_at))}, lý do: {old.superseded_reason.rstrip('.')}. "
                "Hội đồng chấm lại."
            )
        else:
            codes = ", ".join(cause.criterion for cause in causes(marks_of(some)))
            history.append(
                f"Vòng {number} chênh lệch quá mức của quy chế ở tiêu chí {codes}; Hội đồng thảo luận và chấm lại."
            )
        history += [
            f"Thảo luận tiêu chí {note.criterion}: {note.note.rstrip('.')}." for note in notes if note.round == number
        ]
    compared = _compared(scorecard, rules_of(conclusion.item.session).counting(marks), own)
    return Reading(conclusion, scorecard, sheets, marks, findings, settings.floors, compared, history)


def _compared(scorecard: Card, marks: Sequence[Marked], own: Mapping[str, int]) -> list[Compared]:
    return [
        Compared(c, own.get(c.code), sum(m.points[c.code] for m in marks), len(marks))
        for c in (scorecard.criteria if marks else ())
    ]
