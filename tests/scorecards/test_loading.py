"""Loading: twice changes nothing, a correction is a new version, what does not add up is refused as a whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from ocop.kernel import audit
from ocop.kernel.models import ReferenceFile
from ocop.kernel.reference import BadReference
from ocop.kernel.refusal import Refusal
from ocop.scorecards import loading, permissions, queries, rules
from ocop.scorecards.models import Regime, Scorecard, ScoringSetting

from .conftest import CARDS, NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_loaded")]
TEA = "2026-11-tea"


def edit(path: Path, old: str, new: str, count: int = 1) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


@pytest.fixture
def nothing_loaded(db):
    """An empty room inside the test's transaction: the triggers stand aside while its rows go."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute("ALTER TABLE scorecards_scorecard DISABLE TRIGGER scorecards_scorecard_no_change")
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE tbl_name='scorecards_scorecard' AND type='trigger'"
            )
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
        for model in (Scorecard, ScoringSetting, Regime):
            model.objects.all().delete()
        ReferenceFile.objects.all().delete()
        if postgresql:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE scorecards_scorecard ENABLE TRIGGER scorecards_scorecard_no_change")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        else:
            for _, sql in triggers:
                cursor.execute(sql)


def counts():
    return Regime.objects.count(), ScoringSetting.objects.count(), Scorecard.objects.count()


def refused(reference):
    with pytest.raises(BadReference) as caught:
        loading.load(reference, now=NOW)
    return str(caught.value)


def test_loading_twice_changes_nothing(reference):
    assert (loading.load(reference, now=NOW), counts()) == (6, (3, 4, 4))
    assert (loading.load(reference, now=NOW), counts()) == (0, (3, 4, 4))


def test_a_published_version_holds_its_file(reference):
    loading.load(reference, now=NOW)
    tea = Scorecard.objects.get(code=TEA)
    assert (tea.version, tea.regime_id, tea.set_no, tea.status) == (1, "2026", 11, "complete")
    assert (tea.effective_from, tea.effective_to, tea.published_at) == (date(2026, 5, 22), None, NOW)
    assert queries.card(tea) == CARDS[TEA]
    assert rules.parse(Scorecard.objects.get(pk=tea.pk).data) == CARDS[TEA]
    assert [entry.kind for entry in audit.timeline(tea)] == ["scorecard.published"]


def test_a_corrected_file_is_a_new_version_and_the_old_one_stays(reference):
    loading.load(reference, now=NOW)
    edit(reference / "scorecards" / f"{TEA}.yaml", "Nguồn nguyên liệu", "Nguồn nguyên liệu chính")
    assert loading.load(reference, now=NOW) == 1
    old, new = Scorecard.objects.filter(code=TEA).order_by("version")
    assert (old.version, new.version) == (1, 2)
    assert queries.card(old).by_code["1.1"].name_vi == "Nguồn nguyên liệu"
    assert queries.card(new).by_code["1.1"].name_vi == "Nguồn nguyên liệu chính"
    assert queries.newest(TEA) == queries.card_for(regime="2026", set_no=11) == new
    assert Scorecard.objects.newest().count() == 4


def test_a_published_version_refuses_change_and_deletion(reference):
    loading.load(reference, now=NOW)
    tea = Scorecard.objects.filter(code=TEA)
    with pytest.raises(IntegrityError), transaction.atomic():
        tea.update(name="khác")
    with pytest.raises(IntegrityError), transaction.atomic():
        tea.delete()
    assert tea.get().name == CARDS[TEA].name_vi


def test_a_file_that_does_not_add_up_writes_nothing_and_names_every_place(reference):
    edit(reference / "scorecards" / f"{TEA}.yaml", "            max: 3\n", "            max: 4\n")
    text = refused(reference)
    assert text.startswith("scorecards/2026-11-tea.yaml: mục 1: các tiêu chí cộng lại 19 điểm, không phải 18; ")
    assert "tiêu chí 1.1: phương án cao nhất 3 điểm, điểm tối đa ghi 4" in text
    assert not Scorecard.objects.filter(code=TEA).exists()


