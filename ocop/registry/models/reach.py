"""Whose area a row lies in: the one place where scope is written."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from ocop.accounts.models import Level, Role, User


def serves_province(user: User, day: date, roles: Collection[str] = tuple(Role)) -> bool:
    """Return whether the user has one of these roles at an organ of the province: all of it is in reach."""
    over = {Role.PROVINCE_OFFICER, Role.SECRETARY, Role.LEADER} & set(roles)
    return any(a.role in over and a.agency.level == Level.PROVINCE for a in user.appointments_on(day))


def communes_of(user: User, day: date) -> frozenset[int]:
    """Return the communes that the user answers for as their officer, with the earlier ones that wholly became them."""
    found = [a.line for a in user.appointments_on(day) if a.role == Role.COMMUNE_OFFICER]
    return frozenset().union(*found)


def local_reach(user: User, day: date, field: str, roles: Collection[str] = tuple(Role)) -> Q:
    """Return the condition "in the commune or district of one of the user's appointments with these roles".

    field  the foreign key to the commune, e.g. "commune" or "product__commune"
    Rows of a commune that became wholly part of today's commune follow it; a split one follows when a person has said
    which part (that choice is the row's own `commune`).
    """
    found = [a for a in user.appointments_on(day) if a.role in roles and a.agency.area_id]
    scope = Q(pk__in=[])
    if any(a.role == Role.COMMUNE_OFFICER for a in found):
        scope |= Q(**{f"{field}__in": communes_of(user, day)})
    of_district = {Role.DISTRICT_OFFICER, Role.SECRETARY}
    districts = [a.agency.area_id for a in found if a.role in of_district and a.agency.level == Level.DISTRICT]
    if districts:
        scope |= Q(**{f"{field}__parent__in": districts})
    return scope


def reach(user: User, day: date, field: str) -> Q:
    """Return the condition "in the area of one of the user's appointments": the one place where scope is written."""
    return Q(pk__isnull=False) if serves_province(user, day) else local_reach(user, day, field)
