"""The sample province with one thing for every address, and twelve people who ask for it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from ocop.accounts.models import Notice, User
from ocop.accounts.services import notify
from ocop.certificates.models import Approval, Wording
from ocop.certificates.permissions import organ_of_wordings
from ocop.certificates.services import adopt_wording, make_bundle, want_bundle
from ocop.certificates.wording import KINDS, starter
from ocop.councils import services as councils
from ocop.councils.models import Conclusion, Item, Session, Team
from ocop.documents.models import Document
from ocop.documents.services import attach_signed
from ocop.dossiers import services as dossiers
from ocop.dossiers.models import Dossier
from ocop.importing import services as importing
from ocop.importing.models import Import
from ocop.kernel import files, jobs
from ocop.kernel.audit import SYSTEM
from ocop.kernel.files import resumable
from ocop.kernel.models import Job
from ocop.project.sample.answers import answers_for
from ocop.project.sample.plans import Plan
from ocop.project.sample.province import load_province
from ocop.project.sample.walk import Walk, Walked, at
from ocop.project.sample.world import World
from ocop.registry import services as registry
from ocop.registry.models import Product, SiteKind, Stage, Subject, SubjectKind
from ocop.scorecards.queries import card
from tests.dossiers.scene import photo
from tests.ground import standing, undone

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # Tuesday, 10:00 in Vietnam
TODAY = date(2026, 11, 24)
HOME, ELSEWHERE = "02287", "02509"
PASSWORD = "chín con trâu đi qua cầu"

ROLES = (
    "stranger",
    "producer",
    "other producer",
    "commune officer",
    "other commune officer",
    "district officer",  # of an office that has ended
    "province officer",
    "secretary",
    "member",
    "chair",
    "leader",
    "admin",
)


@dataclass
class Province:
    """What stands at the addresses. args  the address of each thing: what goes into the pattern"""

    world: World
    args: dict[str, list[Any]]
    people: dict[str, User]
    clients: dict[str, Client] = field(init=False)
    absent: dict[str, bytes] = field(default_factory=dict)  # the page of an absent address, by role

    def __post_init__(self) -> None:
        self.clients = {role: self._signed_in(role) for role in ROLES}

    def _signed_in(self, role: str) -> Client:
        """The browser of a role, signed in and confirmed by the password; a server error is an answer here."""
        client = Client(headers={"host": "localhost"}, raise_request_exception=False)
        if role != "stranger":
            body = {"login": self.people[role].email, "password": PASSWORD}
            assert client.post("/dang-nhap/", body).status_code == 302
            assert client.post("/tai-khoan/xac-nhan/", {"password": PASSWORD, "next": "/viec/"}).status_code == 302
        return client


one_request = undone  # what is written inside, by one request or some, is undone


def made_province() -> Province:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: NOW)
        return _build()


standing_province = standing(made_province, shared=True)  # its browsers keep their sessions: tests undo what they write


@pytest.fixture
def province(standing_province: Province, monkeypatch: pytest.MonkeyPatch) -> Province:
    """The province at ten o'clock on 24/11/2026."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return standing_province


