"""The member's way through the browser: interests, marks one by one or group by group, review, one signature."""

from __future__ import annotations

import pytest
from django.test import Client

from ocop.councils import services
from ocop.councils.models import Interest, Item, Session, Sheet, SheetAnswer
from ocop.councils.rules import Result
from ocop.councils.sheet_page import page_of
from ocop.dossiers.models import Dossier
from ocop.project.sample.walk import at
from ocop.registry.services import tie

from .conftest import DAY, Hall, signed_in

pytestmark = pytest.mark.usefixtures("clock")


def _value(answer: object) -> str:
    return str(answer).lower() if isinstance(answer, bool | None) else str(answer)


def _score_by_groups(client: Client, hall: Hall, target: int) -> None:
    """As a browser without JavaScript does: one form a group, each leads to the next, the last to the review."""
    assert client.post(hall.sheet_url("bat-dau/")).status_code == 302
    answers = hall.answers(target)
    sections = [section for part in hall.card.parts for section in part.sections]
    for place, section in enumerate(sections):
        posted = {f"muc-{c.code}": _value(answers[c.code]) for c in section.criteria}
        answer = client.post(hall.sheet_url(f"?nhom={section.code}"), posted)
        last = place == len(sections) - 1
        assert answer["Location"] == (
            hall.sheet_url("xem-lai/") if last else hall.sheet_url(f"?nhom={sections[place + 1].code}")
        )


def test_the_whole_way_without_a_script_from_interest_to_conclusion(planned: Hall) -> None:
    hall, secretary = planned, signed_in(planned.secretary)
    for member in hall.members:
        client = signed_in(member.user)
        assert client.get(hall.item.dossier.get_absolute_url()).status_code == 404  # nothing opens before it
        assert client.post(hall.item_url("loi-ich/"), {"conflict": "no"}).status_code == 302
        assert client.get(hall.item.dossier.get_absolute_url()).status_code == 200
    present = [member.pk for member in hall.council.members.all()]
    assert secretary.post(hall.session_url("co-mat/"), {"present": present}).status_code == 302
    assert secretary.post(hall.session_url("mo/")).status_code == 302
    for member in hall.members:
        client = signed_in(member.user)
        _score_by_groups(client, hall, 72)
        review = client.get(hall.sheet_url("xem-lai/"))
        version = review.context["form"]["version"].value()
        assert client.post(hall.sheet_url("ky/"), {"version": version}).status_code == 302
    closed = secretary.post(hall.item_url("dong-vong/"), {"once": "t1"})
    item = Item.objects.get()
    conclusion = item.conclusions.get()
    assert closed["Location"] == f"/ket-qua/{conclusion.pk}/"
    assert (conclusion.points, conclusion.sheets) == (9 * 72, 9)
    assert conclusion.result == Result.RECOGNISED
    assert secretary.post(hall.session_url("ket-thuc/")).status_code == 302
    assert Session.objects.get().state == Session.CLOSED


def test_a_saved_mark_answers_with_the_moment_and_the_sums_of_the_store(hall: Hall) -> None:
    hall.start(hall.member)
    first = hall.card.criteria[0]
    best = max(first.options, key=lambda option: option.points)
    answer = signed_in(hall.member).post(hall.sheet_url("luu/"), {"criterion": first.code, "answer": best.index})
    data = answer.json()
    assert (data["saved"], data["total"], data["answered"]) == ("10:00:00", best.points, 1)
    assert data["parts"] == {"A": best.points, "B": 0, "C": 0}
    assert SheetAnswer.objects.get().answer == best.index


def test_a_total_in_the_body_is_ignored(hall: Hall) -> None:
    client = signed_in(hall.member)
    hall.fill(hall.member, 72)
    first = hall.card.criteria[0]
    stored = SheetAnswer.objects.get(criterion=first.code).answer
    client.post(
        hall.sheet_url("luu/"), {"criterion": first.code, "answer": _value(stored), "total": "100", "points": "100"}
    )
    version = Sheet.objects.get().version
    client.post(hall.sheet_url("ky/"), {"version": version, "total": "100"})
    assert Sheet.objects.get().total == 72


