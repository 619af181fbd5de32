"""Nobody sees another's marks, spread, mean, order or count before the product's round is closed."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from ocop.councils.models import Conclusion, Item, Session, Sheet
from ocop.councils.services import close_item
from ocop.project.sample.walk import at

from .conftest import DAY, Hall, signed_in

pytestmark = pytest.mark.usefixtures("clock")

EVERYBODY = ["secretary", "chair", "member", "officer"]


def _seen(client: Client, hall: Hall) -> dict[str, str]:
    """What each page and fragment says, without what changes at every request."""
    addresses = [
        hall.session_url(), hall.session_url("hoi-truong/"), hall.item_url(), "/phien-cham/", "/ket-qua/", "/viec/",
        "/phien-cham/?tai=csv", "/ket-qua/?tai=csv", hall.council.get_absolute_url(), "/thong-bao/",
    ]  # fmt: skip
    pages = {address: client.get(address).text for address in addresses}
    for address in (hall.session_url(), hall.session_url("hoi-truong/")):
        pages["fragment " + address] = client.get(address, headers={"HX-Request": "true"}).text
    return {address: _plain(text) for address, text in pages.items()}


def _plain(text: str) -> str:
    lines = text.splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line and 'name="once"' not in line)


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_page_is_the_same_whatever_the_others_gave(hall: Hall, who: str) -> None:
    """Two sheets of 31 and 93 points, or of 76 and 60: not one letter of any page differs."""
    low, high = hall.members[3], hall.members[4]
    client = signed_in(getattr(hall, who))
    seen = []
    for first, second in ((60, 93), (76, 64)):
        sheets = [hall.sign(low.user, first), hall.sign(high.user, second)]
        assert sheets[0].total != sheets[1].total
        seen.append(_seen(client, hall))
        Sheet.objects.update(signed_at=None, total=None, sha256="", body=None, sections={})
    assert seen[0] == seen[1]


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_opens_anothers_signed_sheet_before_the_conclusion(hall: Hall, who: str) -> None:
    sheet = hall.sign(hall.members[3].user, 72)
    address = f"/phieu-da-ky/{sheet.pk}/"
    assert signed_in(getattr(hall, who)).get(address).status_code == 404
    assert signed_in(hall.members[3].user).get(address).status_code == 200


@pytest.mark.parametrize("who", EVERYBODY)
def test_while_a_second_round_runs_the_first_sheets_stay_unnamed(hall: Hall, who: str) -> None:
    hall.sign_all(86, 72)
    assert close_item(item=hall.item, by=hall.secretary, now=at(DAY, 11)) is None
    first = Sheet.objects.get(member=hall.members[4], round=1)
    client = signed_in(getattr(hall, who))
    assert client.get(f"/phieu-da-ky/{first.pk}/").status_code == 404
    page = client.get(hall.item_url()).text
    assert "thảo luận rồi chấm lại" in page
    item = Item.objects.get()
    code, points = item.deviation[0]
    assert f"{code} {hall.card.by_code[code].name_vi}" in page
    assert ", ".join(str(p) for p in points) in page
    assert points == sorted(points)


def test_after_the_conclusion_those_of_the_session_read_every_sheet(hall: Hall) -> None:
    hall.sign_all(72)
    close_item(item=hall.item, by=hall.secretary, now=at(DAY, 11))
    sheet = Sheet.objects.get(member=hall.members[4])
    for who in EVERYBODY:
        page = signed_in(getattr(hall, who)).get(f"/phieu-da-ky/{sheet.pk}/")
        assert sheet.sha256 in page.text


def test_secret_sheets_stay_without_names_but_for_chair_and_secretary(hall: Hall) -> None:
    """Phiếu kín by the rule book: the totals stand there, whose they are does not, nor in the file."""
    Session.objects.update(rules_body={"secret": True})
    hall.sign_all(72, 73)
    close_item(item=hall.item, by=hall.secretary, now=at(DAY, 11))
    result, other = f"/ket-qua/{Conclusion.objects.get().pk}/", hall.members[4]
    sheet = Sheet.objects.get(member=other)
    for who in ("secretary", "chair"):
        assert other.user.name in signed_in(getattr(hall, who)).get(result).text
        assert signed_in(getattr(hall, who)).get(f"/phieu-da-ky/{sheet.pk}/").status_code == 200
    for who in ("member", "officer"):
        client = signed_in(getattr(hall, who))
        page = client.get(result).text
        assert "Phiếu 9" in page
        assert not any(member.user.name in page for member in hall.members if member.user != hall.member)
        assert client.get(f"/phieu-da-ky/{sheet.pk}/").status_code == 404
        heads = next(load_workbook(BytesIO(client.get(result + "?tai=xlsx").getvalue())).active.values)
        assert [head for head in heads if head.startswith("Phiếu")] == [f"Phiếu {n}" for n in range(1, 10)]
    own = Sheet.objects.get(member__user=hall.member)
    assert signed_in(hall.member).get(f"/phieu-da-ky/{own.pk}/").status_code == 200


def test_a_sheet_shows_no_self_score_and_nothing_of_others(hall: Hall) -> None:
    hall.sign(hall.members[3].user, 90)
    sheet = hall.start(hall.member)
    page = signed_in(hall.member).get(hall.sheet_url()).text
    assert "Tự chấm" not in page
    assert hall.members[3].user.name not in page
    assert sheet.answers.count() == 0
    assert " checked" not in page


def test_minutes_do_not_exist_before_the_session_ends(hall: Hall) -> None:
    hall.sign_all(72)
    answer = signed_in(hall.secretary).get(hall.session_url("bien-ban.docx"))
    assert answer.status_code == 409
    assert "Chưa có biên bản." in answer.text


def test_the_board_costs_the_same_for_one_product_and_for_three(hall: Hall) -> None:
    client = signed_in(hall.secretary)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(hall.session_url(), headers={"HX-Request": "true"}).status_code == 200
        return len(queries)

    client.get(hall.session_url())
    one = count()
    ready = [hall.stage.ready(name=f"Bánh gai số {n} (mẫu)").dossier for n in (1, 2)]
    added = client.post(hall.session_url("them/"), {"dossier": [dossier.pk for dossier in ready]})
    assert added.status_code == 302
    assert hall.session.items.count() == 3
    assert count() == one
