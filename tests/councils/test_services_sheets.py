"""Sheets: one's own, whole, signed once, bound by a hash, reopened by the chair alone."""

from __future__ import annotations

import hashlib
import json

import pytest
import rfc8785

from ocop.councils import services
from ocop.councils.models import Sheet, SheetAnswer
from ocop.kernel import audit
from ocop.kernel.models import Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.scorecards.models import Scorecard
from tests.factories import law_changed
from tests.ground import standing

pytestmark = pytest.mark.django_db


@standing
def sitting(stage):
    """One product of 2026, everybody present and declared."""
    return stage.sitting(stage.ready().dossier)


def stored(sheet):
    return dict(sheet.answers.order_by("criterion").values_list("criterion", "answer"))


def refused(words, act, *, kind=Refusal):
    """Refused, and not one row or event came of it."""
    before = (
        list(Sheet.objects.order_by("pk").values()),
        list(SheetAnswer.objects.order_by("pk").values()),
        Event.objects.count(),
    )
    with pytest.raises(kind, match=words):
        act()
    assert before == (
        list(Sheet.objects.order_by("pk").values()),
        list(SheetAnswer.objects.order_by("pk").values()),
        Event.objects.count(),
    )


# Starting and saving


def test_a_sheet_is_made_at_the_first_call_and_found_at_the_next(sitting):
    member = sitting.members[2]
    sheet = sitting.start(member)
    assert sitting.start(member) == sheet
    assert Sheet.objects.count() == 1
    assert [entry.kind for entry in audit.timeline(sheet)] == ["sheet.started"]


def test_only_scoring_members_have_sheets(sitting):
    world = sitting.stage.world
    for user in (sitting.secretary, world.officers[0], world.leader, world.producers[0], world.secretaries[1]):
        refused(
            "không phải thành viên chấm điểm",
            lambda user=user: services.start_sheet(item=sitting.item, by=user, now=sitting.at()),
            kind=Forbidden,
        )


def test_each_mark_is_stored_as_it_is_chosen_and_the_last_counts(sitting):
    member = sitting.members[2]
    sheet = sitting.start(member)

    def save(marks):
        return services.save_marks(sheet=sheet, marks=marks, by=member.user, now=sitting.at())

    assert save({"1.1": (2, ""), "2.4": (True, "")}) == 2
    assert save({"1.1": (0, " Ít ")}) == 1
    assert stored(sheet) == {"1.1": 0, "2.4": True}
    assert sheet.answers.get(criterion="1.1").reason == "Ít"
    save({"1.1": (0, " Ít ")})
    assert stored(sheet) == {"1.1": 0, "2.4": True}


@pytest.mark.parametrize(
    ("criterion", "answer"),
    [
        ("1.1", 3),  # three options: 0, 1, 2
        ("1.1", -1),
        ("1.1", True),  # True is not option 1
        ("1.1", "1"),
        ("1.1", 1.0),
        ("2.4", 1),  # 1 is not yes
        ("2.4", 0),
        ("2.4", None),
        ("1.2", None),  # the law prints an option of 0 points
        ("total", 100),
        ("_stop", ["6.1"]),
        ("_reject", ["1.1"]),
        ("5.9", 0),
    ],
)
def test_a_mark_that_the_scorecard_does_not_have_is_refused_with_all_that_came_with_it(sitting, criterion, answer):
    member = sitting.members[2]
    sheet = sitting.start(member)
    marks = {"1.3": (0, ""), criterion: (answer, "")}
    refused(f"{criterion}", lambda: services.save_marks(sheet=sheet, marks=marks, by=member.user, now=sitting.at()))


def test_none_fits_where_the_law_prints_no_0_point_option_with_a_reason_at_signing(sitting):
    member = sitting.members[2]
    sheet = sitting.fill(member, sitting.answers(72))
    services.save_marks(sheet=sheet, marks={"1.1": (None, "")}, by=member.user, now=sitting.at())
    refused(
        r"chưa có lý do: 1\.1 \(không mức nào phù hợp\)",
        lambda: services.sign_sheet(sheet=sheet, by=member.user, now=sitting.at()),
    )
    marks = {"1.1": (None, "Nguyên liệu ngoài tỉnh")}
    services.save_marks(sheet=sheet, marks=marks, by=member.user, now=sitting.at())
    assert services.sign_sheet(sheet=sheet, by=member.user, now=sitting.at()).body["reasons"] == {
        "1.1": "Nguyên liệu ngoài tỉnh"
    }


