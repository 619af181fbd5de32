"""One open session of the provincial council of 2026 with one product, on 1/10/2026 at 10:00."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone

from ocop.accounts.models import User
from ocop.councils import services
from ocop.councils.models import Council, Item, Member, Session, Sheet
from ocop.project.sample.answers import answers_for
from ocop.project.sample.walk import at
from ocop.scorecards.queries import card
from ocop.scorecards.rules import Card
from tests.factories import PLAN, Stage
from tests.ground import standing

DAY = date(2026, 10, 1)


@dataclass
class Hall:
    """The people of a session. members  the nine scoring seats, the chair first; stars  whose marks the sheets keep"""

    stage: Stage
    council: Council
    session: Session
    item: Item
    members: list[Member]
    stars: int = PLAN.stars

    @property
    def secretary(self) -> User:
        return self.stage.world.secretaries[0]

    @property
    def chair(self) -> User:
        return self.members[0].user

    @property
    def member(self) -> User:
        return self.members[1].user

    @property
    def officer(self) -> User:
        return self.stage.world.officers[0]

    @property
    def producer(self) -> User:
        return self.stage.world.producers[0]

    @property
    def stranger(self) -> User:
        return self.stage.world.producers[1]

    @property
    def card(self) -> Card:
        return card(self.item.dossier.scorecard)

    def session_url(self, rest: str = "") -> str:
        return f"/phien-cham/{self.session.code}/{rest}"

    def item_url(self, rest: str = "") -> str:
        return f"/phien-cham/{self.session.code}/{self.item.pk}/{rest}"

    def sheet_url(self, rest: str = "") -> str:
        return f"/phieu-cham/{self.session.code}/{self.item.pk}/{rest}"

    def declare(self, *members: Member) -> None:
        for member in members or self.members:
            services.declare_interest(item=self.item, conflict=False, detail="", by=member.user, now=at(DAY, 9))

    def answers(self, target: int) -> dict[str, object]:
        return answers_for(self.card, target, stars=self.stars, cases=self.item.dossier.cases)

    def start(self, user: User) -> Sheet:
        return services.start_sheet(item=self.item, by=user, now=at(DAY, 9, 30))

    def fill(self, user: User, target: int) -> Sheet:
        """A sheet with every mark, not signed."""
        sheet = self.start(user)
        marks = {code: (answer, "") for code, answer in self.answers(target).items()}
        services.save_marks(sheet=sheet, marks=marks, by=user, now=at(DAY, 9, 40))
        return Sheet.objects.get(pk=sheet.pk)

    def sign(self, user: User, target: int) -> Sheet:
        return services.sign_sheet(sheet=self.fill(user, target), by=user, now=at(DAY, 9, 50))

    def sign_all(self, *targets: int) -> None:
        """Every member signs; the last target serves the rest."""
        for place, member in enumerate(self.members):
            self.sign(member.user, targets[min(place, len(targets) - 1)])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Requests come on the day of the session."""
    moment = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


@standing
def planned(stage: Stage) -> Hall:
    """Invited, not yet opened; nobody has declared."""
    walked = stage.ready()
    council = stage.walk.council("province", DAY)
    by = stage.world.secretaries[0]
    session = services.plan_session(
        council=council, name="Phiên chấm đợt 2", held_on=DAY, place="Hội trường số 1", by=by, now=at(DAY, 8)
    )
    services.add_item(session=session, dossier=walked.dossier, by=by, now=at(DAY, 8))
    services.invite(session=session, by=by, now=at(DAY, 8))
    item = Item.objects.select_related("session__council", "dossier__scorecard", "dossier__subject").get()
    members = [m for m in council.members.select_related("user").order_by("pk") if m.scores]
    return Hall(stage, council, Session.objects.get(), item, members)


@standing
def hall(planned: Hall) -> Hall:
    """Open, everyone present and declared; nobody has scored."""
    planned.declare()
    present = list(planned.council.members.values_list("pk", flat=True))
    services.set_attendance(session=planned.session, present=present, by=planned.secretary, now=at(DAY, 9))
    services.open_session(session=planned.session, by=planned.secretary, now=at(DAY, 9))
    planned.item.refresh_from_db()
    planned.item.session.refresh_from_db()
    return planned


def signed_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client
