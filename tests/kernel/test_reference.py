"""Reference facts are read once, and again when another file was loaded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django import forms
from django.db import transaction

from ocop.kernel.memo import one_page
from ocop.kernel.models import Holiday, ReferenceFile
from ocop.kernel.pages.forms import Form, ListedField
from ocop.kernel.reference import BadReference, known, load_file

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
def names():
    """What reads the names of the holidays, and how often it did."""
    read = []

    @known
    def ask():
        found = list(Holiday.objects.order_by("day").values_list("name", flat=True))
        read.append(found)
        return found

    return ask, read


def load(folder: Path, text: str, then=None) -> bool:
    """Load a file that makes one holiday of its text. then  asked while its tables are half written"""

    def parse(content: bytes) -> list[str]:
        Holiday.objects.all().delete()
        if then:
            then()
        if not content:
            raise BadReference("dòng 1", "trống")
        Holiday.objects.create(day="2027-01-01", name=content.decode(), working=False, basis="x")
        return []

    path = folder / "days.txt"
    path.write_text(text, encoding="utf-8")
    return load_file(path, "days.txt", parse, now=NOW)


def test_facts_are_read_once_for_all_pages(names, tmp_path, django_assert_num_queries):
    ask, read = names
    load(tmp_path, "Tết")
    assert ask() == ["Tết"]
    with django_assert_num_queries(1), one_page():  # is it still the same?
        assert ask() == ask() == ["Tết"]
    assert read == [["Tết"]]


def test_another_file_is_seen_by_the_next_page(names, tmp_path):
    ask, read = names
    load(tmp_path, "Tết")
    with one_page():
        assert ask() == ["Tết"]
    load(tmp_path, "Quốc khánh")
    with one_page():
        assert ask() == ["Quốc khánh"]
    assert len(read) == 2


def test_the_same_file_again_is_the_same_facts(names, tmp_path):
    ask, read = names
    load(tmp_path, "Tết")
    assert (ask(), load(tmp_path, "Tết"), ask()) == (["Tết"], False, ["Tết"])
    assert len(read) == 1


def test_half_written_tables_are_not_remembered(names, tmp_path):
    ask, _ = names
    load(tmp_path, "Tết")
    ask()
    seen = []
    load(tmp_path, "Quốc khánh", then=lambda: seen.append(ask()))
    assert (seen, ask()) == ([[]], ["Quốc khánh"])


def test_a_file_that_was_refused_changes_nothing(names, tmp_path):
    ask, read = names
    load(tmp_path, "Tết")
    ask()
    with pytest.raises(BadReference):
        load(tmp_path, "", then=ask)
    assert ask() == ["Tết"]
    assert read == [
        ["Tết"],
        [],
    ]


def test_what_a_lost_transaction_loaded_is_forgotten(names, tmp_path):
    ask, _ = names
    load(tmp_path, "Tết")
    with transaction.atomic():
        load(tmp_path, "Quốc khánh")
        assert ask() == ["Quốc khánh"]
        transaction.set_rollback(True)
    assert ask() == ["Tết"]


# A choice among rows at hand


class Chosen(Form):
    file = ListedField(empty_label="Chọn")


@pytest.fixture
def form():
    rows = [ReferenceFile(pk=7, name="a"), ReferenceFile(pk=9, name="b")]

    def make(data=None, **initial):
        found = Chosen(data, initial=initial)
        found.fields["file"].offer(rows)
        return found

    return make, rows


def test_a_choice_is_a_row_and_asks_no_query(form, django_assert_num_queries):
    make, (one, other) = form
    with django_assert_num_queries(0):
        shown = str(make(file=other)["file"])
        filled = make({"file": "7"})
        assert filled.is_valid()
    assert 'value="9" selected' in shown
    assert filled.cleaned_data["file"] is one


@pytest.mark.parametrize("typed", ["8", "a", "7 or 1", "9" * 40, ""])
def test_a_number_that_is_not_offered_is_no_choice(form, typed):
    make, _ = form
    assert not make({"file": typed}).is_valid()


def test_no_choice_is_none_where_none_is_asked_for(form):
    make, _ = form
    found = make({"file": ""})
    found.fields["file"].required = False
    assert found.is_valid()
    assert found.cleaned_data["file"] is None


def test_two_forms_of_one_class_offer_their_own_rows(form):
    make, _ = form
    assert not Chosen({"file": "7"}).is_valid()
    assert make({"file": "7"}).is_valid()
    assert isinstance(Chosen().fields["file"], forms.ChoiceField)