def test_the_case_of_the_dossier_binds_every_sheet(stage):
    """Tourism, criterion 8: options of the other case do not exist for this dossier."""
    sitting = stage.sitting(stage.ready(set_no=26).dossier)
    case = sitting.item.dossier.cases["8"]
    options = sitting.card.by_code["8"].options
    of_case = next(o.index for o in options if o.case == case)
    of_other = next(o.index for o in options if o.case != case)
    member = sitting.members[2]
    sheet = sitting.start(member)
    refused(
        "Tiêu chí 8 không có mức này",
        lambda: services.save_marks(sheet=sheet, marks={"8": (of_other, "")}, by=member.user, now=sitting.at()),
    )
    services.save_marks(sheet=sheet, marks={"8": (of_case, "")}, by=member.user, now=sitting.at())
    signed = sitting.sign(sitting.members[3], 68, stars=3)
    assert signed.body["cases"] == sitting.item.dossier.cases


def test_nobody_writes_on_anothers_sheet(sitting):
    owner, other = sitting.members[2], sitting.members[3]
    sheet = sitting.fill(owner, sitting.answers(72))
    for user in (other.user, sitting.secretary, sitting.chair, sitting.stage.world.officers[0]):
        refused(
            "của thành viên khác",
            lambda user=user: services.save_marks(sheet=sheet, marks={"1.1": (0, "")}, by=user, now=sitting.at()),
            kind=Forbidden,
        )
        refused(
            "của thành viên khác",
            lambda user=user: services.sign_sheet(sheet=sheet, by=user, now=sitting.at()),
            kind=Forbidden,
        )


# Signing


def test_a_sheet_with_gaps_is_not_signed_and_the_gaps_are_named(sitting):
    member = sitting.members[2]
    sheet = sitting.fill(member, sitting.answers(72))
    sheet.answers.filter(criterion__in=["3.5", "7"]).delete()
    refused(
        r"Còn 2 tiêu chí chưa chấm: 3\.5, 7\.",
        lambda: services.sign_sheet(sheet=sheet, by=member.user, now=sitting.at()),
    )


def test_the_total_comes_from_the_rules_and_the_body_binds_what_was_judged(sitting):
    member = sitting.members[2]
    answers = sitting.answers(72)
    sheet = sitting.sign(member, 72)
    dossier, filing = sitting.item.dossier, sitting.item.dossier.filings.get()
    assert sum(sheet.sections.values()) == sheet.total == 72
    assert sheet.body == {
        "member": member.user.name,
        "unit": member.unit,
        "product": dossier.product.name,
        "dossier": dossier.code,
        "filing": 1,
        "root": filing.root,
        "round": 1,
        "scorecard": "2026-06-processed-cereals",
        "scorecard_version": 1,
        "scorecard_sha256": dossier.scorecard.sha256,
        "cases": {},
        "answers": answers,
        "reasons": {},
        "total": 72,
        "signed_at": sitting.at(9, 10).isoformat(),
    }


def test_the_hash_is_that_of_the_stored_body_and_names_no_mark_in_the_log(sitting):
    sheet = Sheet.objects.get(pk=sitting.sign(sitting.members[2], 72).pk)
    assert hashlib.sha256(rfc8785.dumps(sheet.body)).hexdigest() == sheet.sha256
    last = audit.timeline(sheet)[-1]
    assert (last.kind, last.after) == ("sheet.signed", {"sha256": sheet.sha256, "vòng": 1})


def test_signing_twice_is_refused(sitting):
    member = sitting.members[2]
    sheet = sitting.sign(member, 72)
    refused("Phiếu đã ký", lambda: services.sign_sheet(sheet=sheet, by=member.user, now=sitting.at()))


def test_signing_from_two_old_copies_signs_once(sitting):
    member = sitting.members[2]
    sheet = sitting.fill(member, sitting.answers(72))
    one, two = Sheet.objects.get(pk=sheet.pk), Sheet.objects.get(pk=sheet.pk)
    services.sign_sheet(sheet=one, by=member.user, now=sitting.at())
    refused("Phiếu đã ký", lambda: services.sign_sheet(sheet=two, by=member.user, now=sitting.at()))


def test_a_mark_stored_after_the_review_stops_the_signature(sitting):
    member = sitting.members[2]
    reviewed = sitting.fill(member, sitting.answers(72))
    services.save_marks(sheet=reviewed, marks={"1.2": (0, "")}, by=member.user, now=sitting.at())

    def sign(version):
        return services.sign_sheet(sheet=reviewed, by=member.user, now=sitting.at(), version=version)

    refused("vừa cập nhật", lambda: sign(reviewed.version))
    assert sign(reviewed.version + 1).signed_at


