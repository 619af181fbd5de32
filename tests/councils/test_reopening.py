"""A concluded product is opened again only by the chair, with a reason, as a new round; the old conclusion stays."""

from __future__ import annotations

import pytest

from ocop.councils import services
from ocop.councils.models import Conclusion, Sheet
from ocop.councils.results import reading
from ocop.dossiers.models import Dossier
from ocop.kernel import audit
from ocop.kernel.refusal import Forbidden, Refusal
from tests.factories import reread
from tests.ground import standing

pytestmark = pytest.mark.django_db
WHY = "Phiếu của một thành viên ghi nhầm trọng lượng tịnh"


@standing
def sitting(stage):
    """One product of 2026 before nine members, concluded with 72 points a sheet."""
    sitting = stage.sitting(stage.ready().dossier)
    sitting.sign_all(72)
    sitting.conclude()
    return sitting


def reopen(sitting, by=None, reason=WHY):
    services.reopen_item(item=sitting.item, reason=reason, by=by or sitting.chair, now=sitting.at(11))
    sitting.reread()


def test_the_chair_alone_opens_it_and_says_why(stage, sitting):
    for user in (sitting.secretary, sitting.members[3].user, stage.world.leader):
        with pytest.raises(Forbidden):
            reopen(sitting, user)
    with pytest.raises(Refusal, match="Lý do quá ngắn"):
        reopen(sitting, reason="Nhầm")
    assert sitting.item.closed
    reopen(sitting)
    assert (sitting.item.closed, sitting.item.round) == (False, 2)
    assert reread(sitting.item.dossier).step == "council_province"
    assert audit.timeline(sitting.item)[-1].reason == WHY
    with pytest.raises(Refusal, match="chưa có kết luận"):
        reopen(sitting)


def test_the_next_conclusion_takes_effect_and_the_old_one_stays_with_its_sheets(sitting):
    old = Conclusion.objects.get()
    reopen(sitting)
    assert not Conclusion.objects.in_effect().exists()
    second = sitting.start(sitting.members[0])
    assert second.round == 2
    sitting.sign_all(68)
    new = sitting.conclude()
    assert [c.pk for c in Conclusion.objects.in_effect()] == [new.pk]
    assert (new.round, new.points, new.stars) == (2, 9 * 68, 3)
    old.refresh_from_db()
    assert (old.round, old.points, old.stars, old.superseded_reason) == (1, 9 * 72, 4, WHY)
    assert [sheet.total for sheet in reading(old).sheets] == [72] * 9
    assert [sheet.total for sheet in reading(new).sheets] == [68] * 9
    assert reading(old).history == []
    assert reading(new).history == [
        "Vòng 1 kết luận “Đề nghị công nhận”; Chủ tịch Hội đồng mở lại ngày 01/10/2026, "
        "lý do: Phiếu của một thành viên ghi nhầm trọng lượng tịnh. Hội đồng chấm lại."
    ]
    assert Sheet.objects.exclude(signed_at=None).count() == 18
    assert reread(sitting.item.dossier).step == "concluded_province"


def test_the_producer_sees_the_conclusion_in_effect_alone(stage, sitting):
    producer = stage.world.producers[0]
    assert Conclusion.objects.visible_to(producer, sitting.day).exists()
    reopen(sitting)
    assert not Conclusion.objects.visible_to(producer, sitting.day).exists()
    assert Conclusion.objects.visible_to(sitting.chair, sitting.day).exists()


def test_what_has_been_announced_or_whose_session_has_ended_is_not_opened(stage, sitting):
    Dossier.objects.filter(pk=sitting.item.dossier_id).update(step="recognised")
    with pytest.raises(Refusal, match="Đã công nhận"):
        reopen(sitting)
    Dossier.objects.filter(pk=sitting.item.dossier_id).update(step="concluded_province")
    services.close_session(session=sitting.session, by=sitting.secretary, now=sitting.at(12))
    with pytest.raises(Refusal, match="đã kết thúc"):
        reopen(sitting)
    sitting.reread()
    assert sitting.item.closed


def test_a_superseded_conclusion_is_not_announced(stage, sitting):
    old = Conclusion.objects.get()
    Conclusion.objects.update(result="below_3", stars=2)
    reopen(sitting)
    old.refresh_from_db()
    with pytest.raises(Refusal, match="kết luận mới hơn"):
        services.announce(conclusion=old, by=stage.world.officers[0], now=sitting.at(12))
