"""All papers of a session in one list: states, numbers, prints, ZIP, and what goes to the ministry.

Source: issue "Councils whose scores nobody can doubt" 9, 11; QĐ 26/2026/QĐ-TTg art. 6(3), 7(3).
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date

import pytest

from ocop.accounts.models import User
from ocop.certificates import services
from ocop.certificates.models import Bundle
from ocop.certificates.round import Piece, papers_of, piece_of
from ocop.councils.models import Conclusion, Session
from ocop.documents.models import Document
from ocop.documents.services import attach_signed
from ocop.kernel import files
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import Walked, at
from tests.dossiers.scene import photo
from tests.factories import PLAN, Stage
from tests.ground import standing

from .conftest import DECIDED
from .test_deciding import approve

NOW = at(DECIDED, 10)


@dataclass
class Round:
    """One session with a product of 72 points and one of 94, both concluded."""

    stage: Stage
    rows: list[Walked]
    code: str

    @property
    def session(self) -> Session:
        return Session.objects.select_related("council__organ", "council__decision").get(code=self.code)

    @property
    def officer(self) -> User:
        return self.stage.world.officers[0]

    @property
    def secretary(self) -> User:
        return self.stage.world.secretaries[0]

    def piece(self, name: str, reader: User | None = None) -> Piece:
        found = piece_of(papers_of(self.session, reader or self.officer, DECIDED), name)
        assert found is not None, name
        return found

    def approved(self) -> Document:
        conclusion = Conclusion.objects.get(dossier=self.rows[1].dossier)
        return approve(self.stage, conclusion)[0].decision

    def number(self, name: str, number: str, day: date = DECIDED, by: User | None = None) -> Document:
        return services.number_paper(
            session=self.session, piece=self.piece(name), number=number, day=day, by=by or self.secretary, now=NOW
        )


@standing
def sat(stage: Stage) -> Round:
    rows = [stage.ready(), stage.ready(name="Mứt sen (mẫu)", target=94, stars=5)]
    stage.walk.hold(rows, "province", date(2026, 10, 1))
    return Round(stage, rows, Session.objects.get().code)


def test_every_paper_of_a_session_is_in_the_list_and_prints(sat):
    entries = papers_of(sat.session, sat.officer, DECIDED)
    names = {piece.name.rstrip("0123456789").rstrip("-") for entry in entries for piece in entry.pieces}
    assert {
        "thanh-lap", "thanh-vien", "san-pham", "giay-moi", "bao-cao-to-tu-van", "bang-diem", "bien-ban",
        "bao-cao-hoi-dong", "to-trinh-recognised", "to-trinh-potential_", "quyet-dinh-recognised",
        "quyet-dinh-potential_", "thong-bao", "thong-bao-xa",
    } <= names  # fmt: skip
    sheets = [piece for entry in entries for piece in entry.pieces if piece.name.startswith("phieu-")]
    assert len(sheets) == 18  # nine members, two products
    assert [entry.why for entry in entries if entry.title == "Công văn trình Bộ"] == [
        "Có sau khi ghi quyết định phê duyệt kết quả."
    ]
    for piece in (piece for entry in entries for piece in entry.pieces):
        assert piece.paper().body


def test_a_paper_is_a_draft_until_its_number_is_entered_and_signed_when_its_copy_is_attached(sat):
    name = "bao-cao-hoi-dong"
    assert (sat.piece(name).state, sat.piece(name).paper().marks) == ("Dự thảo", ("DỰ THẢO",))
    document = sat.number(name, "45/BC-HĐ")
    numbered = sat.piece(name)
    assert numbered.state == "Đã có số"
    assert numbered.paper().number_line == "Số: 45/BC-HĐ"
    assert numbered.paper().marks == ()
    assert document.organ_name == "Hội đồng đánh giá, phân hạng sản phẩm OCOP"
    attach_signed(document=document, stored=files.store(photo(), "bc.jpg", now=NOW), by=sat.officer, now=NOW)
    assert sat.piece(name).state == "Đã ký"


def test_a_number_is_taken_once_by_organ_kind_and_year_and_never_before_the_session(sat):
    sat.number("to-trinh-recognised", "7/TTr-SNNMT")
    with pytest.raises(Refusal, match="đã có tờ trình số 07/TTr-SNNMT năm 2026"):
        sat.number("to-trinh-potential_5", "7/TTr-SNNMT")
    with pytest.raises(Refusal, match="đã có số"):
        sat.number("to-trinh-recognised", "8/TTr-SNNMT")
    with pytest.raises(Refusal, match="trước phiên họp"):
        sat.number("bao-cao-hoi-dong", "46/BC-HĐ", day=date(2026, 9, 30))
    sat.number("bao-cao-hoi-dong", "46/BC-HĐ", day=date(2026, 10, 1))


def test_decisions_get_their_number_where_they_recognise_and_nobody_else_numbers(sat):
    with pytest.raises(Refusal, match="mục Quyết định"):
        sat.number("quyet-dinh-recognised", "901/QĐ-UBND")
    with pytest.raises(Forbidden):
        sat.number("bao-cao-hoi-dong", "45/BC-HĐ", by=sat.stage.world.leader)
    decision = sat.approved()
    assert sat.piece(f"quyet-dinh-{decision.pk}").paper().number_line == "Số: 902/QĐ-UBND"


def test_a_secret_ballot_names_members_to_secretary_and_chair_alone(sat):
    Session.objects.update(rules_body=sat.session.rules_body | {"secret": True})
    chair = sat.session.council.members.get(part="chair").user
    name = next(p.name for e in papers_of(sat.session, sat.officer, DECIDED) for p in e.pieces if "phieu-" in p.name)
    shown = {reader: sat.piece(name, reader).title for reader in (sat.officer, sat.secretary, chair)}
    assert shown[sat.officer].endswith(": phiếu số 01")
    assert "phiếu số" not in shown[sat.secretary] + shown[chair]


def bundle(sat: Round, by: User, decision: Document | None = None) -> zipfile.ZipFile:
    wanted = services.want_bundle(session=sat.session, decision=decision, by=by, now=NOW)
    assert services.want_bundle(session=sat.session, decision=decision, by=by, now=NOW) == wanted
    services.make_bundle(wanted=wanted, now=NOW)
    blob = Bundle.objects.get(pk=wanted.pk).blob
    assert blob is not None
    return zipfile.ZipFile(io.BytesIO(b"".join(files.read_large(blob))))


def test_the_zip_holds_every_paper_twice_and_its_signed_copies_with_their_hashes(sat):
    document = sat.number("bao-cao-hoi-dong", "45/BC-HĐ")
    stored = files.store(photo(), "bc.jpg", now=NOW)
    attach_signed(document=document, stored=stored, by=sat.officer, now=NOW)
    pieces = [piece for entry in papers_of(sat.session, sat.officer, DECIDED) for piece in entry.pieces]
    package = bundle(sat, sat.officer)
    names = set(package.namelist())
    assert {f"giay-to/{piece.name}.{ending}" for piece in pieces for ending in ("docx", "pdf")} <= names
    assert files.open_blob(stored.blob) == package.read("ban-ky/bao-cao-hoi-dong.jpg")
    index = package.read("index.html").decode()
    assert stored.blob.sha256 in index
    assert "Công văn trình Bộ: Có sau khi ghi quyết định phê duyệt kết quả." in index


def test_to_the_ministry_go_the_papers_of_article_6_3_and_the_dossiers(sat):
    decision = sat.approved()
    package = bundle(sat, sat.officer, decision)
    papers = {name.removesuffix(".pdf") for name in package.namelist() if name.endswith(".pdf")}
    assert papers == {
        f"giay-to/trinh-bo-{decision.pk}", "giay-to/bao-cao-to-tu-van", "giay-to/bao-cao-hoi-dong", "giay-to/bien-ban",
        f"giay-to/quyet-dinh-{decision.pk}", f"giay-to/mau-{decision.pk}",
    }  # fmt: skip
    [archive] = [name for name in package.namelist() if name.startswith("ho-so/")]
    inside = zipfile.ZipFile(io.BytesIO(package.read(archive)))
    assert inside.testzip() is None
    assert any(name.endswith("bieu-mau/mau-01.pdf") for name in inside.namelist())
    assert PLAN.name not in package.read("index.html").decode()  # the other product stays here


def test_a_re_evaluation_goes_with_the_report_of_the_agency_alone(sat):
    sat.rows[1].dossier.refresh_from_db()
    type(sat.rows[1].dossier).objects.filter(pk=sat.rows[1].dossier.pk).update(kind="re_evaluation")
    decision = sat.approved()
    package = bundle(sat, sat.officer, decision)
    papers = {name.removesuffix(".pdf") for name in package.namelist() if name.endswith(".pdf")}
    assert papers == {f"giay-to/trinh-bo-{decision.pk}-lai", "giay-to/bao-cao-tham-muu", f"giay-to/mau-{decision.pk}"}
    letter = sat.piece(f"trinh-bo-{decision.pk}-lai").paper()
    assert letter.summary == "đề nghị đánh giá, phân hạng lại sản phẩm OCOP 5 sao"


def test_members_have_no_papers_of_the_office(sat):
    member = sat.session.council.members.filter(part="member")[0].user
    with pytest.raises(Forbidden):
        services.want_bundle(session=sat.session, decision=None, by=member, now=NOW)


def test_the_page_lists_numbers_and_offers_the_zip_to_who_asked(sat, visit):
    office = visit(sat.officer)
    page = office.get(f"/phien-cham/{sat.code}/giay-to/").content.decode()
    assert "Báo cáo của Hội đồng" in page
    assert "Dự thảo" in page
    answer = office.get(f"/phien-cham/{sat.code}/giay-to/bang-diem.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert office.post(f"/phien-cham/{sat.code}/giay-to/tao-zip/").status_code == 302
    services.make_bundle(wanted=Bundle.objects.get(), now=NOW)
    address = f"/phien-cham/{sat.code}/giay-to/zip/{Bundle.objects.get().pk}/"
    assert address in office.get(f"/phien-cham/{sat.code}/giay-to/").content.decode()
    assert office.get(address).status_code == 200
    assert visit(sat.secretary).get(address).status_code == 404
    member = sat.session.council.members.filter(part="member")[0].user
    assert visit(member).get(f"/phien-cham/{sat.code}/giay-to/").status_code == 404