def test_a_signed_sheet_takes_no_more_marks_not_even_from_an_old_copy(sitting):
    member = sitting.members[2]
    before = sitting.fill(member, sitting.answers(72))
    signed = services.sign_sheet(sheet=before, by=member.user, now=sitting.at())
    for copy in (signed, before, Sheet.objects.get(pk=signed.pk)):
        refused(
            "Phiếu đã ký",
            lambda copy=copy: services.save_marks(sheet=copy, marks={"1.1": (0, "")}, by=member.user, now=sitting.at()),
        )
    assert stored(signed) == signed.body["answers"]


def test_after_the_conclusion_no_sheet_is_started_saved_or_signed(sitting):
    late = sitting.members[8]
    sheet = sitting.fill(late, sitting.answers(72))
    for member in sitting.members[:8]:
        sitting.sign(member, 72)
    services.excuse_member(
        item=sitting.item, member=late, reason="Có việc đột xuất phải về", by=sitting.chair, now=sitting.at()
    )
    sitting.conclude()
    for act in (
        lambda: services.save_marks(sheet=sheet, marks={"1.1": (0, "")}, by=late.user, now=sitting.at(10)),
        lambda: services.sign_sheet(sheet=sheet, by=late.user, now=sitting.at(10)),
    ):
        refused("đã có kết luận", act)


# Stop, story


def test_after_a_confirmed_stop_the_rest_needs_no_answer(sitting):
    """6.1 is the stopping criterion of set 6 in 2026: all of part C after it counts 0."""
    sitting.find("stop", "6.1")
    member = sitting.members[2]
    codes = [criterion.code for criterion in sitting.card.criteria]
    answers = {c: a for c, a in sitting.answers(72).items() if codes.index(c) <= codes.index("6.1")}
    sheet = sitting.fill(member, answers)
    signed = services.sign_sheet(sheet=sheet, by=member.user, now=sitting.at())
    points = {
        c.code: c.options[answers[c.code]].points for c in sitting.card.criteria if c.options and c.code in answers
    }
    assert signed.total == sum(points.values()) + answers["2.4"]


def test_an_unconfirmed_stop_excuses_nobody(sitting):
    sitting.find("stop", "6.1", confirmed=False)
    member = sitting.members[2]
    codes = [criterion.code for criterion in sitting.card.criteria]
    sheet = sitting.fill(member, {c: a for c, a in sitting.answers(72).items() if codes.index(c) <= codes.index("6.1")})
    refused("chưa chấm: 6.2", lambda: services.sign_sheet(sheet=sheet, by=member.user, now=sitting.at()))


def test_without_a_story_section_5_needs_no_answer(sitting):
    member = sitting.members[2]
    story, rest = sitting.card.story
    answers = {code: answer for code, answer in sitting.answers(72).items() if code not in rest}
    answers[story] = next(o.index for o in sitting.card.by_code[story].options if o.points == 0)
    sheet = services.sign_sheet(sheet=sitting.fill(member, answers), by=member.user, now=sitting.at())
    assert sheet.sections["5"] == 0


# Reopening


def test_the_chair_reopens_with_a_reason_and_the_signed_version_stays_in_the_log(sitting):
    member = sitting.members[2]
    sheet = sitting.sign(member, 72)
    body, digest = sheet.body, sheet.sha256
    for user in (member.user, sitting.secretary, sitting.stage.world.officers[0]):
        refused(
            "Việc này của Chủ tịch",
            lambda user=user: services.reopen_sheet(
                sheet=sheet, reason="Nhập nhầm tiêu chí 2.1", by=user, now=sitting.at()
            ),
            kind=Forbidden,
        )
    refused(
        "Lý do quá ngắn",
        lambda: services.reopen_sheet(sheet=sheet, reason="nhầm", by=sitting.chair, now=sitting.at()),
    )
    services.reopen_sheet(sheet=sheet, reason="Nhập nhầm tiêu chí 2.1", by=sitting.chair, now=sitting.at())
    again = Sheet.objects.get(pk=sheet.pk)
    assert (again.signed_at, again.total, again.body, again.sha256) == (None, None, None, "")
    assert stored(again) == body["answers"]
    entry = audit.timeline(sheet)[-1]
    assert (entry.kind, entry.reason) == ("sheet.reopened", "Nhập nhầm tiêu chí 2.1")
    assert json.loads(json.dumps(entry.before)) == {"sha256": digest, "body": body}
    services.save_marks(sheet=again, marks={"1.2": (0, "")}, by=member.user, now=sitting.at(9, 30))
    assert services.sign_sheet(sheet=again, by=member.user, now=sitting.at(9, 40)).sha256 != digest


