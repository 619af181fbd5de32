"""./run manage score CODE FILE: one scorecard, one or many sets of answers -> JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from ocop.kernel.time import day_of
from ocop.scorecards import queries, rules
from ocop.scorecards.models import Scorecard

EXAMPLE = "Ví dụ: ./run manage score 2026-11-tea tra-loi.json"


class Command(BaseCommand):
    help = "Tính điểm một hoặc nhiều phiếu trả lời theo một bộ tiêu chí; in kết quả dạng JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="mã bộ tiêu chí, ví dụ 2026-11-tea")
        parser.add_argument("file", help="tệp JSON: một bảng trả lời hoặc danh sách các bảng; - là đầu vào chuẩn")

    def handle(self, *, code: str, file: str, **options: Any) -> None:
        scorecard = queries.newest(code)
        if scorecard is None:
            self._stop(f"Không có bộ tiêu chí mã {code}. {EXAMPLE}")
        answers = self._read(file)
        card, settings = queries.card(scorecard), _settings(scorecard)
        results, errors = [], []
        for number, sheet in enumerate(answers if isinstance(answers, list) else [answers]):
            place = f"[{number}] " if isinstance(answers, list) else ""
            if not isinstance(sheet, dict):
                errors.append(f"{place}phải là một bảng: mã tiêu chí và câu trả lời.")
                continue
            try:
                results.append(rules.score(card, sheet, settings=settings))
            except rules.AnswerErrors as error:
                errors += [f"{place}{criterion}: {sentence}" for criterion, sentence in error.errors]
        if errors:
            self._stop("\n".join(errors))
        self.stdout.write(
            json.dumps(results if isinstance(answers, list) else results[0], ensure_ascii=False, indent=1)
        )

    def _read(self, file: str) -> object:
        try:
            content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        except OSError:
            self._stop(f"Không đọc được tệp {file}.")
        try:
            return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once)
        except UnicodeDecodeError:
            self._stop(f"Tệp {file} không phải UTF-8.")
        except _TwiceError as error:
            self._stop(f"Khóa {error} bị viết hai lần trong tệp {file}.")
        except json.JSONDecodeError as error:
            self._stop(f"Tệp {file} không phải JSON đúng (dòng {error.lineno}, cột {error.colno}).")
        except (ValueError, RecursionError):  # a number of thousands of digits, thousands of brackets
            self._stop(f"Tệp {file} không phải JSON đúng.")

    def _stop(self, text: str) -> NoReturn:
        self.stderr.write(text)
        sys.exit(2)


class _TwiceError(Exception):
    """A key that stands twice in one JSON object."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found


def _settings(scorecard: Scorecard) -> rules.Settings:
    """The settings of today, or of the last day of a scorecard that is over."""
    today = day_of(timezone.now())
    day = max(scorecard.effective_from, min(today, scorecard.effective_to or today))
    return queries.settings_on(day, scorecard.regime_id)
