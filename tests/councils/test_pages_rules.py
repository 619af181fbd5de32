"""The pages of rules of work: the versions, one in words, a draft tried and adopted."""

from __future__ import annotations

from datetime import datetime

import pytest

from ocop.councils.models import CouncilRules
from tests.factories import Stage

from .conftest import signed_in

pytestmark = pytest.mark.usefixtures("clock")

DRAFT = {
    "name": "Quy chế hoạt động năm 2026", "number": "700/QĐ-UBND", "day": "1/10/2026", "valid_from": "2/10/2026",
    "least_members": "7", "quorum_top": "2", "quorum_bottom": "3", "chair_present": "on", "notice_days": "3",
    "dossier_days": "2", "self_score_shown": "on", "findings_shown": "on", "reason_from": "",
    "deviation_limit": "8", "deviation_from": "yes", "rounds": "2", "counted": "trimmed", "mark_rule": "every",
    "complaint_days": "15", "comment_days": "0",
}  # fmt: skip
NUMBERS = {"members": "9", "present": "6", "chair": "yes", "totals": "70, 78 75", "needed": "3", "points": "3 3 2"}


def test_a_draft_is_tried_without_a_decision_and_then_adopted(stage: Stage, clock: datetime) -> None:
    client, rows = signed_in(stage.world.secretaries[0]), CouncilRules.objects.count()
    draft = DRAFT | {"organ": stage.world.province.pk}
    page = client.get("/hoi-dong/quy-che/moi/").text
    assert 'value="5"' in page  # the rules in force stand in the fields
    trial = {"thu": "1", **{f"thu-{name}": value for name, value in NUMBERS.items()}}
    tried = client.post(
        "/hoi-dong/quy-che/moi/", draft | trial | {"number": "", "day": "", "name": "", "valid_from": ""}
    )
    assert tried.status_code == 200
    for sentence in (
        "Có mặt 6/9 thành viên, cần từ 6: đủ để họp.",
        "Thấp nhất 70, cao nhất 78: chênh 8 điểm; mức của quy chế là từ 8 điểm. Thảo luận rồi chấm vòng 2",
        "Tính 1/3 phiếu: 75/1 = 75,00 điểm bình quân.",
        "Mức tối thiểu 3 điểm: 0/1 phiếu đạt; mức đạt khi mọi phiếu được tính đạt mức: không đạt.",
        "Giấy mời gửi trước phiên họp ít nhất 3 ngày làm việc.",
    ):
        assert sentence in tried.text
    assert CouncilRules.objects.count() == rows
    answer = client.post("/hoi-dong/quy-che/moi/", draft)
    row = CouncilRules.objects.get(organ=stage.world.province)
    assert (answer["Location"], row.body["quorum"], row.body["seats_of_2026"]) == (
        row.get_absolute_url(),
        [2, 3],
        False,
    )
    assert "Hội đồng có từ 7 thành viên chấm điểm." in client.get(row.get_absolute_url()).text


def test_a_wrong_draft_comes_back_with_what_is_wrong(stage: Stage, clock: datetime) -> None:
    client = signed_in(stage.world.secretaries[0])
    wrong = {"organ": stage.world.province.pk, "quorum_top": "4", "rounds": "0", "valid_from": "30/9/2026"}
    page = client.post("/hoi-dong/quy-che/moi/", DRAFT | wrong)
    assert page.status_code == 422
    assert "Tử số không lớn hơn mẫu số." in page.text
    early = client.post("/hoi-dong/quy-che/moi/", DRAFT | {**wrong, "quorum_top": "2", "rounds": "2"})
    assert "Quy chế không có hiệu lực trước ngày ký." in early.text


def test_numbers_are_tried_on_a_version_in_force(stage: Stage, clock: datetime) -> None:
    client = signed_in(stage.world.officers[0])
    url = CouncilRules.objects.get(level="province", valid_to=None).get_absolute_url()
    assert "có đủ đại diện theo QĐ 26/2026/QĐ-TTg" in client.get(url).text
    tried = client.get(url, NUMBERS)
    assert (tried.status_code, "Có mặt 6/9 thành viên, cần từ 7: không đủ để họp." in tried.text) == (200, True)
    wrong = client.get(url, NUMBERS | {"points": "3 3", "totals": "70 x"})
    assert (wrong.status_code, "số nguyên từ 0 đến 100" in wrong.text) == (422, True)


def test_only_the_secretary_of_a_committee_adopts_and_all_of_the_house_read(stage: Stage, clock: datetime) -> None:
    assert signed_in(stage.world.officers[0]).get("/hoi-dong/quy-che/moi/").status_code == 404
    page = signed_in(stage.world.officers[0]).get("/hoi-dong/quy-che/?cap=district").text
    assert "Mặc định cho hội đồng cấp huyện" in page
    assert "Mặc định cho hội đồng cấp tỉnh" not in page
