"""What somebody tries who reads the address bar and the forms: foreign numbers, forged results, ways out.

Source: compliance.md sections 2 and 3; bad input of the first walk.
"""

from __future__ import annotations

import io
import logging
import re
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from ocop.certificates.models import Recognition
from ocop.councils.models import Complaint, Item, Sheet
from ocop.dossiers.models import Dossier, Pin
from ocop.kernel.codes import SHORT, new
from ocop.kernel.logs import OneLine
from ocop.registry.models import Evidence, Product, Subject
from tests.dossiers.scene import once_in

from .province import PASSWORD, ROLES, TODAY, Province, one_request, writes


def test_full_width_and_cyrillic_letters_are_no_code(province: Province) -> None:
    code = province.args["certificate"][0]
    ask = province.clients["stranger"].get
    assert ask(f"/c/{code}").status_code == 200
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert ask(f"/c/{quote(full_width)}").status_code == 400
    assert ask(f"/p/{new(SHORT)}").status_code == 404


class TestForeignNumbers:
    """A number of somebody else's thing in the body of one's own form."""

    def test_a_product_for_somebody_elses_subject(self, province: Province) -> None:
        mine = Subject.objects.of(province.people["other producer"], TODAY)[0]
        foreign = Subject.objects.get(pk=province.args["subject"][0])
        client = province.clients["other producer"]
        commune = mine.commune_id
        body = {"name": "Bánh lạ", "product_set": Product.objects.get(code=province.args["product"][0]).product_set_id}
        for subject, made in ((foreign, 0), (mine, 1)):
            with one_request():
                client.post("/san-pham-cua-toi/them/", {**body, "subject": subject.pk, "commune": commune})
                assert Product.objects.filter(name="Bánh lạ").count() == made

    def test_a_paper_for_somebody_elses_wallet(self, province: Province) -> None:
        before = Evidence.objects.count()
        body = {"subject": province.args["subject"][0], "kind": Evidence.objects.all()[0].kind_id}
        upload = io.BytesIO(b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
        upload.name = "giay.pdf"
        with one_request():
            answer = province.clients["other producer"].post("/giay-to/them/", {**body, "file": upload})
            assert answer.status_code == 422
            assert Evidence.objects.count() == before

    def test_somebody_elses_paper_pinned_to_ones_own_criterion(self, province: Province) -> None:
        code, criterion = province.args["returned criterion"]
        dossier = Dossier.objects.get(code=code)
        foreign = Evidence.objects.exclude(subject=dossier.subject)[0]
        url = reverse("dossiers:attach", args=[code, criterion])
        with one_request():
            assert province.clients["producer"].post(url, {"evidence": foreign.pk}).status_code == 422
            assert not Pin.objects.filter(dossier=dossier, evidence=foreign).exists()

    def test_a_pin_of_another_dossier_taken_off(self, province: Province) -> None:
        code, criterion = province.args["returned criterion"]
        foreign = Pin.objects.exclude(dossier__code=code)[0]
        with one_request():
            url = reverse("dossiers:detach", args=[code, criterion, foreign.pk])
            assert province.clients["producer"].post(url).status_code == 404
            assert Pin.objects.filter(pk=foreign.pk).exists()

    def test_a_paper_that_is_not_pinned_to_the_dossier(self, province: Province) -> None:
        code = province.args["dossier"][0]
        foreign = Evidence.objects.exclude(pins__dossier__code=code)[0]
        assert province.clients["member"].get(f"/ho-so/{code}/giay-to/{foreign.pk}/").status_code == 404

    def test_an_item_of_another_session(self, province: Province) -> None:
        """Product and session must belong together, even for who sees both."""
        _, pk = province.args["item"]
        other = province.args["closed session"][0]
        for role in ("secretary", "chair"):
            assert province.clients[role].get(f"/phien-cham/{other}/{pk}/").status_code == 404
        with one_request():
            assert province.clients["chair"].post(f"/phieu-cham/{other}/{pk}/bat-dau/").status_code == 404

    def test_a_finding_and_a_member_of_another_council(self, province: Province) -> None:
        code, pk, finding = province.args["finding"]
        elsewhere = Item.objects.exclude(pk=pk).filter(session__code=code)[0]
        foreign = Sheet.objects.exclude(member__council=Item.objects.get(pk=pk).session.council)[0].member_id
        chair = province.clients["chair"]
        with one_request():
            assert chair.post(f"/phien-cham/{code}/{elsewhere.pk}/nhan-dinh/{finding}/").status_code == 404
            body = {"reason": "Ghi rõ căn cứ của việc này"}
            assert chair.post(f"/phien-cham/{code}/{pk}/mien-phieu/{foreign}/", body).status_code == 404

    def test_somebody_elses_dossier_put_on_the_agenda(self, province: Province) -> None:
        """Only a dossier that waits for this council: not a draft, not one at the commune."""
        code = province.args["planned session"][0]
        for wanted in ("draft", "at commune", "at province"):
            dossier = Dossier.objects.get(code=province.args[wanted][0])
            with one_request():
                province.clients["secretary"].post(f"/phien-cham/{code}/them/", {"dossier": dossier.pk})
                assert not dossier.council_items.exists()

    def test_a_conclusion_of_another_session_in_a_decision(self, province: Province) -> None:
        code, act = province.args["decide"]
        body = {"chosen": province.args["conclusion"][0], "number": "999/QĐ-UBND", "day": "24/11/2026"}
        with one_request():
            answer = province.clients["province officer"].post(f"/quyet-dinh/phien/{code}/{act}/", body)
            assert answer.status_code == 422
            assert not Recognition.objects.filter(decision__number="999/QĐ-UBND").exists()

    def test_somebody_elses_notice(self, province: Province) -> None:
        pk = province.args["notice"][0]
        with one_request(), writes() as seen:
            assert province.clients["leader"].post(f"/thong-bao/{pk}/").status_code == 404
        assert seen == []


class TestForgedResults:
    """Points and stars come from the answers alone."""

    def test_a_total_in_the_body_of_a_mark_counts_nothing(self, province: Province) -> None:
        code, pk = province.args["item"]
        body = {"criterion": "1.1", "answer": "0", "total": "100", "sections": "{}", "points": "100", "stars": "5"}
        with one_request():
            answer = province.clients["member"].post(f"/phieu-cham/{code}/{pk}/luu/", body)
            sheet = Sheet.objects.get(item=pk, member__user=province.people["member"])
            assert answer.status_code == 200
            assert answer.json()["total"] <= 5
            assert (sheet.total, sheet.sections) == (None, {})

    def test_an_answer_outside_the_options(self, province: Province) -> None:
        code, pk = province.args["item"]
        for criterion, answer in (("1.1", "99"), ("1.1", "-1"), ("9.99", "0"), ("1.1", "true"), ("1.1", "1.5")):
            with one_request():
                body = {"criterion": criterion, "answer": answer}
                response = province.clients["member"].post(f"/phieu-cham/{code}/{pk}/luu/", body)
                assert response.status_code in (409, 422)
                assert not Sheet.objects.get(item=pk, member__user=province.people["member"]).answers.exists()

    def test_stars_in_the_body_of_a_decision(self, province: Province) -> None:
        code, act = province.args["decide"]
        officer, url = province.clients["province officer"], f"/quyet-dinh/phien/{code}/{act}/"
        page = officer.get(url).content.decode()
        complained = set(Complaint.objects.values_list("conclusion", flat=True))  # no decision before its answer
        chosen = [pk for pk in re.findall(r'name="chosen" value="(\d+)"', page) if int(pk) not in complained]
        body = {"chosen": chosen, "number": "999/QĐ-UBND", "day": "24/11/2026", "once": once_in(page)}
        with one_request():
            answer = officer.post(url, {**body, "stars": "5", "valid_until": "2099-01-01", "level": "ministry"})
            assert answer.status_code == 302
            made = Recognition.objects.get(decision__number="999/QĐ-UBND")
            assert (made.stars, made.level, made.valid_until.isoformat()) == (4, "province", "2029-11-24")


class TestLists:
    """A list and its file hold what its reader may see, whatever is asked."""

    @pytest.mark.parametrize(
        "path", ["/san-pham-cua-toi/", "/giay-to/", "/chu-the/", "/ho-so/", "/phien-cham/", "/ket-qua/", "/hoi-dong/"]
    )
    def test_nothing_of_others_in_the_file(self, province: Province, path: str) -> None:
        """Rows of somebody who owns nothing: none. Rows of a producer: his own, as many as his list says."""
        assert _rows(province.clients["admin"], path) == []
        mine, others = (_rows(province.clients[who], path) for who in ("producer", "other producer"))
        assert not {row[0] for row in mine} & {row[0] for row in others} - {"Giấy đăng ký kinh doanh"}

    def test_a_file_ignores_pages_and_keeps_filters(self, province: Province) -> None:
        whole = _rows(province.clients["producer"], "/ho-so/")
        assert len(whole) > 25
        assert _rows(province.clients["producer"], "/ho-so/", trang="999999999999") == whole
        drafts = _rows(province.clients["producer"], "/ho-so/", buoc="draft")
        assert 0 < len(drafts) < len(whole)

    def test_users_are_no_list_for_others(self, province: Province) -> None:
        for role in set(ROLES) - {"admin", "stranger"}:
            assert province.clients[role].get("/quan-tri/nguoi-dung/?tai=xlsx").status_code == 404

    @pytest.mark.parametrize("page", ["0", "-1", "999999999", "9" * 400, "٣", "1.5", ""])
    def test_any_page_number_gives_a_page(self, province: Province, page: str) -> None:
        for role, path in (("stranger", "/san-pham/"), ("producer", "/ho-so/"), ("admin", "/quan-tri/nguoi-dung/")):
            assert province.clients[role].get(path, {"trang": page}).status_code == 200


def _rows(client: Client, path: str, **query: str) -> list[tuple[Any, ...]]:
    response = client.get(path, {**query, "tai": "xlsx"})
    assert response.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    return list(sheet.iter_rows(min_row=2, values_only=True))


class TestTheWayOut:
    """Nobody is sent to another host, and no host but ours is answered."""

    @pytest.mark.parametrize(
        "address",
        [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            "///evil.example",
            "http:evil.example",
            "\t//evil.example",
        ],
    )
    def test_sign_in_leads_nowhere_else(self, province: Province, address: str) -> None:
        body = {"login": province.people["leader"].email, "password": PASSWORD, "next": address}
        with one_request():
            answer = Client(headers={"host": "localhost"}).post("/dang-nhap/", body)
            assert answer.headers["Location"] == "/viec/"
        with one_request():
            again = province.clients["leader"].post("/tai-khoan/xac-nhan/", body)
            assert "evil" not in again.headers.get("Location", "")

    def test_a_refused_form_leads_back_to_our_own_page(self, province: Province) -> None:
        """The page that held the form is read from the Referer, which a browser fills with any address of ours."""
        code = province.args["draft"][0]
        for referer in ("http://localhost//evil.example/", "http://evil.example/ho-so/", "http://localhost/\\evil"):
            with one_request():
                answer = province.clients["producer"].post(f"/ho-so/{code}/nop-lai/", headers={"referer": referer})
            assert not re.match(r"(https?:)?[/\\]{2}", answer.headers.get("Location", "")), referer

    @pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "a b", ""])
    def test_another_host_gets_no_page(self, province: Province, host: str) -> None:
        client = Client(headers={"host": host}, raise_request_exception=False)
        for path in ("/", "/dang-nhap/", "/khong-co/"):
            assert client.get(path).status_code == 400
        assert client.post("/quen-mat-khau/", {"email": province.people["leader"].email}).status_code == 400
        assert mail.outbox == []

    def test_another_host_is_one_line_of_the_log_and_a_page_in_vietnamese(
        self, province: Province, caplog: pytest.LogCaptureFixture
    ) -> None:
        answer = Client(headers={"host": "evil.example"}, raise_request_exception=False).get("/")
        assert "Yêu cầu không đúng" in answer.content.decode()
        told = next(record for record in caplog.records if record.name == "django.security.DisallowedHost")
        line = OneLine().format(told)
        assert "'evil.example'" in line
        assert "Traceback" not in line
        broken = logging.LogRecord("ocop", logging.ERROR, "", 1, "hỏng", None, (ValueError, ValueError("x"), None))
        assert OneLine().format(broken).endswith("hỏng\\nValueError: x")  # what fails of ours keeps its cause

    def test_a_forwarded_host_is_not_believed(self, province: Province) -> None:
        with one_request():
            province.clients["stranger"].post(
                "/quen-mat-khau/",
                {"email": province.people["leader"].email},
                headers={"x-forwarded-host": "evil.example"},
            )
        assert len(mail.outbox) == 1
        assert "evil.example" not in mail.outbox[0].body


def test_a_form_without_its_token_changes_nothing(province: Province) -> None:
    """A page of another host that posts to ours: cookies may come along, the token does not."""
    code = province.args["draft"][0]
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.cookies = province.clients["producer"].cookies
    with one_request(), writes() as seen:
        answer = client.post(f"/ho-so/{code}/rut/", {"reason": "Không tham gia nữa", "version": "1"})
    assert (answer.status_code, seen) == (403, [])
