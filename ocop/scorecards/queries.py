"""Which regime, scorecard and settings hold on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ocop.kernel.reference import known
from ocop.kernel.refusal import Refusal
from ocop.kernel.time import vi_date

from . import rules
from .models import Regime, Scorecard, ScoringSetting

_CARDS: dict[str, rules.Card] = {}  # by hash of the file: published versions never change


@known
def regimes() -> Mapping[str, rules.Regime]:
    """Return code -> regime, oldest first."""
    return {regime.code: regime.as_rule() for regime in Regime.objects.all()}


def regime_on(day: date) -> rules.Regime:
    """Return the regime of a dossier filed that day: the newest in force.

    :raises Refusal: no regime yet
    """
    found = rules.regime_on(day, tuple(regimes().values()))
    if found is None:
        raise Refusal(
            "Chưa xác định được bộ tiêu chí.",
            f"Ngày {vi_date(day)} chưa có quyết định nào về bộ tiêu chí có hiệu lực.",
            "Kiểm tra lại ngày nộp hồ sơ.",
        )
    return found


def card_for(*, regime: str, set_no: int) -> Scorecard:
    """Return the newest scorecard of a product set under a regime.

    :raises Refusal: that regime has none in store (2019: set 3)
    """
    found = Scorecard.objects.newest().filter(regime_id=regime, set_no=set_no).first()
    if found is None:
        raise Refusal(
            "Chưa có bộ tiêu chí.",
            f"Chưa nạp bộ tiêu chí số {set_no} của bộ quy định {regime}.",
            "Nạp bộ tiêu chí từ văn bản gốc rồi làm lại.",
        )
    return found


@known
def newest_cards() -> list[Scorecard]:
    """Return the newest version of every scorecard, by regime and set."""
    rows = Scorecard.objects.newest().order_by("regime", "set_no", "version")
    return list(rows.select_related("regime").defer("body"))


def newest(code: str) -> Scorecard | None:
    """Return the newest version of the scorecard of that code."""
    return Scorecard.objects.newest().filter(code=code).first()


def card(scorecard: Scorecard) -> rules.Card:
    """Return a published version as a value; parsed once a process."""
    found = _CARDS.get(scorecard.sha256)
    if found is None:
        found = _CARDS[scorecard.sha256] = rules.parse(scorecard.data)
    return found


def settings_on(day: date, regime: str | rules.Regime | None = None) -> rules.Settings:
    """Return the star bands of a regime (default: that of the day) and the dated settings of a day.

    day  the day of filing: a dossier keeps the settings under which it was filed
    :raises Refusal: no regime yet on that day
    """
    if not isinstance(regime, rules.Regime):
        regime = regimes()[regime] if regime else regime_on(day)
    in_force = {name: value for name, value, first, last in _settings() if first <= day <= last}
    return rules.Settings(floors=regime.floors, **in_force)


@known
def _settings() -> list[tuple[str, Any, date, date]]:
    """Name, value, first and last day of every dated setting."""
    rows = ScoringSetting.objects.order_by("name", "valid_from")
    return [(row.name, row.value, row.valid_from or date.min, row.valid_to or date.max) for row in rows]
