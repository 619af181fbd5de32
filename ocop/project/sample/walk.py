"""Walks products through the same services as the pages: from the register to the certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from ocop.accounts.models import User
from ocop.areas.models import Area
from ocop.certificates import services as certificates
from ocop.certificates.models import Certificate, Recognition
from ocop.councils import services as councils
from ocop.councils.models import Conclusion, Council, Item, Session, Sheet
from ocop.councils.queries import board_of
from ocop.councils.rules import Result
from ocop.dossiers import services as dossiers
from ocop.dossiers.forms_data import fields_for
from ocop.dossiers.models import Dossier
from ocop.dossiers.queries import route_for, scorecards_for
from ocop.kernel import files
from ocop.kernel.audit import SYSTEM
from ocop.kernel.papers.pdf import to_pdf
from ocop.kernel.papers.tree import Paper, Paragraph
from ocop.kernel.time import VIETNAM, vi_date
from ocop.registry import services as registry
from ocop.registry.models import EvidenceKind, Product, ProductSet, Subject, SubjectKind, SubjectMember, TieKind
from ocop.scorecards.queries import card

from .answers import answers_for, cases_of
from .plans import Plan
from .world import World

SPREAD = (0, 1, -1, 2, -2, 1, 0, -1, 1)  # how the members differ from the target
APART = 14  # points between the ends when sheets deviate: more than the limit of 10


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of office hours on a Vietnamese day."""
    return datetime.combine(day, time(hour, minute), VIETNAM).astimezone(UTC)


@dataclass
class Walked:
    """What became of one plan."""

    plan: Plan
    dossier: Dossier
    conclusion: Conclusion | None = None
    recognition: Recognition | None = None
    certificate: Certificate | None = None


