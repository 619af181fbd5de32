"""Reading a calibration: one's own distance from the reference; for secretary and chair a summary without names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ocop.scorecards.queries import card, settings_on
from ocop.scorecards.rules import Criterion, Marked, mark

from .models import Calibration

LEAST = 3  # sheets from which a summary tells nothing about a single member


def marked_practice(calibration: Calibration, answers: Mapping[str, object]) -> Marked:
    """Return the marks of reference or practice, by the settings of the session's day. :raises AnswerErrors:"""
    scorecard = calibration.scorecard
    day = calibration.dossier.filed_on if calibration.dossier and calibration.dossier.filed_on else None
    settings = settings_on(day or calibration.session.held_on, scorecard.regime_id)
    cases = calibration.dossier.cases if calibration.dossier else {}
    return mark(card(scorecard), answers, settings=settings, cases=cases)


@dataclass(frozen=True)
class Distance:
    """One criterion. points  summed over the sheets; reference  points of the reference; sheets  how many"""

    criterion: Criterion
    points: int
    reference: int
    sheets: int

    @property
    def apart(self) -> int:
        """Given less reference, times the number of sheets."""
        return self.points - self.reference * self.sheets


def distances(calibration: Calibration, practices: list[Mapping[str, object]]) -> list[Distance]:
    """Return how far practices lie from the reference, criterion by criterion in the order of the card."""
    reference = marked_practice(calibration, calibration.answers).points
    given = [marked_practice(calibration, answers).points for answers in practices]
    return [
        Distance(c, sum(points[c.code] for points in given), reference[c.code], len(given))
        for c in card(calibration.scorecard).criteria
    ]
