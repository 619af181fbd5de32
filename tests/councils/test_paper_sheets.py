"""A sheet scored on paper: two named persons key it alone, what agrees is signed as the member's, bound to its scan."""

from __future__ import annotations

import pytest
from django.test import Client

from ocop.councils import services
from ocop.councils.models import PaperSheet, Sheet
from ocop.councils.queries import board_of, keyers_for
from ocop.kernel import audit, files
from ocop.kernel.refusal import Forbidden, Refusal
from tests.ground import standing

SCAN = (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF")  # fmt: skip


@standing
def sitting(stage):
    return stage.sitting(stage.ready().dossier)


def keyers(sitting):
    return [sitting.secretary, sitting.members[4].user]


def name(sitting, *, users=None, by=None, member=None):
    return services.name_keyers(
        item=sitting.item,
        member=member or sitting.members[2],
        keyers=users or keyers(sitting),
        by=by or sitting.chair,
        now=sitting.at(),
    )


def scan(sitting, paper):
    stored = files.store(SCAN, "phiếu.pdf", now=sitting.at())
    services.attach_scan(paper=paper, stored=stored, by=sitting.secretary, now=sitting.at())
    return stored.blob


def key(sitting, paper, user, marks):
    marks = {code: (answer, "") for code, answer in marks.items()}
    return services.key_sheet(paper=paper, marks=marks, by=user, now=sitting.at())


def state(sitting, place=2):
    return next(d.state for d in board_of(sitting.item, sitting.day).duties if d.member == sitting.members[place])


def test_the_chair_names_two_other_persons_without_a_conflict(sitting):
    member, secretary, other = sitting.members[2], *keyers(sitting)
    sitting.declare(sitting.members[5], conflict=True)
    tied, stranger = sitting.members[5].user, sitting.stage.world.producers[0]
    for users in ([other], [other, other], [member.user, other], [tied, other], [stranger, other]):
        with pytest.raises(Refusal, match="Cần hai người khác nhau"):
            name(sitting, users=users)
    for by in (secretary, member.user, other):
        with pytest.raises(Forbidden, match="Chủ tịch"):
            name(sitting, by=by)
    allowed = keyers_for(sitting.item, member, sitting.day)
    assert {secretary, other, sitting.chair} <= set(allowed)
    assert not {member.user, tied} & set(allowed)
    assert [k.user for k in name(sitting).keyings.order_by("pk")] == [secretary, other]


def test_only_a_sheet_that_is_waited_for_is_keyed(sitting):
    sitting.sign(sitting.members[2], 72)
    with pytest.raises(Refusal, match="đã ký phiếu"):
        name(sitting)
    sitting.attend(*sitting.members[:3])
    with pytest.raises(Refusal, match="vắng mặt"):
        name(sitting, member=sitting.members[3], users=[sitting.secretary, sitting.members[1].user])


def test_what_both_keyed_alike_is_signed_as_the_members_with_their_names_and_the_scan(sitting):
    one, two = keyers(sitting)
    paper, answers = name(sitting), sitting.answers(72)
    with pytest.raises(Refusal, match="Chưa có bản chụp"):
        key(sitting, paper, one, answers)
    blob = scan(sitting, paper)
    paper.refresh_from_db()
    assert key(sitting, paper, one, answers) is None
    assert (state(sitting), Sheet.objects.count()) == ("missing", 0)
    sheet = key(sitting, paper, two, answers)
    assert (sheet.member, sheet.total, state(sitting)) == (sitting.members[2], 72, "signed")
    assert sheet.body["answers"] == answers
    assert sheet.body["paper"] == {"keyed_by": [one.name, two.name], "scan_sha256": blob.sha256}
    assert audit.timeline(sheet)[-1].after["paper"]["scan_sha256"] == blob.sha256
    with pytest.raises(Refusal, match="đã ký phiếu"):
        key(sitting, paper, one, {**answers, "1.1": 0})


def test_where_they_differ_nothing_is_signed_until_one_keys_again(sitting):
    one, two = keyers(sitting)
    paper, answers = name(sitting), sitting.answers(72)
    scan(sitting, paper)
    other = {**answers, "1.2": 0 if answers["1.2"] else 1}
    key(sitting, paper, one, answers)
    assert key(sitting, paper, two, other) is None
    assert state(sitting) == "missing"
    assert key(sitting, paper, two, answers).total == 72


def test_a_sheet_with_a_gap_is_not_keyed_and_a_scan_does_not_change_under_a_keyed_sheet(sitting):
    one, _ = keyers(sitting)
    paper, answers = name(sitting), sitting.answers(72)
    scan(sitting, paper)
    with pytest.raises(Refusal, match=r"Còn 1 tiêu chí chưa nhập: 1\.1\."):
        key(sitting, paper, one, {code: answer for code, answer in answers.items() if code != "1.1"})
    key(sitting, paper, one, answers)
    with pytest.raises(Refusal, match="Đã có người nhập xong"):
        scan(sitting, PaperSheet.objects.get())


def test_while_it_is_keyed_the_member_marks_nothing_himself_unless_the_chair_takes_it_back(sitting):
    member = sitting.members[2]
    sheet = sitting.start(member)
    paper = name(sitting)
    marks = {"1.1": (0, "")}
    with pytest.raises(Refusal, match="Phiếu giấy của bạn đang được nhập"):
        services.save_marks(sheet=sheet, marks=marks, by=member.user, now=sitting.at())
    services.drop_paper(paper=paper, by=sitting.chair, now=sitting.at())
    assert services.save_marks(sheet=sheet, marks=marks, by=member.user, now=sitting.at()) == 1


def test_before_the_conclusion_the_two_alone_see_the_sheet_and_neither_the_others_marks(sitting):
    """Not the chair who named them, not the member, no officer. Where both have finished they see what differs."""
    one, two = keyers(sitting)
    paper, answers = name(sitting), sitting.answers(72)
    scan(sitting, paper)
    other = {**answers, "1.2": 0 if answers["1.2"] else 1}
    address, world = paper.get_absolute_url(), sitting.stage.world

    def see(user, rest=""):
        client = Client(headers={"host": "localhost"})
        client.force_login(user)
        return client.get(address + rest)

    for user in (sitting.chair, sitting.members[2].user, sitting.members[6].user, world.officers[0], world.leader):
        assert not PaperSheet.objects.visible_to(user, sitting.day).exists()
        assert (see(user).status_code, see(user, "ban-chup/").status_code) == (404, 404)
    key(sitting, paper, one, answers)
    assert "checked" not in see(two).text
    assert "Hai lần nhập khác nhau" not in see(one).text
    key(sitting, paper, two, other)
    for user in (one, two):
        assert "Hai lần nhập khác nhau ở 1 tiêu chí" in see(user).text
        assert see(user, "ban-chup/").content == SCAN
