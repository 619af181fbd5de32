"""Taking over what stood in the product's last filing: forms, answers, cases, papers (art. 7(1), 7(5), 7(6))."""

from __future__ import annotations

from datetime import date

from ocop.registry.models import Evidence
from ocop.scorecards.queries import card

from ..forms_data import fields_for, tells_changes
from ..models import Dossier, Filing, Pin, SelfScore
from ..queries import last_try
from ..rules import unchanged


def carry_over(*, dossier: Dossier, day: date) -> Filing | None:
    """Fill a dossier that was just opened from the last filing; returns that filing, None where there is none.

    Answers wait for one tick each. Only papers in force on that day are pinned, only the same questions answered;
    what changed since the recognition is asked anew. The caller writes the event.
    """
    filing = last_try(dossier)
    if filing is None:
        return None
    shot, same = filing.snapshot, unchanged(card(filing.dossier.scorecard), card(dossier.scorecard))
    SelfScore.objects.bulk_create(
        [
            SelfScore(
                dossier=dossier,
                criterion=code,
                answer=answer,
                explanation=shot["explanations"].get(code, ""),
                carried=True,
            )
            for code, answer in shot["answers"].items()
            if code in same
        ]
    )
    papers = {file["evidence"]: [code for code in file["criteria"] if code in same] for file in shot["files"]}
    in_force = Evidence.objects.filter(subject=dossier.subject_id, pk__in=papers).valid_on(day).order_by("pk")
    Pin.objects.bulk_create(
        [Pin(dossier=dossier, criterion=code, evidence=paper) for paper in in_force for code in papers[paper.pk]]
    )
    known = {blank.name for blank in fields_for(dossier.kind) if not tells_changes(blank.name)}
    dossier.forms |= {name: value for name, value in shot["forms"].items() if name in known and value}
    dossier.cases = {code: case for code, case in shot["cases"].items() if code in same}
    dossier.carried_from = filing
    dossier.save(update_fields=["forms", "cases", "carried_from"])
    return filing