def test_the_pages_of_a_paper_stand_beside_the_criteria_as_pictures(hall: Hall) -> None:
    hall.start(hall.member)
    client = signed_in(hall.member)
    evidence = hall.item.dossier.pins.get().evidence
    page = client.get(hall.sheet_url()).text
    picture = f"/ho-so/{hall.item.dossier.code}/giay-to/{evidence.pk}/trang/1/"
    assert f'<img src="{picture}"' in page
    assert "<iframe" not in page
    assert client.get(picture)["Content-Type"] == "image/webp"
    alone = f"/ho-so/{hall.item.dossier.code}/giay-to/{evidence.pk}/xem/"
    assert f'href="{alone}" target="_blank"' in page  # without a script, in a tab: the marks stay as they are
    assert client.get(alone).status_code == 200


def test_the_pages_of_a_paper_open_with_the_declaration_and_to_no_stranger(planned: Hall) -> None:
    evidence = planned.item.dossier.pins.get().evidence
    picture = f"/ho-so/{planned.item.dossier.code}/giay-to/{evidence.pk}/trang/1/"
    member = signed_in(planned.member)
    assert member.get(picture).status_code == 404
    planned.declare(next(seat for seat in planned.members if seat.user == planned.member))
    assert member.get(picture).status_code == 200
    assert signed_in(planned.stranger).get(picture).status_code == 404


def test_a_mark_outside_the_options_is_refused_and_nothing_changes(hall: Hall) -> None:
    hall.start(hall.member)
    client = signed_in(hall.member)
    first = hall.card.criteria[0]
    for answer, status in ((len(first.options), 409), ("true", 409), ("-1", 422), ("1.5", 422), ("", 422)):
        refused = client.post(hall.sheet_url("luu/"), {"criterion": first.code, "answer": answer})
        assert refused.status_code == status, answer
        assert refused.json()["refusal"].startswith("Chưa lưu điểm.")
    assert client.post(hall.sheet_url("luu/"), {"criterion": "99.9", "answer": "0"}).status_code == 409
    assert SheetAnswer.objects.count() == 0


def test_none_of_the_options_is_offered_only_where_no_option_of_zero_is_printed(hall: Hall) -> None:
    client = signed_in(hall.member)
    hall.start(hall.member)
    without_zero = next(c for c in hall.card.criteria if c.may_be_none())
    with_zero = next(c for c in hall.card.criteria if c.options and not c.may_be_none())
    save = hall.sheet_url("luu/")
    assert client.post(save, {"criterion": without_zero.code, "answer": "none"}).status_code == 200
    assert client.post(save, {"criterion": with_zero.code, "answer": "none"}).status_code == 409
    rows = {row.criterion.code: row for row in page_of(Sheet.objects.with_self_score().get()).rows}
    assert rows[without_zero.code].choices[0].value == "none"
    assert "none" not in [choice.value for choice in rows[with_zero.code].choices]


def test_none_of_the_options_cannot_be_signed_without_a_reason(hall: Hall) -> None:
    client = signed_in(hall.member)
    hall.fill(hall.member, 72)
    code = next(c.code for c in hall.card.criteria if c.may_be_none())
    client.post(hall.sheet_url("luu/"), {"criterion": code, "answer": "none"})
    assert "Thiếu lý do" in client.get(hall.sheet_url("xem-lai/")).text
    client.post(hall.sheet_url("ky/"), {"version": Sheet.objects.get().version})
    assert Sheet.objects.get().signed_at is None
    client.post(hall.sheet_url("luu/"), {"criterion": code, "answer": "none", "reason": "Không có tài liệu"})
    assert "Thiếu lý do" not in client.get(hall.sheet_url("xem-lai/")).text
    client.post(hall.sheet_url("ky/"), {"version": Sheet.objects.get().version})
    assert Sheet.objects.get().signed_at is not None


def test_a_missing_criterion_is_named_and_the_sheet_stays_open(hall: Hall) -> None:
    client = signed_in(hall.member)
    sheet = hall.fill(hall.member, 72)
    code = hall.card.criteria[0].code
    sheet.answers.filter(criterion=code).delete()
    review = client.get(hall.sheet_url("xem-lai/"))
    assert "Chưa chấm" in review.text
    assert "còn 1 tiêu chí" in review.text
    page = client.post(hall.sheet_url("ky/"), {"version": sheet.version}, follow=True)
    assert f"Còn 1 tiêu chí chưa chấm: {code}." in page.text
    assert Sheet.objects.get().signed_at is None


