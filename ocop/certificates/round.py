"""All papers of a session, from its founding decision to the letter to the ministry: one list for page, print and ZIP.

A paper that goes out under a number is a draft until its number and day are entered. What a reader may not see (names
of a secret ballot, marks of a product that is not closed) is in none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from django.conf import settings
from django.db.models import F

from ocop.accounts.models import User
from ocop.councils import papers as council_papers
from ocop.councils.models import Conclusion, Finding, Item, Session, Sheet
from ocop.councils.papers.parts import COUNCIL, LEVELS
from ocop.councils.permissions import seats_of
from ocop.councils.queries import sees_names
from ocop.councils.results import Reading, readings
from ocop.councils.rules import Result
from ocop.documents.models import Document
from ocop.dossiers.models import Dossier
from ocop.kernel.papers.tree import Paper

from . import ministry, papers
from .models import PaperNumber
from .queries import committee_on

STAGES = BEFORE, AT, AFTER = "Trước phiên", "Tại phiên", "Sau phiên"


@dataclass(frozen=True)
class Piece:
    """One paper. name  in addresses and files; kind  of the register, "" for a paper without number

    author  who stands at its head, "" for the committee; draft  it may not go out without its number
    after  it tells of what the session did
    wording  the kind of template that it may have, "" for none; about  the products that it is about
    """

    name: str
    title: str
    make: Callable[[], Paper]
    kind: str = ""
    author: str = ""
    draft: bool = True
    after: bool = False
    document: Document | None = None
    wording: str = ""
    about: tuple[Conclusion, ...] = ()

    @property
    def signed(self) -> bool:
        return self.document is not None and self.document.blob_id is not None

    @property
    def state(self) -> str:
        if not self.kind:
            return ""
        if self.document is None:
            return "Dự thảo" if self.draft else "Chưa ghi số"
        return "Đã ký" if self.signed else "Đã có số"

    def paper(self) -> Paper:
        """Return the paper with its number, or marked as a draft."""
        made = self.make()
        if self.document is not None and self.document.day is not None:
            return made.issued(self.document.number, self.document.day)
        return made.drafted() if self.kind and self.draft else made


@dataclass(frozen=True)
class Entry:
    """Papers of one kind. why  there is none yet; approvals  those whose papers go to the ministry"""

    stage: str
    title: str
    why: str = ""
    pieces: list[Piece] = field(default_factory=list)
    approvals: tuple[Document, ...] = ()


@dataclass(frozen=True)
class _Facts:
    """The rows behind the papers of one session, read once. named  the reader may know who gave a sheet"""

    session: Session
    day: date
    named: bool
    items: list[Item]
    conclusions: list[Conclusion]
    sheets: list[Sheet]
    numbers: dict[str, Document]

    def readings(self) -> list[Reading]:
        found = readings(self.conclusions)
        return [found[conclusion.item_id] for conclusion in self.conclusions]

    def of(self, result: Result) -> list[Conclusion]:
        return [conclusion for conclusion in self.conclusions if conclusion.result == result]

    def piece(
        self,
        name: str,
        title: str,
        make: Callable[[], Paper],
        kind: str = "",
        author: str = "",
        *,
        wording: str = "",
        about: Sequence[Conclusion] = (),
    ) -> Piece:
        after = kind in ("TTr", "TB", "CV", "BB") or name == "bao-cao-hoi-dong"
        draft = kind not in ("GM", "BB")  # they go out, or are signed in the hall, before the register is at hand
        return Piece(name, title, make, kind, author, draft, after, self.numbers.get(name), wording, tuple(about))


def papers_of(session: Session, reader: User, day: date) -> list[Entry]:
    """Return every paper of a session that this reader may have, in the order in which they are written.

    session  with council, organ and founding decision; the prints are made when they are asked for
    """
    facts = _read(session, reader, day)
    return [*_before(facts), *_at(facts), *_after(facts)]


def piece_of(entries: Iterable[Entry], name: str) -> Piece | None:
    return next((piece for entry in entries for piece in entry.pieces if piece.name == name), None)


def for_the_ministry(entries: Iterable[Entry], decision: Document, conclusions: Sequence[Conclusion]) -> list[Piece]:
    """Return what goes to the ministry with an approval, by the kinds of its products (art. 6(3)a, b)."""
    wanted = {f"mau-{decision.pk}"}
    if any(ministry.is_again(conclusion) for conclusion in conclusions):
        wanted |= {f"trinh-bo-{decision.pk}-lai", "bao-cao-tham-muu"}
    if not all(ministry.is_again(conclusion) for conclusion in conclusions):
        wanted |= {f"trinh-bo-{decision.pk}", "bao-cao-to-tu-van", "bao-cao-hoi-dong", "bien-ban"}
        wanted |= {f"quyet-dinh-{decision.pk}"}
    return [piece for entry in entries for piece in entry.pieces if piece.name in wanted]


def _read(session: Session, reader: User, day: date) -> _Facts:
    dossier = ("product__product_set", "subject", "commune", "scorecard__regime")
    rows = session.items.select_related(*(f"dossier__{one}" for one in dossier))
    items = {item.pk: item for item in rows.defer("dossier__scorecard__body").order_by("position", "pk")}
    for item in items.values():
        item.session = session
    decided = ("recognition__decision__organ", "approval__decision__organ")
    found = Conclusion.objects.in_effect().filter(item__in=items).select_related(*decided)
    conclusions = list(found.order_by("item__position", "pk"))
    for conclusion in conclusions:
        conclusion.item = items[conclusion.item_id]
        conclusion.dossier = conclusion.item.dossier
    sheets = Sheet.objects.filter(item__session=session, item__closed=True, round=F("item__round"))
    numbers = PaperNumber.objects.filter(session=session).select_related("document").order_by("pk")
    return _Facts(
        session,
        day,
        sees_names(reader, session, day),
        list(items.values()),
        conclusions,
        list(sheets.exclude(signed_at=None).select_related("member__user").defer("body").order_by("member_id")),
        {row.name: row.document for row in numbers},
    )


def _before(facts: _Facts) -> list[Entry]:
    session, council = facts.session, facts.session.council
    seats = seats_of(session)
    founding = Piece(
        "thanh-lap",
        "Quyết định thành lập Hội đồng",
        partial(council_papers.founding_decision, council, seats),
        "QĐ",
        document=council.decision,
    )
    entries = [
        Entry(BEFORE, founding.title, pieces=[founding]),
        _one(facts, BEFORE, "thanh-vien", "Danh sách thành viên",
             partial(council_papers.member_list, council, seats, day=facts.day)),
        _one(facts, BEFORE, "san-pham", "Danh sách sản phẩm",
             partial(council_papers.product_list, session, facts.items)),
    ]  # fmt: skip
    invitations = [
        facts.piece(
            f"giay-moi-{seat.pk}",
            f"Giấy mời: {seat.user.name}",
            partial(council_papers.invitation, session, seat),
            "GM",
            COUNCIL,
        )
        for seat in seats
    ]
    entries.append(Entry(BEFORE, "Giấy mời", pieces=invitations))
    for again, name, title, author in (
        (False, "bao-cao-to-tu-van", "Báo cáo của Tổ tư vấn", "Tổ tư vấn Hội đồng cấp"),
        (True, "bao-cao-tham-muu", "Báo cáo của cơ quan tham mưu, đánh giá lại", "Cơ quan tham mưu quản lý OCOP cấp"),
    ):
        lot = [item.dossier for item in facts.items if (item.dossier.kind == "re_evaluation") == again]
        if lot:
            make = partial(_checking, facts, lot, again)
            entries.append(_one(facts, BEFORE, name, title, make, "BC", f"{author} {LEVELS[council.level]}"))
    return entries


def _checking(facts: _Facts, lot: Sequence[Dossier], again: bool) -> Paper:
    rows = council_papers.checked(lot)
    return council_papers.checking_report(rows, organ=facts.session.council.organ, by_agency=again, day=facts.day)


def _at(facts: _Facts) -> list[Entry]:
    session = facts.session
    names = {item.pk: item.dossier for item in facts.items}
    sheets = []
    for item in facts.items:
        ours = council_papers.numbered([s for s in facts.sheets if s.item_id == item.pk], named=facts.named)
        for number, sheet in enumerate(ours, 1):
            who = sheet.member.user.name if facts.named else f"phiếu số {number:02d}"
            title = f"{names[item.pk].product.name}: {who}"
            make = partial(_signed_sheet, sheet.pk, number, facts.named)
            sheets.append(Piece(f"phieu-{item.position:03d}-{item.pk}-{number:02d}", title, make))
    none = "" if facts.conclusions else "Chưa có sản phẩm nào kết luận."
    over = session.state == Session.CLOSED
    minutes = facts.piece("bien-ban", "Biên bản họp Hội đồng", partial(council_papers.minutes, session), "BB", COUNCIL)
    scores = Piece("bang-diem", "Bảng tổng hợp điểm", partial(_scores, facts))
    return [
        Entry(AT, "Phiếu đánh giá đã ký", none, sheets),
        Entry(AT, scores.title, none, [] if none else [scores]),
        Entry(AT, minutes.title, "" if over else "Phiên chưa kết thúc.", [minutes] if over else []),
    ]


def _signed_sheet(pk: int, number: int, named: bool) -> Paper:
    row = Sheet.objects.select_related(
        "scorecard",
        "member__user",
        "item__session__council__organ",
        "item__dossier__subject",
        "item__dossier__scorecard",
    ).get(pk=pk)
    findings = list(Finding.objects.filter(item=row.item_id).order_by("pk"))
    return council_papers.signed_sheet(row, findings, number=number, named=named)


def _scores(facts: _Facts) -> Paper:
    return council_papers.score_table(facts.session, facts.readings(), named=facts.named)


def _report(facts: _Facts) -> Paper:
    return council_papers.council_report(facts.session, facts.readings())


def _after(facts: _Facts) -> list[Entry]:
    if facts.session.state != Session.CLOSED or not facts.conclusions:
        return [Entry(AFTER, "Báo cáo, tờ trình, quyết định, thông báo", "Có sau khi phiên kết thúc.")]
    report = facts.piece(
        "bao-cao-hoi-dong", "Báo cáo của Hội đồng", partial(_report, facts), "BC", COUNCIL,
        wording="bao-cao", about=facts.conclusions,
    )  # fmt: skip
    entries = [Entry(AFTER, report.title, pieces=[report])]
    agency = f"Cơ quan tham mưu quản lý OCOP cấp {LEVELS[facts.session.council.level]}"
    for result, word, wording, make in (
        (Result.RECOGNISED, "công nhận", "cong-nhan", papers.recognition_decision),
        (Result.POTENTIAL_5, "phê duyệt kết quả", "phe-duyet", papers.approval_decision),
    ):
        if not (lot := facts.of(result)):
            continue
        submit = partial(_drafted, papers.submission, lot, facts)
        submission = facts.piece(
            f"to-trinh-{result}", f"Tờ trình {word}", submit, "TTr", agency, wording="to-trinh", about=lot
        )
        entries.append(Entry(AFTER, submission.title, pieces=[submission]))
        decided, waiting = _by_decision(lot)
        pieces = [
            Piece(
                f"quyet-dinh-{decision.pk}",
                f"Quyết định {word} số {decision.number}",
                partial(_decided, make, ours, decision, facts),
                "QĐ",
                document=decision,
                wording=wording,
                about=tuple(ours),
            )
            for decision, ours in decided
        ]
        if waiting:
            draft = partial(_drafted, partial(make, decision=None), waiting, facts)
            name, title = f"quyet-dinh-{result}", f"Dự thảo quyết định {word}"
            pieces.append(Piece(name, title, draft, "QĐ", wording=wording, about=tuple(waiting)))
        entries.append(Entry(AFTER, f"Quyết định {word}", pieces=pieces))
        if result == Result.POTENTIAL_5:
            entries += _to_the_ministry(facts, decided)
    return [*entries, *_notices(facts)]


def _drafted(make: Callable[..., Paper], lot: Sequence[Conclusion], facts: _Facts) -> Paper:
    """A paper before its decision: of the committee as it stands today."""
    founder = facts.session.council.organ
    organ = committee_on(founder, facts.day) or founder
    return make(lot, organ=organ, day=facts.day, rehearsal=settings.REHEARSAL)


def _decided(make: Callable[..., Paper], lot: Sequence[Conclusion], decision: Document, facts: _Facts) -> Paper:
    organ = decision.organ or facts.session.council.organ
    return make(lot, organ=organ, decision=decision, day=decision.day or facts.day, rehearsal=settings.REHEARSAL)


def _by_decision(lot: Sequence[Conclusion]) -> tuple[list[tuple[Document, list[Conclusion]]], list[Conclusion]]:
    """The conclusions of each decision, and those that wait for one."""
    decided: dict[int, tuple[Document, list[Conclusion]]] = {}
    waiting = []
    for conclusion in lot:
        ground = getattr(conclusion, "recognition" if conclusion.result == Result.RECOGNISED else "approval", None)
        if ground is None:
            waiting.append(conclusion)
        else:
            decided.setdefault(ground.decision_id, (ground.decision, []))[1].append(conclusion)
    return list(decided.values()), waiting


def _to_the_ministry(facts: _Facts, decided: Sequence[tuple[Document, list[Conclusion]]]) -> list[Entry]:
    letters, samples = [], []
    for decision, lot in decided:
        organ = decision.organ or facts.session.council.organ
        sample = partial(ministry.sample_list, lot, organ=organ, day=facts.day, rehearsal=settings.REHEARSAL)
        samples.append(Piece(f"mau-{decision.pk}", f"Danh mục sản phẩm mẫu ({decision.number})", sample))
        for again in (False, True):
            ours = [conclusion for conclusion in lot if ministry.is_again(conclusion) == again]
            if ours:
                make = partial(
                    ministry.ministry_letter, ours, organ=organ, decision=decision, day=facts.day,
                    rehearsal=settings.REHEARSAL,
                )  # fmt: skip
                name = f"trinh-bo-{decision.pk}{'-lai' if again else ''}"
                title = f"Công văn trình Bộ{', đánh giá lại' if again else ''}"
                letters.append(facts.piece(name, title, make, "CV", wording="trinh-bo", about=ours))
    if not letters:
        return [Entry(AFTER, "Công văn trình Bộ", "Có sau khi ghi quyết định phê duyệt kết quả.")]
    return [
        Entry(AFTER, "Công văn trình Bộ", pieces=letters, approvals=tuple(row for row, _ in decided)),
        Entry(AFTER, "Sản phẩm mẫu", pieces=samples),
    ]


def _notices(facts: _Facts) -> list[Entry]:
    subjects = [
        facts.piece(
            f"thong-bao-{conclusion.pk}",
            f"Thông báo: {conclusion.dossier.product.name}, {conclusion.dossier.subject.name}",
            partial(council_papers.result_notice, conclusion),
            "TB",
            wording="thong-bao",
            about=[conclusion],
        )
        for conclusion in facts.conclusions
    ]
    communes: dict[int, list[Conclusion]] = {}
    for conclusion in facts.conclusions:
        communes.setdefault(conclusion.dossier.commune_id, []).append(conclusion)
    to_communes = [
        facts.piece(
            f"thong-bao-xa-{pk}",
            f"Thông báo: {lot[0].dossier.commune.full_name}",
            partial(council_papers.commune_notice, facts.session, lot[0].dossier.commune, lot),
            "TB",
            wording="thong-bao-xa",
            about=lot,
        )
        for pk, lot in communes.items()
    ]
    return [
        Entry(AFTER, "Thông báo kết quả tới chủ thể", pieces=subjects),
        Entry(AFTER, "Thông báo kết quả tới xã, phường", pieces=to_communes),
    ]


def _one(
    facts: _Facts, stage: str, name: str, title: str, make: Callable[[], Paper], kind: str = "", author: str = ""
) -> Entry:
    return Entry(stage, title, pieces=[facts.piece(name, title, make, kind, author)])
