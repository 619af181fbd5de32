"""Where an advisory team (Tổ tư vấn; Tổ giúp việc before 2026) reads dossiers."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from ocop.accounts.models import Level, Role, User

from ..rules import Step

BEYOND_COMMUNE = ~Q(step=Step.AT_COMMUNE) & ~Q(step=Step.RETURNED, returned_from=Step.AT_COMMUNE)


def team_reach(user: User, day: date) -> Q:
    """Return the condition "its advisory team checks this dossier": of the province, or of a district in its time."""
    scope = Q(pk__in=[])
    for one in user.appointments_on(day):
        if one.role == Role.ADVISORY_TEAM and one.agency.level == Level.PROVINCE:
            scope |= BEYOND_COMMUNE
        elif one.role == Role.ADVISORY_TEAM and one.agency.level == Level.DISTRICT:
            scope |= Q(commune__parent=one.agency.area_id)
    return scope
