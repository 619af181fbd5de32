"""Art. 12.3 of QĐ 26/2026/QĐ-TTg: for whose sake a certificate goes on past its end, and for which days."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from ocop.accounts.models import Notice
from ocop.dossiers import services
from ocop.dossiers.models import Dossier, extensions
from ocop.dossiers.rules import Extension, extension, extension_words, latest_end
from ocop.kernel import public
from ocop.kernel.refusal import Refusal
from ocop.project.sample.walk import at
from tests.factories import PLAN, Stage

LAST = date(2026, 9, 18)  # the last end that could not meet its window, and the last day of filing


# The days: 30/08/2026 + 180 days = 26/02/2027, by the calendar (1 + 30 + 31 + 30 + 31 + 31 + 26)


@pytest.mark.parametrize(
    ("ends", "latest"),
    [
        (date(2026, 8, 30), date(2027, 2, 26)),
        (date(2026, 9, 18), date(2027, 3, 17)),
        (date(2026, 5, 22), date(2026, 11, 18)),
        (date(2026, 9, 15), date(2027, 3, 14)),  # a Sunday: a validity never moves
    ],
)
def test_the_180th_day_is_the_last(ends, latest):
    assert latest_end(ends) == latest


ENDS, FILED = date(2026, 8, 30), date(2026, 9, 1)


@pytest.mark.parametrize(
    ("filed_on", "result_on", "days"),
    [
        (date(2026, 6, 1), None, (date(2026, 8, 31), date(2027, 2, 26))),  # filed before the end: without a gap
        (date(2026, 8, 30), None, (date(2026, 8, 31), date(2027, 2, 26))),
        (FILED, None, (FILED, date(2027, 2, 26))),  # over for a day: nobody had asked yet
        (FILED, date(2026, 11, 12), (FILED, date(2026, 11, 11))),  # over on the day of the result
        (FILED, date(2027, 2, 26), (FILED, date(2027, 2, 25))),
        (FILED, date(2027, 2, 27), (FILED, date(2027, 2, 26))),
        (FILED, date(2026, 9, 2), (FILED, FILED)),
        (FILED, FILED, None),
        (date(2026, 6, 1), date(2026, 8, 31), None),  # the result came before it had to go on
        (date(2026, 6, 1), date(2026, 9, 1), (date(2026, 8, 31), date(2026, 8, 31))),
    ],
)
def test_it_goes_on_from_the_filing_to_the_eve_of_the_result(filed_on, result_on, days):
    assert extension(ENDS, filed_on, result_on) == (Extension(*days) if days else None)


def test_the_words_say_until_when_and_by_which_article():
    assert extension_words(ENDS) == (
        "còn hiệu lực đến khi có kết quả đánh giá lại, chậm nhất 26/02/2027 (khoản 3 Điều 12 Quyết định 26/2026/QĐ-TTg)"
    )


# Which filings


def file(stage: Stage, ends: date, day: date, kind: str = "re_evaluation") -> Dossier:
    product = stage.walk.product(PLAN)
    services.open_window(product=product, valid_until=ends, based_on="Quyết định 321/QĐ-UBND")
    return stage.filed(dossier_kind=kind, filed_on=day).dossier


@pytest.mark.parametrize(
    ("ends", "day", "kind", "extends"),
    [
        (LAST, date(2026, 5, 22), "re_evaluation", True),  # the day on which the decree came
        (LAST, LAST, "re_evaluation", True),
        (date(2026, 5, 22), LAST, "re_evaluation", True),
        (LAST, LAST, "upgrade", False),  # art. 12.3 speaks of re-evaluation alone
        (date(2026, 9, 19), date(2026, 5, 22), "re_evaluation", False),  # it could meet its window, on its last day
        (date(2026, 12, 31), date(2026, 9, 1), "re_evaluation", False),  # within its window
        (LAST, date(2026, 5, 21), "re_evaluation", False),  # under the old rules: art. 12.2
    ],
)
def test_only_a_reevaluation_that_could_not_meet_its_window_extends(stage, ends, day, kind, extends):
    dossier = file(stage, ends, day, kind)
    assert dossier.extends == (ends if extends else None)
    assert bool(extensions()) == extends


def test_a_day_after_the_last_day_nothing_is_filed_and_nothing_extended(stage):
    services.open_window(product=stage.walk.product(PLAN), valid_until=LAST, based_on="Quyết định 321/QĐ-UBND")
    with pytest.raises(Refusal, match="không sớm hơn 180 ngày"):
        stage.filed(dossier_kind="re_evaluation", filed_on=date(2026, 9, 19))
    assert extensions() == {}


def test_it_is_public_news_that_the_subject_hears_of_and_its_end_too(stage):
    before, by = public.count(), stage.world.producers[0]
    dossier = file(stage, ENDS, FILED)
    assert public.count() == before + 1
    [told] = Notice.objects.filter(user=by, text__contains="chậm nhất 26/02/2027")
    assert "chủ thể chịu trách nhiệm" in told.text
    services.return_dossier(
        dossier=dossier, version=dossier.version, reason="Thiếu phiếu kiểm nghiệm mới",
        by=stage.world.communes["02287"].officers[0], now=at(date(2026, 9, 3)),
    )  # fmt: skip
    services.submit(dossier=dossier, version=dossier.version, by=by, now=at(date(2026, 9, 4)))
    assert public.count() == before + 1  # it comes back: nothing new for the public
    assert len(Notice.objects.filter(user=by, text__contains="chậm nhất 26/02/2027")) == 1
    services.withdraw(
        dossier=dossier, version=dossier.version, reason="Ngừng sản xuất", by=by, now=at(date(2026, 9, 10))
    )
    assert public.count() == before + 2
    assert extensions() == {(dossier.product_id, ENDS): (Extension(FILED, date(2026, 9, 9)),)}


@pytest.mark.parametrize(
    ("ends", "day", "kind", "found"),
    [
        (LAST, LAST, "re_evaluation", True),
        (LAST, LAST, "upgrade", False),
        (date(2026, 12, 31), date(2026, 9, 1), "re_evaluation", False),
    ],
)
def test_what_was_filed_before_it_was_written_down_is_found(stage, ends, day, kind, found):
    dossier = file(stage, ends, day, kind)
    Dossier.objects.update(extends=None)
    steps = MigrationLoader(None).disk_migrations.items()
    [step] = [one for (room, name), one in steps if room == "dossiers" and name.endswith("_extends")]
    step.operations[-1].code(apps, None)
    dossier.refresh_from_db()
    assert dossier.extends == (ends if found else None)


def test_taken_back_and_filed_again_it_goes_on_twice_with_a_gap(stage):
    first, by = file(stage, ENDS, FILED), stage.world.producers[0]
    services.withdraw(dossier=first, version=first.version, reason="Nhầm tệp", by=by, now=at(date(2026, 9, 3)))
    again = stage.filed(dossier_kind="re_evaluation", filed_on=date(2026, 9, 7)).dossier
    assert extensions() == {
        (again.product_id, ENDS): (
            Extension(FILED, date(2026, 9, 2)),
            Extension(date(2026, 9, 7), date(2027, 2, 26)),
        )
    }
    for day, found in (
        (date(2026, 9, 2), [first]),
        (date(2026, 9, 3), []),
        (date(2026, 9, 6), []),
        (date(2026, 9, 7), [again]),
        (date(2027, 2, 26), [again]),
        (date(2027, 2, 27), []),
    ):
        assert list(Dossier.objects.extending_on(day)) == found
