"""The secretary's pages: founding, planning, agenda, reminding, closing; each refusal a sentence, typed text kept."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client

from ocop.accounts.models import Notice, User
from ocop.councils.models import Conclusion, Council, Item, Session, Team
from ocop.councils.results import reading
from ocop.councils.services import announce, close_item
from ocop.dossiers.rules import Step
from ocop.project.sample.walk import at
from tests.factories import Stage

from .conftest import DAY, Hall, signed_in

pytestmark = pytest.mark.usefixtures("clock")


def _decision(stage: Stage, *, without: str = "") -> dict[str, object]:
    """The founding form as posted; without  a seat of art. 7(3)b to leave out"""
    seats = [seat for seat in stage.world.provincial_seats() if not without or seat.seat != without]
    posted: dict[str, object] = {
        "organ": stage.world.province.pk,
        "name": "Hội đồng đánh giá, phân hạng đợt 2",
        "number": "512/QĐ-UBND",
        "day": "25/9/2026",
        "ghe-TOTAL_FORMS": "16",
        "ghe-INITIAL_FORMS": "10",
    }
    for n in range(16):
        seat = seats[n] if n < len(seats) else None
        posted |= {
            f"ghe-{n}-email": seat.user.email if seat else "",
            f"ghe-{n}-part": seat.part.value if seat else "member",
            f"ghe-{n}-seat": seat.seat if seat else "",
            f"ghe-{n}-unit": seat.unit if seat else "",
        }
    return posted


def test_a_council_is_founded_from_its_decision(stage: Stage, clock: datetime) -> None:
    client = signed_in(stage.world.secretaries[0])
    assert client.get("/hoi-dong/moi/").status_code == 200
    answer = client.post("/hoi-dong/moi/", _decision(stage))
    council = Council.objects.get()
    assert answer["Location"] == council.get_absolute_url()
    assert (council.decision.number, council.members.count()) == ("512/QĐ-UBND", 10)
    page = client.get(council.get_absolute_url()).text
    assert stage.world.members[0].name in page


def test_a_missing_seat_is_named_and_the_typed_text_stays(stage: Stage, clock: datetime) -> None:
    client = signed_in(stage.world.secretaries[0])
    answer = client.post("/hoi-dong/moi/", _decision(stage, without="health"))
    assert answer.status_code == 422
    assert "Thiếu đại diện: Sở Y tế (QĐ 26/2026/QĐ-TTg điều 7 khoản 3 điểm b)." in answer.text
    assert 'value="512/QĐ-UBND"' in answer.text
    assert f'value="{stage.world.members[0].email}"' in answer.text
    assert Council.objects.count() == 0


def test_a_member_is_replaced_by_a_later_decision_and_the_page_tells_both(planned: Hall, clock: datetime) -> None:
    client, gone, new = signed_in(planned.secretary), planned.members[3], planned.stage.world.officers[1]
    url = f"/hoi-dong/{planned.council.pk}/thay-doi/"
    assert gone.user.name in client.get(url).text
    posted = {
        "number": "600/QĐ-UBND", "day": "1/10/2026", "valid_from": "1/10/2026", "until": "", "leaving": [gone.pk],
        "ghe-TOTAL_FORMS": "16", "ghe-INITIAL_FORMS": "0", **{f"ghe-{n}-part": "member" for n in range(16)},
    }  # fmt: skip
    refused = client.post(url, posted)
    assert refused.status_code == 422
    assert "Thiếu đại diện: Sở Y tế" in refused.text
    seat = {"ghe-0-email": new.email, "ghe-0-seat": "health", "ghe-0-unit": "Sở Y tế"}
    answer = client.post(url, posted | seat)
    assert answer["Location"] == planned.council.get_absolute_url()
    page = " ".join(client.get(planned.council.get_absolute_url()).text.split())
    assert "600/QĐ-UBND</strong>, 01/10/2026. Hiệu lực từ 01/10/2026" in page
    assert f"Thôi: {gone}</p>" in page
    assert f"Tham gia: {new.name}, Ủy viên</p>" in page
    assert signed_in(gone.user).get(planned.session_url()).status_code == 404
    assert signed_in(new).get(planned.session_url()).status_code == 200


def test_a_team_is_founded_and_changed_by_decisions(stage: Stage, clock: datetime) -> None:
    client, (lead, member, new) = signed_in(stage.world.secretaries[0]), stage.world.members[:3]
    lines = {"ghe-TOTAL_FORMS": "16", "ghe-INITIAL_FORMS": "1", **{f"ghe-{n}-part": "member" for n in range(16)}}
    head = {"organ": stage.world.province.pk, "name": "Tổ tư vấn năm 2026", "number": "610/QĐ-UBND", "day": "25/9/2026"}
    seats = {"ghe-0-email": lead.email, "ghe-0-unit": "Chi cục", "ghe-1-email": member.email, "ghe-1-unit": "Chi cục"}
    refused = client.post("/to-tu-van/moi/", head | lines | seats)
    assert (refused.status_code, "Tổ phải có đúng một Tổ trưởng." in refused.text) == (422, True)
    client.post("/to-tu-van/moi/", head | lines | seats | {"ghe-0-part": "lead"})
    team = Team.objects.get()
    change = {"number": "611/QĐ-UBND", "day": "1/10/2026", "valid_from": "2/10/2026", "until": ""}
    leaving = {"leaving": [team.members.get(user=member).pk]}
    came = {"ghe-0-email": new.email, "ghe-0-unit": "Sở Y tế"}
    answer = client.post(f"/to-tu-van/{team.pk}/thay-doi/", change | lines | leaving | came)
    assert answer["Location"] == team.get_absolute_url()
    page = " ".join(client.get(team.get_absolute_url()).text.split())
    assert "611/QĐ-UBND</strong>, 01/10/2026. Hiệu lực từ 02/10/2026" in page
    assert f"Thôi: {member}</p>" in page
    assert f"Tham gia: {new}, Thành viên</p>" in page
    term = {"number": "612/QĐ-UBND", "day": "1/10/2026", "last_day": "31/12/2026"}
    assert client.post(f"/to-tu-van/{team.pk}/nhiem-ky/", term)["Location"] == team.get_absolute_url()
    assert Team.objects.get().ended_on == date(2026, 12, 31)
    assert signed_in(stage.world.producers[0]).get(team.get_absolute_url()).status_code == 404


def test_an_unknown_address_and_a_seat_without_unit_are_told_apart(stage: Stage, clock: datetime) -> None:
    client = signed_in(stage.world.secretaries[0])
    unknown = client.post("/hoi-dong/moi/", _decision(stage) | {"ghe-1-email": "khong-co@mau.ocop.vn"})
    assert "Chưa có tài khoản: khong-co@mau.ocop.vn." in unknown.text
    blank = client.post("/hoi-dong/moi/", _decision(stage) | {"ghe-1-unit": ""})
    assert "Hãy nhập đơn vị." in blank.text
    assert Council.objects.count() == 0


@pytest.mark.parametrize("who", ["officer", "member", "producer"])
def test_others_have_no_page_to_found_or_plan(hall: Hall, who: str) -> None:
    client = signed_in(getattr(hall, who))
    assert client.get("/hoi-dong/moi/").status_code == 404
    assert client.get("/phien-cham/moi/").status_code == 404
    assert client.post("/phien-cham/moi/", {"council": hall.council.pk}).status_code == 404


def _plan(hall: Hall, held_on: str, once: str = "") -> dict[str, object]:
    return {
        "council": hall.council.pk,
        "name": "Phiên bổ sung",
        "held_on": held_on,
        "place": "Phòng 2",
        "kind": "meeting",
        "once": once,
    }


def test_a_session_is_planned_once_and_only_within_the_term(hall: Hall) -> None:
    client = signed_in(hall.secretary)
    before = client.post("/phien-cham/moi/", _plan(hall, "25/9/2026"))
    assert before.status_code == 422
    assert "Ngày 25/09/2026 ngoài nhiệm kỳ hội đồng." in before.text
    assert client.post("/phien-cham/moi/", _plan(hall, "30/9/2026", "a")).status_code == 302
    again = client.post("/phien-cham/moi/", _plan(hall, "30/9/2026", "a"))
    assert "Biểu mẫu này đã được gửi." in again.text
    assert Session.objects.filter(name="Phiên bổ sung").count() == 1


def test_the_waiting_list_fills_the_agenda_and_removal_needs_a_reason(hall: Hall) -> None:
    client = signed_in(hall.secretary)
    dossier = hall.stage.ready(name="Bánh gai (mẫu)").dossier
    assert "Bánh gai (mẫu)" in client.get(hall.session_url()).text
    assert "Bánh gai (mẫu)" not in signed_in(hall.member).get(hall.session_url()).text
    client.post(hall.session_url("them/"), {"dossier": [dossier.pk]})
    item = Item.objects.get(dossier=dossier)
    remove = f"/phien-cham/{hall.session.code}/{item.pk}/bo/"
    client.post(remove, {"reason": ""})
    assert Item.objects.filter(pk=item.pk).exists()
    client.post(remove, {"reason": "Chờ kết quả kiểm nghiệm"})
    dossier.refresh_from_db()
    assert (Item.objects.filter(pk=item.pk).exists(), dossier.step) == (False, Step.READY_PROVINCE)


def test_reminding_reaches_those_who_have_not_signed_and_nobody_else(hall: Hall) -> None:
    hall.sign(hall.members[1].user, 72)
    Notice.objects.all().delete()
    signed_in(hall.secretary).post(hall.session_url("nhac/"))
    reminded = set(Notice.objects.values_list("user_id", flat=True))
    assert reminded == {m.user_id for m in hall.members} - {hall.members[1].user_id}


def _close(client: Client, hall: Hall, once: str = "") -> str:
    page = client.post(
        hall.item_url("dong-vong/"), {"once": once}, headers={"referer": "http://localhost/viec/"}, follow=True
    )
    return page.text


def test_a_round_with_a_sheet_missing_stays_open_and_names_the_member(hall: Hall) -> None:
    for member in hall.members[1:]:
        hall.sign(member.user, 72)
    client = signed_in(hall.secretary)
    assert "Chưa đóng được vòng 1." in client.get(hall.item_url()).text
    assert f"Còn phiếu chưa ký: {hall.chair.name}." in _close(client, hall)
    assert Conclusion.objects.count() == 0


def test_a_round_without_quorum_stays_open(hall: Hall) -> None:
    hall.sign_all(72)
    client = signed_in(hall.secretary)
    client.post(hall.session_url("co-mat/"), {"present": [m.pk for m in hall.members[:6]]})  # 6 of 9, 7 are needed
    assert "có mặt 6/9, cần từ 7." in _close(client, hall)
    assert Conclusion.objects.count() == 0
    client.post(hall.session_url("co-mat/"), {"present": [m.pk for m in hall.members[:7]]})
    _close(client, hall)
    assert Conclusion.objects.count() == 1


def test_closing_twice_concludes_once(hall: Hall) -> None:
    hall.sign_all(72)
    client = signed_in(hall.secretary)
    _close(client, hall, "x")
    assert "Biểu mẫu này đã được gửi." in _close(client, hall, "x")
    assert "sản phẩm đã kết luận" in _close(client, hall, "y")
    assert Conclusion.objects.count() == 1


def test_marks_met_up_to_the_band_give_the_band(hall: Hall) -> None:
    hall.sign_all(72)
    conclusion = close_item(item=hall.item, by=hall.secretary, now=at(DAY, 11))
    assert conclusion is not None
    page = signed_in(hall.secretary).get(f"/ket-qua/{conclusion.pk}/").text
    for words in ("72,00", "Tổng 648 điểm chia 9 phiếu", "Điểm bình quân từ 70 đến dưới 90", "Cho phép 4 sao"):
        assert words in page
    assert "Điểm đạt 4 sao và đạt đủ mức tối thiểu: xếp 4 sao." in page


def test_a_result_tells_the_spread_the_exact_mean_and_the_star_marks_of_every_criterion(hall: Hall) -> None:
    """Eight sheets of 72 and one of 76: 652/9. 4.1 gives at least 3 points, its 4-star mark, on every sheet."""
    hall.sign_all(76, 72)
    conclusion = close_item(item=hall.item, by=hall.secretary, now=at(DAY, 11))
    assert conclusion is not None
    page = signed_in(hall.secretary).get(f"/ket-qua/{conclusion.pk}/").text
    assert "Tổng 652 điểm chia 9 phiếu: 652/9 = 72,44" in page
    [(part, rows), *others] = reading(conclusion).spreads
    assert sum(one.points for one, _ in [(part, rows), *others]) == 652
    assert part.points == sum(row.points for row in rows)
    first, second = hall.answers(76), hall.answers(72)
    apart = {code for code in first if first[code] != second[code]}
    assert {row.code for _, rows in reading(conclusion).spreads for row in rows if row.low != row.high} == apart
    [marked] = [row for _, rows in reading(conclusion).spreads for row in rows if row.code == "4.1"]
    assert [(star, met) for star, _, met in marked.marks if star < 5] == [(3, 9), (4, 9)]
    assert "4 sao: từ 3 điểm, 9/9 phiếu đạt" in page
    outside = signed_in(hall.producer).get(f"/ket-qua/{conclusion.pk}/").text
    assert "Từng tiêu chí" not in outside


def test_a_missed_mark_is_named_with_its_criterion_and_the_way_up(hall: Hall) -> None:
    """Nine sheets of 72 whose marks reach 3 stars only: the band allows 4, so 3 stand."""
    hall.stars = 3
    hall.sign_all(72)
    conclusion = close_item(item=hall.item, by=hall.secretary, now=at(DAY, 11))
    assert conclusion is not None
    missed = conclusion.marks_missed["4"]
    assert (conclusion.stars, bool(missed), conclusion.marks_missed["3"]) == (3, True, [])
    page = signed_in(hall.secretary).get(f"/ket-qua/{conclusion.pk}/").text
    assert f"Điểm đạt 4 sao; chưa đạt mức tối thiểu 4 sao ở {', '.join(missed)}: xếp 3 sao." in page
    for code in missed:
        assert f"Mức tối thiểu 4 sao: {code} {hall.card.by_code[code].name_vi}" in page
    assert f"Để đạt 4 sao: đạt mức tối thiểu ở tiêu chí {', '.join(missed)}." in page


def test_a_rejected_product_is_closed_without_sheets_and_has_a_notice(hall: Hall) -> None:
    secretary = signed_in(hall.secretary)
    secretary.post(
        hall.item_url("nhan-dinh/"), {"kind": "reject", "criterion": "", "reason": "Giấy chứng nhận ATTP bị làm giả"}
    )
    assert "Có nhận định chưa được Chủ tịch xác nhận." in _close(secretary, hall)
    finding = hall.item.findings.get()
    signed_in(hall.chair).post(hall.item_url(f"nhan-dinh/{finding.pk}/"))
    _close(secretary, hall)
    conclusion = Conclusion.objects.get()
    assert (conclusion.result, conclusion.stars) == ("rejected", 0)
    page = secretary.get(f"/ket-qua/{conclusion.pk}/").text
    assert "Giấy chứng nhận ATTP bị làm giả" in page
    officer: User = hall.officer
    announce(conclusion=conclusion, by=officer, now=at(DAY, 12))
    assert secretary.get(f"/ket-qua/{conclusion.pk}/thong-bao.pdf").content.startswith(b"%PDF")


def test_pages_carry_no_style_and_no_inline_script(hall: Hall) -> None:
    hall.start(hall.member)
    secretary, member = signed_in(hall.secretary), signed_in(hall.member)
    pages = [secretary.get(a).text for a in (hall.session_url(), hall.item_url(), "/hoi-dong/moi/", "/phien-cham/")]
    pages += [
        member.get(a).text for a in (hall.sheet_url(), hall.sheet_url("xem-lai/"), hall.session_url("hoi-truong/"))
    ]
    for text in pages:
        assert " style=" not in text
        assert " onclick=" not in text
        assert "<script>" not in text