def test_reopening_from_an_old_copy_or_an_unsigned_sheet_is_refused(sitting):
    member = sitting.members[2]
    unsigned = sitting.fill(member, sitting.answers(72))

    def reopen(sheet):
        services.reopen_sheet(sheet=sheet, reason="Nhập nhầm tiêu chí 2.1", by=sitting.chair, now=sitting.at())

    refused("phiếu chưa ký", lambda: reopen(unsigned))
    signed = services.sign_sheet(sheet=unsigned, by=member.user, now=sitting.at())
    old_copy = Sheet.objects.get(pk=signed.pk)
    reopen(signed)
    refused("vừa cập nhật", lambda: reopen(old_copy))


def test_a_concluded_product_keeps_its_sheets(sitting):
    sitting.sign_all(72)
    sitting.conclude()
    sheet = Sheet.objects.select_related("item__session__council").first()
    refused(
        "Vòng chấm đã đóng",
        lambda: services.reopen_sheet(
            sheet=sheet, reason="Nhập nhầm tiêu chí 2.1", by=sitting.chair, now=sitting.at(11)
        ),
    )


# Sent late, by a browser that was cut off


def test_a_mark_sent_late_or_twice_never_covers_one_that_its_sender_has_not_seen(sitting):
    member = sitting.members[2]
    sheet = sitting.start(member)

    def send(answer, seen, reason=""):
        services.save_marks(
            sheet=sheet, marks={"1.1": (answer, reason)}, seen={"1.1": seen}, by=member.user, now=sitting.at()
        )

    send(2, None)
    send(2, None)  # its answer got lost: sent again
    assert stored(sheet) == {"1.1": 2}
    refused("vừa cập nhật", lambda: send(0, None))
    refused("vừa cập nhật", lambda: send(0, (1, "")))
    refused("vừa cập nhật", lambda: send(0, (2, "Lý do khác")))
    assert stored(sheet) == {"1.1": 2}
    send(0, (2, ""), "Ít")
    assert stored(sheet) == {"1.1": 0}
    send(0, (2, ""), " Ít ")
    refused("vừa cập nhật", lambda: send(1, (2, "")))


def test_what_departs_from_self_score_or_evidence_is_not_signed_without_a_reason(sitting):
    """The self-score of the scene stands at 72 points; a mark on 1.1 is moved one point away from it."""
    own = sitting.item.dossier.filings.get().snapshot["answers"]
    pinned = set(sitting.item.dossier.pins.values_list("criterion", flat=True))
    sitting.session.rules_body = {**sitting.session.rules_body, "reason_from": 1, "reason_without_paper": True}
    sitting.session.save(update_fields=["rules_body"])
    member = sitting.members[2]
    sheet = sitting.fill(member, own)
    with pytest.raises(Refusal) as bare:
        services.sign_sheet(sheet=sheet, by=member.user, now=sitting.at())
    assert "(cho điểm mà không có minh chứng)" in bare.value.why
    assert not any(f" {code} (" in bare.value.why for code in pinned)
    services.save_marks(
        sheet=sheet, marks={c: (a, "Xem tại chỗ") for c, a in own.items()}, by=member.user, now=sitting.at()
    )
    other = 0 if own["1.1"] else 1
    services.save_marks(sheet=sheet, marks={"1.1": (other, "")}, by=member.user, now=sitting.at())
    refused(
        r"chưa có lý do: 1\.1 \(lệch từ 1 điểm so với điểm tự chấm\)",
        lambda: services.sign_sheet(sheet=sheet, by=member.user, now=sitting.at()),
    )
    services.save_marks(sheet=sheet, marks={"1.1": (other, "Ít nguyên liệu")}, by=member.user, now=sitting.at())
    assert services.sign_sheet(sheet=sheet, by=member.user, now=sitting.at()).body["reasons"]["1.1"] == "Ít nguyên liệu"


def test_a_scorecard_published_in_the_middle_of_a_round_changes_no_sheet(sitting):
    """The dossier is judged by the version of its filing; a corrected file is a version for later filings."""
    before = sitting.sign(sitting.members[1], 72)
    card = Scorecard.objects.get(pk=before.scorecard_id)
    newer = Scorecard.objects.create(
        **{f.name: getattr(card, f.name) for f in card._meta.fields if f.name not in ("id", "version", "sha256")},
        version=card.version + 1,
        sha256="1" * 64,
    )
    law_changed()
    after = sitting.sign(sitting.members[2], 70)
    assert newer.pk != card.pk
    assert {sheet.scorecard_id for sheet in (before, after)} == {card.pk}
    assert (after.body["scorecard_version"], after.body["scorecard_sha256"]) == (card.version, card.sha256)
    for member in [sitting.members[0], *sitting.members[3:]]:
        sitting.sign(member, 72)
    assert sitting.conclude().points == 8 * 72 + 70