def _build() -> Province:
    world = load_province(settings.REFERENCE / "products", password=PASSWORD, now=NOW)
    walk = Walk(world, world.producers[0], numbers={(world.province.pk, 2026): 700})
    people = {
        "producer": world.producers[0],
        "other producer": world.producers[1],
        "commune officer": world.communes[HOME].officers[0],
        "other commune officer": world.communes[ELSEWHERE].officers[0],
        "district officer": world.districts["073"].officers[0],
        "province officer": world.officers[0],
        "secretary": world.secretaries[0],
        "member": world.members[6],
        "chair": world.members[0],
        "leader": world.leader,
        "admin": world.admin,
    }
    recognised, concluded = _concluded(walk)
    waiting = walk.file(_plan("Chè dây Nà Tha", date(2026, 11, 19)))
    open_item = Item.objects.get(session__name="Phiên chấm mẫu", position=1)
    councils.start_sheet(item=open_item, by=people["member"], now=NOW)
    finding = councils.enter_finding(
        item=open_item, kind="reject", reason="Đối chiếu hồ sơ và sản phẩm mẫu", by=people["secretary"], now=NOW
    )
    practice = councils.plan_calibration(
        session=open_item.session,
        title="Hồ sơ hiệu chuẩn 1",
        text="Hồ sơ giả định để chấm thử trước phiên",
        scorecard=open_item.dossier.scorecard,
        by=people["secretary"],
        now=NOW,
    )
    councils.set_reference(
        calibration=practice,
        answers=answers_for(card(practice.scorecard), 72, stars=4),
        by=people["secretary"],
        now=NOW,
    )
    members = {seat.user_id: seat.pk for seat in open_item.session.council.members.all()}
    session, item = open_item.session, open_item
    sheet = item.sheets.get(member__user=people["chair"])
    recognition, conclusion = recognised.recognition, recognised.conclusion
    assert recognition is not None
    assert conclusion is not None
    notify([people["producer"]], "Hồ sơ đã được tiếp nhận.", path="/ho-so/", now=NOW)
    job = Job.objects.create(
        name="certificates.print", key="0", state=Job.FAILED, run_at=NOW, created_at=NOW, ended_at=NOW
    )
    dossier, product = item.dossier, item.dossier.product
    returned = Dossier.objects.get(product__name="Mật ong Nà Chang (mẫu)")
    pin = returned.pins.order_by("pk")[0]
    member, chair = members[people["member"].pk], members[people["chair"].pk]
    on_paper = session.council.members.get(user=world.members[8])
    paper = councils.name_keyers(
        item=item, member=on_paper, keyers=[people["secretary"], people["member"]], by=people["chair"], now=NOW
    )
    scan = files.store(photo(), "phieu.jpg", now=NOW)
    councils.attach_scan(paper=paper, stored=scan, by=people["secretary"], now=NOW)
    photographed = _photographed(recognised)
    listed = _listed(people["commune officer"])
    archive = dossiers.want_archive(dossier=dossier, by=people["producer"], now=NOW)
    dossiers.make_archive(wanted=archive, now=NOW)
    bundle = want_bundle(session=conclusion.item.session, decision=None, by=people["secretary"], now=NOW)
    make_bundle(wanted=bundle, now=NOW)
    args: dict[str, list[Any]] = {
        **_before_registration(dossier.subject, people),
        **_twice(people["commune officer"]),
        **_checked(walk, people),
        "nothing": [],
        "import": [listed["checked"].pk],
        "written import": [listed["written"].pk],
        "upload": [resumable.begin(owner=people["producer"].pk, name="a.pdf", size=9, sha256="0" * 64, now=NOW).code],
        "product": [product.code],
        "public product": [photographed.slug],
        "photo": [photographed.code, photographed.photo.sha256[:16]],  # type: ignore[union-attr]  # just set
        "office photo": [photographed.code],
        "product code": [photographed.code],
        "area code": ["02497"],
        "subject": [dossier.subject_id],
        "subject of consent": [_agreed(walk, people["commune officer"]).pk],
        "paper": [pin.evidence_id],
        "paper page": [pin.evidence_id, 1],
        "draft": [Dossier.objects.get(product__name="Cốm Bản Ỏm (mẫu)").code],
        "returned criterion": [returned.code, pin.criterion],
        "returned pin": [returned.code, pin.criterion, pin.pk],
        "at commune": [waiting.dossier.code],
        "at province": [Dossier.objects.get(product__name="Thịt lợn đen Nà Kham (mẫu)").code],
        "dossier": [dossier.code],
        "criterion": [dossier.code, "1.1"],
        "evidence": [dossier.code, dossier.pins.order_by("pk")[0].evidence_id],
        "evidence page": [dossier.code, dossier.pins.order_by("pk")[0].evidence_id, 1],
        "form 01": [dossier.code, "01", "pdf"],
        "receipt": [dossier.code, 1, "pdf"],
        "filed paper": [dossier.code, 1, dossier.pins.order_by("pk")[0].evidence_id],
        "archive": [dossier.code, archive.pk],
        "council": [session.council_id],
        "council paper": [session.council_id, "danh-sach", "pdf"],
        "ending": ["pdf"],
        "empty sheet": ["2026-11-tea", "pdf"],
        "team": [Team.objects.get().pk],
        "rulebook": [session.council.rules_id],
        "session": [session.code],
        "planned session": [_planned(walk, session).code],
        "ended session": [conclusion.item.session.code],
        "closed session code": [conclusion.item.session.code],
        "wording": ["to-trinh"],
        "wording file": ["to-trinh", _worded(people["secretary"]).version, "xem-thu"],
        "paper of a session": [conclusion.item.session.code, "bao-cao-hoi-dong", "pdf"],
        "paper to number": [conclusion.item.session.code, "bao-cao-hoi-dong"],
        "bundle": [conclusion.item.session.code, bundle.pk],
        "closed session": [conclusion.item.session.code, "pdf"],
        "invitation": [session.code, member, "pdf"],
        "calibration": [session.code, practice.pk],
        "item": [session.code, item.pk],
        "sample list": [session.code, "pdf"],
        "item moved": [session.code, item.pk, "xuong"],
        "round": ["province", 2026, 2],
        "finding": [session.code, item.pk, finding.pk],
        "member": [session.code, item.pk, member],
        "paper sheet": [paper.pk],
        "on paper": [session.code, item.pk, on_paper.pk],
        "signed by the chair": [session.code, item.pk, chair],
        "sheet": [sheet.pk],
        "conclusion": [conclusion.pk],
        **_complained(concluded.item.session, people),
        "notice of result": [conclusion.pk, "pdf"],
        "decision": [recognition.decision_id],
        "signed document": [_signed(recognition.decision, people["province officer"]).pk],
        "decision paper": [recognition.decision_id, "quyet-dinh", "pdf"],
        "approval": [Approval.objects.get(answered_on=None).pk],
        "decide": [concluded.item.session.code, "cong-nhan"],
        "draft decision": [concluded.item.session.code, "cong-nhan", "quyet-dinh", "docx"],
        "certificate": [recognition.code],
        "filed dossier": [dossier.code],
        "notice": [Notice.objects.filter(user=people["producer"]).latest("pk").pk],
        "user": [people["member"].pk],
        "appointment": [people["leader"].appointments.latest("pk").pk],
        "job": [job.pk],
        "reset": ["1", "khong-co-that"],
    }
    return Province(world, args, people)


