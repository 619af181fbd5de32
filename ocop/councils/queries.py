"""Reading councils: conflicts of interest, who is due, the session board, work lists."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, Max, OuterRef, Q, QuerySet, Subquery

from ocop.accounts.models import Agency, Role, User
from ocop.areas.models import Area
from ocop.dossiers.models import Dossier
from ocop.dossiers.queries import route_rule, settings_of
from ocop.dossiers.rules import Step
from ocop.kernel.models import Event
from ocop.kernel.time import vi_date
from ocop.registry.models import Tie
from ocop.registry.queries import Work
from ocop.scorecards.queries import card
from ocop.scorecards.rules import Card, Marked, mark

from .conflicts import Connection, Standing, presiding, standings
from .models import (
    Comment,
    Conclusion,
    Council,
    CouncilRules,
    Excuse,
    Finding,
    Interest,
    Item,
    Keying,
    Member,
    Session,
    Sheet,
)
from .permissions import is_chair, is_secretary, seats_of
from .rules import CouncilLevel, Part, RulesOfWork, missing_seats

READY = {"district": Step.READY_DISTRICT, "province": Step.READY_PROVINCE}


@dataclass(frozen=True)
class InForce:
    """The rules of work of a committee on a day, and the row that they stand in."""

    row: CouncilRules
    rules: RulesOfWork


def rules_on(organ: Agency, day: date) -> InForce | None:
    """The rules of work (quy chế) of a committee's councils on that day: its own, or the default.

    None: no council of this level then. The seats of a council are the law's, whatever the committee's own rules say.
    """
    rows = CouncilRules.objects.in_force_on(day).filter(Q(organ=organ) | Q(organ=None), level=organ.level)
    found = list(rows.order_by(F("organ").desc(nulls_last=True)))
    if not found or found[-1].organ_id is not None:
        return None
    law = RulesOfWork.parse(found[-1].body)
    return InForce(found[0], replace(RulesOfWork.parse(found[0].body), seats_of_2026=law.seats_of_2026))


def lacking_seats(session: Session, dossier: Dossier) -> list[str]:
    """Seats of art. 7(3)b that the council lacks for a dossier filed when the law already asked for them."""
    found = rules_on(session.council.organ, dossier.filed_on) if dossier.filed_on else None
    if found is None or not found.rules.seats_of_2026:
        return []
    return missing_seats({seat.seat for seat in seats_of(session) if seat.scores})


def rules_of(session: Session) -> RulesOfWork:
    """The rules of work frozen for a session."""
    return RulesOfWork.parse(session.rules_body)


def sees_names(user: User, session: Session, day: date) -> bool:
    """Whether the user is told who signed which sheet once a round is closed: secret sheets, chair and secretary alone.

    Law silent: Quy chế.
    """
    if not rules_of(session).secret:
        return True
    return is_chair(user, session.council, day) or is_secretary(user, session.council, day)


@dataclass(frozen=True)
class Duty:
    """One scoring member and one product: what the secretary sees, never a mark.

    state  recused, excused, absent, undeclared, missing, signed; found  his connections with the subject
    """

    member: Member
    state: str
    detail: str
    found: tuple[Connection, ...] = ()

    NAMES = {
        "recused": "không chấm (xung đột lợi ích)",
        "excused": "được miễn phiếu",
        "absent": "vắng mặt",
        "undeclared": "chưa kê khai lợi ích",
        "missing": "chưa ký phiếu",
        "signed": "đã ký phiếu",
    }

    @property
    def name(self) -> str:
        return self.NAMES[self.state]


@dataclass(frozen=True)
class Board:
    """A product on the session board: who is due, quorum now, why it cannot be closed yet.

    chair  who chairs this product: the deputy where the chair is an interested party; None: nobody may
    """

    item: Item
    duties: list[Duty]
    members: int
    present: int
    least_present: int
    chair: Member | None
    chair_present: bool
    quorum: bool
    findings: list[Finding]

    @property
    def unconfirmed(self) -> int:
        return sum(finding.confirmed_by_id is None for finding in self.findings)

    @property
    def due(self) -> list[Duty]:
        return [duty for duty in self.duties if duty.state in ("missing", "signed", "undeclared")]

    @property
    def waiting(self) -> list[Duty]:
        return [duty for duty in self.duties if duty.state in ("missing", "undeclared")]

    @property
    def signed(self) -> list[Duty]:
        return [duty for duty in self.duties if duty.state == "signed"]


def board(session: Session, day: date) -> list[Board]:
    """Return the session board, a constant number of queries whatever the agenda's length."""
    rows: QuerySet[Any] = session.items.annotate(finding=FilteredRelation("findings"))
    items: dict[int, Item] = {}
    findings: dict[int, list[Finding]] = defaultdict(list)
    related = ("dossier__product", "dossier__subject", "session__council", "finding")
    for row in rows.select_related(*related).order_by("position", "pk", "finding__pk"):
        items.setdefault(row.pk, row)
        if hasattr(row, "finding"):
            findings[row.pk].append(row.finding)
    return _boards(session, list(items.values()), findings, day)