def test_signing_twice_signs_once_and_says_so(hall: Hall) -> None:
    first, second = signed_in(hall.member), signed_in(hall.member)
    version = hall.fill(hall.member, 72).version
    first.post(hall.sheet_url("ky/"), {"version": version})
    digest = Sheet.objects.get().sha256
    again = second.post(hall.sheet_url("ky/"), {"version": version}, follow=True)
    assert again.redirect_chain[0][0] == f"/phieu-da-ky/{Sheet.objects.get().pk}/"
    assert "Phiếu này đã ký trước đó, không ký thêm lần nữa." in again.text
    assert Sheet.objects.get().sha256 == digest
    late = second.post(hall.sheet_url("luu/"), {"criterion": hall.card.criteria[0].code, "answer": "0"})
    assert (late.status_code, late.json()["refusal"]) == (
        409, "Chưa lưu. Phiếu đã ký nên không sửa được. Chỉ Chủ tịch Hội đồng mở lại được.",
    )  # fmt: skip


def test_a_mark_changed_in_another_browser_after_the_review_stops_the_signature(hall: Hall) -> None:
    review, other = signed_in(hall.member), signed_in(hall.member)
    version = hall.fill(hall.member, 72).version
    first = hall.card.criteria[0]
    other.post(hall.sheet_url("luu/"), {"criterion": first.code, "answer": first.options[0].index})
    page = review.post(hall.sheet_url("ky/"), {"version": version}, follow=True)
    assert "Người khác vừa cập nhật mục này." in page.text
    assert Sheet.objects.get().signed_at is None


def test_a_signed_sheet_is_read_only_and_shows_its_hash(hall: Hall) -> None:
    sheet = hall.sign(hall.member, 72)
    client = signed_in(hall.member)
    page = client.get(hall.sheet_url(), follow=True)
    assert sheet.sha256 in page.text
    assert 'type="radio"' not in page.text


def test_a_declared_conflict_and_a_found_tie_both_close_sheet_and_dossier(planned: Hall) -> None:
    hall = planned
    declaring, tied, free = hall.members[1], hall.members[2], hall.members[3]
    tie(subject=hall.item.dossier.subject, kind="relative", user=tied.user, valid_from=DAY, source="Đơn báo")
    signed_in(declaring.user).post(hall.item_url("loi-ich/"), {"conflict": "yes", "detail": "Góp vốn năm 2025"})
    signed_in(tied.user).post(hall.item_url("loi-ich/"), {"conflict": "no"})
    signed_in(free.user).post(hall.item_url("loi-ich/"), {"conflict": "no"})
    secretary = signed_in(hall.secretary)
    secretary.post(hall.session_url("co-mat/"), {"present": [m.pk for m in hall.council.members.all()]})
    secretary.post(hall.session_url("mo/"))
    for member, readable in ((declaring, False), (tied, False), (free, True)):
        client = signed_in(member.user)
        visible = Dossier.objects.visible_to(member.user, DAY).exists()
        assert (client.get(hall.sheet_url()).status_code == 200, visible) == (readable, readable)


def test_a_conflict_without_its_substance_keeps_the_page_and_stores_nothing(planned: Hall) -> None:
    answer = signed_in(planned.member).post(planned.item_url("loi-ich/"), {"conflict": "yes", "detail": "có"})
    assert answer.status_code == 422
    assert "Chưa ghi nội dung xung đột lợi ích." in answer.text
    assert Interest.objects.count() == 0


def test_opening_a_sheet_needs_a_post_and_reading_writes_nothing(hall: Hall) -> None:
    client = signed_in(hall.member)
    assert "Bắt đầu chấm" in client.get(hall.sheet_url()).text
    assert Sheet.objects.count() == 0
    client.post(hall.sheet_url("bat-dau/"))
    client.post(hall.sheet_url("bat-dau/"))
    assert Sheet.objects.count() == 1