def test_a_partial_file_loads_with_its_warnings_and_opens_no_session(reference):
    loading.load(reference, now=NOW)
    partial = Scorecard.objects.get(code="2023-11-tea")
    assert partial.warnings == [["phần C", "các mục cộng lại 32 điểm, không phải 35"]]
    with pytest.raises(Refusal, match="phần C: các mục cộng lại 32 điểm"):
        permissions.check_may_open_session(partial)
    permissions.check_may_open_session(Scorecard.objects.get(code=TEA))


def test_a_key_written_twice_is_refused_with_its_line(reference):
    edit(reference / "scorecards" / f"{TEA}.yaml", "set_no: 11\n", "set_no: 11\nset_no: 12\n")
    assert refused(reference) == "scorecards/2026-11-tea.yaml: dòng 6: khóa set_no bị viết hai lần"


def test_a_file_that_is_no_yaml_is_refused_with_its_line(reference):
    edit(reference / "scorecards" / f"{TEA}.yaml", "set_no: 11\n", "set_no: [11\n")
    assert "scorecards/2026-11-tea.yaml: dòng " in refused(reference)


def test_the_code_must_be_the_name_of_the_file(reference):
    path = reference / "scorecards" / f"{TEA}.yaml"
    path.rename(path.with_name("2026-12-tea.yaml"))
    assert refused(reference) == "scorecards/2026-12-tea.yaml: code: phải là tên tệp, 2026-12-tea"


def test_no_scorecard_of_a_set_is_a_refusal(reference):
    loading.load(reference, now=NOW)
    with pytest.raises(Refusal, match="bộ tiêu chí số 3 của bộ quy định 2019"):
        queries.card_for(regime="2019", set_no=3)


@pytest.mark.parametrize(("day", "code"), [(date(2023, 2, 23), "2019"), (date(2026, 5, 22), "2026")])
def test_the_regime_of_a_day_comes_from_the_table(reference, day, code):
    loading.load(reference, now=NOW)
    assert queries.regime_on(day).code == code


def test_a_day_before_the_first_regime_is_a_refusal(reference):
    loading.load(reference, now=NOW)
    with pytest.raises(Refusal, match="20/08/2019"):
        queries.regime_on(date(2019, 8, 20))


SETTING = """  - name: lower_marks_bind
    value: false
    basis: "Quy chế thử nghiệm"
    valid_from: 2027-01-01
    valid_to: null
"""


def test_a_dated_setting_holds_from_its_first_to_its_last_day(reference):
    path = reference / "settings" / "scorecards.yaml"
    edit(path, "    valid_to: null\n", "    valid_to: 2026-12-31\n")
    path.write_text(path.read_text(encoding="utf-8") + SETTING, encoding="utf-8")
    loading.load(reference, now=NOW)
    assert queries.settings_on(date(2026, 12, 31)) == rules.Settings()
    assert queries.settings_on(date(2027, 1, 1)) == rules.Settings(lower_marks_bind=False)
    assert queries.settings_on(date(2027, 1, 1), "2019").floors == ((90, 5), (70, 4), (50, 3), (30, 2), (0, 1))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("name: lower_marks_bind", "name: lower_mark_bind", "lower_mark_bind: không có cấu hình nào"),
        ("value: true", "value: 1", "lower_marks_bind: không có cấu hình nào tên này nhận giá trị 1"),
        ("value: majority", "value: half", "council_mark_rule: phải là một trong majority, every, mean"),
        ("settings:\n", "settings:\n" + SETTING, "lower_marks_bind: các khoảng thời gian chồng lên nhau"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(reference, old, new, words):
    edit(reference / "settings" / "scorecards.yaml", old, new)
    assert words in refused(reference)
    assert ScoringSetting.objects.count() == 0


def test_a_card_is_parsed_once_and_never_queried_again(reference, django_assert_num_queries):
    loading.load(reference, now=NOW)
    scorecard = queries.newest(TEA)
    queries.card(scorecard)
    with django_assert_num_queries(0):
        assert queries.card(scorecard) is queries.card(scorecard)
