"""The stops of a dossier's way, by its route: one table for every page that draws it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .moves import FINAL, STEP_NAMES, Route, Step


@dataclass(frozen=True)
class Stop:
    """One stop. state  done, now, next (as the stepper draws them)"""

    label: str
    state: str
    note: str = ""


_COMMUNE, _PROVINCE = "Xã đánh giá", ("Tỉnh kiểm tra", "Hội đồng cấp tỉnh chấm")
_DISTRICT = ("Huyện kiểm tra", "Hội đồng cấp huyện chấm")
_FIRST, _MINISTRY, _LAST = "Chủ thể nộp", "Bộ đánh giá", "Quyết định, giấy chứng nhận"
_ALL = (_FIRST, _COMMUNE, *_DISTRICT, *_PROVINCE, _MINISTRY)

_STOP = {
    Step.DRAFT: _FIRST,
    Step.AT_COMMUNE: _COMMUNE,
    Step.AT_DISTRICT: _DISTRICT[0],
    Step.READY_DISTRICT: _DISTRICT[1],
    Step.COUNCIL_DISTRICT: _DISTRICT[1],
    Step.CONCLUDED_DISTRICT: _LAST,
    Step.AT_PROVINCE: _PROVINCE[0],
    Step.READY_PROVINCE: _PROVINCE[1],
    Step.COUNCIL_PROVINCE: _PROVINCE[1],
    Step.CONCLUDED_PROVINCE: _LAST,
    Step.AT_MINISTRY: _MINISTRY,
}


def journey(step: Step, route: Route, returned_from: str = "", passed: Collection[str] = ()) -> list[Stop]:
    """Return the stops of a dossier: what is done, where it stands, what comes; of an ended one, what it passed.

    returned_from  the step that sent a returned dossier back: it stands there, waiting for the producer
    passed  the steps at which an ended dossier stood
    """
    if step in FINAL:
        seen = {_STOP[Step(one)] for one in passed if one in _STOP} | {_FIRST}
        return [Stop(label, "done") for label in (*(one for one in _ALL if one in seen), STEP_NAMES[step])]
    at = _STOP[Step(returned_from) if step == Step.RETURNED else step]
    stops = [_FIRST]
    if route == Route.COMMUNE_2025:
        stops += [_COMMUNE, *_PROVINCE]
    elif route == Route.PROVINCE_2025:
        stops += _PROVINCE
    else:
        stops += _DISTRICT + (_PROVINCE if at in (*_PROVINCE, _MINISTRY) or step == Step.CONCLUDED_PROVINCE else ())
    stops += [_MINISTRY, _LAST] if at == _MINISTRY else [_LAST]
    now = stops.index(at)
    return [Stop(label, "done" if n < now else "now" if n == now else "next") for n, label in enumerate(stops)]
