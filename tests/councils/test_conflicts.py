"""Who may not judge: ties of the register, equal names, tax codes, addresses and employers; who chairs in his place."""

from __future__ import annotations

from datetime import date

import pytest

from ocop.accounts.models import Agency, User
from ocop.councils import services
from ocop.councils.conflicts import connections, shared
from ocop.councils.models import Member
from ocop.councils.papers import minutes
from ocop.councils.queries import board_of
from ocop.councils.rules import Part
from ocop.dossiers import services as dossiers
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at
from ocop.registry.models import Subject, Tie, TieKind
from ocop.registry.services import tie
from tests.ground import standing

LAN = User(pk=1, name="Hoàng Thị Lan")
HEALTH = Agency(pk=5, name="Sở Y tế")
LONG_AGO = date(2020, 1, 1)


def subject(pk: int = 10, **facts: object) -> Subject:
    return Subject(**{"pk": pk, "name": "Hợp tác xã Nà Pàng", "commune_id": 7, **facts})


def lan(**facts: object) -> Member:
    return Member(**{"pk": 3, "user": LAN, "unit": "Sở Y tế", "agency": HEALTH, **facts})


def works_for(other: Subject) -> Tie:
    return Tie(pk=other.pk, subject=other, kind=TieKind.MEMBER, user=LAN, source="Tài khoản của chủ thể")


# What the register knows


@pytest.mark.parametrize(
    ("member", "judged", "said"),
    [
        (lan(), subject(legal_representative="HOÀNG THỊ LAN"), "Trùng họ tên với đại diện pháp luật"),
        (lan(), subject(legal_representative="Hoàng Thị Loan"), ""),
        (lan(), subject(legal_representative=""), ""),
        (lan(unit="HTX Nà Pàng", agency=None), subject(), ""),
        (lan(unit="hợp tác xã  Nà Pàng", agency=None), subject(), "Nơi công tác của thành viên là chủ thể"),
        (lan(), subject(name="Sở Y Tế"), "Nơi công tác của thành viên là chủ thể"),
        (lan(unit="Phòng nghiệp vụ"), subject(name="Sở Y tế"), "Nơi công tác của thành viên là chủ thể"),
    ],
)
def test_a_namesake_of_the_representative_and_an_employee_of_the_subject_are_found(member, judged, said):
    found = [str(connection) for connection in connections(member, judged, [])]
    assert len(found) == bool(said)
    assert all(words.startswith(said) for words in found)


def test_each_connection_names_its_source():
    judged = subject(legal_representative="Hoàng Thị Lan")
    ties = [Tie(pk=1, subject=judged, kind=TieKind.SUPPORT, agency=HEALTH, source="Hợp đồng hỗ trợ 12/HĐ")]
    assert [(one.what, one.source) for one in connections(lan(), judged, ties)] == [
        ("Cơ quan của thành viên đã hỗ trợ chủ thể", "Hợp đồng hỗ trợ 12/HĐ"),
        ("Trùng họ tên với đại diện pháp luật của chủ thể", "Sổ đăng ký chủ thể"),
    ]


@pytest.mark.parametrize(
    ("mine", "its", "same"),
    [
        ({"legal_representative": "Lý Văn An"}, {"legal_representative": "LÝ VĂN AN"}, ["đại diện pháp luật"]),
        ({"legal_representative": ""}, {"legal_representative": ""}, []),
        ({"tax_code": "5000234567"}, {"tax_code": "5000234567-001"}, ["mã số thuế"]),  # a branch
        ({"tax_code": "5000234567-001"}, {"tax_code": "5000234567-002"}, ["mã số thuế"]),
        ({"tax_code": "008085001234"}, {"tax_code": "008085001299"}, []),  # households: the owners' ID numbers
        ({"tax_code": ""}, {"tax_code": ""}, []),
        ({"address": "Số 12, tổ 3"}, {"address": "số 12 tổ 3"}, ["địa chỉ"]),
        ({"address": "12 đường Hà Giang"}, {"address": "12 Đường Hà Giang", "commune_id": 8}, []),
        ({"address": "Thôn Nà Tha"}, {"address": "Thôn Nà Tha"}, []),  # a village is nobody's address
    ],
)
def test_two_subjects_are_one_interest_by_representative_tax_payer_or_house(mine, its, same):
    assert shared(subject(11, name="Công ty Nà Tha", **mine), subject(12, name="Hộ Nà Tha", **its)) == same


def test_a_member_who_works_for_a_subject_of_the_same_owner_is_found():
    other, judged = subject(11, name="Công ty Nà Tha", tax_code="5000234567"), subject(tax_code="5000234567-001")
    [found] = connections(lan(), judged, [works_for(other)])
    assert found.what == "Thành viên làm việc cho Công ty Nà Tha, cùng mã số thuế với chủ thể"
    assert connections(lan(), judged, [works_for(subject(11, tax_code="5000999999"))]) == ()
    stranger = lan(user=User(pk=2, name="Vũ Đình Nam"))
    assert connections(stranger, judged, [works_for(other)]) == ()


# In a session


@standing
def sitting(stage):
    return stage.sitting(stage.ready().dossier)


def duty(sitting, member):
    return next(d for d in board_of(sitting.item, sitting.day).duties if d.member == member)