def called(rows: Iterable[Board]) -> Item | None:
    """The product that the council has before it: the last one called, until it is concluded."""
    begun = [row.item for row in rows if row.item.called_at]
    last = max(begun, key=lambda item: (item.called_at, item.pk), default=None)
    return None if last is None or last.closed else last


def minutes_since(item: Item | None, now: datetime) -> int | None:
    """Whole minutes since the product was called."""
    return None if item is None or item.called_at is None else int((now - item.called_at).total_seconds() // 60)


def watched(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Sessions with what `stamp_of` needs: the log of session and products, signed sheets, ties, the last call."""
    log, items = Event.objects.all(), Item.objects.filter(session=OuterRef(OuterRef("pk"))).values("pk")
    own = log.filter(object_kind=Session._meta.label_lower, object_id=OuterRef("pk"))
    about = log.filter(object_kind=Item._meta.label_lower, object_id__in=items)
    signed = Sheet.objects.filter(item__session=OuterRef("pk"), signed_at__isnull=False)
    begun = Item.objects.filter(session=OuterRef("pk"), called_at__isnull=False)
    return sessions.annotate(
        seen_own=Subquery(_most(own, "id")),
        seen_items=Subquery(about.order_by().values("object_kind").annotate(n=Max("id")).values("n")),  # by the index
        seen_last=Subquery(_most(signed, "signed_at")),
        seen_signed=Subquery(signed.order_by().values("item__session").annotate(n=Count("pk")).values("n")),
        seen_tie=Subquery(_most(Tie.objects.all(), "pk")),
        seen_call=Subquery(_most(begun, "called_at")),
    )


def stamp_of(session: Session, now: datetime) -> str:
    """What tells one state of a session's board from another; its watchers ask for it every 5 seconds.

    session  one of `watched`. Never what a sheet says; with the minute of the product that was called last
    """
    row: Any = session
    minute = int((now - row.seen_call).total_seconds() // 60) if row.seen_call else None
    facts = (row.seen_own, row.seen_items, row.seen_last, row.seen_signed, row.seen_tie, row.seen_call, minute)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def _most(rows: QuerySet[Any], name: str) -> QuerySet[Any]:
    """The greatest value of a column, as a subquery."""
    return rows.order_by(f"-{name}").values(name)[:1]


def board_of(item: Item, day: date) -> Board:
    """Return the board of one product."""
    findings = list(item.findings.select_related("entered_by", "confirmed_by").order_by("pk"))
    return _boards(item.session, [item], {item.pk: findings}, day)[0]


def _boards(session: Session, items: list[Item], findings: Mapping[int, list[Finding]], day: date) -> list[Board]:
    seats, rules = seats_of(session), rules_of(session)
    stands = standings(items, seats, day)
    excused, sheets = (_by_item(rows.filter(item__in=items)) for rows in (Excuse.objects, Sheet.objects.defer("body")))
    return [
        _board(
            item,
            seats,
            {seat.pk: stands[item.pk, seat.pk] for seat in seats},
            {row.member_id: row.reason for row in excused[item.pk]},
            {s.member_id for s in sheets[item.pk] if s.signed_at and s.round == item.round},
            rules,
            findings.get(item.pk, []),
            over=day > session.held_on,
        )
        for item in items
    ]


def _by_item(rows: QuerySet[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.item_id].append(row)
    return found


def _board(
    item: Item,
    seats: list[Member],
    stands: Mapping[int, Standing],
    excused: Mapping[int, str],
    signed: Collection[int],
    rules: RulesOfWork,
    findings: list[Finding],
    *,
    over: bool,
) -> Board:
    """The board of one product. over  the day of the session is past

    Of written opinions a sheet that was received is presence; who has not answered by the last day is absent.
    """
    asked = {seat.pk for seat in seats if seat.here}  # type: ignore[attr-defined]  # seats_of
    written = item.session.is_written
    present = set(signed) if written else asked
    expected = present if written and over else asked
    duties = [_duty(seat, stands[seat.pk], expected, excused, signed) for seat in seats if seat.scores]
    free = [duty for duty in duties if duty.state != "recused"]
    here = [duty for duty in free if duty.member.pk in present]
    chair = presiding(seats, [seat.pk for seat in seats if stands[seat.pk].recused])
    chairs = chair is not None and chair.pk in present
    quorum = rules.quorum_met(len(here), len(free)) and (chairs or not rules.chair_present)
    return Board(item, duties, len(free), len(here), rules.least_present(len(free)), chair, chairs, quorum, findings)


def _duty(
    member: Member,
    stands: Standing,
    present: Collection[int],
    excused: Mapping[int, str],
    signed: Collection[int],
) -> Duty:
    if stands.recused:
        return Duty(member, "recused", stands.why, stands.found)
    if member.pk in signed:
        return Duty(member, "signed", "")
    if member.pk in excused:
        return Duty(member, "excused", excused[member.pk])
    if member.pk not in present:
        return Duty(member, "absent", "")
    return Duty(member, "undeclared" if stands.declared is None else "missing", "")


def findings_as_answers(findings: list[Finding], scorecard: Card) -> dict[str, object]:
    """Return confirmed findings as `scorecards.rules.mark` takes them."""
    confirmed = [f for f in findings if f.confirmed_by_id]
    stops = [f.criterion for f in confirmed if f.kind == "stop"]
    return {"_stop": stops} if stops else {}


def marked(sheet: Sheet, findings: list[Finding]) -> Marked:
    """Return a signed sheet's marks, by its own scorecard, the dossier's cases and the confirmed findings."""
    body = sheet.body or {}
    scorecard = card(sheet.scorecard)
    answers = {**body["answers"], **findings_as_answers(findings, scorecard)}
    return mark(scorecard, answers, settings=settings_of(sheet.item.dossier), cases=body["cases"])


def level_of(item: Item) -> CouncilLevel:
    """What this council may conclude for this dossier: by the dossier's route and the council's level."""
    rule = route_rule(item.dossier)
    district = item.session.council.level == "district"
    return CouncilLevel(rule.council_sends_from if district else None, rule.ministry_from)


def run_by(user: User, day: date) -> QuerySet[Council]:
    """Councils whose sessions the user runs as secretary: of the council, or of the committee that founded it."""
    organs = [a.agency_id for a in user.appointments_on(day) if a.role == Role.SECRETARY]
    seats = Member.objects.in_force_on(day).filter(user=user, part=Part.SECRETARY).values("council")
    return Council.objects.visible_to(user, day).filter(Q(pk__in=seats) | Q(organ__in=organs))


def ready_for(council: Council) -> list[Dossier]:
    """Dossiers that wait for this council, oldest first: the province's, or the district's own."""
    found = Dossier.objects.filter(step=READY[council.level])
    if council.level == "district":
        found = found.filter(commune__parent=council.organ.area)
    return list(found.select_related("product__product_set", "subject", "scorecard").order_by("filed_on", "pk"))


def in_its_area(council: Council, dossier: Dossier) -> bool:
    """Whether the dossier belongs to the council's level and place."""
    if dossier.step != READY.get(council.level):
        return False
    if council.level != "district":
        return True
    area = council.organ.area
    return area is not None and Area.objects.filter(pk=dossier.commune_id, parent=area).exists()


def keyers_for(item: Item, member: Member, day: date) -> list[User]:
    """Who may key a member's paper sheet: other seats of the council without a conflict, and its organ's staff."""
    council, seats = item.session.council, seats_of(item.session)
    stands = standings([item], seats, day)
    seated = {seat.user_id for seat in seats}
    free = [seat.user_id for seat in seats if seat.pk != member.pk and not stands[item.pk, seat.pk].recused]
    term = Q(appointments__valid_to=None) | Q(appointments__valid_to__gte=day)
    staff = Q(
        term,
        appointments__valid_from__lte=day,
        appointments__agency=council.organ_id,
        appointments__role__in=[Role.SECRETARY, Role.PROVINCE_OFFICER, Role.DISTRICT_OFFICER],
    )
    found = User.objects.filter(Q(pk__in=free) | (staff & ~Q(pk__in=seated)), is_active=True)
    return list(found.distinct().order_by("name", "pk"))


def work_for(user: User, day: date) -> list[Work]:
    """What waits for the user in councils: interests to declare, sheets to sign, sessions to run."""
    seats = list(Member.objects.filter(user=user).order_by("pk"))
    scoring = [seat.pk for seat in seats if seat.scores]
    work: list[Work] = []
    signed = Sheet.objects.filter(item=OuterRef("pk"), member__in=scoring, round=OuterRef("round"))
    seat = Member.objects.in_force_on(OuterRef("session__held_on")).filter(
        pk__in=scoring, council=OuterRef("session__council")
    )
    mine: QuerySet[Any] = (
        Item.objects.pending()
        .filter(Exists(seat), session__invited_at__isnull=False)
        .exclude(session__state=Session.CLOSED)
        .annotate(
            declared=FilteredRelation("interests", condition=Q(interests__member__in=scoring)),
            signed=Exists(signed.exclude(signed_at=None)),
        )
        .select_related("session", "dossier__product", "declared")  # type: ignore[misc]  # the relation above
        .order_by("session__held_on", "position", "pk")
    )
    for item in mine[:60] if scoring else ():
        declared: Interest | None = getattr(item, "declared", None)
        path = f"/phien-cham/{item.session.code}/{item.pk}/#loi-ich"
        name = item.dossier.product.name
        if declared is None:
            work.append(Work(f"Kê khai lợi ích: {name}", item.session.name, path, "Kê khai", item.session.held_on))
        elif not declared.conflict and not item.signed and item.session.state == Session.OPEN:
            path = f"/phieu-cham/{item.session.code}/{item.pk}/"
            work.append(
                Work(f"Chấm điểm vòng {item.round}: {name}", item.session.name, path, "Chấm", item.session.held_on)
            )
    keyed = Keying.objects.filter(user=user, done_at=None, paper__item__closed=False).order_by("pk")
    keyed = keyed.select_related("paper__item__session", "paper__item__dossier__product", "paper__member__user")
    for keying in keyed if seats or user.appointments_on(day) else ():  # of the council, or of an office
        paper, session = keying.paper, keying.paper.item.session
        work.append(Work(str(paper), session.name, paper.get_absolute_url(), "Nhập phiếu", session.held_on))
    led = [seat.council_id for seat in seats if seat.part == Part.SECRETARY and seat.sits_on(day)]
    running = Session.objects.visible_to(user, day).exclude(state=Session.CLOSED).filter(council__in=led)
    for session in running.order_by("held_on", "pk") if led else ():
        work.append(
            Work(
                f"Phiên chấm: {session.name}",
                session.get_state_display(),
                session.get_absolute_url(),
                "Vào phiên",
                session.held_on,
            )
        )
    return work


def running_windows(conclusions: Sequence[Conclusion], day: date) -> list[str]:
    """Return what still runs on these results, a sentence each: public comments, comments not yet looked at, days for a
    complaint. A decision may be entered all the same; its officer should know.
    """
    comments = max((c.comments_until for c in conclusions if c.comments_until), default=None)
    complaints = max(
        (c.notice.complain_until for c in conclusions if c.notice and c.notice.complain_until), default=None
    )
    found = []
    if comments and day <= comments:
        found.append(f"Đang lấy ý kiến công khai đến hết ngày {vi_date(comments)}.")
    if waiting := Comment.objects.filter(conclusion__in=conclusions, state=Comment.OPEN).count():
        found.append(f"Còn {waiting} ý kiến chưa xem xét.")
    if complaints and day <= complaints:
        found.append(f"Chủ thể còn được khiếu nại đến hết ngày {vi_date(complaints)}.")
    return found
