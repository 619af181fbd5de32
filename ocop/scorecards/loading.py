"""Reference files of scoring: regimes, settings, scorecards. Loading twice changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping
from dataclasses import fields
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from ocop.kernel import audit
from ocop.kernel.reference import BadReference, load_file

from . import queries, rules
from .models import Regime, Scorecard, ScoringSetting


def load(folder: Path, *, now: datetime) -> int:
    """Load `settings/regimes.yaml`, `settings/scorecards.yaml` and `scorecards/*.yaml`; return how many had changed.

    folder  the folder `reference`. A changed scorecard becomes a new version; published ones stay.
    :raises BadReference: with file, place and sentence; nothing of that file was written
    """
    settings, cards = folder / "settings", folder / "scorecards"
    changed = 0
    changed += load_file(settings / "regimes.yaml", "settings/regimes.yaml", _load_regimes, now=now)
    changed += load_file(settings / "scorecards.yaml", "settings/scorecards.yaml", _load_settings, now=now)
    regimes = queries.regimes()
    evidence = _evidence(cards / "evidence.yaml")
    for path in sorted(cards.glob("[0-9]*.yaml")):
        publish = partial(_publish, code=path.stem, regimes=regimes, evidence=evidence, now=now)
        changed += load_file(path, f"scorecards/{path.name}", publish, now=now)
    return changed


class _Loader(yaml.CSafeLoader):
    """Safe YAML that refuses a key written twice, where YAML itself keeps the last one silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for number, key in enumerate(keys):
            if key in keys[:number]:
                line = node.value[number][0].start_mark.line + 1
                raise BadReference(f"dòng {line}", f"khóa {key} bị viết hai lần")
        return super().construct_mapping(node, deep)


def _read(content: bytes) -> Any:
    try:
        return yaml.load(content.decode(), _Loader)  # noqa: S506  a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadReference(f"dòng {line}", f"không phải YAML đúng ({error.problem})") from error
    except (yaml.YAMLError, TypeError) as error:
        raise BadReference("tệp", "không phải YAML đúng") from error


def _load_regimes(content: bytes) -> list[str]:
    for row in _read(content)["regimes"]:
        Regime.objects.update_or_create(
            code=row["code"],
            defaults={
                name: row[name]
                for name in ("decision", "valid_from", "valid_to", "part_maxima", "floors", "star_minimums_printed")
            },
        )
    return []


def _load_settings(content: bytes) -> list[str]:
    rows = [ScoringSetting(**row) for row in _read(content)["settings"]]
    defaults = {field.name: field.default for field in fields(rules.Settings) if field.name != "floors"}
    for row in rows:
        if row.name not in defaults or type(row.value) is not type(defaults[row.name]):
            raise BadReference(row.name, f"không có cấu hình nào tên này nhận giá trị {row.value}")
        if row.name == "council_mark_rule" and row.value not in rules.COUNCIL_MARK_RULES:
            raise BadReference(row.name, f"phải là một trong {', '.join(rules.COUNCIL_MARK_RULES)}")
    ends: dict[str, date | None] = {}
    for row in sorted(rows, key=lambda row: (row.name, row.valid_from or date.min)):
        end = ends.get(row.name, date.min)
        if row.name in ends and (end is None or row.valid_from is None or row.valid_from <= end):
            raise BadReference(row.name, "các khoảng thời gian chồng lên nhau")
        ends[row.name] = row.valid_to
    ScoringSetting.objects.all().delete()
    ScoringSetting.objects.bulk_create(rows)
    return []


def _evidence(path: Path) -> frozenset[str]:
    """The evidence codes that criteria may name."""
    try:
        return frozenset(kind["code"] for kind in _read(path.read_bytes())["evidence"])
    except OSError as error:
        raise BadReference("tệp", f"không đọc được ({error.strerror})", "scorecards/evidence.yaml") from error


def _publish(
    content: bytes, *, code: str, regimes: Mapping[str, rules.Regime], evidence: frozenset[str], now: datetime
) -> list[str]:
    """Write a new version unless the newest has these very bytes; return the warnings of a partial file."""
    data = _read(content)
    errors, warnings = rules.problems(data, regimes=regimes, evidence=evidence)
    if not errors and data["code"] != code:
        errors = [("code", f"phải là tên tệp, {code}")]
    if errors:
        (place, sentence), *more = errors
        raise BadReference(place, "; ".join([sentence, *(f"{other}: {text}" for other, text in more)]))
    digest = hashlib.sha256(content).hexdigest()
    last = queries.newest(code)
    if last is None or last.sha256 != digest:
        scorecard = Scorecard.objects.create(
            code=code,
            version=last.version + 1 if last else 1,
            regime_id=data["regime"],
            set_no=data["set_no"],
            name=data["name_vi"],
            status=data["status"],
            sha256=digest,
            body=json.dumps(data, default=date.isoformat, ensure_ascii=False),
            warnings=warnings,
            effective_from=data["legal"]["effective_from"],
            effective_to=data["legal"].get("effective_to"),
            published_at=now,
        )
        audit.record(
            "scorecard.published",
            scorecard,
            by=audit.SYSTEM,
            at=now,
            after={"code": code, "version": scorecard.version, "sha256": digest},
        )
    return [f"{place}: {sentence}" for place, sentence in warnings]
