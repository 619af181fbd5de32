"""The scoring sheet (phiếu đánh giá): empty for every set of every regime, and filled as its member signed it.

Criteria, cases, options, points and marks stand in the words of the scorecard; a box stands before every option.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.conf import settings

from ocop.kernel.papers.tree import (
    Block,
    Box,
    Column,
    Field,
    Paper,
    Paragraph,
    Signature,
    Signatures,
    Table,
    Text,
    bold,
    dashes,
    italic,
)
from ocop.kernel.templatetags.ocop import vi_datetime
from ocop.kernel.time import vi_date
from ocop.scorecards.queries import card
from ocop.scorecards.rules import YES_NO, Card, Criterion, Marked

from ..models import Finding, Sheet
from ..queries import marked
from .parts import COUNCIL, SIGN_HERE

_COLUMNS = (Column("Nội dung đánh giá", 5.2), Column("Điểm", 0.7, "center"), Column("Chọn", 0.8, "center"))
MEMBER = "THÀNH VIÊN HỘI ĐỒNG"
_UNANSWERED = object()


def empty_sheet(scorecard: Card, *, day: date) -> Paper:
    """Return the sheet of a scorecard to fill in by hand. day  on which it is printed"""
    return Paper(
        kind="Phiếu đánh giá",
        summary=f"Sản phẩm OCOP, bộ tiêu chí số {scorecard.set_no}: {scorecard.name_vi}",
        day=day,
        body=(
            Paragraph(italic(f"(Bộ tiêu chí ban hành theo Quyết định số {scorecard.decision})"), "center"),
            Field("Tên sản phẩm"),
            Field("Tên chủ thể"),
            Field("Họ và tên thành viên Hội đồng"),
            Field("Đơn vị công tác"),
            *_rejections(scorecard),
            _table(scorecard, {}, {}, None),
            *_totals(scorecard, None),
            Field("Nhận xét"),
            Signatures((Signature((MEMBER,), note=SIGN_HERE, above="......, ngày ... tháng ... năm ..."),)),
        ),
        rehearsal=settings.REHEARSAL,
    )


def signed_sheet(sheet: Sheet, findings: Sequence[Finding], *, number: int, named: bool) -> Paper:
    """Return a sheet as it was signed, from what its hash binds.

    sheet  with member, scorecard, item, session, council, dossier; findings  of its item
    number  of the sheet among those of its product; named  False: a secret ballot, only the number stands in it
    """
    if sheet.body is None or sheet.signed_at is None:
        raise ValueError("a sheet that nobody signed")
    scorecard, body, session = card(sheet.scorecard), sheet.body, sheet.item.session
    result = marked(sheet, list(findings))
    who = body["member"] if named else f"Thành viên mã số {number:02d}"
    about: tuple[Block, ...] = (
        Field("Tên sản phẩm", body["product"]),
        Field("Tên chủ thể", sheet.item.dossier.subject.name),
        Field("Thành viên Hội đồng", who),
        *((Field("Đơn vị công tác", body["unit"]),) if named else ()),
        Field("Phiên họp", f"{session.name}, ngày {vi_date(session.held_on)}, vòng {sheet.round}"),
    )
    return Paper(
        kind="Phiếu đánh giá",
        summary=f"Sản phẩm OCOP, bộ tiêu chí số {scorecard.set_no}: {scorecard.name_vi}",
        day=session.held_on,
        organ_parent=session.council.organ.name,
        organ=COUNCIL,
        body=(
            Paragraph(italic(f"(Bộ tiêu chí ban hành theo Quyết định số {scorecard.decision})"), "center"),
            *about,
            _table(scorecard, body["answers"], body["reasons"], result, body["cases"]),
            *_totals(scorecard, result),
            Paragraph(f"Ký trên hệ thống lúc {vi_datetime(sheet.signed_at)}. Mã băm SHA-256: {sheet.sha256}."),
            Signatures((Signature((MEMBER,), who),)),
        ),
        rehearsal=settings.REHEARSAL,
    )


def _rejections(scorecard: Card) -> tuple[Block, ...]:
    if not scorecard.reject_when_vi:
        return ()
    return (
        Paragraph(bold("Không đánh giá sản phẩm khi:")),
        *dashes(*scorecard.reject_when_vi),
    )


def _table(
    scorecard: Card,
    answers: Mapping[str, object],
    reasons: Mapping[str, str],
    result: Marked | None,
    cases: Mapping[str, str] | None = None,
) -> Table:
    rows: list[tuple[Text, ...]] = []
    heading: str | None = None
    for part in scorecard.parts:
        rows.append((f"PHẦN {part.code}: {part.name_vi.upper()} ({part.max_points} điểm)",))
        for section in part.sections:
            rows.append((f"{section.code}. {section.name_vi} ({section.max_points} điểm)",))
            rows += [(italic(note), "", "") for note in section.notes_vi]
            for criterion in section.criteria:
                if criterion.heading and criterion.heading != heading:
                    rows.append((criterion.heading,))
                heading = criterion.heading
                skipped = result is not None and criterion.code in result.skipped
                given = "không chấm" if skipped else bold(str(result.points[criterion.code])) if result else ""
                title = f"{criterion.code} {criterion.name_vi}{_mark(criterion.star_mark)}"
                rows.append((bold(title), str(criterion.max_points), given))
                rows += _options(criterion, answers.get(criterion.code, _UNANSWERED), (cases or {}).get(criterion.code))
                rows += [(italic(note), "", "") for note in criterion.notes_vi]
                if reason := reasons.get(criterion.code):
                    rows.append((italic(f"Lý do: {reason}"), "", ""))
    return Table(_COLUMNS, tuple(rows), size=11)


def _options(criterion: Criterion, answer: object, case: str | None) -> list[tuple[Text, ...]]:
    """The options with their boxes; `is` tells the option 0 and 1 from No and Yes."""
    if criterion.kind == YES_NO:
        return [
            ("Có", str(criterion.max_points), Box(answer is True)),
            ("Không", "0", Box(answer is False)),
        ]
    rows: list[tuple[Text, ...]] = []
    texts = {one.code: one.text_vi for one in criterion.cases}
    before: str | None = None
    for option in criterion.options_of(case):
        if option.case and option.case != before:
            before = option.case
            rows.append((italic(f"Trường hợp {option.case}: {texts.get(option.case) or ''}".rstrip(": ")), "", ""))
        ticked = type(answer) is int and answer == option.index
        rows.append((f"{option.text_vi}{_mark(option.min_for_star)}", str(option.points), Box(ticked)))
    if answer is None:
        rows.append(("Không mức nào phù hợp", "0", Box(True)))
    return rows


def _mark(stars: int | None) -> str:
    return f" (mức tối thiểu {stars} sao)" if stars else ""


def _totals(scorecard: Card, result: Marked | None) -> tuple[Block, ...]:
    def points(code: str) -> str:
        return str(result.parts[code]) if result else ""

    rows: list[tuple[Text, ...]] = [
        (f"Phần {part.code}: {part.name_vi}", str(part.max_points), points(part.code)) for part in scorecard.parts
    ]
    most = sum(part.max_points for part in scorecard.parts)
    rows.append((bold("Tổng điểm"), bold(str(most)), bold(str(result.total)) if result else ""))
    columns = (Column("Tổng hợp", 4), Column("Tối đa", 0.8, "center"), Column("Điểm chấm", 1, "center"))
    return (Table(columns, tuple(rows)),)
