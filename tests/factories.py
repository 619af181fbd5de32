"""Situations for tests, made through the services as pages make them. Every builder takes its day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ocop.accounts.models import User
from ocop.councils import services as councils
from ocop.councils.models import Conclusion, Council, Finding, Item, Member, Session, Sheet
from ocop.councils.rules import Part
from ocop.dossiers import services as dossiers
from ocop.dossiers.models import Dossier
from ocop.kernel.models import ReferenceFile
from ocop.project.sample.answers import answers_for
from ocop.project.sample.plans import Plan
from ocop.project.sample.walk import Walk, Walked, at
from ocop.project.sample.world import World, make_world
from ocop.scorecards.queries import card
from ocop.scorecards.rules import Card

# Chiêm Hóa on the days of the three regimes: the town of the district, then today's commune; both have the code 02287.
PLAN = Plan("Bánh khảo (mẫu)", "Hợp tác xã Nà Pàng (mẫu)", "cooperative", 6, "02287", date(2026, 9, 1), 72, 4)


@dataclass
class Stage:
    """A world and the walk through it."""

    world: World
    walk: Walk

    def draft(self, **changes: object) -> Dossier:
        """A whole dossier on plan.filed_on, not yet filed."""
        return self.walk.draft(replace(PLAN, **changes))  # type: ignore[arg-type]

    def filed(self, **changes: object) -> Walked:
        """A dossier filed on plan.filed_on, in the step that its route begins with."""
        return self.walk.file(replace(PLAN, **changes))  # type: ignore[arg-type]

    def proposed(self, **changes: object) -> Walked:
        """Assessed by the commune and sent to the province, a week later."""
        walked = self.filed(**changes)
        self.walk.assess(walked, walked.plan.filed_on + timedelta(days=7))
        return walked

    def ready(self, **changes: object) -> Walked:
        """Taken in by the province, waiting for its council."""
        walked = self.proposed(**changes)
        self.take_in(walked, self.world.officers[0])
        return walked

    def ready_at_district(self, **changes: object) -> Walked:
        """Taken in by the district of Chiêm Hóa, waiting for its council; by default under the rules of 2023."""
        walked = self.filed(**{"filed_on": date(2024, 3, 12), **changes})
        self.take_in(walked, self.world.districts["073"].officers[0])
        return walked

    def take_in(self, walked: Walked, by: User) -> None:
        day = walked.plan.filed_on + timedelta(days=14)
        dossiers.accept(dossier=walked.dossier, version=walked.dossier.version, by=by, now=at(day))

    def concluded(self, **changes: object) -> Walked:
        """Concluded by the provincial council in a session of its own."""
        walked = self.ready(**changes)
        self.walk.hold([walked], "province", walked.plan.filed_on + timedelta(days=30))
        return walked

    def sitting(self, dossier: Dossier, *, day: date | None = None, opened: bool = True) -> Sitting:
        """A session over one dossier that waits for a council. opened  everybody is present and has declared"""
        assert dossier.filed_on
        day = day or dossier.filed_on + timedelta(days=30)
        level = "district" if dossier.step == "ready_district" else "province"
        council = self.walk.council(level, day, "073" if level == "district" else "")
        by = council.members.get(part=Part.SECRETARY).user
        session = councils.plan_session(
            council=council, name=f"Phiên {day.day}/{day.month}", held_on=day, place="Phòng họp", by=by, now=at(day, 7)
        )
        item = councils.add_item(session=session, dossier=dossier, by=by, now=at(day, 7))
        councils.invite(session=session, by=by, now=at(day, 7))
        members = [m for m in council.members.select_related("user", "council").order_by("pk") if m.scores]
        sitting = Sitting(self, council, session, item, members, by, day)
        if opened:
            sitting.declare()
            sitting.attend(*members)
            councils.open_session(session=session, by=by, now=at(day, 8))
        sitting.reread()
        return sitting


@dataclass
class Sitting:
    """One product before a council. members  the scoring seats, the chair first"""

    stage: Stage
    council: Council
    session: Session
    item: Item
    members: list[Member]
    secretary: User
    day: date

    @property
    def chair(self) -> User:
        return self.members[0].user

    @property
    def card(self) -> Card:
        return card(self.item.dossier.scorecard)

    def at(self, hour: int = 9, minute: int = 0) -> datetime:
        return at(self.day, hour, minute)

    def reread(self) -> None:
        """Read the item anew, with its session and dossier."""
        self.item = Item.objects.select_related("session__council", "dossier__scorecard", "dossier__subject").get(
            pk=self.item.pk
        )
        self.session = self.item.session

    def declare(self, *members: Member, conflict: bool = False) -> None:
        detail = "Là người thân của chủ thể" if conflict else ""
        for member in members or self.members:
            councils.declare_interest(
                item=self.item, conflict=conflict, detail=detail, by=member.user, now=self.at(7, 30)
            )

    def attend(self, *members: Member) -> None:
        councils.set_attendance(
            session=self.session, present=[m.pk for m in members], by=self.secretary, now=self.at(7, 45)
        )

    def start(self, member: Member) -> Sheet:
        return councils.start_sheet(item=self.item, by=member.user, now=self.at(9))

    def answers(self, total: int, stars: int = 4, miss: Collection[str] = ()) -> dict[str, object]:
        return answers_for(self.card, total, stars=stars, miss=miss, cases=self.item.dossier.cases)

    def fill(self, member: Member, answers: dict[str, object]) -> Sheet:
        """A sheet with these marks, not signed."""
        sheet = self.start(member)
        marks = {code: (answer, "Không mức nào đúng" if answer is None else "") for code, answer in answers.items()}
        councils.save_marks(sheet=sheet, marks=marks, by=member.user, now=self.at(9, 5))
        return Sheet.objects.get(pk=sheet.pk)

    def sign(self, member: Member, total: int, stars: int = 4, miss: Collection[str] = ()) -> Sheet:
        """A signed sheet of exactly that total."""
        sheet = self.fill(member, self.answers(total, stars, miss))
        signed = councils.sign_sheet(sheet=sheet, by=member.user, now=self.at(9, 10))
        assert signed.total == total
        return signed

    def sign_all(self, *totals: int, stars: int = 4, miss: Collection[str] = ()) -> None:
        """Every member signs; the last total serves the rest."""
        for place, member in enumerate(self.members):
            self.sign(member, totals[min(place, len(totals) - 1)], stars, miss)

    def find(self, kind: str, criterion: str = "", stars: int | None = None, confirmed: bool = True) -> Finding:
        found = councils.enter_finding(
            item=self.item,
            kind=kind,
            criterion=criterion,
            stars=stars,
            reason="Đối chiếu hồ sơ và sản phẩm mẫu",
            by=self.secretary,
            now=self.at(9, 20),
        )
        if confirmed:
            councils.confirm_finding(finding=found, by=self.chair, now=self.at(9, 25))
        return found

    def close(self) -> Conclusion | None:
        conclusion = councils.close_item(item=self.item, by=self.secretary, now=self.at(10))
        self.reread()
        return conclusion

    def conclude(self) -> Conclusion:
        """Close the round, which must end in a conclusion."""
        conclusion = self.close()
        assert conclusion is not None
        return conclusion


def make_stage() -> Stage:
    world = make_world(now=at(date(2019, 8, 21)), password=None)
    return Stage(world, Walk(world, world.producers[0]))


def law_changed() -> None:
    """Let what the test wrote into tables of the law be read: a file brings it, and its hash tells that it came."""
    ReferenceFile.objects.create(name="of a test", sha256="0" * 64, loaded_at=at(date(2026, 11, 24)))


def reread(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)
