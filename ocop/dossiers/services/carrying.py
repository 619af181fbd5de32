"""Taking over what stood in the product's last filing: forms, answers, cases, papers (art. 7(1), 7(5), 7(6))."""

from __future__ import annotations

from datetime import date

from ocop.registry.models import Evidence
from ocop.scorecards.queries import card

from ..forms_data import fields_for, tells_changes
from ..models import Dossier, Filing, Pin, SelfScore
from ..queries import last_try
from ..rules import counterparts, unchanged


def carry_over(*, dossier: Dossier, day: date) -> Filing | None:
    """Fill a dossier that was just opened from the last filing; returns that filing, None where there is none.

    Answers wait for one tick each, and only the same questions are answered; papers in force on that day are pinned to
    the criterion of their name. What changed since the recognition is asked anew. The caller writes the event.
    """
    filing = last_try(dossier)
    if filing is None:
        return None
    before, now = card(filing.dossier.scorecard), card(dossier.scorecard)
    shot, same, known = filing.snapshot, unchanged(before, now), counterparts(before, now)
    SelfScore.objects.bulk_create(
        [
            SelfScore(
                dossier=dossier,
                criterion=code,
                answer=shot["answers"][old],
                explanation=shot["explanations"].get(old, ""),
                carried=True,
            )
            for code, old in same.items()
            if old in shot["answers"]
        ]
    )
    papers = {
        file["evidence"]: [code for code, old in known.items() if old in file["criteria"]] for file in shot["files"]
    }
    in_force = Evidence.objects.filter(subject=dossier.subject_id, pk__in=papers).valid_on(day).order_by("pk")
    Pin.objects.bulk_create(
        [Pin(dossier=dossier, criterion=code, evidence=paper) for paper in in_force for code in papers[paper.pk]]
    )
    blanks = {blank.name for blank in fields_for(dossier.kind) if not tells_changes(blank.name)}
    dossier.forms |= {name: value for name, value in shot["forms"].items() if name in blanks and value}
    dossier.cases = {code: shot["cases"][old] for code, old in same.items() if old in shot["cases"]}
    dossier.carried_from = filing
    dossier.save(update_fields=["forms", "cases", "carried_from"])
    return filing