def _plan(name: str, day: date) -> Plan:
    return Plan(f"{name} (mẫu)", "Hợp tác xã Nà Tha (mẫu)", "cooperative", 12, HOME, day, 74, 4)


def _concluded(walk: Walk) -> tuple[Walked, Any]:
    """A recognised product with its certificate printed, and a conclusion that waits for its decision."""
    names = ("Trà gừng Nà Tha", "Trà nghệ Nà Tha", "Trà vối Nà Tha")
    rows = [walk.file(_plan(name, date(2026, 9, 1))) for name in names]
    for row in rows:
        walk.assess(row, date(2026, 9, 8))
        dossiers.accept(
            dossier=row.dossier, version=row.dossier.version, by=walk.world.officers[0], now=at(date(2026, 9, 15))
        )
    walk.hold(rows[:1], "province", date(2026, 10, 1))
    walk.decide(rows[:1], date(2026, 10, 12))
    walk.hold(rows[1:], "province", date(2026, 11, 3))
    jobs.run_due(lambda: NOW)
    assert rows[1].conclusion is not None
    return rows[0], rows[1].conclusion


def _worded(secretary: User) -> Wording:
    """The committee's own words for its submissions."""
    organ = organ_of_wordings(secretary, TODAY)
    assert organ is not None
    stored = files.store(starter(KINDS["to-trinh"], TODAY), "to-trinh.docx", now=NOW)
    return adopt_wording(organ=organ, kind="to-trinh", stored=stored, valid_from=TODAY, by=secretary, now=NOW)


def _signed(decision: Document, officer: User) -> Document:
    """The decision with the scan of its signed paper."""
    attach_signed(document=decision, stored=files.store(photo("red"), "qd.jpg", now=NOW), by=officer, now=NOW)
    return decision


