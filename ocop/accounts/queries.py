"""Reading: the rules for accounts of a day, whether an account is shut."""

from __future__ import annotations

from datetime import date, datetime

from . import rules
from .models import AccountRules, SignInFailure


def account_rules(day: date) -> AccountRules:
    """Return the rules in force. :raises AccountRules.DoesNotExist: reference/settings was never loaded"""
    return AccountRules.objects.in_force_on(day).order_by("-valid_from")[:1].get()


def shut(email: str, now: datetime, *, before: int | None = None) -> rules.Shut | None:
    """Return whether the account of this address, known or not, takes no password now.

    before  count only attempts before this one
    """
    failures = SignInFailure.objects.filter(key=rules.attempt_key(email))
    if before is not None:
        failures = failures.filter(pk__lt=before)
    moments = failures.order_by("-pk").values_list("at", flat=True)[: rules.MANY]
    return rules.shut(list(moments)[::-1], now)
