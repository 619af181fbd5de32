"""Assisted entry: under a consent in force an officer of the commune enters and files; he never judges what he entered.

Sources: compliance.md sections 4 (two persons) and 6 (consent); QĐ 26/2026/QĐ-TTg art. 7.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ocop.accounts.models import Notice, Role
from ocop.accounts.services import appoint, create_user
from ocop.dossiers import services
from ocop.dossiers.models import Dossier, Hand
from ocop.dossiers.papers import form_01, form_02
from ocop.dossiers.permissions import check_may_advise, check_may_edit, check_may_move, moves_open_to
from ocop.dossiers.queries import work_for
from ocop.dossiers.rules import MOVES, Actor, Move, Step
from ocop.dossiers.workspace import assistance, filed_sheet
from ocop.kernel.audit import SYSTEM, timeline
from ocop.kernel.papers.pdf import to_pdf
from ocop.kernel.papers.tree import Paragraph, Span
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at
from ocop.registry import services as registry
from ocop.registry.models import Tie, TieKind
from tests.factories import PLAN, Stage, reread

pytestmark = pytest.mark.django_db
DAY = PLAN.filed_on
LATER = DAY + timedelta(days=7)


def officers(stage: Stage):
    return stage.world.communes["02287"].officers[:2]


def agree(stage: Stage, subject, *, day: date = DAY) -> None:
    registry.record_consent(
        subject=subject, means="spoken", given_by="Ma Thị Hoa", given_on=day, proof="Trưởng thôn Nà Pàng",
        by=officers(stage)[0], now=at(day),
    )  # fmt: skip


def opened(stage: Stage, by) -> Dossier:
    product = stage.walk.product(PLAN)
    return services.open_dossier(product=product, kind="first", by=by, now=at(DAY))


def test_without_consent_the_commune_opens_nothing_and_sees_no_draft(stage):
    helper = officers(stage)[0]
    with pytest.raises(Forbidden):
        opened(stage, helper)
    draft = stage.draft()
    assert not Dossier.objects.visible_to(helper, DAY).filter(pk=draft.pk).exists()
    agree(stage, draft.subject)
    assert Dossier.objects.visible_to(helper, DAY).filter(pk=draft.pk).exists()


def test_with_it_an_officer_of_the_commune_opens_and_nobody_elses_does(stage):
    agree(stage, stage.walk.product(PLAN).subject)
    for other in (
        stage.world.communes["02509"].officers[0], stage.world.officers[0], stage.world.districts["073"].officers[0],
        stage.world.producers[1],
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            opened(stage, other)
    helper = officers(stage)[0]
    dossier = opened(stage, helper)
    (hand,) = Hand.objects.all()
    assert (hand.user, hand.side) == (helper, "assisted")
    assert Tie.objects.filter(subject=dossier.subject, user=helper, kind=TieKind.ASSISTED).exists()
    assert timeline(dossier)[0].actor.role == "Cán bộ xã, nhập hộ"


def test_the_producers_own_writing_is_not_called_assisted(stage):
    draft = stage.draft()
    agree(stage, draft.subject)
    assert check_may_edit(stage.world.producers[0], draft, DAY) == Actor.PRODUCER
    services.save_forms(dossier=draft, values={}, version=draft.version, by=stage.world.producers[0], now=at(DAY))
    assert not Hand.objects.exists()
    assert "nhập hộ" not in timeline(draft)[-1].actor.role


def test_filed_by_its_officer_it_is_judged_by_another(stage):
    draft = stage.draft()
    agree(stage, draft.subject)
    helper, colleague = officers(stage)
    services.submit(dossier=draft, version=draft.version, by=helper, now=at(DAY))
    dossier = reread(draft)
    assert dossier.step == Step.AT_COMMUNE
    contents = {"material": "a", "labour": "b", "idea_origin": "c", "identity": "d"}
    for act in (
        lambda by: services.save_assessment(
            dossier=dossier, version=0, contents=contents, meeting_held=False, by=by, now=at(LATER)
        ),
        lambda by: services.ask_gap(
            dossier=dossier, criterion="", text="Thiếu chữ ký ở mẫu 01", due_on=LATER, by=by, now=at(LATER)
        ),
        lambda by: services.return_dossier(
            dossier=dossier, version=dossier.version, reason="Thiếu chữ ký ở mẫu 01", by=by, now=at(LATER)
        ),
    ):
        with pytest.raises(Refusal, match=r"Bạn đã nhập hộ hồ sơ này.*Phó Chủ tịch UBND xã") as refused:
            act(helper)
        assert not isinstance(refused.value, Forbidden)
    services.save_assessment(
        dossier=dossier, version=0, contents=contents, meeting_held=False, by=colleague, now=at(LATER)
    )
    services.propose(dossier=dossier, version=dossier.version, by=colleague, now=at(LATER))
    assert reread(dossier).step == Step.AT_PROVINCE


def test_whoever_judged_it_enters_nothing_when_it_comes_back(stage):
    dossier = stage.filed().dossier
    agree(stage, dossier.subject)
    judge, colleague = officers(stage)
    services.return_dossier(
        dossier=dossier, version=dossier.version, reason="Thiếu chữ ký ở mẫu 01", by=judge, now=at(LATER)
    )
    dossier = reread(dossier)
    with pytest.raises(Refusal, match="Bạn đã xem xét hồ sơ này"):
        services.save_forms(dossier=dossier, values={}, version=dossier.version, by=judge, now=at(LATER))
    services.save_forms(dossier=dossier, values={}, version=dossier.version, by=colleague, now=at(LATER))
    services.submit(dossier=reread(dossier), version=reread(dossier).version, by=colleague, now=at(LATER))
    assert reread(dossier).step == Step.AT_COMMUNE


def test_withdrawn_it_ends_at_once_but_the_sides_stay(stage):
    draft = stage.draft()
    agree(stage, draft.subject)
    helper = officers(stage)[0]
    services.save_forms(dossier=draft, values={}, version=draft.version, by=helper, now=at(DAY))
    registry.withdraw_consent(subject=draft.subject, by=stage.world.producers[0], now=at(DAY))
    with pytest.raises(Forbidden):
        services.save_forms(dossier=draft, values={}, version=draft.version, by=helper, now=at(DAY))
    assert not Dossier.objects.visible_to(helper, DAY).filter(pk=draft.pk).exists()
    services.submit(dossier=draft, version=reread(draft).version, by=stage.world.producers[0], now=at(DAY))
    with pytest.raises(Refusal, match="Bạn đã nhập hộ"):
        check_may_move(helper, reread(draft), Move.PROPOSE, LATER)


def test_an_assistant_is_no_adviser_of_the_council_later(stage):
    draft = stage.draft()
    agree(stage, draft.subject)
    helper, colleague = officers(stage)
    services.submit(dossier=draft, version=draft.version, by=helper, now=at(DAY))
    team = stage.world.team[0].appointments.filter(role=Role.ADVISORY_TEAM).last().agency
    for user in (helper, colleague):
        appoint(user=user, role=Role.ADVISORY_TEAM, agency=team, valid_from=DAY, by=SYSTEM, now=at(DAY))
    Dossier.objects.filter(pk=draft.pk).update(step=Step.AT_PROVINCE)
    fresh = [type(user).objects.get(pk=user.pk) for user in (helper, colleague)]
    check_may_advise(fresh[1], reread(draft), LATER)
    with pytest.raises(Refusal):
        check_may_advise(fresh[0], reread(draft), LATER)


@pytest.mark.parametrize("step", list(Step))
def test_a_move_is_the_assistants_exactly_where_the_table_says(stage, step):
    """helper: entered it; colleague: has not touched it, so he is both; judge: checked it."""
    dossier = stage.filed().dossier
    agree(stage, dossier.subject)
    helper, colleague = officers(stage)
    judge = create_user(email="xet@mau.vn", name="Người xem xét", password=None, by=SYSTEM, now=at(DAY))
    agency = helper.appointments.first().agency
    appoint(user=judge, role=Role.COMMUNE_OFFICER, agency=agency, valid_from=DAY, by=SYSTEM, now=at(DAY))
    Hand.objects.create(dossier=dossier, user=helper, side="assisted", since=at(DAY))
    Hand.objects.create(dossier=dossier, user=judge, side="checked", since=at(DAY))
    values = {"step": step, "returned_from": Step.AT_COMMUNE if step == Step.RETURNED else ""}
    if step == Step.DRAFT:
        values |= {"filed_on": None, "number": None, "route": "", "due_on": None}
    Dossier.objects.filter(pk=dossier.pk).update(**values)
    dossier = reread(dossier)
    roles = {
        helper: {Actor.ASSISTANT},
        colleague: {Actor.ASSISTANT, Actor.COMMUNE},
        judge: {Actor.COMMUNE},
    }
    for user, actors in roles.items():
        wanted = {move: bool((row := MOVES.get((step, move))) and actors & row.actors) for move in Move}
        assert moves_open_to(user, dossier, Move, LATER) == wanted, user


def test_each_finds_the_work_that_he_may_do(stage):
    draft = stage.draft()
    agree(stage, draft.subject)
    helper, colleague = officers(stage)
    assert [w.title for w in work_for(helper, DAY)] == ["Hoàn thành và nộp hồ sơ: Bánh khảo (mẫu)"]
    services.submit(dossier=draft, version=draft.version, by=helper, now=at(DAY))
    assert work_for(helper, DAY) == []
    assert [w.action for w in work_for(colleague, DAY)] == ["Đánh giá"]
    services.return_dossier(
        dossier=draft, version=reread(draft).version, reason="Thiếu chữ ký ở mẫu 01", by=colleague, now=at(LATER)
    )
    assert [w.action for w in work_for(helper, LATER)] == ["Bổ sung"]
    assert work_for(colleague, LATER) == []


def test_news_go_to_the_household_and_to_its_officer(stage):
    draft = stage.draft()
    agree(stage, draft.subject)
    helper, colleague = officers(stage)
    services.submit(dossier=draft, version=draft.version, by=helper, now=at(DAY))
    assert Notice.objects.filter(user=stage.world.producers[0], text__startswith="Cán bộ xã đã nộp hộ hồ sơ").exists()
    draft.subject.memberships.all().delete()  # a household without an account
    services.return_dossier(
        dossier=reread(draft), version=reread(draft).version, reason="Thiếu chữ ký ở mẫu 01", by=colleague,
        now=at(LATER),
    )  # fmt: skip
    told = Notice.objects.filter(user=helper).last()
    assert "in phiếu báo, trao cho hộ" in told.text
    assert told.path == f"/nhap-ho/{draft.subject_id}/phieu/"


def printed_notes(paper) -> list[str]:
    texts = [block.text for block in paper.body if isinstance(block, Paragraph)]
    return [text.text for text in texts if isinstance(text, Span) and text.text.startswith("Cán bộ nhập hộ")]


def test_forms_and_pages_tell_who_typed_when_and_on_whose_consent(stage, client):
    draft, own = stage.draft(), stage.filed(name="Cốm nếp (mẫu)").dossier
    agree(stage, draft.subject, day=DAY - timedelta(days=2))
    helper, colleague = officers(stage)
    services.submit(dossier=draft, version=draft.version, by=helper, now=at(DAY))
    line = (
        f"{helper.name}, Cán bộ xã, {helper.as_actor().organ}, từ ngày 01/09/2026, theo đồng ý của Ma Thị Hoa ngày "
        "30/08/2026 (nói trực tiếp, có người chứng kiến)"
    )
    dossier = reread(draft)
    sheet = filed_sheet(dossier, DAY)
    papers = [
        form_01(dossier, day=DAY, rehearsal=False),
        form_02(dossier, sheet, day=DAY, restricted=True, rehearsal=False),
    ]
    for paper in papers:
        assert printed_notes(paper) == [f"Cán bộ nhập hộ chủ thể trên phần mềm: {line}."]
        assert b"%PDF" in to_pdf(paper)[:8]
    who = line.partition(", từ ngày")[0]  # of the consent the page says nothing: members of a council read it too
    for reader in (colleague, stage.world.producers[0]):
        client.force_login(reader)
        assert f"Nhập hộ: {who}</p>" in client.get(dossier.get_absolute_url()).content.decode()
    assert printed_notes(form_01(own, day=DAY, rehearsal=False)) == []


def test_a_consent_given_later_is_not_the_one_he_began_with(stage):
    draft = stage.draft()
    agree(stage, draft.subject)
    helper = officers(stage)[0]
    services.save_forms(dossier=draft, values={}, version=draft.version, by=helper, now=at(DAY, 10))
    registry.withdraw_consent(subject=draft.subject, by=stage.world.producers[0], now=at(DAY, 11))
    registry.record_consent(
        subject=draft.subject, means="phone", given_by="Hà Văn Páo", given_on=DAY, proof="Máy ghi âm của xã",
        by=helper, now=at(DAY, 12),
    )  # fmt: skip
    [line] = assistance(draft)
    assert "theo đồng ý của Ma Thị Hoa" in line
