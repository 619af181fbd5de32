"""Windows of re-evaluation: announced by themselves, and the certificates that could not meet theirs."""

from __future__ import annotations

from datetime import date

import pytest

from ocop.accounts.models import Notice
from ocop.dossiers import services
from ocop.dossiers.models import Window
from ocop.dossiers.permissions import check_kind, kinds_open
from ocop.dossiers.rules import Kind
from ocop.kernel.refusal import Refusal
from ocop.project.sample.walk import at
from ocop.registry.models import Product
from tests.factories import PLAN, Stage


def product_until(stage: Stage, until: date) -> Product:
    product = stage.walk.product(PLAN)
    services.open_window(product=product, valid_until=until, based_on="Quyết định 321/QĐ-UBND")
    return product


# Art. 12.3: 22/5/2026 + 120 days = 19/9/2026


@pytest.mark.parametrize(
    ("until", "day", "taken"),
    [
        (date(2026, 9, 18), date(2026, 5, 22), True),
        (date(2026, 9, 18), date(2026, 9, 18), True),
        (date(2026, 9, 18), date(2026, 9, 19), False),
        (date(2026, 9, 19), date(2026, 5, 22), True),  # the last day of its own window
        (date(2026, 9, 19), date(2026, 5, 23), False),
        (date(2026, 9, 19), date(2026, 9, 18), False),
        (date(2026, 5, 22), date(2026, 6, 1), True),  # in force when the decree came, over since
        (date(2026, 5, 21), date(2026, 5, 22), False),
    ],
)
def test_a_certificate_that_could_not_meet_its_window_is_taken(
    stage: Stage, until: date, day: date, taken: bool
) -> None:
    product = product_until(stage, until)
    if taken:
        check_kind(product, Kind.RE_EVALUATION, day)
        assert Kind.RE_EVALUATION in kinds_open(product, day)
    else:
        with pytest.raises(Refusal, match="không sớm hơn 180 ngày"):
            check_kind(product, Kind.RE_EVALUATION, day)


def test_the_form_says_until_when(stage: Stage) -> None:
    product = product_until(stage, date(2026, 9, 18))
    assert kinds_open(product, date(2026, 9, 1))[Kind.RE_EVALUATION] == "nộp đến hết ngày 18/09/2026"


# Certificate until 30/06/2027: window from 01/01/2027 to 02/03/2027, a Tuesday; 30 days before: 31/01/2027


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 31), []),
        (date(2027, 1, 1), ["Đã đến thời gian nộp"]),
        (date(2027, 1, 30), ["Đã đến thời gian nộp"]),
        (date(2027, 1, 31), ["Sắp hết thời gian nộp"]),
        (date(2027, 3, 2), ["Sắp hết thời gian nộp"]),
        (date(2027, 3, 3), []),
    ],
)
def test_producer_and_commune_hear_when_it_opens_and_thirty_days_before_it_closes(
    stage: Stage, day: date, words: list[str]
) -> None:
    product_until(stage, date(2027, 6, 30))
    window = Window.objects.get()
    assert (window.opens_on, window.closes_on) == (date(2027, 1, 1), date(2027, 3, 2))
    for person in (stage.world.producers[0], stage.world.communes["02287"].officers[0]):
        Notice.objects.filter(user=person).delete()
    assert services.announce_windows(now=at(day)) == len(words)
    for person in (stage.world.producers[0], stage.world.communes["02287"].officers[0]):
        texts = list(Notice.objects.filter(user=person).values_list("text", flat=True))
        assert len(texts) == len(words)
        assert all(text.startswith(word) for text, word in zip(texts, words, strict=True))
    assert not Notice.objects.filter(user=stage.world.producers[1], text__contains="đánh giá lại").exists()


def test_each_is_told_once_also_when_the_window_is_written_anew(stage: Stage) -> None:
    product = product_until(stage, date(2027, 6, 30))
    told = [services.announce_windows(now=at(date(2027, 1, day))) for day in (1, 2, 31)]
    services.close_window(product=product, valid_until=date(2027, 6, 30))
    services.open_window(product=product, valid_until=date(2027, 6, 30), based_on="Nhập lại")
    told.append(services.announce_windows(now=at(date(2027, 2, 1))))
    assert told == [1, 0, 1, 0]


def test_before_the_decree_no_window_is_announced(stage: Stage) -> None:
    product_until(stage, date(2026, 11, 17))  # opens on 21/05/2026
    assert services.announce_windows(now=at(date(2026, 5, 21))) == 0
    assert services.announce_windows(now=at(date(2026, 5, 22))) == 1