def _complained(session: Session, people: dict[str, User]) -> dict[str, list[Any]]:
    """The other result of the session was told, and its subject complains, with a paper."""
    session = Session.objects.get(pk=session.pk)
    Session.objects.filter(pk=session.pk).update(rules_body=session.rules_body | {"comment_days": 7})
    councils.send_notices(session=session, by=people["secretary"], now=NOW)
    complaint = councils.file_complaint(
        conclusion=session.items.get(position=2).conclusions.get(), grounds="Tiêu chí 1.1 có hợp đồng trong hồ sơ",
        made_on=TODAY, files=[files.store(photo("blue"), "hop-dong.jpg", now=NOW)], by=people["producer"], now=NOW,
    )  # fmt: skip
    commented = Conclusion.objects.select_related("dossier__product").get(pk=complaint.conclusion_id)
    comment = councils.send_comment(conclusion=commented, name="Bà Hoa", text="Trà vối hái ở Nà Tha thật", now=NOW)
    return {
        "comment": [comment.code],
        "commented product": [commented.dossier.product.code],
        "complaint": [complaint.code],
        "paper of complaint": [complaint.code, complaint.files.get().pk],
    }


def _agreed(walk: Walk, officer: User) -> Subject:
    """Another subject, which has agreed on a signed and scanned paper that the commune enters for it."""
    subject = walk.product(replace(_plan("Mứt gừng", TODAY), subject="Hộ Ma Thị Hoa (mẫu)")).subject
    assert subject is not None
    registry.record_consent(
        subject=subject, means="paper", given_by="Ma Thị Hoa", given_on=TODAY, by=officer, now=NOW,
        scan=files.store(photo("blue"), "dong-y.jpg", now=NOW, restricted=True),
    )  # fmt: skip
    return subject


def _photographed(row: Walked) -> Product:
    """The recognised product with a photo of its pack."""
    product = row.dossier.product
    product.refresh_from_db()
    stored = files.store(photo(), "anh.jpg", now=NOW, allow=files.IMAGES)
    registry.set_photo(product=product, stored=stored, by=row.dossier.subject.memberships.get().user, now=NOW)
    product.refresh_from_db()
    return product


def _before_registration(subject: Subject, people: dict[str, User]) -> dict[str, list[Any]]:
    """A product at every stage before its registration, and a workshop."""
    commune = subject.commune
    assert commune is not None
    registered = [
        registry.register_idea(
            subject=subject, name=name, commune=commune, materials="Lạc đỏ", by=people["producer"], now=NOW
        )
        for name in ("Kẹo lạc Nà Đồng (mẫu)", "Kẹo vừng Nà Đồng (mẫu)")
    ]
    stages = {
        stage: registry.add_product(
            subject=subject, name=f"{name} (mẫu)", product_set=None, commune=commune, by=SYSTEM, now=NOW, stage=stage
        )
        for stage, name in (
            (Stage.RETURNED, "Bánh gai"),
            (Stage.APPRAISED, "Chuối sấy"),
            (Stage.PLANNED, "Tương ngô"),
            (Stage.POTENTIAL, "Dầu lạc"),
        )
    }
    site = registry.save_site(
        subject=subject, kind=SiteKind.WORKSHOP, name="Xưởng Nà Đồng", commune=commune, products=[],
        by=people["producer"], now=NOW,
    )  # fmt: skip
    return {
        "idea": [registered[0].code],
        "returned idea": [stages[Stage.RETURNED].code],
        "appraised idea": [stages[Stage.APPRAISED].code],
        "planned product": [stages[Stage.PLANNED].code],
        "potential product": [stages[Stage.POTENTIAL].code],
        "two products": [product.code for product in registered],
        "site": [subject.pk, site.pk],
    }


def _twice(officer: User) -> dict[str, list[Any]]:
    """Subjects of the commune that were entered twice: a pair to compare, a pair that is merged."""
    commune = officer.appointments.get().agency.area
    kind = SubjectKind.objects.get(code="cooperative")
    one, other, kept, gone = (
        registry.add_subject(name=f"HTX {name} (mẫu)", kind=kind, commune=commune, by=officer, now=NOW, apart="Khác")
        for name in ("Một", "Hai", "Ba", "Bốn")
    )
    merge = registry.merge_subjects(gone=gone, kept=kept, reason="Nhập hai lần một HTX", by=officer, now=NOW)
    return {"two subjects": [one.pk, other.pk], "merge": [merge.pk]}


