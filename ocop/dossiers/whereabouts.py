"""Where a dossier is: its way for those who read it, and what its tracking code tells a stranger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from ocop.kernel.time import vi_date

from .models import Dossier
from .queries import clocks_of, last_filing, laws, route_for, running, stays_of
from .rules import FINAL, HOLDERS, STEP_NAMES, Clock, Route, Step, Stop, journey


def way(dossier: Dossier, day: date) -> list[Stop]:
    """Return the stops of the dossier's route, with days; of a draft, of the route of today."""
    step = Step(dossier.step)
    route = Route(dossier.route) if dossier.route else route_for(day).route
    passed = [stay.step for stay in stays_of(dossier)] if step in FINAL else ()
    stops = journey(step, route, dossier.returned_from, passed)
    if dossier.filed_on:
        stops[0] = replace(stops[0], note=vi_date(dossier.filed_on))
    if step in FINAL:
        stops[-1] = replace(stops[-1], note=vi_date(dossier.step_since))
    return [replace(stop, note=_note(dossier)) if stop.state == "now" else stop for stop in stops]


def _note(dossier: Dossier) -> str:
    due = f", hạn {vi_date(dossier.due_on)}" if dossier.due_on else ""
    if dossier.step == Step.RETURNED:
        return f"Trả lại {vi_date(dossier.step_since)}, chờ chủ thể bổ sung{due}"
    if dossier.step == Step.DRAFT:
        return "Đang lập, chưa nộp"
    return f"{dossier.get_step_display()} từ {vi_date(dossier.step_since)}{due}"


@dataclass(frozen=True)
class Whereabouts:
    """What a tracking code tells a stranger: nothing that tells whose it is.

    step  in words; holder  kind of organ, "" at the end; filing, filed_at, root  the last filing and its seal
    """

    step: str
    holder: str
    since: date
    due: date | None
    clock: Clock | None
    way: list[Stop]
    returned: bool
    filing: int
    filed_at: datetime
    root: str


def whereabouts(code: str, day: date) -> Whereabouts | None:
    """Find a filed dossier by its code; a draft is its producer's alone."""
    dossier = Dossier.objects.filter(code=code, filed_on__isnull=False).first()
    filing = last_filing(dossier) if dossier else None
    if dossier is None or filing is None:
        return None
    step = Step(dossier.step)
    return Whereabouts(
        STEP_NAMES[step],
        HOLDERS.get(step, ""),
        dossier.step_since,
        dossier.due_on,
        running(clocks_of(dossier, day, laws())),
        way(dossier, day),
        step == Step.RETURNED,
        filing.number,
        filing.at,
        filing.root,
    )