def test_without_a_story_its_other_criteria_need_no_answer(hall: Hall) -> None:
    hall.start(hall.member)
    assert hall.card.story is not None
    story, told_only = hall.card.story
    assert not any(row.skipped for row in page_of(Sheet.objects.with_self_score().get()).rows)
    signed_in(hall.member).post(hall.sheet_url("luu/"), {"criterion": story, "answer": "none", "reason": "Không có"})
    zero = SheetAnswer.objects.filter(criterion=story).exists()
    if not zero:
        none = next(o.index for o in hall.card.by_code[story].options if o.points == 0)
        signed_in(hall.member).post(hall.sheet_url("luu/"), {"criterion": story, "answer": none})
    page = page_of(Sheet.objects.with_self_score().get())
    assert {row.criterion.code for row in page.rows if row.skipped} == told_only
    assert page.needed == len(hall.card.criteria) - len(told_only)


def test_all_interests_of_a_session_are_declared_on_one_page(planned: Hall) -> None:
    """What is blank stays undeclared; a conflict without its substance is asked for again, the rest is kept."""
    hall, client = planned, signed_in(planned.member)
    first = hall.item
    other = hall.stage.ready(name="Mật ong Nà Tha (mẫu)")
    second = services.add_item(session=hall.session, dossier=other.dossier, by=hall.secretary, now=at(DAY, 8))
    address = hall.session_url("loi-ich/")
    assert client.get(address).text.count('type="radio"') == 4
    refused = client.post(
        address, {f"sp-{first.pk}-conflict": "no", f"sp-{second.pk}-conflict": "yes", f"sp-{second.pk}-detail": "có"}
    )
    assert (refused.status_code, list(Interest.objects.values_list("item", "conflict"))) == (422, [(first.pk, False)])
    assert "Chưa ghi nội dung xung đột lợi ích." in refused.text
    done = client.post(address, {f"sp-{second.pk}-conflict": "yes", f"sp-{second.pk}-detail": "Góp vốn năm 2025"})
    assert done.status_code == 302
    assert dict(Interest.objects.values_list("item", "conflict")) == {first.pk: False, second.pk: True}
    assert signed_in(hall.secretary).get(address).status_code == 404  # who does not score declares nothing


def test_a_late_mark_gets_the_stored_one_back_and_after_the_signature_it_is_final(hall: Hall) -> None:
    client, save = signed_in(hall.member), hall.sheet_url("luu/")
    sheet, code = hall.fill(hall.member, 72), hall.card.criteria[0].code
    kept = _value(SheetAnswer.objects.get(criterion=code).answer)
    late = {"criterion": code, "answer": "1" if kept == "0" else "0", "seen": "", "seen_reason": ""}
    refused = client.post(save, late)
    assert (refused.status_code, refused.json()["stored"]) == (409, {"answer": kept, "reason": ""})
    assert client.post(save, {**late, "answer": kept}).status_code == 200
    client.post(hall.sheet_url("ky/"), {"version": Sheet.objects.get(pk=sheet.pk).version})
    refused = client.post(save, late)
    assert (refused.status_code, refused.json()["final"]) == (409, True)


def test_self_score_and_earlier_findings_stand_beside_the_criterion_only_where_the_rules_show_them(hall: Hall) -> None:
    hall.start(hall.member)
    client, everything = signed_in(hall.member), hall.sheet_url("?nhom=tat-ca")
    told = ("Chủ thể tự chấm:", "Báo cáo của xã (mẫu số 03)")
    assert all(words in client.get(everything).text for words in told)
    for rule, words in zip(("self_score_shown", "findings_shown"), told, strict=True):
        hall.session.rules_body = {**hall.session.rules_body, rule: False}
        hall.session.save(update_fields=["rules_body"])
        assert words not in client.get(everything).text


def test_all_groups_on_one_page_are_stored_by_one_form(hall: Hall) -> None:
    hall.start(hall.member)
    posted = {f"muc-{code}": _value(answer) for code, answer in hall.answers(72).items()}
    answer = signed_in(hall.member).post(hall.sheet_url("?nhom=tat-ca"), posted)
    assert answer["Location"] == hall.sheet_url("xem-lai/")
    assert SheetAnswer.objects.count() == len(hall.card.criteria)
