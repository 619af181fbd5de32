"""What changed, in words: since the filing before this one, or since the last dossier that this one was filled from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from ocop.accounts.models import User
from ocop.kernel.time import vi_date
from ocop.registry.models import Evidence
from ocop.scorecards.queries import card
from ocop.scorecards.rules import YES_NO, Card, Criterion, mark_draft

from .forms_data import fields_for
from .models import Dossier, Filing
from .permissions import reads_checking, writer_of
from .queries import last_filing, settings_of, snapshot_of
from .rules import WRITTEN, PaperChange, changes_between, counterparts, unchanged

SCORED, ALTERED, NEW = "Tự chấm", "Tự chấm, tiêu chí đã đổi", "Tiêu chí mới"
ANSWERED = (SCORED, ALTERED, NEW)  # of one criterion the answer stands first


@dataclass(frozen=True)
class Row:
    """One change in words; a paper has its addresses.

    criterion  where it is looked at, with its name; "" elsewhere: then where says it
    """

    what: str
    before: str
    after: str
    criterion: str = ""
    name: str = ""
    where: str = "Mẫu 01, 02"
    before_url: str = ""
    after_url: str = ""


@dataclass(frozen=True)
class Since:
    """What changed since an earlier filing. points  of the self-score then and now; what is not answered counts 0"""

    before: Filing
    rows: tuple[Row, ...]
    points: tuple[int, int]


def since_last_filing(dossier: Dossier, user: User, day: date) -> Since | None:
    """Return what differs between the two newest sealed filings; None after the first one."""
    newest = list(dossier.filings.select_related("dossier__scorecard").order_by("-number")[:2])
    if len(newest) < 2:
        return None
    return _since(newest[1], newest[0].snapshot, newest[0].number, dossier, user, day)


def since_last_dossier(dossier: Dossier, user: User, day: date) -> Since | None:
    """Return what differs from the filing that this dossier was filled from; None where it was filled from none.

    Who writes it compares what stands now, others what was filed.
    """
    if dossier.carried_from_id is None:
        return None
    before = Filing.objects.select_related("dossier__scorecard").get(pk=dossier.carried_from_id)
    filing = last_filing(dossier)
    if filing is None or (dossier.step in WRITTEN and writer_of(user, dossier, day) is not None):
        return _since(before, snapshot_of(dossier), 0, dossier, user, day)
    return _since(before, filing.snapshot, filing.number, dossier, user, day)


def _since(before: Filing, shot: Mapping[str, Any], number: int, dossier: Dossier, user: User, day: date) -> Since:
    """number  of the filing that holds shot, 0: none yet"""
    office = reads_checking(user, dossier, day)
    rows = _Rows(before, shot, dossier, number, office=office, day=day).all()
    return Since(before, tuple(rows), (_total(before.dossier, before.snapshot), _total(dossier, shot)))


def _total(dossier: Dossier, shot: Mapping[str, Any]) -> int:
    marked, _ = mark_draft(card(dossier.scorecard), shot["answers"], settings=settings_of(dossier), cases=shot["cases"])
    return marked.total


class _Rows:
    """The rows of one comparison. number  of the filing now, 0: none; office  whether the reader opens sealed papers"""

    def __init__(
        self, before: Filing, shot: Mapping[str, Any], dossier: Dossier, number: int, *, office: bool, day: date
    ) -> None:
        self.before, self.shot, self.dossier = before, shot, dossier
        self.number, self.office = number, office
        self.old, self.new = card(before.dossier.scorecard), card(dossier.scorecard)
        self.known, self.same = counterparts(self.old, self.new), unchanged(self.old, self.new)
        papers = {file["evidence"] for file in (*before.snapshot["files"], *shot["files"])}
        self.lapsed = Evidence.objects.filter(pk__in=papers, valid_until__lt=day).in_bulk()

    def all(self) -> list[Row]:
        """In the order of the forms, then of the scorecard of now, at last what it no longer has."""
        changes = changes_between(self._then(), self.shot, self.new.by_code.keys() - self.same.keys())
        labels = {field.name: field.label for field in fields_for(self.dossier.kind)}
        rows = [
            self._row("Mô tả, giải trình", one.name, _text(one.before), _text(one.after))
            for one in changes.explanations
        ]
        rows += [self._answer_row(one.name, one.before, one.after) for one in changes.answers]
        rows += [self._paper_row(one) for one in changes.papers]
        told = {(one.criterion, one.after["evidence"]) for one in changes.papers if one.after}
        rows += [
            self._row(
                "Giấy tờ đã hết hạn", code, str(file["title"]), self._title(file), after_url=self._url(file, True)
            )
            for file in self.shot["files"]
            for code in file["criteria"]
            if file["evidence"] in self.lapsed and (code, file["evidence"]) not in told
        ]
        places = {code: place for place, code in enumerate(self.new.by_code)}
        rows.sort(key=lambda row: (places[row.criterion], row.what not in ANSWERED))
        cards = (self.before.dossier.scorecard, self.dossier.scorecard)
        then, now = (f"{one} (bộ quy định {one.regime_id})" for one in cards)
        head = [] if self.old is self.new else [Row("Bộ tiêu chí áp dụng", then, now, where="Bộ tiêu chí")]
        forms = [
            Row(labels[one.name], _text(one.before), _text(one.after)) for one in changes.forms if one.name in labels
        ]
        return [*head, *forms, *rows, *self._gone()]

    def _then(self) -> dict[str, Any]:
        """The earlier snapshot by the codes of now."""
        shot = self.before.snapshot
        by_code = {
            name: {code: shot[name][old] for code, old in self.known.items() if old in shot[name]}
            for name in ("answers", "cases", "explanations")
        }
        files = [
            {**file, "criteria": [code for code, old in self.known.items() if old in file["criteria"]]}
            for file in shot["files"]
        ]
        return {"forms": shot["forms"], "files": files, **by_code}

    def _gone(self) -> list[Row]:
        """Answers to criteria that have no counterpart on the scorecard of now, which therefore have no page."""
        shot, left = self.before.snapshot, set(self.known.values())
        return [
            Row(
                "Tiêu chí không còn",
                _answer(self.old, code, (shot["answers"][code], shot["cases"].get(code, ""))),
                "",
                name=one.name_vi,
                where=code,
            )
            for code, one in self.old.by_code.items()
            if code not in left and code in shot["answers"]
        ]

    def _row(self, what: str, code: str, before: str, after: str, **urls: str) -> Row:
        return Row(what, before, after, code, self.new.by_code[code].name_vi, **urls)

    def _answer_row(self, code: str, before: Any, after: Any) -> Row:
        now = _answer(self.new, code, after)
        if code not in self.known:
            return self._row(NEW, code, "", now)
        then = _answer(self.old, self.known[code], before)
        return self._row(SCORED if code in self.same else ALTERED, code, then, now)

    def _paper_row(self, change: PaperChange) -> Row:
        what = "Thay giấy tờ" if change.before and change.after else "Thêm giấy tờ" if change.after else "Gỡ giấy tờ"
        before, after = (self._title(file) for file in (change.before, change.after))
        urls = {"before_url": self._url(change.before, False), "after_url": self._url(change.after, True)}
        return self._row(what, change.criterion, before, after, **urls)

    def _title(self, file: Mapping[str, Any] | None) -> str:
        if file is None:
            return ""
        paper = self.lapsed.get(file["evidence"])
        return f"{file['title']}, hết hạn {vi_date(paper.valid_until)}" if paper else str(file["title"])

    def _url(self, file: Mapping[str, Any] | None, now: bool) -> str:
        """The paper as a filing holds it: offices open it."""
        code, number = (self.dossier.code, self.number) if now else (self.before.dossier.code, self.before.number)
        if file is None or not number or not self.office:
            return ""
        return reverse("dossiers:filed_paper", args=[code, number, file["evidence"]])


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "Có" if value else "Không"
    return "" if value is None else str(value)


def _answer(measure: Card, code: str, value: tuple[Any, str] | None) -> str:
    if value is None:
        return "Chưa chấm"
    words, points = option_words(measure.by_code[code], value[0])
    case = f"Trường hợp {value[1]}: " if value[1] else ""
    return f"{case}{words} ({points} điểm)"


def option_words(criterion: Criterion, answer: object) -> tuple[str, int]:
    """Return the words and the points of an answer that the scorecard takes."""
    if criterion.kind == YES_NO:
        return ("Có", criterion.max_points) if answer else ("Không", 0)
    if answer is None:
        return "Không mức nào phù hợp", 0
    option = criterion.options[int(str(answer))]
    return option.text_vi, option.points