def _checked(walk: Walk, people: dict[str, User]) -> dict[str, list[Any]]:
    """A dossier of the commune with a gap, one returned with a gap, one that the province's team visited, and one at
    the province with two gaps.
    """
    officer, home = people["province officer"], people["commune officer"]
    rows = [walk.file(_plan(f"Trà {name} Nà Tha", date(2026, 11, 12))) for name in ("sen", "quế", "hồi", "xạ đen")]
    here, back, up, above = (row.dossier for row in rows)

    def ask(dossier: Dossier) -> int:
        text = "Thiếu trang ký tên, nộp lại bản đủ trang"
        due = date(2026, 12, 8)
        return dossiers.ask_gap(dossier=dossier, criterion="", text=text, due_on=due, by=home, now=NOW).number

    gap, sent = ask(here), ask(back)
    dossiers.return_dossier(dossier=back, version=back.version, reason="Bổ sung theo điểm thiếu", by=home, now=NOW)
    for row in rows[2:]:
        walk.assess(row, date(2026, 11, 16))
    for criterion, text, due in (
        ("", "Ghi rõ quy cách", date(2026, 11, 27)),
        ("1.1", "Nộp hợp đồng", date(2026, 12, 8)),
    ):
        dossiers.ask_gap(
            dossier=above, criterion=criterion, text=f"{text} của sản phẩm", due_on=due, by=officer, now=NOW
        )
    dossiers.accept(dossier=up, version=up.version, by=officer, now=at(date(2026, 11, 18)))
    visit = dossiers.record_visit(
        dossier=up, held_on=date(2026, 11, 20), place="Xưởng Nà Tha", people="Hai cán bộ", summary="Đúng hồ sơ",
        by=officer, now=NOW,
    )  # fmt: skip
    finding = dossiers.add_finding(visit=visit, criterion="1.1", text="Đủ vùng nguyên liệu", by=officer, now=NOW)
    stored = files.store(photo(), "xuong.jpg", now=NOW, allow=files.IMAGES)
    taken = dossiers.add_photo(visit=visit, stored=stored, place="Xưởng", criterion="", by=officer, now=NOW)
    return {
        "gap": [here.code, gap],
        "sent gap": [back.code, sent],
        "under survey": [up.code],
        "surveyed criterion": [up.code, "1.1"],
        "visit": [up.code, visit.pk],
        "visit finding": [up.code, visit.pk, finding.pk],
        "visit photo": [up.code, visit.pk, taken.pk],
    }


def _planned(walk: Walk, beside: Session) -> Session:
    return councils.plan_session(
        council=beside.council,
        name="Phiên đợt sau",
        held_on=date(2026, 12, 8),
        place="Phòng họp UBND tỉnh",
        by=walk.world.secretaries[0],
        now=NOW,
    )


@contextmanager
def writes() -> Iterator[list[str]]:
    """Collect the statements that change a table, but for sessions, the cache and the list of who looked."""
    seen: list[str] = []
    harmless = ('"django_session"', '"kernel_cache"', '"kernel_look"')

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        verb = sql.lstrip("( ")[:6].upper()
        if verb in ("INSERT", "UPDATE", "DELETE") and not any(table in sql for table in harmless):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def _listed(officer: User) -> dict[str, Import]:
    """Two lists of the commune from Excel: one that waits for its confirmation, one that was written."""
    found = {}
    for name in ("checked", "written"):
        made = openpyxl.Workbook()
        made.active.append(("Tên chủ thể", "Loại hình", "Xã, phường"))
        made.active.append((f"HTX {name} (mẫu)", "HTX", "Chiêm Hóa"))
        out = io.BytesIO()
        made.save(out)
        stored = files.store(out.getvalue(), f"{name}.xlsx", now=NOW, restricted=True, allow=("xlsx",))
        one = importing.start(kind="chu-the", stored=stored, by=officer, now=NOW)
        importing.check(found=one, now=NOW)
        found[name] = Import.objects.get(pk=one.pk)
    importing.confirm(found=found["written"], version=0, skip_wrong=False, by=officer, now=NOW)
    return found