def bind(sitting, member, source="Đơn báo"):
    tie(
        subject=sitting.item.dossier.subject,
        kind=TieKind.RELATIVE,
        user=member.user,
        valid_from=LONG_AGO,
        source=source,
    )


def test_a_tie_that_comes_between_the_first_mark_and_the_signature_stops_the_signature(sitting):
    member = sitting.members[3]
    sheet = sitting.fill(member, sitting.answers(72))
    bind(sitting, member)
    for act in (
        lambda: services.sign_sheet(sheet=sheet, by=member.user, now=sitting.at()),
        lambda: services.save_marks(sheet=sheet, marks={"1.1": (0, "")}, by=member.user, now=sitting.at()),
    ):
        with pytest.raises(Refusal, match=r"người thân của chủ thể \(Đơn báo\)"):
            act()
    assert sitting.sign(sitting.members[4], 72).signed_at


def test_a_member_tied_to_a_sister_company_is_recused_and_the_quorum_counts_again(sitting):
    member, judged = sitting.members[3], sitting.item.dossier.subject
    assert (board_of(sitting.item, sitting.day).members, duty(sitting, member).state) == (9, "missing")
    other = sitting.stage.draft(name="Khác", subject="Hợp tác xã khác (mẫu)").subject
    Subject.objects.filter(pk__in=[other.pk, judged.pk]).update(legal_representative="Ma Văn Khôi")
    sitting.reread()
    assert duty(sitting, member).state == "missing"
    tie(subject=other, kind=TieKind.MEMBER, user=member.user, valid_from=LONG_AGO, source="Tài khoản của chủ thể")
    found = duty(sitting, member)
    assert found.state == "recused"
    assert found.detail.endswith("cùng đại diện pháp luật với chủ thể")
    row = board_of(sitting.item, sitting.day)
    assert (row.members, row.least_present) == (8, 6)  # three quarters of eight


def test_who_checked_for_the_commune_or_advised_is_tied_from_the_first_word(stage):
    walked = stage.filed()
    dossier, officer = walked.dossier, stage.world.communes["02287"].officers[0]
    ties = Tie.objects.filter(subject=dossier.subject, kind=TieKind.ASSESSED)
    assert not ties.exists()
    stage.walk.assess(walked, walked.plan.filed_on)
    assert [(t.user, t.source) for t in ties] == [(officer, f"Xem xét ở cấp xã, hồ sơ {dossier.number}")]
    adviser, now = stage.world.team[0], at(walked.plan.filed_on)
    dossiers.save_advice(
        dossier=dossier, criterion="1.1", answer=0, reason="Ít nguyên liệu", version=0, by=adviser, now=now
    )
    assert ties.get(user=adviser).source == f"Ý kiến của Tổ tư vấn, hồ sơ {dossier.number}"


# The chair as an interested party


def test_the_deputy_chairs_the_product_of_a_tied_chair_and_the_minutes_say_so(sitting):
    chair, deputy = sitting.members[0], sitting.members[1]
    assert (chair.part, deputy.part) == (Part.CHAIR, Part.DEPUTY)
    bind(sitting, chair)
    row = board_of(sitting.item, sitting.day)
    assert (row.chair, row.chair_present, row.quorum) == (deputy, True, True)
    finding = sitting.find("reject", confirmed=False)
    with pytest.raises(Forbidden, match="người chủ trì thay"):
        services.confirm_finding(finding=finding, by=chair.user, now=sitting.at())
    services.confirm_finding(finding=finding, by=deputy.user, now=sitting.at())
    sheet = sitting.sign(sitting.members[2], 60, stars=3)
    with pytest.raises(Forbidden):
        services.reopen_sheet(sheet=sheet, reason="Nhập nhầm tiêu chí 2.1", by=chair.user, now=sitting.at())
    services.reopen_sheet(sheet=sheet, reason="Nhập nhầm tiêu chí 2.1", by=deputy.user, now=sitting.at())
    assert f"{deputy.user.name}, Phó Chủ tịch Hội đồng: chủ trì thay" in str(minutes(sitting.session))


def test_while_the_chair_may_judge_the_deputy_chairs_nothing(sitting):
    finding = sitting.find("stop", "6.1", confirmed=False)
    with pytest.raises(Forbidden, match="Việc này của Chủ tịch Hội đồng"):
        services.confirm_finding(finding=finding, by=sitting.members[1].user, now=sitting.at())
    sitting.attend(*sitting.members[1:])  # an absent chair is no interested party
    row = board_of(sitting.item, sitting.day)
    assert (row.chair, row.quorum) == (sitting.members[0], False)


@pytest.mark.parametrize("deputy", ["none", "tied", "absent"])
def test_a_tied_chair_without_a_deputy_who_may_sit_cannot_close(sitting, deputy):
    bind(sitting, sitting.members[0])
    seat = sitting.members[1]
    if deputy == "none":
        Member.objects.filter(pk=seat.pk).update(part=Part.MEMBER)
    elif deputy == "tied":
        bind(sitting, seat)
    else:
        sitting.attend(*sitting.members[:1], *sitting.members[2:])
    words = "Phó Chủ tịch Hội đồng vắng mặt" if deputy == "absent" else "Cần người chủ trì thay theo quyết định"
    with pytest.raises(Refusal, match=words):
        sitting.close()
