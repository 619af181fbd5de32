"""Papers that lapse: told of once a mark, to those who act for the subject, with what they prove."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail

from ocop.accounts.models import Notice
from ocop.accounts.services import agree_to_mail, withdraw_mail
from ocop.dossiers import services
from ocop.dossiers.models import ExpiryNotice
from ocop.dossiers.queries import work_for
from ocop.dossiers.rules import mark_of
from ocop.kernel import files, jobs
from ocop.project.sample.walk import at
from ocop.registry.models import Evidence, EvidenceKind
from ocop.registry.services import add_evidence, replace_evidence
from tests.dossiers.scene import NOW, PDF, Scene
from tests.dossiers.test_wallet import best

END = date(2027, 1, 12)


@pytest.mark.parametrize(
    ("day", "mark"),
    [
        (date(2026, 10, 13), None),  # 91 days left
        (date(2026, 10, 14), 90),
        (date(2026, 11, 12), 90),  # 61
        (date(2026, 11, 13), 60),
        (date(2026, 12, 12), 60),  # 31
        (date(2026, 12, 13), 30),
        (date(2027, 1, 12), 30),  # the last day
        (date(2027, 1, 13), 0),
        (date(2027, 4, 12), 0),  # 90 days after
        (date(2027, 4, 13), None),
    ],
)
def test_the_mark_of_a_day(day: date, mark: int | None) -> None:
    assert mark_of(END, day) == mark


def paper(scene: Scene, **changes: object) -> Evidence:
    values = {
        "subject": scene.subject(), "kind": EvidenceKind.objects.get(code="production_condition"),
        "name": "Giấy chứng nhận ATTP", "stored": files.store(PDF, "attp.pdf", now=NOW), "valid_until": END,
        "by": scene.person("producer"), "now": NOW,
    }  # fmt: skip
    return add_evidence(**{**values, **changes})


def told(scene: Scene) -> list[str]:
    return list(Notice.objects.filter(user=scene.person("producer")).order_by("pk").values_list("text", flat=True))


def test_each_mark_is_told_once_and_missed_ones_are_not_caught_up(scene: Scene) -> None:
    evidence = paper(scene)
    for day in (date(2026, 10, 13), date(2026, 10, 14), date(2026, 10, 15), date(2026, 12, 20), date(2027, 1, 13)):
        for hour in (6, 7):
            services.warn_papers(now=at(day, hour))
    assert told(scene) == [
        "Giấy chứng nhận ATTP hết hạn 12/01/2027, còn 90 ngày.",
        "Giấy chứng nhận ATTP hết hạn 12/01/2027, còn 23 ngày.",
        "Giấy chứng nhận ATTP đã hết hạn ngày 12/01/2027.",
    ]
    marks = ExpiryNotice.objects.filter(evidence=evidence).order_by("pk").values_list("mark", flat=True)
    assert list(marks) == [90, 30, 0]


def test_the_notice_names_the_criteria_and_star_minimums_the_paper_proves(scene: Scene) -> None:
    draft, producer, evidence = scene.draft(set_no=11, name="Chè xanh (mẫu)"), scene.person("producer"), paper(scene)
    for criterion in ("9", "1.1"):
        services.attach(dossier=draft, criterion=criterion, evidence=evidence, by=producer, now=NOW)
    services.save_answers(dossier=draft, answers={"9": (best(draft, "9"), "")}, by=producer, now=NOW)
    services.warn_papers(now=at(date(2026, 11, 13)))
    assert told(scene) == [
        "Giấy chứng nhận ATTP hết hạn 12/01/2027, còn 60 ngày."
        " Đang chứng minh tiêu chí 9 (mức tối thiểu 3, 4 sao), 1.1 của Chè xanh (mẫu)."
    ]
    assert Notice.objects.get(user=producer).path == f"/giay-to/{evidence.pk}/"


def test_nothing_is_told_of_a_replaced_paper_nor_of_one_that_had_lapsed_when_it_came(scene: Scene) -> None:
    old = paper(scene)
    replace_evidence(
        evidence=old, stored=files.store(PDF, "moi.pdf", now=NOW), valid_until=END + timedelta(days=365),
        by=scene.person("producer"), now=NOW,
    )  # fmt: skip
    paper(scene, name="Giấy cũ", valid_until=date(2026, 9, 1))
    assert services.warn_papers(now=at(date(2026, 11, 13))) == 0
    assert told(scene) == []


def test_only_those_who_act_for_the_subject_are_told(scene: Scene) -> None:
    paper(scene)
    services.warn_papers(now=at(date(2026, 11, 13)))
    assert set(Notice.objects.values_list("user", flat=True)) == {scene.person("producer").pk}


def test_a_notice_goes_by_mail_once_and_to_who_agreed_alone(scene: Scene) -> None:
    paper(scene)
    agree_to_mail(user=scene.person("producer"), means="ô ở trang Tài khoản", now=at(date(2026, 10, 1)))
    services.warn_papers(now=at(date(2026, 10, 14)))
    for _ in range(2):
        jobs.run_due(lambda: at(date(2026, 10, 14), 10))
    sent = [one for one in mail.outbox if "còn 90 ngày" in one.body]
    assert [one.to for one in sent] == [[scene.person("producer").email]]
    withdraw_mail(user=scene.person("producer"), now=at(date(2026, 10, 20)))
    services.warn_papers(now=at(date(2026, 11, 13)))
    jobs.run_due(lambda: at(date(2026, 11, 13), 10))
    assert not [one for one in mail.outbox if "còn 60 ngày" in one.body]
    assert len(told(scene)) == 2


def test_a_lapsing_paper_waits_on_its_producers_desk_and_on_nobody_elses(scene: Scene) -> None:
    evidence = paper(scene)
    day = date(2026, 11, 13)
    mine = [one for one in work_for(scene.person("producer"), day) if one.path.startswith("/giay-to/")]
    assert [(one.title, one.path, one.due) for one in mine] == [
        ("Thay giấy sắp hết hạn: Giấy chứng nhận ATTP", f"/giay-to/{evidence.pk}/thay/", END)
    ]
    assert not [one for one in work_for(scene.person("producer"), date(2026, 10, 13)) if "Thay giấy" in one.title]
    for who in ("commune officer", "province officer", "other producer"):
        assert not [one for one in work_for(scene.person(who), day) if "Thay giấy" in one.title]


def test_a_lapsed_paper_waits_only_while_it_proves_something(scene: Scene) -> None:
    evidence, day = paper(scene), date(2027, 6, 1)
    producer = scene.person("producer")
    assert not [one for one in work_for(producer, day) if "Thay giấy" in one.title]
    services.attach(dossier=scene.draft(), criterion="1.1", evidence=evidence, by=producer, now=NOW)
    [work] = [one for one in work_for(producer, day) if "Thay giấy" in one.title]
    assert work.title == "Thay giấy đã hết hạn: Giấy chứng nhận ATTP"
    assert work.detail == "Đang chứng minh tiêu chí 1.1 của Cốm nếp (mẫu)"
