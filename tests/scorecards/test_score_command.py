"""./run manage score CODE FILE: JSON out, or exit 2 with every error by criterion."""

from __future__ import annotations

import io
import json
import sys

import pytest
from django.core.management import call_command

from ocop.scorecards import loading

from .conftest import NOW, best

pytestmark = pytest.mark.django_db
TEA = "2026-11-tea"


@pytest.fixture
def run(reference, tmp_path, capsys):
    loading.load(reference, now=NOW)

    def score(content, code=TEA):
        path = tmp_path / "answers.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        try:
            call_command("score", code, str(path))
            status = 0
        except SystemExit as stopped:
            status = stopped.code
        out, err = capsys.readouterr()
        return status, out, err

    return score


def test_one_set_of_answers_gives_one_object(run):
    status, out, err = run(best(TEA, {"8": None}))
    assert (status, err) == (0, "")
    assert json.loads(out) == {
        "code": TEA,
        "parts": {"A": 40, "B": 25, "C": 30},
        "total": 95,
        "band": 5,
        "marks_missed": {"3": ["8"], "4": [], "5": []},
        "stars": 2,
        "rejected": False,
        "reasons": ["điểm đạt 5 sao; chưa đạt mức tối thiểu 3 sao ở 8: xếp 2 sao"],
    }
    assert "điểm đạt" in out  # readable, not \u escapes


def test_a_list_of_answers_gives_a_list(run):
    status, out, _ = run([best(TEA), best(TEA, {"2.4": False})])
    assert (status, [row["total"] for row in json.loads(out)]) == (0, [100, 99])
    assert run([])[:2] == (0, "[]\n")


def test_a_partial_or_2019_scorecard_prints_null_stars(run):
    assert json.loads(run(best("2019-12-tea"), "2019-12-tea")[1])["stars"] is None
    assert json.loads(run(best("2023-11-tea"), "2023-11-tea")[1])["stars"] is None


def test_wrong_answers_exit_2_with_every_error_by_criterion(run):
    status, out, err = run(best(TEA, {"1.1": 9, "2.4": 1}, without=("10",)))
    assert (status, out) == (2, "")
    assert err.splitlines() == [
        "1.1: không có phương án 9, chỉ có từ 0 đến 2.",
        "2.4: chỉ trả lời có (true) hoặc không (false).",
        "10: thiếu câu trả lời.",
    ]


def test_one_wrong_set_in_a_list_prints_no_result_and_names_its_place(run):
    status, out, err = run([best(TEA), best(TEA, without=("10",)), 3])
    assert (status, out) == (2, "")
    assert err.splitlines() == [
        "[1] 10: thiếu câu trả lời.",
        "[2] phải là một bảng: mã tiêu chí và câu trả lời.",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "không phải JSON đúng (dòng 1, cột 1)"),
        ('{"1.1": 1,', "không phải JSON đúng"),
        ('{"1.1": 1, "1.1": 2}', "Khóa 1.1 bị viết hai lần"),
        ("[" * 100_000, "không phải JSON đúng"),
        ("7", "phải là một bảng"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_clear_sentence(run, content, words):
    status, out, err = run(content)
    assert (status, out) == (2, "")
    assert words in err


def test_an_unknown_code_is_a_clear_sentence(run):
    status, out, err = run(best(TEA), "2026-11-te")
    assert (status, out) == (2, "")
    assert err.startswith("Không có bộ tiêu chí mã 2026-11-te.")


def test_a_missing_file_is_a_clear_sentence(run, capsys):
    with pytest.raises(SystemExit) as stopped:
        call_command("score", TEA, "khong-co.json")
    assert stopped.value.code == 2
    assert capsys.readouterr().err == "Không đọc được tệp khong-co.json.\n"


def test_a_dash_reads_standard_input(run, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(best(TEA)).encode())))
    call_command("score", TEA, "-")
    assert json.loads(capsys.readouterr().out)["total"] == 100