@dataclass
class Walk:
    """Carries plans of one day of filing through their route. sessions, decided  what to print afterwards"""

    world: World
    producer: User
    councils: dict[tuple[str, int, bool], Council] = field(default_factory=dict)
    sessions: list[Session] = field(default_factory=list)
    numbers: dict[tuple[int, int], int] = field(default_factory=dict)

    def number(self, organ_pk: int, year: int) -> str:
        """The next number of an organ's own register, as its clerk would give it."""
        found = self.numbers[(organ_pk, year)] = self.numbers.get((organ_pk, year), 320) + 1
        return f"{found}/QĐ-UBND"

    # One dossier

    def file(self, plan: Plan, *, evidence: bool = True) -> Walked:
        """Fill a dossier and file it on its day."""
        dossier = self.draft(plan, evidence=evidence)
        dossiers.submit(dossier=dossier, version=dossier.version, by=self.producer, now=at(plan.filed_on, 9))
        return Walked(plan, dossier)

    def draft(self, plan: Plan, *, evidence: bool = True) -> Dossier:
        """Enter subject and product where they are new, open a dossier and fill it: whole, not yet filed."""
        day = plan.filed_on
        product = self.product(plan)
        fitting = scorecards_for(product.product_set, day) if product.product_set else []
        dossier = dossiers.open_dossier(
            product=product, kind=plan.dossier_kind, by=self.producer, now=at(day, 8), scorecard=fitting[0]
        )
        scorecard = card(dossier.scorecard)
        for criterion, case in cases_of(scorecard).items():
            dossiers.choose_case(dossier=dossier, criterion=criterion, case=case, by=self.producer, now=at(day, 8, 5))
        answers = answers_for(scorecard, min(plan.target + 3, 100), stars=plan.stars, miss=plan.miss)
        dossiers.save_answers(
            dossier=dossier,
            answers={code: (answer, "Theo minh chứng kèm theo") for code, answer in answers.items()},
            by=self.producer,
            now=at(day, 8, 10),
        )
        if evidence:
            self.pin_papers(dossier, day)
        forms: dict[str, object] = {
            f.name: f"{f.label}: theo tài liệu của chủ thể." for f in fields_for(plan.dossier_kind) if f.required
        }
        product_set = product.product_set
        samples = "" if product_set and product_set.is_tourism else "5"
        dossiers.save_forms(
            dossier=dossier,
            values={**forms, "samples": samples, "has_registration": True},
            version=dossier.version,
            by=self.producer,
            now=at(day, 8, 20),
        )
        return dossier

    def product(self, plan: Plan) -> Product:
        """Return the plan's product, entered with its subject at the first call."""
        day = plan.filed_on
        commune = Area.objects.in_force_on(day).communes().get(code=plan.commune)
        subject = Subject.objects.filter(name=plan.subject).first()
        if subject is None:
            subject = registry.add_subject(
                name=plan.subject,
                kind=SubjectKind.objects.get(code=plan.kind),
                commune=commune,
                by=SYSTEM,
                now=at(day, 7),
                is_sample=not plan.row,
                source=f"Danh mục sản phẩm, dòng {plan.row}" if plan.row else "",
            )
        if not SubjectMember.objects.filter(subject=subject, user=self.producer).exists():
            registry.add_member(
                subject=subject, user=self.producer, valid_from=date(2019, 8, 21), by=SYSTEM, now=at(day, 7)
            )
        found = subject.products.filter(name=plan.name).first()
        if found is not None:
            return found
        return registry.add_product(
            subject=subject,
            name=plan.name,
            product_set=ProductSet.objects.get(number=plan.set_no),
            commune=commune,
            by=self.producer,
            now=at(day, 7, 30),
            is_sample=not plan.row,
            source=f"Danh mục sản phẩm, dòng {plan.row}" if plan.row else "",
        )

    def pin_papers(self, dossier: Dossier, day: date) -> None:
        """Hand in a paper and pin it where the scorecard asks for its kind."""
        kind = EvidenceKind.objects.get(code="business_registration")
        content = to_pdf(
            Paper(
                kind="Bản chụp minh chứng",
                summary=f"{dossier.product.name}, {dossier.subject.name}",
                day=day,
                body=(Paragraph("Tài liệu minh họa dùng trong diễn tập và dữ liệu mẫu."),),
            )
        )
        stored = files.store(content, "giay-dang-ky-kinh-doanh.pdf", now=at(day, 8, 15))
        evidence = registry.add_evidence(
            subject=dossier.subject,
            kind=kind,
            name="Giấy đăng ký kinh doanh",
            stored=stored,
            by=self.producer,
            now=at(day, 8, 15),
            valid_from=day - timedelta(days=400),
        )
        first = card(dossier.scorecard).criteria[0].code
        dossiers.attach(dossier=dossier, criterion=first, evidence=evidence, by=self.producer, now=at(day, 8, 16))

    def assess(self, walked: Walked, day: date) -> None:
        """The commune's form 03 and proposal."""
        dossier = walked.dossier
        commune = self.world.communes[dossier.commune.code]
        contents = {
            "material": "Nguyên liệu chủ yếu từ các hộ trong xã, có hợp đồng thu mua.",
            "labour": "Phần lớn lao động thường trú trong xã.",
            "idea_origin": "Sản phẩm truyền thống của địa phương.",
            "identity": "Kinh nghiệm sản xuất của cộng đồng tạo nét riêng của sản phẩm.",
        }
        officer = commune.officers[0]
        row = dossiers.save_assessment(
            dossier=dossier, version=0, contents=contents, meeting_held=False, by=officer, now=at(day, 9)
        )
        assert row.version == 1
        dossiers.propose(dossier=dossier, version=dossier.version, by=officer, now=at(day, 10))

    # A session of a council

    def council(self, level: str, day: date, district: str = "") -> Council:
        """The council in office, founded at the first need."""
        key = (level + district, 0 if day <= date(2025, 6, 30) else 1, day >= date(2026, 5, 22))
        if key in self.councils:
            return self.councils[key]
        founded = day - timedelta(days=5)
        if level == "district":
            home = self.world.districts[district]
            organ, seats, by = home.organ, home.seats(), home.secretary
        else:
            organ, seats, by = self.world.province_on(founded), self.world.provincial_seats(), self.world.secretaries[0]

        year = founded.year
        council = councils.found_council(
            organ=organ,
            level=level,
            name=f"Hội đồng đánh giá, phân hạng sản phẩm OCOP {'huyện' if level == 'district' else 'tỉnh'} năm {year}",
            number=self.number(organ.pk, year),
            day=founded,
            seats=seats,
            by=by,
            now=at(founded, 15),
            ended_on=organ.valid_to,
        )
        self.councils[key] = council
        return council

    def hold(self, group: Sequence[Walked], level: str, day: date, district: str = "") -> Session:
        """Hold one session over the dossiers: agenda, invitation, interests, sheets, rounds, conclusions."""
        council = self.council(level, day, district)
        by = council.members.get(part="secretary").user
        chair = council.members.get(part="chair").user
        before = at(day - timedelta(days=3))
        session = councils.plan_session(
            council=council,
            name=f"Phiên {vi_date(day)}",
            held_on=day,
            place="Phòng họp UBND " + ("huyện" if district else "tỉnh"),
            by=by,
            now=before,
        )
        self.sessions.append(session)
        items = [councils.add_item(session=session, dossier=walked.dossier, by=by, now=before) for walked in group]
        councils.invite(session=session, by=by, now=before)
        members = [member for member in council.members.select_related("user").order_by("pk") if member.scores]
        for walked, item in zip(group, items, strict=True):
            if walked.plan.conflict:
                registry.tie(
                    subject=walked.dossier.subject,
                    kind=TieKind.LEGAL_REPRESENTATIVE,
                    user=members[3].user,
                    valid_from=day - timedelta(days=900),
                    source="Giấy đăng ký kinh doanh",
                )
            for member in members:
                councils.declare_interest(item=item, conflict=False, detail="", by=member.user, now=before)
        councils.set_attendance(
            session=session, present=[m.pk for m in council.members.order_by("pk")], by=by, now=at(day, 8)
        )
        councils.open_session(session=session, by=by, now=at(day, 8, 15))
        for walked, item in zip(group, items, strict=True):
            walked.conclusion = self.judge(walked, item, by, chair, day)
        councils.close_session(session=session, by=by, now=at(day, 17))
        return session

    def judge(self, walked: Walked, item: Item, by: User, chair: User, day: date) -> Conclusion:
        """Score one product round by round until it is concluded."""
        plan, now = walked.plan, at(day, 9)
        item = Item.objects.select_related("session__council", "dossier__scorecard", "dossier__subject").get(pk=item.pk)
        scorecard = card(item.dossier.scorecard)
        if plan.reject and item.session.council.level == "province":
            finding = councils.enter_finding(item=item, kind="reject", reason=plan.reject, by=by, now=now)
            councils.confirm_finding(finding=finding, by=chair, now=now)
        if not scorecard.star_minimums_printed:
            finding = councils.enter_finding(
                item=item,
                kind="minimum_2019",
                stars=max(plan.stars, 2),
                reason="Đối chiếu yêu cầu tối thiểu của QĐ 781/QĐ-TTg",
                by=by,
                now=now,
            )
            councils.confirm_finding(finding=finding, by=chair, now=now)
        for number in range(1, 4):
            item.refresh_from_db()
            due = [duty.member for duty in board_of(item, day).due]
            for place, member in enumerate(due):
                apart = (APART if place == 0 else 0) if number <= plan.deviation else SPREAD[place % len(SPREAD)]
                self.score(item, member.user, plan, plan.target + apart, at(day, 9 + number, place))
            conclusion = councils.close_item(item=item, by=by, now=at(day, 9 + number, 50))
            if conclusion is not None:
                walked.dossier.refresh_from_db()
                return conclusion
        raise RuntimeError(f"{plan.name}: no conclusion")

    def score(self, item: Item, user: User, plan: Plan, target: int, now: datetime) -> Sheet:
        """One member's sheet: marks in one go, then signed."""
        sheet = councils.start_sheet(item=item, by=user, now=now)
        scorecard = card(sheet.scorecard)
        answers = answers_for(
            scorecard, max(0, min(target, 100)), stars=plan.stars, miss=plan.miss, cases=item.dossier.cases
        )
        councils.save_marks(
            sheet=sheet, marks={code: (answer, "") for code, answer in answers.items()}, by=user, now=now
        )
        sheet.refresh_from_db()
        return councils.sign_sheet(sheet=sheet, by=user, now=now)

    # A round

    def round(self, plans: Sequence[Plan]) -> list[Walked]:
        """Carry plans of one filing day to their decisions."""
        day = plans[0].filed_on
        group = [self.file(plan) for plan in plans]
        route = route_for(day)
        if route.commune_report:
            for walked in group:
                self.assess(walked, day + timedelta(days=7))
        upward = group
        if route.council_sends_from is not None:
            upward = self.at_districts(group, day + timedelta(days=20))
        later = day + timedelta(days=35)
        by = self.world.officers[0]
        for walked in upward:
            dossiers.accept(dossier=walked.dossier, version=walked.dossier.version, by=by, now=at(later))
        if upward:
            self.hold(upward, "province", later + timedelta(days=8))
            self.decide(upward, later + timedelta(days=20))
        return group

    def at_districts(self, group: Sequence[Walked], day: date) -> list[Walked]:
        """District intake, council, decision or sending up; returns what went up."""
        upward: list[Walked] = []
        for code, home in self.world.districts.items():
            mine = [w for w in group if w.dossier.commune.parent_id == home.organ.area_id]
            if not mine:
                continue
            officer = home.officers[0]
            for walked in mine:
                dossiers.accept(dossier=walked.dossier, version=walked.dossier.version, by=officer, now=at(day))
            self.hold(mine, "district", day + timedelta(days=4), code)
            stay = [w for w in mine if w.conclusion and w.conclusion.result != Result.SEND_UP]
            self.decide(stay, day + timedelta(days=8), officers=home.officers)
            for walked in mine:
                if walked not in stay:
                    dossiers.send_up(
                        dossier=walked.dossier,
                        version=walked.dossier.version,
                        by=officer,
                        now=at(day + timedelta(days=8)),
                    )
                    upward.append(walked)
        return upward

    def decide(self, group: Sequence[Walked], day: date, officers: Sequence[User] = ()) -> None:
        """Decisions, notices, certificates; the second officer issues what the first one entered."""
        first, second = officers or self.world.officers
        by_result: dict[str, list[Walked]] = {}
        for walked in group:
            assert walked.conclusion is not None
            by_result.setdefault(walked.conclusion.result, []).append(walked)
        for result, rows in by_result.items():
            found = [walked.conclusion for walked in rows if walked.conclusion]
            organ = found[0].item.session.council.organ
            if result == Result.RECOGNISED:
                made = certificates.recognise(
                    conclusions=found,
                    organ=organ,
                    number=self.number(organ.pk, day.year),
                    day=day,
                    by=first,
                    now=at(day),
                )
                for walked, recognition in zip(rows, made, strict=True):
                    walked.recognition = recognition
                    walked.certificate = certificates.issue_certificate(
                        recognition=recognition, by=second, now=at(day, 14)
                    )
            elif result == Result.POTENTIAL_5:
                certificates.approve_potential_5(
                    conclusions=found,
                    organ=organ,
                    number=self.number(organ.pk, day.year),
                    day=day,
                    by=first,
                    now=at(day),
                )
            else:
                for conclusion in found:
                    councils.announce(conclusion=conclusion, by=first, now=at(day))
        for walked in group:
            walked.dossier.refresh_from_db()
